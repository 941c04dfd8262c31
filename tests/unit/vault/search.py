"""Looks for a secret in everything there is, in every form it could have been written down in."""

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote, quote_plus

_TELLING: Final = 6  # bytes: fewer stand somewhere by chance


def forms(secret: str | bytes) -> dict[str, bytes]:
    raw = secret.encode() if isinstance(secret, str) else secret
    told = {
        "raw": raw,
        "base64": base64.b64encode(raw).rstrip(b"="),
        "url-safe base64": base64.urlsafe_b64encode(raw).rstrip(b"="),
        "base32": base64.b32encode(raw).rstrip(b"="),
        "hex": raw.hex().encode(),
        "HEX": raw.hex().upper().encode(),
        "url": quote(raw).encode(),
        "part of a url": quote(raw, safe="").encode(),
        "form": quote_plus(raw).encode(),
        "reversed": raw[::-1],
    }
    if isinstance(secret, str):
        told |= {"utf-16-le": secret.encode("utf-16-le"), "utf-16-be": secret.encode("utf-16-be")}
        told["json"] = json.dumps(secret)[1:-1].encode()
    return told | dict(_amid_base64(raw))


def _amid_base64(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """With something before and behind it, as a mail server is told a password: only whole groups of three look the same."""
    for skipped in range(3):
        groups = raw[skipped:][: (len(raw) - skipped) // 3 * 3]
        if len(groups) >= _TELLING:
            yield f"base64 from {skipped}", base64.b64encode(groups)
            yield f"url-safe base64 from {skipped}", base64.urlsafe_b64encode(groups)


def found(places: Mapping[str, bytes], *secrets: str | bytes) -> list[str]:
    """Where, and in which form. What is looked for stands in no answer."""
    return [
        f"secret {number} as {form} in {place}"
        for number, secret in enumerate(secrets, 1)
        for form, content in forms(secret).items()
        for place, held in places.items()
        if content in held
    ]
