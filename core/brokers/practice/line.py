"""The line to a practice exchange in this process, and everything that can be made to go wrong on it."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Event, RLock
from typing import Final, TypeVar

from core.brokers.base import Identity
from core.brokers.practice.agenda import Coming
from core.brokers.practice.bad_day import BadDay
from core.brokers.practice.exchange import Exchange
from core.brokers.practice.faults import Faults
from core.channel.facets.practice import Fault
from core.clock import Clock
from core.domain.account import Account, AccountKind, Regime, RegimeSpan, TaxKind
from core.domain.chosen import Chosen, Script
from core.domain.errors import BrokerDown, BrokerError, OrderRejected, OutcomeUnknown, SignedOut, StoreError
from core.domain.fill import BrokerOrder, Fill, Report
from core.domain.order import Order
from core.domain.reading import Activity, BrokerCash, BrokerPosition, Reading, ReadState
from core.domain.workspace import WorkspaceKind
from core.market.invented.market import InventedMarket
from core.market.tape import Overlay
from core.market.timeline import Anchor

T = TypeVar("T")
LATE: Final = timedelta(seconds=5)  # real time; how late a delayed request arrives
HANGS: Final = 1.5  # seconds of real time until a request that gets no answer is given up
_GONE: Final = frozenset({Fault.DOWN, Fault.DOWN_HOUR})
_SILENT: Final = _GONE | {Fault.STREAM_SILENT, Fault.HALF_OPEN, Fault.LOGIN_EXPIRED}
_UNREACHABLE: Final = "The practice exchange does not answer. Nothing was sent: try again when it is back."
INTRADAY_MARGIN_SINCE: Final = date(2026, 6, 4)
CASH_T1_SINCE: Final = date(2024, 5, 28)


class PracticeLine:
    """Calls the exchange directly. Nothing runs by itself: whoever owns the line calls heartbeat() about ten times a
    second (in a simulation: after each step of its clock), from any thread.
    """

    def __init__(
        self,
        *,
        exchange: Exchange,
        account: str,
        clock: Clock,
        late: timedelta = LATE,
        hangs: float = HANGS,
        at_close: Callable[[], None],
        kind: WorkspaceKind = WorkspaceKind.PRACTICE,
    ) -> None:
        self._exchange = exchange
        self._account = account
        self._clock = clock
        self._late = late
        self._at_close = at_close
        self._kind = kind
        self._hangs = hangs
        self._faults = Faults(lambda: exchange.market_now)
        self._freed = Event()  # who waits for an answer that will not come need not wait any longer
        self._on_the_way: list[tuple[datetime, Callable[[], object]]] = []
        self._hear: Callable[[Report], None] | None = None
        self._pull: Callable[[], object] | None = None
        self._closed = False
        self._lock = RLock()

    # The practice workspace's own switches -----------------------------------------------------------------------

    def fault(self, fault: Fault, on: bool) -> BadDay | None:
        """Make something go wrong, or right again, on a bad day too."""
        with self._lock:
            if not on:
                self._exchange.end_step(fault)
            self._faults.set(fault, on)
        if not on:
            self._freed.set()
        return self._exchange.bad_day

    def bad_day(self) -> BadDay | None:
        """The last one that was begun, unless it was ended."""
        return self._exchange.bad_day

    def play_bad_day(self, on: bool) -> BadDay | None:
        """Begin one, or end it at once."""
        with self._lock:
            if on:
                self._exchange.begin_bad_day()
            else:
                self._exchange.end_bad_day()
        self._freed.set()
        return self._exchange.bad_day

    def faults(self) -> tuple[Fault, ...]:
        """What goes wrong just now, in the order of the list."""
        on = self._on()
        return tuple(fault for fault in Fault if fault in on)

    @property
    def overlay(self) -> Overlay:
        """What our own orders took from the sizes shown."""
        return self._exchange.overlay

    @property
    def market(self) -> InventedMarket:
        """The market the exchange trades in, with the chosen days."""
        return self._exchange.market

    def follow(self, anchor: Anchor) -> None:
        """Nothing to do: the exchange goes by the workspace's own clock."""

    def coming(self) -> Coming:
        """The next thing worth stopping at."""
        with self._lock:
            return self._exchange.coming()

    def choose(self, chosen: Chosen) -> Script:
        """Have a session that has not begun be like this."""
        with self._lock:
            return self._exchange.choose(chosen)

    def unchoose(self, chosen: Chosen) -> Script:
        """Let it be as it comes."""
        with self._lock:
            return self._exchange.unchoose(chosen)

    def script(self) -> Script:
        """The days somebody chose."""
        return self._exchange.script()

    def pull_plug(self, pull: Callable[[], object] | None) -> None:
        """Call this as soon as the exchange has the next request on its disk, before its answer is heard."""
        self._pull = pull  # without the lock: a long jump that is being worked off holds nobody up

    def market_time(self) -> datetime:
        """The newest moment of market time the exchange has seen; the workspace must never be behind it."""
        with self._lock:
            return self._exchange.worked

    def why(self, client_id: str) -> tuple[str, ...]:
        """Why an order traded as it did, or has not traded, in sentences. No fault touches it: it is no broker's word."""
        with self._lock:
            return self._exchange.why(client_id)

    def heartbeat(self) -> None:
        """Let the exchange work, and tell the stream what came of it."""
        with self._lock:
            if self._closed:
                return
            try:
                self._deliver_late()
                news = self._exchange.pump()
            except StoreError:  # nothing may be told that is not on the disk: the next beat tries again
                return
            hear = None if self._on() & _SILENT else self._hear
        for report in news if hear else ():
            hear(report)  # type: ignore[misc]  # the loop is empty when nobody listens

    def deposit(self, value: Decimal, request: str) -> Activity:
        """Pay in practice cash. The same request, however often it is made, is one deposit."""
        return self._ask(lambda: self._exchange.deposit(value, request))

    def withdraw(self, value: Decimal, request: str) -> Activity:
        """Take out practice cash, likewise. OrderRejected: something needs it."""
        return self._ask(lambda: self._exchange.withdraw(value, request))

    # What every line can do --------------------------------------------------------------------------------------

    def identity(self) -> Identity:
        """The exchange on this machine. No fault touches it: a desk that starts again on a bad day must find its account."""
        self._still_open()
        return Identity(number=self._exchange.number, host="this machine", kind=self._kind)

    def accounts(self) -> tuple[Account, ...]:
        """Its one account, likewise."""
        self._still_open()
        return (practice_account(self._account, self._exchange.number, self._exchange.kind),)

    def submit(self, order: Order) -> BrokerOrder:
        """Send it."""
        return self._send(lambda: self._exchange.submit(order), new=True)

    def cancel(self, order: Order) -> None:
        """Ask to cancel."""
        self._send(lambda: self._exchange.cancel(order.client_id), new=False)

    def replace(self, old: Order, new: Order) -> BrokerOrder:
        """Put the new one in the old one's place."""
        return self._send(lambda: self._exchange.replace(old.client_id, new), new=True)

    def find(self, order: Order) -> BrokerOrder | None:
        """Look it up by our client id."""
        if Fault.NO_LOOK_UP in self._on():
            raise OutcomeUnknown("The practice exchange's look-up is switched off. Nothing was learned.")
        return self._ask(lambda: self._exchange.find(order.client_id))

    def orders(self, account_id: str) -> Reading[BrokerOrder]:
        """Every open order, and those that ended since the day began."""
        return self._read(account_id, self._exchange.orders)

    def executions(self, account_id: str, since: datetime) -> Reading[Fill]:
        """Everything that traded since then, by market time or by real time."""
        return self._read(account_id, lambda: self._exchange.executions(since))

    def positions(self, account_id: str) -> Reading[BrokerPosition]:
        """What is held."""
        return self._read(account_id, self._exchange.positions)

    def cash(self, account_id: str) -> Reading[BrokerCash]:
        """What it says of cash."""
        return self._read(account_id, lambda: (self._exchange.money(),))

    def activities(self, account_id: str, since: datetime) -> Reading[Activity]:
        """Everything that moved without a trade since then, by market time or by real time."""
        return self._read(account_id, lambda: self._exchange.activities(since))

    def time(self) -> datetime:
        """Real time."""
        return self._ask(self._clock.now)

    def listen(self, hear: Callable[[Report], None]) -> None:
        """From now on; what was missed is not told again."""
        with self._lock:
            self._hear = hear

    def close(self) -> None:
        """Hang up."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._freed.set()
                self._at_close()

    # How it goes wrong -------------------------------------------------------------------------------------------

    def _send(self, request: Callable[[], T], new: bool) -> T:
        self._get_through("The request may have arrived: look the order up.")
        with self._lock:
            self._still_open()
            on = self._on()
            if new and Fault.REJECT in on:
                raise OrderRejected("The practice exchange refuses every order just now. It was not placed.")
            if Fault.REQUEST_LOST in on:
                raise OutcomeUnknown("No answer came in time. The request may have arrived: look the order up.")
            if Fault.DELAYED in on:
                self._on_the_way.append((self._clock.now() + self._late, request))
                raise OutcomeUnknown("No answer came in time. The request may still arrive: look the order up.")
            try:
                return request()
            finally:
                self._lose_answer()

    def _lose_answer(self) -> None:
        """Whatever the exchange answered, a refusal included, did not come through."""
        if self._pull is not None:
            self._pull()
        if Fault.ERROR_AFTER_ACCEPT in self._on():
            raise OutcomeUnknown("504 Gateway Timeout. The request may have been carried out: look the order up.")
        if Fault.REPLY_LOST in self._on():
            raise OutcomeUnknown("The line broke before the answer came. It may be there: look the order up.")

    def _ask(self, question: Callable[[], T]) -> T:
        self._get_through("Nothing was learned: it is asked again.")
        with self._lock:
            self._still_open()
            return question()

    def _read(self, account_id: str, rows: Callable[[], tuple[T, ...]]) -> Reading[T]:
        now = self._clock.now()
        if account_id != self._account:
            return Reading(state=ReadState.FAILED, as_of=now, reason=f"Account {account_id} is not kept here.")
        try:
            return Reading(state=ReadState.OK, as_of=now, rows=self._ask(rows))
        except (BrokerError, StoreError) as error:
            signed_out = isinstance(error, SignedOut)
            return Reading(state=ReadState.FAILED, as_of=now, reason=str(error), signed_out=signed_out)

    def _get_through(self, left: str) -> None:
        """Without the lock: a request that hangs keeps nobody from the switches."""
        self._still_open()
        on = self._on()
        if on & _GONE:
            raise BrokerDown(_UNREACHABLE)
        if Fault.LOGIN_EXPIRED in on:
            raise SignedOut("The practice exchange says you are not signed in. Nothing was done: sign in again.")
        if Fault.HALF_OPEN in on:
            self._freed.clear()
            self._freed.wait(self._hangs)
            raise OutcomeUnknown(f"No answer came, though the line looks alive. {left}")

    def _still_open(self) -> None:
        if self._closed:
            raise BrokerDown(_UNREACHABLE)

    def _on(self) -> frozenset[Fault]:
        bad_day = self._exchange.bad_day
        return self._faults.on() | (bad_day.on(self._exchange.market_now) if bad_day else frozenset())

    def _deliver_late(self) -> None:
        now = self._clock.now()
        due = [request for at, request in self._on_the_way if at <= now]
        self._on_the_way = [(at, request) for at, request in self._on_the_way if at > now]
        for request in due:
            with suppress(BrokerError):  # nobody waits for this answer any more
                request()


def practice_account(account: str, number: str, kind: AccountKind = AccountKind.MARGIN) -> Account:
    """The one account of a practice exchange."""
    return Account(
        id=account,
        connection="practice",
        broker="practice",
        number=number,
        name="Practice account",
        kind=kind,
        tax_kind=TaxKind.NONE,
        regimes=(
            RegimeSpan(regime=Regime.CASH_T1, valid_from=CASH_T1_SINCE)
            if kind is AccountKind.CASH
            else RegimeSpan(regime=Regime.INTRADAY_MARGIN, valid_from=INTRADAY_MARGIN_SINCE),
        ),
    )
