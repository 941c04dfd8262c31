"""A workspace belongs to one machine: a copy opens for reading only until a person says that the other desk is closed."""

from typing import Final

from core.channel.facets.settings import CLAIM
from core.domain.errors import BadInput
from core.domain.workspace import WorkspaceKind
from core.engine.engine import Engine
from core.store.database import Database
from core.system import this_machine

FOREIGN: Final = (
    "This workspace is from another machine. Nothing was done and nothing is traded: make sure that the desk there is "
    "closed, then claim it under Settings, Moving."
)
PIN: Final = "this workspace is from another machine and was not claimed here"


def hold_if_foreign(database: Database, kind: WorkspaceKind) -> None:
    """Before anything is read into memory. Two desks on one account would each act on what only the other one knows.

    A practice workspace brings its own exchange along and has nobody to share it with: it goes on at once.
    """
    if kind is not WorkspaceKind.PRACTICE and not database.read_only and database.machine not in ("", this_machine()):
        database.hold(FOREIGN)


def is_foreign(engine: Engine) -> bool:
    return engine.store.database.read_only == FOREIGN


def claim(engine: Engine, typed: str) -> None:
    """On the desk thread. It comes up again as this machine's: what was being sent is in doubt, then it is compared."""
    if engine.again:
        return  # asked twice
    if not is_foreign(engine):
        raise BadInput("This workspace belongs to this machine. Nothing was done.")
    if typed.strip().casefold() != CLAIM:
        raise BadInput(f"Nothing was done: type “{CLAIM}” when it is so.")
    store, before = engine.store, engine.workspace.machine
    store.database.hold("")
    store.unit.read_only = ""
    try:
        with store.unit:
            store.accounts.move_to(this_machine())
            title = f"{engine.workspace.name} was claimed for this machine"
            store.journal.write("workspace.claimed", title, {"before": before, "words": typed.strip()}, who="person")
    finally:
        store.database.hold(FOREIGN)  # what is open now was opened for reading
        store.unit.read_only = FOREIGN
    engine.again = True
    engine.ending.set()
