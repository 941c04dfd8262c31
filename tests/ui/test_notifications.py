"""Notifications: how each way stands, setting one up, choosing what is told, and what did not get through."""

from tests.fakes.desk import FakeDesk
from tests.ui.opened import Opened, press, words


def test_nobody_is_told_anything_at_first_and_the_page_says_so(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), "notifications")
    assert "Nobody is told anything while this window is closed." in words(window)
    assert [way.label for way in window.expander] == [
        "Desktop: off",
        "E-mail: off",
        "Slack: off",
        "Telegram: off",
        "Webhook: off",
        "Heartbeat: off",
    ]


def test_a_way_is_switched_on_tested_and_off(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "notifications")
    window.text_input(key="way:webhook:url").set_value("http://127.0.0.1:8123/desk")
    press(window, "on:webhook")
    assert desk.notices.on == {"webhook"}
    assert desk.notices.typed == {"webhook": {"url": "http://127.0.0.1:8123/desk"}}
    press(window, "test:webhook")
    assert desk.notices.tested == ["webhook"]
    press(window, "off:webhook")
    assert desk.notices.on == set()
    assert window.text_input(key="way:webhook:url").value == "http://127.0.0.1:8123/desk"


def test_what_takes_a_secret_is_left_out_in_plain_sight(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), "notifications")
    assert words(window).count("Not usable now. It takes a secret") == 2
    keys = {button.key for button in window.button}
    assert {"on:desktop", "on:webhook", "on:email"} <= keys
    assert not keys & {"on:slack", "on:telegram"}
    assert not any("password" in (field.key or "") for field in window.text_input)


def test_a_way_that_cannot_work_says_why_where_it_was_asked(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = press(open_page(desk, "notifications"), "on:email")
    assert "It was not switched on and nothing was kept." in words(window)
    assert desk.notices.on == set()


def test_rules_are_kept_together_and_nonsense_is_refused(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.notices.on = {"desktop", "webhook"}
    window = open_page(desk, "notifications")
    window.selectbox(key="pace:filled").set_value("digest")
    window.multiselect(key="by:stopped").set_value(["desktop"])
    window.text_input(key="quiet_from").set_value("22")
    window.text_input(key="quiet_to").set_value("07:00")
    before = desk.notices.rules
    press(window, "keep_rules")
    assert "22 is no time of day." in words(window)
    assert desk.notices.rules == before
    assert window.selectbox(key="pace:filled").value == "digest", "what was typed stays"
    window.text_input(key="quiet_from").set_value("22:00")
    press(window, "keep_rules")
    kept = {rule.event: rule for rule in desk.notices.rules.events}
    assert kept["filled"].pace == "digest"
    assert kept["stopped"].ways == ("desktop",)
    assert (desk.notices.rules.quiet_from, desk.notices.rules.quiet_to) == ("22:00", "07:00")
    assert "no time of day" not in words(window)


def test_what_an_event_said_of_a_way_that_is_off_stays(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.notices.on = {"desktop", "webhook"}
    window = open_page(desk, "notifications")
    window.multiselect(key="by:stopped").set_value(["webhook"])
    press(window, "keep_rules")
    desk.notices.on = {"desktop"}
    window = open_page(desk, "notifications")
    press(window, "keep_rules")
    assert next(rule for rule in desk.notices.rules.events if rule.event == "stopped").ways == ("webhook",)


def test_failures_come_first_and_what_waits_can_be_let_go_of(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.notices.fail()
    window = open_page(desk, "notifications")
    written = words(window)
    assert "1 message did not get through." in written
    assert "Bought 40 NVDA at 182.50 &lt;b&gt;" in written
    assert "could not be reached: refused." in written
    assert written.index("did not get through") < written.index("Ways to reach you")
    press(window, "drop:webhook")
    assert desk.notices.dropped == ["webhook"]
    assert "did not get through" not in words(window)


def test_a_silent_desk_is_a_sentence(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "notifications")
    desk.world.down = True
    window.run()
    assert "Not shown now." in words(window)
