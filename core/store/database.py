"""Open the workspace's database: checked, migrated, private, and durable at every commit."""

import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from core.domain.errors import StoreError
from core.store.rows import Strict

SCHEMA: Final = "0007"
_PRAGMAS: Final = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: a commit is on the disk when it returns
    "foreign_keys": 1,
    "busy_timeout": 5000,
    "secure_delete": 1,
    "trusted_schema": 0,
}
_GROWN_PAGES: Final = 1000
_CHECKED_AT_OPEN: Final = 64 * 1024 * 1024


class Shared(sqlite3.Connection):
    """One connection for prepared statements and the ORM alike. Transactions belong to the unit of work alone."""

    def commit(self) -> None:
        """The ORM does not commit: the unit does."""

    def rollback(self) -> None:
        """Nor does it roll back."""


class Database:
    """An open database. `read_only` says in words why nothing may be written; empty = it may. No path = in memory."""

    def __init__(self, connection: sqlite3.Connection, read_only: str = "", path: Path | None = None) -> None:
        self.connection = connection
        self.path = path
        self.read_only = read_only
        self.engine: Engine = create_engine(
            "sqlite://", creator=lambda: connection, poolclass=StaticPool, pool_reset_on_return=None
        )

    @classmethod
    def open(cls, path: Path) -> "Database":
        """Open the file, making it if there is none. A newer version's file opens read-only."""
        with ExitStack() as refused:
            try:
                connection = _connect(path.as_posix())
                refused.callback(connection.close)
                _assert_pragmas(connection)
                _check(connection, path)
                version = _version(connection)
                if version is not None and version > SCHEMA:
                    _assert_readable(connection, path)
                    return cls(_connect(f"file:{path.as_posix()}?mode=ro", uri=True), _newer(path, version), path)
                database = cls(connection, path=path)
                if version is not None and version != SCHEMA:
                    _keep_before(connection, path)
                if version != SCHEMA:
                    database.migrate()
                _grow_wal(connection)
            except DBAPIError as error:  # the migrations' own wrapping
                raise StoreError(_cannot_open(path, error.orig)) from error
            except (sqlite3.Error, OSError) as error:
                raise StoreError(_cannot_open(path, error)) from error
            refused.pop_all()
        return database

    @classmethod
    def in_memory(cls) -> "Database":
        """For simulation: the same tables, no disk."""
        database = cls(_connect(":memory:"))
        database.migrate()
        return database

    def migrate(self) -> None:
        """Bring the tables to this version, in one transaction."""
        config = Config()
        config.set_main_option("script_location", (Path(__file__).parent / "migrations").as_posix())
        with self.engine.connect() as connection:
            config.attributes["connection"] = connection
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                command.upgrade(config, "head")
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")

    @property
    def machine(self) -> str:
        """The one this file belongs to; empty = it has never been used."""
        row = self.connection.execute("SELECT machine FROM workspace").fetchone()
        return str(row[0]) if row else ""

    def hold(self, words: str) -> None:
        """From now on it is only read; SQLite itself refuses the rest. No words = it may be written again."""
        self.connection.execute(f"PRAGMA query_only={int(bool(words))}")
        self.read_only = words

    def close(self) -> None:
        self.engine.dispose()
        self.connection.close()


def read_only(path: Path) -> sqlite3.Connection:
    """A second pair of eyes that can never write: for proofs and backups beside the running desk."""
    return sqlite3.connect(f"file:{path.as_posix()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False)


def _connect(target: str, uri: bool = False) -> sqlite3.Connection:
    connection: sqlite3.Connection = sqlite3.connect(
        target, uri=uri, isolation_level=None, check_same_thread=False, cached_statements=512, factory=Shared
    )
    try:
        for name, value in _PRAGMAS.items():
            if not (uri and name in ("journal_mode", "secure_delete")):
                connection.execute(f"PRAGMA {name}={value}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _assert_pragmas(connection: sqlite3.Connection) -> None:
    for name, value in _PRAGMAS.items():
        found: Any = connection.execute(f"PRAGMA {name}").fetchone()[0]
        if found != value:
            raise StoreError(
                f"The database would not be durable: {name} is {found} instead of {value}. "
                "Nothing was opened. Put the workspace on a local disk."
            )


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """A small file is read through at once; a large one by the integrity job, so that the start stays quick."""
    if path.stat().st_size > _CHECKED_AT_OPEN:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise StoreError(_cannot_open(path, found))


def _version(connection: sqlite3.Connection) -> str | None:
    there = connection.execute("SELECT 1 FROM sqlite_master WHERE name='alembic_version'").fetchone()
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if there else None
    return row[0] if row else None


def _keep_before(connection: sqlite3.Connection, path: Path) -> None:
    """A migration changes everything at once: a copy of what was there before stays until a person throws it away."""
    folder = path.parent / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"before-{SCHEMA}.sqlite3"
    unfinished = target.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    try:
        with closing(sqlite3.connect(unfinished, isolation_level=None)) as copy:
            connection.backup(copy)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _assert_readable(connection: sqlite3.Connection, path: Path) -> None:
    """A newer version may have moved what this one reads: said at once, not at the first look for it."""
    for table in Strict.metadata.sorted_tables:
        there = {row[1] for row in connection.execute(f"PRAGMA table_xinfo({table.name})")}
        missing = [column.name for column in table.columns if column.name not in there]
        if missing:
            what = f"{missing[0]} of {table.name}" if there else table.name
            raise StoreError(unreadable(path, f"{what} is not there any more"))


def unreadable(path: Path, why: str) -> str:
    """For a newer version's file that not even looking works with."""
    return (
        f"This workspace was written by a newer Quarterdeck and cannot be read by this one: {why}. "
        f"Nothing was changed and nothing is traded. Update Quarterdeck, then start it again. ({path.name})"
    )


def _grow_wal(connection: sqlite3.Connection) -> None:
    """A write-ahead log that is already long is overwritten in place, which makes every later commit cheaper.

    What makes it long is taken back: were it dropped, each of its free pages would later cost a commit one page more.
    """
    size, cached = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_size", "cache_size"))
    connection.execute("PRAGMA cache_size=0")  # so that it is written to the log at once, and not only when it is kept
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("CREATE TABLE grown (filler BLOB) STRICT")
    connection.execute("INSERT INTO grown VALUES (zeroblob(?))", (_GROWN_PAGES * size,))
    connection.execute("ROLLBACK")
    connection.execute(f"PRAGMA cache_size={cached}")
    connection.execute("PRAGMA wal_checkpoint(RESTART)")


def _newer(path: Path, version: str) -> str:
    return (
        f"This workspace was written by a newer Quarterdeck (database version {version}, this one knows {SCHEMA}). "
        f"It is open for reading only and nothing is traded. Update Quarterdeck, then start it again. ({path.name})"
    )


def _cannot_open(path: Path, error: object) -> str:
    why = " ".join(str(error).split())  # SQLite tells of damaged pages over several lines
    return (
        f"The database {path.name} cannot be used: {why}. Nothing was changed and nothing is traded. "
        "Free disk space or restore the newest file from the backups folder, then start again."
    )
