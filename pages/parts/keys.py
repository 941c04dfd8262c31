"""The one script of our own in the window: Enter reviews, Esc goes back, Ctrl+K and ? open what they open. The server lets it run because it knows it by its hash."""

from pathlib import Path
from typing import Final

import streamlit as st

SCRIPT: Final = Path(__file__).resolve().parents[1] / "static" / "keys.js"


def listen() -> None:
    st.html(f"<script>{SCRIPT.read_text()}</script>", unsafe_allow_javascript=True)
