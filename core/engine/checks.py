"""Looking over what is kept: pages, chain, books, backups. Reads beside the desk, never writes its database."""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from core.channel.facets.health import Finding
from core.channel.home import WorkspaceFolder
from core.domain.money import MONEY_PLACES, from_units
from core.engine import unwatched
from core.engine.engine import Engine
from core.ledger.fold import Books, folded, proof
from core.risk.monitors.base import seconds
from core.risk.monitors.disk_space import DiskSpace
from core.store.cut import NEVER, Cut
from core.store.snapshot import balances, broken_chain, copy, damaged_pages, lots, moves, positions, postings, snapshot
from core.system import free_bytes

_NEEDED: Final = DiskSpace().least
_UNFINISHED: Final = 86_400  # seconds


def prove_books(path: Path, symbol: Callable[[str], str] = str, cut: Cut = NEVER) -> list[str]:
    """Positions, cash and lots as kept, against everything ever booked. Differences in words."""
    with snapshot(path, cut) as connection:
        kept = Books(
            positions={(p.account_id, p.instrument_id): p for p in positions(connection)},
            balances={(a, n, c): from_units(value, MONEY_PLACES) for a, n, c, value in balances(connection)},
            lots={lot.id: lot for lot in lots(connection)},
        )
        return proof(folded(postings(connection), moves(connection)), kept, symbol)


def back_up(folder: WorkspaceFolder, name: str, keep: int, cut: Cut = NEVER) -> str:
    """A checked copy; a copy that does not check is thrown away and the older ones stay."""
    target = folder.backups / f"desk-{name}.sqlite3"
    unfinished = target.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    try:
        copy(folder.database, unfinished, cut)
        problems = [*damaged_pages(unfinished, cut), *broken_chain(unfinished, cut), *prove_books(unfinished, cut=cut)]
        if problems:
            raise OSError(f"The copy was not good and was thrown away: {problems[0]}")
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)  # a full disk must not be kept full by half a copy
    drop_older(folder.backups, "desk-", name, keep)
    return f"{target.name}, {target.stat().st_size / 1e6:.1f} MB, opened and checked"


def drop_older(folder: Path, prefix: str, name: str, keep: int) -> None:
    """Of those named like this one: copies made by hand push out none of the nights'. And what a crash left unfinished."""
    pattern = f"{prefix}{re.sub('[0-9]', '[0-9]', name)}.sqlite3"
    for old in sorted(folder.glob(pattern))[:-keep]:
        with suppress(OSError):
            old.unlink()
    for left in folder.glob(f"{prefix}*.part"):
        with suppress(OSError):
            made = (folder / f"{prefix}{name}.sqlite3").stat().st_mtime
            if made - left.stat().st_mtime > _UNFINISHED:  # no copy takes so long: none that is under way is touched
                left.unlink()


def doctor(engine: Engine) -> tuple[Finding, ...]:
    """Everything a person would want looked at before trusting the desk with the day."""
    path, cut = engine.folder.database, engine.cut
    skews = [c.skew for c in engine.desk.connections if c.skew is not None]
    worst = max((abs(skew) for skew in skews), default=timedelta(0))
    most: Decimal = next(limit.value for limit in engine.desk.gate.limits.views() if limit.setting == "skew")
    free = free_bytes(engine.folder.path)
    backups = sorted(engine.folder.backups.glob("desk-*.sqlite3"))
    open_modes = [
        p.name for p in engine.folder.path.iterdir() if p.is_file() and os.name == "posix" and p.stat().st_mode & 0o077
    ]
    agreed = all(c.reconciled.issuperset(c.account_ids) for c in engine.desk.connections)
    return (
        _finding("Database", damaged_pages(path, cut), "every page is whole"),
        journal(engine),
        _finding("Books", prove_books(path, cut=cut), "positions, cash and lots agree with everything booked"),
        Finding(
            check="Broker",
            ok=agreed,
            words="our books and the broker agree" if agreed else "not compared yet, or it differs",
        ),
        Finding(check="Clock", ok=seconds(worst) <= most, words=f"{worst.total_seconds():.1f} s from the broker's"),
        Finding(check="Disk", ok=free >= _NEEDED, words=f"{free / 1e9:.1f} GB free"),
        Finding(
            check="Backup",
            ok=bool(backups),
            words=f"newest is {backups[-1].name}" if backups else "none yet; one is made each night",
        ),
        unwatched.finding(engine),
        _finding("Files", [f"{name} can be read by others" for name in open_modes], "readable by you alone"),
    )


def journal(engine: Engine) -> Finding:
    """The chain shows what was edited by hand; only a signature shows an edit by somebody who sealed it again."""
    path, cut = engine.folder.database, engine.cut
    problems, fine = broken_chain(path, cut), "no row was changed, removed or added"
    if not engine.door.locks:
        return _finding("Journal", problems, f"{fine}; not signed, as this workspace has no passphrase")
    told = engine.witness.check(path, cut)
    upto = f"signed up to row {told.up_to.seq} of {told.up_to.day}" if told.up_to else "not signed yet"
    return _finding("Journal", [*problems, *told.problems], f"{fine}; {upto}")


def _finding(check: str, problems: list[str], fine: str) -> Finding:
    return Finding(check=check, ok=not problems, words=problems[0] if problems else fine)
