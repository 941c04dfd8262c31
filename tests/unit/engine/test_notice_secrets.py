"""What lets somebody write in your name lies in the vault and nowhere else; a locked desk says so by the ways it has."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.domain.errors import BadInput
from core.engine.outbox import GATHER
from core.notify.ways.telegram import Telegram
from tests.fakes.clock import FakeClock
from tests.fakes.receiver import Receiver, receiver
from tests.unit.engine.opened import Opened, opened
from tests.unit.engine.test_lock import running, until
from tests.unit.vault.made import WORDS

TOKEN = "123456789:AAsecretAAsecretAAsecretAAsecret12"
SECONDS = GATHER.total_seconds() + 2


@pytest.fixture
def phone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with receiver() as told:
        real = Telegram.tell

        def tell(way: Telegram, message: Any) -> None:
            real(replace(way, at=f"http://127.0.0.1:{told.port}"), message)

        monkeypatch.setattr(Telegram, "tell", tell)
        yield told


def later(desk: Opened, seconds: float = SECONDS) -> None:
    assert desk.engine.notifying is not None
    desk.clock.advance(seconds)
    desk.engine.notifying.round()


def everything_on_the_disk(desk: Opened) -> bytes:
    return b"".join(path.read_bytes() for path in desk.folder.path.rglob("*") if path.is_file())


def set_up(desk: Opened) -> None:
    desk.desk.vault.choose(WORDS.reveal())
    desk.desk.notices.keep_secret("telegram", "token", f" {TOKEN} ")
    desk.desk.notices.set_way("telegram", on=True, fields={"chat": "42"})


def test_a_secret_is_kept_used_and_found_nowhere(tmp_path: Path, phone: Receiver) -> None:
    with opened(tmp_path) as desk:
        set_up(desk)
        desk.desk.notices.test("telegram")
        later(desk, 0)
        ((path, _),) = phone.got
        assert path == f"/bot{TOKEN}/sendMessage"
        view = next(way for way in desk.desk.notices.state().ways if way.name == "telegram")
        assert (view.why_not, view.problem, view.fields[0].value, view.fields[0].kept) == ("", "", "", True)
        phone.status = 403
        desk.desk.notices.test("telegram")
        later(desk, 20)
        assert TOKEN not in str(desk.desk.notices.failures()) + str(desk.desk.health.state())
        assert TOKEN.encode() not in everything_on_the_disk(desk)
        desk.desk.notices.keep_secret("telegram", "token", "")
        with pytest.raises(BadInput, match="not switched on"):
            desk.desk.notices.set_way("telegram", on=True, fields={})


def test_an_address_in_the_vault_takes_the_place_of_one_in_plain(tmp_path: Path) -> None:
    with receiver() as here, receiver() as there, opened(tmp_path) as desk:
        desk.desk.vault.choose(WORDS.reveal())
        desk.desk.notices.set_way("webhook", on=True, fields={"url": here.url})
        desk.desk.notices.keep_secret("webhook", "url", there.url)
        desk.desk.notices.test("webhook")
        later(desk, 0)
        assert (len(here.got), len(there.got)) == (0, 1)
        view = desk.desk.notices.state().ways[-1]
        assert (view.fields[0].value, view.fields[0].kept) == ("", True)


def test_without_a_passphrase_nothing_secret_is_kept(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        with pytest.raises(BadInput, match="no passphrase"):
            desk.desk.notices.keep_secret("telegram", "token", TOKEN)
        for way, field in (("telegram", "chat"), ("telegram", "x"), ("desktop", "x")):
            with pytest.raises(BadInput, match="another version"):
                desk.desk.notices.keep_secret(way, field, TOKEN)


def test_after_a_start_nobody_unlocked_the_message_waits_and_then_arrives(tmp_path: Path, phone: Receiver) -> None:
    clock = FakeClock()
    with opened(tmp_path, clock) as desk:
        set_up(desk)
    with opened(tmp_path, clock) as desk:

        def write() -> None:
            with desk.engine.store.unit:
                desk.engine.store.journal.write("fill", "Bought 10 AAPL")

        desk.engine.thread.ask(write)
        later(desk)
        assert phone.got == []
        assert "vault is locked" in desk.desk.notices.failures()[0].problem
        view = next(way for way in desk.desk.notices.state().ways if way.name == "telegram")
        assert "vault is locked" in view.why_not
        desk.engine.door.unlock(WORDS, "")
        later(desk, 60)
        assert "Bought 10 AAPL" in phone.got[0][1]


def test_a_desk_that_starts_locked_says_so_by_what_needs_no_secret(tmp_path: Path) -> None:
    with receiver() as here:
        with running(tmp_path) as (_, desk):
            desk.vault.choose(WORDS.reveal())
            desk.notices.set_way("webhook", on=True, fields={"url": here.url})
        with running(tmp_path) as (engine, desk):
            until(lambda: here.got, "the message")
            assert "Locked: nothing is watched" in here.bodies()[0]["text"]
            assert here.bodies()[0]["loud"] is True
            engine.door.unlock(WORDS, "")
            engine.begin()
            time.sleep(0.1)
        with running(tmp_path) as (_, desk):
            until(lambda: len(here.got) > 1, "once for each start")
