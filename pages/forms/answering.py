"""How a form behind the lock answers: a locked desk leads to its door, whatever else fails is one sentence."""

import asyncio
from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response

from core.channel import window
from core.channel.home import WorkspaceFolder
from core.domain.errors import DeskError, Locked
from pages.forms.door import onward, ticket_of
from pages.forms.sheet import note, sheet, typed

Answer = Callable[[WorkspaceFolder, str, Mapping[str, str] | None], Response]


async def answered(request: Request, here: str, title: str, back: str, answer: Answer) -> Response:
    """The form as it stands, or what came of what was typed into it."""
    folder = await asyncio.to_thread(window.shown)
    ticket = ticket_of(request)
    try:
        fields = await typed(request) if request.method == "POST" else None
        return await asyncio.to_thread(answer, folder, ticket, fields)
    except Locked:
        return onward(f"/unlock?next={here}")
    except DeskError as error:
        return sheet(title, note(str(error)) + back, folder.kind, 503)
