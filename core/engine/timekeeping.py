"""Where a practice workspace's market time stood is kept, so that a restart goes on from there."""

from datetime import datetime

from core.clock import Clock
from core.domain.workspace import WorkspaceKind
from core.market.sessions import Sessions
from core.market.timeline import Anchor, Timeline
from core.store.settings import Settings

_NAME = "timeline"
_STOPPED_AT = "jump"


def kept_time(settings: Settings, kind: WorkspaceKind, clock: Clock, sessions: Sessions) -> Timeline:
    """The market clock as it was left; paper and live always follow the exchange."""
    if kind is not WorkspaceKind.PRACTICE:
        return Timeline.of_exchange(clock, sessions)
    kept = settings.get(_NAME)
    if not kept:
        return Timeline.fresh(clock, sessions)
    anchor = Anchor(at=datetime.fromisoformat(kept["at"]), own_time=kept["own_time"] == "yes", pace=int(kept["pace"]))
    return Timeline(clock, sessions, anchor)


def stopped_at(settings: Settings) -> str:
    """What the last jump led to, in words."""
    return settings.get(_STOPPED_AT).get("words", "")


def keep_jump(settings: Settings, anchor: Anchor, words: str) -> None:
    """Inside a unit, before market time jumps: killed in between, it goes on from where it was to be."""
    keep_time(settings, anchor)
    settings.set(_STOPPED_AT, {"words": words})


def keep_time(settings: Settings, anchor: Anchor) -> None:
    """Inside a unit."""
    own = "yes" if anchor.own_time else "no"
    settings.set(_NAME, {"at": anchor.at.isoformat(), "own_time": own, "pace": str(anchor.pace)})
