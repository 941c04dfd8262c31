"""Alerts over time: however one gets there, each tells the same, in the same second."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.alert import Alert, AlertKind, Way
from core.domain.chosen import Chosen, Kind
from core.domain.errors import NoQuote
from core.market.feeds.base import BarSize
from core.market.feeds.invented import InventedFeed
from core.market.invented.market import InventedMarket
from core.market.invented.names import NAMES
from core.market.lookout import Lookout, Reached
from core.market.sessions import Sessions
from core.market.tape import Overlay
from tests.unit.practice.scene import HandClock, et

SESSIONS = Sessions()
START = et(2026, 11, 23, 10, 0) + timedelta(seconds=17)
IDS = {name.instrument.symbol: name.instrument.id for name in NAMES}
AAPL = IDS["AAPL"]
MARKET = InventedMarket(seed=1, sessions=SESSIONS)
KINDS = [
    (AlertKind.PRICE, Way.ABOVE, "0.4", ""),
    (AlertKind.PRICE, Way.BELOW, "0.4", ""),
    (AlertKind.MOVE, Way.ABOVE, "0.5", ""),
    (AlertKind.MOVE, Way.BELOW, "0.5", ""),
    (AlertKind.VOLUME, Way.ABOVE, "0.6", ""),
    (AlertKind.RSI, Way.ABOVE, "60", "5m"),
    (AlertKind.RSI, Way.BELOW, "40", "15m"),
    (AlertKind.AVERAGE, Way.ABOVE, "20", "1h"),
    (AlertKind.MACD, Way.BELOW, "0", "5m"),
    (AlertKind.AVERAGE, Way.BELOW, "3", "1d"),
]


class Looking:
    """One feed and one pair of eyes on a clock of the test's."""

    def __init__(self, at: datetime = START, market: InventedMarket = MARKET) -> None:
        self.clock = HandClock(at)
        self.feed = InventedFeed(market=market, overlay=Overlay(), clock=self.clock, market_clock=self.clock)
        self.lookout = Lookout(self.feed, SESSIONS)

    def alert(self, kind: AlertKind, way: Way, level: str, frame: str = "", *, again: bool = False) -> Alert:
        """A price is given as percent from here."""
        number = Decimal(level)
        if kind is AlertKind.PRICE:
            last = self.feed.quote(AAPL).last
            number = round(last * (1 + way.sign * number / 100), 2)
        return Alert(
            id="a1",
            instrument_id=AAPL,
            kind=kind,
            way=way,
            level=number,
            frame=frame,
            again=again,
            made_at=self.clock.at,
            looked_at=self.clock.at,
        )

    def walk(self, alert: Alert, moments: list[datetime]) -> tuple[Alert, list[Reached]]:
        told: list[Reached] = []
        for at in moments:
            self.clock.at = at
            alert, found = self.lookout.look(alert, at)
            told += found
        return alert, told


def steps(seconds: list[int], end: datetime) -> list[datetime]:
    """Looks at these distances, over and over, until the end."""
    found, place = [START], 0
    while found[-1] < end:
        found.append(min(found[-1] + timedelta(seconds=seconds[place % len(seconds)]), end))
        place += 1
    return found


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize(("kind", "way", "level", "frame"), KINDS)
def test_a_jump_tells_what_small_steps_tell(kind: AlertKind, way: Way, level: str, frame: str, again: bool) -> None:
    end = et(2026, 11, 25, 11, 3)
    one = Looking().alert(kind, way, level, frame, again=again)
    jumped = Looking().walk(one, [end])
    walked = Looking().walk(one, steps([60, 61, 7, 300, 2900], end))
    assert walked[1] == jumped[1]
    assert (walked[0].armed, walked[0].fires, walked[0].fired_at) == (
        jumped[0].armed,
        jumped[0].fires,
        jumped[0].fired_at,
    )
    assert all(START <= told.at <= end for told in jumped[1])
    assert again or len(jumped[1]) <= 1


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seconds=st.lists(st.integers(1, 1500), min_size=3, max_size=8),
    percent=st.integers(1, 12),
    way=st.sampled_from(Way),
    again=st.booleans(),
)
def test_any_steps_tell_the_same(seconds: list[int], percent: int, way: Way, again: bool) -> None:
    end = START + timedelta(hours=2)
    one = Looking().alert(AlertKind.PRICE, way, str(percent / 20), again=again)
    assert Looking().walk(one, steps(seconds, end))[1] == Looking().walk(one, [end])[1]


