"""What a person chose, kept by the exchange: feed and exchange play the same days, and nothing that was seen changes."""

from datetime import datetime, timedelta
from typing import Final

from core.brokers.practice.bad_day import BadDay
from core.brokers.practice.records import Records
from core.brokers.practice.script_rows import in_order
from core.channel.facets.practice import Fault
from core.domain.chosen import OF_ONE_NAME, SUDDEN, Chosen, Kind, Script
from core.domain.corporate_event import EventKind
from core.domain.errors import BadInput
from core.market.invented.market import InventedMarket
from core.market.invented.names import by_id
from core.market.sessions import Part

MOST: Final = 50
MOST_SUDDEN: Final = 1_000  # they are never taken away again: where a price has jumped to, it stays
_OFFERED: Final = timedelta(days=130)  # a purchase of a company is known for less


class ChosenDays:
    """On the disk before the market plays them."""

    def __init__(self, records: Records, market: InventedMarket) -> None:
        self._records = records
        self._market = market
        script, self.bad_day = records.script()
        if script:
            market.choose(script)

    def choose(self, chosen: Chosen, now: datetime) -> Script:
        """A day has one kind for all names; what happens to a name comes on top of it."""
        self._to_come(chosen, now)
        self._of_a_name(chosen)
        others = [c for c in self._market.script if not _instead(chosen, c)]
        most = MOST_SUDDEN if chosen.kind in SUDDEN else MOST
        if sum((c.kind in SUDDEN) is (chosen.kind in SUDDEN) for c in others) >= most:
            raise _no(f"{most} are chosen already")
        return self._play((*others, chosen), self.bad_day)

    def unchoose(self, chosen: Chosen, now: datetime) -> Script:
        """Until it begins."""
        self._to_come(chosen, now)
        return self._play(tuple(c for c in self._market.script if c != chosen), self.bad_day)

    def begin(self, bad_day: BadDay | None, now: datetime) -> None:
        """In place of the last one; None = that one ends. What has begun of it in the market stays."""
        undone = set(self.bad_day.script(after=now)) if self.bad_day is not None else set()
        added = bad_day.script() if bad_day is not None else ()
        for chosen in added:
            self._to_come(chosen, now)
            self._of_a_name(chosen)
        kept = (chosen for chosen in self._market.script if chosen not in undone)
        self._play(tuple(dict.fromkeys((*kept, *added))), bad_day)

    def end_step(self, fault: Fault, now: datetime) -> None:
        """What goes wrong on the line just now is made right again, and stays so."""
        if self.bad_day is not None and fault in self.bad_day.on(now):
            self._play(self._market.script, self.bad_day.without(fault, now))

    def _play(self, chosen: Script, bad_day: BadDay | None) -> Script:
        script = in_order(chosen)
        if script != self._market.script or bad_day != self.bad_day:
            self._records.keep(script, bad_day)
        self.bad_day = bad_day
        if script != self._market.script:
            self._market.choose(script)
        return script

    def _to_come(self, chosen: Chosen, now: datetime) -> None:
        if chosen.at is not None:
            self._not_seen(chosen, chosen.at, now)
            return
        hours = self._market.sessions.hours(chosen.day)
        if hours is None:
            raise _no(f"the exchange is closed on {chosen.day}")
        if now >= hours.pre_at:
            raise _no(f"{chosen.day} has begun, and what was shown of it stays")

    def _not_seen(self, chosen: Chosen, at: datetime, now: datetime) -> None:
        stretch = self._market.sessions.stretch(at)
        if stretch is None or stretch.part is not Part.REGULAR or stretch.day != chosen.day or not stretch.second(at):
            raise _no("a halt or a gap begins while the session is open, from its second second on")
        if at != stretch.at(stretch.second(at)) or at <= now:
            raise _no("that second has begun, and what was shown of it stays")

    def _of_a_name(self, chosen: Chosen) -> None:
        if chosen.instrument_id is None:
            return
        listed = {instrument.id: instrument for instrument in self._market.listed(chosen.day)}
        instrument = listed.get(chosen.instrument_id)
        if instrument is None:
            raise _no(f"{chosen.instrument_id} is not traded on {chosen.day}")
        if chosen.kind is Kind.EARNINGS_GAP and not by_id()[instrument.id].reports:
            raise _no(f"{instrument.symbol} is a fund and has no quarterly figures")
        coming = self._market.events(chosen.day, chosen.day + _OFFERED, instrument.id)
        bought = any(e.kind is EventKind.CASH_MERGER and e.announced <= chosen.day for e in coming)
        if chosen.kind is Kind.PRICE_GAP and bought:
            raise _no(f"{instrument.symbol} is being bought, and its price follows the offer")


def _instead(chosen: Chosen, other: Chosen) -> bool:
    """Whether it takes the other one's place."""
    if other.day != chosen.day:
        return False
    return other == chosen or not {chosen.kind, other.kind} & OF_ONE_NAME


def _no(why: str) -> BadInput:
    return BadInput(f"Nothing was chosen or taken away: {why}. Choose another day or name.")
