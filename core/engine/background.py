"""APScheduler wakes the jobs; the table of slots decides what runs, so that a slot runs once and a missed one is seen."""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from apscheduler.schedulers.background import BackgroundScheduler

from core.channel.facets.jobs import JobView, SlotView
from core.domain.errors import BadInput, DeskError
from core.engine.desk_thread import describe
from core.engine.engine import Engine
from core.engine.jobs import JOBS
from core.engine.jobs.base import Job, Slot
from core.store.cut import CutShort
from core.store.jobs import JobRun

LOOK_EVERY: Final = 2  # real seconds
MOST_MISSED: Final = 31
_log: Final = logging.getLogger(__name__)


class Background:
    """Threads of its own; whatever touches the database hops onto the desk thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._jobs: dict[str, Job] = {name: kind() for name, kind in JOBS.items()}
        self._scheduler = BackgroundScheduler(timezone="UTC")
        self._by_hand: list[threading.Thread] = []

    def start(self) -> None:
        self._engine.thread.ask(self._end_interrupted)
        for name in self._jobs:
            self._scheduler.add_job(
                self.wake,
                "interval",
                seconds=LOOK_EVERY,
                args=[name],
                id=name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        for beside in self._by_hand:
            beside.join()

    def wake(self, name: str) -> None:
        """See whether a slot is due. Waking twice does nothing twice."""
        self._guarded(name, self._do_what_is_due, name)

    def all(self) -> tuple[JobView, ...]:
        """On the desk thread."""
        return tuple(self._view(name, job) for name, job in self._jobs.items())

    def next(self) -> tuple[datetime, str] | None:
        """When which job is due next; asked each second, so without the database. None while market time stands still."""
        now = self._engine.timeline.now()
        upcoming = [(self._real(job.following(now)), job.title) for job in self._jobs.values()]
        return min(((at, title) for at, title in upcoming if at is not None), default=None)

    def missed(self) -> tuple[SlotView, ...]:
        """On the desk thread."""
        return tuple(
            SlotView(
                job=run.job, slot=run.slot, due_at=run.due_at, words=f"{self._title(run.job)}, {run.slot}: {run.note}"
            )
            for run in self._engine.store.jobs.with_outcome("missed")
        )

    def run_missed(self, name: str, slot: str) -> None:
        """A person wants it run now. Nobody waits for it: on a large database it takes minutes."""
        run = self._engine.thread.ask(lambda: self._take_missed(name, slot, "running"))
        beside = threading.Thread(
            target=self._guarded, args=(name, self._run, name, self._jobs[name], run), daemon=True
        )
        self._by_hand.append(beside)
        beside.start()

    def skip_missed(self, name: str, slot: str) -> None:
        """A person leaves it."""
        self._engine.thread.ask(lambda: self._take_missed(name, slot, "skipped"))

    # parts -----------------------------------------------------------------------------------------------------------

    def _do_what_is_due(self, name: str) -> None:
        job, engine = self._jobs[name], self._engine
        slot = job.slot(engine.timeline.now())
        claimed = engine.thread.ask(lambda: self._claim(name, job, slot))
        if claimed is not None:
            self._run(name, job, claimed)

    def _guarded(self, name: str, act: Callable[..., None], *given: object) -> None:
        try:
            act(*given)
        except DeskError as error:
            _log.warning("job %s: %s", name, error)
        except Exception:  # noqa: BLE001  a job's fault is told, and the next slot comes
            _log.exception("job %s", name)

    def _end_interrupted(self) -> None:
        """A run that was under way when the desk ended did not end. One that was cut short goes on if it is not too late."""
        runs = self._engine.store.jobs
        for run in (*runs.with_outcome("running"), *runs.with_outcome(_CUT)):
            job = self._jobs.get(run.job)
            if run.outcome == _CUT and job is not None and self._in_time(job, run):
                continue
            outcome = "missed" if job is not None and job.matters_when_missed else "failed"
            with self._engine.store.unit:
                self._engine.store.jobs.save(replace(run, outcome=outcome, note="the desk ended while it ran"))

    def _in_time(self, job: Job, run: JobRun) -> bool:
        now = self._engine.timeline.now()
        return job.slot(now).name == run.slot and now - run.due_at <= job.grace

    def _claim(self, name: str, job: Job, slot: Slot) -> JobRun | None:
        """The run to do now, or None: done before, or too late."""
        runs, now = self._engine.store.jobs, self._engine.timeline.now()
        last = runs.last(name)
        if last is not None and last.due_at >= slot.due_at:
            return self._again(last) if last.outcome == _CUT else None
        with self._engine.store.unit:
            if job.matters_when_missed and last is not None and not self._engine.timeline.own_time:
                self._note_missed(name, job, last, slot)
            late = now - slot.due_at > job.grace
            if late and last is None:
                return None
            run = JobRun(
                job=name,
                slot=slot.name,
                due_at=slot.due_at,
                outcome="missed" if late else "running",
                note=_MISSED if late else "",
                started_at=None if late else self._engine.clock.now(),
            )
            first = runs.claim(run)
            if first and late and job.matters_when_missed:
                self._engine.store.journal.write("job.missed", f"{job.title}, {slot.name}: {_MISSED}")
            if first and not job.matters_when_missed:
                runs.forget_before(name, slot.name)  # each minute's row for ever would slow every look at the table
        return run if first and not late else None

    def _again(self, cut: JobRun) -> JobRun:
        run = replace(cut, outcome="running", note="", started_at=self._engine.clock.now(), ended_at=None)
        with self._engine.store.unit:
            self._engine.store.jobs.save(run)
        return run

    def _note_missed(self, name: str, job: Job, last: JobRun, slot: Slot) -> None:
        """The slots between the last one and this one, when the desk was not running. Own time jumps over days on purpose."""
        due = job.following(last.due_at)
        for _ in range(MOST_MISSED):
            between = job.slot(due)
            if between.due_at >= slot.due_at:
                return
            run = JobRun(job=name, slot=between.name, due_at=between.due_at, outcome="missed", note=_MISSED)
            if between.due_at > last.due_at and self._engine.store.jobs.claim(run):
                self._engine.store.journal.write("job.missed", f"{job.title}, {between.name}: {_MISSED}")
            due = job.following(due)

    def _run(self, name: str, job: Job, run: JobRun) -> None:
        engine = self._engine
        try:
            words, outcome = job.run(engine, Slot(name=run.slot, due_at=run.due_at)), "done"
        except CutShort:
            words, outcome = "the desk was closed while it ran; it runs again at the next start", _CUT
        except Exception as error:  # noqa: BLE001  whatever it was, the slot is recorded as failed and told
            words, outcome = describe(error), "failed"
            _log.exception("job %s, slot %s", name, run.slot)
        ended = replace(run, outcome=outcome, note=words, ended_at=engine.clock.now())
        engine.thread.ask(lambda: self._save(name, job, ended))

    def _save(self, name: str, job: Job, run: JobRun) -> None:
        engine = self._engine
        with engine.store.unit:
            engine.store.jobs.save(run)
            if job.matters_when_missed or run.outcome == "failed":
                engine.store.journal.write(
                    f"job.{run.outcome}", f"{job.title}: {run.note}", {"job": name, "slot": run.slot}
                )
        if run.outcome == "failed":
            engine.desk.alarms.set(
                f"job:{name}", "amber", f"{job.title} failed.", f"{run.note} It is tried at its next time."
            )
        else:
            engine.desk.alarms.clear(f"job:{name}")

    def _take_missed(self, name: str, slot: str, outcome: str) -> JobRun:
        run = self._engine.store.jobs.one(name, slot)
        if run is None or run.outcome != "missed":
            raise BadInput("That scheduled time is not waiting for a decision any more. Nothing was done.")
        taken = replace(run, outcome=outcome, started_at=self._engine.clock.now(), note=f"By a person, {outcome}")
        with self._engine.store.unit:
            self._engine.store.jobs.save(taken)
            self._engine.store.journal.write(f"job.{outcome}", f"{self._title(name)}, {slot}", who="person")
        return taken

    def _view(self, name: str, job: Job) -> JobView:
        engine = self._engine
        last = engine.store.jobs.last(name)
        return JobView(
            name=name,
            title=job.title,
            every=job.every,
            next_at=self._real(job.following(engine.timeline.now())),
            last_at=(last.ended_at or last.started_at) if last else None,
            last_outcome=last.outcome if last else "never",
            last_words=last.note if last else "Not run yet",
        )

    def _real(self, market: datetime) -> datetime | None:
        """When that will be in real time, if market time goes on as it does."""
        engine = self._engine
        pace = engine.timeline.pace
        if not pace:
            return None
        return engine.clock.now() + (market - engine.timeline.now()) / pace

    def _title(self, name: str) -> str:
        return self._jobs[name].title if name in self._jobs else name


_MISSED: Final = "the desk was not running"
_CUT: Final = "cut"
