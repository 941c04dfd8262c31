"""Longer bars from shorter ones: nothing added, nothing lost, none that reaches over a close."""

from datetime import date, timedelta

import pytest

from core.domain.quote import Bar
from core.market.feeds.base import BarSize
from core.market.feeds.invented import InventedFeed
from core.market.frames import Frame, ends, finished, forming, last_end
from core.market.invented.market import InventedMarket
from core.market.sessions import Sessions
from core.market.tape import Overlay
from tests.unit.practice.scene import HandClock, et

SESSIONS = Sessions()
MARKET = InventedMarket(seed=1, sessions=SESSIONS)
NAME = "xsim-0001"
NOW = et(2026, 11, 25, 11, 7)  # a Wednesday before a holiday and a half-day


def feed(at: object = NOW) -> InventedFeed:
    clock = HandClock(at)  # type: ignore[arg-type]
    return InventedFeed(market=MARKET, overlay=Overlay(), clock=clock, market_clock=clock)


def joined(bars: list[Bar]) -> tuple[float, float, float, float, float]:
    return (
        bars[0].open,
        max(b.high for b in bars),
        min(b.low for b in bars),
        bars[-1].close,
        sum(b.volume for b in bars),
    )


@pytest.mark.parametrize("frame", [Frame.QUARTER, Frame.HOUR, Frame.FIVE_MINUTES])
def test_a_bar_is_what_its_minutes_were(frame: Frame) -> None:
    source = feed()
    bars = finished(source, SESSIONS, NAME, frame, 40, NOW)
    assert len(bars) == 40
    for bar in bars:
        end = ends(bar, frame, SESSIONS)
        minutes = source.adjusted(NAME, source.bars(NAME, BarSize.MINUTE, bar.at, end))
        assert joined([bar]) == pytest.approx(joined(list(minutes)))
        assert end <= NOW


def test_a_week_is_its_days_and_a_session_less_where_there_is_a_holiday() -> None:
    friday = et(2026, 11, 27, 13, 0)
    source = feed(friday)
    bars = finished(source, SESSIONS, NAME, Frame.WEEK, 3, friday)
    days = source.adjusted(NAME, source.bars(NAME, BarSize.DAY, et(2026, 11, 23, 0, 0), friday))
    assert len(days) == 4
    assert joined([bars[-1]]) == pytest.approx(joined(list(days)))
    assert ends(bars[-1], Frame.WEEK, SESSIONS) == friday
    assert [SESSIONS.day(bar.at) for bar in bars] == [date(2026, 11, 9), date(2026, 11, 16), date(2026, 11, 23)]


def test_the_bar_that_is_still_forming_holds_what_traded_up_to_the_last_minute() -> None:
    source = feed()
    day = forming(source, SESSIONS, NAME, Frame.DAY, NOW)
    quarter = forming(source, SESSIONS, NAME, Frame.QUARTER, NOW)
    assert day is not None
    assert quarter is not None
    assert quarter.at == et(2026, 11, 25, 11, 0)
    assert joined([day]) == joined(list(source.bars(NAME, BarSize.MINUTE, et(2026, 11, 25, 9, 30), NOW)))
    assert forming(source, SESSIONS, NAME, Frame.MINUTE, NOW) is None
    assert forming(source, SESSIONS, NAME, Frame.DAY, et(2026, 11, 25, 16, 30)) is None


def test_when_the_newest_bar_ended() -> None:
    assert last_end(Frame.QUARTER, SESSIONS, NOW) == et(2026, 11, 25, 11, 0)
    assert last_end(Frame.DAY, SESSIONS, NOW) == et(2026, 11, 24, 16, 0)
    evening = et(2026, 11, 25, 18, 0)
    assert last_end(Frame.HOUR, SESSIONS, evening) == et(2026, 11, 25, 16, 0)
    assert last_end(Frame.HOUR, SESSIONS, et(2026, 11, 27, 12, 59)) == et(2026, 11, 27, 12, 30)
    assert last_end(Frame.HOUR, SESSIONS, et(2026, 11, 27, 13, 0)) == et(2026, 11, 27, 13, 0), (
        "a half-day's last is short"
    )


def test_some_of_a_days_bars_are_the_same_bars() -> None:
    every = MARKET.bars(NAME, date(2026, 11, 23), 60)
    source = feed(et(2026, 11, 24, 16, 0))
    for first, count in ((0, 5), (17, 60), (380, 10), (0, 390)):
        start = every[first].at
        found = source.bars(NAME, BarSize.MINUTE, start, start + timedelta(minutes=count))
        assert list(found) == list(every[first : first + count])
