"""What a fill does to the books, against arithmetic done apart from the code."""

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.entry import Booking, Entry, Posting
from core.domain.errors import LedgerUnbalanced
from core.domain.fill import Fill
from core.domain.order import Side
from core.ledger.booking import booked
from core.ledger.lot_methods.fifo import Fifo
from tests.unit.ledger.make import START, bust, fill, lot

BUY, SELL = Side.BUY, Side.SELL
FIFO = Fifo()


def on(booking: Booking, ledger_account: str) -> Decimal:
    return sum((p.cost for p in booking.entry.postings if p.ledger_account == ledger_account), Decimal(0))


def book_all(fills: list[Fill], multiplier: Decimal = Decimal(1)) -> list[Booking]:
    bookings: list[Booking] = []
    for number, one in enumerate(fills):
        lots = bookings[-1].lots if bookings else ()
        bookings.append(booked(one, lots, entry_id=f"e{number:04}", method=FIFO, multiplier=multiplier))
    return bookings


def test_a_purchase_costs_its_value_and_the_fee_is_an_expense() -> None:
    booking = booked(fill(BUY, "40", "182.50", "0.35"), (), entry_id="e1", method=FIFO)
    assert on(booking, "positions") == Decimal("7300")
    assert on(booking, "cash") == Decimal("-7300.35")
    assert on(booking, "expenses:fees") == Decimal("0.35")
    assert booking.lots == (lot("e1", "40", "7300", fill(BUY, "1", "1").at),)
    assert booking.realized == 0


def test_a_sale_removes_the_oldest_lot_at_cost_and_the_rest_is_income() -> None:
    lots = book_all([fill(BUY, "10", "100", number=1), fill(BUY, "10", "110", number=2)])[-1].lots
    booking = booked(fill(SELL, "15", "120", "1", number=3), lots, entry_id="e3", method=FIFO)
    assert on(booking, "positions") == Decimal("-1550")
    assert on(booking, "cash") == Decimal("1799")
    assert on(booking, "income:realized") == Decimal("-250")
    assert booking.realized == Decimal("250")
    assert [(x.quantity, x.cost) for x in booking.lots] == [(Decimal(5), Decimal(550))]


def test_story_2_a_short_gains_when_the_price_falls_and_loses_when_it_rises() -> None:
    short = booked(fill(SELL, "100", "50"), (), entry_id="e1", method=FIFO)
    assert [(x.quantity, x.cost) for x in short.lots] == [(Decimal(-100), Decimal(-5000))]
    assert on(short, "cash") == Decimal(5000)
    assert booked(fill(BUY, "100", "40"), short.lots, entry_id="e2", method=FIFO).realized == Decimal(1000)
    assert booked(fill(BUY, "100", "65"), short.lots, entry_id="e2", method=FIFO).realized == Decimal(-1500)


def test_a_trade_across_zero_closes_one_side_and_opens_the_other() -> None:
    lots = (lot("e1", "10", "1000"),)
    booking = booked(fill(SELL, "25", "90", "2"), lots, entry_id="e2", method=FIFO)
    assert [(x.id, x.quantity, x.cost) for x in booking.lots] == [("e2", Decimal(-15), Decimal(-1350))]
    assert booking.realized == Decimal(-100)
    assert on(booking, "cash") == Decimal(2248)


def test_story_24_fractions_sold_to_the_last_leave_exactly_nothing() -> None:
    fills = [fill(BUY, "0.1", "33.33", number=n) for n in range(3)]
    fills += [fill(SELL, "0.3", "33.34", number=9)]
    last = book_all(fills)[-1]
    assert last.lots == ()
    assert sum(m.quantity for m in last.moves) == Decimal("-0.3")


def test_an_option_contract_counts_its_multiplier() -> None:
    booking = booked(fill(BUY, "1", "2.50"), (), entry_id="e1", method=FIFO, multiplier=Decimal(100))
    assert on(booking, "positions") == Decimal(250)


def test_a_contract_turned_around_counts_its_multiplier_on_both_sides() -> None:
    booking = booked(
        fill(SELL, "3", "2"), (lot("e1", "1", "250"),), entry_id="e2", method=FIFO, multiplier=Decimal(100)
    )
    assert [(x.quantity, x.cost) for x in booking.lots] == [(Decimal(-2), Decimal(-400))]
    assert booking.realized == Decimal(-50)


def test_a_fee_finer_than_a_millionth_is_rounded_once() -> None:
    booking = booked(fill(SELL, "1", "10", "0.0000278"), (), entry_id="e1", method=FIFO)
    assert on(booking, "expenses:fees") == Decimal("0.000028")
    assert on(booking, "cash") == Decimal("9.999972")


def test_a_rebate_is_a_fee_with_the_other_sign() -> None:
    booking = booked(fill(BUY, "1", "10", "-0.0025"), (), entry_id="e1", method=FIFO)
    assert on(booking, "cash") == Decimal("-9.9975")
    assert on(booking, "expenses:fees") == Decimal("-0.0025")


