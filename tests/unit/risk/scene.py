"""One account, one quiet market, one ordinary order: each test changes the one thing it is about."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from core.domain.account import Account, AccountKind, Regime, RegimeSpan, TaxKind
from core.domain.capability import Capabilities
from core.domain.instrument import Instrument
from core.domain.lot import Position
from core.domain.order import Order, OrderType, Side, Status, TimeInForce
from core.domain.quote import Quote, Session
from core.domain.view import AccountView
from core.domain.workspace import Level, WorkspaceKind

D = Decimal
NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # a Monday, 12:00 in New York

ACCOUNT = Account(
    id="acc",
    connection="main",
    broker="practice",
    number="P-1",
    name="Main",
    kind=AccountKind.MARGIN,
    tax_kind=TaxKind.TAXABLE,
    regimes=(RegimeSpan(regime=Regime.INTRADAY_MARGIN, valid_from=NOON.date()),),
)
BROKER = Capabilities(
    order_types=frozenset(OrderType),
    times_in_force=frozenset(TimeInForce),
    refuses_repeats=True,
    look_up=True,
    replace=True,
    fractional=True,
    short=True,
    extended_hours=True,
    requests_per_minute=200,
    kept_for_cancels=20,
    settles_look_up_after=timedelta(seconds=5),
)
OPEN = Session(
    is_open=True,
    extended=False,
    opens_at=datetime(2026, 11, 23, 14, 30, tzinfo=UTC),
    closes_at=datetime(2026, 11, 23, 21, 0, tzinfo=UTC),
    early_close=False,
    name="Open, closes 16:00 ET",
)
AAPL = Instrument(id="aapl", symbol="AAPL", name="Apple", listing="XSIM", sector="Technology")


def number(text: str | Decimal) -> Decimal:
    return Decimal(text)


def quote(bid: str = "99.99", ask: str = "100", **changes: Any) -> Quote:
    values: dict[str, Any] = {
        "instrument_id": "aapl",
        "bid": D(bid),
        "ask": D(ask),
        "bid_size": D(500),
        "ask_size": D(500),
        "last": D(ask),
        "at": NOON,
        "received": NOON,
        "feed": "practice",
    }
    return Quote(**(values | changes))


def order(side: Side = Side.BUY, quantity: str = "10", **changes: Any) -> Order:
    values: dict[str, Any] = {
        "id": "new",
        "intent_key": "key",
        "client_id": "qd-m-1",
        "account_id": "acc",
        "instrument_id": "aapl",
        "symbol": "AAPL",
        "side": side,
        "type": OrderType.LIMIT if "limit" in changes else OrderType.MARKET,
        "quantity": D(quantity),
    }
    for name in ("limit", "stop", "carried", "reserve_price"):
        if changes.get(name) is not None:
            changes[name] = D(changes[name])
    return Order(**(values | changes))


def buy(quantity: str = "10", **changes: Any) -> Order:
    return order(Side.BUY, quantity, **changes)


def sell(quantity: str = "10", **changes: Any) -> Order:
    return order(Side.SELL, quantity, **changes)


def working(made: Order, **changes: Any) -> Order:
    """The same order, at the broker under another id."""
    from dataclasses import replace

    return replace(made, **({"id": "old", "client_id": "qd-m-0", "status": Status.ACKED} | changes))


def held(**quantities: str) -> dict[str, Position]:
    return {
        i: Position(account_id="acc", instrument_id=i, quantity=D(q), cost=D(q) * 100, currency="USD")
        for i, q in quantities.items()
    }


def view(**changes: Any) -> AccountView:
    """100,000 in cash, nothing held, unless told otherwise."""
    values: dict[str, Any] = {
        "kind": WorkspaceKind.PRACTICE,
        "account": ACCOUNT,
        "instrument": AAPL,
        "capabilities": BROKER,
        "quote": quote(),
        "session": OPEN,
        "now": NOON,
        "at": NOON,
        "positions": {},
        "prices": {"aapl": D(100)},
        "instruments": {"aapl": AAPL},
        "open_orders": (),
        "cash": D(100_000),
        "equity": D(100_000),
        "day_start_equity": D(100_000),
        "peak_equity": D(100_000),
        "buying_power": D(100_000),
        "level": Level.ACTIVE,
        "previous_close": D(100),
    }
    return AccountView(**(values | changes))
