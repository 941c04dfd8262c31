"""The passphrase itself, and what is asked for beside it."""

from typing import Protocol


class Vault(Protocol):
    """What changes who gets in. Where a passphrase is asked for again, a window that was left open is not enough."""

    def choose(self, passphrase: str) -> str:
        """The first one. From now on the workspace locks; the answer is the ticket of whoever chose it."""
        ...

    def change(self, passphrase: str, new: str) -> str:
        """Another one. Every other session ends; the answer is a new ticket."""
        ...

    def renew(self, passphrase: str) -> None:
        """Lock everything again with a fresh key, under the same passphrase."""
        ...

    def open_by_keyring(self, passphrase: str, on: bool) -> None:
        """Whether after a restart the engine opens by itself, with a key that this computer's keyring holds."""
        ...

    def let_look(self, on: bool) -> None:
        """Whether a locked desk may be looked at."""
        ...

    def offer_codes(self, passphrase: str) -> str:
        """A key for an authenticator app, as its address. It counts once a code was typed back."""
        ...

    def accept_codes(self, code: str) -> tuple[str, ...]:
        """From now on a code is asked for. The answer is the recovery codes, told this once."""
        ...

    def end_codes(self, passphrase: str, code: str) -> None:
        """No code is asked for any more."""
        ...
