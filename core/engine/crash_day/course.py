"""What an account was worth in the course of a session, told backwards from its books as they stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.domain.fill import Fill
from core.domain.money import ZERO, rounded, value_of
from core.engine.crash_day.story import Story
from core.engine.crash_day.tape import Tape

Holding = dict[str, Decimal]  # shares by instrument


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Money that was paid in or out meanwhile is no gain and no loss, and left out."""

    before: Decimal
    worst: Decimal
    worst_at: datetime
    after: Decimal
    began_with: Holding
    ended_with: Holding


def course(
    held: Mapping[str, Decimal],
    cash: Decimal,
    story: Story,
    tapes: Mapping[str, Tape],
    multipliers: Mapping[str, Decimal],
    began: datetime,
    until: datetime,
    *,
    closed: bool,
) -> Course:
    """From what is held now, what traded and what moved since. A worst point is the end of a minute, so that it stays one."""
    fills = [fill for fill, _ in story.fills]
    quantities = dict(held)
    for fill in fills:
        quantities[fill.instrument_id] = quantities.get(fill.instrument_id, ZERO) - fill.side.sign * fill.quantity
        cash -= _flow(fill, multipliers[fill.instrument_id])
    cash -= sum((value for _, value in story.moved), ZERO)
    began_with = {i: quantity for i, quantity in quantities.items() if quantity}

    prices = {i: known.before for i, known in tapes.items()}
    by_minute = {i: {m.ends: m.close for m in known.minutes} for i, known in tapes.items()}
    coming = [fill for fill in fills if fill.at <= until]

    def take(at: datetime) -> Decimal:
        """Money that moved with the shares up to then."""
        moved = ZERO
        while coming and coming[0].at <= at:
            fill = coming.pop(0)
            quantities[fill.instrument_id] = quantities.get(fill.instrument_id, ZERO) + fill.side.sign * fill.quantity
            moved += _flow(fill, multipliers[fill.instrument_id])
        return moved

    def worth() -> Decimal:
        return cash + sum((value_of(q, prices[i], multipliers[i]) for i, q in quantities.items() if q), ZERO)

    before = worst = worth()
    worst_at = began
    for at in sorted({ends for minutes in by_minute.values() for ends in minutes}):
        cash += take(at)
        prices |= {i: minutes[at] for i, minutes in by_minute.items() if at in minutes}
        if worth() < worst:
            worst, worst_at = worth(), at
    cash += take(until)
    prices = {i: known.last for i, known in tapes.items()}
    value = worth()
    if closed and value < worst:
        worst, worst_at = value, until
    return Course(
        before=rounded(before),
        worst=rounded(worst),
        worst_at=worst_at,
        after=rounded(value),
        began_with=began_with,
        ended_with={i: quantity for i, quantity in quantities.items() if quantity},
    )


def _flow(fill: Fill, multiplier: Decimal) -> Decimal:
    """Cash in or out."""
    return -fill.side.sign * value_of(fill.quantity, fill.price, multiplier) - fill.fee
