"""A paper workspace that plays a recording: a real engine on prices that come in as they came in then."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.channel.facets.orders import Draft
from core.channel.facets.practice import Fault, Jump
from core.channel.home import Home
from core.channel.window import replay
from core.domain.disclosures import VERSION
from core.domain.errors import BadInput, MarketDataError, NoQuote, OrderRefused
from core.domain.order import Side, Status
from core.domain.verdict import Consent
from core.domain.workspace import WorkspaceKind
from core.engine import disclosures
from core.engine.wiring import build
from core.market.recording import Recording
from core.market.sample import sample
from core.market.ticks import What
from tests.fakes.clock import FakeClock
from tests.fakes.ticks import TEN, Told
from tests.unit.engine.opened import Opened, opened
from tests.unit.market.test_recording import begun

SATURDAY = datetime(2027, 1, 2, 20, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("source") / "recording"
    sample(folder, TEN.date(), lasts=timedelta(minutes=3), symbols=("AAPL", "BH"))
    return str(folder)


@pytest.fixture
def desk(tmp_path: Path, recording: str) -> Iterator[Opened]:
    with opened(tmp_path, FakeClock(SATURDAY), "paper-1", recording) as desk:
        passes(desk, 8)
        yield desk


def passes(desk: Opened, seconds: float) -> None:
    for _ in range(int(seconds * 2)):
        desk.settle(0.5)


def place(desk: Opened, symbol: str = "AAPL", size: str = "10", side: Side = Side.BUY, **terms: Any) -> str:
    desk.desk.welcome.disclosures_read(VERSION)
    review = desk.desk.orders.review(Draft(symbol=symbol, side=side, quantity=size, **terms))
    placed = desk.desk.orders.confirm(review.token, Consent(warnings=review.warnings))
    desk.settle()
    return placed.id


def test_it_opens_as_paper_with_the_recordings_own_time_and_says_what_its_prices_are(desk: Opened) -> None:
    health = desk.desk.health.state()
    assert (health.kind, health.pace, health.own_time, health.market_open) == (WorkspaceKind.PAPER, 1.0, False, True)
    assert health.feed_note == "INVENTED PRICES · REPLAYED FROM 23 NOV 2026 · DEPTH ESTIMATED"
    assert timedelta(seconds=3) < health.market_now - TEN < timedelta(seconds=10)
    (connection,) = health.connections
    assert (connection.state, connection.reconciled) == ("connected", True)
    quote = desk.desk.market.quote("AAPL")
    assert not quote.stale
    assert quote.note == health.feed_note
    assert [name.symbol for name in desk.desk.market.names()] == ["AAPL", "BH"]


def test_an_order_fills_at_what_was_recorded_and_every_part_of_its_story_says_so(desk: Opened) -> None:
    order_id = place(desk)
    passes(desk, 6)
    story = desk.desk.orders.story(order_id)
    assert story.order.status is Status.FILLED
    assert all("Depth estimated." in fill.note for fill in story.fills)
    assert "Depth estimated." in " ".join(desk.desk.practice.why(order_id))
    heard = Recording(desk.folder.path / "recording")
    told = {(t.bid, t.ask) for t in heard.ticks() if t.what is What.QUOTE}
    assert {fill.price for fill in story.fills} <= {ask for _, ask in told}


def test_what_only_an_invented_market_can_do_is_refused(desk: Opened) -> None:
    practice = desk.desk.practice
    for ask in (
        practice.state,
        lambda: practice.time(True, 10),
        lambda: practice.jump(Jump.CLOSE),
        lambda: practice.fault(Fault.DOWN, True),
        practice.pull_plug,
    ):
        with pytest.raises(BadInput, match="paper-1 is no practice workspace"):
            ask()


def test_neither_a_run_nor_a_crash_day_begins_on_real_prices(desk: Opened) -> None:
    with pytest.raises(BadInput, match=r"no practice workspace"):
        desk.desk.runs.begin({}, False, "once")
    with pytest.raises(BadInput, match=r"no practice workspace"):
        desk.desk.crash_day.begin()
    assert len(desk.desk.runs.all()) == 1


def test_closed_and_opened_again_its_time_went_on_and_nothing_filled_meanwhile(tmp_path: Path, recording: str) -> None:
    clock = FakeClock(SATURDAY)
    with opened(tmp_path, clock, "paper-1", recording) as desk:
        passes(desk, 8)
        order_id = place(desk, size="5")
        passes(desk, 6)
        before = desk.engine.timeline.now()
        held = desk.desk.positions.table().to_pylist()
    clock.advance(60)
    with opened(tmp_path, clock, "paper-1", recording) as desk:
        assert desk.engine.timeline.now() - before == timedelta(seconds=60)
        passes(desk, 6)
        assert desk.desk.orders.story(order_id).order.status is Status.FILLED
        assert [r["quantity"] for r in desk.desk.positions.table().to_pylist()] == [r["quantity"] for r in held]
        heard = list(Recording(desk.folder.path / "recording").ticks())
        assert sum(1 for t in heard if t.what is What.BEGIN) == 2
        assert not desk.desk.market.quote("AAPL").stale


def test_when_the_recording_is_over_its_last_price_grows_old(desk: Opened) -> None:
    passes(desk, 30)
    desk.settle(300)
    passes(desk, 3)
    assert desk.desk.market.quote("AAPL").stale


def test_a_recording_that_is_gone_or_empty_keeps_it_closed(tmp_path: Path) -> None:
    with pytest.raises(MarketDataError, match="holds no recording that can be read"):
        build(Home(tmp_path / "home").create("gone", WorkspaceKind.PAPER, str(tmp_path / "gone")))
    begun(tmp_path / "empty").close()
    with pytest.raises(MarketDataError, match="The recording is empty"):
        build(Home(tmp_path / "home").create("empty", WorkspaceKind.PAPER, str(tmp_path / "empty")))


def test_it_is_made_once_from_the_command_line(tmp_path: Path, recording: str) -> None:
    home, source = Home(tmp_path / "home"), Path(recording)
    folder = replay(home, "paper-1", source)
    assert (folder.kind, folder.note.recording) == (WorkspaceKind.PAPER, recording)
    assert replay(home, "paper-1", source) == folder
    with pytest.raises(BadInput, match="paper-1 is there already and does not play"):
        replay(home, "paper-1", tmp_path)
    with pytest.raises(BadInput, match="name it with --workspace"):
        replay(home, "", source)
    with pytest.raises(BadInput, match=f"There is no recording in {tmp_path}"):
        replay(home, "paper-2", tmp_path)


def test_by_hand_a_name_nobody_told_of_has_no_quote(tmp_path: Path) -> None:
    source = str(Told().quote(0).alive(0, 60).write(tmp_path / "source"))
    with opened(tmp_path / "home", FakeClock(SATURDAY), "paper-1", source) as desk:
        passes(desk, 6)
        assert desk.desk.market.quote("ANT").quote.bid == 100
        with pytest.raises(NoQuote, match="There is no quote for BEE now"):
            desk.desk.market.quote("BEE")


def test_a_disk_that_takes_no_prices_is_said_aloud_and_fills_wait_for_it(
    desk: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as here:
        here.setattr(os, "fsync", full)
        passes(desk, 3)
        (notice,) = desk.desk.health.state().notices
        assert "Prices are not recorded, and nothing fills" in notice.title
        order_id = place(desk)
        passes(desk, 5)
        assert desk.desk.orders.story(order_id).order.status is Status.ACKED
    passes(desk, 6)
    assert desk.desk.orders.story(order_id).order.status is Status.FILLED
    assert desk.desk.health.state().notices == ()


def test_the_first_order_waits_until_the_risk_disclosures_were_read(desk: Opened) -> None:
    draft = Draft(symbol="AAPL", side=Side.BUY, quantity="1")
    with pytest.raises(OrderRefused, match=r"risk disclosures were not read yet\. Nothing was sent"):
        desk.desk.orders.review(draft)
    desk.desk.welcome.disclosures_read(VERSION)
    assert desk.desk.orders.review(draft).token


def test_closing_a_position_never_waits_for_the_disclosures(desk: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    place(desk)
    passes(desk, 6)
    monkeypatch.setattr(disclosures, "VERSION", VERSION + 1)  # the words have changed meanwhile
    (held,) = desk.desk.positions.table().to_pylist()
    with pytest.raises(OrderRefused, match="not read yet"):
        desk.desk.orders.review(Draft(symbol="AAPL", side=Side.BUY, quantity="1"))
    assert desk.desk.orders.review(desk.desk.positions.closing_draft(held["instrument_id"])).token
