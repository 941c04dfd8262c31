"""Which account a page is about: the only one, or the one the person chose; never one that was guessed."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

import streamlit as st

from core.channel.facets.positions import AccountSummary
from core.domain.sample import Sample
from pages.parts.words import money

KEY: Final = "account"
_FIELD: Final = "account_choice"  # of the widget alone: Streamlit forgets it where it is not drawn


def remember(known: Iterable[AccountSummary]) -> None:
    """What the frame has read for its own line; while the desk is away, what it read last."""
    st.session_state["accounts"] = {summary.account_id: summary for summary in known}


def begin(usual: str) -> None:
    """Once in a window, with several accounts: the one a person set for this workspace, until they choose another."""
    if not st.session_state.get(KEY) and usual in _known():
        st.session_state[KEY] = usual


def _known() -> dict[str, AccountSummary]:
    found: dict[str, AccountSummary] = st.session_state.get("accounts", {})
    return found


def names() -> dict[str, str]:
    """Every account by its id."""
    return {account_id: summary.name for account_id, summary in _known().items()}


def chosen() -> str:
    """Its id; empty while there are several and nobody has chosen."""
    known = _known()
    only = next(iter(known)) if len(known) == 1 else ""
    return only or st.session_state.get(KEY) or ""


def obeyed(known: Iterable[AccountSummary]) -> list[AccountSummary]:
    """What a page shows of all there are: the chosen one alone; every one, never added up, until one is chosen."""
    return [summary for summary in known if chosen() in ("", summary.account_id)]


def selector() -> None:
    """In the frame, where there is more than one. Every page obeys it."""
    known = _known()
    if len(known) < 2:
        return
    words = names()
    st.session_state[_FIELD] = chosen() or None
    with st.popover(words.get(chosen(), "Choose an account"), key="account"):
        st.radio(
            "Account",
            list(known),
            index=None,
            format_func=lambda account_id: words.get(account_id, account_id),
            captions=[f"Value {_words(s.value, s)} · buying power {_words(s.buying_power, s)}" for s in known.values()],
            key=_FIELD,
            on_change=_keep,
            args=(_FIELD,),
        )
        st.caption("Every page shows this one; accounts are never added up.")


def _words(value: Decimal | None, summary: AccountSummary) -> str:
    return f"{money(value)} {summary.currency}"


def choose(where: str, *, disabled: bool = False) -> str:
    """A field of its own on the ticket, where the account is a part of the order; the choice is the frame's."""
    known = names()
    key = f"{KEY}:{where}"
    if len(known) > 1:
        st.session_state[key] = chosen() or None
        st.selectbox(
            "Account",
            list(known),
            index=None,
            format_func=lambda account_id: known.get(account_id, account_id),
            placeholder="Choose an account",
            key=key,
            on_change=_keep,
            args=(key,),
            disabled=disabled,
        )
    return chosen()


def _keep(field: str) -> None:
    st.session_state[KEY] = st.session_state[field]


def sample(account_id: str) -> Sample | None:
    """The part of its past that nobody traded."""
    summary = _known().get(account_id)
    return summary.sample if summary else None


def name_of(account_id: str) -> str:
    """To be said beside an order when there are several; empty when there is only one."""
    known = names()
    return known.get(account_id, account_id) if len(known) > 1 else ""
