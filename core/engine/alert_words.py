"""What an alert waits for, and what it tells, in words."""

from decimal import Decimal
from typing import Final

from core.domain.alert import OF_BARS, Alert, AlertKind, Way
from core.market.lookout import Reached
from core.market.sessions import NEW_YORK

_BARS: Final = {"5m": "5-minute bars", "15m": "15-minute bars", "1h": "hourly bars", "1d": "daily bars"}
_HOW: Final = {Way.ABOVE: "at or above", Way.BELOW: "at or below"}
_CROSSES: Final = {Way.ABOVE: "rises above", Way.BELOW: "falls below"}


def wanted(alert: Alert, symbol: str, price: Decimal | None) -> str:
    """NVDA at or above 190.00. price: what it waits for in today's shares."""
    level = f"{alert.level.normalize():f}"
    match alert.kind:
        case AlertKind.PRICE:
            return f"{symbol} {_HOW[alert.way]} {_price(price or alert.level)}"
        case AlertKind.MOVE:
            return f"{symbol} {'up' if alert.way is Way.ABOVE else 'down'} {level} % today"
        case AlertKind.VOLUME:
            return f"{symbol} trades {level} × its usual day's volume"
        case AlertKind.RSI:
            return f"{symbol}: RSI of {_BARS[alert.frame]} {_CROSSES[alert.way]} {level}"
        case AlertKind.AVERAGE:
            return f"{symbol} {_CROSSES[alert.way]} its average of {level} {_BARS[alert.frame]}"
        case AlertKind.MACD:
            return f"{symbol}: MACD of {_BARS[alert.frame]} {_CROSSES[alert.way]} its signal"


def told(alert: Alert, symbol: str, reached: Reached) -> tuple[str, str]:
    """What it says when it is reached, and the rest of it."""
    at = reached.at.astimezone(NEW_YORK)
    when = f"At {at:%H:%M} ET" if alert.kind in OF_BARS | {AlertKind.VOLUME} else f"At {at:%H:%M:%S} ET"
    seen = {
        AlertKind.PRICE: f"it traded at {_price(reached.seen)}",
        AlertKind.MOVE: f"it traded at {_price(reached.seen)}",
        AlertKind.VOLUME: f"{reached.seen:.2f} × so far",
        AlertKind.RSI: f"RSI {reached.seen:.2f}",
        AlertKind.AVERAGE: f"the bar closed at {_price(reached.seen)}",
        AlertKind.MACD: f"{reached.seen:+.4f} from its signal".replace("-", "−"),
    }[alert.kind]
    rest = "It waits again." if alert.again else "It told once and waits no more."
    return f"{wanted(alert, symbol, reached.level)}.", f"{when} on {at.day} {at:%b %Y}: {seen}. {rest}"


def _price(value: Decimal) -> str:
    return f"{value:,.2f}" if value >= 1 else f"{value:,.4f}"
