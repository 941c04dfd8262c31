"""However often it is asked, and wherever it is killed, a recorder writes down the same lines and gives the same answers."""

import os
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from operator import attrgetter
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace
from pyarrow import ArrowInvalid

from core.domain.money import ZERO
from core.market.recorded import RecordedTape
from core.market.recorder import Recorder
from core.market.recording import Recording
from core.market.ticks import Tick, What, as_batch
from tests.fakes.ticks import ANT, BEE, SESSIONS, TEN, Told, about
from tests.unit.market.test_put_away import same, stream, stretch

LASTS = 300  # seconds
NOTES = (What.BEGIN, What.SEAL)


def told(rng: Random) -> Told:
    """Everything that happens to a feed, at any part of a second."""
    lines = [t for t in stream(Random(rng.random()), LASTS) if t.what not in NOTES]
    later = (replace(t, received=t.received + timedelta(milliseconds=rng.randint(1, 999))) for t in lines)
    return Told(lines=sorted(later, key=_received))


_received, _at = attrgetter("received"), attrgetter("at")


def recorder(folder: Path, source: Told) -> Recorder:
    return Recorder(source=source, about=about(), recording=Recording(folder), sessions=SESSIONS)


def read(folder: Path) -> Sequence[Tick]:
    return list(Recording(folder).ticks())


def by_hand(lines: Sequence[Tick]) -> dict[tuple[str, int], tuple[Decimal, ...]]:
    """What each second of a recording was, worked out the plain way: bid, last price, volume, lowest and highest."""
    waiting, sealed, found = list[Tick](), TEN, dict[tuple[str, int], tuple[Decimal, ...]]()
    bids, lasts = dict[str, Decimal](), dict[str, Decimal]()
    for line in lines:
        if line.what is What.TAKEN_BACK:
            waiting = [t for t in waiting if t.what is not What.TRADE or t.ref != line.ref]
        elif line.what in (What.QUOTE, What.TRADE) and line.at >= sealed:
            waiting.append(line)
        elif line.what is What.SEAL:
            while sealed < line.at:
                sealed += timedelta(seconds=1)
                for name in (ANT.id, BEE.id):
                    ready = sorted((t for t in waiting if t.at < sealed and t.instrument_id == name), key=_at)
                    trades = [t for t in ready if t.what is What.TRADE]
                    prices = [t.price for t in trades]
                    bids[name] = [bids.get(name, ZERO), *(t.bid for t in ready if t.what is What.QUOTE)][-1]
                    lasts[name] = [lasts.get(name, ZERO), *prices][-1]
                    volume = sum((t.size for t in trades if t.price == lasts[name]), ZERO)
                    second = int((sealed - TEN).total_seconds()) - 1
                    found[name, second] = (bids[name], lasts[name], volume, *_ends(prices))
                waiting = [t for t in waiting if t.at >= sealed]
    return found


def _ends(prices: Sequence[Decimal]) -> tuple[Decimal, ...]:
    return (min(prices), max(prices)) if prices else ()


@pytest.mark.parametrize("seed", range(4))
def test_asked_more_often_it_records_and_answers_the_same(tmp_path: Path, seed: int) -> None:
    rng = Random(seed)
    source = told(rng)
    seldom, often = recorder(tmp_path / "seldom", source), recorder(tmp_path / "often", Told(lines=source.lines))
    for second in range(LASTS + 5):
        if rng.random() < 0.2 and second:
            continue  # nobody asks, and two seconds are sealed at once
        for recorded in (seldom, often):
            recorded.until(TEN + timedelta(seconds=second))
        if rng.random() < 0.1:
            same(seldom, often, rng, questions=6)
        for part in sorted(rng.sample(range(1, 1_000), rng.randint(0, 12))):
            often.until(TEN + timedelta(seconds=second, milliseconds=part))
    lines = read(tmp_path / "seldom")
    assert read(tmp_path / "often") == lines
    assert [t for t in lines if t.what not in NOTES] == source.lines
    plain = RecordedTape(SESSIONS, about().by_id)
    plain.take(lines)
    same(plain, often, rng, questions=200)
    for (name, second), (bid, last, volume, *ends) in by_hand(lines).items():
        moment = often.moment(name, stretch(), stretch().second(TEN) + second)
        assert (moment.bid, moment.volume, [p for p in (moment.low, moment.high) if p]) == (bid, volume, ends)
        assert not last or moment.last == last
    for recorded in (seldom, often):
        recorded.stop()
    same(recorder(tmp_path / "often", Told()), often, rng, questions=200)


