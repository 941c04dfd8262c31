"""The numbers of a crash day's report, and its sentences, by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from core.channel.facets.crash_day import HeldBack, StopOutcome
from core.domain.entry import Entry, Posting
from core.domain.fill import Fill
from core.domain.order import Order, OrderType, Side
from core.domain.verdict import Outcome, Verdict
from core.engine.crash_day.course import Course, course
from core.engine.crash_day.guide import _stopped
from core.engine.crash_day.story import HELD_BACK, Story, told
from core.engine.crash_day.tape import Minute, Tape
from core.store.journal import ACTIVITY, Line

BEGAN = datetime(2026, 11, 24, 14, 25, tzinfo=UTC)
OPENS = BEGAN + timedelta(minutes=5)
ONE = {"i-ant": Decimal(1)}


def outcome(**changes: Any) -> StopOutcome:
    made: dict[str, Any] = {
        "order_id": "1",
        "symbol": "ANT",
        "side": Side.SELL,
        "at": OPENS,
        "quantity": Decimal(40),
        "stop": Decimal("97.00"),
        "price": Decimal("95.10"),
        "mid": Decimal("95.15"),
        "fees": Decimal("0.20"),
        "close": Decimal("90.00"),
        "worst": Decimal("88.00"),
        "best": Decimal("96.00"),
    }
    return StopOutcome(**(made | changes))


def test_what_a_stop_saved_and_cost() -> None:
    stop = outcome()
    assert stop.saved == 40 * Decimal("5.10") - Decimal("0.20")
    assert stop.saved_at_worst == 40 * Decimal("7.10") - Decimal("0.20")
    assert stop.missed_at_best == 40 * Decimal("0.90") + Decimal("0.20")
    assert (stop.slipped, stop.crossed) == (Decimal("76.00"), Decimal("2.00"))


def test_a_stop_whose_name_came_back_cost_as_much_as_it_says() -> None:
    assert outcome(close=Decimal("99.10")).saved == -160 - Decimal("0.20")


def test_a_stop_on_a_short_is_its_mirror() -> None:
    short = outcome(
        side=Side.BUY,
        stop=Decimal("103"),
        price=Decimal("104"),
        mid=Decimal("103.90"),
        close=Decimal("110"),
        worst=Decimal("112"),
        best=Decimal("101"),
    )
    assert short.saved == 240 - Decimal("0.20")
    assert short.saved_at_worst == 320 - Decimal("0.20")
    assert short.missed_at_best == 120 + Decimal("0.20")
    assert (short.slipped, short.crossed) == (Decimal(40), Decimal(4))
    assert _stopped(short).words == "Your stop in ANT bought back 40 at 104.00, 1.00 above its stop price 103.00."


@pytest.mark.parametrize(
    ("price", "words"),
    [
        ("95.10", "Your stop in ANT sold 40 at 95.10, 1.90 below its stop price 97.00."),
        ("97.00", "Your stop in ANT sold 40 at 97.00, at its stop price."),
        ("97.20", "Your stop in ANT sold 40 at 97.20, 0.20 above its stop price 97.00."),
    ],
)
def test_a_stop_is_told_with_how_far_from_its_price_it_filled(price: str, words: str) -> None:
    assert _stopped(outcome(price=Decimal(price))).words == words


def test_an_order_held_back_is_valued_against_the_close_either_way() -> None:
    wish = HeldBack(
        at=OPENS,
        words="Buy 10 ANT",
        symbol="ANT",
        side=Side.BUY,
        quantity=Decimal(10),
        price=Decimal(100),
        close=Decimal(90),
        why="",
    )
    assert wish.saved == 100
    assert replace(wish, side=Side.SELL).saved == -100
    assert replace(wish, price=None).saved is None


def fill(number: int, side: Side, quantity: int, price: str, minutes: float, fee: str = "0", **more: Any) -> Fill:
    return Fill(
        execution_id=str(number),
        account_id="A",
        instrument_id="i-ant",
        client_id="c",
        side=side,
        quantity=Decimal(quantity),
        price=Decimal(price),
        fee=Decimal(fee),
        at=OPENS + timedelta(minutes=minutes),
        **more,
    )


def tape(*closes: str) -> Tape:
    minutes = tuple(
        Minute(ends=OPENS + timedelta(minutes=n + 1), low=Decimal(c), high=Decimal(c), close=Decimal(c))
        for n, c in enumerate(closes)
    )
    return Tape(before=Decimal(100), minutes=minutes, last=Decimal(closes[-1]))


def went(held: dict[str, Decimal], cash: str, story: Story, closes: tuple[str, ...], **more: Any) -> Course:
    until = OPENS + timedelta(minutes=len(closes))
    return course(held, Decimal(cash), story, {"i-ant": tape(*closes)}, ONE, BEGAN, until, **({"closed": True} | more))


def of(*fills: Fill, moved: tuple[tuple[datetime, Decimal], ...] = ()) -> Story:
    return Story(fills=tuple((one, None) for one in fills), held_back=(), levels=(), moved=moved)


def test_the_course_of_a_day_is_told_backwards_from_the_books() -> None:
    story = of(fill(1, Side.BUY, 10, "95", 0.5), fill(2, Side.SELL, 30, "85", 2.5, "1"))
    day = went({"i-ant": Decimal(10)}, "4599", story, ("95", "80", "85", "90"))
    # before: 3,000 in cash and 30 shares at 100
    assert (day.before, day.began_with) == (Decimal(6000), {"i-ant": Decimal(30)})
    # at the end of the second minute: 2,050 in cash, 40 shares at 80
    assert (day.worst, day.worst_at) == (Decimal(5250), OPENS + timedelta(minutes=2))
    assert (day.after, day.ended_with) == (Decimal(5499), {"i-ant": Decimal(10)})


def test_money_paid_in_meanwhile_is_no_gain() -> None:
    story = of(fill(1, Side.BUY, 10, "100", 0.5), moved=((OPENS + timedelta(minutes=1), Decimal(500)),))
    day = went({"i-ant": Decimal(10)}, "500", story, ("100", "100"))
    assert [day.before, day.worst, day.after] == [Decimal(1000)] * 3


def test_what_traded_after_the_close_is_not_part_of_the_day() -> None:
    day = went({}, "1200", of(fill(1, Side.SELL, 10, "120", 60 * 20)), ("90", "95"))
    assert (day.before, day.after, day.ended_with) == (Decimal(1000), Decimal(950), {"i-ant": Decimal(10)})


def test_a_worst_point_stays_one_until_the_minute_ends() -> None:
    story, held = of(), {"i-ant": Decimal(10)}
    seen = tape("95")
    low = Tape(before=seen.before, minutes=seen.minutes, last=Decimal(80))
    until = OPENS + timedelta(minutes=1, seconds=30)
    at_its_end = course(held, Decimal(0), story, {"i-ant": low}, ONE, BEGAN, OPENS + timedelta(minutes=1), closed=False)
    assert at_its_end.worst == Decimal(950)
    on = course(held, Decimal(0), story, {"i-ant": low}, ONE, BEGAN, until, closed=False)
    ended = course(held, Decimal(0), story, {"i-ant": low}, ONE, BEGAN, until, closed=True)
    assert [on.worst, on.after, ended.worst] == [Decimal(950), Decimal(800), Decimal(800)]


def test_what_traded_before_a_sale_in_its_own_minute_is_no_price_after_it() -> None:
    seen = tape("90", "95", "92")
    assert (seen.low(OPENS + timedelta(seconds=30)), seen.high(OPENS + timedelta(seconds=30))) == (
        Decimal(92),
        Decimal(95),
    )
    assert seen.low(OPENS) == Decimal(90)
    assert seen.low(OPENS + timedelta(minutes=2, seconds=1)) == Decimal(92)


def line(seq: int, kind: str, body: object, order_id: str = "") -> Line:
    return Line(
        seq=seq,
        recorded_at=OPENS,
        market_at=OPENS,
        kind=kind,
        who="desk",
        order_id=order_id,
        title=kind,
        body=msgspec.json.encode(body).decode(),
        hash=b"",
    )


def asked(key: str, outcome: Outcome = Outcome.BLOCK, **changes: Any) -> dict[str, Any]:
    order = Order(
        id="",
        intent_key=key,
        client_id="",
        account_id="A",
        instrument_id="i-ant",
        symbol="ANT",
        side=Side.BUY,
        type=OrderType.MARKET,
        quantity=Decimal(10),
    ).changed(**changes)
    return {"order": order, "verdicts": [Verdict(check="R02", outcome=outcome, title="Size")], "why": "too large"}


def test_a_trade_that_was_taken_back_does_not_count_nor_one_from_before_or_elsewhere() -> None:
    rows = [
        line(1, "fill", {"fill": fill(1, Side.BUY, 1, "1", 1)}),
        line(2, "fill", {"fill": fill(2, Side.BUY, 1, "1", 1)}),
        line(3, "fill.busted", {"fill": fill(3, Side.BUY, 1, "1", 1, busts="1")}),
        line(4, "fill", {"fill": fill(4, Side.BUY, 1, "1", -60)}),
        line(5, "fill", {"fill": fill(5, Side.BUY, 1, "1", 0.5)}),
    ]
    story = told(rows, {}, "A", BEGAN)
    assert [one.execution_id for one, _ in story.fills] == ["5", "2"], "in order of time"
    assert told(rows, {}, "B", BEGAN).fills == ()


def test_of_orders_held_back_each_wish_counts_once_and_none_that_went_out() -> None:
    rows = [
        line(1, HELD_BACK, asked("a")),
        line(2, "order.refused", asked("b")),  # the same again
        line(3, HELD_BACK, asked("c", quantity=Decimal(20))),
        line(4, "order.placed", asked("c", quantity=Decimal(20)) | {"verdicts": []}),  # with a reason
        line(5, "order.refused", asked("d", Outcome.WARN, quantity=Decimal(30))),  # only wanted a word
        line(6, HELD_BACK, asked("e", account_id="B", quantity=Decimal(40))),
    ]
    story = told(rows, {}, "A", BEGAN)
    assert [one.order.intent_key for _, one in story.held_back] == ["a"]


def test_cash_that_moved_without_a_trade_is_found_and_what_was_dated_before_is_not() -> None:
    def moved(at: datetime) -> dict[str, Any]:
        postings = (
            Posting.money("A", "cash", Decimal("5.000000"), "USD"),
            Posting.money("A", "income", Decimal("-5.000000"), "USD"),
        )
        return {"entry": Entry(id="e", at=at, source="activity:A:1", postings=postings)}

    rows = [line(1, ACTIVITY, moved(BEGAN - timedelta(hours=5))), line(2, ACTIVITY, moved(OPENS))]
    assert told(rows, {}, "A", BEGAN).moved == ((OPENS, Decimal(5)),)
