"""What a person did here for the first time: told by the books and the journal; what leaves no trace there is noted once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from core.engine.desk_thread import DeskThread
from core.store.archive import Archive
from core.store.store import Store

QUOTE: Final = "quote"
WHY: Final = "why"
LIMITS: Final = "limits"
LOOKED: Final = "first.look"
_TITLES: Final = {
    QUOTE: "A quote was looked at for the first time",
    WHY: "Why an order traded as it did was read for the first time",
    LIMITS: "The limits were looked at for the first time",
}


@dataclass(slots=True)
class FirstSteps:
    """Asked from any thread. What was found done once is not looked for again."""

    store: Store
    archive: Archive
    thread: DeskThread
    waits: Callable[[], bool]  # nobody has unlocked it: nothing is written
    _noted: set[str] = field(default_factory=set)
    _done: set[str] = field(default_factory=set)

    def note(self, step: str) -> None:
        """Somebody has looked. One row in the journal, the first time; nobody waits for it."""
        if step in self._noted or self.waits():
            return
        self._noted.add(step)
        self.thread.tell(lambda: self._write(step))

    def done(self) -> frozenset[str]:
        """Not on the desk thread: a long history may have to be looked through, though not far."""
        self._done |= self.archive.first_steps(frozenset(self._done))
        return frozenset(self._done)

    def _write(self, step: str) -> None:
        title = _TITLES[step]
        if any(line.title == title for line in self.store.journal.of_kinds(LOOKED)):
            return
        with self.store.unit:
            self.store.journal.write(LOOKED, title, {"step": step}, who="person")