@pytest.mark.parametrize("seed", range(2))
def test_a_disk_that_is_full_now_and_then_loses_and_doubles_nothing(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    rng = Random(seed)
    source = told(rng)
    recorded = recorder(tmp_path, source)
    for half in range(2 * LASTS + 30):
        with monkeypatch.context() as here:
            if half % 40 < 10:
                here.setattr(os, "fsync", full)
            recorded.until(TEN + timedelta(seconds=half / 2))
        assert half % 40 < 10 or not recorded.trouble
    lines = read(tmp_path)
    assert [t for t in lines if t.what not in NOTES] == source.lines
    assert [t.at for t in lines if t.what is What.SEAL][-1] == recorded.sealed
    plain = RecordedTape(SESSIONS, about().by_id)
    plain.take(lines)
    same(plain, recorded, rng, questions=200)
    recorded.stop()


def test_what_was_made_ready_is_written_whole_with_its_seal_or_not_at_all(tmp_path: Path) -> None:
    source, recording = Told().quote(0).quote(1).trade(2, "100.01").quote(3), Recording(tmp_path / "whole")
    recording.begin(about())
    recording.append(source.lines[:1])
    (file,) = (tmp_path / "whole").glob("*.arrows")
    good = file.stat().st_size
    recording.append(source.lines[3:], [as_batch(source.lines[1:2]), as_batch(source.lines[2:3])])
    assert read(tmp_path / "whole") == source.lines
    for cut in range(good, file.stat().st_size - 1, 97):
        torn = tmp_path / f"torn-{cut}"
        torn.mkdir()
        (torn / file.name).write_bytes(file.read_bytes()[:cut])
        assert read(torn) == source.lines[:1]
    recording.close()


def test_what_cannot_be_written_down_is_never_passed_over(tmp_path: Path) -> None:
    source = Told().quote(1).quote(2, "100.0000000001").quote(3)
    recorded = recorder(tmp_path, source)
    for second in (0, 1):
        recorded.until(source.at(second))
    for second in range(2, 9):
        with pytest.raises(ArrowInvalid):
            recorded.until(source.at(second))
    assert recorded.sealed == source.at(0)
    assert [t for t in read(tmp_path) if t.what not in NOTES] == []
    recorded.stop()


def test_nothing_is_known_before_it_is_on_the_disk_though_it_is_ready(tmp_path: Path) -> None:
    source = Told().quote(0.5).quote(3, "101", "101.02").alive(4, 6)
    recorded = recorder(tmp_path, source)
    for tenth in range(60):
        recorded.until(source.at(tenth / 10))
        moment = recorded.moment(ANT.id, stretch(), stretch().second(TEN) + 3)
        assert moment.bid == (100 if tenth >= 30 else 0)
    assert max(t.at for t in read(tmp_path) if t.what is What.SEAL) == recorded.sealed == source.at(3)
    recorded.until(source.at(6))
    assert recorded.moment(ANT.id, stretch(), stretch().second(TEN) + 3).bid == 101
    recorded.stop()


@pytest.mark.parametrize("killed", [False, True])
def test_a_silence_is_not_seen_though_the_recorder_was_killed_in_it(tmp_path: Path, killed: bool) -> None:
    source = Told().alive(0, 1).quote(1).quote(10).quote(41)
    recorded = recorder(tmp_path, source)
    for second in range(50):
        if killed and second == 30:
            recorded.stop()
            recorded = recorder(tmp_path, source)
        if not killed or not 30 <= second < 40:
            recorded.until(source.at(second))
    moments = [recorded.moment(ANT.id, stretch(), stretch().second(TEN) + second) for second in (14, 16, 27, 35, 41)]
    assert [moment.unseen for moment in moments] == [False, True, True, True, False]
    assert {moment.halted for moment in moments if moment.unseen} == {
        "No quote was received from 10:00:10 ET to 10:00:41 ET."
    }
    recorded.stop()
