"""What is locked away comes out whole, for the right passphrase, in the right place, and in no other way (S9–S14)."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.domain.errors import BadInput, Locked, VaultError, WrongPassphrase
from core.domain.workspace import WorkspaceKind
from core.store.heads import Head
from core.vault import box as files
from core.vault.box import Box, as_bytes, from_bytes
from core.vault.cipher import Cost, key_from
from core.vault.secret import Secret
from core.vault.vault import Vault
from tests.unit.vault.made import KEY, OTHER, WORDS, made, there

ROOT = Path(__file__).resolve().parents[3]


def held(vault: Vault, broker: str = "alpaca", field: str = "key") -> str:
    secret = vault.read(broker, field)
    assert secret is not None
    return secret.reveal()


def test_what_was_kept_comes_back_after_a_restart(tmp_path: Path) -> None:
    made(tmp_path)
    again = there(tmp_path)
    assert again.exists and again.sealed
    with pytest.raises(Locked):
        again.read("alpaca", "key")
    again.open(WORDS)
    assert held(again) == KEY.reveal()
    assert again.read("alpaca", "nothing") is None


def test_a_practice_workspace_has_none_until_somebody_chooses_a_passphrase(tmp_path: Path) -> None:
    vault = there(tmp_path)
    assert not vault.exists and not vault.sealed
    with pytest.raises(BadInput, match="no passphrase"):
        vault.open(WORDS)
    assert list(tmp_path.iterdir()) == []


def test_every_wrong_passphrase_gets_the_same_words(tmp_path: Path) -> None:
    vault = made(tmp_path)
    wrong = ["", " ", "x", "four lamps under wate", "Four lamps under water", "four lamps under water ", "x" * 5000]
    said = set()
    for words in wrong:
        with pytest.raises(WrongPassphrase) as told:
            vault.open(Secret(words))
        said.add(str(told.value))
        assert told.value.__cause__ is None
    assert said == {"The passphrase is not right. Nothing was unlocked. Try again."}


def test_the_same_words_on_another_keyboard_open_it(tmp_path: Path) -> None:
    vault = there(tmp_path)
    vault.create(Secret("Ga\u0308nse über Köln"))
    there(tmp_path).open(Secret("Gänse über Ko\u0308ln"))


@pytest.mark.parametrize("words", ["short", " " * 40, "passphrase1234", "aaaaaaaaaaaaaaaa", "123456123456", "x" * 2000])
def test_what_is_guessed_first_is_no_passphrase(words: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="Nothing was changed"):
        there(tmp_path).create(Secret(words))
    assert not there(tmp_path).exists


def test_a_second_passphrase_is_not_laid_over_the_first(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="already"):
        made(tmp_path).create(OTHER)
    there(tmp_path).open(WORDS)


# the file -----------------------------------------------------------------------------------------------------------


def test_any_bit_flipped_is_refused(tmp_path: Path) -> None:
    made(tmp_path)
    whole = (tmp_path / "vault").read_bytes()
    assert from_bytes(whole) is not None
    for at in range(len(whole)):
        for bit in range(8):
            broken = bytearray(whole)
            broken[at] ^= 1 << bit
            assert from_bytes(bytes(broken)) is None, (at, bit)


def test_a_change_by_somebody_who_can_count_a_sum_is_refused_by_the_key(tmp_path: Path) -> None:
    """Everything that is in the file in the clear: changed, and summed up again as it should be."""
    made(tmp_path).remember(Head(day="2026-11-20", seq=7, hash="ab", public="ef", signature="cd"))
    true = files.read(tmp_path / "vault")
    assert true is not None
    changes: list[dict[str, Any]] = [
        {"id": "other"},
        {"written": true.written + 1},
        {"salt": bytes(16)},
        {"cost": Cost(iterations=2, lanes=1, memory_kib=8)},
        {"wrapped": true.wrapped[:-1] + bytes([true.wrapped[-1] ^ 1])},
        {"records": {name: box for name, box in true.records.items() if name != "alpaca/key"}},
        {"records": true.records | {"alpaca/key": true.records["alpaca/secret"]}},
        {"public": bytes(32)},
        {"asks_code": True},
        {"may_look": True},
        {"head": None},
        {"seal": bytes(32)},
    ]
    assert {name for change in changes for name in change} == {*Box.__struct_fields__} - {"kind"}
    for change in changes:
        files.write(tmp_path / "vault", msgspec.structs.replace(true, **change))
        with pytest.raises(VaultError):
            there(tmp_path).open(WORDS)
    files.write(tmp_path / "vault", msgspec.structs.replace(true, kind=WorkspaceKind.LIVE))
    with pytest.raises(VaultError, match="belongs to a live workspace"):
        there(tmp_path).open(WORDS)


def test_every_bit_of_every_record_is_part_of_it(tmp_path: Path) -> None:
    vault = made(tmp_path)
    true = vault._there()
    held_box = true.records["alpaca/key"]
    for at in range(len(held_box)):
        broken = held_box[:at] + bytes([held_box[at] ^ 4]) + held_box[at + 1 :]
        vault._box = msgspec.structs.replace(true, records=true.records | {"alpaca/key": broken})
        with pytest.raises(VaultError, match="damaged"):
            vault.read("alpaca", "key")


@pytest.mark.parametrize("to", ["alpaca/secret", "ibkr/key", "alpaca/key2", "alpac/akey"])
def test_a_record_moved_to_another_field_or_broker_is_refused(to: str, tmp_path: Path) -> None:
    vault = made(tmp_path)
    true = vault._there()
    vault._box = msgspec.structs.replace(true, records=true.records | {to: true.records["alpaca/key"]})
    broker, _, field = to.partition("/")
    with pytest.raises(VaultError, match="damaged"):
        vault.read(broker, field)


def test_a_record_of_another_kind_of_workspace_or_another_vault_is_refused(tmp_path: Path) -> None:
    """Even by somebody who has the data key and puts it under the same name."""
    vault = made(tmp_path)
    true = vault._there()
    others: list[dict[str, Any]] = [{"kind": WorkspaceKind.LIVE}, {"id": "another"}]
    for change in others:
        vault._box = msgspec.structs.replace(true, **change)
        with pytest.raises(VaultError, match="damaged"):
            vault.read("alpaca", "key")


def test_a_vault_cut_short_anywhere_is_refused(tmp_path: Path) -> None:
    made(tmp_path)
    whole = (tmp_path / "vault").read_bytes()
    for length in range(len(whole)):
        assert from_bytes(whole[:length]) is None, length
    (tmp_path / "vault").write_bytes(whole[: len(whole) // 2])
    vault = there(tmp_path)
    assert vault.sealed
    with pytest.raises(VaultError, match=r"damaged.*Put back its copy"):
        vault.open(WORDS)
    with pytest.raises(BadInput, match="already"):  # a damaged one is not written over
        vault.create(OTHER)


def test_a_file_that_asks_for_all_the_memory_is_refused(tmp_path: Path) -> None:
    made(tmp_path)
    box = files.read(tmp_path / "vault")
    assert box is not None
    for cost in (Cost(3, 4, 1 << 30), Cost(100_000, 4, 65536), Cost(0, 1, 8), Cost(1, 0, 8), Cost(1, 4, 8)):
        assert from_bytes(as_bytes(msgspec.structs.replace(box, cost=cost))) is None


def test_only_its_owner_can_read_it_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        made(tmp_path)
    finally:
        os.umask(before)
    assert [path.name for path in tmp_path.iterdir()] == ["vault"]
    assert (tmp_path / "vault").stat().st_mode & 0o777 == 0o600


def test_a_disk_that_says_no_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = made(tmp_path)
    before = (tmp_path / "vault").read_bytes()

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write_private", full)
    acts: list[Callable[[], None]] = [
        lambda: vault.keep("alpaca", "key", Secret("new")),
        lambda: vault.change_passphrase(WORDS, OTHER),
        lambda: vault.renew(WORDS),
        lambda: vault.let_look(True),
    ]
    for act in acts:
        with pytest.raises(VaultError, match=r"No space left on device.*nothing was changed"):
            act()
    assert (tmp_path / "vault").read_bytes() == before
    assert held(vault) == KEY.reveal()
    assert not vault.may_look


# rotation -----------------------------------------------------------------------------------------------------------


def test_the_passphrase_can_be_changed_and_the_old_one_is_over(tmp_path: Path) -> None:
    vault = made(tmp_path)
    with pytest.raises(WrongPassphrase):
        vault.change_passphrase(OTHER, OTHER)
    with pytest.raises(BadInput):
        vault.change_passphrase(WORDS, Secret("short"))
    vault.change_passphrase(WORDS, OTHER)
    again = there(tmp_path)
    with pytest.raises(WrongPassphrase):
        again.open(WORDS)
    again.open(OTHER)
    assert held(again) == KEY.reveal()


def test_the_data_key_can_be_renewed_and_nothing_of_the_old_one_stays(tmp_path: Path) -> None:
    vault = made(tmp_path)
    old_key, old, public = vault._key, vault._there(), vault.public
    vault.renew(WORDS)
    new = vault._there()
    assert vault._key != old_key
    assert old.records.keys() == new.records.keys()
    assert not set(old.records.values()) & set(new.records.values())
    assert old.salt != new.salt and old.wrapped != new.wrapped
    assert vault.public == public  # what was signed stays signed
    again = there(tmp_path)
    again.open(WORDS)
    assert held(again) == KEY.reveal()


KILLED = """
import os, sys, tempfile
from pathlib import Path
from tests.unit.vault.made import *
step, what = int(sys.argv[1]), sys.argv[2]
count = 0
def dying(act):
    def do(*given, **named):
        global count
        count += 1
        if count == step: os._exit(9)
        return act(*given, **named)
    return do
