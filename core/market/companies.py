"""What a recorded feed knows of companies: what it was told, and closing prices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.domain.corporate_event import CorporateEvent
from core.domain.instrument import Instrument
from core.market.recorded import RecordedTape
from core.market.recording import About
from core.market.sessions import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCompanies:
    """Nothing it was not told happens."""

    about: About
    tape: RecordedTape
    sessions: Sessions

    def events(self, first: date, last: date, instrument_id: str | None = None) -> Sequence[CorporateEvent]:
        """What takes effect on these days, both ends included, of one name or of all."""
        wanted = [e for e in self.about.events if first <= e.effective <= last]
        return [e for e in wanted if instrument_id in (None, e.instrument_id)]

    def close(self, instrument_id: str, day: date) -> Decimal | None:
        """A day's closing price; None = nobody told."""
        return self.tape.close(instrument_id, day)

    def previous_close(self, instrument_id: str, day: date) -> Decimal | None:
        """The close before a day, counted in that day's shares."""
        close = self.close(instrument_id, self.sessions.previous_day(day))
        for event in self.events(day, day, instrument_id) if close is not None else ():
            close = close if event.ratio is None or close is None else round(close / event.ratio, 4)
        return close

    def listed(self, day: date) -> Sequence[Instrument]:
        """Every name the feed prices."""
        return [name.instrument for name in self.about.names]
