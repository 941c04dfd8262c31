"""A workspace with a passphrase as a person meets it: chosen, locked, unlocked, restarted; and nowhere to be read (S1, S2, S7)."""

import base64
import http.client
import os
import pty
import re
import select
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from core.channel.client import connect
from core.channel.window import ticket_cookie
from core.domain.errors import Locked
from core.system import FileLock
from core.vault.codes import STEP, code_at
from pages.forms.hand import asks_for_a_run
from pages.parts.menu import MENU, MOVED, STYLEGUIDE
from tests.e2e.conftest import RunningDesk, eventually, settled, start_command, start_desk
from tests.e2e.test_security import family
from tests.fakes.receiver import receiver
from tests.unit.vault.search import found

PASSPHRASE = "four lamps under water"
WRONG = "five lamps under water"
TOKEN = "987654321:AAnowhere-token_of-ours_nowhere-token12"
HOOK = "h00k-0f-0urs?key=n0wh3r3"
LOCKED = "This window is locked."
SWITCHES = """
import http.client, logging, smtplib
logging.basicConfig(level=logging.DEBUG)
http.client.HTTPConnection.debuglevel = smtplib.SMTP.debuglevel = 1
"""
FORMS = ("passphrase", "notify", "golive")


@pytest.fixture(scope="module")
def locking(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[RunningDesk]:
    """A desk whose passphrase was chosen in its window, each process of it with every debug switch on (S3)."""
    switches = tmp_path_factory.mktemp("switches")
    (switches / "sitecustomize.py").write_text(SWITCHES)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PYTHONPATH", str(switches))
        desk = start_desk(tmp_path_factory.mktemp("locking"))
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    desk.open(page)
    page.get_by_text("Choose a passphrase").click()
    page.get_by_label("New passphrase").fill(PASSPHRASE)
    page.get_by_label("The same again").fill(PASSPHRASE)
    page.get_by_role("button", name="Choose this passphrase").click()
    settled(page)
    expect(page.get_by_text("Lock now")).to_be_visible()
    context.close()
    yield desk
    assert desk.close() == 0, desk.said
    assert "Traceback" not in desk.said + (desk.home / "window.log").read_text()


@pytest.fixture
def stranger(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that was never unlocked."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield context
    context.close()


def frames(page: Page, event: str) -> list[bytes]:
    """What goes over a page's line from now on."""
    kept: list[bytes] = []

    def keep(frame: str | bytes) -> None:
        kept.append(frame.encode() if isinstance(frame, str) else frame)

    def listen(line: Any) -> None:
        line.on(event, keep)

    page.on("websocket", listen)
    return kept


def unlock(desk: RunningDesk, page: Page, words: str = PASSPHRASE, to: str = "/") -> None:
    page.goto(f"{desk.address}/unlock?next={to}")
    page.get_by_label("Passphrase").fill(words)
    page.get_by_role("button", name="Unlock").click()


def test_a_browser_that_was_never_unlocked_sees_nothing_and_can_stop_trading(
    locking: RunningDesk, stranger: BrowserContext
) -> None:
    inside = connect(locking.folder, ticket=locking.connect().lock.unlock(PASSPHRASE))
    inside.watchlists.make("Lighthouse")
    inside.journal.note(1, "The lighthouse was dark", ("lighthouse",))
    inside.trading.closing_only("the lighthouse is dark")
    page = stranger.new_page()
    came = frames(page, "framereceived")
    for name in ("", *MENU, *MOVED, STYLEGUIDE):
        locking.open(page, name)
        expect(page.get_by_text(LOCKED)).to_be_visible()
        expect(page.get_by_text("Nothing is shown and nothing can be done.")).to_be_visible()
        expect(page.get_by_text("Only closing is allowed.")).to_be_visible()
        expect(page.locator("[data-testid=stMain] h1")).to_have_count(0)
        expect(page.get_by_text("Buying power")).to_have_count(0)
        expect(page.get_by_text("Practice market")).to_have_count(0)
    for form in FORMS:
        page.goto(f"{locking.address}/{form}")
        expect(page.get_by_role("heading", name="Unlock practice")).to_be_visible()
    shown = b"".join(came)
    assert LOCKED.encode() in shown, "what the window was sent was seen"
    assert not [words for words in (b"lighthouse", b"100,000.00", b"aapl") if words in shown.lower()]
    locking.open(page)
    page.get_by_role("button", name="Stop trading").click()
    expect(page.get_by_text(re.compile("Trading is stopped"))).to_be_visible()
    expect(page.get_by_role("button", name="Resume…")).to_have_count(0)
    unlock(locking, page)
    settled(page)
    page.get_by_role("button", name="Resume…").click()
    page.get_by_label("Why trading may go on").fill("it was a test")
    page.get_by_role("button", name="Resume trading").click()
    expect(page.get_by_role("button", name="Resume…")).to_have_count(0)


def test_reload_and_new_tab_stay_unlocked_and_another_browser_does_not(
    locking: RunningDesk, stranger: BrowserContext, browser: Browser
) -> None:
    page = stranger.new_page()
    locking.open(page, "orders")
    page.get_by_role("link", name="Unlock").click()
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders")  # where it came from
    settled(page)
    expect(page.get_by_text(LOCKED)).to_have_count(0)
    page.reload()
    settled(page)
    expect(page.get_by_text(LOCKED)).to_have_count(0)
    second = stranger.new_page()
    locking.open(second, "journal")
    expect(second.locator("[data-testid=stMain] h1")).to_have_text("Journal")
    cookie = next(c for c in stranger.cookies() if c["name"] == ticket_cookie(locking.folder))
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["expires"]) == (True, "Strict", -1)
    assert cookie["value"] not in page.content()
    assert page.evaluate("document.cookie").find(cookie["value"]) == -1
    page.goto(f"{locking.address}/unlock?next=/orders")  # nothing to do here
    page.wait_for_url("**/orders")
    other = browser.new_context()
    third = other.new_page()
    locking.open(third, "orders")
    expect(third.get_by_text(LOCKED)).to_be_visible()
    other.close()
    second.get_by_role("button", name="Lock now").click()
    eventually(lambda: locking.connect().lock.state(cookie["value"]).locked, "the ticket opens nothing any more")
    for tab in (second, page):  # by themselves
        expect(tab.get_by_text(LOCKED)).to_be_visible()
        expect(tab.locator("[data-testid=stMain] h1")).to_have_count(0)


def test_a_wrong_passphrase_is_a_sentence_and_stays_nowhere(locking: RunningDesk, stranger: BrowserContext) -> None:
    page = stranger.new_page()
    unlock(locking, page, WRONG)
    expect(page.get_by_role("alert")).to_have_text("The passphrase is not right. Nothing was unlocked. Try again.")
    assert WRONG not in page.content()
    assert page.url.endswith("/unlock?next=/")
    unlock(locking, page)
    settled(page)


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil.example", "/a/../../b", "javascript:1"]
)
def test_nobody_is_led_away(to: str, locking: RunningDesk, stranger: BrowserContext) -> None:
    page = stranger.new_page()
    unlock(locking, page, to=quote(to))
    settled(page)
    assert page.url.startswith(locking.address)


