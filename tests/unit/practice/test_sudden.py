"""What the exchange lets happen to a name, and what it refuses because it was seen, or would not be true."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from core.channel.facets.practice import Fault
from core.domain.chosen import Chosen, Kind
from core.domain.corporate_event import EventKind
from core.domain.errors import BadInput
from core.domain.order import Status
from tests.unit.practice.scene import IDS, MONDAY_NOON, Scene, et, order

SOON = MONDAY_NOON + timedelta(seconds=2)


def halt(at: datetime = SOON, size: int = 5, symbol: str = "AAPL") -> Chosen:
    return Chosen(day=date(2026, 11, 23), kind=Kind.HALT, instrument_id=IDS[symbol], at=at, size=size)


@pytest.mark.parametrize(
    "at",
    [
        MONDAY_NOON,
        MONDAY_NOON - timedelta(minutes=1),
        MONDAY_NOON + timedelta(seconds=1.5),
        et(2026, 11, 23, 9, 30),
        et(2026, 11, 23, 16, 0),
        et(2026, 11, 23, 18, 0),
    ],
)
def test_a_second_that_was_seen_or_lies_outside_the_session_is_refused(at: datetime) -> None:
    scene = Scene()
    with pytest.raises(BadInput, match="Nothing was chosen"):
        scene.line.choose(halt(at))
    assert scene.line.script() == ()


def test_what_has_begun_is_not_taken_away_and_what_has_not_is() -> None:
    scene = Scene()
    later = halt(MONDAY_NOON + timedelta(hours=1))
    scene.line.choose(halt())
    scene.line.choose(later)
    scene.run(seconds=3)
    assert scene.line.unchoose(later) == (halt(),)
    with pytest.raises(BadInput, match="that second has begun"):
        scene.line.unchoose(halt())


def test_a_name_whose_price_follows_an_offer_does_not_jump() -> None:
    scene = Scene()
    scene.clock.at = et(2027, 9, 1, 12, 0)
    scene.line.heartbeat()
    coming = scene.exchange.market.events(date(2027, 9, 1), date(2027, 12, 31))
    bought = next(e for e in coming if e.kind is EventKind.CASH_MERGER)
    gap = Chosen(
        day=date(2027, 9, 1),
        kind=Kind.PRICE_GAP,
        instrument_id=bought.instrument_id,
        at=scene.clock.at + timedelta(seconds=5),
        size=-5,
    )
    with pytest.raises(BadInput, match="is being bought"):
        scene.line.choose(gap)


def test_a_bad_day_is_in_the_file(tmp_path: Path) -> None:
    file = str(tmp_path / "exchange.sqlite")
    scene = Scene(file=file)
    kept = scene.line.play_bad_day(on=True)
    script = scene.line.script()
    assert kept is not None
    assert [c.kind for c in script] == [Kind.HALT, Kind.PRICE_GAP, Kind.SPLIT]
    scene.line.close()
    again = Scene(file=file, clock=scene.clock)
    assert (again.line.bad_day(), again.line.script()) == (kept, script)
    assert again.line.play_bad_day(on=False) is None
    again.line.close()
    last = Scene(file=file, clock=scene.clock)
    assert (last.line.bad_day(), last.line.script()) == (None, ())


def test_the_worst_hit_is_the_largest_position_and_the_jump_goes_against_it() -> None:
    scene = Scene()
    scene.line.submit(order("a", quantity="10", symbol="KO"))
    scene.line.submit(order("b", side="sell", quantity="1000", symbol="MSFT"))
    scene.run(minutes=5)
    assert {scene.status("a"), scene.status("b")} == {Status.FILLED}
    kept = scene.line.play_bad_day(on=True)
    assert kept is not None
    (gap,) = (s.chosen for s in kept.steps if s.fault is Fault.PRICE_GAP)
    assert gap is not None
    assert (gap.instrument_id, gap.size) == (IDS["MSFT"], 8)
