"""The calendar of corporate events, and what each of them does to a price.

Dividends and splits follow from the levels; who is bought and who is renamed is a table, so that there is one of each a
year. Made year after year for each name, as far as somebody asks.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from threading import Lock
from typing import Final

from core.domain.chosen import Kind, Script
from core.domain.corporate_event import CorporateEvent, EventKind
from core.domain.instrument import Instrument
from core.market.invented.calendar import BOUGHT, RENAMED, chosen_ratio, of_year, split_ratio
from core.market.invented.chance import grown_to
from core.market.invented.levels import ANCHOR, COLUMN, Levels
from core.market.invented.names import Name, by_id
from core.market.invented.sudden import Sudden
from core.market.sessions import FIRST_YEAR, Sessions

PREMIUM: Final = 1.3
_BID_DAYS: Final = 75  # between the offer and the end
_SPLIT_NOTICE: Final = 10  # trading days
_CENT: Final = Decimal("0.01")
_FINE: Final = Decimal("0.0001")


@dataclass(slots=True)
class _Known:
    """What has been worked out of one name."""

    events: list[CorporateEvent] = field(default_factory=list)
    days: list[date] = field(default_factory=list)  # on which the factors change
    factors: list[float] = field(default_factory=list)
    splits: list[float] = field(default_factory=list)  # of the factors, what splits did


class Events:
    """Every name's events and price factors."""

    def __init__(self, levels: Levels, sessions: Sessions, script: Script, sudden: Sudden) -> None:
        self._levels = levels
        self._sessions = sessions
        self._sudden = sudden
        self._chosen = {(c.instrument_id, c.day) for c in script if c.kind is Kind.SPLIT}
        self._lock = Lock()
        self._known: dict[str, _Known] = {}
        self._made: dict[str, int] = {}

    def between(self, instrument_id: str, first: date, last: date) -> Sequence[CorporateEvent]:
        """Those that take effect on these days, both ends included."""
        events = self._until(instrument_id, last).events
        start = bisect_left(events, first, key=lambda event: event.effective)
        return events[start : bisect_right(events, last, key=lambda event: event.effective)]

    def scale(self, instrument_id: str, day: date) -> float:
        """Dollars for a level of 1 on that day."""
        return by_id()[instrument_id].price * self._factor(instrument_id, day, splits=False)

    def adjustment(self, instrument_id: str, day: date, as_of: date, *, splits: bool) -> float:
        """What a price of that day is multiplied with to compare it with a later one; splits: with them alone."""
        return self._factor(instrument_id, as_of, splits=splits) / self._factor(instrument_id, day, splits=splits)

    def offer(self, instrument_id: str, day: date) -> CorporateEvent | None:
        """The purchase of the company that is known on that day, or over."""
        year = BOUGHT.get(by_id()[instrument_id].number)
        if year is None or day.year < year:
            return None
        known = self._until(instrument_id, date(year, 12, 31)).events
        bought = (event for event in known if event.kind is EventKind.CASH_MERGER)
        return next((event for event in bought if event.announced <= day), None)

    def as_of(self, instrument: Instrument, day: date) -> Instrument | None:
        """An instrument under its symbol of that day; None once it is gone."""
        offer = self.offer(instrument.id, day)
        if offer is not None and offer.effective <= day:
            return None
        if by_id()[instrument.id].number not in RENAMED:
            return instrument
        renamed = [e for e in self.between(instrument.id, date(FIRST_YEAR, 1, 1), day) if e.symbol]
        return replace(instrument, symbol=renamed[-1].symbol) if renamed else instrument

    def _factor(self, instrument_id: str, day: date, *, splits: bool) -> float:
        known = self._until(instrument_id, day)
        return (known.splits if splits else known.factors)[bisect_right(known.days, day) - 1]

    def _until(self, instrument_id: str, day: date) -> _Known:
        if self._made.get(instrument_id, 0) < day.year:
            with self._lock:
                for year in range(self._made.get(instrument_id, FIRST_YEAR - 1) + 1, day.year + 1):
                    self._make(by_id()[instrument_id], year)
                    self._made[instrument_id] = year
        return self._known[instrument_id]

    def _make(self, name: Name, year: int) -> None:
        known = self._known.setdefault(name.instrument.id, _Known())
        if not known.days:
            known.days.append(date.min)
            known.factors.append(_first(name))
            known.splits.append(1.0)
        days = self._sessions.days(date(year, 1, 1), date(year, 12, 31))
        chosen = [
            (day, 0, EventKind.SPLIT) for known, day in self._chosen if known == name.instrument.id and day in days
        ]
        for event in sorted({*of_year(name, year, days), *chosen}):
            self._take(name, known, *event)

    def _take(self, name: Name, known: _Known, day: date, _: int, kind: EventKind) -> None:
        make = {
            EventKind.DIVIDEND: self._dividend,
            EventKind.SPLIT: self._split,
            EventKind.CASH_MERGER: self._merger,
            EventKind.SYMBOL_CHANGE: self._renaming,
        }
        if name.number in BOUGHT and any(e.kind is EventKind.CASH_MERGER for e in known.events):
            return
        event = make[kind](name, known, day)
        if event is None:
            return
        known.events.append(event)
        after, split = known.factors[-1], known.splits[-1]
        if event.ratio is not None:
            after, split = after / float(event.ratio), split / float(event.ratio)
        if kind is EventKind.DIVIDEND and event.cash is not None:
            after *= 1 - float(event.cash) / self._close(name, self._sessions.previous_day(day), after)
        known.days.append(day)
        known.factors.append(after)
        known.splits.append(split)

    def _dividend(self, name: Name, known: _Known, day: date) -> CorporateEvent | None:
        years = (day.toordinal() - date(ANCHOR, 1, 1).toordinal()) / 365.25
        usual = name.price * grown_to((name.growth + name.dividends) * years) * known.factors[-1]
        exact = Decimal(usual * name.dividends / name.payments)
        cash = exact.quantize(_CENT if exact >= _CENT * 10 else _FINE, ROUND_HALF_EVEN)
        if not cash:
            return None
        return CorporateEvent(
            id=f"dividend-{name.instrument.id}-{day}",
            kind=EventKind.DIVIDEND,
            instrument_id=name.instrument.id,
            announced=self._session(day - timedelta(days=28)),
            effective=day,
            record_day=day,
            pay_day=self._session(day + timedelta(days=14 + name.number % 10)),
            cash=cash,
        )

    def _split(self, name: Name, known: _Known, day: date) -> CorporateEvent | None:
        chosen = (name.instrument.id, day) in self._chosen
        notice = day
        for _ in range(1 if chosen else _SPLIT_NOTICE):
            notice = self._sessions.previous_day(notice)
        price = self._close(name, notice, known.factors[-1])
        ratio = chosen_ratio(name, price) if chosen else split_ratio(name, price)
        if ratio is None:
            return None
        return CorporateEvent(
            id=f"split-{name.instrument.id}-{day}",
            kind=EventKind.SPLIT,
            instrument_id=name.instrument.id,
            announced=day if chosen else self._sessions.next_day(notice),
            effective=day,
            ratio=ratio,
        )

    def _merger(self, name: Name, known: _Known, day: date) -> CorporateEvent:
        announced = self._session(day - timedelta(days=_BID_DAYS))
        factor = known.factors[bisect_right(known.days, announced) - 1]
        price = PREMIUM * self._close(name, self._sessions.previous_day(announced), factor)
        return CorporateEvent(
            id=f"merger-{name.instrument.id}-{day}",
            kind=EventKind.CASH_MERGER,
            instrument_id=name.instrument.id,
            announced=announced,
            effective=day,
            pay_day=self._sessions.next_day(day),
            cash=(Decimal(price) * 4).quantize(Decimal(1), ROUND_HALF_EVEN) / 4,
        )

    def _renaming(self, name: Name, _: _Known, day: date) -> CorporateEvent:
        return CorporateEvent(
            id=f"symbol-{name.instrument.id}-{day}",
            kind=EventKind.SYMBOL_CHANGE,
            instrument_id=name.instrument.id,
            announced=self._session(day - timedelta(days=21)),
            effective=day,
            symbol=RENAMED[name.number][1],
        )

    def _close(self, name: Name, day: date, factor: float) -> float:
        year, row = self._levels.on(day)
        price = name.price * grown_to(float(year.closes[row, COLUMN[name.instrument.id]])) * factor
        return price * self._sudden.through(name.instrument.id, day)

    def _session(self, day: date) -> date:
        return self._sessions.next_day(day - timedelta(days=1))


def _first(name: Name) -> float:
    """Before the first event: so that prices are as listed in the anchor year, or, of names that split, right away."""
    years = ANCHOR - FIRST_YEAR
    rate = name.dividends + (name.growth if name.splits_above is not None else 0.0)
    return grown_to(rate * years)
