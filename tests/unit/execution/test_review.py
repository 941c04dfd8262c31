"""The order sheet: whatever a person types, there is a sheet that is true or one clear sentence, and one confirm is one order."""

from datetime import timedelta
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.channel.facets.orders import Draft
from core.domain.errors import BadInput, DeskError, MarketClosed, NotConfirmed, OrderRefused, RiskBreach
from core.domain.order import OrderType, Purpose, Side, Status, TimeInForce
from core.domain.verdict import NO_CONSENT, Consent, Outcome
from core.engine.desk_thread import DeskThread, Urgency
from core.execution.errand import Replace, Submit
from core.execution.review import KEPT
from tests.fakes.broker import Answer
from tests.unit.execution.desk import NIGHT, YES, Desk, in_doubt

D = Decimal


def draft(symbol: str = "ANT", side: Side = Side.BUY, **changes: Any) -> Draft:
    values: dict[str, Any] = {"symbol": symbol, "side": side}
    if "notional" not in changes:
        values["quantity"] = "10"
    if "limit" in changes:
        values["type"] = OrderType.LIMIT
    return Draft(**(values | changes))


def one_sentence(words: str) -> None:
    """What failed, that nothing was sent, what to do; on one line, and no longer than anybody reads."""
    assert "Nothing was sent" in words or "was not sent" in words or "cannot be turned into shares" in words, words
    assert "\n" not in words
    assert "Traceback" not in words
    assert len(words) < 320, words


# bad input ----------------------------------------------------------------------------------------------------------

TYPED = {
    "": "Quantity is empty",
    "   ": "Quantity is empty",
    "1,5": "has a comma, which can mean two different numbers",
    "1,500.25": "has a comma",
    "1e3": "is not a plain number",
    "1E3": "is not a plain number",
    "NaN": "is not a plain number",
    "Infinity": "is not a plain number",
    "-inf": "is not a plain number",
    "ten": "is not a plain number",
    "10 0": "is not a plain number",
    "1_000": "is not a plain number",
    "0x10": "is not a plain number",
    "٣": "is not a plain number",
    "１０": "is not a plain number",
    "$10": "is not a plain number",
    "10%": "is not a plain number",
    "+-5": "is not a plain number",
    "1.2.3": "is not a plain number",
    ".": "is not a plain number",
    "10\n": "",
    "-5": "must be more than 0, not -5",
    "−5": "must be more than 0, not -5",
    "0": "must be more than 0, not 0",
    "0.000": "must be more than 0",
    "-0": "must be more than 0",
    "0.0000000001": "more than 9 decimals",
    "1.0000000001": "at most nine decimals",
    "9223372037": "too large",
    "9" * 30: "too large",
    "9" * 5000: "has 5000 characters",
    "'; DROP TABLE orders; --": "is not a plain number",
    "<script>alert(1)</script>": "is not a plain number",
}


@pytest.mark.parametrize(("typed", "says"), TYPED.items(), ids=[repr(key[:24]) for key in TYPED])
def test_what_is_typed_as_a_quantity(typed: str, says: str) -> None:
    desk = Desk()
    if not says:
        assert desk.reviews.review(draft(quantity=typed)).quantity == 10
        return
    with pytest.raises(BadInput) as told:
        desk.reviews.review(draft(quantity=typed))
    assert says in str(told.value)
    one_sentence(str(told.value))
    assert desk.kinds() == ["reconciled"]


@pytest.mark.parametrize("field", ["limit", "stop", "notional"])
@pytest.mark.parametrize(
    "typed", [t for t in TYPED if t.strip() and t not in ("10\n", "9223372037")], ids=lambda t: repr(t[:24])
)
def test_what_is_typed_as_a_price_or_an_amount(field: str, typed: str) -> None:
    desk = Desk()
    kinds = {"limit": OrderType.LIMIT, "stop": OrderType.STOP, "notional": OrderType.MARKET}
    given: dict[str, Any] = {field: typed, "type": kinds[field]}
    with pytest.raises(BadInput) as told:
        desk.reviews.review(draft(**given))
    one_sentence(str(told.value))
    assert {"limit": "Limit", "stop": "Stop", "notional": "Amount"}[field] in str(told.value)


@pytest.mark.parametrize(
    ("symbol", "says"),
    [
        ("", "No symbol was typed"),
        ("  ", "No symbol was typed"),
        ("NOPE", "NOPE is not a symbol this desk knows"),
        ("A", "Did you mean ANT, CAT3?"),
        ("cats", "Did you mean CAT3?"),
        ("%", "is not a symbol"),
        ("ANT'; DROP TABLE orders;--", "is not a symbol"),
        ("<b>ANT</b>", "is not a symbol"),
        ("Z" * 5000, "is not a symbol"),
        ("ANT\x00", "is not a symbol"),
    ],
)
def test_an_unknown_symbol_names_near_ones(symbol: str, says: str) -> None:
    desk = Desk()
    with pytest.raises(BadInput) as told:
        desk.reviews.review(draft(symbol))
    assert says in str(told.value)
    one_sentence(str(told.value))


