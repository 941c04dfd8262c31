"""Charts, as the engine answers for them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

import pyarrow as pa

from core.channel.facets.charts import FRAMES, Mark, MarkKind, Marks, WorkingLine
from core.domain.chosen import SUDDEN, Script
from core.domain.corporate_event import CorporateEvent, EventKind
from core.domain.errors import BadInput, MarketDataError
from core.domain.fill import Fill
from core.domain.instrument import Instrument
from core.domain.order import AT_BROKER, Order, Side, Status
from core.domain.quote import Bar
from core.domain.sample import MARK
from core.domain.workspace import WorkspaceKind
from core.engine.engine import Engine
from core.engine.facets.tables import MOMENT, table
from core.execution.review import find_instrument
from core.market.frames import Frame, finished, forming
from core.market.indicators import Line, average, bands, macd, rsi, vwap

BARS: Final = ("at", "open", "high", "low", "close", "volume")
LINES: Final = ("vwap", "average_20", "average_50", "lower", "upper", "rsi", "macd", "signal")
COLUMNS: Final = {name: MOMENT if name == "at" else pa.float64() for name in (*BARS, *LINES)}
MOST_BARS: Final = 2000
BEFORE: Final = 100  # bars that only the indicators see;
WEEKS_BEFORE: Final = 50  # of weeks fewer: each one is made of days
MOST_FILLS: Final = 500
_SIDES: Final = {Side.BUY: "Bought", Side.SELL: "Sold"}
_VERBS: Final = {Side.BUY: "Buy", Side.SELL: "Sell"}


@dataclass(slots=True)
class ChartsFacet:
    """Years of bars: never on the desk thread."""

    engine: Engine

    def bars(self, symbol: str, frame: str = "1m", count: int = 390) -> pa.Table:
        if frame not in FRAMES:
            raise BadInput(f"There is no chart of {frame[:10]}. Choose {', '.join(FRAMES)}.")
        engine, most, size = self.engine, max(1, min(count, MOST_BARS)), Frame(frame)
        instrument, now = self._named(symbol), engine.timeline.now()
        before = WEEKS_BEFORE if size is Frame.WEEK else BEFORE
        bars = list(finished(engine.feed, engine.sessions, instrument.id, size, most + before, now))
        last = forming(engine.feed, engine.sessions, instrument.id, size, now)
        if last is not None and not (bars and bars[-1].at >= last.at):
            bars.append(last)
        columns = [[getattr(bar, name) for bar in bars] for name in BARS]
        rows = list(zip(*columns, *self._indicators(bars, size), strict=True))
        return table(COLUMNS, rows[-most:])

    def marks(self, symbol: str, since: datetime, account_id: str = "") -> Marks:
        engine, now = self.engine, self.engine.timeline.now()
        instrument = self._named(symbol)
        working, accounts = engine.thread.ask(lambda: self._own(instrument.id, account_id))
        fills = engine.archive.traded_of(accounts, instrument.id, since, MOST_FILLS)
        found = [
            *self._fills(instrument.id, fills),
            *self._company(instrument.id, since, now),
            *self._halts(instrument.id, since, now),
            *self._chosen(instrument.id, since, now),
        ]
        return Marks(
            marks=tuple(sorted((mark for mark in found if since <= mark.at <= now), key=lambda mark: mark.at)),
            lines=tuple(line for order in working for line in self._lines(order)),
        )

    # parts -----------------------------------------------------------------------------------------------------------

    def _named(self, symbol: str) -> Instrument:
        return self.engine.thread.ask(lambda: find_instrument(self.engine.desk, symbol))

    def _indicators(self, bars: Sequence[Bar], frame: Frame) -> tuple[Line, ...]:
        closes = [bar.close for bar in bars]
        paid: Line = [None] * len(bars)
        if frame.within_a_day:
            typical = [(bar.high + bar.low + bar.close) / 3 for bar in bars]
            paid = vwap(typical, [bar.volume for bar in bars], [self.engine.sessions.day(bar.at) for bar in bars])
        return paid, average(closes, 20), average(closes, 50), *bands(closes), rsi(closes), *macd(closes)

    def _own(self, instrument_id: str, account_id: str) -> tuple[list[Order], tuple[str, ...]]:
        store = self.engine.store
        accounts = tuple(a.id for a in store.accounts.all() if account_id in ("", a.id))
        orders = [o for o in store.orders.open() if o.instrument_id == instrument_id and o.account_id in accounts]
        return [order for order in orders if order.status in AT_BROKER], accounts

    def _lines(self, order: Order) -> Iterator[WorkingLine]:
        can = self.engine.desk.connection_of(order.account_id).capabilities.replace
        for name, price in (("stop", order.stop), ("limit", order.limit)):
            if price is not None:
                yield WorkingLine(
                    order_id=order.id,
                    account_id=order.account_id,
                    words=f"{_VERBS[order.side]} {order.leaves.normalize():f}, {name}",
                    price=price,
                    may_replace=can and order.status in (Status.ACKED, Status.PARTIAL),
                )

    def _fills(self, instrument_id: str, fills: Sequence[Fill]) -> Iterator[Mark]:
        """As prices compare with those of now, as the bars do."""
        told = [self._bar(fill) for fill in fills]
        for fill, bar in zip(fills, self.engine.feed.adjusted(instrument_id, told), strict=True):
            quantity, price = Decimal(str(round(bar.volume, 6))), Decimal(str(round(bar.close, 4)))
            yield Mark(
                kind=MarkKind.FILL,
                at=fill.at,
                words=f"{'Sample: ' if fill.client_id.startswith(MARK) else ''}{_SIDES[fill.side]} {fill.quantity.normalize():f} at {fill.price:,.2f}",
                side=fill.side,
                quantity=quantity.normalize(),
                price=price,
            )

    def _bar(self, fill: Fill) -> Bar:
        price = float(fill.price)
        return Bar(at=fill.at, open=price, high=price, low=price, close=price, volume=float(fill.quantity))

    def _company(self, instrument_id: str, since: datetime, now: datetime) -> Iterator[Mark]:
        day = self.engine.sessions.day
        try:
            events = self.engine.feed.events(instrument_id, day(since), day(now))
        except MarketDataError:
            return
        for event in events:
            hours = self.engine.sessions.hours(event.effective)
            if hours is not None:
                yield Mark(kind=MarkKind.COMPANY, at=hours.opens_at, words=_happened(event))

    def _halts(self, instrument_id: str, since: datetime, now: datetime) -> Iterator[Mark]:
        """Of the newest sessions: further back they would be too small to see."""
        day = self.engine.sessions.day
        first = max(day(since), day(now) - timedelta(days=7))
        for session in self.engine.sessions.days(first, day(now)):
            for halt in self.engine.feed.halts(instrument_id, session):
                yield Mark(kind=MarkKind.HALT, at=halt.start, words=f"Halted: {halt.why}")

    def _chosen(self, instrument_id: str, since: datetime, now: datetime) -> Iterator[Mark]:
        for chosen in self._script():
            hours = self.engine.sessions.hours(chosen.day)
            if hours is None or chosen.instrument_id not in (None, instrument_id):
                continue
            words = (
                self.engine.rehearsals.words(chosen)
                if chosen.kind in SUDDEN
                else f"{chosen.kind.value.replace('_', ' ').capitalize()} day"
            )
            yield Mark(kind=MarkKind.CHOSEN, at=chosen.at or hours.opens_at, words=f"Chosen: {words}")

    def _script(self) -> Script:
        if self.engine.workspace.kind is not WorkspaceKind.PRACTICE:
            return ()
        return tuple(chosen for line in self.engine.lines for chosen in line.market.script)


def _happened(event: CorporateEvent) -> str:
    match event.kind:
        case EventKind.DIVIDEND:
            return f"Dividend of {event.cash:f} USD comes off" if event.cash else "Dividend"
        case EventKind.SPLIT:
            return f"Split, {event.ratio.normalize():f} for 1" if event.ratio else "Split"
        case EventKind.CASH_MERGER:
            return f"Bought for {event.cash:f} a share" if event.cash else "Bought"
        case EventKind.SYMBOL_CHANGE:
            return f"Called {event.symbol} from here on"