def test_the_forms_need_no_script(locking: RunningDesk, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    unlock(locking, page, to="/passphrase")
    expect(page.get_by_role("heading", name="The passphrase of practice")).to_be_visible()
    page.get_by_role("button", name="Lock now").click()
    expect(page.get_by_role("heading", name="Unlock practice")).to_be_visible()
    page.goto(f"{locking.address}/passphrase")
    expect(page.get_by_role("heading", name="Unlock practice")).to_be_visible()
    context.close()


def post(desk: RunningDesk, path: str, fields: dict[str, str], **headers: str) -> tuple[int, str, str]:
    body = urlencode(fields)
    with closing(http.client.HTTPConnection("127.0.0.1", desk.port, timeout=30)) as line:
        line.request("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", **headers})
        answer = line.getresponse()
        return answer.status, answer.read().decode(), answer.headers.get("Set-Cookie") or ""


def test_a_form_counts_only_from_a_page_of_this_window(locking: RunningDesk) -> None:
    right = {"passphrase": PASSPHRASE}
    for origin in (
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": f"http://localhost:{locking.port}"},
    ):
        status, _, cookie = post(locking, "/unlock", right, **origin)
        assert (status in (403, 503), cookie) == (True, ""), origin
    own = {"Origin": locking.address}
    status, _, cookie = post(locking, "/unlock", right, **own, **{"Sec-Fetch-Site": "cross-site"})
    assert (status, cookie) == (503, "")
    status, _, cookie = post(locking, "/unlock", right, **own)
    assert status == 303
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/" in cookie
    status, words, _ = post(locking, "/unlock", {"passphrase": "x" * 20_000}, **own)
    assert (status, "too long" in words) == (503, True)
    status, words, _ = post(locking, "/unlock", {f"f{number}": "x" for number in range(50)}, **own)
    assert (status, "no form of this window" in words) == (503, True)


