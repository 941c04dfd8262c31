"""From a practice workspace's evidence to the eleventh real order, with a stand-in for the live broker; and each way around it."""

import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.brokers.base import Identity
from core.brokers.practice.line import PracticeLine
from core.channel.facets.orders import Draft, OrderView
from core.channel.home import Home
from core.domain.disclosures import VERSION
from core.domain.errors import BadInput, DeskError, OrderRefused, RiskBreach, StoreError, VaultError, WrongPassphrase
from core.domain.order import DONE, Order, OrderType, Origin, Purpose, Side, Status, TimeInForce
from core.domain.verdict import NO_CONSENT, Consent, Outcome
from core.domain.workspace import WorkspaceKind
from core.engine.going_live import DEMAND, SHOWN
from core.engine.wiring import build
from core.risk.limits import kinds
from core.store.journal import Journal
from tests.fakes.clock import FakeClock
from tests.fakes.live import NOON, exhibit, live
from tests.unit.engine.opened import Opened, opened
from tests.unit.vault.made import QUICK, WORDS

PASSPHRASE = WORDS.reveal()
ANYTHING = Consent(warnings=tuple(kinds()), reasons=dict.fromkeys(kinds(), "I want it"), worst_case_seen=True)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Opened]:
    with live(tmp_path) as desk:
        desk.desk.welcome.disclosures_read(VERSION)
        yield desk


def order(desk: Opened, quantity: str = "1", symbol: str = "AAPL", side: Side = Side.BUY, **more: Any) -> OrderView:
    """Reviewed, confirmed with every consent there is, and traded as far as it does."""
    desk.settle(11)  # a person is not that quick
    review = desk.desk.orders.review(Draft(symbol=symbol, side=side, quantity=quantity, **more))
    made = desk.desk.orders.confirm(review.token, ANYTHING)
    for _ in range(6):
        desk.settle(1)
    return desk.desk.orders.story(made.id).order


def go_live(desk: Opened) -> None:
    """Everything that is asked for, then the word and the passphrase."""
    live = desk.desk.live
    live.take_on(exhibit().text)
    desk.desk.vault.choose(PASSPHRASE)
    live.go_live("LIVE", PASSPHRASE)


def journal(desk: Opened, kind: str) -> list[str]:
    return [str(title) for title in desk.desk.journal.table(kind=kind).column("title").to_pylist()]


# before --------------------------------------------------------------------------------------------------------------


def test_an_engine_for_real_money_has_nothing_to_connect_to_yet(tmp_path: Path) -> None:
    folder = Home(tmp_path).create("real", WorkspaceKind.LIVE)
    with pytest.raises(BadInput, match="no broker for that can be connected yet"):
        build(folder, FakeClock(NOON), QUICK)


def test_a_live_account_is_read_from_the_first_day_and_nothing_is_sent(desk: Opened) -> None:
    (account,) = desk.desk.positions.accounts()
    assert account.value == Decimal(100_000)
    assert desk.desk.health.state().connections[0].reconciled
    review = desk.desk.orders.review(Draft(symbol="AAPL", side=Side.BUY, quantity="1"))
    assert not review.may_send
    assert "R31" not in review.reasons_needed
    with pytest.raises(OrderRefused, match="only read so far"):
        desk.desk.orders.confirm(review.token, ANYTHING)
    assert desk.desk.orders.table("all").num_rows == 0


def test_nobody_the_desk_knows_of_gets_an_order_out(desk: Opened) -> None:
    """Straight at the desk, past review and window."""
    for origin in Origin:
        for purpose in (Purpose.TRADE, Purpose.SHORT, Purpose.CLOSE):
            refused(desk, origin, purpose)
    assert desk.desk.orders.table("all").num_rows == 0


def refused(desk: Opened, origin: Origin, purpose: Purpose) -> None:
    made = Order(
        id="x",
        intent_key=f"{origin}-{purpose}",
        client_id="x",
        account_id=desk.engine.store.accounts.all()[0].id,
        instrument_id=desk.desk.market.names("AAPL")[0].instrument_id,
        symbol="AAPL",
        side=Side.BUY if purpose is Purpose.TRADE else Side.SELL,
        type=OrderType.MARKET,
        quantity=Decimal(1),
        origin=origin,
        purpose=purpose,
        time_in_force=TimeInForce.DAY,
    )
    for waits in (False, True):
        for consent in (NO_CONSENT, ANYTHING):
            with pytest.raises(RiskBreach) as told:
                desk.engine.thread.ask(partial(desk.engine.desk.place, made, consent, waits=waits))
            assert "R31" in {verdict.check for verdict in told.value.verdicts if verdict.outcome is Outcome.BLOCK}


