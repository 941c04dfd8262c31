"""What leaves this machine: which machines are called, what is sent there and when; or that nothing is."""

import streamlit as st

from pages.parts import menu
from pages.parts.desk import desk, live
from pages.parts.marks import empty, head, mini, section

HEADS = (("What", "strong"), ("To", "wide"), ("What is sent", "wide"), ("When", "l quiet wide"))
NEVER = (
    "No measuring, no reports of errors, no look for updates. Pictures, fonts and scripts of this window come from this "
    "machine, and the browser is told to call no other. Only start.py fetches packages, from the index your pip is set "
    "to, when it installs or brings up to date."
)


@live(every=5)
def calls() -> None:
    views = desk().outside.all()
    section("What leaves this machine", "to whom, as things are set up now")
    if not views:
        empty("Nothing leaves this machine.", "No way to reach you outside is on, and prices and exchange are here.")
        return
    lines = [[v.what, v.host or f"Not known now. {v.trouble}", v.sends, v.when] for v in views]
    mini("What leaves this machine", HEADS, lines)
    st.caption("Of an address only the machine's name is shown: the rest of it is often the secret itself.")


head("What leaves here")
calls()
with st.container(horizontal=True):
    menu.link("notifications", "Ways to reach you")
section("What never leaves", "whatever is set up")
st.markdown(NEVER, width=760)
