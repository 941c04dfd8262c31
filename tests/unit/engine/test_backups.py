"""Backups at a real workspace: by hand, at a second place, and what happens when that place is not there."""

import errno
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.errors import BadInput, StoreError
from core.engine import backups, second_place
from core.engine.jobs.backup import Backup
from core.engine.jobs.base import Slot
from core.store.snapshot import damaged_pages
from tests.unit.engine.opened import Opened, opened


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Opened]:
    with opened(tmp_path / "home") as desk:
        desk.settle(1)
        yield desk


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that passes for another disk."""
    place = tmp_path / "stick"
    place.mkdir()
    monkeypatch.setattr(second_place, "_disk", lambda own, place: second_place.OTHER)
    return place


def at(place: Path) -> list[str]:
    return sorted(path.name for path in place.iterdir())


def titles(desk: Opened) -> list[str]:
    return [notice.title for notice in desk.desk.health.state().notices]


def test_one_by_hand_is_checked_listed_and_two_clicks_are_one(desk: Opened) -> None:
    words = desk.desk.backups.make()
    assert "opened and checked" in words
    again = desk.desk.backups.make()
    (kept,) = desk.desk.backups.state().kept
    assert again == f"{kept.name} was made just now"
    assert kept.verified
    assert kept.made_at == desk.clock.now()
    desk.clock.advance(11)
    desk.desk.backups.make()
    assert len(desk.desk.backups.state().kept) == 2


def test_those_by_hand_push_out_none_of_the_nights(desk: Opened) -> None:
    Backup().run(desk.engine, Slot(name="2026-11-20", due_at=desk.clock.now()))
    for _ in range(8):
        desk.clock.advance(60)
        desk.desk.backups.make()
    names = [one.name for one in desk.desk.backups.state().kept]
    assert len(names) == 7
    assert "desk-2026-11-20.sqlite3" in names
    assert len(desk.engine.store.settings.starting("backup.made:")) == 7  # nothing is remembered of those that went


def test_a_file_that_changed_since_is_not_called_checked(desk: Opened) -> None:
    desk.desk.backups.make()
    (kept,) = desk.desk.backups.state().kept
    with (desk.folder.backups / kept.name).open("ab") as file:
        file.write(b"more")
    assert [one.verified for one in desk.desk.backups.state().kept] == [False]


def test_each_backup_goes_to_the_second_place_too(desk: Opened, stick: Path) -> None:
    words = desk.desk.backups.set_second_place(f" {stick} ")
    assert "another disk" in words
    desk.desk.backups.make()
    (name,) = at(stick)
    assert name.startswith(f"practice-{desk.engine.workspace.id[:6]}-desk-")
    assert stat.S_IMODE((stick / name).stat().st_mode) == 0o600
    assert damaged_pages(stick / name) == []
    (kept,) = desk.desk.backups.state().kept
    assert kept.second == f"also at {stick / name}"
    assert (stick / name).read_bytes() == (desk.folder.backups / kept.name).read_bytes()
    assert Backup().run(desk.engine, Slot(name="2026-11-20", due_at=desk.clock.now())).endswith(".sqlite3")
    assert len(at(stick)) == 2
    assert not any("vault" in name for name in at(stick))


def test_what_a_crash_left_unfinished_goes_with_the_next_days_copy_and_one_under_way_stays(
    desk: Opened, stick: Path
) -> None:
    desk.desk.backups.set_second_place(str(stick))
    prefix = f"{desk.engine.workspace.name}-{desk.engine.workspace.id[:6]}-desk"
    places = {desk.engine.folder.backups: "desk", stick: prefix}
    for place, name in places.items():
        for left, age in ("2026-11-18-093000", 90_000), ("2026-11-20-093000", 60):
            (place / f"{name}-{left}.part").write_bytes(b"half")
            made = time.time() - age
            os.utime(place / f"{name}-{left}.part", (made, made))
    (stick / "of-another-desk-2026.part").write_bytes(b"half")
    os.utime(stick / "of-another-desk-2026.part", (0, 0))
    desk.desk.backups.make()
    for place, name in places.items():
        assert [left for left in at(place) if left.startswith(name) and left.endswith(".part")] == [
            f"{name}-2026-11-20-093000.part"
        ]
    assert "of-another-desk-2026.part" in at(stick)


def test_the_vault_stays_at_home(desk: Opened, stick: Path) -> None:
    desk.desk.vault.choose("a passphrase of some length")
    desk.desk.backups.set_second_place(str(stick))
    desk.desk.backups.make()
    assert (desk.folder.backups / "vault").exists()
    assert [name for name in at(stick) if not name.endswith(".sqlite3")] == []


def test_one_disk_is_said_to_be_one(desk: Opened, tmp_path: Path) -> None:
    place = tmp_path / "beside"
    place.mkdir()
    assert "on the same disk" in desk.desk.backups.set_second_place(str(place))
    assert "not against a disk that fails" in desk.desk.backups.state().second_words


@pytest.mark.parametrize("typed", ["relative/folder", "/nowhere/at/all", "/etc/hostname", "/tmp/\x00", "x" * 2000])
def test_what_is_no_folder_is_refused_and_the_old_one_stays(desk: Opened, stick: Path, typed: str) -> None:
    desk.desk.backups.set_second_place(str(stick))
    with pytest.raises(BadInput, match="Nothing was changed"):
        desk.desk.backups.set_second_place(typed)
    assert desk.desk.backups.state().second_place == str(stick)


def test_it_must_not_lie_among_the_workspaces(desk: Opened) -> None:
    with pytest.raises(BadInput, match="would be lost with them"):
        desk.desk.backups.set_second_place(str(desk.folder.backups))


def test_a_folder_that_cannot_be_written_is_refused(desk: Opened, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def refuse(path: object, *given: object, **named: object) -> int:
        if str(path).startswith(str(stick)):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(BadInput, match="cannot be used: Permission denied"):
        desk.desk.backups.set_second_place(str(stick))


def test_a_disk_that_is_gone_is_told_stays_told_over_a_restart_and_is_over_with_the_next_copy(
    tmp_path: Path, stick: Path
) -> None:
    with opened(tmp_path / "home") as desk:
        desk.desk.backups.set_second_place(str(stick))
        stick.rmdir()
        words = desk.desk.backups.make()
        assert "opened and checked; the second place failed" in words
        assert "is not there: is its disk connected?" in words
        state = desk.desk.backups.state()
        assert state.second_failed
        assert state.kept[0].verified
        assert "The newest backup is not at the second place." in titles(desk)
        assert not stick.exists()  # never made anew: it would lie on the wrong disk
    with opened(tmp_path / "home") as desk:
        desk.engine.thread.ask(lambda: backups.say_again(desk.engine))
        assert "The newest backup is not at the second place." in titles(desk)
        stick.mkdir()
        desk.clock.advance(60)
        desk.desk.backups.make()
        assert "The newest backup is not at the second place." not in titles(desk)
        assert not desk.desk.backups.state().second_failed


def test_an_empty_mount_point_is_not_filled(desk: Opened, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.desk.backups.set_second_place(str(stick))
    monkeypatch.setattr(second_place, "_disk", lambda own, place: second_place.SAME)
    assert "Its disk is not there" in desk.desk.backups.make()
    assert at(stick) == []


def test_a_copy_that_reads_back_wrong_is_thrown_away(
    desk: Opened, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.desk.backups.set_second_place(str(stick))
    monkeypatch.setattr(second_place, "_digest", str)
    assert "not what was written" in desk.desk.backups.make()
    assert at(stick) == []


def test_a_full_second_disk_keeps_the_copy_beside_the_database(
    desk: Opened, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.desk.backups.set_second_place(str(stick))

    def full(*given: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.copyfileobj", full)
    assert "No space left on device" in desk.desk.backups.make()
    assert at(stick) == []
    assert len(desk.desk.backups.state().kept) == 1


def test_a_backup_that_cannot_be_made_is_one_sentence(desk: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object, **named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("core.engine.checks.copy", broken)
    with pytest.raises(StoreError, match="No backup was made: No space left on device"):
        desk.desk.backups.make()
    assert [path.suffix for path in desk.folder.backups.iterdir()] == []
