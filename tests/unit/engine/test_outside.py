"""What leaves this machine is told from what is set up: hosts, and never the part of an address that is the secret."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from core.channel.facets.outside import OutsideView
from core.market.feeds.invented import InventedFeed
from core.notify.rules import usual
from tests.unit.engine.opened import Opened, opened
from tests.unit.vault.made import WORDS

HOOK = "https://hooks.example.net/services/T0SECRET/B0SECRET?key=SECRET"
TOKEN = "123456789:AAsecretAAsecretAAsecretAAsecret12"


def told(desk: Opened) -> dict[str, OutsideView]:
    found = desk.desk.outside.all()
    assert "secret" not in msgspec.json.encode(found).decode().lower()
    return {view.what: view for view in found}


def with_a_vault(desk: Opened) -> None:
    desk.desk.vault.choose(WORDS.reveal())


def test_nothing_leaves_a_practice_workspace_as_it_comes(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        assert desk.desk.outside.all() == ()
        desk.desk.notices.set_way("desktop", on=True, fields={})
        assert desk.desk.outside.all() == (), "a note on this screen goes nowhere"


def test_what_stays_on_this_machine_is_not_told_as_leaving(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        desk.desk.notices.set_way("webhook", on=True, fields={"url": "http://127.0.0.1:8123/desk"})
        desk.desk.notices.set_way("heartbeat", on=True, fields={"url": "http://127.0.0.1:8123/beat"})
        mail = {"host": "localhost", "port": "2525", "sender": "desk@example.com", "to": "me@example.com"}
        desk.desk.notices.set_way("email", on=True, fields=mail)
        assert desk.desk.outside.all() == ()


def test_each_way_names_its_host_and_never_the_rest_of_its_address(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        with_a_vault(desk)
        notices = desk.desk.notices
        notices.keep_secret("webhook", "url", HOOK)
        notices.set_way("webhook", on=True, fields={})
        notices.keep_secret("telegram", "token", TOKEN)
        notices.set_way("telegram", on=True, fields={"chat": "42"})
        notices.keep_secret("heartbeat", "url", "https://beats.example.org/SECRET")
        notices.set_way("heartbeat", on=True, fields={})
        mail = {"host": "smtp.example.com", "port": "587", "sender": "desk@example.com", "to": "me@example.com"}
        notices.set_way("email", on=True, fields=mail)
        found = told(desk)
        assert {what: view.host for what, view in found.items()} == {
            "E-mail": "smtp.example.com",
            "Telegram": "api.telegram.org",
            "Webhook": "hooks.example.net",
            "Heartbeat": "beats.example.org",
        }
        assert "symbols, quantities, prices" in found["Webhook"].sends
        assert found["Heartbeat"].sends == "That the desk works, and nothing else."
        notices.set(replace(usual(), discreet=True))
        assert "no symbol and no number" in told(desk)["Webhook"].sends
        notices.set_way("webhook", on=False, fields={})
        assert "Webhook" not in told(desk)


def test_a_locked_vault_hides_the_host_and_it_is_said_that_it_is_not_known(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        with_a_vault(desk)
        desk.desk.notices.keep_secret("webhook", "url", HOOK)
        desk.desk.notices.set_way("webhook", on=True, fields={})
        desk.desk.notices.keep_secret("heartbeat", "url", "https://beats.example.org/SECRET")
        desk.desk.notices.set_way("heartbeat", on=True, fields={})
    with opened(tmp_path) as desk:  # nobody has unlocked it since
        found = told(desk)
        assert [view.host for view in found.values()] == ["", ""]
        assert all("Nothing is sent there until somebody unlocks it." in view.trouble for view in found.values())


def test_a_broker_and_a_feed_elsewhere_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path) as desk:
        accounts = desk.engine.store.accounts
        (kept,) = accounts.connections()
        accounts._connections[kept.name] = replace(kept, name="paper", host="api.broker.example")
        monkeypatch.setattr(InventedFeed, "asks_at", "prices.example.com")
        found = told(desk)
        assert {view.what: view.host for view in found.values()} == {
            "Prices": "prices.example.com",
            "Broker: paper": "api.broker.example",
        }
        assert "orders" in found["Broker: paper"].sends
