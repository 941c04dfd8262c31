"""What is to be told to a person, by which way; kept until it was told, or given up in plain sight."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, delete, func, update
from sqlmodel import Session, col, select

from core.store.rows import NoticeRow

WAITING: Final = "waiting"
SENDING: Final = "sending"
TOLD: Final = "told"
GIVEN_UP: Final = "given_up"
DROPPED: Final = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to tell by one way."""

    seq: int = 0  # given when it is kept
    way: str
    row: int | None
    event: str
    weight: str
    run: str
    title: str
    detail: str
    at: datetime
    made_at: datetime
    state: str = WAITING
    again: bool = False  # it may have been told before
    told: int = 0  # times it was
    tries: int = 0  # since it was last told
    next_at: datetime | None = None
    ended_at: datetime | None = None
    problem: str = ""


class Notices:
    """Small units, written seldom; a row of the journal is kept once for each way."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, notices: Sequence[Notice]) -> None:
        """Those that are not there yet."""
        with Session(self._engine) as session:
            for notice in notices:
                known = select(NoticeRow).where(NoticeRow.way == notice.way, NoticeRow.row == notice.row)
                if notice.row is None or session.exec(known).first() is None:
                    session.add(_row(notice))
            session.flush()

    def waiting(self, way: str, limit: int) -> list[Notice]:
        """The oldest first."""
        return self._of(way, WAITING, limit)

    def count(self, way: str) -> int:
        """How many wait."""
        with Session(self._engine) as session:
            asked = select(func.count()).where(NoticeRow.way == way, col(NoticeRow.state).in_((WAITING, SENDING)))
            return session.exec(asked).one()

    def save(self, notices: Sequence[Notice]) -> None:
        with Session(self._engine) as session:
            for notice in notices:
                session.merge(_row(notice))
            session.flush()

    def interrupted(self) -> int:
        """What was being sent when the desk ended: it may have arrived, so it is sent again and says so."""
        with Session(self._engine) as session:
            done = session.exec(
                update(NoticeRow).where(col(NoticeRow.state) == SENDING).values(state=WAITING, again=True, next_at=None)
            )
            session.flush()
        return done.rowcount

    def of_rows(self, rows: Sequence[int]) -> list[Notice]:
        """What was kept about these rows of the journal."""
        with Session(self._engine) as session:
            return [_notice(row) for row in session.exec(select(NoticeRow).where(col(NoticeRow.row).in_(rows)))]

    def last(self, way: str) -> Notice | None:
        """The one that was told last."""
        with Session(self._engine) as session:
            asked = select(NoticeRow).where(NoticeRow.way == way, NoticeRow.state == TOLD)
            row = session.exec(asked.order_by(col(NoticeRow.ended_at).desc()).limit(1)).first()
        return _notice(row) if row else None

    def failed(self, limit: int) -> list[Notice]:
        """What did not get through, newest first."""
        with Session(self._engine) as session:
            asked = select(NoticeRow).where(
                NoticeRow.problem != "", col(NoticeRow.state).in_((WAITING, SENDING, GIVEN_UP, DROPPED))
            )
            rows = session.exec(asked.order_by(col(NoticeRow.seq).desc()).limit(limit))
            return [_notice(row) for row in rows]

    def drop(self, way: str, problem: str, now: datetime, *, keep: int = 0) -> int:
        """Let go of what waits there, but for the newest; what is loud stays when some are kept."""
        with Session(self._engine) as session:
            asked = select(NoticeRow).where(NoticeRow.way == way, NoticeRow.state == WAITING)
            if keep:
                asked = asked.where(NoticeRow.weight != "red")
            rows = session.exec(asked.order_by(col(NoticeRow.seq).desc()).offset(keep)).all()
            for row in rows:
                row.state, row.problem, row.ended_at = DROPPED, problem, now
            session.flush()
            return len(rows)

    def forget_before(self, at: datetime) -> None:
        """What ended long ago."""
        with Session(self._engine) as session:
            session.exec(delete(NoticeRow).where(col(NoticeRow.ended_at) < at, col(NoticeRow.state) != WAITING))
            session.flush()

    def _of(self, way: str, state: str, limit: int) -> list[Notice]:
        with Session(self._engine) as session:
            asked = select(NoticeRow).where(NoticeRow.way == way, NoticeRow.state == state)
            return [_notice(row) for row in session.exec(asked.order_by(col(NoticeRow.seq)).limit(limit))]


def _row(notice: Notice) -> NoticeRow:
    return NoticeRow(
        seq=notice.seq or None,
        way=notice.way,
        row=notice.row,
        event=notice.event,
        weight=notice.weight,
        run=notice.run,
        title=notice.title,
        detail=notice.detail,
        at=notice.at,
        made_at=notice.made_at,
        state=notice.state,
        again=notice.again,
        told=notice.told,
        tries=notice.tries,
        next_at=notice.next_at,
        ended_at=notice.ended_at,
        problem=notice.problem,
    )


def _notice(row: NoticeRow) -> Notice:
    return Notice(
        seq=row.seq or 0,
        way=row.way,
        row=row.row,
        event=row.event,
        weight=row.weight,
        run=row.run,
        title=row.title,
        detail=row.detail,
        at=row.at,
        made_at=row.made_at,
        state=row.state,
        again=row.again,
        told=row.told,
        tries=row.tries,
        next_at=row.next_at,
        ended_at=row.ended_at,
        problem=row.problem,
    )
