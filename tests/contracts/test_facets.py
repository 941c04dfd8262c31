"""What the engine answers is what the channel promises: the same verbs, the same shapes, the documented columns."""

import inspect
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, get_type_hints

import pyarrow as pa
import pytest

from core.channel.facets.alerts import AlertDraft
from core.channel.facets.orders import Draft
from core.channel.facets.performance import By
from core.channel.facets.settings import TicketDefaults
from core.channel.verbs import FACETS, VERBS
from core.channel.wire import encode
from core.domain.alert import AlertKind
from core.domain.errors import BadInput, DeskError
from core.domain.order import OrderType, Side
from core.domain.verdict import Consent
from core.engine.wiring import EngineDesk
from core.market.feeds.invented import InventedFeed
from core.market.invented.names import by_id
from tests.unit.engine.opened import Opened, opened

MOST_VERBS = 10
START = datetime(2026, 9, 14, tzinfo=UTC)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """A workspace with a position, a working order, a done one, a note and an edited limit."""
    with opened(tmp_path_factory.mktemp("home")) as desk:
        for _ in range(3):
            desk.settle(3)
        orders = desk.desk.orders
        bid = desk.desk.market.quote("AAPL").quote.bid
        low = f"{(bid * Decimal('0.99')).quantize(Decimal('0.01')):f}"
        for draft in (
            Draft(symbol="AAPL", side=Side.BUY, quantity="10"),
            Draft(symbol="AAPL", side=Side.BUY, quantity="1", type=OrderType.LIMIT, limit=low),
        ):
            sheet = orders.review(draft)
            orders.confirm(sheet.token, Consent(warnings=sheet.warnings))
            for _ in range(5):
                desk.settle(1)
        desk.desk.journal.note(1, "a note", ("tag",))
        desk.desk.limits.change("R02", "share", "0.2", "a test")
        yield desk


@pytest.mark.parametrize("name", FACETS)
def test_the_engine_has_every_facet_and_every_verb_as_promised(name: str, desk: Opened) -> None:
    facet = type(getattr(desk.desk, name))
    promised = {verb.name for verb in VERBS.values() if verb.facet == name}
    assert 0 < len(promised) <= MOST_VERBS
    for verb in promised:
        ours, theirs = getattr(facet, verb), getattr(FACETS[name], verb)
        assert inspect.signature(ours) == inspect.signature(theirs), verb
        assert get_type_hints(ours) == get_type_hints(theirs), verb
        assert inspect.getdoc(theirs), verb
    public = {n for n, member in vars(facet).items() if inspect.isfunction(member) and not n.startswith("_")}
    assert public == promised, "a verb nobody promised cannot be asked for"


def test_the_engine_serves_nothing_else() -> None:
    made = set(re.findall(r"self\.(\w+) =", inspect.getsource(EngineDesk)))
    assert made == set(FACETS)


TABLES = sorted((verb.facet, verb.name) for verb in VERBS.values() if verb.is_table)
GIVEN: dict[tuple[str, str], dict[str, Any]] = {
    ("orders", "table"): {"which": "all"},
    ("market", "bars"): {"symbol": "AAPL", "count": 5},
    ("positions", "table"): {},
    ("journal", "table"): {},
    ("statements", "fills"): {"account_id": "practice"},
    ("charts", "bars"): {"symbol": "AAPL", "frame": "15m", "count": 5},
    ("watchlists", "table"): {},
    ("performance", "curve"): {},
}


def documented(facet: str, verb: str) -> list[str]:
    """The columns as the promise's own words list them."""
    words = " ".join((inspect.getdoc(getattr(FACETS[facet], verb)) or "").split())
    listed = words.partition("Columns: ")[2].rstrip(".")
    assert listed, f"{facet}.{verb} does not say its columns"
    return [re.sub(r" \(.*", "", column).strip() for column in re.sub(r"\([^)]*\)", "", listed).split(",")]


