"""Wrong passphrases cost time: each one after the third twice as much as the one before, over restarts too."""

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from core.clock import Clock
from core.domain.errors import TooManyTries
from core.system import write_private

FREE: Final = 3
LONGEST: Final = timedelta(minutes=5)
_FIRST: Final = timedelta(seconds=2)


class Tries(msgspec.Struct, frozen=True):
    """How many went wrong since the last that did not, and when the last of them was."""

    wrong: int = 0
    last_at: datetime | None = None


class Patience:
    """Belongs to whoever holds the door's lock. A try is written down before it is made: killing us wins nothing."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._tries = _kept(path)

    @property
    def wait(self) -> timedelta:
        """How long until the next try is listened to. A clock that was set back makes it no longer than it ever was."""
        last_at, pause = self._tries.last_at, self._pause
        if last_at is None:
            return timedelta(0)
        return min(pause, max(timedelta(0), last_at + pause - self._clock.now()))

    def count(self) -> None:
        """One more try begins; it counts as wrong until it turns out right."""
        if self.wait:
            seconds = -(-self.wait // timedelta(seconds=1))
            raise TooManyTries(
                f"After {self._tries.wrong} wrong tries the next one has to wait. Nothing was looked at. "
                f"Try again in {seconds} s; trading can be stopped meanwhile."
            )
        self._keep(Tries(wrong=self._tries.wrong + 1, last_at=self._clock.now()))

    def forget(self) -> None:
        """It was right."""
        self._tries = Tries()
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    @property
    def _pause(self) -> timedelta:
        over = self._tries.wrong - FREE
        return min(LONGEST, _FIRST * 2 ** min(over - 1, 16)) if over > 0 else timedelta(0)

    def _keep(self, tries: Tries) -> None:
        self._tries = tries
        with suppress(OSError):  # a full disk must not keep a person out: memory counts on
            write_private(self._path, msgspec.json.encode(tries))


def _kept(path: Path) -> Tries:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Tries)
    except (OSError, msgspec.MsgspecError):
        return Tries()
