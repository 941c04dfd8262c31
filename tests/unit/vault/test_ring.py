"""The keyring of this computer, asked through its real library: what it holds, and each way it can say no."""

from collections.abc import Iterator
from functools import partial
from threading import Event

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from core.domain.errors import VaultError
from core.vault import ring
from tests.fakes.keyring import MemoryRing


@pytest.fixture
def held() -> Iterator[MemoryRing]:
    before, memory = keyring.get_keyring(), MemoryRing()
    keyring.set_keyring(memory)
    yield memory
    keyring.set_keyring(before)


def test_it_gives_back_what_it_was_given_and_forgets_it(held: MemoryRing) -> None:
    with pytest.raises(VaultError, match="holds no key for this workspace"):
        ring.read("one")
    ring.keep("one", b"\x00key\xff")
    ring.keep("two", b"other")
    assert (ring.read("one"), ring.read("two")) == (b"\x00key\xff", b"other")
    ring.forget("one")
    ring.forget("one")
    with pytest.raises(VaultError, match="holds no key"):
        ring.read("one")
    assert ring.read("two") == b"other"


def test_none_that_keeps_a_key_safe_is_none(held: MemoryRing) -> None:
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]
    for act in (partial(ring.keep, "one", b"key"), partial(ring.read, "one"), partial(ring.forget, "one")):
        with pytest.raises(VaultError, match="has no keyring that could keep a key safe"):
            act()


def test_locked_waiting_or_holding_something_else_it_says_so(held: MemoryRing, monkeypatch: pytest.MonkeyPatch) -> None:
    held.locked = True
    with pytest.raises(VaultError, match="said no: the keyring is locked"):
        ring.read("one")
    held.locked = False
    held.held[ring.SERVICE, "one"] = "not hex"
    with pytest.raises(VaultError, match="no key of ours"):
        ring.read("one")
    held.waits = Event()
    monkeypatch.setattr(ring, "PATIENCE", 0.1)
    with pytest.raises(VaultError, match="did not answer"):
        ring.read("one")
    held.waits.set()
