"""The other side of bench.realism: the same orders on the same tape through NautilusTrader's matching, its defaults.

Run by bench.realism as a plain script: it knows nothing of this project. Prints one line of JSON: order → fills.
"""

import json
import sys
from pathlib import Path
from typing import Any

from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig, RiskEngineConfig
from nautilus_trader.model import ClientOrderId, Money, Price, Quantity, TraderId, Venue
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import QuoteTick, TradeTick
from nautilus_trader.model.enums import AccountType, AggressorSide, OmsType, OrderSide
from nautilus_trader.model.identifiers import TradeId
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

SHARE = TestInstrumentProvider.equity(symbol="AAPL", venue="XNAS")
EPOCH = 10**18
SECOND = 10**9


class Trader(Strategy):  # type: ignore[misc]
    """Sends what is due at each second's quote, and takes back what has waited long enough."""

    def __init__(self, orders: list[list[Any]], patience: int) -> None:
        super().__init__()
        self.coming: dict[int, list[list[Any]]] = {}
        for wish in orders:
            self.coming.setdefault(wish[1], []).append(wish)
        self.patience = patience
        self.leaving: dict[int, Any] = {}
        self.fills: dict[str, list[tuple[float, float]]] = {}
        self.names: dict[str, str] = {}

    def on_start(self) -> None:
        self.subscribe_quote_ticks(SHARE.id)

    def on_quote_tick(self, tick: Any) -> None:
        second = (tick.ts_event - EPOCH) // SECOND
        for name, _, side, quantity, limit in self.coming.get(second, ()):
            client_id = ClientOrderId(f"O-{len(self.names)}")
            self.names[client_id.value] = name
            terms = (SHARE.id, OrderSide.BUY if side == "buy" else OrderSide.SELL, Quantity.from_int(quantity))
            if limit is None:
                order = self.order_factory.market(*terms, client_order_id=client_id)
            else:
                order = self.order_factory.limit(*terms, Price.from_str(limit), client_order_id=client_id)
                self.leaving[second + self.patience] = order
            self.submit_order(order)
        if second in self.leaving and self.leaving[second].is_open:
            self.cancel_order(self.leaving[second])

    def on_order_filled(self, event: Any) -> None:
        name = self.names[event.client_order_id.value]
        self.fills.setdefault(name, []).append((float(event.last_qty), float(event.last_px)))


def main() -> None:
    asked = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    engine = BacktestEngine(
        BacktestEngineConfig(
            trader_id=TraderId("B-001"),
            logging=LoggingConfig(bypass_logging=True),
            risk_engine=RiskEngineConfig(max_order_submit_rate="10000000/00:00:01"),
        )
    )
    engine.add_venue(Venue("XNAS"), OmsType.NETTING, AccountType.MARGIN, [Money(10**9, USD)], base_currency=USD)
    engine.add_instrument(SHARE)
    seen: list[Any] = []
    for second, (bid, ask, bid_size, ask_size, last, volume) in enumerate(asked["tape"]):
        at = EPOCH + second * SECOND
        sizes = (Quantity.from_int(int(bid_size)), Quantity.from_int(int(ask_size)))
        seen.append(QuoteTick(SHARE.id, Price(bid, 2), Price(ask, 2), *sizes, at, at))
        if volume:
            size, side = Quantity.from_int(int(volume)), AggressorSide.NO_AGGRESSOR
            traded = at + SECOND // 2
            seen.append(TradeTick(SHARE.id, Price(last, 2), size, side, TradeId(str(second)), traded, traded))
    engine.add_data(seen)
    trader = Trader(asked["orders"], asked["patience"])
    engine.add_strategy(trader)
    engine.run()
    sys.stdout.write(json.dumps(trader.fills) + "\n")


if __name__ == "__main__":
    main()
