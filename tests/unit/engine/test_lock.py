"""A workspace with a passphrase: locked after a restart it watches nothing and says so; the brake works all the same."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.channel.client import connect
from core.channel.facets.orders import Draft
from core.channel.home import Home
from core.channel.server import Server
from core.clock import SystemClock
from core.domain.errors import BadInput, Locked, RiskBreach, VaultError, WrongPassphrase
from core.domain.order import OrderType, Side
from core.domain.verdict import Consent
from core.domain.workspace import Level, WorkspaceKind
from core.engine.engine import Engine
from core.engine.vault_copy import copy_vault
from core.engine.wiring import EngineDesk, build, start
from core.store.journal import page
from core.vault.codes import STEP, code_at
from tests.unit.engine.opened import opened
from tests.unit.vault.made import OTHER, QUICK, WORDS

PASSPHRASE, ANOTHER = WORDS.reveal(), OTHER.reveal()


@contextmanager
def running(home: Path) -> Iterator[tuple[Engine, EngineDesk]]:
    """With all its threads, as the process runs it."""
    homes = Home(home)
    folder = homes.workspaces()[0] if homes.workspaces() else homes.create("practice", WorkspaceKind.PRACTICE)
    engine, desk = build(folder, SystemClock(), QUICK)
    start(engine)
    try:
        yield engine, desk
    finally:
        engine.close()


def until(holds: Callable[[], Any], what: str) -> None:
    for _ in range(1000):
        if holds():
            return
        time.sleep(0.02)
    raise AssertionError(f"not in time: {what}")


def reconciled(desk: EngineDesk) -> bool:
    return all(line.reconciled for line in desk.health.state().connections)


def place(desk: EngineDesk, draft: Draft) -> None:
    """As soon as the account's value is known."""

    def sent() -> bool:
        sheet = desk.orders.review(draft)
        try:
            desk.orders.confirm(sheet.token, Consent(warnings=sheet.warnings))
        except RiskBreach:
            return False
        return True

    until(sent, f"sent: {draft}")


