"""What is to be told, from the journal to the ways: written down before it is sent, and settled after."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from typing import Final

import msgspec

from core.channel.facets.notices import NoticeRules
from core.domain.errors import NotTold
from core.engine.engine import Engine
from core.engine.places import Places
from core.notify.events import ALARM_OF_OURS, TEST, News
from core.notify.message import Message, compose
from core.notify.rules import by_ways, complete, due_at, quiet_until, usual
from core.notify.ways import WAYS
from core.store.notices import GIVEN_UP, SENDING, TOLD, WAITING, Notice

NAME: Final = "notices"
AT_ONCE: Final = 100  # of what waits, looked at together
MOST_WAITING: Final = 1_000  # by way; older ones that are not loud are let go of, in plain sight
GATHER: Final = timedelta(seconds=8)  # what comes in a burst goes in one message
RUN_OVER: Final = timedelta(seconds=30)  # without news of it
RUN_AT_MOST: Final = timedelta(minutes=10)
GAP: Final = timedelta(seconds=15)  # between two messages by one way
PER_HOUR: Final = 30  # messages by one way, loud ones apart
REPEAT: Final = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
PAUSES: Final = tuple(timedelta(seconds=s) for s in (10, 30, 60, 300, 900))
GIVE_UP_AFTER: Final = timedelta(days=2)
KEPT_FOR: Final = timedelta(days=30)
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message on its way, and what is in it."""

    way: str
    message: Message
    notices: tuple[Notice, ...]


