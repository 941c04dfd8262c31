"""How a secret is locked away: AES-256-GCM, each box bound to what it is about; keys from a passphrase by Argon2id."""

import hmac
import secrets
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.vault.secret import Secret

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16
_NONCE: Final = 12


class Cost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one try of a passphrase costs. RFC 9106's second choice: 64 MiB and 0.2 s, for an attacker too."""

    iterations: int = 3
    lanes: int = 4
    memory_kib: int = 64 * 1024

    @property
    def bearable(self) -> bool:
        """A file may not ask for an hour, or for all the memory there is."""
        return 1 <= self.iterations <= 32 and 1 <= self.lanes <= 16 and 8 * self.lanes <= self.memory_kib <= 1 << 20


class DoesNotOpen(Exception):
    """The wrong key, or not what was put in, or not where it was put."""


def key_from(passphrase: Secret, salt: bytes, cost: Cost) -> bytes:
    """Slow on purpose."""
    slow = Argon2id(
        salt=salt, length=KEY_BYTES, iterations=cost.iterations, lanes=cost.lanes, memory_cost=cost.memory_kib
    )
    return slow.derive(passphrase.typed())


def locked(key: bytes, clear: bytes, about: bytes) -> bytes:
    """A box that opens with this key, and only as what it is about."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, clear, about)


def opened(key: bytes, box: bytes, about: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(box[:_NONCE], box[_NONCE:], about)
    except (InvalidTag, ValueError):  # too short a box is a ValueError
        raise DoesNotOpen from None  # the library's own words say nothing more


def about(*parts: str) -> bytes:
    """With lengths, so that no two lists of words look alike."""
    return b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)


def seal(key: bytes, content: bytes) -> bytes:
    """Shows that whoever wrote this had the key."""
    own = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"quarterdeck vault seal").derive(key)
    return hmac.digest(own, content, "sha256")
