"""Time frames of a chart: a feed's own bars, and longer ones put together from them."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Final

from core.domain.quote import Bar
from core.market.feeds.base import BarSize, Feed
from core.market.sessions import FULL_DAY, Sessions

_A_WEEK: Final = 5  # sessions


class Frame(StrEnum):
    """How much time one bar covers."""

    MINUTE = "1m"
    FIVE_MINUTES = "5m"
    QUARTER = "15m"
    HOUR = "1h"
    DAY = "1d"
    WEEK = "1w"

    @property
    def base(self) -> BarSize:
        """Of what it is made."""
        return {Frame.QUARTER: BarSize.FIVE_MINUTES, Frame.WEEK: BarSize.DAY}.get(self) or BarSize(self)

    @property
    def within_a_day(self) -> bool:
        """A session has several of them."""
        return self not in (Frame.DAY, Frame.WEEK)

    @property
    def span(self) -> timedelta:
        """The time itself; of a day, its whole session."""
        return {Frame.QUARTER: timedelta(minutes=15), Frame.WEEK: _A_WEEK * FULL_DAY}.get(self) or self.base.span


def finished(
    feed: Feed, sessions: Sessions, instrument_id: str, frame: Frame, count: int, now: datetime
) -> Sequence[Bar]:
    """The newest so many finished bars, oldest first, adjusted: as they compare with prices of now."""
    days = count * frame.span // FULL_DAY + 2
    start = now - timedelta(days=days * 7 // 5 + (13 if frame is Frame.WEEK else 6))
    told = feed.bars(instrument_id, frame.base, start, now)
    bars = [bar for bar in grouped(told, frame, sessions) if ends(bar, frame, sessions) <= now]
    if frame is Frame.WEEK and bars and told[0].at == bars[0].at:
        del bars[0]  # its Monday may not have been asked for
    return feed.adjusted(instrument_id, bars[-count:])


def forming(feed: Feed, sessions: Sessions, instrument_id: str, frame: Frame, now: datetime) -> Bar | None:
    """What there is of the bar that is not finished yet; None = nothing, or it is told within a minute anyway."""
    opens = sessions.previous_open(now)
    if frame is Frame.MINUTE or now >= sessions.next_close(opens):
        return None
    start = opens + (now - opens) // frame.span * frame.span if frame.within_a_day else opens
    parts = list(feed.bars(instrument_id, BarSize.MINUTE, start, now))
    if frame is Frame.WEEK:
        monday = start - timedelta(days=sessions.day(start).weekday(), hours=12)
        parts = [*feed.adjusted(instrument_id, feed.bars(instrument_id, BarSize.DAY, monday, now)), *parts]
    return _joined(parts) if parts else None


def grouped(bars: Sequence[Bar], frame: Frame, sessions: Sessions) -> Iterator[Bar]:
    """Longer bars from shorter ones; no bar reaches over a close, but for a week's."""
    if frame not in (Frame.QUARTER, Frame.WEEK):
        yield from bars
        return
    for _, parts in groupby(bars, key=lambda bar: _place(bar.at, frame, sessions)):
        yield _joined(list(parts))


def ends(bar: Bar, frame: Frame, sessions: Sessions) -> datetime:
    """When it is finished: the last of a session may be shorter."""
    day = sessions.day(bar.at)
    if frame is Frame.WEEK:
        return max(hours.closes_at for d in _week(day, sessions) if (hours := sessions.hours(d)) is not None)
    hours = sessions.hours(day)
    if hours is None:
        return bar.at + frame.span
    return min(bar.at + frame.span, hours.closes_at) if frame.within_a_day else hours.closes_at


def last_end(frame: Frame, sessions: Sessions, now: datetime) -> datetime:
    """When the newest finished bar of a frame within a day, or of a day, ended."""
    opens, closed = sessions.previous_open(now), sessions.previous_close(now)
    if closed > opens or not frame.within_a_day:
        return closed
    return max(closed, opens + (now - opens) // frame.span * frame.span)


def _place(at: datetime, frame: Frame, sessions: Sessions) -> object:
    day = sessions.day(at)
    if frame is Frame.WEEK:
        return day.isocalendar()[:2]
    return day, (at - sessions.previous_open(at)) // frame.span


def _week(day: date, sessions: Sessions) -> tuple[date, ...]:
    monday = day - timedelta(days=day.weekday())
    return sessions.days(monday, monday + timedelta(days=6))


def _joined(parts: Sequence[Bar]) -> Bar:
    return Bar(
        at=parts[0].at,
        open=parts[0].open,
        high=max(bar.high for bar in parts),
        low=min(bar.low for bar in parts),
        close=parts[-1].close,
        volume=sum(bar.volume for bar in parts),
    )
