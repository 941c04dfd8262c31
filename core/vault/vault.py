"""The keys of one workspace: locked in a file, opened by a passphrase, each readable only as what it was kept for."""

import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from core.domain.errors import BadInput, Locked, VaultError, WrongPassphrase
from core.domain.workspace import WorkspaceKind
from core.store.heads import Head
from core.vault import box as files
from core.vault.box import Box
from core.vault.cipher import KEY_BYTES, SALT_BYTES, Cost, DoesNotOpen, about, key_from, locked, opened
from core.vault.secret import Secret
from core.vault.signing import fresh_key, public_of

SHORTEST: Final = 12
LONGEST: Final = 1024
SIGNER: Final = ("desk", "signing key")
_EASY: Final = ("passphrase", "password", "quarterdeck", "123456", "qwerty")


class Vault:
    """For any thread. Sealed until somebody opens it; then its key stays until the process ends."""

    def __init__(self, path: Path, kind: WorkspaceKind, cost: Cost | None = None) -> None:
        self._path = path
        self._kind = kind
        self._cost = cost or Cost()
        self._lock = threading.RLock()
        self._key: bytes | None = None
        self._box: Box | None = None
        self.trouble = ""  # why what lies there cannot be used
        try:
            self._box = files.read(path)
        except VaultError as error:
            self.trouble = str(error)
        if self._box is not None and self._box.kind is not kind:
            self.trouble = (
                f"The vault {path.name} belongs to a {self._box.kind} workspace and this one is for {kind}. "
                "Nothing was unlocked and no key was used. Put this workspace's own vault back."
            )

    def __repr__(self) -> str:
        return f"Vault({self._path.name!r}, {'sealed' if self.sealed else 'open'})"

    @property
    def exists(self) -> bool:
        """Whether there is something to open, be it damaged."""
        return self._box is not None or bool(self.trouble)

    @property
    def sealed(self) -> bool:
        """There is one, and nobody has opened it since the start."""
        return self.exists and self._key is None

    @property
    def id(self) -> str:
        """Its name in a keyring; empty = there is no vault."""
        return self._box.id if self._box is not None else ""

    @property
    def asks_code(self) -> bool:
        return self._box is not None and self._box.asks_code

    @property
    def may_look(self) -> bool:
        return self._box is not None and self._box.may_look

    @property
    def public(self) -> bytes:
        """With this anybody can check what was signed; empty = there is none."""
        return self._box.public if self._box is not None else b""

    @property
    def head(self) -> Head | None:
        return self._box.head if self._box is not None else None

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of what is in it, never what they hold."""
        return tuple(sorted(self._box.records)) if self._box is not None else ()

    def create(self, passphrase: Secret) -> None:
        """A new one, open."""
        with self._lock:
            if self.exists:
                raise BadInput("This workspace has a passphrase already. Nothing was changed: change it instead.")
            _assert_strong(passphrase)
            key, signer = secrets.token_bytes(KEY_BYTES), fresh_key()
            empty = Box(
                id=secrets.token_hex(8),
                kind=self._kind,
                written=0,
                salt=b"",
                cost=self._cost,
                wrapped=b"",
                records={},
                public=public_of(signer),
            )
            box = self._wrapped(empty, key, passphrase)
            kept = {_name(*SIGNER): self._locked(box, key, SIGNER, signer)}
            self._write(msgspec.structs.replace(box, records=kept), key)
            self._key = key

    def open(self, passphrase: Secret, also: Callable[[bytes], None] = lambda key: None) -> None:
        """Or WrongPassphrase. Also: what else has to be shown before it opens; it may read with the key it is given."""
        with self._lock:
            key = self._proved(passphrase)
            also(key)
            self._key = key

    def open_with(self, key: bytes) -> None:
        """By the key itself, as a keyring kept it; or VaultError, and it stays as it is."""
        with self._lock:
            if not self._there().is_sealed(key):
                raise VaultError("The key that the keyring of this computer holds does not open this vault any more.")
            self._key = key

    def key(self) -> bytes:
        """What a keyring may keep."""
        with self._lock:
            return self._opened_key()

    def change_passphrase(self, old: Secret, new: Secret) -> None:
        """The same keys under another passphrase. One write: either the old one opens it, or the new one."""
        with self._lock:
            box, key = self._there(), self._proved(old)
            _assert_strong(new)
            self._write(self._wrapped(msgspec.structs.replace(box, cost=self._cost), key, new), key)

    def renew(self, passphrase: Secret) -> None:
        """Another data key under the same passphrase; everything is locked again with it, in one write."""
        with self._lock:
            box, old, new = self._there(), self._proved(passphrase), secrets.token_bytes(KEY_BYTES)
            clear = {name: self._opened(box, old, _parts(name)) for name in box.records}
            fresh = self._wrapped(msgspec.structs.replace(box, cost=self._cost), new, passphrase)
            again = {name: self._locked(fresh, new, _parts(name), words) for name, words in clear.items()}
            self._write(msgspec.structs.replace(fresh, records=again), new)
            self._key = new

    def read(self, broker: str, field: str) -> Secret | None:
        """What was kept there; None = nothing."""
        clear = self.read_bytes(broker, field)
        return None if clear is None else Secret(clear.decode())

    def read_bytes(self, broker: str, field: str, key: bytes | None = None) -> bytes | None:
        with self._lock:
            key, box = key or self._opened_key(), self._there()
            return self._opened(box, key, (broker, field)) if _name(broker, field) in box.records else None

    def keep(self, broker: str, field: str, secret: Secret) -> None:
        """In place of what was there."""
        self.keep_bytes(broker, field, secret.reveal().encode())

    def keep_bytes(self, broker: str, field: str, clear: bytes, key: bytes | None = None, **changes: Any) -> None:
        with self._lock:
            key, box = key or self._opened_key(), self._there()
            records = box.records | {_name(broker, field): self._locked(box, key, (broker, field), clear)}
            self._write(msgspec.structs.replace(box, records=records, **changes), key)

    def forget(self, broker: str, field: str, **changes: Any) -> None:
        with self._lock:
            key, box = self._opened_key(), self._there()
            records = {name: held for name, held in box.records.items() if name != _name(broker, field)}
            self._write(msgspec.structs.replace(box, records=records, **changes), key)

    def let_look(self, on: bool) -> None:
        """Whether a locked desk may be looked at."""
        self._change(lambda box: msgspec.structs.replace(box, may_look=on))

    def remember(self, head: Head) -> None:
        """The newest row of the journal that was signed."""
        self._change(lambda box: msgspec.structs.replace(box, head=head))

    # parts -----------------------------------------------------------------------------------------------------------

    def _change(self, change: Callable[[Box], Box]) -> None:
        with self._lock:
            key = self._opened_key()
            self._write(change(self._there()), key)

    def _write(self, box: Box, key: bytes) -> None:
        whole = msgspec.structs.replace(box, written=box.written + 1).sealed(key)
        files.write(self._path, whole)
        self._box = whole

    def _there(self) -> Box:
        if self.trouble:
            raise VaultError(self.trouble)
        if self._box is None:
            raise BadInput("This workspace has no passphrase. Nothing was done: choose one first.")
        return self._box

    def _opened_key(self) -> bytes:
        if self._key is None:
            raise Locked("The vault is locked. No key was used: unlock it first.")
        return self._key

    def _proved(self, passphrase: Secret) -> bytes:
        """The data key, of a vault that is what somebody with that key wrote."""
        box = self._there()
        key = self._key_of(box, passphrase)
        if not box.is_sealed(key):
            self.trouble = files.damaged(self._path.name)
            raise VaultError(self.trouble)
        return key

    def _key_of(self, box: Box, passphrase: Secret) -> bytes:
        if len(passphrase) > LONGEST:
            raise WrongPassphrase(wrong(asks_code=box.asks_code))
        try:
            return opened(key_from(passphrase, box.salt, box.cost), box.wrapped, _wrap(box))
        except DoesNotOpen:
            raise WrongPassphrase(wrong(asks_code=box.asks_code)) from None

    def _wrapped(self, box: Box, key: bytes, passphrase: Secret) -> Box:
        salted = msgspec.structs.replace(box, salt=secrets.token_bytes(SALT_BYTES))
        under = key_from(passphrase, salted.salt, salted.cost)
        return msgspec.structs.replace(salted, wrapped=locked(under, key, _wrap(salted)))

    def _locked(self, box: Box, key: bytes, place: tuple[str, str], clear: bytes) -> bytes:
        return locked(key, clear, about("record", box.id, box.kind, *place))

    def _opened(self, box: Box, key: bytes, place: tuple[str, str]) -> bytes:
        try:
            return opened(key, box.records[_name(*place)], about("record", box.id, box.kind, *place))
        except DoesNotOpen:
            raise VaultError(files.damaged(self._path.name)) from None


def wrong(*, asks_code: bool) -> str:
    """The same words whatever was wrong."""
    what = "The passphrase or the code is not right." if asks_code else "The passphrase is not right."
    return f"{what} Nothing was unlocked. Try again."


def _wrap(box: Box) -> bytes:
    return about("key", box.id, box.kind)


def _name(broker: str, field: str) -> str:
    assert "/" not in broker, "broker/field must be read back the same way"
    return f"{broker}/{field}"


def _parts(name: str) -> tuple[str, str]:
    broker, _, field = name.partition("/")
    return broker, field


def _assert_strong(passphrase: Secret) -> None:
    """Long beats clever: NIST asks for length and against the obvious, and for nothing else."""
    words = passphrase.reveal()
    if not SHORTEST <= len(words.strip()) <= LONGEST:
        raise BadInput(
            f"A passphrase has {SHORTEST} characters or more; four words that do not belong together are good. "
            "Nothing was changed: choose a longer one."
        )
    plain = words.casefold()
    for easy in _EASY:
        plain = plain.replace(easy, "")
    if len(set(plain)) < 5:
        raise BadInput("That passphrase is guessed among the first. Nothing was changed: choose another.")
