"""How this workspace is set up: what a ticket begins with, who gets in, where copies go, what it consists of."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from pages.parts import backups, defaults, house, moving, security, telling
from pages.parts.marks import head

PARTS: Final[dict[str, tuple[str, Callable[[], None]]]] = {  # in the address → its name, what is shown
    "trading": ("Trading", defaults.trading),
    "display": ("Display", defaults.screen),
    "security": ("Security", security.show),
    "notifications": ("Notifications", telling.show),
    "backups": ("Backups", backups.show),
    "moving": ("Moving", moving.show),
    "folder": ("Data folder", house.folder),
    "versions": ("Versions", house.versions),
    "licences": ("Licences", house.licences),
}
FIRST: Final = "trading"
READABLE: Final = 920  # pixels: a value stands where its name can still be seen
KEY: Final = "settings_part"


def part() -> str:
    """Kept in the address, so that each part can be linked to."""
    asked = st.query_params.get("part", FIRST)
    if KEY not in st.session_state:
        st.session_state[KEY] = asked if asked in PARTS else FIRST
    chosen: str | None = st.segmented_control(
        "Part",
        list(PARTS),
        format_func=lambda name: PARTS[name][0],
        key=KEY,
        label_visibility="collapsed",
        required=True,
    )
    st.query_params["part"] = chosen or FIRST
    return chosen or FIRST


head("Settings")
shown = part()
with st.container(width=READABLE):
    PARTS[shown][1]()
