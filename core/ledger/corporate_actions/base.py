"""What every corporate action promises: what the broker says moved is booked to the last share and cent, and nothing else."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from decimal import Decimal

from core.domain.entry import Booking, Entry, Posting
from core.domain.instrument import Instrument
from core.domain.lot import Lot
from core.domain.money import ZERO, rounded
from core.domain.reading import Activity
from core.ledger.holding import difference
from core.ledger.lot_methods.base import LotMethod


class CorporateAction(ABC):
    """One verb. Members are frozen dataclasses, and named as brokers' activities are: the file's name is their kind."""

    @abstractmethod
    def apply(
        self,
        activity: Activity,
        lots: Sequence[Lot],
        *,
        account_id: str,
        instrument: Instrument,
        entry_id: str,
        method: LotMethod,
    ) -> Booking | None:
        """What it does to one holding. None = it does not fit what these books hold: something is missing in them.

        The entry's note tells it in plain words.
        """


def held(lots: Sequence[Lot]) -> Decimal:
    """All of them together."""
    return sum((lot.quantity for lot in lots), ZERO)


def settled(
    activity: Activity, before: Sequence[Lot], after: Sequence[Lot], words: str, *, account_id: str, entry_id: str
) -> Booking:
    """From these lots to those, and the activity's cash: whatever is between the two is the gain."""
    moves = difference(before, after)
    cost = sum((move.cost for move in moves), ZERO)
    value = rounded(activity.value)
    gain = value + cost
    money = {"cash": value, "income:realized": -gain}
    postings = [Posting.money(account_id, name, change, activity.currency) for name, change in money.items() if change]
    if moves:
        change = Posting.position(
            account_id,
            moves[0].instrument_id,
            quantity=sum((move.quantity for move in moves), ZERO),
            cost=cost,
            currency=moves[0].currency,
        )
        postings.insert(0, change)
    entry = Entry(
        id=entry_id,
        at=activity.at,
        source=f"activity:{account_id}:{activity.id}",
        postings=tuple(postings),
        note=words,
    )
    return Booking(entry=entry, lots=tuple(after), moves=moves, realized=gain)


def shown(number: Decimal) -> str:
    """1,200 and 0.5."""
    return f"{number.normalize():,f}"


def money(value: Decimal, currency: str) -> str:
    """1,250.00 USD."""
    return f"{abs(value):,.2f} {currency}"
