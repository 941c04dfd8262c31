"""A whole crash day on a real engine: opening, stops, the market's stop, the close, and a report that adds up."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.channel.facets.crash_day import CrashReport, Stage
from core.channel.facets.orders import Draft
from core.channel.facets.practice import Fault, Jump
from core.domain.chosen import Kind
from core.domain.errors import BadInput, DeskError, TradingStopped
from core.domain.order import OrderType, Side, Status
from core.domain.verdict import Consent
from core.market.feeds.base import BarSize
from core.market.sessions import NEW_YORK
from tests.fakes.clock import FakeClock
from tests.unit.engine.opened import Opened, opened

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=NEW_YORK).astimezone(UTC)
NEXT = date(2026, 11, 24)
OPENS = datetime(2026, 11, 24, 9, 30, tzinfo=NEW_YORK).astimezone(UTC)
CLOSES = datetime(2026, 11, 24, 16, 0, tzinfo=NEW_YORK).astimezone(UTC)
CENT = Decimal("0.01")


@pytest.fixture(autouse=True)
def one_market(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same prices in every run."""
    monkeypatch.setattr("core.engine.wiring._first_settings", lambda: '{"seed": 9}')


def send(desk: Opened, *drafts: Draft) -> list[str]:
    ids = []
    for draft in drafts:
        review = desk.desk.orders.review(draft)
        assert review.may_send, review.verdicts
        ids.append(desk.desk.orders.confirm(review.token, Consent(warnings=review.warnings)).id)
        desk.settle(1)
    return ids


def run_on(desk: Opened, until: datetime | None = None) -> None:
    """At 60×, a real second at a time, until market time stands or that moment has come."""
    desk.desk.practice.time(own_time=True, pace=60)
    for _ in range(1000):
        desk.settle(1)
        if desk.engine.timeline.pace == 0 or (until is not None and desk.engine.timeline.now() >= until):
            return
    raise AssertionError("market time never stood still")


def written(desk: Opened) -> CrashReport:
    """Wait for the broker's last word."""
    for _ in range(30):
        desk.settle(1)
        if desk.desk.crash_day.state().stage is Stage.REST:
            break
    return desk.desk.crash_day.reports()[0]


def test_a_crash_day_from_begin_to_report(tmp_path: Path) -> None:
    with opened(tmp_path, FakeClock(NOON)) as desk:
        desk.settle()
        crash = desk.desk.crash_day
        rest = crash.state()
        assert (rest.stage, rest.day, rest.chosen, rest.why_not) == (Stage.REST, NEXT, False, "")
        view = crash.begin()
        assert (view.stage, view.now, view.pace, view.chosen) == (Stage.BEFORE, OPENS - timedelta(minutes=5), 0, True)
        assert [(c.day, c.kind) for c in desk.desk.practice.state().chosen] == [(NEXT, Kind.CRASH)]
        for _ in range(3):
            desk.settle(2)
        assert crash.state().may_sample
        send(desk, *crash.sample())
        assert "wait for the opening" in crash.state().title
        run_on(desk)
        view = crash.state()
        assert (view.stage, view.now) == (Stage.DURING, OPENS + timedelta(minutes=2))
        assert [held.symbol for held in view.positions] == ["JPM", "NVDA", "QQQ", "SPY", "TLT", "XOM"]
        assert "Without a stop: JPM, NVDA, QQQ, SPY, TLT, XOM." in view.detail
        send(desk, *crash.stops(Decimal("0.03")))
        assert all(held.covered == held.quantity for held in crash.state().positions)
        run_on(desk)
        assert desk.engine.timeline.now() == CLOSES
        report = written(desk)
        assert desk.desk.practice.state().stopped_at == "The session closes"

        said = " ".join(one.words for one in report.happened)
        assert "The market stops for 15 minutes at" in said
        assert "Your stop in NVDA sold" in said
        assert "below its stop price" in said
        assert {s.symbol for s in report.stops} >= {"SPY", "QQQ"}
        assert (report.early, report.until, report.certainty) == (
            False,
            CLOSES,
            "Compared with the broker after it ended",
        )
        assert report.index.fell < Decimal("-0.055")
        assert report.index.fell_most <= Decimal("-0.069")
        adds_up(desk, report)
        assert desk.desk.crash_day.reports() == (report,)
        assert desk.desk.journal.table(kind="crash_day.report").num_rows == 1
    with opened(tmp_path, FakeClock(NOON)) as desk:
        assert desk.desk.crash_day.reports() == (report,)


