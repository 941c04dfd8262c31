"""Dividends, splits, purchases and new symbols, and what they do to prices."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.domain.corporate_event import CorporateEvent, EventKind
from core.market.invented.calendar import BOUGHT, RENAMED
from core.market.invented.market import InventedMarket
from core.market.invented.names import NAMES
from core.market.sessions import Part, Sessions

SESSIONS = Sessions()
MARKET = InventedMarket(seed=1, sessions=SESSIONS)
IDS = {name.instrument.symbol: name.instrument.id for name in NAMES}
SINCE, UNTIL = date(2023, 1, 3), date(2026, 12, 31)
EVENTS = MARKET.events(SINCE, UNTIL)


def of(kind: EventKind) -> list[CorporateEvent]:
    return [event for event in EVENTS if event.kind is kind]


def level(event: CorporateEvent, day: date) -> float:
    """A day's close without anything that events did."""
    return float(MARKET.close(event.instrument_id, day) or 0) * MARKET.adjustment(event.instrument_id, day, UNTIL)


def test_every_event_is_on_trading_days_and_has_one_id() -> None:
    assert len({event.id for event in EVENTS}) == len(EVENTS)
    for event in EVENTS:
        for day in (event.announced, event.effective, event.record_day, event.pay_day):
            assert day is None or SESSIONS.hours(day) is not None
    assert [event.effective for event in EVENTS] == sorted(event.effective for event in EVENTS)


def test_who_pays_pays_four_times_a_year_and_bonds_every_month() -> None:
    year = [e for e in of(EventKind.DIVIDEND) if e.effective.year == 2026]
    counted = {s: sum(e.instrument_id == IDS[s] for e in year) for s in ("KO", "SPY", "BND", "AMZN", "BRK.B")}
    assert counted == {"KO": 4, "SPY": 4, "BND": 12, "AMZN": 0, "BRK.B": 0}
    paid = sum(e.cash or 0 for e in year if e.instrument_id == IDS["KO"])
    assert float(paid) == pytest.approx(0.030 * 64, rel=0.2)
    for event in year:
        assert event.record_day == event.effective
        assert event.pay_day is not None
        assert event.announced < event.effective < event.pay_day


def test_a_dividend_leaves_the_price_on_the_ex_day() -> None:
    """The price of yesterday less the dividend is what today's moves start from."""
    for event in of(EventKind.DIVIDEND)[::40]:
        before = SESSIONS.previous_day(event.effective)
        close = float(MARKET.close(event.instrument_id, before) or 0)
        by = MARKET.adjustment(event.instrument_id, before, event.effective)
        assert close * by == pytest.approx(close - float(event.cash or 0), abs=0.011)


@pytest.mark.parametrize("event", of(EventKind.SPLIT), ids=lambda event: event.id)
def test_a_split_divides_the_price(event: CorporateEvent) -> None:
    before = SESSIONS.previous_day(event.effective)
    assert event.ratio is not None
    assert MARKET.adjustment(event.instrument_id, before, event.effective) == pytest.approx(1 / float(event.ratio))
    gone = level(event, event.effective) / level(event, before)
    raw = float(MARKET.close(event.instrument_id, event.effective) or 0) / float(
        MARKET.close(event.instrument_id, before) or 0
    )
    assert 0.75 < gone < 1.33
    assert raw * float(event.ratio) == pytest.approx(gone, rel=0.001)


def test_yesterday_s_close_is_counted_in_today_s_shares() -> None:
    """Dividends are left in it: they are money, not shares."""
    split = next(e for e in of(EventKind.SPLIT) if e.instrument_id == IDS["AAPL"])
    raw = MARKET.close(split.instrument_id, SESSIONS.previous_day(split.effective))
    seen = MARKET.previous_close(split.instrument_id, split.effective)
    assert raw is not None
    assert seen is not None
    assert abs(seen - raw / (split.ratio or 1)) <= Decimal("0.005")
    paid = next(e for e in of(EventKind.DIVIDEND) if e.instrument_id == IDS["KO"])
    assert MARKET.previous_close(IDS["KO"], paid.effective) == MARKET.close(
        IDS["KO"], SESSIONS.previous_day(paid.effective)
    )


def test_splits_bring_prices_back_and_one_name_goes_the_other_way() -> None:
    splits = of(EventKind.SPLIT)
    assert len({e.instrument_id for e in splits if (e.ratio or 0) > 1}) >= 3
    assert {e.instrument_id for e in splits if (e.ratio or 1) < 1} == {IDS["PLUG"]}


