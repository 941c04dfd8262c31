"""What goes wrong on the line just now, and until when."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from core.channel.facets.practice import Fault

HOUR: Final = timedelta(hours=1)


@dataclass(slots=True)
class Faults:
    """What somebody switched on; forgotten when the process ends."""

    now: Callable[[], datetime]  # market time
    _until: dict[Fault, datetime | None] = field(default_factory=dict)  # None = until it is switched off

    def set(self, fault: Fault, on: bool) -> None:
        """Make it go wrong, or right again."""
        self._until.pop(fault, None)
        if on:
            self._until[fault] = self.now() + HOUR if fault is Fault.DOWN_HOUR else None

    def on(self) -> frozenset[Fault]:
        """Just now."""
        now = self.now()
        return frozenset(fault for fault, until in self._until.copy().items() if until is None or now < until)