def test_a_bust_is_never_booked_as_a_trade() -> None:
    with pytest.raises(ValueError, match="takes back"):
        booked(bust("x0001"), (), entry_id="e1", method=FIFO)


@pytest.mark.parametrize("cost", ["0.0000001", "100.0000001", "NaN", "Infinity"])
def test_an_entry_takes_only_whole_millionths(cost: str) -> None:
    postings = tuple(Posting.money("acc", "cash", value, "USD") for value in (Decimal(cost), -Decimal(cost)))
    with pytest.raises(LedgerUnbalanced, match="whole number of millionths"):
        Entry(id="e", at=START, source="test", postings=postings)


def test_how_many_zeros_a_number_is_written_with_does_not_matter() -> None:
    postings = tuple(Posting.money("acc", "cash", Decimal(cost), "USD") for cost in ("1E+2", "-99.5", "-0.50000000"))
    Entry(id="e", at=START, source="test", postings=postings)


@pytest.mark.parametrize(
    "lines", [{"USD": "1"}, {"USD": "-1"}, {"USD": "1", "EUR": "-1"}, {"USD": "0", "EUR": "0.000001"}]
)
def test_an_entry_balances_in_every_currency_apart(lines: dict[str, str]) -> None:
    postings = tuple(Posting.money("acc", "cash", Decimal(value), currency) for currency, value in lines.items())
    with pytest.raises(LedgerUnbalanced, match="postings differ by"):
        Entry(id="e", at=START, source="test", postings=postings)


quantities = st.one_of(
    st.integers(1, 500).map(Decimal),
    st.decimals("0.000000001", "300", places=9),
    st.sampled_from([Decimal("0.333333333"), Decimal("0.1"), Decimal(100)]),
)
prices = st.decimals("0.0001", "5000", places=4)
fees = st.one_of(st.just(Decimal(0)), st.decimals("-1", "20", places=6))


@st.composite
def stories(draw: st.DrawFn) -> list[Fill]:
    """Any trades in any order, sometimes exactly flattening what is held."""
    fills: list[Fill] = []
    held = Decimal(0)
    for number in range(draw(st.integers(1, 25))):
        if held and draw(st.booleans()):
            side, quantity = (SELL if held > 0 else BUY), abs(held)
        else:
            side, quantity = draw(st.sampled_from([BUY, SELL])), draw(quantities)
        held += quantity * side.sign
        fills.append(fill(side, quantity, draw(prices), draw(fees), number=number))
    return fills


@given(fills=stories(), multiplier=st.sampled_from([Decimal(1), Decimal(100)]))
def test_whatever_trades_nothing_appears_or_vanishes(fills: list[Fill], multiplier: Decimal) -> None:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    held = Decimal(0)
    for one, booking in zip(fills, book_all(fills, multiplier), strict=True):
        held += one.quantity if one.side is BUY else -one.quantity
        for posting in booking.entry.postings:
            sums[posting.ledger_account] += posting.cost
        lots = booking.lots
        assert sum((x.quantity for x in lots), Decimal(0)) == held
        assert sum((x.cost for x in lots), Decimal(0)) == sums["positions"]
        assert len({x.quantity > 0 for x in lots} | {x.cost >= 0 for x in lots if x.cost}) <= 1
        assert sum(sums.values()) == 0
        if held == 0:
            assert lots == ()
            assert sums["positions"] == 0


@given(fills=stories())
def test_gains_are_those_of_a_plain_first_in_first_out_queue(fills: list[Fill]) -> None:
    """The same story told by an exact queue of shares; a booked gain differs by rounding only."""
    queue: list[list[Fraction]] = []  # signed quantity, price
    cash = realized = Fraction(0)
    for one in fills:
        left = Fraction(one.quantity) * one.side.sign
        cash -= left * Fraction(one.price) + Fraction(one.fee)
        while left and queue and (queue[0][0] > 0) is not (left > 0):
            part = min(abs(left), abs(queue[0][0]))
            sign = 1 if queue[0][0] > 0 else -1
            realized += sign * part * (Fraction(one.price) - queue[0][1])
            queue[0][0] -= sign * part
            left += sign * part
            if not queue[0][0]:
                queue.pop(0)
        if left:
            queue.append([left, Fraction(one.price)])
    bookings = book_all(fills)
    rounding = Fraction(len(fills) ** 2 + 1, 1_000_000)
    assert [Fraction(x.quantity) for x in bookings[-1].lots] == [q for q, _ in queue]
    assert abs(sum(Fraction(b.realized) for b in bookings) - realized) <= rounding
    assert abs(sum(Fraction(on(b, "cash")) for b in bookings) - cash) <= rounding


@given(fills=stories())
def test_buys_and_sells_mirror(fills: list[Fill]) -> None:
    mirrored = [
        fill(one.side.other, one.quantity, one.price, one.fee, number=number) for number, one in enumerate(fills)
    ]
    for ours, theirs in zip(book_all(fills), book_all(mirrored), strict=True):
        assert ours.realized == -theirs.realized
        assert [(x.quantity, x.cost) for x in ours.lots] == [(-x.quantity, -x.cost) for x in theirs.lots]
