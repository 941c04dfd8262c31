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
    notional: str = ""  # … money, sized into shares at review
    limit: str = ""
    stop: str = ""
    time_in_force: TimeInForce = TimeInForce.DAY
    extended_hours: bool = False
    purpose: Purpose = Purpose.TRADE
    wait_for_open: bool = False  # keep it here until the next session instead of refusing it
    replaces: str = ""  # id of the working order this one takes the place of
    origin: Origin = Origin.TICKET
    origin_id: str = ""
    strategy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The order sheet. Kept by the engine under its token; the token is used once."""

    token: str
    draft: Draft
    name: str
    act: str  # "Buy 40 NVDA"
    terms: str  # "Limit 182.50 USD · today, until 16:00 ET · XSIM"
    quantity: Decimal
    quote: Quote | None
    quote_age_seconds: float | None
    feed_note: str
    pays_at_most: Decimal | None  # None for a sale, and where no limit caps it
    pays_about: Decimal | None = None  # a purchase without a limit, at the price seen
    receives_about: Decimal | None  # None for a purchase
    cost_expected: Decimal  # spread + fees below
    cost_spread: Decimal
    cost_fees: Decimal
    buying_power_before: Decimal | None
    buying_power_after: Decimal | None
    held_before: Decimal
    held_after: Decimal
    weight_before: Decimal | None  # share of the account, 0.0317
    weight_after: Decimal | None
    verdicts: tuple[Verdict, ...]
    may_send: bool  # nothing blocks that a typed reason could not lift
    reasons_needed: tuple[str, ...]  # checks whose block must be lifted with a typed reason
    warnings: tuple[str, ...]  # checks the person accepts by confirming
    first_cancels: tuple[str, ...] = ()  # orders asked back first, because they would close the position too
    worst_case: str  # a sentence when an order in doubt stands beside it
    largest_quantity: Decimal | None  # what buying power allows, when this is too much
    proposal: str  # a better way, in words, such as a marketable limit
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
        certainty, reason (text and decimals), at (market), sent_at (real).
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