@pytest.mark.parametrize(("facet", "verb"), TABLES)
def test_a_table_has_exactly_the_documented_columns(facet: str, verb: str, desk: Opened) -> None:
    given = GIVEN[facet, verb]
    table: pa.Table = getattr(getattr(desk.desk, facet), verb)(**given)
    assert table.num_rows > 0
    assert table.column_names == documented(facet, verb)
    for field in table.schema:
        assert not pa.types.is_null(field.type), field.name
        if pa.types.is_timestamp(field.type):
            assert field.type.tz == "UTC", field.name
        if facet not in ("market", "charts"):
            assert not pa.types.is_floating(field.type), f"{field.name}: money is never a float"


@pytest.mark.parametrize(
    ("facet", "verb", "nothing"),
    [
        ("orders", "table", {"which": "doubt"}),
        ("journal", "table", {"find": "nowhere to be found"}),
        ("statements", "fills", {"account_id": "nobody"}),
    ],
)
def test_an_empty_table_has_the_same_shape(facet: str, verb: str, nothing: dict[str, Any], desk: Opened) -> None:
    ask = getattr(getattr(desk.desk, facet), verb)
    empty = ask(**nothing)
    assert empty.num_rows == 0
    assert empty.schema == ask(**GIVEN[facet, verb]).schema


def pages_of_orders(desk: Opened, limit: int, **given: Any) -> list[str]:
    ids: list[str] = []
    before = ""
    while True:
        page = desk.desk.orders.table("all", before=before, limit=limit, **given).column("id").to_pylist()
        ids += page
        if len(page) < limit:
            return ids
        before = page[-1]


def test_pages_of_orders_are_complete_and_do_not_overlap(desk: Opened) -> None:
    everything = pages_of_orders(desk, 1000)
    assert len(everything) == 2
    assert pages_of_orders(desk, 1) == everything == sorted(everything, reverse=True)


def test_pages_of_the_journal_are_complete_and_do_not_overlap(desk: Opened) -> None:
    rows = desk.desk.journal.table(limit=1000).column("seq").to_pylist()
    assert rows == list(range(len(rows), 0, -1))
    paged: list[int] = []
    before = 0
    while page := desk.desk.journal.table(before=before, limit=3).column("seq").to_pylist():
        paged += page
        before = page[-1]
        if before == 1:
            break
    assert paged == rows


@pytest.mark.parametrize("find", ["%", "_", "\\", "'", "' OR 1=1 --", "%' --", "a\x00b", "🂡", "<b>"])
def test_what_is_looked_for_is_words_and_never_a_pattern(desk: Opened, find: str) -> None:
    assert desk.desk.orders.table("all", find=find).num_rows == 0
    journal = desk.desk.journal
    found = journal.table(find=find, limit=1000).column("seq").to_pylist()
    assert len(found) < journal.table(limit=1000).num_rows
    for row in (journal.one(seq) for seq in found):
        assert find in f"{row.title} {row.order_id} {row.body}"


def test_orders_are_found_by_symbol_number_and_origin(desk: Opened) -> None:
    everything = pages_of_orders(desk, 10)
    for find in ("aapl", everything[0], everything[0][-4:], "ticket"):
        assert everything[0] in pages_of_orders(desk, 10, find=find), find
    assert pages_of_orders(desk, 10, find="MSFT") == []


NASTY = "=cmd|' /C calc'!A1 <script>alert(1)</script> '; DROP TABLE journal; -- \u202e \x00 🂡"


def test_a_note_is_kept_as_it_was_typed_and_does_nothing_else(desk: Opened) -> None:
    journal = desk.desk.journal
    before = journal.table(limit=1000).num_rows
    journal.note(2, NASTY, (NASTY, " ", "x" * 100))
    one = journal.one(2)
    assert one.notes == (NASTY,)
    assert one.tags == (NASTY.strip()[:40], "x" * 40)
    assert journal.table(limit=1000).num_rows == before + 1
    assert desk.desk.health.doctor()[1].ok
    with pytest.raises(BadInput, match=r"No note was added"):
        journal.note(2, "   ", (" ",))
    with pytest.raises(BadInput, match="The journal has no row 999999"):
        journal.note(999_999, "words")


