"""The days a person chose, kept by the exchange: feed and exchange play the same ones, and none that has begun."""

from datetime import datetime
from typing import Final

from core.brokers.practice.records import Records
from core.domain.chosen import OF_ONE_NAME, Chosen, Kind, Script
from core.domain.errors import BadInput
from core.market.invented.market import InventedMarket
from core.market.invented.names import by_id

MOST: Final = 50


class ChosenDays:
    """On the disk before the market plays them."""

    def __init__(self, records: Records, market: InventedMarket) -> None:
        self._records = records
        self._market = market
        if script := records.script():
            market.choose(script)

    def choose(self, chosen: Chosen, now: datetime) -> Script:
        """A day has one kind for all names; what happens to a name comes on top of it."""
        self._to_come(chosen, now)
        self._of_a_name(chosen)
        others = [c for c in self._market.script if not _instead(chosen, c)]
        if len(others) >= MOST:
            raise _no(f"{MOST} days are chosen already")
        return self._play((*others, chosen))

    def unchoose(self, chosen: Chosen, now: datetime) -> Script:
        """Until it begins."""
        self._to_come(chosen, now)
        return self._play(tuple(c for c in self._market.script if c != chosen))

    def _play(self, chosen: Script) -> Script:
        script = tuple(sorted(chosen, key=lambda c: (c.day, c.kind, c.instrument_id or "")))
        if script != self._market.script:
            self._records.keep(script)
            self._market.choose(script)
        return script

    def _to_come(self, chosen: Chosen, now: datetime) -> None:
        hours = self._market.sessions.hours(chosen.day)
        if hours is None:
            raise _no(f"the exchange is closed on {chosen.day}")
        if now >= hours.pre_at:
            raise _no(f"{chosen.day} has begun, and what was shown of it stays")

    def _of_a_name(self, chosen: Chosen) -> None:
        if chosen.instrument_id is None:
            return
        listed = {instrument.id: instrument for instrument in self._market.listed(chosen.day)}
        instrument = listed.get(chosen.instrument_id)
        if instrument is None:
            raise _no(f"{chosen.instrument_id} is not traded on {chosen.day}")
        if chosen.kind is Kind.EARNINGS_GAP and not by_id()[instrument.id].reports:
            raise _no(f"{instrument.symbol} is a fund and has no quarterly figures")


def _instead(chosen: Chosen, other: Chosen) -> bool:
    """Whether it takes the other one's place."""
    if other.day != chosen.day:
        return False
    return other == chosen or not {chosen.kind, other.kind} & OF_ONE_NAME


def _no(why: str) -> BadInput:
    return BadInput(f"Nothing was chosen or taken away: {why}. Choose another day or name.")
