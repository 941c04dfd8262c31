"""A whole engine: what it does with a disk that is full, a newer file, a folder of another kind, and trouble nobody waits for."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.channel.facets.orders import Draft
from core.channel.facets.practice import Fault
from core.channel.home import Home
from core.domain.errors import BadInput, DeskError, DeskUnreachable, LedgerUnbalanced, StoreError, TradingStopped
from core.domain.fill import Report, Told
from core.domain.order import OrderType, Side, Status
from core.domain.verdict import Consent
from core.domain.workspace import Level, WorkspaceKind
from core.engine.wiring import _tick, _trouble, build, start
from core.execution.errand import AccountReading, ReadAccount, run
from core.store.accounts import Kept
from tests.fakes.clock import FakeClock
from tests.unit.engine.opened import Opened, opened


def buy(desk: Opened, limit: str = "", quantity: str = "1", symbol: str = "AAPL") -> str:
    orders = desk.desk.orders
    kind = OrderType.LIMIT if limit else OrderType.MARKET
    sheet = orders.review(Draft(symbol=symbol, side=Side.BUY, type=kind, quantity=quantity, limit=limit))
    return orders.confirm(sheet.token, Consent(warnings=sheet.warnings)).id


def fill_disk(desk: Opened) -> None:
    """No room for another page."""

    def act() -> None:
        run_ = desk.engine.store.connection.execute
        run_("CREATE TABLE filler (b BLOB) STRICT")
        free = run_("PRAGMA freelist_count").fetchone()[0]
        run_("INSERT INTO filler VALUES (zeroblob(?))", ((free - 3) * 4096,))
        run_(f"PRAGMA max_page_count={run_('PRAGMA page_count').fetchone()[0]}")
        run_("CREATE TABLE crumbs (b BLOB) STRICT") if run_("PRAGMA freelist_count").fetchone()[0] else None
        with pytest.raises(sqlite3.OperationalError):
            while True:
                run_("INSERT INTO crumbs VALUES (zeroblob(3000))")

    desk.engine.thread.ask(act)


def make_room(desk: Opened) -> None:
    def act() -> None:
        desk.engine.store.connection.execute("PRAGMA max_page_count=1000000")

    desk.engine.thread.ask(act)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Opened]:
    with opened(tmp_path) as desk:
        desk.settle(1)
        yield desk


def test_an_order_goes_through_the_whole_house(desk: Opened) -> None:
    order_id = buy(desk)
    for _ in range(10):
        desk.settle(1)
    story = desk.desk.orders.story(order_id)
    assert story.order.status is Status.FILLED
    assert story.order.filled == 1
    assert [step.kind for step in story.steps][:2] == ["order.placed", "order.acked"]
    assert story.verdicts
    (fill,) = story.fills
    assert fill.quantity == 1
    row = desk.desk.positions.table().to_pylist()[0]
    assert row["symbol"] == "AAPL"
    (account,) = desk.desk.positions.accounts()
    assert account.cash == 100_000 - fill.price - fill.fee


def test_a_full_disk_takes_no_order_kills_nobody_and_is_over_when_there_is_room(desk: Opened) -> None:
    fill_disk(desk)
    with pytest.raises(StoreError, match=r"full.*nothing was sent. Free disk space"):
        for _ in range(50):
            buy(desk, quantity="1")
    sent = len(desk.engine.wires[0]._errands)
    for _ in range(3):
        desk.engine.thread.ask(lambda: attempt(desk))
    assert desk.engine.thread.alive
    assert desk.desk.health.state().open_orders >= 0  # it still answers
    make_room(desk)
    desk.settle(5)
    assert buy(desk)
    assert sent <= 50


def attempt(desk: Opened) -> None:
    """What the desk thread does by itself, trouble included."""
    desk.clock.advance(6)
    try:
        _tick(desk.engine)
    except Exception as error:  # noqa: BLE001  whatever it is
        _trouble(desk.engine, error)


def test_an_answer_the_disk_would_not_take_is_heard_again(desk: Opened) -> None:
    order_id = buy(desk)
    wire, line = desk.engine.wires[0], desk.engine.lines[0]
    (answer,) = [run(errand, line, desk.clock) for errand, _ in list(wire._errands)]
    wire._errands.clear()
    fill_disk(desk)
    with pytest.raises(StoreError):
        for _ in range(60):
            desk.engine.thread.ask(lambda: desk.engine.hear(answer))
            desk.engine.thread.ask(lambda: scribble(desk))
    make_room(desk)
    desk.engine.thread.ask(desk.engine.hear_again)
    assert not desk.engine.unheard
    assert desk.desk.orders.story(order_id).order.status is not Status.SENDING


def scribble(desk: Opened) -> None:
    with desk.engine.store.unit:
        desk.engine.store.journal.write("note", "w" * 3000)


def test_a_fault_in_one_report_does_not_make_the_desk_deaf(desk: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    faults: list[Exception] = [StoreError("full"), StoreError("still full"), ValueError("ours")]

    def take(report: Report) -> None:
        if report.client_id == "bad" and faults:
            raise faults.pop(0)
        heard.append(report.client_id)

    monkeypatch.setattr(desk.engine.desk, "hear", take)
    now = desk.clock.now()
    bad, good = (Report(told=Told.ACKED, client_id=name, at=now) for name in ("bad", "good"))
    with pytest.raises(StoreError):
        desk.engine.hear(bad)
    desk.engine.hear(good)  # behind the bad one
    assert heard == []
    with pytest.raises(StoreError, match="still full"):
        desk.engine.hear_again()
    assert [news.client_id for news in desk.engine.unheard if isinstance(news, Report)] == ["bad", "good"]
    with pytest.raises(ValueError, match="ours"):
        desk.engine.hear_again()
    desk.engine.hear_again()
    assert heard == ["good"]


@pytest.mark.parametrize("error", [ValueError("a fault"), LedgerUnbalanced("differ by 1"), LookupError("no such")])
def test_a_fault_of_ours_stops_trading_and_keeps_the_evidence(desk: Opened, error: Exception) -> None:
    desk.engine.thread.ask(lambda: _trouble(desk.engine, error))
    (level,) = desk.desk.trading.levels()
    assert level.level is Level.STOPPED
    assert level.by == "fault"
    assert str(error) in level.reason
    with pytest.raises(TradingStopped):
        buy(desk)


def test_trouble_that_is_not_ours_is_told_and_stops_nothing(desk: Opened) -> None:
    desk.engine.thread.ask(lambda: _trouble(desk.engine, StoreError("The database could not be written: full.")))
    assert desk.desk.trading.levels() == ()
    assert desk.desk.health.state().notices[0].title == "The database could not be written: full."


def test_trouble_in_telling_of_trouble_kills_nobody(desk: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("and this too")

    monkeypatch.setattr(desk.engine.desk.alarms.__class__, "set", fail)
    desk.engine.thread.ask(lambda: _trouble(desk.engine, ValueError("first")))
    desk.engine.thread.tell(fail)
    assert desk.engine.thread.ask(lambda: "alive") == "alive"


def test_what_must_be_seen_is_shown_after_a_restart_and_goes_with_a_persons_word(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        alarms = desk.engine.desk.alarms
        desk.engine.thread.ask(lambda: alarms.keep("stranger:qd-x", "red", "The broker shows qd-x.", explain=True))
    with opened(tmp_path) as desk:
        (notice,) = [n for n in desk.desk.health.state().notices if n.row]
        assert (notice.weight, notice.title, notice.explain) == ("red", "The broker shows qd-x.", True)
        with pytest.raises(BadInput, match="type what you found out"):
            desk.desk.health.acknowledge(notice.row)
        desk.desk.health.acknowledge(notice.row, "the laptop sent it")
        assert [n for n in desk.desk.health.state().notices if n.row] == []
        assert desk.desk.journal.one(notice.row).notes == ("the laptop sent it",)
    with opened(tmp_path) as desk:
        assert [n for n in desk.desk.health.state().notices if n.row] == []


def test_a_second_connection_is_refused_and_never_taken_for_the_first(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        folder = desk.folder

        def connect() -> None:
            with desk.engine.store.unit:
                desk.engine.store.accounts.connect(Kept(name="other", broker="practice", settings="{}"))

        desk.engine.thread.ask(connect)
    with pytest.raises(BadInput, match=r"has 2 connections, practice and other, .* Nothing was opened"):
        build(folder, FakeClock())


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (WorkspaceKind.PAPER, "real is a paper workspace without prices, and no broker's feed can be connected yet"),
        (WorkspaceKind.LIVE, "real is a live workspace, and no broker for that can be connected yet"),
    ],
)
def test_nothing_can_be_connected_to_a_paper_or_live_workspace_yet(
    tmp_path: Path, kind: WorkspaceKind, why: str
) -> None:
    folder = Home(tmp_path).create("real", kind)
    with pytest.raises(BadInput, match=why):
        build(folder)
    assert not folder.database.exists()


def test_a_newer_database_is_served_for_reading_and_closes_in_good_order(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        desk.settle(1)
        order_id = buy(desk)
        folder = desk.folder
        desk.settle(3)
    newer = sqlite3.connect(folder.database)
    newer.execute("UPDATE alembic_version SET version_num='0999'")
    newer.commit()
    newer.close()
    engine, served = build(folder, FakeClock())
    start(engine)
    try:
        state = served.health.state()
        assert "written by a newer Quarterdeck" in state.read_only
        assert served.orders.story(order_id).order.id == order_id
        assert served.journal.table().num_rows > 3
        for act in (
            lambda: served.trading.stop("please"),
            lambda: served.journal.note(1, "words"),
            lambda: served.limits.change("R02", "share", "0.2", "because"),
        ):
            with pytest.raises(StoreError, match="newer Quarterdeck"):
                act()
        with pytest.raises(DeskError):
            sheet = served.orders.review(Draft(symbol="AAPL", side=Side.BUY, quantity="1"))
            served.orders.confirm(sheet.token, Consent(warnings=sheet.warnings))
    finally:
        engine.close()


def test_an_engine_that_could_not_begin_still_closes_and_tells_the_first_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Home(tmp_path).create("practice", WorkspaceKind.PRACTICE)
    engine, _ = build(folder, FakeClock())

    def fail() -> None:
        raise StoreError("could not begin")

    monkeypatch.setattr(engine.desk, "wake", fail)
    try:
        with pytest.raises(StoreError, match="could not begin"):
            start(engine)
    finally:
        engine.close()


def test_a_restart_goes_on_where_it_stood(tmp_path: Path) -> None:
    clock = FakeClock()
    with opened(tmp_path, clock) as desk:
        desk.settle(1)
        order_id = buy(desk)
        desk.settle(3)
        desk.desk.trading.closing_only("careful")
        market = desk.engine.timeline.now()
        seed = desk.desk.practice.state().seed
    clock.advance(3600)
    with opened(tmp_path, clock) as desk:
        assert desk.engine.timeline.now() >= market
        assert (desk.engine.timeline.now() - market).total_seconds() < 5  # own time stood still
        assert desk.desk.practice.state().seed == seed
        assert desk.desk.orders.story(order_id).order.id == order_id
        assert desk.desk.health.state().level is Level.CLOSING_ONLY
        for _ in range(4):
            desk.settle(3)
        assert desk.engine.desk.connections[0].reconciled
        assert desk.engine.desk.connections[0].pin_problem == ""


def test_another_account_at_the_other_end_is_noticed_and_nothing_is_sent(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        desk.settle(1)
        folder = desk.folder
    other = sqlite3.connect(folder.database)
    other.execute("UPDATE connection SET pinned_number='somebody else'")
    other.commit()
    other.close()
    with opened(tmp_path) as desk:
        desk.settle(3)
        with pytest.raises(DeskError):
            buy(desk)
        notices = [notice.title for notice in desk.desk.health.state().notices]
        assert any("but this workspace belongs to somebody else" in title for title in notices)


def test_the_practice_switches_reach_the_line(desk: Opened) -> None:
    view = desk.desk.practice.fault(Fault.REPLY_LOST, True)
    assert view.faults == (Fault.REPLY_LOST,)
    order_id = buy(desk)
    desk.settle(0.2)
    assert desk.desk.orders.story(order_id).order.status is Status.UNKNOWN
    desk.desk.practice.fault(Fault.REPLY_LOST, False)
    desk.settle(3)
    desk.settle(3)
    assert desk.desk.orders.story(order_id).order.status in (Status.ACKED, Status.FILLED)
    with pytest.raises(BadInput, match="cannot run at 7×"):
        desk.desk.practice.time(True, 7)


def test_a_reading_is_only_for_accounts_of_this_workspace(desk: Opened) -> None:
    line = desk.engine.lines[0]
    reading = run(ReadAccount(account_id="nobody", since=desk.clock.now()), line, desk.clock)
    assert isinstance(reading, AccountReading)
    assert not reading.ok


def test_the_story_of_an_order_has_nothing_of_another(desk: Opened) -> None:
    first, second = buy(desk), buy(desk, symbol="MSFT")
    for _ in range(10):
        desk.settle(1)
    stories = [desk.desk.orders.story(order_id) for order_id in (first, second)]
    assert all(story.fills for story in stories)
    assert {fill.execution_id for fill in stories[0].fills}.isdisjoint(fill.execution_id for fill in stories[1].fills)
    with pytest.raises(BadInput, match="There is no order nonsense"):
        desk.desk.orders.story("nonsense")


def test_nothing_is_looked_up_in_an_engine_that_has_ended(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        assert desk.desk.journal.kinds()
    with pytest.raises(DeskUnreachable, match="The desk is closing"):
        desk.desk.journal.kinds()
