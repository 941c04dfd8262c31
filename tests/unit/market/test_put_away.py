"""What a tape has put away on the disk answers as if it were still in memory, before and after a restart."""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from core.domain.errors import MarketDataError
from core.market.recorded import RecordedTape
from core.market.recorder import Recorder
from core.market.recording import Recording
from core.market.seconds import AT_HAND, PACK
from core.market.sessions import Stretch
from core.market.shelf import Shelf
from core.market.tape import Watch
from core.market.ticks import Tick, What
from tests.fakes.ticks import ANT, BEE, SESSIONS, TEN, Told, about

CENT = Decimal("0.01")
LASTS = 1_000  # seconds


def stretch() -> Stretch:
    found = SESSIONS.stretch(TEN)
    assert found is not None
    return found


def stream(rng: Random, lasts: int = LASTS) -> Iterator[Tick]:
    """Two names, one busy and one quiet, and everything that happens to a feed: late, taken back, halted, away, silent."""
    price, silent, traded = 10_000, 0, list[Tick]()
    yield Tick(what=What.BEGIN, at=TEN, received=TEN)
    for second in range(lasts):
        now = TEN + timedelta(seconds=second)
        silent = silent - 1 if silent else rng.choice((0,) * 199 + (12,))
        if rng.random() < 0.002:
            yield Tick(what=What.BEGIN, at=now, received=now)
        heard = [] if silent else [i.id for i in (ANT, BEE) if rng.random() < (0.95 if i is ANT else 0.3)]
        for name in heard:
            price += rng.randint(-3, 3)
            bid, ask = price * CENT, (price + rng.choice((1, 1, 2, 3, 0, -1))) * CENT
            at = now - timedelta(seconds=rng.choice((0, 0, 0, 1, 1, 4)), microseconds=rng.randint(0, 9) * 100_000)
            size = Decimal(rng.randint(1, 9) * 100)
            yield Tick(
                what=What.QUOTE,
                at=at,
                received=now,
                instrument_id=name,
                bid=bid,
                ask=ask,
                bid_size=size,
                ask_size=size + 100,
            )
            what = rng.choices((What.QUOTE, What.TRADE, What.TAKEN_BACK, What.HALT, What.RESUME), (60, 35, 3, 1, 1))[0]
            if what is What.TRADE:
                traded.append(
                    Tick(what=what, at=at, received=now, instrument_id=name, price=bid, size=size, ref=f"{second}")
                )
                yield traded[-1]
            elif what is What.TAKEN_BACK and traded:
                yield Tick(what=what, at=now, received=now, instrument_id=name, ref=traded[-1].ref)
            elif what in (What.HALT, What.RESUME):
                yield Tick(what=what, at=now, received=now, instrument_id=name, words="News is pending.")
        if rng.random() < 0.9:
            yield Tick(what=What.SEAL, at=now - timedelta(seconds=2), received=now)


def same(one: RecordedTape, other: RecordedTape, rng: Random, questions: int = 60) -> None:
    """Whatever the exchange asks, about any second so far, oldest ones and last ones."""
    assert one.sealed == other.sealed
    hours, zero = stretch(), stretch().second(TEN)
    newest = max(0, int((one.sealed - TEN).total_seconds()))
    for _ in range(questions):
        name = rng.choice((ANT.id, BEE.id))
        first, last = sorted((rng.randint(-5, newest + 3), rng.randint(-5, newest + 3)))
        assert one.moment(name, hours, zero + first) == other.moment(name, hours, zero + first)
        seconds = range(zero + first, zero + last)
        assert one.volume(name, hours, seconds) == other.volume(name, hours, seconds)
        near = one.moment(name, hours, zero + rng.randint(0, newest + 1)).last
        watch = Watch(price=near + rng.randint(-9, 9) * CENT, down=rng.random() < 0.5, quotes=rng.random() < 0.5)
        assert one.first(name, hours, seconds, watch) == other.first(name, hours, seconds, watch)
        span = (TEN + timedelta(seconds=first), TEN + timedelta(seconds=last))
        assert one.gaps(name, *span) == other.gaps(name, *span)
        assert one.halts(name, hours) == other.halts(name, hours)


@pytest.mark.parametrize("seed", range(4))
def test_a_tape_that_puts_away_answers_as_one_that_keeps_everything(tmp_path: Path, seed: int) -> None:
    known, rng = about().by_id, Random(seed)
    whole, trimmed = RecordedTape(SESSIONS, known), RecordedTape(SESSIONS, known, Shelf(tmp_path))
    for number, tick in enumerate(stream(Random(seed))):
        whole.take([tick])
        trimmed.take([tick])
        if number % 97 == 0:
            same(whole, trimmed, rng, questions=6)
    same(whole, trimmed, rng, questions=300)


