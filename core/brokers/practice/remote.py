"""The line to a practice exchange in another process, which lives on when this one is killed."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.brokers.base import Identity
from core.brokers.practice.agenda import Coming
from core.brokers.practice.bad_day import BadDay
from core.brokers.practice.caller import PATIENCE, Caller
from core.channel.facets.practice import Fault
from core.clock import Clock, MarketClock
from core.domain.account import Account
from core.domain.chosen import Chosen, Script
from core.domain.errors import BrokerError, SignedOut
from core.domain.fill import BrokerOrder, Fill, Report
from core.domain.order import Order
from core.domain.reading import Activity, BrokerCash, BrokerPosition, Reading, ReadState
from core.market.invented.market import InventedMarket
from core.market.tape import Overlay
from core.market.timeline import Anchor, Timeline


class RemoteLine:
    """One request at a time. It has no thread: heartbeat() fetches what the stream has said."""

    def __init__(
        self,
        *,
        address: str,
        account: str,
        clock: Clock,
        market_clock: MarketClock,
        market: InventedMarket,
        patience: float = PATIENCE,
    ) -> None:
        self._account = account
        self._clock = clock
        self._market_clock = market_clock
        self.market = market  # the exchange's own is over there; this one plays the same days
        self._pull: Callable[[], object] | None = None
        self._hear: Callable[[Report], None] | None = None
        self._closed = False
        self._bad_day: BadDay | None = None
        self._overlay = Overlay()
        self._caller = Caller(address, market_clock, patience)
        self._ask = self._caller.ask
        self._switches = Caller(address, market_clock, patience)  # a request that hangs keeps nobody from them

    @property
    def overlay(self) -> Overlay:
        """Nothing: what our orders took is known over there, and comes with the fills."""
        return self._overlay

    def fault(self, fault: Fault, on: bool) -> BadDay | None:
        """Make something go wrong at the exchange, or right again."""
        self._bad_day = self._switches.ask("fault", fault, on)
        return self._bad_day

    def bad_day(self) -> BadDay | None:
        """As it was when anybody here last had to do with it; it is kept over there."""
        return self._bad_day

    def play_bad_day(self, on: bool) -> BadDay | None:
        """Begin one over there, or end it at once."""
        self._switches.ask("play_bad_day", on)
        self.script()
        return self._bad_day

    def faults(self) -> tuple[Fault, ...]:
        """What goes wrong just now."""
        faults: tuple[Fault, ...] = self._switches.ask("faults")
        return faults

    def why(self, client_id: str) -> tuple[str, ...]:
        """Why an order traded as it did, or has not traded, in sentences."""
        said: tuple[str, ...] = self._ask("why", client_id)
        return said

    def follow(self, anchor: Anchor) -> None:
        """Have the exchange's time run as ours does."""
        self._ask("follow", anchor)

    def coming(self) -> Coming:
        """The next thing worth stopping at."""
        coming: Coming = self._switches.ask("coming")
        return coming

    def choose(self, chosen: Chosen) -> Script:
        """Have a session that has not begun be like this, over there and here."""
        return self._play(self._switches.ask("choose", chosen))

    def unchoose(self, chosen: Chosen) -> Script:
        """Let it be as it comes."""
        return self._play(self._switches.ask("unchoose", chosen))

    def script(self) -> Script:
        """What somebody chose; it is kept over there, like the bad day."""
        self._bad_day = self._switches.ask("bad_day")
        return self._play(self._switches.ask("script"))

    def pull_plug(self, pull: Callable[[], object] | None) -> None:
        """Call this as soon as the exchange has the next order, before its answer is heard."""
        self._pull = pull

    def market_time(self) -> datetime:
        """The newest moment of market time the exchange has seen."""
        at: datetime = self._ask("market_time")
        return at

    def heartbeat(self) -> None:
        """Hear what the stream has said; while the exchange does not answer, it says nothing."""
        if self._hear is None or self._closed:
            return
        try:
            news = self._ask("news")
        except BrokerError:
            return
        if isinstance(self._market_clock, Timeline):
            self._market_clock.not_before(news.at)
        for report in news.reports:
            self._hear(report)

    def deposit(self, value: Decimal, request: str) -> Activity:
        """Pay in practice cash. The same request, however often it is made, is one deposit."""
        paid: Activity = self._ask("deposit", value, request)
        return paid

    def withdraw(self, value: Decimal, request: str) -> Activity:
        """Take out practice cash, likewise. OrderRejected: something needs it."""
        taken: Activity = self._ask("withdraw", value, request)
        return taken

    def identity(self) -> Identity:
        """Who answers at the other end."""
        identity: Identity = self._ask("identity")
        return identity

    def accounts(self) -> tuple[Account, ...]:
        """Its one account."""
        accounts: tuple[Account, ...] = self._ask("accounts")
        return accounts

    def submit(self, order: Order) -> BrokerOrder:
        """Send it."""
        held: BrokerOrder = self._ask("submit", order)
        if self._pull is not None:
            self._pull()
        return held

    def cancel(self, order: Order) -> None:
        """Ask to cancel."""
        self._ask("cancel", order)

    def replace(self, old: Order, new: Order) -> BrokerOrder:
        """Put the new one in the old one's place."""
        held: BrokerOrder = self._ask("replace", old, new)
        return held

    def find(self, order: Order) -> BrokerOrder | None:
        """Look it up by our client id."""
        held: BrokerOrder | None = self._ask("find", order)
        return held

    def orders(self, account_id: str) -> Reading[BrokerOrder]:
        """Every open order, and those that ended since the day began."""
        return self._read("orders", account_id)

    def executions(self, account_id: str, since: datetime) -> Reading[Fill]:
        """Everything that traded since then."""
        return self._read("executions", account_id, since)

    def positions(self, account_id: str) -> Reading[BrokerPosition]:
        """What is held."""
        return self._read("positions", account_id)

    def cash(self, account_id: str) -> Reading[BrokerCash]:
        """What it says of cash."""
        return self._read("cash", account_id)

    def activities(self, account_id: str, since: datetime) -> Reading[Activity]:
        """Everything that moved there without a trade since then."""
        return self._read("activities", account_id, since)

    def time(self) -> datetime:
        """The exchange's clock."""
        at: datetime = self._ask("time")
        return at

    def listen(self, hear: Callable[[Report], None]) -> None:
        """From now on; what was missed is not told again."""
        self._ask("news")  # what was said before is not for these ears
        self._hear = hear

    def close(self) -> None:
        """Hang up."""
        self._closed = True
        self._caller.close()
        self._switches.close()

    def _play(self, script: Script) -> Script:
        if script != self.market.script:
            self.market.choose(script)
        return script

    def _read(self, verb: str, *args: object) -> Reading[Any]:
        try:
            reading: Reading[Any] = self._ask(verb, *args)
        except BrokerError as error:
            signed_out = isinstance(error, SignedOut)
            return Reading(state=ReadState.FAILED, as_of=self._clock.now(), reason=str(error), signed_out=signed_out)
        return reading
