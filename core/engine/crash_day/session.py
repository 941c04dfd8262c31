"""The crash day that is on: kept on the disk, so that it goes on after a kill, and over by itself at the close."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from core.channel.facets.crash_day import CrashReport
from core.channel.facets.orders import Review
from core.domain.errors import BadInput, BrokerError, DeskError
from core.domain.verdict import Outcome
from core.engine.crash_day.guide import happened
from core.engine.crash_day.look import Begun, books, look, report
from core.engine.crash_day.story import HELD_BACK
from core.engine.engine import Engine
from core.engine.timekeeping import keep_jump
from core.market.sessions import Hours, Sessions
from core.market.timeline import PAUSED, Anchor, Timeline
from core.store.settings import Settings

EARLY: Final = timedelta(minutes=5)  # before the opening it begins
SETTLED: Final = timedelta(minutes=2)  # after the opening market time stands, so that stops can be placed
_LATEST_ANSWER: Final = timedelta(seconds=20)  # real; longer the broker's last word is not waited for
_NAME: Final = "crash_day"
_REPORT: Final = "crash_day_report:"
_STOPS: Final = (Outcome.BLOCK, Outcome.NEEDS_DATA)
_AFTER: Final = "Compared with the broker after it ended"
_JUST_BEFORE: Final = "Compared with the broker seconds before it ended"
_UNHEARD: Final = "Our record: the broker had not answered when it was written"
_JUST: Final = timedelta(seconds=5)  # real
_NOTHING: Final[dict[str, str]] = {}


def stand_again(timeline: Timeline, settings: Settings, sessions: Sessions) -> None:
    """At a start, before anybody looks at market time: it must not run past where it has to stand."""
    begun = _kept(settings)
    hours = sessions.hours(begun.day) if begun else None
    if hours is not None:
        timeline.pause_at(_next_stand(hours, timeline.now()))


@dataclass(slots=True)
class CrashDaySession:
    """Belongs to the desk thread."""

    engine: Engine
    begun: Begun | None = field(init=False)
    problem: str = ""  # why the report could not be written
    _over_since: datetime | None = None  # real time
    _stood_at: datetime | None = None  # market time it was last seen standing by itself

    def __post_init__(self) -> None:
        self.begun = _kept(self.engine.store.settings)

    def begin(self, account_id: str, hours: Hours) -> Anchor:
        """Written down before market time jumps: killed in between, it goes on from where it was to be."""
        engine = self.engine
        if self.begun is not None:
            raise BadInput("A crash day is on already. Nothing was changed: live through it, or end it first.")
        anchor = Anchor(at=hours.opens_at - EARLY, own_time=True, pace=PAUSED)
        with engine.store.unit:
            title = f"A crash day begins: {hours.day:%d %b %Y}"
            row = engine.store.journal.write("crash_day.begun", title, {"day": hours.day}, who="person")
            kept = {"account": account_id, "day": hours.day.isoformat(), "row": str(row), "at": anchor.at.isoformat()}
            engine.store.settings.set(_NAME, kept)
            keep_jump(engine.store.settings, anchor, "Shortly before the opening of the crash day")
        engine.timeline.jump(anchor)
        self.begun = Begun(account_id=account_id, day=hours.day, row=row, at=anchor.at)
        self._over_since, self._stood_at, self.problem = None, None, ""
        return anchor

    def tick(self) -> None:
        """Let market time stand where it has to, and write the report when the broker's last word is in."""
        begun = self.begun
        if begun is None:
            return
        engine, hours = self.engine, self.engine.sessions.hours(begun.day)
        if hours is None or all(account.id != begun.account_id for account in engine.store.accounts.all()):
            self._close("The account it was lived through in is not used any more")
            return
        now = engine.timeline.now()
        engine.timeline.pause_at(_next_stand(hours, now))
        if now in _stands(hours) and engine.timeline.pace == PAUSED and self._stood_at != now:
            self._stand(now, "The session closes" if now == hours.closes_at else "The opening is over")
        if now < hours.closes_at or self.problem:
            return
        self._over_since = since = self._over_since or engine.clock.now()
        heard = self._heard(begun, since)
        if heard or engine.clock.now() - since > _LATEST_ANSWER:
            try:
                self.write(hours.closes_at, _AFTER if heard else _UNHEARD)
            except DeskError as error:
                self.problem = str(error)

    def write(self, until: datetime, certainty: str) -> CrashReport:
        """The report, and with it the end; one commit."""
        engine, begun = self.engine, self.begun
        if begun is None:
            raise ValueError("no crash day is on")
        known = books(engine, begun.account_id)
        seen = look(engine, begun, known, until, closed=True)
        made = report(begun, seen, known, happened(seen), certainty, engine.feed.note)
        with engine.store.unit:
            body = msgspec.json.encode(made).decode()
            engine.store.settings.set(f"{_REPORT}{begun.row:012d}", {"report": body})
            change = made.after - made.before
            title = f"Crash day of {begun.day:%d %b %Y}: {change:+,.2f} {made.currency}"
            engine.store.journal.write("crash_day.report", title, made)
        self._close("")
        return made

    def end(self) -> None:
        """By a person's word. Before the opening there is nothing to tell."""
        engine, begun = self.engine, self.begun
        if begun is None:
            raise BadInput("No crash day is on. Nothing was changed.")
        now, hours = engine.timeline.now(), engine.sessions.hours(begun.day)
        if hours is None or now < hours.opens_at:
            self._close("Ended before the opening")
            return
        heard = self._heard(begun, engine.clock.now() - _JUST)
        self.write(min(now, hours.closes_at), _JUST_BEFORE if heard else _UNHEARD)

    def reports(self) -> tuple[CrashReport, ...]:
        """The newest first."""
        kept = self.engine.store.settings.starting(_REPORT)
        return tuple(msgspec.json.decode(kept[name]["report"], type=CrashReport) for name in sorted(kept, reverse=True))

    def saw(self, review: Review) -> None:
        """A sheet the checks block has no button to send it: written down while a crash day is on."""
        if self.begun is None or all(verdict.outcome not in _STOPS for verdict in review.verdicts):
            return
        order = self.engine.reviews.order(review.token)
        blocked = [verdict for verdict in review.verdicts if verdict.outcome in _STOPS]
        with self.engine.store.unit:
            body = {"order": order, "why": blocked[0].message, "verdicts": blocked, "quote": review.quote}
            self.engine.store.journal.write(HELD_BACK, f"{review.act}: held back on its sheet", body, who="desk")

    # parts -----------------------------------------------------------------------------------------------------------

    def _heard(self, begun: Begun, since: datetime) -> bool:
        connection = self.engine.desk.connection_of(begun.account_id)
        read_at = connection.read_at.get(begun.account_id)
        return read_at is not None and read_at > since and not self.engine.unheard

    def _stand(self, at: datetime, words: str) -> None:
        engine = self.engine
        anchor = engine.timeline.anchor()
        with engine.store.unit:
            keep_jump(engine.store.settings, anchor, words)
            engine.store.journal.write("practice.time", f"{words}: market time stands still", anchor)
        self._stood_at = at
        with suppress(BrokerError):  # an exchange in another process hears it the next time it is asked
            engine.lines[0].follow(anchor)

    def _close(self, words: str) -> None:
        engine = self.engine
        with engine.store.unit:
            engine.store.settings.set(_NAME, _NOTHING)
            if words:
                engine.store.journal.write("crash_day.ended", words)
        engine.timeline.pause_at(None)
        self.begun, self._over_since, self._stood_at, self.problem = None, None, None, ""


def _kept(settings: Settings) -> Begun | None:
    kept = settings.get(_NAME)
    if not kept:
        return None
    return Begun(
        account_id=kept["account"],
        day=date.fromisoformat(kept["day"]),
        row=int(kept["row"]),
        at=datetime.fromisoformat(kept["at"]),
    )


def _stands(hours: Hours) -> tuple[datetime, datetime]:
    return hours.opens_at + SETTLED, hours.closes_at


def _next_stand(hours: Hours, now: datetime) -> datetime | None:
    return next((at for at in _stands(hours) if now < at), None)
