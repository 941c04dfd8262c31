"""A passphrase typed where nobody can read it: into the terminal's hidden prompt, and from there to the engine."""

import getpass
import sys
from collections.abc import Callable
from typing import Final, TypeVar

from core.channel.client import connect
from core.channel.home import WorkspaceFolder
from core.channel.terminal import complain, say
from core.domain.errors import BadInput, Locked, TooManyTries, WrongPassphrase

Answer = TypeVar("Answer")
_TRIES: Final = 3
_SLOW_SECONDS: Final = 30.0  # a passphrase is slow to try, and a workspace has to begin behind it
LOST: Final = (
    "Nobody can read its keys without the passphrase, and nobody can tell you what it was: write it down and keep it "
    "where your papers are."
)


def ticket_for(folder: WorkspaceFolder) -> str:
    """Ask whoever sits there, and hand it on. It is kept nowhere."""
    lock = connect(folder, _SLOW_SECONDS).lock
    view = lock.state()
    return _tries(
        lambda: lock.unlock(typed(f"Passphrase of {folder.name}: "), _code(asked=view.asks_code), terminal=True)
    )


def unlock(folder: WorkspaceFolder) -> None:
    view = connect(folder).lock.state()
    if not view.has_passphrase:
        say(f"{folder.name} has no passphrase: nothing is locked.")
        return
    ticket_for(folder)
    words = (
        "is unlocked: it watches and works again." if view.sealed else "was working already; the passphrase is right."
    )
    say(f"{folder.name} {words} Each window asks for the passphrase itself.")


def lock(folder: WorkspaceFolder) -> None:
    connect(folder).lock.lock()
    say(f"{folder.name} is locked in every window. The engine keeps working.")


def passphrase(folder: WorkspaceFolder) -> None:
    """The first one, or another one."""
    desk = connect(folder, _SLOW_SECONDS)
    view = desk.lock.state()
    if not view.has_passphrase:
        desk.vault.choose(_new(folder))
        say(f"{folder.name} has a passphrase now, and locks after half an hour without a hand. {LOST}")
        return
    old = typed(f"Passphrase of {folder.name} as it is: ")
    ticket = desk.lock.unlock(old, _code(asked=view.asks_code), terminal=True)
    connect(folder, _SLOW_SECONDS, ticket).vault.change(old, _new(folder))
    say(f"The passphrase of {folder.name} was changed. Every window is locked now. {LOST}")


def typed(words: str) -> str:
    """Only at a terminal: a passphrase in a pipe stands in a file or in the list of processes."""
    if not sys.stdin.isatty():
        raise Locked(
            "The desk is locked, and a passphrase is typed at a terminal only. Nothing was done. Unlock it in the "
            "window, or run this command in a terminal; stop-trading works without."
        )
    return getpass.getpass(words)


def _code(*, asked: bool) -> str:
    return typed("Code of the app, or a recovery code: ") if asked else ""


def _new(folder: WorkspaceFolder) -> str:
    fresh = typed(f"New passphrase of {folder.name}: ")
    if typed("The same again: ") != fresh:
        raise BadInput("The two were not the same. Nothing was changed: try again.")
    return fresh


def _tries(act: Callable[[], Answer]) -> Answer:
    for _ in range(_TRIES - 1):
        try:
            return act()
        except TooManyTries:
            raise
        except WrongPassphrase as error:
            complain(str(error))
    return act()
