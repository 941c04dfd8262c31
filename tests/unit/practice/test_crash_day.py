"""Orders on the worst days the invented market knows."""

from contextlib import suppress
from datetime import date, timedelta

import pytest

from core.domain.chosen import Chosen, Kind
from core.domain.errors import OrderRejected
from core.market.invented.market import InventedMarket
from tests.unit.practice.scene import IDS, SESSIONS, HandClock, Scene, order

DAY = date(2026, 12, 9)
SYMBOLS = ("SPY", "NVDA", "JPM", "PLUG", "BH")


@pytest.mark.parametrize("kind", [Kind.CRASH, Kind.FLASH_CRASH])
def test_no_fill_in_a_halt_and_none_outside_the_bands(kind: Kind) -> None:
    market = InventedMarket(seed=9, sessions=SESSIONS, script=(Chosen(day=DAY, kind=kind),))
    hours = SESSIONS.hours(DAY)
    assert hours is not None
    regular = hours.stretches[1]
    scene = Scene(tape=market, clock=HandClock(hours.opens_at + timedelta(hours=1)))
    number = 0
    while scene.clock.at < hours.closes_at:
        for symbol in SYMBOLS:
            moment = market.newest(IDS[symbol], scene.clock.at)[0]
            for side, limit in (("buy", None), ("sell", None), ("buy", moment.bid), ("sell", moment.ask)):
                number += 1
                terms = {} if limit is None else {"limit": str(limit), "tif": "day"}
                with suppress(OrderRejected):  # halted, not lent, or sold short after a fall
                    scene.line.submit(order(f"o{number}", side, "20", symbol=symbol, **terms))
        scene.run(minutes=4)
    fills = scene.fills()
    assert len(fills) > number / 3
    halts = {symbol: market.halts(IDS[symbol], regular) for symbol in SYMBOLS}
    assert all(halts.values()), "all were stopped with the market"
    for fill in fills:
        moment = market.moment(fill.instrument_id, regular, regular.second(fill.at))
        assert not moment.halted
        assert moment.allows(fill.price), fill.note
    assert any("auction after the halt" in fill.note for fill in fills)
    for symbol, stops in halts.items():
        name = IDS[symbol]
        assert not any(s.start <= f.at < s.end for s in stops for f in fills if f.instrument_id == name)
