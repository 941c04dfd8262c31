"""What we take pushes the price away from us, for both sides alike, and the push fades."""

from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from core.brokers.practice.broker import PracticeBroker
from core.costs.impact import SquareRoot
from core.market.feeds.invented import InventedFeed
from core.market.invented.names import usual_days
from tests.unit.practice.scene import IDS, MARKET, Scene, Script, order

F = usual_days()[IDS["BH"]]  # few shares a day: easily pushed
FEW, SHARE, CENT = "100", Decimal(100), Decimal("0.01")


def scene(**settings: float) -> Scene:
    return Scene(tape=Script(), broker=PracticeBroker(**settings))  # type: ignore[arg-type]


def pushed(shares: float, y: float = 1.0) -> Decimal:
    return Decimal(str(round(SquareRoot(y=y).moved(shares, F) * 100.01 / 0.01))) * CENT


def first_prices(where: Scene, sides: str, apart: float) -> list[Decimal]:
    for number, side in enumerate(sides):
        where.line.submit(order(f"o{number}", "buy" if side == "b" else "sell", FEW, symbol="BH"))
        where.run(seconds=apart)
    return [fill.price for fill in where.fills()]


def test_the_next_purchase_pays_for_the_one_before() -> None:
    first, second, third = first_prices(scene(), "bbb", 5)
    assert first == Decimal("100.02")
    assert second == first + pushed(100) > first
    assert third == first + pushed(200) > second


def test_purchases_and_sales_are_pushed_alike_and_never_towards_us() -> None:
    bought, sold = first_prices(scene(), "bb", 5), first_prices(scene(), "ss", 5)
    assert bought[1] - bought[0] == sold[0] - sold[1] > 0
    assert first_prices(scene(), "bs", 5)[1] == Decimal(100), "nobody sells into his own push"


def test_it_fades_and_can_be_switched_off() -> None:
    where = scene()
    soon = first_prices(where, "b", 60)
    where.run(minutes=30)
    where.line.submit(order("later", quantity=FEW, symbol="BH"))
    where.run(seconds=5)
    (later,) = (fill.price for fill in where.fills("later"))
    assert later - soon[0] == pushed(25), "half the push: the root of a quarter"
    assert len(set(first_prices(scene(impact=0), "bbb", 5))) == 1


def test_the_feed_shows_it() -> None:
    where = Scene(broker=PracticeBroker())
    feed = InventedFeed(market=MARKET, overlay=where.line.overlay, clock=where.clock, market_clock=where.clock)
    where.line.submit(order("a", quantity="400", symbol="BH"))
    where.run(seconds=40)
    taken = where.filled("a")
    moment, quote = where.moment("BH"), feed.quote(IDS["BH"])
    assert taken > 0
    assert quote.ask - moment.ask == round(SquareRoot().moved(float(taken), F) * float(quote.mid) * 100) * CENT > 0
    assert quote.bid == moment.bid


def test_a_restart_forgets_none_of_it(tmp_path: object) -> None:
    file = f"{tmp_path}/exchange.sqlite"
    where = Scene(file=file, tape=Script(), broker=PracticeBroker())
    first_prices(where, "b", 60)
    where.exchange.close()
    again = Scene(file=file, tape=Script(), broker=PracticeBroker(), clock=where.clock)
    again.line.submit(order("again", quantity=FEW, symbol="BH"))
    again.run(seconds=5)
    assert [f.price for f in again.fills("again")] == [Decimal("100.02") + pushed(100 * 0.25 ** (5 / 1800))]


def test_a_waiting_order_gets_nothing_through_the_back_door() -> None:
    script = Script()
    script.write(after=20, last="100.02", volume="500")
    where = Scene(tape=script, broker=PracticeBroker())
    first_prices(where, "b", 10)
    where.line.submit(order("w", limit="100.02", quantity=FEW, symbol="BH"))
    where.run(seconds=15)
    assert where.filled("w") == 0, "the price shown is no longer 100.02"


@settings(max_examples=30, deadline=None)
@given(cuts=st.lists(st.integers(1, 100), min_size=2, max_size=12), apart=st.sampled_from([1, 5, 120]))
def test_slicing_never_beats_the_model_by_more_than_fades(cuts: list[int], apart: int) -> None:
    where = scene()
    touch, paid, owed = Decimal("100.02"), Decimal(0), 0.0
    before: list[tuple[int, datetime]] = []
    for number, shares in enumerate(cuts):
        where.line.submit(order(f"o{number}", quantity=str(shares), symbol="BH"))
        where.run(seconds=apart)
        (fill,) = where.fills(f"o{number}")
        left = sum(q * 0.25 ** ((fill.at - at) / timedelta(minutes=30)) for q, at in before)
        paid += (fill.price - touch) * shares
        owed += shares * SquareRoot().moved(left, F) * 100
        before.append((shares, fill.at))
    assert float(paid) >= owed - sum(cuts) * 0.0051, "but for half a tick a share"


def test_a_push_beyond_the_band_finds_nothing_there() -> None:
    script = Script()
    for second in range(20):
        script.write(after=second, low="95", high="100.03")
    where = Scene(tape=script, broker=PracticeBroker())
    assert first_prices(where, "bb", 5) == [Decimal("100.02")]
    assert "outside the band 95.00 to 100.03" in " ".join(where.line.why("o1"))