def test_a_symbol_is_found_however_it_is_typed() -> None:
    desk = Desk()
    assert desk.reviews.review(draft(" ant ")).name == "Ant Works"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"notional": "100", "quantity": "1"}, "Both shares and an amount were typed"),
        ({"notional": "10"}, "10 does not buy one ANT at 49.00"),
        ({"account_id": "nobody"}, "There is no account nobody here"),
        ({"replaces": "20260101-000001"}, "There is no order 20260101-000001"),
    ],
)
def test_what_does_not_go_together(given: dict[str, Any], says: str) -> None:
    desk = Desk()
    extra: dict[str, Any] = {"limit": "49"} if given.get("notional") == "10" else {}
    with pytest.raises(BadInput) as told:
        desk.reviews.review(draft(**(given | extra)))
    assert says in str(told.value)


@settings(max_examples=300, deadline=None)
@given(
    text=st.text(max_size=30)
    | st.from_regex(r"[-+]?[0-9]{0,12}[.]?[0-9]{0,11}", fullmatch=True)
    | st.sampled_from(list(TYPED)),
    field=st.sampled_from(["quantity", "limit", "stop", "notional", "symbol", "account_id", "replaces"]),
    kind=st.sampled_from(OrderType),
    side=st.sampled_from(Side),
    purpose=st.sampled_from(Purpose),
    time_in_force=st.sampled_from(TimeInForce),
)
def test_nothing_a_person_can_type_ends_in_anything_but_a_sentence(**given: Any) -> None:
    desk = shared()
    field, text = given.pop("field"), given.pop("text")
    values: dict[str, Any] = {
        "symbol": "ANT",
        "side": given["side"],
        "type": given["kind"],
        "purpose": given["purpose"],
        "time_in_force": given["time_in_force"],
        "quantity": "" if field == "notional" else "10",
        "limit": "50",
        "stop": "50",
    }
    try:
        sheet = desk.reviews.review(Draft(**(values | {field: text})))
        desk.reviews.confirm(sheet.token, YES)
    except DeskError as error:
        assert "\n" not in str(error).replace(text, "")
    desk.send()
    desk.hear()
    for order in desk.house.store.orders.open():
        desk.house.desk.cancel(order.id)


_SHARED: list[Desk] = []


def shared() -> Desk:
    if not _SHARED:
        _SHARED.append(Desk())
    return _SHARED[0]


# the sheet ----------------------------------------------------------------------------------------------------------


def test_reviewing_stores_and_sends_nothing() -> None:
    desk = Desk()
    before = desk.kinds()
    sheet = desk.reviews.review(draft(limit="49.5"))
    assert sheet.act == "Buy 10 ANT"
    assert sheet.terms == "Limit 49.5 USD · until the session closes · XSIM"
    assert sheet.feed_note == "INVENTED PRICES"
    assert sheet.pays_at_most == D(495)
    assert sheet.receives_about is None
    assert (sheet.buying_power_before, sheet.buying_power_after) == (D(100_000), D(99_505))
    assert (sheet.held_before, sheet.held_after) == (D(0), D(10))
    assert sheet.weight_after == D("0.005")
    assert sheet.may_send
    assert sheet.good_for_seconds == 60
    assert {v.check for v in sheet.verdicts} >= {"R01", "R02", "R04", "R06", "R16", "R24", "R26"}
    assert desk.kinds() == before
    assert desk.handed(Submit) == []


def test_a_sale_says_what_comes_in_and_reserves_nothing_when_it_reduces() -> None:
    desk = Desk()
    desk.held("100")
    sheet = desk.reviews.review(draft(side=Side.SELL, quantity="40"))
    assert sheet.pays_at_most is None
    assert sheet.receives_about == D("1999.60")
    assert sheet.cost_spread == D("0.40")
    assert sheet.buying_power_after == sheet.buying_power_before
    assert sheet.held_after == 60


def test_too_much_names_the_largest_that_fits() -> None:
    desk = Desk()
    sheet = desk.reviews.review(draft(limit="50", quantity="2001"))
    assert not sheet.may_send
    assert sheet.largest_quantity == 2000
    r06 = next(v for v in sheet.verdicts if v.check == "R06")
    assert r06.outcome is Outcome.BLOCK


