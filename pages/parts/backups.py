"""Settings for backups: what is kept, one more now, the second place, and how one is put back."""

import streamlit as st

from core.channel.facets.backups import BackupsView, BackupView
from pages.parts import moving
from pages.parts.desk import answer, ask, desk
from pages.parts.marks import banner, empty, mini, section
from pages.parts.words import moment, plural, room

PATIENCE = 300.0  # seconds: a large database is copied, read through and proved
SHOWN = 20


def show() -> None:
    state = desk().backups.state()
    section("Backups", f"{plural(len(state.kept), 'copy').replace('copys', 'copies')} in {state.folder}")
    st.caption("One is made each night at 20:30 ET by the market's clock; the newest 14 nights and 6 by hand are kept.")
    _list(state)
    st.button("Back up now", type="primary", key="back_up", on_click=_make)
    answer("back_up")
    if done := st.session_state.get("backed_up"):
        st.caption(f"{done}.")
    _second(state)
    moving.restore()


def _list(state: BackupsView) -> None:
    if not state.kept:
        empty("No backup yet.", "One is made each night; press Back up now for one at once.")
        return
    heads = (("Made, ET", "r"), ("Size", "r"), ("Checked", "l"), ("File", "quiet"), ("Second place", "quiet wide"))
    lines = [[moment(one.made_at), room(one.size), _checked(one), one.name, one.second] for one in state.kept[:SHOWN]]
    mini("Backups", heads, lines)


def _checked(one: BackupView) -> str:
    if one.name.startswith("before-"):
        return "Kept before an update"
    return "Opened, read through, books proved" if one.verified else "Not known here"


def _make() -> None:
    said: list[str] = []
    if ask("back_up", lambda: said.append(desk(PATIENCE).backups.make())):
        st.session_state["backed_up"] = said[0]


def _second(state: BackupsView) -> None:
    section("A second place", "a folder on another disk; each backup is copied there, read back and compared")
    if state.second_failed:
        banner("amber", "The newest backup is not there.", f"{state.second_words} It is tried with the next one.")
    elif state.second_place:
        st.caption(f"{state.second_place}. {state.second_words}")
    else:
        st.caption("None. If this disk fails, the backups are lost with it.")
    st.session_state.setdefault("second_place", state.second_place)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Folder", key="second_place", placeholder="/media/stick/quarterdeck", autocomplete="off", width=420
        )
        st.button("Use this folder", key="set_second", on_click=_set)
        if state.second_place:
            st.button("No second place", key="no_second", on_click=_none)
    answer("second")
    st.caption(
        "The vault does not go there: whoever finds the disk has your history, and no key. The files are readable "
        "by you alone where the disk knows owners; anybody who holds a stick can read one that does not."
    )


def _set() -> None:
    folder = st.session_state["second_place"]
    ask("second", lambda: desk().backups.set_second_place(folder))


def _none() -> None:
    if ask("second", lambda: desk().backups.set_second_place("")):
        st.session_state["second_place"] = ""
