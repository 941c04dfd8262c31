"""How numbers, times and ages are written, the same on every page."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.order import OrderType, Side, TimeInForce
from pages.parts.display import hidden
from pages.parts.veil import COVER

MINUS: Final = "\u2212"
MISSING: Final = "–"
EASTERN: Final = ZoneInfo("America/New_York")

Number = Decimal | float | int

SIDES: Final = {Side.BUY: "Buy", Side.SELL: "Sell"}
TYPES: Final = {
    OrderType.MARKET: "Market",
    OrderType.LIMIT: "Limit",
    OrderType.STOP: "Stop",
    OrderType.STOP_LIMIT: "Stop limit",
}
GOOD_FOR: Final = {
    TimeInForce.DAY: "Today",
    TimeInForce.GTC: "Until cancelled",
    TimeInForce.IOC: "At once, rest cancelled",
    TimeInForce.FOK: "At once, all or nothing",
    TimeInForce.OPEN: "At the open",
    TimeInForce.CLOSE: "At the close",
}


def _with_sign(digits: str, value: Number, plus: bool) -> str:
    if not digits.strip("0.,"):
        return digits
    return (MINUS if value < 0 else "+" if plus else "") + digits


def decimals(value: Number | None, *, plus: bool = False, places: int = 2) -> str:
    """A number that is nobody's money: a price, a rate."""
    return MISSING if value is None else _with_sign(f"{abs(value):,.{places}f}", value, plus)


def money(value: Number | None, *, plus: bool = False, places: int = 2) -> str:
    """An amount of one's own; covered while amounts are hidden."""
    return COVER if value is not None and hidden() else decimals(value, plus=plus, places=places)


def change(value: Number | None) -> str:
    """Sign, number, arrow; the arrow stands last so that the digits still line up."""
    return _arrow(money(value, plus=True))


def move(value: Number | None) -> str:
    """How far a price went, written like a change of one's own."""
    return _arrow(decimals(value, plus=True))


def _arrow(words: str) -> str:
    return f"{words} ↑" if words.startswith("+") else f"{words} ↓" if words.startswith(MINUS) else words


def price(value: Number | None) -> str:
    """By tick: four decimals below one dollar."""
    if value is None:
        return MISSING
    return decimals(value, places=4 if -1 < value < 1 else 2)


def quantity(value: Number | None) -> str:
    """How much of something is held, asked for or traded; covered while amounts are hidden."""
    return COVER if value is not None and hidden() else count(value)


def count(value: Number | None) -> str:
    """A number without trailing zeros that is nobody's holding."""
    if value is None:
        return MISSING
    digits = f"{abs(value):,.9f}".rstrip("0").rstrip(".")
    return _with_sign(digits, value, plus=False)


def percent(share: Number | None, *, plus: bool = True, places: int = 2) -> str:
    """A share of one, written as a percentage."""
    return MISSING if share is None else decimals(share * 100, plus=plus, places=places) + "%"


def age(seconds: float | None) -> str:
    if seconds is None:
        return MISSING
    if seconds < 10:
        return f"{max(seconds, 0.0):.1f} s"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def span(seconds: float) -> str:
    """Hours and minutes."""
    minutes = int(seconds // 60)
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"


def clock(at: datetime | None, *, fine: bool = False) -> str:
    """Time of day in New York; the head of the column names the zone."""
    if at is None:
        return MISSING
    local = at.astimezone(EASTERN)
    return f"{local:%H:%M:%S}.{local.microsecond // 1000:03d}" if fine else f"{local:%H:%M:%S}"


def day(at: datetime | date | None) -> str:
    if at is None:
        return "Unknown"
    local = at.astimezone(EASTERN) if isinstance(at, datetime) else at
    return f"{local.day} {local:%b %Y}"


def moment(at: datetime | None) -> str:
    """Day and time in New York."""
    return MISSING if at is None else f"{at.astimezone(EASTERN):%d %b} {clock(at)}"


def room(size: int) -> str:
    """What a file takes on the disk."""
    unit, name = next(((u, n) for u, n in ((10**9, "GB"), (10**6, "MB")) if size >= u), (10**3, "kB"))
    return f"{size / unit:,.1f} {name}"


def plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def plain(text: str) -> str:
    """Text for a table that can be exported: a spreadsheet must not take it for a formula, blanks before it or not."""
    return f"'{text}" if text[:1] in {"\t", "\r", "\n"} or text.lstrip()[:1] in {"=", "+", "-", "@"} else text
