"""What a person should know now, each thing once: until it is no longer so, or until they say they have seen it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import msgspec

from core.domain.errors import BadInput
from core.store.journal import Journal
from core.store.unit import Unit

KEPT: Final = "alarm.kept"
SEEN: Final = "alarm.seen"
LEAST_WORDS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One thing, by weight: red, amber, blue or grey."""

    key: str
    weight: str
    title: str
    detail: str = ""
    stays: bool = False  # something happened: it stays until a person has seen it
    explain: bool = False  # and they have to type what they found out
    row: int = 0  # of the journal, where one that stays is kept; 0 = not written yet
    since: datetime | None = field(default=None, compare=False)  # real time it was raised


@dataclass(slots=True)
class Alarms:
    """Belongs to the desk thread. Raising, clearing and seeing are journaled; what stays is found there at the next start."""

    journal: Journal
    unit: Unit
    _raised: dict[str, Alarm] = field(default_factory=dict)
    _explained: dict[str, str] = field(default_factory=dict)  # key → what a person typed about it
    _unwritten: set[str] = field(default_factory=set)  # the disk would not take them
    _before: set[str] = field(default_factory=set)  # keys of all that was kept before this start, seen or not

    def __post_init__(self) -> None:
        for line in self.journal.of_kinds(KEPT, SEEN):
            body = msgspec.json.decode(line.body, type=dict[str, object])
            if line.kind == KEPT:
                alarm = msgspec.convert(body["alarm"], type=Alarm)
                self._raised[alarm.key] = replace(alarm, row=line.seq, since=alarm.since or line.recorded_at)
                self._before.add(alarm.key)
                continue
            seen = self._raised.pop(str(body["key"]), None)
            if seen is not None and seen.explain:
                self._explained[seen.key] = str(body["words"])

    def set(self, key: str, weight: str, title: str, detail: str = "") -> None:
        """It is so: raise it, or change its words. It ends when it is cleared."""
        known = self._raised.get(key)
        alarm = Alarm(key=key, weight=weight, title=title, detail=detail, since=self._since(known))
        self._raised[key] = alarm
        if known is None or known.title != title:
            self._note("alarm", title, {"key": key, "weight": weight, "detail": detail})

    def keep(self, key: str, weight: str, title: str, detail: str = "", *, explain: bool = False) -> None:
        """It happened: it stays, over restarts too, until a person has seen it. Inside a unit it is kept with the rest."""
        known = self._raised.get(key)
        since = self._since(known)
        alarm = Alarm(key=key, weight=weight, title=title, detail=detail, stays=True, explain=explain, since=since)
        if known is not None and replace(known, row=0) == alarm:
            return
        if self.unit.active:
            self.unit.keep(self._raised, key, self._written(alarm))
            return
        self._raised[key] = alarm  # shown even when the disk does not take it
        self._unwritten.add(key)
        self.write_again()

    def write_again(self) -> None:
        """What the disk would not take is kept as soon as it does."""
        for key in sorted(self._unwritten):
            with self.unit:
                written = self._written(self._raised[key])
            self._raised[key] = written
            self._unwritten.discard(key)

    def clear(self, key: str) -> None:
        """It is no longer so."""
        alarm = self._raised.pop(key, None)
        self._unwritten.discard(key)
        if alarm is None:
            return
        if alarm.row:
            self._note(SEEN, f"Over: {alarm.title}", {"key": key, "words": ""})
        else:
            self._note("alarm.over", alarm.title, {"key": key})

    def acknowledge(self, row: int, words: str = "") -> None:
        """A person has seen what stands there, with what they found out where that is asked for."""
        alarm = next((a for a in self._raised.values() if row and a.row == row), None)
        if alarm is None:
            raise BadInput("That is not shown any more, or its words have changed. Nothing was done: look at it again.")
        if alarm.explain and len(words.strip()) < LEAST_WORDS:
            raise BadInput("It stays: type what you found out about it.")
        body = {"about": row, "key": alarm.key, "words": words.strip(), "tags": ()}
        with self.unit:
            self.unit.drop(self._raised, alarm.key)
            if alarm.explain:
                self.unit.keep(self._explained, alarm.key, words.strip())
            self.journal.write(SEEN, f"Seen: {alarm.title}", body, who="person", about=row)

    def explained(self, key: str) -> bool:
        """Whether a person has said what it was."""
        return key in self._explained

    def told_before(self, key: str) -> bool:
        """Whether it was kept before this start."""
        return key in self._before

    def all(self) -> tuple[Alarm, ...]:
        """Worst first."""
        order = ("red", "amber", "blue", "grey")
        return tuple(sorted(self._raised.values(), key=lambda alarm: order.index(alarm.weight)))

    def _since(self, known: Alarm | None) -> datetime | None:
        return known.since if known is not None else self.journal.now()

    def _written(self, alarm: Alarm) -> Alarm:
        return replace(alarm, row=self.journal.write(KEPT, alarm.title, {"alarm": alarm}))

    def _note(self, kind: str, title: str, body: dict[str, str]) -> None:
        if self.unit.active:
            self.journal.write(kind, title, body)
            return
        with self.unit:
            self.journal.write(kind, title, body)