def test_the_second_terminal_asks_hidden_and_a_pipe_is_refused(locking: RunningDesk) -> None:
    assert locking.ask("status").returncode == 0
    refused = locking.ask("orders")
    assert refused.returncode == 1
    assert "typed at a terminal only" in refused.stderr
    said, code = at_a_terminal(locking, "orders", PASSPHRASE)
    assert code == 0
    assert "No open orders." in said
    assert PASSPHRASE not in said
    assert locking.ask("stop-trading").returncode == 0
    assert at_a_terminal(locking, "resume", PASSPHRASE)[1] == 0


def at_a_terminal(desk: RunningDesk, command: str, *typed: str) -> tuple[str, int]:
    """Somebody types, and sees what the terminal shows."""
    pid, terminal = pty.fork()
    if pid == 0:
        words = start_command(desk.home, command)
        os.execv(words[0], words)
    said, waiting = b"", list(typed)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if not select.select([terminal], [], [], 0.5)[0]:
            continue
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # the other end has gone
            break
        if not piece:
            break
        said += piece
        if waiting and said.rstrip().endswith(b":"):
            os.write(terminal, f"{waiting.pop(0)}\n".encode())
    os.close(terminal)
    return said.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_the_engine_itself_refuses_who_has_no_ticket(locking: RunningDesk) -> None:
    desk = locking.connect()
    assert desk.health.state().workspace == "practice"
    with pytest.raises(Locked):
        desk.orders.table("open")
    with pytest.raises(Locked):
        desk.health.shut_down()
    inside = connect(locking.folder, ticket=desk.lock.unlock(PASSPHRASE))
    assert inside.orders.table("open").num_rows == 0


def test_no_secret_is_anywhere(locking: RunningDesk, stranger: BrowserContext) -> None:
    """Database, WAL, logs, notes, vault, backups, argv, environment, page and what the browser keeps."""
    page = stranger.new_page()
    unlock(locking, page, to="/notify")
    ticket = next(c["value"] for c in stranger.cookies() if c["name"] == ticket_cookie(locking.folder))
    notices = connect(locking.folder, ticket=ticket).notices
    with receiver() as there:
        for what, secret in (("telegram token", TOKEN), ("webhook url", f"{there.url}/{HOOK}")):
            form = page.locator(f"form:has(input[value='{what}'])")
            form.locator("input[name=secret]").fill(secret)
            form.get_by_role("button").click()
            expect(page.get_by_role("status")).to_contain_text("It was locked away.")
        notices.set_way("webhook", on=True, fields={})
        notices.test("webhook")
        eventually(lambda: [path for path, _ in there.got] == [f"/hook/{HOOK}"], "the message came")
        there.status = 403
        notices.test("webhook")
        eventually(lambda: "answered 403" in str(notices.failures()), "the refusal is known")
        notices.set_way("webhook", on=False, fields={})
        notices.drop("webhook")
    locking.open(page, "notifications")
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    engine = FileLock(locking.folder.lock).holder()
    assert engine is not None
    processes = {*family(locking.process.pid), locking.window_pid, engine}
    places = {f"{path}": path.read_bytes() for path in locking.home.parent.rglob("*") if path.is_file()}
    assert {"vault", "desk.sqlite3", "desk.sqlite3-wal", "engine.log", "window.log"} <= {Path(p).name for p in places}
    assert all(b"DEBUG" in content for place, content in places.items() if place.endswith(("engine.log", "window.log")))
    for pid in processes:
        for what in ("cmdline", "environ"):
            places[f"{what} of {pid}"] = Path(f"/proc/{pid}/{what}").read_bytes()
    places["page"] = page.content().encode()
    places["browser"] = kept.encode()
    assert found(places, PASSPHRASE, WRONG, ticket, TOKEN, HOOK) == []


def test_after_a_restart_nothing_is_watched_until_somebody_unlocks_it(
    locking: RunningDesk, stranger: BrowserContext
) -> None:
    engine = FileLock(locking.folder.lock).holder()
    assert engine is not None
    os.kill(engine, 9)
    eventually(lambda: FileLock(locking.folder.lock).holder() not in (None, engine), "the engine is back")
    eventually(lambda: locking.ask("status").returncode == 0, "and answers")
    assert "Locked: nothing is watched." in locking.ask("status").stdout
    doctor = locking.ask("doctor")
    assert doctor.returncode == 1
    assert "locked since the start, nothing is watched" in doctor.stdout
    page = stranger.new_page()
    locking.open(page, "orders")
    expect(page.get_by_text("Nothing is watched until then.")).to_be_visible()
    expect(page.get_by_text("Locked: nothing is watched.")).to_be_visible()
    page.get_by_role("link", name="Unlock").click()
    expect(page.get_by_text("nobody has unlocked it")).to_be_visible()
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Unlock").click()
    settled(page)
    expect(page.get_by_text(LOCKED)).to_have_count(0)
    expect(page.get_by_text("Locked: nothing is watched.")).to_have_count(0)
    assert "Locked" not in locking.ask("status").stdout


