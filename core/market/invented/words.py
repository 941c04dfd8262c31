"""Why nothing trades, in words."""

from core.domain.corporate_event import CorporateEvent
from core.market.invented.halts import MARKET_WIDE, ORDERED, SINGLE, Collar, Stop
from core.market.invented.path import DOLLAR
from core.market.sessions import NEW_YORK, Stretch


def why_halted(stop: Stop, bought: CorporateEvent | None, stretch: Stretch, second: int) -> str:
    """As it is known in that second."""
    if stop.why == MARKET_WIDE:
        return f"Trading in all names stands still: the market fell {-stop.share:.0%} below yesterday's close."
    if stop.why == SINGLE:
        band = "lower" if stop.share < 0 else "upper"
        return f"Paused: the price stood at its {band} band for 15 seconds. {_opens(stop, stretch, second)}"
    if stop.why == ORDERED:
        return "Halted by the exchange, as it was asked to on Practice."
    if bought is None:
        raise AssertionError("only what was bought is gone")
    return f"No longer traded: every share became {bought.cash:.2f} in cash on {bought.effective:%d %b %Y}."


def _opens(stop: Stop, stretch: Stretch, second: int) -> str:
    asked = [collar for collar in stop.collars if collar.until <= second]
    outside = ""
    if asked:
        outside = (
            f"It would have opened at {_price(asked[-1].price)}, outside its collar of {_range(asked[-1])}, and waits"
        )
    if len(asked) == len(stop.collars):
        return f"{outside or 'It waits'} for the closing auction."
    collar = stop.collars[len(asked)]
    between = f"between {_range(collar).replace(' to ', ' and ')}"
    at = stretch.at(collar.until).astimezone(NEW_YORK)
    waits = f"{outside} five minutes more. " if outside else ""
    return f"{waits}At {at:%H:%M:%S} ET it opens again if its price lies {between} by then."


def _range(collar: Collar) -> str:
    return f"{_price(collar.low)} to {_price(collar.high)}"


def _price(units: int) -> str:
    return f"{units / DOLLAR:.2f}" if units >= DOLLAR else f"{units / DOLLAR:.4f}"
