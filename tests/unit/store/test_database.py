"""Opening the file: durable, private, of the right version, whole; or one sentence and nothing touched."""

import re
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlmodel import SQLModel

from core.domain.errors import StoreError
from core.store import database as opening
from core.store import rows
from core.store.database import SCHEMA, Database, read_only
from core.store.fills import of_client
from core.store.store import Store
from core.system import keep_private
from tests.fakes.broker import ACCOUNT
from tests.fakes.clock import FakeClock
from tests.fakes.house import founded_file

WANTED = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "busy_timeout": 5000,
    "secure_delete": 1,
    "trusted_schema": 0,
}


@contextmanager
def opened(path: Path) -> Iterator[Database]:
    database = Database.open(path)
    try:
        yield database
    finally:
        database.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A workspace's database, made and closed."""
    file = tmp_path / "desk.sqlite3"
    with opened(file):
        pass
    return file


def ask(connection: sqlite3.Connection, name: str) -> Any:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def shape(connection: sqlite3.Connection) -> tuple[dict[str, list[Any]], dict[Any, Any]]:
    """Tables with their columns and keys, and indexes with their columns and conditions."""
    named = (
        "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%' AND name != 'alembic_version'"
    )
    tables = [row[0] for row in connection.execute(named)]
    columns = {
        name: [
            [row[1:] for row in connection.execute(f"PRAGMA table_xinfo({name})")],
            sorted(row[2:] for row in connection.execute(f"PRAGMA foreign_key_list({name})")),
        ]
        for name in tables
    }
    indexes = {}
    for name in tables:
        for row in connection.execute(f"PRAGMA index_list({name})"):
            fields = tuple(field[2] for field in connection.execute(f"PRAGMA index_info({row[1]})"))
            sql = connection.execute("SELECT sql FROM sqlite_master WHERE name=?", (row[1],)).fetchone()
            condition = (sql[0] or "").partition("WHERE")[2].strip() if sql else ""
            indexes[name if row[1].startswith("sqlite_") else row[1], fields] = (row[2], condition)
    return columns, indexes


def test_every_pragma_holds_on_the_connection_in_use(path: Path) -> None:
    with opened(path) as database:
        assert {name: ask(database.connection, name) for name in WANTED} == WANTED


@pytest.mark.parametrize("name", WANTED)
def test_a_pragma_that_does_not_take_stops_the_start(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(target: str, uri: bool = False) -> sqlite3.Connection:
        connection = real(target, uri)
        weak = {"journal_mode": "delete", "synchronous": 1, "busy_timeout": 1, "trusted_schema": 1}
        connection.execute(f"PRAGMA {name}={weak.get(name, 0)}")
        return connection

    real = opening._connect
    monkeypatch.setattr(opening, "_connect", without)
    with pytest.raises(StoreError, match=f"would not be durable: {name} is .* Nothing was opened. Put the workspace"):
        Database.open(tmp_path / "desk.sqlite3")


def test_the_migrations_make_exactly_the_tables_the_rows_describe(path: Path) -> None:
    described = create_engine("sqlite://")
    SQLModel.metadata.create_all(
        described, tables=[row.__table__ for row in vars(rows).values() if hasattr(row, "__table__")]
    )
    by_rows = described.raw_connection()
    try:
        with opened(path) as database:
            made, wanted = shape(database.connection), shape(by_rows.driver_connection)  # type: ignore[arg-type]
            assert made[0].keys() == wanted[0].keys()
            for name, columns in wanted[0].items():
                assert made[0][name] == columns, name
            assert made[1] == wanted[1]
            assert database.connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(SCHEMA,)]
    finally:
        by_rows.close()
        described.dispose()


def test_opening_twice_changes_nothing(path: Path) -> None:
    with opened(path) as database:
        before = database.connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    with opened(path) as database:
        assert database.connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall() == before
        assert "grown" not in str(before)


