"""The order sheet: everything to know before an order is sent, and the one button that sends it."""

from decimal import Decimal
from html import escape
from typing import Final

import streamlit as st

from core.channel.facets.orders import Draft, OrderView, Review
from core.domain.errors import DeskError, DeskUnreachable
from core.domain.order import IN_DOUBT, Status
from core.domain.verdict import Consent, Outcome
from pages.parts import account, brake, figures, form, halt
from pages.parts.desk import answer, ask, desk, live
from pages.parts.frame import standing
from pages.parts.marks import banner, checks, rows, section
from pages.parts.menu import link
from pages.parts.mode import mode_line
from pages.parts.story import title as title_of
from pages.parts.words import age, clock, money, price, quantity

FAILED: Final = frozenset({Status.REJECTED, Status.UNSENT, Status.ABANDONED})


def ask_for_review(where: str, draft: Draft) -> None:
    """In a callback: have it sized, priced and checked, and open the sheet."""
    if ask(where, lambda: open_on(desk().orders.review(draft))):
        st.session_state.pop("said:sheet", None)


def open_on(review: Review) -> None:
    """In a callback: open the sheet on this review."""
    st.session_state.pop("sent", None)
    st.session_state["review"] = review
    st.query_params["review"] = review.token


def close() -> None:
    st.session_state.pop("review", None)
    st.session_state.pop("said:sheet", None)
    st.query_params.pop("review", None)


def top() -> None:
    """At the head of a page: a review whose token stands in the address survives a reload; what became of the last."""
    if "review" not in st.session_state and "review" in st.query_params:
        _find_again(st.query_params["review"])
    sent()


def show() -> None:
    """At the end of a page: the sheet, when a review is open."""
    if "review" in st.session_state and not brake.asking():
        _sheet()


def _find_again(token: str) -> None:
    try:
        review = desk().orders.reviewed(token)
    except DeskUnreachable:
        return  # the frame says so; the sheet comes back with the desk
    except DeskError as error:
        banner("amber", "The order sheet is not open any more.", str(error))
        return
    st.session_state["review"] = review
    form.restore(review.draft)


@st.dialog("Review order", width="small", position="right", on_dismiss=close)
def _sheet() -> None:
    review: Review | None = st.session_state.get("review")
    if review is None:
        st.rerun()
        return
    health = standing()
    mode_line()
    _act(review)
    _touch(review.draft.symbol)
    _figures(review)
    _in_its_way(review)
    consent = _checks(review)
    why_not = _why_not(review, consent) if health else "The desk does not answer. This sheet comes back with it."
    with st.container(key="send"):
        _send(review, consent, why_not)
    if not review.may_send:
        _until_it_may(review)


def _send(review: Review, consent: Consent, why_not: str) -> None:
    """The foot of the sheet, always in sight."""
    answer("sheet")
    if why_not:
        banner("amber", "Nothing can be sent now.", why_not)
    with st.container(horizontal=True):
        st.button("Back", key="back", on_click=close)
        st.button(
            review.act,
            key="confirm",
            type="primary",
            disabled=bool(why_not),
            on_click=_confirm,
            args=(review, consent),
            shortcut="Ctrl+Enter",
            width="stretch",
        )
    if st.session_state.get("said:sheet"):
        st.button("Review it again", key="review_again", on_click=_review_again, args=(review,))
    st.caption(
        f"Reviewed at {clock(review.reviewed_at)} ET. Good for {review.good_for_seconds} s, then it is checked again."
    )


def _act(review: Review) -> None:
    st.html(f"<div class='qd-act'>{escape(review.act)}<small>{escape(review.terms)}</small></div>")


def _figures(review: Review) -> None:
    lines = []
    if review.pays_at_most is not None:
        lines.append(("You pay at most", f"{money(review.pays_at_most)} {figures.CURRENCY}", review.sized))
    if review.pays_about is not None:
        words = f"no limit caps it. {review.sized}" if review.sized else "no limit caps it"
        lines.append(("You pay about", f"{money(review.pays_about)} {figures.CURRENCY}", words))
    if review.receives_about is not None:
        words = f"our estimate. {review.sized}" if review.sized else "our estimate"
        lines.append(("You receive about", f"{money(review.receives_about)} {figures.CURRENCY}", words))
    lines.append(figures.cost(review))
    if review.quote:
        seen = f"{price(review.quote.bid)} / {price(review.quote.ask)}"
        lines.append(("Quote you saw", seen, f"{age(review.quote_age_seconds)} old · {review.feed_note}"))
    lines += [figures.power(review), *figures.settled(review), figures.weight(review, review.draft.symbol)]
    if name := account.name_of(review.draft.account_id):
        lines.append(("Account", name, ""))
    if review.draft.strategy:
        lines.append(("Strategy tag", review.draft.strategy, ""))
    rows(lines)


