"""The way to the desk, and what a person is told when it says no or says nothing."""

from collections.abc import Callable, Iterable
from functools import cache, lru_cache, wraps
from html import escape
from typing import Final, ParamSpec

import streamlit as st

from core.channel import window
from core.channel.client import connect
from core.channel.desk import Desk
from core.channel.home import WorkspaceFolder
from core.domain.errors import DeskError
from pages.parts.marks import banner
from pages.parts.once import once

P = ParamSpec("P")
SEARCHED: Final = 10  # seconds between two looks through a long history: one may keep a processor busy for a while


@cache
def folder() -> WorkspaceFolder:
    """The workspace this window was opened for."""
    return window.shown()


@lru_cache(maxsize=64)
def _line(patience: float, ticket: str) -> Desk:
    return once(connect(folder(), patience, ticket))


def ticket() -> str:
    """What this browser was given when it was unlocked; it never stands in a page or in Streamlit's own state."""
    return st.context.cookies.get(window.ticket_cookie(folder()), "")


def desk(patience: float = 5.0) -> Desk:
    """Whom every page asks. One line for all windows of a browser; it calls again by itself after a restart."""
    return _line(patience, ticket())


def ask(where: str, act: Callable[[], object]) -> bool:
    """Ask for something in a callback. When the answer is no, it is shown where the person asked."""
    try:
        act()
    except DeskError as error:
        st.session_state[f"said:{where}"] = str(error)
        return False
    st.session_state.pop(f"said:{where}", None)
    return True


def ask_each(where: str, acts: Iterable[Callable[[], object]]) -> None:
    """Several at once: one that is refused does not keep the others from being done."""
    refused = []
    for act in acts:
        try:
            act()
        except DeskError as error:
            refused.append(str(error))
    st.session_state[f"said:{where}"] = " ".join(dict.fromkeys(refused))


def answer(where: str) -> None:
    """What the desk last said no to here."""
    words = st.session_state.get(f"said:{where}", "")
    if words:
        first, _, rest = words.partition(". ")
        banner("red", f"{first}." if rest else first, rest)


def live(every: float = 1) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """A part that only looks, drawn again and again. While the desk is silent it waits, and comes back by itself."""

    def wrap(look: Callable[P, None]) -> Callable[P, None]:
        @wraps(look)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
            try:
                look(*args, **kwargs)
            except DeskError as error:
                st.html(f"<div class='qd-wait'>Not shown now. {escape(str(error))}</div>")

        return st.fragment(run_every=every)(guarded)

    return wrap