def adds_up(desk: Opened, report: CrashReport) -> None:
    """The same numbers another way: forward, from the exchange's own executions and the feed's bars."""
    (line,) = desk.engine.lines
    fills = [f for f in line.executions("practice", report.opens_at).rows if f.at <= report.until]
    names = {i.symbol: i.id for i in desk.engine.store.catalogue.all()}
    bars = {
        symbol: {
            bar.at + timedelta(minutes=1): bar
            for bar in desk.engine.feed.bars(names[symbol], BarSize.MINUTE, report.opens_at, report.closes_at)
        }
        for symbol in {s for s, i in names.items() if i in {f.instrument_id for f in fills}}
    }
    cash = report.before  # nothing was held: all of it is cash
    held: dict[str, Decimal] = defaultdict(Decimal)
    low = report.before
    for minute in range(1, 391):
        at = report.opens_at + timedelta(minutes=minute)
        for fill in fills:
            if at - timedelta(minutes=1) < fill.at <= at or (minute == 1 and fill.at == report.opens_at):
                symbol = next(s for s, i in names.items() if i == fill.instrument_id)
                held[symbol] += fill.side.sign * fill.quantity
                cash -= fill.side.sign * fill.quantity * fill.price + fill.fee
        value = cash + sum(q * Decimal(str(bars[s][at].close)) for s, q in held.items() if q)
        low = min(low, value)
    assert abs(report.after - value) < CENT
    assert abs(report.worst - low) < CENT
    assert {h.symbol: h.quantity for h in report.positions} == {s: q for s, q in held.items() if q}
    summary = desk.desk.positions.accounts()[0]
    assert summary.cash == cash
    assert sum(h.value for h in report.positions) + cash == report.after

    orders = {
        o.client_id: o
        for row in desk.desk.orders.table("all").to_pylist()
        if (o := desk.desk.orders.story(row["id"]).order)
    }
    by_stop: dict[str, list[object]] = defaultdict(list)
    for fill in fills:
        if orders[fill.client_id].type is OrderType.STOP:
            by_stop[orders[fill.client_id].id].append(fill)
    assert {s.order_id for s in report.stops} == set(by_stop)
    for outcome in report.stops:
        mine = [f for f in fills if orders[f.client_id].id == outcome.order_id]
        proceeds = sum(f.quantity * f.price - f.fee for f in mine)
        closing = Decimal(str(list(bars[outcome.symbol].values())[-1].close))
        assert abs(outcome.saved - (proceeds - outcome.quantity * closing)) < CENT
        after = [bar for at, bar in bars[outcome.symbol].items() if at - timedelta(minutes=1) >= mine[-1].at]
        lowest = Decimal(str(min(bar.low for bar in after)))
        assert abs(outcome.saved_at_worst - (proceeds - outcome.quantity * lowest)) < CENT
        assert outcome.best == max(*(Decimal(str(bar.high)) for bar in after), closing)
        assert abs(outcome.slipped - sum(f.quantity * (outcome.stop - f.price) for f in mine)) < CENT
        assert outcome.fees == sum(f.fee for f in mine)
        assert outcome.crossed > 0


def test_after_a_kill_in_the_middle_the_guide_goes_on_and_the_report_adds_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FakeClock(NOON)
    with opened(tmp_path, clock) as desk:
        desk.settle()
        desk.desk.crash_day.begin()
        for _ in range(3):
            desk.settle(2)
        send(desk, *desk.desk.crash_day.sample())
        run_on(desk)
        send(desk, *desk.desk.crash_day.stops(Decimal("0.03")))
        run_on(desk, OPENS + timedelta(hours=2))
        monkeypatch.setattr("core.engine.engine.keep_time", lambda *given: None)  # killed, not closed
    with opened(tmp_path, clock) as desk:
        view = desk.desk.crash_day.state()
        assert view.stage is Stage.DURING
        assert OPENS + timedelta(hours=1, minutes=54) <= view.now <= OPENS + timedelta(hours=2, minutes=1)
        assert any("Bought" in one.words for one in view.happened)
        run_on(desk)
        assert desk.engine.timeline.now() == CLOSES
        adds_up(desk, written(desk))


