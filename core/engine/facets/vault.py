"""The passphrase itself, as the engine answers for it."""

from collections.abc import Callable
from dataclasses import dataclass

from core.engine import unattended
from core.engine.engine import Engine
from core.engine.refusals import noted
from core.engine.vault_copy import MADE, copy_vault
from core.vault.secret import Secret


@dataclass(slots=True)
class VaultFacet:
    """What is done is journaled; what was typed never is."""

    engine: Engine

    def choose(self, passphrase: str) -> str:
        engine, door = self.engine, self.engine.door
        door.vault.create(Secret(passphrase))
        engine.note(MADE, "A passphrase was chosen: from now on this workspace locks")
        engine.sign()
        copy_vault(engine.folder)
        return door.sessions.begin()

    def change(self, passphrase: str, new: str) -> str:
        engine, door = self.engine, self.engine.door
        old = Secret(passphrase)
        self._prove(old, "when it was to be changed", then=lambda: door.vault.change_passphrase(old, Secret(new)))
        door.sessions.end_all()
        copy_vault(engine.folder)
        engine.note("vault.changed", "The passphrase was changed; every session ended")
        return door.sessions.begin()

    def renew(self, passphrase: str) -> None:
        door, shown = self.engine.door, Secret(passphrase)
        self._prove(shown, "when the key was to be renewed", then=lambda: door.vault.renew(shown))
        copy_vault(self.engine.folder)
        self.engine.note("vault.renewed", "Everything in the vault was locked again with a fresh key")
        if self.engine.folder.by_keyring:
            unattended.keep_again(self.engine)

    def open_by_keyring(self, passphrase: str, on: bool) -> None:
        when = "when the keyring was to open it" if on else "when the keyring was to open it no more"
        self._prove(Secret(passphrase), when, then=lambda: unattended.choose(self.engine, on=on))

    def let_look(self, on: bool) -> None:
        self.engine.door.vault.let_look(on)
        words = "may be looked at" if on else "shows nothing"
        self.engine.note("vault.look", f"While it is locked the desk {words}")

    def offer_codes(self, passphrase: str) -> str:
        door = self.engine.door
        offered: list[Secret] = []
        self._prove(
            Secret(passphrase),
            "when codes were to be set up",
            then=lambda: offered.append(door.codes.offer(self.engine.workspace.name)),
        )
        return offered[0].reveal()

    def accept_codes(self, code: str) -> tuple[str, ...]:
        recovery = self.engine.door.codes.accept(code, self.engine.clock.now())
        self.engine.note("vault.codes", "From now on a code is asked for beside the passphrase")
        return recovery

    def end_codes(self, passphrase: str, code: str) -> None:
        self._prove(Secret(passphrase), "when codes were to end", code, then=self.engine.door.codes.end)
        self.engine.note("vault.codes", "No code is asked for beside the passphrase any more")

    def _prove(self, shown: Secret, when: str, code: str | None = None, *, then: Callable[[], None]) -> None:
        with noted(self.engine, when):
            self.engine.door.prove(shown, code, then)
