"""What a person set once, at a real workspace: kept over a restart, within its bounds, in the journal."""

from pathlib import Path

import pytest

from core.channel.facets.settings import TicketDefaults
from core.domain.errors import BadInput
from core.domain.order import OrderType, TimeInForce
from core.engine.about import packages
from tests.fakes.clock import FakeClock
from tests.unit.engine.opened import opened

PASSPHRASE = "correct horse battery staple"

LIMIT = TicketDefaults(type=OrderType.LIMIT, time_in_force=TimeInForce.GTC)


def test_a_ticket_s_defaults_outlive_a_restart_and_stand_in_the_journal(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        assert desk.desk.settings.state().ticket == TicketDefaults()
        assert desk.desk.settings.set_ticket(LIMIT).ticket == LIMIT
        with pytest.raises(BadInput, match="There is no account nobody here"):
            desk.desk.settings.set_ticket(TicketDefaults(account_id="nobody"))
    with opened(tmp_path) as desk:
        assert desk.desk.settings.state().ticket == LIMIT
        (row,) = desk.desk.journal.table(kind="settings.ticket").to_pylist()
        assert (row["who"], row["title"]) == ("person", "A new ticket begins with limit, gtc")


def test_what_another_version_kept_is_as_at_first(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        store = desk.engine.store

        def write() -> None:
            with store.unit:
                store.settings.set("chosen.ticket", {"account_id": "", "type": "iceberg", "time_in_force": "day"})
                store.settings.set("chosen.idle", {"minutes": "99999"})

        desk.engine.thread.ask(write)
        assert desk.desk.settings.state().ticket == TicketDefaults()
    with opened(tmp_path) as desk:
        assert desk.desk.settings.state().idle_minutes == 30


@pytest.mark.parametrize("typed", ["0", "241", "-5", "1.5", "", "thirty", "99999999", "٣"])
def test_no_idle_time_outside_its_bounds(tmp_path: Path, typed: str) -> None:
    with opened(tmp_path) as desk:
        with pytest.raises(BadInput, match="Type whole minutes from 1 to 240"):
            desk.desk.settings.set_idle(typed)
        assert desk.desk.settings.state().idle_minutes == 30


def test_the_idle_time_is_in_force_at_once_and_after_a_restart(tmp_path: Path) -> None:
    clock = FakeClock()
    with opened(tmp_path, clock) as desk:
        ticket = desk.desk.vault.choose(PASSPHRASE)
        desk.desk.settings.set_idle("2")
        clock.advance(60)
        assert not desk.desk.lock.state(ticket).locked
        clock.advance(61)
        assert desk.desk.lock.state(ticket).locked
    with opened(tmp_path, clock) as desk:
        assert desk.engine.door.sessions.idle.total_seconds() == 120
        ticket = desk.desk.lock.unlock(PASSPHRASE)
        desk.desk.settings.set_idle("240")
        clock.advance(200 * 60)
        assert not desk.desk.lock.state(ticket).locked


def test_everything_in_the_folder_is_known_and_every_package_names_its_licence(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        told = desk.desk.settings.about()
    assert told.folder == str(tmp_path / "practice")
    assert {"desk.sqlite3", "exchange.sqlite", "backups", "workspace.json"} <= {one.name for one in told.kept}
    assert [one.name for one in told.kept if one.words == "Not made by this version"] == []
    assert told.free > 0
    found = {one.name: one for one in packages()}
    assert {"streamlit", "msgspec", "cryptography"} <= found.keys()
    assert [one.name for one in found.values() if not one.licence or one.licence.startswith("Not named")] == []
    assert told.packages[-1].name.startswith("IBM Plex")
