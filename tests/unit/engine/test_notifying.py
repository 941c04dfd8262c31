"""Telling a person who is not looking: nothing is lost, nothing floods, and nothing of it can hold up the desk."""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.channel.facets.notices import NoticeRules
from core.channel.facets.orders import Draft
from core.channel.facets.practice import Fault
from core.clock import stopwatch
from core.domain.errors import BadInput, NotTold
from core.domain.order import Side
from core.domain.verdict import Consent
from core.engine import outbox
from core.engine.jobs.base import Slot
from core.engine.jobs.daily_summary import sum_up
from core.engine.jobs.performance_update import PerformanceUpdate, period_begins
from core.engine.notifying import Notifying
from core.engine.unwatched import say_so
from core.notify import events
from core.notify.events import EVENTS
from core.notify.ways.webhook import Webhook
from core.store.notices import Notice
from tests.fakes.clock import MORNING, FakeClock
from tests.fakes.receiver import Receiver, nobody_there, receiver
from tests.unit.engine.opened import Opened, opened

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def phone() -> Iterator[Receiver]:
    with receiver() as told:
        yield told


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Opened]:
    with opened(tmp_path) as desk:
        yield desk


def notifying(desk: Opened) -> Notifying:
    found = desk.engine.notifying
    assert found is not None
    found.outbox.here = BERLIN
    return found


def switch_on(desk: Opened, phone: Receiver, **rules: Any) -> None:
    """The webhook, told everything at once unless a test says otherwise."""
    notices = desk.desk.notices
    notices.set_way("webhook", on=True, fields={"url": phone.url})
    usual = notices.state().rules
    notices.set(replace(usual, **({"events": all_now(usual)} | rules)))


def all_now(rules: NoticeRules) -> Any:
    return tuple(replace(rule, pace="now") for rule in rules.events)


def happens(desk: Opened, kind: str, title: str, body: object = None, who: str = "desk") -> int:
    def act() -> int:
        with desk.engine.store.unit:
            return desk.engine.store.journal.write(kind, title, body, who=who)

    return desk.engine.thread.ask(act)


def alarm(desk: Opened, key: str, title: str, weight: str = "red", *, stays: bool = False) -> None:
    alarms = desk.engine.desk.alarms
    desk.engine.thread.ask(lambda: (alarms.keep if stays else alarms.set)(key, weight, title, "Why."))


def later(desk: Opened, seconds: float = 10) -> None:
    desk.clock.advance(seconds)
    notifying(desk).round()


def texts(phone: Receiver) -> list[str]:
    """Without the times."""
    return [re.sub(r"[A-Z][a-z]{2} \d\d:\d\d ET ", "", body["text"]) for body in phone.bodies()]


def waiting(desk: Opened) -> list[Notice]:
    return desk.engine.thread.ask(lambda: desk.engine.store.notices.waiting("webhook", 2000))


def test_a_person_is_told_of_what_happens_and_not_of_what_was_before(desk: Opened, phone: Receiver) -> None:
    happens(desk, "order.rejected", "Refused before anybody was to be told")
    switch_on(desk, phone)
    happens(desk, "fill", "Bought 10 AAPL at 271.66")
    later(desk)
    later(desk)
    assert texts(phone) == ["Bought 10 AAPL at 271.66"]
    assert phone.bodies()[0]["title"] == "Practice: Fills"
    assert desk.desk.notices.state().ways[-1].told_at is not None


def test_a_sign_in_that_ended_is_told_as_such_and_so_is_that_it_holds_again(desk: Opened, phone: Receiver) -> None:
    switch_on(desk, phone)
    desk.desk.practice.fault(Fault.LOGIN_EXPIRED, on=True)
    for _ in range(3):
        desk.settle(4)
    later(desk)
    assert phone.bodies()[-1]["title"] == "Practice: Sign-in"
    assert "! practice: you are not signed in any more. Sign in again" in texts(phone)[-1]
    desk.desk.practice.fault(Fault.LOGIN_EXPIRED, on=False)
    for _ in range(3):
        desk.settle(4)
    later(desk, 20)
    assert "Over: practice: you are not signed in any more." in texts(phone)[-1]


