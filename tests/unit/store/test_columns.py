"""What a column takes: exact numbers and aware times, and nothing that would quietly become something else."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import StatementError
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session

from core.store.columns import Day, Instant, Money, Price, Quantity, YesNo, from_micros, to_micros
from core.store.database import Database
from core.store.rows import MarkRow, WorkspaceRow

D = Decimal
NOW = datetime(2026, 11, 1, 5, 30, 0, 123456, tzinfo=UTC)
SCALED: list[tuple[type[TypeDecorator[Any]], int]] = [(Price, 9), (Quantity, 9), (Money, 6)]


@pytest.fixture
def engine() -> Iterator[Engine]:
    database = Database.in_memory()
    yield database.engine
    database.close()


def through(kind: type[TypeDecorator[Any]], value: object) -> object:
    """Into the disk's form and back."""
    column = kind()
    dialect: Any = None
    return column.process_result_value(column.process_bind_param(value, dialect), dialect)


@pytest.mark.parametrize(("kind", "places"), SCALED)
@given(units=st.integers(-(2**63) + 1, 2**63 - 1))
def test_every_number_that_fits_comes_back_exactly(kind: type[TypeDecorator[Any]], places: int, units: int) -> None:
    value = D(units).scaleb(-places)
    assert through(kind, value) == value


@pytest.mark.parametrize(("kind", "places"), SCALED)
@pytest.mark.parametrize(
    "bad",
    [1.5, 1, True, "1.5", D("NaN"), D("sNaN"), D("Infinity"), D("-Infinity"), D(2**63), D("1e4000")],
)
def test_what_is_no_exact_number_is_refused(kind: type[TypeDecorator[Any]], places: int, bad: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        through(kind, bad)


@pytest.mark.parametrize(("kind", "places"), SCALED)
def test_the_first_number_that_does_not_fit_is_refused(kind: type[TypeDecorator[Any]], places: int) -> None:
    for units in (2**63, -(2**63)):
        with pytest.raises(ValueError, match="too large to be stored"):
            through(kind, D(units).scaleb(-places))


@pytest.mark.parametrize(("kind", "places"), SCALED)
def test_one_decimal_too_many_is_refused_and_never_rounded(kind: type[TypeDecorator[Any]], places: int) -> None:
    assert through(kind, D(1).scaleb(-places)) == D(1).scaleb(-places)
    with pytest.raises(ValueError, match=f"more than {places} decimals"):
        through(kind, D(1).scaleb(-places - 1))


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(TypeError):
        through(Instant, datetime(2026, 11, 1, 5, 30))  # noqa: DTZ001  the point of the test
    with pytest.raises(TypeError):
        to_micros(date(2026, 11, 1))  # type: ignore[arg-type]


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_every_moment_comes_back_to_the_microsecond(moment: datetime) -> None:
    assert from_micros(to_micros(moment)) == moment
    elsewhere = moment.astimezone(timezone(timedelta(hours=-4)))
    assert to_micros(elsewhere) == to_micros(moment)


def test_both_hours_of_the_autumn_night_stay_apart() -> None:
    first = datetime(2026, 11, 1, 1, 30, tzinfo=timezone(timedelta(hours=-4)))
    second = datetime(2026, 11, 1, 1, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert to_micros(second) - to_micros(first) == 3_600_000_000


def test_days_and_switches_come_back() -> None:
    assert through(Day, date(2026, 2, 28)) == date(2026, 2, 28)
    assert through(YesNo, True) is True
    assert through(YesNo, False) is False
    assert through(Day, None) is None
    assert through(Instant, None) is None


def test_the_orm_says_no_before_the_disk_is_asked(engine: Engine) -> None:
    row = MarkRow(account_id="a", day=date(2026, 1, 2), equity=cast(Decimal, 1.1), peak=D(1), transfers=D(0))
    with Session(engine) as session, pytest.raises(StatementError, match="money is never kept as anything else"):
        session.add(row)
        session.flush()


@pytest.mark.parametrize(
    ("column", "value"), [("balance.value", "1.5"), ("balance.value", "'a lot'"), ("position.quantity", "x'00'")]
)
def test_the_disk_refuses_the_wrong_kind_too(engine: Engine, column: str, value: str) -> None:
    table = column.partition(".")[0]
    rows = {
        "balance": "(account_id, ledger_account, currency, value) VALUES ('a','cash','USD',{})",
        "position": "(account_id, instrument_id, quantity, cost, currency) VALUES ('a','i',{},0,'USD')",
    }
    with engine.connect() as connection, pytest.raises(Exception, match="cannot store"):
        connection.execute(text(f"INSERT INTO {table} {rows[table].format(value)}"))


def every_table(connection: Connection) -> list[str]:
    found = connection.execute(text("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'"))
    return [row[0] for row in found]


def test_every_table_is_strict_and_holds_no_real_number(engine: Engine) -> None:
    with engine.connect() as connection:
        tables = set(every_table(connection)) - {"alembic_version"}
        assert len(tables) > 15
        strict = {row[1]: row[5] for row in connection.execute(text("PRAGMA table_list")) if row[1] in tables}
        kinds = {column[2] for table in tables for column in connection.execute(text(f"PRAGMA table_info({table})"))}
    assert strict == dict.fromkeys(tables, 1)
    assert kinds <= {"INTEGER", "TEXT", "BLOB"}


def test_a_row_with_words_in_them_stays_words(engine: Engine) -> None:
    nasty = "x'); DROP TABLE orders; --\n% _ \\ \x00 \u202e 🂡"
    with Session(engine) as session:
        session.add(WorkspaceRow(id="w", name=nasty, kind="practice", machine="m", currency="USD", created_at=NOW))
        session.flush()
        session.expire_all()
        kept = session.get(WorkspaceRow, "w")
        assert kept is not None
        assert kept.name == nasty
        assert kept.created_at == NOW
    with engine.connect() as connection:
        assert "orders" in every_table(connection)


def test_sqlite_itself_knows_strict_tables() -> None:
    assert sqlite3.sqlite_version_info >= (3, 37)
