"""How this browser shows things: amounts hidden or not, the colours of gain and loss, sound or none. Kept in the address."""

from typing import Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

HIDE: Final = "hide"
COLOURS: Final = "colours"
SOUND: Final = "sound"
PAIRS: Final = {"": "Green and red", "blue": "Blue and orange, for colour-blind eyes"}
_seen_here: Final[set[str]] = set()  # while nobody has ever chosen a thing, nothing is looked up for each number


def hidden() -> bool:
    """Amounts and quantities are not to be seen now."""
    return _chosen(HIDE) == "amounts"


def pair() -> str:
    """Which of PAIRS."""
    return _chosen(COLOURS)


def sound() -> bool:
    """A new notice is heard."""
    return _chosen(SOUND) == "on"


def _chosen(name: str) -> str:
    run = get_script_run_ctx(suppress_warning=True) if name in _seen_here else None
    return str(run.session_state[f"display:{name}"]) if run and f"display:{name}" in run.session_state else ""


def restore() -> None:
    """First of all in a run: a reload and a link keep what the address says, and the address what was chosen here."""
    for name, known in ((HIDE, ("amounts",)), (COLOURS, tuple(PAIRS)), (SOUND, ("on",))):
        key = f"display:{name}"
        if key not in st.session_state:
            told = st.query_params.get(name, "")
            _keep(name, told if told in known else "")
        if st.session_state[key] != st.query_params.get(name, ""):
            _into_address(name, st.session_state[key])


def controls() -> None:
    """At the foot of the menu. Their own state follows what was chosen, wherever that was."""
    with st.sidebar.container(key="display"):
        st.session_state["display_hide"] = hidden()
        st.toggle("Hide amounts", key="display_hide", on_change=_hide, help="Percentages stay. So does what you type.")
        st.session_state["display_pair"] = pair()
        with st.popover("Display", type="tertiary"):
            st.radio(
                "Gain and loss in", list(PAIRS), format_func=PAIRS.__getitem__, key="display_pair", on_change=_paint
            )
            st.session_state["display_sound"] = sound()
            st.toggle(
                "Sound for new notices",
                key="display_sound",
                on_change=_sound,
                help="Alerts, and whatever else waits for your look. After a reload the browser is mute until you click or type.",
            )
            st.caption("Light or dark follows your system. The address keeps what you choose here.")


def hide(on: bool) -> None:
    """In a callback."""
    _keep(HIDE, "amounts" if on else "")


def paint(chosen: str) -> None:
    """One of PAIRS."""
    _keep(COLOURS, chosen)


def _hide() -> None:
    hide(st.session_state["display_hide"])


def _paint() -> None:
    paint(st.session_state["display_pair"])


def _sound() -> None:
    _keep(SOUND, "on" if st.session_state["display_sound"] else "")


def _keep(name: str, value: str) -> None:
    st.session_state[f"display:{name}"] = value
    if value:
        _seen_here.add(name)


def _into_address(name: str, value: str) -> None:
    if value:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)