def test_a_burst_is_one_message_and_what_went_wrong_comes_first(desk: Opened, phone: Receiver) -> None:
    switch_on(desk, phone)
    for number in range(30):
        happens(desk, "fill", f"Bought {number} AAPL")
    happens(desk, "job.failed", "Back up the database: the disk is full")
    notifying(desk).round()
    assert phone.got == [], "more of it may come"
    later(desk)
    (text,) = texts(phone)
    assert text.splitlines()[0] == "! Failed: Back up the database: the disk is full"
    assert text.splitlines()[-1] == "and 11 more: they stand in the window's journal."
    assert phone.bodies()[0]["title"] == "Practice: 1 to look at, 30 other messages"


def test_a_flood_is_read_in_small_steps_and_whole(desk: Opened, phone: Receiver) -> None:
    switch_on(desk, phone)
    for number in range(130):
        happens(desk, "fill", f"Bought {number} AAPL")
    for _ in range(4):
        later(desk, 20)
    assert len(phone.got) == 2
    assert [len(text.splitlines()) for text in texts(phone)] == [21, 21]
    assert texts(phone)[1].splitlines()[-1] == "and 10 more: they stand in the window's journal."
    assert waiting(desk) == []


def test_messages_keep_a_distance(desk: Opened, phone: Receiver) -> None:
    switch_on(desk, phone)
    for number in range(40):
        happens(desk, "fill", f"Bought {number} AAPL")
        later(desk, 20)
    assert len(phone.got) == outbox.PER_HOUR, "one fill every 20 seconds"
    alarm(desk, "trouble", "The books do not add up.")
    later(desk, 20)
    assert len(phone.got) == outbox.PER_HOUR + 1, "what is loud does not wait, and takes the others along"
    assert "Bought 39 AAPL" in texts(phone)[-1]


def test_what_is_loud_passes_quiet_hours_and_the_rest_waits_for_the_morning(desk: Opened, phone: Receiver) -> None:
    switch_on(desk, phone, quiet_from="10:00", quiet_to="11:00")  # it is 10:30 in New York
    assert desk.desk.notices.state().quiet_now
    happens(desk, "fill", "Bought 10 AAPL")
    later(desk)
    assert phone.got == []
    alarm(desk, "trouble", "The books do not add up.")
    later(desk, 0)
    assert texts(phone) == ["! The books do not add up. Why."]
    assert phone.bodies()[0]["loud"] is True
    later(desk, 31 * 60)
    assert texts(phone)[1:] == ["Bought 10 AAPL"]


def test_quiet_hours_by_this_machines_clock(desk: Opened, phone: Receiver) -> None:
    switch_on(desk, phone, quiet_from="10:00", quiet_to="11:00", zone="local")  # it is 16:30 in Berlin
    happens(desk, "fill", "Bought 10 AAPL")
    later(desk)
    assert texts(phone) == ["Bought 10 AAPL"]
    assert desk.desk.notices.state().zone_words == "CEST, this machine's, now 16:30"


def test_what_is_routine_comes_once_a_day(desk: Opened, phone: Receiver) -> None:
    switch_on(desk, phone, events=desk.desk.notices.state().rules.events, digest_at="17:00")
    for number in range(3):
        happens(desk, "order.acked", f"The broker has order {number}")
        later(desk, 60)
    assert phone.got == []
    later(desk, 6.5 * 3600)
    assert len(texts(phone)[0].splitlines()) == 3


def test_what_waits_for_the_evening_holds_up_nothing(desk: Opened, phone: Receiver) -> None:
    switch_on(desk, phone, events=desk.desk.notices.state().rules.events, digest_at="17:00")
    for number in range(outbox.AT_ONCE + 20):
        happens(desk, "order.acked", f"The broker has order {number}")
    happens(desk, "fill", "Bought 10 AAPL")
    later(desk)
    assert texts(phone) == ["Bought 10 AAPL"]
    alarm(desk, "trouble", "The books do not add up.")
    later(desk, 20)
    assert texts(phone)[1:] == ["! The books do not add up. Why."]


def test_what_waits_goes_by_the_rules_as_they_are_now(desk: Opened, phone: Receiver) -> None:
    switch_on(desk, phone, quiet_from="10:00", quiet_to="11:00")
    happens(desk, "fill", "Bought 10 AAPL")
    later(desk)
    assert phone.got == []
    desk.desk.notices.set(replace(desk.desk.notices.state().rules, quiet_from="", quiet_to=""))
    later(desk)
    assert texts(phone) == ["Bought 10 AAPL"]


