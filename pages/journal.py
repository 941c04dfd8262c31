"""Everything that happened, newest first; a person may add a note, and nobody can change a row."""

import json
from typing import Any, Final

import streamlit as st

from pages.parts import menu, pager
from pages.parts.desk import SEARCHED, answer, ask, desk, live
from pages.parts.display import hidden
from pages.parts.kinds import kind_words
from pages.parts.marks import empty, head, mini, rows, section
from pages.parts.table import Column, Row, number, picked, show
from pages.parts.veil import veil
from pages.parts.words import MISSING, clock, moment, plural


def remarks(row: Row) -> str:
    """Tags, and how many notes there are to read."""
    notes = plural(row["notes"], "note") if row["notes"] else ""
    return " · ".join(filter(None, (row["tags"], notes)))


KEY: Final = "journal"
COLUMNS: Final = {
    "seq": number("No.", 76, str, "quiet"),
    "recorded_at": Column(head="Recorded, ET", width=122, write=moment),
    "kind": Column(head="Kind", width=140, form="quiet", write=kind_words),
    "symbol": Column(head="Symbol", width=70, form="strong"),
    "title": Column(head="What happened", width=374),
    "who": Column(head="Who", width=80, form="quiet"),
    "order_id": Column(head="Order", width=140, form="quiet"),
    "notes": Column(head="Notes", width=146, of=remarks),
}


def table(find: str, kind: str, tag: str) -> None:
    before = int(pager.before(KEY) or 0)
    found: list[dict[str, Any]] = desk().journal.table(before, pager.PAGE, find, kind, tag).to_pylist()
    pager.seen(KEY, [str(row["seq"]) for row in found])
    if found:
        show(found, COLUMNS, key=KEY, ids="seq", name="Journal", most=8 if picked(KEY) else 16, mode="single-row")
    elif find or kind or tag or before:
        empty("No further row fits.", "Look for other words, choose All kinds and All tags, or go back to the newest.")
    else:
        empty("Nothing has happened yet.", "Every order, answer, check and setting is written here as it happens.")
        menu.link("ticket", "New order")


def choose() -> tuple[str, str, str]:
    """What to look for; it stands in the address."""
    left, middle, right = st.columns([2, 1, 1], vertical_alignment="center")
    with left:
        find = st.text_input(
            "Find in the journal",
            type="search",
            key="journal_find",
            placeholder="Symbol, order id or words",
            label_visibility="collapsed",
            on_change=pager.newest,
            args=(KEY,),
            bind="query-params",
        )
    with middle:
        kind = st.selectbox(
            "Kind",
            ["", *desk().journal.kinds()],
            format_func=lambda name: kind_words(name) if name else "All kinds",
            key="journal_kind",
            label_visibility="collapsed",
            on_change=pager.newest,
            args=(KEY,),
            bind="query-params",
        )
    with right:
        tag = st.selectbox(
            "Tag",
            ["", *desk().journal.tags()],
            format_func=lambda name: name or "All tags",
            key="journal_tag",
            label_visibility="collapsed",
            on_change=pager.newest,
            args=(KEY,),
            bind="query-params",
        )
    return find or "", kind or "", tag or ""


def row(seq: int) -> None:
    """One row in full, and the place for a note."""
    entry = desk().journal.one(seq)
    section(entry.title, f"no. {entry.seq} · {kind_words(entry.kind)}")
    left, right = st.columns([1, 1.2], gap="large")
    with left:
        rows(
            [
                ("Recorded", f"{moment(entry.recorded_at)} ET", f"{clock(entry.recorded_at, fine=True)} real time"),
                ("Market time", f"{moment(entry.market_at)} ET", ""),
                ("Who", entry.who, ""),
                ("Order", entry.order_id or MISSING, ""),
                ("Tags", ", ".join(entry.tags) or MISSING, ""),
                ("Seal", f"{entry.hash[:16]}…", "of this row and all before it"),
            ]
        )
        for words in entry.notes:
            st.text(veil(words))
        with st.form(f"note:{seq}", clear_on_submit=True, border=False):
            st.text_input("Add a note", key=f"note_words:{seq}")
            st.multiselect(
                "Tags",
                desk().journal.tags(),
                key=f"note_tags:{seq}",
                accept_new_options=True,
                placeholder="Choose, or type a new one and press Enter",
            )
            st.form_submit_button("Add note", on_click=add_note, args=(seq,))
        answer("note")
    with right:
        if hidden():
            st.caption("The row as it is stored is not shown while amounts are hidden.")
        else:
            st.code(pretty(entry.body), language="json", wrap_lines=True)


def pretty(body: str) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body


def add_note(seq: int) -> None:
    state = st.session_state
    words, tags = state[f"note_words:{seq}"], tuple(state[f"note_tags:{seq}"])
    ask("note", lambda: desk().journal.note(seq, words, tags))


def check() -> None:
    ask("doctor", lambda: st.session_state.update(findings=desk().health.doctor()))


def findings() -> None:
    """What the doctor found when last asked here."""
    found = st.session_state.get("findings", ())
    if found:
        heads = (("Checked", ""), ("Found", ""), ("In words", "quiet wide"))
        mini(
            "Checked by the doctor", heads, [(f.check, "in order" if f.ok else "NOT in order", f.words) for f in found]
        )
    answer("doctor")


head("Journal")
with st.container(horizontal=True, vertical_alignment="center"):
    st.button("Check that no row was changed", key="doctor", on_click=check)
    st.caption(
        "Each row is sealed with the one before it; the doctor also looks over the database, books and disk. "
        "Where that takes longer than a window should wait: python3 start.py doctor in a terminal."
    )
findings()
words, only, tagged = choose()
live(every=SEARCHED if words or tagged else 2)(table)(words, only, tagged)
pager.buttons(KEY)
for seq in picked(KEY):
    row(int(seq))
