"""Unlock and lock: the passphrase goes from here to the engine, a ticket comes back as a cookie."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from core.channel import window
from core.channel.facets.lock import LockView
from core.channel.home import WorkspaceFolder
from core.domain.errors import DeskError, WrongPassphrase
from pages.forms.door import ask, onward, own_page, ticket_of
from pages.forms.sheet import field, form, note, sheet, typed


async def unlock(request: Request) -> Response:
    folder = await asyncio.to_thread(window.shown)
    to = own_page(request.query_params.get("next", "/"))
    try:
        fields = await typed(request) if request.method == "POST" else None
        if fields is None:
            return await asyncio.to_thread(_look, folder, ticket_of(request), to)
        return await asyncio.to_thread(_try, folder, fields.get("passphrase", ""), fields.get("code", ""), to)
    except DeskError as error:
        return sheet("Locked", note(str(error)) + "<nav><a href='/'>Back to the desk</a></nav>", folder.kind, 503)


async def lock(request: Request) -> Response:
    folder = await asyncio.to_thread(window.shown)
    try:
        await typed(request)
        await asyncio.to_thread(ask(folder).lock.lock)
    except DeskError as error:
        return sheet("Not locked", note(str(error)), folder.kind, 403)
    return onward("/unlock", "")


def _look(folder: WorkspaceFolder, ticket: str, to: str) -> Response:
    view = ask(folder).lock.state(ticket)
    return _page(folder, view, to) if view.locked else onward(to)


def _try(folder: WorkspaceFolder, passphrase: str, code: str, to: str) -> Response:
    lock = ask(folder).lock
    try:
        return onward(to, lock.unlock(passphrase, code))
    except WrongPassphrase as error:
        return _page(folder, lock.state(), to, str(error), 403)


def _page(folder: WorkspaceFolder, view: LockView, to: str, said: str = "", status: int = 200) -> Response:
    waiting = (
        "Since the desk was started nobody has unlocked it: <b>nothing is watched</b>, no job runs, and no order can "
        "be sent until you do."
        if view.sealed
        else "The desk works on behind this page; only this window is locked."
    )
    fields = field("passphrase", "Passphrase", hint="current-password", first=True)
    if view.asks_code:
        fields += field("code", "Code of the app, or a recovery code", "text", "one-time-code")
    body = (
        f"<p>{waiting}</p>{note(view.trouble or said)}"
        + form(f"/unlock?next={to}", "unlock", fields, "Unlock")
        + "<nav><p>Trading can be stopped without it: with the button at the top of "
        "<a href='/'>every page</a>, or with <code>python3 start.py stop-trading</code>.</p></nav>"
    )
    return sheet(f"Unlock {folder.name}", body, folder.kind, status)
