"""An order nobody has confirmed: what is known about it, and the two things a person can do."""

from typing import Final

import streamlit as st

from core.channel.facets.orders import OrderStory, Step
from pages.parts import story
from pages.parts.desk import answer, ask, desk, live
from pages.parts.marks import banner, mini, needs, section, timeline
from pages.parts.words import age, clock, money, plural

WHILE_SENDING: Final = frozenset({"order.unknown", "order.in_doubt"})


def card(order_id: str) -> None:
    """Shown until the broker's answer, or a person's word, ends the doubt."""
    with st.container(border=True, key=f"doubt-{order_id}"):
        _look(order_id)
        told = desk().orders.story(order_id)
        where = f"doubt:{order_id}"
        answer(where)
        with st.container(horizontal=True):
            st.button(
                "Look again now",
                key=f"look:{order_id}",
                type="primary",
                on_click=_look_again,
                args=(where, order_id),
            )
            _attest(told, where)


@live()
def _look(order_id: str) -> None:
    told = desk().orders.story(order_id)
    order = told.order
    needs(story.title(order), "amber", order.words, f"Order {order.id} · {order.certainty}")
    held = f"{money(order.reserved)} USD of buying power stays held back, and new orders in {order.symbol} on this side wait."
    banner("amber", "It may be at the broker, it may not.", f"{order.reason} {held} Nothing is sent twice.".strip())
    evidence, line = st.columns([1.4, 1], gap="large")
    with evidence:
        _evidence(told)
    with line:
        _line(told)


def _evidence(told: OrderStory) -> None:
    doubtful = [step for step in told.steps if step.doubtful]
    looks = sum(step.kind not in WHILE_SENDING for step in doubtful)
    next_look = "" if told.next_look_seconds is None else f", next in {age(told.next_look_seconds)}"
    section("What was asked, what came back", plural(looks, "look-up") + next_look)
    heads = (("Time, ET", "quiet"), ("Asked the broker for", ""), ("What came back", "quiet wide"), ("Times", "r"))
    lines = [
        [
            clock(last.at, fine=True),
            "This order, while sending" if first.kind in WHILE_SENDING else "The order by our mark",
            _told(first),
            str(count),
        ]
        for first, last, count in story.together(doubtful)
    ]
    mini("Evidence", heads, lines)


def _told(step: Step) -> str:
    if step.kind == "order.not_found":
        return "There is no such order there. That proves nothing while one could still arrive."
    return step.title if step.detail in step.title else f"{step.title}: {step.detail}"


def _line(told: OrderStory) -> None:
    section("Time line", "real time, ET")
    first = next((step for step in told.steps if step.doubtful), None)
    steps = [step for step in told.steps if step is first or not step.doubtful]  # in the order they happened
    lines = [
        ("warn", clock(step.at, fine=True), step.title, "")
        if step.doubtful
        else ("", clock(step.at, fine=True), step.title, step.detail if step.detail not in step.title else "")
        for step in steps
    ]
    timeline([*lines, ("open", "Now", told.order.certainty, "Ends by the broker's answer, never by a timer")])


def _attest(told: OrderStory, where: str) -> None:
    order = told.order
    if not order.may_attest:
        st.caption("“I checked with the broker” opens here when the order's time is over and a look-up found nothing.")
        return
    with st.popover("I checked with the broker…"):
        st.markdown("Type what the broker's own site or desk says about this order. It is kept as your word.")
        words = st.text_area("What the broker says", key=f"attest:{order.id}", persist_state="session")
        st.button(
            "End the doubt on my word",
            key=f"attest_now:{order.id}",
            disabled=not words.strip(),
            on_click=_end,
            args=(where, order.id, words),
        )


def _look_again(where: str, order_id: str) -> None:
    ask(where, lambda: desk().orders.look_again(order_id))


def _end(where: str, order_id: str, words: str) -> None:
    ask(where, lambda: desk().orders.attest(order_id, words))
