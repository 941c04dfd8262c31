"""What goes wrong on purpose and has a moment of its own: of a name, or as a step of a bad day; and what is told of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.brokers.practice.bad_day import BadDay as Kept
from core.brokers.practice.bad_day import BadStep
from core.channel.facets.practice import BadDay, Fault, Step, StepState
from core.domain.chosen import SUDDEN, Chosen, Kind, Script
from core.domain.errors import BadInput
from core.market.sessions import NEW_YORK, Part, Sessions
from core.store.store import Store

TOLD: Final = "practice_bad_day"
HALT_MINUTES: Final = 10
GAP_PERCENT: Final = 10
_FAULTS: Final = {Kind.HALT: Fault.HALT, Kind.PRICE_GAP: Fault.PRICE_GAP, Kind.SPLIT: Fault.SPLIT}
_KINDS: Final = {fault: kind for kind, fault in _FAULTS.items()}


@dataclass(slots=True)
class Rehearsals:
    """Belongs to the desk thread."""

    store: Store
    sessions: Sessions

    def soon(self, fault: Fault, instrument_id: str, size: int, now: datetime, pace: int) -> Chosen:
        """From the next second on that nobody can have seen yet: half a second of real time is left for both sides."""
        stretch = self.sessions.stretch(now)
        second = 0 if stretch is None else stretch.second(now) + 2 + pace // 2
        if stretch is None or stretch.part is not Part.REGULAR or second >= stretch.seconds:
            raise BadInput(
                "A halt or a gap begins while the session is open, from 9:30 to its close. Nothing was changed: "
                "let it open first."
            )
        if not size:
            size = HALT_MINUTES if fault is Fault.HALT else GAP_PERCENT * self._against(instrument_id)
        return Chosen(
            day=stretch.day, kind=_KINDS[fault], instrument_id=instrument_id, at=stretch.at(second), size=size
        )

    def of_names(self, script: Script, now: datetime) -> tuple[Step, ...]:
        """Halts and gaps of this session."""
        today = self.sessions.day(now)
        return tuple(self._of_name(c, now) for c in script if c.kind in SUDDEN and c.day == today)

    def seen(self, kept: Kept | None, now: datetime) -> BadDay | None:
        """As the window shows it."""
        if kept is None:
            return None
        steps = tuple(self._step(step, now) for step in kept.steps)
        return BadDay(day=kept.day, steps=steps, over=all(step.state is StepState.OVER for step in steps))

    def note(self, kept: Kept | None, now: datetime) -> None:
        """Each step is journaled as it begins and as it ends; one that was jumped over, as over."""
        if kept is None:
            return
        told = self.store.settings.get(TOLD)
        begun = kept.begun_at.isoformat()
        if told.get("begun") != begun:
            told = {"begun": begun}
        news = []
        for number, step in enumerate(kept.steps):
            seen, before = self._step(step, now), told.get(str(number), StepState.COMING)
            if seen.state != before:
                told[str(number)] = seen.state
                news.append((f"Bad day: {seen.words}{_how(step, seen, before)}", seen))
        if not news:
            return
        with self.store.unit:
            self.store.settings.set(TOLD, told)
            for title, seen in news:
                self.store.journal.write("practice.fault", title, seen)

    def words(self, chosen: Chosen) -> str:
        """What happens to the name."""
        symbol = self._symbol(chosen)
        if chosen.kind is Kind.HALT:
            return f"{symbol} is halted for {chosen.size} minutes"
        if chosen.kind is Kind.PRICE_GAP:
            return f"The price of {symbol} jumps by {chosen.size:+d} %".replace("-", "−")
        return f"{symbol} splits its shares"

    def _of_name(self, chosen: Chosen, now: datetime) -> Step:
        at = chosen.at or now
        stretch = self.sessions.stretch(at)
        until = at
        if chosen.kind is Kind.HALT and stretch is not None:
            until = stretch.at(min(stretch.second(at) + chosen.size * 60, stretch.seconds))
        return self._step(BadStep(fault=_FAULTS[chosen.kind], at=at, until=until, chosen=chosen), now)

    def _step(self, step: BadStep, now: datetime) -> Step:
        state = StepState.OVER if step.over(now) else StepState.ON if step.on(now) else StepState.COMING
        return Step(
            fault=step.fault,
            symbol=self._symbol(step.chosen) if step.chosen else "",
            words=self.words(step.chosen) if step.chosen else fault_words(step.fault),
            at=step.at,
            until=step.until,
            state=state,
        )

    def _symbol(self, chosen: Chosen) -> str:
        instrument = self.store.catalogue.get(chosen.instrument_id or "")
        return instrument.symbol if instrument else chosen.instrument_id or ""

    def _against(self, instrument_id: str) -> int:
        """Up against who is short, else down."""
        held = (self.store.books.position(account.id, instrument_id) for account in self.store.accounts.all())
        return 1 if sum(position.quantity for position in held if position) < 0 else -1


def fault_words(fault: Fault) -> str:
    """Its name in a sentence."""
    return fault.value.replace("_", " ").capitalize()


def _how(step: BadStep, seen: Step, before: str) -> str:
    if seen.state is StepState.ON or step.at == step.until:
        return ""
    if before == StepState.ON:
        return ", over"
    if step.until is None:
        return ""
    return f", over; it was on from {step.at.astimezone(NEW_YORK):%H:%M} to {step.until.astimezone(NEW_YORK):%H:%M} ET"
