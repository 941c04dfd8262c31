"""What holds of every margin call: no more goes than is needed, nothing is turned around, and steps do not matter."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import groupby

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.brokers.practice.broker import PracticeBroker
from core.brokers.practice.credit import maintenance
from core.brokers.practice.margin import need
from core.brokers.practice.till import Till
from core.domain.chosen import Chosen, Kind
from core.domain.errors import OrderRejected
from core.domain.fill import Fill
from core.domain.money import value_of
from core.domain.order import Side
from core.domain.reading import Activity
from core.market.invented.market import InventedMarket
from tests.unit.practice.scene import IDS, SESSIONS, HandClock, Scene, et, order

D = Decimal
MONDAY = et(2026, 11, 23, 11, 0)
SYMBOLS = ("AAPL", "F", "KO", "SPY", "BH", "NVDA")
CRASH = Chosen(day=date(2026, 11, 24), kind=Kind.CRASH)

quantities = st.integers(-500, 500).filter(bool).map(D)
prices = st.integers(50, 40_000).map(lambda cents: D(cents) / 100)


@settings(max_examples=300, deadline=None)
@given(
    held=st.lists(st.tuples(quantities, prices), min_size=1, max_size=5),
    debt=st.integers(-200_000, 200_000),
    night=st.sampled_from([None, D(2)]),
)
def test_what_has_to_go_is_enough_and_a_share_less_is_not(
    held: list[tuple[Decimal, Decimal]], debt: int, night: Decimal | None
) -> None:
    till = Till(D(debt), {f"n{k}": (quantity, D(0)) for k, (quantity, _) in enumerate(held)})
    price = {f"n{k}": at for k, (_, at) in enumerate(held)}
    lacks = need(till, price.__getitem__, night)
    assume(lacks.value > 0)

    def without(sales: dict[str, Decimal]) -> Till:
        left, cash = dict(till.positions), till.cash
        for name, quantity in sales.items():
            had = left[name][0]
            side = 1 if had > 0 else -1
            assert 0 < quantity <= abs(had), "nothing is turned around"
            left[name] = (had - side * quantity, D(0))
            cash += side * quantity * price[name]
        return Till(cash, left)

    after = need(without(dict(lacks.sales)), price.__getitem__, night)
    everything = all(not quantity for quantity, _ in without(dict(lacks.sales)).positions.values())
    assert after.value <= 0 or everything
    last = list(lacks.sales)[-1]
    fewer = {name: quantity - (name == last) for name, quantity in lacks.sales.items()}
    again = need(without({name: quantity for name, quantity in fewer.items() if quantity}), price.__getitem__, night)
    assert again.value > 0
    needs = [maintenance(till.quantity(name), price[name]) for name in lacks.sales]
    assert needs == sorted(needs, reverse=True), "the largest first"


@lru_cache(maxsize=1)
def crashing() -> InventedMarket:
    return InventedMarket(seed=1, sessions=SESSIONS, script=(CRASH,))


def lived(seed: int, file: str = ":memory:", steps: int = 1, reopened: bool = False) -> Scene:
    """Bought and sold short on as much credit as there is, and carried into a crash."""
    chance, clock = random.Random(seed), HandClock(MONDAY)
    broker = PracticeBroker(starting_cash=D(chance.choice([20_000, 200_000])), borrow=D(1000))

    def opened() -> Scene:
        return Scene(file=file, broker=broker, clock=clock, tape=crashing())

    scene = opened()
    start = broker.starting_cash
    for number in range(6):
        symbol = chance.choice(SYMBOLS)
        worth = start * D(chance.choice(["0.5", "1.2", "1.9"]))
        quantity = max(worth // scene.moment(symbol).last, D(1))
        try:
            scene.line.submit(order(f"o{number}", chance.choice(["buy", "buy", "sell"]), str(quantity), symbol=symbol))
        except OrderRejected:
            continue
        scene.run(seconds=chance.choice([1, 90]))
    guard = chance.choice(SYMBOLS)
    rows = {p.instrument_id: p.quantity for p in scene.line.positions("practice").rows}
    if (held := rows.get(IDS[guard], D(0))) > 0:
        scene.line.submit(order("guard", "sell", str(held), symbol=guard, stop="1.00", tif="gtc"))
    clock.at = MONDAY + timedelta(hours=1)
    until = et(2026, 11, 27, 12, 0)
    for _ in range(steps):
        clock.at += (until - clock.at) / steps if steps > 1 else until - clock.at
        if reopened:
            scene.exchange.close()
            scene = opened()
        scene.line.heartbeat()
    clock.at = until
    scene.line.heartbeat()
    return scene


def outcome(scene: Scene) -> object:
    return scene.fills(), scene.line.cash("practice").rows, scene.line.positions("practice").rows


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6), steps=st.integers(2, 60), reopened=st.booleans())
def test_one_step_many_steps_and_restarts_come_to_the_same(
    tmp_path_factory: pytest.TempPathFactory, seed: int, steps: int, reopened: bool
) -> None:
    folder = tmp_path_factory.mktemp("exchange")
    assert outcome(lived(seed)) == outcome(lived(seed, str(folder / "x.sqlite"), steps, reopened))


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_no_trade_of_the_brokers_is_more_than_was_needed_and_nothing_is_lost(seed: int) -> None:
    scene = lived(seed)
    start = scene.broker.starting_cash
    till, cash = Till(start, {}), start + sum((a.value for a in everything(scene)), D(0))
    activities = sorted(everything(scene), key=lambda a: a.at)
    for (at, name, forced), group in groupby(scene.fills(), key=lambda f: (f.at, f.instrument_id, f.liquidation)):
        fills = list(group)
        while activities and activities[0].at <= at:
            till.move(activities.pop(0))
        had = till.quantity(name)
        if forced:
            needed = max(need(till, mark(at), night).sales.get(name, D(0)) for night in (None, scene.broker.overnight))
            assert sum(f.quantity for f in fills) <= needed
            assert {f.side for f in fills} == {Side.SELL if had > 0 else Side.BUY}
        for fill in fills:
            till.take(fill)
        assert not forced or had * till.quantity(name) >= 0
    cash += sum((spent(f) for f in scene.fills()), D(0))
    assert scene.exchange.cash() == cash
    held = {p.instrument_id: p.quantity for p in scene.line.positions("practice").rows}
    assert held == {name: quantity for name, (quantity, _) in till.positions.items() if quantity}


def everything(scene: Scene) -> list[Activity]:
    return list(scene.line.activities("practice", MONDAY - timedelta(days=1)).rows)


def mark(at: datetime) -> Callable[[str], Decimal]:
    return lambda name: crashing().newest(name, at)[0].last


def spent(fill: Fill) -> Decimal:
    return -fill.side.sign * value_of(fill.quantity, fill.price) - fill.fee


def test_such_accounts_are_called_and_closed() -> None:
    """Else the two tests above would prove nothing."""
    seen = [lived(seed) for seed in range(6)]
    assert sum(any(f.liquidation for f in scene.fills()) for scene in seen) >= 3
