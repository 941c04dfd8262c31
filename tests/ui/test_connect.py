"""Connect: how a broker stands, whom it is pinned to, what it can do; and no button for one that cannot be connected."""

from core.channel.facets.health import SIGNED_OUT
from tests.fakes.desk import NOW, FakeDesk
from tests.fakes.settings import FakeConnections, broker
from tests.ui.opened import Opened, words


def test_a_broker_that_works_shows_its_state_its_pin_and_its_table(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "connect")
    told = words(window)
    assert "compared with our books" in told
    assert "PRACTICE-1, at this machine, practice" in told
    assert "None since the start" in told
    assert "Stop limit" in told
    assert "Until cancelled" in told
    assert "Other brokers cannot be connected yet." in told


def test_no_button_leads_to_a_broker_that_is_still_to_come(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), "connect")
    assert [button.key for button in window.button if (button.key or "").startswith("connect:")] == []
    assert not any(name in words(window) for name in ("Alpaca", "Schwab", "Tradier", "E*TRADE", "Interactive"))


def test_a_line_that_is_cut_says_since_when_and_why(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    cut = broker(state="down", reconciled=False, since=NOW, last_error="No route.", last_error_at=NOW)
    desk.connections = FakeConnections((cut,))
    told = words(open_page(desk, "connect"))
    assert "It does not answer." in told
    assert "No route. Orders there stay; it is asked again by itself." in told
    assert "Down since, ET" in told
    assert "only looking" in told


def test_signed_out_offers_the_way_back_in(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.connections = FakeConnections((broker(state=SIGNED_OUT, reconciled=False, since=NOW),))
    desk.world.signed_out = True
    window = open_page(desk, "connect")
    assert "You are not signed in any more." in words(window)
    assert "connect:sign_in" in {button.key for button in window.button}


def test_somebody_else_at_the_other_end_is_told_in_red(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.connections = FakeConnections((broker(pin_problem="It answers as account 9.", state="connecting"),))
    assert "It answers as account 9. Nothing is sent to it." in words(open_page(desk, "connect"))


def test_no_broker_at_all_is_an_empty_page(open_page: Opened) -> None:
    desk = FakeDesk.empty()
    desk.connections = FakeConnections(())
    assert "No broker is connected." in words(open_page(desk, "connect"))
