"""A margin call that stands, as the exchange keeps it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.domain.money import ZERO
from core.market.sessions import NEW_YORK

BY_BROKER = "broker-"  # begins the client id of every order the exchange makes for itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """Made at the close of a session, or on its morning."""

    day: date
    due: datetime
    overnight: bool  # too much was taken into the night; else only what the positions need to be kept
    value: Decimal = ZERO  # cash that would meet it, when it was looked at last
    sale: Decimal = ZERO  # and what would have to be sold or bought back instead
    equity: Decimal = ZERO
    executions: int = 0  # trades there had been by then

    @property
    def words(self) -> str:
        """Why, and what ends it."""
        owes = f" The account owes {-self.equity:,.2f} USD." if self.equity < 0 else ""
        if self.sale <= 0:
            return f"Nothing is left to sell: add that much cash.{owes}"
        why = (
            "more was taken into the night than is allowed"
            if self.overnight
            else "too little stands behind what is held"
        )
        return (
            f"Made on {self.day:%d %b}, because {why}: add that much cash, or close positions worth about "
            f"{self.sale:,.2f} USD. From {when(self.due)} on the broker cancels what stands in the way and closes what is "
            f"needed, at the market.{owes}"
        )


def when(at: datetime) -> str:
    """Tue 24 Nov 10:30 ET."""
    return f"{at.astimezone(NEW_YORK):%a %d %b %H:%M} ET"
