"""Why this price, and why not yet: in words, for every way an order can fare."""

from datetime import timedelta

import pytest

from core.brokers.practice.broker import PracticeBroker
from tests.unit.practice.scene import MONDAY_NOON, HandClock, Scene, Script, et, order


def why(scene: Scene, client_id: str = "a") -> str:
    scene.line.heartbeat()
    return " ".join(scene.line.why(client_id))


def test_a_fill_names_quote_book_and_share() -> None:
    scene = Scene(tape=Script(busy=False))
    scene.line.submit(order("a", quantity="200"))
    scene.run(seconds=1)
    said = why(scene)
    assert said.startswith("200 at 100.02, 12:00:00.")
    assert "Met the ask. Quote 100.00 × 300, 100.02 × 300; last 100.01." in said
    assert "Then on sale: 300 at 100.02, 450 at 100.03, 600 at 100.04, 750 at 100.05, and 6 levels behind." in said
    assert "Our share of the volume and what was shown came to 300." in said


def test_it_is_told_after_a_restart_too(tmp_path: object) -> None:
    file = f"{tmp_path}/exchange.sqlite"
    scene = Scene(file=file, tape=Script())
    scene.line.submit(order("a", quantity="200"))
    scene.run(seconds=1)
    told = why(scene)
    scene.exchange.close()
    assert why(Scene(file=file, tape=Script(), clock=scene.clock)) == told != ""


def test_what_we_took_before_is_named() -> None:
    scene = Scene(tape=Script(), broker=PracticeBroker())
    for name in ("a", "b"):
        scene.line.submit(order(name, symbol="BH"))
        scene.run(seconds=5)
    assert "What we took before pushes it by 0." in why(scene, "b")


def test_a_filled_order_has_nothing_more_to_say() -> None:
    scene = Scene(tape=Script())
    scene.line.submit(order("a"))
    scene.run(seconds=1)
    assert len(scene.line.why("a")) == 1
    assert why(scene, "nothing") == "The practice exchange has no such order."


WAITS: dict[str, tuple[dict[str, str], float, str]] = {
    "on its way": ({}, 0.1, "It is on its way: it reaches the book at 12:00:00."),
    "in the queue": ({"limit": "100"}, 2, "the ask is 100.02. It waits behind 300 shares that were there before it."),
    "alone at its price": ({"limit": "100.01"}, 2, "It waits first in the queue."),
    "a stop": ({"stop": "101", "tif": "gtc"}, 2, "waits for a trade at 101.00 or above; the last was at 100.01."),
    "the close": ({"tif": "close"}, 2, "It waits for the closing auction on 23 Nov at 16:00 ET."),
}


@pytest.mark.parametrize("name", WAITS)
def test_why_not_yet(name: str) -> None:
    terms, seconds, words = WAITS[name]
    scene = Scene(tape=Script())
    scene.line.submit(order("a", **terms))
    scene.run(seconds=seconds)
    assert words in why(scene)


def test_while_it_is_closed() -> None:
    scene = Scene(tape=Script(), clock=HandClock(et(2026, 11, 21, 12, 0)))
    scene.line.submit(order("a", limit="100", tif="gtc"))
    scene.run(seconds=5)
    assert "It waits for regular hours, which begin on 23 Nov at 09:30 ET" in why(scene)


def test_a_real_auction_shows_what_it_would_come_to() -> None:
    scene = Scene(clock=HandClock(et(2026, 11, 23, 15, 45)))
    scene.line.submit(order("a", tif="close"))
    scene.run(minutes=10)
    assert "As it stands it would come to" in why(scene)


def test_halted_outside_the_band_and_used_up() -> None:
    script = Script(busy=False)
    script.halt(10, 300, "97")
    script.write(after=5, low="95", high="100.01")
    scene = Scene(tape=script)
    scene.run(seconds=5)
    scene.line.submit(order("a", quantity="1000"))
    scene.run(seconds=0.5)
    assert "The ask 100.02 stands outside the band 95.00 to 100.01" in why(scene)
    scene.run(seconds=2)
    assert "Our share of the volume is used up" in why(scene)
    scene.run(seconds=5)
    assert "Nothing trades: Paused. It waits until the name opens again." in why(scene)


def test_how_it_ended() -> None:
    scene = Scene(tape=Script())
    scene.line.submit(order("a", limit="100"))
    scene.run(seconds=2)
    scene.line.cancel(order("a"))
    assert "A request to cancel reaches the book at 12:00:02." in why(scene)
    scene.run(seconds=1)
    assert why(scene) == (
        "100 did not trade. Cancelled on request. It waited at 100.00, behind 300 shares that were there before it when "
        "it ended."
    )
    scene.line.submit(order("b", limit="100"))
    scene.clock.at = MONDAY_NOON + timedelta(hours=6)
    assert "100 did not trade. Its time in force was over." in why(scene, "b")
