"""Everything that happened, newest first; a person may add a note, and nobody can change a row."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

import streamlit as st

from core.domain.errors import DeskError
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
SOUGHT: Final = ("find", "kind", "tag")  # each has a field and a place in the address
LONGEST: Final = 100  # characters of one part of the address
AT_ONCE: Final = 1000  # rows of one answer
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
        show(
            found,
            COLUMNS,
            key=KEY,
            ids="seq",
            name="Journal",
            most=8 if picked(KEY) else 16,
            mode="single-row",
            whole=lambda: every(find, kind, tag),
        )
    elif find or kind or tag or before:
        empty("No further row fits.", "Look for other words, choose All kinds and All tags, or go back to the newest.")
    else:
        empty("Nothing has happened yet.", "Every order, answer, check and setting is written here as it happens.")
        menu.link("ticket", "New order")


def every(find: str, kind: str, tag: str) -> Iterator[dict[str, Any]]:
    """All that fit, page by page, newest first."""
    before = 0
    while True:
        rows = desk().journal.table(before, AT_ONCE, find, kind, tag).to_pylist()
        yield from rows
        if len(rows) < AT_ONCE:
            return
        before = rows[-1]["seq"]


def begin() -> None:
    """Once: what the address asks for. Later the fields know better."""
    state = st.session_state
    if "journal_begun" in state:
        return
    asked = st.query_params.to_dict()
    for name in SOUGHT:
        state.setdefault(f"journal_{name}", asked.get(name, "")[:LONGEST])
    if asked.get("row", "").isdigit() and not picked(KEY):
        state[f"{KEY}:picked"] = (asked["row"][:LONGEST],)
    state["journal_begun"] = True


def link(sought: dict[str, str]) -> None:
    """What is looked for and the row that is open, in the address: it can be kept, sent to oneself, reloaded."""
    for name, value in (sought | {"row": next(iter(picked(KEY)), "")}).items():
        if value:
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)


def choose() -> dict[str, str]:
    """What to look for."""
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
            persist_state="session",
        )
    with middle:
        kind = narrow("kind", "Kind", desk().journal.kinds(), "All kinds")
    with right:
        tag = narrow("tag", "Tag", desk().journal.tags(), "All tags")
    return {"find": find or "", "kind": kind, "tag": tag}


def narrow(name: str, label: str, known: Sequence[str], everything: str) -> str:
    key = f"journal_{name}"
    if st.session_state.get(key, "") not in known:
        st.session_state[key] = ""
    found: str = st.selectbox(
        label,
        ["", *known],
        format_func=lambda one: (kind_words(one) if name == "kind" else one) if one else everything,
        key=key,
        label_visibility="collapsed",
        on_change=pager.newest,
        args=(KEY,),
        persist_state="session",
    )
    return found or ""


def row(seq: int) -> None:
    """One row in full, and the place for a note."""
    try:
        entry = desk().journal.one(seq)
    except DeskError as error:
        st.caption(str(error))
        return
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
                sorted({*desk().journal.tags(), *st.session_state.get(f"note_tags:{seq}", ())}),
                key=f"note_tags:{seq}",
                accept_new_options=True,
                placeholder="Choose one, or type a new one",
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
    words, tags = st.session_state[f"note_words:{seq}"], tuple(st.session_state[f"note_tags:{seq}"])
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
begin()
with st.container(horizontal=True, vertical_alignment="center"):
    st.button("Check that no row was changed", key="doctor", on_click=check)
    st.caption(
        "Each row is sealed with the one before it; the doctor also looks over the database, books and disk. "
        "Where that takes longer than a window should wait: python3 start.py doctor in a terminal."
    )
findings()
sought = choose()
live(every=SEARCHED if sought["find"] or sought["tag"] else 2)(table)(**sought)
pager.buttons(KEY)
link(sought)
for seq in picked(KEY):
    row(int(seq))