def test_a_file_of_the_first_version_is_brought_along_and_keeps_everything(tmp_path: Path) -> None:
    path = founded_file(tmp_path)
    first = import_module("core.store.migrations.versions.0001_first")
    old = sqlite3.connect(path)
    old.execute("DROP INDEX orders_open")
    old.execute(first.TABLES[-1])
    _as_of(old, "0001")
    old.execute(
        "INSERT INTO fill VALUES (1, ?, 'x1', 'i-ant', 'c1', 'buy', 1000000000, 50000000000, 0, 'USD', 1, NULL, 'old')",
        (ACCOUNT,),
    )
    old.commit()
    kept = {name: old.execute(f"SELECT * FROM {name}").fetchall() for name in ("account", "instrument", "workspace")}
    assert all(kept.values())
    old.close()
    with opened(path) as database:
        run = database.connection.execute
        assert run("SELECT version_num FROM alembic_version").fetchall() == [(SCHEMA,)]
        opened_at = run("SELECT at FROM entry WHERE source LIKE 'opening:%'").fetchone()
        kept["account"] = [(*row, *opened_at, None) for row in kept["account"]]  # begun, and not ended
        assert {name: run(f"SELECT * FROM {name}").fetchall() for name in kept} == kept
        plan = run(f"EXPLAIN QUERY PLAN SELECT id FROM orders WHERE {rows.STILL_OPEN} ORDER BY id").fetchall()
        assert any("orders_open" in row[3] for row in plan), plan
        (fill,) = of_client(database.connection, "c1")
        assert (fill.note, fill.bid, fill.ask) == ("old", None, None)


def _as_of(old: sqlite3.Connection, version: str) -> None:
    """Without what came after the second version."""
    old.execute("DROP TABLE equity_point")
    for table, columns in (("account", ("begun_at", "ended_at")), ("fill", ("bid", "ask"))):
        for column in columns:
            old.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    old.execute("UPDATE alembic_version SET version_num=?", (version,))
    old.commit()


def test_before_a_migration_a_whole_copy_is_kept(tmp_path: Path) -> None:
    path = founded_file(tmp_path)
    old = sqlite3.connect(path)
    _as_of(old, "0002")
    before = list(old.iterdump())
    old.close()
    with opened(path):
        pass
    (copy,) = (tmp_path / "backups").iterdir()
    assert copy.name == f"before-{SCHEMA}.sqlite3"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    kept = sqlite3.connect(copy)
    assert list(kept.iterdump()) == before
    kept.close()
    with opened(path):  # nothing to bring along, nothing to copy
        assert [copy] == list((tmp_path / "backups").iterdir())


def test_without_the_copy_nothing_is_migrated(tmp_path: Path) -> None:
    path = founded_file(tmp_path)
    old = sqlite3.connect(path)
    _as_of(old, "0002")
    (tmp_path / "backups").write_text("in the way")
    with pytest.raises(StoreError, match=r"cannot be used: .* Nothing was changed"):
        Database.open(path)
    assert old.execute("SELECT version_num FROM alembic_version").fetchone() == ("0002",)
    old.close()


def test_an_account_of_before_begins_when_it_was_connected_or_at_no_known_time(tmp_path: Path) -> None:
    path = founded_file(tmp_path)
    old = sqlite3.connect(path)
    _as_of(old, "0002")
    old.execute("UPDATE entry SET source='another'")
    old.commit()
    old.close()
    with opened(path) as database:
        assert database.connection.execute("SELECT begun_at FROM account").fetchall() == [(None,)]


def test_the_write_ahead_log_is_grown_at_the_start_and_nothing_of_it_is_kept(path: Path) -> None:
    with opened(path) as database:
        cached = database.connection.execute("PRAGMA cache_size").fetchone()
    with opened(path) as database:
        assert path.with_name("desk.sqlite3-wal").stat().st_size > 1000 * 4096
        assert database.connection.execute("PRAGMA freelist_count").fetchone() == (0,)
        assert database.connection.execute("PRAGMA cache_size").fetchone() == cached != (0,)


def test_a_newer_version_opens_for_reading_with_a_sentence(path: Path) -> None:
    newer = sqlite3.connect(path)
    newer.execute("UPDATE alembic_version SET version_num='0999'")
    newer.execute("ALTER TABLE orders ADD COLUMN mood TEXT")
    newer.execute("ALTER TABLE lot ADD COLUMN mood TEXT")
    newer.commit()
    newer.close()
    before = path.read_bytes()
    clock = FakeClock()
    with opened(path) as database:
        assert "written by a newer Quarterdeck (database version 0999" in database.read_only
        assert "nothing is traded" in database.read_only
        store = Store(database, clock, clock)
        with pytest.raises(StoreError, match="newer Quarterdeck"), store.unit:
            raise AssertionError("it must not get here")
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            database.connection.execute("DELETE FROM orders")
        assert store.orders.open() == ()
    assert path.read_bytes() == before


