"""The secrets of the ways to reach a person, in the workspace's vault."""

from dataclasses import dataclass
from typing import Final

from core.domain.errors import Locked
from core.vault.secret import Secret
from core.vault.vault import Vault

NO_PASSPHRASE: Final = (
    "It takes a secret, and this workspace has no passphrase to lock one away with. Choose a passphrase first."
)
SEALED: Final = "The vault is locked since the start. Unlock it: until then nothing that takes a secret can be sent."


@dataclass(frozen=True, slots=True)
class VaultKeys:
    """Whether something is there is known at once; reading may wait while somebody tries a passphrase."""

    vault: Vault

    @property
    def why_not(self) -> str:
        if self.vault.trouble:
            return self.vault.trouble
        if not self.vault.exists:
            return NO_PASSPHRASE
        return SEALED if self.vault.sealed else ""

    def holds(self, way: str, field: str) -> bool:
        return f"{_place(way)}/{field}" in self.vault.fields

    def read(self, way: str, field: str) -> str:
        if not self.holds(way, field):
            return ""
        try:
            found = self.vault.read(_place(way), field)
        except Locked:
            return ""
        return found.reveal() if found is not None else ""

    def keep(self, way: str, field: str, secret: str) -> None:
        """In place of what was there; nothing = it is forgotten."""
        if secret:
            self.vault.keep(_place(way), field, Secret(secret))
        else:
            self.vault.forget(_place(way), field)


def _place(way: str) -> str:
    return f"notices.{way}"
