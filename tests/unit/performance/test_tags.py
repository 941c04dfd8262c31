"""What each strategy brought, from the books: to the last micro-dollar, and for the order that opened."""

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.domain.equity import Booked, Moved
from core.performance.tags import by_tag

NOW = datetime(2026, 1, 5, 14, 30, tzinfo=UTC)
D = Decimal


def line(entry: str, account: str, value: Decimal) -> Booked:
    return Booked(
        seq=0, entry_id=entry, at=NOW, source="fill:a:x", ledger_account=account, unit="USD", quantity=D(0), value=value
    )


def move(entry: str, lot: str, quantity: str, cost: str, order: str, **more: object) -> Moved:
    given: dict[str, object] = {
        "seq": 0,
        "entry_id": entry,
        "at": NOW,
        "source": "fill:a:x",
        "lot_id": f"{lot}:1",
        "instrument_id": "i-ant",
        "quantity": D(quantity),
        "cost": D(cost),
        "opened_at": NOW,
        "client_id": order,
        "traded": abs(D(cost)) or D(1),
    }
    return Moved(**(given | more))  # type: ignore[arg-type]


def test_one_sale_of_what_two_strategies_bought_counts_for_each_with_its_own_cost() -> None:
    """Ten at 10 for dip, thirty at 12 for trend; all forty go at 13, by a button that knows of neither."""
    moves = [
        move("e1", "e1", "10", "100", "buy-1", strategy="dip", opened_with="dip"),
        move("e2", "e2", "30", "360", "buy-2", strategy="trend", opened_with="trend"),
        move("e3", "e1", "-10", "-100", "sell", opened_with="dip", traded=D(520)),
        move("e3", "e2", "-30", "-360", "sell", opened_with="trend", traded=D(520)),
    ]
    lines = [
        line("e1", "expenses:fees", D("0.50")),
        line("e3", "income:realized", D(-60)),
        line("e3", "expenses:fees", D(4)),
    ]
    found = by_tag(lines, moves)
    assert {tag: (one.realised, one.fees, one.gain) for tag, one in found.items()} == {
        "dip": (D(30), D("1.50"), D("28.50")),
        "trend": (D(30), D(3), D(27)),
    }
    assert {tag: (one.trades, one.won) for tag, one in found.items()} == {"dip": (1, 1), "trend": (1, 1)}


def test_what_was_opened_without_a_tag_counts_for_the_order_that_closed_it_and_a_turn_for_both() -> None:
    """Ten bought without one; a sale of fifteen for fade closes them at a loss and opens a short, which is bought back."""
    moves = [
        move("e1", "e1", "10", "100", "buy"),
        move("e2", "e1", "-10", "-100", "turn", strategy="fade", traded=D(135)),
        move("e2", "e2", "-5", "-45", "turn", strategy="fade", opened_with="fade", traded=D(135)),
        move("e3", "e2", "5", "45", "back", opened_with="fade", traded=D(40)),
    ]
    lines = [
        line("e2", "income:realized", D(10)),
        line("e3", "income:realized", D(-5)),
        line("e2", "expenses:fees", D(3)),
    ]
    found = by_tag(lines, moves)
    assert (found["fade"].realised, found["fade"].fees) == (D(-5), D(3))
    assert (found["fade"].trades, found["fade"].won) == (2, 1)
    assert found[""].gain == 0


def test_what_was_taken_back_is_no_trade() -> None:
    moves = [
        move("e1", "e1", "10", "100", "buy", strategy="dip", opened_with="dip"),
        move("e2", "e1", "-10", "-100", "buy", strategy="dip", opened_with="dip", traded=D(-100)),
    ]
    assert [(one.realised, one.trades) for one in by_tag([], moves).values()] == [(D(0), 0)]


sizes = st.lists(st.integers(1, 10**6), min_size=1, max_size=5)


@given(
    sizes=sizes,
    money=st.integers(-(10**9), 10**9),
    fee=st.integers(0, 10**7),
    tags=st.lists(st.sampled_from("abc"), min_size=5, max_size=5),
)
def test_the_parts_are_all_of_it(sizes: list[int], money: int, fee: int, tags: list[str]) -> None:
    gain, fees = D(money).scaleb(-6), D(fee).scaleb(-6)
    moves = [
        move("e9", f"e{place}", f"-{size}", f"-{3 * size}", "sell", opened_with=tags[place])
        for place, size in enumerate(sizes)
    ]
    found = by_tag([line("e9", "income:realized", -gain), line("e9", "expenses:fees", fees)], moves)
    assert sum(one.realised for one in found.values()) == gain
    assert sum(one.fees for one in found.values()) == fees
