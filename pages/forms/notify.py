"""The secrets of the ways to reach a person: typed here, handed to the engine, locked in the vault, never shown again."""

from collections.abc import Mapping
from html import escape
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from core.channel.desk import Desk
from core.channel.facets.notices import WayView
from core.channel.home import WorkspaceFolder
from core.domain.errors import BadInput, Locked
from pages.forms.answering import answered
from pages.forms.door import ask
from pages.forms.sheet import field, form, note, sheet

HERE: Final = "/notify"
BACK: Final = "<nav><a href='/notifications'>Back to Notifications</a></nav>"


async def notify(request: Request) -> Response:
    return await answered(request, HERE, "Secrets for notifications", BACK, _answer)


def _answer(folder: WorkspaceFolder, ticket: str, fields: Mapping[str, str] | None) -> Response:
    desk = ask(folder, ticket)
    lock = desk.lock.state(ticket)
    if lock.locked:
        raise Locked("The desk is locked.")
    if not lock.has_passphrase:
        words = "A secret is kept in the vault, and this workspace has no passphrase to lock it with."
        choose = "<p><a href='/passphrase'>Choose a passphrase</a></p>"
        return sheet("Secrets for notifications", note(words) + choose + BACK, folder.kind)
    if fields is None:
        return _page(folder, _ways(desk))
    way, _, name = fields.get("what", "").partition(" ")
    try:
        desk.notices.keep_secret(way, name, fields.get("secret", ""))
    except BadInput as error:
        return _page(folder, _ways(desk), str(error), status=403)
    said = "It was locked away. Switch the way on under Notifications, then send a test."
    return _page(folder, _ways(desk), said, "good")


def _ways(desk: Desk) -> tuple[WayView, ...]:
    state = desk.notices.state()
    return (*state.ways, state.heartbeat)


def _page(
    folder: WorkspaceFolder, ways: tuple[WayView, ...], said: str = "", weight: str = "red", status: int = 200
) -> Response:
    forms = "".join(
        f"<h2>{escape(way.title)}</h2><p>{escape(way.words)}"
        f"{' <b>Something is kept here;</b> what you type takes its place.' if asked.kept and not asked.value else ''}</p>"
        + form(HERE, f"{way.name} {asked.name}", field("secret", asked.label), f"Keep for {way.title}", "quiet")
        for way in ways
        for asked in way.fields
        if asked.secret
    )
    words = "<p>Whoever has one of these can write in your name. They are kept encrypted and never shown again.</p>"
    return sheet("Secrets for notifications", words + note(said, weight) + forms + BACK, folder.kind, status)
