"""An alert in a real engine that is killed: whenever that happens, it is told exactly once, with the same moment."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from core.channel.desk import Desk
from core.channel.facets.alerts import AlertDraft
from core.channel.facets.practice import Jump
from core.domain.alert import AlertKind, Way
from tests.fakes.running import Running, until, wait


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    made = Running(tmp_path)
    try:
        yield made
    finally:
        made.end()


def both_ways(desk: Desk) -> list[str]:
    """One of them is reached by the close, however the day goes."""
    last = desk.market.quote("AAPL").quote.last
    made = []
    for way in Way:
        level = f"{round(last * (1 + way.sign * Decimal('0.0003')), 2):f}"
        made.append(desk.alerts.make(AlertDraft(symbol="AAPL", kind=AlertKind.PRICE, way=way, level=level)).id)
    return made


def fired(desk: Desk) -> dict[str, datetime | None]:
    return {view.id: view.fired_at for view in desk.alerts.all() if view.fires}


@pytest.mark.parametrize("seconds", [0.05, 0.8, 1.3])
def test_killed_around_the_moment_it_tells_it_is_told_exactly_once(running: Running, seconds: float) -> None:
    desk = running.start()
    until(lambda: desk.market.hours().session.is_open, "the session is open")
    made = both_ways(desk)
    desk.practice.jump(Jump.CLOSE)
    wait(seconds)
    running.kill()

    desk = running.start()
    until(lambda: bool(fired(desk)), "it has told")
    wait(1.5)  # another look
    first = fired(desk)
    running.kill()
    desk = running.start()
    wait(1.5)
    assert fired(desk) == first
    assert first.keys() <= set(made)
    rows = desk.journal.table(kind="alert.fired").to_pylist()
    assert len(rows) == len(first), [row["title"] for row in rows]
    shown = [notice for notice in desk.health.state().notices if notice.row and "AAPL" in notice.title]
    assert {notice.weight for notice in shown} == {"blue"}
    assert len(shown) == len(first)
    assert desk.orders.table("all").num_rows == 0, "nothing was traded"
