"""The practice broker: what a person sets, and how a line to its exchange is opened."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from core.brokers.base import Broker, Line, Surroundings
from core.brokers.practice.corporate import Companies
from core.brokers.practice.credit import AccountTerms
from core.brokers.practice.exchange import Exchange
from core.brokers.practice.floor import Terms
from core.brokers.practice.line import PracticeLine
from core.brokers.practice.remote import RemoteLine
from core.brokers.practice.sample import Hand, play
from core.brokers.practice.venue import Venue, invented
from core.clock import Clock, MarketClock
from core.costs.carry import Carry
from core.costs.impact import Impact, SquareRoot
from core.domain.account import AccountKind
from core.domain.capability import Capabilities
from core.domain.chosen import Script
from core.domain.order import OrderType, TimeInForce
from core.domain.sample import Sample
from core.market.invented.market import InventedMarket
from core.market.sessions import Sessions
from core.market.tape import Tape
from core.market.timeline import Timeline
from core.system import settle

FIRST = "practice"
FILE = "exchange.sqlite"


@dataclass(frozen=True)
class PracticeBroker(Broker):
    """An exchange of our own; its file lies in the workspace's folder."""

    seed: int = 1
    starting_cash: Decimal = Decimal(100_000)
    latency: timedelta = timedelta(milliseconds=150)  # market time: an order, a cancel
    participation: Decimal = Decimal("0.10")  # our share of what everybody trades
    margin_rate: Decimal = Decimal("0.08")  # a year, on borrowed cash
    borrow_rate: Decimal = Decimal("0.003")  # a year, on what is short in a name that is easy to borrow
    impact: float = 1.0  # Y of the square root: how far what we take pushes the price; 0 = not at all
    impact_half_life: timedelta = timedelta(minutes=30)  # market time until half of the push is left
    kind: AccountKind = AccountKind.MARGIN  # or cash: no credit, no short sales, sales settle a day later
    overnight: Decimal = Decimal(2)  # positions, in times the equity, outside regular hours
    intraday: Decimal = Decimal(4)  # in them
    borrow: Decimal = Decimal("0.01")  # of a usual day's volume: what is lent of a name on a day, about
    call_grace: timedelta = timedelta(hours=1)  # of regular hours, until a margin call must be met
    account: str = FIRST  # each run of a workspace has its own, and its own exchange
    days: Script = ()  # what its exchange begins with
    sample: Sample | None = None  # what its exchange has behind it when it begins
    exchange_at: str = ""  # the address of an exchange in another process; empty = in this one

    @property
    def capabilities(self) -> Capabilities:
        """Everything the desk knows how to order."""
        return Capabilities(
            order_types=frozenset(OrderType),
            times_in_force=frozenset(TimeInForce),
            refuses_repeats=True,
            look_up=True,
            replace=True,
            fractional=True,
            short=True,
            extended_hours=True,
            requests_per_minute=600,
            kept_for_cancels=60,
            settles_look_up_after=timedelta(seconds=10),
        )

    def open(self, surroundings: Surroundings) -> Line:
        """Market time goes on from where the exchange stood, if the workspace remembers an earlier moment."""
        line = self.line(surroundings)
        if isinstance(surroundings.market_clock, Timeline):
            surroundings.market_clock.not_before(line.market_time())
        return line

    def line(self, surroundings: Surroundings, venue: Venue | None = None) -> PracticeLine | RemoteLine:
        """The line with the practice workspace's own switches; on the invented market unless told otherwise."""
        if self.exchange_at and venue is None:
            return RemoteLine(
                address=self.exchange_at,
                account=self.account,
                clock=surroundings.clock,
                market_clock=surroundings.market_clock,
                market=InventedMarket(seed=self.seed, sessions=Sessions()),
            )
        clock, market_clock = surroundings.clock, surroundings.market_clock
        file = self.file_in(surroundings.folder)
        if self.sample is not None and not file.exists():
            self._begin_with(self.sample, file, clock)
        exchange = self.exchange(str(file), clock, market_clock, venue=venue)
        return PracticeLine(
            exchange=exchange, account=self.account, clock=clock, at_close=exchange.close, kind=surroundings.kind
        )

    def exchange(
        self,
        file: str,
        clock: Clock,
        market_clock: MarketClock,
        tape: Tape | None = None,
        companies: Companies | None = None,
        venue: Venue | None = None,
    ) -> Exchange:
        """The exchange itself, on its file; on the invented market and its companies unless told otherwise."""
        venue = venue or invented(self.seed)
        return Exchange(
            file=file,
            account_id=self.account,
            seed=self.seed,
            starting_cash=self.starting_cash,
            terms=self._terms(venue),
            tape=tape or venue.tape,
            companies=companies or venue.companies,
            market=venue.market,
            sessions=venue.sessions,
            clock=clock,
            market_clock=market_clock,
            days=self.days,
        )

    def file_in(self, folder: Path) -> Path:
        """Where its exchange is kept."""
        return folder / (FILE if self.account == FIRST else f"exchange-{self.account}.sqlite")

    def _begin_with(self, sample: Sample, file: Path, clock: Clock) -> None:
        """Played beside its place and put there whole: killed on the way, it is played anew at the next start."""
        draft = file.with_suffix(".draft")
        for left in (draft, *draft.parent.glob(f"{draft.name}-*")):
            left.unlink(missing_ok=True)
        hand = Hand(sample.since)
        exchange = self.exchange(str(draft), clock, hand)
        try:
            play(exchange, hand, sample, Sessions(), self.starting_cash, self.account)
        finally:
            exchange.close()
        draft.replace(file)
        settle(file.parent)

    def _terms(self, venue: Venue) -> Terms:
        impact = Impact(model=SquareRoot(y=self.impact), half_life=self.impact_half_life, usual=venue.usual)
        account = AccountTerms(
            kind=self.kind,
            overnight=self.overnight,
            intraday=self.intraday,
            borrow=self.borrow,
            call_grace=self.call_grace,
        )
        return Terms(
            latency=self.latency,
            participation=self.participation,
            carry=Carry(margin=self.margin_rate, lent=self.borrow_rate, hard=venue.hard),
            impact=impact,
            account=account,
        )