@pytest.mark.parametrize(
    "ask",
    [
        lambda d: d.orders.table("nonsense"),
        lambda d: d.orders.table("all", limit=-5) and d.orders.story("x"),
        lambda d: d.market.bars("AAPL", size="1y"),
        lambda d: d.market.bars("NOPE"),
        lambda d: d.market.quote(""),
        lambda d: d.market.ladder("NOPE"),
        lambda d: d.ticket.choices("nobody"),
        lambda d: d.ticket.estimate(Draft(symbol="NOPE", side=Side.BUY, quantity="1")),
        lambda d: d.ticket.estimate(Draft(symbol="AAPL", side=Side.BUY, risk="100", risk_stop="1,5")),
        lambda d: d.market.quotes(("AAPL", "NOPE")),
        lambda d: d.positions.one("i-none"),
        lambda d: d.positions.closing_draft("i-none"),
        lambda d: d.positions.stop_draft("i-none", stop="90"),
        lambda d: d.positions.table("nobody"),
        lambda d: d.positions.accept_difference("i-none", "words"),
        lambda d: d.positions.accept_difference("i-none", "words", paid="1,5"),
        lambda d: d.health.acknowledge(1),
        lambda d: d.health.acknowledge(0, "words"),
        lambda d: d.trading.resume("x"),
        lambda d: d.trading.unfreeze("workspace", " "),
        lambda d: d.limits.change("R02", "share", "a lot", "because"),
        lambda d: d.limits.change("R02", "share", "0.2", "x"),
        lambda d: d.limits.change("R99", "share", "0.2", "because"),
        lambda d: d.limits.reset("R02", "nonsense", "because"),
        lambda d: d.jobs.run_missed("nonsense", "x"),
        lambda d: d.jobs.plan_again("nonsense", "x", 30),
        lambda d: d.jobs.plan_again("proof", "x", 0),
        lambda d: d.limits.used("nobody"),
        lambda d: d.performance.summary("nobody"),
        lambda d: d.performance.curve("nobody"),
        lambda d: d.journal.one(0),
        lambda d: d.journal.one(-1),
        lambda d: d.orders.cancel("nonsense"),
        lambda d: d.orders.look_again("nonsense"),
        lambda d: d.orders.attest("nonsense", "words"),
        lambda d: d.orders.send_again("nonsense"),
        lambda d: d.crash_day.end(),
        lambda d: d.crash_day.sample(),
        lambda d: d.crash_day.stops(Decimal(1)),
        lambda d: d.crash_day.stops(Decimal("NaN")),
        lambda d: d.runs.begin({}, False, " "),
        lambda d: d.runs.begin({"starting_cash": "a lot"}, False, "x"),
        lambda d: d.runs.begin({"nonsense": "1"}, False, "x"),
        lambda d: d.statements.of("nonsense"),
        lambda d: d.notices.test("pigeon"),
        lambda d: d.notices.test("heartbeat"),
        lambda d: d.notices.set_way("pigeon", on=True, fields={}),
        lambda d: d.notices.set_way("webhook", on=True, fields={"nonsense": "x"}),
        lambda d: d.notices.set_way("webhook", on=True, fields={"url": "http://127.0.0.1/\x00"}),
        lambda d: d.notices.drop("pigeon"),
        lambda d: d.market.ladder("NOPE"),
        lambda d: d.charts.bars("AAPL", frame="2w"),
        lambda d: d.charts.bars("NOPE"),
        lambda d: d.charts.marks("NOPE", d.market.hours().now),
        lambda d: d.watchlists.table("nonsense"),
        lambda d: d.watchlists.make(" "),
        lambda d: d.watchlists.make("x" * 41),
        lambda d: d.watchlists.rename("nonsense", "x"),
        lambda d: d.watchlists.remove("nonsense"),
        lambda d: d.watchlists.add("nonsense", "AAPL"),
        lambda d: d.alerts.make(AlertDraft(symbol="AAPL", kind=AlertKind.PRICE, level="1,5")),
        lambda d: d.alerts.make(AlertDraft(symbol="NOPE", kind=AlertKind.PRICE, level="1")),
        lambda d: d.alerts.make(AlertDraft(symbol="AAPL", kind=AlertKind.RSI, level="101")),
        lambda d: d.alerts.make(AlertDraft(symbol="AAPL", kind=AlertKind.RSI, level="50", frame="1y")),
        lambda d: d.alerts.make(AlertDraft(symbol="AAPL", kind=AlertKind.AVERAGE, level="2.5")),
        lambda d: d.alerts.remove("nonsense"),
        lambda d: d.reports.of(date(2020, 1, 1)),
        lambda d: d.live.take_on("nonsense"),
        lambda d: d.live.demand("1", "1", "because"),
        lambda d: d.live.lift_small("because"),
        lambda d: d.live.go_live("LIVE", "four lamps under water"),
        lambda d: d.alerts.arm("nonsense"),
        lambda d: d.settings.set_idle("0"),
        lambda d: d.settings.set_ticket(TicketDefaults(account_id="nobody")),
        lambda d: d.settings.claim("mine"),
        lambda d: d.backups.set_second_place("nowhere"),
    ],
)
def test_a_bad_question_is_one_sentence(desk: Opened, ask: Any) -> None:
    with pytest.raises(DeskError) as told:
        ask(desk.desk)
    assert "\n" not in str(told.value)
    assert str(told.value).rstrip().endswith((".", "?"))


