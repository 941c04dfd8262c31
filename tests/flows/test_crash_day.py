"""A whole crash day on a real engine: opening, stops, the market's stop, the close, and a report that adds up."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from core.channel.facets.crash_day import CrashReport, Stage
from core.channel.facets.orders import Draft
from core.domain.chosen import Kind
from core.domain.order import OrderType
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


def lived_through(desk: Opened, below: str = "0.03") -> CrashReport:
    desk.settle()
    desk.desk.crash_day.begin()
    for _ in range(3):
        desk.settle(2)
    send(desk, *desk.desk.crash_day.sample())
    run_on(desk)
    send(desk, *desk.desk.crash_day.stops(Decimal(below)))
    run_on(desk)
    return written(desk)


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
        after = [bar for at, bar in bars[outcome.symbol].items() if at > mine[-1].at]
        lowest = Decimal(str(min(bar.low for bar in after)))
        assert abs(outcome.saved_at_worst - (proceeds - outcome.quantity * lowest)) < CENT
        assert abs(outcome.slipped - sum(f.quantity * (outcome.stop - f.price) for f in mine)) < CENT
        assert outcome.fees == sum(f.fee for f in mine)
        assert outcome.crossed > 0
