"""A desk made of memory, for page tests: believable, and it can be empty, full, in doubt or down."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from core.channel.facets.health import ConnectionView, Finding, HealthView, Notice
from core.channel.facets.jobs import JobView, SlotView
from core.channel.facets.journal import EntryView, SealedRow
from core.channel.facets.limits import LimitView, UseView
from core.channel.facets.lock import LockView
from core.channel.facets.market import HoursView, LadderView, NameView, QuoteView, Rung
from core.channel.facets.orders import Draft, Estimate, FillView, OrderStory, OrderView, Review, Step
from core.channel.facets.performance import By, Measure, MonthView, PartView, Period, Summary, Unit
from core.channel.facets.positions import AccountSummary, ExitView, HappeningView, LotView, OpeningLine, PositionView
from core.channel.facets.practice import OF_A_NAME, ChosenDay, Fault, Jump, PracticeView
from core.channel.facets.runs import RunView, TermView
from core.channel.facets.statements import ResultView
from core.channel.facets.ticket import Choices
from core.channel.facets.trading import LevelView, StopReport
from core.domain.account import AccountKind
from core.domain.chosen import OF_ONE_NAME, Kind
from core.domain.errors import (
    BadInput,
    DeskUnreachable,
    NotConfirmed,
    OrderRejected,
    RiskBreach,
    TradingStopped,
    WrongPassphrase,
)
from core.domain.money import typed_number
from core.domain.order import OPEN, OrderType, Origin, Purpose, Side, Status, TimeInForce
from core.domain.quote import Quote, Session
from core.domain.sample import Sample
from core.domain.verdict import Consent, Outcome, Verdict
from core.domain.workspace import Level, WorkspaceKind
from tests.fakes.crash_day import FakeCrashDay
from tests.fakes.live_view import FakeLive
from tests.fakes.notices import FakeNotices
from tests.fakes.reports import FakeReports
from tests.fakes.settings import FakeBackups, FakeConnections, FakeSettings
from tests.fakes.statements import FakeStatements, fill, run_result
from tests.fakes.watching import FakeAlerts, FakeCharts, FakeWatchlists
from tests.fakes.welcome import FakeOutside, FakeWelcome

NOW = datetime(2026, 11, 20, 19, 32, 7, tzinfo=UTC)
ACCOUNT = "PRACTICE-1"
NAMES = {
    "AAPL": ("Apple Inc", "Technology", "271.66"),
    "JPM": ("JPMorgan Chase & Co", "Financials", "309.14"),
    "MSFT": ("Microsoft Corp", "Technology", "512.39"),
    "NVDA": ("NVIDIA Corp", "Technology", "182.47"),
    "TLT": ("iShares 20+ Year Treasury", "Bond fund", "88.91"),
    "VTI": ("Vanguard Total Stock Market", "Broad fund", "331.12"),
    "XOM": ("Exxon Mobil Corp", "Energy", "116.32"),
}
HELD = {"AAPL": (110, "243.10"), "MSFT": (45, "468.02"), "NVDA": (120, "151.20"), "TLT": (240, "91.18")}
STATUS_WORDS = {
    Status.SENDING: "Being sent",
    Status.ACKED: "Working",
    Status.PARTIAL: "Partly filled",
    Status.FILLED: "Filled",
    Status.CANCELED: "Cancelled",
    Status.UNKNOWN: "Not confirmed by the broker",
    Status.CANCEL_PENDING: "Cancelling",
    Status.ATTESTED: "Ended on your word",
    Status.UNSENT: "Not sent",
    Status.INTENT: "Waits here",
}
ORDER_COLUMNS = pa.schema(
    [
        *((name, pa.string()) for name in ("id", "words", "symbol", "side", "type")),
        *((name, pa.decimal128(38, 9)) for name in ("quantity", "filled", "limit", "stop", "average_price", "last")),
        *((name, pa.string()) for name in ("time_in_force", "origin", "strategy", "certainty", "reason")),
        ("at", pa.timestamp("us", tz="UTC")),
        ("sent_at", pa.timestamp("us", tz="UTC")),
    ]
)
POSITION_COLUMNS = pa.schema(
    [
        *((name, pa.string()) for name in ("account_id", "instrument_id", "symbol", "name", "sector")),
        *((n, pa.decimal128(38, 9)) for n in ("quantity", "cost", "last", "value", "weight", "today", "unrealised")),
        ("certainty", pa.string()),
        ("frozen", pa.string()),
    ]
)
CURVE_COLUMNS = pa.schema(
    [
        ("at", pa.timestamp("us", tz="UTC")),
        ("day", pa.date32()),
        *((name, pa.decimal128(38, 9)) for name in ("value", "flow", "growth", "benchmark", "drawdown")),
        ("certainty", pa.string()),
        ("words", pa.string()),
    ]
)
JOURNAL_COLUMNS = pa.schema(
    [
        ("seq", pa.int64()),
        ("recorded_at", pa.timestamp("us", tz="UTC")),
        ("market_at", pa.timestamp("us", tz="UTC")),
        *((name, pa.string()) for name in ("kind", "who", "order_id", "symbol", "title", "tags")),
        ("notes", pa.int64()),
    ]
)


def order(number: int, symbol: str, status: Status, **changes: object) -> OrderView:
    """An ordinary limit order in this state."""
    view = OrderView(
        id=f"20261120-{number:06d}",
        account_id=ACCOUNT,
        instrument_id=f"i-{symbol}",
        symbol=symbol,
        side=Side.BUY,
        type=OrderType.LIMIT,
        quantity=Decimal(40),
        filled=Decimal(0),
        average_price=None,
        limit=Decimal("182.50"),
        stop=None,
        time_in_force=TimeInForce.DAY,
        extended_hours=False,
        purpose=Purpose.TRADE,
        status=status,
        words=STATUS_WORDS[status],
        reason="",
        certainty="Confirmed by the broker 3 s ago",
        reserved=Decimal("7300"),
        client_id=f"qd-test-{number}",
        broker_order_id=f"b-{number}",
        origin=Origin.TICKET,
        replaces="",
        strategy="",
        may_cancel=status in OPEN,
        may_replace=status in {Status.ACKED, Status.PARTIAL},
        may_attest=status is Status.UNKNOWN,
        at=NOW - timedelta(minutes=number % 300),
        sent_at=NOW - timedelta(seconds=48),
    )
    return replace(view, **changes)  # type: ignore[arg-type]


def entry(seq: int, kind: str, title: str, order_id: str = "", body: str = "{}") -> EntryView:
    """A journal row."""
    at = NOW - timedelta(seconds=1000 - seq)
    return EntryView(
        seq=seq,
        recorded_at=at,
        market_at=at,
        kind=kind,
        who="person",
        order_id=order_id,
        title=title,
        body=body,
        hash=f"{seq:064x}",
        tags=(),
        notes=(),
    )


def _held() -> dict[str, tuple[Decimal, Decimal]]:
    return {symbol: (Decimal(count), Decimal(cost)) for symbol, (count, cost) in HELD.items()}


def _practice() -> PracticeView:
    return PracticeView(
        own_time=True,
        pace=1,
        faults=(),
        seed=7,
        starting_cash=Decimal(100_000),
        now=NOW,
        words="Own time at 1×, Fri 20 Nov 14:32 ET",
        stopped_at="",
        chosen=(),
        to_choose=tuple(date(2026, 11, day) for day in (23, 24, 25, 27, 30)),
        half_day=date(2026, 11, 27),
        plugged="",
        plugged_there=None,
        watched=(),
    )


def _everything() -> Choices:
    return Choices(
        types=dict.fromkeys(OrderType, ""),
        times=dict.fromkeys(TimeInForce, ""),
        extended_hours="",
        short="",
        tags=("breakout", "dip"),
    )


def _no_lock() -> LockView:
    return LockView(
        has_passphrase=False,
        locked=False,
        sealed=False,
        may_look=False,
        asks_code=False,
        wait_seconds=0,
        idle_seconds=0,
        recovery_left=0,
        by_keyring=False,
        trouble="",
    )


def run(number: int, *, ended: bool = False, account_id: str = ACCOUNT) -> RunView:
    """One practice account on the usual terms."""
    return RunView(
        account_id=account_id,
        name=f"Run {number}",
        begun_at=NOW - timedelta(days=30),
        ended_at=NOW - timedelta(days=1) if ended else None,
        seed=7,
        terms=(
            _term("kind", "Account", "", "Margin or cash.", "margin", choices=("margin", "cash")),
            _term("starting_cash", "Starting cash", "USD", "What the account begins with.", "100000"),
            _term("overnight", "Overnight leverage", "× equity", "Positions outside regular hours.", "2"),
        ),
        starting_cash=Decimal(100_000),
        added=Decimal(500),
        value=Decimal("101734.50"),
        currency="USD",
    )


def _term(name: str, title: str, unit: str, phrase: str, value: str, choices: tuple[str, ...] = ()) -> TermView:
    return TermView(
        name=name,
        title=title,
        unit=unit,
        phrase=phrase,
        value=value,
        default=value,
        bounds="from 1 to 4",
        choices=choices,
    )


def used_limits(loss: str = "0.004") -> tuple[UseView, ...]:
    """What an account uses of its limits on an ordinary day."""

    def use(check: str, label: str, used: str, limit: str, near: str, unit: str = "share") -> UseView:
        state = "over" if Decimal(used) >= Decimal(limit) else "near" if Decimal(used) >= Decimal(near) else "calm"
        return UseView(
            check=check,
            title=label,
            label=label,
            used=Decimal(used),
            limit=Decimal(limit),
            near=Decimal(near),
            unit=unit,
            state=state,
        )

    return (
        use("R20", "Loss today", loss, "0.03", "0.024"),
        use("R20", "Fall from the highest value", "0.021", "0.15", "0.12"),
        use("R21", "Largest share, AAPL", "0.2015", "0.25", "0.15"),
        use("R21", "Largest sector, Technology", "0.5", "0.4", "0.35"),
        use("R22", "Gross exposure", "0.6484", "1", "0.8"),
        use("R02", "Largest open order", "7300", "14829", "11863", "money"),
        use("R18", "Orders today", "23", "50", "40", "count"),
    )


@dataclass
class World:
    """What every facet looks at; a test changes it to make something happen."""

    kind: WorkspaceKind = WorkspaceKind.PRACTICE
    lock: LockView = field(default_factory=_no_lock)
    passphrase: str = ""
    down: bool = False
    level: Level = Level.ACTIVE
    level_reason: str = ""
    notices: tuple[Notice, ...] = ()
    foreign: bool = False
    seen: dict[int, str] = field(default_factory=dict)
    accounts: tuple[str, ...] = (ACCOUNT,)
    held: dict[str, tuple[Decimal, Decimal]] = field(default_factory=_held)
    frozen: dict[str, str] = field(default_factory=dict)
    orders: dict[str, OrderView] = field(default_factory=dict)
    past_orders: int = 0
    reviews: dict[str, Review] = field(default_factory=dict)
    used: dict[str, str] = field(default_factory=dict)
    consents: list[Consent] = field(default_factory=list)
    verdicts: tuple[Verdict, ...] = ()
    worst_case: str = ""
    attested: dict[str, str] = field(default_factory=dict)
    journal: list[EntryView] = field(default_factory=list)
    opening: tuple[OpeningLine, ...] = ()
    booked: tuple[OpeningLine, ...] = ()
    accepted: dict[str, str] = field(default_factory=dict)
    missed: list[SlotView] = field(default_factory=list)
    practice: PracticeView = field(default_factory=_practice)
    runs: tuple[RunView, ...] = field(default_factory=lambda: (run(1),))
    signed_out: bool = False
    preset: str = ""
    asked_back: tuple[str, ...] = ()
    made_smaller: tuple[tuple[str, Decimal], ...] = ()
    happened: tuple[HappeningView, ...] = ()  # to every name held
    settled_cash: Decimal | None = None
    opposite: tuple[str, ...] = ()
    choices: Choices = field(default_factory=_everything)
    limits: dict[tuple[str, str], LimitView] = field(default_factory=dict)
    used_limits: tuple[UseView, ...] = field(default_factory=used_limits)
    results: tuple[ResultView, ...] = ()
    traded: list[dict[str, Any]] = field(default_factory=list)
    sample: Sample | None = None  # of every account
    counting: str = ""  # why statements cannot be told just now
    sessions: int = 120  # that an account looks back on
    gaps: tuple[str, ...] = ()

    def answer(self) -> None:
        """Every question to a dead desk fails the same way."""
        if self.down:
            raise DeskUnreachable("The desk does not answer. Nothing was sent or changed. It is being started again.")

    def next_number(self) -> int:
        """Orders are numbered as they come."""
        return 900_000 + len(self.orders)

    def spot(self, symbol: str) -> Decimal:
        """The last price; names made up for the full desk cost 50."""
        return Decimal(NAMES[symbol][2]) if symbol in NAMES else Decimal(50)


class FakeHealth:
    def __init__(self, world: World) -> None:
        self.world = world
        self.shut = False
        self.kept = False

    def state(self) -> HealthView:
        world = self.world
        world.answer()
        openings = [o for o in world.orders.values() if o.status in OPEN]
        return HealthView(
            workspace="practice",
            kind=world.kind,
            engine_pid=4242,
            version="0.1.0",
            started_at=NOW - timedelta(hours=1),
            now=NOW,
            market_now=NOW,
            market_words="Open, closes 16:00 ET",
            market_open=True,
            pace=float(world.practice.pace),
            own_time=world.practice.own_time,
            level=world.level,
            level_reason=world.level_reason,
            connections=(
                ConnectionView(
                    name="practice",
                    broker="practice",
                    state="signed out" if world.signed_out else "connected",
                    reconciled=True,
                    reason="",
                    read_at=NOW,
                ),
            ),
            feed_age_seconds=0.4,
            feed_note="INVENTED PRICES",
            next_job="Reconcile, in 24 s",
            open_orders=len(openings),
            in_doubt=sum(o.status is Status.UNKNOWN for o in openings),
            waiting=sum(o.status is Status.INTENT for o in openings),
            read_only="",
            keep_running=self.kept,
            notices=world.notices,
            foreign=world.foreign,
        )

    def doctor(self) -> tuple[Finding, ...]:
        self.world.answer()
        return (
            Finding(check="journal", ok=True, words=f"{len(self.world.journal)} rows, no row edited, cut or moved"),
            Finding(check="database", ok=True, words="Whole"),
        )

    def acknowledge(self, row: int, words: str = "") -> None:
        world = self.world
        world.answer()
        for notice in world.notices:
            if notice.row == row and notice.explain and len(words.strip()) < 3:
                raise BadInput("It stays: type what you found out about it.")
        world.seen[row] = words
        world.notices = tuple(notice for notice in world.notices if notice.row != row)

    def keep_running(self, on: bool) -> None:
        self.world.answer()
        self.kept = on

    def shut_down(self) -> None:
        self.world.answer()
        self.shut = True


def figures_of(world: World, draft: Draft) -> dict[str, Any]:
    """Of an order as typed, or the sentence about what cannot be read."""
    world.answer()
    if draft.symbol not in NAMES:
        raise BadInput(f"{draft.symbol or 'Nothing'} is not a name traded here. Nothing was sent: choose a name.")
    if len(world.accounts) > 1 and not draft.account_id:
        raise BadInput("Nothing was sent: choose an account, there is more than one.")
    spot = world.spot(draft.symbol)
    limit = typed_number(draft.limit, "Limit") if draft.limit else spot
    size, how = _shares(draft, limit)
    held = world.held.get(draft.symbol, (Decimal(0), Decimal(0)))[0]
    blocked = [v for v in world.verdicts if v.outcome in {Outcome.BLOCK, Outcome.NEEDS_DATA}]
    buying = draft.side is Side.BUY
    return {
        "name": NAMES[draft.symbol][0],
        "act": f"{draft.side.value.capitalize()} {size} {draft.symbol}",
        "terms": f"{draft.type.value.capitalize()} · today, until 16:00 ET · XSIM",
        "quantity": size,
        "sized": how,
        "quote": _quote(draft.symbol, spot),
        "quote_age_seconds": 0.4,
        "feed_note": "INVENTED PRICES",
        "value": size * limit,
        "pays_at_most": size * limit if buying else None,
        "receives_about": None if buying else size * limit,
        "cost_expected": Decimal("2.26"),
        "cost_spread": Decimal("0.40"),
        "cost_impact": Decimal("1.00"),
        "cost_fees": Decimal("0.86"),
        "spread_bps": Decimal("1.10"),
        "usual_volume": Decimal(200_000),
        "buying_power_before": Decimal("52118.40"),
        "buying_power_after": Decimal("44818.40"),
        "settled_cash": world.settled_cash,
        "held_before": held,
        "held_after": held + draft.side.sign * size,
        "weight_before": Decimal("0.0317"),
        "weight_after": Decimal("0.1161"),
        "weight_limit": "25%",
        "opposite": world.opposite,
        "verdicts": (*_passed(), *world.verdicts),
        "may_send": all(v.overridable for v in blocked),
        "reasons_needed": tuple(v.check for v in blocked if v.overridable),
        "warnings": tuple(v.check for v in world.verdicts if v.outcome is Outcome.WARN),
        "first_cancels": world.asked_back,
        "first_changes": world.made_smaller,
        "worst_case": world.worst_case,
        "largest_quantity": None,
        "proposal": "",
    }


def _shares(draft: Draft, price: Decimal) -> tuple[Decimal, str]:
    if draft.notional:
        return Decimal(draft.notional) // price, ""
    if draft.share:
        return Decimal(draft.share) * 1000 // price, f"{draft.share}% of 100,000.00"
    if draft.risk:
        each = price - Decimal(draft.risk_stop)
        return Decimal(draft.risk) // each, f"{price} to {draft.risk_stop} is {each} a share"
    return typed_number(draft.quantity, "Quantity"), ""


class FakeTicket:
    def __init__(self, world: World) -> None:
        self.world = world
        self.asked: list[Draft] = []

    def choices(self, account_id: str = "") -> Choices:
        self.world.answer()
        return self.world.choices

    def estimate(self, draft: Draft) -> Estimate:
        self.asked.append(draft)
        return Estimate(**figures_of(self.world, draft))


class FakeOrders:
    def __init__(self, world: World) -> None:
        self.world = world
        self.looked: list[str] = []
        self.cancel_all_calls: list[bool] = []

    def review(self, draft: Draft) -> Review:
        figures = figures_of(self.world, draft)
        token = f"token-{len(self.world.reviews) + 1}"
        review = Review(token=token, draft=draft, reviewed_at=NOW, good_for_seconds=60, **figures)
        self.world.reviews[token] = review
        return review

    def confirm(self, token: str, consent: Consent) -> OrderView:
        world = self.world
        world.answer()
        if token in world.used:
            return world.orders[world.used[token]]
        if token not in world.reviews:
            raise NotConfirmed("This review is gone. Nothing was sent: review the order again.")
        if world.level is not Level.ACTIVE:
            raise TradingStopped("Trading is stopped. Nothing was sent: resume first, or cancel and close only.")
        review = world.reviews[token]
        if any(not consent.reasons.get(check) for check in review.reasons_needed):
            raise RiskBreach("A reason is missing. Nothing was sent: type why.", review.verdicts)
        world.consents.append(consent)
        made = order(
            world.next_number(),
            review.draft.symbol,
            Status.ACKED,
            side=review.draft.side,
            quantity=review.quantity,
            replaces=review.draft.replaces,
            at=NOW,
        )
        world.orders[made.id] = made
        world.used[token] = made.id
        return made

    def reviewed(self, token: str) -> Review:
        self.world.answer()
        if token in self.world.used or token not in self.world.reviews:
            raise NotConfirmed("This review is gone. Nothing was sent: review the order again.")
        review = self.world.reviews[token]
        self.world.reviews[token] = replace(review, **figures_of(self.world, review.draft))
        return self.world.reviews[token]

    def table(
        self,
        which: str,
        before: str = "",
        limit: int = 200,
        find: str = "",
        ended: bool = False,
        account_id: str = "",
    ) -> pa.Table:
        self.world.answer()
        page: list[OrderView] = []
        for view in self._newest_first():
            of_another = view.account_id not in self.world.accounts and not ended
            of_another |= bool(account_id) and view.account_id != account_id
            if (before and view.id >= before) or of_another or not _wanted(view, which, find):
                continue
            page.append(view)
            if len(page) == limit:
                break
        return pa.Table.from_pylist([self._row(view) for view in page], schema=ORDER_COLUMNS)

    def _newest_first(self) -> Iterator[OrderView]:
        yield from sorted(self.world.orders.values(), key=lambda o: o.id, reverse=True)
        symbols = sorted(NAMES)
        for number in range(self.world.past_orders, 0, -1):
            yield order(
                number, symbols[number % len(symbols)], Status.FILLED, filled=Decimal(40), average_price=Decimal(182)
            )

    def _row(self, view: OrderView) -> dict[str, object]:
        names = {
            "id",
            "words",
            "symbol",
            "quantity",
            "filled",
            "limit",
            "stop",
            "average_price",
            "strategy",
            "certainty",
            "reason",
        }
        row: dict[str, object] = {name: getattr(view, name) for name in names}
        return row | {
            "side": view.side.value,
            "type": view.type.value,
            "last": self.world.spot(view.symbol),
            "time_in_force": view.time_in_force.value,
            "origin": view.origin.value,
            "at": view.at,
            "sent_at": view.sent_at,
        }

    def _one(self, order_id: str) -> OrderView:
        self.world.answer()
        for view in self._newest_first():
            if view.id == order_id:
                return view
        raise BadInput(f"There is no order {order_id}. Nothing was done: look at the list of orders.")

    def story(self, order_id: str) -> OrderStory:
        view = self._one(order_id)
        doubtful = view.status is Status.UNKNOWN
        steps = [
            Step(at=NOW, market_at=NOW, kind="order.placed", title="Asked", detail="passed 18 checks", doubtful=False),
            Step(at=NOW, market_at=NOW, kind="order.sent", title="Sent", detail="commit 3 ms", doubtful=False),
        ]
        if doubtful:
            told = "Likely not there, not proved"
            steps += [
                Step(at=NOW, market_at=NOW, kind="order.unknown", title="No answer", detail="reset", doubtful=True),
                Step(at=NOW, market_at=NOW, kind="order.looked_up", title="Not found", detail=told, doubtful=True),
            ]
        fills: tuple[FillView, ...] = ()
        if view.filled:
            fills = (
                FillView(
                    execution_id="x-1",
                    at=NOW,
                    quantity=view.filled,
                    price=view.average_price or Decimal(182),
                    fee=Decimal("0.02"),
                    note="met 182.46 / 182.48",
                ),
            )
        return OrderStory(
            order=view,
            steps=tuple(steps),
            fills=fills,
            verdicts=_passed(),
            next_look_seconds=6.0 if doubtful else None,
        )

    def _to(self, order_id: str, status: Status) -> OrderView:
        view = self._one(order_id)
        told = replace(view, status=status, words=STATUS_WORDS[status], may_cancel=False, may_attest=False)
        self.world.orders[order_id] = told
        return told

    def cancel(self, order_id: str) -> OrderView:
        return self._to(order_id, Status.CANCELED)

    def cancel_all(self, risk_adding_only: bool = False) -> tuple[OrderView, ...]:
        self.world.answer()
        self.cancel_all_calls.append(risk_adding_only)
        return tuple(self.cancel(o.id) for o in list(self.world.orders.values()) if o.may_cancel)

    def look_again(self, order_id: str) -> OrderView:
        self.looked.append(order_id)
        return self._one(order_id)

    def attest(self, order_id: str, words: str) -> OrderView:
        if not words.strip():
            raise BadInput("What the broker said is missing. The order stays in doubt: type it.")
        self.world.attested[order_id] = words
        return self._to(order_id, Status.ATTESTED)

    def send_again(self, order_id: str) -> OrderView:
        return self._to(order_id, Status.ACKED)


class FakePositions:
    def __init__(self, world: World) -> None:
        self.world = world

    def accounts(self) -> tuple[AccountSummary, ...]:
        self.world.answer()
        invested = sum((self._view(symbol).value or Decimal(0) for symbol in self.world.held), Decimal(0))
        return tuple(
            AccountSummary(
                account_id=account_id,
                name="Practice account" if account_id == ACCOUNT else f"Account {account_id}",
                broker="practice",
                kind=AccountKind.MARGIN,
                currency="USD",
                value=invested + Decimal("52118.40"),
                cash=Decimal("52118.40"),
                invested=invested,
                buying_power=Decimal("52118.40"),
                reserved=Decimal(0),
                today=Decimal("-38.25"),
                today_share=Decimal("-0.0003"),
                unrealised=Decimal("7412.10"),
                realised=Decimal("6204.00"),
                certainty="Confirmed by the broker 4 s ago",
                as_of=NOW,
                sample=self.world.sample,
            )
            for account_id in self.world.accounts
        )

    def _account(self, account_id: str) -> str:
        """The one named, or the only one."""
        if account_id or len(self.world.accounts) == 1:
            return account_id or self.world.accounts[0]
        raise BadInput("It is held in more than one account. Nothing was done: name the account.")

    def _view(self, symbol: str, account_id: str = ACCOUNT) -> PositionView:
        count, cost = self.world.held[symbol]
        last = self.world.spot(symbol)
        name, sector = NAMES[symbol][:2] if symbol in NAMES else (f"{symbol} Company", "Industry")
        lot = LotView(opened_at=NOW, quantity=count, cost=count * cost, cost_each=cost, gain=count * (last - cost))
        return PositionView(
            account_id=account_id,
            instrument_id=f"i-{symbol}",
            symbol=symbol,
            name=name,
            sector=sector,
            quantity=count,
            cost=count * cost,
            last=last,
            value=count * last,
            unrealised=count * (last - cost),
            today=count * Decimal("0.31") * (-1 if count % 2 else 1),
            weight=Decimal("0.0890"),
            certainty="Confirmed by the broker 3 s ago",
            frozen=self.world.frozen.get(symbol, ""),
            lots=(lot,),
            open_orders=0,
            happened=self.world.happened,
            exits=tuple(
                ExitView(order_id=o.id, quantity=o.quantity - o.filled, stop=o.stop, limit=o.limit)
                for o in self.world.orders.values()
                if o.symbol == symbol and o.side is Side.SELL and o.status in OPEN
            ),
        )

    def table(self, account_id: str = "") -> pa.Table:
        self.world.answer()
        accounts = (account_id,) if account_id else self.world.accounts
        views = [self._view(symbol, account) for symbol in sorted(self.world.held) for account in accounts]
        return pa.Table.from_pylist(
            [{name: getattr(view, name) for name in POSITION_COLUMNS.names} for view in views],
            schema=POSITION_COLUMNS,
        )

    def one(self, instrument_id: str, account_id: str = "") -> PositionView:
        self.world.answer()
        symbol = instrument_id.removeprefix("i-")
        if symbol not in self.world.held:
            raise BadInput(f"Nothing of {symbol} is held. Nothing was done: look at Positions.")
        return self._view(symbol, self._account(account_id))

    def closing_draft(self, instrument_id: str, account_id: str = "", part: str = "") -> Draft:
        view = self.one(instrument_id, account_id)
        side = Side.SELL if view.quantity > 0 else Side.BUY
        if "," in part:
            raise BadInput(f"Quantity “{part}” has a comma. Nothing was sent: write it with a point.")
        share = part.removesuffix("%")
        size = abs(view.quantity) * Decimal(share) / 100 if part.endswith("%") else Decimal(part or abs(view.quantity))
        return Draft(
            account_id=view.account_id,
            symbol=view.symbol,
            side=side,
            quantity=f"{size.normalize():f}",
            purpose=Purpose.CLOSE,
        )

    def stop_draft(
        self, instrument_id: str, account_id: str = "", stop: str = "", away: str = "", quantity: str = ""
    ) -> Draft:
        view = self.one(instrument_id, account_id)
        price = stop or f"{(view.last or Decimal(0)) * (1 - Decimal(away) / 100):.2f}"
        draft = replace(self.closing_draft(instrument_id, account_id), quantity=quantity or f"{view.free:f}")
        return replace(draft, type=OrderType.STOP, stop=price, purpose=Purpose.TRADE, time_in_force=TimeInForce.GTC)

    def opening(self) -> tuple[OpeningLine, ...]:
        self.world.answer()
        return self.world.opening

    def confirm_opening(self, lines: tuple[OpeningLine, ...]) -> None:
        self.world.answer()
        self.world.booked, self.world.opening = lines, ()

    def accept_difference(self, instrument_id: str, words: str, account_id: str = "", paid: str = "") -> None:
        self.world.answer()
        if not words.strip():
            raise BadInput("The reason is missing. Nothing was booked: type why the broker is right.")
        self.world.accepted[instrument_id] = f"{words}, paid {paid}" if paid else words
        self.world.frozen.pop(instrument_id.removeprefix("i-"), None)


class FakeMarket:
    def __init__(self, world: World) -> None:
        self.world = world
        self.age_seconds = 0.4
        self.halted = ""

    def names(self, find: str = "") -> tuple[NameView, ...]:
        self.world.answer()
        return tuple(
            NameView(
                instrument_id=f"i-{symbol}",
                symbol=symbol,
                name=name,
                listing="XSIM",
                sector=sector,
                diversified="fund" in sector,
                fractionable=True,
                shortable=True,
                lot=Decimal(1),
            )
            for symbol, (name, sector, _) in sorted(NAMES.items())
            if find.lower() in f"{symbol} {name}".lower()
        )

    def quote(self, symbol: str) -> QuoteView:
        self.world.answer()
        if symbol not in NAMES:
            raise BadInput(f"{symbol} is not a name traded here. Nothing was sent: near it is NVDA.")
        spot = self.world.spot(symbol)
        return QuoteView(
            quote=replace(_quote(symbol, spot), halted=self.halted),
            age_seconds=self.age_seconds,
            stale=self.age_seconds > 5,
            note="INVENTED PRICES",
            previous_close=spot - Decimal("2.13"),
            tick=Decimal("0.01"),
        )

    def quotes(self, symbols: tuple[str, ...]) -> tuple[QuoteView, ...]:
        return tuple(self.quote(symbol) for symbol in symbols)

    def ladder(self, symbol: str) -> LadderView:
        quote = self.quote(symbol).quote
        cents = [Decimal(number) / 100 for number in range(10)]
        return LadderView(
            bids=tuple(Rung(price=quote.bid - cent, size=300 + cent * 10_000) for cent in cents),
            asks=tuple(Rung(price=quote.ask + cent, size=500 + cent * 7_000) for cent in cents),
            at=NOW,
            note="INVENTED PRICES",
        )

    def bars(self, symbol: str, size: str = "1m", count: int = 390) -> pa.Table:
        spot = float(self.quote(symbol).quote.last)
        start = NOW - timedelta(minutes=count)
        rows = []
        for number in range(count):
            low = spot * (0.985 + 0.00004 * number + 0.002 * ((number * 37 % 11) / 11))
            rows.append(
                {
                    "at": start + timedelta(minutes=number),
                    "open": low * (1.0004 if number % 3 else 1.001),
                    "high": low * 1.0014,
                    "low": low,
                    "close": low * (1.001 if number % 3 else 1.0004),
                    "volume": 1000.0 + number * 53 % 700,
                }
            )
        return pa.Table.from_pylist(rows)

    def hours(self) -> HoursView:
        self.world.answer()
        session = Session(
            is_open=True,
            extended=False,
            opens_at=NOW - timedelta(hours=5),
            closes_at=NOW + timedelta(hours=1, minutes=28),
            early_close=False,
            name="Open, closes 16:00 ET",
        )
        return HoursView(session=session, now=NOW, pace=float(self.world.practice.pace), own_time=True)


class FakePerformance:
    """A made-up curve over as many sessions as the world has seen."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.asked: list[tuple[str, Period]] = []

    def _days(self, period: Period) -> int:
        most = {
            Period.MONTH: 21,
            Period.QUARTER: 63,
            Period.THIS_YEAR: 220,
            Period.YEAR: 252,
            Period.ALL: 10_000,
            Period.OWN: 2,
        }
        return min(self.world.sessions, most[period])

    def curve(self, account_id: str = "", period: Period = Period.ALL) -> pa.Table:
        self.world.answer()
        days, rows, highest = self._days(period), [], 1.0
        for number in range(days + 1 if days else 0):
            level = 1 + 0.0006 * number + 0.012 * ((number * 37 % 23) / 23) - 0.05 * (40 < number < 60)
            highest = max(highest, level)
            at = NOW - timedelta(days=days - number)
            shares = (level - 1, 0.0004 * number, level / highest - 1)
            growth, benchmark, drawdown = (Decimal(str(round(share, 6))) for share in shares)
            rows.append(
                {
                    "at": at,
                    "day": at.date(),
                    "value": Decimal(100_000) * (1 + growth),
                    "flow": Decimal(0),
                    "growth": growth,
                    "benchmark": benchmark,
                    "drawdown": drawdown,
                    "certainty": "Confirmed by the broker",
                    "words": "",
                }
            )
        return pa.Table.from_pylist(rows, schema=CURVE_COLUMNS)

    def summary(self, account_id: str = "", period: Period = Period.ALL) -> Summary:
        self.world.answer()
        self.asked.append((account_id, period))
        days = self._days(period)
        few = f"Needs 20 sessions, there are {days}" if days < 20 else ""

        def share(key: str, label: str, estimate: float | None, words: str = "") -> Measure:
            return Measure(
                key=key, label=label, unit=Unit.SHARE, estimate=estimate, words=words, formula="End ÷ start − 1."
            )

        gain = Measure(
            key="gain",
            label="Gain",
            unit=Unit.MONEY,
            exact=Decimal("3821.40"),
            formula="What is there less what was paid in.",
        )
        measured = (
            share("return", "Return", 0.0382),
            share("benchmark", "SPY", 0.0241, "over the same time, dividends put back"),
            gain,
            share("money_weighted", "Money-weighted", 0.0377, "over this time"),
            share("drawdown", "Deepest fall", -0.0512, "2 Oct to 9 Oct, back after 12 sessions"),
        )
        return Summary(
            account_id=account_id,
            name="Practice account",
            currency="USD",
            begins=NOW - timedelta(days=days) if days else None,
            ends=NOW,
            sessions=days,
            gaps=self.world.gaps,
            head=measured if days else (),
            risk=(share("volatility", "Volatility, a year", None if few else 0.1412, few),),
            trades=(share("win_rate", "Won", 0.58, "from 24 closed trades"),),
            against=(share("beta", "Beta", None if few else 0.91, few),),
            benchmark="SPY",
            note="INVENTED PRICES",
        )

    def months(self, account_id: str = "", period: Period = Period.ALL) -> tuple[MonthView, ...]:
        self.world.answer()
        return tuple(
            MonthView(
                month=date(2026 - number // 12, 12 - number % 12, 1),
                share=0.0121 - 0.004 * number,
                benchmark=0.0093,
                gain=Decimal("1210.00"),
                flows=Decimal(5000) if number == 1 else Decimal(0),
                deepest=-0.021,
                sessions=21,
            )
            for number in range(1, 1 + self._days(period) // 21)
        )

    def parts(self, by: By, account_id: str = "", period: Period = Period.ALL) -> tuple[PartView, ...]:
        self.world.answer()
        labels = {
            By.SYMBOL: (*sorted(self.world.held), "Dividends"),
            By.STRATEGY: ("No tag",),
            By.ACCOUNT: self.world.accounts,
        }
        return tuple(
            PartView(
                label=label,
                gain=Decimal("812.20") - 700 * number,
                realised=Decimal("310.00"),
                fees=Decimal("1.20"),
                trades=6,
                won=3,
                share=0.0382 if by is By.ACCOUNT else None,
            )
            for number, label in enumerate(labels[by])
        )


class FakeTrading:
    def __init__(self, world: World) -> None:
        self.world = world

    def stop(self, reason: str, also_protective: bool = False) -> StopReport:
        self.world.answer()
        self.world.level, self.world.level_reason = Level.STOPPED, reason
        return self.report()

    def closing_only(self, reason: str) -> None:
        self.world.answer()
        self.world.level, self.world.level_reason = Level.CLOSING_ONLY, reason

    def resume(self, reason: str) -> None:
        self.world.answer()
        if not reason.strip():
            raise BadInput("The reason is missing. Trading stays stopped: type why it may go on.")
        self.world.level, self.world.level_reason = Level.ACTIVE, ""

    def report(self) -> StopReport:
        self.world.answer()
        still = tuple(o.id for o in self.world.orders.values() if o.status in OPEN)
        return StopReport(
            level=self.world.level,
            canceling=still,
            still_open=still,
            in_doubt=(),
            protective_kept=(),
            positions=len(self.world.held),
            words=f"{len(still)} orders still open at the broker." if still else "No order that adds risk is open.",
            finished=not still,
        )

    def levels(self) -> tuple[LevelView, ...]:
        self.world.answer()
        return tuple(
            LevelView(
                scope=f"{ACCOUNT}/i-{symbol}",
                label=symbol,
                level=Level.CLOSING_ONLY,
                reason=reason,
                since=NOW,
                by="reconciliation",
            )
            for symbol, reason in self.world.frozen.items()
        )

    def unfreeze(self, scope: str, reason: str) -> None:
        self.world.answer()
        self.world.frozen.pop(scope.rpartition("-")[2], None)


class FakeLimits:
    def __init__(self, world: World) -> None:
        self.world = world

    def all(self, account_id: str = "") -> tuple[LimitView, ...]:
        self.world.answer()
        return tuple(self.world.limits.values())

    def used(self, account_id: str = "") -> tuple[UseView, ...]:
        self.world.answer()
        if not account_id and len(self.world.accounts) > 1:
            raise BadInput("No account was named. Nothing was looked up: choose one of this workspace.")
        return self.world.used_limits

    def change(self, check: str, setting: str, value: str, reason: str, account_id: str = "") -> LimitView:
        self.world.answer()
        old = self.world.limits[check, setting]
        new = replace(old, value=typed_number(value, old.label), scope="workspace")
        self.world.limits[check, setting] = new
        return new

    def reset(self, check: str, setting: str, reason: str, account_id: str = "") -> LimitView:
        self.world.answer()
        old = self.world.limits[check, setting]
        new = replace(old, value=old.default, scope="default")
        self.world.limits[check, setting] = new
        return new

    def presets(self) -> tuple[str, ...]:
        self.world.answer()
        return ("index investor", "small account")

    def preview(self, name: str) -> tuple[LimitView, ...]:
        self.world.answer()
        views = tuple(self.world.limits.values())
        return (
            tuple(replace(view, value=Decimal("0.30"), scope="workspace") for view in views) if " " in name else views
        )

    def use_preset(self, name: str, reason: str, account_id: str = "") -> tuple[LimitView, ...]:
        self.world.answer()
        self.world.preset = name
        return self.all()


class FakeJournal:
    def __init__(self, world: World) -> None:
        self.world = world

    def table(self, before: int = 0, limit: int = 200, find: str = "", kind: str = "", tag: str = "") -> pa.Table:
        self.world.answer()
        rows = [
            {
                "seq": row.seq,
                "recorded_at": row.recorded_at,
                "market_at": row.market_at,
                "kind": row.kind,
                "who": row.who,
                "order_id": row.order_id,
                "symbol": "",
                "title": row.title,
                "tags": ", ".join(row.tags),
                "notes": len(row.notes),
            }
            for row in sorted(self.world.journal, key=lambda r: r.seq, reverse=True)
            if (not before or row.seq < before)
            and (not kind or row.kind == kind)
            and (not tag or tag in row.tags)
            and find.lower() in f"{row.title} {row.order_id}".lower()
        ]
        return pa.Table.from_pylist(rows[:limit], schema=JOURNAL_COLUMNS)

    def one(self, seq: int) -> EntryView:
        self.world.answer()
        return next(row for row in self.world.journal if row.seq == seq)

    def note(self, seq: int, words: str, tags: tuple[str, ...] = ()) -> None:
        self.world.answer()
        if not words.strip():
            raise BadInput("The note is empty. Nothing was written: type it.")
        self.world.journal = [
            replace(row, notes=(*row.notes, words), tags=(*row.tags, *tags)) if row.seq == seq else row
            for row in self.world.journal
        ]

    def of_order(self, order_id: str) -> tuple[SealedRow, ...]:
        self.world.answer()
        rows = [row for row in self.world.journal if row.order_id == order_id]
        return tuple(
            SealedRow(
                seq=row.seq,
                recorded_at=row.recorded_at,
                market_at=row.market_at,
                kind=row.kind,
                who=row.who,
                order_id=row.order_id,
                about=None,
                title=row.title,
                body=row.body,
                hash=row.hash,
                hash_before="",
            )
            for row in rows
        )

    def kinds(self) -> tuple[str, ...]:
        self.world.answer()
        return tuple(sorted({row.kind for row in self.world.journal}))

    def tags(self) -> tuple[str, ...]:
        self.world.answer()
        return tuple(sorted({tag for row in self.world.journal for tag in row.tags}))


class FakeJobs:
    def __init__(self, world: World) -> None:
        self.world = world
        self.ran: list[str] = []
        self.skipped: list[str] = []
        self.planned: list[str] = []

    def all(self) -> tuple[JobView, ...]:
        self.world.answer()
        return (
            JobView(
                name="reconcile",
                title="Compare with the broker",
                every="every minute in session",
                next_at=NOW + timedelta(seconds=24),
                last_at=NOW - timedelta(seconds=36),
                last_outcome="done",
                last_words="4 positions, cash agrees",
            ),
        )

    def missed(self) -> tuple[SlotView, ...]:
        self.world.answer()
        return tuple(self.world.missed)

    def run_missed(self, job: str, slot: str) -> None:
        self.world.answer()
        self.ran.append(f"{job}/{slot}")
        self.world.missed = [s for s in self.world.missed if (s.job, s.slot) != (job, slot)]

    def plan_again(self, job: str, slot: str, minutes: int) -> None:
        self.world.answer()
        self.planned.append(f"{job}/{slot}/{minutes}")
        self.world.missed = [
            replace(one, planned_at=NOW + timedelta(minutes=minutes)) if (one.job, one.slot) == (job, slot) else one
            for one in self.world.missed
        ]

    def skip_missed(self, job: str, slot: str) -> None:
        self.world.answer()
        self.skipped.append(f"{job}/{slot}")
        self.world.missed = [s for s in self.world.missed if (s.job, s.slot) != (job, slot)]


class FakePractice:
    def __init__(self, world: World) -> None:
        self.world = world
        self.jumps: list[Jump] = []
        self.cash: dict[str, Decimal] = {}  # by request
        self.asked: list[tuple[Fault, bool, str, int]] = []

    def state(self) -> PracticeView:
        self.world.answer()
        return self.world.practice

    def time(self, own_time: bool, pace: int) -> PracticeView:
        self.world.answer()
        self.world.practice = replace(self.world.practice, own_time=own_time, pace=pace)
        return self.world.practice

    def jump(self, to: Jump) -> PracticeView:
        self.world.answer()
        pace = 0 if to in (Jump.EVENT, Jump.CLOSE) else self.world.practice.pace
        words = {Jump.EVENT: "MSFT: your stop is set off", Jump.CLOSE: "The session closes"}
        self.jumps.append(to)
        self.world.practice = replace(
            self.world.practice, own_time=True, pace=pace, stopped_at=words.get(to, "The session opens")
        )
        return self.world.practice

    def choose(self, day: date, kind: Kind, symbol: str = "") -> PracticeView:
        self.world.answer()
        if bool(symbol) is not (kind in OF_ONE_NAME):
            raise BadInput(f"A day of kind {kind} needs a name. Nothing was changed: choose again.")
        wanted = ChosenDay(day=day, kind=kind, symbol=symbol, begun=False)
        self.world.practice = replace(self.world.practice, chosen=(*self.world.practice.chosen, wanted))
        return self.world.practice

    def unchoose(self, day: date, kind: Kind, symbol: str = "") -> PracticeView:
        self.world.answer()
        gone = ChosenDay(day=day, kind=kind, symbol=symbol, begun=False)
        left = tuple(c for c in self.world.practice.chosen if c != gone)
        self.world.practice = replace(self.world.practice, chosen=left)
        return self.world.practice

    def deposit(self, value: Decimal, request: str) -> PracticeView:
        return self._move(value, request)

    def withdraw(self, value: Decimal, request: str) -> PracticeView:
        if value > 50_000:
            raise OrderRejected("Only 50000.00 USD can be taken out. Nothing was moved: take out less.")
        return self._move(-value, request)

    def _move(self, value: Decimal, request: str) -> PracticeView:
        self.world.answer()
        self.cash[request] = value
        return self.world.practice

    def pull_plug(self) -> PracticeView:
        self.world.answer()
        made = order(self.world.next_number(), "KO", Status.SENDING, quantity=Decimal(1), limit=None, at=NOW)
        self.world.orders[made.id] = made
        self.world.practice = replace(self.world.practice, plugged=made.id, plugged_there=1)
        raise DeskUnreachable("practice.pull_plug was asked, but the engine hung up. Whether it was done is not known.")

    def fault(self, fault: Fault, on: bool, symbol: str = "", size: int = 0) -> PracticeView:
        self.world.answer()
        self.asked.append((fault, on, symbol, size))
        if fault in OF_A_NAME or fault is Fault.BAD_DAY:
            return self.world.practice
        others = tuple(f for f in self.world.practice.faults if f is not fault)
        self.world.practice = replace(self.world.practice, faults=(*others, fault) if on else others)
        return self.world.practice

    def why(self, order_id: str) -> tuple[str, ...]:
        self.world.answer()
        return ("The price has not come to its limit 182.50: the ask is 182.61. It waits behind 300 shares.",)


class FakeLock:
    """No passphrase, unless a test says so."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.active_tickets: list[str] = []

    def state(self, ticket: str = "") -> LockView:
        self.world.answer()
        return self.world.lock

    def unlock(self, passphrase: str, code: str = "", terminal: bool = False) -> str:
        self.world.answer()
        if passphrase != self.world.passphrase:
            raise WrongPassphrase("The passphrase is not right. Nothing was unlocked. Try again.")
        self.world.lock = replace(self.world.lock, locked=False, sealed=False)
        return "a-ticket"

    def active(self, ticket: str) -> None:
        self.world.answer()
        self.active_tickets.append(ticket)

    def lock(self) -> None:
        self.world.answer()
        self.world.lock = replace(self.world.lock, locked=True)


class FakeVault:
    """Chooses and changes, and keeps nothing."""

    def __init__(self, world: World) -> None:
        self.world = world

    def choose(self, passphrase: str) -> str:
        self.world.answer()
        self.world.passphrase = passphrase
        self.world.lock = replace(self.world.lock, has_passphrase=True)
        return "a-ticket"

    def change(self, passphrase: str, new: str) -> str:
        self.world.answer()
        self.world.passphrase = new
        return "another-ticket"

    def renew(self, passphrase: str) -> None:
        self.world.answer()

    def open_by_keyring(self, passphrase: str, on: bool) -> None:
        self.world.answer()
        self.world.lock = replace(self.world.lock, by_keyring=on)

    def let_look(self, on: bool) -> None:
        self.world.answer()
        self.world.lock = replace(self.world.lock, may_look=on)

    def offer_codes(self, passphrase: str) -> str:
        self.world.answer()
        return "otpauth://totp/Quarterdeck%3Apractice?secret=JBSWY3DPEHPK3PXP&issuer=Quarterdeck"

    def accept_codes(self, code: str) -> tuple[str, ...]:
        self.world.answer()
        self.world.lock = replace(self.world.lock, asks_code=True)
        return tuple(f"aaaa-bbbb-cccc-ddd{number}" for number in range(10))

    def end_codes(self, passphrase: str, code: str) -> None:
        self.world.answer()
        self.world.lock = replace(self.world.lock, asks_code=False)


class FakeRuns:
    def __init__(self, world: World) -> None:
        self.world = world
        self.begun: dict[str, tuple[dict[str, str], bool]] = {}  # by request
        self.samples: list[str] = []  # requests that wanted one
        self.refuses = ""

    def all(self) -> tuple[RunView, ...]:
        self.world.answer()
        return self.world.runs

    def begin(self, terms: Mapping[str, str], other_market: bool, request: str, sample: bool = False) -> None:
        self.world.answer()
        if self.refuses:
            raise BadInput(self.refuses)
        if sample:
            self.samples.append(request)
        if typed_number(terms.get("starting_cash", "100000"), "Starting cash") < 100:
            raise BadInput("Starting cash is 0, and can be from 100 to 100,000,000 USD. No run was begun: type more.")
        self.begun[request] = (dict(terms), other_market)


class FakeDesk:
    """All facets over one world."""

    def __init__(self, world: World | None = None) -> None:
        self.world = world or World()
        self.health = FakeHealth(self.world)
        self.orders = FakeOrders(self.world)
        self.positions = FakePositions(self.world)
        self.performance = FakePerformance(self.world)
        self.market = FakeMarket(self.world)
        self.ticket = FakeTicket(self.world)
        self.trading = FakeTrading(self.world)
        self.limits = FakeLimits(self.world)
        self.journal = FakeJournal(self.world)
        self.jobs = FakeJobs(self.world)
        self.practice = FakePractice(self.world)
        self.lock = FakeLock(self.world)
        self.vault = FakeVault(self.world)
        self.crash_day = FakeCrashDay(self.world)
        self.runs = FakeRuns(self.world)
        self.statements = FakeStatements(self.world)
        self.notices = FakeNotices(self.world)
        self.charts = FakeCharts(self.world, self.market)
        self.watchlists = FakeWatchlists(self.world, self.market)
        self.alerts = FakeAlerts(self.world)
        self.live = FakeLive(self.world)
        self.reports = FakeReports(self.world)
        self.welcome = FakeWelcome(self.world)
        self.outside = FakeOutside(self.world)
        self.settings = FakeSettings()
        self.backups = FakeBackups()
        self.connections = FakeConnections()

    @classmethod
    def ordinary(cls) -> "FakeDesk":
        """A few positions, a few orders, a journal."""
        desk = cls()
        world = desk.world
        for view in (
            order(101, "NVDA", Status.ACKED, side=Side.SELL, type=OrderType.STOP, limit=None, stop=Decimal("171.00")),
            order(102, "VTI", Status.PARTIAL, quantity=Decimal(60), filled=Decimal(22), limit=Decimal("331.05")),
            order(103, "TLT", Status.FILLED, filled=Decimal(40), average_price=Decimal("88.91")),
            order(104, "XOM", Status.CANCELED),
        ):
            world.orders[view.id] = view
        body = json.dumps({"check": "R04", "limit": "3%", "seen": "0.1%"})
        world.journal = [
            entry(1, "workspace.opened", "Workspace opened"),
            entry(2, "order.placed", "Buy 40 XOM", "20261120-000104", body),
            entry(3, "order.canceled", "Cancelled XOM", "20261120-000104"),
        ]
        world.results = (run_result(ACCOUNT),)
        world.traded = [fill(number) for number in range(1, 13)]
        world.limits = {
            ("R02", "share"): LimitView(
                check="R02",
                title="Size of one order",
                setting="share",
                label="Largest share of the account in one order",
                value=Decimal("0.10"),
                default=Decimal("0.10"),
                unit="share",
                scope="default",
            )
        }
        return desk

    @classmethod
    def empty(cls) -> "FakeDesk":
        """The first minute of a new workspace."""
        return cls(World(held={}, sessions=0))

    @classmethod
    def full(cls) -> "FakeDesk":
        """Five hundred positions and a hundred thousand past orders."""
        desk = cls.ordinary()
        desk.world.held |= {f"Z{number:03d}": (Decimal(10), Decimal(49)) for number in range(496)}
        desk.world.past_orders = 100_000
        desk.world.traded = [fill(number) for number in range(1, 12_001)]
        return desk

    @classmethod
    def in_doubt(cls) -> "FakeDesk":
        """One order may or may not be at the broker."""
        desk = cls.ordinary()
        view = order(
            200,
            "MSFT",
            Status.UNKNOWN,
            quantity=Decimal(25),
            limit=Decimal("512.40"),
            certainty="Not confirmed, 48 s",
            reason="The connection broke while it was being sent.",
            reserved=Decimal(12810),
        )
        desk.world.orders[view.id] = view
        return desk


def _quote(symbol: str, spot: Decimal) -> Quote:
    return Quote(
        instrument_id=f"i-{symbol}",
        bid=spot - Decimal("0.01"),
        ask=spot + Decimal("0.01"),
        bid_size=Decimal(300),
        ask_size=Decimal(500),
        last=spot,
        at=NOW,
        received=NOW,
        feed="practice",
    )


def _passed() -> tuple[Verdict, ...]:
    seen = (
        ("R01", "Quantity can be traded", ""),
        ("R04", "Price near the market", "0.02%"),
        ("R06", "Buying power", ""),
    )
    return tuple(Verdict(check=c, outcome=Outcome.PASS, title=t, inputs=i) for c, t, i in seen)


def _wanted(view: OrderView, which: str, find: str) -> bool:
    by = {"open": view.status in OPEN, "doubt": view.status is Status.UNKNOWN, "done": view.status not in OPEN}
    return by.get(which, True) and find.lower() in f"{view.id} {view.symbol}".lower()