MOVED = {
    "a renamed column": "ALTER TABLE orders RENAME COLUMN symbol TO ticker",
    "a column that is gone": "ALTER TABLE fill DROP COLUMN note",
    "a table that is gone": "DROP TABLE job_run",
    "a table of another name": "ALTER TABLE position RENAME TO holding",
}


@pytest.mark.parametrize("change", MOVED.values(), ids=MOVED)
def test_a_newer_version_that_moved_what_is_read_here_is_one_sentence(path: Path, change: str) -> None:
    newer = sqlite3.connect(path)
    newer.execute("UPDATE alembic_version SET version_num='0999'")
    newer.execute(change)
    newer.commit()
    newer.close()
    before = path.read_bytes()
    words = refused(path)
    assert re.search(r"by a newer Quarterdeck and cannot be read by this one: [\w ]+ is not there any more\. ", words)
    assert "Update Quarterdeck" in words
    assert path.read_bytes() == before


def test_a_newer_version_that_keeps_what_is_not_known_here_is_one_sentence(tmp_path: Path) -> None:
    clock = FakeClock()
    path = founded_file(tmp_path)
    newer = sqlite3.connect(path)
    newer.execute("UPDATE alembic_version SET version_num='0999'")
    newer.execute("UPDATE instrument SET asset_class='weather'")
    newer.commit()
    newer.close()
    with opened(path) as database, pytest.raises(StoreError) as told:
        Store(database, clock, clock)
    assert "by a newer Quarterdeck and cannot be read by this one: it holds what this one does not know (" in str(
        told.value
    )
    assert str(told.value).endswith("Update Quarterdeck, then start it again. (desk.sqlite3)")


def test_a_row_of_this_versions_own_that_cannot_be_read_is_no_newer_version(tmp_path: Path) -> None:
    clock = FakeClock()
    with opened(founded_file(tmp_path)) as database:
        database.connection.execute("UPDATE instrument SET asset_class='weather'")
        with pytest.raises(ValueError, match="weather"):
            Store(database, clock, clock)


def test_the_second_pair_of_eyes_cannot_write(path: Path) -> None:
    eyes = read_only(path)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        eyes.execute("DELETE FROM journal")
    eyes.close()


def refused(path: Path) -> str:
    with pytest.raises(StoreError) as told:
        Database.open(path)
    words = str(told.value)
    assert path.name in words or "durable" in words
    assert "Nothing was changed and nothing is traded." in words
    assert "start again." in words or "start it again." in words
    assert "\n" not in words
    return words


def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "desk.sqlite3"
    file.write_bytes(b"these are not the pages you are looking for" * 100)
    before = file.read_bytes()
    assert "not a database" in refused(file)
    assert file.read_bytes() == before


@pytest.mark.parametrize("page", [2, 5, 20])
def test_a_damaged_page_is_one_sentence(path: Path, page: int) -> None:
    pages = bytearray(path.read_bytes())
    pages[page * 4096 : page * 4096 + 4096] = b"\xff" * 4096
    path.write_bytes(pages)
    refused(path)


def test_a_file_cut_in_half_is_one_sentence(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: 4096 * 7])
    refused(path)


def test_a_folder_in_its_place_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "desk.sqlite3").mkdir()
    assert "unable to open" in refused(tmp_path / "desk.sqlite3")


@pytest.mark.parametrize("pages", [1, 4, 30])
def test_a_disk_full_at_the_first_start_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pages: int
) -> None:
    def small(target: str, uri: bool = False) -> sqlite3.Connection:
        connection = real(target, uri)
        connection.execute(f"PRAGMA max_page_count={pages}")
        return connection

    real = opening._connect
    monkeypatch.setattr(opening, "_connect", small)
    assert "full" in refused(tmp_path / "desk.sqlite3")
    monkeypatch.undo()
    with opened(tmp_path / "desk.sqlite3") as database:  # and with room it goes on as if nothing had been
        assert database.connection.execute("SELECT count(*) FROM orders").fetchone() == (0,)


def test_a_migration_that_fails_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("in the middle")

    monkeypatch.setattr("alembic.command.upgrade", fail)
    database = Database(opening._connect(str(tmp_path / "desk.sqlite3")))
    with pytest.raises(RuntimeError):
        database.migrate()
    assert not database.connection.in_transaction
    assert database.connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    database.close()


def test_files_are_for_their_owner_alone_even_with_an_open_umask(tmp_path: Path) -> None:
    import os

    before = os.umask(0)
    try:
        keep_private()
        with opened(tmp_path / "desk.sqlite3"):
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert len(modes) == 3
    assert set(modes.values()) == {0o600}
