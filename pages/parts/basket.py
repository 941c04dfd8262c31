"""Several orders looked at together, and sent together: each is reviewed and confirmed like any other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from core.channel.facets.orders import Draft, Review
from core.domain.errors import DeskError, NotConfirmed
from core.domain.verdict import Consent, Outcome
from pages.parts.desk import answer, ask, desk, each, say
from pages.parts.marks import banner, mini
from pages.parts.words import money

_KEPT: Final = "basket"
HEADS: Final = (("Order", "strong"), ("Terms", "quiet wide"), ("About, USD", "r"), ("Checks", "l wide"))


@dataclass(slots=True)
class Basket:
    """What is looked at. It keeps its own state: a press that comes while another one is sending cuts that one off
    wherever it touches Streamlit's, and its orders would be taken and never sent.
    """

    drafts: Callable[[], Sequence[Draft]]
    reviews: list[Review]
    refused: str = ""

    def send(self, reviews: list[Review]) -> None:
        """Each once: a second press finds nothing to send, and another window that was quicker is noticed."""
        if not self.reviews:
            return
        self.reviews = []
        try:
            self._unchanged(reviews)
        except DeskError as error:
            self.refused = str(error)
            return
        self.refused = each(
            lambda review=review: desk().orders.confirm(review.token, Consent(warnings=review.warnings))  # type: ignore[misc]
            for review in reviews
        )

    def _unchanged(self, reviews: list[Review]) -> None:
        """Nobody sent them from elsewhere since."""
        wanted = {_wish(draft) for draft in self.drafts()}
        if not wanted.issuperset(_wish(review.draft) for review in reviews):
            raise NotConfirmed("What there is to send has changed. Nothing was sent: look at it again.")


def offer(drafts: Callable[[], Sequence[Draft]]) -> None:
    """In a callback: have them reviewed and shown."""
    leave()
    ask(_KEPT, lambda: st.session_state.update({_KEPT: Basket(drafts, [*map(desk().orders.review, drafts())])}))


def show() -> None:
    """What is looked at, with the one button that sends it; nothing when nothing is."""
    answer(_KEPT)
    basket: Basket | None = st.session_state.get(_KEPT)
    if basket is None:
        return
    say(basket.refused)
    reviews = basket.reviews
    if not reviews:
        return
    mini("Orders to send", HEADS, [_row(review) for review in reviews])
    ready = [review for review in reviews if _ready(review)]
    if len(ready) < len(reviews):
        banner("amber", f"{len(reviews) - len(ready)} of them cannot be sent from here.", "Use the Ticket for those.")
    with st.container(horizontal=True):
        st.button("Leave it", key="basket:leave", on_click=leave)
        st.button(
            f"Send {len(ready)} orders" if len(ready) != 1 else "Send 1 order",
            key="basket:send",
            type="primary",
            disabled=not ready,
            on_click=basket.send,
            args=(ready,),
        )
    st.caption(
        "Checked again as they are sent. A mark under Checks is a warning you have seen when you send. Good for 60 s."
    )


def leave() -> None:
    """In a callback: nothing is sent."""
    st.session_state.pop(_KEPT, None)
    st.session_state.pop(f"said:{_KEPT}", None)


def _ready(review: Review) -> bool:
    return review.may_send and not review.reasons_needed and not review.worst_case


def _row(review: Review) -> list[str]:
    look = [verdict.message or verdict.title for verdict in review.verdicts if verdict.outcome is not Outcome.PASS]
    about = review.pays_at_most or review.pays_about or review.receives_about
    return [review.act, review.terms, money(about), f"! {' '.join(look)}" if look else "All passed"]


def _wish(draft: Draft) -> tuple[str, str, str]:
    return draft.symbol, draft.side.value, draft.quantity