def test_a_page_left_alone_runs_towards_its_lock_and_a_click_keeps_it_open(
    locking: RunningDesk, stranger: BrowserContext
) -> None:
    """S8 in a real browser: pages refresh themselves each second, and only a hand counts."""
    page = stranger.new_page()
    unlock(locking, page)
    settled(page)
    ticket = next(c["value"] for c in stranger.cookies() if c["name"] == ticket_cookie(locking.folder))

    def left() -> float:
        return locking.connect().lock.state(ticket).idle_seconds

    names = (*MENU, STYLEGUIDE)
    for some in (names[at : at + 7] for at in range(0, len(names), 7)):
        tabs = {name: stranger.new_page() for name in some}
        sent = {name: frames(tab, "framesent") for name, tab in tabs.items()}
        for name, tab in tabs.items():
            tab.goto(f"{locking.address}/{name}", wait_until="commit")
        for tab in tabs.values():
            settled(tab)
        page.wait_for_timeout(2000)  # whatever the pages ask for while they are drawn
        before = left()
        for told in sent.values():
            told.clear()
        page.wait_for_timeout(2500)
        lost = before - left()
        asked = {name: [{"type": "websocket.receive", "bytes": frame} for frame in told] for name, told in sent.items()}
        assert [name for name, messages in asked.items() if any(map(asks_for_a_run, messages))] == []
        assert lost > 2, f"one of {some} kept itself open"
        assert [name for name, messages in asked.items() if not messages] == [], "each refreshed itself meanwhile"
        for tab in tabs.values():
            tab.close()
    page.get_by_role("link", name="Orders").click()
    eventually(lambda: left() > 1798, "a click is a hand")


def test_a_code_of_an_app_is_set_up_used_and_ended(locking: RunningDesk, stranger: BrowserContext) -> None:
    page = stranger.new_page()
    unlock(locking, page, to="/passphrase")
    asking = page.locator("form:has(input[value=offer])")
    asking.get_by_label("Passphrase as it is").fill(PASSPHRASE)
    asking.get_by_role("button", name="Set up codes").click()
    expect(page.locator("svg.qr")).to_be_visible()
    shown = page.locator("code").inner_text().replace(" ", "")
    key = base64.b32decode(shown)

    def code() -> str:
        return code_at(key, int(time.time()) // STEP)

    page.get_by_label("The code it shows now").fill("000000")
    page.get_by_role("button", name="Ask for codes").click()
    expect(page.get_by_role("alert")).to_contain_text("not asked for yet")
    page.get_by_label("The code it shows now").fill(code())
    page.get_by_role("button", name="Ask for codes").click()
    recovery = page.locator("ol.codes code").all_inner_texts()
    assert len(recovery) == 10
    page.get_by_role("link", name="Back to the desk").click()
    settled(page)
    page.get_by_role("button", name="Lock now").click()
    expect(page.get_by_text(LOCKED)).to_be_visible()
    unlock(locking, page)  # without the code it is not enough
    expect(page.get_by_label("Code of the app")).to_be_visible()
    unlock_with = {"Passphrase": PASSPHRASE, "Code of the app, or a recovery code": recovery[4]}
    page.goto(f"{locking.address}/unlock?next=/passphrase")
    for label, words in unlock_with.items():
        page.get_by_label(label).fill(words)
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_text("9 recovery codes are left")).to_be_visible()
    ending = page.locator("form:has(input[value=end-codes])")
    ending.get_by_label("Passphrase as it is").fill(PASSPHRASE)
    ending.get_by_label("Code of the app").fill(recovery[5])
    ending.get_by_role("button", name="Ask for no code").click()
    expect(page.get_by_text("No code is asked for any more.")).to_be_visible()
    for path in locking.home.rglob("*"):
        held = path.read_bytes() if path.is_file() else b""
        assert shown.encode() not in held and key not in held, path
        assert not [used for used in recovery if used.encode() in held], path
