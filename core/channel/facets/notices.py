"""Who is told what, by which way and when; and what could not be told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday")
MONTHLY: Final = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRule:
    """When one kind of thing is told, and by which ways."""

    event: str
    title: str
    words: str
    pace: str  # now, digest or off
    ways: tuple[str, ...] = ()  # none = by every way that is on


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRules:
    """Everything a person chooses about what is told when."""

    events: tuple[EventRule, ...]
    quiet_from: str = ""  # "22:00"; empty = no quiet hours
    quiet_to: str = ""
    zone: str = "market"  # market or local: whose clock quiet hours and digest go by
    digest_at: str = "17:00"
    update_on: str = WEEKDAYS[-1]  # the performance update: each week's day, or the end of each month
    discreet: bool = False  # only how many of what, no symbol and no number


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One thing to type for a way; what is secret never comes back."""

    name: str
    label: str
    hint: str
    secret: bool
    needed: bool
    value: str
    kept: bool  # something is there


@dataclass(frozen=True, slots=True, kw_only=True)
class WayView:
    """One way to reach a person, and how it stands."""

    name: str
    title: str
    words: str
    on: bool
    why_not: str  # why it cannot be used here; empty = it can
    fields: tuple[FieldView, ...]
    waiting: int
    told_at: datetime | None  # real time
    problem: str  # of the last try; empty = it went well


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureView:
    """One message that did not get through."""

    way: str
    title: str
    since: datetime  # real time
    tries: int
    problem: str
    next_at: datetime | None  # real time; None = it is not tried again


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesView:
    """The whole of it in one answer."""

    rules: NoticeRules
    ways: tuple[WayView, ...]
    heartbeat: WayView
    zone_words: str  # "ET, now 14:32"
    quiet_now: bool
    next_digest: datetime  # real time


class Notices(Protocol):
    """Telling a person who is not looking."""

    def state(self) -> NoticesView:
        """Rules, ways and how each stands."""
        ...

    def set(self, rules: NoticeRules) -> None:
        """Choose what is told when."""
        ...

    def set_way(self, way: str, on: bool, fields: Mapping[str, str]) -> None:
        """Switch a way on or off, with what was typed for it; nothing secret comes this way."""
        ...

    def keep_secret(self, way: str, field: str, secret: str) -> None:
        """Lock away what was typed into a plain form; nothing = it is forgotten. It never comes back."""
        ...

    def test(self, way: str) -> None:
        """Send a test. It goes the way of every message; how it went shows with the way."""
        ...

    def failures(self) -> tuple[FailureView, ...]:
        """What did not get through, newest first."""
        ...

    def drop(self, way: str) -> int:
        """Let go of what waits there. How many."""
        ...
