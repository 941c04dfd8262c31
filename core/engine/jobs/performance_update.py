"""Once a week, or a month: how it went, in one message that can be sent to a person who is not looking."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar, Final

from core.channel.facets.notices import MONTHLY, WEEKDAYS
from core.domain.account import Account
from core.domain.money import ZERO
from core.engine.engine import Engine
from core.engine.facets.performance import seen_of
from core.engine.jobs.base import EachDay, Slot
from core.engine.lookback import looked_back
from core.market.sessions import Sessions
from core.notify.events import UPDATE
from core.performance import drawdown
from core.performance.returns import linked

LEAST_SESSIONS: Final = 3  # measured from close to close: from fewer nothing is worked out
_NAME: Final = "performance.update"


@dataclass(frozen=True)
class PerformanceUpdate(EachDay):
    """It looks each day and writes on the chosen one; whether and how it is sent is chosen under Notifications."""

    title: ClassVar[str] = "Say how it went"
    every: ClassVar[str] = "Each week, 16:45 ET"
    at: ClassVar[time] = time(16, 45)
    grace: ClassVar[timedelta] = timedelta(hours=12)  # before the next session: later it would be another week's
    matters_when_missed: ClassVar[bool] = False

    def run(self, engine: Engine, slot: Slot) -> str:
        assert engine.notifying is not None
        day, on = date.fromisoformat(slot.name), engine.thread.ask(engine.notifying.update_on)
        begins = period_begins(engine.sessions, day, on)
        if begins is None:
            return "Not today"
        accounts = engine.thread.ask(engine.store.accounts.all)
        told = [_account(engine, account, engine.sessions.begins(begins)) for account in accounts]
        return engine.thread.ask(lambda: _write(engine, begins, day, told))


def period_begins(sessions: Sessions, day: date, on: str) -> date | None:
    """The first session of what ends on that day; None = nothing ends then. A holiday's turn is the session before it."""
    if sessions.hours(day) is None:
        return None
    following = sessions.next_day(day)
    if on == MONTHLY:
        return sessions.day_on_or_after(day.replace(day=1)) if following.month != day.month else None
    chosen = day + timedelta(days=(WEEKDAYS.index(on) - day.weekday()) % 7)
    if chosen != day and following <= chosen:
        return None
    return sessions.day_on_or_after(chosen - timedelta(days=6))


def _account(engine: Engine, account: Account, since: datetime) -> tuple[str, str]:
    """The return against the benchmark, and what belongs to it."""
    seen = seen_of(looked_back(engine, account, since))
    measured = len(seen.daily) if seen else 0
    if seen is None or measured < LEAST_SESSIONS:
        sessions = f"{measured} session{'' if measured == 1 else 's'}"
        return f"{account.name}: too little to go by, {sessions} measured", ""
    shares, theirs = [step.share for step in seen.steps], [step.benchmark for step in seen.steps]
    lost = None in shares
    whole = "return not known, a day has no price" if lost else f"{linked(shares):+.2%}"
    against = f", {seen.benchmark} {linked(theirs):+.2%}" if seen.benchmark and None not in theirs else ""
    gains = [step.gain for step in seen.steps if step.gain is not None]
    gain = (
        f"{account.name}: gain {sum(gains, ZERO):+,.2f} {account.currency}"
        if len(gains) == len(shares)
        else account.name
    )
    fall = "" if lost else f", deepest fall {min(drawdown.below(drawdown.levels(shares))):.2%}"
    closed = f"{len(seen.trades)} closed trade{'' if len(seen.trades) == 1 else 's'}"
    detail = f"{gain}{fall}, {closed}, costs {seen.costs:,.2f} {account.currency}."
    return f"{account.name} {whole}{against}", detail


def _write(engine: Engine, begins: date, day: date, told: list[tuple[str, str]]) -> str:
    """On the desk thread, once."""
    store = engine.store
    if store.settings.get(_NAME).get("day") == day.isoformat():
        return "That was said before"
    title = f"{begins.day} {begins:%b} to {day.day} {day:%b}: {'; '.join(head for head, _ in told)}."
    detail = " ".join(words for _, words in told if words)
    with store.unit:
        store.settings.set(_NAME, {"day": day.isoformat()})
        store.journal.write(UPDATE, title, {"detail": detail})
    return f"{title} {detail}".strip()
