"""What a locked desk still answers: health, stop trading, unlock, and looking where the user chose it. Nothing else."""

from collections.abc import Mapping
from typing import Final, Protocol

from core.channel.facets.health import HealthView
from core.channel.verbs import Verb
from core.domain.errors import Locked

ALWAYS: Final = frozenset(
    {
        ("health", "state"),
        ("health", "doctor"),
        ("trading", "stop"),
        ("trading", "report"),
        ("lock", "state"),
        ("lock", "unlock"),
        ("lock", "lock"),
    }
)
LOOKS: Final = frozenset(
    {
        ("orders", "table"),
        ("orders", "story"),
        ("positions", "accounts"),
        ("positions", "table"),
        ("positions", "one"),
        ("positions", "opening"),
        ("market", "names"),
        ("market", "quote"),
        ("market", "quotes"),
        ("market", "bars"),
        ("market", "ladder"),
        ("market", "hours"),
        ("charts", "bars"),
        ("charts", "marks"),
        ("watchlists", "all"),
        ("watchlists", "table"),
        ("alerts", "all"),
        ("ticket", "choices"),
        ("trading", "levels"),
        ("limits", "all"),
        ("limits", "presets"),
        ("limits", "preview"),
        ("limits", "used"),
        ("journal", "table"),
        ("journal", "one"),
        ("journal", "kinds"),
        ("journal", "tags"),
        ("journal", "of_order"),
        ("jobs", "all"),
        ("jobs", "missed"),
        ("practice", "state"),
        ("practice", "why"),
        ("crash_day", "state"),
        ("crash_day", "reports"),
        ("runs", "all"),
        ("statements", "all"),
        ("statements", "of"),
        ("statements", "fills"),
        ("performance", "curve"),
        ("performance", "summary"),
        ("performance", "months"),
        ("performance", "parts"),
        ("notices", "state"),
        ("notices", "failures"),
        ("live", "state"),
        ("reports", "days"),
        ("reports", "of"),
        ("welcome", "state"),
        ("outside", "all"),
        ("settings", "state"),
        ("settings", "about"),
        ("backups", "state"),
        ("connections", "all"),
    }
)


class Doorkeeper(Protocol):
    """Knows who has shown a passphrase."""

    @property
    def may_look(self) -> bool:
        """Whether a locked desk may be looked at."""
        ...

    def knows(self, ticket: str) -> bool:
        """Whether this caller may ask for everything."""
        ...


class NoLock:
    """Of a workspace that has none."""

    may_look: bool = True

    def knows(self, ticket: str) -> bool:
        return True


def pass_or_raise(keeper: Doorkeeper, verb: Verb, given: Mapping[str, object], ticket: str) -> None:
    """A verb that is named nowhere here is locked: a new one, too."""
    which = (verb.facet, verb.name)
    if which in ALWAYS and not given.get("also_protective"):  # who is locked out must not take a stop away
        return
    if which in LOOKS and keeper.may_look:
        return
    if not keeper.knows(ticket):
        raise Locked(
            "The desk is locked. Nothing was done. Unlock it in the window, or with  python3 start.py unlock  in a "
            "terminal; trading can be stopped without."
        )


def told(keeper: Doorkeeper, answer: object, ticket: str) -> object:
    """A locked desk says that something is wrong, and not what: those words name what is held and what was typed."""
    if isinstance(answer, HealthView) and not keeper.may_look and not keeper.knows(ticket):
        return answer.behind_lock
    return answer