vault = there(Path(sys.argv[3])); vault.open(WORDS)
tempfile.mkstemp = dying(tempfile.mkstemp)
os.fsync = dying(os.fsync)
os.open = dying(os.open)
os.fdopen = dying(os.fdopen)
Path.replace = dying(Path.replace)
vault.change_passphrase(WORDS, OTHER) if what == "passphrase" else vault.renew(WORDS)
print(count, "steps")
"""


@pytest.mark.parametrize("what", ["passphrase", "data key"])
def test_killed_at_any_step_of_a_rotation_one_of_the_two_opens(what: str, tmp_path: Path) -> None:
    endings = []
    for step in range(1, 20):
        place = tmp_path / str(step)
        place.mkdir()
        made(place)
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(step), what, str(place)],
            check=False, capture_output=True, text=True, cwd=ROOT,
        )  # fmt: skip
        opens = []
        for passphrase in (WORDS, OTHER):
            vault = there(place)
            try:
                vault.open(passphrase)
            except WrongPassphrase:
                continue
            assert held(vault) == KEY.reveal()
            opens.append(passphrase)
        assert len(opens) == 1, step
        endings.append(opens[0])
        if done.returncode == 0:
            break
        assert done.returncode == 9, done.stderr
    else:
        raise AssertionError("it never came to its end")
    assert len(endings) > 5
    assert endings[0] is WORDS
    assert endings[-1] is (OTHER if what == "passphrase" else WORDS)


# what it costs, and what it never shows --------------------------------------------------------------------------------


def test_a_try_costs_what_the_standard_asks_for() -> None:
    """RFC 9106: 64 MiB, three passes, four lanes; well above OWASP's least, 19 MiB and two passes."""
    assert Cost() == Cost(iterations=3, lanes=4, memory_kib=65536)
    began = time.perf_counter()
    key_from(WORDS, bytes(16), Cost())
    assert 0.02 < time.perf_counter() - began < 20


