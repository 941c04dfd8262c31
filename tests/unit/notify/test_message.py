"""What a message says: what went wrong first, a run in one line, and nothing that is more than words."""

from datetime import UTC, datetime

import pytest

from core.domain.order import Order, Origin, Side
from core.notify.events import DIGEST, EVENTS, KINDS, News, told
from core.notify.message import compose
from core.store.journal import Line
from tests.unit.risk.scene import buy

AT = datetime(2026, 9, 14, 14, 30, tzinfo=UTC)


def one(event: str, weight: str, title: str, run: str = "", detail: str = "") -> News:
    return News(event=event, weight=weight, title=title, detail=detail, at=AT, made_at=AT, run=run)


def line(kind: str, title: str = "words", body: str = "{}", who: str = "desk") -> Line:
    return Line(seq=7, recorded_at=AT, market_at=AT, kind=kind, who=who, order_id="", title=title, body=body, hash=b"")


def test_a_run_is_one_line_and_its_exceptions() -> None:
    filled = [one("filled", "blue", f"Bought {n} A", run="r-1") for n in range(12)]
    wrong = one("rejected", "amber", "Buy 3 B: Refused by the broker.", run="r-1", detail="no such name")
    message = compose("Practice", [*filled, wrong, one("filled", "blue", "Sold 1 C")])
    assert message.text.splitlines() == [
        "! Mon 10:30 ET Buy 3 B: Refused by the broker. no such name",
        "Run r-1: 12 fills",
        "Mon 10:30 ET Sold 1 C",
    ]
    assert message.title == "Practice: 1 to look at, 13 other messages"
    assert not message.loud


def test_what_came_from_elsewhere_is_one_line_of_words() -> None:
    nasty = one("alarm", "red", "a\r\nSubject: b\x00\u202e", detail="x" * 2000)
    message = compose("Live", [nasty], again=True)
    assert message.loud
    assert message.title == "Live: Alarms"
    first, last = message.text.splitlines()
    assert first.startswith("! Mon 10:30 ET a Subject: b x")
    assert len(first) < 260
    assert last.startswith("This may have reached you before")


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("body", ["{}", "[]", "null", '{"alarm": {"key": "x", "weight": "red"}, "key": "down:x"}'])
def test_every_kind_of_row_that_is_read_can_be_told(kind: str, body: str) -> None:
    if kind.startswith("alarm") and not body.startswith("{"):
        return
    news = told(line(kind, body=body), None)
    if news is not None:
        assert news.event in EVENTS
        assert compose("Paper", [news]).text


def test_what_a_person_did_or_read_is_not_loud() -> None:
    by_file, by_hand = told(line("trading.stopped"), None), told(line("trading.stopped", who="person"), None)
    assert by_file is not None
    assert by_hand is not None
    assert (by_file.loud, by_hand.loud) == (True, False)
    assert told(line("order.refused", who="ticket"), None) is None
    assert told(line("order.refused", who="algorithm"), None) is not None


def test_an_alarm_goes_where_it_belongs() -> None:
    def event(key: str, kind: str = "alarm") -> str:
        news = told(line(kind, body=f'{{"key": "{key}", "weight": "amber"}}'), None)
        return news.event if news is not None else ""

    assert event("difference:p/i") == event("cash:p") == event("cash:p", "alarm.over") == "mismatch"
    assert event("down:practice", "alarm.over") == "connection"
    assert event("signed_out:ibkr") == event("signed_out:ibkr", "alarm.over") == event("login:ibkr") == "login"
    assert event("alert:7") == "alert"
    assert event("bust:1") == "alarm"
    assert event("bust:1", "alarm.over") == "", "that it is over needs no message"
    assert event("job:backup") == "", "the job's own row tells it"


def test_an_order_is_named_once() -> None:
    order: Order = buy("10")
    assert order.side is Side.BUY
    assert order.origin is Origin.TICKET
    news = told(line("order.rejected", "Refused by the broker", '{"reason": "no such name"}'), order)
    assert news is not None
    assert news.title == f"Buy 10 {order.symbol}: Refused by the broker."
    again = told(line("order.in_doubt", f"Buy 10 {order.symbol}: It may be there"), order)
    assert again is not None
    assert again.title == f"Buy 10 {order.symbol}: It may be there."
    assert {name for name, event in EVENTS.items() if event.pace == DIGEST} == {"confirmed", "ended"}
