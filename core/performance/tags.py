"""What each strategy brought. What closes counts for the order that opened, so that no button has to know of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from core.domain.equity import Booked, Moved
from core.domain.money import ZERO, rounded


@dataclass(slots=True, kw_only=True)
class Tagged:
    """All trades of one tag; of none, where its name is empty."""

    realised: Decimal = ZERO  # before fees
    fees: Decimal = ZERO
    trades: int = 0
    won: int = 0

    @property
    def gain(self) -> Decimal:
        return self.realised - self.fees


@dataclass(slots=True)
class _Piece:
    """What one order did for one tag."""

    realised: Decimal = ZERO
    fees: Decimal = ZERO
    closes: bool = False


def by_tag(lines: Sequence[Booked], moves: Sequence[Moved]) -> dict[str, Tagged]:
    """By the tag of the order that opened what was closed; where that has none, of the order that closed it."""
    realised, fees = _sums(lines, "income:realized"), _sums(lines, "expenses:fees")
    pieces: dict[tuple[str, str], _Piece] = defaultdict(_Piece)
    standing: dict[str, Decimal] = defaultdict(Decimal)  # 0 = it was all taken back
    for entry_id, each in groupby((m for m in moves if m.source.startswith("fill:")), key=lambda move: move.entry_id):
        entry = list(each)
        order = entry[0].client_id or entry_id
        standing[order] += entry[0].traded
        closed = [move for move in entry if not move.opens]
        came = -realised.get(entry_id, ZERO) - sum((move.cost for move in closed), ZERO)  # for all that was closed
        for move, part in zip(closed, _split(came, closed), strict=True):
            piece = pieces[order, _whose(move)]
            piece.realised += part + move.cost
            piece.closes = True
        for move, part in zip(entry, _split(fees.get(entry_id, ZERO), entry), strict=True):
            pieces[order, _whose(move)].fees += part
    found: dict[str, Tagged] = {}
    for (order, tag), piece in pieces.items():
        tagged = found.setdefault(tag, Tagged())
        tagged.realised += piece.realised
        tagged.fees += piece.fees
        if piece.closes and standing[order]:
            tagged.trades += 1
            tagged.won += piece.realised > piece.fees
    return found


def _whose(move: Moved) -> str:
    return move.strategy if move.opens else move.opened_with or move.strategy


def _sums(lines: Iterable[Booked], name: str) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.ledger_account == name:
            found[line.entry_id] += line.value
    return found


def _split(value: Decimal, moves: Sequence[Moved]) -> list[Decimal]:
    """By size, to the last micro-dollar."""
    size, left, parts = sum((abs(move.quantity) for move in moves), ZERO), value, []
    for move in moves[:-1]:
        part = rounded(value * abs(move.quantity) / size)
        parts.append(part)
        left -= part
    return [*parts, left] if moves else []
