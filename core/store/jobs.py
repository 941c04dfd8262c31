"""Which job ran for which slot; the primary key makes a slot run once, whatever wakes twice."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from core.store.rows import JobRunRow


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRun:
    """One slot of one job."""

    job: str
    slot: str
    due_at: datetime
    outcome: str
    note: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None


class JobRuns:
    """Slots on disk."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(self, run: JobRun) -> bool:
        """True for whoever comes first."""
        with Session(self._engine) as session:
            session.add(_row(run))
            try:
                session.flush()
            except IntegrityError:
                return False
        return True

    def save(self, run: JobRun) -> None:
        with Session(self._engine) as session:
            session.merge(_row(run))
            session.flush()

    def last(self, job: str) -> JobRun | None:
        """The newest slot; their names sort as their times do."""
        with Session(self._engine) as session:
            row = session.exec(
                select(JobRunRow).where(JobRunRow.job == job).order_by(col(JobRunRow.slot).desc()).limit(1)
            ).first()
        return _run(row) if row else None

    def forget_before(self, job: str, slot: str) -> None:
        """Older slots of a job whose next one does all that was left."""
        with Session(self._engine) as session:
            session.exec(delete(JobRunRow).where(col(JobRunRow.job) == job, col(JobRunRow.slot) < slot))
            session.flush()

    def one(self, job: str, slot: str) -> JobRun | None:
        with Session(self._engine) as session:
            row = session.get(JobRunRow, (job, slot))
        return _run(row) if row else None

    def with_outcome(self, outcome: str) -> list[JobRun]:
        with Session(self._engine) as session:
            rows = session.exec(select(JobRunRow).where(JobRunRow.outcome == outcome).order_by(col(JobRunRow.due_at)))
            return [_run(row) for row in rows]


def _row(run: JobRun) -> JobRunRow:
    return JobRunRow(
        job=run.job,
        slot=run.slot,
        due_at=run.due_at,
        started_at=run.started_at,
        ended_at=run.ended_at,
        outcome=run.outcome,
        note=run.note,
    )


def _run(row: JobRunRow) -> JobRun:
    return JobRun(
        job=row.job,
        slot=row.slot,
        due_at=row.due_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        note=row.note,
    )
