"""Many alerts: all of the name that is looked at can be reached, of the others so many and how many more."""

import pytest

from core.channel.facets.alerts import AlertDraft
from core.domain.alert import AlertKind
from tests.fakes.desk import FakeDesk
from tests.ui.opened import Opened, words


@pytest.mark.parametrize(("of_nvda", "of_aapl", "shown", "more"), [(40, 160, 40, "160 more"), (3, 40, 12, "31 more")])
def test_two_hundred_alerts_are_a_list(of_nvda: int, of_aapl: int, shown: int, more: str, open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    for symbol, many in (("NVDA", of_nvda), ("AAPL", of_aapl)):
        for number in range(many):
            desk.alerts.make(AlertDraft(symbol=symbol, kind=AlertKind.PRICE, level=f"{2000 + number}"))
    window = open_page(desk, "market", symbol="NVDA")
    assert len([b for b in window.button if (b.key or "").startswith("alerts:remove")]) == shown
    assert f"{more}: choose their name" in words(window)
