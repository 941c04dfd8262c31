"""Who may come in: the passphrase, a code where one is asked for, and a session that lasts while a hand is seen."""

import threading
from collections.abc import Callable
from pathlib import Path

from core.clock import Clock
from core.domain.errors import Locked
from core.domain.workspace import WorkspaceKind
from core.vault.cipher import Cost
from core.vault.codes import Codes
from core.vault.secret import Secret
from core.vault.sessions import Sessions
from core.vault.tries import Patience
from core.vault.vault import Vault


class Door:
    """For any thread; one try at a time. A workspace without a vault has no door, and locks nobody out."""

    def __init__(self, vault: Path, tries: Path, kind: WorkspaceKind, clock: Clock, cost: Cost | None = None) -> None:
        self.vault = Vault(vault, kind, cost)
        self.sessions = Sessions(clock)
        self.codes = Codes(self.vault)
        self._clock = clock
        self._window = Patience(tries, clock)
        self._terminal = Patience(tries.with_name(f"terminal-{tries.name}"), clock)
        self._one_at_a_time = threading.Lock()

    @property
    def locks(self) -> bool:
        return self.vault.exists

    @property
    def sealed(self) -> bool:
        """Nobody has unlocked it since the start: nothing that needs a key can be done."""
        return self.vault.sealed

    @property
    def may_look(self) -> bool:
        return self.vault.may_look

    def knows(self, ticket: str) -> bool:
        """Whether this caller may ask for everything."""
        return not self.locks or (not self.sealed and self.sessions.knows(ticket))

    def prove(
        self,
        passphrase: Secret,
        code: str | None = None,
        then: Callable[[], None] = lambda: None,
        *,
        terminal: bool = False,
    ) -> None:
        """Or WrongPassphrase. Every way to try a passphrase leads through here. No code: whoever asks has shown one.

        Anybody with an account on this machine reaches the window's form, and could keep its next try waiting for ever;
        only this user reaches the engine from a terminal.
        """
        patience = self._terminal if terminal else self._window

        def also(key: bytes) -> None:
            if code is not None:
                self.codes.pass_or_raise(code, self._clock.now(), key)

        with self._one_at_a_time:
            patience.count()
            self.vault.open(passphrase, also)
            patience.forget()
            then()

    def unlock(self, passphrase: Secret, code: str, *, terminal: bool = False) -> str:
        """A session, as its ticket."""
        self.prove(passphrase, code, terminal=terminal)
        return self.sessions.begin()

    def touch(self, ticket: str) -> None:
        """A person did something."""
        if self.locks and not self.sessions.touch(ticket):
            raise Locked("It is locked by now. Nothing was done: unlock it.")

    def wait(self) -> float:
        """Seconds until the window's next try is listened to."""
        return self._window.wait.total_seconds()