@pytest.mark.parametrize(("limit", "check"), [("49.123", "R05"), ("5000", "R04"), ("52", "R04")])
def test_a_limit_off_its_tick_or_far_away_is_blocked(limit: str, check: str) -> None:
    desk = Desk()
    sheet = desk.reviews.review(draft(limit=limit))
    (verdict,) = [v for v in sheet.verdicts if v.check == check]
    assert verdict.outcome is Outcome.BLOCK
    assert not sheet.may_send
    with pytest.raises(RiskBreach) as told:
        desk.reviews.confirm(sheet.token, YES)
    one_sentence(str(told.value))


def test_a_closed_market_is_said_on_the_sheet_and_when_confirmed() -> None:
    desk = Desk()
    desk.settle(NIGHT.total_seconds())
    desk.settle(3)
    sheet = desk.reviews.review(draft(limit="49"))
    assert not sheet.may_send
    with pytest.raises(MarketClosed, match="It opens Tue 15 Sep 09:30 ET"):
        desk.reviews.confirm(sheet.token, YES)
    waiting = desk.reviews.review(draft(limit="49", wait_for_open=True))
    assert waiting.may_send
    assert waiting.terms.endswith("waits here for the next session")
    assert desk.reviews.confirm(waiting.token, YES).status is Status.INTENT


def test_no_quote_blocks_what_adds_risk_and_never_a_close() -> None:
    desk = Desk()
    desk.held("10")
    desk.prices.silent = True
    assert not desk.reviews.review(draft()).may_send
    with pytest.raises(BadInput, match="There is no price for ANT now"):
        desk.reviews.review(draft(notional="1000"))
    closing = desk.reviews.review(draft(side=Side.SELL, purpose=Purpose.CLOSE))
    assert closing.may_send
    assert desk.reviews.confirm(closing.token, YES).status is Status.SENDING


def test_beside_an_order_in_doubt_the_worst_case_is_named_and_has_to_be_seen() -> None:
    desk = Desk()
    desk.held("100")
    in_doubt(desk, "i-ant", Side.SELL, "100", limit="50", answer=Answer.TIMEOUT_BEFORE)
    sheet = desk.reviews.review(draft(side=Side.SELL, quantity="100", purpose=Purpose.CLOSE))
    assert "you may end up short 100 ANT" in sheet.worst_case
    with pytest.raises(NotConfirmed, match="short 100"):
        desk.reviews.confirm(sheet.token, Consent(warnings=sheet.warnings))
    assert desk.reviews.confirm(sheet.token, Consent(warnings=sheet.warnings, worst_case_seen=True))


# sizing by money ----------------------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(
    money=st.decimals("50.02", "9000", places=6),
    last=st.decimals("1", "300", places=4),
    kind=st.sampled_from(OrderType),
    away=st.decimals("0.98", "1.02", places=2),
)
def test_sizing_by_money_never_buys_for_more_than_the_money(
    money: Decimal, last: Decimal, kind: OrderType, away: Decimal
) -> None:
    desk = shared()
    desk.prices.last["i-ant"] = last
    price = f"{(last * away).quantize(D('0.01')):f}"
    try:
        sheet = desk.reviews.review(draft(notional=f"{money:f}", type=kind, limit=price, stop=price))
    except BadInput as error:
        assert "does not buy one ANT" in str(error)
        return
    finally:
        desk.prices.last["i-ant"] = D(50)
    ask = last + D("0.01")
    paid = {
        OrderType.MARKET: ask,
        OrderType.LIMIT: D(price),
        OrderType.STOP: max(D(price), ask),
        OrderType.STOP_LIMIT: D(price),
    }[kind]
    assert 0 < sheet.quantity * paid <= money
    step = D("0.000001") if kind is OrderType.MARKET else D(1)
    assert (sheet.quantity + step) * paid > money
    assert sheet.quantity % step == 0


def test_the_amount_is_kept_with_the_order() -> None:
    desk = Desk()
    sheet = desk.reviews.review(draft(notional="1000.123456"))
    order = desk.reviews.confirm(sheet.token, YES)
    assert order.notional == D("1000.123456")
    desk.kill()
    assert desk.now(order).notional == D("1000.123456")


# confirming ---------------------------------------------------------------------------------------------------------


def test_a_token_is_used_once_and_then_returns_its_order() -> None:
    desk = Desk()
    sheet = desk.reviews.review(draft(limit="49"))
    order = desk.reviews.confirm(sheet.token, YES)
    assert desk.reviews.confirm(sheet.token, NO_CONSENT).id == order.id
    with pytest.raises(NotConfirmed, match=f"became order {order.id}"):
        desk.reviews.again(sheet.token)
    desk.kill()
    assert desk.reviews.confirm(sheet.token, YES).id == order.id
    assert desk.handed(Submit) == []


