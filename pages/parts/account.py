"""Which account a page is about: the only one, or the one the person chose; never one that was guessed."""

from collections.abc import Iterable
from typing import Final

import streamlit as st

from core.channel.facets.positions import AccountSummary

KEY: Final = "account"


def remember(known: Iterable[AccountSummary]) -> None:
    """What the frame has read for its own line; while the desk is away, what it read last."""
    st.session_state["accounts"] = {summary.account_id: summary.name for summary in known}


def names() -> dict[str, str]:
    """Every account by its id."""
    found: dict[str, str] = st.session_state.get("accounts", {})
    return found


def chosen() -> str:
    """Its id; empty while there are several and nobody has chosen."""
    known = names()
    only = next(iter(known)) if len(known) == 1 else ""
    return only or st.session_state.get(KEY) or ""


def choose(where: str, *, disabled: bool = False) -> str:
    """Asks only when there is more than one. Each page has a field of its own; the choice is the same on all."""
    words = names()
    known = list(words)
    if len(known) > 1:
        st.selectbox(
            "Account",
            known,
            index=known.index(chosen()) if chosen() in known else None,
            format_func=lambda account_id: words.get(account_id, account_id),
            placeholder="Choose an account",
            key=f"{KEY}:{where}",
            on_change=_keep,
            args=(where,),
            disabled=disabled,
        )
    return chosen()


def _keep(where: str) -> None:
    st.session_state[KEY] = st.session_state[f"{KEY}:{where}"]


def name_of(account_id: str) -> str:
    """To be said beside an order when there are several; empty when there is only one."""
    known = names()
    return known.get(account_id, account_id) if len(known) > 1 else ""