def test_the_journal_is_read_and_searched_while_the_desk_is_busy(desk: Opened) -> None:
    """Reading it may take seconds: it waits for nobody, and nobody waits for it."""
    go_on = threading.Event()
    desk.engine.thread.tell(lambda: _wait(go_on))
    journal = desk.desk.journal
    try:
        with ThreadPoolExecutor() as pool:
            found = pool.submit(journal.table, find="practice")
            page, one, kinds = pool.submit(journal.table), pool.submit(journal.one, 1), pool.submit(journal.kinds)
            assert found.result(8).num_rows
            assert page.result(8).num_rows
            assert one.result(8).seq == 1
            assert "workspace" in kinds.result(8)
    finally:
        go_on.set()


@pytest.mark.parametrize(
    "look",
    [
        lambda d: d.orders.table("done", find="aapl"),
        lambda d: d.orders.table("all", find="nothing of the kind"),
        lambda d: d.orders.table("all"),
        lambda d: d.orders.table("open", find="aapl"),
        lambda d: d.orders.table("doubt"),
        lambda d: [d.orders.story(row["id"]) for row in d.orders.table("all").to_pylist()],
        lambda d: d.journal.table(find="aapl"),
        lambda d: d.statements.fills("practice"),
        lambda d: d.health.state(),
        lambda d: d.positions.accounts(),
        lambda d: d.market.names(),
        lambda d: d.crash_day.state(),
    ],
)
def test_a_look_asks_nothing_of_the_desks_own_connection(desk: Opened, look: Any) -> None:
    asked: list[str] = []
    connection = desk.engine.store.connection
    desk.engine.thread.ask(lambda: connection.set_trace_callback(asked.append))
    try:
        look(desk.desk)
    finally:
        desk.engine.thread.ask(lambda: connection.set_trace_callback(None))
    assert asked == []


