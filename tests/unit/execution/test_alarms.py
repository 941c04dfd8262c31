"""What a person must see stays until they say they have, over restarts too; what describes a condition ends with it."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from core.domain.errors import BadInput, StoreError
from core.domain.fill import Report, Told
from core.domain.order import Order, Purpose, Side, Status
from core.execution.alarms import Alarm
from tests.fakes.disk import Fault
from tests.unit.execution.desk import NIGHT, Desk

D = Decimal
BUST = "The broker took back a trade in ANT."


def busted() -> Desk:
    desk = Desk()
    order = desk.working(limit="51")
    desk.fill(order, "10")
    desk.broker.bust(desk.broker.fills[-1])
    desk.hear()
    return desk


def overfilled(desk: Desk, order: Order, by: str, name: str) -> None:
    extra = replace(desk.broker.fills[0], execution_id=name, quantity=D(by))
    desk.house.desk.hear(Report(told=Told.FILLS, client_id=order.client_id, at=desk.clock.now(), fills=(extra,)))


def one(desk: Desk) -> Alarm:
    (alarm,) = desk.house.alarms.all()
    return alarm


def test_it_is_shown_again_after_every_restart_until_a_person_has_seen_it() -> None:
    desk = busted()
    before = one(desk)
    assert before.row
    for _ in range(2):
        desk.kill()
        desk.pass_time(5)
        assert one(desk) == before
    desk.house.alarms.acknowledge(before.row)
    assert desk.alarms() == []
    desk.kill()
    desk.pass_time(5)
    assert desk.alarms() == []
    rows = desk.disk.execute("SELECT kind, who, title, about FROM journal WHERE kind LIKE 'alarm%' ORDER BY seq")
    assert rows.fetchall() == [
        ("alarm.kept", "desk", BUST, None),
        ("alarm.seen", "person", f"Seen: {BUST}", before.row),
    ]


def test_what_grew_worse_after_it_was_read_is_not_seen_with_it() -> None:
    desk = Desk()
    order = desk.working(limit="51")
    desk.fill(order, "10")
    overfilled(desk, order, "5", "extra")
    read = one(desk)
    overfilled(desk, order, "2", "more")
    assert one(desk).detail.startswith("ANT: asked 10, filled 17.")
    with pytest.raises(BadInput, match="not shown any more, or its words have changed"):
        desk.house.alarms.acknowledge(read.row)
    desk.kill()
    assert one(desk).detail.startswith("ANT: asked 10, filled 17.")
    desk.house.alarms.acknowledge(one(desk).row)
    overfilled(desk, order, "1", "again")
    assert one(desk).detail.startswith("ANT: asked 10, filled 18.")


def test_a_condition_is_not_clicked_away_and_does_not_outlive_the_process() -> None:
    desk = Desk()
    desk.broker.cash -= D(500)
    desk.pass_time(15)
    assert one(desk).row == 0
    for row in (0, 1, 10**9):
        with pytest.raises(BadInput, match="Nothing was done"):
            desk.house.alarms.acknowledge(row)
    desk.broker.cash += D(500)
    desk.kill()
    desk.pass_time(15)
    assert desk.alarms() == []


def test_one_that_belongs_to_a_fill_the_disk_refused_is_raised_with_it_later() -> None:
    desk = Desk()
    order = desk.working(limit="51")
    desk.fill(order, "10")
    desk.broker.bust(desk.broker.fills[-1])
    desk.disk.before = full("COMMIT")
    with pytest.raises(StoreError):
        desk.hear()
    assert desk.alarms() == []
    desk.disk.heal()
    desk.pass_time(5)
    assert desk.alarms() == [BUST]
    desk.kill()
    assert desk.alarms() == [BUST]


def test_one_the_disk_refuses_is_shown_at_once_and_kept_as_soon_as_it_can_be() -> None:
    desk = Desk()
    desk.disk.before = full("BEGIN")
    with pytest.raises(StoreError):
        desk.house.alarms.keep("key", "red", "It was not closed.")
    assert (one(desk).title, one(desk).row) == ("It was not closed.", 0)
    desk.disk.heal()
    desk.pass_time(2)
    assert one(desk).row
    desk.kill()
    assert desk.alarms() == ["It was not closed."]


def test_a_close_that_did_not_go_is_remembered_over_a_restart_and_clears_itself_when_it_is_closed() -> None:
    desk = Desk()
    desk.held("100")
    closing = desk.place("i-ant", Side.SELL, "100", limit="51", waits=True, purpose=Purpose.CLOSE)
    desk.settle(NIGHT.total_seconds())
    assert desk.status(closing) is Status.ABANDONED
    title = f"ANT was not closed: order {closing.id} was not sent."
    assert title in desk.alarms()
    desk.kill()
    assert title in desk.alarms()
    desk.house.alarms.clear(f"unclosed:{closing.id}")
    desk.kill()
    assert title not in desk.alarms()


def test_an_order_that_is_over_here_and_works_there_stays_told_after_a_restart() -> None:
    desk = Desk()
    order = desk.working(limit="49")
    lost = desk.broker.held.pop()
    desk.pass_time(40)
    desk.minder.attest(order.id, "it is gone")
    desk.broker.held.append(lost)
    desk.pass_time(4)
    title = f"Order {order.id} (ANT) is attested by our record and works at the broker."
    assert title in desk.alarms()
    lost.status = Status.CANCELED
    desk.kill()
    desk.pass_time(4)
    assert title in desk.alarms()


def full(statement: str) -> Callable[[str], None]:
    """A disk that refuses the statements that begin like this."""

    def before(sql: str) -> None:
        if sql.startswith(statement):
            raise sqlite3.OperationalError(Fault.ENOSPC)

    return before
