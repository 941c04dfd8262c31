"""When the exchange is open: sessions, half-days, holidays, settlement days, and their names in words."""

import warnings
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.errors import MarketDataError
from core.domain.quote import Session

NEW_YORK: Final = ZoneInfo("America/New_York")
FIRST_YEAR: Final = 2010
LAST_YEAR: Final = 2045
PRE_MARKET: Final = time(4, 0)
AFTER_HOURS: Final = timedelta(hours=4)
FULL_DAY: Final = timedelta(hours=6, minutes=30)
OPEN_CUTOFF: Final = timedelta(minutes=2)  # orders for the opening are taken until this long before it
CLOSE_CUTOFF: Final = timedelta(minutes=10)  # orders for the close likewise
AUCTIONS_AGAIN: Final = time(19, 0)  # New York: from here on they are taken for the next session


class Part(StrEnum):
    """The three stretches of a trading day."""

    PRE = "pre"
    REGULAR = "regular"
    POST = "post"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One stretch of trading without a pause."""

    day: date
    part: Part
    start: datetime
    end: datetime

    @property
    def seconds(self) -> int:
        """How long it lasts."""
        return int((self.end - self.start).total_seconds())

    def second(self, moment: datetime) -> int:
        """Which of its seconds a moment lies in."""
        return (moment - self.start) // timedelta(seconds=1)

    def at(self, second: int) -> datetime:
        """When one of its seconds begins."""
        return self.start + timedelta(seconds=second)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """One trading day of the exchange."""

    day: date
    pre_at: datetime
    opens_at: datetime
    closes_at: datetime
    post_until: datetime

    @property
    def early_close(self) -> bool:
        """A half-day."""
        return self.closes_at - self.opens_at < FULL_DAY

    @property
    def stretches(self) -> tuple[Stretch, Stretch, Stretch]:
        """Before, during and after the regular session."""
        return (
            Stretch(day=self.day, part=Part.PRE, start=self.pre_at, end=self.opens_at),
            Stretch(day=self.day, part=Part.REGULAR, start=self.opens_at, end=self.closes_at),
            Stretch(day=self.day, part=Part.POST, start=self.closes_at, end=self.post_until),
        )


@lru_cache(maxsize=1)
def _calendar() -> tuple[list[datetime], list[datetime], list[date]]:
    """Every opening and close known, in UTC, and their days. Costs a second, so it waits until somebody asks."""
    import exchange_calendars  # noqa: PLC0415  # brings pandas with it: a second that a command line need not pay

    with warnings.catch_warnings():  # it still asks pandas in a way that pandas 3.1 calls old
        warnings.simplefilter("ignore", DeprecationWarning)
        known = exchange_calendars.get_calendar("XNYS", start=f"{FIRST_YEAR}-01-01", end=f"{LAST_YEAR}-12-31")
    opens = [at.to_pydatetime().astimezone(UTC) for at in known.opens]
    closes = [at.to_pydatetime().astimezone(UTC) for at in known.closes]
    return opens, closes, [at.date() for at in opens]  # a regular session never crosses midnight in UTC


@lru_cache(maxsize=4096)
def _hours(index: int) -> Hours:
    opens, closes, days = _calendar()
    if not 0 <= index < len(opens):
        raise MarketDataError(
            f"The trading calendar covers {FIRST_YEAR} to {LAST_YEAR}; a day outside it was asked for. "
            "Nothing was done: check the machine's date."
        )
    day = days[index]
    return Hours(
        day=day,
        pre_at=datetime.combine(day, PRE_MARKET, NEW_YORK).astimezone(UTC),
        opens_at=opens[index],
        closes_at=closes[index],
        post_until=closes[index] + AFTER_HOURS,
    )


class Sessions:
    """The exchange's hours, asked with moments of market time."""

    def __init__(self) -> None:
        self._span: tuple[datetime, datetime, Session] | None = None
        self._stretch: Stretch | None = None

    def at(self, moment: datetime) -> Session:
        """What the exchange is doing. Asked for every order, so the last answer is kept while it holds."""
        span = self._span
        if span is None or not span[0] <= moment < span[1]:
            self._span = span = self._describe(moment)
        return span[2]

    def hours(self, day: date) -> Hours | None:
        """That day's hours; None on weekends and holidays."""
        found = _hours(_index_from(day))
        return found if found.day == day else None

    def day(self, moment: datetime) -> date:
        """The trading day a moment counts towards: after 20:00 New York and on closed days, the next one."""
        return self._current(moment).day

    def begins(self, day: date) -> datetime:
        """When a trading day's pre-market begins; of a closed day, that of the next one."""
        return _hours(_index_from(day)).pre_at

    def day_on_or_after(self, day: date) -> date:
        """That day, or the first trading day after it."""
        return _hours(_index_from(day)).day

    def next_day(self, day: date) -> date:
        """The first trading day after it."""
        return _hours(_index_from(day + timedelta(days=1))).day

    def previous_day(self, day: date) -> date:
        """The last trading day before it."""
        return _hours(_index_from(day) - 1).day

    def settlement_day(self, day: date) -> date:
        """When a trade of that day is paid: one trading day later."""
        return self.next_day(day)

    def days(self, first: date, last: date) -> tuple[date, ...]:
        """Trading days, both ends included."""
        return tuple(_calendar()[2][_index_from(first) : _index_from(last + timedelta(days=1))])

    def is_open(self, moment: datetime) -> bool:
        """Inside a regular session."""
        return self.at(moment).is_open

    def next_open(self, moment: datetime) -> datetime:
        """The first opening after it."""
        return _hours(bisect_right(_calendar()[0], moment)).opens_at

    def next_close(self, moment: datetime) -> datetime:
        """The first close after it."""
        return _hours(bisect_right(_calendar()[1], moment)).closes_at

    def previous_open(self, moment: datetime) -> datetime:
        """The last opening at or before it."""
        return _hours(bisect_right(_calendar()[0], moment) - 1).opens_at

    def previous_close(self, moment: datetime) -> datetime:
        """The last close at or before it."""
        return _hours(bisect_right(_calendar()[1], moment) - 1).closes_at

    def stretches(self, start: datetime, end: datetime) -> Iterator[Stretch]:
        """Every stretch of trading that overlaps with start to end, in order."""
        hours = self._current(start)
        while hours.pre_at < end:
            yield from (s for s in hours.stretches if s.start < end and start < s.end)
            hours = _hours(_index_from(hours.day + timedelta(days=1)))

    def stretch(self, moment: datetime) -> Stretch | None:
        """The stretch a moment lies in; None while nothing trades."""
        known = self._stretch
        if known is None or not known.start <= moment < known.end:
            self._stretch = known = next(
                (s for s in self._current(moment).stretches if s.start <= moment < s.end), None
            )
        return known

    def takes_open(self, moment: datetime) -> bool:
        """Whether an order for the next opening is taken now."""
        session = self.at(moment)
        if session.is_open or session.opens_at - moment <= OPEN_CUTOFF:
            return False
        return self._past_auctions(moment)

    def takes_close(self, moment: datetime) -> bool:
        """Whether an order for the close is taken now."""
        session = self.at(moment)
        if session.is_open:
            return session.closes_at - moment > CLOSE_CUTOFF
        return self._past_auctions(moment)

    def _past_auctions(self, moment: datetime) -> bool:
        local = moment.astimezone(NEW_YORK)
        today = self.hours(local.date())
        return today is None or moment < today.opens_at or local.time() >= AUCTIONS_AGAIN

    def _current(self, moment: datetime) -> Hours:
        """The trading day that is on, after hours included, else the next one."""
        hours = _hours(bisect_right(_calendar()[1], moment))
        if moment < hours.pre_at:
            before = _hours(bisect_right(_calendar()[1], moment) - 1)
            return before if moment < before.post_until else hours
        return hours

    def _describe(self, moment: datetime) -> tuple[datetime, datetime, Session]:
        """The session, and from when until when these words stay true."""
        coming = _hours(bisect_right(_calendar()[1], moment))  # the first one not closed yet
        before = _hours(bisect_right(_calendar()[1], moment) - 1)
        midnight = datetime.combine(moment.astimezone(NEW_YORK).date(), time(), NEW_YORK).astimezone(UTC)
        edges = sorted(
            {before.closes_at, before.post_until, coming.pre_at, coming.opens_at, coming.closes_at, midnight}
        )
        start = edges[bisect_right(edges, moment) - 1]
        later = [*edges, datetime.combine(_tomorrow(moment), time(), NEW_YORK).astimezone(UTC)]
        end = min(edge for edge in later if edge > moment)
        is_open = coming.opens_at <= moment
        extended = not is_open and (moment < before.post_until or moment >= coming.pre_at)
        session = Session(
            is_open=is_open,
            extended=extended,
            opens_at=coming.opens_at,
            closes_at=coming.closes_at,
            early_close=coming.early_close,
            name=_in_words(moment, before, coming),
        )
        return start, end, session


def _index_from(day: date) -> int:
    """The place of the first session on or after a day."""
    return bisect_left(_calendar()[2], day)


def _tomorrow(moment: datetime) -> date:
    return moment.astimezone(NEW_YORK).date() + timedelta(days=1)


def _in_words(moment: datetime, before: Hours, coming: Hours) -> str:
    if coming.opens_at <= moment:
        early = "early " if coming.early_close else ""
        return f"Open, closes {early}{coming.closes_at.astimezone(NEW_YORK):%H:%M} ET"
    opens = coming.opens_at.astimezone(NEW_YORK)
    days_away = (opens.date() - moment.astimezone(NEW_YORK).date()).days
    when = (
        f"{opens:%H:%M} ET"
        if not days_away
        else f"{opens:%a %H:%M} ET"
        if days_away < 7
        else f"{opens:%a %d %b %H:%M} ET"
    )
    if moment >= coming.pre_at:
        return f"Pre-market, opens {when}"
    if moment < before.post_until:
        return f"After hours until {before.post_until.astimezone(NEW_YORK):%H:%M} ET, opens {when}"
    return f"Closed, opens {when}"
