"""A position on the days around its split: worth and today's gain as if nothing had been split."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.domain.fill import Fill
from core.domain.lot import Lot, Position
from core.domain.order import Side
from core.engine.facets.statement import Split, Statement
from core.market.sessions import Sessions
from tests.fakes.broker import ACCOUNT, FakeBroker
from tests.fakes.clock import FakeClock
from tests.fakes.market import SHARES

D = Decimal
DAWN = datetime(2026, 9, 15, 8, tzinfo=UTC)


def at(quantity: str, last: str, close: str, split: Split | None, *fills: Fill) -> Statement:
    clock = FakeClock()
    name = "i-ant"
    position = Position(account_id=ACCOUNT, instrument_id=name, quantity=D(quantity), cost=D(5000), currency="USD")
    traded: Mapping[str, Sequence[Fill]] = {name: fills}
    return Statement(
        account=FakeBroker(clock=clock, market_clock=clock).account(),
        positions={name: position},
        instruments=SHARES,
        equity=D(100_000),
        certainty="",
        last={name: D(last)},
        closes={name: D(close)},
        traded=traded,
        splits={name: split} if split else {},
        frozen={},
        open_orders={},
    )


def split(*, begun: bool, ahead: str) -> Split:
    return Split(ratio=D(2), begins=DAWN, begun=begun, ahead=D(ahead))


def evening(quantity: str) -> Fill:
    """Bought after hours on the day before, in shares of before."""
    return Fill(
        execution_id="x",
        account_id=ACCOUNT,
        instrument_id="i-ant",
        client_id="",
        side=Side.BUY,
        quantity=D(quantity),
        price=D(51),
        at=DAWN - timedelta(hours=9),
    )


@pytest.mark.parametrize(
    ("quantity", "last", "known"),
    [
        ("100", "51", split(begun=False, ahead="1")),  # the evening before
        ("100", "25.5", split(begun=True, ahead="2")),  # the books are behind
        ("200", "25.5", split(begun=True, ahead="1")),
    ],
)
def test_a_split_is_no_gain_and_no_loss_of_the_day(quantity: str, last: str, known: Split) -> None:
    told = at(quantity, last, "25", known)  # the close before, in the shares of the coming morning
    held = told.positions["i-ant"]
    lot = Lot(
        id="l",
        account_id=ACCOUNT,
        instrument_id="i-ant",
        quantity=held.quantity,
        cost=held.cost,
        currency="USD",
        opened_at=None,
    )
    view = told.view(held, [lot])
    assert (view.value, view.today, view.unrealised) == (D(5100), D(100), D(100))
    assert view.lots[0].gain == 100


@pytest.mark.parametrize(
    ("quantity", "last", "known"),
    [
        ("100", "52", split(begun=False, ahead="1")),
        ("100", "26", split(begun=True, ahead="2")),
        ("200", "26", split(begun=True, ahead="1")),
    ],
)
def test_what_was_bought_in_the_evening_before_is_counted_in_the_shares_of_now(
    quantity: str, last: str, known: Split
) -> None:
    told = at(quantity, last, "25", known, evening("10"))
    assert told.view(told.positions["i-ant"]).today == 90 * 2 + 10 * 1  # 90 from 50, 10 from 51, to 52


def test_begins_is_the_morning_of_a_day_and_of_the_next_one_after_a_weekend() -> None:
    sessions = Sessions()
    assert sessions.begins(DAWN.date()) == DAWN
    assert sessions.begins(datetime(2026, 9, 19, tzinfo=UTC).date()) == datetime(2026, 9, 21, 8, tzinfo=UTC)
