"""The invented market's switches, as the engine answers for them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, TypeVar

from core.brokers.practice import PracticeBroker, closed
from core.brokers.practice.agenda import Coming
from core.brokers.practice.line import PracticeLine
from core.brokers.practice.remote import RemoteLine
from core.channel.facets.practice import OF_A_NAME, ChosenDay, Fault, Jump, PracticeView, WatchedDay
from core.domain.chosen import SUDDEN, Chosen, Kind, Script
from core.domain.errors import BadInput
from core.domain.reading import Activity
from core.domain.workspace import WorkspaceKind
from core.engine.desk_thread import Urgency
from core.engine.engine import Engine
from core.engine.first_steps import WHY
from core.engine.plug import Plug
from core.engine.rehearsals import Rehearsals, fault_words
from core.engine.timekeeping import keep_jump, keep_time, stopped_at
from core.execution.review import find_instrument
from core.market.sessions import Hours
from core.market.timeline import PAUSED, Anchor

Answer = TypeVar("Answer")
_AHEAD: Final = timedelta(days=35)  # days that can be chosen
_CASH: Final = "practice_cash"
_YEAR: Final = timedelta(days=366)


@dataclass(slots=True)
class PracticeFacet:
    """Refused in any other kind of workspace, except why."""

    engine: Engine
    seed: int
    starting_cash: Decimal
    plug: Plug = field(init=False)
    rehearsals: Rehearsals = field(init=False)

    def __post_init__(self) -> None:
        self.plug = Plug(self.engine)
        self.rehearsals = self.engine.rehearsals

    def state(self) -> PracticeView:
        line = self._line()
        timeline, sessions = self.engine.timeline, self.engine.sessions
        now = timeline.now()
        today = sessions.day(now)
        said, plugged, watched = self.engine.thread.ask(self._kept)
        of_names, bad_day = self.engine.thread.ask(
            lambda: (self.rehearsals.of_names(line.market.script, now), self.rehearsals.seen(line.bad_day(), now))
        )
        return PracticeView(
            own_time=timeline.own_time,
            pace=timeline.pace,
            faults=line.faults(),
            seed=self.seed,
            starting_cash=self.starting_cash,
            now=now,
            words=timeline.words,
            stopped_at=said,
            chosen=tuple(
                self._seen(c, begun=self._begun(c.day))
                for c in line.market.script
                if c.day >= today and c.kind not in SUDDEN
            ),
            to_choose=tuple(day for day in self._ahead() if not self._begun(day)),
            half_day=next((hours.day for hours in self._half_days()), None),
            plugged=plugged,
            plugged_there=self.plug.there(line, plugged) if plugged else None,
            watched=watched,
            of_names=of_names,
            bad_day=bad_day,
        )

    def time(self, own_time: bool, pace: int) -> PracticeView:
        line = self._line()

        def act() -> Anchor:
            anchor = self.engine.timeline.set(own_time, pace)
            with self.engine.store.unit:
                keep_time(self.engine.store.settings, anchor)
                title = f"Own time {_at(pace)}" if own_time else "Exchange hours"
                self.engine.store.journal.write("practice.time", title, anchor, who="person")
            return anchor

        line.follow(self._do(act))
        return self.state()

    def jump(self, to: Jump) -> PracticeView:
        line, engine, timeline = self._line(), self.engine, self.engine.timeline
        if to is Jump.EVENT:
            self._do(lambda: timeline.set(own_time=True, pace=PAUSED))  # so that it is not over before it is found
        coming = self._coming(to, line)  # never on the desk thread: the exchange may be working off a long way

        def act() -> Anchor:
            pace = PAUSED if to in (Jump.EVENT, Jump.CLOSE) else timeline.pace
            anchor = Anchor(at=coming.at, own_time=True, pace=pace)
            with engine.store.unit:
                keep_jump(engine.store.settings, anchor, coming.words)
                engine.store.journal.write("practice.jump", f"Market time jumps: {coming.words}", anchor, who="person")
            timeline.jump(anchor)
            return anchor

        line.follow(self._do(act))
        return self.state()

    def choose(self, day: date, kind: Kind, symbol: str = "") -> PracticeView:
        script = self._line().choose(self._chosen(day, kind, symbol))
        return self._note_days("Chosen", script, day, kind, symbol)

    def unchoose(self, day: date, kind: Kind, symbol: str = "") -> PracticeView:
        script = self._line().unchoose(self._chosen(day, kind, symbol))
        return self._note_days("No longer chosen", script, day, kind, symbol)

    def fault(self, fault: Fault, on: bool, symbol: str = "", size: int = 0) -> PracticeView:
        line = self._line()
        if fault is Fault.SPLIT:
            day = next(day for day in self._ahead() if not self._begun(day))
            return self.choose(day, Kind.SPLIT, symbol) if on else self.unchoose(day, Kind.SPLIT, symbol)
        if fault in OF_A_NAME:
            return self._to_a_name(line, fault, on, symbol, size)
        if fault is Fault.BAD_DAY:
            line.play_bad_day(on)
            return self._note_fault(f"A bad day {'begins' if on else 'is ended'}", line.bad_day())
        line.fault(fault, on)
        title = f"{fault_words(fault)} {'on' if on else 'off'}"
        if fault is Fault.LOGIN_EXPIRED and not on:
            title = "Signed in again"
        return self._note_fault(title, {"fault": fault, "on": on})

    def deposit(self, value: Decimal, request: str) -> PracticeView:
        return self._note_cash("added", self._line().deposit(value, request))

    def withdraw(self, value: Decimal, request: str) -> PracticeView:
        return self._note_cash("taken out", self._line().withdraw(value, request))

    def why(self, order_id: str) -> tuple[str, ...]:
        said = self._why(order_id)
        self.engine.first_steps.note(WHY)
        return said

    def pull_plug(self) -> PracticeView:
        line = self._line()
        self._do(lambda: self.plug.pull(line))
        return self.state()

    # parts -----------------------------------------------------------------------------------------------------------

    def _why(self, order_id: str) -> tuple[str, ...]:
        line = self._exchange()
        order = self.engine.thread.ask(lambda: self.engine.desk.order(order_id))
        account = self.engine.store.accounts.get(order.account_id)
        if account is None or account.ended_at is None:
            return line.why(order.client_id)
        file = PracticeBroker(account=account.id).file_in(self.engine.folder.path)
        return closed.why(file, order.client_id, self.engine.sessions)

    def _kept(self) -> tuple[str, str, tuple[WatchedDay, ...]]:
        return stopped_at(self.engine.store.settings), self.plug.order_id, self.engine.evidence.days()

    def _do(self, act: Callable[[], Answer]) -> Answer:
        return self.engine.thread.ask(act, Urgency.COMMAND)

    def _note_days(self, did: str, script: Script, day: date, kind: Kind, symbol: str) -> PracticeView:
        def act() -> None:
            with self.engine.store.unit:
                title = f"{did}: {_words(kind)} on {day:%d %b %Y}{f', {symbol}' if symbol else ''}"
                self.engine.store.journal.write("practice.day", title, script, who="person")

        self._do(act)
        return self.state()

    def _to_a_name(
        self, line: PracticeLine | RemoteLine, fault: Fault, on: bool, symbol: str, size: int
    ) -> PracticeView:
        if not on:
            raise BadInput("A halt ends by itself, and where a price has jumped to, it stays. Nothing was changed.")
        timeline, rehearsals = self.engine.timeline, self.rehearsals

        def soon() -> tuple[Chosen, str]:
            instrument = find_instrument(self.engine.desk, symbol)
            chosen = rehearsals.soon(fault, instrument.id, size, timeline.now(), timeline.pace)
            return chosen, rehearsals.words(chosen)

        chosen, words = self._do(soon)
        line.choose(chosen)
        return self._note_fault(words, chosen)

    def _note_fault(self, title: str, body: object) -> PracticeView:
        def act() -> None:
            with self.engine.store.unit:
                self.engine.store.journal.write("practice.fault", title, body, who="person")

        self._do(act)
        return self.state()

    def _note_cash(self, did: str, activity: Activity) -> PracticeView:
        """Who asked; the books follow when the exchange tells it with everything else. A repeat writes nothing."""

        def act() -> None:
            store = self.engine.store
            if store.settings.get(_CASH).get("newest") == activity.id:
                return
            with store.unit:
                store.settings.set(_CASH, {"newest": activity.id})
                title = f"Practice cash: {abs(activity.value):,.2f} {activity.currency} {did}"
                store.journal.write("practice.cash", title, activity, who="person")
                self.engine.desk.wants_reading.update(account.id for account in store.accounts.all())

        self._do(act)
        return self.state()

    def _chosen(self, day: date, kind: Kind, symbol: str) -> Chosen:
        instrument = self._do(lambda: find_instrument(self.engine.desk, symbol)) if symbol else None
        return Chosen(day=day, kind=kind, instrument_id=instrument.id if instrument else None)

    def _seen(self, chosen: Chosen, *, begun: bool) -> ChosenDay:
        instrument = self.engine.store.catalogue.get(chosen.instrument_id) if chosen.instrument_id else None
        return ChosenDay(day=chosen.day, kind=chosen.kind, symbol=instrument.symbol if instrument else "", begun=begun)

    def _ahead(self) -> tuple[date, ...]:
        today = self.engine.sessions.day(self.engine.timeline.now())
        return self.engine.sessions.days(today, today + _AHEAD)

    def _begun(self, day: date) -> bool:
        hours = self.engine.sessions.hours(day)
        return hours is None or self.engine.timeline.now() >= hours.pre_at

    def _coming(self, to: Jump, line: PracticeLine | RemoteLine) -> Coming:
        sessions, now = self.engine.sessions, self.engine.timeline.now()
        if to is Jump.EVENT:
            return line.coming()
        if to is Jump.CLOSE:
            return Coming(at=sessions.next_close(now), words="The session closes")
        if to is Jump.OPENING:
            return Coming(at=sessions.next_open(now), words="The session opens")
        half_day = next(self._half_days(), None)
        if half_day is None:
            raise BadInput("No half-day is known in the coming year. Market time was not changed.")
        return Coming(at=half_day.opens_at, words=f"A half-day opens, {half_day.day:%d %b %Y}")

    def _half_days(self) -> Iterator[Hours]:
        """Those to come."""
        sessions, now = self.engine.sessions, self.engine.timeline.now()
        today = sessions.day(now)
        days = (sessions.hours(day) for day in sessions.days(today, today + _YEAR))
        return (hours for hours in days if hours is not None and hours.early_close and now < hours.opens_at)

    def _line(self) -> PracticeLine | RemoteLine:
        if self.engine.workspace.kind is not WorkspaceKind.PRACTICE:
            raise BadInput(f"{self.engine.workspace.name} is no practice workspace. Nothing was changed.")
        return self._exchange()

    def _exchange(self) -> PracticeLine | RemoteLine:
        for line in self.engine.lines:
            if isinstance(line, PracticeLine | RemoteLine):
                return line
        raise BadInput(f"{self.engine.workspace.name} trades on no practice exchange. Nothing was changed.")


def _at(pace: int) -> str:
    return "paused" if pace == PAUSED else f"at {pace}×"


def _words(kind: Kind) -> str:
    return kind.value.replace("_", " ").capitalize()
