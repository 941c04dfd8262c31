"""A bad day: a timetable of faults over one session and the morning after it, in market time."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from core.channel.facets.practice import Fault
from core.domain.chosen import Chosen, Kind, Script
from core.market.sessions import Hours

TIMETABLE: Final = (  # minutes after the opening, what, for how many minutes; None = until a person ends it
    (15, Fault.STREAM_SILENT, 5),
    (45, Fault.REPLY_LOST, 3),
    (70, Fault.ERROR_AFTER_ACCEPT, 3),
    (90, Fault.HALT, 10),
    (120, Fault.HALF_OPEN, 5),
    (150, Fault.LOGIN_EXPIRED, None),
    (210, Fault.DOWN, 60),
    (300, Fault.PRICE_GAP, 0),
    (345, Fault.REJECT, 5),
)
FIRST_STEP: Final = timedelta(minutes=TIMETABLE[0][0])
GAP: Final = 8  # percent, against what is held


@dataclass(frozen=True, slots=True, kw_only=True)
class BadStep:
    """One line of the timetable. What happens to a name is part of the market's script, too."""

    fault: Fault
    at: datetime
    until: datetime | None
    chosen: Chosen | None = None

    def on(self, now: datetime) -> bool:
        """It goes wrong just now."""
        return self.at <= now and not self.over(now)

    def over(self, now: datetime) -> bool:
        """It has been."""
        return self.until is not None and self.until <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class BadDay:
    """What it is at a moment follows from its steps alone, so a restart or a jump finds it as it would have been."""

    day: date
    begun_at: datetime
    steps: tuple[BadStep, ...]

    def on(self, now: datetime) -> frozenset[Fault]:
        """What goes wrong on the line just now."""
        return frozenset(step.fault for step in self.steps if step.chosen is None and step.on(now))

    def without(self, fault: Fault, now: datetime) -> "BadDay":
        """As that is made right again."""
        ended = (
            replace(s, until=now) if s.fault is fault and s.chosen is None and s.on(now) else s for s in self.steps
        )
        return replace(self, steps=tuple(ended))

    def script(self, after: datetime | None = None) -> Script:
        """What it asks of the market; after a moment: that has not happened by then."""
        steps = (step for step in self.steps if after is None or step.at > after)
        return tuple(step.chosen for step in steps if step.chosen is not None)


def bad_day(hours: Hours, morning: Hours, instrument_id: str, short: bool, now: datetime) -> BadDay:
    """Over that session, with a name that suffers most."""
    steps = []
    for after, fault, lasts in TIMETABLE:
        at = hours.opens_at + timedelta(minutes=after)
        chosen = None
        if fault is Fault.HALT and lasts:
            chosen = Chosen(day=hours.day, kind=Kind.HALT, instrument_id=instrument_id, at=at, size=lasts)
        if fault is Fault.PRICE_GAP:
            size = GAP if short else -GAP
            chosen = Chosen(day=hours.day, kind=Kind.PRICE_GAP, instrument_id=instrument_id, at=at, size=size)
        until = None if lasts is None else at + timedelta(minutes=lasts)
        steps.append(BadStep(fault=fault, at=at, until=until, chosen=chosen))
    split = Chosen(day=morning.day, kind=Kind.SPLIT, instrument_id=instrument_id)
    steps.append(BadStep(fault=Fault.SPLIT, at=morning.pre_at, until=morning.pre_at, chosen=split))
    return BadDay(day=hours.day, begun_at=now, steps=tuple(steps))
