"""A recording on the disk: whole after a kill, whole again after a full disk, and readable by anybody."""

import os
from datetime import timedelta
from pathlib import Path
from threading import Event

import pyarrow.parquet as pq
import pytest

from core.domain.errors import BadInput, MarketDataError, StoreError
from core.market import recording as module
from core.market.recording import Recording
from core.market.sample import A_MONDAY, sample
from tests.fakes.ticks import ANT, Told, about


def begun(folder: Path) -> Recording:
    recording = Recording(folder)
    recording.begin(about())
    return recording


def lines(count: int = 6) -> Told:
    told = Told()
    for second in range(count):
        told.quote(second).trade(second + 0.5, "100.01")
    return told


def test_what_was_written_is_read_in_its_order_and_to_the_last_decimal(tmp_path: Path) -> None:
    recording, told = begun(tmp_path), lines()
    told.trade(7, "0.123456789", size="0.000000001")
    recording.append(told.lines[:4])
    recording.append(told.lines[4:])
    assert list(Recording(tmp_path).ticks()) == told.lines  # while it is being written
    recording.close()
    assert [path.suffix for path in tmp_path.iterdir() if path.name != "about.json"] == [".parquet"]
    assert list(Recording(tmp_path).ticks()) == told.lines
    (file,) = tmp_path.glob("*.parquet")
    assert pq.read_table(file).column("instrument_id").to_pylist()[0] == ANT.id
    assert Recording(tmp_path).about == about()


def test_a_line_that_was_half_written_when_it_died_is_no_line(tmp_path: Path) -> None:
    recording, told = begun(tmp_path), lines()
    recording.append(told.lines[:4])
    (stream,) = tmp_path.glob("*.arrows")
    good = stream.stat().st_size
    recording.append(told.lines[4:])
    for cut in range(good, stream.stat().st_size - 1, 97):
        torn = tmp_path / "torn"
        torn.mkdir()
        (torn / stream.name).write_bytes(stream.read_bytes()[:cut])
        assert list(begun(torn).ticks()) == told.lines[:4]
        for path in torn.iterdir():
            path.unlink()
        torn.rmdir()
    recording.close()


def test_killed_between_the_whole_file_and_taking_the_stream_away_nothing_is_told_twice(tmp_path: Path) -> None:
    recording, told = begun(tmp_path), lines()
    recording.append(told.lines)
    (stream,) = tmp_path.glob("*.arrows")
    kept = stream.read_bytes()
    recording.close()
    stream.write_bytes(kept)
    assert list(Recording(tmp_path).ticks()) == told.lines
    assert list(begun(tmp_path).ticks()) == told.lines
    assert not list(tmp_path.glob("*.arrows"))


def test_a_full_disk_refuses_the_lines_and_the_next_ones_are_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording, told = begun(tmp_path), lines()
    recording.append(told.lines[:4])

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as here:
        here.setattr(os, "fsync", full)
        with pytest.raises(StoreError, match=r"No space left on device\. Prices are not recorded, and nothing fills"):
            recording.append(told.lines[4:])
        for _ in range(3):
            with pytest.raises(StoreError):
                recording.append(told.lines[4:])
    assert list(Recording(tmp_path).ticks()) == told.lines[:4]
    assert len(list(tmp_path.glob("*.arrows"))) == 1
    recording.append(told.lines[4:])
    assert list(Recording(tmp_path).ticks()) == told.lines
    recording.close()


def test_each_hour_is_a_file_and_only_the_newest_days_are_read(tmp_path: Path) -> None:
    recording = begun(tmp_path)
    days = [Told(start=Told().start + timedelta(days=day)).quote(0).quote(3600) for day in (0, 1, 2)]
    for told in days:
        for line in told.lines:
            recording.append([line])
    recording.close()
    assert len(list(tmp_path.glob("*.parquet"))) == 6
    assert [t.at for t in Recording(tmp_path).ticks(2)] == [t.at for told in days[1:] for t in told.lines]


def test_a_folder_that_is_no_recording_says_so(tmp_path: Path) -> None:
    with pytest.raises(MarketDataError, match="holds no recording that can be read"):
        _ = Recording(tmp_path).about


def test_a_file_that_says_what_no_recording_says_is_named_in_a_sentence(tmp_path: Path) -> None:
    recording, told = begun(tmp_path), lines()
    recording.append(told.lines)
    recording.close()
    (file,) = tmp_path.glob("*.parquet")
    table = pq.read_table(file)
    pq.write_table(table.set_column(0, "what", [["gossip"] * table.num_rows]), file)
    with pytest.raises(MarketDataError, match=r"cannot be read: Invalid enum value 'gossip'.* Nothing was opened"):
        list(Recording(tmp_path).ticks())


def test_a_sample_is_always_the_same_and_never_written_over_anything(tmp_path: Path) -> None:
    one, two = (
        sample(tmp_path / name, A_MONDAY, lasts=timedelta(minutes=1), symbols=("KO",)) for name in ("one", "two")
    )
    assert list(one.ticks()) == list(two.ticks()) != []
    with pytest.raises(BadInput, match="is not empty"):
        sample(tmp_path / "one", A_MONDAY)


def test_the_next_hour_is_written_while_the_one_before_becomes_a_whole_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording, told, may_end = begun(tmp_path), Told().quote(0).quote(3600), Event()
    put = Path.replace

    def slow(path: Path, target: Path) -> Path:
        assert may_end.wait(20)
        return put(path, target)

    monkeypatch.setattr(Path, "replace", slow)
    recording.append(told.lines[:1])
    recording.append(told.lines[1:])  # does not wait
    assert len(list(tmp_path.glob("*.arrows"))) == 2
    may_end.set()
    assert list(recording.ticks()) == told.lines
    assert len(list(tmp_path.glob("*.parquet"))) == 1
    recording.close()


def test_an_hour_that_cannot_become_a_whole_file_stays_as_it_is_until_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    recording, told = begun(tmp_path), Told().quote(0).quote(3600)
    with monkeypatch.context() as here:
        here.setattr(Path, "replace", full)
        recording.append(told.lines[:1])
        recording.append(told.lines[1:])
        assert list(recording.ticks()) == told.lines
    recording.close()
    assert list(begun(tmp_path).ticks()) == told.lines
    assert not list(tmp_path.glob("*.arrows"))


def test_a_broad_hour_is_never_in_memory_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ROWS", 10)
    recording, told = begun(tmp_path), lines(50)
    for line in told.lines:
        recording.append([line])
    recording.close()
    (file,) = tmp_path.glob("*.parquet")
    assert pq.ParquetFile(file).num_row_groups == 10
    assert list(Recording(tmp_path).ticks()) == told.lines
