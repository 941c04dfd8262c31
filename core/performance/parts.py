"""What a gain is made of: each holding's own, and what came without one. Together they are all of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final

from core.domain.equity import Booked, Moved
from core.domain.money import ZERO
from core.performance.holdings import Held, from_outside
from core.performance.trades import Parcel, Trade, held

APART: Final[Mapping[str, str]] = {
    "income:dividends": "Dividends",
    "expenses:dividends_paid": "Dividends paid on shorts",
    "income:interest": "Interest",
    "expenses:interest": "Interest paid",
    "expenses:borrow": "Borrowing fees",
    "expenses:fees": "Other fees",
}
OTHER: Final = "Everything else"
_NO_TIME: Final = timedelta(0)


@dataclass(slots=True, kw_only=True)
class Part:
    """One holding, or one kind of income or cost."""

    gain: Decimal | None = ZERO  # None = it had no price at one end
    realised: Decimal = ZERO
    fees: Decimal = ZERO

    def add(self, gain: Decimal | None) -> None:
        self.gain = None if gain is None or self.gain is None else self.gain + gain


def by_holding(
    lines: Sequence[Booked],
    then: Held,
    then_prices: Mapping[str, Decimal | None],
    now: Held,
    now_prices: Mapping[str, Decimal | None],
    came: Mapping[str, Decimal | None],
    multipliers: Mapping[str, Decimal],
) -> dict[str, Part]:
    """By instrument, else by its words. `came` is the worth of shares that came from outside, by instrument."""
    found: dict[str, Part] = {}
    for name, quantity in now.quantities.items():
        _part(found, name).add(_worth(name, quantity, now_prices, multipliers))
    for name, quantity in then.quantities.items():
        worth = _worth(name, quantity, then_prices, multipliers)
        _part(found, name).add(None if worth is None else -worth)
    for name, worth in came.items():
        _part(found, name).add(None if worth is None else -worth)
    outside = from_outside(lines)
    for entry in _entries(lines):
        part = _part(found, _whose(entry))
        if entry[0].entry_id not in outside:
            part.add(sum((line.value for line in entry if line.ledger_account == "cash"), ZERO))
        part.realised -= sum((line.value for line in entry if line.ledger_account == "income:realized"), ZERO)
        part.fees += sum((line.value for line in entry if line.ledger_account == "expenses:fees"), ZERO)
    return {name: part for name, part in found.items() if part.gain is None or part.gain or part.realised or part.fees}


def trades(lines: Sequence[Booked], moves: Sequence[Moved], symbols: Mapping[str, str]) -> list[Trade]:
    """One for each order that closed something. What a company did to its shares is none."""
    gains: dict[str, Decimal] = {}
    for line in lines:
        if line.ledger_account in ("income:realized", "expenses:fees"):
            gains[line.entry_id] = gains.get(line.entry_id, ZERO) - line.value
    orders: dict[str, list[Moved]] = {}
    for move in moves:
        if move.source.startswith("fill:"):
            orders.setdefault(move.client_id or move.entry_id, []).append(move)
    found = []
    for mine in orders.values():
        closed = [move for move in mine if not move.opens]
        entries = {move.entry_id: move.traded for move in mine}
        if not closed or not sum(entries.values(), ZERO):  # nothing was closed, or it was all taken back
            continue
        trade = Trade(
            symbol=symbols.get(closed[0].instrument_id, closed[0].instrument_id),
            gain=sum((gains.get(entry, ZERO) for entry in entries), ZERO),
            held=held([_parcel(move) for move in closed]),
        )
        found.append(trade)
    return found


def traded(moves: Sequence[Moved]) -> tuple[Decimal, Decimal]:
    """Bought and sold, in money."""
    entries = {move.entry_id: move for move in moves if move.source.startswith("fill:")}
    bought = sum((move.traded for move in entries.values() if move.bought), ZERO)
    return bought, sum((move.traded for move in entries.values() if not move.bought), ZERO)


def _parcel(move: Moved) -> Parcel:
    return Parcel(
        quantity=abs(move.quantity), held=None if move.opened_at is None else max(move.at - move.opened_at, _NO_TIME)
    )


def _part(found: dict[str, Part], name: str) -> Part:
    return found.setdefault(name, Part())


def _worth(
    name: str, quantity: Decimal, prices: Mapping[str, Decimal | None], multipliers: Mapping[str, Decimal]
) -> Decimal | None:
    price = prices.get(name)
    if not quantity:
        return ZERO
    return None if price is None else quantity * price * multipliers.get(name, Decimal(1))


def _entries(lines: Sequence[Booked]) -> list[list[Booked]]:
    found: dict[str, list[Booked]] = {}
    for line in lines:
        found.setdefault(line.entry_id, []).append(line)
    return list(found.values())


def _whose(entry: Sequence[Booked]) -> str:
    held = next((line.unit for line in entry if line.ledger_account == "positions"), None)
    if held is not None:
        return held
    return next((words for line in entry if (words := APART.get(line.ledger_account))), OTHER)
