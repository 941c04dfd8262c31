"""What every job keeps, whichever are dropped into the folder."""

from collections.abc import Iterator
from dataclasses import is_dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.jobs import JOBS
from core.engine.jobs.base import Slot
from tests.unit.engine.opened import Opened, opened

moments = st.datetimes(
    min_value=datetime(2024, 1, 1),  # noqa: DTZ001
    max_value=datetime(2030, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    home: Path = tmp_path_factory.mktemp("home")
    with opened(home) as desk:
        desk.settle(1)
        yield desk


@pytest.mark.parametrize("name", JOBS)
def test_it_has_defaults_and_says_what_it_is(name: str) -> None:
    job = JOBS[name]()
    assert is_dataclass(job)
    assert job.title
    assert job.every
    assert job.grace > timedelta(0)
    assert not job.title.endswith(".")


@pytest.mark.parametrize("name", JOBS)
@given(now=moments)
def test_its_slot_is_due_and_its_next_one_is_not(name: str, now: datetime) -> None:
    job = JOBS[name]()
    slot, following = job.slot(now), job.following(now)
    assert slot.due_at <= now < following
    assert slot == job.slot(slot.due_at)  # a slot is its own slot
    assert job.slot(now) == slot  # asked twice, the same
    after = job.slot(following)
    assert after.due_at == following
    assert after.name > slot.name
    assert job.slot(following - timedelta(microseconds=1)) == slot  # nothing between the two
    assert job.grace <= timedelta(days=1)


@pytest.mark.parametrize("name", JOBS)
def test_run_twice_it_does_no_harm_and_says_what_it_did(name: str, desk: Opened) -> None:
    job = JOBS[name]()
    now = desk.engine.timeline.now()
    slot: Slot = job.slot(now)
    for _ in range(2):
        words = job.run(desk.engine, slot)
        assert words
        assert "\n" not in words
    assert desk.desk.trading.levels() == ()
    assert desk.engine.thread.ask(lambda: desk.engine.store.unit.active) is False
