"""Settings, backups and connections of the desk of memory."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.channel.facets.backups import BackupsView, BackupView
from core.channel.facets.connections import AbleView, BrokerView
from core.channel.facets.settings import CLAIM, AboutView, KeptView, PackageView, SettingsView, TicketDefaults
from core.domain.errors import BadInput
from core.domain.order import OrderType, TimeInForce

LAST_NIGHT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


def copies(count: int = 3) -> tuple[BackupView, ...]:
    return tuple(
        BackupView(
            name=f"desk-2026-11-{19 - back:02d}.sqlite3",
            made_at=LAST_NIGHT - timedelta(days=back),
            size=4_200_000 - back * 100_000,
            verified=True,
            second="",
        )
        for back in range(count)
    )


@dataclass
class FakeSettings:
    """Remembers what was set."""

    view: SettingsView = field(default_factory=lambda: SettingsView(ticket=TicketDefaults(), idle_minutes=30))
    claimed: int = 0

    def state(self) -> SettingsView:
        return self.view

    def set_ticket(self, ticket: TicketDefaults) -> SettingsView:
        self.view = replace(self.view, ticket=ticket)
        return self.view

    def set_idle(self, minutes: str) -> SettingsView:
        if not minutes.isdigit() or not 1 <= int(minutes) <= 240:
            raise BadInput("Type whole minutes from 1 to 240. Nothing was changed.")
        self.view = replace(self.view, idle_minutes=int(minutes))
        return self.view

    def claim(self, words: str) -> None:
        if words != CLAIM:
            raise BadInput(f"Nothing was done: type “{CLAIM}” when it is so.")
        self.claimed += 1

    def about(self) -> AboutView:
        return AboutView(
            folder="~/.quarterdeck/practice",
            kept=(
                KeptView(name="backups", words="Copies of the database, and one of the vault", size=12_000_000),
                KeptView(name="desk.sqlite3", words="The database", size=4_200_000),
            ),
            free=212_000_000_000,
            versions={"Quarterdeck": "0.1.0", "Python": "3.13.1"},
            packages=(PackageView(name="streamlit", version="1.67.0", licence="Apache-2.0"),),
        )


@dataclass
class FakeBackups:
    """Copies that cost nothing."""

    view: BackupsView = field(
        default_factory=lambda: BackupsView(
            kept=copies(),
            folder="~/.quarterdeck/practice/backups",
            second_place="",
            second_words="",
            second_failed=False,
        )
    )
    made: int = 0

    def state(self) -> BackupsView:
        return self.view

    def make(self) -> str:
        self.made += 1
        return "desk-2026-11-20-143207.sqlite3, 4.2 MB, opened and checked"

    def set_second_place(self, folder: str) -> str:
        if folder and not folder.startswith("/"):
            raise BadInput("Type the whole path of a folder. Nothing was changed.")
        words = "It is on another disk than this workspace." if folder else ""
        self.view = replace(self.view, second_place=folder, second_words=words, second_failed=False)
        return words


def broker(**changes: Any) -> BrokerView:
    """The practice exchange, connected."""
    view = BrokerView(
        name="practice",
        broker="practice",
        words="The practice exchange: an invented market of our own, on this machine.",
        state="connected",
        reconciled=True,
        since=LAST_NIGHT,
        read_at=LAST_NIGHT,
        skew_seconds=0.0,
        last_error="",
        last_error_at=None,
        accounts=("PRACTICE-1",),
        pinned="PRACTICE-1, at this machine, practice",
        pin_problem="",
        able=tuple(
            AbleView(type=kind, time_in_force=time, hours="regular") for kind in OrderType for time in TimeInForce
        ),
        fractional=True,
        short=True,
        replace=True,
        look_up=True,
        refuses_repeats=True,
        requests_per_minute=600,
    )
    return replace(view, **changes)


@dataclass
class FakeConnections:
    """As many as a test puts in."""

    known: tuple[BrokerView, ...] = field(default_factory=lambda: (broker(),))

    def all(self) -> tuple[BrokerView, ...]:
        return self.known
