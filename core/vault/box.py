"""The vault as it lies on the disk: one file, whole or not at all, and no bit of it can change unnoticed."""

import hmac
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from core.domain.errors import VaultError
from core.domain.workspace import WorkspaceKind
from core.store.heads import Head
from core.system import write_private
from core.vault.cipher import SALT_BYTES, Cost, seal

_FIRST: Final = b"quarterdeck vault 1\n"
_SUM: Final = 64  # the last line: hex of a SHA-256
_LARGEST: Final = 1 << 20


class Box(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What anybody with the file can see. What the records hold only the key shows."""

    id: str
    kind: WorkspaceKind
    written: int  # how often
    salt: bytes
    cost: Cost
    wrapped: bytes  # the data key, under the key from the passphrase
    records: dict[str, bytes]
    public: bytes  # of the key that signs the journal
    asks_code: bool = False
    may_look: bool = False  # while it is locked
    head: Head | None = None  # the newest that was signed: a journal cut short before it shows
    seal: bytes = b""

    def sealed(self, key: bytes) -> "Box":
        return msgspec.structs.replace(self, seal=seal(key, self._content()))

    def is_sealed(self, key: bytes) -> bool:
        """Whether somebody with the data key wrote all of this."""
        return hmac.compare_digest(self.seal, seal(key, self._content()))

    def _content(self) -> bytes:
        return msgspec.json.encode(msgspec.structs.replace(self, seal=b""))


def write(path: Path, box: Box) -> None:
    """In place of the old one, on the disk when it returns."""
    try:
        write_private(path, as_bytes(box))
    except OSError as error:
        raise VaultError(
            f"The vault {path.name} cannot be written: {error.strerror or error}. It is as it was and nothing was "
            "changed. Free some space, or make its folder writable for you, and try again."
        ) from error


def read(path: Path) -> Box | None:
    """None = there is none. One that is not as it was written is refused."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise VaultError(
            f"The vault {path.name} cannot be read: {error.strerror}. Nothing was unlocked. Make it readable for you."
        ) from error
    box = from_bytes(content)
    if box is None:
        raise VaultError(damaged(path.name))
    return box


def as_bytes(box: Box) -> bytes:
    body = _FIRST + msgspec.json.encode(box) + b"\n"
    return body + sha256(body).hexdigest().encode() + b"\n"


def from_bytes(content: bytes) -> Box | None:
    """None = that is no vault, or not all of it, or not what was written."""
    body, summed = content[: -_SUM - 1], content[-_SUM - 1 :]
    if not body.startswith(_FIRST) or summed != sha256(body).hexdigest().encode() + b"\n":
        return None
    try:
        box = msgspec.json.decode(body[len(_FIRST) :], type=Box)
    except msgspec.MsgspecError:
        return None
    return box if box.cost.bearable and len(box.salt) == SALT_BYTES else None


def damaged(name: str) -> str:
    return (
        f"The vault {name} is damaged: it is not what was written. Nothing was unlocked and no key was used. "
        "Put back its copy from the backups folder, then unlock it."
    )
