"""Choose a passphrase, change it, and what is asked for beside it."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Final
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from core.channel.facets.lock import LockView
from core.channel.home import WorkspaceFolder
from core.domain.errors import BadInput, DeskError, Locked
from pages.forms.answering import answered
from pages.forms.door import ask, onward
from pages.forms.qr import drawn
from pages.forms.sheet import field, form, note, sheet

HERE: Final = "/passphrase"
LOSING: Final = (
    "<p><b>Losing it cannot be undone.</b> Nobody can read the keys without it and nobody can tell you what it "
    "was: write it down and keep it where your papers are. Orders at a broker stay there, and can be looked after at "
    "the broker's own site.</p>"
)
BACK: Final = "<nav><a href='/'>Back to the desk</a></nav>"


async def passphrase(request: Request) -> Response:
    return await answered(request, HERE, "Passphrase", BACK, _answer)


def _answer(folder: WorkspaceFolder, ticket: str, fields: Mapping[str, str] | None) -> Response:
    view = ask(folder).lock.state(ticket)
    if view.locked:
        raise Locked("The desk is locked.")
    if fields is None:
        return _page(folder, view)
    act = ACTS.get(fields.get("what", ""))
    if act is None:
        raise BadInput("This form is of another version. Nothing was done: open it again.")
    try:
        return act(folder, ticket, fields)
    except Locked:
        raise
    except DeskError as error:
        return _page(folder, view, str(error), status=403)


def _choose(folder: WorkspaceFolder, ticket: str, fields: Mapping[str, str]) -> Response:
    return onward("/", ask(folder).vault.choose(_twice(fields)))


def _change(folder: WorkspaceFolder, ticket: str, fields: Mapping[str, str]) -> Response:
    return onward("/", ask(folder, ticket).vault.change(fields.get("passphrase", ""), _twice(fields)))


def _renew(folder: WorkspaceFolder, ticket: str, fields: Mapping[str, str]) -> Response:
    desk = ask(folder, ticket)
    desk.vault.renew(fields.get("passphrase", ""))
    return _page(folder, desk.lock.state(ticket), "Everything was locked again with a fresh key.", "good")


def _let_look(folder: WorkspaceFolder, ticket: str, fields: Mapping[str, str]) -> Response:
    desk = ask(folder, ticket)
    desk.vault.let_look("on" in fields)
    return _page(folder, desk.lock.state(ticket), "That was kept.", "good")


def _keyring(folder: WorkspaceFolder, ticket: str, fields: Mapping[str, str]) -> Response:
    desk = ask(folder, ticket)
    on = not desk.lock.state(ticket).by_keyring
    desk.vault.open_by_keyring(fields.get("passphrase", ""), on)
    words = "After a restart it opens by itself." if on else "After a restart it waits for the passphrase."
    return _page(folder, desk.lock.state(ticket), words, "good")


def _offer(folder: WorkspaceFolder, ticket: str, fields: Mapping[str, str]) -> Response:
    return _codes_page(folder, ask(folder, ticket).vault.offer_codes(fields.get("passphrase", "")))


def _accept(folder: WorkspaceFolder, ticket: str, fields: Mapping[str, str]) -> Response:
    try:
        codes = ask(folder, ticket).vault.accept_codes(fields.get("code", ""))
    except BadInput as error:
        return sheet("Codes of an app", note(str(error)) + _typed_back() + BACK, folder.kind, 403)
    listed = "".join(f"<li><code>{escape(code)}</code></li>" for code in codes)
    body = (
        "<p>From now on a code is asked for beside the passphrase. Each of these ten lets you in once without the app. "
        "<b>They are shown this once</b>: print them or copy them by hand.</p>"
        f"<ol class='codes'>{listed}</ol>{BACK}"
    )
    return sheet("Recovery codes", body, folder.kind)


def _end_codes(folder: WorkspaceFolder, ticket: str, fields: Mapping[str, str]) -> Response:
    desk = ask(folder, ticket)
    desk.vault.end_codes(fields.get("passphrase", ""), fields.get("code", ""))
    return _page(folder, desk.lock.state(ticket), "No code is asked for any more.", "good")


ACTS: Final[Mapping[str, Callable[[WorkspaceFolder, str, Mapping[str, str]], Response]]] = {
    "choose": _choose,
    "change": _change,
    "renew": _renew,
    "look": _let_look,
    "keyring": _keyring,
    "offer": _offer,
    "accept": _accept,
    "end-codes": _end_codes,
}


def _twice(fields: Mapping[str, str]) -> str:
    if fields.get("new", "") != fields.get("again", ""):
        raise BadInput("The two were not the same. Nothing was changed: type the new passphrase twice.")
    return fields.get("new", "")


# pages ---------------------------------------------------------------------------------------------------------------

_NEW: Final = field("new", "New passphrase, 12 characters or more", hint="new-password") + field(
    "again", "The same again", hint="new-password"
)
_OLD: Final = field("passphrase", "Passphrase as it is", hint="current-password")


def _page(folder: WorkspaceFolder, view: LockView, said: str = "", weight: str = "red", status: int = 200) -> Response:
    if not view.has_passphrase:
        body = (
            "<p>With a passphrase the workspace locks after half an hour without your hand, and its keys are kept "
            "encrypted. After a restart <b>nothing is watched</b> until you type it. Stop trading always works "
            f"without.</p>{LOSING}{note(said, weight)}{form(HERE, 'choose', _NEW, 'Choose this passphrase')}{BACK}"
        )
        return sheet(f"A passphrase for {folder.name}", body, folder.kind, status)
    ticked = " checked" if view.may_look else ""
    look = f"<label class='tick'><input type='checkbox' name='on'{ticked}> A locked desk may be looked at</label>"
    body = (
        note(said, weight)
        + form("/lock", "lock", "<p>Locks every window now; the engine keeps working.</p>", "Lock now", "quiet")
        + f"<h2>Change it</h2>{LOSING}{form(HERE, 'change', _OLD + _NEW, 'Change the passphrase')}"
        + "<h2>While it is locked</h2><p>Acting is refused either way; stop trading always works.</p>"
        + form(HERE, "look", look, "Keep this", "quiet")
        + _codes_part(view)
        + _keyring_part(view)
        + "<h2>A fresh key</h2><p>Locks everything in the vault again with a new key. Worth doing when an old copy of "
        "this folder may be in other hands.</p>" + form(HERE, "renew", _OLD, "Renew the key", "quiet") + BACK
    )
    return sheet(f"The passphrase of {folder.name}", body, folder.kind, status)


def _codes_part(view: LockView) -> str:
    if view.asks_code:
        code = field("code", "Code of the app, or a recovery code", "text", "one-time-code")
        words = f"<p>A code is asked for. {view.recovery_left} recovery codes are left.</p>"
        return f"<h2>Codes of an app</h2>{words}{form(HERE, 'end-codes', _OLD + code, 'Ask for no code', 'quiet')}"
    words = (
        "<p>A code from an authenticator app, asked for beside the passphrase: who watched you type it cannot come back "
        "alone. It guards this door; who steals the files has the passphrase alone to guess.</p>"
    )
    return f"<h2>Codes of an app</h2>{words}{form(HERE, 'offer', _OLD, 'Set up codes', 'quiet')}"


def _keyring_part(view: LockView) -> str:
    if view.by_keyring:
        words = "<p>It opens by itself, with a key in this computer's keyring. Windows ask for the passphrase all the same.</p>"
        act = form(HERE, "keyring", _OLD, "Wait for the passphrase again", "quiet")
    else:
        words = (
            "<p>It waits for you, and nothing is watched meanwhile. This computer's keyring can hold a key with which it opens by "
            "itself: stops are watched and jobs run on after a power cut without you. <b>The risk:</b> every program that runs "
            "under your name, and whoever gets into your session, can take that key and with it every key kept here. "
            "Windows ask for the passphrase all the same.</p>"
        )
        act = form(HERE, "keyring", _OLD, "Open by itself after a restart", "quiet")
    return f"<h2>After a restart</h2>{words}{act}"


def _typed_back() -> str:
    """Before it counts: proof that the app has the key, and that both clocks agree."""
    code = field("code", "The code it shows now", "text", "one-time-code", first=True)
    return form(HERE, "accept", code, "Ask for codes")


def _codes_page(folder: WorkspaceFolder, address: str) -> Response:
    key = parse_qs(urlsplit(address).query)["secret"][0]
    spaced = " ".join(key[at : at + 4] for at in range(0, len(key), 4))
    body = (
        "<p>Have an authenticator app read this picture, or type the key under it into the app. Both are on this page "
        f"only.</p>{drawn(address) or drawn(address.partition('&issuer')[0])}<p><code>{escape(spaced)}</code></p>"
        + _typed_back()
        + BACK
    )
    return sheet("Codes of an app", body, folder.kind)
