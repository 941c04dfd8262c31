"""One order: what, how much, at which price; then the sheet that sends it."""

from html import escape

import streamlit as st

from core.domain.workspace import WorkspaceKind
from pages.parts import disclosures, form, halt, kept, ladder, reality, sheet
from pages.parts.chart import Wanted, candles
from pages.parts.desk import answer, desk, folder, live
from pages.parts.marks import banner, empty, head, tone
from pages.parts.words import age, count, move, percent, price


@live()
def quote() -> None:
    """Bid and ask with their age, as they are now."""
    now = desk().market.quote(form.symbol())
    last = now.quote.last
    moved = move(last - now.previous_close) if now.previous_close else ""
    share = percent((last - now.previous_close) / now.previous_close) if now.previous_close else ""
    stale = " stale" if now.stale else ""
    words = f"{age(now.age_seconds)} old{', stale: not to be traded on' if now.stale else ''} · {now.note}"
    st.html(
        f"<div class='qd-quote{stale}'><b>{price(last)}</b><span class='{tone(moved)}'>{moved} {share}</span>"
        f"<span>bid <strong>{price(now.quote.bid)}</strong> × {count(now.quote.bid_size)} · "
        f"ask <strong>{price(now.quote.ask)}</strong> × {count(now.quote.ask_size)}</span>"
        f"<span class='{'warn' if now.stale else ''}'>{escape(words)}</span></div>"
    )
    halt.say(form.symbol(), now.quote)


@live(every=5)
def chart() -> None:
    bars = desk().market.bars(form.symbol())
    if bars.num_rows:
        candles(form.symbol(), bars, Wanted(height=360))
        st.caption("Adjusted: splits and dividends since are taken out of older prices.")
    else:
        empty("No minute of this session is finished yet.", "The chart starts with the first one.")


def review() -> None:
    """Read at the press of the button, so that it is what the person sees."""
    sheet.ask_for_review("ticket", form.draft())


kept.read()
form.settle()  # what was chosen in a run that was broken off comes back as it was typed
head("Ticket")
start = form.opened_for()
with st.container(
    key="ticket_top"
):  # always there: what stands below keeps its place, and whoever types in it his focus
    sheet.top()
    if start and start.replaces:
        banner("blue", f"This changes order {start.replaces}.", "It stays as it is until you confirm the new one.")
    elif start:
        banner("blue", f"This makes your position in {start.symbol} smaller.", "Type how much of it to close.")
    elif folder().kind is not WorkspaceKind.PRACTICE:
        disclosures.ask_for_them()
    if form.symbol():
        quote()

prices, ticket = st.columns([1, 1.12], gap="medium")
with ticket, st.container(key="ticket_form"):
    typed, told = st.columns(2, gap="medium")
    with typed:
        form.fields()
        answer("ticket")
        with st.container(horizontal=True):
            st.button("Review order", type="primary", key="review_order", on_click=review, width="stretch")
            if start:
                st.button("Leave it as it is", key="leave", on_click=form.clear)
        st.caption("Enter reviews · Ctrl+Enter confirms · Esc goes back")
    with told, st.container(key="ticket_reality"):
        reality.show()
with prices:
    if form.symbol():
        chart()
        ladder.show()
    else:
        empty("No name chosen.", "Choose one beside this: its price and its book show here, then review the order.")

kept.write()
sheet.show()