def test_nothing_is_tried_again_in_quiet_hours(desk: Opened, phone: Receiver) -> None:
    switch_on(desk, phone, quiet_from="10:31", quiet_to="11:00")
    phone.status = 404
    happens(desk, "fill", "Bought 10 AAPL")
    later(desk, 9)
    assert len(phone.got) == 1
    for _ in range(20):
        later(desk, 60)
    assert len(phone.got) == 2, "once more before they began"
    later(desk, 600)
    assert len(phone.got) == 3


def test_what_is_off_is_not_told(desk: Opened, phone: Receiver) -> None:
    usual = desk.desk.notices.state().rules.events
    off = tuple(replace(rule, pace="off" if rule.event == "alarm" else "now") for rule in usual)
    switch_on(desk, phone, events=off)
    alarm(desk, "trouble", "The books do not add up.")
    later(desk)
    assert phone.got == []


def test_a_thing_that_must_be_seen_is_told_again_until_it_was(desk: Opened, phone: Receiver) -> None:
    switch_on(desk, phone)
    alarm(desk, "bust:1", "The broker filled more than was asked for.", stays=True)
    later(desk, 1)
    assert len(phone.got) == 1
    for minutes in (4, 2):
        later(desk, minutes * 60)
    assert len(phone.got) == 2
    assert "nobody has seen it yet" in texts(phone)[1]
    later(desk, 6 * 60)
    assert len(phone.got) == 2, "each pause is longer than the one before"
    later(desk, 10 * 60)
    assert len(phone.got) == 3
    (notice,) = [n for n in desk.desk.health.state().notices if n.row]
    desk.desk.health.acknowledge(notice.row)
    for _ in range(5):
        later(desk, 3600)
    assert len(phone.got) == 3


def test_a_repeat_that_waits_is_let_go_of_when_it_was_seen(desk: Opened, phone: Receiver) -> None:
    switch_on(desk, phone)
    alarm(desk, "bust:1", "The broker filled more than was asked for.", stays=True)
    later(desk, 1)
    desk.clock.advance(400)
    desk.engine.thread.ask(notifying(desk).outbox.repeat_loud)
    assert len(waiting(desk)) == 1
    (notice,) = [n for n in desk.desk.health.state().notices if n.row]
    desk.desk.health.acknowledge(notice.row)
    later(desk, 1)
    assert len(phone.got) == 1
    assert waiting(desk) == []


def test_what_failed_waits_is_shown_and_is_told_when_it_works_again(desk: Opened, phone: Receiver) -> None:
    switch_on(desk, phone)
    phone.status = 404
    happens(desk, "fill", "Bought 10 AAPL")
    later(desk)
    (failure,) = desk.desk.notices.failures()
    assert (failure.tries, failure.title) == (1, "Bought 10 AAPL")
    assert "answered 404" in failure.problem
    assert failure.next_at == desk.clock.now() + timedelta(seconds=10)
    (shown,) = [n for n in desk.desk.health.state().notices if "Webhook" in n.title]
    assert shown.title == "Webhook did not take a message."
    later(desk, 3)
    assert len(phone.got) == 1, "it pauses"
    phone.status = 200
    later(desk, 20)
    assert texts(phone)[-1] == "Bought 10 AAPL", "told once more, and not of its own failure"
    assert desk.desk.notices.failures() == ()
    assert not [n for n in desk.desk.health.state().notices if "Webhook" in n.title]


def test_pauses_grow_and_after_two_days_it_is_given_up_in_plain_sight(desk: Opened, phone: Receiver) -> None:
    switch_on(desk, phone)
    phone.status = 404
    happens(desk, "fill", "Bought 10 AAPL")
    for _ in range(60):
        later(desk, 60)
    assert len(phone.got) <= 9, "an hour"
    later(desk, 49 * 3600)
    (failure,) = desk.desk.notices.failures()
    assert failure.next_at is None
    phone.status = 200
    later(desk, 3600)
    assert desk.desk.notices.failures() == (failure,)


