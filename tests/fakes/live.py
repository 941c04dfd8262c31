"""A live workspace before there is a broker for one: the practice exchange stands in for it, and says that its money is real."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from core.channel.home import Home
from core.domain.workspace import WorkspaceKind
from core.engine import wiring
from core.engine.exhibit import Day, Exhibit
from core.market.sessions import Sessions
from tests.fakes.clock import FakeClock
from tests.unit.engine.opened import Opened, opened

NOON = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)  # a Friday, open


@contextmanager
def live(home: Path, clock: FakeClock | None = None) -> Iterator[Opened]:
    """The engine of one; without this stand-in it refuses to open."""
    homes = Home(home)
    if "real" not in {folder.name for folder in homes.workspaces()}:
        homes.create("real", WorkspaceKind.LIVE)
    with (
        patch.object(wiring, "check", lambda folder: None),
        opened(home, clock or FakeClock(NOON), "real") as desk,
    ):
        for _ in range(3):
            desk.settle(3)
        yield desk


def exhibit(
    days: int = 20,
    orders: int = 50,
    *,
    seconds: float | None = None,
    mismatches: int = 0,
    standing: tuple[str, ...] = (),
) -> Exhibit:
    """Of a practice workspace: so many sessions watched whole, and so many orders on the last of them."""
    sessions = Sessions()
    day, found = sessions.previous_day(NOON.date() - timedelta(days=7)), []
    for number in range(days):
        hours = sessions.hours(day)
        assert hours is not None
        whole = (hours.closes_at - hours.opens_at).total_seconds()
        found.append(
            Day(
                day=day,
                seconds=whole if seconds is None else seconds,
                orders=orders if number == 0 else 0,
                mismatches=mismatches,
            )
        )
        day = sessions.previous_day(day)
    return Exhibit(
        workspace_id="elsewhere",
        workspace="practice",
        kind=WorkspaceKind.PRACTICE,
        made_at=NOON - timedelta(hours=1),
        journal_row=7,
        journal_seal="ab",
        standing=standing,
        days=tuple(found),
    ).sealed()
