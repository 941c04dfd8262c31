"""From the books: what was held at a moment, what each trade brought, and what a gain is made of."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.domain.equity import Booked, Moved
from core.performance.holdings import Held, moments, value
from core.performance.parts import OTHER, by_holding, traded, trades
from core.performance.trades import Trade, profit_factor, turnover, win_rate

START = datetime(2026, 1, 5, 14, 30, tzinfo=UTC)
D = Decimal


def line(
    seq: int, hours: float, account: str, value: str, unit: str = "USD", quantity: str = "0", **more: str
) -> Booked:
    return Booked(
        seq=seq,
        entry_id=more.get("entry", f"e{seq}"),
        at=START + timedelta(hours=hours),
        source=more.get("source", f"fill:a:{seq}"),
        ledger_account=account,
        unit=unit,
        quantity=D(quantity),
        value=D(value),
    )


def move(seq: int, entry: str, lot: str, quantity: str, order: str, came_to: str = "0", **more: object) -> Moved:
    given: dict[str, object] = {
        "seq": seq,
        "entry_id": entry,
        "at": START + timedelta(days=seq),
        "source": "fill:a:x",
        "lot_id": lot,
        "instrument_id": "i-ant",
        "quantity": D(quantity),
        "opened_at": START,
        "client_id": order,
        "traded": D(came_to),
    }
    return Moved(**(given | more))  # type: ignore[arg-type]


booked = st.lists(
    st.tuples(st.integers(0, 50), st.sampled_from(["cash", "positions"]), st.integers(-9, 9), st.booleans()),
    max_size=30,
)


@given(rows=booked, asked=st.lists(st.integers(0, 50), min_size=1, max_size=5, unique=True))
def test_going_back_from_now_is_adding_up_from_the_start(
    rows: list[tuple[int, str, int, bool]], asked: list[int]
) -> None:
    """Whatever order it was booked in."""
    lines: list[Booked] = []
    for seq, (hour, name, amount, outside) in enumerate(rows):
        is_cash = name == "cash"
        number, unit = str(amount), "USD" if is_cash else "i-ant"
        given = {"entry": f"e{seq}", "source": "activity:a:x"}
        lines.append(line(2 * seq, hour, name, number, unit, "0" if is_cash else number, **given))
        if outside:
            lines.append(line(2 * seq + 1, hour, "equity:transfers", "0", **given))
    now = Held()
    for each in lines:
        now.add(each, 1)
    wanted = [START + timedelta(hours=hour) for hour in sorted(asked)]
    outside_ids = {each.entry_id for each in lines if each.ledger_account == "equity:transfers"}
    for then in moments(now, lines, wanted):
        before, came = Held(), Held()
        for each in lines:
            at_once = each.at == then.at and each.entry_id in outside_ids
            if at_once:
                came.add(each, 1)
            elif each.at <= then.at:
                before.add(each, 1)
        assert then.held.cash == before.cash
        assert then.held.quantities.get("i-ant", D(0)) == before.quantities.get("i-ant", D(0))
        assert (then.came.cash, then.came.quantities.get("i-ant", D(0))) == (
            came.cash,
            came.quantities.get("i-ant", D(0)),
        )


def test_what_has_no_price_makes_the_whole_unknown_but_not_when_none_of_it_is_held() -> None:
    held = Held(cash=D(5), quantities={"i-ant": D(2), "i-bee": D(0)})
    assert value(held, {"i-ant": D(10)}, {"i-ant": D(100)}) == 2005
    assert value(held, {}, {}) is None


def test_an_order_that_filled_in_pieces_is_one_trade_held_as_long_as_its_lots_were() -> None:
    lines = [
        line(1, 1, "income:realized", "-30", entry="e3"),
        line(2, 1, "income:realized", "10", entry="e4"),
        line(3, 1, "expenses:fees", "1", entry="e4"),
    ]
    moves = [
        move(1, "e1", "e1", "30", "buy", "300", bought=True),
        move(3, "e3", "e1", "-10", "sell", "130"),
        move(7, "e4", "e1", "-20", "sell", "190", strategy="momentum"),
    ]
    (trade,) = trades(lines, moves, {"i-ant": "ANT"})
    assert (trade.symbol, trade.gain) == ("ANT", D(19))
    assert trade.held == timedelta(days=(3 * 10 + 7 * 20) / 30)
    assert traded(moves) == (D(300), D(320))


def test_a_trade_that_was_taken_back_never_was_and_a_split_is_none() -> None:
    lines = [line(1, 1, "income:realized", "-30", entry="e3"), line(2, 2, "income:realized", "30", entry="e5")]
    sold = [move(3, "e3", "e1", "-10", "sell", "130"), move(5, "e5", "e1", "10", "sell", "-130")]
    split = [move(6, "e6", "e1", "30", "", "0", source="activity:a:split")]
    assert trades(lines, [*sold, *split], {}) == []
    assert traded(sold) == (D(0), D(0))


def test_the_parts_of_a_gain_are_all_of_it() -> None:
    """Ten shares were there; five more were bought, eight sold; a dividend, a fee, a deposit and interest came."""
    lines = [
        line(1, 1, "positions", "60", "i-ant", "5", entry="e1"),
        line(2, 1, "cash", "-60", entry="e1"),
        line(3, 2, "positions", "-80", "i-ant", "-8", entry="e2"),
        line(4, 2, "cash", "119", entry="e2"),
        line(5, 2, "expenses:fees", "1", entry="e2"),
        line(6, 2, "income:realized", "-40", entry="e2"),
        line(7, 3, "cash", "7", entry="e3", source="activity:a:dividend"),
        line(8, 3, "income:dividends", "-7", entry="e3", source="activity:a:dividend"),
        line(9, 4, "cash", "1000", entry="e4", source="activity:a:deposit"),
        line(10, 4, "equity:transfers", "-1000", entry="e4", source="activity:a:deposit"),
        line(11, 5, "cash", "-3", entry="e5", source="activity:a:interest"),
        line(12, 5, "expenses:interest", "3", entry="e5", source="activity:a:interest"),
    ]
    then, now = Held(cash=D(100), quantities={"i-ant": D(10)}), Held(cash=D(1163), quantities={"i-ant": D(7)})
    found = by_holding(lines, then, {"i-ant": D(11)}, now, {"i-ant": D(16)}, {}, {})
    assert {name: part.gain for name, part in found.items()} == {
        "i-ant": 7 * 16 - 10 * 11 - 60 + 119,
        "Dividends": 7,
        "Interest paid": -3,
    }
    ends, began = value(now, {"i-ant": D(16)}, {}), value(then, {"i-ant": D(11)}, {})
    assert ends is not None
    assert began is not None
    assert sum(part.gain or 0 for part in found.values()) == ends - began - 1000
    assert (found["i-ant"].realised, found["i-ant"].fees) == (D(40), D(1))
    assert OTHER not in found


def closed(*gains: str) -> list[Trade]:
    return [Trade(symbol="ANT", gain=D(gain), held=None) for gain in gains]


def test_what_brought_nothing_neither_won_nor_lost() -> None:
    assert win_rate(closed("5", "-1", "0", "2")) == 2 / 3
    assert win_rate(closed("0")) is None
    assert profit_factor(closed("6", "-2")) == 3
    assert profit_factor(closed("6")) is None, "nothing was lost yet, which is not infinitely good"


def test_turnover_is_the_lesser_of_what_was_bought_and_sold() -> None:
    assert turnover(D(500), D(300), [D(100), D(200)]) == 2
    assert turnover(D(0), D(300), [D(100)]) == 0
    assert turnover(D(5), D(5), []) is None
