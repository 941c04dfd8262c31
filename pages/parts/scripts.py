"""The scripts of our own in the window: keys, sound and what to do when it is blank. The server lets them run because it knows them by their hash."""

from pathlib import Path
from typing import Final

import streamlit as st

PLACE: Final = Path(__file__).resolve().parents[1] / "static"
SCRIPTS: Final = ("keys.js", "sound.js", "blank.js")


def run() -> None:
    scripts = "".join(f"<script>{(PLACE / name).read_text()}</script>" for name in SCRIPTS)
    st.html(scripts, unsafe_allow_javascript=True)
