"""A second proof beside the passphrase: a code that changes each half minute, or one of ten that count once (RFC 6238)."""

import base64
import hmac
import re
import secrets
from datetime import datetime
from hashlib import sha256
from typing import Final
from urllib.parse import quote, urlencode

import msgspec

from core.domain.errors import BadInput, VaultError, WrongPassphrase
from core.vault.secret import Secret
from core.vault.vault import Vault, wrong

STEP: Final = 30  # seconds
DIGITS: Final = 6
RECOVERY: Final = 10
_AROUND: Final = (-1, 0, 1)  # a phone's clock may be a little off
_PLACE: Final = ("desk", "codes")
_ISSUER: Final = "Quarterdeck"
_NO_SIGN: Final = re.compile(r"[\s-]")


class Kept(msgspec.Struct, frozen=True):
    """In the vault."""

    key: bytes
    used: int = 0  # the newest step whose code was taken: none up to it is taken again
    recovery: tuple[str, ...] = ()  # hashes of those that are left


class Codes:
    """Belongs to whoever holds the door's lock."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._offered: bytes | None = None
        self._used: int = 0  # even when the disk would not take it

    def offer(self, workspace: str) -> Secret:
        """A new key as an address that an authenticator app reads. It counts once a code from it was typed back."""
        if self._vault.asks_code:
            raise BadInput("Codes are asked for already. Nothing was changed: turn them off first.")
        self._offered = secrets.token_bytes(20)
        words = {"secret": spelled(self._offered), "issuer": _ISSUER}
        return Secret(f"otpauth://totp/{quote(f'{_ISSUER}:{workspace}')}?{urlencode(words)}")

    def accept(self, code: str, now: datetime) -> tuple[str, ...]:
        """From now on a code is asked for. The recovery codes, shown this once."""
        step = _step_of(self._offered, code, now, after=0) if self._offered else None
        if self._offered is None or step is None:
            raise BadInput(
                "That is not the code the app shows now. Codes are not asked for yet: compare this machine's time with "
                "the phone's, and type the next code."
            )
        fresh = tuple(_recovery() for _ in range(RECOVERY))
        kept = Kept(key=self._offered, used=step, recovery=tuple(map(_hashed, fresh)))
        self._vault.keep_bytes(*_PLACE, msgspec.json.encode(kept), asks_code=True)
        self._offered = None
        return fresh

    def end(self) -> None:
        """No code is asked for any more."""
        self._vault.forget(*_PLACE, asks_code=False)

    def pass_or_raise(self, code: str, now: datetime, key: bytes) -> None:
        """With the vault's own key, before it opens. A code is good once."""
        if not self._vault.asks_code:
            return
        clear = self._vault.read_bytes(*_PLACE, key)
        if clear is None:
            raise VaultError("The vault asks for a code and holds no key for one. Restore it from the backups folder.")
        kept = msgspec.json.decode(clear, type=Kept)
        step = _step_of(kept.key, code, now, after=max(kept.used, self._used))
        if step is not None:
            self._used = step
            self._spend(msgspec.structs.replace(kept, used=step), key)
            return
        spent = next((held for held in kept.recovery if hmac.compare_digest(held, _hashed(code))), None)
        if spent is None:
            raise WrongPassphrase(wrong(asks_code=True))
        left = tuple(held for held in kept.recovery if held != spent)
        self._vault.keep_bytes(*_PLACE, msgspec.json.encode(msgspec.structs.replace(kept, recovery=left)), key)

    @property
    def recovery_left(self) -> int:
        """Of the ten."""
        clear = self._vault.read_bytes(*_PLACE) if self._vault.asks_code else None
        return len(msgspec.json.decode(clear, type=Kept).recovery) if clear else 0

    def _spend(self, kept: Kept, key: bytes) -> None:
        try:
            self._vault.keep_bytes(*_PLACE, msgspec.json.encode(kept), key)
        except VaultError:  # a full disk must not keep a person out; until the end of this process it counts as spent
            return


def code_at(key: bytes, step: int, digits: int = DIGITS, method: str = "sha1") -> str:
    """RFC 4226: the code of one step."""
    digest = hmac.digest(key, step.to_bytes(8, "big"), method)
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def spelled(key: bytes) -> str:
    """As it is typed into an app that cannot look at a screen."""
    return base64.b32encode(key).decode().rstrip("=")


def _step_of(key: bytes | None, code: str, now: datetime, *, after: int) -> int | None:
    """The step this code belongs to, if it is one of now and none that was used."""
    typed, here = _NO_SIGN.sub("", code), int(now.timestamp()) // STEP
    if key is None or not re.fullmatch(rf"[0-9]{{{DIGITS}}}", typed):
        return None
    fits = [here + by for by in _AROUND if hmac.compare_digest(code_at(key, here + by), typed)]
    return next((step for step in fits if step > after), None)


def _recovery() -> str:
    """Eighty bits, in groups a person can copy."""
    words = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(words[at : at + 4] for at in range(0, 16, 4))


def _hashed(code: str) -> str:
    return sha256(b"quarterdeck recovery " + _NO_SIGN.sub("", code).lower().encode()).hexdigest()
