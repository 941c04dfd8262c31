"""Taking a workspace live: the word and the passphrase go from here to the engine; neither stands in a page or a log."""

from collections.abc import Mapping
from html import escape
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from core.channel.desk import Desk
from core.channel.facets.lock import LockView
from core.channel.home import WorkspaceFolder
from core.domain.errors import DeskError, Locked
from core.domain.live import WORD
from core.domain.workspace import WorkspaceKind
from pages.forms.answering import answered
from pages.forms.door import ask, onward
from pages.forms.sheet import field, form, note, sheet

HERE: Final = "/golive"
TITLE: Final = "Take this workspace live"
BACK: Final = "<nav><a href='/live'>Back to Going live</a></nav>"


async def golive(request: Request) -> Response:
    return await answered(request, HERE, TITLE, BACK, _answer)


def _answer(folder: WorkspaceFolder, ticket: str, fields: Mapping[str, str] | None) -> Response:
    desk = ask(folder, ticket)
    lock = desk.lock.state(ticket)
    if lock.locked:
        raise Locked("The desk is locked.")
    if folder.kind is not WorkspaceKind.LIVE:
        words = f"{folder.name} is a {folder.kind.value} workspace: no real money moves here, and there is nothing to take live."
        return sheet(TITLE, note(words, "good") + BACK, folder.kind)
    if fields is None:
        return _page(folder, desk, lock)
    try:
        desk.live.go_live(fields.get("word", ""), fields.get("passphrase", ""), fields.get("code", ""))
    except Locked:
        raise
    except DeskError as error:
        return _page(folder, desk, lock, str(error), 403)
    return onward("/live")


def _page(folder: WorkspaceFolder, desk: Desk, lock: LockView, said: str = "", status: int = 200) -> Response:
    state = desk.live.state()
    if state.opened_at:
        return sheet(TITLE, note("It is live already: orders are real.", "good") + BACK, folder.kind)
    missing = [f"<li>{escape(step.words)}</li>" for step in state.to_do if not step.done]
    if missing:
        choose = "" if lock.has_passphrase else "<p><a href='/passphrase'>Choose a passphrase</a></p>"
        body = f"<p>Nothing can be opened yet. Still to do:</p><ul>{''.join(missing)}</ul>{choose}"
        return sheet(TITLE, note(said) + body + BACK, folder.kind, status)
    fields = field("word", f"Type {WORD}, in capitals", "text", first=True)
    fields += field("passphrase", "Passphrase", hint="current-password")
    if lock.asks_code:
        fields += field("code", "Code of the app, or a recovery code", "text", "one-time-code")
    words = (
        "<p><b>From then on an order that is confirmed is sent to your broker and moves real money.</b> The first "
        f"{state.small_of} that add risk are worth at most one share or 50 USD. It is not undone by anything here: "
        "Stop trading is how nothing more is sent.</p>"
    )
    return sheet(TITLE, words + note(said) + form(HERE, "live", fields, "Take it live") + BACK, folder.kind, status)