@dataclass(slots=True)
class Outbox:
    """On the desk thread; each step is one small unit."""

    engine: Engine
    places: Places
    here: tzinfo | None  # the zone of this machine; None = as the system says
    rules: NoticeRules = field(default_factory=usual)
    read: int = 0  # the journal's rows up to here are told or waiting
    told_at: dict[str, list[datetime]] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)  # of each way's last try

    def open(self) -> None:
        """As it was left. A workspace that never told anything begins with what happens from now on."""
        kept = self.engine.store.settings.get(NAME)
        if "rules" in kept:
            self.rules = complete(msgspec.json.decode(kept["rules"], type=NoticeRules))
        self.read = int(kept.get("read", self.engine.store.journal.newest))
        with self.engine.store.unit:
            self.engine.store.notices.interrupted()
            self.engine.store.notices.forget_before(self.engine.clock.now() - KEPT_FOR)

    def keep(self, news: Sequence[News], read: int) -> None:
        """What a stretch of the journal has to tell, kept together with how far it was read."""
        on = self.places.on()
        notices = [self._planned(_notice(one, way)) for one in news for way in by_ways(one, self.rules, on)]
        if not notices:
            self.read = max(read, self.read)
            return
        now, store = self.engine.clock.now(), self.engine.store
        with store.unit:
            store.notices.add(notices)
            for way in {notice.way for notice in notices}:
                if store.notices.count(way) > MOST_WAITING:
                    store.notices.drop(way, "Too much was waiting; it stands in the journal.", now, keep=MOST_WAITING)
            self.remember(max(read, self.read))

    def remember(self, read: int) -> None:
        """Inside a unit."""
        kept = {"rules": msgspec.json.encode(self.rules).decode(), "read": str(read)}
        self.engine.store.settings.set(NAME, kept)
        self.read = read

    def replan(self) -> None:
        """Inside a unit: rules have changed, and what waits goes by the new ones."""
        for way in WAYS:
            waiting = self.engine.store.notices.waiting(way, MOST_WAITING)
            self.engine.store.notices.save([self._planned(n) for n in waiting if not n.tries])

    def test(self, way: str) -> None:
        """Something to send, as every message is sent."""
        now = self.engine.clock.now()
        title = "Test: if you can read this, this way works."
        news = News(event=TEST, weight="blue", title=title, at=self.engine.timeline.now(), made_at=now)
        with self.engine.store.unit:
            self.engine.store.notices.add([_notice(news, way)])
        self.told_at.pop(way, None)  # a person waits for it

    def take(self, way: str) -> Parcel | None:
        """What is due there, marked as being sent before it is."""
        now, store = self.engine.clock.now(), self.engine.store
        due = self._due(way, now)
        if not due:
            return None
        message = compose(
            self._whose(),
            [_news(notice) for notice in due],
            again=any(notice.again for notice in due),
            discreet=self.rules.discreet,
        )
        sending = tuple(replace(notice, state=SENDING) for notice in due)
        with store.unit:
            store.notices.save(sending)
        return Parcel(way, message, sending)

    def settle(self, parcel: Parcel, failure: NotTold | None) -> None:
        """How it went. What failed waits for its next try, and is shown in the window."""
        now, store, way = self.engine.clock.now(), self.engine.store, parcel.way
        key = f"{ALARM_OF_OURS}{way}"
        if failure is None:
            ended = [
                replace(n, state=TOLD, told=n.told + 1, again=False, tries=0, ended_at=now, next_at=None, problem="")
                for n in parcel.notices
            ]
        else:
            ended = [self._failed(n, failure, now) for n in parcel.notices]
        with store.unit:
            store.notices.save(ended)
        self.told_at.setdefault(way, []).append(now)
        self.problems[way] = "" if failure is None else str(failure)
        if failure is None:
            self.engine.desk.alarms.clear(key)
            return
        title = f"{WAYS[way].title} did not take a message."
        detail = f"{failure} What is to be told waits and is tried again: look at the Notifications page."
        self.engine.desk.alarms.set(key, "amber", title, detail)

    def repeat_loud(self) -> None:
        """What a person has to have seen is told again, with growing pauses, until they say they have."""
        now, store = self.engine.clock.now(), self.engine.store
        open_rows = self._loud_rows()
        if not open_rows:
            return
        on = self.places.on()
        again = [
            replace(notice, state=WAITING, again=True, made_at=now, next_at=None)
            for notice in store.notices.of_rows(sorted(open_rows))
            if notice.state == TOLD
            and notice.way in on
            and notice.ended_at is not None
            and now - notice.ended_at >= REPEAT[min(notice.told, len(REPEAT)) - 1]
        ]
        if again:
            with store.unit:
                store.notices.save(again)

    def _whose(self) -> str:
        """Which money it is about comes first, in every message."""
        kind, name = self.engine.workspace.kind.value, self.engine.workspace.name
        return kind.capitalize() if name == kind else f"{kind.capitalize()} {name}"

    def zone(self, now: datetime) -> tzinfo:
        """Of this machine."""
        here = self.here or now.astimezone().tzinfo
        assert here is not None
        return here

    def _due(self, way: str, now: datetime) -> list[Notice]:
        """What goes now, all in one message; nothing while the way has just been used."""
        ready = self._seen(self.engine.store.notices.due(way, now, AT_ONCE), now)
        recent = [at for at in self.told_at.get(way, []) if now - at < _HOUR]
        self.told_at[way] = recent
        if not ready or (recent and now - recent[-1] < GAP):
            return []
        if any(n.weight == "red" or n.event == TEST for n in ready):
            return ready
        if len(recent) >= PER_HOUR or now - min(n.made_at for n in ready) < GATHER:
            return []
        return _without_running(ready, now)

    def _planned(self, notice: Notice) -> Notice:
        """With the time from which on it may be sent."""
        at = due_at(_news(notice), notice.made_at, self.rules, self.zone(notice.made_at))
        return replace(notice, next_at=at)

    def _failed(self, notice: Notice, failure: NotTold, now: datetime) -> Notice:
        tried = replace(notice, tries=notice.tries + 1, problem=str(failure), again=notice.again or failure.maybe)
        old = now - notice.made_at > GIVE_UP_AFTER and notice.row not in self._loud_rows()
        if old or notice.event == TEST:
            return replace(tried, state=GIVEN_UP, ended_at=now, next_at=None)
        again = now + PAUSES[min(tried.tries, len(PAUSES)) - 1]
        quiet = None if notice.weight == "red" else quiet_until(again, self.rules, self.zone(now))
        return replace(tried, state=WAITING, next_at=quiet or again)

    def _loud_rows(self) -> set[int]:
        """Of what a person has to have seen and has not: it is repeated, and never given up."""
        return {a.row for a in self.engine.desk.alarms.all() if a.row and a.weight == "red"}

    def _seen(self, waiting: Sequence[Notice], now: datetime) -> list[Notice]:
        """Without repeats of what a person has said meanwhile they have seen."""
        open_rows = {a.row for a in self.engine.desk.alarms.all() if a.row}
        over = [n for n in waiting if n.told and n.row not in open_rows]
        if over:
            with self.engine.store.unit:
                self.engine.store.notices.save([replace(n, state=TOLD, again=False, ended_at=now) for n in over])
        return [n for n in waiting if n not in over]


def _notice(news: News, way: str) -> Notice:
    return Notice(
        way=way,
        row=news.row,
        event=news.event,
        weight=news.weight,
        run=news.run,
        title=news.title,
        detail=news.detail,
        at=news.at,
        made_at=news.made_at,
    )


def _without_running(ready: Sequence[Notice], now: datetime) -> list[Notice]:
    """A run is told when it is over, in one message; what went wrong in it waits for nothing."""
    last: dict[str, datetime] = {}
    first: dict[str, datetime] = {}
    for n in ready:
        if n.run:
            last[n.run] = max(n.made_at, last.get(n.run, n.made_at))
            first[n.run] = min(n.made_at, first.get(n.run, n.made_at))
    going_on = {run for run, at in last.items() if now - at < RUN_OVER and now - first[run] < RUN_AT_MOST}
    return [n for n in ready if n.run not in going_on or n.weight == "amber"]


def _news(notice: Notice) -> News:
    return News(
        event=notice.event,
        weight=notice.weight,
        title=notice.title,
        detail=notice.detail,
        at=notice.at,
        made_at=notice.made_at,
        run=notice.run,
        row=notice.row,
    )
