"""Rule 201 as the practice exchange keeps it: after a fall of a tenth, sold short only above the bid, that day and the next."""

from dataclasses import dataclass, field
from datetime import date, datetime

from core.brokers.practice.corporate import Companies
from core.domain.quote import FALLEN
from core.market.sessions import Sessions
from core.market.tape import Tape, Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortRule:
    """Asks the tape itself, so that every trade counts."""

    tape: Tape
    sessions: Sessions
    companies: Companies
    _over: dict[tuple[str, date], bool] = field(default_factory=dict)  # days that are over, and whether it fell

    def holds(self, instrument_id: str, at: datetime) -> bool:
        """Whether it may be sold short only above the bid."""
        day = self.sessions.day(at)
        before = self.sessions.previous_day(day)
        if (instrument_id, before) not in self._over:
            self._over[instrument_id, before] = self._fell(instrument_id, before, at)
        return self._over[instrument_id, before] or self._fell(instrument_id, day, at)

    def _fell(self, instrument_id: str, day: date, until: datetime) -> bool:
        """Whether it traded so low in that day's regular session, up to a moment."""
        hours, before = self.sessions.hours(day), self.sessions.hours(self.sessions.previous_day(day))
        if hours is None or before is None:
            return False
        regular, last = hours.stretches[1], before.stretches[1]
        close = self.tape.moment(instrument_id, last, last.seconds - 1).last
        for event in self.companies.events(day, day, instrument_id):  # counted in today's shares: a split is no fall
            close /= event.ratio or 1
        seen = range(min(regular.second(until) + 1, regular.seconds))
        low = Watch(price=close * FALLEN, down=True, quotes=False)
        return self.tape.first(instrument_id, regular, seen, low) is not None
