"""A small vault whose passphrase costs next to nothing to try."""

from pathlib import Path

from core.domain.workspace import WorkspaceKind
from core.vault.cipher import Cost
from core.vault.secret import Secret
from core.vault.vault import Vault

QUICK = Cost(iterations=1, lanes=1, memory_kib=8)
WORDS = Secret("four lamps under water")
OTHER = Secret("nine geese cross slowly")
KEY = Secret("PKTESTKEY0123456789abcdef")


def there(folder: Path, kind: WorkspaceKind = WorkspaceKind.PAPER) -> Vault:
    """As an engine finds it at its start."""
    return Vault(folder / "vault", kind, QUICK)


def made(folder: Path) -> Vault:
    """With one broker's key and secret in it."""
    vault = there(folder)
    vault.create(WORDS)
    vault.keep("alpaca", "key", KEY)
    vault.keep("alpaca", "secret", Secret("a much longer secret than the key"))
    return vault