@pytest.mark.parametrize("kind", [WorkspaceKind.PRACTICE, WorkspaceKind.LIVE])
def test_money_of_another_kind_is_never_pinned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: WorkspaceKind
) -> None:
    """Live keys in a practice workspace would pass both checks: that line is turned away before anything is known of it."""
    other = WorkspaceKind.LIVE if kind is WorkspaceKind.PRACTICE else WorkspaceKind.PAPER
    answers = Identity(number="77", host="broker", kind=other)
    monkeypatch.setattr(PracticeLine, "identity", lambda line: answers)
    with live(tmp_path) if kind is WorkspaceKind.LIVE else opened(tmp_path, FakeClock(NOON)) as desk:
        desk.settle(3)
        assert desk.desk.positions.accounts() == ()
        with pytest.raises(DeskError):
            desk.desk.orders.review(Draft(symbol="AAPL", side=Side.BUY, quantity="1"))
        said = " ".join(notice.title for notice in desk.desk.health.state().notices)
        assert f"answers with {other} money at broker, but this is a {kind} workspace" in said
        assert not all(step.done for step in desk.desk.live.state().to_do)


# the way there -------------------------------------------------------------------------------------------------------


def test_each_thing_that_is_asked_for_is_missed_by_its_name(desk: Opened) -> None:
    def missing() -> str:
        with pytest.raises(OrderRefused) as told:
            desk.desk.live.go_live("LIVE", PASSPHRASE)
        return str(told.value)

    assert "An evidence file" in missing()
    assert "A passphrase" in missing()
    desk.desk.live.take_on(exhibit(19, 50).text)
    assert "20 days at 1× that count: 19 so far" in missing()
    desk.desk.live.take_on(exhibit(20, 49).text)
    assert "50 orders on those days: 49 so far" in missing()
    desk.desk.vault.choose(PASSPHRASE)
    assert "passphrase" not in missing()
    assert not desk.desk.live.take_on(exhibit(21, 50, standing=("AAPL differs",)).text).shown[0].enough
    assert missing() == "Nothing was opened. Still missing: No mismatch without an explanation."
    desk.desk.live.take_on(exhibit().text)
    assert all(step.done for step in desk.desk.live.state().to_do)
    for word in ("live", "", "LIVE!", "Live"):
        with pytest.raises(BadInput, match="type LIVE, in capitals"):
            desk.desk.live.go_live(word, PASSPHRASE)
    with pytest.raises(WrongPassphrase):
        desk.desk.live.go_live("LIVE", "nine geese cross slowly")
    assert desk.desk.live.state().opened_at is None
    assert journal(desk, "lock.refused") == ["A passphrase was refused when going live"]
    assert desk.desk.live.go_live("LIVE", PASSPHRASE).opened_at == desk.clock.now()
    assert order(desk).status is Status.FILLED


def test_days_are_judged_where_they_are_read(desk: Opened) -> None:
    """None of them watched long enough; a mismatch on each; nothing at all."""
    for shown in (exhibit(seconds=0.79 * 23_400), exhibit(mismatches=1), exhibit(0, 0)):
        seen = desk.desk.live.take_on(shown.text)
        assert (seen.shown[0].counted, seen.shown[0].orders, seen.shown[0].enough) == (0, 0, False)


def test_two_workspaces_are_never_added_up(desk: Opened) -> None:
    half = exhibit(19, 50)
    other = msgspec.structs.replace(
        half, workspace_id="another", workspace="paper-1", kind=WorkspaceKind.PAPER
    ).sealed()
    desk.desk.live.take_on(half.text)
    seen = desk.desk.live.take_on(other.text)
    assert [one.counted for one in seen.shown] == [19, 19]
    assert not any(one.enough for one in seen.shown)
    assert "20 days at 1× that count: 19 so far" in [step.words for step in seen.to_do if not step.done]


def test_a_file_that_was_edited_is_refused(desk: Opened) -> None:
    made = exhibit(19)
    text = made.text.replace('"orders": 50', '"orders": 51')
    assert text != made.text
    with pytest.raises(BadInput, match="changed after it was made"):
        desk.desk.live.take_on(text)
    assert desk.desk.live.state().shown == ()


