"""Several orders looked at together, and sent together: each is reviewed and confirmed like any other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from core.channel.facets.orders import Draft, Review
from core.domain.errors import DeskError, NotConfirmed
from core.domain.verdict import Consent, Outcome
from pages.parts.desk import answer, ask, desk
from pages.parts.marks import banner, mini
from pages.parts.words import money, plural

HEADS: Final = (("Order", "strong"), ("Terms", "quiet wide"), ("About, USD", "r"), ("Checks", "l wide"))
Drafts = Callable[[], Sequence[Draft]]


@dataclass(frozen=True, slots=True)
class Basket:
    """One a page: what is looked at on one page is not sent from another."""

    key: str
    act: str  # in words: "Close {} positions"
    one: str  # "Close 1 position"

    def offer(self, drafts: Drafts) -> None:
        """In a callback: have them reviewed and shown."""
        st.session_state.pop(self.key, None)
        st.session_state[f"{self.key}:drafts"] = drafts
        ask(self.key, lambda: st.session_state.update({self.key: [desk().orders.review(d) for d in drafts()]}))

    def show(self) -> None:
        """What is looked at, with the one button that sends it; nothing when nothing is."""
        answer(self.key)
        reviews: list[Review] = st.session_state.get(self.key, [])
        if not reviews:
            return
        mini("Orders to send", HEADS, [_row(review) for review in reviews])
        ready = [review for review in reviews if _ready(review)]
        left = [review.act for review in reviews if not _ready(review)]
        if left:
            banner(
                "amber",
                f"{len(left)} of them cannot be sent from here: {', '.join(left)}.",
                "Use the Ticket for those.",
            )
        with st.container(horizontal=True):
            st.button("Leave it", key=f"{self.key}:leave", on_click=self.leave)
            st.button(
                self.one if len(ready) == 1 else self.act.format(len(ready)),
                key=f"{self.key}:send",
                type="primary",
                disabled=not ready,
                on_click=self._send,
                args=(ready,),
            )
        st.caption(
            "Checked again as they are sent. A mark under Checks is a warning you have seen when you send. Good for 60 s."
        )

    def leave(self) -> None:
        """In a callback: nothing is sent."""
        st.session_state.pop(self.key, None)
        st.session_state.pop(f"said:{self.key}", None)

    def _send(self, reviews: list[Review]) -> None:
        """Each once. The desk is asked before anything of the page is changed: a second press that cuts this one off asks
        again, and finds the same orders.
        """
        kept, drafts = st.session_state.get(self.key), st.session_state.get(f"{self.key}:drafts")
        if not kept or drafts is None:
            return
        refused = _sent(reviews, drafts)
        st.session_state[f"said:{self.key}"] = refused
        st.session_state.pop(self.key, None)


def _sent(reviews: list[Review], drafts: Drafts) -> str:
    """What was refused, in sentences; one that is refused does not keep the others from being sent."""
    refused = []
    try:
        if all(map(_waits, reviews)):  # else they were sent by the press before
            _unchanged(reviews, drafts)
        for review in reviews:
            try:
                desk().orders.confirm(review.token, Consent(warnings=review.warnings))
            except DeskError as error:
                refused.append(str(error))
    except DeskError as error:
        refused.append(str(error))
    return " ".join(dict.fromkeys(refused))


def _waits(review: Review) -> bool:
    try:
        desk().orders.reviewed(review.token)
    except NotConfirmed:
        return False
    return True


def _ready(review: Review) -> bool:
    return review.may_send and not review.reasons_needed and not review.worst_case


def _row(review: Review) -> list[str]:
    look = [verdict.message or verdict.title for verdict in review.verdicts if verdict.outcome is not Outcome.PASS]
    about = review.pays_at_most or review.pays_about or review.receives_about
    stops = len(review.first_cancels)
    first = f" · first {plural(stops, 'order')} of yours {'is' if stops == 1 else 'are'} cancelled" if stops else ""
    return [review.act, review.terms + first, money(about), f"! {' '.join(look)}" if look else "All passed"]


def _unchanged(reviews: list[Review], drafts: Drafts) -> None:
    """Nobody sent them from elsewhere since."""
    wanted = {_wish(draft) for draft in drafts()}
    if not wanted.issuperset(_wish(review.draft) for review in reviews):
        raise NotConfirmed("What there is to send has changed. Nothing was sent: look at it again.")


def _wish(draft: Draft) -> tuple[str, str, str]:
    return draft.symbol, draft.side.value, draft.quantity
