"""The pages there are, and how one leads to another."""

from pathlib import Path
from typing import Final, Literal

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from core.domain.workspace import WorkspaceKind

_FOLDER: Final = Path(__file__).resolve().parents[1]
MENU: Final = {
    "home": "Home",
    "ticket": "Ticket",
    "orders": "Orders",
    "positions": "Positions",
    "market": "Market",
    "performance": "Performance",
    "statement": "Statement",
    "journal": "Journal",
    "practice": "Practice",
    "crash_day": "Crash day",
    "welcome": "Welcome",
    "lessons": "Lessons",
    "risks": "Before you trade",
    "limits": "Limits",
    "activity": "Activity",
    "notifications": "Notifications",
    "connect": "Connect",
    "live": "Going live",
    "settings": "Settings",
    "outside": "What leaves here",
}
GROUPS: Final = {  # what stands in none of them stands in the last
    "Desk": ("home", "ticket", "orders", "positions", "market"),
    "Looking back": ("performance", "statement", "journal"),
    "Practice": ("practice", "crash_day"),
    "Learn": ("welcome", "lessons", "risks"),
    "House": (),
}
ICONS: Final = {  # where the window is narrow the menu is a row of these, drawn from the window's own font
    "home": "home",
    "ticket": "edit_square",
    "orders": "list_alt",
    "positions": "pie_chart",
    "market": "candlestick_chart",
    "performance": "show_chart",
    "statement": "receipt_long",
    "journal": "menu_book",
    "practice": "school",
    "crash_day": "trending_down",
    "limits": "shield",
    "activity": "schedule",
    "notifications": "notifications",
    "live": "bolt",
    "welcome": "flag",
    "lessons": "lightbulb",
    "risks": "warning",
    "outside": "output",
    "connect": "cable",
    "settings": "settings",
}
PRACTICE: Final = frozenset(GROUPS["Practice"])
STYLEGUIDE: Final = "styleguide"  # for who builds the window: an address, no entry
FIRST: Final = "home"
MOVED: Final = {"jobs": "activity"}  # addresses of before


def page(name: str, visibility: Literal["visible", "hidden"] = "visible") -> StreamlitPage:
    # no icon: Streamlit would fetch its picture from the internet for the browser's tab
    title = MENU.get(name, "Style guide")
    return st.Page(_FOLDER / f"{name}.py", title=title, icon="", url_path=name, visibility=visibility)


def grouped() -> dict[str, list[str]]:
    """The menu as it is read."""
    placed = {name for names in GROUPS.values() for name in names}
    rest = [name for name in MENU if name not in placed]
    return {group: [*(n for n in names if n in MENU), *(rest if not names else ())] for group, names in GROUPS.items()}


def pages(kind: WorkspaceKind) -> dict[str, list[StreamlitPage]]:
    """All there are; what only a practice workspace has stands in no other one's menu."""
    left_out = PRACTICE if kind is not WorkspaceKind.PRACTICE else frozenset()
    hidden = [
        front(),
        *map(_moved, MOVED),
        page(STYLEGUIDE, "hidden"),
        *(page(name, "hidden") for name in sorted(left_out)),
    ]
    shown = {group: [page(name) for name in names if name not in left_out] for group, names in grouped().items()}
    return {"": hidden} | {group: found for group, found in shown.items() if found}


def icons() -> str:
    """Style rules: what each entry wears where the window is narrow."""
    return "".join(
        f"[data-testid=stSidebarNavLink][href$='/{name}']::before{{content:'{ICONS.get(name, 'circle')}'}}"
        for name in MENU
    )


def front() -> StreamlitPage:
    """Where the bare address leads. Streamlit takes a default page's own name away, so this is none of the menu's."""
    return st.Page(_nothing, title="Quarterdeck", icon="", default=True, visibility="hidden")


def _moved(name: str) -> StreamlitPage:
    return st.Page(_nothing, title=MENU[MOVED[name]], icon="", url_path=name, visibility="hidden")


def _nothing() -> None:
    pass


def link(name: str, words: str, **asked: str) -> None:
    """asked: what stands in the address of that page."""
    st.page_link(page(name), label=words, query_params=asked or None)


def go(name: str, **query: str) -> None:
    """From a callback: the frame opens that page in the run that follows."""
    st.session_state["go"] = (name, query)


def follow(here: StreamlitPage) -> None:
    """Open the page a callback asked for, or the first one; what stands in the address goes along."""
    if here.url_path == "" or here.url_path in MOVED:
        asked = st.query_params.to_dict()
        first = "ticket" if "review" in asked else FIRST  # an order sheet belongs to the ticket
        st.switch_page(page(MOVED.get(here.url_path, first)), query_params=asked)
    if where := st.session_state.pop("go", None):
        name, query = where
        if name == here.url_path:  # a run that ends before its fields are drawn would lose what a callback put there
            st.query_params.update(query)
            return
        st.switch_page(page(name), query_params=query or None)
