"""The desk's side of one broker connection: what it can do, whether it answers, and how much it may still be asked."""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from core.domain.capability import Capabilities
from core.execution.errand import Cancel, Errand, LookUp, ReadAccount
from core.execution.wire import Wire

BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)
_READS: Final = 6  # requests one reading of an account costs


@dataclass(slots=True, kw_only=True)
class Connection:
    """Belongs to the desk thread."""

    name: str
    broker: str
    capabilities: Capabilities
    wire: Wire
    account_ids: tuple[str, ...]
    up: bool = False
    reason: str = "not read yet"
    down_since: datetime | None = None
    up_since: datetime | None = None
    last_error: str = ""  # stays when it is over
    last_error_at: datetime | None = None
    signed_out: bool = False  # it is there, and a person has to sign in again
    signed_in_until: datetime | None = None  # real time; None = the broker names none
    tried_at: datetime = BEGINNING  # when a reading was last asked for
    pin_problem: str = ""  # the other end is not who it was pinned to
    skew: timedelta | None = None
    reading: dict[str, datetime] = field(default_factory=dict)  # account → when a reading was asked for
    read_at: dict[str, datetime] = field(default_factory=dict)  # account → when the last ok one came
    compared_at: dict[str, datetime] = field(default_factory=dict)  # account → real time our books were last compared
    reconciled: set[str] = field(default_factory=set)
    _handed: deque[datetime] = field(default_factory=deque)

    def fails(self, since: datetime, why: str, now: datetime) -> None:
        """It does not answer; since when is known from the first time it did not."""
        if self.up or self.down_since is None:
            self.down_since = since
        self.up, self.up_since, self.reason = False, None, why
        self.last_error, self.last_error_at = why, now

    def answers(self, now: datetime) -> None:
        """It does, from now on if it did not before."""
        self.up_since = self.up_since or now
        self.up, self.reason, self.down_since, self.signed_out = True, "", None, False

    def hand_over(self, errand: Errand, now: datetime) -> None:
        self._handed.extend([now] * (_READS if isinstance(errand, ReadAccount) else 1))
        self.wire.hand_over(errand)

    def has_room(self, now: datetime, errand: type[Errand] | None = None) -> bool:
        """Under the broker's limit. The less there is, the fewer may: cancels asked again stop first, then orders, then
        look-ups, and reading goes on. A first cancel does not ask.
        """
        while self._handed and now - self._handed[0] >= MINUTE:
            self._handed.popleft()
        most, kept = self.capabilities.requests_per_minute, self.capabilities.kept_for_cancels
        if errand is ReadAccount:
            kept = 0
        elif errand is LookUp:
            kept //= 2
        elif errand is Cancel:
            kept += (most - kept) // 4
        return len(self._handed) < most - kept
