"""R15: while a name is halted no market order, and a limit only inside the published band."""

from dataclasses import replace

import pytest

from core.domain.order import Order, Purpose, TimeInForce
from core.domain.verdict import Outcome
from core.risk.checks.halted import Halted
from core.risk.checks.tradable import Tradable
from tests.unit.risk.scene import AAPL, D, buy, held, quote, sell, view

P, B, N = Outcome.PASS, Outcome.BLOCK, Outcome.NEEDS_DATA
PAUSED = view(quote=quote(halted="Paused.", band=(D(95), D(105))), positions=held(aapl="50"))  # tier 1, reference 100


@pytest.mark.parametrize(
    ("order", "outcome"),
    [
        (buy(), B),
        (sell("50", purpose=Purpose.CLOSE), B),
        (buy(limit="95.00"), P),
        (buy(limit="94.99"), B),
        (buy(limit="105.00"), P),
        (buy(limit="105.01"), B),
        (sell(limit="95.00"), P),
        (sell(limit="94.99"), B),
        (buy(time_in_force=TimeInForce.CLOSE), P),
    ],
)
def test_while_it_is_halted(order: Order, outcome: Outcome) -> None:
    assert Halted().verdict(order, PAUSED).outcome is outcome


def test_while_it_trades_nothing_is_said() -> None:
    for order in (buy(), buy(limit="94.99"), sell(limit="110")):
        assert Halted().verdict(order, view(quote=quote(band=(D(95), D(105))))).outcome is P


def test_of_a_name_that_is_gone_it_says_nothing() -> None:
    gone = view(quote=quote(halted="No longer traded."), instrument=replace(AAPL, tradable=False, not_traded="Bought"))
    for order in (buy(), buy(limit="100")):
        assert Halted().verdict(order, gone).outcome is P
        assert "Bought" in Tradable().verdict(order, gone).message


def test_what_is_not_known_is_asked_for() -> None:
    assert Halted().verdict(buy(), view(quote=None)).outcome is N
    assert Halted().verdict(buy(limit="100"), view(quote=quote(halted="Paused."))).outcome is N
    assert Halted().verdict(buy(), view(quote=None, waits=True)).outcome is P


def test_the_sentence_names_the_band() -> None:
    assert "outside its band, 95 to 105" in Halted().verdict(buy(limit="105.01"), PAUSED).message
