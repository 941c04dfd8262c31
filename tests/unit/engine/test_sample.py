"""A run that begins with a sample: traded by the exchange itself, booked like everything else, told apart from what is one's own."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.brokers.practice import broker as practice_broker
from core.brokers.practice import sample
from core.channel.facets.performance import Period
from core.domain.sample import Sample
from core.engine.checks import prove_books
from core.engine.sample import sample_of
from tests.fakes.clock import FakeClock
from tests.unit.engine.opened import Opened, opened
from tests.unit.engine.starting import MONDAY_NOON, Killed, at_noon, die, place, settle

SATURDAY_NIGHT = FakeClock(MONDAY_NOON + timedelta(days=5, hours=11))


def begin(desk: Opened, request: str = "first", **more: Any) -> None:
    desk.desk.runs.pause = lambda seconds: desk.settle(0.5)
    desk.desk.runs.begin(more.get("terms", {}), more.get("other", False), request, sample=True)


def with_a_sample(home: Path, **more: Any) -> None:
    with opened(home, at_noon()) as desk:
        settle(desk)
        begin(desk, **more)


def test_home_positions_and_performance_are_filled_at_once_and_books_and_exchange_agree(tmp_path: Path) -> None:
    with_a_sample(tmp_path)
    with opened(tmp_path, at_noon(60)) as desk:
        settle(desk)
        assert not desk.engine.desk.alarms.all()
        assert desk.engine.desk.connections[0].reconciled == {"practice-2"}
        held = desk.desk.positions.table().to_pylist()
        assert len(held) == 7
        assert all(row["certainty"].startswith("Confirmed by the broker") for row in held)
        told = desk.desk.performance.summary()
        assert (told.sessions, told.gaps, told.currency) == (41, (), "USD")
        (account,) = desk.desk.positions.accounts()
        assert account.value is not None
        assert Decimal(80_000) < account.value < Decimal(130_000)
        assert account.today is not None
        assert abs(account.today) < Decimal(8_000), "of this day alone, not of the whole sample"
        (watched,) = desk.desk.practice.state().watched
        assert (watched.day, watched.orders) == (desk.engine.sessions.day(desk.engine.timeline.now()), 0)
        assert watched.seconds < 60, "what somebody watched, and none of the sample"
        assert desk.desk.orders.table("all").num_rows == 0
        assert prove_books(desk.folder.database) == []


def test_what_is_a_sample_is_told_wherever_it_shows_and_the_own_part_begins_where_it_ends(tmp_path: Path) -> None:
    with_a_sample(tmp_path)
    with opened(tmp_path, at_noon(60)) as desk:
        settle(desk)
        (account,) = desk.desk.positions.accounts()
        told = account.sample
        assert told is not None
        assert told.until < desk.engine.timeline.now()
        assert desk.desk.welcome.state().sample == told
        fills = desk.desk.statements.fills("practice-2").to_pylist()
        assert {row["type"] for row in fills} == {"sample"}
        assert all(told.since < row["at"] < told.until for row in fills)
        assert desk.desk.statements.fills("practice-2", order_type="sample").num_rows == len(fills)
        run = desk.desk.statements.all()[-1]
        assert run.begun_at == told.since
        assert run.orders == 0
        said = [mark.words for mark in desk.desk.charts.marks("AAPL", told.since).marks]
        assert any(words.startswith("Sample: Bought ") for words in said)
        own = desk.desk.performance.summary(period=Period.OWN)
        assert own.begins == desk.engine.sessions.previous_close(told.until)
        place(desk, "KO", "1")
        settle(desk)
        assert desk.desk.statements.fills("practice-2").to_pylist()[0]["type"] == "market"
        assert sample_of(desk.engine, "practice") is None


@pytest.mark.parametrize("terms", [{"starting_cash": "2500"}, {"kind": "cash"}, {"starting_cash": "40000000"}])
def test_it_fits_other_terms_too(tmp_path: Path, terms: dict[str, str]) -> None:
    with_a_sample(tmp_path, terms=terms, other=True)
    with opened(tmp_path, at_noon(60)) as desk:
        settle(desk)
        assert not desk.engine.desk.alarms.all()
        assert desk.engine.desk.connections[0].reconciled == {"practice-2"}
        assert desk.desk.positions.table().num_rows > 1, "what is too dear for so little cash is left out"
        assert prove_books(desk.folder.database) == []


def test_the_next_run_has_none_unless_it_is_asked_for(tmp_path: Path) -> None:
    with_a_sample(tmp_path)
    with opened(tmp_path, at_noon(60)) as desk:
        settle(desk)
        desk.desk.runs.pause = lambda seconds: desk.settle(0.5)
        desk.desk.runs.begin({}, False, "second")
    with opened(tmp_path, at_noon(120)) as desk:
        settle(desk)
        (account,) = desk.desk.positions.accounts()
        assert (account.account_id, account.cash, account.sample) == ("practice-3", Decimal(100_000), None)
        assert desk.desk.performance.summary(period=Period.OWN) == desk.desk.performance.summary()


def test_killed_while_it_is_played_it_is_played_anew_and_is_there_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_a_sample(tmp_path)
    with monkeypatch.context() as patched:
        real = sample.play

        def killed(*given: Any) -> None:
            real(*given)
            die()

        patched.setattr(practice_broker, "play", killed)
        with pytest.raises(Killed), opened(tmp_path, at_noon(30)):
            pass
    folder = tmp_path / "practice"
    assert not (folder / "exchange-practice-2.sqlite").exists()
    assert (folder / "exchange-practice-2.draft").exists()
    with opened(tmp_path, at_noon(60)) as desk:
        settle(desk)
        fills = desk.desk.statements.fills("practice-2").num_rows
        assert fills == len(desk.engine.lines[0].executions("practice-2", MONDAY_NOON - timedelta(days=200)).rows)
        assert fills > 6
        assert not (folder / "exchange-practice-2.draft").exists()
    with opened(tmp_path, at_noon(120)) as desk:  # and once more: it is not played again
        settle(desk)
        assert desk.desk.statements.fills("practice-2").num_rows == fills
        assert not desk.engine.desk.alarms.all()


def test_killed_before_its_trades_are_in_the_books_they_come_with_the_next_reading(tmp_path: Path) -> None:
    with_a_sample(tmp_path)
    with opened(tmp_path, at_noon(30)) as desk:  # ended before a single reading
        assert desk.engine.store.books.entry_at("opening:practice-2") is not None
        assert desk.engine.store.accounts.mark("practice-2") is None
    with opened(tmp_path, at_noon(60)) as desk:
        desk.engine.thread.ask(lambda: None)
        assert desk.engine.store.accounts.mark("practice-2") is None, "the day begins with what it really held"
        early = desk.desk.performance.summary()
        assert early.head[0].estimate == 0, "only the cash is booked, and it was looked at too early"
        settle(desk)
        assert desk.desk.performance.summary().head[0].estimate != 0
        mark = desk.engine.store.accounts.mark("practice-2")
        assert mark is not None
        assert mark.equity != Decimal(100_000)


def test_on_a_saturday_night_practice_begins_and_an_order_fills_within_two_minutes(tmp_path: Path) -> None:
    with opened(tmp_path, SATURDAY_NIGHT) as desk:
        settle(desk)
        assert desk.engine.sessions.is_open(desk.engine.timeline.now())
        begin(desk)
    SATURDAY_NIGHT.advance(10)
    with opened(tmp_path, SATURDAY_NIGHT) as desk:
        settle(desk)
        order_id = place(desk, "AAPL", "10")
        desk.settle(2)
        desk.settle(2)
        assert desk.desk.orders.story(order_id).order.words == "Filled"


def test_a_sample_does_not_end_before_it_begins() -> None:
    right = Sample(since=MONDAY_NOON, until=MONDAY_NOON + timedelta(days=1))
    with pytest.raises(ValueError, match="does not end before it begins"):
        replace(right, until=MONDAY_NOON - timedelta(seconds=1))
