"""What comes next that is worth stopping at, and that a jump works off everything on its way, in order."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.brokers.practice.broker import PracticeBroker
from core.brokers.practice.line import PracticeLine
from core.domain.chosen import Chosen, Kind
from core.domain.corporate_event import CorporateEvent, EventKind
from core.domain.errors import BadInput
from core.domain.fill import Told
from core.domain.order import Status
from core.market.sessions import NEW_YORK
from tests.unit.practice.scene import IDS, MARKET, SESSIONS, HandClock, Quiet, Scene, Script, et, order

CHOSEN_DAY = date(2026, 12, 9)


def on_the_market(file: str = ":memory:", at: HandClock | None = None) -> Scene:
    """On a market of its own, so that chosen days stay in this test."""
    clock = at or HandClock()
    scene = Scene(clock=clock)
    scene.line.close()
    scene.exchange = PracticeBroker().exchange(file, clock, clock)
    scene.line = PracticeLine(exchange=scene.exchange, account="practice", clock=clock, at_close=scene.exchange.close)
    scene.line.listen(scene.told.append)
    return scene


@pytest.mark.parametrize(
    ("at", "words", "then"),
    [
        (et(2026, 11, 23, 9, 0), "Opening auction begins", et(2026, 11, 23, 9, 28)),
        (et(2026, 11, 23, 9, 28), "The session opens", et(2026, 11, 23, 9, 30)),
        (et(2026, 11, 23, 12, 0), "Closing auction begins", et(2026, 11, 23, 15, 50)),
        (et(2026, 11, 27, 12, 0), "Closing auction begins", et(2026, 11, 27, 12, 50)),  # a half-day
        (et(2026, 11, 23, 15, 50), "The session closes", et(2026, 11, 23, 16, 0)),
        (et(2026, 11, 25, 16, 0), "Opening auction begins", et(2026, 11, 27, 9, 28)),  # Thanksgiving between
        (et(2026, 11, 21, 23, 0), "Opening auction begins", et(2026, 11, 23, 9, 28)),
    ],
)
def test_the_markets_own_day(at: object, words: str, then: object) -> None:
    scene = Scene(clock=HandClock(at=at))  # type: ignore[arg-type]
    coming = scene.line.coming()
    assert (coming.words, coming.at) == (words, then)


def test_a_stop_that_will_be_set_off() -> None:
    tape = Script()
    tape.write(after=300, last="98.90", volume="500", bid="98.90", ask="98.92")
    scene = Scene(tape=tape)
    scene.line.submit(order("a", side="sell", quantity="1", stop="99", symbol="MSFT", type="stop"))
    scene.run(seconds=2)
    coming = scene.line.coming()
    assert coming.words == "MSFT: your stop is set off"
    assert coming.at == tape_second(300)


def test_a_queue_that_only_moves_is_no_event_and_the_fill_it_ends_in_is() -> None:
    """Rehearsed: the exchange's own books are as they were, and then it happens just so."""
    tape = Script(busy=False)
    for after in range(10, 40):
        tape.write(after=after, last="100", volume="20", ask="100.02", bid="100")
    scene = Scene(tape=tape)
    scene.line.submit(order("a", quantity="10", limit="100", symbol="MSFT"))
    scene.run(seconds=2)
    coming = scene.line.coming()
    assert coming.words == "MSFT: your order fills"
    assert coming.at > scene.clock.at + timedelta(seconds=10)
    assert scene.filled("a") == 0
    scene.clock.at = coming.at - timedelta(seconds=1)
    scene.line.heartbeat()
    assert scene.filled("a") == 0
    scene.clock.at = coming.at
    scene.line.heartbeat()
    assert scene.filled("a") > 0


def test_an_order_a_split_ends_is_not_said_to_fill_at_that_very_moment() -> None:
    """It trades before hours too, and would meet the market just as the pre-market begins."""
    split = CorporateEvent(
        id="split",
        kind=EventKind.SPLIT,
        instrument_id=IDS["MSFT"],
        announced=date(2026, 11, 23),
        effective=date(2026, 11, 24),
        ratio=Decimal(2),
    )
    scene = Scene(tape=Script(), companies=Quiet([split]), clock=HandClock(et(2026, 11, 23, 21, 0)))
    scene.line.submit(order("a", quantity="1", limit="101", symbol="MSFT", tif="gtc", extended_hours=True))
    coming = scene.line.coming()
    assert (coming.words, coming.at) == ("MSFT splits its shares", et(2026, 11, 24, 4, 0))
    scene.clock.at = coming.at
    scene.line.heartbeat()
    assert (scene.status("a"), scene.filled("a")) == (Status.REPLACED, 0)
    assert (scene.status("a~1"), scene.filled("a~1")) == (Status.ACKED, 0)


def tape_second(after: int) -> object:
    return et(2026, 11, 23, 12, 0) + timedelta(seconds=after)


def test_the_end_of_an_order_is_told_before_the_close_at_the_same_moment() -> None:
    scene = Scene(tape=Script())
    scene.line.submit(order("a", quantity="1", limit="90", symbol="MSFT"))
    scene.run(seconds=2)
    scene.clock.at = et(2026, 11, 23, 15, 55)
    coming = scene.line.coming()
    assert (coming.words, coming.at) == ("MSFT: the time of your order is over", et(2026, 11, 23, 16, 0))