def test_the_moment_is_the_first_second_that_traded_there() -> None:
    looking = Looking()
    one = looking.alert(AlertKind.PRICE, Way.ABOVE, "0.3")
    _, (told,) = looking.walk(one, [et(2026, 11, 24, 16, 0)])
    bars = looking.feed.bars(AAPL, BarSize.SECOND, START, told.at + timedelta(seconds=1))
    assert bars[-1].at == told.at
    assert bars[-1].high >= float(one.level) > max(bar.high for bar in bars[:-1])
    assert told.seen == Decimal(str(bars[-1].high))


def test_at_1x_it_tells_within_the_second_and_not_at_the_minutes_end() -> None:
    one = Looking().alert(AlertKind.PRICE, Way.ABOVE, "0.05")
    _, (jumped,) = Looking().walk(one, [START + timedelta(hours=5)])
    looking = Looking()
    looking.clock.at = jumped.at + timedelta(seconds=1)
    _, told = looking.lookout.look(one, looking.clock.at)
    assert told == [jumped]
    assert jumped.at.second not in (0, 59)


def test_once_it_has_told_it_is_over() -> None:
    one = Looking().alert(AlertKind.PRICE, Way.ABOVE, "0.05")
    after, told = Looking().walk(one, steps([600], et(2026, 11, 24, 16, 0)))
    assert len(told) == after.fires == 1
    assert after.over


def test_one_that_tells_again_waits_until_the_price_was_back_for_a_minute() -> None:
    one = Looking().alert(AlertKind.PRICE, Way.ABOVE, "0.05", again=True)
    _, told = Looking().walk(one, [et(2026, 11, 23, 16, 0)])
    assert len(told) > 1
    looking = Looking(et(2026, 11, 23, 16, 0))
    for first, second in pairwise(told):
        between = looking.feed.bars(AAPL, BarSize.MINUTE, first.at, second.at)
        assert any(bar.high < float(one.level) for bar in between)


def test_a_move_begins_anew_with_each_session() -> None:
    one = Looking().alert(AlertKind.MOVE, Way.ABOVE, "0.1", again=True)
    _, told = Looking().walk(one, [et(2026, 12, 4, 16, 0)])
    days = [SESSIONS.day(each.at) for each in told]
    assert len(days) == len(set(days)) > 2
    looking = Looking(et(2026, 12, 4, 16, 0))
    for each in told:
        before = looking.feed.previous_close(AAPL, SESSIONS.day(each.at))
        assert before is not None
        assert each.seen >= before * Decimal("1.0009")


def test_a_price_is_counted_in_the_shares_of_the_day() -> None:
    split = Chosen(day=date(2026, 11, 24), kind=Kind.SPLIT, instrument_id=AAPL)
    market = InventedMarket(seed=1, sessions=SESSIONS, script=(split,))
    looking = Looking(market=market)
    low = looking.alert(AlertKind.PRICE, Way.BELOW, "30")
    _, told = looking.walk(low, [et(2026, 11, 24, 16, 0)])
    assert told == [], "the split alone is no fall"
    (event,) = looking.feed.events(AAPL, date(2026, 11, 24), date(2026, 11, 24))
    assert event.ratio is not None
    assert looking.lookout.level(low, date(2026, 11, 24)) == round(low.level / event.ratio, 4)


def test_what_stands_beyond_already_is_known_before_it_is_made() -> None:
    looking = Looking()
    there = looking.alert(AlertKind.PRICE, Way.ABOVE, "-1")
    assert looking.lookout.is_beyond(there, START)
    assert not looking.lookout.is_beyond(looking.alert(AlertKind.PRICE, Way.ABOVE, "1"), START)
    assert looking.lookout.is_beyond(looking.alert(AlertKind.VOLUME, Way.ABOVE, "0.01"), START)


def test_where_there_is_no_price_nothing_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    looking = Looking()
    one = looking.alert(AlertKind.PRICE, Way.ABOVE, "0.05")

    def silent(*_: object) -> None:
        raise NoQuote("none")

    monkeypatch.setattr(looking.feed, "bars", silent)
    same, told = looking.walk(one, [START + timedelta(hours=4)])
    assert (same, told) == (one, [])
    monkeypatch.undo()
    _, told = looking.walk(one, [START + timedelta(hours=5)])
    assert told == Looking().walk(one, [START + timedelta(hours=5)])[1] != []