def test_bars_are_worked_out_beside_the_desk_thread(desk: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []
    real = InventedFeed.bars

    def bars(*given: Any) -> Any:
        threads.append(threading.current_thread().name)
        return real(*given)

    monkeypatch.setattr(InventedFeed, "bars", bars)
    assert desk.desk.market.bars("AAPL", "1d", 20).num_rows == 20
    assert threads
    assert "desk" not in threads


def test_what_is_usual_is_worked_out_beside_the_desk_thread_and_once_a_day(
    desk: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []
    real = InventedFeed.bars

    def bars(*given: Any) -> Any:
        threads.append(threading.current_thread().name)
        return real(*given)

    monkeypatch.setattr(InventedFeed, "bars", bars)
    ask = Draft(symbol="JPM", side=Side.BUY, quantity="10")
    first, second = desk.desk.ticket.estimate(ask), desk.desk.orders.review(ask)
    assert len(threads) == 1
    assert "desk" not in threads
    assert first.usual_volume == second.usual_volume
    assert first.usual_volume is not None
    listed = by_id()[desk.desk.market.names("JPM")[0].instrument_id].volume
    assert listed / 3 < first.usual_volume < listed * 3


def test_the_book_begins_at_the_quote_and_goes_away_from_it(desk: Opened) -> None:
    quote, book = desk.desk.market.quote("AAPL").quote, desk.desk.market.ladder("AAPL")
    assert (book.bids[0].price, book.asks[0].price) == (quote.bid, quote.ask)
    assert (book.bids[0].size, book.asks[0].size) == (quote.bid_size, quote.ask_size)
    assert len(book.bids) == len(book.asks) == 10
    assert [rung.price for rung in book.bids] == sorted({rung.price for rung in book.bids}, reverse=True)
    assert [rung.price for rung in book.asks] == sorted({rung.price for rung in book.asks})
    assert book.note == "INVENTED PRICES"


def test_every_answer_can_cross_the_channel(desk: Opened) -> None:
    d = desk.desk
    (account,) = d.positions.accounts()
    (row,) = d.positions.table().to_pylist()
    answers: list[Any] = [
        d.health.state(),
        d.health.doctor(),
        d.jobs.all(),
        d.jobs.missed(),
        d.limits.all(),
        d.limits.all(account.account_id),
        d.limits.used(),
        d.market.names(),
        d.market.hours(),
        d.market.quotes(("AAPL", "MSFT")),
        d.market.ladder("AAPL"),
        d.ticket.choices(),
        d.ticket.estimate(Draft(symbol="AAPL", side=Side.BUY, share="5")),
        d.positions.accounts(),
        d.positions.one(row["instrument_id"]),
        d.positions.closing_draft(row["instrument_id"], part="50%"),
        d.positions.stop_draft(row["instrument_id"], away="5"),
        d.positions.opening(),
        d.performance.summary(),
        d.performance.months(),
        *(d.performance.parts(by) for by in By),
        d.practice.state(),
        d.crash_day.state(),
        d.crash_day.reports(),
        d.crash_day.stops(Decimal("0.03")),
        d.runs.all(),
        d.notices.state(),
        d.notices.failures(),
        d.trading.levels(),
        d.trading.report(),
        d.journal.one(1),
        d.journal.kinds(),
        d.journal.tags(),
        d.journal.of_order(d.orders.table("all").to_pylist()[0]["id"]),
        d.statements.all(),
        d.market.ladder("AAPL"),
        d.charts.marks("AAPL", START),
        d.watchlists.make("Mine"),
        d.watchlists.all(),
        d.alerts.make(AlertDraft(symbol="AAPL", kind=AlertKind.MACD)),
        d.alerts.all(),
        d.statements.of(account.account_id),
        d.settings.state(),
        d.settings.about(),
        d.backups.make(),
        d.backups.state(),
        d.connections.all(),
        *(d.practice.why(order_id) for order_id in pages_of_orders(desk, 10)),
        *(d.orders.story(order_id) for order_id in pages_of_orders(desk, 10)),
    ]
    for answer in answers:
        assert encode(answer)
    assert d.health.state().now.tzinfo is UTC
    assert row["quantity"] == Decimal(10)
    assert account.value == account.cash + (account.invested or 0)


def _wait(go_on: threading.Event) -> None:
    go_on.wait(60)
