"""The numbers the checks apply before an order is sent; every change is written into the journal with its reason."""

from typing import Final

import streamlit as st

from pages.parts.desk import answer, ask, desk
from pages.parts.limit_words import written
from pages.parts.marks import empty, head, rows, section
from pages.parts.table import Column, picked, show, unpick

KEY: Final = "limits"
COLUMNS: Final = {
    "check": Column(head="Check", width=56, form="strong"),
    "title": Column(head="What it looks at", width=160),
    "label": Column(head="Limit", width=274),
    "value": Column(head="In force", width=80, right=True),
    "default": Column(head="Default", width=76, right=True, form="quiet"),
    "scope": Column(head="Set for", width=82, form="quiet"),
}


def edit(check: str, setting: str) -> None:
    """One limit: its value, and why it is changed."""
    found = [limit for limit in desk().limits.all() if (limit.check, limit.setting) == (check, setting)]
    for limit in found:
        section(f"{limit.check} {limit.title}", limit.label)
        now, shipped = written(limit.value, limit.unit), written(limit.default, limit.unit)
        rows([("In force", now, f"set for: {limit.scope}"), ("Default", shipped, "")])
        value, reason = st.columns([1, 2])
        value.text_input(
            "New value", key=f"limit_value:{check}:{setting}", placeholder=now.removesuffix(" s").removesuffix(" USD")
        )
        reason.text_input("Why", key=f"limit_reason:{check}:{setting}")
        answer("limits")
        with st.container(horizontal=True):
            st.button("Change limit", type="primary", key="limit_change", on_click=change, args=(check, setting))
            st.button("Back to the default", key="limit_reset", on_click=reset, args=(check, setting))


def _typed(field: str, check: str, setting: str) -> str:
    words: str = st.session_state[f"limit_{field}:{check}:{setting}"]
    return words


def change(check: str, setting: str) -> None:
    value, reason = _typed("value", check, setting), _typed("reason", check, setting)
    if ask("limits", lambda: desk().limits.change(check, setting, value, reason)):
        unpick(KEY)


def reset(check: str, setting: str) -> None:
    reason = _typed("reason", check, setting)
    if ask("limits", lambda: desk().limits.reset(check, setting, reason)):
        unpick(KEY)


def preset(name: str, reason: str) -> None:
    ask("preset", lambda: desk().limits.use_preset(name, reason))


def choose_preset() -> None:
    """Named sets for a way of investing, in place of everything set by hand."""
    with st.popover("Choose a set of limits…"):
        name = st.selectbox(
            "Set", desk().limits.presets(), format_func=lambda known: known.replace("_", " "), key="preset"
        )
        reason = st.text_input("Why", key="preset_reason", live=True)
        st.caption("It takes the place of everything that was set by hand here.")
        st.button("Use this set", key="preset_use", disabled=not reason, on_click=preset, args=(name, reason))
        answer("preset")


head("Limits")
st.caption("Select a limit to change it. Orders that only make a position smaller are never held back by most of them.")
limits = [
    {
        "id": f"{limit.check}:{limit.setting}",
        "check": limit.check,
        "title": limit.title,
        "label": limit.label,
        "value": written(limit.value, limit.unit),
        "default": written(limit.default, limit.unit),
        "scope": limit.scope,
    }
    for limit in desk().limits.all()
]
choose_preset()
if limits:
    show(limits, COLUMNS, key=KEY, ids="id", name="Limits", most=8 if picked(KEY) else 16, mode="single-row")
else:
    empty("No limits.", "The checks of this desk have no numbers to set.")
for chosen in picked(KEY):
    edit(*chosen.split(":", 1))
