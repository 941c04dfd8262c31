"""What a split or a dividend makes of open orders: FINRA's rule 5330, line by line."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.corporate_event import CorporateEvent, EventKind
from core.domain.fill import Adjusted
from core.domain.order import Status, adjusted_from, adjusted_id
from tests.unit.practice.scene import IDS, Quiet, Scene, Script, et, order

D = Decimal
EX_DAY = date(2026, 11, 25)


def event(kind: str = "split", day: date = EX_DAY, symbol: str = "AAPL", **more: Any) -> CorporateEvent:
    if kind == "dividend":
        more = {"record_day": day, "pay_day": date(2026, 12, 10)} | more
    return CorporateEvent(
        id=f"{kind}-{symbol}-{day}",
        kind=EventKind(kind),
        instrument_id=IDS[symbol],
        announced=date(2026, 11, 1),
        effective=day,
        **more,
    )


def on(*events: CorporateEvent, file: str = ":memory:", script: Script | None = None) -> Scene:
    return Scene(file=file, tape=script or Script(), companies=Quiet(list(events)))


def until(scene: Scene, *moment: int) -> None:
    scene.clock.at = et(*moment)
    scene.line.heartbeat()


def found(scene: Scene, client_id: str) -> Any:
    held = scene.line.find(order(client_id))
    assert held is not None
    return held


def terms(scene: Scene, client_id: str) -> Any:
    held = found(scene, client_id)
    return held.quantity, held.adjusted.limit, held.adjusted.stop


def placed(scene: Scene, side: str, quantity: str = "100", **more: Any) -> None:
    if side == "sell":
        scene.line.submit(order("held", quantity="500"))
        scene.run(seconds=5)
    scene.line.submit(order("o", side, quantity, **({"tif": "gtc"} | more)))


@pytest.mark.parametrize(
    ("side", "asked", "ratio", "then"),
    [
        ("sell", {"stop": "90.01"}, "4", (400, None, "22.50")),
        ("sell", {"stop": "90.00", "limit": "80.01"}, "4", (400, "20.00", "22.50")),
        ("sell", {"limit": "110.03"}, "2", (200, "55.01", None)),
        ("buy", {"stop": "110.00"}, "2", (200, None, "55.00")),
        ("buy", {"limit": "95.00"}, "1.5", (150, "63.33", None)),
        ("buy", {"limit": "95.00", "extended_hours": True}, "3", (300, "31.66", None)),
        ("buy", {"limit": "95.00", "quantity": "33"}, "1.5", (49, "63.33", None)),
        ("buy", {"limit": "1.50"}, "4", (400, "0.375", None)),
    ],
)
def test_a_forward_split_makes_another_of_each_order_until_cancelled(
    side: str, asked: dict[str, Any], ratio: str, then: tuple[int, str | None, str | None]
) -> None:
    scene = on(event(ratio=D(ratio)))
    placed(scene, side, **asked)
    until(scene, 2026, 11, 25, 9, 0)
    quantity, *prices = then
    assert terms(scene, "o~1") == (quantity, *(None if price is None else D(price) for price in prices))
    old, new = found(scene, "o"), found(scene, "o~1")
    assert (old.status, old.replaced_by, new.status, new.filled) == (Status.REPLACED, "o~1", Status.ACKED, 0)
    assert old.broker_order_id != new.broker_order_id
    assert new.reason.startswith(f"AAPL split {ratio} for 1: ")
    assert f"became {quantity}" in new.reason
    assert {held.client_id for held in scene.line.orders("practice").rows} >= {"o", "o~1"}
    assert [r.client_id for r in scene.told if r.client_id.startswith("o")] == ["o", "o~1"]


@pytest.mark.parametrize(
    ("side", "asked", "cash", "then"),
    [
        ("buy", {"limit": "95.00"}, "0.255", (100, "94.74", None)),
        ("sell", {"stop": "90.00"}, "0.25", (100, None, "89.75")),
        ("sell", {"stop": "90.00", "limit": "85.00"}, "0.25", (100, "84.75", "89.75")),
        ("sell", {"limit": "110.00"}, "0.25", None),
        ("buy", {"stop": "110.00"}, "0.25", None),
        ("buy", {"limit": "95.00"}, "0.0099", None),
        ("buy", {"limit": "95.00", "tif": "open"}, "0.25", None),
    ],
)
def test_a_dividend_lowers_purchases_with_a_limit_and_protective_stops(
    side: str, asked: dict[str, Any], cash: str, then: tuple[int, str | None, str | None] | None
) -> None:
    scene = on(event("dividend", cash=D(cash)))
    if asked.get("tif") == "open":
        scene.clock.at = et(2026, 11, 24, 20, 30)
    placed(scene, side, **asked)
    until(scene, 2026, 11, 25, 9, 0)
    if then is None:
        assert (found(scene, "o").status, scene.line.find(order("o~1"))) == (Status.ACKED, None)
        return
    quantity, *prices = then
    assert terms(scene, "o~1") == (quantity, *(None if price is None else D(price) for price in prices))
    assert "goes without its dividend" in found(scene, "o~1").reason


def test_an_order_for_one_day_and_one_that_is_asked_back_are_cancelled_on_a_split() -> None:
    scene = on(event(ratio=D(2)))
    placed(scene, "buy", limit="95")
    until(scene, 2026, 11, 24, 20, 30)
    scene.line.submit(order("day", limit="95"))
    until(scene, 2026, 11, 25, 3, 59)
    scene.clock.at = et(2026, 11, 25, 3, 59) + timedelta(seconds=59.95)
    scene.line.cancel(order("o"))
    until(scene, 2026, 11, 25, 12, 0)
    assert (found(scene, "o").status, found(scene, "day").status) == (Status.CANCELED, Status.CANCELED)
    assert scene.line.find(order("o~1")) is None
    assert "but those until cancelled" in found(scene, "day").reason


def test_a_dividend_larger_than_the_limit_leaves_no_order() -> None:
    scene = on(event("dividend", cash=D(3)))
    placed(scene, "buy", limit="2.50")
    until(scene, 2026, 11, 25, 12, 0)
    assert found(scene, "o").status is Status.CANCELED
    assert "nothing is left of the order" in found(scene, "o").reason


def test_a_split_and_a_dividend_of_one_morning_and_another_split_later_follow_one_another() -> None:
    scene = on(event(ratio=D(2)), event("dividend", cash=D("0.50")), event(ratio=D(3), day=date(2026, 11, 30)))
    placed(scene, "buy", limit="95")
    until(scene, 2026, 11, 30, 12, 0)
    assert terms(scene, "o~2") == (200, D("47.00"), None)
    assert terms(scene, "o~3") == (600, D("15.66"), None)
    assert [found(scene, c).status for c in ("o", "o~1", "o~2", "o~3")] == [Status.REPLACED] * 3 + [Status.ACKED]


def test_the_stop_of_after_fires_once_and_at_its_own_price() -> None:
    script = Script()
    for second in range(300):
        script.write(after=second, at=et(2026, 11, 25, 9, 30), bid="25", ask="25.02", last="25", volume="9999")
    for second in range(300, 600):
        script.write(after=second, at=et(2026, 11, 25, 9, 30), bid="22", ask="22.02", last="22", volume="9999")
    scene = on(event(ratio=D(4)), script=script)
    scene.line.submit(order("held", quantity="100"))
    scene.run(seconds=5)
    scene.line.submit(order("o", "sell", "100", stop="90", tif="gtc"))
    until(scene, 2026, 11, 25, 9, 34)
    assert scene.fills("o~1") == []
    until(scene, 2026, 11, 25, 12, 0)
    sold = scene.fills("o~1")
    assert sum(fill.quantity for fill in sold) == 400
    assert all(D("21.9") < fill.price <= 22 for fill in sold)
    assert scene.line.positions("practice").rows == ()


def test_an_adjusted_order_is_the_same_after_a_restart_and_in_a_file_from_before(tmp_path: Path) -> None:
    file = str(tmp_path / "exchange.sqlite")
    scene = on(event(ratio=D(2)), file=file)
    placed(scene, "buy", limit="95")
    scene.exchange._records._db.execute("ALTER TABLE held DROP COLUMN adjusted_for")
    scene.exchange.close()
    scene = Scene(file=file, tape=scene.tape, companies=scene.companies, clock=scene.clock)
    until(scene, 2026, 11, 25, 12, 0)
    before = found(scene, "o~1")
    assert before.adjusted == Adjusted(event_id=event(ratio=D(2)).id, limit=D("47.50"))
    scene.exchange.close()
    again = Scene(file=file, tape=scene.tape, companies=scene.companies, clock=scene.clock)
    assert found(again, "o~1") == before
    again.line.cancel(order("o~1"))
    again.run(seconds=5)
    assert found(again, "o~1").status is Status.CANCELED


def test_orders_keep_the_turn_in_which_they_came() -> None:
    scene = on(event(ratio=D(2)))
    for name in ("first", "second", "third"):
        scene.line.submit(order(name, limit="95", tif="gtc"))
    until(scene, 2026, 11, 25, 12, 0)
    open_now = [held.client_id for held in scene.line.orders("practice").rows if held.status is Status.ACKED]
    assert open_now == ["first~1", "second~1", "third~1"]


@given(root=st.text(st.characters(exclude_characters="~"), min_size=1), steps=st.integers(1, 30))
def test_a_name_says_what_it_was_made_of(root: str, steps: int) -> None:
    line = [root]
    for _ in range(steps):
        line.append(adjusted_id(line[-1]))
    assert len(set(line)) == steps + 1
    assert [adjusted_from(one) for one in line] == ["", *line[:-1]]


@pytest.mark.parametrize("name", ["qd-a-b", "qd-a~", "qd-a~x", "qd-a~0", "qd-a~-1", "~", ""])
def test_any_other_name_is_no_such_order(name: str) -> None:
    assert adjusted_from(name) == ""
