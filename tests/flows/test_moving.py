"""The recipes of the page Settings, followed step by step: a backup put back, a lost disk, another machine."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from core.channel.home import Home
from core.domain.workspace import WorkspaceKind
from core.engine import wiring
from core.engine.checks import prove_books
from core.store.snapshot import broken_chain
from pages.parts.moving import LOST, MOVE, RESTORE
from tests.unit.engine.opened import Opened, opened
from tests.unit.engine.starting import at_noon, bought, place, settle

PASSPHRASE = "correct horse battery staple"


def stands(desk: Opened) -> tuple[dict[str, Decimal], Decimal, int]:
    """Positions, cash, and how far the journal was when it was written down."""
    rows = desk.desk.positions.table().to_pylist()
    (account,) = desk.desk.positions.accounts()
    return {row["symbol"]: row["quantity"] for row in rows}, account.cash, desk.desk.journal.table().num_rows


def whole(desk: Opened) -> None:
    """Journal, books and database, as the desk itself looks them over; and it agrees with its broker."""
    assert broken_chain(desk.folder.database) == []
    assert prove_books(desk.folder.database) == []
    assert [found for found in desk.desk.health.doctor() if not found.ok and found.check != "Backup"] == []


def put_back(folder: Path, backup: Path) -> None:
    """RESTORE, by hand."""
    for name in ("desk.sqlite3", "desk.sqlite3-wal", "desk.sqlite3-shm"):
        assert name in " ".join(RESTORE)
        if (folder / name).exists():
            (folder / name).rename(folder / f"before-{name}")
    shutil.copy2(backup, folder / "desk.sqlite3")
    if not (folder / "vault").exists() and (folder / "backups" / "vault").exists():
        assert "copy backups/vault to vault" in " ".join(RESTORE)
        shutil.copy2(folder / "backups" / "vault", folder / "vault")


def test_a_workspace_moved_to_another_machine_is_what_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = at_noon()
    with opened(tmp_path / "old", clock) as desk:
        bought(desk)
        desk.desk.vault.choose(PASSPHRASE)
        before = stands(desk)
    assert "whole folder" in MOVE[1]
    shutil.copytree(tmp_path / "old" / "practice", tmp_path / "new" / "practice")
    monkeypatch.setattr(wiring, "this_machine", lambda: "c0ffee")
    clock.advance(3600)
    with opened(tmp_path / "new", clock) as desk:
        assert desk.desk.lock.state().sealed  # the vault came along, and asks for the same passphrase
        desk.desk.lock.unlock(PASSPHRASE)
        settle(desk)
        after = stands(desk)
        assert after[:2] == before[:2]
        assert after[2] > before[2]
        whole(desk)
        (row,) = desk.desk.journal.table(kind="workspace.moved").to_pylist()
        assert row["title"] == "practice is now on this machine"
        again = place(desk, "KO", "1")
        sent = desk.engine.store.orders.get(again)
        assert sent is not None
        assert "-c0ffee-" in sent.client_id


def test_a_backup_put_back_in_its_place_takes_in_what_came_after_it(tmp_path: Path) -> None:
    clock = at_noon()
    with opened(tmp_path, clock) as desk:
        bought(desk)
        desk.desk.vault.choose(PASSPHRASE)
        desk.desk.backups.make()
        (kept,) = desk.desk.backups.state().kept
        place(desk, "KO", "7")
        settle(desk)
        before = stands(desk)
        folder = desk.folder.path
    (folder / "vault").unlink()
    (folder / "desk.sqlite3").write_bytes(b"not a database any more" * 1000)
    put_back(folder, folder / "backups" / kept.name)
    with opened(tmp_path, clock) as desk:
        desk.desk.lock.unlock(PASSPHRASE)
        settle(desk)
        assert stands(desk)[:2] == before[:2]
        whole(desk)


def test_a_lost_disk_s_history_comes_back_from_the_second_place(tmp_path: Path) -> None:
    clock, stick = at_noon(), tmp_path / "stick"
    stick.mkdir()
    with opened(tmp_path / "old", clock) as desk:
        bought(desk)
        desk.desk.backups.set_second_place(str(stick))
        desk.desk.backups.make()
        before, name = stands(desk), desk.folder.name
    shutil.rmtree(tmp_path / "old")
    assert "same name and kind" in LOST[0]
    folder = Home(tmp_path / "new").create(name, WorkspaceKind.PRACTICE)
    (copy,) = stick.iterdir()
    put_back(folder.path, copy)
    with opened(tmp_path / "new", clock) as desk:
        assert stands(desk)[:2] == before[:2]  # as the books know it, before any broker is asked
        assert broken_chain(desk.folder.database) == []
        assert prove_books(desk.folder.database) == []
        settle(desk)
        assert not desk.desk.health.state().read_only