def kinds(engine: Engine) -> list[str]:
    return [line.kind for line in engine.thread.ask(lambda: page(engine.store.connection, 0, 100))]


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a passphrase, a position, a stop and a resting order, that was closed."""
    place_of_it = tmp_path_factory.mktemp("closed") / "home"
    with running(place_of_it) as (_, desk):
        until(lambda: reconciled(desk), "reconciled")
        ask = desk.market.quote("AAPL").quote.ask
        place(desk, Draft(symbol="AAPL", side=Side.BUY, quantity="10"))
        until(lambda: desk.positions.table().num_rows, "a position")
        low, lower = (f"{(ask * Decimal(share)).quantize(Decimal('0.01')):f}" for share in ("0.98", "0.9"))
        place(desk, Draft(symbol="AAPL", side=Side.BUY, quantity="1", type=OrderType.LIMIT, limit=low))
        place(desk, Draft(symbol="AAPL", side=Side.SELL, quantity="10", type=OrderType.STOP, stop=lower))
        until(lambda: desk.health.state().open_orders == 2, "two working orders")
        desk.vault.choose(PASSPHRASE)
    return place_of_it


@pytest.fixture
def home(closed: Path, tmp_path: Path) -> Path:
    """One to break."""
    return shutil.copytree(closed, tmp_path / "home")


def test_it_comes_up_locked_and_says_what_nobody_watches(home: Path) -> None:
    with running(home) as (engine, desk):
        assert engine.waiting and engine.alive
        now = desk.health.state()
        assert now.notices[0].weight == "red"
        assert now.notices[0].title == "Locked: nothing is watched."
        assert now.notices[0].detail == (
            "1 stop and 1 other order are waiting, 1 position held. Jobs are not run and the broker is not asked. "
            "Unlock it with the passphrase."
        )
        assert now.next_job == "None while it is locked"
        vault = next(finding for finding in desk.health.doctor() if finding.check == "Vault")
        assert not vault.ok and "nothing is watched: 1 stop and 1 other order are waiting" in vault.words
        assert desk.lock.state().sealed and desk.lock.state().locked
        assert not any(wire.alive for wire in engine.wires)
        stood, pace = desk.health.state().market_now, desk.health.state().pace
        time.sleep(0.5)
        assert not reconciled(desk)
        assert (desk.health.state().market_now, pace) == (stood, 0)  # practice time stands still as while it is off
        desk.lock.unlock(PASSPHRASE)
        until(lambda: desk.health.state().market_now > stood, "time goes on")


def test_unlocked_it_watches_and_works(home: Path) -> None:
    with running(home) as (engine, desk):
        for _ in range(2):
            with pytest.raises(WrongPassphrase):
                desk.lock.unlock("not the passphrase")
        assert engine.waiting
        ticket = desk.lock.unlock(PASSPHRASE)
        assert not engine.waiting and engine.alive
        assert not desk.lock.state(ticket).locked
        assert desk.lock.state("other").locked
        until(lambda: reconciled(desk), "reconciled")
        assert desk.health.state().notices == ()
        assert desk.health.state().open_orders == 2
        assert desk.lock.unlock(PASSPHRASE) != ticket  # a second window; nothing begins twice
        found = kinds(engine)
        assert found.count("lock.refused") == 2
        assert found.count("lock.unlocked") == 2
        assert "journal.signed" in found


def test_stop_trading_works_locked_and_reaches_the_broker_once_unlocked(home: Path) -> None:
    with running(home) as (engine, desk):
        report = desk.trading.stop("by hand")
        assert report.level is Level.STOPPED
        assert report.words.endswith("what was asked back goes to the broker when it is unlocked.")
        assert engine.waiting
    with running(home) as (_, desk):  # restarted in between, so that nothing waits in memory only
        assert desk.health.state().level is Level.STOPPED
        desk.lock.unlock(PASSPHRASE)
        until(lambda: desk.health.state().open_orders == 1, "what adds risk is cancelled, the stop stays")


def test_the_stop_file_works_locked(home: Path) -> None:
    with running(home) as (engine, desk):
        engine.folder.stop_file.touch()
        until(lambda: desk.health.state().level is Level.STOPPED, "stopped by the file")
        assert engine.waiting


def test_a_code_is_asked_for_beside_the_passphrase(home: Path) -> None:
    with running(home) as (engine, desk):
        desk.lock.unlock(PASSPHRASE)
        offered = desk.vault.offer_codes(PASSPHRASE)
        codes = engine.door.codes
        assert codes._offered is not None
        key, step = codes._offered, int(engine.clock.now().timestamp()) // STEP
        assert "otpauth://" in offered
        recovery = desk.vault.accept_codes(code_at(key, step))
        with pytest.raises(WrongPassphrase):
            desk.lock.unlock(PASSPHRASE)
    with running(home) as (engine, desk):
        assert desk.lock.state().asks_code
        with pytest.raises(WrongPassphrase):
            desk.lock.unlock(PASSPHRASE, "000000")
        assert engine.waiting and engine.door.sealed
        ticket = desk.lock.unlock(PASSPHRASE, recovery[0])
        assert desk.lock.state(ticket).recovery_left == 9
        desk.vault.end_codes(PASSPHRASE, recovery[1])
        desk.lock.unlock(PASSPHRASE)


def test_wrong_tries_are_slowed_whichever_verb_they_come_through(home: Path) -> None:
    with running(home) as (engine, desk):
        ticket = desk.lock.unlock(PASSPHRASE)
        tries: list[Callable[[], object]] = [
            lambda: desk.lock.unlock("wrong words"),
            lambda: desk.vault.change("wrong words", ANOTHER),
            lambda: desk.vault.renew("wrong words"),
            lambda: desk.vault.offer_codes("wrong words"),
        ]
        for act in tries:
            with pytest.raises(WrongPassphrase, match="not right"):
                act()
        before = kinds(engine).count("lock.refused")
        for act in tries:
            with pytest.raises(WrongPassphrase, match="After 4 wrong tries"):
                act()
        assert kinds(engine).count("lock.refused") == before  # nobody fills the disk with it
        assert 0 < desk.lock.state().wait_seconds <= 2
        assert not desk.lock.state(ticket).locked  # who is in stays in
    with running(home) as (_, desk):
        with pytest.raises(WrongPassphrase, match="After 4 wrong tries"):
            desk.lock.unlock(PASSPHRASE)
        desk.lock.unlock(PASSPHRASE, terminal=True)  # nobody else can keep the owner out by guessing at the window
        for _ in range(4):
            with pytest.raises(WrongPassphrase, match="not right"):
                desk.lock.unlock("wrong words", terminal=True)
        with pytest.raises(WrongPassphrase, match="After 4 wrong tries"):
            desk.lock.unlock(PASSPHRASE, terminal=True)


def test_what_was_refused_stands_in_the_journal_whichever_verb_it_came_through(home: Path) -> None:
    tries: dict[str, Callable[[EngineDesk], object]] = {
        "": lambda desk: desk.lock.unlock("wrong words"),
        " when it was to be changed": lambda desk: desk.vault.change("wrong words", ANOTHER),
        " when the key was to be renewed": lambda desk: desk.vault.renew("wrong words"),
        " when the keyring was to open it": lambda desk: desk.vault.open_by_keyring("wrong words", on=True),
        " when the keyring was to open it no more": lambda desk: desk.vault.open_by_keyring("wrong words", on=False),
        " when codes were to be set up": lambda desk: desk.vault.offer_codes("wrong words"),
        " when codes were to end": lambda desk: desk.vault.end_codes("wrong words", "000000"),
    }
    with running(home) as (engine, desk):
        for act in tries.values():
            with pytest.raises(WrongPassphrase, match="not right"):
                act(desk)
            desk.lock.unlock(PASSPHRASE)  # so that the next try need not wait
        lines = engine.thread.ask(lambda: page(engine.store.connection, 0, 100))
    found = [line.title for line in lines if line.kind == "lock.refused"]
    assert sorted(found) == sorted(f"A passphrase was refused{when}" for when in tries)


def test_another_passphrase_ends_every_other_session(home: Path) -> None:
    with running(home) as (_, desk):
        before = desk.lock.unlock(PASSPHRASE)
        after = desk.vault.change(PASSPHRASE, ANOTHER)
        assert desk.lock.state(before).locked
        assert not desk.lock.state(after).locked
        desk.vault.renew(ANOTHER)
    with running(home) as (_, desk):
        with pytest.raises(WrongPassphrase):
            desk.lock.unlock(PASSPHRASE)
        desk.lock.unlock(ANOTHER)


def test_locking_by_hand_locks_every_window_and_the_engine_works_on(home: Path) -> None:
    with running(home) as (engine, desk):
        tickets = [desk.lock.unlock(PASSPHRASE) for _ in range(3)]
        desk.lock.active(tickets[0])
        desk.lock.lock()
        assert all(desk.lock.state(ticket).locked for ticket in tickets)
        with pytest.raises(Locked):
            desk.lock.active(tickets[0])
        assert not desk.lock.state().sealed and not engine.waiting
        until(lambda: reconciled(desk), "reconciled")


def test_a_damaged_vault_says_so_and_opens_nothing(home: Path) -> None:
    file = Home(home).find("practice").vault
    whole = file.read_bytes()
    file.write_bytes(whole[:-7])
    with running(home) as (engine, desk):
        assert "is damaged" in desk.lock.state().trouble
        with pytest.raises(VaultError, match="is damaged"):
            desk.lock.unlock(PASSPHRASE)
        assert engine.waiting
        assert not next(f for f in desk.health.doctor() if f.check == "Vault").ok
    file.write_bytes(whole)
    with running(home) as (_, desk):
        desk.lock.unlock(PASSPHRASE)


def test_practice_alone_never_touches_a_vault(tmp_path: Path) -> None:
    """S22: no file of it is made, nothing is asked for, nothing locks."""
    with opened(tmp_path) as desk:
        for _ in range(3):
            desk.settle(2000)
        view = desk.desk.lock.state()
        assert not (view.has_passphrase or view.locked or view.sealed)
        assert not desk.folder.vault.exists() and not desk.folder.tries.exists()
        with pytest.raises(VaultError, match="no passphrase"):
            desk.desk.lock.lock()
        with pytest.raises(BadInput, match="no passphrase"):
            desk.desk.lock.unlock("anything at all")
        desk.desk.lock.active("")
        assert not desk.folder.vault.exists()
    with opened(tmp_path) as desk:
        assert not desk.engine.door.locks


def test_half_an_hour_without_a_hand_locks_whoever_only_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """S8 through the channel: pages that ask each second, one person who clicks, and the engine's own clock."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="qd-test-") as place_of_it, opened(tmp_path) as desk:
        monkeypatch.setenv("XDG_RUNTIME_DIR", place_of_it)
        desk.settle(1)
        ticket = desk.desk.vault.choose(PASSPHRASE)
        server = Server(desk.desk, desk.folder, desk.clock, "test", desk.engine.door)
        server.start()
        try:
            page = connect(desk.folder, ticket=ticket)
            for _ in range(60):
                desk.clock.advance(1799 / 60)
                assert page.journal.kinds()
                assert not page.lock.state(ticket).locked
            page.lock.active(ticket)  # at 29:59
            desk.clock.advance(1799)
            assert page.journal.kinds()
            desk.clock.advance(1)
            with pytest.raises(Locked):
                page.journal.kinds()
            with pytest.raises(Locked):
                page.lock.active(ticket)
            assert page.health.state().workspace == "practice"
            assert page.trading.stop("by hand").level is Level.STOPPED
            assert connect(desk.folder, ticket=page.lock.unlock(PASSPHRASE)).journal.kinds()
        finally:
            server.stop()


