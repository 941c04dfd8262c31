"""What companies do to shares held and to open orders, and what a night costs."""

import sqlite3
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.brokers.practice.broker import PracticeBroker
from core.domain.account import AccountKind
from core.domain.corporate_event import CorporateEvent, EventKind
from core.domain.errors import OrderRejected, StoreError
from core.domain.fill import Told
from core.domain.order import Status
from core.market.sessions import Stretch
from core.market.tape import Moment
from tests.unit.practice.scene import (
    IDS,
    MARKET,
    MONDAY_NOON,
    PLAIN,
    SESSIONS,
    HandClock,
    Quiet,
    Scene,
    Script,
    et,
    order,
)

TUESDAY, WEDNESDAY, NEXT_MONDAY = date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 30)


def event(kind: str, symbol: str = "AAPL", day: date = WEDNESDAY, **terms: object) -> CorporateEvent:
    if kind == "dividend":
        terms = {"record_day": day, "pay_day": NEXT_MONDAY} | terms
    known = {"id": f"{kind}-{symbol}", "instrument_id": IDS[symbol], "announced": TUESDAY, "effective": day}
    return CorporateEvent(kind=EventKind(kind), **(known | terms))  # type: ignore[arg-type]


def on(*events: CorporateEvent, file: str = ":memory:", script: Script | None = None) -> Scene:
    return Scene(file=file, tape=script or Script(), companies=Quiet(list(events)))


def activities(scene: Scene, *kinds: str) -> list[Any]:
    reading = scene.line.activities("practice", datetime(2020, 1, 1, tzinfo=MONDAY_NOON.tzinfo))
    return [a for a in reading.rows if not kinds or a.kind in kinds]


def values(scene: Scene, *kinds: str) -> list[str]:
    return [f"{a.value:.6f}" for a in activities(scene, *kinds)]


def held(scene: Scene, symbol: str = "AAPL") -> Decimal | int:
    rows = scene.line.positions("practice").rows
    return next((p.quantity for p in rows if p.instrument_id == IDS[symbol]), Decimal(0))


def cash(scene: Scene) -> Any:
    return scene.line.cash("practice").rows[0].cash


def found(scene: Scene, client_id: str) -> Any:
    held = scene.line.find(order(client_id))
    assert held is not None
    return held


def until(scene: Scene, *moment: int) -> None:
    scene.clock.at = et(*moment)
    scene.line.heartbeat()


# dividends ----------------------------------------------------------------------------------------------------------


def test_a_dividend_goes_to_who_held_it_the_day_before_and_comes_on_the_pay_day() -> None:
    scene = on(event("dividend", cash=Decimal("0.25")))
    scene.line.submit(order("a", quantity="100"))
    until(scene, 2026, 11, 25, 3, 59)
    before = cash(scene)
    until(scene, 2026, 11, 25, 12, 0)
    scene.line.submit(order("late", quantity="50"))
    scene.line.submit(order("sold", "sell", "100"))
    until(scene, 2026, 11, 30, 3, 59)
    assert activities(scene, "dividend") == []
    between = cash(scene)
    until(scene, 2026, 11, 30, 4, 0)
    (paid,) = activities(scene, "dividend")
    assert cash(scene) == between + 25 != before
    assert (paid.value, paid.at, paid.instrument_id) == (25, et(2026, 11, 30, 4, 0), IDS["AAPL"])
    assert paid.event is not None
    assert paid.id.startswith("dividend-AAPL-")
    assert paid.note == "0.25 USD a share on 100 AAPL held before 2026-11-25."


def test_who_is_short_pays_the_dividend() -> None:
    scene = on(event("dividend", cash=Decimal("0.25")))
    scene.line.submit(order("a", "sell", "100"))
    until(scene, 2026, 12, 1, 12, 0)
    assert values(scene, "dividend") == ["-25.000000"]
    assert activities(scene, "dividend")[0].note.endswith("100 AAPL sold short before 2026-11-25.")


