"""A workspace with a past: three weeks of a practice account, made with the desk's own verbs on a clock of our own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from math import ceil
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from core.channel.facets.alerts import AlertDraft
from core.channel.facets.orders import Draft
from core.channel.facets.practice import Fault, Jump
from core.domain.alert import AlertKind, Way
from core.domain.chosen import Kind
from core.domain.order import OPEN, OrderType, Purpose, Side, TimeInForce
from core.domain.verdict import Consent
from core.domain.workspace import Level
from core.market.sessions import NEW_YORK
from tests.fakes.clock import FakeClock
from tests.unit.engine.opened import Opened, opened

SEED: Final = 271_828
BEGINS: Final = datetime(2026, 10, 26, 10, 30, tzinfo=NEW_YORK).astimezone(UTC)
BOUGHT: Final = (
    ("NVDA", "70"),
    ("MSFT", "28"),
    ("JPM", "48"),
    ("COST", "11"),
    ("KO", "140"),
    ("XOM", "75"),
    ("SPY", "17"),
)
ADDED: Final = (("NVDA", "80"), ("AVGO", "27"), ("UNH", "9"), ("QQQ", "20"), ("PLUG", "300"), ("KO", "120"))
STOPPED: Final = (("NVDA", "0.93"), ("UNH", "0.95"), ("QQQ", "0.96"))
WATCHED: Final = {"Semiconductors": ("NVDA", "AVGO", "XLK"), "Quiet names": ("KO", "PG", "JNJ", "COST", "WMT")}
STEP: Final = 50  # seconds; longer, and own time takes it that the machine slept
TICK: Final = Decimal("0.01")


def seeded(home: Path, clock: FakeClock) -> None:
    """The same account each time, to the cent."""
    with a_desk(home, clock) as desk:
        _first_weeks(desk)
        _crash_day(desk)
        _today(desk)
        desk.desk.practice.time(own_time=True, pace=0)
        desk.settle()


def empty(home: Path, clock: FakeClock) -> None:
    """The first minute of a new workspace."""
    with a_desk(home, clock) as desk:
        desk.desk.practice.time(own_time=True, pace=0)
        desk.settle()


@contextmanager
def a_desk(home: Path, clock: FakeClock) -> Iterator[Opened]:
    with nothing_by_lot(), opened(home, clock) as desk:
        desk.settle()
        desk.settle(5)
        yield desk


@contextmanager
def nothing_by_lot(first: int = 1) -> Iterator[None]:
    """The market's seed is given, every mark of an order is counted, and the machine is nobody's."""
    numbers = count(first)
    with (
        patch("secrets.randbelow", lambda below: SEED % below),
        patch("secrets.token_hex", lambda size=32: f"{next(numbers):0{2 * size}x}"),
        patch("core.engine.wiring.this_machine", lambda: "desk"),
    ):
        yield


# the past ------------------------------------------------------------------------------------------------------------


def _first_weeks(desk: Opened) -> None:
    for symbol, size in BOUGHT:
        trade(desk, symbol, Side.BUY, size)
    for number in range(14):
        to_close(desk)
        to_open(desk)
        if number == 2:
            trade(desk, "COST", Side.SELL, "5", purpose=Purpose.TRADE)
            trade(desk, "GOOGL", Side.BUY, "30")
        if number == 4:
            desk.desk.practice.deposit(Decimal(5000), "seed-deposit")
            trade(desk, "XOM", Side.SELL, "75", purpose=Purpose.CLOSE)
        if number == 6:
            trade(desk, "SPY", Side.BUY, "15")
            trade(desk, "PLUG", Side.BUY, "400")


def _crash_day(desk: Opened) -> None:
    desk.desk.crash_day.begin()
    desk.settle(1)
    for draft in desk.desk.crash_day.stops(Decimal("0.08")):
        send(desk, draft)
    desk.desk.practice.time(own_time=True, pace=60)
    run(desk, 12)
    desk.desk.practice.time(own_time=True, pace=60)
    to_close(desk)
    desk.settle(21)
    desk.settle(1)


# today ---------------------------------------------------------------------------------------------------------------


def _today(desk: Opened) -> None:
    asked = desk.desk
    to_open(desk)
    run(desk, 45 * 60)
    if asked.health.state().level is not Level.ACTIVE:
        asked.trading.resume("the crash day is over")
    asked.limits.change("R22", "most", "160%", "a little credit, on purpose")
    for symbol, size in ADDED:
        trade(desk, symbol, Side.BUY, size)
    trade(desk, "XOM", Side.SELL, "40", purpose=Purpose.SHORT)
    for symbol, share in STOPPED:
        send(desk, Draft(symbol=symbol, side=Side.SELL, type=OrderType.STOP, purpose=Purpose.CLOSE,
             quantity=f"{held(desk, symbol):f}", stop=f"{near(desk, symbol, share):f}", time_in_force=TimeInForce.GTC))  # fmt: skip
    send(desk, limit("AAPL", Side.BUY, "6", f"{near(desk, 'AAPL', '0.975'):f}", time_in_force=TimeInForce.GTC))
    send(desk, limit("GOOGL", Side.BUY, "15", f"{near(desk, 'GOOGL', '0.96'):f}"))
    send(desk, limit("KO", Side.SELL, "60", f"{near(desk, 'KO', '1.03'):f}", purpose=Purpose.CLOSE))
    send(desk, limit("CKX", Side.BUY, "600", f"{near(desk, 'CKX', '1.001'):f}"))  # a thin name: it fills in parts
    over = send(desk, limit("META", Side.BUY, "4", f"{near(desk, 'META', '0.95'):f}"))
    run(desk, 60)
    asked.orders.cancel(over)
    desk.settle(2)
    asked.practice.fault(Fault.REJECT, True)
    send(desk, Draft(symbol="WMT", side=Side.BUY, quantity="3"))
    asked.practice.fault(Fault.REJECT, False)
    send(desk, Draft(symbol="PG", side=Side.BUY, quantity="2", type=OrderType.LIMIT, time_in_force=TimeInForce.IOC,
         limit=f"{near(desk, 'PG', '0.98'):f}"))  # fmt: skip
    run(desk, 4)
    for name, symbols in WATCHED.items():
        asked.watchlists.make(name)
        for symbol in symbols:
            asked.watchlists.add(name, symbol)
    for draft in _alerts(desk):
        asked.alerts.make(draft)
    asked.limits.change("R21", "block_above", "22%", "one name in five at most")
    newest = asked.journal.table(limit=1).column("seq").to_pylist()[0]
    asked.journal.note(newest, "Smaller limit after the crash day.", ("review",))
    day = asked.practice.state().to_choose
    asked.practice.choose(day[1], Kind.CRASH)
    asked.practice.choose(day[3], Kind.EARNINGS_GAP, "NVDA")
    run(desk, 25 * 60)


def _alerts(desk: Opened) -> tuple[AlertDraft, ...]:
    return (
        AlertDraft(symbol="NVDA", kind=AlertKind.PRICE, way=Way.ABOVE, level=f"{near(desk, 'NVDA', '1.04'):f}"),
        AlertDraft(symbol="NVDA", kind=AlertKind.PRICE, way=Way.BELOW, level=f"{near(desk, 'NVDA', '0.95'):f}"),
        AlertDraft(symbol="SPY", kind=AlertKind.MOVE, way=Way.BELOW, level="2", again=True),
        AlertDraft(symbol="KO", kind=AlertKind.RSI, way=Way.ABOVE, level="70", frame="1h", again=True),
        AlertDraft(symbol="AVGO", kind=AlertKind.VOLUME, level="1.5"),
        AlertDraft(symbol="MSFT", kind=AlertKind.PRICE, way=Way.ABOVE, level=f"{near(desk, 'MSFT', '1.0004'):f}"),
    )


# verbs ---------------------------------------------------------------------------------------------------------------


def limit(symbol: str, side: Side, size: str, price: str, **terms: Any) -> Draft:
    return Draft(symbol=symbol, side=side, type=OrderType.LIMIT, quantity=size, limit=price, **terms)


def send(desk: Opened, draft: Draft) -> str:
    """Reviewed and confirmed as a person does it, and its answer heard."""
    desk.clock.advance(11)  # a person is not that quick
    review = desk.desk.orders.review(draft)
    placed = desk.desk.orders.confirm(review.token, Consent(warnings=review.warnings, worst_case_seen=True))
    run(desk, 2)
    return placed.id


def trade(desk: Opened, symbol: str, side: Side, size: str, **terms: Any) -> str:
    """An order at market, filled."""
    placed = send(desk, Draft(symbol=symbol, side=side, quantity=size, **terms))
    for _ in range(60):
        if desk.desk.orders.story(placed).order.status not in OPEN:
            break
        run(desk, 2)
    return placed


def run(desk: Opened, seconds: float) -> None:
    """Time passes in steps a desk would take."""
    steps = ceil(seconds / STEP)
    for _ in range(steps):
        desk.settle(seconds / steps)


def to_close(desk: Opened) -> None:
    desk.desk.practice.jump(Jump.CLOSE)
    desk.settle(4)
    desk.settle(4)
    work(desk)


def to_open(desk: Opened) -> None:
    desk.desk.practice.jump(Jump.OPENING)
    desk.clock.advance(max(desk.engine.timeline.now() - desk.clock.now(), timedelta(0)))  # the night
    desk.desk.practice.time(own_time=True, pace=1)
    desk.settle(4)
    work(desk)
    run(desk, 60)


def work(desk: Opened) -> None:
    """The jobs that are due."""
    for job in desk.background.all():
        desk.background.wake(job.name)
    desk.settle()


def near(desk: Opened, symbol: str, share: str) -> Decimal:
    return (desk.desk.market.quote(symbol).quote.last * Decimal(share)).quantize(TICK)


def held(desk: Opened, symbol: str) -> Decimal:
    rows = desk.desk.positions.table().to_pylist()
    return next((Decimal(row["quantity"]) for row in rows if row["symbol"] == symbol), Decimal(0))
