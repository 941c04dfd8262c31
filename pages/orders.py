"""Every order: what works, what nobody has confirmed, what is done; and its whole story."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final

import streamlit as st

from core.channel.facets.journal import SealedRow
from core.channel.facets.orders import OrderStory, OrderView
from core.domain.errors import DeskError
from core.domain.order import OrderType, Side, Status, TimeInForce
from core.domain.workspace import WorkspaceKind
from pages.parts import account, doubt, form, menu, order_file, pager, sheet, story
from pages.parts.desk import SEARCHED, answer, ask, ask_each, desk, live
from pages.parts.look import KINDS
from pages.parts.marks import empty, head, section
from pages.parts.table import Column, number, once, picked, show
from pages.parts.words import GOOD_FOR, SIDES, TYPES, moment, plural, price, quantity

KEY: Final = "orders"
AT_ONCE: Final = 1000  # rows of one answer
VIEWS: Final = {"open": "Open", "doubt": "Not confirmed", "done": "Done", "all": "All"}
EMPTY: Final = {
    "open": ("No open orders.", "Orders you place show here until they are filled or cancelled."),
    "doubt": ("No order is in doubt.", "One without an answer from the broker would show here, with what to do."),
    "done": ("No orders are done yet.", "Filled, cancelled and refused orders show here."),
    "all": ("No orders yet.", "Orders you place show here."),
}
COLUMNS: Final = {
    "words": Column(head="State", width=172),
    "symbol": Column(head="Symbol", width=62, form="strong"),
    "side": Column(
        head="Order", width=96, of=lambda row: f"{SIDES[Side(row['side'])]}, {TYPES[OrderType(row['type'])].lower()}"
    ),
    "quantity": number("Quantity", 68, quantity),
    "filled": number("Filled", 54, quantity),
    "limit": number("Limit, USD", 80, price),
    "stop": number("Stop, USD", 78, price),
    "average_price": number("Paid, USD", 78, price),
    "last": number("Last, USD", 76, price, "quiet"),
    "at": Column(head="Asked, ET", width=114, write=moment, form="quiet"),
}
FILED: Final = {
    "time_in_force": Column(head="Good for", width=0, write=lambda time: GOOD_FOR[TimeInForce(time)], filed=True),
    "strategy": Column(head="Strategy tag", width=0, filed=True),
    "sent_at": Column(head="Sent, ET", width=0, filed=True),
    "reason": Column(head="Reason", width=0, filed=True),
    "id": Column(head="Order id", width=0, filed=True),
}
CERTAINTY: Final = {"certainty": Column(head="Certainty", width=206, form="quiet")}


def table(which: str, find: str, ended: bool) -> None:
    before = pager.before(KEY)
    here = account.chosen() if len(account.names()) > 1 else ""  # of all, until one is chosen
    shown = desk().orders.table(which, before=before, limit=pager.PAGE, find=find, ended=ended, account_id=here)
    found: list[dict[str, Any]] = shown.to_pylist()
    pager.seen(KEY, [row["id"] for row in found])
    if found:
        sure = once(row["certainty"] for row in found)
        show(
            found,
            COLUMNS | ({} if sure else CERTAINTY) | FILED,
            key=KEY,
            ids="id",
            name=f"Orders: {VIEWS[which]}",
            most=6 if picked(KEY) else 11,
            mode="multi-row",
            whole=lambda: every(which, find, ended, here),
        )
        if sure:
            st.caption(f"{plural(len(found), 'order')}. {sure}.")
    elif find or before:
        empty(
            "No further order fits.",
            "Look for a symbol, a strategy tag or a part of an order id, or go back to the newest.",
        )
    else:
        empty(*EMPTY[which])
        menu.link("ticket", "New order")


def every(which: str, find: str, ended: bool, account_id: str) -> Iterator[dict[str, Any]]:
    """All that fit, page by page, newest first."""
    before = ""
    while True:
        rows = desk().orders.table(which, before, AT_ONCE, find, ended, account_id).to_pylist()
        yield from rows
        if len(rows) < AT_ONCE:
            return
        before = rows[-1]["id"]


@live()
def look(order_id: str) -> None:
    told = desk().orders.story(order_id)
    section(story.title(told.order), told.order.certainty)
    left, right = st.columns(2, gap="large")
    with left:
        story.facts(told)
        story.fills(told)
        story.why(why(order_id))
    with right:
        story.line(told)
        story.seen_by_checks(told)


def why(order_id: str) -> tuple[str, ...]:
    """Only the practice exchange can tell, which no live workspace has; when it does not answer, the rest of the story is shown all the same."""
    if desk().health.state().kind is WorkspaceKind.LIVE:
        return ()
    try:
        return desk().practice.why(order_id)
    except DeskError as error:
        return (str(error),)


def file(order_id: str) -> None:
    """Below what is drawn again and again, so that a click is never lost."""
    health = desk().health.state()
    note = " · ".join(filter(None, (*KINDS[health.kind][::2], f"workspace {health.workspace}", health.feed_note)))
    order_file.button(order_id, lambda: order_file.packed(*told(order_id), note))


def told(order_id: str) -> tuple[OrderStory, Sequence[SealedRow], Sequence[str]]:
    """All there is to know about one order, looked up when its file is asked for."""
    return desk().orders.story(order_id), desk().journal.of_order(order_id), why(order_id)


def choose() -> tuple[str, str]:
    """Which orders, and what to look for; it stands in the address."""
    asked = st.query_params.get("view", "")
    health = desk().health.state()
    counts = {"open": f" {health.open_orders}", "doubt": f" {health.in_doubt}" if health.in_doubt else ""}
    left, right = st.columns([3, 1.2], vertical_alignment="center")
    with left:
        which = st.segmented_control(
            "Which orders",
            list(VIEWS),
            format_func=lambda name: VIEWS[name] + counts.get(name, ""),
            default=asked if asked in VIEWS else "open",
            required=True,
            key="orders_view",
            persist_state="session",
            label_visibility="collapsed",
            on_change=pager.newest,
            args=(KEY,),
        )
    with right:
        find = st.text_input(
            "Find orders",
            type="search",
            key="orders_find",
            placeholder="Symbol, tag or order id",
            label_visibility="collapsed",
            on_change=pager.newest,
            args=(KEY,),
            bind="query-params",
        )
    if which == "open":
        st.query_params.pop("view", None)
    else:
        st.query_params["view"] = which
    return which or "open", find or ""


def earlier(which: str) -> bool:
    """Orders of runs that have ended are shown when they are asked for; where there is no such run, nothing is asked."""
    if which not in {"done", "all"} or desk().health.state().kind is not WorkspaceKind.PRACTICE:
        return False
    if len(desk().runs.all()) < 2:
        return False
    return st.toggle("Earlier runs too", key="orders_earlier", on_change=pager.newest, args=(KEY,))


def acts(open_orders: int) -> None:
    """What can be done with the selected orders; each button names them, so it acts on what was read."""
    chosen = picked(KEY)
    with st.container(horizontal=True, vertical_alignment="center"):
        if len(chosen) == 1:
            _acts_on(desk().orders.story(chosen[0]).order)
        elif chosen:
            words = f"Cancel {plural(len(chosen), 'selected order')}"
            st.button(words, key="cancel_chosen", on_click=cancel, args=(chosen,))
        else:
            st.caption("Select an order to see its story, to change it or to cancel it.")
        if open_orders:
            _cancel_all(open_orders)


def _acts_on(order: OrderView) -> None:
    words = story.title(order)
    if order.may_cancel:
        st.button(f"Cancel “{words}”", key="cancel_one", on_click=cancel, args=((order.id,),))
    if order.may_replace:
        st.button("Change…", key="change", on_click=change, args=(order,))
    if order.status is Status.UNSENT:
        st.button("Send it again", key="send_again", on_click=send_again, args=(order.id,))
    if not order.may_cancel:
        st.caption(f"{words}: {order.words.lower()}. Nothing is left to cancel.")


def _cancel_all(open_orders: int) -> None:
    with st.popover("Cancel all…"):
        keep = st.checkbox("Keep orders that only reduce a position: stops stay", value=True, key="cancel_all_keep")
        words = "Cancel those that add risk" if keep else f"Cancel {plural(open_orders, 'open order')}, stops too"
        st.button(words, key="cancel_all_now", on_click=cancel_all, args=(keep,))


def cancel(order_ids: tuple[str, ...]) -> None:
    ask_each("orders", (partial(desk().orders.cancel, order_id) for order_id in order_ids))


def cancel_all(keep: bool) -> None:
    ask("orders", lambda: desk().orders.cancel_all(risk_adding_only=keep))


def change(order: OrderView) -> None:
    form.fill(form.change_of(order))
    menu.go("ticket")


def send_again(order_id: str) -> None:
    ask("orders", lambda: desk().orders.send_again(order_id))


head("Orders")
sheet.top()
answer("orders")
view, wanted = choose()
if view in {"open", "doubt"}:
    for doubtful in desk().orders.table("doubt", limit=5).column("id").to_pylist():
        doubt.card(doubtful)
ended_too = earlier(view)
acts(desk().health.state().open_orders)
live(every=SEARCHED if wanted and view in {"done", "all"} else 1)(table)(view, wanted, ended_too)
pager.buttons(KEY)
if len(picked(KEY)) == 1:
    look(picked(KEY)[0])
    file(picked(KEY)[0])
sheet.show()