def test_what_a_person_has_to_see_is_not_given_up_until_they_have(desk: Opened, phone: Receiver) -> None:
    switch_on(desk, phone)
    phone.status = 404
    alarm(desk, "bust:1", "The broker filled more than was asked for.", stays=True)
    for _ in range(5):
        later(desk, 13 * 3600)
    (loud,) = [n for n in desk.desk.notices.failures() if n.title.startswith("The broker")]
    assert loud.next_at == desk.clock.now() + outbox.PAUSES[-1]
    phone.status = 200
    later(desk, 900)
    assert "! The broker filled more than was asked for. Why." in texts(phone)[-1]
    later(desk, 301)
    assert "nobody has seen it yet" in texts(phone)[-1]


def test_once_seen_what_never_got_through_is_given_up_as_all_else(desk: Opened, phone: Receiver) -> None:
    switch_on(desk, phone)
    phone.status = 404
    alarm(desk, "bust:1", "The broker filled more than was asked for.", stays=True)
    for _ in range(5):
        later(desk, 13 * 3600)
    (shown,) = [n for n in desk.desk.health.state().notices if n.row]
    desk.desk.health.acknowledge(shown.row)
    later(desk, 900)
    (loud,) = [n for n in desk.desk.notices.failures() if n.title.startswith("The broker")]
    assert loud.next_at is None


def test_one_way_that_is_broken_is_told_by_the_other(desk: Opened, phone: Receiver) -> None:
    switch_on(desk, phone)
    fields = {"host": "127.0.0.1", "port": str(nobody_there()), "sender": "a@example.com", "to": "b@example.com"}
    desk.desk.notices.set_way("email", on=True, fields=fields)
    happens(desk, "fill", "Bought 10 AAPL")
    later(desk)
    later(desk, 30)
    assert "! E-mail did not take a message." in "\n".join(texts(phone))


def test_what_may_have_arrived_is_sent_again_and_says_so(desk: Opened, phone: Receiver) -> None:
    switch_on(desk, phone)
    phone.status = 500
    happens(desk, "fill", "Bought 10 AAPL")
    later(desk)
    phone.status = 200
    later(desk, 30)
    assert "may have reached you before" not in texts(phone)[0]
    assert "may have reached you before" in texts(phone)[1]


