"""After a restart a workspace opens by itself where that was chosen; windows ask for the passphrase all the same."""

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest

from core.domain.errors import VaultError, WrongPassphrase
from core.engine import unattended
from tests.fakes.keyring import MemoryRing
from tests.unit.engine.test_lock import ANOTHER, PASSPHRASE, kinds, reconciled, running, until


@pytest.fixture
def held() -> Iterator[MemoryRing]:
    before, memory = keyring.get_keyring(), MemoryRing()
    keyring.set_keyring(memory)
    yield memory
    keyring.set_keyring(before)


@pytest.fixture
def chosen(tmp_path: Path, held: MemoryRing) -> Path:
    """Closed, with a passphrase and its key in the keyring."""
    with running(tmp_path) as (_, desk):
        ticket = desk.vault.choose(PASSPHRASE)
        with pytest.raises(WrongPassphrase):
            desk.vault.open_by_keyring(ANOTHER, on=True)
        assert not held.held
        desk.vault.open_by_keyring(PASSPHRASE, on=True)
        assert desk.lock.state(ticket).by_keyring
    return tmp_path


def test_it_watches_again_without_a_hand_and_windows_stay_locked(chosen: Path) -> None:
    with running(chosen) as (engine, desk):
        assert not engine.waiting
        state = desk.lock.state()
        assert (state.locked, state.sealed) == (True, False)
        until(lambda: reconciled(desk), "it works")
        assert kinds(engine).count("lock.unlocked") == 1
        assert not desk.lock.state(desk.lock.unlock(PASSPHRASE)).locked


def test_changed_or_renewed_it_still_opens(chosen: Path) -> None:
    with running(chosen) as (_, desk):
        desk.vault.change(PASSPHRASE, ANOTHER)
        desk.vault.renew(ANOTHER)
    with running(chosen) as (engine, _):
        assert not engine.waiting


def test_renewed_while_the_keyring_is_locked_it_waits_for_the_passphrase_again(chosen: Path, held: MemoryRing) -> None:
    with running(chosen) as (_, desk):
        held.locked = True
        with pytest.raises(VaultError, match="after a restart the passphrase is asked for"):
            desk.vault.renew(PASSPHRASE)
        held.locked = False
    with running(chosen) as (engine, desk):
        assert engine.waiting
        assert not desk.lock.state().by_keyring


def test_given_up_the_keyring_holds_nothing_and_it_waits(chosen: Path, held: MemoryRing) -> None:
    with running(chosen) as (_, desk):
        desk.vault.open_by_keyring(PASSPHRASE, on=False)
        assert not held.held
    with running(chosen) as (engine, desk):
        assert engine.waiting
        assert not engine.keyring_trouble
        (notice,) = [n for n in desk.health.state().notices if n.title.startswith("Locked")]
        assert "keyring" not in notice.detail


@pytest.mark.parametrize(
    ("break_it", "why"),
    [
        (lambda held: held.held.clear(), "holds no key for this workspace"),
        (lambda held: setattr(held, "locked", True), "the keyring is locked"),
        (lambda held: held.held.update(dict.fromkeys(held.held, "00" * 32)), "does not open this vault any more"),
    ],
)
def test_what_keeps_it_shut_is_said_and_the_passphrase_opens_it(
    chosen: Path, held: MemoryRing, break_it: object, why: str
) -> None:
    break_it(held)  # type: ignore[operator]
    with running(chosen) as (engine, desk):
        assert engine.waiting
        (notice,) = [n for n in desk.health.state().notices if n.title.startswith("Locked")]
        assert why in notice.detail
        assert any(why in finding.words for finding in desk.health.doctor())
        desk.lock.unlock(PASSPHRASE)
        assert not engine.waiting
        until(lambda: reconciled(desk), "it works")


def test_a_keyring_that_opens_later_opens_the_desk_then(
    chosen: Path, held: MemoryRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unattended, "_AGAIN", 0.05)
    held.locked = True
    with running(chosen) as (engine, desk):
        assert engine.waiting
        held.locked = False
        until(lambda: not engine.waiting and reconciled(desk), "it opened by itself")
        until(lambda: "lock.unlocked" in kinds(engine), "it is in the journal")