def test_argon2id_is_argon2id() -> None:
    """The reference code's own vector for its version 1.3; the RFC's needs a secret and data that the vault has not."""
    key = key_from(Secret("password"), b"somesalt", Cost(iterations=2, lanes=1, memory_kib=65536))
    assert key.hex() == "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"


def test_a_secret_shows_itself_nowhere() -> None:
    secret = Secret("PKTESTKEY0123456789abcdef")
    shown = [repr(secret), str(secret), f"{secret}", f"{secret!r}", f"{secret:>40}", "%s" % secret, repr([secret])]  # noqa: UP031
    assert not any("PKTEST" in words for words in shown)
    import copy
    import pickle

    for copied in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            copied(secret)
    assert not hasattr(secret, "__dict__")


def test_a_vault_shows_nothing_of_what_it_holds(tmp_path: Path) -> None:
    vault = made(tmp_path)
    content = (tmp_path / "vault").read_bytes()
    for words in (KEY.reveal(), WORDS.reveal()):
        for form in (words.encode(), sha256(words.encode()).digest()):
            assert form not in content
    assert repr(vault) == "Vault('vault', open)"
    assert vault.fields == ("alpaca/key", "alpaca/secret", "desk/signing key")


def test_two_boxes_of_the_same_words_differ(tmp_path: Path) -> None:
    vault = made(tmp_path)
    vault.keep("a", "one", KEY)
    vault.keep("a", "two", KEY)
    first = vault._there().records["a/one"]
    vault.keep("a", "one", KEY)
    boxes = {first, vault._there().records["a/one"], vault._there().records["a/two"]}
    assert len(boxes) == 3
    assert len({box[:12] for box in boxes}) == 3  # the nonce above all


def test_what_is_forgotten_is_gone(tmp_path: Path) -> None:
    vault = made(tmp_path)
    vault.forget("alpaca", "key")
    assert vault.read("alpaca", "key") is None
    assert vault.fields == ("alpaca/secret", "desk/signing key")


def test_more_must_be_shown_before_it_opens(tmp_path: Path) -> None:
    made(tmp_path)
    vault = there(tmp_path)

    def also(key: bytes) -> None:
        assert vault.read_bytes("alpaca", "key", key) == KEY.reveal().encode()
        raise WrongPassphrase("no")

    with pytest.raises(WrongPassphrase, match="no"):
        vault.open(WORDS, also)
    assert vault.sealed
