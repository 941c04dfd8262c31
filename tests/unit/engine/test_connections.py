"""The brokers at a real workspace: what the page tells of a line that works, is cut, and is signed out."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.brokers import BROKERS
from core.brokers.practice import PracticeBroker
from core.brokers.practice.rules import refusal
from core.channel.facets.practice import Fault
from core.domain.money import ZERO
from core.domain.order import Order, OrderType, Side, TimeInForce
from core.engine.facets.connections import able
from core.market.sessions import Sessions
from tests.unit.engine.opened import Opened, opened
from tests.unit.engine.starting import MONDAY_NOON, at_noon

CAN = PracticeBroker().capabilities


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Opened]:
    with opened(tmp_path, at_noon()) as desk:
        for _ in range(3):
            desk.settle(4)
        yield desk


def test_a_line_that_works_says_since_when_and_whom_it_is_pinned_to(desk: Opened) -> None:
    (one,) = desk.desk.connections.all()
    assert (one.state, one.reconciled, one.last_error) == ("connected", True, "")
    assert one.broker in BROKERS
    assert one.since is not None
    assert one.since < desk.clock.now()
    assert one.read_at is not None
    assert one.skew_seconds is not None
    assert one.accounts[0] in one.pinned
    assert "at this machine" in one.pinned
    before = one.since
    desk.settle(4)
    assert desk.desk.connections.all()[0].since == before


def test_a_cut_line_keeps_its_last_error_and_counts_anew_when_it_is_back(desk: Opened) -> None:
    first = desk.desk.connections.all()[0].since
    desk.desk.practice.fault(Fault.DOWN, on=True)
    for _ in range(3):
        desk.settle(4)
    (one,) = desk.desk.connections.all()
    assert (one.state, one.reconciled) == ("down", False)
    assert one.last_error
    assert one.since is not None
    assert first is not None
    assert one.since > first
    assert one.last_error_at is not None
    desk.desk.practice.fault(Fault.DOWN, on=False)
    for _ in range(4):
        desk.settle(4)
    (back,) = desk.desk.connections.all()
    assert (back.state, back.reconciled, back.last_error) == ("connected", True, one.last_error)
    assert back.since is not None
    assert back.since > one.since


def test_signed_out_is_told_as_such(desk: Opened) -> None:
    desk.desk.practice.fault(Fault.LOGIN_EXPIRED, on=True)
    for _ in range(3):
        desk.settle(4)
    (one,) = desk.desk.connections.all()
    assert one.state == "signed out"
    assert one.since is not None


def test_what_the_table_promises_the_exchange_takes_and_the_rest_it_refuses(desk: Opened) -> None:
    sessions, instrument = Sessions(), desk.engine.store.catalogue.get(desk.desk.market.names("KO")[0].instrument_id)
    assert instrument is not None
    for one in able(CAN):
        order = asked(instrument.id, one.type, one.time_in_force)
        now = MONDAY_NOON - timedelta(hours=4) if one.hours == "opening" else MONDAY_NOON
        assert bool(one.hours) is (refusal(order, instrument, sessions, now) == ""), one
    assert {one.hours for one in able(CAN) if one.type is OrderType.STOP} == {"regular", ""}


def asked(instrument_id: str, kind: OrderType, time: TimeInForce) -> Order:
    limit = Decimal(60) if kind in (OrderType.LIMIT, OrderType.STOP_LIMIT) else None
    stop = Decimal(65) if kind in (OrderType.STOP, OrderType.STOP_LIMIT) else None
    return Order(
        id="o",
        intent_key="k",
        client_id="c",
        account_id="a",
        instrument_id=instrument_id,
        symbol="KO",
        side=Side.BUY,
        type=kind,
        quantity=Decimal(10),
        limit=limit,
        stop=stop,
        time_in_force=time,
        extended_hours=False,
        filled=ZERO,
    )