def test_started_again_just_before_the_close_it_still_stands_at_the_close(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    with opened(tmp_path, clock) as desk:
        desk.settle()
        desk.desk.crash_day.begin()
        run_on(desk)
        run_on(desk, CLOSES - timedelta(minutes=2))
    with opened(tmp_path, clock) as desk:
        clock.advance(30)  # half an hour at 60×, before anything is looked at
        assert desk.engine.timeline.now() == CLOSES
        assert written(desk).until == CLOSES


def test_what_is_held_is_used_its_stops_wait_for_the_opening_and_a_jump_leads_to_the_report(tmp_path: Path) -> None:
    with opened(tmp_path, FakeClock(NOON)) as desk:
        desk.settle()
        send(
            desk, Draft(symbol="NVDA", side=Side.BUY, quantity="30"), Draft(symbol="SPY", side=Side.BUY, quantity="10")
        )
        desk.settle(4)
        (start,) = desk.desk.positions.accounts()
        desk.desk.crash_day.begin()
        for _ in range(3):
            desk.settle(2)
        view = desk.desk.crash_day.state()
        assert not view.may_sample
        assert "Without a stop: NVDA, SPY." in view.title
        with pytest.raises(BadInput, match="held or on order already"):
            desk.desk.crash_day.sample()
        stops = desk.desk.crash_day.stops(Decimal("0.05"))
        assert [(d.symbol, d.type, d.wait_for_open) for d in stops] == [
            ("NVDA", OrderType.STOP, True),
            ("SPY", OrderType.STOP, True),
        ]
        ids = send(desk, *stops)
        with pytest.raises(BadInput, match="has its stop already"):
            desk.desk.crash_day.stops(Decimal("0.05"))
        run_on(desk)
        assert {desk.desk.orders.story(i).order.status for i in ids} <= {Status.ACKED, Status.FILLED}
        desk.desk.practice.jump(Jump.CLOSE)
        report = written(desk)
        before = {row.symbol: row for row in report.stops}
        assert report.until == CLOSES
        assert set(before) <= {"NVDA", "SPY"}
        assert before
        (summary,) = desk.desk.positions.accounts()
        assert abs(report.after - (summary.cash + sum(p.value for p in report.positions))) < CENT
        nvda, spy = (desk.desk.market.quote(symbol).previous_close for symbol in ("NVDA", "SPY"))
        assert nvda is not None
        assert spy is not None
        assert report.before == start.cash + 30 * nvda + 10 * spy


def test_an_order_the_limits_hold_back_is_valued_and_one_that_goes_out_after_all_is_not(tmp_path: Path) -> None:
    with opened(tmp_path, FakeClock(NOON)) as desk:
        desk.settle()
        desk.desk.crash_day.begin()
        run_on(desk)
        desk.settle(4)
        for _ in range(2):  # the same wish twice counts once
            blocked = desk.desk.orders.review(Draft(symbol="NVDA", side=Side.BUY, quantity="200"))
            assert "R02" in blocked.reasons_needed
        lifted = desk.desk.orders.review(Draft(symbol="XOM", side=Side.BUY, quantity="150"))
        reasons = dict.fromkeys(lifted.reasons_needed, "because I want to see it")
        desk.desk.orders.confirm(lifted.token, Consent(warnings=lifted.warnings, reasons=reasons))
        desk.settle(2)
        assert desk.desk.crash_day.state().held_back == 1
        desk.desk.practice.jump(Jump.CLOSE)
        report = written(desk)
        (wish,) = report.held_back
        assert blocked.quote is not None
        assert (wish.words, wish.price) == ("Buy 200 NVDA", blocked.quote.ask)
        close = desk.desk.market.bars("NVDA", "1d", 1).to_pylist()[-1]["close"]
        assert wish.saved == 200 * (blocked.quote.ask - Decimal(str(round(close, 4))))
        assert wish.saved > 0
        assert "one order may be worth" in wish.why


def test_a_limit_of_the_day_that_is_reached_is_told(tmp_path: Path) -> None:
    with opened(tmp_path, FakeClock(NOON)) as desk:
        desk.settle()
        desk.desk.limits.change("R20", "closing_only_at", "0.005", "to see it")
        desk.desk.crash_day.begin()
        for _ in range(3):
            desk.settle(2)
        desk.background.wake("day_roll")
        send(desk, *desk.desk.crash_day.sample())
        run_on(desk)
        run_on(desk, OPENS + timedelta(hours=4))
        assert "Today's loss has reached your limit" in desk.desk.crash_day.state().level
        desk.desk.practice.jump(Jump.CLOSE)
        report = written(desk)
        assert any("Today's loss has reached your limit" in level.words for level in report.levels)


def test_ended_early_it_tells_what_was_until_then(tmp_path: Path) -> None:
    with opened(tmp_path, FakeClock(NOON)) as desk:
        desk.settle()
        desk.desk.crash_day.begin()
        for _ in range(3):
            desk.settle(2)
        send(desk, *desk.desk.crash_day.sample())
        run_on(desk)
        run_on(desk, OPENS + timedelta(hours=1))
        now = desk.engine.timeline.now()
        view = desk.desk.crash_day.end()
        assert view.stage is Stage.REST
        (report,) = desk.desk.crash_day.reports()
        assert (report.early, report.until) == (True, now)
        assert report.certainty == "Compared with the broker seconds before it ended"
        assert len(report.positions) == 6
        value = desk.desk.positions.accounts()[0].value
        assert value is not None
        assert abs(report.after - value) < CENT
        run_on(desk, CLOSES)  # nothing stands still any more: own time goes on into the next session
        assert desk.engine.timeline.pace == 60
        again = desk.desk.crash_day.begin()
        assert again.day > NEXT
        desk.desk.crash_day.end()
        assert len(desk.desk.crash_day.reports()) == 1, "before the opening there is nothing to tell"


def test_a_jump_over_days_still_tells_of_the_crash_day_alone(tmp_path: Path) -> None:
    with opened(tmp_path, FakeClock(NOON)) as desk:
        desk.settle()
        desk.desk.crash_day.begin()
        for _ in range(3):
            desk.settle(2)
        send(desk, *desk.desk.crash_day.sample())
        run_on(desk)
        desk.desk.practice.deposit(Decimal(5000), "a")
        for _ in range(3):
            desk.settle(2)
        desk.desk.practice.jump(Jump.OPENING)
        for _ in range(3):
            desk.settle(2)
        report = desk.desk.crash_day.reports()[0]
        assert (report.until, report.early, report.before) == (CLOSES, False, Decimal(100_000))
        paid = sum(f.quantity * f.price + f.fee for f in desk.engine.lines[0].executions("practice", OPENS).rows)
        assert abs(report.after - (100_000 - paid + sum(p.value for p in report.positions))) < CENT


def test_the_broker_that_stays_silent_is_said_in_the_report(tmp_path: Path) -> None:
    with opened(tmp_path, FakeClock(NOON)) as desk:
        desk.settle()
        desk.desk.crash_day.begin()
        run_on(desk)
        desk.desk.practice.fault(Fault.DOWN, True)
        desk.desk.practice.jump(Jump.CLOSE)
        for _ in range(4):
            desk.settle(2)
        assert desk.desk.crash_day.state().stage is Stage.OVER
        for _ in range(20):
            desk.settle(2)
        assert (
            desk.desk.crash_day.reports()[0].certainty == "Our record: the broker had not answered when it was written"
        )


def test_what_keeps_one_from_beginning_is_one_sentence(tmp_path: Path) -> None:
    with opened(tmp_path, FakeClock(NOON)) as desk:
        desk.settle()
        crash, practice = desk.desk.crash_day, desk.desk.practice
        practice.fault(Fault.DOWN, True)
        refused(desk, "cannot be reached, on purpose")
        practice.fault(Fault.DOWN, False)
        desk.desk.trading.stop("a test")
        with pytest.raises(TradingStopped, match="Trading is stopped"):
            crash.begin()
        for _ in range(4):
            desk.settle(2)
        desk.desk.trading.resume("the test goes on")
        (account,) = desk.desk.positions.accounts()
        practice.withdraw(account.cash, "all")
        for _ in range(4):
            desk.settle(2)
        refused(desk, "there is no cash")
        practice.deposit(Decimal(900), "a little")
        for _ in range(4):
            desk.settle(2)
        practice.choose(NEXT, Kind.CRASH)
        assert crash.state().chosen
        crash.begin()
        assert len(practice.state().chosen) == 1
        with pytest.raises(BadInput, match="on already"):
            crash.begin()
        with pytest.raises(BadInput, match="do not buy the sample"):
            crash.sample()


def test_a_half_day_is_said_and_closes_early(tmp_path: Path) -> None:
    noon = datetime(2026, 11, 25, 12, 0, tzinfo=NEW_YORK).astimezone(UTC)
    with opened(tmp_path, FakeClock(noon)) as desk:
        desk.settle()
        assert desk.desk.crash_day.state().early_close
        desk.desk.crash_day.begin()
        run_on(desk)
        run_on(desk)
        at = desk.engine.timeline.now().astimezone(NEW_YORK)
        assert f"{at:%d %b %H:%M:%S}" == "27 Nov 13:00:00"
        assert written(desk).until == desk.engine.timeline.now()


def test_of_the_exchanges_hours_it_says_so(tmp_path: Path) -> None:
    with opened(tmp_path, FakeClock(NOON)) as desk:
        desk.settle()
        desk.desk.crash_day.begin()
        desk.desk.practice.time(own_time=False, pace=1)
        assert "exchange's hours" in desk.desk.crash_day.state().title


def refused(desk: Opened, words: str) -> None:
    assert words in desk.desk.crash_day.state().why_not
    with pytest.raises(DeskError, match=words):
        desk.desk.crash_day.begin()
    assert desk.desk.crash_day.state().stage is Stage.REST
    assert desk.desk.practice.state().chosen == ()
