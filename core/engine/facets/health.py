"""Health, as the engine answers for it."""

from dataclasses import dataclass
from datetime import datetime

from core.channel.facets.health import SIGNED_OUT, ConnectionView, Finding, HealthView, Notice
from core.domain.order import AT_BROKER, Status
from core.engine import claiming, unwatched
from core.engine.background import Background
from core.engine.checks import doctor
from core.engine.desk_thread import Urgency
from core.engine.engine import VERSION, Engine
from core.engine.words import age
from core.execution.alarms import Alarm
from core.execution.connection import Connection


@dataclass(slots=True)
class HealthFacet:
    """The frame's status line."""

    engine: Engine
    background: Background

    def state(self) -> HealthView:
        return self.engine.thread.ask(self._state)

    def doctor(self) -> tuple[Finding, ...]:
        return doctor(self.engine)

    def acknowledge(self, row: int, words: str = "") -> None:
        self.engine.thread.ask(lambda: self.engine.desk.alarms.acknowledge(row, words), Urgency.COMMAND)

    def keep_running(self, on: bool) -> None:
        def act() -> None:
            self.engine.folder.keep(on)
            with self.engine.store.unit:
                words = "Keeps running without the window" if on else "Ends with the window"
                self.engine.store.journal.write("keep_running", words, who="person")

        self.engine.thread.ask(act, Urgency.COMMAND)

    def shut_down(self) -> None:
        self.engine.ending.set()

    def _state(self) -> HealthView:
        engine, now = self.engine, self.engine.clock.now()
        market_now = engine.timeline.now()
        session = engine.sessions.at(market_now)
        orders = engine.store.orders.open()
        level, reason = engine.desk.pictures.levels.strictest("")
        return HealthView(
            workspace=engine.workspace.name,
            kind=engine.workspace.kind,
            engine_pid=engine.pid,
            version=VERSION,
            started_at=engine.started_at,
            now=now,
            market_now=market_now,
            market_words=session.name,
            market_open=session.is_open,
            pace=0.0 if engine.waiting and engine.timeline.own_time else float(engine.timeline.pace),
            own_time=engine.timeline.own_time,
            level=level,
            level_reason=reason,
            connections=tuple(_connection(c, now) for c in engine.desk.connections),
            feed_age_seconds=self._feed_age(now),
            feed_note=engine.feed.note,
            next_job=self._next_job(now),
            open_orders=sum(1 for o in orders if o.status in AT_BROKER or o.status is Status.INTENT),
            in_doubt=sum(1 for o in orders if o.status in (Status.UNKNOWN, Status.SENDING)),
            waiting=sum(1 for o in orders if o.status is Status.INTENT),
            read_only=engine.store.database.read_only,
            keep_running=engine.folder.keep_running,
            notices=(
                *((unwatched.notice(engine),) if engine.waiting else ()),
                *(_notice(alarm) for alarm in engine.desk.alarms.all()),
            ),
            foreign=claiming.is_foreign(engine),
        )

    def _next_job(self, now: datetime) -> str:
        if self.engine.waiting:
            return "None while it is locked"
        upcoming = self.background.next()
        return f"{upcoming[1]}, in {age(upcoming[0] - now)}" if upcoming else "None while market time stands still"

    def _feed_age(self, now: datetime) -> float | None:
        """Of the oldest price in use."""
        used = {o.instrument_id for o in self.engine.store.orders.open()}
        for account in self.engine.store.accounts.all():
            used |= self.engine.store.books.positions(account.id).keys()
        heard = self.engine.desk.pictures.heard_at
        ages = [max((now - heard[i]).total_seconds(), 0.0) for i in used if i in heard]
        return max(ages, default=None)


def _notice(alarm: Alarm) -> Notice:
    return Notice(
        weight=alarm.weight,
        title=alarm.title,
        detail=alarm.detail,
        row=alarm.row,
        explain=alarm.explain,
        since=alarm.since,
        key=alarm.key,
    )


def _connection(connection: Connection, now: datetime) -> ConnectionView:
    read = [connection.read_at[a] for a in connection.account_ids if a in connection.read_at]
    return ConnectionView(
        name=connection.name,
        broker=connection.broker,
        state=state_of(connection),
        reconciled=connection.reconciled.issuperset(connection.account_ids),
        reason=connection.reason,
        signed_in_until=connection.signed_in_until,
        read_at=min(read) if len(read) == len(connection.account_ids) and read else None,
    )


def state_of(connection: Connection) -> str:
    if connection.up:
        return "connected"
    if connection.signed_out:
        return SIGNED_OUT
    return "down" if connection.down_since else "connecting"
