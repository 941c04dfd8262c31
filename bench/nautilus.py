"""The other side of bench.orders: the same orders through NautilusTrader's backtest engine, in a Python that has it.

Run by bench.orders as a plain script: it knows nothing of this project. Prints one line of JSON.
"""

import json
import sys
import time
from decimal import Decimal
from typing import Any

import nautilus_trader
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig, RiskEngineConfig
from nautilus_trader.model import Money, Price, Quantity, TraderId, Venue
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import QuoteTick
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

SHARE = TestInstrumentProvider.equity(symbol="AAPL", venue="XNAS")
TEN = Quantity.from_int(10)
CENT = Decimal("0.01")


class Trader(Strategy):  # type: ignore[misc]
    """A market order of ten shares at every quote, or only looking on."""

    def __init__(self, trades: bool, held: int) -> None:
        super().__init__()
        self.trades = trades
        self.held = held  # orders to buy before the first sale
        self.sent = 0
        self.ticks: list[float] = []

    def on_start(self) -> None:
        self.subscribe_quote_ticks(SHARE.id)

    def on_quote_tick(self, _: Any) -> None:
        self.ticks.append(time.process_time())
        if self.trades:
            side = OrderSide.SELL if self.sent >= self.held and (self.sent - self.held) % 2 else OrderSide.BUY
            self.sent += 1
            self.submit_order(self.order_factory.market(SHARE.id, side, TEN))


def run(orders: int, trades: bool, held: int) -> tuple[float, list[float]]:
    """CPU seconds of the whole run, and when each quote came."""
    engine = BacktestEngine(
        BacktestEngineConfig(
            trader_id=TraderId("B-001"),
            logging=LoggingConfig(bypass_logging=True),
            risk_engine=RiskEngineConfig(max_order_submit_rate="10000000/00:00:01"),
        )
    )
    engine.add_venue(Venue("XNAS"), OmsType.NETTING, AccountType.MARGIN, [Money(10_000_000, USD)], base_currency=USD)
    engine.add_instrument(SHARE)
    size = Quantity.from_int(10_000)
    quotes = []
    for number in range(orders + 1):
        bid, at = Decimal(100) + CENT * (number % 7), 10**18 + number * 10**6
        quotes.append(QuoteTick(SHARE.id, Price(bid, 2), Price(bid + CENT, 2), size, size, at, at))
    engine.add_data(quotes)
    trader = Trader(trades, held)
    engine.add_strategy(trader)
    start = time.process_time()
    engine.run()
    spent = time.process_time() - start
    engine.dispose()
    return spent, trader.ticks


def main() -> None:
    orders, held = int(sys.argv[1]), int(sys.argv[2])
    idle, _ = run(orders, trades=False, held=held)
    spent, ticks = run(orders, trades=True, held=held)
    found = {"version": nautilus_trader.__version__, "idle": idle, "spent": spent, "ticks": ticks}
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