@pytest.mark.parametrize("when", ["before it is sent", "after it was sent"])
def test_killed_around_a_send_nothing_is_lost_and_a_repeat_is_marked(
    tmp_path: Path, phone: Receiver, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    clock = FakeClock()
    real = Webhook.tell

    def die(way: Webhook, message: Any) -> None:
        if when.startswith("after"):
            real(way, message)
        raise SystemExit

    with opened(tmp_path, clock) as desk:
        switch_on(desk, phone)
        happens(desk, "fill", "Bought 10 AAPL")
        monkeypatch.setattr(Webhook, "tell", die)
        with pytest.raises(SystemExit):
            later(desk)
        monkeypatch.undo()
    before = len(phone.got)
    with opened(tmp_path, clock) as desk:
        later(desk)
    assert len(phone.got) == before + 1
    assert "Bought 10 AAPL" in texts(phone)[-1]
    assert "may have reached you before" in texts(phone)[-1]


def test_killed_before_anything_was_read_nothing_is_lost(tmp_path: Path, phone: Receiver) -> None:
    clock = FakeClock()
    with opened(tmp_path, clock) as desk:
        switch_on(desk, phone)
        happens(desk, "fill", "Bought 10 AAPL")
    with opened(tmp_path, clock) as desk:
        later(desk)
        later(desk)
        later(desk, 60)
    assert texts(phone) == ["Bought 10 AAPL"]


def test_a_hanging_server_holds_up_nothing(desk: Opened, phone: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.notify.post.PATIENCE", 30)
    switch_on(desk, phone)
    phone.hang = True
    alarm(desk, "trouble", "The books do not add up.")
    desk.clock.advance(10)
    telling = threading.Thread(target=notifying(desk).round)
    telling.start()
    while not phone.got:
        threading.Event().wait(0.01)
    begun = stopwatch()
    for _ in range(20):
        desk.desk.health.state()
        happens(desk, "fill", "Bought 10 AAPL")
    assert stopwatch() - begun < 20
    phone.let_go.set()
    telling.join(10)
    assert not telling.is_alive()


def test_a_fault_in_a_way_is_a_failed_message(desk: Opened, phone: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    switch_on(desk, phone)

    def fault(way: Webhook, message: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Webhook, "tell", fault)
    happens(desk, "fill", "Bought 10 AAPL")
    later(desk)
    assert desk.desk.notices.failures()[0].problem == "It failed inside: ZeroDivisionError."


def test_too_much_is_let_go_of_in_plain_sight(desk: Opened, phone: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MOST_WAITING", 20)
    switch_on(desk, phone, quiet_from="10:00", quiet_to="11:00")
    for number in range(30):
        happens(desk, "fill", f"Bought {number} AAPL")
    notifying(desk).round()
    assert [n.title for n in waiting(desk)] == [f"Bought {number} AAPL" for number in range(10, 30)]
    assert desk.desk.notices.failures()[0].problem == "Too much was waiting; it stands in the journal."


def test_a_test_goes_the_way_of_every_message_quiet_hours_or_not(desk: Opened, phone: Receiver) -> None:
    switch_on(desk, phone, quiet_from="10:00", quiet_to="11:00")
    desk.desk.notices.test("webhook")
    later(desk, 0)
    assert texts(phone) == ["Test: if you can read this, this way works."]
    phone.status = 404
    desk.desk.notices.test("webhook")
    later(desk, 0)
    later(desk, 3600)
    assert len(phone.got) == 2, "a test that failed is not tried again"
    assert "answered 404" in desk.desk.notices.state().ways[-1].problem


def test_discreet_messages_carry_no_symbol_and_no_number_of_money(desk: Opened, phone: Receiver) -> None:
    switch_on(desk, phone, discreet=True)
    happens(desk, "fill", "Bought 10 AAPL at 271.66")
    happens(desk, "job.missed", "Back up")
    later(desk)
    assert texts(phone) == ["! Missed and failed jobs: 1\nFills: 1"]


def test_only_what_leads_to_this_machine_is_typed_here(desk: Opened) -> None:
    notices = desk.desk.notices
    for url in ("https://example.com/secret", "http://127.0.0.1.example.com/secret"):
        with pytest.raises(BadInput, match="is a secret"):
            notices.set_way("webhook", on=False, fields={"url": url})
    for way in ("telegram", "slack"):
        with pytest.raises(BadInput, match="no passphrase"):
            notices.set_way(way, on=True, fields={})
        assert "no passphrase" in next(view.why_not for view in notices.state().ways if view.name == way)
    assert "secret" not in desk.engine.folder.database.read_bytes().decode("latin1")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"quiet_from": "25:00", "quiet_to": "07:00"}, "no time of day"),
        ({"quiet_from": "22:00"}, "type both"),
        ({"quiet_from": "22:00", "quiet_to": "22:00"}, "are none"),
        ({"digest_at": ""}, "needs a time"),
        ({"zone": "moon"}, "choose one"),
    ],
)
def test_a_bad_choice_is_one_sentence_and_changes_nothing(desk: Opened, changes: Any, words: str) -> None:
    before = desk.desk.notices.state().rules
    with pytest.raises(BadInput, match=words):
        desk.desk.notices.set(replace(before, **changes))
    assert desk.desk.notices.state().rules == before


def test_a_way_that_cannot_work_is_not_switched_on(desk: Opened) -> None:
    with pytest.raises(BadInput, match="not switched on"):
        desk.desk.notices.set_way("email", on=True, fields={"host": "not a host"})
    view = next(view for view in desk.desk.notices.state().ways if view.name == "email")
    assert not view.on
    assert view.fields[0].value == ""
    with pytest.raises(BadInput, match="no way called"):
        desk.desk.notices.set_way("pigeon", on=True, fields={})
    with pytest.raises(BadInput, match="is off"):
        desk.desk.notices.test("desktop")


def test_what_waits_is_let_go_of_by_hand(desk: Opened, phone: Receiver) -> None:
    switch_on(desk, phone)
    phone.status = 404
    happens(desk, "fill", "Bought 10 AAPL")
    later(desk)
    assert desk.desk.notices.drop("webhook") == 1
    assert desk.desk.notices.failures() == ()
    assert waiting(desk) == []


def test_the_heart_beats_each_minute_while_the_desk_answers(desk: Opened, phone: Receiver) -> None:
    telling = notifying(desk)
    desk.desk.notices.set_way("heartbeat", on=True, fields={"url": phone.url})
    desk.engine.wires[0].start()
    for _ in range(3):
        desk.clock.advance(30)
        telling.beat()
    assert len(phone.got) == 2
    phone.status = 404
    desk.clock.advance(60)
    telling.beat()
    assert "answered 404" in desk.desk.notices.state().heartbeat.problem
    desk.engine.wires[0].close()
    desk.clock.advance(60)
    before = len(phone.got)
    telling.beat()
    assert len(phone.got) == before, "an engine that has lost a thread is silent"