def test_a_dividend_is_paid_once_over_restarts_and_reads(tmp_path: Path) -> None:
    file = str(tmp_path / "exchange.sqlite")
    scene = on(event("dividend", cash=Decimal("0.25")), file=file)
    scene.line.submit(order("a"))
    for moment in ((2026, 11, 25, 4, 0), (2026, 11, 28, 9, 0), (2026, 11, 30, 4, 0), (2026, 12, 9, 9, 0)):
        until(scene, *moment)
        scene.exchange.close()
        scene = Scene(file=file, tape=scene.tape, companies=scene.companies, clock=scene.clock)
    until(scene, 2026, 12, 10, 12, 0)
    assert values(scene, "dividend") == ["25.000000"]


# splits -------------------------------------------------------------------------------------------------------------


def test_a_split_multiplies_what_is_held_and_its_cost_stays() -> None:
    scene = on(event("split", ratio=Decimal(4)))
    scene.line.submit(order("a", quantity="100"))
    until(scene, 2026, 11, 25, 3, 59)
    (before,) = scene.line.positions("practice").rows
    until(scene, 2026, 11, 25, 4, 0)
    (after,) = scene.line.positions("practice").rows
    assert before.quantity * 4 == after.quantity == 400
    assert before.cost == after.cost
    (split,) = activities(scene)
    assert (split.kind, split.quantity, split.value, split.at) == ("split", 300, 0, et(2026, 11, 25, 4, 0))
    assert split.note == "Split 4 for 1: 100 AAPL became 400."


def test_a_fraction_of_a_whole_share_is_paid_at_the_previous_close_in_new_shares() -> None:
    scene = on(event("split", "PLUG", ratio=Decimal("0.1")))
    scene.line.submit(order("a", quantity="107", symbol="PLUG"))
    until(scene, 2026, 11, 25, 12, 0)
    (split,) = activities(scene)
    assert held(scene, "PLUG") == 10
    assert (split.quantity, split.value) == (-97, 700)
    assert split.note == "Split 1 for 10: 107 PLUG became 10. The rest, 0.7, was paid in cash at 1000.00."
    (position,) = scene.line.positions("practice").rows
    paid = sum(fill.quantity * fill.price for fill in scene.fills())
    assert position.cost == (paid * 10 / Decimal("10.7")).quantize(Decimal("0.000001"))


def test_a_short_is_split_too() -> None:
    scene = on(event("split", ratio=Decimal(2)))
    scene.line.submit(order("a", "sell", "100"))
    until(scene, 2026, 11, 25, 12, 0)
    assert held(scene) == -200


@pytest.mark.parametrize("ratio", ["4", "0.1"])
@pytest.mark.parametrize(
    ("side", "terms"),
    [
        ("sell", {"stop": "90"}),
        ("sell", {"stop": "90", "limit": "80"}),
        ("buy", {"stop": "110"}),
        ("buy", {"limit": "95"}),
        ("sell", {"limit": "110"}),
        ("buy", {"limit": "95", "extended_hours": True}),
    ],
)
def test_no_order_fires_at_the_open_of_the_split_day(side: str, terms: dict[str, Any], ratio: str) -> None:
    script = Script()
    price = round(Decimal(100) / Decimal(ratio), 2)
    for opening in (et(2026, 11, 25, 4, 0), et(2026, 11, 25, 9, 30)):
        for second in range(60):
            line = {"bid": str(price), "ask": str(price + Decimal("0.02")), "last": str(price), "volume": "9999"}
            script.write(after=second, at=opening, **line)
    scene = on(event("split", ratio=Decimal(ratio)), script=script)
    scene.line.submit(order("held", quantity="500"))
    scene.run(seconds=5)
    scene.line.submit(order("o", side, tif="gtc", **terms))
    until(scene, 2026, 11, 25, 3, 59)
    assert scene.status("o") is Status.ACKED
    until(scene, 2026, 11, 25, 9, 30, 59)
    assert (scene.fills("o"), scene.fills("o~1")) == ([], [])
    assert "AAPL split" in scene.reason("o")
    told = [report for report in scene.told if report.client_id == "o"]
    assert [report.told for report in told] == [Told.FOUND]
    if Decimal(ratio) < 1:
        assert scene.status("o") is Status.CANCELED
        assert "protective stops too" in scene.reason("o")
    else:
        assert (scene.status("o"), scene.status("o~1")) == (Status.REPLACED, Status.ACKED)


