"""Review an order, place it, watch it, cancel it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

import pyarrow as pa

from core.domain.order import OrderType, Origin, Purpose, Side, Status, TimeInForce
from core.domain.quote import Quote
from core.domain.verdict import Consent, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a person typed, still as typed: the engine reads the numbers and says what is wrong with them."""

    account_id: str = ""  # empty = the workspace's only account
    symbol: str
    side: Side
    type: OrderType = OrderType.MARKET
    quantity: str = ""  # shares, or …
    notional: str = ""  # … money, sized into shares at review, or …
    share: str = ""  # … a part of the account in percent, likewise, or …
    risk: str = ""  # … what may be lost down to …
    risk_stop: str = ""  # … the price at which one would get out; no order of it is sent
    limit: str = ""
    stop: str = ""
    time_in_force: TimeInForce = TimeInForce.DAY
    extended_hours: bool = False
    purpose: Purpose = Purpose.TRADE
    wait_for_open: bool = False  # keep it here until the next session instead of refusing it
    replaces: str = ""  # id of the working order this one takes the place of
    origin: Origin = Origin.TICKET
    origin_id: str = ""
    strategy: str = ""  # a word of the person's own, by which Performance tells results apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What an order as typed would be and do."""

    name: str
    act: str  # "Buy 40 NVDA"
    terms: str  # "Limit 182.50 USD · today, until 16:00 ET · XSIM"
    quantity: Decimal
    sized: str = ""  # how the shares were worked out, in words; empty = they were typed
    quote: Quote | None
    quote_age_seconds: float | None
    feed_note: str
    value: Decimal | None = None  # at its limit, else at the price seen; None = there is no price
    pays_at_most: Decimal | None  # None for a sale, and where no limit caps it
    pays_about: Decimal | None = None  # a purchase without a limit, at the price seen
    receives_about: Decimal | None  # None for a purchase
    cost_expected: Decimal  # spread + impact + fees below
    cost_spread: Decimal
    cost_impact: Decimal | None = None  # what it moves the price by; None = what is usual is not known, counted as 0
    cost_fees: Decimal
    spread_bps: Decimal | None = None  # of the market, from bid to ask
    usual_volume: Decimal | None = None  # shares on a usual day
    buying_power_before: Decimal | None
    buying_power_after: Decimal | None
    settled_cash: Decimal | None = None  # of a cash account; what was sold today is not in it
    held_before: Decimal
    held_after: Decimal
    weight_before: Decimal | None  # share of the account, 0.0317
    weight_after: Decimal | None
    weight_limit: str = ""  # that R21 applies to it, "25%"; empty = none
    opposite: tuple[str, ...] = ()  # own orders on the other side: "Sell 15, stop 181.20"
    verdicts: tuple[Verdict, ...]
    may_send: bool  # nothing blocks that a typed reason could not lift
    reasons_needed: tuple[str, ...]  # checks whose block must be lifted with a typed reason
    warnings: tuple[str, ...]  # checks the person accepts by confirming
    first_cancels: tuple[str, ...] = ()  # orders asked back first, because they would close the position too
    first_changes: tuple[tuple[str, Decimal], ...] = ()  # stops that first become smaller, and their quantity then
    worst_case: str  # a sentence when an order in doubt stands beside it
    largest_quantity: Decimal | None  # what buying power allows, when this is too much
    proposal: str  # a better way, in words, such as a marketable limit

    @property
    def cost_bps(self) -> Decimal | None:
        """Of its value."""
        return self.cost_expected / self.value * 10_000 if self.value else None

    @property
    def day_share(self) -> Decimal | None:
        """Of a usual day's volume."""
        return self.quantity / self.usual_volume if self.usual_volume else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(Estimate):
    """The order sheet. Kept by the engine under its token; the token is used once."""

    token: str
    draft: Draft
    reviewed_at: datetime  # market time
    good_for_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """One order as it stands, with its certainty."""

    id: str
    account_id: str
    instrument_id: str
    symbol: str
    side: Side
    type: OrderType
    quantity: Decimal
    filled: Decimal
    average_price: Decimal | None
    limit: Decimal | None
    stop: Decimal | None
    time_in_force: TimeInForce
    extended_hours: bool
    purpose: Purpose
    status: Status
    words: str  # "Working", "Not confirmed by the broker", …
    reason: str
    certainty: str  # "Confirmed by the broker 3 s ago", "Our record", "Not confirmed, 48 s"
    reserved: Decimal
    client_id: str
    broker_order_id: str
    origin: Origin
    replaces: str
    strategy: str  # empty = it was given no tag
    may_cancel: bool
    may_replace: bool
    may_attest: bool
    at: datetime  # market time
    sent_at: datetime | None  # real time


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of an order's time line."""

    at: datetime  # real time
    market_at: datetime
    kind: str  # order.placed, order.acked, order.looked_up, order.filled, note, …
    title: str
    detail: str
    doubtful: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FillView:
    """One execution."""

    execution_id: str
    at: datetime  # market time
    quantity: Decimal
    price: Decimal
    fee: Decimal
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStory:
    """Everything about one order."""

    order: OrderView
    steps: tuple[Step, ...]
    fills: tuple[FillView, ...]
    verdicts: tuple[Verdict, ...]
    next_look_seconds: float | None  # when the next look-up of an order in doubt is due


class Orders(Protocol):
    """Every order there is, whoever asked for it, goes through here."""

    def review(self, draft: Draft) -> Review:
        """Size it, price it, check it. Nothing is stored or sent. BadInput says what cannot be read."""
        ...

    def confirm(self, token: str, consent: Consent) -> OrderView:
        """Send the reviewed order, once. A repeated token returns the order it made. Warnings must be agreed to."""
        ...

    def reviewed(self, token: str) -> Review:
        """A review by its token, so that reloading the page does not lose it; NotConfirmed when it is gone or used."""
        ...

    def table(
        self,
        which: str,
        before: str = "",
        limit: int = 200,
        find: str = "",
        ended: bool = False,
        account_id: str = "",
    ) -> pa.Table:
        """Orders as rows, newest first. which: open | doubt | done | all. before: the last id of the previous page.

        ended: of accounts that have ended too, such as earlier practice runs. account_id: of one alone; empty = of all in use.

        Columns: id, words, symbol, side, type, quantity, filled, limit, stop, average_price, last, time_in_force, origin,
        strategy, certainty, reason (text and decimals), at (market), sent_at (real).
        """
        ...

    def story(self, order_id: str) -> OrderStory:
        """One order, all of it."""
        ...

    def cancel(self, order_id: str) -> OrderView:
        """Ask the broker to cancel; an order that waits here is dropped."""
        ...

    def cancel_all(self, risk_adding_only: bool = False) -> tuple[OrderView, ...]:
        """Cancel every open order."""
        ...

    def look_again(self, order_id: str) -> OrderView:
        """Look an order in doubt up now."""
        ...

    def attest(self, order_id: str, words: str) -> OrderView:
        """End an order in doubt on a person's word about what the broker's own site or desk says."""
        ...

    def send_again(self, order_id: str) -> OrderView:
        """Send an order that never left, after the checks run again."""
        ...
