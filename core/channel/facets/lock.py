"""Is this desk locked for whoever asks, and the way in and out."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class LockView:
    """How the door stands, for one caller."""

    has_passphrase: bool  # without one it never locks
    locked: bool  # for this caller
    sealed: bool  # for the engine itself: since its start nobody has unlocked it, and nothing is watched
    may_look: bool  # locked, it may be looked at
    asks_code: bool
    wait_seconds: float  # until the next passphrase is listened to
    idle_seconds: float  # until it locks by itself, for this caller
    recovery_left: int  # codes that count once; unknown (0) while it is locked
    by_keyring: bool  # after a restart the engine opens by itself; windows ask all the same
    trouble: str  # why the vault cannot be opened at all; empty = it can


class Lock(Protocol):
    """Answered to everybody who has the channel's key."""

    def state(self, ticket: str = "") -> LockView:
        """How it stands for whoever has this ticket."""
        ...

    def unlock(self, passphrase: str, code: str = "", terminal: bool = False) -> str:
        """A ticket that opens everything, until half an hour, or what was set, has passed without a person's hand.

        terminal: typed at one. Its wrong tries are counted apart: whoever else is on this machine reaches the window.
        """
        ...

    def active(self, ticket: str) -> None:
        """A person did something just now. A page that refreshes itself does not ask this."""
        ...

    def lock(self) -> None:
        """Every window and every ticket is locked from now on; the engine keeps working."""
        ...
