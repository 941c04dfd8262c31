"""What can be ordered here, and what it would come to while it is still being typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from core.channel.facets.orders import Draft, Estimate
from core.domain.order import OrderType, TimeInForce


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Every kind of order there is, each with why this account's broker does not take it; empty = it does."""

    types: Mapping[OrderType, str]
    times: Mapping[TimeInForce, str]
    extended_hours: str
    short: str
    tags: tuple[str, ...] = ()  # strategy tags that orders were given lately


class Ticket(Protocol):
    """Looking only: nothing here is kept or sent."""

    def choices(self, account_id: str = "") -> Choices:
        """From the table of what the account's broker can do; empty = the workspace's only account."""
        ...

    def estimate(self, draft: Draft) -> Estimate:
        """The figures and checks its review would show now. BadInput says what cannot be read."""
        ...
