"""The door, as the engine answers for it."""

from dataclasses import dataclass

from core.channel.facets.lock import LockView
from core.domain.errors import VaultError
from core.engine.engine import Engine
from core.engine.refusals import noted
from core.vault.secret import Secret


@dataclass(slots=True)
class LockFacet:
    """On the caller's own thread: a passphrase is slow to try, and nobody else waits for that."""

    engine: Engine

    def state(self, ticket: str = "") -> LockView:
        door = self.engine.door
        known = door.knows(ticket)
        return LockView(
            has_passphrase=door.locks,
            locked=not known,
            sealed=door.sealed,
            may_look=door.may_look,
            asks_code=door.vault.asks_code,
            wait_seconds=door.wait(),
            idle_seconds=door.sessions.left(ticket).total_seconds() if door.locks else 0.0,
            recovery_left=door.codes.recovery_left if known and door.locks else 0,
            by_keyring=self.engine.folder.by_keyring,
            trouble=door.vault.trouble,
        )

    def unlock(self, passphrase: str, code: str = "", terminal: bool = False) -> str:
        engine = self.engine
        with noted(engine):
            ticket = engine.door.unlock(Secret(passphrase), code, terminal=terminal)
        engine.begin()
        engine.note("lock.unlocked", "Unlocked with the passphrase")
        return ticket

    def active(self, ticket: str) -> None:
        self.engine.door.touch(ticket)

    def lock(self) -> None:
        door = self.engine.door
        if not door.locks:
            raise VaultError("This workspace has no passphrase, so it cannot be locked. Choose one first.")
        door.sessions.end_all()
        self.engine.note("lock.locked", "Locked by hand")
