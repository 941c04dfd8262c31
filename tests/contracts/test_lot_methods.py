"""What every lot method keeps, whichever are dropped into the folder."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.lot import Lot
from core.ledger.lot_methods import LOT_METHODS
from core.ledger.lot_methods.fifo import Fifo

START = datetime(2020, 1, 1, tzinfo=UTC)


@st.composite
def holdings(draw: st.DrawFn) -> tuple[list[Lot], Decimal]:
    """Open lots of one side, and a quantity of them to close."""
    sign = draw(st.sampled_from([1, -1]))
    sizes = draw(st.lists(st.decimals("0.000000001", "500", places=9), min_size=1, max_size=8))
    lots = [
        Lot(
            id=f"lot{number}",
            account_id="acc",
            instrument_id="NVDA",
            quantity=size * sign,
            cost=draw(st.decimals("0", "90000", places=6)) * sign,
            currency="USD",
            opened_at=draw(st.one_of(st.none(), st.integers(0, 3).map(lambda d: START + timedelta(days=d)))),
        )
        for number, size in enumerate(sizes)
    ]
    held = sum(sizes, Decimal(0))
    part = draw(st.one_of(st.just(held), st.decimals("0.000000001", held, places=9)))
    return draw(st.permutations(lots)), part * sign


@pytest.mark.parametrize("name", LOT_METHODS)
@given(holding=holdings())
def test_quantity_and_value_are_conserved(name: str, holding: tuple[list[Lot], Decimal]) -> None:
    lots, quantity = holding
    method = LOT_METHODS[name]()
    picks = method.pick(lots, quantity)
    assert sum((p.quantity for p in picks), Decimal(0)) == quantity
    assert len({p.lot.id for p in picks}) == len(picks)
    for lot, part in picks:
        assert lot in lots
        assert 0 < part / lot.quantity <= 1
        left = lot.less(part)
        assert left.quantity + part == lot.quantity
        assert left.cost + lot.cost_of(part) == lot.cost
        assert left.quantity or not left.cost
    assert picks == method.pick(list(reversed(lots)), quantity)


@pytest.mark.parametrize("name", LOT_METHODS)
@given(holding=holdings())
def test_more_than_is_held_is_refused(name: str, holding: tuple[list[Lot], Decimal]) -> None:
    lots, _ = holding
    held = sum((lot.quantity for lot in lots), Decimal(0))
    with pytest.raises(ValueError, match="cannot be closed"):
        LOT_METHODS[name]().pick(lots, held * 2)


@given(holding=holdings())
def test_fifo_leaves_no_older_lot_behind(holding: tuple[list[Lot], Decimal]) -> None:
    lots, quantity = holding
    picks = Fifo().pick(lots, quantity)
    order = sorted(lots, key=lambda lot: (lot.opened_at is not None, lot.opened_at or START, lot.id))
    assert [p.lot for p in picks] == order[: len(picks)]
    assert all(p.quantity == p.lot.quantity for p in picks[:-1])
