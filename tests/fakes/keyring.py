"""A keyring in memory, in place of the one of a desktop session: what the library `keyring` asks of a backend."""

from threading import Event

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class MemoryRing(KeyringBackend):
    """Its owner can lock it, have it wait for a hand, or lose what it holds."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.held: dict[tuple[str, str], str] = {}
        self.locked = False
        self.waits: Event | None = None

    def get_password(self, service: str, username: str) -> str | None:
        self._open()
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._open()
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._open()
        if (service, username) not in self.held:
            raise PasswordDeleteError("not there")
        del self.held[service, username]

    def _open(self) -> None:
        if self.waits is not None:
            self.waits.wait(10)
        if self.locked:
            raise KeyringLocked("the keyring is locked")
