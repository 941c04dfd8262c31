"""What every corporate action keeps, whichever are dropped into the folder."""

from dataclasses import replace
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.corporate_event import CorporateEvent, EventKind
from core.domain.entry import Booking
from core.domain.instrument import Instrument
from core.domain.lot import Lot
from core.domain.money import ZERO, value_of
from core.domain.reading import Activity
from core.ledger.corporate_actions import CORPORATE_ACTIONS
from core.ledger.fold import folded, proof
from core.ledger.lot_methods.fifo import Fifo
from tests.unit.ledger.make import START, lot

NAMES: Final = list(CORPORATE_ACTIONS)
D = Decimal
DAY = date(2026, 11, 23)
CASH = D("0.24")
RATIOS = [D(2), D(3), D("1.5"), D(10), D("0.1"), D("0.25"), D(20)]


def event(kind: str, **more: Any) -> CorporateEvent:
    name = f"{kind}-NVDA-{DAY}"
    return CorporateEvent(id=name, kind=EventKind(kind), instrument_id="NVDA", announced=DAY, effective=DAY, **more)


def told(kind: str, quantity: Decimal, scale: int, ratio: Decimal) -> Activity:
    """What a broker says that held so much."""
    changed, value, more = ZERO, ZERO, {}
    match kind:
        case "dividend":
            value, more = value_of(quantity, CASH), {"cash": CASH, "record_day": DAY, "pay_day": DAY}
        case "split":
            after = (quantity * ratio).quantize(D(1).scaleb(-scale), ROUND_DOWN)
            changed, value, more = after - quantity, value_of(quantity * ratio - after, D("31.7")), {"ratio": ratio}
        case "cash_merger":
            changed, value, more = -quantity, value_of(quantity, D("12.5")), {"cash": D("12.5")}
        case "symbol_change":
            more = {"symbol": "NVDB"}
    return Activity(
        id=f"{kind}-NVDA-{DAY}-1",
        kind=kind,
        currency="USD",
        value=value,
        at=START,
        instrument_id="NVDA",
        quantity=changed,
        event=event(kind, **more),
    )


def apply(activity: Activity, lots: list[Lot], scale: int = 9) -> Booking | None:
    return CORPORATE_ACTIONS[activity.kind]().apply(
        activity,
        lots,
        account_id="acc",
        instrument=Instrument(id="NVDA", symbol="NVDA", name="Nvidia", listing="XSIM", scale=scale),
        entry_id="e1",
        method=Fifo(),
    )


def held(lots: list[Lot] | tuple[Lot, ...]) -> tuple[Decimal, Decimal]:
    return sum((x.quantity for x in lots), ZERO), sum((x.cost for x in lots), ZERO)


@st.composite
def holdings(draw: st.DrawFn) -> tuple[list[Lot], int]:
    """Long lots and the decimals their quantity may have."""
    scale = draw(st.sampled_from([0, 9]))
    least = "1" if not scale else "0.000000001"
    sizes = draw(st.lists(st.decimals(least, "90000", places=scale), min_size=1, max_size=6))
    return [lot(f"l{n}", size, draw(st.decimals("0", "90000", places=6))) for n, size in enumerate(sizes)], scale


def mirror(lots: list[Lot]) -> list[Lot]:
    return [replace(x, quantity=-x.quantity, cost=-x.cost) for x in lots]


@pytest.mark.parametrize("name", NAMES)
@given(holding=holdings(), ratio=st.sampled_from(RATIOS))
def test_quantity_and_value_are_what_the_broker_says_to_the_last_share_and_cent(
    name: str, holding: tuple[list[Lot], int], ratio: Decimal
) -> None:
    lots, scale = holding
    activity = told(name, held(lots)[0], scale, ratio)
    booking = apply(activity, lots, scale)
    assert booking is not None
    quantity, cost = held(lots)
    assert held(booking.lots)[0] == quantity + activity.quantity
    assert held(booking.lots)[1] == cost + sum((m.cost for m in booking.moves), ZERO)
    cash = [p.cost for p in booking.entry.postings if p.ledger_account == "cash"]
    assert sum(cash, ZERO) == activity.value
    assert sum((m.quantity for m in booking.moves), ZERO) == activity.quantity
    assert booking.entry.source == f"activity:acc:{activity.id}", "the same for ever"
    assert booking.entry.note.startswith("Nv" if name == "symbol_change" else "NVDA")
    assert all(x.quantity * quantity > 0 for x in booking.lots)
    assert {x.id: x.opened_at for x in booking.lots}.items() <= {x.id: x.opened_at for x in lots}.items()
    opening = [x.move(x.quantity, x.cost) for x in lots]
    fold = folded(booking.entry.postings, (*opening, *booking.moves))
    assert fold.lots == {x.id: x for x in booking.lots}
    assert not [line for line in proof(fold, fold) if line.startswith("Lot")]


