"""The risk disclosures: which version was read here, and that nothing is ordered with more than practice money before."""

from datetime import datetime
from typing import Final

import msgspec

from core.channel.facets.orders import Draft
from core.domain.disclosures import VERSION
from core.domain.errors import OrderRefused
from core.domain.order import Purpose
from core.domain.workspace import WorkspaceKind
from core.engine.engine import Engine

READ: Final = "disclosures.read"


class _Body(msgspec.Struct):
    version: int


_body: Final = msgspec.json.Decoder(_Body).decode


def newest_read(engine: Engine) -> tuple[int, datetime | None]:
    """On the desk thread: the version, and when by real time; 0 = none."""
    lines = engine.store.journal.of_kinds(READ)
    return (_body(lines[-1].body).version, lines[-1].recorded_at) if lines else (0, None)


def require(engine: Engine, draft: Draft) -> None:
    """On the desk thread. What closes a position or changes an order that is out is never held back by this."""
    if engine.workspace.kind is WorkspaceKind.PRACTICE or draft.purpose is Purpose.CLOSE or draft.replaces:
        return
    if newest_read(engine)[0] < VERSION:
        raise OrderRefused(
            "The risk disclosures were not read yet. Nothing was sent: read them once on the page Before you trade. "
            "Closing a position works without."
        )
