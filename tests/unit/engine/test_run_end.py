"""A run that is over: what it still held counts at the prices of its end, and not of today."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.channel.facets.orders import Draft
from core.domain.account import Account
from core.domain.order import Side
from core.domain.verdict import Consent
from core.ledger.opening import opening
from core.market.feeds.base import BarSize
from core.market.timeline import Anchor
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


def jump(desk: Opened, at: datetime) -> None:
    desk.engine.timeline.jump(Anchor(at=at, own_time=True, pace=1))
    desk.settle(4)


def test_it_is_valued_at_its_end(desk: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    jump(desk, NOON + timedelta(days=9))
    (going_on,) = desk.desk.statements.all()
    end_it(desk, monkeypatch, ENDED)
    (run,) = desk.desk.statements.all()
    (held,) = desk.engine.store.books.positions("practice").values()
    bar = desk.engine.feed.bars(held.instrument_id, BarSize.MINUTE, ENDED - timedelta(minutes=5), ENDED)[-1]
    assert run.end == run.cash + 10 * Decimal(str(round(bar.close, 4)))
    assert run.end != going_on.end
    assert (run.as_of, run.ended_at) == (ENDED, ENDED)
    assert run.profit is not None
    assert run.start + run.transfers + run.profit == run.end


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


def test_over_a_night_it_is_the_close_before(desk: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    jump(desk, NOON + timedelta(days=9))
    end_it(desk, monkeypatch, datetime(2026, 11, 25, 4, tzinfo=UTC))
    (run,) = desk.desk.statements.all()
    (held,) = desk.engine.store.books.positions("practice").values()
    close = desk.engine.feed.previous_close(held.instrument_id, date(2026, 11, 25))
    assert close is not None
    assert run.end is not None
    assert abs(run.end - run.cash - 10 * close) < Decimal("0.5")


def test_a_second_account_is_a_run_of_its_own(desk: Opened) -> None:
    store = desk.engine.store

    def add() -> None:
        (first,) = store.accounts.every()
        with store.unit:
            store.accounts.add(replace(first, id="second", name="Second run"))
            entry = store.books.next_entry_id()
            cash = {"USD": Decimal(5000)}
            store.books.book(opening((), cash, account_id="second", entry_id=entry, at=NOON))

    desk.engine.thread.ask(add)
    first, second = desk.desk.statements.all()
    assert (second.start, second.end, second.trading.fills, second.orders) == (Decimal(5000), Decimal(5000), 0, 0)
    assert (first.start, first.trading.fills, first.orders) == (Decimal(100_000), 1, 1)
    assert desk.desk.statements.of("second").by_symbol == ()
    assert desk.desk.statements.fills("second").num_rows == 0