def test_history_adjusted_has_no_steps() -> None:
    event = next(e for e in of(EventKind.SPLIT) if e.instrument_id == IDS["AAPL"])
    before = SESSIONS.previous_day(event.effective)
    raw = MARKET.day(event.instrument_id, before)
    assert raw is not None
    seen = MARKET.adjusted(event.instrument_id, raw, before, event.effective)
    assert seen.close == pytest.approx(raw.close / float(event.ratio or 1))
    assert seen.volume == pytest.approx(raw.volume * float(event.ratio or 1))
    assert MARKET.adjusted(event.instrument_id, raw, before, before) == raw


def test_a_purchase_and_a_new_symbol_every_year() -> None:
    found = MARKET.events(date(2027, 1, 4), date(2034, 12, 29))
    for kind, years in ((EventKind.CASH_MERGER, range(2027, 2035)), (EventKind.SYMBOL_CHANGE, range(2027, 2034))):
        assert [event.effective.year for event in found if event.kind is kind] == list(years)
    assert set(BOUGHT) == set(RENAMED)


def test_who_is_bought_trades_near_the_offer_and_then_no_more() -> None:
    name = IDS["ALDC"]
    (merger,) = MARKET.events(date(2027, 9, 1), date(2027, 9, 30), name)
    assert merger.kind is EventKind.CASH_MERGER
    assert merger.cash is not None
    before, last = SESSIONS.previous_day(merger.announced), SESSIONS.previous_day(merger.effective)
    assert float(MARKET.close(name, before) or 0) * 1.2 < float(merger.cash)
    for day in SESSIONS.days(merger.announced, last):
        assert float(MARKET.close(name, day) or 0) == pytest.approx(float(merger.cash), rel=0.02)
    assert float(MARKET.close(name, last) or 0) == pytest.approx(float(merger.cash), rel=0.001)
    assert MARKET.close(name, merger.effective) is None
    assert MARKET.day(name, merger.effective) is None
    assert not MARKET.play(name, merger.effective, Part.REGULAR).path.volume.any()
    hours = SESSIONS.hours(merger.effective)
    assert hours is not None
    moment = MARKET.moment(name, hours.stretches[1], 100)
    assert moment.halted.startswith("No longer traded: every share became")
    assert moment.last == merger.cash
    assert MARKET.cross(name, hours.stretches[1], opening=True).volume == 0
    assert MARKET.indication(name, hours.opens_at - timedelta(seconds=5)) is None
    assert name in {i.id for i in MARKET.listed(last)}
    assert name not in {i.id for i in MARKET.listed(merger.effective)}
    assert MARKET.events(merger.effective + timedelta(days=1), date(2029, 1, 2), name) == []


def test_the_symbol_changes_and_the_id_stays() -> None:
    name = IDS["BRVX"]
    (change,) = (e for e in MARKET.events(date(2027, 1, 4), date(2027, 12, 31), name) if e.symbol)

    def symbol(day: date) -> str:
        return next(i.symbol for i in MARKET.listed(day) if i.id == name)

    assert symbol(SESSIONS.previous_day(change.effective)) == "BRVX"
    assert symbol(change.effective) == change.symbol == "BVXM"


def test_asked_in_any_order_the_calendar_is_the_same() -> None:
    fresh = InventedMarket(seed=1, sessions=SESSIONS)
    late = fresh.events(date(2026, 6, 1), UNTIL)
    assert [*fresh.events(SINCE, date(2026, 5, 31)), *late] == list(EVENTS)


def test_what_contradicts_itself_is_no_event() -> None:
    good = {"id": "x", "instrument_id": "i", "announced": SINCE, "effective": SINCE}
    for bad in (
        {"kind": EventKind.SPLIT},
        {"kind": EventKind.SPLIT, "ratio": Decimal(0)},
        {"kind": EventKind.DIVIDEND, "cash": Decimal(1)},
        {"kind": EventKind.CASH_MERGER, "cash": Decimal(1), "ratio": Decimal(2)},
        {"kind": EventKind.SYMBOL_CHANGE},
        {"kind": EventKind.SPLIT, "ratio": Decimal(2), "announced": UNTIL},
    ):
        with pytest.raises(ValueError, match="x: "):
            CorporateEvent(**(good | bad))  # type: ignore[arg-type]
