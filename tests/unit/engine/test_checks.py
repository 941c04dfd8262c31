"""What is kept is looked over honestly: the chain, the pages, the books, the backups, and who can read them."""

import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.channel.facets.health import Finding
from core.domain.workspace import Level
from core.engine import checks
from core.engine.checks import back_up, prove_books
from core.engine.jobs import JOBS
from core.store.cut import Cut, CutShort
from core.store.database import Database
from core.store.snapshot import broken_chain, damaged_pages
from tests.unit.engine.opened import Opened, opened


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Opened]:
    with opened(tmp_path) as desk:
        desk.settle(1)
        write(desk, 12)
        yield desk


def write(desk: Opened, rows: int) -> None:
    def act() -> None:
        with desk.engine.store.unit:
            for number in range(rows):
                desk.engine.store.journal.write("note", f"row {number}", {"n": number}, who="person", about=1)

    desk.engine.thread.ask(act)


def findings(desk: Opened) -> dict[str, Finding]:
    return {finding.check: finding for finding in desk.desk.health.doctor()}


def tamper(desk: Opened, *statements: str) -> list[str]:
    """Somebody else opens the file and writes into it."""
    with closing(sqlite3.connect(desk.folder.database, isolation_level=None)) as other:
        for statement in statements:
            other.execute(statement)
    return broken_chain(desk.folder.database)


# the chain ----------------------------------------------------------------------------------------------------------

COLUMNS = {
    "recorded_at": "recorded_at + 1",
    "market_at": "market_at - 1",
    "kind": "'other'",
    "who": "'somebody'",
    "order_id": "'20260101-000001'",
    "about": "2",
    "title": "title || '.'",
    "body": "replace(body, '5', '6')",
    "hash": "x'00'",
    "seq": "seq + 1000",
}


def test_an_untouched_chain_holds(desk: Opened) -> None:
    assert broken_chain(desk.folder.database) == []
    assert findings(desk)["Journal"].ok


@pytest.mark.parametrize("column", COLUMNS)
def test_an_edit_of_any_column_is_noticed(desk: Opened, column: str) -> None:
    row = "(SELECT max(seq) - 6 FROM journal)"
    broken = tamper(desk, f"UPDATE journal SET {column} = {COLUMNS[column]} WHERE seq = {row}")
    assert broken
    finding = findings(desk)["Journal"]
    assert not finding.ok
    assert finding.words == broken[0]


def test_every_column_of_the_journal_is_in_the_chain(desk: Opened) -> None:
    with closing(sqlite3.connect(desk.folder.database)) as other:
        known = {row[1] for row in other.execute("PRAGMA table_info(journal)")}
    assert known == set(COLUMNS)


def test_words_cannot_be_moved_from_one_column_to_the_next(desk: Opened) -> None:
    row = "(SELECT max(seq) - 6 FROM journal)"
    for take, give in (("kind", "who"), ("who", "order_id"), ("title", "body")):
        move = (
            f"UPDATE journal SET {give} = substr({take}, -1) || {give}, {take} = substr({take}, 1, length({take}) - 1)"
        )
        assert tamper(desk, f"{move} WHERE seq = {row}"), take


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM journal WHERE seq = (SELECT max(seq) - 3 FROM journal)",
        "DELETE FROM journal WHERE seq = 1",
        "DELETE FROM journal WHERE seq < 4",
        "DELETE FROM journal WHERE seq BETWEEN 3 AND 5",
    ],
)
def test_a_row_that_was_removed_is_noticed(desk: Opened, statement: str) -> None:
    assert any("missing" in words for words in tamper(desk, statement))


def test_a_row_that_was_put_in_is_noticed(desk: Opened) -> None:
    columns = "recorded_at, market_at, kind, who, order_id, about, title, body, hash"
    copied = f"SELECT (SELECT max(seq) + 1 FROM journal), {columns} FROM journal WHERE seq = 2"
    assert tamper(desk, f"INSERT INTO journal (seq, {columns}) {copied}")


def test_two_rows_that_changed_places_are_noticed(desk: Opened) -> None:
    assert tamper(
        desk,
        "UPDATE journal SET seq = -1 WHERE seq = 3",
        "UPDATE journal SET seq = 3 WHERE seq = 4",
        "UPDATE journal SET seq = 4 WHERE seq = -1",
    )


def test_rows_cut_at_the_end_are_noticed_only_once_heads_are_signed(desk: Opened) -> None:
    """What the chain cannot show yet, said here so that nobody believes it does."""
    assert tamper(desk, "DELETE FROM journal WHERE seq > 5") == []


def test_a_journal_that_cannot_be_read_is_a_finding_and_no_crash(desk: Opened, tmp_path: Path) -> None:
    rubbish = tmp_path / "rubbish.sqlite3"
    rubbish.write_bytes(b"x" * 10_000)
    assert broken_chain(rubbish)
    assert damaged_pages(rubbish)