def test_what_an_order_filled_before_the_split_stays_as_it_was() -> None:
    script = Script()
    script.write(after=5, last="99.99", volume="340", bid="99.98", ask="100")
    scene = on(event("split", ratio=Decimal(4)), script=script)
    scene.line.submit(order("a", quantity="400", limit="100.00", tif="gtc"))
    script.write(after=60, bid="99.9", ask="99.95", ask_size="100", last="99.95")
    script.busy = False
    until(scene, 2026, 11, 25, 3, 59)
    filled = scene.filled("a")
    assert 0 < filled < 400
    until(scene, 2026, 11, 25, 12, 0)
    assert (scene.status("a"), scene.filled("a"), held(scene)) == (Status.REPLACED, filled, 4 * filled)
    rest = found(scene, "a~1")
    assert (rest.quantity, rest.filled, rest.status) == (4 * (400 - filled), 0, Status.ACKED)


def test_an_order_that_was_long_on_its_way_is_refused_after_the_split() -> None:
    scene = on(event("split", ratio=Decimal(4)))
    until(scene, 2026, 11, 25, 9, 31)
    with pytest.raises(OrderRejected, match="made before AAPL split 4 for 1, in shares and prices of then"):
        scene.line.submit(order("a", limit="90", at=et(2026, 11, 24, 15, 59)))
    with pytest.raises(OrderRejected, match="made before AAPL split"):
        scene.line.submit(order("night", limit="90", at=et(2026, 11, 24, 21, 0)))
    scene.line.submit(order("b", limit="90", at=et(2026, 11, 25, 9, 30)))
    scene.line.submit(order("c", limit="90", symbol="F", at=et(2026, 11, 24, 15, 59)))
    assert scene.status("b") is Status.ACKED


def test_a_split_is_no_fall_for_the_rule_about_short_sales() -> None:
    script = Script()
    script.write(after=-1, at=et(2026, 11, 24, 20), last="100.00", volume="100")
    quarter = {"bid": "25", "ask": "25.02", "last": "25", "volume": "100"}
    for second in range(30):
        script.write(after=second, at=et(2026, 11, 25, 9, 30), **quarter)
    scene = on(event("split", ratio=Decimal(4)), script=script)
    until(scene, 2026, 11, 25, 9, 30)
    scene.run(seconds=10)
    scene.line.submit(order("a", "sell", "10"))
    scene.run(seconds=5)
    assert scene.status("a") is Status.FILLED


def test_on_the_invented_market_a_stop_under_googl_outlives_a_split_and_sells_nothing() -> None:
    scene = Scene()
    until(scene, 2026, 11, 30, 12, 0)
    price = scene.moment("GOOGL").last
    scene.line.submit(order("a", quantity="10", symbol="GOOGL"))
    scene.run(seconds=5)
    scene.line.submit(order("stop", "sell", "10", symbol="GOOGL", stop=f"{price * Decimal('0.8'):.2f}", tif="gtc"))
    until(scene, 2026, 12, 1, 15, 0)
    assert float(scene.moment("GOOGL").last) == pytest.approx(float(price) / 2, rel=0.15)
    assert held(scene, "GOOGL") == 20
    assert (scene.status("stop"), scene.status("stop~1"), scene.fills("stop~1")) == (Status.REPLACED, Status.ACKED, [])
    assert found(scene, "stop~1").quantity == 20


# purchases and new symbols ------------------------------------------------------------------------------------------


def test_who_is_bought_becomes_cash_and_takes_no_orders_any_more() -> None:
    scene = on(event("cash_merger", cash=Decimal("45.75")))
    scene.line.submit(order("a", quantity="100"))
    scene.run(seconds=5)
    scene.line.submit(order("open", "sell", "100", limit="120", tif="gtc"))
    until(scene, 2026, 11, 25, 3, 59)
    before = cash(scene)
    until(scene, 2026, 11, 25, 9, 31)
    (bought,) = activities(scene)
    assert (bought.kind, bought.quantity, bought.value) == ("cash_merger", -100, 4575)
    assert (held(scene), cash(scene)) == (0, before + 4575)
    assert scene.status("open") is Status.CANCELED
    assert scene.reason("open") == "AAPL is no longer traded: every share became 45.75 USD."
    with pytest.raises(OrderRejected, match=r"^AAPL is no longer traded: on 2026-11-25 every share became 45\.75 USD"):
        scene.line.submit(order("b"))
    with pytest.raises(OrderRejected, match="does not list NOPE"):
        scene.line.submit(order("c", symbol="NOPE"))


