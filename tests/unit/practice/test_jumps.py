"""A long jump is many small steps: over chosen days, splits and nights, looked ahead from, and killed in between."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.brokers.practice.broker import PracticeBroker
from core.brokers.practice.exchange import Exchange
from core.domain.chosen import Chosen, Kind
from core.domain.errors import OrderRejected
from core.domain.order import Order
from tests.unit.practice.scene import IDS, HandClock, et, order

SYMBOLS = ("AAPL", "COST", "NVDA", "F", "PLUG", "SPY")
DAYS = (
    (8, Kind.SPLIT, "COST"),
    (8, Kind.FLASH_CRASH, None),
    (9, Kind.CRASH, None),
    (10, Kind.EARNINGS_GAP, "NVDA"),
    (10, Kind.THIN, None),
    (11, Kind.SPLIT, "F"),
)
ORDERS, SPAN = 14, timedelta(days=5)


def random_order(exchange: Exchange, clock: HandClock, chance: random.Random, number: int) -> Order:
    symbol, side, kind = chance.choice(SYMBOLS), chance.choice(["buy", "sell"]), chance.choice("mllscx")
    moment = exchange.market.newest(IDS[symbol], clock.at)[0]
    far = Decimal(chance.choice(["0.9", "0.97", "0.999", "1.001", "1.03", "1.1"]))
    price = str((moment.last * far).quantize(moment.tick))
    terms: dict[str, Any] = {"m": {}, "c": {"tif": "close"}, "s": {"stop": price, "tif": "gtc"}}.get(
        kind, {"limit": price, "tif": "gtc", "extended_hours": kind == "x"}
    )
    return order(f"o{number}", side, chance.choice(["10", "300"]), symbol=symbol, **terms)


def week(file: str, seed: int, steps: int, kills: tuple[int, ...] = ()) -> tuple[object, ...]:
    """The same orders, then the same span of time: at once, or in steps between which somebody looks ahead."""
    chance, clock = random.Random(seed), HandClock(et(2026, 12, 7, 11, 0))
    exchange = PracticeBroker(seed=3).exchange(file, clock, clock)
    for day, kind, symbol in DAYS:
        exchange.choose(Chosen(day=date(2026, 12, day), kind=kind, instrument_id=IDS[symbol] if symbol else None))
    said = []
    for number in range(ORDERS):
        try:
            said.append(str(exchange.submit(random_order(exchange, clock, chance, number)).status))
        except OrderRejected as refused:
            said.append(str(refused))
        clock.pass_by(seconds=chance.choice([0, 40]))
    for step in range(steps):
        clock.at += SPAN / steps
        if step in kills:
            exchange.close()
            exchange = PracticeBroker(seed=3).exchange(file, clock, clock)
        if steps > 1 and step % 7 == 0:
            exchange.coming()
        exchange.pump()
    orders = [o for k in range(ORDERS) if (o := exchange.find(f"o{k}"))]
    moved = [(a.id.rpartition("-")[0], a.value, a.quantity, a.at, a.note) for a in exchange.activities(et(2026, 12, 1))]
    fills = [(f.client_id, f.quantity, f.price, f.fee, f.at, f.note) for f in exchange.executions(et(2026, 12, 1))]
    ended = [(o.client_id, o.status, o.filled, o.reason) for o in orders]
    result = said, ended, fills, moved, exchange.cash(), exchange.positions()
    exchange.close()
    return result


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_a_jump_over_chosen_days_equals_small_steps(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    folder = tmp_path_factory.mktemp("exchange")
    at_once = week(str(folder / "at-once.sqlite"), seed, 1)
    assert at_once == week(str(folder / "in-steps.sqlite"), seed, 300, kills=(3, 77, 151))