def test_a_younger_file_takes_an_older_ones_place_and_never_the_other_way(desk: Opened) -> None:
    old = exhibit(5)
    young = msgspec.structs.replace(exhibit(6), made_at=NOON).sealed()
    desk.desk.live.take_on(old.text)
    desk.desk.live.take_on(young.text)
    desk.desk.live.take_on(young.text)
    assert len(journal(desk, "live.taken_on")) == 2
    with pytest.raises(BadInput, match="A younger evidence file"):
        desk.desk.live.take_on(old.text)
    assert [one.counted for one in desk.desk.live.state().shown] == [6]


def test_evidence_that_was_edited_on_the_disk_counts_for_nothing(desk: Opened) -> None:
    desk.desk.live.take_on(exhibit(19).text)

    def edit() -> None:
        with desk.engine.store.unit:
            (name,) = desk.engine.store.settings.starting(SHOWN)
            text = desk.engine.store.settings.get(name)["text"].replace('"orders": 50', '"orders": 51')
            desk.engine.store.settings.set(name, {"text": text})

    desk.engine.thread.ask(edit)
    assert desk.desk.live.state().shown == ()


def test_a_practice_workspace_puts_what_it_has_into_a_file_that_is_taken_on(desk: Opened, tmp_path: Path) -> None:
    with opened(tmp_path, FakeClock(NOON), "practice") as practice:
        name = "watched:2026-11-19"
        with practice.engine.store.unit:
            practice.engine.store.settings.set(name, {"seconds": "23000.5", "orders": "4", "mismatches": "0"})
        seen = practice.desk.live.state()
        assert (seen.shown[0].counted, seen.shown[0].orders, seen.shown[0].made_at) == (1, 4, None)
        text = practice.desk.live.evidence()
        assert len(journal(practice, "live.evidence")) == 1
        for act in (
            partial(practice.desk.live.take_on, text),
            partial(practice.desk.live.demand, "1", "1", "because"),
            partial(practice.desk.live.go_live, "LIVE", PASSPHRASE),
            partial(practice.desk.live.lift_small, "because"),
        ):
            with pytest.raises(BadInput, match="no live workspace"):
                act()
    taken = desk.desk.live.take_on(text)
    assert (taken.shown[0].workspace, taken.shown[0].counted, taken.shown[0].orders) == ("practice", 1, 4)
    with pytest.raises(BadInput, match="no evidence for going live"):
        desk.desk.live.evidence()


# asking for less -----------------------------------------------------------------------------------------------------


def test_what_is_asked_for_never_reaches_nothing(desk: Opened) -> None:
    for typed in ("0", "-1", "0.5", "", "1,5", "many", "1e9", "NaN"):
        for days, orders in ((typed, "5"), ("5", typed)):
            with pytest.raises(BadInput):
                desk.desk.live.demand(days, orders, "I have traded for years")
    seen = desk.desk.live.state()
    assert (seen.days_needed, seen.orders_needed, seen.why_changed) == (20, 50, "")


def test_asking_for_less_needs_a_reason_and_stands_in_the_journal(desk: Opened) -> None:
    with pytest.raises(BadInput, match="type why"):
        desk.desk.live.demand("1", "1", "  ")
    desk.desk.live.demand("1", "1", "I have traded for years")
    assert journal(desk, "live.demand") == ["For going live 1 days and 1 orders are asked for, instead of 20 and 50"]
    assert desk.desk.live.take_on(exhibit(1, 1).text).shown[0].enough


def test_a_demand_that_was_edited_on_the_disk_is_no_less_than_one(desk: Opened) -> None:
    def edit(written: str) -> None:
        with desk.engine.store.unit:
            desk.engine.store.settings.set(DEMAND, {"days": written, "orders": written})

    for written in ("0", "-5", "", "none"):
        desk.engine.thread.ask(partial(edit, written))
        seen = desk.desk.live.take_on(exhibit(0, 0).text)
        assert min(seen.days_needed, seen.orders_needed) >= 1
        assert not seen.shown[0].enough


# taking it live ------------------------------------------------------------------------------------------------------


def test_twice_pressed_is_once(desk: Opened) -> None:
    go_live(desk)
    first = desk.desk.live.state().opened_at
    desk.settle(60)
    assert desk.desk.live.go_live("LIVE", PASSPHRASE).opened_at == first
    assert len(journal(desk, "live.opened")) == 1


def test_without_a_passphrase_of_this_workspace_it_is_never_opened(desk: Opened) -> None:
    desk.desk.live.take_on(exhibit().text)
    with pytest.raises((OrderRefused, VaultError)):
        desk.desk.live.go_live("LIVE", "")


