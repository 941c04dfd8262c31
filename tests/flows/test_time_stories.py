"""Ways to lose money quietly, each as a short story about time and names."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest

from core.channel.facets.orders import Draft
from core.domain.instrument import Alias
from core.domain.order import Side
from core.engine.jobs.base import EachDay, Slot
from core.market.sessions import Sessions
from tests.fakes.clock import FakeClock
from tests.flows.day import Day
from tests.unit.engine.opened import Opened, opened


@dataclass(frozen=True)
class Rebuild(EachDay):
    """A nightly job that only counts."""

    title: ClassVar[str] = "Count"
    every: ClassVar[str] = "Each night, 01:30 ET"
    at: ClassVar[time] = time(1, 30)
    ran: ClassVar[list[str]] = []

    def run(self, engine: Any, slot: Slot) -> str:
        self.ran.append(slot.name)
        return "counted"


def counting(desk: Opened) -> None:
    desk.background._jobs = {"count": Rebuild()}
    Rebuild.ran.clear()
    desk.engine.timeline.set(own_time=False, pace=1)  # the exchange's hours


def test_story_10_a_job_slept_through_is_shown_and_not_dropped(tmp_path: Path) -> None:
    clock = FakeClock(datetime(2026, 9, 14, 18, 0, tzinfo=UTC))
    with opened(tmp_path, clock) as desk:
        counting(desk)
        desk.background.wake("count")
        clock.advance(36 * 3600)  # the lid is closed over a night, and opened again in the morning after
        desk.background.wake("count")
        assert Rebuild.ran == ["2026-09-14", "2026-09-16"]
        missed = [slot.slot for slot in desk.desk.jobs.missed() if slot.job == "count"]
        assert missed == ["2026-09-15"]


def test_story_11_after_three_nights_asleep_it_runs_once_and_not_three_times(tmp_path: Path) -> None:
    clock = FakeClock(datetime(2026, 9, 14, 18, 0, tzinfo=UTC))
    with opened(tmp_path, clock) as desk:
        counting(desk)
        desk.background.wake("count")
        clock.advance(3 * 24 * 3600)
        for _ in range(4):
            desk.background.wake("count")
        assert Rebuild.ran == ["2026-09-14", "2026-09-17"]
        missed = [slot.slot for slot in desk.desk.jobs.missed() if slot.job == "count"]
        assert sorted(missed) == ["2026-09-15", "2026-09-16"]


@pytest.mark.parametrize("night", [date(2026, 3, 8), date(2026, 11, 1)], ids=["spring", "autumn"])
def test_story_12_when_the_clocks_change_a_job_runs_once_that_night(tmp_path: Path, night: date) -> None:
    clock = FakeClock(datetime(night.year, night.month, night.day, 0, 0, tzinfo=UTC))
    with opened(tmp_path, clock) as desk:
        counting(desk)
        for _ in range(4 * 24):  # every quarter of an hour, through both 01:30s
            desk.background.wake("count")
            clock.advance(15 * 60)
        assert Rebuild.ran.count(night.isoformat()) == 1
        assert len(Rebuild.ran) == len(set(Rebuild.ran))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 9, 14, 23, 30, tzinfo=UTC), date(2026, 9, 14)),  # 19:30 in New York: after hours, still today
        (datetime(2026, 9, 15, 1, 0, tzinfo=UTC), date(2026, 9, 15)),  # 21:00 in New York: counts for tomorrow
        (datetime(2026, 9, 15, 4, 30, tzinfo=UTC), date(2026, 9, 15)),  # past midnight in New York as well
        (datetime(2026, 9, 19, 2, 0, tzinfo=UTC), date(2026, 9, 21)),  # Friday 22:00 in New York: Monday's
        (datetime(2026, 11, 26, 15, 0, tzinfo=UTC), date(2026, 11, 27)),  # Thanksgiving: the half-day after it
    ],
)
def test_story_14_today_is_the_exchanges_day(moment: datetime, day: date) -> None:
    assert Sessions().day(moment) == day


def test_story_14_limits_of_a_day_count_the_exchanges_day() -> None:
    desk = Day()
    desk.desk_house.pictures.hours = Sessions()
    first = desk.ask("ANT", Side.BUY, "1")
    assert first.id.startswith("20260914-")
    desk.clock.advance(9 * 3600)  # 23:30 UTC: still the 14th in New York, after the close
    desk.advance(14.5 * 3600)  # 14:00 UTC the next day
    desk.pump()
    second = desk.ask("ANT", Side.BUY, "1")
    assert second.id.startswith("20260915-")


def test_story_31_a_renamed_symbol_keeps_its_holding_and_a_reused_one_is_another_thing() -> None:
    desk = Day()
    desk.bought("ANT", "10")
    store = desk.desk_house.store
    ant = store.catalogue.get("i-ant")
    assert ant is not None
    today = desk.clock.now().date()
    with store.unit:
        store.catalogue.change(replace(ant, symbol="ANTW", name="Ant Works International"), today)
        newcomer = replace(ant, id="i-new", symbol="ANT", name="Antarctic Ice")
        store.catalogue.add(newcomer, (Alias(instrument_id="i-new", broker="fake", native_id="ANT", valid_from=today),))
    desk.prices.last["i-new"] = Decimal("7.00")
    assert desk.held("i-ant") == 10
    assert desk.held("i-new") == 0
    renamed = desk.reviews.review(Draft(symbol="ANTW", side=Side.SELL, quantity="10"))
    assert (renamed.held_before, renamed.held_after) == (Decimal(10), Decimal(0))
    reused = desk.reviews.review(Draft(symbol="ANT", side=Side.BUY, quantity="10"))
    assert (reused.name, reused.held_before) == ("Antarctic Ice", Decimal(0))
    desk.die()
    desk.start()  # from the disk it is the same
    assert desk.held("i-ant") == 10
    found = desk.desk_house.store.catalogue.by_symbol("ANT")
    assert found is not None
    assert found.id == "i-new"
    by_alias = desk.desk_house.store.catalogue.by_alias("fake", "ANT", today)
    assert by_alias is not None
    assert by_alias.id == "i-new"
