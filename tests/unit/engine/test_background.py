"""Jobs: a slot runs once, whatever wakes; a missed one is seen and waits for a person; a failed one does not stop the next."""

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

import pytest

from core.clock import stopwatch
from core.domain.errors import BadInput
from core.engine.background import MOST_MISSED
from core.engine.jobs.base import EachDay, EachMinute, Job, Slot
from core.store.jobs import JobRun
from core.store.snapshot import snapshot
from tests.fakes.clock import MORNING, FakeClock
from tests.unit.engine.opened import Opened, opened


@dataclass(frozen=True)
class Nightly(EachDay):
    """A job that only counts."""

    title: ClassVar[str] = "Count"
    every: ClassVar[str] = "Each night, 20:00 ET"
    at: ClassVar[time] = time(20)
    ran: ClassVar[list[str]] = []
    fail: ClassVar[list[Exception]] = []

    def run(self, engine: Any, slot: Slot) -> str:
        self.ran.append(slot.name)
        if self.fail:
            raise self.fail.pop()
        return f"counted {slot.name}"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Opened]:
    with opened(tmp_path) as desk:
        with_job(desk, Nightly())
        Nightly.ran.clear()
        Nightly.fail.clear()
        desk.engine.timeline.set(own_time=False, pace=1)  # the exchange's hours
        yield desk


def with_job(desk: Opened, job: Job) -> None:
    desk.background._jobs = {"count": job}


def runs(desk: Opened) -> dict[str, str]:
    found = desk.engine.thread.ask(
        lambda: desk.engine.store.connection.execute(
            "SELECT slot, outcome FROM job_run WHERE job='count' ORDER BY due_at"
        ).fetchall()
    )
    return dict(found)


def test_woken_twice_it_runs_once(desk: Opened) -> None:
    for _ in range(5):
        desk.background.wake("count")
    assert Nightly.ran == ["2026-09-13"]
    assert runs(desk) == {"2026-09-13": "done"}


