"""A name that stands still: said in amber beside its price, and why."""

from core.domain.quote import Quote
from pages.parts.marks import banner


def say(symbol: str, quote: Quote) -> None:
    """Nothing, while it trades."""
    if quote.halted:
        banner("amber", f"{symbol} does not trade now: this price stands still.", quote.halted)