@pytest.mark.parametrize("name", NAMES)
@given(holding=holdings(), ratio=st.sampled_from(RATIOS))
def test_a_short_holding_is_the_mirror_of_a_long_one(name: str, holding: tuple[list[Lot], int], ratio: Decimal) -> None:
    lots, scale = holding
    long = apply(told(name, held(lots)[0], scale, ratio), lots, scale)
    short = apply(told(name, -held(lots)[0], scale, ratio), mirror(lots), scale)
    assert long is not None
    assert short is not None
    assert list(short.lots) == mirror(list(long.lots))
    assert short.realized == -long.realized
    assert [(m.quantity, m.cost) for m in short.moves] == [(-m.quantity, -m.cost) for m in long.moves]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("dividend", "symbol_change")])
def test_what_does_not_fit_the_books_is_not_booked(name: str) -> None:
    lots = [lot("l1", "100", "5000")]
    assert apply(told(name, D(110), 9, D(2)), lots) is None
    assert apply(told(name, D(-100), 9, D(2)), lots) is None
    assert apply(told(name, D(100), 9, D(2)), []) is None


def test_a_split_scales_lots_and_leaves_cost_and_day() -> None:
    lots = [lot("l1", "1", "100"), lot("l2", "2", "260"), lot("l3", "4", "10")]
    booking = apply(told("split", D(7), 9, D("1.5")), lots)
    assert booking is not None
    assert [(x.quantity, x.cost) for x in booking.lots] == [(D("1.5"), D(100)), (D(3), D(260)), (D(6), D(10))]
    assert (booking.realized, len(booking.entry.postings)) == (ZERO, 1)
    assert booking.entry.note == "NVDA split 1.5 for 1: 7 became 10.5."


def test_a_fraction_paid_out_is_a_sale_of_it_at_that_value() -> None:
    lots = [lot("l1", "3", "300"), lot("l2", "12", "600")]
    booking = apply(told("split", D(15), 0, D("0.1")), lots, 0)  # 1.5 became 1, and 15.85 for the half
    assert booking is not None
    assert [(x.id, x.quantity, x.cost) for x in booking.lots] == [("l2", D("1.0"), D(500))]
    assert booking.realized == D("15.85") - 300 - 100
    assert booking.entry.note == "NVDA split 1 for 10: 15 became 1, and 15.85 USD for the fraction."


def test_lots_too_small_for_the_last_place_leave_their_cost_to_a_neighbour() -> None:
    lots = [lot("l1", "0.000000004", "1"), lot("l2", "1", "10"), lot("l3", "0.000000003", "2")]
    booking = apply(told("split", held(lots)[0], 9, D("0.1")), lots)
    assert booking is not None
    assert [(x.id, x.quantity, x.cost) for x in booking.lots] == [("l2", D("0.100000000"), D(13))]


def test_a_purchase_of_the_company_realises_the_gain() -> None:
    booking = apply(told("cash_merger", D(100), 9, D(2)), [lot("l1", "100", "900")])
    assert booking is not None
    assert (booking.lots, booking.realized) == ((), D(350))
    assert booking.entry.note == "NVDA was bought for 12.5 a share: 100 shares came to 1,250.00 USD. It trades no more."


@pytest.mark.parametrize(
    ("quantity", "account", "words"),
    [
        ("100", "income:dividends", "NVDA dividend, 0.24 a share: 24.00 USD came."),
        ("-100", "expenses:dividends_paid", "NVDA dividend, 0.24 a share: 24.00 USD went, owed on a short position."),
    ],
)
def test_a_dividend_is_income_to_who_is_long_and_an_expense_to_who_is_short(
    quantity: str, account: str, words: str
) -> None:
    booking = apply(told("dividend", D(quantity), 9, D(2)), [])  # sold since, and paid all the same
    assert booking is not None
    assert {p.ledger_account for p in booking.entry.postings} == {"cash", account}
    assert booking.entry.note == words
