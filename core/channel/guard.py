"""What a locked desk still answers: health, stop trading, unlock, and looking where the user chose it. Nothing else."""

from collections.abc import Mapping
from typing import Final, Protocol

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
        ("limits", "used"),
        ("journal", "table"),
        ("journal", "one"),
        ("journal", "kinds"),
        ("journal", "of_order"),
        ("journal", "tags"),
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
