"""Colours and the one block of style rules: light and dark, and which kind of money moves here."""

from pathlib import Path
from typing import Final

import streamlit as st

from core.domain.workspace import WorkspaceKind
from pages.parts.display import pair
from pages.parts.menu import icons

KINDS: Final = {
    WorkspaceKind.PRACTICE: ("PRACTICE", "school", "invented market"),
    WorkspaceKind.PAPER: ("PAPER", "description", "no real money"),
    WorkspaceKind.LIVE: ("LIVE", "bolt", "real money"),
}
LIGHT: Final = {
    "bg": "#FFFFFF",
    "surface": "#F4F5F7",
    "line": "#DFE3E8",
    "hair": "#ECEEF1",
    "ink": "#151A22",
    "muted": "#5B6573",
    "gain": "#0B7A4B",
    "loss": "#C22F45",
    "bad": "#C22F45",
    "warn": "#854D00",
    "warnbg": "#FCF1DC",
    "badbg": "#FBE8EA",
    "info": "#1B5FBF",
    "infobg": "#E8F0FB",
    "accent": "#1B2333",
    "onaccent": "#FFFFFF",
    "quiet": "#8A94A2",
    "practice": "#6A3FC8",
    "paper": "#1B62C4",
    "live": "#C43C08",
    "practicebg": "#F0EAFC",
    "paperbg": "#E8F0FB",
    "livebg": "#FDECE4",
    "scrim": "rgba(21,26,34,.22)",
}
DARK: Final = {
    "bg": "#0F1217",
    "surface": "#181D24",
    "line": "#2A313B",
    "hair": "#20262E",
    "ink": "#E6E9EF",
    "muted": "#98A2B0",
    "gain": "#45BD89",
    "loss": "#F27885",
    "bad": "#F27885",
    "warn": "#E9B55F",
    "warnbg": "#2C2212",
    "badbg": "#331A1F",
    "info": "#7FB2FF",
    "infobg": "#14233A",
    "accent": "#E6E9EF",
    "onaccent": "#0F1217",
    "quiet": "#667180",
    "practice": "#7A52DA",
    "paper": "#2C6FD4",
    "live": "#CB4710",
    "practicebg": "#241C3B",
    "paperbg": "#14233A",
    "livebg": "#37190C",
    "scrim": "rgba(3,5,8,.62)",
}
BLUE: Final = {  # gain and loss for who cannot tell green from red: light, dark
    False: {"gain": "#1B5FBF", "loss": "#A85400"},
    True: {"gain": "#7FB2FF", "loss": "#F0A24B"},
}
_RULES: Final = Path(__file__).with_name("look.css")


def palette() -> dict[str, str]:
    """Of this theme, with the pair of gain and loss that was chosen."""
    return colours(dark=st.context.theme.type == "dark", chosen=pair())


def colours(*, dark: bool, chosen: str = "") -> dict[str, str]:
    own = BLUE[dark] if chosen == "blue" else {}
    return (DARK if dark else LIGHT) | own


def dress(kind: WorkspaceKind | None) -> None:
    """Print the style rules for this theme and this kind of workspace; unknown while the desk has never answered."""
    inks = palette()
    mode = {
        "mode": inks[kind] if kind else inks["muted"],
        "modebg": inks[f"{kind}bg"] if kind else inks["surface"],
        "bar": "6px" if kind is WorkspaceKind.LIVE else "3px",
        "ring": ",inset 0 0 0 3px var(--mode)" if kind is WorkspaceKind.LIVE else "",
    }
    names = ";".join(f"--{name}:{value}" for name, value in (inks | mode).items() if name != "ring")
    frame = f".stApp::before{{box-shadow:inset 0 var(--bar) 0 0 var(--mode){mode['ring']}}}"
    st.html(f"<style>:root{{{names}}}{frame}{icons()}</style>")
    st.html(_RULES)
