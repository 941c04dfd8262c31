"""A year of holding and shorting, held against a fold over the calendar that knows nothing of the exchange."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.brokers.practice.broker import PracticeBroker
from core.domain.corporate_event import CorporateEvent, EventKind
from core.domain.errors import OrderRejected
from core.domain.fill import Fill
from core.domain.order import Side, Status
from tests.unit.practice.scene import IDS, MARKET, MONDAY_NOON, PLAIN, SESSIONS, HandClock, Scene, order

START, END = date(2026, 11, 23), date(2027, 12, 10)
LONG = {"GOOGL": "40.5", "BND": "300", "ALDC": "100", "BRVX": "70", "NVDA": "33.333333333", "PLUG": "1005", "KO": "90"}
SHORT = {"F": "500", "WMT": "60", "BH": "10", "TLT": "25", "BRVX": "20", "ALDC": "40", "DIS": "7"}
HARD = {"BH": "0.045", "ALDC": "0.03", "BRVX": "0.06"}
ZERO = Decimal(0)


def micro(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.000001"), rounding=ROUND_HALF_EVEN)


Told = tuple[str, str | None, Decimal, Decimal, datetime]


def fold(
    start: Decimal, fills: Sequence[Fill], first: date, last: date
) -> tuple[dict[str, Decimal], Decimal, list[Told]]:
    """Positions, cash and everything that moved without a trade, from fills, calendar and closing prices alone."""
    held: dict[str, Decimal] = {}
    cash, to_come, told = start, sorted(fills, key=lambda fill: fill.at), list[Told]()
    owed: list[tuple[CorporateEvent, Decimal]] = []
    days = SESSIONS.days(first, last)

    def trade(until: datetime) -> Decimal:
        moved = ZERO
        while to_come and to_come[0].at < until:
            fill = to_come.pop(0)
            sign = 1 if fill.side is Side.BUY else -1
            held[fill.instrument_id] = held.get(fill.instrument_id, ZERO) + sign * fill.quantity
            moved -= sign * micro(fill.quantity * fill.price) + fill.fee
        return moved

    for before, day in pairwise(days):
        hours = SESSIONS.hours(day)
        assert hours is not None
        at = hours.pre_at
        cash += trade(at)
        nights = (day - before).days
        morning: list[Told] = []
        if cash < 0:
            morning.append(("interest", None, micro(cash * Decimal("0.08") * nights / 360), ZERO, at))
        for name, quantity in sorted(held.items()):
            if quantity < 0:
                symbol = next(s for s, known in IDS.items() if known == name)
                worth = micro(-quantity * (MARKET.close(name, before) or ZERO))
                rate = Decimal(HARD.get(symbol, "0.003"))
                morning.append(("borrow_fee", name, -micro(worth * rate * nights / 360), ZERO, at))
        for event in MARKET.events(day, day):
            name = event.instrument_id
            quantity = held.get(name, ZERO)
            if not quantity:
                continue
            if event.kind is EventKind.DIVIDEND:
                owed.append((event, quantity))
            if event.kind is EventKind.SPLIT:
                after, rest = quantity * (event.ratio or 1), ZERO
                if name == IDS["PLUG"]:
                    after, rest = Decimal(int(after)), after - int(after)
                price = round(float(MARKET.close(name, before) or 0) / float(event.ratio or 1), 2)
                morning.append(("split", name, micro(rest * Decimal(str(price))), after - quantity, at))
            if event.kind is EventKind.CASH_MERGER:
                morning.append(("cash_merger", name, micro(quantity * (event.cash or ZERO)), -quantity, at))
            if event.kind is EventKind.SYMBOL_CHANGE:
                morning.append(("symbol_change", name, ZERO, ZERO, at))
        for event, quantity in sorted(owed, key=lambda known: known[0].id):
            if event.pay_day == day:
                morning.append(("dividend", event.instrument_id, micro(quantity * (event.cash or ZERO)), ZERO, at))
        for _, moved, value, quantity, _ in morning:
            cash += value
            if moved is not None:
                held[moved] = held.get(moved, ZERO) + quantity
        told += morning
    cash += trade(datetime.max.replace(tzinfo=MONDAY_NOON.tzinfo))
    return {name: quantity for name, quantity in held.items() if quantity}, cash, told


def told_by(scene: Scene) -> list[Told]:
    rows = scene.line.activities("practice", MONDAY_NOON - timedelta(days=1)).rows
    return [
        (a.kind, a.instrument_id, a.value, a.quantity, a.at) for a in rows if a.kind not in ("deposit", "withdrawal")
    ]


def noon(day: date) -> datetime:
    hours = SESSIONS.hours(day)
    assert hours is not None
    return hours.opens_at + timedelta(hours=2)


def lived_a_year(broker: PracticeBroker, more: dict[str, str]) -> tuple[Scene, dict[str, Decimal], list[Told]]:
    """Held against the fold in everything, whatever the broker closed by itself."""
    start = broker.starting_cash
    scene = Scene(broker=broker)
    for symbol, quantity in {**LONG, **more}.items():
        if symbol not in SHORT:
            scene.line.submit(order(f"long-{symbol}", quantity=quantity, symbol=symbol))
    for symbol, quantity in SHORT.items():
        scene.line.submit(order(f"short-{symbol}", "sell", quantity, symbol=symbol))
    turns = {
        date(2027, 1, 20): ("buy", "BRVX", "90"),
        date(2027, 2, 17): ("sell", "GOOGL", "11"),
        date(2027, 4, 1): ("buy", "NVDA", "5"),
        date(2027, 5, 14): ("buy", "ALDC", "140"),
        date(2027, 8, 3): ("buy", "TLT", "60"),
        date(2027, 10, 1): ("sell", "KO", "30"),
    }
    for day, (side, symbol, quantity) in turns.items():
        scene.clock.at = noon(day)
        scene.line.submit(order(f"{side}-{symbol}-{day}", side, quantity, symbol=symbol))
    scene.clock.at = noon(END)
    scene.line.heartbeat()
    positions, cash, told = fold(start, scene.fills(), START, END)
    assert told_by(scene) == told
    assert {p.instrument_id: p.quantity for p in scene.line.positions("practice").rows} == positions
    assert scene.exchange.cash() == cash
    return scene, positions, told


def test_a_year_on_too_much_credit_equals_the_fold_with_what_the_broker_closed() -> None:
    scene, positions, _ = lived_a_year(PracticeBroker(starting_cash=Decimal(20_000)), {})
    closed = {fill.instrument_id for fill in scene.fills() if fill.liquidation}
    assert IDS["BND"] in closed
    assert IDS["BND"] not in positions


def test_a_year_equals_an_independent_fold_to_the_micro_dollar() -> None:
    broker = PracticeBroker(starting_cash=Decimal(40_000), overnight=Decimal(4))
    scene, positions, told = lived_a_year(broker, {"SPY": "40"})
    assert not any(fill.liquidation for fill in scene.fills())
    kinds = [kind for kind, *_ in told]
    assert kinds.count("split") >= 4
    assert kinds.count("cash_merger") == kinds.count("symbol_change") == 1
    assert [kind for kind, name, *_ in told if name == IDS["BND"]].count("dividend") == 12
    assert {"interest", "borrow_fee"} < set(kinds)
    assert positions[IDS["GOOGL"]] == 70, "40.5 became 81, and 11 were sold"
    assert IDS["ALDC"] not in positions


def test_a_year_of_orders_equals_an_independent_fold_over_the_calendar() -> None:
    """Far away from the market, so that only companies touch them."""
    scene = Scene(broker=PracticeBroker(starting_cash=Decimal(10) ** 7))
    stops = {"BND": "9.03", "GOOGL": "20.01", "KO": "7.77"}
    for symbol, stop in stops.items():
        scene.line.submit(order(f"long-{symbol}", quantity="100", symbol=symbol))
        scene.run(seconds=5)
        scene.line.submit(order(f"stop-{symbol}", "sell", "100", stop=stop, tif="gtc", symbol=symbol))
        scene.line.submit(order(f"sale-{symbol}", "sell", "10", limit="9000.00", tif="gtc", symbol=symbol))
    scene.clock.at = noon(END)
    scene.line.heartbeat()
    cent, kinds = Decimal("0.01"), list[EventKind]()
    for symbol, stop in stops.items():
        price, quantity, steps, sale, sale_steps = Decimal(stop), Decimal(100), 0, Decimal(9000), 0
        for event in sorted(MARKET.events(START + timedelta(days=1), END, IDS[symbol]), key=lambda e: e.effective):
            kinds.append(event.kind)
            if event.kind is EventKind.SPLIT:
                ratio = event.ratio or Decimal(1)
                price, quantity, sale = price / ratio // cent * cent, quantity * ratio, sale / ratio // cent * cent
                sale_steps += 1
            elif event.kind is EventKind.DIVIDEND and (event.cash or ZERO) >= cent:
                price = (price - (event.cash or ZERO)) // cent * cent
            else:
                continue
            steps += 1
        rows = {held.client_id: held for held in scene.line.orders("practice").rows}
        guard = rows[f"stop-{symbol}~{steps}"]
        assert guard.adjusted is not None
        assert (guard.status, guard.quantity, guard.adjusted.stop) == (Status.ACKED, quantity, price)
        far = rows[f"sale-{symbol}~{sale_steps}" if sale_steps else f"sale-{symbol}"]
        assert far.status is Status.ACKED
        assert far.adjusted is None or far.adjusted.limit == sale
    assert kinds.count(EventKind.DIVIDEND) > 12
    assert EventKind.SPLIT in kinds


# a restart is no restart --------------------------------------------------------------------------------------------

MOVES = [*SHORT, *LONG]


def act(scene: Scene, chance: random.Random, number: int) -> list[Any]:
    """Something a person may do."""
    symbol = chance.choice(MOVES)
    said: list[Any] = []
    try:
        if chance.random() < 0.2:
            pay = scene.line.deposit if chance.random() < 0.6 else scene.line.withdraw
            said.append(pay(Decimal(chance.randint(1, 50_000)), f"r{number}").value)
        elif chance.random() < 0.7:
            side = chance.choice(["buy", "buy", "sell"])
            said.append(scene.line.submit(order(f"o{number}", side, "100", symbol=symbol)).status)
        else:
            price = scene.moment(symbol).last * Decimal(chance.choice(["0.8", "1.2"]))
            terms = {chance.choice(["limit", "stop"]): f"{price:.2f}", "tif": "gtc"}
            said.append(scene.line.submit(order(f"o{number}", "buy", "100", symbol=symbol, **terms)).status)
    except OrderRejected as refused:
        said.append(str(refused))
    return said


def months(file: str, seed: int, stops: set[int], reopen: bool) -> tuple[Scene, list[Any]]:
    """The same acts at the same moments; in between the exchange is closed and opened again, or is not."""
    chance = random.Random(seed)
    clock = HandClock(noon(date(2027, 3, 8)))
    scene, said = Scene(file=file, clock=clock), list[Any]()
    for number in range(10):
        scene.clock.at += timedelta(seconds=chance.choice([0.2, 60, 3600 * 11, 86400, 86400 * 5]))
        if number in stops and reopen:
            if chance.random() < 0.5:
                scene.exchange.pump()
            scene.exchange.close()
            scene = Scene(file=file, clock=clock)
        elif number in stops:
            chance.random()
        said += act(scene, chance, number)
    scene.clock.at += timedelta(days=20)
    scene.line.heartbeat()
    return scene, said


def outcome(scene: Scene) -> tuple[Any, ...]:
    line = scene.line
    names = [f"o{k}{made}" for k in range(10) for made in ("", "~1", "~2", "~3")]
    orders = [o for name in names if (o := line.find(order(name)))]
    told = [(o.client_id, o.status, o.filled, o.reason, o.adjusted, o.broker_order_id) for o in orders]
    activities = line.activities("practice", MONDAY_NOON).rows
    return scene.fills(), told, line.cash("practice").rows, line.positions("practice").rows, activities


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10**6), stops=st.sets(st.integers(1, 9), min_size=1, max_size=6))
def test_a_restart_at_any_point_equals_no_restart(
    tmp_path_factory: pytest.TempPathFactory, seed: int, stops: set[int]
) -> None:
    folder: Path = tmp_path_factory.mktemp("exchange")
    calm, said = months(str(folder / "calm.sqlite"), seed, stops, reopen=False)
    stormy, said_too = months(str(folder / "stormy.sqlite"), seed, stops, reopen=True)
    assert said == said_too
    assert outcome(calm) == outcome(stormy)
    calm.exchange.close()
    stormy.exchange.close()


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_readings_agree_with_what_was_told_at_every_instant(seed: int) -> None:
    chance, scene = random.Random(seed), Scene(clock=HandClock(noon(date(2027, 3, 8))))
    for number in range(10):
        scene.clock.at += timedelta(seconds=chance.choice([0.2, 60, 3600 * 11, 86400, 86400 * 5]))
        act(scene, chance, number)
        line = scene.line
        rows = line.activities("practice", MONDAY_NOON).rows
        fills = scene.fills()
        traded = sum((-f.side.sign * micro(f.quantity * f.price) - f.fee for f in fills), ZERO)
        assert line.cash("practice").rows[0].cash == PLAIN.starting_cash + traded + sum((a.value for a in rows), ZERO)
        held: dict[str | None, Decimal] = {}
        for fill in fills:
            held[fill.instrument_id] = held.get(fill.instrument_id, ZERO) + fill.side.sign * fill.quantity
        for activity in rows:
            held[activity.instrument_id] = held.get(activity.instrument_id, ZERO) + activity.quantity
        assert {p.instrument_id: p.quantity for p in line.positions("practice").rows} == {
            name: quantity for name, quantity in held.items() if quantity
        }


def test_years_at_once_equal_day_after_day() -> None:
    def run(step: timedelta) -> tuple[Any, ...]:
        scene = Scene(broker=PracticeBroker(starting_cash=Decimal(30_000)))
        for symbol, quantity in SHORT.items():
            scene.line.submit(order(f"short-{symbol}", "sell", quantity, symbol=symbol))
        scene.line.submit(order("long", quantity="200", symbol="GOOGL"))
        scene.run(seconds=5)
        until = scene.clock.at + timedelta(days=3 * 365)
        while scene.clock.at < until:
            scene.clock.at = min(scene.clock.at + step, until)
            scene.line.heartbeat()
        return told_by(scene), scene.exchange.cash(), scene.exchange.positions()

    assert run(timedelta(days=3 * 365)) == run(timedelta(days=1, hours=7))
