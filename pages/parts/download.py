"""The one way a file leaves the window: never while amounts are hidden, for it would show them."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from pages.parts.display import hidden

WHY_NOT: Final = "Amounts are hidden, and the file would show them. Show amounts first, at the foot of the menu."


def download(
    label: str, made: Callable[[], str | bytes], file_name: str, mime: str, *, key: str | None = None, hint: str = ""
) -> None:
    """Made when it is asked for, not before."""
    st.download_button(
        label,
        made,
        file_name,
        mime,
        key=key,
        on_click="ignore",
        disabled=hidden(),
        help=WHY_NOT if hidden() else hint or None,
    )
