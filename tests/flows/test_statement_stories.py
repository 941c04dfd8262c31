"""A run told as a story at the real exchange: its statement is what anyone can add up from what was told."""

import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import pytest

from core.channel.facets.orders import Draft
from core.channel.facets.statements import CostView, StatementView
from core.domain.errors import BadInput
from core.domain.fill import Fill
from core.domain.order import OrderType, Purpose, Side
from core.domain.verdict import Consent
from core.ledger.fold import folded
from core.store.snapshot import moves, postings, snapshot
from tests.fakes.clock import FakeClock
from tests.flows.test_company_stories import ACCOUNT, ask, go, noon
from tests.unit.engine.opened import Opened, opened

BEGIN = date(2026, 11, 23)
ZERO = Decimal(0)


@pytest.fixture(autouse=True)
def one_market(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same prices each time."""
    monkeypatch.setattr(secrets, "randbelow", lambda most: 1)


def micro(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.000001"), rounding=ROUND_HALF_EVEN)


def told(desk: Opened) -> Sequence[Fill]:
    (line,) = desk.engine.lines
    return line.executions(ACCOUNT, noon(date(2026, 1, 1))).rows


def statement(desk: Opened) -> StatementView:
    return desk.desk.statements.of(ACCOUNT)


def worse(fill: Fill, against: Decimal) -> Decimal:
    gap = fill.price - against if fill.side is Side.BUY else against - fill.price
    return micro(fill.quantity * gap)


def check(shown: CostView, fills: Sequence[Fill], against: Sequence[Decimal]) -> None:
    """A sum in money, and in basis points of the value at those prices."""
    money = sum((worse(f, price) for f, price in zip(fills, against, strict=True)), ZERO)
    base = sum((micro(f.quantity * price) for f, price in zip(fills, against, strict=True)), ZERO)
    assert (shown.money, shown.left_out) == (money, 0)
    assert shown.bps is not None
    assert abs(shown.bps - money / base * 10_000) < Decimal("1e-15")


def test_a_run_s_statement_is_the_fold_of_what_was_told(tmp_path: Path) -> None:
    with opened(tmp_path, FakeClock(noon(BEGIN))) as desk:
        desk.settle(4)
        seen: dict[str, Decimal] = {}  # the mid each order saw, by its client id
        for symbol, side, quantity, more in (
            ("KO", Side.BUY, "100", {}),
            ("BND", Side.BUY, "90", {}),
            ("F", Side.SELL, "300", {"purpose": Purpose.SHORT}),
            ("KO", Side.SELL, "40", {}),
        ):
            desk.settle(11)
            quote = desk.desk.market.quote(symbol).quote
            review = desk.desk.orders.review(Draft(symbol=symbol, side=side, quantity=quantity, **more))  # type: ignore[arg-type]
            agreed = Consent(warnings=review.warnings, worst_case_seen=True)
            placed = desk.desk.orders.confirm(review.token, agreed)
            seen[desk.desk.orders.story(placed.id).order.client_id] = (quote.bid + quote.ask) / 2
            for _ in range(3):
                desk.settle(4)
        bid = desk.desk.market.quote("AAPL").quote.bid
        ask(desk, "AAPL", Side.BUY, "5", type=OrderType.LIMIT, limit=f"{bid * Decimal('0.97'):.2f}")
        day = BEGIN
        while day < date(2027, 1, 12):
            day += timedelta(days=7)
            go(desk, noon(day))
        desk.desk.practice.withdraw(Decimal("1234.56"), "one")
        desk.settle(4)

        found, fills = statement(desk), told(desk)
        run = found.run
        assert [fill.client_id in seen for fill in fills] == [True] * len(fills)
        with snapshot(desk.folder.database) as files:
            books = folded(postings(files), moves(files))
        balance = {name: value for (account, name, _), value in books.balances.items() if account == ACCOUNT}
        (line,) = desk.engine.lines
        moved = line.activities(ACCOUNT, noon(date(2026, 1, 1))).rows
        by_kind = {kind: sum((a.value for a in moved if a.kind == kind), ZERO) for kind in {a.kind for a in moved}}
        assert by_kind["dividend"] > 0 > by_kind["borrow_fee"]

        assert (run.start, run.transfers) == (Decimal(100_000), Decimal("-1234.56"))
        assert run.dividends == by_kind["dividend"]
        assert run.borrow == by_kind["borrow_fee"]
        assert run.fees == -sum((fill.fee for fill in fills), ZERO) != 0
        assert run.realized == -balance["income:realized"]
        assert run.cash == balance["cash"] == line.cash(ACCOUNT).rows[0].cash
        assert run.corrections == 0
        parts = (run.realized, run.dividends, run.interest, run.borrow, run.fees, run.corrections)
        cost = sum((position.cost for position in books.positions.values()), ZERO)
        assert run.start + run.transfers + sum(parts, ZERO) == run.cash + cost, "to the micro-dollar"
        assert run.unrealized is not None
        assert run.profit == sum(parts, ZERO) + run.unrealized
        assert run.end == desk.desk.positions.accounts()[0].value == run.start + run.transfers + run.profit

        fars = [fill.ask if fill.side is Side.BUY else fill.bid for fill in fills]
        check(run.trading.far_touch, fills, [far for far in fars if far is not None])
        check(run.trading.mid, fills, [(f.bid + f.ask) / 2 for f in fills if f.bid and f.ask])
        check(run.trading.arrival, fills, [seen[fill.client_id] for fill in fills])
        assert run.trading.traded == sum((micro(f.quantity * f.price) for f in fills), ZERO)
        assert (run.orders, run.over, run.filled_share) == (5, 5, Decimal("0.8"))
        for groups in (found.by_symbol, found.by_type, found.by_side):
            assert sum((group.mid.money or ZERO for group in groups), ZERO) == run.trading.mid.money
            assert sum(group.fills for group in groups) == run.trading.fills == len(fills)

        table = desk.desk.statements.fills(ACCOUNT)
        assert table.num_rows == len(fills)
        assert sum(table.column("mid_cost").to_pylist()) == run.trading.mid.money
        key = next(group.key for group in found.by_symbol if group.name == "KO")
        only = desk.desk.statements.fills(ACCOUNT, instrument_id=key, side="sell")
        assert set(only.column("symbol").to_pylist()) == {"KO"}
        assert sum(only.column("quantity").to_pylist()) == 40


def test_a_new_fill_is_added_and_a_new_engine_says_the_same(tmp_path: Path) -> None:
    with opened(tmp_path, FakeClock(noon(BEGIN))) as desk:
        desk.settle(4)
        ask(desk, "KO", Side.BUY, "10")
        first = statement(desk).run.trading
        ask(desk, "KO", Side.SELL, "10")
        second = statement(desk).run.trading
        assert (first.fills, second.fills) == (1, 2)
        clock = desk.clock
    with opened(tmp_path, clock) as desk:
        assert statement(desk).run.trading == second
        with pytest.raises(BadInput, match="There is no run nobody here"):
            desk.desk.statements.of("nobody")


def test_before_the_first_fill_there_is_a_run_and_no_cost(tmp_path: Path) -> None:
    with opened(tmp_path, FakeClock(noon(BEGIN))) as desk:
        desk.settle(4)
        (run,) = desk.desk.statements.all()
        assert (run.start, run.end, run.profit) == (Decimal(100_000), Decimal(100_000), ZERO)
        assert (run.trading.mid.money, run.trading.mid.bps, run.filled_share) == (None, None, None)