def test_a_copy_of_the_vault_is_as_young_as_the_vault(home: Path) -> None:
    folder = Home(home).find("practice")
    copy = folder.backups / "vault"
    with running(home) as (engine, desk):
        desk.lock.unlock(PASSPHRASE)
        desk.vault.change(PASSPHRASE, ANOTHER)
        assert copy.read_bytes() == folder.vault.read_bytes()  # none is left that the old passphrase opens
        desk.vault.renew(ANOTHER)
        assert copy.read_bytes() == folder.vault.read_bytes()
        assert copy.stat().st_mode & 0o777 == 0o600
        whole = copy.read_bytes()
        folder.vault.write_bytes(whole[:-9])
        copy_vault(engine.folder)
        assert copy.read_bytes() == whole  # a damaged one replaces nothing
    folder.vault.write_bytes(whole)
    with running(home) as (_, desk):
        desk.lock.unlock(ANOTHER)


def test_a_vault_that_was_taken_away_is_told_once_and_locks_nobody_out(home: Path) -> None:
    folder = Home(home).find("practice")
    folder.vault.unlink()
    with running(home) as (engine, desk):
        assert not desk.lock.state().locked
        (notice,) = desk.health.state().notices
        assert notice.title.startswith("The vault of this workspace is gone")
        assert "backups/vault" in notice.detail
        desk.health.acknowledge(notice.row)
        assert "vault.gone" in kinds(engine)
    with running(home) as (_, desk):
        assert desk.health.state().notices == ()
        desk.vault.choose(ANOTHER)
    folder.vault.unlink()
    with running(home) as (_, desk):
        assert len(desk.health.state().notices) == 1