# the books ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE balance SET value = value + 1 WHERE ledger_account = 'cash'",
        "DELETE FROM balance WHERE ledger_account = 'cash'",
        "INSERT INTO position VALUES ('practice', 'i-ant', 1, 1, 'USD')",
        "INSERT INTO lot VALUES ('l', 'practice', 'i-ant', 1, 1, 'USD', NULL)",
        "UPDATE posting SET cost = cost + 1 WHERE ledger_account = 'cash'",
    ],
)
def test_books_that_do_not_add_up_are_found_and_stop_trading(desk: Opened, statement: str) -> None:
    assert prove_books(desk.folder.database) == []
    tamper(desk, statement)
    assert prove_books(desk.folder.database)
    assert not findings(desk)["Books"].ok
    desk.background._jobs = {"proof": JOBS["proof"]()}
    desk.background.wake("proof")
    (level,) = desk.desk.trading.levels()
    assert level.level is Level.STOPPED
    assert "do not add up" in level.reason
    (job,) = desk.desk.jobs.all()
    assert job.last_outcome == "failed"


def test_a_broken_chain_stops_trading_at_night(desk: Opened) -> None:
    tamper(desk, "UPDATE journal SET title = 'edited' WHERE seq = 3")
    desk.background._jobs = {"integrity": JOBS["integrity"]()}
    desk.background.wake("integrity")
    (level,) = desk.desk.trading.levels()
    assert level.level is Level.STOPPED
    assert "row 3 of the journal is not what was written" in level.reason


# backups ------------------------------------------------------------------------------------------------------------


def names(desk: Opened) -> list[str]:
    return sorted(path.name for path in desk.folder.backups.iterdir())


def test_a_backup_opens_and_holds_everything(desk: Opened) -> None:
    words = back_up(desk.folder, "2026-09-14", keep=3)
    assert words.startswith("desk-2026-09-14.sqlite3")
    copy = desk.folder.backups / "desk-2026-09-14.sqlite3"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    database = Database.open(copy)
    found = database.connection.execute("SELECT count(*) FROM journal").fetchone()
    database.close()
    live = desk.engine.thread.ask(
        lambda: desk.engine.store.connection.execute("SELECT count(*) FROM journal").fetchone()
    )
    assert found == live


def test_only_the_newest_are_kept(desk: Opened) -> None:
    for day in range(1, 8):
        back_up(desk.folder, f"2026-09-0{day}", keep=3)
    assert names(desk) == [f"desk-2026-09-0{day}.sqlite3" for day in (5, 6, 7)]


def test_a_copy_that_is_not_good_is_thrown_away_and_the_older_ones_stay(desk: Opened) -> None:
    back_up(desk.folder, "2026-09-01", keep=1)
    tamper(desk, "UPDATE journal SET title = 'edited' WHERE seq = 3")
    with pytest.raises(OSError, match=r"was not good and was thrown away: row 3 of the journal"):
        back_up(desk.folder, "2026-09-02", keep=1)
    assert names(desk) == ["desk-2026-09-01.sqlite3"]


def test_what_an_interrupted_copy_left_is_replaced(desk: Opened) -> None:
    (desk.folder.backups / "desk-2026-09-01.part").write_bytes(b"half")
    back_up(desk.folder, "2026-09-01", keep=3)
    assert names(desk) == ["desk-2026-09-01.sqlite3"]


def test_a_backup_job_that_cannot_write_is_told(desk: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(checks, "copy", full)
    desk.background._jobs = {"backup": JOBS["backup"]()}
    desk.background.wake("backup")
    (job,) = desk.desk.jobs.all()
    assert job.last_outcome == "failed"
    assert "full" in job.last_words


# the doctor ---------------------------------------------------------------------------------------------------------


def test_a_healthy_desk_has_only_the_first_backup_to_wait_for(desk: Opened) -> None:
    found = findings(desk)
    assert list(found) == ["Database", "Journal", "Books", "Broker", "Clock", "Disk", "Backup", "Vault", "Files"]
    assert [check for check, finding in found.items() if not finding.ok] in ([], ["Backup"])
    back_up(desk.folder, "2026-09-14", keep=3)
    assert findings(desk)["Backup"].words == "newest is desk-2026-09-14.sqlite3"


def test_a_file_others_can_read_is_a_finding(desk: Opened) -> None:
    if os.name != "posix":
        pytest.skip("modes are a matter of POSIX")
    desk.folder.note_file.chmod(0o644)
    finding = findings(desk)["Files"]
    assert not finding.ok
    assert finding.words == "workspace.json can be read by others"


@pytest.mark.parametrize(
    ("check", "spoil", "words"),
    [
        ("Clock", lambda d: setattr(d.engine.desk.connections[0], "skew", checks.MOST_SKEW * 2), "4.0 s from"),
        ("Broker", lambda d: d.engine.desk.connections[0].reconciled.clear(), "not compared yet"),
    ],
)
def test_what_is_wrong_is_named(desk: Opened, check: str, spoil: Callable[[Opened], None], words: str) -> None:
    assert findings(desk)[check].ok
    desk.engine.thread.ask(lambda: spoil(desk))
    finding = findings(desk)[check]
    assert not finding.ok
    assert words in finding.words


def test_hardly_any_room_on_the_disk_is_a_finding(desk: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "free_bytes", lambda path: checks.LEAST_FREE - 1)
    assert not findings(desk)["Disk"].ok


@pytest.mark.parametrize(
    "fault", [sqlite3.OperationalError("database or disk is full"), OSError("no room"), CutShort()]
)
def test_half_a_copy_is_not_left_on_the_disk(desk: Opened, monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    def failing(path: Path, target: Path, cut: Cut) -> None:
        target.write_bytes(b"half")
        raise fault

    monkeypatch.setattr(checks, "copy", failing)
    with pytest.raises(type(fault)):
        back_up(desk.folder, "2026-09-13", 14)
    assert list(desk.folder.backups.iterdir()) == []
