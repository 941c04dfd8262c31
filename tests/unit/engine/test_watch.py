"""The monitors in a running desk: raised once, with numbers that follow, ended when it is over, and never in the way."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest

from core.brokers.practice.line import PracticeLine
from core.channel.facets.health import Notice
from core.channel.facets.orders import Draft
from core.domain.errors import BadInput
from core.domain.order import Side
from core.domain.quote import Quote
from core.domain.verdict import Consent
from core.engine import background
from core.execution.picture import Prices
from core.store.accounts import Mark
from tests.fakes.clock import FakeClock
from tests.unit.engine.opened import Opened, opened

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # a Monday, 12:00 in New York


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Opened]:
    """A twentieth of the account in one name."""
    with opened(tmp_path, FakeClock(NOON)) as desk:
        for _ in range(3):
            desk.settle(3)
        sheet = desk.desk.orders.review(Draft(symbol="AAPL", side=Side.BUY, notional="5000"))
        desk.desk.orders.confirm(sheet.token, Consent(warnings=sheet.warnings))
        for _ in range(6):
            desk.settle(1)
        yield desk


def notices(desk: Opened) -> dict[str, Notice]:
    return {notice.key: notice for notice in desk.desk.health.state().notices}


def rows(desk: Opened) -> list[str]:
    found = desk.desk.journal.table(limit=500).to_pylist()
    return [f"{row['kind']} {row['title']}" for row in found if row["kind"].startswith("alarm")]


def set_limit(desk: Opened, check: str, setting: str, value: str) -> None:
    desk.desk.limits.change(check, setting, value, "to see it")


def lose(desk: Opened, share: str) -> None:
    """As if the day had begun with more."""
    account = desk.engine.store.accounts.all()[0]

    def act() -> None:
        mark = desk.engine.store.accounts.mark(account.id)
        worth = desk.engine.desk.pictures.worth(account.id).equity
        assert mark is not None
        assert worth is not None
        before = (worth / (1 - Decimal(share))).quantize(Decimal("0.01"))
        with desk.engine.store.unit:
            desk.engine.store.accounts.set_mark(
                Mark(account_id=account.id, day=mark.day, equity=before, peak=before, transfers=mark.transfers)
            )

    desk.engine.thread.ask(act)


def test_on_an_ordinary_day_nothing_is_raised(desk: Opened) -> None:
    for _ in range(5):
        desk.settle(5)
    assert notices(desk) == {}


def test_a_limit_that_is_reached_is_raised_once_and_its_numbers_follow(desk: Opened) -> None:
    set_limit(desk, "R21", "warn_above", "0.01")
    for _ in range(5):
        desk.settle(1)
    key = f"share:{desk.engine.store.accounts.all()[0].id}:AAPL"
    told = notices(desk)[key]
    assert (told.title, told.weight) == ("AAPL has grown to a large share of the account.", "amber")
    assert told.since is not None
    assert rows(desk) == ["alarm AAPL has grown to a large share of the account."]


def test_a_loss_grows_from_near_to_reached_and_ends(desk: Opened) -> None:
    key = f"loss:{desk.engine.store.accounts.all()[0].id}"
    lose(desk, "0.026")
    desk.settle(1)
    assert notices(desk)[key].title == "Today's loss is near your limit."
    lose(desk, "0.032")
    desk.settle(1)
    told = notices(desk)[key]
    assert (told.title, told.weight) == ("Today's loss has reached your limit: only closing is allowed.", "red")
    assert "your limit is 3%" in told.detail
    lose(desk, "0")
    desk.settle(1)
    assert key in notices(desk), "told once, not to and fro"
    for _ in range(4):
        desk.settle(4)
    assert notices(desk) == {}
    assert rows(desk)[0] == "alarm.over Today's loss has reached your limit: only closing is allowed."


def test_a_number_that_swings_about_its_limit_is_one_alarm(desk: Opened) -> None:
    for _ in range(6):
        lose(desk, "0.026")
        desk.settle(2)
        lose(desk, "0.02")
        desk.settle(2)
    assert rows(desk) == ["alarm Today's loss is near your limit."]


@dataclass
class Gone:
    """A feed that is away; what is known of days before stays known."""

    known: Prices

    def quote(self, instrument_id: str) -> Quote | None:
        return None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.known, name)


def test_prices_that_stop_are_noticed_and_end_by_themselves(desk: Opened) -> None:
    pictures = desk.engine.desk.pictures
    coming = pictures.prices
    pictures.prices = cast(Prices, Gone(coming))
    for _ in range(5):
        desk.settle(1)
    assert "stale" not in notices(desk)
    desk.settle(1)
    told = notices(desk)["stale"]
    assert told.title == "Prices do not come in."
    assert "The newest one of AAPL is 6.0 s old" in told.detail
    pictures.prices = coming
    for _ in range(14):
        desk.settle(1)
    assert "stale" not in notices(desk)


def test_a_clock_that_is_off_is_said(desk: Opened) -> None:
    connection = desk.engine.desk.connections[0]

    def off() -> None:
        connection.skew = timedelta(seconds=4)
        desk.engine.watch.tick()

    desk.clock.advance(1)
    desk.engine.thread.ask(off)
    assert notices(desk)[f"clock:{connection.name}"].weight == "red"


def test_the_disk_is_measured_beside_the_desk_and_one_that_does_not_answer_is_no_full_one(
    desk: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "free_bytes", lambda path: 400 * 10**6)
    desk.background.measure_disk()
    desk.settle(1)
    assert "400 MB are free" in notices(desk)["disk"].detail

    def broken(path: Path) -> int:
        raise OSError("the disk went away")

    monkeypatch.setattr(background, "free_bytes", broken)
    desk.background.measure_disk()
    desk.settle(1)
    assert notices(desk)["disk"].weight == "red", "the last that is known"


def test_how_much_of_each_limit_is_used_is_told_for_one_account(desk: Opened) -> None:
    used = {use.label: use for use in desk.desk.limits.used()}
    assert used["Orders today"].used == 1
    assert used["Largest share, AAPL"].limit == Decimal("0.25")
    assert Decimal("0.03") < used["Gross exposure"].used < Decimal("0.1")
    assert used["Loss today"].state == "calm"
    assert not {"Oldest price", "Room on the disk", "Clock off the broker's"} & set(used)
    with pytest.raises(BadInput, match="There is no account nobody here"):
        desk.desk.limits.used("nobody")


def test_a_sign_in_that_ends_soon_is_said_before_it_does(desk: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a broker names the moment. The practice exchange names none, and nothing is said."""
    assert desk.desk.health.state().connections[0].signed_in_until is None
    until = desk.clock.now() + timedelta(hours=25)
    monkeypatch.setattr(PracticeLine, "signed_in_until", lambda line: until, raising=False)
    passing(desk, 70)
    assert desk.desk.health.state().connections[0].signed_in_until == until
    assert "login:practice" not in notices(desk)
    desk.clock.advance(2 * 3600)
    passing(desk, 10)
    said = notices(desk)["login:practice"]
    assert (said.weight, said.title) == ("amber", "practice: the sign-in ends within a day.")
    assert said.detail.startswith("It ends in 22 h ")
    desk.clock.advance(22.5 * 3600)
    passing(desk, 10)
    said = notices(desk)["login:practice"]
    assert (said.weight, said.title) == ("red", "practice: the sign-in ends within the hour.")
    until += timedelta(days=30)
    passing(desk, 90)
    assert "login:practice" not in notices(desk)


def passing(desk: Opened, seconds: int) -> None:
    for _ in range(seconds // 5):
        desk.settle(5)
