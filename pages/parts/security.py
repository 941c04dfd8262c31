"""Settings for who gets in: how the vault and the lock stand, the forms, and when a window locks by itself."""

import streamlit as st

from core.channel.facets.settings import LEAST_IDLE, MOST_IDLE
from pages.parts.desk import answer, ask, desk, ticket
from pages.parts.marks import banner, rows, section


def show() -> None:
    lock = desk().lock.state(ticket())
    section("Passphrase and vault")
    if lock.trouble:
        banner("red", "The vault cannot be opened.", lock.trouble)
    if lock.has_passphrase:
        codes = f"Asked for · {lock.recovery_left} recovery codes left" if lock.asks_code else "Not asked for"
        looking = "May be looked at" if lock.may_look else "Shows nothing"
        rows(
            [
                ("Passphrase", "Chosen", "keys lie encrypted in the vault"),
                ("Codes of an app", codes, ""),
                ("While it is locked", looking, "acting is refused either way; Stop trading works"),
                ("This window locks in", f"{lock.idle_seconds / 60:.0f} min", "without your hand"),
            ]
        )
        st.html("<a class='qd-side' href='/passphrase'>Passphrase, codes, and what a locked desk shows</a>")
    else:
        rows([("Passphrase", "None", "this workspace never locks and keeps no keys")])
        st.html("<a class='qd-side' href='/passphrase'>Choose a passphrase</a>")
    section("Locks by itself", "each window on its own; Lock now under the menu locks all at once")
    now = desk().settings.state().idle_minutes
    st.session_state.setdefault("set_idle", str(now))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            f"Minutes without a hand, {LEAST_IDLE} to {MOST_IDLE}", key="set_idle", autocomplete="off", width=260
        )
        st.button("Keep", key="keep_idle", on_click=_keep)
    answer("set_idle")
    none = "" if lock.has_passphrase else " It counts once there is a passphrase."
    st.caption(f"In force: {now} min.{none}")


def _keep() -> None:
    typed = st.session_state["set_idle"]
    ask("set_idle", lambda: desk().settings.set_idle(typed))
