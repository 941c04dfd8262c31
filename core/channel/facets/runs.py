"""Runs: practice accounts with their terms, the one in use and those that have ended; and starting again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class TermView:
    """One term of a practice account, as a person reads and types it."""

    name: str
    title: str
    unit: str  # "USD", "% a year"; empty for a word
    phrase: str  # what it does
    value: str
    default: str
    bounds: str  # "from 1 to 4"
    choices: tuple[str, ...] = ()  # words to choose from; empty = a number


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """One practice account from its beginning to its end."""

    account_id: str
    name: str  # "Run 1"
    begun_at: datetime | None  # market time; None = not known
    ended_at: datetime | None  # market time; None = in use
    seed: int  # which market
    terms: tuple[TermView, ...]
    starting_cash: Decimal
    added: Decimal  # practice cash added since, less what was taken out: no gain
    value: Decimal | None  # at its end, or now; None = not known
    currency: str


class Runs(Protocol):
    """Only in a practice workspace."""

    def all(self) -> tuple[RunView, ...]:
        """Every run, in the order they were begun; the last one is in use."""
        ...

    def begin(self, terms: Mapping[str, str], other_market: bool, request: str, sample: bool = False) -> None:
        """End the run in use and begin another, on terms as they were typed; what is not given stays as it is.

        With a sample it has two months of plain investing behind it, which count for nothing. Its open orders are cancelled first. The engine ends and comes up again. The same request, however often it is
        made, is one run.
        """
        ...
