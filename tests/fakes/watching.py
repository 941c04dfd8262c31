"""Charts, watch lists and alerts of the desk made of memory."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from core.channel.facets.alerts import AlertDraft, AlertView
from core.channel.facets.charts import Mark, MarkKind, Marks, WorkingLine
from core.channel.facets.watchlists import WatchlistView
from core.domain.alert import AlertKind
from core.domain.errors import BadInput
from core.domain.money import typed_number
from core.domain.order import OPEN, Side

if TYPE_CHECKING:
    from tests.fakes.desk import FakeMarket, World

NUMBERS = ("last", "change", "change_share", "spread", "spread_bps", "volume", "age_seconds")
COLUMNS = pa.schema(
    [
        *((name, pa.string()) for name in ("instrument_id", "symbol", "name")),
        *((name, pa.decimal128(38, 9)) for name in NUMBERS),
        ("stale", pa.bool_()),
        ("halted", pa.string()),
        ("note", pa.string()),
    ]
)


class FakeCharts:
    def __init__(self, world: "World", market: "FakeMarket") -> None:
        self.world = world
        self.market = market

    def bars(self, symbol: str, frame: str = "1m", count: int = 390) -> pa.Table:
        rows: list[dict[str, Any]] = self.market.bars(symbol, count=min(count, 200)).to_pylist()
        for number, row in enumerate(rows):
            close = row["close"]
            row.update(vwap=close * 0.999, rsi=30 + number % 45)
            row.update(macd=(number % 21 - 10) / 10, signal=(number % 17 - 8) / 10)
            if number > 19:
                row.update(average_20=close * 0.998, lower=close * 0.99, upper=close * 1.01)
        names = ("average_20", "average_50", "lower", "upper")
        return pa.Table.from_pylist([dict.fromkeys(names) | row for row in rows])

    def marks(self, symbol: str, since: datetime, account_id: str = "") -> Marks:
        spot = self.market.quote(symbol).quote.last
        lines = tuple(
            WorkingLine(
                order_id=view.id,
                account_id=view.account_id,
                words=f"{view.side.value.capitalize()} {view.quantity}, {'stop' if view.stop else 'limit'}",
                price=view.stop or view.limit or spot,
                may_replace=view.may_replace,
            )
            for view in self.world.orders.values()
            if view.symbol == symbol and view.status in OPEN and account_id in ("", view.account_id)
        )
        fill = Mark(
            kind=MarkKind.FILL,
            at=since + timedelta(minutes=40),
            words=f"Bought 40 at {spot}",
            side=Side.BUY,
            quantity=Decimal(40),
            price=spot * Decimal("0.99"),
        )
        halt = Mark(kind=MarkKind.HALT, at=since + timedelta(minutes=90), words="Halted: news is to come.")
        return Marks(marks=(fill, halt) if symbol in self.world.held else (), lines=lines)


class FakeWatchlists:
    def __init__(self, world: "World", market: "FakeMarket") -> None:
        self.world = world
        self.market = market
        self.lists: dict[str, list[str]] = {}

    def all(self) -> tuple[WatchlistView, ...]:
        self.world.answer()
        return tuple(self._view(name) for name in self.lists)

    def make(self, name: str) -> WatchlistView:
        if not name.strip():
            raise BadInput("The watch list has no name. Nothing was made: type one.")
        if name in self.lists:
            raise BadInput(f"There is a watch list {name} already. Nothing was changed: choose another name.")
        self.lists[name] = []
        return self._view(name)

    def rename(self, name: str, to: str) -> WatchlistView:
        self.lists = {to if other == name else other: names for other, names in self.lists.items()}
        return self._view(to)

    def remove(self, name: str) -> None:
        del self.lists[name]

    def add(self, name: str, symbol: str) -> WatchlistView:
        self.market.quote(symbol)
        if symbol not in self.lists[name]:
            self.lists[name].append(symbol)
        return self._view(name)

    def drop(self, name: str, symbol: str) -> WatchlistView:
        self.lists[name].remove(symbol)
        return self._view(name)

    def move(self, name: str, symbol: str, places: int) -> WatchlistView:
        names = self.lists[name]
        place = names.index(symbol)
        names.insert(min(max(place + places, 0), len(names) - 1), names.pop(place))
        return self._view(name)

    def table(self, name: str = "") -> pa.Table:
        symbols = self.lists[name] if name else [view.symbol for view in self.market.names()]
        return pa.Table.from_pylist([self._row(symbol) for symbol in symbols], schema=COLUMNS)

    def _row(self, symbol: str) -> dict[str, Any]:
        now = self.market.quote(symbol)
        spread = now.quote.ask - now.quote.bid
        moved = now.quote.last - (now.previous_close or now.quote.last)
        numbers = (
            now.quote.last,
            moved,
            moved / now.quote.last,
            spread,
            spread / now.quote.mid * 10_000,
            Decimal(1_240_300),
            Decimal(str(now.age_seconds)),
        )
        return {
            "instrument_id": f"i-{symbol}",
            "symbol": symbol,
            "name": self.market.names(symbol)[0].name,
            "stale": now.stale,
            "halted": now.quote.halted,
            "note": now.note,
            **{name: round(value, 9) for name, value in zip(NUMBERS, numbers, strict=True)},
        }

    def _view(self, name: str) -> WatchlistView:
        return WatchlistView(name=name, symbols=tuple(self.lists[name]))


class FakeAlerts:
    def __init__(self, world: "World") -> None:
        self.world = world
        self.known: dict[str, AlertView] = {}

    def all(self, symbol: str = "") -> tuple[AlertView, ...]:
        self.world.answer()
        return tuple(view for view in self.known.values() if symbol in ("", view.symbol))[::-1]

    def make(self, draft: AlertDraft) -> AlertView:
        level = Decimal(0) if draft.kind is AlertKind.MACD else typed_number(draft.level, "Price")
        view = AlertView(
            id=f"alert-{len(self.known)}",
            instrument_id=f"i-{draft.symbol}",
            symbol=draft.symbol,
            kind=draft.kind,
            way=draft.way,
            words=f"{draft.symbol} {draft.kind.value} {draft.way.value} {level}",
            state="Waits",
            waits=True,
            again=draft.again,
            price=level if draft.kind is AlertKind.PRICE else None,
            made_at=datetime.fromisoformat("2026-11-20T19:32:07+00:00"),
            fired_at=None,
            fires=0,
        )
        self.known[view.id] = view
        return view

    def remove(self, alert_id: str) -> None:
        del self.known[alert_id]

    def arm(self, alert_id: str) -> AlertView:
        self.known[alert_id] = replace(self.known[alert_id], waits=True, state="Waits", fired_at=None, fires=0)
        return self.known[alert_id]
