"""The workspace's market time: the exchange's hours, or a time of its own that is always inside a session."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from core.clock import Clock
from core.domain.errors import BadInput
from core.market.sessions import NEW_YORK, Part, Sessions

PAUSED: Final = 0
PACES: Final = (PAUSED, 1, 10, 60)
ASLEEP: Final = timedelta(minutes=1)  # nobody looked for so long: the machine slept, and own time stood still
SETTLED_IN: Final = timedelta(minutes=30)  # a fresh timeline starts when the opening is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """What has to be kept so that market time goes on where it stood."""

    at: datetime  # market time
    own_time: bool
    pace: int

    def __post_init__(self) -> None:
        if self.pace not in PACES:
            raise BadInput(
                f"Market time cannot run at {self.pace}×; it can run at {', '.join(f'{p}×' for p in PACES if p)} "
                "or pause. Nothing was changed: choose one of these."
            )


class Timeline:
    """A market clock that can be switched, and only ever moves forward.

    In exchange hours it equals the real clock; after a switch from an own time that was ahead, it stands still until
    real time has caught up. In own time it passes only inside regular sessions, one after another, at its pace, and
    only while somebody looks. A jump may end outside them: paused it stands there, and in a pre-market it goes on to
    the opening.
    """

    def __init__(self, clock: Clock, sessions: Sessions, anchor: Anchor) -> None:
        self._clock = clock
        self._sessions = sessions
        self._lock = Lock()
        self._own_time = anchor.own_time
        self._pace = anchor.pace
        self._at = anchor.at
        self._looked = clock.now()
        self._closes = self._at  # of the own-time session that is on; unknown until the first look
        self._held = False
        self._stop: datetime | None = None  # own time does not pass it by itself

    @classmethod
    def fresh(cls, clock: Clock, sessions: Sessions) -> "Timeline":
        """Own time at 1×, never ahead of real time: now, or half an hour into the newest session."""
        now = clock.now()
        if not sessions.is_open(now):
            now = sessions.previous_open(now) + SETTLED_IN
        return cls(clock, sessions, Anchor(at=now, own_time=True, pace=1))

    @classmethod
    def of_exchange(cls, clock: Clock, sessions: Sessions) -> "Timeline":
        """The exchange's hours: market time is real time."""
        return cls(clock, sessions, Anchor(at=clock.now(), own_time=False, pace=1))

    @property
    def own_time(self) -> bool:
        """Always open, at its own pace."""
        return self._own_time

    @property
    def pace(self) -> int:
        """Market seconds to a real second; exchange hours always run at 1."""
        return self._pace if self._own_time else 1

    def hold(self, on: bool) -> None:
        """Own time stands still while nobody may act; the exchange's does not."""
        with self._lock:
            self._now()
            self._held = on

    def now(self) -> datetime:
        """Market time."""
        with self._lock:
            return self._now()

    def anchor(self) -> Anchor:
        """What to save, so that a restart goes on from here."""
        with self._lock:
            return Anchor(at=self._now(), own_time=self._own_time, pace=self._pace)

    def set(self, own_time: bool, pace: int) -> Anchor:
        """Switch. Market time goes on from where it is; the answer is what to save."""
        with self._lock:
            Anchor(at=self._now(), own_time=own_time, pace=pace)  # refuses a pace there is not
            if own_time and not self._own_time and not self._sessions.is_open(self._at):
                self._at = self._closes = self._sessions.next_open(self._at)
            self._own_time, self._pace = own_time, pace
            return Anchor(at=self._now(), own_time=own_time, pace=pace)

    def jump(self, anchor: Anchor) -> None:
        """Go to a moment to come, as it was saved; to one that is over it is no jump, only a switch."""
        with self._lock:
            now = self._now()
            self._own_time, self._pace = anchor.own_time, anchor.pace
            if anchor.at > now:
                self._at = self._closes = anchor.at

    def pause_at(self, moment: datetime | None) -> None:
        """Own time stands still when it gets there, to the microsecond, however fast it runs; None = nowhere."""
        with self._lock:
            self._stop = moment

    def not_before(self, moment: datetime) -> None:
        """Somebody has already seen this moment of market time: never show an earlier one."""
        with self._lock:
            if moment > self._now():
                self._at = self._closes = moment

    @property
    def words(self) -> str:
        """For the screen."""
        with self._lock:
            at = f"{self._now().astimezone(NEW_YORK):%a %d %b %H:%M} ET"
            if not self._own_time:
                waiting = self._at > self._clock.now()
                return f"Market time stands still at {at} until real time catches up" if waiting else "Exchange hours"
            return f"Own time, paused at {at}" if self._pace == PAUSED else f"Own time at {self._pace}×, {at}"

    def _now(self) -> datetime:
        real = self._clock.now()
        passed = real - self._looked
        self._looked = real
        if not self._own_time:
            self._at = self._closes = max(self._at, real)
            return self._at
        if self._pace == PAUSED or self._held:
            return self._at
        if passed > ASLEEP:
            passed = timedelta(0)
        before = self._at
        now = self._walk(passed * self._pace)
        if self._stop is not None and before < self._stop <= now:
            self._at = self._closes = now = self._stop
            self._pace = PAUSED
        return now

    def _walk(self, left: timedelta) -> datetime:
        """Go on inside sessions; what is left at a close is spent in the next session."""
        while self._at + left >= self._closes:
            if self._passes():
                self._closes = self._sessions.next_close(self._at)
                if self._at + left < self._closes:
                    break
                left -= self._closes - self._at
            self._at = self._sessions.next_open(self._at)
            self._closes = self._sessions.next_close(self._at)
        self._at += left
        return self._at

    def _passes(self) -> bool:
        stretch = self._sessions.stretch(self._at)
        return stretch is not None and stretch.part is not Part.POST
