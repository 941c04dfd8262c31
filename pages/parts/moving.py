"""Recipes to follow by hand: putting a backup back, and moving to another machine."""

from collections.abc import Sequence
from html import escape
from typing import Final

import streamlit as st

from core.channel.facets.settings import CLAIM
from pages.parts.desk import answer, ask, desk
from pages.parts.marks import section

RESTORE: Final = (
    "Close the window and end the desk: press Ctrl-C where it was started.",
    "In the workspace's folder rename desk.sqlite3, desk.sqlite3-wal and desk.sqlite3-shm, so that they can be found again.",
    "Copy the backup you want to that folder and name the copy desk.sqlite3.",
    "If the vault is gone too, copy backups/vault to vault.",
    "Start the desk. What happened after the backup is read from the broker; until both agree only looking is allowed.",
)
LOST: Final = (
    "Start the desk once on the new machine with the same name and kind of workspace, then end it with Ctrl-C.",
    "Go on as above, with the newest file of the second place, whose name begins with the workspace's.",
    "Choose a passphrase anew and type the keys again: the vault was on the disk that is gone.",
    "Practice: its exchange was on that disk too. The books tell what was, and a new run begins.",
)
MOVE: Final = (
    "On the old machine end the desk: press Ctrl-C where it was started. Let it not be started there again.",
    "Copy the workspace's whole folder, with everything in it, to the same place under the new home: "
    ".quarterdeck/NAME. The vault travels with it, encrypted, and opens with the same passphrase.",
    "If the workspace plays a recording, copy that folder to the same path as well.",
    "On the new machine install Quarterdeck and start it with that workspace.",
    "A practice workspace goes on at once. A paper or live one opens for reading only: say that the old desk is "
    "closed and claim it; it compares itself with the broker, then it trades.",
    "Look the desk over on the page Journal: positions, cash and journal are what they were.",
)


def show() -> None:
    claim()
    section("Moving to a new machine", "nothing is lost on the way: the folder is all there is")
    steps(MOVE)


def claim() -> None:
    """Of a workspace that was copied here: the person says what no program can know."""
    if not desk().health.state().foreign:
        return
    section("Claim it for this machine", "two desks on one account would each act on what only the other one knows")
    st.caption(
        "Until then it can only be read. Afterwards the desk starts again, asks the broker what became of every open "
        "order, compares positions and cash, and only then takes orders. It is written into the journal."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(f"Type “{CLAIM}”", key="claim_words", autocomplete="off", width=320)
        st.button("Claim this workspace", type="primary", key="claim", on_click=_claim)
    answer("claim")


def _claim() -> None:
    typed = st.session_state["claim_words"]
    ask("claim", lambda: desk().settings.claim(typed))


def restore() -> None:
    section("Putting one back", "when the database is damaged or something was deleted")
    steps(RESTORE)
    section("When the whole disk is lost", "from the second place")
    steps(LOST)


def steps(words: Sequence[str]) -> None:
    st.html("<ol class='qd-steps'>" + "".join(f"<li>{escape(one)}</li>" for one in words) + "</ol>")
