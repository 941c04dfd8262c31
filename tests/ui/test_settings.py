"""Settings: each part has its address, what is set is obeyed, and what cannot be is one sentence."""

from dataclasses import replace

from core.channel.facets.backups import BackupsView
from core.channel.facets.health import Notice
from core.channel.facets.settings import TicketDefaults
from core.domain.order import OrderType, TimeInForce
from tests.fakes.desk import FakeDesk
from tests.ui.opened import Opened, press, words

PARTS = {
    "trading": "Not at their default",
    "display": "Colours and amounts",
    "security": "this workspace never locks",
    "notifications": "Who is told when nobody looks",
    "backups": "A second place",
    "moving": "Moving to a new machine",
    "folder": "desk.sqlite3",
    "versions": "Python",
    "licences": "Apache-2.0",
}


def test_each_part_has_its_address(open_page: Opened) -> None:
    for part, told in PARTS.items():
        window = open_page(FakeDesk.ordinary(), "settings", part=part)
        assert window.query_params["part"] == part
        assert told in words(window)


def test_an_address_that_was_made_up_leads_to_the_first_part(open_page: Opened) -> None:
    assert open_page(FakeDesk.ordinary(), "settings", part="nonsense").session_state["settings_part"] == "trading"


def test_what_a_ticket_begins_with_is_kept_and_obeyed(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "settings")
    window.selectbox(key="set_type").set_value(OrderType.LIMIT)
    window.selectbox(key="set_good").set_value(TimeInForce.GTC)
    press(window, "set_ticket")
    assert desk.settings.view.ticket == TicketDefaults(type=OrderType.LIMIT, time_in_force=TimeInForce.GTC)
    ticket = open_page(desk, "ticket")
    assert ticket.selectbox(key="t_type").value is OrderType.LIMIT
    assert ticket.selectbox(key="t_good").value is TimeInForce.GTC
    assert "type" not in ticket.query_params
    ticket.selectbox(key="t_type").set_value(OrderType.MARKET).run()
    assert ticket.query_params["type"] == "market"  # or a reload would bring the default back
    assert open_page(desk, "ticket", type="market").selectbox(key="t_type").value is OrderType.MARKET


def test_what_the_account_does_not_take_falls_back_with_a_sentence(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    usual = TicketDefaults(type=OrderType.STOP, time_in_force=TimeInForce.GTC)
    desk.settings.view = replace(desk.settings.view, ticket=usual)
    everything = desk.ticket.choices()
    poor = replace(everything, types={**everything.types, OrderType.STOP: "Practice takes no stop orders."})
    desk.ticket.choices = lambda account_id="": poor  # type: ignore[method-assign]
    window = open_page(desk, "ticket")
    assert window.selectbox(key="t_type").value is OrderType.MARKET
    assert window.selectbox(key="t_good").value is TimeInForce.GTC
    said = "Your usual order (stop) is not taken by this account: a new one begins as market, until cancelled."
    assert said in words(window)


def test_the_idle_lock_has_bounds(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "settings", part="security")
    window.text_input(key="set_idle").set_value("500")
    press(window, "keep_idle")
    assert "Type whole minutes from 1 to 240." in words(window)
    window.text_input(key="set_idle").set_value("15")
    press(window, "keep_idle")
    assert desk.settings.view.idle_minutes == 15
    assert "In force: 15 min." in words(window)


def test_a_backup_now_is_one_act_and_says_what_it_made(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "settings", part="backups")
    assert "desk-2026-11-19.sqlite3" in words(window)
    press(window, "back_up")
    assert desk.backups.made == 1
    assert "desk-2026-11-20-143207.sqlite3, 4.2 MB, opened and checked." in words(window)


def test_a_second_place_is_set_refused_and_taken_away(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "settings", part="backups")
    window.text_input(key="second_place").set_value("somewhere")
    press(window, "set_second")
    assert "Type the whole path of a folder." in words(window)
    window.text_input(key="second_place").set_value("/media/stick")
    press(window, "set_second")
    assert desk.backups.view.second_place == "/media/stick"
    assert "It is on another disk than this workspace." in words(window)
    press(window, "no_second")
    assert desk.backups.view.second_place == ""


def test_there_is_an_empty_state_for_no_backups(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.backups.view = BackupsView(kept=(), folder="", second_place="", second_words="", second_failed=False)
    assert "No backup yet." in words(open_page(desk, "settings", part="backups"))


def test_a_second_place_that_failed_leads_from_home_to_its_part(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.notices = (
        Notice(weight="amber", title="The newest backup is not at the second place.", key="second_place"),
    )
    window = open_page(desk, "home")
    links = [link.proto for link in window.get("page_link")]
    assert any("settings" in link.page and "part=backups" in link.query_string for link in links), links


def test_a_workspace_of_another_machine_says_so_with_the_way_out(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.foreign = True
    window = open_page(desk, "home")
    assert "This workspace is from another machine." in words(window)
    assert any("part=moving" in link.proto.query_string for link in window.get("page_link"))
    window = open_page(desk, "settings", part="moving")
    window.text_input(key="claim_words").set_value("yes")
    press(window, "claim")
    assert "type “the other desk is closed” when it is so" in words(window)
    window.text_input(key="claim_words").set_value("the other desk is closed")
    press(window, "claim")
    assert desk.settings.claimed == 1


def test_a_workspace_of_this_machine_offers_no_claim(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), "settings", part="moving")
    assert "claim" not in {button.key for button in window.button}
