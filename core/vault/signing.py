"""The key that signs the journal's head each day; whoever has its public half can check, and nobody else can sign."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from core.vault.cipher import about


def fresh_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_of(key: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()


def signed(key: bytes, *words: str) -> str:
    """Hex."""
    return Ed25519PrivateKey.from_private_bytes(key).sign(about("journal", *words)).hex()


def holds(public: bytes, signature: str, *words: str) -> bool:
    """Whether the owner of that key said exactly this."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(signature), about("journal", *words))
    except (InvalidSignature, ValueError):
        return False
    return True
