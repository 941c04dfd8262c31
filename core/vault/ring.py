"""The keyring of this computer, for who chose that the desk opens by itself after a restart."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Final, TypeVar

from core.domain.errors import VaultError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")
SERVICE: Final = "Quarterdeck"
PATIENCE: Final = 4.0  # seconds; a keyring that is locked asks its owner, who may not be there
_KEPT_SAFE: Final = 1  # what a backend of that library says of itself when it keeps nothing in the open


def keep(vault: str, key: bytes) -> None:
    """In place of what was there, and seen there."""
    _asked(lambda: _safe().set_password(SERVICE, vault, key.hex()))
    if read(vault) != key:
        raise VaultError("The keyring of this computer did not give back what it was given.")


def read(vault: str) -> bytes:
    """What it holds for this vault; nothing is a no."""
    held = _asked(lambda: _safe().get_password(SERVICE, vault))
    if not held:
        raise VaultError("The keyring of this computer holds no key for this workspace.")
    try:
        return bytes.fromhex(held)
    except ValueError as error:
        raise VaultError("What the keyring of this computer holds for this workspace is no key of ours.") from error


def forget(vault: str) -> None:
    """As if it had never been kept."""

    def act() -> None:
        ring = _safe()
        if ring.get_password(SERVICE, vault):
            ring.delete_password(SERVICE, vault)

    _asked(act)


def _safe() -> "KeyringBackend":
    import keyring  # noqa: PLC0415 slow, and nobody needs it who has not chosen it

    ring = keyring.get_keyring()
    if ring.priority < _KEPT_SAFE:
        raise VaultError(
            "This computer has no keyring that could keep a key safe: none is running in this session, or none is installed."
        )
    return ring


def _asked(act: Callable[[], T]) -> T:
    """On a thread of its own: a keyring that waits for a hand must not keep the desk waiting."""
    answer: Future[T] = Future()

    def ask() -> None:
        try:
            answer.set_result(act())
        except VaultError as error:
            answer.set_exception(error)
        except Exception as error:  # noqa: BLE001 a keyring's own library throws what it likes
            answer.set_exception(VaultError(f"The keyring of this computer said no: {error or type(error).__name__}."))

    threading.Thread(target=ask, name="keyring", daemon=True).start()
    try:
        return answer.result(PATIENCE)
    except TimeoutError as error:
        raise VaultError(
            f"The keyring of this computer did not answer within {PATIENCE:.0f} s: it may be locked."
        ) from error