@pytest.mark.parametrize("seed", range(2))
def test_killed_anywhere_it_answers_as_before(tmp_path: Path, seed: int) -> None:
    rng, source, known = Random(seed), Told(), about()
    source.lines = [t for t in stream(Random(seed)) if t.what not in (What.BEGIN, What.SEAL)]
    recorder = Recorder(source=source, about=known, recording=Recording(tmp_path / "lives"), sessions=SESSIONS)
    kills = {rng.randint(200, LASTS) for _ in range(4)}
    for second in range(LASTS + 1):
        recorder.until(TEN + timedelta(seconds=second))
        if second not in kills:
            continue
        dead = shutil.copytree(tmp_path / "lives", tmp_path / f"died-{second}")
        again = Recorder(source=Told(), about=known, recording=Recording(dead), sessions=SESSIONS)
        same(recorder, again, rng)
    recorder.stop()


def one_name(count: int) -> Iterator[Tick]:
    for second in range(count):
        now = TEN + timedelta(seconds=second)
        bid = (10_000 + second % 7) * CENT
        yield Tick(what=What.QUOTE, at=now, received=now, instrument_id=ANT.id, bid=bid, ask=bid + CENT)
        yield Tick(what=What.SEAL, at=now, received=now)


def in_memory(tape: RecordedTape) -> int:
    return sum(len(known._stood) for known in tape._names.values())


def test_an_hour_leaves_a_few_minutes_in_memory_and_no_file_that_anybody_sees(tmp_path: Path) -> None:
    tape = RecordedTape(SESSIONS, about().by_id, Shelf(tmp_path))
    tape.take(one_name(3_600))
    assert in_memory(tape) <= AT_HAND + PACK
    assert list(tmp_path.iterdir()) == []
    assert tape.moment(ANT.id, stretch(), stretch().second(TEN) + 8).bid == Decimal("100.01")


def test_a_seal_that_was_long_in_coming_leaves_no_more_of_any_name(tmp_path: Path) -> None:
    tape = RecordedTape(SESSIONS, about().by_id, Shelf(tmp_path))
    for end in range(400, 2_400, 400):
        quotes = [t for t in one_name(end) if t.what is What.QUOTE][end - 400 :]
        tape.take(tick for quote in quotes for tick in (quote, replace(quote, instrument_id=BEE.id)))
        tape.take([Tick(what=What.SEAL, at=TEN + timedelta(seconds=end), received=TEN + timedelta(seconds=end))])
    assert in_memory(tape) <= 2 * (AT_HAND + 2 * PACK)


def test_each_dark_span_ends_with_its_own_first_quote(tmp_path: Path) -> None:
    tape = RecordedTape(SESSIONS, about().by_id, Shelf(tmp_path))
    tape.take(t for t in one_name(1_500) if (t.at - TEN).total_seconds() % 300 >= 20)
    assert tape.gaps(ANT.id, TEN, TEN + timedelta(seconds=1_500)) == [
        f"No quote was received from 10:{k - 1:02}:59 ET to 10:{k:02}:20 ET." for k in (5, 10, 15, 20)
    ]
    tape.take([Tick(what=What.BEGIN, at=TEN + timedelta(seconds=1_600), received=TEN + timedelta(seconds=1_600))])
    assert tape.gaps(ANT.id, TEN + timedelta(seconds=1_500), TEN + timedelta(seconds=1_601))[0].endswith(
        "since 10:24:59 ET."
    )


def test_what_the_disk_does_not_take_stays_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    tape = RecordedTape(SESSIONS, about().by_id, Shelf(tmp_path))
    ticks = list(one_name(1_000))
    with monkeypatch.context() as here:
        here.setattr(os, "pwrite", full)
        tape.take(ticks[:1_200])
    assert in_memory(tape) > 500
    assert _bid(tape, TEN) == 100
    tape.take(ticks[1_200:])
    assert in_memory(tape) <= AT_HAND + 2 * PACK  # one pack is yet to go
    assert _bid(tape, TEN) == 100


def test_what_cannot_be_read_back_is_a_sentence_and_no_price(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tape = RecordedTape(SESSIONS, about().by_id, Shelf(tmp_path))
    tape.take(one_name(1_000))
    monkeypatch.setattr(os, "pread", lambda *_: b"")
    with pytest.raises(MarketDataError, match="start it again, which reads the recording anew"):
        _bid(tape, TEN)


def _bid(tape: RecordedTape, at: datetime) -> Decimal:
    return tape.moment(ANT.id, stretch(), stretch().second(at)).bid
