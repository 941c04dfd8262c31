"""Starting again: a new practice account on the same connection, and nothing half done whenever it is killed."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from core.brokers.practice import PracticeBroker
from core.brokers.practice import broker as practice_broker
from core.channel.facets.orders import Draft
from core.channel.facets.practice import Fault
from core.domain.account import AccountKind
from core.domain.chosen import Kind
from core.domain.errors import BadInput, OrderRefused, StoreError
from core.domain.order import OrderType, Side, Status
from core.domain.workspace import Level
from core.engine.checks import prove_books
from core.engine.facets import runs
from tests.unit.engine.opened import Opened, opened
from tests.unit.engine.starting import at_noon, begin, bought, place, settle, the_run


def test_a_new_run_begins_with_its_own_cash_and_the_old_one_stays_as_it_was(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        waits = bought(desk)
        desk.desk.practice.deposit(Decimal(500), "more")
        settle(desk)
        begin(desk, {"starting_cash": "25000", "kind": "cash"})
        assert desk.engine.again
        assert desk.engine.ending.is_set()
        stood = desk.engine.timeline.now()
        worth = desk.engine.desk.pictures.worth("practice").equity
    with opened(tmp_path, at_noon(600)) as desk:
        settle(desk)
        (account,) = desk.desk.positions.accounts()
        assert (account.account_id, account.kind, account.cash) == ("practice-2", AccountKind.CASH, Decimal(25_000))
        assert desk.desk.positions.table().num_rows == 0
        first, second = desk.desk.runs.all()
        assert (first.name, first.account_id, first.starting_cash) == ("Run 1", "practice", Decimal(100_000))
        assert first.begun_at is not None
        assert first.ended_at is not None
        assert first.begun_at < first.ended_at
        assert (first.value, first.added, second.added) == (worth, Decimal(500), Decimal(0))
        assert worth is not None
        assert (second.name, second.ended_at, second.value) == ("Run 2", None, Decimal(25_000))
        assert second.begun_at is not None
        assert stood >= first.ended_at
        assert first.ended_at <= second.begun_at <= desk.engine.timeline.now()
        assert first.seed == second.seed
        assert {t.name: t.value for t in second.terms}["kind"] == "cash"
        assert desk.desk.orders.story(waits).order.status is Status.CANCELED
        held = desk.engine.store.books.positions("practice")
        assert [position.quantity for position in held.values()] == [10]
        assert prove_books(desk.folder.database) == []
        titles = desk.desk.journal.table(kind="practice.run").to_pylist()
        assert [(row["who"], row["title"]) for row in titles] == [
            ("person", f"Run 1 ended at {worth:,.2f} USD; run 2 begins with 25,000.00 USD")
        ]
        place(desk, "KO", "1")
        settle(desk)
        assert desk.desk.positions.table().column("quantity").to_pylist() == [1]
        assert not desk.engine.desk.alarms.all()


def test_orders_of_ended_runs_are_shown_when_asked_for_and_explain_themselves(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        waits = bought(desk)
        (filled,) = set(desk.desk.orders.table("all").column("id").to_pylist()) - {waits}
        begin(desk)
    with opened(tmp_path, at_noon(600)) as desk:
        settle(desk)
        table = desk.desk.orders.table
        assert table("all").num_rows == table("done").num_rows == 0
        mine = place(desk, "KO", "1")
        assert table("all").column("id").to_pylist() == [mine]
        assert table("all", ended=True).column("id").to_pylist() == [mine, waits, filled]
        assert table("all", find=filled).column("id").to_pylist() == [filled]
        told = desk.desk.practice.why(filled)
        assert told[0].startswith("10 at ")
        assert "did not trade" in desk.desk.practice.why(waits)[0]
        (desk.folder.path / "exchange.sqlite").unlink()
        assert "its exchange's file is gone" in desk.desk.practice.why(filled)[0]


def test_an_ended_account_is_offered_to_nobody_and_an_order_of_it_is_asked_about_nowhere(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        waits = bought(desk)
        begin(desk)
    with opened(tmp_path, at_noon(600)) as desk:
        settle(desk)
        with pytest.raises(BadInput, match=r"has ended\. Nothing was sent"):
            desk.desk.orders.review(Draft(account_id="practice", symbol="KO", side=Side.BUY, quantity="1"))
        for act in (desk.desk.orders.look_again, desk.desk.orders.send_again):
            with pytest.raises(BadInput, match="has ended, and nobody is asked"):
                act(waits)
        with pytest.raises(BadInput, match="There is no account practice here"):
            desk.desk.positions.table("practice")
        assert desk.engine.desk.connections[0].account_ids == ("practice-2",)


def test_the_same_market_goes_on_with_its_chosen_days_and_another_one_is_another(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        settle(desk)
        day = desk.desk.practice.state().to_choose[0]
        desk.desk.practice.choose(day, Kind.CRASH)
        (chosen,) = desk.desk.practice.state().chosen
        bars = desk.desk.market.bars("AAPL", "1d", 5)
        begin(desk)
    with opened(tmp_path, at_noon(600)) as desk:
        settle(desk)
        assert desk.desk.practice.state().chosen == (chosen,)
        assert desk.desk.market.bars("AAPL", "1d", 5)[:-1] == bars[:-1]
        begin(desk, other=True, request="second")
    with opened(tmp_path, at_noon(1200)) as desk:
        settle(desk)
        assert desk.desk.practice.state().chosen == ()
        assert desk.desk.market.bars("AAPL", "1d", 5)[:-1] != bars[:-1]
        one, two, three = desk.desk.runs.all()
        assert one.seed == two.seed != three.seed
        place(desk, "KO", "1")
        settle(desk)
        assert desk.desk.positions.table().num_rows == 1


def test_what_a_bad_day_had_still_to_come_ends_with_its_run(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        settle(desk)
        day = desk.desk.practice.state().to_choose[0]
        desk.desk.practice.choose(day, Kind.THIN)
        desk.desk.practice.fault(Fault.BAD_DAY, True)
        assert len(desk.engine.lines[0].market.script) > 1
        begin(desk)
    with opened(tmp_path, at_noon(600)) as desk:
        settle(desk)
        assert [(c.day, c.kind) for c in desk.engine.lines[0].market.script] == [(day, Kind.THIN)]
        assert desk.desk.practice.state().bad_day is None


def test_the_same_request_however_often_is_one_run(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        settle(desk)
        begin(desk)
        begin(desk)
        assert len(desk.engine.store.accounts.every()) == 1
        with pytest.raises(BadInput, match="has not been connected"):
            begin(desk, request="another")
    with opened(tmp_path, at_noon(600)) as desk:
        settle(desk)
        begin(desk)
        assert not desk.engine.again
        assert len(desk.desk.runs.all()) == 2


def in_doubt(desk: Opened) -> None:
    desk.desk.practice.fault(Fault.REPLY_LOST, True)
    desk.desk.practice.fault(Fault.NO_LOOK_UP, True)
    place(desk, "KO", "1", type=OrderType.LIMIT, limit="30.00")
    desk.engine.lines[0].fault(Fault.REPLY_LOST, False)
    desk.engine.lines[0].fault(Fault.NO_LOOK_UP, False)


def faulty(desk: Opened) -> None:
    desk.desk.practice.fault(Fault.STREAM_SILENT, True)


def paused(desk: Opened) -> None:
    place(desk, "KO", "1", type=OrderType.LIMIT, limit="30.00")
    settle(desk)
    desk.desk.practice.time(own_time=True, pace=0)


def read_only(desk: Opened) -> None:
    desk.engine.store.database.read_only = "This workspace is open for reading only."


def away(desk: Opened) -> None:
    desk.engine.desk.connections[0].up = False


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (in_doubt, "is not confirmed"),
        (faulty, "Switch the faults off"),
        (paused, "market time is paused"),
        (read_only, "for reading only"),
        (away, "does not answer"),
    ],
)
def test_what_stands_in_the_way_is_said_and_the_run_goes_on(
    tmp_path: Path, trouble: Callable[[Opened], None], says: str
) -> None:
    with opened(tmp_path, at_noon()) as desk:
        settle(desk)
        trouble(desk)
        orders = desk.desk.orders.table("open").num_rows
        with pytest.raises((BadInput, StoreError), match=says) as told:
            begin(desk)
        assert "\n" not in str(told.value)
        assert desk.desk.orders.table("open").num_rows == orders
        assert [account.ended_at for account in desk.engine.store.accounts.every()] == [None]
        assert not desk.engine.again
        assert not desk.desk.runs._closing
        desk.engine.store.database.read_only = ""


def test_an_order_that_is_not_seen_cancelled_keeps_the_run_alive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path, at_noon()) as desk:
        bought(desk)
        monkeypatch.setattr(runs, "PATIENCE", 0.2)
        monkeypatch.setattr("core.brokers.practice.exchange.Exchange.cancel", lambda self, client_id: None)
        with pytest.raises(BadInput, match="not all cancelled yet"):
            begin(desk)
        monkeypatch.undo()
        assert len(desk.desk.runs.all()) == 1
        settle(desk)
        place(desk, "KO", "1")


def test_while_it_ends_nothing_new_is_sent(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        bought(desk)
        refused = []

        def meanwhile(seconds: float) -> None:
            try:
                place(desk, "AAPL", "1")
            except OrderRefused as error:
                refused.append(str(error))
            desk.settle(0.5)

        desk.desk.runs.pause = meanwhile
        desk.desk.runs.begin({}, False, "first")
        assert refused
        assert set(refused) == {"This run is being ended. Nothing was sent: place the order in the next one."}


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"starting_cash": "0"}, "Starting cash is 0, and can be from 100 to 100,000,000 USD"),
        ({"starting_cash": "1,000"}, "comma"),
        ({"starting_cash": "1000.001"}, "at most 2 decimals"),
        ({"margin_rate": "-1"}, "Interest on credit is -1, and can be from 0 to 50 % a year"),
        ({"borrow_rate": "51"}, "from 0 to 50"),
        ({"intraday": "4.5"}, "from 1 to 4"),
        ({"overnight": "0.5"}, "from 1 to 4"),
        ({"intraday": "1.5"}, "is below overnight leverage"),
        ({"borrow": "11"}, "from 0 to 10"),
        ({"latency": "0.5"}, "a whole number"),
        ({"latency": "5001"}, "from 0 to 5,000 ms"),
        ({"participation": "0"}, "from 1 to 100 %"),
        ({"impact": "4"}, "from 0 to 3"),
        ({"impact_half_life": "0"}, "from 1 to 1,440 minutes"),
        ({"kind": "gold"}, "choose one of these"),
        ({"seed": "1"}, "seed is no term"),
        ({"starting_cash": ""}, "Starting cash is empty"),
        ({"starting_cash": "NaN"}, "is not a plain number"),
    ],
)
def test_a_term_out_of_bounds_gets_one_sentence(tmp_path: Path, typed: dict[str, str], says: str) -> None:
    with opened(tmp_path, at_noon()) as desk:
        settle(desk)
        with pytest.raises(BadInput) as told:
            begin(desk, typed)
        assert says in str(told.value)
        assert not desk.engine.again


def test_every_setting_that_is_no_place_and_no_market_is_a_term(tmp_path: Path) -> None:
    """A new one cannot be forgotten."""
    with opened(tmp_path, at_noon()) as desk:
        (run,) = desk.desk.runs.all()
    settings = set(PracticeBroker.__dataclass_fields__) - {"seed", "account", "days", "exchange_at", "sample"}
    assert {term.name for term in run.terms} == settings
    for term in run.terms:
        assert term.value == term.default
        assert term.phrase.endswith(".")


def test_every_term_is_kept_as_it_was_typed(tmp_path: Path) -> None:
    typed = {
        "kind": "margin",
        "starting_cash": "2500.5",
        "overnight": "1.5",
        "intraday": "3",
        "margin_rate": "7.25",
        "borrow_rate": "0",
        "borrow": "0.5",
        "call_grace": "60",
        "latency": "20",
        "participation": "5",
        "impact": "0.7",
        "impact_half_life": "10",
    }
    with opened(tmp_path, at_noon()) as desk:
        settle(desk)
        begin(desk, typed)
        kept = msgspec.json.decode(desk.engine.store.accounts.connection("practice").settings, type=PracticeBroker)
        assert kept.margin_rate == Decimal("0.0725")
    with opened(tmp_path, at_noon(600)) as desk:
        assert {term.name: term.value for term in desk.desk.runs.all()[-1].terms} == typed


def test_limits_of_the_account_go_over_and_its_restrictions_fall(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        settle(desk)
        engine = desk.engine

        def restrict() -> None:
            with engine.store.unit:
                engine.store.settings.set_limit("practice", "R02", "share", Decimal("0.05"))
            engine.brake.restrict("practice/i-ko", Level.CLOSING_ONLY, "a difference", "reconciliation")
            engine.brake.restrict("practice", Level.CLOSING_ONLY, "a loss", "day_loss")
            engine.brake.restrict("workspace", Level.CLOSING_ONLY, "my own wish", "person")

        engine.thread.ask(restrict)
        begin(desk)
    with opened(tmp_path, at_noon(600)) as desk:
        limits = desk.engine.store.settings.limits()
        assert limits["practice-2", "R02", "share"] == limits["practice", "R02", "share"] == Decimal("0.05")
        assert {row[0] for row in desk.engine.store.settings.levels()} == {"workspace"}


def test_days_that_count_outlive_a_new_start(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        for _ in range(6):
            desk.settle(5)
        (watched,) = desk.desk.practice.state().watched
        assert watched.seconds > 0
        begin(desk)
    with opened(tmp_path, at_noon()) as desk:
        (after,) = desk.desk.practice.state().watched
        assert (after.day, after.orders, after.counts) == (watched.day, watched.orders, False)
        assert after.seconds >= watched.seconds


@pytest.mark.parametrize(
    ("seconds", "mismatches", "counts"), [(18_720, 0, True), (18_719, 0, False), (23_400, 1, False), (0, 0, False)]
)
def test_a_day_counts_when_four_fifths_were_watched_and_nothing_differed(
    tmp_path: Path, seconds: int, mismatches: int, counts: bool
) -> None:
    with opened(tmp_path, at_noon()) as desk:

        def keep() -> None:
            with desk.engine.store.unit:
                row = {"seconds": str(seconds), "orders": "3", "mismatches": str(mismatches)}
                desk.engine.store.settings.set("watched:2026-11-20", row)

        desk.engine.thread.ask(keep)
        (day,) = desk.desk.practice.state().watched
        assert (day.whole, day.counts) == (23_400, counts)


def test_a_name_that_lies_there_already_is_not_taken(tmp_path: Path) -> None:
    """A workspace brought back from a backup may lie beside the exchange of a run it knows nothing of."""
    with opened(tmp_path, at_noon()) as desk:
        settle(desk)
        (desk.folder.path / "exchange-practice-2.sqlite").write_bytes(b"")
        begin(desk)
    with opened(tmp_path, at_noon(600)) as desk:
        settle(desk)
        assert (the_run(desk).account_id, the_run(desk).name) == ("practice-3", "Run 2")


def test_what_an_exchange_still_tells_of_an_ended_account_is_not_booked(tmp_path: Path) -> None:
    """Between the commit and the end of the engine its line is still open."""
    with opened(tmp_path, at_noon()) as desk:
        settle(desk)
        begin(desk)
        desk.engine.lines[0].deposit(Decimal(500), "too late")
        desk.engine.thread.ask(lambda: desk.engine.desk.wants_reading.add("practice"))
        settle(desk)
        assert desk.desk.runs.all()[0].added == 0
        assert not [alarm for alarm in desk.engine.desk.alarms.all() if alarm.weight == "red"]


def test_the_plug_of_an_ended_run_is_forgotten(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        waits = bought(desk)

        def pull() -> None:
            with desk.engine.store.unit:
                desk.engine.store.settings.set("plug", {"order": waits})

        desk.engine.thread.ask(pull)
        assert desk.desk.practice.state().plugged == waits
        begin(desk)
    with opened(tmp_path, at_noon(600)) as desk:
        assert desk.desk.practice.state().plugged == ""


def test_at_night_by_the_exchanges_hours_it_can_be_begun_too(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        bought(desk)
        desk.desk.practice.time(own_time=False, pace=1)
        desk.settle(10 * 3600)
        settle(desk)
        begin(desk)
        assert desk.engine.again


def test_an_exchange_elsewhere_keeps_its_account(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        settle(desk)
        kept, desk.engine.lines = desk.engine.lines, ()
        with pytest.raises(BadInput, match="runs in another process and keeps its own account"):
            begin(desk)
        desk.engine.lines = kept


def test_a_broker_of_the_first_run_keeps_its_file() -> None:
    assert PracticeBroker().file_in(Path("x")) == Path("x") / practice_broker.FILE
    assert replace(PracticeBroker(), account="practice-2").file_in(Path("x")).name == "exchange-practice-2.sqlite"
