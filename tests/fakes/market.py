"""Prices and hours that a test sets by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from core.clock import Clock, MarketClock
from core.domain.corporate_event import CorporateEvent
from core.domain.instrument import AssetClass, Instrument
from core.domain.quote import Fall, Quote, Session

SHARES = {
    "i-ant": Instrument(id="i-ant", symbol="ANT", name="Ant Works", listing="XSIM", sector="Industrials"),
    "i-bee": Instrument(id="i-bee", symbol="BEE", name="Bee Lines", listing="XSIM", sector="Utilities"),
    "i-cat": Instrument(
        id="i-cat",
        symbol="CAT3",
        name="All Cats",
        listing="XSIM",
        asset_class=AssetClass.FUND,
        sector="Funds",
        diversified=True,
    ),
}


@dataclass(kw_only=True)
class FakePrices:
    """A last price per instrument; the quote stands one cent around it."""

    clock: Clock
    market_clock: MarketClock
    last: dict[str, Decimal] = field(
        default_factory=lambda: {"i-ant": Decimal("50.00"), "i-bee": Decimal("20.00"), "i-cat": Decimal("100.00")}
    )
    lows: dict[str, Decimal] = field(default_factory=dict)  # lowest trade of the session
    fell: dict[str, bool] = field(default_factory=dict)  # a tenth or more on the day before
    events_of: dict[str, list[CorporateEvent]] = field(default_factory=dict)
    silent: bool = False
    age: timedelta = timedelta(0)  # since the feed was last proved alive

    def quote(self, instrument_id: str) -> Quote | None:
        last = self.last.get(instrument_id)
        if last is None or self.silent:
            return None
        return Quote(
            instrument_id=instrument_id,
            bid=last - Decimal("0.01"),
            ask=last + Decimal("0.01"),
            bid_size=Decimal(500),
            ask_size=Decimal(500),
            last=last,
            at=self.market_clock.now(),
            received=self.clock.now() - self.age,
            feed="stand-in",
        )

    def previous_close(self, instrument_id: str) -> Decimal | None:
        return self.last.get(instrument_id)

    def closes(self, instrument_ids: Iterable[str]) -> dict[str, Decimal | None]:
        return {i: self.previous_close(i) for i in instrument_ids}

    def fall(self, instrument_id: str) -> Fall | None:
        if self.silent:
            return None
        return Fall(low=self.lows.get(instrument_id), before=self.fell.get(instrument_id, False))

    def events(self, instrument_id: str) -> Sequence[CorporateEvent]:
        day = FakeHours().day(self.market_clock.now())
        return [event for event in self.events_of.get(instrument_id, ()) if event.effective == day]

    def eventful(self, instrument_ids: Iterable[str]) -> dict[str, Sequence[CorporateEvent]]:
        return {i: events for i in instrument_ids if (events := self.events(i))}


class FakeHours:
    """Every day from 13:30 to 20:00 UTC, holidays unknown."""

    def at(self, moment: datetime) -> Session:
        opens = datetime.combine(moment.date(), time(13, 30), UTC)
        closes = datetime.combine(moment.date(), time(20), UTC)
        if moment >= closes:
            opens, closes = opens + timedelta(days=1), closes + timedelta(days=1)
        is_open = opens <= moment < closes
        return Session(
            is_open=is_open,
            extended=not is_open,
            opens_at=opens,
            closes_at=closes,
            early_close=False,
            name="Open" if is_open else "Closed",
        )

    def day(self, moment: datetime) -> date:
        return self.at(moment).closes_at.date()

    def previous_day(self, day: date) -> date:
        return day - timedelta(days=1)

    def begins(self, day: date) -> datetime:
        return datetime.combine(day, time(8), UTC)
