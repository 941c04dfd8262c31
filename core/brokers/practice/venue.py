"""What a practice exchange trades on: a tape, its companies, its hours, and what is usual for each name."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.brokers.practice.corporate import Companies
from core.costs.impact import Usual
from core.market.invented.lending import HARD_TO_BORROW
from core.market.invented.market import InventedMarket
from core.market.invented.names import usual_days
from core.market.sessions import Sessions
from core.market.tape import Tape


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """Handed over by whoever opens the workspace."""

    tape: Tape
    companies: Companies
    sessions: Sessions
    usual: Mapping[str, Usual]
    hard: Mapping[str, Decimal]  # to borrow: what lenders ask a year
    market: InventedMarket | None = None  # whose days can be chosen


def invented(seed: int) -> Venue:
    """The market that follows from a seed."""
    market = InventedMarket(seed=seed, sessions=Sessions())
    return Venue(
        tape=market,
        companies=market,
        sessions=market.sessions,
        usual=usual_days(),
        hard=HARD_TO_BORROW,
        market=market,
    )