@pytest.mark.parametrize("token", ["", "ticket-0", "' OR 1=1 --", "x" * 5000])
def test_a_token_nobody_made_confirms_nothing(token: str) -> None:
    desk = Desk()
    with pytest.raises(NotConfirmed, match="Nothing was sent: this review is gone or was used") as told:
        desk.reviews.confirm(token, YES)
    one_sentence(str(told.value))


def test_tokens_cannot_be_guessed_from_each_other() -> None:
    desk = Desk()
    tokens = {desk.reviews.review(draft(limit="49")).token for _ in range(50)}
    assert len(tokens) == 50
    assert {len(token) for token in tokens} == {len("ticket-") + 24}


def test_an_old_review_is_looked_at_again_first() -> None:
    desk = Desk()
    sheet = desk.reviews.review(draft(limit="49"))
    desk.pass_time(60)
    order = desk.reviews.confirm(desk.reviews.review(draft("BEE", limit="19")).token, YES)
    assert order
    desk.clock.advance(timedelta(milliseconds=1))
    with pytest.raises(NotConfirmed, match="older than a minute") as told:
        desk.reviews.confirm(sheet.token, YES)
    one_sentence(str(told.value))
    desk.reviews.again(sheet.token)
    assert desk.reviews.confirm(sheet.token, YES).status is Status.SENDING


def test_a_restart_forgets_reviews_and_says_so() -> None:
    desk = Desk()
    sheet = desk.reviews.review(draft(limit="49"))
    desk.kill()
    desk.settle()
    with pytest.raises(NotConfirmed, match="review the order again"):
        desk.reviews.confirm(sheet.token, YES)
    assert desk.broker.held == []


def test_what_has_become_true_since_the_review_needs_a_new_word() -> None:
    desk = Desk()
    sheet = desk.reviews.review(draft(limit="49"))
    assert sheet.warnings == ()
    desk.place(limit="49")
    with pytest.raises(NotConfirmed, match="Confirm only if you want it a second time"):
        desk.reviews.confirm(sheet.token, Consent(warnings=sheet.warnings))
    again = desk.reviews.again(sheet.token)
    assert again.warnings == ("R17",)
    assert desk.reviews.confirm(sheet.token, Consent(warnings=again.warnings)).status is Status.SENDING


def test_a_block_is_lifted_by_a_typed_reason_where_it_may_be_and_the_reason_is_kept() -> None:
    desk = Desk()
    sheet = desk.reviews.review(draft(limit="50", quantity="210"))
    assert sheet.reasons_needed == ("R02",)
    assert sheet.may_send
    for consent in (NO_CONSENT, Consent(reasons={"R02": "  "}), Consent(reasons={"R06": "please"})):
        with pytest.raises(RiskBreach):
            desk.reviews.confirm(sheet.token, consent)
    order = desk.reviews.confirm(
        sheet.token, Consent(warnings=sheet.warnings, reasons={"R02": "the whole of it, on purpose"})
    )
    assert order.status is Status.SENDING
    assert "on purpose" in desk.disk.execute("SELECT body FROM journal WHERE kind='order.placed'").fetchone()[0]


def test_only_so_many_reviews_are_kept_and_the_oldest_goes_first() -> None:
    desk = Desk()
    first = desk.reviews.review(draft(limit="49"))
    for _ in range(KEPT - 1):
        desk.reviews.review(draft(limit="49"))
    desk.reviews.again(first.token)
    desk.reviews.review(draft(limit="49"))
    with pytest.raises(NotConfirmed):
        desk.reviews.again(first.token)


def test_changing_an_order_by_its_sheet() -> None:
    desk = Desk()
    old = desk.working(limit="49")
    sheet = desk.reviews.review(draft(limit="49.5", replaces=old.id))
    new = desk.reviews.confirm(sheet.token, YES)
    assert new.replaces == old.id
    assert len(desk.handed(Replace)) == 1
    wrong = desk.reviews.review(draft("BEE", limit="19.5", replaces=new.id))
    desk.send()
    desk.hear()
    with pytest.raises((BadInput, OrderRefused)):
        desk.reviews.confirm(wrong.token, YES)


@pytest.mark.parametrize("round_", range(10))
def test_the_same_confirm_from_eight_threads_is_one_order(round_: int) -> None:
    desk = Desk()
    thread = DeskThread(lambda: None, lambda error: None)
    thread.start()
    sheet = thread.ask(lambda: desk.reviews.review(draft(limit="49", quantity=str(round_ + 1))), Urgency.COMMAND)
    made: list[str] = []

    def press() -> None:
        made.append(thread.ask(lambda: desk.reviews.confirm(sheet.token, YES), Urgency.COMMAND).id)

    people = [Thread(target=press) for _ in range(8)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    thread.end()
    assert len(made) == 8
    assert len(set(made)) == 1
    assert len(desk.handed(Submit)) == 1
