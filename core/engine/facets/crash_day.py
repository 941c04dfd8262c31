"""Survive a crash day, as the engine answers for it."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeVar

from core.brokers.practice.line import PracticeLine
from core.brokers.practice.remote import RemoteLine
from core.channel.facets.crash_day import CrashDayView, CrashReport, Stage
from core.channel.facets.orders import Draft
from core.channel.facets.practice import Fault
from core.domain.chosen import Chosen, Kind
from core.domain.errors import BadInput, TradingStopped
from core.domain.instrument import Instrument
from core.domain.workspace import Level, WorkspaceKind
from core.engine.crash_day import drafts
from core.engine.crash_day.advice import Scene, now_to_do
from core.engine.crash_day.guide import happened
from core.engine.crash_day.look import Begun, Books, books, look
from core.engine.crash_day.session import CrashDaySession
from core.engine.desk_thread import Urgency
from core.engine.engine import Engine
from core.market.sessions import Hours

Answer = TypeVar("Answer")
_WORDS: Final = {Level.ACTIVE: "", Level.CLOSING_ONLY: "Only closing is allowed.", Level.STOPPED: "Trading is stopped."}


@dataclass(slots=True)
class CrashDayFacet:
    """Refused in any other kind of workspace."""

    engine: Engine
    session: CrashDaySession

    def state(self) -> CrashDayView:
        line = self._line()
        begun, known, level, problem = self.engine.thread.ask(self._kept)
        if begun is None:
            return self._at_rest(line, known)
        return self._on(begun, known, level, problem)

    def begin(self) -> CrashDayView:
        line = self._line()
        begun, known, _, _ = self.engine.thread.ask(self._kept)
        if begun is not None:
            raise BadInput("A crash day is on already. Nothing was changed: live through it, or end it first.")
        hours, why_not = self._next(), self._why_not(line, known)
        if why_not:
            raise TradingStopped(why_not) if "stopped" in why_not else BadInput(why_not)
        if not self._is_crash(line, hours):
            line.choose(Chosen(day=hours.day, kind=Kind.CRASH))
        account_id = self.engine.thread.ask(lambda: self.engine.store.accounts.all()[0].id)
        line.follow(self._do(lambda: self.session.begin(account_id, hours)))
        return self.state()

    def end(self) -> CrashDayView:
        self._line()
        self._do(self.session.end)
        return self.state()

    def sample(self) -> tuple[Draft, ...]:
        self._line()
        begun, known, _, _ = self.engine.thread.ask(self._kept)
        if begun is None:
            raise BadInput("No crash day is on. Nothing was made: begin one first.")
        if known.held or known.orders:
            raise BadInput("Something is held or on order already. Nothing was made: live through it with that.")
        if not self.engine.sessions.takes_open(self.engine.timeline.now()):
            raise BadInput("It is too late for orders at the opening. Nothing was made: buy what you like yourself.")
        return self.engine.thread.ask(lambda: drafts.sample(known, self._equity(begun.account_id), self._last))

    def stops(self, below: Decimal) -> tuple[Draft, ...]:
        self._line()

        def make() -> tuple[Draft, ...]:
            known = self._books()
            is_open = self.engine.sessions.is_open(self.engine.timeline.now())
            return drafts.stops(known, below, self._last, is_open=is_open)

        return self.engine.thread.ask(make)

    def reports(self) -> tuple[CrashReport, ...]:
        self._line()
        return self.engine.thread.ask(self.session.reports)

    # parts -----------------------------------------------------------------------------------------------------------

    def _at_rest(self, line: PracticeLine | RemoteLine, known: Books) -> CrashDayView:
        hours, timeline = self._next(), self.engine.timeline
        return CrashDayView(
            stage=Stage.REST,
            now=timeline.now(),
            own_time=timeline.own_time,
            pace=timeline.pace,
            day=hours.day,
            opens_at=hours.opens_at,
            closes_at=hours.closes_at,
            early_close=hours.early_close,
            chosen=self._is_crash(line, hours),
            why_not=self._why_not(line, known),
            title="",
            detail="",
            index=None,
            before=None,
            value=None,
            worst=None,
            worst_at=None,
            level="",
            stops=(),
            held_back=0,
            happened=(),
            positions=(),
            orders=(),
            may_sample=False,
        )

    def _on(self, begun: Begun, known: Books, level: str, problem: str) -> CrashDayView:
        timeline, sessions = self.engine.timeline, self.engine.sessions
        now = timeline.now()
        seen = look(self.engine, begun, known, now, closed=False)
        stage = (
            Stage.BEFORE if now < seen.hours.opens_at else Stage.DURING if now < seen.hours.closes_at else Stage.OVER
        )
        title, detail = now_to_do(
            Scene(
                stage=stage,
                seen=seen,
                known=known,
                now=now,
                own_time=timeline.own_time,
                pace=timeline.pace,
                level=level,
            )
        )
        if problem:
            title, detail = "The report could not be written.", problem
        return CrashDayView(
            stage=stage,
            now=now,
            own_time=timeline.own_time,
            pace=timeline.pace,
            day=begun.day,
            opens_at=seen.hours.opens_at,
            closes_at=seen.hours.closes_at,
            early_close=seen.hours.early_close,
            chosen=True,
            why_not="",
            title=title,
            detail=detail,
            index=seen.index if stage is not Stage.BEFORE else None,
            before=seen.course.before,
            value=seen.course.after,
            worst=seen.course.worst,
            worst_at=seen.course.worst_at,
            level=level,
            stops=seen.stops,
            held_back=len(seen.held_back),
            happened=happened(seen),
            positions=seen.positions,
            orders=seen.orders,
            may_sample=not known.held and not known.orders and sessions.takes_open(now),
        )

    def _kept(self) -> tuple[Begun | None, Books, str, str]:
        """On the desk thread."""
        engine = self.engine
        known = self._books()
        account_id = engine.store.accounts.all()[0].id
        level, _ = engine.desk.pictures.levels.strictest(account_id)
        words = _WORDS[level]
        told = {alarm.key: alarm for alarm in engine.desk.alarms.all() if alarm.weight == "red"}
        lost = told.get(f"loss:{account_id}") or told.get(f"fall:{account_id}")
        return self.session.begun, known, words or (lost.title if lost else ""), self.session.problem

    def _books(self) -> Books:
        accounts = self.engine.store.accounts.all()
        if not accounts:
            raise BadInput("No account is connected yet. Nothing was done: wait until the practice exchange answers.")
        return books(self.engine, accounts[0].id)

    def _why_not(self, line: PracticeLine | RemoteLine, known: Books) -> str:
        if Fault.DOWN in line.faults():
            return (
                "The practice exchange cannot be reached, on purpose. Nothing was begun: switch that fault off on the "
                "page Practice first."
            )
        if self.engine.thread.ask(lambda: self.engine.brake.stopped):
            return "Trading is stopped. Nothing was begun: resume it first."
        if not known.held and known.cash <= 0:
            return (
                "Nothing is held and there is no cash. Nothing was begun: add practice cash on the page Practice first."
            )
        return ""

    def _next(self) -> Hours:
        """The next session that has not begun."""
        sessions, now = self.engine.sessions, self.engine.timeline.now()
        hours = sessions.hours(day := sessions.day(now))
        while hours is None or now >= hours.pre_at:
            hours = sessions.hours(day := sessions.next_day(day))
        return hours

    def _is_crash(self, line: PracticeLine | RemoteLine, hours: Hours) -> bool:
        return Chosen(day=hours.day, kind=Kind.CRASH) in line.market.script

    def _equity(self, account_id: str) -> Decimal | None:
        return self.engine.desk.pictures.worth(account_id).equity

    def _last(self, instrument: Instrument) -> Decimal | None:
        quote = self.engine.desk.pictures.prices.quote(instrument.id)
        return quote.last if quote else None

    def _do(self, act: Callable[[], Answer]) -> Answer:
        return self.engine.thread.ask(act, Urgency.COMMAND)

    def _line(self) -> PracticeLine | RemoteLine:
        if self.engine.workspace.kind is WorkspaceKind.PRACTICE:
            for line in self.engine.lines:
                if isinstance(line, PracticeLine | RemoteLine):
                    return line
        raise BadInput(f"{self.engine.workspace.name} is no practice workspace. Nothing was changed.")