@pytest.mark.parametrize("at", ["the setting", "the journal row"])
def test_a_crash_in_the_middle_leaves_it_shut_and_the_next_try_opens_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    """Everything up to the commit is undone, in memory and on the disk; after it, it is open for good."""
    real = Journal.write

    def write(self: Journal, kind: str, *given: Any, **more: Any) -> int:
        if kind != "live.opened":
            return real(self, kind, *given, **more)
        if at == "the journal row":
            real(self, kind, *given, **more)
        raise sqlite3.OperationalError("disk I/O error")

    with live(tmp_path) as desk:
        desk.desk.welcome.disclosures_read(VERSION)
        desk.desk.live.take_on(exhibit().text)
        desk.desk.vault.choose(PASSPHRASE)
        with monkeypatch.context() as broken, pytest.raises(StoreError):
            broken.setattr(Journal, "write", write)
            desk.desk.live.go_live("LIVE", PASSPHRASE)
        assert desk.desk.live.state().opened_at is None
        with pytest.raises(DeskError, match="only read so far"):
            order(desk)
        assert journal(desk, "live.opened") == []
    with live(tmp_path, FakeClock(NOON)) as desk:  # as after a kill
        desk.desk.lock.unlock(PASSPHRASE)
        assert desk.desk.live.state().opened_at is None
        desk.desk.live.go_live("LIVE", PASSPHRASE)
    with live(tmp_path, FakeClock(NOON)) as desk:
        assert desk.desk.live.state().opened_at is not None
        assert len(journal(desk, "live.opened")) == 1


# the first orders ----------------------------------------------------------------------------------------------------


def test_the_first_ten_that_trade_are_small_and_the_eleventh_need_not_be(desk: Opened) -> None:
    go_live(desk)
    for number in range(10):
        assert desk.desk.live.state().small_traded == number
        with pytest.raises(OrderRefused, match=f"next {10 - number} live orders|next live order"):
            order(desk, "2")
        assert order(desk).status is Status.FILLED
    assert desk.desk.live.state().small_traded == 10
    assert order(desk, "2").status is Status.FILLED


def test_what_never_traded_is_not_counted(desk: Opened) -> None:
    go_live(desk)
    bid = desk.desk.market.quote("AAPL").quote.bid
    low = f"{(bid * Decimal('0.9')).quantize(Decimal('0.01')):f}"
    for _ in range(11):
        made = order(desk, type=OrderType.LIMIT, limit=low)
        desk.desk.orders.cancel(made.id)
        for _ in range(6):
            desk.settle(10)
        assert desk.desk.orders.story(made.id).order.status in DONE
    assert desk.desk.live.state().small_traded == 0
    with pytest.raises(OrderRefused, match="next 10 live orders"):
        order(desk, "2")


def test_a_small_order_cannot_be_changed_into_a_large_one(desk: Opened) -> None:
    go_live(desk)
    bid = desk.desk.market.quote("AAPL").quote.bid
    low = f"{(bid * Decimal('0.9')).quantize(Decimal('0.01')):f}"
    made = order(desk, type=OrderType.LIMIT, limit=low)
    with pytest.raises(OrderRefused, match="at most one share or 50"):
        order(desk, "3", type=OrderType.LIMIT, limit=low, replaces=made.id)
    assert desk.desk.orders.story(made.id).order.quantity == 1


def test_lifted_in_words_they_may_be_larger_and_it_stays_so(tmp_path: Path) -> None:
    with live(tmp_path) as desk:
        desk.desk.welcome.disclosures_read(VERSION)
        go_live(desk)
        with pytest.raises(BadInput, match="type why"):
            desk.desk.live.lift_small(" ")
        with pytest.raises(OrderRefused, match="at most one share or 50"):
            order(desk, "2")
        desk.desk.live.lift_small("I know this account from another desk")
        desk.desk.live.lift_small("pressed twice")
        assert len(journal(desk, "live.lifted")) == 1
        assert order(desk, "2").status is Status.FILLED
    with live(tmp_path, FakeClock(desk.clock.now())) as desk:
        assert desk.desk.live.state().small_lifted == "I know this account from another desk"


def test_lifting_alone_opens_nothing(desk: Opened) -> None:
    desk.desk.live.lift_small("in advance")
    with pytest.raises(OrderRefused, match="only read so far"):
        order(desk)


def test_what_is_held_can_be_sold_whole_while_the_first_ones_are_small(desk: Opened) -> None:
    go_live(desk)
    order(desk)
    order(desk)
    assert order(desk, "2", side=Side.SELL, purpose=Purpose.CLOSE).status is Status.FILLED
    assert desk.desk.live.state().small_traded == 2