def test_a_pause_of_a_name_held_or_on_order_and_its_end() -> None:
    scene = on_the_market()
    scene.line.choose(Chosen(day=CHOSEN_DAY, kind=Kind.CRASH))
    scene.clock.at = et(2026, 12, 9, 9, 31)
    scene.line.submit(order("a", quantity="1", limit="1", tif="gtc"))
    scene.run(seconds=1)
    seen = []
    while (coming := scene.line.coming()).words != "The session closes":
        assert coming.at > scene.clock.at
        scene.clock.at = coming.at
        seen.append(coming.words)
    assert any("the market fell 7% below yesterday's close" in words for words in seen)
    assert "AAPL trades again" in seen
    other = on_the_market(at=HandClock(at=et(2026, 12, 9, 9, 0)))
    assert other.line.coming().words == "Opening auction begins"


def test_a_split_of_a_name_held() -> None:
    scene = on_the_market()
    scene.line.choose(Chosen(day=date(2026, 11, 24), kind=Kind.SPLIT, instrument_id=IDS["COST"]))
    scene.line.submit(order("a", quantity="1", symbol="COST"))
    scene.run(minutes=2)
    assert scene.filled("a") == 1
    scene.clock.at = et(2026, 11, 23, 16, 0)
    coming = scene.line.coming()
    assert (coming.words, coming.at) == ("COST splits its shares", et(2026, 11, 24, 4, 0))


def test_one_jump_does_what_many_small_steps_do() -> None:
    """To the close, over fills, a stop that is set off and orders that end with the day."""
    far, near = Scene(), Scene()
    price = far.moment().last
    for scene in (far, near):
        scene.line.submit(order("market", quantity="300"))
        scene.line.submit(order("rest", quantity="100", limit=str(price - Decimal("0.30"))))
        scene.line.submit(order("stop", side="sell", quantity="50", stop=str(price - Decimal("0.50")), type="stop"))
        scene.line.submit(order("never", quantity="10", limit="1"))
        scene.line.submit(order("close", quantity="20", type="market", tif="close"))
        scene.line.submit(order("kept", quantity="10", limit="2", tif="gtc"))
    for _ in range(240):
        near.run(minutes=1)
    far.run(hours=4)
    for name in ("market", "rest", "stop", "never", "close", "kept"):
        assert far.status(name) == near.status(name)
        assert far.filled(name) == near.filled(name)
    assert [(f.client_id, f.at, f.price, f.quantity) for f in far.fills()] == [
        (f.client_id, f.at, f.price, f.quantity) for f in near.fills()
    ]
    assert (far.status("never"), far.status("kept")) == (Status.EXPIRED, Status.ACKED)
    assert far.filled("close") == 20
    assert len({f.at for f in far.fills()}) > 1
    told = [r.client_id for r in far.told if r.told is Told.FOUND]
    assert "never" in told


def test_a_jump_over_days_ends_a_day_order_on_its_own_day() -> None:
    scene = Scene()
    scene.line.submit(order("a", quantity="1", limit="1"))
    scene.clock.at = et(2026, 12, 1, 10, 0)
    scene.line.heartbeat()
    held = scene.exchange._books.find("a")
    assert held is not None
    assert held.ended_at == et(2026, 11, 23, 16, 0)


def test_chosen_days_are_kept_and_played_again_after_a_restart(tmp_path: Path) -> None:
    file = str(tmp_path / "exchange.sqlite")
    scene = on_the_market(file)
    crash, split = (
        Chosen(day=CHOSEN_DAY, kind=Kind.CRASH),
        Chosen(day=CHOSEN_DAY, kind=Kind.SPLIT, instrument_id=IDS["COST"]),
    )
    scene.line.choose(crash)
    scene.line.choose(split)
    close = scene.line.market.close(IDS["SPY"], CHOSEN_DAY)
    scene.line.close()
    again = on_the_market(file)
    assert set(again.line.script()) == {crash, split}
    assert again.line.market.close(IDS["SPY"], CHOSEN_DAY) == close != MARKET.close(IDS["SPY"], CHOSEN_DAY)
    again.line.choose(Chosen(day=CHOSEN_DAY, kind=Kind.CALM))
    assert {c.kind for c in again.line.script()} == {Kind.CALM, Kind.SPLIT}
    again.line.unchoose(split)
    assert {c.kind for c in again.line.script()} == {Kind.CALM}


@pytest.mark.parametrize(
    ("chosen", "why"),
    [
        (Chosen(day=date(2026, 11, 23), kind=Kind.CALM), "2026-11-23 has begun"),
        (Chosen(day=date(2026, 11, 20), kind=Kind.CALM), "2026-11-20 has begun"),
        (Chosen(day=date(2026, 11, 26), kind=Kind.CALM), "the exchange is closed on 2026-11-26"),
        (Chosen(day=CHOSEN_DAY, kind=Kind.SPLIT, instrument_id="nothing"), "nothing is not traded"),
        (Chosen(day=CHOSEN_DAY, kind=Kind.EARNINGS_GAP, instrument_id=IDS["SPY"]), "SPY is a fund"),
    ],
)
def test_a_day_that_cannot_be_chosen_gets_a_sentence_and_changes_nothing(chosen: Chosen, why: str) -> None:
    scene = on_the_market()
    with pytest.raises(BadInput, match=why):
        scene.line.choose(chosen)
    assert scene.line.script() == ()


def test_a_day_that_has_begun_stays_as_it_was_chosen() -> None:
    scene = on_the_market()
    crash = Chosen(day=date(2026, 11, 24), kind=Kind.CRASH)
    scene.line.choose(crash)
    scene.clock.at = et(2026, 11, 24, 4, 0)
    with pytest.raises(BadInput, match="has begun"):
        scene.line.unchoose(crash)
    assert scene.line.script() == (crash,)


def test_the_agenda_ends_at_the_next_edge_in_new_york() -> None:
    scene = Scene(clock=HandClock(at=et(2026, 11, 23, 20, 30)))
    assert scene.line.coming().at.astimezone(NEW_YORK).date() == SESSIONS.next_day(date(2026, 11, 23))