def _in_its_way(review: Review) -> None:
    """Orders that would close more than is held are made smaller or cancelled before this one is sent."""
    if review.first_changes:
        changes = [_smaller(desk().orders.story(order_id).order, whole) for order_id, whole in review.first_changes]
        banner("blue", "What stays keeps its stop, and the broker's word is awaited:", " ".join(changes))
    if review.first_cancels:
        orders = [desk().orders.story(order_id).order for order_id in review.first_cancels]
        banner("blue", "First these are cancelled, and the broker's word awaited:", "; ".join(map(title_of, orders)))


def _smaller(stop: OrderView, whole: Decimal) -> str:
    at = f"stop {price(stop.stop)}, {quantity(stop.quantity)}"
    return f"Order {stop.id} ({at}) is changed to {quantity(whole)} first."


@live()
def _touch(symbol: str) -> None:
    """The market now, in sight whatever the sheet covers."""
    now = desk().market.quote(symbol)
    stale = " stale" if now.stale else ""
    words = f"{age(now.age_seconds)} old{', stale: not to be traded on' if now.stale else ''} · {now.note}"
    st.html(
        f"<div class='qd-quote{stale}'><span>Market now</span><span>bid <strong>{price(now.quote.bid)}</strong> × "
        f"{quantity(now.quote.bid_size)} · ask <strong>{price(now.quote.ask)}</strong> × "
        f"{quantity(now.quote.ask_size)}</span><span class='{'warn' if now.stale else ''}'>{escape(words)}</span></div>"
    )
    halt.say(symbol, now.quote)


def _checks(review: Review) -> Consent:
    """Those to look at, what the person has to say about them, and after that the passed ones."""
    look = [verdict for verdict in review.verdicts if verdict.outcome is not Outcome.PASS]
    passed = [verdict for verdict in review.verdicts if verdict.outcome is Outcome.PASS]
    section("Checks", f"{len(passed)} passed, {len(look)} to look at" if look else f"all {len(passed)} passed")
    if review.proposal:
        banner("blue", "A better way:", review.proposal)
    if review.largest_quantity is not None:
        st.caption(f"Largest size your buying power allows now: {quantity(review.largest_quantity)}")
    checks(look)
    consent = _consent(review)
    checks(passed)
    return consent


def _consent(review: Review) -> Consent:
    titles = {verdict.check: verdict.title for verdict in review.verdicts}
    reasons = {
        check: st.text_input(
            f"Why it may go out in spite of “{titles.get(check, check)}”",
            key=f"reason:{review.token}:{check}",
            live=True,
        ).strip()
        for check in review.reasons_needed
    }
    seen = bool(review.worst_case) and st.checkbox(f"I have read it: {review.worst_case}", key=f"worst:{review.token}")
    return Consent(warnings=review.warnings, reasons=reasons, worst_case_seen=seen)


def _why_not(review: Review, consent: Consent) -> str:
    """Why the button may not be pressed; empty = it may."""
    if not review.may_send:
        return "A check blocks it, and no reason lifts that one. Go back and change the order; it is looked at again by itself."
    if not all(consent.reasons.values()):
        return "Type a reason for each check that blocks it."
    if review.worst_case and not consent.worst_case_seen:
        return "Tick the worst case when you have read it."
    return ""


@live(2)
def _until_it_may(review: Review) -> None:
    """What blocks only for now, as books that are still being compared, opens this sheet by itself when it is over."""
    now = desk().orders.reviewed(review.token)
    if _outcomes(now) != _outcomes(review):
        st.session_state["review"] = now
        st.rerun()


def _outcomes(review: Review) -> list[tuple[str, Outcome]]:
    return [(verdict.check, verdict.outcome) for verdict in review.verdicts]


def _review_again(review: Review) -> None:
    """The same review with the checks as they stand now, never a second one: a send that went unanswered stays one order."""
    ask("sheet", lambda: st.session_state.update(review=desk().orders.reviewed(review.token)))


def _confirm(review: Review, consent: Consent) -> None:
    """Send it, once: the token is used up by the first press, and every further press finds the same order."""
    if ask("sheet", lambda: st.session_state.update(sent=desk().orders.confirm(review.token, consent).id)):
        close()
        form.clear()


@live()
def sent() -> None:
    """What became of the order that was just sent."""
    if "sent" not in st.session_state:
        return
    order = desk().orders.story(st.session_state["sent"]).order
    weight = "amber" if order.status in IN_DOUBT else "red" if order.status in FAILED else "blue"
    done = f"{quantity(order.filled)} of {quantity(order.quantity)} filled"
    average = f" at {price(order.average_price)} on average" if order.average_price else ""
    banner(
        weight,
        f"{title_of(order)}: {order.words.lower()}.",
        f"{order.reason} {done}{average}. {order.certainty}.".strip(),
    )
    link("orders", "Open in Orders")
