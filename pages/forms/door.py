"""The way to the engine for what is typed into a form, and the cookie that keeps a browser unlocked."""

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse

from core.channel import window
from core.channel.client import connect
from core.channel.desk import Desk
from core.channel.home import WorkspaceFolder

SECONDS: Final = 30.0  # a passphrase is slow to try, and a workspace has to begin behind it
_OWN: Final = re.compile(r"/[a-z]{0,20}")


def ticket_of(request: Request) -> str:
    return request.cookies.get(window.ticket_cookie(window.shown()), "")


def ask(folder: WorkspaceFolder, ticket: str = "") -> Desk:
    return connect(folder, SECONDS, ticket)


def onward(to: str, ticket: str | None = None) -> RedirectResponse:
    """To a page of this window; with the cookie that its other tabs and reloads show. Empty = it is taken away."""
    answer = RedirectResponse(to, status_code=303)
    name = window.ticket_cookie(window.shown())
    if ticket:  # it ends with the browser, and at the engine before that; no script can read it
        answer.set_cookie(name, ticket, httponly=True, samesite="strict", path="/")
    elif ticket is not None:
        answer.delete_cookie(name, httponly=True, samesite="strict", path="/")
    return answer


def own_page(asked: str) -> str:
    """Never to somebody else's page."""
    return asked if _OWN.fullmatch(asked) else "/"
