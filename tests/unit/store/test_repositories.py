"""What goes in comes out, page by page, day by day, and nothing typed is ever taken for a command."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.account import Account, AccountKind, Regime, RegimeSpan, TaxKind
from core.domain.fill import Fill
from core.domain.instrument import Alias, AssetClass, Instrument, OptionRight, OptionTerms, TickRule
from core.domain.order import DONE, IN_DOUBT, OPEN, Leg, Order, OrderType, Origin, Purpose, Side, Status, TimeInForce
from core.domain.verdict import Consent
from core.domain.workspace import Workspace, WorkspaceKind
from core.store import journal
from core.store.accounts import Kept, Mark
from core.store.database import Database
from core.store.fills import of_client
from core.store.orders import page as orders_page
from core.store.store import Store
from tests.fakes.broker import ACCOUNT
from tests.fakes.clock import MORNING, FakeClock
from tests.fakes.house import founded_disk

D = Decimal
DAY = MORNING.date()


@pytest.fixture
def store() -> Store:
    clock = FakeClock()
    return Store(Database(founded_disk()), clock, clock)


def again(store: Store) -> Store:
    clock = FakeClock()
    return Store(Database(store.connection), clock, clock)


def an_order(number: int, **changes: Any) -> Order:
    values: dict[str, Any] = {
        "id": f"{DAY:%Y%m%d}-{number:06}",
        "intent_key": f"t{number}",
        "client_id": f"c{number}",
        "account_id": ACCOUNT,
        "instrument_id": "i-ant",
        "symbol": "ANT",
        "side": Side.BUY,
        "type": OrderType.MARKET,
        "quantity": D(10),
        "at": MORNING,
        "reserve_price": D(50),
        "status": Status.ACKED,
    }
    return Order(**(values | changes))


def add(store: Store, *orders: Order) -> None:
    with store.unit:
        for order in orders:
            store.orders.add(order)


# orders -------------------------------------------------------------------------------------------------------------

numbers = st.decimals("0.000000001", "9000000", places=9)
words = st.text(max_size=30).filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text))
orders = st.builds(
    Order,
    id=st.just("20260914-000001"),
    intent_key=words,
    client_id=words,
    account_id=st.just(ACCOUNT),
    instrument_id=st.just("i-ant"),
    symbol=words,
    side=st.sampled_from(Side),
    type=st.sampled_from(OrderType),
    quantity=numbers,
    limit=st.none() | numbers,
    stop=st.none() | numbers,
    time_in_force=st.sampled_from(TimeInForce),
    extended_hours=st.booleans(),
    purpose=st.sampled_from(Purpose),
    notional=st.none() | st.decimals("0.01", "900000", places=6),
    origin=st.sampled_from(Origin),
    origin_id=words,
    strategy=st.none() | words,
    parent_id=st.none() | words,
    legs=st.lists(
        st.builds(Leg, instrument_id=words, side=st.sampled_from(Side), ratio=st.integers(1, 9)), max_size=3
    ).map(tuple),
    replaces=st.none() | words,
    carried=numbers,
    consent=st.builds(
        Consent,
        warnings=st.lists(words, max_size=2).map(tuple),
        reasons=st.dictionaries(words, words, max_size=2),
        worst_case_seen=st.booleans(),
    ),
    doubted=st.booleans(),
    cancel_asked=st.booleans(),
    reserve_price=numbers,
    status=st.sampled_from(sorted(OPEN)),
    filled=numbers,
    filled_value=st.decimals("0", "900000", places=6),
    broker_order_id=st.none() | words,
    reason=words,
    at=st.just(MORNING),
    sent_at=st.none() | st.just(MORNING + timedelta(microseconds=1)),
    expires_at=st.none() | st.just(MORNING + timedelta(hours=5)),
)


@settings(max_examples=40, deadline=None)
@given(order=orders)
def test_every_field_of_an_order_survives_a_restart(order: Order) -> None:
    clock = FakeClock()
    store = Store(Database(founded_disk()), clock, clock)
    add(store, order)
    (kept,) = again(store).orders.open()
    assert kept == order
    assert again(store).orders.by_client(order.client_id) == order
    assert again(store).orders.by_intent(order.intent_key) == order


@settings(max_examples=30, deadline=None)
@given(before=orders, after=orders)
def test_what_may_change_is_saved_and_the_rest_is_not_touched(before: Order, after: Order) -> None:
    clock = FakeClock()
    store = Store(Database(founded_disk()), clock, clock)
    add(store, before)
    changed = replace(
        before,
        carried=after.carried,
        cancel_asked=after.cancel_asked,
        doubted=after.doubted,
        status=after.status,
        filled=after.filled,
        filled_value=after.filled_value,
        broker_order_id=after.broker_order_id,
        reason=after.reason,
        sent_at=after.sent_at,
    )
    with store.unit:
        store.orders.save(changed)
    assert again(store).orders.get(before.id) == changed == store.orders.get(before.id)


@pytest.mark.parametrize("count", [0, 1, 7, 23])
@pytest.mark.parametrize("size", [1, 2, 7, 50])
def test_pages_are_complete_newest_first_and_do_not_overlap(store: Store, count: int, size: int) -> None:
    add(store, *(an_order(n, status=sorted(OPEN | DONE)[n % 15]) for n in range(1, count + 1)))
    read = partial(orders_page, store.connection)
    for page, wanted in ((read, OPEN), (read, DONE), (read, OPEN | DONE), (store.orders.working, OPEN)):
        everything = [o.id for o in page(wanted, "", 1000)]
        assert everything == sorted(everything, reverse=True)
        paged: list[str] = []
        while found := page(wanted, paged[-1] if paged else "", size):
            assert len(found) <= size
            paged += [o.id for o in found]
        assert paged == everything
    assert len(read(OPEN | DONE, "", 1000)) == count
    for wanted in (OPEN, IN_DOUBT):
        assert store.orders.working(wanted, "", 1000) == read(wanted, "", 1000)


@pytest.mark.parametrize("find", ["%", "_", "2026_914%", "\\", "%%%", "' OR '1'='1", "'; DROP TABLE orders; --"])
def test_what_is_looked_for_is_no_pattern_and_no_command(store: Store, find: str) -> None:
    add(store, an_order(1), an_order(2))
    for page in (partial(orders_page, store.connection), store.orders.working):
        assert page(OPEN, "", 10, find) == []
        page(OPEN, find, 10)  # a place to go on from that nobody gave out
        assert len(page(OPEN, "", 10)) == 2


@pytest.mark.parametrize(
    ("find", "ids"),
    [
        ("ant", 2),
        ("ANT", 2),
        ("000002", 1),
        ("20260914", 2),
        ("20260914-000002", 1),
        ("c1", 1),
        ("Ticket", 2),
        ("x", 0),
    ],
)
def test_what_an_order_is_found_by(store: Store, find: str, ids: int) -> None:
    add(store, an_order(1), an_order(2))
    assert len(orders_page(store.connection, OPEN, "", 10, find)) == ids
    assert len(store.orders.working(OPEN, "", 10, find)) == ids


def test_numbers_go_on_beyond_a_million_a_day(store: Store) -> None:
    add(store, an_order(999_999))
    assert again(store).orders.next_id(DAY) == "20260914-1000000"
    assert again(store).orders.next_id(DAY + timedelta(days=1)) == "20260915-000001"


def test_an_order_without_its_time_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="has no time"), store.unit:
        store.orders.add(an_order(1, at=None))


def test_the_newest_successor_is_the_one(store: Store) -> None:
    add(store, an_order(1), an_order(2, replaces=an_order(1).id), an_order(3, replaces=an_order(1).id))
    found = store.orders.successor(an_order(1).id)
    assert found is not None
    assert found.id == an_order(3).id
    assert store.orders.successor(an_order(3).id) is None


def test_a_persons_orders_of_a_day_are_counted(store: Store) -> None:
    add(
        store,
        an_order(1),
        an_order(2, origin=Origin.ALGORITHM),
        an_order(3, status=Status.CANCELED),
        an_order(5, reserve_price=D(0)),
        an_order(4, id=f"{DAY + timedelta(days=1):%Y%m%d}-000001"),
    )
    assert store.orders.asked_on(ACCOUNT, DAY, {Origin.TICKET}) == 2
    assert store.orders.asked_on("nobody", DAY, {Origin.TICKET}) == 0


# fills --------------------------------------------------------------------------------------------------------------


def a_fill(number: int, **changes: Any) -> Fill:
    values: dict[str, Any] = {
        "execution_id": f"x{number}",
        "account_id": ACCOUNT,
        "instrument_id": "i-ant",
        "client_id": "c1",
        "side": Side.BUY,
        "quantity": D("1.000000001"),
        "price": D("50.123456789"),
        "fee": D("0.000001"),
        "at": MORNING + timedelta(seconds=number),
        "note": "met 50.01 × 500",
    }
    return Fill(**(values | changes))


def test_what_traded_at_risk_is_counted_for_each_account_alone(store: Store) -> None:
    with store.unit:
        store.accounts.add(replace(store.accounts.every()[0], id="second"))
    traded = {"status": Status.PARTIAL, "filled": D(1)}
    of_second = {"account_id": "second", **traded}
    reducing = an_order(4, reserve_price=D(0), **traded)
    add(store, an_order(1, **traded), an_order(2, **traded), an_order(3), reducing, an_order(5, **of_second))
    with store.unit:
        for number, client_id in enumerate(("c1", "c1", "c2", "c4")):
            store.fills.add_if_new(a_fill(number, client_id=client_id))
        store.fills.add_if_new(a_fill(9, client_id="c5", account_id="second"))
    assert [store.orders.traded_at_risk(account, 10) for account in (ACCOUNT, "second", "nobody")] == [2, 1, 0]
    assert store.orders.traded_at_risk(ACCOUNT, 1) == 1


def test_a_fill_is_kept_once_and_exactly(store: Store) -> None:
    with store.unit:
        assert store.fills.add_if_new(a_fill(1))
        assert not store.fills.add_if_new(a_fill(1))
        assert not store.fills.add_if_new(a_fill(1, price=D(1)))  # the first word counts
    assert store.fills.one(ACCOUNT, "x1") == a_fill(1)
    assert of_client(store.connection, "c1") == [a_fill(1)]
    assert store.fills.last_at(ACCOUNT) == a_fill(1).at
    assert store.fills.last_at("nobody") is None
    told = a_fill(2, client_id="c2", bid=D("49.99"), ask=D("50.000000001"))
    with store.unit:
        store.fills.add_if_new(told)
    assert of_client(store.connection, "c2") == [told]


def test_what_still_counts_since_a_moment(store: Store) -> None:
    bust = a_fill(4, execution_id="b", busts="x2")
    with store.unit:
        for fill in (a_fill(1), a_fill(2), a_fill(3), bust):
            store.fills.add_if_new(fill)
    assert store.fills.since(ACCOUNT, a_fill(2).at) == {}  # nothing of it is held
    with store.unit:
        store.connection.execute("INSERT INTO position VALUES (?, 'i-ant', 1, 1, 'USD')", (ACCOUNT,))
    assert store.fills.since(ACCOUNT, a_fill(2).at) == {"i-ant": [a_fill(3)]}
    assert store.fills.since("other", a_fill(2).at) == {}
    assert store.fills.taken_back(ACCOUNT, "x2")
    assert not store.fills.taken_back(ACCOUNT, "x1")
    assert not store.fills.taken_back("other", "x2")


def test_what_still_counts_is_looked_up_again_after_any_change_and_after_one_taken_back(store: Store) -> None:
    with store.unit:
        store.connection.execute("INSERT INTO position VALUES (?, 'i-ant', 1, 1, 'USD')", (ACCOUNT,))
        store.fills.add_if_new(a_fill(2))
    seen = store.fills.since(ACCOUNT, a_fill(1).at)
    assert store.fills.since(ACCOUNT, a_fill(1).at) is seen
    assert store.fills.since(ACCOUNT, a_fill(3).at) == {}
    with pytest.raises(ZeroDivisionError), store.unit:
        store.fills.add_if_new(a_fill(3))
        assert store.fills.since(ACCOUNT, a_fill(1).at) == {"i-ant": [a_fill(2), a_fill(3)]}
        raise ZeroDivisionError
    with store.unit:
        store.journal.write("test", "another change")
    assert store.fills.since(ACCOUNT, a_fill(1).at) == {"i-ant": [a_fill(2)]}
    with store.unit:
        store.connection.execute("DELETE FROM position")
    assert store.fills.since(ACCOUNT, a_fill(1).at) == {}


def test_what_still_counts_is_found_by_position_and_not_by_reading_the_history(store: Store) -> None:
    asked: list[str] = []
    store.connection.set_trace_callback(asked.append)
    store.fills.since(ACCOUNT, a_fill(1).at)
    store.connection.set_trace_callback(None)
    plan = [row[3] for row in store.connection.execute(f"EXPLAIN QUERY PLAN {asked[-1]}")]
    assert any("fill_by_instrument (account_id=? AND instrument_id=? AND at>?)" in step for step in plan), plan
    assert not [step for step in plan if step.startswith("SCAN") and "position" not in step], plan


@pytest.mark.parametrize(
    "bad", [{"quantity": D("1E-10")}, {"price": D("NaN")}, {"fee": D("1E-7")}, {"price": D(10**10)}]
)
def test_a_fill_that_cannot_be_kept_exactly_is_an_error(store: Store, bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"decimals|number|large"), store.unit:
        store.fills.add_if_new(a_fill(1, **bad))
    assert not store.fills.knows(ACCOUNT, "x1")


# instruments --------------------------------------------------------------------------------------------------------

FULL = Instrument(
    id="i-opt",
    symbol="ANT 261218C50",
    name="Ant call",
    listing="XSIM",
    asset_class=AssetClass.OPTION,
    ticks=(TickRule(from_price=D(0), tick=D("0.01")), TickRule(from_price=D(3), tick=D("0.05"))),
    lot=D("0.5"),
    scale=0,
    multiplier=D(100),
    fractionable=False,
    shortable=False,
    tradable=False,
    sector=None,
    diversified=True,
    option=OptionTerms(underlying_id="i-ant", right=OptionRight.CALL, strike=D("50.005"), expires=date(2026, 12, 18)),
)


def test_every_attribute_of_an_instrument_survives_a_restart(store: Store) -> None:
    with store.unit:
        store.catalogue.add(FULL)
    assert again(store).catalogue.get("i-opt") == FULL == store.catalogue.get("i-opt")
    assert store.catalogue.by_symbol("ANT 261218C50") == FULL


def attributes(store: Store, name: str) -> list[tuple[str, str | None, str | None]]:
    return store.connection.execute(
        "SELECT valid_from, valid_to, value FROM instrument_attribute WHERE instrument_id='i-ant' AND name=? "
        "ORDER BY valid_from",
        (name,),
    ).fetchall()


def test_what_changes_keeps_its_dates(store: Store) -> None:
    ant = store.catalogue.get("i-ant")
    assert ant is not None
    first, second = date(2026, 6, 1), date(2026, 9, 1)
    with store.unit:
        store.catalogue.change(replace(ant, symbol="ANTS", shortable=False), first)
    with store.unit:
        store.catalogue.change(replace(ant, symbol="ANTZ", shortable=False, sector=None), second)
        store.catalogue.change(replace(ant, symbol="ANTX", shortable=False, sector=None), second)  # corrected that day
    assert attributes(store, "symbol") == [
        ("1970-01-01", "2026-06-01", "ANT"),
        ("2026-06-01", "2026-09-01", "ANTS"),
        ("2026-09-01", None, "ANTX"),
    ]
    assert attributes(store, "shortable") == [("1970-01-01", "2026-06-01", "True"), ("2026-06-01", None, "False")]
    assert attributes(store, "lot") == [("1970-01-01", None, "1")]
    for where in (store, again(store)):
        kept = where.catalogue.get("i-ant")
        assert kept is not None
        assert (kept.symbol, kept.shortable, kept.sector) == ("ANTX", False, None)
        assert where.catalogue.by_symbol("ANT") is None
        assert where.catalogue.by_symbol("ANTX") == kept


def test_a_symbol_may_pass_to_another_name(store: Store) -> None:
    ant, bee = store.catalogue.get("i-ant"), store.catalogue.get("i-bee")
    assert ant is not None
    assert bee is not None
    with store.unit:
        store.catalogue.change(replace(ant, symbol="OLD"), DAY)
        store.catalogue.change(replace(bee, symbol="ANT"), DAY)
    for where in (store, again(store)):
        assert where.catalogue.by_symbol("ANT") == replace(bee, symbol="ANT")
        assert where.catalogue.by_symbol("OLD") == replace(ant, symbol="OLD")


def test_a_brokers_spelling_holds_from_day_to_day(store: Store) -> None:
    first, second = date(2026, 1, 1), date(2026, 7, 1)
    with store.unit:
        store.catalogue.add(
            FULL,
            (
                Alias(instrument_id="i-opt", broker="b", native_id="X", valid_from=first, valid_to=second),
                Alias(instrument_id="i-opt", broker="b", native_id="Y", valid_from=second),
            ),
        )
        store.catalogue.add(
            replace(FULL, id="i-new", symbol="N"),
            (Alias(instrument_id="i-new", broker="b", native_id="X", valid_from=second),),
        )
    by = store.catalogue.by_alias
    assert by("b", "X", first - timedelta(days=1)) is None
    assert by("b", "X", first) == FULL
    assert by("b", "X", second - timedelta(days=1)) == FULL
    found = by("b", "X", second)
    assert found is not None
    assert found.id == "i-new"
    assert by("b", "Y", second) == FULL
    assert by("other", "X", second) is None
    assert by("b", "' OR 1=1 --", second) is None


# accounts, marks, settings ------------------------------------------------------------------------------------------


def test_accounts_connections_and_the_workspace_survive_a_restart(store: Store) -> None:
    account = Account(
        id="ira",
        connection="fake",
        broker="fake",
        number="9",
        name="Retirement",
        kind=AccountKind.CASH,
        tax_kind=TaxKind.ROTH,
        regimes=(
            RegimeSpan(regime=Regime.LEGACY_PDT, valid_from=date(2020, 1, 1)),
            RegimeSpan(regime=Regime.CASH_T1, valid_from=date(2026, 6, 4)),
        ),
    )
    kept = Kept(name="second", broker="fake", settings='{"a": 1}')
    with store.unit:
        store.accounts.connect(kept)
        store.accounts.add(account)
        store.accounts.move_cursor("ira", MORNING)
    fresh = again(store).accounts
    assert fresh.get("ira") == account
    assert fresh.cursor("ira") == MORNING
    assert fresh.cursor(ACCOUNT) is None
    assert fresh.connection("second") == kept
    assert {k.name for k in fresh.connections()} == {"fake", "second"}
    assert fresh.workspace() == Workspace(id="w", name="stand-in", kind=WorkspaceKind.PRACTICE, machine="m1")
    assert account.regime_on(date(2026, 6, 3)) is Regime.LEGACY_PDT
    assert account.regime_on(date(2026, 6, 4)) is Regime.CASH_T1
    assert account.regime_on(date(2000, 1, 1)) is Regime.LEGACY_PDT
    with store.unit:
        store.accounts.connect(replace(kept, number="7", host="h", kind="practice"))
    assert again(store).accounts.connection("second").number == "7"


def test_the_newest_mark_is_the_one(store: Store) -> None:
    for day, equity in ((DAY, 5), (DAY + timedelta(days=1), 7)):
        with store.unit:
            store.accounts.set_mark(Mark(account_id=ACCOUNT, day=day, equity=D(equity), peak=D(9), transfers=D("-1.5")))
    for where in (store, again(store)):
        mark = where.accounts.mark(ACCOUNT)
        assert mark is not None
        assert (mark.day, mark.equity, mark.transfers) == (DAY + timedelta(days=1), D(7), D("-1.5"))
    assert store.accounts.mark("nobody") is None


def test_limits_levels_and_settings_are_kept_and_taken_back(store: Store) -> None:
    kept = store.settings
    with store.unit:
        kept.set_limit("workspace", "R02", "share", D("0.123456789"))
        kept.set_limit(ACCOUNT, "R02", "share", D("0.2"))
        kept.set_limit(ACCOUNT, "R02", "share", None)
        kept.set_limit(ACCOUNT, "R02", "never there", None)
        kept.set_levels([("workspace", "stopped", "person", "because 'of'; --", MORNING)])
        kept.set("timeline", {"at": "x"})
        kept.set("timeline", {"at": "y"})
    fresh = again(store).settings
    assert fresh.limits() == {("workspace", "R02", "share"): D("0.123456789")}
    assert fresh.levels() == [("workspace", "stopped", "person", "because 'of'; --", MORNING)]
    assert fresh.get("timeline") == {"at": "y"}
    assert fresh.get("nothing") == {}
    with store.unit:
        kept.set_levels([])
    assert again(store).settings.levels() == []


# the journal --------------------------------------------------------------------------------------------------------


def test_rows_are_found_by_words_as_they_are(store: Store) -> None:
    with store.unit:
        for title in ("100% sure", "under_score", "back\\slash", "plain"):
            store.journal.write("note", title, None, who="person")
    for find, wanted in (("%", ["100% sure"]), ("_", ["under_score"]), ("\\", ["back\\slash"]), ("PLAIN", ["plain"])):
        assert [line.title for line in journal.page(store.connection, 0, 10, find)] == wanted
    assert journal.page(store.connection, 0, 10, kind="other") == []
    assert [line.seq for line in journal.page(store.connection, 3, 10)] == [2, 1]


def test_both_clocks_are_kept() -> None:
    real, market = FakeClock(), FakeClock(datetime(2020, 1, 1, tzinfo=UTC))
    store = Store(Database(founded_disk()), real, market)
    with store.unit:
        seq = store.journal.write("note", "x", {"price": D("1.10")}, about=7)
    line = journal.one(store.connection, seq)
    assert line is not None
    assert (line.recorded_at, line.market_at) == (real.now(), market.now())
    assert line.body == '{"price":"1.10"}'
    assert [note.seq for note in journal.notes_about(store.connection, [7, 8])[7]] == [seq]
    assert journal.one(store.connection, 999) is None
