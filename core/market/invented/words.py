"""Why nothing trades, in words."""

from core.domain.corporate_event import CorporateEvent
from core.market.invented.halts import MARKET_WIDE, ORDERED, SINGLE, Stop


def why_halted(stop: Stop, bought: CorporateEvent | None) -> str:
    """One sentence."""
    if stop.why == MARKET_WIDE:
        return f"Trading in all names stands still: the market fell {-stop.share:.0%} below yesterday's close."
    if stop.why == SINGLE:
        return f"Paused: the price stood at its {'lower' if stop.share < 0 else 'upper'} band for 15 seconds."
    if stop.why == ORDERED:
        return "Halted by the exchange, as it was asked to on Practice."
    if bought is None:
        raise AssertionError("only what was bought is gone")
    return f"No longer traded: every share became {bought.cash:.2f} in cash on {bought.effective:%d %b %Y}."
