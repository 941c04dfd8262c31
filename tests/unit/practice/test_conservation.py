"""Nothing appears or vanishes, and purchases and sales are mirror images."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from core.brokers.practice.till import Till
from core.costs.fees import SaleFees
from core.domain.errors import OrderRejected
from core.domain.fill import Fill
from core.domain.money import value_of
from core.domain.order import Order, Side
from core.market.sessions import Stretch
from core.market.tape import Cross, Halt, Indication, Moment, Tape, Watch, book
from tests.unit.practice.scene import IDS, MARKET, MONDAY_NOON, PLAIN, SESSIONS, Scene, order

MIRROR = {"AAPL": Decimal(700), "F": Decimal(40)}
USUAL = {"AAPL": Decimal("328.90"), "F": Decimal("10.22")}


class Mirrored:
    """The same market seen in a mirror: bids are asks, up is down."""

    def moment(self, instrument_id: str, stretch: Stretch, second: int) -> Moment:
        seen, high = MARKET.moment(instrument_id, stretch, second), height(instrument_id)
        return Moment(
            bid=high - seen.ask,
            ask=high - seen.bid,
            bid_size=seen.ask_size,
            ask_size=seen.bid_size,
            last=high - seen.last,
            volume=seen.volume,
            tick=seen.tick,
            halted=seen.halted,
            band=None if seen.band is None else (high - seen.band[1], high - seen.band[0]),
        )

    def first(self, instrument_id: str, stretch: Stretch, seconds: range, watch: Watch) -> int | None:
        turned = Watch(price=height(instrument_id) - watch.price, down=not watch.down, quotes=watch.quotes)
        return MARKET.first(instrument_id, stretch, seconds, turned)

    def volume(self, instrument_id: str, stretch: Stretch, seconds: range) -> Decimal:
        return MARKET.volume(instrument_id, stretch, seconds)

    def until(self, now: datetime) -> datetime:
        return now

    def gaps(self, instrument_id: str, start: datetime, end: datetime) -> Sequence[str]:
        return ()

    def crossed_at(self, instrument_id: str, stretch: Stretch, opening: bool) -> datetime | None:
        return stretch.start if opening else stretch.end

    def cross(self, instrument_id: str, stretch: Stretch, opening: bool) -> Cross:
        seen = MARKET.cross(instrument_id, stretch, opening)
        return Cross(price=height(instrument_id) - seen.price, volume=seen.volume)

    def indication(self, instrument_id: str, at: datetime) -> Indication | None:
        return None

    def halts(self, instrument_id: str, stretch: Stretch) -> Sequence[Halt]:
        return MARKET.halts(instrument_id, stretch)


def height(instrument_id: str) -> Decimal:
    return next(MIRROR[symbol] for symbol, known in IDS.items() if known == instrument_id and symbol in MIRROR)


@st.composite
def wishes(draw: st.DrawFn) -> dict[str, object]:
    symbol = draw(st.sampled_from(["AAPL", "F"]))
    wish: dict[str, object] = {
        "symbol": symbol,
        "side": draw(st.sampled_from(["buy", "sell"])),
        "quantity": str(draw(st.sampled_from([1, 80, 700, 6000, 40_000]))),
        "tif": draw(st.sampled_from(["day", "gtc", "ioc", "fok", "close", "open"])),
        "wait": draw(st.sampled_from([0.0, 0.3, 5.0, 400.0])),
        "cancel": draw(st.booleans()),
    }
    for price in draw(st.sampled_from([(), ("limit",), ("limit",), ("stop",), ("stop", "limit")])):
        wish[price] = USUAL[symbol] + draw(st.integers(-12, 12)) * Decimal("0.01")
    if "stop" in wish:
        wish["tif"] = "gtc"
    return wish


def the_order(number: int, wish: dict[str, object], mirrored: bool) -> Order:
    terms = {k: v for k, v in wish.items() if k in ("limit", "stop")}
    side, symbol = Side(str(wish["side"])), str(wish["symbol"])
    if mirrored:
        side = side.other
        terms = {k: MIRROR[symbol] - v for k, v in terms.items() if isinstance(v, Decimal)}
    prices = {k: str(v) for k, v in terms.items()}
    return order(f"o{number}", side.value, str(wish["quantity"]), symbol=symbol, tif=wish["tif"], **prices)


def trade(plan: list[dict[str, object]], tape: Tape, mirrored: bool) -> Scene:
    scene = Scene(tape=tape)
    for number, wish in enumerate(plan):
        wanted = the_order(number, wish, mirrored)
        scene.line.submit(wanted)
        scene.run(seconds=float(str(wish["wait"])))
        if wish["cancel"]:
            try:
                scene.line.cancel(wanted)
            except OrderRejected:
                continue
    scene.run(hours=30)
    return scene


@settings(max_examples=40, deadline=None)
@given(plan=st.lists(wishes(), min_size=1, max_size=8))
def test_purchases_and_sales_are_mirror_images(plan: list[dict[str, object]]) -> None:
    straight, mirrored = trade(plan, MARKET, False), trade(plan, Mirrored(), True)
    here = [(f.client_id, f.side, f.quantity, f.price, f.at) for f in straight.fills()]
    there = [(f.client_id, f.side.other, f.quantity, height(f.instrument_id) - f.price, f.at) for f in mirrored.fills()]
    assert here == there
    for number in range(len(plan)):
        assert straight.status(f"o{number}") == mirrored.status(f"o{number}")


@settings(max_examples=40, deadline=None)
@given(plan=st.lists(wishes(), min_size=1, max_size=10))
def test_cash_and_shares_are_conserved_and_no_order_gets_more_than_it_asked(plan: list[dict[str, object]]) -> None:
    scene = trade(plan, MARKET, False)
    fills = scene.fills()
    cash = PLAIN.starting_cash - sum((f.side.sign * value_of(f.quantity, f.price) + f.fee for f in fills), Decimal(0))
    nights = sum((activity.value for activity in scene.line.activities("practice", MONDAY_NOON).rows), Decimal(0))
    assert scene.exchange.cash() == cash + nights
    held = {p.instrument_id: p.quantity for p in scene.exchange.positions()}
    for name in (IDS["AAPL"], IDS["F"]):
        moved = sum((f.side.sign * f.quantity for f in fills if f.instrument_id == name), Decimal(0))
        assert held.get(name, Decimal(0)) == moved
    for number, wish in enumerate(plan):
        mine = [f for f in fills if f.client_id == f"o{number}"]
        assert (
            sum((f.quantity for f in mine), Decimal(0)) == scene.filled(f"o{number}") <= Decimal(str(wish["quantity"]))
        )
        assert len({f.execution_id for f in fills}) == len(fills)


@settings(max_examples=40, deadline=None)
@given(plan=st.lists(wishes(), min_size=1, max_size=8))
def test_fills_stay_inside_limit_and_book_and_no_shown_share_is_sold_twice(plan: list[dict[str, object]]) -> None:
    scene = trade(plan, MARKET, False)
    taken: dict[tuple[object, ...], Decimal] = {}
    for fill in scene.fills():
        wish = plan[int(fill.client_id[1:])]
        limit = wish.get("limit")
        assert not isinstance(limit, Decimal) or fill.side.sign * (fill.price - limit) <= 0
        if not ("Met the" in fill.note or "used up; " in fill.note):
            continue
        stretch = SESSIONS.stretch(fill.at)
        assert stretch is not None
        second = stretch.second(fill.at)
        levels = {v.price: v.size for v in book(MARKET.moment(fill.instrument_id, stretch, second), fill.side)}
        key = (fill.instrument_id, fill.side, stretch.at(second), fill.price)
        taken[key] = taken.get(key, Decimal(0)) + fill.quantity
        assert taken[key] <= levels[fill.price]


def test_fees_on_sales() -> None:
    fees = SaleFees()
    assert fees.fee(Side.BUY, Decimal(100), Decimal(50)) == 0
    assert fees.fee(Side.SELL, Decimal(100), Decimal(50)) == Decimal("0.1556")
    assert fees.fee(Side.SELL, Decimal(1_000_000), Decimal(1)) == Decimal("27.8") + Decimal("8.30")


def test_the_queue_is_asked_for_every_share_before_ours() -> None:
    """On the invented market: an order at the best bid does not trade before as many shares as stood there did."""
    scene = Scene()
    limit = scene.moment("F").bid
    scene.line.submit(order("a", symbol="F", limit=str(limit)))
    start = scene.clock.at
    scene.run(hours=3)
    first = scene.fills("a")[0]
    if "came through" in first.note:
        return
    stretch = SESSIONS.stretch(start)
    assert stretch is not None
    traded = sum(
        moment.volume
        for k in range(stretch.second(start) + 1, stretch.second(first.at) + 1)
        if (moment := MARKET.moment(IDS["F"], stretch, k)).last == limit
    )
    assert traded > MARKET.moment(IDS["F"], stretch, stretch.second(start)).bid_size
    assert first.at > start + timedelta(seconds=1)


def test_what_a_position_cost() -> None:
    till = Till(Decimal(1000), {})

    def trade_at(side: Side, quantity: int, price: str) -> tuple[object, object]:
        till.take(
            Fill(
                execution_id="x",
                account_id="practice",
                instrument_id="a",
                client_id="c",
                side=side,
                quantity=Decimal(quantity),
                price=Decimal(price),
                at=MONDAY_NOON,
            )
        )
        return till.positions["a"]

    assert trade_at(Side.BUY, 3, "10") == (3, 30)
    assert trade_at(Side.BUY, 1, "14") == (4, 44)
    assert trade_at(Side.SELL, 1, "20") == (3, 33), "what is sold leaves at its average cost"
    assert trade_at(Side.SELL, 5, "20") == (-2, -40), "through nothing, into a short"
    assert trade_at(Side.BUY, 2, "5") == (0, 0)
    assert till.cash == 1000 - 30 - 14 + 20 + 100 - 10
