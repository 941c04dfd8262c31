"""What a person should know now, each thing once, until it is no longer so."""

from dataclasses import dataclass, field

from core.store.journal import Journal
from core.store.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One thing, by weight: red, amber, blue or grey."""

    weight: str
    title: str
    detail: str = ""


@dataclass(slots=True)
class Alarms:
    """Belongs to the desk thread. Raising and clearing are journaled."""

    journal: Journal
    unit: Unit
    _raised: dict[str, Alarm] = field(default_factory=dict)

    def set(self, key: str, weight: str, title: str, detail: str = "") -> None:
        """Raise it, or change its words."""
        alarm = Alarm(weight=weight, title=title, detail=detail)
        known = self._raised.get(key)
        self._raised[key] = alarm
        if known is None or known.title != title:
            self._note("alarm", title, {"key": key, "weight": weight, "detail": detail})

    def clear(self, key: str) -> None:
        """It is no longer so."""
        alarm = self._raised.pop(key, None)
        if alarm is not None:
            self._note("alarm.over", alarm.title, {"key": key})

    def all(self) -> tuple[Alarm, ...]:
        """Worst first."""
        order = ("red", "amber", "blue", "grey")
        return tuple(sorted(self._raised.values(), key=lambda alarm: order.index(alarm.weight)))

    def _note(self, kind: str, title: str, body: dict[str, str]) -> None:
        if self.unit.active:
            self.journal.write(kind, title, body)
            return
        with self.unit:
            self.journal.write(kind, title, body)
