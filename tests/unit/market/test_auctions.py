"""The opening and the closing auction: one price, and what is shown before."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.market.invented.market import InventedMarket
from core.market.invented.names import NAMES
from core.market.sessions import Sessions

SESSIONS = Sessions()
MARKET = InventedMarket(seed=1, sessions=SESSIONS)
DAYS = (date(2026, 11, 23), date(2026, 11, 27))  # the second is a half-day
SOME = [name.instrument for name in NAMES if name.instrument.symbol in ("AAPL", "PLUG", "CKX", "SPY")]


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("name", SOME, ids=lambda name: name.symbol)
def test_the_day_opens_and_closes_at_the_auctions_prices(day: date, name: object) -> None:
    instrument = next(known for known in SOME if known is name)
    hours = SESSIONS.hours(day)
    bar = MARKET.day(instrument.id, day)
    assert hours is not None
    assert bar is not None
    regular = hours.stretches[1]
    opening, closing = (MARKET.cross(instrument.id, regular, opening=o) for o in (True, False))
    assert (float(opening.price), float(closing.price)) == (bar.open, bar.close)
    assert closing.price == MARKET.close(instrument.id, day)
    continuous = MARKET.volume(instrument.id, regular, range(regular.seconds))
    assert continuous + opening.volume + closing.volume == Decimal(int(bar.volume))
    first = MARKET.moment(instrument.id, regular, 0)
    assert first.bid <= opening.price <= first.ask
    for price in (opening.price, closing.price):
        assert price % instrument.tick_at(price) == 0


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("opening", [True, False])
def test_indications_come_in_time_and_end_at_the_auction(day: date, opening: bool) -> None:
    hours = SESSIONS.hours(day)
    assert hours is not None
    held_at = hours.opens_at if opening else hours.closes_at
    span = timedelta(minutes=2 if opening else 10)
    name = SOME[0]
    cross = MARKET.cross(name.id, hours.stretches[1], opening)
    assert MARKET.indication(name.id, held_at - span - timedelta(seconds=1)) is None
    assert MARKET.indication(name.id, held_at) is None
    first = MARKET.indication(name.id, held_at - span)
    last = MARKET.indication(name.id, held_at - timedelta(seconds=1))
    assert first is not None
    assert last is not None
    assert (last.price, last.paired, last.imbalance) == (cross.price, cross.volume, Decimal(0))
    assert first.paired < cross.volume / 2
    shown = [
        MARKET.indication(name.id, held_at - span + timedelta(seconds=k)) for k in range(int(span.total_seconds()))
    ]
    assert all(one is not None and one.price % name.tick_at(one.price) == 0 and one.paired >= 0 for one in shown)
    assert any(one is not None and one.imbalance for one in shown)


def test_most_is_shown_by_the_end_and_the_price_wanders_less_and_less() -> None:
    hours = SESSIONS.hours(DAYS[0])
    assert hours is not None
    off = {600: [], 60: []}  # type: dict[int, list[float]]
    for name in NAMES:
        cross = MARKET.cross(name.instrument.id, hours.stretches[1], opening=False)
        for before, found in off.items():
            shown = MARKET.indication(name.instrument.id, hours.closes_at - timedelta(seconds=before))
            assert shown is not None
            found.append(abs(float(shown.price / cross.price) - 1))
    assert sum(off[60]) < sum(off[600]) / 2