def test_on_the_invented_market_who_is_gone_and_who_never_was_are_told_apart() -> None:
    scene = Scene(clock=HandClock(et(2027, 9, 16, 12, 0)))
    with pytest.raises(OrderRejected, match=r"^ALDC is no longer traded: on 2027-09-15 every share became 45\.75 USD"):
        scene.line.submit(order("a", symbol="ALDC"))
    with pytest.raises(OrderRejected, match="does not list NOPE"):
        scene.line.submit(order("b", symbol="NOPE"))


def test_who_is_short_in_a_name_that_is_bought_pays_for_it() -> None:
    scene = on(event("cash_merger", cash=Decimal(45)))
    scene.line.submit(order("a", "sell", "100"))
    until(scene, 2026, 11, 26, 9, 31)
    assert values(scene, "cash_merger") == ["-4500.000000"]
    assert held(scene) == 0


def test_under_a_new_symbol_orders_go_on() -> None:
    script = Script()
    script.write(after=60, at=et(2026, 11, 25, 10, 0), bid="89", ask="89.02", last="89", volume="100")
    scene = on(_renamed(), script=script)
    scene.line.submit(order("held"))
    scene.line.submit(order("a", limit="90", tif="gtc"))
    until(scene, 2026, 11, 25, 12, 0)
    assert scene.status("a") is Status.FILLED
    (renamed,) = activities(scene)
    assert (renamed.kind, renamed.value, renamed.quantity) == ("symbol_change", 0, 0)
    assert renamed.note == "AAPL is traded as FRUT from now on."


def _renamed() -> CorporateEvent:
    return CorporateEvent(
        id="symbol-AAPL",
        kind=EventKind.SYMBOL_CHANGE,
        instrument_id=IDS["AAPL"],
        announced=TUESDAY,
        effective=WEDNESDAY,
        symbol="FRUT",
    )


def test_the_exchange_lists_the_new_symbol() -> None:
    (change,) = MARKET.events(date(2027, 3, 1), date(2027, 3, 31), IDS["BRVX"])[-1:]
    listed = Scene().exchange._corporate.listed
    assert listed(SESSIONS.previous_day(change.effective))[IDS["BRVX"]].symbol == "BRVX"
    assert listed(change.effective)[IDS["BRVX"]].symbol == "BVXM"


# nights -------------------------------------------------------------------------------------------------------------


def test_borrowed_cash_costs_interest_for_every_night() -> None:
    scene = Scene(tape=Script(), broker=PracticeBroker(impact=0, starting_cash=Decimal(8000)))
    scene.line.submit(order("a", quantity="100"))
    until(scene, 2026, 11, 24, 4, 0)
    borrowed = Decimal(100) * Decimal("100.02") - 8000
    one = (borrowed * Decimal("0.08") / 360).quantize(Decimal("0.000001"))
    assert [a.value for a in activities(scene)] == [-one]
    until(scene, 2026, 11, 30, 12, 0)
    days = [a.at.date() for a in activities(scene)]
    assert days == [date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 27), date(2026, 11, 30)]
    notes = [a.note for a in activities(scene)]
    assert notes[0] == "1 night on 2002.00 borrowed, at 8.00% a year."
    assert notes[2].startswith("2 nights")
    assert notes[3].startswith("3 nights")


def test_who_is_short_pays_for_borrowing_more_where_it_is_hard() -> None:
    scene = on()
    scene.line.submit(order("a", "sell", "100"))
    scene.line.submit(order("b", "sell", "100", symbol="BH"))
    until(scene, 2026, 11, 24, 12, 0)
    assert values(scene, "borrow_fee") == ["-0.083333", "-1.250000"]
    assert activities(scene)[1].note == "1 night for 100 BH borrowed at 100.00, 4.50% a year."
    assert activities(scene, "interest") == []


# paid in and taken out ----------------------------------------------------------------------------------------------


