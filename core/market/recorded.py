"""A tape of what was recorded: it knows the seconds that are sealed, and says which of them nobody saw."""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Final

from msgspec.structs import replace

from core.domain.money import ZERO
from core.market.recording import Listed
from core.market.seconds import NEVER, PACK, Seconds
from core.market.sessions import NEW_YORK, Sessions, Stretch
from core.market.shelf import Shelf
from core.market.tape import Cross, Halt, Indication, Moment, Watch
from core.market.ticks import Tick, What

SILENT: Final = timedelta(seconds=5)  # nothing was heard for so long: the feed may be dead
_SECOND: Final = timedelta(seconds=1)
_INSTANT: Final = timedelta(microseconds=1)
_AT: Final = attrgetter("at")
_NOTES: Final = (What.BEGIN, What.SEAL)  # the recorder's own
_TRADING: Final = (What.QUOTE, What.TRADE, What.HALT, What.RESUME)
_AUCTIONS: Final = (What.OPEN, What.CLOSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dark:
    """A span nobody saw."""

    start: datetime  # nothing fills from here
    end: datetime | None  # None = it is not over
    since: datetime  # the last that was heard before


class RecordedTape:
    """Fed with what is on the disk, in the order it was written there."""

    def __init__(self, sessions: Sessions, names: Mapping[str, Listed], shelf: Shelf | None = None) -> None:
        self._sessions = sessions
        self._listed = names
        self._shelf = shelf
        self._names: dict[str, Seconds] = {}
        self._crosses: dict[tuple[str, date, bool], tuple[datetime, Cross]] = {}
        self._waiting: dict[int, dict[str, list[Tick]]] = {}  # by the second they are of, and by name
        self._full: deque[Seconds] = deque()  # of which some may go on the shelf
        self._dark: list[_Dark] = []
        self._heard = NEVER  # the last that was
        self._alive = NEVER  # likewise; at first, so long ago that it counts as silence
        self.sealed = NEVER

    def take(self, ticks: Iterable[Tick]) -> None:
        """What is on the disk now."""
        for tick in ticks:
            if tick.what not in _NOTES:
                self._hear(tick)
            elif tick.what is What.BEGIN:
                self._begin(tick.at)
            else:
                self._seal(tick.at)
                self._put_away()

    def until(self, now: datetime) -> datetime:
        """As far as it is sealed; the second that begins there is not."""
        return min(now, self.sealed - _INSTANT)

    def moment(self, instrument_id: str, stretch: Stretch, second: int) -> Moment:
        """The market in that second; one that nobody saw says so."""
        at, listed = stretch.at(second), self._listed[instrument_id]
        known = self._names.get(instrument_id)
        stood = known.at(_seconds(at)) if known else None
        quote = stood.quote if stood else None
        here = stood if stood and stood.second == _seconds(at) else None
        bid, ask = (quote.bid, quote.ask) if quote else (ZERO, ZERO)
        dark = self._unseen(instrument_id, at)
        return Moment(
            bid=bid,
            ask=ask,
            bid_size=quote.bid_size if quote else ZERO,
            ask_size=quote.ask_size if quote else ZERO,
            last=(stood.last if stood else ZERO) or self._before(listed, stretch.day) or bid or ask,
            volume=here.volume if here else ZERO,
            tick=listed.instrument.tick_at(bid),
            halted=dark or (stood.halted if stood else ""),
            low=here.low if here else None,
            high=here.high if here else None,
            known=stood is not None and stood.traded > NEVER and stood.traded >= self._lit(at),
            unseen=bool(dark),
            estimated=True,
        )

    def first(self, instrument_id: str, stretch: Stretch, seconds: range, watch: Watch) -> int | None:
        """The first of these seconds in which it happens: a trade that far, or a quote both of whose sides stand."""
        known = self._names.get(instrument_id)
        if known is None or not seconds:
            return None
        start = _seconds(stretch.at(seconds.start))
        before = known.at(start)
        if watch.quotes and before and before.quoted(watch) and self._seen(instrument_id, stretch.at(seconds.start)):
            return seconds.start  # a quote that stood before a gap counts no more, until there is a new one
        for stood in known.that_reach(watch, start, start + len(seconds)):
            second = stood.second - start + seconds.start
            if self._seen(instrument_id, stretch.at(second)):
                return second
        return None

    def volume(self, instrument_id: str, stretch: Stretch, seconds: range) -> Decimal:
        """Shares that were seen to change hands, outside auctions."""
        known = self._names.get(instrument_id)
        if known is None or not seconds:
            return ZERO
        start = _seconds(stretch.at(seconds.start))
        return known.traded(start + len(seconds)) - known.traded(start)

    def cross(self, instrument_id: str, stretch: Stretch, opening: bool) -> Cross:
        """The official print."""
        return self._crosses[instrument_id, stretch.day, opening][1]

    def crossed_at(self, instrument_id: str, stretch: Stretch, opening: bool) -> datetime | None:
        """When the official print was heard, or its second sealed."""
        known = self._crosses.get((instrument_id, stretch.day, opening))
        return known[0] if known and known[0] < self.sealed else None

    def indication(self, instrument_id: str, at: datetime) -> Indication | None:
        """No feed tells yet."""
        return None

    def halts(self, instrument_id: str, stretch: Stretch) -> Sequence[Halt]:
        """By the feed's word; it goes on where the next quote stands, without an auction of its own."""
        known = self._names.get(instrument_id)
        spans = [(_floor(a), _ceiling(b) if b else stretch.end, why) for a, b, why in known.halts] if known else []
        return [
            Halt(start=max(a, stretch.start), end=min(b, stretch.end), why=why, market_wide=False, reopening=None)
            for a, b, why in spans
            if a < stretch.end and stretch.start < b
        ]

    def gaps(self, instrument_id: str, start: datetime, end: datetime) -> Sequence[str]:
        """Spans nobody saw between two moments, in words."""
        spans = [d for d in self._dark if d.start < end and (d.end is None or d.end > start)]
        now = self._silence(end)
        said = (self._words(instrument_id, dark) for dark in [*spans, *([now] if now else [])])
        return list(dict.fromkeys(said))

    def close(self, instrument_id: str, day: date) -> Decimal | None:
        """The official closing price, or what the name's past says; None = nobody told."""
        official = self._crosses.get((instrument_id, day, False))
        return official[1].price if official else self._listed[instrument_id].close(day)

    # parts -----------------------------------------------------------------------------------------------------------

    def _hear(self, tick: Tick) -> None:
        if tick.received - self._alive > SILENT and self._alive is not NEVER:
            self._dark.append(_Dark(start=self._alive + SILENT, end=tick.received, since=self._heard))
        self._heard = self._alive = max(self._alive, tick.received)
        if tick.what in _TRADING:
            if tick.at < self.sealed and tick.what in (What.HALT, What.RESUME):
                tick = replace(tick, at=self.sealed)
            if tick.at >= self.sealed:
                self._waiting.setdefault(_seconds(tick.at), {}).setdefault(tick.instrument_id, []).append(tick)
        elif tick.what in _AUCTIONS:
            day, opening = self._sessions.day(tick.at), tick.what is What.OPEN
            known_at = max(_ceiling(tick.received), self.sealed)
            self._crosses.setdefault(
                (tick.instrument_id, day, opening), (known_at, Cross(price=tick.price, volume=tick.size))
            )
        elif tick.what is What.TAKEN_BACK:
            for told in (told for names in self._waiting.values() for told in names.values()):
                told[:] = [t for t in told if not (t.what is What.TRADE and t.ref == tick.ref)]

    def _begin(self, at: datetime) -> None:
        """Whoever recorded was away until now."""
        if self.sealed is not NEVER:
            silent = self._alive + SILENT  # it may have been before the recorder went away
            self._dark.append(_Dark(start=min(self.sealed, silent), end=at, since=self._heard))
        self._heard = at if self._heard is NEVER else self._heard
        self._alive, self.sealed = at - SILENT, max(self.sealed, _floor(at))
        self._waiting.clear()

    def _seal(self, at: datetime) -> None:
        for second in sorted(second for second in self._waiting if second < _seconds(at)):
            for name, ticks in self._waiting.pop(second).items():
                known = self._names.get(name) or self._names.setdefault(name, Seconds(shelf=self._shelf))
                known.add(second, sorted(ticks, key=_AT), self._lit_before)
                if known.too_many == 1:
                    self._full.append(known)
                elif known.too_many == PACK:  # it waited too long
                    known.put_away()
        self.sealed = max(self.sealed, at)

    def _put_away(self) -> None:
        """Of a few names each time, so that no asking waits for all."""
        for _ in range(min(len(self._names) // PACK + 1, len(self._full))):
            known = self._full.popleft()
            while known.too_many and known.put_away():
                pass
            if known.too_many:
                self._full.append(known)

    def _seen(self, instrument_id: str, at: datetime) -> bool:
        return not self._unseen(instrument_id, at)

    def _unseen(self, instrument_id: str, at: datetime) -> str:
        """Why a second was not seen, in words; empty = it was."""
        over = at + _SECOND
        if at >= self.sealed and over <= self._newest() + SILENT:
            return ""  # not known yet, and somebody is telling
        silence = self._silence(over)
        if silence:
            return self._words(instrument_id, silence)
        dark = self._before_or_in(at)
        if dark and dark.end and at < dark.end:
            return self._words(instrument_id, dark)
        known = self._names.get(instrument_id)
        stood = known.at(_seconds(at)) if known else None
        if stood is None or stood.quote is None:
            return "No quote of this name was received yet."
        if dark and dark.end and stood.quote.received < dark.end:
            return self._words(instrument_id, dark)  # what stood before need not stand now
        return ""

    def _newest(self) -> datetime:
        """The last that was heard, on the disk or not."""
        return self._alive

    def _before_or_in(self, at: datetime) -> _Dark | None:
        """The newest span nobody saw that had begun by then."""
        found = bisect_right(self._dark, at, key=lambda dark: dark.start) - 1
        return self._dark[found] if found >= 0 else None

    def _lit(self, at: datetime) -> datetime:
        """When it was over."""
        dark = self._before_or_in(at)
        return dark.end if dark and dark.end else NEVER

    def _lit_before(self, at: datetime) -> datetime:
        """When the newest span that was over by then was over."""
        found = bisect_right(self._dark, at, key=lambda dark: dark.end or dark.start) - 1
        return self._dark[found].end or NEVER if found >= 0 else NEVER

    def _silence(self, over: datetime) -> _Dark | None:
        """It has been silent for too long by then, and is still."""
        if over <= self._alive + SILENT:
            return None
        return _Dark(start=self._alive + SILENT, end=None, since=self._heard)

    def _words(self, instrument_id: str, dark: _Dark) -> str:
        known = self._names.get(instrument_id)
        after = known.quote_after(dark.end) if known and dark.end else None
        if after is None:
            return f"No quote was received since {_clock(dark.since)}."
        since, until = dark.since.astimezone(NEW_YORK), after.astimezone(NEW_YORK)
        day = f"{since:%d %b} " if since.date() != until.date() else ""
        return f"No quote was received from {day}{_clock(since)} to {_clock(until)}."

    def _before(self, listed: Listed, day: date) -> Decimal:
        return listed.close(self._sessions.previous_day(day)) or ZERO


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _floor(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def _ceiling(at: datetime) -> datetime:
    return at if not at.microsecond else _floor(at) + _SECOND


def _clock(at: datetime) -> str:
    return f"{at.astimezone(NEW_YORK):%H:%M:%S} ET"