def test_woken_from_eight_threads_at_once_it_runs_once(desk: Opened) -> None:
    gate = threading.Barrier(8)

    def wake() -> None:
        gate.wait()
        desk.background.wake("count")

    threads = [threading.Thread(target=wake) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Nightly.ran == ["2026-09-13"]


def test_a_second_engines_claim_of_the_same_slot_loses(desk: Opened) -> None:
    slot = Nightly().slot(desk.engine.timeline.now())
    desk.background.wake("count")
    store = desk.engine.store

    def claim() -> bool:
        with store.unit:
            return store.jobs.claim(JobRun(job="count", slot=slot.name, due_at=slot.due_at, outcome="running"))

    assert desk.engine.thread.ask(claim) is False
    assert runs(desk) == {"2026-09-13": "done"}


def test_each_night_has_its_slot(desk: Opened) -> None:
    for _ in range(3):
        desk.background.wake("count")
        desk.days(1)
    assert Nightly.ran == ["2026-09-13", "2026-09-14", "2026-09-15"]


def test_slots_missed_while_the_desk_was_off_are_recorded_shown_and_not_run(desk: Opened) -> None:
    desk.background.wake("count")
    desk.days(4)
    desk.background.wake("count")
    assert Nightly.ran == ["2026-09-13", "2026-09-17"]
    missed = desk.desk.jobs.missed()
    assert [slot.slot for slot in missed] == ["2026-09-14", "2026-09-15", "2026-09-16"]
    assert missed[0].words == "Count, 2026-09-14: the desk was not running"
    titles = desk.desk.journal.table(kind="job.missed").column("title").to_pylist()
    assert len(titles) == 3


def test_too_late_for_its_grace_the_newest_is_missed_too(desk: Opened) -> None:
    desk.background.wake("count")
    desk.clock.advance(
        timedelta(days=1, hours=7)
    )  # 21:30 UTC − … : more than 20 hours after 20:00 ET of the day before
    desk.background.wake("count")
    assert Nightly.ran == ["2026-09-13"]
    assert runs(desk)["2026-09-14"] == "missed"
    assert desk.desk.journal.table(kind="job.missed").column("title").to_pylist() == [
        "Count, 2026-09-14: the desk was not running"
    ]


def test_at_the_very_first_start_nothing_was_missed(desk: Opened) -> None:
    desk.clock.advance(timedelta(hours=9))  # too late for last night's slot
    desk.background.wake("count")
    assert Nightly.ran == []
    assert desk.desk.jobs.missed() == ()


def test_after_a_long_absence_only_so_many_are_listed(desk: Opened) -> None:
    desk.background.wake("count")
    desk.days(200)
    desk.background.wake("count")
    assert len(desk.desk.jobs.missed()) == MOST_MISSED


def test_a_missed_slot_is_run_or_left_by_a_person_once(desk: Opened) -> None:
    desk.background.wake("count")
    desk.days(3)
    desk.background.wake("count")
    jobs = desk.desk.jobs
    jobs.run_missed("count", "2026-09-14")
    jobs.skip_missed("count", "2026-09-15")
    desk.background.stop()
    assert Nightly.ran == ["2026-09-13", "2026-09-16", "2026-09-14"]
    assert runs(desk)["2026-09-14"] == "done"
    assert runs(desk)["2026-09-15"] == "skipped"
    assert jobs.missed() == ()
    for act in (jobs.run_missed, jobs.skip_missed):
        for slot in ("2026-09-14", "2026-09-15", "2026-09-16", "nonsense", "' OR 1=1 --"):
            with pytest.raises(BadInput, match=r"That scheduled time is not waiting any more. Nothing was done"):
                act("count", slot)
        with pytest.raises(BadInput, match="There is no job nonsense"):
            act("nonsense", "2026-09-14")
    assert len(Nightly.ran) == 3


def two_missed(desk: Opened) -> None:
    desk.background.wake("count")
    desk.days(3)
    desk.background.wake("count")
    Nightly.ran.clear()


def test_a_missed_slot_can_be_planned_again_and_runs_then_once(desk: Opened) -> None:
    two_missed(desk)
    desk.desk.jobs.plan_again("count", "2026-09-14", 30)
    told = {slot.slot: slot.planned_at for slot in desk.desk.jobs.missed()}
    assert told == {"2026-09-14": desk.clock.now() + timedelta(minutes=30), "2026-09-15": None}
    desk.clock.advance(timedelta(minutes=29, seconds=59))
    desk.background.wake("count")
    assert Nightly.ran == []
    desk.clock.advance(timedelta(seconds=1))
    for _ in range(3):
        desk.background.wake("count")
    assert Nightly.ran == ["2026-09-14"]
    assert runs(desk)["2026-09-14"] == "done"
    assert [slot.slot for slot in desk.desk.jobs.missed()] == ["2026-09-15"]


def test_what_was_planned_waits_for_a_person_again_when_the_desk_was_not_open_then(desk: Opened) -> None:
    two_missed(desk)
    desk.desk.jobs.plan_again("count", "2026-09-14", 30)
    desk.clock.advance(timedelta(minutes=41))
    desk.background.wake("count")
    assert Nightly.ran == []
    assert {slot.slot: slot.planned_at for slot in desk.desk.jobs.missed()} == {"2026-09-14": None, "2026-09-15": None}


def test_what_is_planned_can_be_planned_anew_run_now_or_left(desk: Opened) -> None:
    two_missed(desk)
    jobs = desk.desk.jobs
    for minutes in (30, 90):
        jobs.plan_again("count", "2026-09-14", minutes)
    jobs.plan_again("count", "2026-09-15", 30)
    jobs.run_missed("count", "2026-09-14")
    jobs.skip_missed("count", "2026-09-15")
    desk.background.stop()
    desk.clock.advance(timedelta(minutes=91))
    desk.background.wake("count")
    assert Nightly.ran == ["2026-09-14"]
    for minutes in (0, -5, 24 * 60 + 1):
        with pytest.raises(BadInput, match="Nothing was planned: choose a time"):
            jobs.plan_again("count", "2026-09-15", minutes)
    with pytest.raises(BadInput, match="not waiting any more"):
        jobs.plan_again("count", "2026-09-15", 5)


def test_nobody_waits_for_a_missed_slot_that_takes_long(desk: Opened) -> None:
    go_on = threading.Event()

    class Slow(Nightly):
        def run(self, engine: Any, slot: Slot) -> str:
            return f"went on: {go_on.wait(10)}"

    desk.background.wake("count")
    desk.days(2)
    desk.background.wake("count")
    with_job(desk, Slow())
    desk.desk.jobs.run_missed("count", "2026-09-14")
    assert runs(desk)["2026-09-14"] == "running"
    go_on.set()
    desk.background.stop()
    assert runs(desk)["2026-09-14"] == "done"


def test_two_people_run_the_same_missed_slot_and_it_runs_once(desk: Opened) -> None:
    desk.background.wake("count")
    desk.days(2)
    desk.background.wake("count")
    gate = threading.Barrier(4)
    refused: list[str] = []

    def press() -> None:
        gate.wait()
        try:
            desk.desk.jobs.run_missed("count", "2026-09-14")
        except BadInput as error:
            refused.append(str(error))

    people = [threading.Thread(target=press) for _ in range(4)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    desk.background.stop()
    assert Nightly.ran.count("2026-09-14") == 1
    assert len(refused) == 3


@pytest.mark.parametrize(
    "error", [ValueError("our fault"), OSError("no room"), BadInput("a sentence."), sqlite3.Error("x")]
)
def test_a_job_that_fails_is_recorded_and_told_and_its_next_slot_runs(desk: Opened, error: Exception) -> None:
    Nightly.fail.append(error)
    desk.background.wake("count")
    assert runs(desk) == {"2026-09-13": "failed"}
    (view,) = desk.desk.jobs.all()
    assert view.last_outcome == "failed"
    assert str(error) in view.last_words
    notices = [notice.title for notice in desk.desk.health.state().notices]
    assert "Count failed." in notices
    desk.background.wake("count")
    assert len(Nightly.ran) == 1  # not the same slot again
    desk.days(1)
    desk.background.wake("count")
    assert runs(desk) == {"2026-09-13": "failed", "2026-09-14": "done"}
    assert "Count failed." not in [notice.title for notice in desk.desk.health.state().notices]


def test_a_fault_in_finding_the_slot_kills_nobody(desk: Opened) -> None:
    class Broken(Nightly):
        def slot(self, now: datetime) -> Slot:
            raise ZeroDivisionError

    with_job(desk, Broken())
    desk.background.wake("count")
    desk.background.wake("no such job")
    assert runs(desk) == {}


def test_a_run_cut_off_by_the_end_of_the_desk_is_shown_as_missed(tmp_path: Path) -> None:
    clock = FakeClock()
    with opened(tmp_path, clock) as desk:
        store = desk.engine.store

        def begin() -> None:
            with store.unit:
                store.jobs.claim(JobRun(job="backup", slot="2026-09-13", due_at=MORNING, outcome="running"))
                store.jobs.claim(JobRun(job="resolve", slot="x", due_at=MORNING, outcome="running"))
                store.jobs.claim(JobRun(job="gone", slot="x", due_at=MORNING, outcome="running"))

        desk.engine.thread.ask(begin)
    with opened(tmp_path, clock) as desk:
        desk.background.start()
        missed = desk.desk.jobs.missed()
        assert ("backup", "2026-09-13") in {(slot.job, slot.slot) for slot in missed}
        assert {slot.job for slot in missed} == {"backup"}


def cut_tonights_job(tmp_path: Path, clock: FakeClock) -> None:
    """A desk is closed while its nightly job reads."""
    with opened(tmp_path, clock) as desk:
        desk.engine.timeline.set(own_time=False, pace=1)
        with_job(desk, Reading())
        waking = threading.Thread(target=desk.background.wake, args=("count",))
        waking.start()
        assert Reading.under_way.wait(10)
        began = stopwatch()
        desk.engine.cut.ask()
        waking.join()
        desk.engine.close()
        assert stopwatch() - began < 20, "it would read for ever"
        Reading.under_way.clear()


@dataclass(frozen=True)
class Reading(Nightly):
    """Reads until it is cut short."""

    under_way: ClassVar[threading.Event] = threading.Event()

    def run(self, engine: Any, slot: Slot) -> str:
        with snapshot(engine.folder.database, engine.cut) as connection:
            self.under_way.set()
            connection.execute("WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM n) SELECT max(i) FROM n")
        return "read to the end"


def reopened(desk: Opened) -> None:
    desk.engine.timeline.set(own_time=False, pace=1)
    with_job(desk, Nightly())
    Nightly.ran.clear()
    Nightly.fail.clear()
    desk.background.start()
    desk.background.stop()


def test_closing_cuts_a_job_short_and_the_next_start_runs_it_again(tmp_path: Path) -> None:
    clock = FakeClock()
    cut_tonights_job(tmp_path, clock)
    with opened(tmp_path, clock) as desk:
        assert runs(desk) == {"2026-09-13": "cut"}
        titles = desk.desk.journal.table(kind="job.cut").column("title").to_pylist()
        assert titles == ["Count: the desk was closed while it ran; it runs again at the next start"]
        reopened(desk)
        desk.background.wake("count")
        desk.background.wake("count")
        assert Nightly.ran == ["2026-09-13"]
        assert runs(desk) == {"2026-09-13": "done"}
        assert desk.desk.trading.levels() == ()  # a check cut short has found nothing


def test_a_job_cut_short_long_ago_waits_for_a_person(tmp_path: Path) -> None:
    clock = FakeClock()
    cut_tonights_job(tmp_path, clock)
    clock.advance(timedelta(days=3))
    with opened(tmp_path, clock) as desk:
        reopened(desk)
        desk.background.wake("count")
        assert Nightly.ran == ["2026-09-16"]
        assert [slot.slot for slot in desk.desk.jobs.missed()] == ["2026-09-13", "2026-09-14", "2026-09-15"]


def test_minute_jobs_leave_no_trail_of_missed_minutes(desk: Opened) -> None:
    class Each(EachMinute):
        title: ClassVar[str] = "Each"
        ran: ClassVar[list[str]] = []

        def run(self, engine: Any, slot: Slot) -> str:
            self.ran.append(slot.name)
            return "ok"

    with_job(desk, Each())
    desk.background.wake("count")
    desk.clock.advance(3600)
    desk.background.wake("count")
    desk.background.wake("count")
    assert Each.ran == ["2026-09-14T14:30", "2026-09-14T15:30"]
    assert desk.desk.jobs.missed() == ()
    assert runs(desk) == {"2026-09-14T15:30": "done"}  # the newest alone: a row a minute for ever would slow every look


def test_while_market_time_stands_still_nothing_comes_due(desk: Opened) -> None:
    desk.background.wake("count")
    desk.engine.timeline.set(own_time=True, pace=0)
    desk.days(3)
    desk.background.wake("count")
    assert Nightly.ran == ["2026-09-13"]
    (view,) = desk.desk.jobs.all()
    assert view.next_at is None


def test_the_scheduler_wakes_them_and_stops(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        desk.background.stop()  # never started: no error
        desk.background.start()
        assert {job.id for job in desk.background._scheduler.get_jobs()} - {"disk"} == {
            view.name for view in desk.desk.jobs.all()
        }
        desk.background.stop()
        desk.background.stop()


AUTUMN = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)  # midnight in New York, the night the clocks go back
SPRING = datetime(2026, 3, 8, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize("start", [AUTUMN, SPRING], ids=["autumn", "spring"])
@pytest.mark.parametrize("at", [time(0), time(1), time(1, 30), time(2), time(2, 30), time(3), time(20, 15)])
def test_every_night_has_one_slot_and_none_before_its_time(start: datetime, at: time) -> None:
    class Other(Nightly):
        pass

    Other.at = at
    job = Other()
    seen: list[Slot] = []
    for minute in range(3 * 24 * 60):
        now = start - timedelta(days=1) + timedelta(minutes=minute)
        slot = job.slot(now)
        following = job.following(now)
        assert slot.due_at <= now < following, now
        if not seen or seen[-1] != slot:
            seen.append(slot)
    assert [s.name for s in seen] == sorted({s.name for s in seen})
    assert len(seen) in (3, 4)
    gaps = {b.due_at - a.due_at for a, b in pairwise(seen)}
    assert gaps <= {timedelta(hours=h) for h in (22.5, 23, 23.5, 24, 24.5, 25)}


def test_a_half_day_changes_no_night_job() -> None:
    eve = datetime(2026, 11, 27, 18, 1, tzinfo=UTC)  # 13:01 in New York, a minute after the early close
    assert Nightly().slot(eve).name == "2026-11-26"
    assert Nightly().slot(eve + timedelta(hours=7)).name == "2026-11-27"


def test_the_newest_slot_is_found_by_its_key_however_many_there_were(desk: Opened) -> None:
    asked: list[str] = []
    connection = desk.engine.store.connection
    desk.engine.thread.ask(lambda: connection.set_trace_callback(asked.append))
    desk.engine.thread.ask(lambda: desk.engine.store.jobs.last("count"))
    desk.engine.thread.ask(lambda: connection.set_trace_callback(None))
    (sql,) = asked
    plan = [
        row[3] for row in desk.engine.thread.ask(lambda: connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall())
    ]
    assert len(plan) == 1, plan
    assert "SEARCH job_run USING INDEX" in plan[0]


def test_the_frame_is_told_the_next_job_without_the_table_of_slots(desk: Opened) -> None:
    asked: list[str] = []
    connection = desk.engine.store.connection
    desk.engine.thread.ask(lambda: connection.set_trace_callback(asked.append))
    assert desk.desk.health.state().next_job.startswith("Count")
    desk.engine.thread.ask(lambda: connection.set_trace_callback(None))
    assert asked == []