def test_practice_cash_is_paid_in_once(tmp_path: Path) -> None:
    file = str(tmp_path / "exchange.sqlite")
    scene = on(file=file)
    first = scene.line.deposit(Decimal(500), "r1")
    scene.exchange.close()
    again = Scene(file=file, tape=Script(), clock=scene.clock)
    again.run(seconds=10)
    assert again.line.deposit(Decimal(500), "r1") == first
    assert (cash(again), len(activities(again))) == (PLAIN.starting_cash + 500, 1)
    with pytest.raises(OrderRejected, match="already made over 500"):
        again.line.deposit(Decimal(501), "r1")
    for nonsense in ("0", "-1", "NaN", "1e12", "0.0000001"):
        with pytest.raises(OrderRejected, match="Nothing was moved"):
            again.line.deposit(Decimal(nonsense), "r2")
    assert cash(again) == PLAIN.starting_cash + 500


def free(scene: Scene) -> Decimal:
    return scene.exchange._teller.free(scene.clock.at)


def test_only_what_nothing_needs_is_taken_out() -> None:
    scene = on()
    scene.line.submit(order("short", "sell", "100"))
    scene.run(seconds=5)
    scene.line.submit(order("open", limit="90", quantity="100", symbol="MSFT"))
    scene.line.submit(order("market", "sell", "100", tif="close"))
    left = cash(scene) - 2 * Decimal("100.01") * 100 - 9000 - Decimal("100.01") * Decimal("1.03") * 100
    with pytest.raises(OrderRejected, match=f"Only {left:.2f} USD can be taken out"):
        scene.line.withdraw(left + 1, "r1")
    taken = scene.line.withdraw(left, "r1")
    assert (taken.kind, taken.value) == ("withdrawal", -left)
    with pytest.raises(OrderRejected, match=r"Only 0\.00 USD"):
        scene.line.withdraw(Decimal(1), "r2")


def test_a_sale_far_below_the_market_needs_what_it_will_sell_at() -> None:
    scene = on()
    scene.line.submit(order("a", "sell", "100", limit="1", tif="open"))
    assert free(scene) == PLAIN.starting_cash - Decimal("100.01") * 100


def test_the_stop_that_protects_a_short_needs_nothing_more() -> None:
    scene = on()
    scene.line.submit(order("short", "sell", "100"))
    scene.run(seconds=5)
    before = free(scene)
    scene.line.submit(order("stop", stop="110", quantity="100"))
    assert free(scene) == before
    scene.line.submit(order("far", limit="250", quantity="100", tif="close"))
    assert free(scene) == before - 25000  # the stop buys the short back, this one would open


def test_what_a_cheap_short_needs_to_be_kept_stays() -> None:
    script = Script()
    for after in range(60):
        script.write(after=after, bid="1", ask="1.02", last="1.01")
    scene = on(script=script)
    scene.line.submit(order("short", "sell", "2000"))
    scene.run(seconds=50)
    assert held(scene) == -2000
    assert free(scene) == cash(scene) - Decimal("1.01") * 2000 - 5000


def test_with_anything_short_the_least_equity_stays() -> None:
    scene = Scene(tape=Script(), broker=replace(PLAIN, starting_cash=Decimal(3000)), companies=Quiet())
    scene.line.submit(order("short", "sell", "1"))
    scene.run(seconds=5)
    assert free(scene) == cash(scene) - Decimal("100.01") - 2000


def test_what_has_not_settled_stays_in_a_cash_account() -> None:
    broker = replace(PLAIN, starting_cash=Decimal(20000), kind=AccountKind.CASH)
    scene = Scene(tape=Script(), broker=broker, companies=Quiet())
    scene.line.submit(order("a", quantity="100"))
    scene.run(days=1)
    settled = cash(scene)
    scene.line.submit(order("b", "sell", "100"))
    scene.run(seconds=5)
    assert cash(scene) > free(scene) == settled
    scene.line.submit(order("c", quantity="50"))
    scene.run(seconds=5)
    assert free(scene) == settled - 5001
    scene.line.withdraw(free(scene), "r1")
    scene.line.submit(order("d", "sell", "50"))  # bought with money that had settled, whatever was taken out since
    scene.run(days=1)
    assert free(scene) == cash(scene)


# the file -----------------------------------------------------------------------------------------------------------


