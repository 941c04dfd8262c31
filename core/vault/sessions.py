"""Who has shown the passphrase, and whose hand was last seen when: after a while of none a session is locked."""

import hmac
import secrets
import threading
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from core.clock import Clock

IDLE: Final = timedelta(minutes=30)  # unless a person set it otherwise
_MOST: Final = 64


class Sessions:
    """For any thread. Only what a ticket hashes to is kept; a restart forgets them all."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.idle = IDLE
        self._lock = threading.Lock()
        self._seen: dict[bytes, datetime] = {}

    def begin(self) -> str:
        """A ticket for somebody who has just shown the passphrase."""
        ticket = secrets.token_urlsafe(32)
        with self._lock:
            self._drop_idle()
            while len(self._seen) >= _MOST:
                self._seen.pop(min(self._seen, key=lambda name: self._seen[name]))
            self._seen[_name(ticket)] = self._clock.now()
        return ticket

    def knows(self, ticket: str) -> bool:
        """Looking is no hand: it keeps nothing open."""
        with self._lock:
            self._drop_idle()
            return self._found(ticket) is not None

    def touch(self, ticket: str) -> bool:
        """A person did something. Too late once it is locked."""
        with self._lock:
            self._drop_idle()
            name = self._found(ticket)
            if name is None:
                return False
            self._seen[name] = self._clock.now()
            return True

    def left(self, ticket: str) -> timedelta:
        """Until it locks by itself."""
        with self._lock:
            name = self._found(ticket)
            return max(timedelta(0), self._seen[name] + self.idle - self._clock.now()) if name else timedelta(0)

    def end_all(self) -> None:
        with self._lock:
            self._seen.clear()

    def _found(self, ticket: str) -> bytes | None:
        wanted = _name(ticket)
        return next((name for name in self._seen if hmac.compare_digest(name, wanted)), None)

    def _drop_idle(self) -> None:
        now = self._clock.now()
        for name in [name for name, at in self._seen.items() if now - at >= self.idle]:
            del self._seen[name]


def _name(ticket: str) -> bytes:
    return sha256(ticket.encode()).digest()
