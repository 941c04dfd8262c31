"""The market, as the engine answers for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import pyarrow as pa

from core.channel.facets.market import HoursView, LadderView, NameView, QuoteView, Rung
from core.domain.errors import BadInput, NoQuote
from core.domain.instrument import Instrument
from core.engine.engine import Engine
from core.engine.facets.tables import MOMENT, table
from core.engine.first_steps import QUOTE
from core.execution.review import find_instrument
from core.market.feeds.base import BarSize
from core.market.sessions import FULL_DAY
from core.market.tape import Level

STALE_AFTER: Final = timedelta(seconds=5)
BARS: Final = {
    name: MOMENT if name == "at" else pa.float64() for name in ("at", "open", "high", "low", "close", "volume")
}
MOST_BARS: Final = 5000


@dataclass(slots=True)
class MarketFacet:
    """Looking at the market."""

    engine: Engine

    def names(self, find: str = "") -> tuple[NameView, ...]:
        wanted = find.strip().lower()

        known = self.engine.thread.ask(self.engine.store.catalogue.all)
        found = (i for i in known if wanted in i.symbol.lower() or wanted in i.name.lower())
        return tuple(_name(i) for i in sorted(found, key=lambda i: i.symbol))

    def quote(self, symbol: str) -> QuoteView:
        found = self.engine.thread.ask(lambda: self._quote(symbol))
        self.engine.first_steps.note(QUOTE)
        return found

    def quotes(self, symbols: tuple[str, ...]) -> tuple[QuoteView, ...]:
        return self.engine.thread.ask(lambda: tuple(self._quote(symbol) for symbol in symbols))

    def ladder(self, symbol: str) -> LadderView:
        engine = self.engine

        def look() -> LadderView:
            bids, asks = engine.feed.book(find_instrument(engine.desk, symbol).id)
            return LadderView(bids=_rungs(bids), asks=_rungs(asks), at=engine.timeline.now(), note=engine.feed.note)

        return engine.thread.ask(look)

    def bars(self, symbol: str, size: str = "1m", count: int = 390) -> pa.Table:
        if size not in set(BarSize):
            raise BadInput(f"There are no bars of {size[:10]}. Choose {', '.join(BarSize)}.")
        most = max(1, min(count, MOST_BARS))

        instrument = self.engine.thread.ask(lambda: find_instrument(self.engine.desk, symbol))
        now = self.engine.timeline.now()
        days = most * BarSize(size).span // FULL_DAY + 2
        start = now - timedelta(days=days * 7 // 5 + 6)
        found = self.engine.feed.bars(instrument.id, BarSize(size), start, now)  # years of them: not on the desk thread
        shown = self.engine.feed.adjusted(instrument.id, found[-most:])
        return table(BARS, [(b.at, b.open, b.high, b.low, b.close, b.volume) for b in shown])

    def hours(self) -> HoursView:
        engine = self.engine

        def look() -> HoursView:
            now = engine.timeline.now()
            return HoursView(
                session=engine.sessions.at(now),
                now=now,
                pace=float(engine.timeline.pace),
                own_time=engine.timeline.own_time,
            )

        return engine.thread.ask(look)

    def _quote(self, symbol: str) -> QuoteView:
        engine = self.engine
        instrument = find_instrument(engine.desk, symbol)
        quote = engine.desk.pictures.prices.quote(instrument.id)
        if quote is None:
            raise NoQuote(f"There is no quote for {instrument.symbol} now. Nothing can be priced: wait for the feed.")
        waited = engine.clock.now() - quote.received
        return QuoteView(
            quote=quote,
            age_seconds=max(waited.total_seconds(), 0.0),
            stale=waited > STALE_AFTER,
            note=engine.feed.note,
            previous_close=engine.desk.pictures.prices.previous_close(instrument.id),
            tick=instrument.tick_at(quote.ask),
        )


def _rungs(levels: Sequence[Level]) -> tuple[Rung, ...]:
    return tuple(Rung(price=level.price, size=level.size) for level in levels)


def _name(instrument: Instrument) -> NameView:
    return NameView(
        instrument_id=instrument.id,
        symbol=instrument.symbol,
        name=instrument.name,
        listing=instrument.listing,
        sector=instrument.sector or "Unknown",
        diversified=instrument.diversified,
        fractionable=instrument.fractionable,
        shortable=instrument.shortable,
        lot=instrument.lot,
    )