def test_no_way_on_costs_nothing(desk: Opened) -> None:
    later(desk)
    happens(desk, "fill", "Bought 10 AAPL")
    asked: list[str] = []
    desk.engine.thread.ask(lambda: desk.engine.store.connection.set_trace_callback(asked.append))
    later(desk, 1)
    desk.engine.thread.ask(lambda: desk.engine.store.connection.set_trace_callback(None))
    assert asked == []


def test_every_event_of_the_page_has_words() -> None:
    assert all(event.title and event.words for event in EVENTS.values())
    assert datetime(2026, 9, 14, 14, 30, tzinfo=UTC) == MORNING
    assert str(NotTold("x", maybe=True)) == "x"


def test_each_event_of_the_page_comes_from_somewhere() -> None:
    sources = {event for event, _ in (*events._ORDERS.values(), *events._PLAIN.values())}
    assert sources | set(events._BY_KEY.values()) | {"alarm"} == set(EVENTS)


def test_what_a_day_brings_reaches_the_phone_under_its_own_name(desk: Opened, phone: Receiver) -> None:
    """By what really happens in the engine, one thing after another."""

    def passes(seconds: int = 12) -> None:
        for _ in range(seconds // 3):
            desk.settle(3)

    def order() -> None:
        desk.clock.advance(11)
        review = desk.desk.orders.review(Draft(symbol="AAPL", side=Side.BUY, quantity="1"))
        desk.desk.orders.confirm(review.token, Consent(warnings=review.warnings))
        passes()

    def fault(which: Fault, *, on: bool) -> None:
        desk.desk.practice.fault(which, on)
        passes(60 if not on else 12)

    def rejected() -> None:
        fault(Fault.REJECT, on=True)
        order()
        fault(Fault.REJECT, on=False)

    def stopped() -> None:
        desk.folder.stop_file.touch()
        passes()

    def ends(way: Callable[[Opened, date], str]) -> Callable[[], str]:
        return lambda: way(desk, desk.engine.sessions.day(desk.engine.timeline.now()))

    passes()
    switch_on(desk, phone)
    brings: dict[str, tuple[Callable[[], object], str]] = {
        "confirmed, filled": (order, "Bought 1 AAPL"),
        "rejected": (rejected, "! Buy 1 AAPL: Refused by the broker"),
        "login": (partial(fault, Fault.LOGIN_EXPIRED, on=True), "! practice: you are not signed in any more."),
        "login, over": (partial(fault, Fault.LOGIN_EXPIRED, on=False), "Over: practice: you are not signed in"),
        "connection": (partial(fault, Fault.DOWN, on=True), "! practice does not answer."),
        "connection, over": (partial(fault, Fault.DOWN, on=False), "Over: practice does not answer."),
        "alert": (lambda: alarm(desk, "alert:1", "AAPL is above 300.", "blue", stays=True), "AAPL is above 300."),
        "mismatch": (lambda: alarm(desk, "difference:p", "AAPL differs."), "! AAPL differs."),
        "stopped": (stopped, "! Trading stopped:"),
        "summary": (ends(summed_up), "USD, day "),
        "update": (ends(said_how), "too little to go by"),
        "locked": (lambda: desk.engine.thread.ask(lambda: say_so(desk.engine)), "! Locked: nothing is watched"),
    }
    for what, (happens_now, words) in brings.items():
        happens_now()
        for _ in range(4):
            later(desk, 20)
        assert any(words in line for text in texts(phone) for line in text.splitlines()), (what, texts(phone)[-3:])


def summed_up(desk: Opened, day: date) -> str:
    return desk.engine.thread.ask(lambda: sum_up(desk.engine, day))


def said_how(desk: Opened, day: date) -> str:
    """On the session that ends its week."""
    sessions = desk.engine.sessions
    while period_begins(sessions, day, "friday") is None:
        day = sessions.next_day(day)
    return PerformanceUpdate().run(desk.engine, Slot(name=day.isoformat(), due_at=desk.engine.timeline.now()))
