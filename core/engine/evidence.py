"""Which practice sessions somebody lived through at the market's own pace. What ran faster, or was jumped over, counts nothing."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from core.channel.facets.practice import ENOUGH, WatchedDay
from core.execution.alarms import Alarms
from core.market.sessions import Part, Sessions, Stretch
from core.store.store import Store

_NAME: Final = "watched:"
_SLACK: Final = timedelta(seconds=0.5)  # between reading the two clocks
_MISMATCH: Final = ("difference:", "cash:")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """The last look."""

    real: datetime
    market: datetime
    orders: int
    wrong: frozenset[str]


@dataclass(slots=True)
class Evidence:
    """Belongs to the desk thread. Time passes at 1× when market time moved no further than real time did."""

    store: Store
    sessions: Sessions
    alarms: Alarms
    _last: _Seen | None = field(default=None)

    def count(self, real: datetime, market: datetime) -> None:
        """Inside a unit, every few seconds: add what has passed since the last time."""
        stretch = self.sessions.stretch(market)
        if stretch is None or stretch.part is not Part.REGULAR:
            self._last = None
            return
        wrong = frozenset(a.key for a in self.alarms.all() if a.key.startswith(_MISMATCH))
        now = _Seen(real=real, market=market, orders=self.store.orders.count_of(stretch.day), wrong=wrong)
        before, self._last = self._last, now
        if before is not None and _at_its_pace(before, now, stretch):
            self._add(stretch.day, now.market - before.market, now.orders - before.orders, len(wrong - before.wrong))

    def days(self) -> tuple[WatchedDay, ...]:
        """The newest first."""
        kept = self.store.settings.starting(_NAME)
        return tuple(
            judged(
                self.sessions,
                date.fromisoformat(name.removeprefix(_NAME)),
                seconds=float(row["seconds"]),
                orders=int(row["orders"]),
                mismatches=int(row["mismatches"]),
            )
            for name, row in sorted(kept.items(), reverse=True)
        )

    def standing(self) -> tuple[str, ...]:
        """Mismatches nobody has explained yet, in words."""
        return tuple(alarm.title for alarm in self.alarms.all() if alarm.key.startswith(_MISMATCH))

    def _add(self, day: date, passed: timedelta, orders: int, mismatches: int) -> None:
        name = f"{_NAME}{day.isoformat()}"
        known = self.store.settings.get(name)
        sums = {
            "seconds": float(known.get("seconds", "0")) + passed.total_seconds(),
            "orders": int(known.get("orders", "0")) + orders,
            "mismatches": int(known.get("mismatches", "0")) + mismatches,
        }
        self.store.settings.set(name, {field_name: str(value) for field_name, value in sums.items()})


def judged(sessions: Sessions, day: date, *, seconds: float, orders: int, mismatches: int) -> WatchedDay:
    """It counts when enough of it was watched and nothing differed that nobody could explain."""
    hours = sessions.hours(day)
    whole = 0.0 if hours is None else (hours.closes_at - hours.opens_at).total_seconds()
    return WatchedDay(
        day=day,
        seconds=seconds,
        orders=orders,
        mismatches=mismatches,
        whole=whole,
        counts=whole > 0 and seconds >= ENOUGH * whole and mismatches == 0,
    )


def _at_its_pace(before: _Seen, now: _Seen, stretch: Stretch) -> bool:
    passed = now.market - before.market
    return stretch.start <= before.market and timedelta(0) < passed <= now.real - before.real + _SLACK
