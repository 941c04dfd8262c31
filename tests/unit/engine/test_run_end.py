"""A run that is over: it is worth what was kept at its end, and never what today's prices make of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.channel.facets.orders import Draft
from core.domain.account import Account
from core.domain.order import Side
from core.domain.verdict import Consent
from core.ledger.opening import opening
from tests.fakes.clock import FakeClock
from tests.unit.engine.opened import Opened, opened

NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
ENDED = NOON + timedelta(hours=2)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Opened]:
    """One that bought 10 KO at noon."""
    with opened(tmp_path, FakeClock(NOON)) as desk:
        desk.settle(4)
        review = desk.desk.orders.review(Draft(symbol="KO", side=Side.BUY, quantity="10"))
        desk.desk.orders.confirm(review.token, Consent(warnings=review.warnings))
        for _ in range(3):
            desk.settle(4)
        yield desk


def end_it(desk: Opened, monkeypatch: pytest.MonkeyPatch, at: datetime) -> Account:
    (account,) = desk.engine.store.accounts.every()
    over = replace(account, ended_at=at)
    monkeypatch.setattr(type(desk.engine.store.accounts), "every", lambda _: (over,))
    return over


def test_without_a_kept_value_it_is_not_known(desk: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    end_it(desk, monkeypatch, ENDED)
    (run,) = desk.desk.statements.all()
    assert (run.end, run.profit, run.unrealized) == (None, None, None)
    assert (run.as_of, run.ended_at) == (ENDED, ENDED)


def test_the_value_that_was_kept_at_its_end_goes_before(desk: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    end_it(desk, monkeypatch, ENDED)
    store = desk.engine.store

    def keep() -> None:
        with store.unit:
            store.settings.set("run:practice", {"value": "100123.456789"})

    desk.engine.thread.ask(keep)
    (run,) = desk.desk.statements.all()
    assert run.end == Decimal("100123.456789")
    assert run.profit == Decimal("123.456789")


def add_second(desk: Opened) -> None:
    store = desk.engine.store

    def add() -> None:
        (first,) = store.accounts.every()
        with store.unit:
            store.accounts.add(replace(first, id="second", name="Second run"))
            entry = store.books.next_entry_id()
            cash = {"USD": Decimal(5000)}
            store.books.book(opening((), cash, account_id="second", entry_id=entry, at=NOON))

    desk.engine.thread.ask(add)


def test_a_second_account_is_a_run_of_its_own(desk: Opened) -> None:
    add_second(desk)
    first, second = desk.desk.statements.all()
    assert (second.start, second.end, second.trading.fills, second.orders) == (Decimal(5000), Decimal(5000), 0, 0)
    assert (first.start, first.trading.fills, first.orders) == (Decimal(100_000), 1, 1)
    assert desk.desk.statements.of("second").by_symbol == ()
    assert desk.desk.statements.fills("second").num_rows == 0


def test_one_that_is_over_and_was_never_used_has_nothing_to_compare(
    desk: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_second(desk)
    used, unused = desk.engine.store.accounts.every()
    ended = (replace(used, ended_at=ENDED), replace(unused, ended_at=ENDED))
    monkeypatch.setattr(type(desk.engine.store.accounts), "every", lambda _: ended)
    assert [run.account_id for run in desk.desk.statements.all()] == ["practice"]
    monkeypatch.setattr(type(desk.engine.store.accounts), "every", lambda _: (used, unused))
    assert len(desk.desk.statements.all()) == 2, "the one in use is shown from its beginning"
