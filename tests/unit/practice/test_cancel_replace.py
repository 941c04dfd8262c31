"""Cancels and replacements, and fills that are faster."""

from decimal import Decimal

import pytest

from core.domain.errors import OrderRejected
from core.domain.fill import Told
from core.domain.order import Status
from tests.unit.practice.scene import Scene, Script, order


def test_a_cancel_has_its_way_to_go_and_is_told() -> None:
    scene = Scene(tape=Script())
    resting = order("a", limit="90")
    scene.line.submit(resting)
    scene.run(seconds=1)
    scene.line.cancel(resting)
    assert scene.status("a") is Status.ACKED
    scene.run(seconds=1)
    assert scene.status("a") is Status.CANCELED
    assert [(r.told, r.order.status) for r in scene.told if r.order] == [(Told.FOUND, Status.CANCELED)]


def test_a_fill_can_be_faster_than_the_cancel() -> None:
    script = Script()
    script.write(after=1, last="99", volume="1000", bid="98.98", ask="99")
    scene = Scene(tape=script)
    resting = order("a", limit="100")
    scene.line.submit(resting)
    scene.run(milliseconds=950)
    scene.line.cancel(resting)
    scene.run(seconds=1)
    assert (scene.status("a"), scene.filled("a")) == (Status.FILLED, 100)


def test_part_of_it_can_be_faster() -> None:
    script = Script()
    script.write(after=1, last="100", volume="337")
    scene = Scene(tape=script)
    resting = order("a", limit="100")
    scene.line.submit(resting)
    scene.run(milliseconds=950)
    scene.line.cancel(resting)
    scene.run(seconds=1)
    assert (scene.status("a"), scene.filled("a")) == (Status.CANCELED, 37)


def test_asking_twice_is_asking_once() -> None:
    scene = Scene(tape=Script())
    resting = order("a", limit="90")
    scene.line.submit(resting)
    scene.line.cancel(resting)
    scene.line.cancel(resting)
    scene.run(seconds=1)
    assert len(scene.told) == 1


def test_too_late_is_said() -> None:
    scene = Scene(tape=Script())
    scene.line.submit(order("a"))
    scene.run(seconds=1)
    with pytest.raises(OrderRejected, match="already filled"):
        scene.line.cancel(order("a"))
    with pytest.raises(OrderRejected, match="no such order"):
        scene.line.cancel(order("b"))


def test_a_replacement_takes_the_place_at_once() -> None:
    scene = Scene(tape=Script())
    old, new = order("a", limit="90"), order("b", limit="91")
    scene.line.submit(old)
    scene.run(seconds=1)
    held = scene.line.replace(old, new)
    assert (held.client_id, held.status, held.quantity, held.filled) == ("b", Status.ACKED, Decimal(100), Decimal(0))
    gone = scene.line.find(old)
    assert gone is not None
    assert (gone.status, gone.replaced_by) == (Status.REPLACED, "b")
    assert [o.client_id for o in scene.line.orders("practice").rows if o.status is Status.ACKED] == ["b"]


def test_its_quantity_includes_what_the_old_one_filled() -> None:
    script = Script()
    script.write(after=1, last="100", volume="340")
    script.write(after=10, bid="99", ask="99.02", last="99", volume="1000")
    scene = Scene(tape=script)
    old, new, newer = (
        order("a", limit="100"),
        order("b", quantity="90", limit="99.50"),
        order("c", quantity="50", limit="99.40"),
    )
    scene.line.submit(old)
    scene.run(seconds=2)
    assert scene.filled("a") == 40
    scene.line.replace(old, new)
    scene.line.replace(new, newer)
    scene.run(seconds=10)
    assert (scene.filled("a"), scene.filled("b"), scene.filled("c")) == (40, 0, 10)
    assert (scene.status("a"), scene.status("c")) == (Status.REPLACED, Status.FILLED)


@pytest.mark.parametrize("quantity", ["40", "39"])
def test_nothing_left_to_do_is_refused_and_the_old_one_lives(quantity: str) -> None:
    script = Script()
    script.write(after=1, last="100", volume="340")
    scene = Scene(tape=script)
    old = order("a", limit="100")
    scene.line.submit(old)
    scene.run(seconds=2)
    with pytest.raises(OrderRejected, match="nothing would be left"):
        scene.line.replace(old, order("b", quantity=quantity, limit="99.50"))
    assert scene.status("a") is Status.PARTIAL


def test_a_done_order_cannot_be_replaced() -> None:
    scene = Scene(tape=Script())
    scene.line.submit(order("a"))
    scene.run(seconds=1)
    with pytest.raises(OrderRejected, match="already filled"):
        scene.line.replace(order("a"), order("b", quantity="200", limit="99"))
    assert scene.status("b") is Status.REJECTED


def test_one_being_cancelled_cannot_either() -> None:
    scene = Scene(tape=Script())
    old = order("a", limit="90")
    scene.line.submit(old)
    scene.line.cancel(old)
    with pytest.raises(OrderRejected, match="being cancelled"):
        scene.line.replace(old, order("b", limit="91"))


def test_a_bad_replacement_leaves_the_old_one() -> None:
    scene = Scene(tape=Script())
    old = order("a", limit="90")
    scene.line.submit(old)
    for bad in (order("b", limit="90.001"), order("c", "sell", limit="91"), order("d", limit="91", symbol="MSFT")):
        with pytest.raises(OrderRejected):
            scene.line.replace(old, bad)
    assert scene.status("a") is Status.ACKED


def test_a_replacement_repeated_is_the_same_one() -> None:
    scene = Scene(tape=Script())
    old, new = order("a", limit="90"), order("b", limit="91")
    scene.line.submit(old)
    first = scene.line.replace(old, new)
    assert scene.line.replace(old, new) == first
    assert len(scene.line.orders("practice").rows) == 2


def test_a_sale_that_replaces_one_is_not_counted_twice() -> None:
    scene = Scene(tape=Script())
    scene.line.submit(order("long", symbol="PLUG", quantity="100", limit="101"))
    scene.run(seconds=1)
    old = order("a", "sell", symbol="PLUG", limit="110")
    scene.line.submit(old)
    scene.line.replace(old, order("b", "sell", symbol="PLUG", limit="111"))
    assert scene.status("b") is Status.ACKED
    with pytest.raises(OrderRejected, match="sold short"):
        scene.line.submit(order("c", "sell", symbol="PLUG", quantity="1", limit="110"))
    assert scene.exchange.positions()[0].quantity == Decimal(100)
