"""Whether an alert was reached, and in which second: worked out from bars, so that a jump finds what small steps find."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Final

from core.domain.alert import OF_BARS, OF_THE_DAY, Alert, AlertKind, Way
from core.domain.corporate_event import EventKind
from core.domain.errors import MarketDataError
from core.domain.quote import Bar
from core.market.feeds.base import BarSize, Feed
from core.market.frames import Frame, ends, finished, grouped, last_end
from core.market.indicators import average, macd, rsi
from core.market.sessions import Sessions

MINUTE: Final = timedelta(minutes=1)
WINDOW: Final = 250  # bars an indicator is worked out from: always as many, so that it never depends on when one looks
USUAL_DAYS: Final = 20
SPARE: Final = 100  # bars kept besides, so that a few new ones do not ask for all of them again
_PLACES: Final = 4
MOST_BARS: Final = 4000  # that are gone through at once after a long pause
Side = tuple[bool, float]  # whether it is beyond the level, and the number itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """One time that an alert told."""

    alert_id: str
    at: datetime  # market time
    level: Decimal | None  # the price it came to; None = the level is no price
    seen: Decimal  # what was reached


@dataclass(slots=True)
class Lookout:
    """Asked by one thread. What it remembers, it could work out again."""

    feed: Feed
    sessions: Sessions
    _minutes: dict[str, tuple[datetime, datetime, Sequence[Bar]]] = field(default_factory=dict)
    _levels: dict[tuple[str, Decimal, datetime, date], Decimal | None] = field(default_factory=dict)
    _usual: dict[tuple[str, date], float | None] = field(default_factory=dict)
    _bars: dict[tuple[str, Frame], tuple[date, list[Bar]]] = field(default_factory=dict)
    _counted: dict[tuple[str, date], tuple[datetime | None, float]] = field(default_factory=dict)

    def look(self, alert: Alert, now: datetime) -> tuple[Alert, list[Reached]]:
        """The alert as it stands at that moment, and every time it told on the way."""
        if alert.over or now <= alert.looked_at:
            return alert, []
        try:
            if alert.kind in OF_BARS:
                return self._by_bars(alert, now)
            return self._by_volume(alert, now) if alert.kind is AlertKind.VOLUME else self._by_price(alert, now)
        except MarketDataError:
            return alert, []  # no price now: nothing is passed over, it is looked at again

    def level(self, alert: Alert, day: date) -> Decimal | None:
        """The price it waits for on a day, in that day's shares; None = it waits for no price, or it is not known."""
        if alert.kind not in (AlertKind.PRICE, AlertKind.MOVE):
            return None
        key = (alert.id, alert.level, alert.made_at, day)  # one that was armed again is another one
        if key not in self._levels:
            self._levels[key] = self._level(alert, day)
        return self._levels[key]

    def usual_volume(self, instrument_id: str, day: date) -> float | None:
        """The mean of the sessions before, in that day's shares; None = there were none."""
        if (instrument_id, day) not in self._usual:
            hours = self.sessions.hours(day)
            start = hours.opens_at - timedelta(days=USUAL_DAYS * 7 // 5 + 6) if hours else None
            days = self.feed.bars(instrument_id, BarSize.DAY, start, hours.opens_at) if hours and start else ()
            volumes = [bar.volume * float(self._split(instrument_id, self.sessions.day(bar.at), day)) for bar in days]
            last = volumes[-USUAL_DAYS:]
            self._usual[instrument_id, day] = sum(last) / len(last) if last else None
        return self._usual[instrument_id, day]

    def is_beyond(self, alert: Alert, now: datetime) -> bool:
        """Whether it stands there already, so that it cannot be reached any more."""
        if alert.kind in OF_BARS:
            return False  # a crossing is still to come, wherever it stands
        day = self.sessions.day(now)
        if alert.kind is AlertKind.VOLUME:
            usual = self.usual_volume(alert.instrument_id, day)
            return usual is not None and sum(b.volume for b in self._day(alert, day, now)) >= usual * float(alert.level)
        level = self.level(alert, day)
        return level is not None and (self.feed.quote(alert.instrument_id).last - level) * alert.way.sign >= 0

    # prices ----------------------------------------------------------------------------------------------------------

    def _by_price(self, alert: Alert, now: datetime) -> tuple[Alert, list[Reached]]:
        told: list[Reached] = []
        for bar in self._finished_minutes(alert, now):
            day = self.sessions.day(bar.at)
            level, end = self.level(alert, day), self._end(bar)
            if level is not None and self._armed(alert, day):
                if _beyond(bar, level, alert.way) and (found := self._second(alert, level, bar.at, end)):
                    alert = self._told(alert, found, looked_at=bar.at)
                    told.append(found)
                    if alert.over:
                        return alert, told
                    continue
            elif level is not None and alert.kind is AlertKind.PRICE and _clear(bar, level, alert.way):
                alert = replace(alert, armed=True)
            alert = replace(alert, looked_at=max(end, alert.looked_at))
        found = self._this_minute(alert, now)
        return (self._told(alert, found, looked_at=_minute(now)), [*told, found]) if found else (alert, told)

    def _this_minute(self, alert: Alert, now: datetime) -> Reached | None:
        """A minute that is not over yet is looked into only when the price stands beyond."""
        day = self.sessions.day(now)
        level = self.level(alert, day)
        if level is None or not self._armed(alert, day) or not self.sessions.is_open(now):
            return None
        if (self.feed.quote(alert.instrument_id).last - level) * alert.way.sign < 0:
            return None
        return self._second(alert, level, _minute(now), now)

    def _second(self, alert: Alert, level: Decimal, start: datetime, end: datetime) -> Reached | None:
        """The first second in which it traded there; None = not since the alert was made."""
        for bar in self.feed.bars(alert.instrument_id, BarSize.SECOND, max(start, alert.made_at), end):
            if _beyond(bar, level, alert.way):
                seen = bar.high if alert.way is Way.ABOVE else bar.low
                return Reached(alert_id=alert.id, at=bar.at, level=level, seen=_number(seen))
        return None

    def _armed(self, alert: Alert, day: date) -> bool:
        if alert.kind in OF_THE_DAY:
            return alert.fired_at is None or (alert.again and self.sessions.day(alert.fired_at) < day)
        return alert.armed

    def _finished_minutes(self, alert: Alert, now: datetime) -> Sequence[Bar]:
        """From the one it has got to; alerts on one name share them."""
        start, end = _minute(alert.looked_at), _minute(now)
        if start >= end:
            return ()
        known = self._minutes.get(alert.instrument_id)
        if known is None or known[:2] != (start, end):
            bars = self.feed.bars(alert.instrument_id, BarSize.MINUTE, start, end)
            known = self._minutes[alert.instrument_id] = (start, end, bars)
        return known[2]

    def _level(self, alert: Alert, day: date) -> Decimal | None:
        if alert.kind is AlertKind.PRICE:
            return round(alert.level / self._split(alert.instrument_id, self.sessions.day(alert.made_at), day), _PLACES)
        before = self.feed.previous_close(alert.instrument_id, day)
        return None if before is None else round(before * (1 + alert.way.sign * alert.level / 100), _PLACES)

    def _split(self, instrument_id: str, since: date, day: date) -> Decimal:
        """How many shares of that day one of an earlier day has become."""
        ratio = Decimal(1)
        if day <= since:
            return ratio
        for event in self.feed.events(instrument_id, since + timedelta(days=1), day):
            if event.kind is EventKind.SPLIT and event.ratio is not None:
                ratio *= event.ratio
        return ratio

    # volume ----------------------------------------------------------------------------------------------------------

    def _by_volume(self, alert: Alert, now: datetime) -> tuple[Alert, list[Reached]]:
        told: list[Reached] = []
        if _minute(now) == _minute(alert.looked_at):
            return alert, told
        for day in self.sessions.days(self.sessions.day(alert.looked_at), self.sessions.day(now)):
            usual = self.usual_volume(alert.instrument_id, day)
            if usual is None or not self._armed(alert, day):
                continue
            begin, shares = self._counted.get((alert.id, day), (None, 0.0))
            for bar in self._day(alert, day, now, after=begin):
                shares += bar.volume
                self._counted[alert.id, day] = self._end(bar), shares
                if shares >= usual * float(alert.level) and self._end(bar) > alert.made_at:
                    at = self._end(bar)
                    seen = _number(round(shares / usual, 2))
                    told.append(Reached(alert_id=alert.id, at=at, level=None, seen=seen))
                    alert = self._told(alert, told[-1], looked_at=at)
                    break
            if alert.over:
                return alert, told
        return replace(alert, looked_at=max(_minute(now), alert.looked_at)), told

    def _day(self, alert: Alert, day: date, now: datetime, after: datetime | None = None) -> Sequence[Bar]:
        """Its finished minutes, or those that are not counted yet."""
        hours = self.sessions.hours(day)
        if hours is None:
            return ()
        return self.feed.bars(alert.instrument_id, BarSize.MINUTE, after or hours.opens_at, min(now, hours.closes_at))

    # indicators ------------------------------------------------------------------------------------------------------

    def _by_bars(self, alert: Alert, now: datetime) -> tuple[Alert, list[Reached]]:
        told: list[Reached] = []
        frame = Frame(alert.frame)
        newest = last_end(frame, self.sessions, now)
        if newest <= alert.looked_at:
            return alert, told
        new = min(int((now - alert.looked_at) / frame.span) + 2, MOST_BARS)
        bars = self._window(alert.instrument_id, frame, WINDOW + new, now)
        for place in range(1, len(bars)):
            end = ends(bars[place], frame, self.sessions)
            if end <= alert.looked_at:
                continue
            closes = [bar.close for bar in bars[max(0, place + 1 - WINDOW) : place + 1]]
            before, after = _sides(alert)(closes)
            if before is not None and after is not None and after[0] and not before[0]:
                told.append(Reached(alert_id=alert.id, at=end, level=None, seen=_number(after[1])))
                alert = self._told(alert, told[-1], looked_at=end)
                if alert.over:
                    return alert, told
        return replace(alert, looked_at=newest), told

    def _window(self, instrument_id: str, frame: Frame, count: int, now: datetime) -> Sequence[Bar]:
        """At least so many finished bars. Within a session only what is new is asked for: it needs no adjusting yet."""
        today, known = self.sessions.day(now), self._bars.get((instrument_id, frame))
        if known is None or known[0] != today or len(known[1]) < count or not frame.within_a_day:
            bars = list(finished(self.feed, self.sessions, instrument_id, frame, count + SPARE, now))
        else:
            bars, last = known[1], ends(known[1][-1], frame, self.sessions)
            new = grouped(self.feed.bars(instrument_id, frame.base, last, now), frame, self.sessions)
            bars = [*bars, *(bar for bar in new if ends(bar, frame, self.sessions) <= now)][-MOST_BARS:]
        self._bars[instrument_id, frame] = today, bars
        return bars[-count:]

    # parts -----------------------------------------------------------------------------------------------------------

    def _told(self, alert: Alert, found: Reached, *, looked_at: datetime) -> Alert:
        return replace(
            alert,
            armed=alert.kind in OF_BARS,
            fired_at=found.at,
            fires=alert.fires + 1,
            looked_at=max(looked_at, alert.made_at),
        )

    def _end(self, bar: Bar) -> datetime:
        return ends(bar, Frame.MINUTE, self.sessions)


def _sides(alert: Alert) -> Callable[[Sequence[float]], tuple[Side | None, Side | None]]:
    by = {AlertKind.RSI: partial(_rsi, float(alert.level)), AlertKind.AVERAGE: partial(_average, int(alert.level))}
    return partial(by.get(alert.kind, _macd), alert.way.sign)


def _rsi(level: float, sign: int, closes: Sequence[float]) -> tuple[Side | None, Side | None]:
    before, after = (None if v is None else ((v - level) * sign >= 0, v) for v in rsi(closes)[-2:])
    return before, after


def _average(length: int, sign: int, closes: Sequence[float]) -> tuple[Side | None, Side | None]:
    lines = zip(closes[-2:], average(closes, length)[-2:], strict=True)
    before, after = (None if mean is None else ((close - mean) * sign > 0, close) for close, mean in lines)
    return before, after


def _macd(sign: int, closes: Sequence[float]) -> tuple[Side | None, Side | None]:
    line, signal = macd(closes)
    both = zip(line[-2:], signal[-2:], strict=True)
    before, after = (None if a is None or b is None else ((a - b) * sign > 0, a - b) for a, b in both)
    return before, after


def _beyond(bar: Bar, level: Decimal, way: Way) -> bool:
    """Somebody traded there."""
    return bar.high >= float(level) if way is Way.ABOVE else bar.low <= float(level)


def _clear(bar: Bar, level: Decimal, way: Way) -> bool:
    """A whole minute on the other side: the alert may tell again."""
    return not _beyond(bar, level, way)


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _number(value: float) -> Decimal:
    return Decimal(str(round(value, 4)))
