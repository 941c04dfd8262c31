"""Opening without a hand: after a restart, with the key that this computer's keyring holds, where a person chose that."""

import threading
from contextlib import suppress
from typing import Final

from core.domain.errors import DeskError, StoreError, VaultError
from core.engine.engine import Engine
from core.vault import ring

_AGAIN: Final = 60.0  # seconds: a desktop's keyring opens when its owner logs in, which may be after us
OPENED: Final = "Unlocked by this computer's keyring"


def choose(engine: Engine, *, on: bool) -> None:
    """The vault is open and its passphrase was shown just now."""
    vault = engine.door.vault
    if not on:
        engine.folder.open_by_keyring(on=False)
        engine.note("vault.keyring", "After a restart only the passphrase opens it")
        _forget(engine)
        return
    try:
        ring.keep(vault.id, vault.key())
    except VaultError as error:
        raise VaultError(f"{error} Nothing was changed: after a restart the passphrase is asked for.") from error
    engine.folder.open_by_keyring(on=True)
    engine.note("vault.keyring", "After a restart it opens by itself, with a key in this computer's keyring")


def keep_again(engine: Engine) -> None:
    """The vault has a fresh key; the one that was kept opens nothing any more."""
    try:
        ring.keep(engine.door.vault.id, engine.door.vault.key())
    except VaultError as error:
        engine.folder.open_by_keyring(on=False)
        engine.note("vault.keyring", "After a restart only the passphrase opens it: the keyring took no fresh key")
        raise VaultError(
            f"{error} The key was renewed, but the keyring has no new one: after a restart the passphrase is asked for. "
            "Choose the keyring again when it answers."
        ) from error


def open_now(engine: Engine) -> None:
    """At the start, before anything runs."""
    if _opens(engine):
        _say(engine)


def go_on_trying(engine: Engine) -> None:
    """Until it opens, or a person was quicker."""

    def run() -> None:
        while engine.waiting and not engine.ending.wait(_AGAIN):
            if engine.waiting and _opens(engine):
                engine.begin()
                with suppress(DeskError):
                    engine.thread.ask(lambda: _say(engine))

    threading.Thread(target=run, name="keyring again", daemon=True).start()


def _opens(engine: Engine) -> bool:
    """What keeps it from opening is kept for who looks."""
    vault = engine.door.vault
    try:
        vault.open_with(ring.read(vault.id))
    except VaultError as error:
        engine.keyring_trouble = str(error)
        return False
    engine.keyring_trouble = ""
    return True


def _say(engine: Engine) -> None:
    with suppress(StoreError), engine.store.unit:
        engine.store.journal.write("lock.unlocked", OPENED)


def _forget(engine: Engine) -> None:
    try:
        ring.forget(engine.door.vault.id)
    except VaultError as error:
        raise VaultError(
            f"{error} The desk does not use it any more, but the keyring may hold the key still: remove the entry "
            f"“{ring.SERVICE}” there by hand, or renew the key."
        ) from error
