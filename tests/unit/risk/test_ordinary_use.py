"""Ordinary use is never blocked, and asks at most one question an order."""

from dataclasses import dataclass, field, replace
from decimal import ROUND_FLOOR, Decimal

import pytest

from core.domain.errors import RiskBreach
from core.domain.instrument import AssetClass, Instrument
from core.domain.lot import Position
from core.domain.money import ZERO
from core.domain.order import Order
from core.domain.verdict import Consent, Outcome
from core.domain.view import AccountView
from core.risk.gate import Gate
from core.risk.limits import Limits
from tests.unit.risk.scene import AAPL, D, buy, quote, sell, view

NAMES = {
    symbol: replace(AAPL, id=symbol, symbol=symbol, sector=sector)
    for symbol, sector in {
        "AAPL": "Technology",
        "MSFT": "Technology",
        "JNJ": "Health care",
        "XOM": "Energy",
        "JPM": "Financials",
        "PG": "Consumer staples",
    }.items()
}
FUNDS = {
    symbol: replace(AAPL, id=symbol, symbol=symbol, sector=None, diversified=True, asset_class=AssetClass.FUND)
    for symbol in ("VTI", "BND")
}


@dataclass
class Book:
    """A small account that trades at the touch of a quiet market."""

    cash: Decimal
    limits: Limits = field(default_factory=Limits)
    prices: dict[str, Decimal] = field(default_factory=lambda: {s: D(50) for s in (*NAMES, *FUNDS)})
    held: dict[str, Decimal] = field(default_factory=dict)
    start: Decimal = ZERO
    peak: Decimal = ZERO
    questions: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.start = self.peak = self.cash

    @property
    def equity(self) -> Decimal:
        return self.cash + sum((q * self.prices[s] for s, q in self.held.items()), ZERO)

    def new_day(self, moves: dict[str, str], change: str = "0") -> None:
        """Prices move, fees and dividends are posted."""
        self.prices = {s: (p * D(moves.get(s, "1"))).quantize(D("0.01")) for s, p in self.prices.items()}
        self.cash += D(change)
        self.start, self.peak = self.equity, max(self.peak, self.equity)

    def picture(self, symbol: str) -> AccountView:
        known: dict[str, Instrument] = NAMES | FUNDS
        bid = self.prices[symbol]
        return view(
            instrument=known[symbol],
            quote=quote(str(bid), str(bid + D("0.01")), instrument_id=symbol, last=bid),
            positions={
                s: Position(account_id="acc", instrument_id=s, quantity=q, cost=q, currency="USD")
                for s, q in self.held.items()
            },
            prices=self.prices,
            instruments=known,
            cash=self.cash,
            buying_power=self.cash,
            equity=self.equity,
            day_start_equity=self.start,
            peak_equity=self.peak,
        )

    def buy(self, symbol: str, money: str) -> None:
        price = self.prices[symbol] + D("0.01")
        quantity = (D(money) / price).to_integral_value(rounding=ROUND_FLOOR)
        self.trade(buy(str(quantity), limit=str(price), instrument_id=symbol, symbol=symbol), quantity, price)

    def sell(self, symbol: str, quantity: Decimal | None = None) -> None:
        quantity = self.held[symbol] if quantity is None else quantity
        self.trade(sell(str(quantity), instrument_id=symbol, symbol=symbol), -quantity, self.prices[symbol])

    def trade(self, order: Order, quantity: Decimal, price: Decimal) -> None:
        gate, seen = Gate(self.limits), self.picture(order.symbol)
        warned = tuple(v.check for v in gate.verdicts(order, seen) if v.outcome is Outcome.WARN)
        gate.pass_or_raise(order, seen, Consent(warnings=warned))
        assert len(warned) <= 1
        self.questions.append(len(warned))
        self.cash -= quantity * price
        self.held[order.symbol] = self.held.get(order.symbol, ZERO) + quantity
        if not self.held[order.symbol]:
            del self.held[order.symbol]


def test_five_thousand_dollars_of_apple() -> None:
    book = Book(D(100_000))
    book.buy("AAPL", "5000")
    assert book.questions == [0]


def test_adding_to_a_quiet_fund() -> None:
    book = Book(D(100_000))
    book.held, book.cash = {"VTI": D(1200)}, D(40_000)
    book.buy("VTI", "9000")
    assert book.questions == [0]


def test_a_small_account_with_six_names() -> None:
    book = Book(D(3000), limits=Limits().preset("small account"))
    for symbol in NAMES:
        book.buy(symbol, "495")
    assert book.questions == [0] * 6
    assert len(book.held) == 6


def test_under_the_defaults_the_small_account_is_told_why_not() -> None:
    book = Book(D(3000))
    with pytest.raises(RiskBreach, match=r"one order may be worth 300\.00"):
        book.buy("AAPL", "495")


def test_closing_everything() -> None:
    book = Book(D(10_000))
    book.held = {"AAPL": D(300), "JNJ": D(20), "VTI": D(800)}  # 25 %, 2 %, 67 %: outgrown, and still closed
    book.start = book.peak = book.equity
    for symbol in list(book.held):
        book.sell(symbol)
    assert book.held == {}


def test_a_normal_month() -> None:
    book = Book(D(100_000))
    book.buy("VTI", "9900")
    for day, symbol in enumerate([*NAMES, "BND", *NAMES, "VTI", *NAMES], start=1):
        up, down = ("1.012", "0.991") if day % 3 else ("0.988", "1.004")
        book.new_day({symbol: up, "VTI": down, "AAPL": "1.01"}, change="12.34" if day % 7 == 0 else "-1.25")
        book.buy(symbol, "3500")
        if day % 5 == 0:
            book.sell("VTI", D(5))
    assert sum(book.questions) <= 2
    assert book.cash > 0
