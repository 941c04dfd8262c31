"""The frame every page stands in: which money moves here, how the desk stands, Stop trading; then the page itself."""

from contextlib import suppress
from html import escape
from pathlib import Path

import streamlit as st
from streamlit.errors import FragmentHandledException

from core.domain.errors import DeskError
from core.domain.workspace import WorkspaceKind
from pages.parts import (
    account,
    brake,
    display,
    export,
    fault,
    frame,
    locked,
    palette,
    scripts,
    seen,
    shortcuts,
    switch,
    usual,
)
from pages.parts.desk import desk, folder
from pages.parts.ending import Ended
from pages.parts.look import KINDS, dress
from pages.parts.menu import follow, pages
from pages.parts.once import ahead, remember

display.restore()
export.begin()
here = st.navigation(pages(folder().kind), expanded=True)
follow(here)
health = frame.standing()
if health:
    ahead(desk(), here.url_path)
door = locked.door() if health else None
open_to_all = door is None or not door.locked
kind = frame.kind_of(health)
word = KINDS[kind][0]
st.set_page_config(
    page_title=f"{word} · {here.title} · Quarterdeck",
    page_icon=str(Path(__file__).with_name("static") / f"{kind}.png"),
    layout="wide",
    initial_sidebar_state=208,
)
dress(kind)
if len(frame.accounts()) > 1 and not account.chosen():
    account.begin(usual.read().account_id)

with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="frame"):
    with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
        frame.tag(kind)
        if not locked.hides(door):
            account.selector()
    st.session_state["strip"] = st.container(width="content")
    with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
        if kind is WorkspaceKind.PRACTICE and health and open_to_all:
            switch.signed_out(health)
            switch.popover(health)
        brake.buttons(health, may_resume=open_to_all)
if not locked.hides(door):
    display.controls()
    with st.sidebar.container(gap=None):
        palette.buttons()
        shortcuts.buttons()
with st.container(horizontal=True, vertical_alignment="center", key="notices"):
    st.session_state["notes"] = st.container()
    beside = st.container(width="content")
st.session_state["shape"] = frame.shape(health, door)
fault.show()
frame.look(here.url_path)
locked.side(door)
if open_to_all:
    seen.show(health, beside)
brake.show()

if not locked.hides(door):
    try:
        with suppress(Ended, FragmentHandledException):  # a live block that failed has said so where it stands
            here.run()
        remember(here.url_path)
    except DeskError as error:
        st.html(f"<div class='qd-wait'>Not shown now. {escape(str(error))}</div>")
    except Exception as error:  # noqa: BLE001  a fault of a page is no reason to break off the run, see ending.py
        fault.of_page(error)
    finally:
        export.shelf()
        palette.show(may_act=open_to_all, may_lock=bool(door and door.has_passphrase and not door.locked))
        shortcuts.show()
        scripts.run()
