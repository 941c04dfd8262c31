"""Codes of an authenticator app and the ten that count once: RFC 6238's own vectors, and no code twice (S15)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from core.domain.errors import BadInput, VaultError, WrongPassphrase
from core.vault import box as files
from core.vault.codes import RECOVERY, STEP, Codes, code_at, spelled
from core.vault.vault import Vault
from tests.unit.vault.made import WORDS, made, there

VECTORS = [  # RFC 6238, appendix B: seconds, SHA-1, SHA-256, SHA-512
    (59, "94287082", "46119246", "90693936"),
    (1111111109, "07081804", "68084774", "25091201"),
    (1111111111, "14050471", "67062674", "99943326"),
    (1234567890, "89005924", "91819424", "93441116"),
    (2000000000, "69279037", "90698825", "38618901"),
    (20000000000, "65353130", "77737706", "47863826"),
]
SEED = b"1234567890"
NOW = datetime(2026, 11, 20, 15, 0, 7, tzinfo=UTC)


@pytest.mark.parametrize("at", VECTORS, ids=lambda at: str(at[0]))
def test_the_codes_are_those_of_the_rfc(at: tuple[int, str, str, str]) -> None:
    seconds, *codes = at
    for method, length, code in zip(("sha1", "sha256", "sha512"), (20, 32, 64), codes, strict=True):
        key = (SEED * 7)[:length]
        assert code_at(key, seconds // STEP, 8, method) == code


class Phone:
    """The app at the other end."""

    def __init__(self, address: str) -> None:
        import base64

        told = urlsplit(address)
        assert (told.scheme, told.netloc) == ("otpauth", "totp")
        self.label = told.path
        words = parse_qs(told.query)
        secret = words["secret"][0]
        self.key = base64.b32decode(secret + "=" * (-len(secret) % 8))
        assert spelled(self.key) == secret
        assert words["issuer"] == ["Quarterdeck"]

    def code(self, at: datetime) -> str:
        return code_at(self.key, int(at.timestamp()) // STEP)


def begun(folder: Path) -> tuple[Vault, Codes, Phone, tuple[str, ...]]:
    vault = made(folder)
    codes = Codes(vault)
    phone = Phone(codes.offer("practice").reveal())
    recovery = codes.accept(phone.code(NOW), NOW)
    return vault, codes, phone, recovery


def show(vault: Vault, codes: Codes, code: str, now: datetime) -> None:
    vault.open(WORDS, lambda key: codes.pass_or_raise(code, now, key))


def test_it_counts_once_a_code_was_typed_back(tmp_path: Path) -> None:
    vault = made(tmp_path)
    codes = Codes(vault)
    phone = Phone(codes.offer("practice").reveal())
    assert phone.label == "/Quarterdeck%3Apractice"
    for code in ("", "000000", "12345", "abcdef", phone.code(NOW - timedelta(minutes=5))):
        with pytest.raises(BadInput, match="not asked for yet"):
            codes.accept(code, NOW)
    assert not vault.asks_code
    recovery = codes.accept(phone.code(NOW), NOW)
    assert vault.asks_code
    assert len(set(recovery)) == RECOVERY
    with pytest.raises(BadInput, match="already"):
        codes.offer("practice")


def test_a_code_opens_it_and_only_once(tmp_path: Path) -> None:
    _, _, phone, _ = begun(tmp_path)
    vault = there(tmp_path)
    codes = Codes(vault)
    later = NOW + timedelta(minutes=1)
    show(vault, codes, phone.code(later), later)
    assert not vault.sealed
    for _ in range(2):
        again = there(tmp_path)  # over a restart too
        with pytest.raises(WrongPassphrase):
            show(again, Codes(again), phone.code(later), later + timedelta(seconds=5))
        assert again.sealed
    with pytest.raises(WrongPassphrase):
        show(vault, codes, phone.code(later), later)
    with pytest.raises(WrongPassphrase):  # nor one of a step before it that was never typed
        show(vault, codes, phone.code(later - timedelta(seconds=STEP)), later)
    nxt = later + timedelta(seconds=STEP)
    show(vault, codes, phone.code(nxt)[:3] + " " + phone.code(nxt)[3:], nxt)


def test_the_code_that_was_typed_back_does_not_open_it(tmp_path: Path) -> None:
    vault, codes, phone, _ = begun(tmp_path)
    with pytest.raises(WrongPassphrase):
        show(vault, codes, phone.code(NOW), NOW)


@pytest.mark.parametrize(("off", "good"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_a_phone_may_be_half_a_minute_off(off: int, good: bool, tmp_path: Path) -> None:
    vault, codes, phone, _ = begun(tmp_path)
    later = NOW + timedelta(hours=1)
    code = phone.code(later + timedelta(seconds=off))
    if good:
        show(vault, codes, code, later)
        return
    with pytest.raises(WrongPassphrase):
        show(vault, codes, code, later)


def test_wrong_code_and_wrong_passphrase_sound_alike(tmp_path: Path) -> None:
    from core.vault.secret import Secret

    vault, codes, phone, _ = begun(tmp_path)
    later = NOW + timedelta(hours=1)
    said = set()
    for words, code in ((WORDS, "000000"), (WORDS, ""), (Secret("wrong words altogether"), phone.code(later))):
        with pytest.raises(WrongPassphrase) as told:
            vault.open(words, lambda key, code=code: codes.pass_or_raise(code, later, key))  # type: ignore[misc]
        said.add(str(told.value))
    assert said == {"The passphrase or the code is not right. Nothing was unlocked. Try again."}


def test_a_recovery_code_counts_once(tmp_path: Path) -> None:
    _, _, _, recovery = begun(tmp_path)
    assert not any(code.encode() in (tmp_path / "vault").read_bytes() for code in recovery)
    vault = there(tmp_path)
    codes = Codes(vault)
    show(vault, codes, f" {recovery[3].upper()} ", NOW)
    assert codes.recovery_left == RECOVERY - 1
    again = there(tmp_path)
    with pytest.raises(WrongPassphrase):
        show(again, Codes(again), recovery[3], NOW)
    for code in (*recovery[:3], *recovery[4:]):
        show(again, Codes(again), code, NOW)
    assert Codes(again).recovery_left == 0


def test_a_recovery_code_that_cannot_be_crossed_off_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, phone, recovery = begun(tmp_path)
    vault = there(tmp_path)
    codes = Codes(vault)

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write_private", full)
    with pytest.raises(VaultError, match="No space left"):
        show(vault, codes, recovery[0], NOW)
    assert vault.sealed
    later = NOW + timedelta(hours=1)  # but nobody is kept out by a full disk
    show(vault, codes, phone.code(later), later)
    with pytest.raises(WrongPassphrase):
        show(vault, codes, phone.code(later), later)


def test_codes_can_be_turned_off(tmp_path: Path) -> None:
    vault, codes, _, _ = begun(tmp_path)
    codes.end()
    assert not vault.asks_code
    assert codes.recovery_left == 0
    show(there(tmp_path), codes, "", NOW)
