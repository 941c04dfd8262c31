"""What holds for every fill there is, whatever was ordered: with the push, and on the account's own terms."""

from collections import defaultdict
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from core.brokers.practice.broker import PracticeBroker
from core.brokers.practice.held import How, Trade
from core.domain.errors import OrderRejected
from core.domain.fill import Fill
from core.domain.order import Side
from core.market.sessions import Stretch
from core.market.tape import Moment, book
from tests.unit.practice.scene import MARKET, SESSIONS, Scene, Script, order

RICH = PracticeBroker(starting_cash=Decimal(10) ** 9, borrow=Decimal(1000))
NEAR = {"AAPL": Decimal("328.90"), "BH": Decimal("286")}
Wish = tuple[str, str, int, int | None, float]

wishes = st.tuples(
    st.sampled_from(["AAPL", "BH"]),
    st.sampled_from(["buy", "sell"]),
    st.sampled_from([1, 60, 900, 5000]),
    st.one_of(st.none(), st.integers(-20, 20)),
    st.sampled_from([0.0, 0.4, 3.0, 200.0]),
)


def traded(plan: list[Wish]) -> Scene:
    scene = Scene(broker=RICH)
    for number, (symbol, side, quantity, away, wait) in enumerate(plan):
        limit = {} if away is None else {"limit": str(scene.moment(symbol).bid + away * Decimal("0.01"))}
        with suppress(OrderRejected):
            scene.line.submit(order(f"o{number}", side, str(quantity), symbol=symbol, **limit))
        scene.run(seconds=wait)
    scene.run(minutes=5)
    return scene


def trades(scene: Scene) -> list[Trade]:
    return list(scene.exchange._records.trades_from(datetime(2020, 1, 1, tzinfo=UTC)))


def met(fill: Fill) -> tuple[Moment, datetime]:
    stretch = SESSIONS.stretch(fill.at)
    assert stretch is not None
    second = stretch.second(fill.at)
    return MARKET.moment(fill.instrument_id, stretch, second), stretch.at(second)


@settings(max_examples=25, deadline=None)
@given(plan=st.lists(wishes, min_size=1, max_size=8))
def test_every_fill_lies_in_the_book_it_saw_and_in_the_bands_and_no_share_is_taken_twice(plan: list[Wish]) -> None:
    taken: dict[tuple[str, Side, datetime, Decimal], Decimal] = defaultdict(Decimal)
    for trade in trades(traded(plan)):
        fill, (moment, second) = trade.fill, met(trade.fill)
        assert not moment.halted
        assert moment.allows(fill.price)
        if trade.how is not How.TOOK:
            continue
        assert fill.price in {level.price for level in trade.seen.ladder if level.size >= fill.quantity}
        raw = fill.price - fill.side.sign * trade.seen.push
        taken[fill.instrument_id, fill.side, second, raw] += fill.quantity
        shown = {level.price: level.size for level in book(moment, fill.side)}
        assert taken[fill.instrument_id, fill.side, second, raw] <= shown[raw]
        assert trade.seen.push >= 0, "never towards us"


@settings(max_examples=10, deadline=None)
@given(plan=st.lists(wishes, min_size=1, max_size=6))
def test_the_same_seed_makes_the_same_fills(plan: list[Wish]) -> None:
    def told(scene: Scene) -> list[tuple[object, ...]]:
        return [(f.client_id, f.quantity, f.price, f.fee, f.at, f.note) for f in scene.fills()]

    assert told(traded(plan)) == told(traded(plan))


@settings(max_examples=40, deadline=None)
@given(
    sizes=st.lists(st.sampled_from([50, 120, 300]), min_size=2, max_size=4),
    volumes=st.lists(st.integers(0, 400), min_size=5, max_size=25),
)
def test_who_waits_first_trades_first(sizes: list[int], volumes: list[int]) -> None:
    script = Script()
    for number, volume in enumerate(volumes):
        script.write(after=5 + number, last="100", volume=str(volume))
    scene = Scene(tape=script, broker=RICH)
    for number, size in enumerate(sizes):
        scene.line.submit(order(f"o{number}", quantity=str(size), limit="100"))
        scene.run(seconds=1)
    scene.run(seconds=len(volumes) + 5)
    filled = [Decimal(scene.filled(f"o{number}")) for number in range(len(sizes))]
    for number in range(1, len(sizes)):
        assert not filled[number] or filled[number - 1] == sizes[number - 1]
    assert sum(filled, Decimal(0)) <= max(sum(volumes) - 300, 0), "300 were there before us"


class Turned(Script):
    """The hand-written market in a mirror around 100.01."""

    def moment(self, instrument_id: str, stretch: Stretch, second: int) -> Moment:
        seen = super().moment(instrument_id, stretch, second)
        high = Decimal("200.02")
        return Moment(
            bid=high - seen.ask,
            ask=high - seen.bid,
            bid_size=seen.ask_size,
            ask_size=seen.bid_size,
            last=high - seen.last,
            volume=seen.volume,
            tick=seen.tick,
        )


@settings(max_examples=25, deadline=None)
@given(
    plan=st.lists(
        st.tuples(st.booleans(), st.sampled_from([40, 200, 700]), st.sampled_from([0.5, 4.0])), min_size=1, max_size=8
    )
)
def test_purchases_and_sales_are_pushed_as_mirror_images(plan: list[tuple[bool, int, float]]) -> None:
    def run(script: Script, turned: bool) -> list[tuple[object, ...]]:
        scene = Scene(tape=script, broker=RICH)
        for number, (buys, quantity, wait) in enumerate(plan):
            scene.line.submit(order(f"o{number}", "buy" if buys is not turned else "sell", str(quantity), symbol="BH"))
            scene.run(seconds=wait)
        scene.run(seconds=30)
        return [(f.client_id, f.quantity, Decimal("200.02") - f.price if turned else f.price) for f in scene.fills()]

    assert run(Script(), False) == run(Turned(), True)
