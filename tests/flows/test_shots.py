"""The workspace the pictures are taken from: it has what a page can show, by verbs alone, and is the same each time."""

from pathlib import Path

import pytest

from core.domain.order import Side
from tests.fakes.clock import FakeClock
from tests.shots import seeding
from tests.unit.engine.opened import opened


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("seeded")
    seeding.seeded(place, FakeClock(seeding.BEGINS))
    return place


def test_the_workspace_for_the_pictures_has_what_a_page_can_show(home: Path) -> None:
    with opened(home, FakeClock(seeding.BEGINS)) as made:
        desk = made.desk
        words = {row["words"] for row in desk.orders.table("all").to_pylist()}
        assert {"Filled", "Working", "Partly filled", "Rejected", "Cancelled"} <= words
        held = {row["symbol"]: row["quantity"] for row in desk.positions.table().to_pylist()}
        assert len(held) >= 8
        assert min(held.values()) < 0, "one is short"
        assert any(order["stop"] for order in desk.orders.table("open").to_pylist() if order["side"] == Side.SELL)
        assert [one.name for one in desk.watchlists.all()] == list(seeding.WATCHED)
        assert {alert.waits for alert in desk.alerts.all()} == {True, False} or len(desk.alerts.all()) >= 6
        (report,) = desk.crash_day.reports()
        assert report.stops and report.positions
        assert desk.practice.state().chosen
        assert not desk.practice.state().pace, "market time stands still"


def test_it_is_the_same_to_the_cent_each_time(home: Path, tmp_path: Path) -> None:
    seeding.seeded(tmp_path, FakeClock(seeding.BEGINS))
    tables = []
    for place in (home, tmp_path):
        with opened(place, FakeClock(seeding.BEGINS)) as made:
            orders = made.desk.orders.table("all").drop(["certainty"]).to_pylist()
            tables.append((orders, made.desk.positions.accounts()[0].value))
    assert tables[0] == tables[1]
