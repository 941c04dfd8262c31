"""A crash day of memory, for page tests: it is at the stage the test puts it to."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from core.channel.facets.crash_day import (
    CrashDayView,
    CrashReport,
    Happening,
    HeldBack,
    IndexDay,
    Stage,
    StillHeld,
    StillOpen,
    StopOutcome,
)
from core.channel.facets.orders import Draft
from core.domain.errors import BadInput
from core.domain.order import OrderType, Side, TimeInForce

if TYPE_CHECKING:
    from tests.fakes.desk import World

OPENS = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
CLOSES = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
INDEX = IndexDay(
    symbol="SPY",
    before=Decimal("528.28"),
    low=Decimal("479.90"),
    low_at=OPENS + timedelta(hours=5),
    last=Decimal("485.73"),
)
STOP = StopOutcome(
    order_id="20261123-000007",
    symbol="NVDA",
    side=Side.SELL,
    at=OPENS + timedelta(minutes=64),
    quantity=Decimal(40),
    stop=Decimal("97.00"),
    price=Decimal("95.10"),
    mid=Decimal("95.15"),
    fees=Decimal("0.14"),
    close=Decimal("90.00"),
    worst=Decimal("88.00"),
    best=Decimal("96.00"),
)
CAME_BACK = replace(STOP, order_id="20261123-000008", symbol="JPM", close=Decimal("99.00"), best=Decimal("99.50"))
HELD = (
    StillHeld(
        instrument_id="i-TLT",
        symbol="TLT",
        quantity=Decimal(76),
        price=Decimal("106.67"),
        value=Decimal("8106.92"),
        covered=Decimal(0),
    ),
)
HAPPENED = (
    Happening(at=OPENS, words="Bought 40 NVDA at 98.20."),
    Happening(
        at=OPENS + timedelta(minutes=64),
        words="Your stop in NVDA sold 40 at 95.10, 1.90 below its stop price 97.00.",
        serious=True,
    ),
)
BACK = HeldBack(
    at=OPENS + timedelta(minutes=90),
    words="Buy 500 NVDA",
    symbol="NVDA",
    side=Side.BUY,
    quantity=Decimal(500),
    price=Decimal("95.00"),
    close=Decimal("90.00"),
    why="=This order is worth up to 47,500.00, one order may be worth 10,000.00.",
)


def report(**changes: object) -> CrashReport:
    """An ordinary bad day."""
    made = CrashReport(
        id="2026-11-23-12",
        account_id="PRACTICE-1",
        day=date(2026, 11, 23),
        opens_at=OPENS,
        closes_at=CLOSES,
        until=CLOSES,
        early=False,
        currency="USD",
        before=Decimal("100000"),
        worst=Decimal("98665.76"),
        worst_at=OPENS + timedelta(minutes=116),
        after=Decimal("98824.60"),
        index=INDEX,
        happened=HAPPENED,
        stops=(STOP, CAME_BACK),
        held_back=(BACK,),
        levels=(),
        positions=HELD,
        orders=(StillOpen(order_id="1", words="Sell 76 TLT, stop 101.93", state="Working", in_doubt=False),),
        certainty="Compared with the broker after it ended",
        note="INVENTED PRICES",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


class FakeCrashDay:
    def __init__(self, world: "World") -> None:
        self.world = world
        self.kept: tuple[CrashReport, ...] = ()
        self.view = CrashDayView(
            stage=Stage.REST,
            now=OPENS - timedelta(hours=19),
            own_time=True,
            pace=1,
            day=date(2026, 11, 23),
            opens_at=OPENS,
            closes_at=CLOSES,
            early_close=False,
            chosen=False,
            why_not="",
            title="",
            detail="",
            index=None,
            before=None,
            value=None,
            worst=None,
            worst_at=None,
            level="",
            stops=(),
            held_back=0,
            happened=(),
            positions=(),
            orders=(),
            may_sample=False,
        )

    def state(self) -> CrashDayView:
        self.world.answer()
        return replace(self.view, pace=self.world.practice.pace, own_time=self.world.practice.own_time)

    def begin(self) -> CrashDayView:
        self.world.answer()
        if self.view.why_not:
            raise BadInput(self.view.why_not)
        self.world.practice = replace(self.world.practice, pace=0)
        self.view = replace(
            self.view,
            stage=Stage.BEFORE,
            now=OPENS - timedelta(minutes=5),
            title="It is 09:25, the market opens at 09:30. You hold nothing.",
            detail="Have the sample portfolio bought at the opening, or let the day run and only watch.",
            before=Decimal(100_000),
            value=Decimal(100_000),
            worst=Decimal(100_000),
            worst_at=OPENS - timedelta(minutes=5),
            may_sample=True,
        )
        return self.state()

    def during(self) -> None:
        """An hour and a half into it."""
        self.begin()
        self.world.practice = replace(self.world.practice, pace=60)
        self.view = replace(
            self.view,
            stage=Stage.DURING,
            now=OPENS + timedelta(minutes=90),
            title="Without a stop: TLT.",
            detail="A pause gives you time: place stops, close a position, or hold on and see what it costs.",
            index=INDEX,
            value=Decimal("98824.60"),
            worst=Decimal("98665.76"),
            worst_at=OPENS + timedelta(minutes=88),
            stops=(STOP,),
            held_back=1,
            happened=HAPPENED,
            positions=HELD,
            may_sample=False,
        )

    def end(self) -> CrashDayView:
        self.world.answer()
        if self.view.stage is not Stage.BEFORE:
            self.kept = (report(early=True, until=self.view.now), *self.kept)
        self.view = replace(self.view, stage=Stage.REST, positions=(), may_sample=False)
        return self.state()

    def sample(self) -> tuple[Draft, ...]:
        self.world.answer()
        return tuple(
            Draft(symbol=symbol, side=Side.BUY, quantity="20", time_in_force=TimeInForce.OPEN)
            for symbol in ("NVDA", "JPM")
        )

    def stops(self, below: Decimal) -> tuple[Draft, ...]:
        self.world.answer()
        stop = f"{(Decimal('106.67') * (1 - below)).quantize(Decimal('0.01')):f}"
        return (Draft(symbol="TLT", side=Side.SELL, type=OrderType.STOP, quantity="76", stop=stop),)

    def reports(self) -> tuple[CrashReport, ...]:
        self.world.answer()
        return self.kept
