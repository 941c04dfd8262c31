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

    before = cash + sum((value_of(q, tapes[i].before, multipliers[i]) for i, q in began_with.items()), ZERO)
    worst, worst_at = before, began
    coming = [fill for fill in fills if fill.at <= until]
    prices = {i: known.before for i, known in tapes.items()}
    by_minute = {i: {m.ends: m.close for m in known.minutes} for i, known in tapes.items()}
    for at in sorted({*(ends for minutes in by_minute.values() for ends in minutes), until}):
        while coming and coming[0].at <= at:
            fill = coming.pop(0)
            quantities[fill.instrument_id] = quantities.get(fill.instrument_id, ZERO) + fill.side.sign * fill.quantity
            cash += _flow(fill, multipliers[fill.instrument_id])
        for i, minutes in by_minute.items():
            prices[i] = tapes[i].last if at == until else minutes.get(at, prices[i])
        value = cash + sum((value_of(q, prices[i], multipliers[i]) for i, q in quantities.items() if q), ZERO)
        if value < worst and (at < until or closed):
            worst, worst_at = value, at
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
