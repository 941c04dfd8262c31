"""Openings, adjustments and money that moved without a trade."""

from decimal import Decimal

import pytest

from core.domain.entry import Booking, Entry
from core.domain.errors import BadInput
from core.domain.instrument import Instrument
from core.domain.lot import Lot
from core.domain.reading import Activity
from core.ledger.activity import moved
from core.ledger.adjustment import adjusted
from core.ledger.lot_methods.fifo import Fifo
from core.ledger.opening import Holding, opening
from tests.unit.ledger.make import START, lot

NVDA = Instrument(id="NVDA", symbol="NVDA", name="Nvidia", listing="XSIM")


def lines(entry: Entry) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for posting in entry.postings:
        sums[posting.ledger_account] = sums.get(posting.ledger_account, Decimal(0)) + posting.cost
    return sums


def holding(quantity: str, cost: str | None, symbol: str = "NVDA") -> Holding:
    return Holding(
        instrument_id=symbol,
        symbol=symbol,
        quantity=Decimal(quantity),
        cost=None if cost is None else Decimal(cost),
        currency="USD",
        opened_at=None,
    )


def opened(*holdings: Holding, cash: str = "0") -> Booking:
    return opening(holdings, {"USD": Decimal(cash)}, account_id="acc", entry_id="open", at=START)


def test_an_opening_puts_everything_found_against_equity() -> None:
    booking = opened(holding("100", "5000"), holding("-10", "300", "SPY"), cash="1234.56")
    assert lines(booking.entry) == {
        "positions": Decimal(4700),
        "cash": Decimal("1234.56"),
        "equity:opening": Decimal("-5934.56"),
    }
    assert [(x.quantity, x.cost, x.opened_at) for x in booking.lots] == [
        (Decimal(100), Decimal(5000), None),
        (Decimal(-10), Decimal(-300), None),
    ]
    assert booking.realized == 0


def test_a_line_of_nothing_opens_no_lot() -> None:
    assert opened(holding("0", None), holding("1", "10")).lots[0].quantity == 1


def test_a_shorts_proceeds_may_be_written_with_either_sign() -> None:
    assert opened(holding("-10", "-300")).lots == opened(holding("-10", "300")).lots


def test_an_unknown_cost_is_asked_and_never_zero() -> None:
    with pytest.raises(BadInput, match="NVDA cost is not known"):
        opened(holding("100", "5000", "SPY"), holding("1", None))
    assert opened(holding("1", "0")).lots[0].cost == 0


@pytest.mark.parametrize("cost", ["-1", "NaN", "Infinity"])
def test_a_cost_that_cannot_be_is_refused(cost: str) -> None:
    with pytest.raises(BadInput, match="Nothing was booked"):
        opened(holding("1", cost))


@pytest.mark.parametrize(
    ("kind", "value", "ledger_account"),
    [
        ("deposit", "1000", "equity:transfers"),
        ("withdrawal", "-1000", "equity:transfers"),
        ("fee", "-1.5", "expenses:fees"),
        ("interest", "0.0000004", "income:interest"),
        ("interest", "-12.34", "expenses:interest"),
        ("borrow_fee", "-0.42", "expenses:borrow"),
        ("dividend", "-40.2", "expenses:dividends_paid"),
        ("dividend", "40.2", "income:dividends"),
        ("journal", "7", "equity:unexplained"),
    ],
)
def test_story_35_money_without_a_trade_lands_on_a_named_account(kind: str, value: str, ledger_account: str) -> None:
    activity = Activity(id="a1", kind=kind, currency="USD", value=Decimal(value), at=START, note="JNL 0042")
    entry = moved(activity, account_id="acc", entry_id="e1")
    cash = Decimal(value).quantize(Decimal("0.000001"))
    assert lines(entry) == {"cash": cash, ledger_account: -cash}
    assert "JNL 0042" in entry.note
    assert ("journal" in entry.note) is (ledger_account == "equity:unexplained")
    assert entry.source == "activity:acc:a1"


def accept(lots: tuple[Lot, ...], quantity: str, cost: str | None = None, reason: str = "split booked late") -> Booking:
    return adjusted(
        lots,
        Decimal(quantity),
        account_id="acc",
        instrument=NVDA,
        cost=None if cost is None else Decimal(cost),
        opened_at=START,
        reason=reason,
        entry_id="adj",
        at=START,
        method=Fifo(),
    )


LONG = (lot("a", "10", "100"), lot("b", "10", "200"))


def test_shares_that_are_not_there_leave_oldest_first_and_at_cost() -> None:
    booking = accept(LONG, "5")
    assert lines(booking.entry) == {"positions": Decimal(-200), "equity:adjustments": Decimal(200)}
    assert [(x.id, x.quantity, x.cost) for x in booking.lots] == [("b", Decimal(5), Decimal(100))]
    assert booking.entry.note == "split booked late"


def test_shares_we_did_not_know_need_the_cost_a_person_states() -> None:
    booking = accept(LONG, "30", "500")
    assert lines(booking.entry) == {"positions": Decimal(500), "equity:adjustments": Decimal(-500)}
    assert booking.lots[-1].quantity == Decimal(10)
    with pytest.raises(BadInput, match="not known"):
        accept(LONG, "30")


def test_a_position_on_the_other_side_closes_ours_and_opens_theirs() -> None:
    booking = accept(LONG, "-4", "80")
    assert lines(booking.entry) == {"positions": Decimal(-380), "equity:adjustments": Decimal(380)}
    assert [(x.quantity, x.cost) for x in booking.lots] == [(Decimal(-4), Decimal(-80))]


def test_an_adjustment_needs_a_reason_and_a_difference() -> None:
    with pytest.raises(BadInput, match="type why"):
        accept(LONG, "5", reason="  ")
    with pytest.raises(BadInput, match="already agree"):
        accept(LONG, "20")
