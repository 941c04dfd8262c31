"""The proof must notice every way a maintained table can go wrong."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from core.domain.lot import Position
from core.domain.order import Side
from core.ledger.booking import booked
from core.ledger.fold import Books, folded, proof
from core.ledger.lot_methods.fifo import Fifo
from tests.unit.ledger.make import START, fill

BUY, SELL = Side.BUY, Side.SELL


def story() -> tuple[Books, Books]:
    """Three trades, folded, and the tables as a person would work them out by hand."""
    first = booked(fill(BUY, "10", "100", "1", number=1), (), entry_id="e1", method=Fifo())
    second = booked(fill(BUY, "10", "110", number=2), first.lots, entry_id="e2", method=Fifo())
    third = booked(fill(SELL, "15", "120", number=3), second.lots, entry_id="e3", method=Fifo())
    everything = (first, second, third)
    fold = folded([p for b in everything for p in b.entry.postings], [m for b in everything for m in b.moves])
    held = Position(account_id="acc", instrument_id="NVDA", quantity=Decimal(5), cost=Decimal(550), currency="USD")
    balances = {
        ("acc", "cash", "USD"): Decimal(-301),
        ("acc", "expenses:fees", "USD"): Decimal(1),
        ("acc", "income:realized", "USD"): Decimal(-250),
        ("acc", "income:dividends", "USD"): Decimal(0),
    }
    return fold, Books(positions={("acc", "NVDA"): held}, balances=balances, lots={"e2": third.lots[0]})


def test_tables_that_say_what_the_entries_say_are_proved() -> None:
    assert proof(*story()) == []


def _position(books: Books) -> Books:
    wrong = replace(books.positions["acc", "NVDA"], quantity=Decimal("5.000000001"))
    return replace(books, positions={("acc", "NVDA"): wrong})


def _cost(books: Books) -> Books:
    wrong = replace(books.positions["acc", "NVDA"], cost=Decimal("549.999999"))
    return replace(books, positions={("acc", "NVDA"): wrong})


def _more(books: Books) -> Books:
    other = replace(books.positions["acc", "NVDA"], instrument_id="SPY")
    return replace(books, positions={**books.positions, ("acc", "SPY"): other})


def _cash(books: Books) -> Books:
    return replace(books, balances={**books.balances, ("acc", "cash", "USD"): Decimal("-300.999999")})


def _lot_day(books: Books) -> Books:
    return replace(books, lots={"e2": replace(books.lots["e2"], opened_at=START)})


def _lot_kept(books: Books) -> Books:
    return replace(books, lots={**books.lots, "e1": replace(books.lots["e2"], id="e1")})


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_position, "Nvidia in acc: the table says 5.000000001 at a cost of 550, the entries add up to 5 "),
        (_cost, "at a cost of 549.999999"),
        (_more, "the entries add up to 0 at a cost of 0"),
        (_cash, "cash in acc: the table says -300.999999 USD"),
        (_lot_day, "Lot e2 of Nvidia"),
        (_lot_kept, "its moves add up to nothing"),
        (lambda books: replace(books, positions={}), "the table says 0 at a cost of 0"),
        (lambda books: replace(books, balances={}), "the table says 0 USD"),
        (lambda books: replace(books, lots={}), "the table says nothing"),
    ],
)
def test_every_difference_is_told(spoil: Callable[[Books], Books], words: str) -> None:
    fold, maintained = story()
    said = proof(fold, spoil(maintained), lambda _: "Nvidia")
    assert any(words in sentence for sentence in said), said


def test_a_table_may_keep_rows_of_nothing() -> None:
    fold, maintained = story()
    empty = replace(maintained.lots["e2"], id="e1", quantity=Decimal(0), cost=Decimal(0))
    nothing: Any = {**maintained.lots, "e1": empty}
    assert proof(fold, replace(maintained, lots=nothing)) == []


def test_lots_and_entries_that_part_ways_are_told_even_if_the_tables_follow_them() -> None:
    fold, _ = story()
    less = replace(fold, lots={})
    assert any("the lots add up to 0" in sentence for sentence in proof(less, less))
    costly = replace(fold, lots={"e2": replace(fold.lots["e2"], quantity=Decimal(0))})
    assert any("closed but still carries" in sentence for sentence in proof(costly, costly))
    unbalanced = replace(fold, balances={("acc", "cash", "USD"): Decimal(-550) + Decimal("0.000001")})
    assert any("money appeared or vanished" in sentence for sentence in proof(unbalanced, unbalanced))
