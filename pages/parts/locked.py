"""What a locked window still offers, and the way out of it; and, while it is not locked, the way to lock it."""

from html import escape

import streamlit as st

from core.channel.facets.lock import LockView
from core.domain.errors import DeskError
from pages.parts.desk import ask, desk, ticket

_NOTICED = 3.0
FOREIGN = (
    "It can only be read, and nothing is sent from here. When the desk there is closed for good, claim it under "
    "Settings, Moving."
)


def door() -> LockView | None:
    """How it stands for this browser; None = the desk does not answer, and says nothing either way."""
    try:
        return desk(_NOTICED).lock.state(ticket())
    except DeskError:
        return None


def hides(view: LockView | None) -> bool:
    """Whether nothing of a page may be shown."""
    return view is not None and view.locked and not view.may_look


def banner_html(view: LockView, page: str) -> str:
    """Cause and way out, above everything else there is to know."""
    detail = (
        "It can be looked at; nothing can be done. " if view.may_look else "Nothing is shown and nothing can be done. "
    )
    stays = "Nothing is watched until then." if view.sealed else "The desk works on."
    return (
        "<div class='qd-note amber qd-locked' role='alert'><b>This window is locked.</b> "
        f"{detail}{stays} Stop trading works.<a href='/unlock?next=/{escape(page)}'>Unlock</a></div>"
    )


def side(view: LockView | None) -> None:
    """Under the menu."""
    if view is None or view.locked:
        return
    with st.sidebar:
        if view.has_passphrase:
            st.button("Lock now", icon=":material/lock:", key="lock_now", on_click=lock)
        words = "Passphrase and codes" if view.has_passphrase else "Choose a passphrase"
        st.html(f"<a class='qd-side' href='/passphrase' title='{words}'>{words}</a>")


def lock() -> None:
    """In a callback."""
    ask("lock", desk().lock.lock)
