"""The window's server: which settings it refuses, and whom it turns away before Streamlit hears of it."""

import asyncio
import tomllib
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from starlette.types import Message, Receive, Scope, Send
from streamlit import config

import app
from pages.parts.scripts import SCRIPTS

ROOT = Path(__file__).resolve().parents[3]
OTHER: dict[str, object] = {
    "server.address": "0.0.0.0",
    "server.allowedHosts": ["*"],
    "server.enableCORS": False,
    "server.corsAllowedOrigins": ["http://evil.example"],
    "server.enableXsrfProtection": False,
    "server.enableAgentApi": True,
    "server.fileWatcherType": "auto",
    "server.baseUrlPath": "desk",
    "browser.gatherUsageStats": True,
    "client.showErrorDetails": "full",
    "client.allowedOrigins": ["https://share.streamlit.io"],
    "runner.postScriptGC": True,
    "global.developmentMode": True,
}


def test_the_settings_that_ship_are_safe() -> None:
    assert app.unsafe_settings() == []


@pytest.mark.parametrize("name", sorted(app.SAFE))
def test_every_unsafe_setting_is_named_with_what_puts_it_right(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = config.get_option
    monkeypatch.setattr(config, "get_option", lambda asked: OTHER[name] if asked == name else real(asked))
    (found,) = app.unsafe_settings()
    assert found.startswith(f"{name} is {OTHER[name]!r}")
    assert f"it must be {app.SAFE[name]!r}" in found


@pytest.mark.parametrize("missing", [None, [], ["127.0.0.1", "localhost", "evil.example"]])
def test_a_missing_or_wider_list_of_hosts_is_refused(missing: object, monkeypatch: pytest.MonkeyPatch) -> None:
    real = config.get_option
    monkeypatch.setattr(config, "get_option", lambda asked: missing if asked == "server.allowedHosts" else real(asked))
    assert app.unsafe_settings()[0].startswith("server.allowedHosts is ")


def test_the_file_that_ships_sets_what_differs_from_streamlits_own_choice() -> None:
    shipped = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    for name in ("server.address", "server.allowedHosts", "server.fileWatcherType", "client.showErrorDetails"):
        section, option = name.split(".")
        assert shipped[section][option] == app.SAFE[name]


def scope(
    kind: str = "http", server: str = "127.0.0.1", host: str = "127.0.0.1:8501", origin: str | None = None
) -> Scope:
    headers = [(b"host", host.encode())]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    return {"type": kind, "server": (server, 8501), "headers": headers, "path": "/", "method": "GET"}


@pytest.mark.parametrize("server", ["192.168.1.10", "0.0.0.0", "10.0.0.1", "", "/tmp/some.sock"])
def test_who_comes_in_through_another_address_is_turned_away(server: str) -> None:
    assert app.foreign(scope(server=server)) == "The desk answers on this machine only."


def test_two_hosts_or_two_origins_are_one_too_many() -> None:
    twice = scope()
    twice["headers"] = twice["headers"] * 2
    assert app.foreign(twice)
    twice = scope(origin="http://127.0.0.1:8501")
    twice["headers"] = [*twice["headers"], (b"origin", b"http://evil.example")]
    assert app.foreign(twice)


def through(asked: Scope) -> tuple[list[Message], list[Scope]]:
    """What the guard sends, and what it lets through to Streamlit."""
    sent: list[Message] = []
    passed: list[Scope] = []

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        passed.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app.OwnWindowOnly(inner)(asked, receive, send))
    return sent, passed


def test_a_foreign_call_never_reaches_streamlit() -> None:
    sent, passed = through(scope(origin="http://evil.example"))
    assert passed == []
    assert sent[0]["status"] == 403
    sent, passed = through(scope("websocket", host="evil.example:8501"))
    assert passed == []
    assert sent == [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize("origin", [None, "http://evil.example"])
def test_every_answer_forbids_frames_and_guessing_and_keeping(origin: str | None) -> None:
    sent, _ = through(scope(origin=origin))
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    assert told["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in told["content-security-policy"]
    assert told["x-content-type-options"] == "nosniff"
    assert told["referrer-policy"] == "same-origin"
    assert told["cache-control"] == "no-store"


def test_a_script_that_came_with_some_text_does_not_run() -> None:
    scripts = next(part for part in app.POLICY.split("; ") if part.startswith("script-src"))
    assert "unsafe" not in scripts
    assert "sha256-" in scripts


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_of_our_own_runs_by_its_hash(name: str) -> None:
    script = (ROOT / "pages" / "static" / name).read_bytes()
    assert f"'sha256-{b64encode(sha256(script).digest()).decode()}'" in app.POLICY
    assert b"fetch" not in script
    assert b"eval" not in script
