"""Every page, name and act by a few letters: the palette. It opens and fills in, and confirms nothing by itself."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from core.channel.facets.orders import Draft
from core.domain.order import Side
from pages.parts import account, brake, display, form, locked, menu, watchlist
from pages.parts.desk import answer, ask, desk
from pages.parts.marks import banner
from pages.parts.menu import MENU
from pages.parts.mode import mode_line
from pages.parts.table import unpick
from pages.parts.words import plural

_OPEN: Final = "palette"  # what it asks now: CHOOSE, or one of the acts that are confirmed
_FIELD: Final = "palette_entry"
CHOOSE, STOP, CANCEL_ALL, HIDE, LOCK = "choose", "act:stop", "act:cancel_all", "act:hide", "act:lock"
SIDES: Final = {"buy": Side.BUY, "sell": Side.SELL}


def buttons() -> None:
    """The way in by mouse, at the foot of the menu; by keyboard the window's own script presses it."""
    st.button("Go to…", icon=":material/search:", key="palette_open", type="tertiary", on_click=show_it, help="Ctrl+K")


def show_it() -> None:
    """In a callback."""
    st.session_state[_OPEN] = CHOOSE


def close() -> None:
    st.session_state.pop(_OPEN, None)


def asking() -> bool:
    """Whether it is open; a page's own sheet waits behind it."""
    return _OPEN in st.session_state


def entries(*, may_act: bool, may_lock: bool) -> dict[str, str]:
    """Everything that can be chosen, in the order it is offered."""
    found = {f"page:{name}": f"Open {title}" for name, title in MENU.items()}
    if may_act:
        found |= {STOP: "Stop trading…", CANCEL_ALL: "Cancel all open orders…"}
    found[HIDE] = "Show amounts" if display.hidden() else "Hide amounts"
    if may_lock:
        found[LOCK] = "Lock now"
    names = form.names()
    found |= {f"name:{symbol}": f"{words} · on Market" for symbol, words in names.items()}
    if may_act:
        found |= {f"{side}:{s}": f"{side.capitalize()} {s} on the ticket" for s in names for side in SIDES}
    return found


def show(*, may_act: bool, may_lock: bool) -> None:
    """At the end of every page."""
    if asking() and not brake.resuming():
        _dialog(may_act, may_lock)


@st.dialog("Go to", on_dismiss=close)
def _dialog(may_act: bool, may_lock: bool) -> None:
    mode_line()
    stage = st.session_state.get(_OPEN)
    if stage is None:
        st.rerun()
    elif stage == STOP:
        _stop()
    elif stage == CANCEL_ALL:
        _cancel_all()
    else:
        _choose(entries(may_act=may_act, may_lock=may_lock))
    answer(_OPEN)


def _choose(known: dict[str, str]) -> None:
    st.selectbox(
        "Page, name or act",
        list(known),
        index=None,
        format_func=lambda entry: known.get(entry, entry),
        key=_FIELD,
        placeholder="Orders, NVDA, buy NVDA, stop trading",
        on_change=_chosen,
    )
    st.caption("↑ ↓ choose · Enter opens · Esc leaves. Nothing is sent from here without its sheet.")


def _chosen() -> None:
    entry: str = st.session_state[_FIELD] or ""
    kind, _, what = entry.partition(":")
    if entry in (STOP, CANCEL_ALL):
        st.session_state[_OPEN] = entry
        return
    if entry == LOCK:
        locked.lock()
    elif entry == HIDE:
        display.hide(not display.hidden())
    elif kind == "page":
        menu.go(what)
    elif kind == "name":
        unpick(watchlist.KEY)
        menu.go("market", symbol=what)
    elif kind in SIDES:
        form.begin(Draft(account_id=account.chosen(), symbol=what, side=SIDES[kind]))
        menu.go("ticket")
    close()


def _stop() -> None:
    banner("red", "Trading stops at once.", "New risk is blocked and orders that add risk are cancelled. Stops stay.")
    _foot("Stop trading", "palette_stop", _stop_now)


def _stop_now() -> None:
    brake.stop()
    close()


def _cancel_all() -> None:
    count = desk().health.state().open_orders
    if not count:
        banner("grey", "No order is open.", "There is nothing to cancel.")
        st.button("Back", key="palette_back", on_click=show_it)
        return
    keep = st.checkbox("Keep orders that only reduce a position: stops stay", value=True, key="palette_keep")
    banner(
        "amber", f"{plural(count, 'order')} open." if not keep else f"Of {plural(count, 'open order')}:", _which(keep)
    )
    words = "Cancel those that add risk" if keep else f"Cancel {plural(count, 'open order')}, stops too"
    _foot(words, "palette_cancel", _cancel_now, keep)


def _which(keep: bool) -> str:
    return "Those that add risk are asked back." if keep else "All are asked back, and nothing protects what is held."


def _foot(words: str, key: str, act: Callable[..., None], *args: object) -> None:
    with st.container(horizontal=True):
        st.button("Back", key="palette_back", on_click=show_it)
        st.button(words, key=key, type="primary", on_click=act, args=args, width="stretch")


def _cancel_now(keep: bool) -> None:
    if ask(_OPEN, lambda: desk().orders.cancel_all(risk_adding_only=keep)):
        close()