def test_a_file_from_before_keeps_working(tmp_path: Path) -> None:
    file = str(tmp_path / "exchange.sqlite")
    scene = on(file=file)
    scene.line.submit(order("a"))
    scene.run(seconds=5)
    scene.line.submit(order("b", limit="1"))
    scene.exchange.close()
    old = sqlite3.connect(file)
    old.executescript("DROP TABLE activity; DROP TABLE owed;")
    old.close()
    companies = Quiet([event("split", ratio=Decimal(4))])
    again = Scene(file=file, tape=Script(), companies=companies, clock=scene.clock)
    until(again, 2026, 11, 25, 12, 0)
    assert (held(again), len(activities(again))) == (400, 1)


def test_on_a_full_disk_a_morning_is_not_told_until_there_is_room(tmp_path: Path) -> None:
    scene = on(event("split", ratio=Decimal(4)), file=str(tmp_path / "exchange.sqlite"))
    scene.line.submit(order("a"))
    scene.run(seconds=5)
    database = scene.exchange._records._db
    (pages,) = database.execute("PRAGMA page_count").fetchone()
    database.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError):
        for number in range(200):
            scene.line.submit(order(f"b{number}", limit="1", tif="open", origin_id="x" * 500))
    until(scene, 2026, 11, 25, 12, 0)
    assert scene.line.positions("practice").rows == ()
    assert scene.line.activities("practice", MONDAY_NOON).rows == ()
    database.execute("PRAGMA max_page_count = 1000000")
    scene.line.heartbeat()
    assert (held(scene), len(activities(scene))) == (400, 1)


def test_a_split_position_outlives_a_restart(tmp_path: Path) -> None:
    scene = on(event("split", ratio=Decimal(4)), file=str(tmp_path / "exchange.sqlite"))
    scene.line.submit(order("a"))
    scene.run(seconds=5)
    until(scene, 2026, 11, 25, 12, 0)
    before = scene.line.positions("practice").rows
    scene.exchange.close()
    again = Scene(file=scene.file, tape=scene.tape, companies=scene.companies, clock=scene.clock)
    assert again.line.positions("practice").rows == before
    assert held(again) == 400


def test_a_morning_that_was_cut_short_is_not_lived_twice() -> None:
    script = Torn()
    scene = on(event("dividend", cash=Decimal("0.25")), script=script)
    scene.line.submit(order("a", "sell", "100"))
    scene.run(seconds=5)
    scene.line.submit(order("b", "sell", "50", tif="gtc", limit="100.02", extended_hours=True))
    scene.line.submit(order("c", "sell", "50", tif="gtc", limit="100.05"))
    script.write(after=600, at=et(2026, 11, 25, 4, 0), last="100.03", volume="100")
    script.torn_from = et(2026, 11, 25, 9, 30)
    scene.clock.at = et(2026, 11, 25, 12, 0)
    with pytest.raises(OSError, match="torn"):
        scene.line.heartbeat()
    assert scene.filled("b") == 50
    script.torn_from = None
    until(scene, 2026, 11, 30, 12, 0)
    assert values(scene, "dividend") == ["-25.000000"]
    fees = [a.at.date() for a in activities(scene, "borrow_fee")]
    assert len(fees) == len(set(fees)) == 4
    assert cash(scene) == PLAIN.starting_cash + sum(f.quantity * f.price - f.fee for f in scene.fills()) + sum(
        a.value for a in activities(scene)
    )


class Torn(Script):
    """A tape that cannot be read from a moment on."""

    torn_from: datetime | None = None

    def moment(self, instrument_id: str, stretch: Stretch, second: int) -> Moment:
        if self.torn_from is not None and stretch.at(second) >= self.torn_from:
            raise OSError("torn")
        return super().moment(instrument_id, stretch, second)


@pytest.mark.parametrize("ahead", [timedelta(days=-300), timedelta(days=300)])
def test_activities_are_read_by_market_time_or_by_real_time(ahead: timedelta) -> None:
    real, market = HandClock(), HandClock(MONDAY_NOON + ahead)
    exchange = PracticeBroker().exchange(":memory:", real, market, Script(), Quiet())
    exchange.deposit(Decimal(1), "r1")
    for clock in (real, market):
        clock.pass_by(hours=1)
    exchange.deposit(Decimal(2), "r2")
    for clock in (real, market):
        assert 2 in [a.value for a in exchange.activities(clock.at)]
    assert [a.value for a in exchange.activities(max(real.at, market.at))] == [2]
    assert [a.value for a in exchange.activities(min(real.at, market.at))] == [1, 2]
    exchange.close()
