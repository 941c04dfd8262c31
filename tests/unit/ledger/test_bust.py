"""A trade the broker takes back: afterwards the books are as if it had never been, and nothing was edited."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.corporate_event import CorporateEvent, EventKind
from core.domain.entry import Booking
from core.domain.errors import LedgerUnbalanced
from core.domain.fill import Fill
from core.domain.instrument import Instrument
from core.domain.lot import Lot
from core.domain.order import Side
from core.domain.reading import Activity
from core.ledger.adjustment import adjusted
from core.ledger.booking import booked
from core.ledger.bust import busted
from core.ledger.corporate_actions.split import Split
from core.ledger.fold import Books, folded, proof
from core.ledger.late import applied
from core.ledger.lot_methods.fifo import Fifo
from core.ledger.opening import Holding, opening
from core.ledger.retelling import Past
from tests.unit.ledger.make import START, bust, fill

BUY, SELL = Side.BUY, Side.SELL
FIFO = Fifo()
DAY = date(2026, 11, 20)
Trade = tuple[Side, Decimal, Decimal, Decimal]
NVDA = Instrument(id="NVDA", symbol="NVDA", name="Nvidia", listing="XSIM")


class Story:
    """One holding, event after event, with its lots carried on."""

    def __init__(self) -> None:
        self.past: list[Past] = []
        self.bookings: list[Booking] = []
        self.lots: tuple[Lot, ...] = ()

    def keep(self, booking: Booking, of: Fill | None) -> Booking:
        self.past.append(Past(entry_id=booking.entry.id, at=booking.entry.at, fill=of, moves=booking.moves))
        self.bookings.append(booking)
        self.lots = booking.lots
        return booking

    def trade(self, one: Fill) -> Booking:
        entry_id = f"e{one.execution_id}"
        return self.keep(booked(one, self.lots, entry_id=entry_id, method=FIFO), one)

    def take_back(self, execution_id: str, number: int = 900) -> Booking:
        one = bust(execution_id, number=number)
        booking = busted(one, self.past, self.lots, entry_id=f"e{one.execution_id}", method=FIFO)
        assert booking is not None
        return self.keep(booking, one)

    def adjust(self, quantity: str | Decimal, cost: str = "5") -> Booking:
        booking = adjusted(
            self.lots,
            Decimal(quantity),
            account_id="acc",
            instrument=NVDA,
            cost=Decimal(cost),
            opened_at=None,
            reason="as the broker says",
            entry_id=f"adj{len(self.past)}",
            at=START,
            method=FIFO,
        )
        return self.keep(booking, None)

    def split(self, change: str, *, at: datetime) -> Booking:
        """Two for one, told when it is told."""
        event = CorporateEvent(
            id="s", kind=EventKind.SPLIT, instrument_id="NVDA", announced=DAY, effective=DAY, ratio=Decimal(2)
        )
        told = Activity(
            id="s1",
            kind="split",
            currency="USD",
            value=Decimal(0),
            at=at,
            instrument_id="NVDA",
            quantity=Decimal(change),
            event=event,
        )
        booking = applied(
            Split(), told, self.past, self.lots, account_id="acc", instrument=NVDA, entry_id="esplit", method=FIFO
        )
        assert booking is not None
        self.keep(booking, None)
        self.past[-1] = replace(self.past[-1], action=True)
        return booking

    def sums(self) -> dict[str, Decimal]:
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for booking in self.bookings:
            for posting in booking.entry.postings:
                sums[posting.ledger_account] += posting.cost
        return {name: value for name, value in sums.items() if value}


def told(fills: Sequence[Fill]) -> Story:
    story = Story()
    for one in fills:
        story.trade(one)
    return story


def test_a_purchase_taken_back_leaves_nothing() -> None:
    story = told([fill(BUY, "100", "10", "1", number=1)])
    booking = story.take_back("x0001")
    assert story.lots == ()
    assert story.sums() == {}
    assert booking.entry.id != story.bookings[0].entry.id


def test_a_purchase_sold_since_and_then_taken_back_leaves_a_short_at_the_selling_price() -> None:
    story = told([fill(BUY, "100", "10", number=1), fill(SELL, "100", "12", number=2)])
    booking = story.take_back("x0001")
    assert [(x.id, x.quantity, x.cost) for x in story.lots] == [("ex0002", Decimal(-100), Decimal(-1200))]
    assert booking.realized == Decimal(-200)
    assert story.sums() == {"positions": Decimal(-1200), "cash": Decimal(1200)}


def test_a_sale_taken_back_puts_the_same_lot_back() -> None:
    story = told([fill(BUY, "100", "10", number=1), fill(SELL, "40", "12", "1", number=2)])
    before = told([fill(BUY, "100", "10", number=1)])
    booking = story.take_back("x0002")
    assert story.lots == before.lots
    assert story.sums() == before.sums()
    assert booking.realized == Decimal(-80)


def test_later_sales_take_other_lots_once_the_first_purchase_is_gone() -> None:
    fills = [fill(BUY, "10", "10", number=1), fill(BUY, "10", "20", number=2), fill(SELL, "10", "25", number=3)]
    story = told(fills)
    story.take_back("x0001")
    assert story.lots == ()
    assert story.sums() == {"cash": Decimal(50), "income:realized": Decimal(-50)}


def test_a_correction_is_a_bust_and_a_new_fill() -> None:
    story = told([fill(BUY, "100", "10", number=1)])
    story.take_back("x0001")
    story.trade(fill(BUY, "90", "10", number=2))
    assert story.sums() == {"positions": Decimal(900), "cash": Decimal(-900)}


def test_there_is_nothing_to_reverse_twice_nor_what_was_never_booked() -> None:
    story = told([fill(BUY, "100", "10", number=1), fill(BUY, "5", "10", number=2)])
    story.take_back("x0001")
    for execution_id in ("x0001", "x0777"):
        one = bust(execution_id, number=901)
        assert busted(one, story.past, story.lots, entry_id="again", method=FIFO) is None


def test_lots_that_do_not_follow_from_the_history_are_refused() -> None:
    story = told([fill(BUY, "100", "10", number=1)])
    story.lots = ()
    with pytest.raises(LedgerUnbalanced, match="run the doctor"):
        story.take_back("x0001")


def test_an_opening_stays_and_an_adjustment_keeps_its_own_account() -> None:
    story = Story()
    holding = Holding(
        instrument_id="NVDA", symbol="NVDA", quantity=Decimal(10), cost=Decimal(100), currency="USD", opened_at=None
    )
    story.keep(opening([holding], {}, account_id="acc", entry_id="open", at=START), None)
    story.trade(fill(BUY, "10", "20", number=1))
    story.adjust("15")
    story.take_back("x0001")
    assert [(x.id, x.quantity, x.cost) for x in story.lots] == [("open:0001", Decimal(5), Decimal(50))]
    assert story.sums() == {
        "positions": Decimal(50),
        "equity:opening": Decimal(-100),
        "equity:adjustments": Decimal(50),
    }


def test_an_adjustment_that_finds_nothing_left_goes_short_at_the_cost_booked_with_it() -> None:
    story = told([fill(BUY, "10", "10", number=1)])
    story.adjust("0")
    story.take_back("x0001")
    assert [(x.quantity, x.cost) for x in story.lots] == [(Decimal(-10), Decimal(-100))]
    assert story.sums() == {"positions": Decimal(-100), "equity:adjustments": Decimal(100)}


def test_an_adjustment_that_finds_less_to_close_goes_short_for_the_rest() -> None:
    story = told([fill(BUY, "10", "10", number=1), fill(BUY, "5", "20", number=2)])
    story.adjust("0")
    story.take_back("x0001")
    assert [(x.quantity, x.cost) for x in story.lots] == [(Decimal(-5), Decimal(-50)), (Decimal(-5), Decimal(-100))]
    assert story.sums() == {
        "positions": Decimal(-150),
        "cash": Decimal(-100),
        "equity:adjustments": Decimal(250),
    }


def test_lots_told_again_never_share_a_name() -> None:
    story = told([fill(BUY, "10", "10", number=1)])
    story.adjust("5")
    story.adjust("0")
    story.take_back("x0001")
    assert [x.quantity for x in story.lots] == [Decimal(-5), Decimal(-5)]
    assert len({x.id for x in story.lots} - {"ex0001"}) == 2


trades = st.tuples(
    st.sampled_from([BUY, SELL]),
    st.one_of(st.integers(1, 9).map(Decimal), st.decimals("0.000000001", "9", places=9)),
    st.decimals("0.01", "99", places=2),
    st.decimals("0", "2", places=6),
)


@given(data=st.data(), told_trades=st.lists(trades, min_size=1, max_size=9))
def test_the_books_end_as_if_it_had_never_been(data: st.DataObject, told_trades: list[Trade]) -> None:
    fills = [fill(side, q, p, f, number=n) for n, (side, q, p, f) in enumerate(told_trades)]
    gone = data.draw(st.sets(st.sampled_from(fills).map(lambda f: f.execution_id)))
    asked = data.draw(st.permutations(sorted(gone)))
    at = data.draw(st.integers(0, len(fills)))
    story = Story()
    later = set(asked)
    for number, one in enumerate(fills):
        story.trade(one)
        if number >= at:
            for execution_id in [
                x for x in asked if x in later and any(p.fill and p.fill.execution_id == x for p in story.past)
            ]:
                later.discard(execution_id)
                story.take_back(execution_id, number=800 + len(later))
    for execution_id in later:
        story.take_back(execution_id, number=700 + int(execution_id[1:]))
    without = told([one for one in fills if one.execution_id not in gone])
    assert {x.id: x for x in story.lots} == {x.id: x for x in without.lots}
    assert story.sums() == without.sums()
    assert sum((b.realized for b in story.bookings), Decimal(0)) == sum(
        (b.realized for b in without.bookings), Decimal(0)
    )
    fold = folded([p for b in story.bookings for p in b.entry.postings], [m for b in story.bookings for m in b.moves])
    maintained = Books(positions=fold.positions, balances=fold.balances, lots={x.id: x for x in story.lots})
    assert proof(fold, maintained) == []


events = st.lists(st.one_of(trades, st.integers(-9, 9).map(Decimal)), min_size=1, max_size=10)


@given(told_events=events, data=st.data())
def test_busts_among_adjustments_stay_balanced_and_reach_the_right_quantity(
    told_events: list[Trade | Decimal], data: st.DataObject
) -> None:
    story = Story()
    held = Decimal(0)
    fills: list[Fill] = []
    for number, event in enumerate(told_events):
        if isinstance(event, Decimal):
            if event != held:
                story.adjust(event)
                held = event
            continue
        side, quantity, price, fee = event
        fills.append(fill(side, quantity, price, fee, number=number))
        story.trade(fills[-1])
        held += quantity * side.sign
    for number, one in enumerate(
        data.draw(st.lists(st.sampled_from(fills), unique_by=lambda f: f.execution_id)) if fills else []
    ):
        story.take_back(one.execution_id, number=500 + number)
        held -= one.quantity * one.side.sign
        assert sum((x.quantity for x in story.lots), Decimal(0)) == held
        assert sum((x.cost for x in story.lots), Decimal(0)) == story.sums().get("positions", Decimal(0))
        assert len({x.id for x in story.lots}) == len(story.lots)
    fold = folded([p for b in story.bookings for p in b.entry.postings], [m for b in story.bookings for m in b.moves])
    maintained = Books(positions=fold.positions, balances=fold.balances, lots={x.id: x for x in story.lots})
    assert proof(fold, maintained) == []


@pytest.mark.parametrize("late", [False, True])
def test_what_traded_after_a_split_can_be_taken_back(late: bool) -> None:
    story = Story()
    story.trade(fill(Side.BUY, "100", "50", number=1))
    if not late:
        story.split("100", at=START + timedelta(minutes=2))
    story.trade(fill(Side.SELL, "150", "26", number=3))
    if late:
        story.split("100", at=START + timedelta(minutes=2))
    assert [(x.quantity, x.cost) for x in story.lots] == [(Decimal(50), Decimal(1250))]
    assert story.sums()["income:realized"] == -150
    story.take_back("x0003")
    assert [(x.quantity, x.cost) for x in story.lots] == [(Decimal(200), Decimal(5000))]
    assert story.sums() == {"positions": 5000, "cash": -5000}


@pytest.mark.parametrize("late", [False, True])
def test_what_traded_before_a_split_is_taken_back_in_the_shares_it_has_become(late: bool) -> None:
    story = Story()
    story.trade(fill(Side.BUY, "100", "50", number=1))
    story.trade(fill(Side.BUY, "10", "60", number=2))
    if not late:
        story.split("110", at=START + timedelta(minutes=3))
    story.trade(fill(Side.SELL, "40", "30", number=4))
    if late:
        story.split("110", at=START + timedelta(minutes=3))
    story.take_back("x0002")
    assert [(x.quantity, x.cost) for x in story.lots] == [(Decimal(160), Decimal(4000))]
    assert story.sums()["income:realized"] == -200
