"""Notifications, as the engine answers for them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from core.channel.facets.notices import FailureView, NoticeRules, NoticesView, WayView
from core.domain.errors import BadInput
from core.engine.desk_thread import Urgency
from core.engine.engine import Engine
from core.engine.notifying import Notifying
from core.engine.places import HEARTBEAT, asks
from core.notify.rules import checked, next_at, quiet_until, zone_of
from core.notify.ways import WAYS
from core.store.notices import WAITING

SHOWN: Final = 50
Answer = TypeVar("Answer")


@dataclass(slots=True)
class NoticesFacet:
    """What is chosen is journaled; what is secret never comes here."""

    engine: Engine
    notifying: Notifying

    def state(self) -> NoticesView:
        return self._on_desk(self._state, Urgency.LOOK)

    def set(self, rules: NoticeRules) -> None:
        def act() -> None:
            engine, outbox = self.engine, self.notifying.outbox
            before, outbox.rules = outbox.rules, checked(rules, tuple(WAYS))
            with engine.store.unit:
                engine.store.unit.if_it_fails(lambda: setattr(outbox, "rules", before))
                outbox.remember(outbox.read)
                outbox.replan()
                body = {"before": before, "now": outbox.rules}
                engine.store.journal.write("notices.rules", "What is told when was changed", body, who="person")

        self._on_desk(act, Urgency.COMMAND)

    def set_way(self, way: str, on: bool, fields: Mapping[str, str]) -> None:
        title, secrets = _title(way), self._on_desk(lambda: self.notifying.places, Urgency.LOOK).secrets(way)

        def act() -> None:
            engine, notifying = self.engine, self.notifying
            first = not notifying.places.on()
            with engine.store.unit:
                notifying.places.set(way, on, fields, secrets)
                words = f"{title}: {'switched on' if on else 'switched off'}"
                row = engine.store.journal.write(
                    "notices.way", words, {"way": way, "typed": sorted(fields)}, who="person"
                )
                if first:  # from now on, not what happened while nobody was to be told
                    notifying.outbox.remember(row)

        self._on_desk(act, Urgency.COMMAND)

    def keep_secret(self, way: str, field: str, secret: str) -> None:
        title, places = _title(way), self._on_desk(lambda: self.notifying.places, Urgency.LOOK)
        places.keep_secret(way, field, secret)

        def note() -> None:
            with self.engine.store.unit:
                places.forget(way, field)
                words = f"{title}: a secret was {'kept' if secret.strip() else 'forgotten'} in the vault"
                body = {"way": way, "field": field}
                self.engine.store.journal.write("notices.secret", words, body, who="person")

        self._on_desk(note, Urgency.COMMAND)

    def test(self, way: str) -> None:
        if way not in WAYS:
            _title(way)
            raise BadInput(
                "The heartbeat is sent each minute by itself. Nothing was sent: how it went shows beside it."
            )

        def act() -> None:
            if not self.notifying.places.is_on(way):
                raise BadInput(f"{WAYS[way].title} is off. Nothing was sent: switch it on first.")
            self.notifying.outbox.test(way)

        self._on_desk(act, Urgency.COMMAND)

    def failures(self) -> tuple[FailureView, ...]:
        def look() -> tuple[FailureView, ...]:
            return tuple(
                FailureView(
                    way=WAYS[n.way].title if n.way in WAYS else n.way,
                    title=n.title,
                    since=n.made_at,
                    tries=n.tries,
                    problem=n.problem,
                    next_at=n.next_at if n.state == WAITING else None,
                )
                for n in self.engine.store.notices.failed(SHOWN)
            )

        return self._on_desk(look, Urgency.LOOK)

    def drop(self, way: str) -> int:
        title = _title(way)

        def act() -> int:
            engine, now = self.engine, self.engine.clock.now()
            with engine.store.unit:
                count = engine.store.notices.drop(way, "", now)
                if count:
                    words = f"{title}: {count} waiting messages were let go of"
                    engine.store.journal.write("notices.dropped", words, who="person")
            engine.desk.alarms.clear(f"notices:{way}")
            return count

        return self._on_desk(act, Urgency.COMMAND)

    def _state(self) -> NoticesView:
        rules, now = self.notifying.outbox.rules, self.engine.clock.now()
        here = self.notifying.outbox.zone(now)
        zone = zone_of(rules, here)
        name = "ET" if rules.zone == "market" else f"{now.astimezone(zone):%Z}, this machine's"
        return NoticesView(
            rules=rules,
            ways=tuple(self._way(way) for way in WAYS),
            heartbeat=self._heartbeat(),
            zone_words=f"{name}, now {now.astimezone(zone):%H:%M}",
            quiet_now=quiet_until(now, rules, here) is not None,
            next_digest=next_at(rules.digest_at, now, zone),
        )

    def _way(self, way: str) -> WayView:
        places, notices = self.notifying.places, self.engine.store.notices
        last = notices.last(way)
        return WayView(
            name=way,
            title=WAYS[way].title,
            words=WAYS[way].words,
            on=places.is_on(way),
            why_not=places.why_not(way),
            fields=places.fields(way),
            waiting=notices.count(way),
            told_at=last.ended_at if last else None,
            problem=self.notifying.outbox.problems.get(way, ""),
        )

    def _heartbeat(self) -> WayView:
        places = self.notifying.places
        return WayView(
            name=HEARTBEAT,
            title="Heartbeat",
            words="Each minute the desk calls an address outside while it works. A service there alarms you when the "
            "calls stop: so a dead machine is noticed too.",
            on=places.is_on(HEARTBEAT),
            why_not=places.why_not(HEARTBEAT),
            fields=places.fields(HEARTBEAT),
            waiting=0,
            told_at=self.notifying.beaten_at,
            problem=self.notifying.beat_problem,
        )

    def _on_desk(self, act: Callable[[], Answer], urgency: Urgency) -> Answer:
        def opened() -> Answer:
            if not self.engine.store.database.read_only:
                self.notifying.open()
            return act()

        return self.engine.thread.ask(opened, urgency)


def _title(way: str) -> str:
    asks(way)
    return WAYS[way].title if way in WAYS else "Heartbeat"
