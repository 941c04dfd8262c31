"""Whether a stream of 1,000 names with 5 quotes a second each is taken in, written down and sealed in time, memory flat.

The source is a thread that tells 5,000 quotes a second, as a feed's connection would; the paper workspace's own recorder
listens to it, writes to the disk, seals each second, and is asked for moments of the market in between, as the exchange
does. Measured are how long each asking takes, what a second costs, and memory; at the end the recording is read back: every
quote that was told must be there, once.

Run: python -m bench.stream [--seconds 60] [--names 1000] [--each 5] [--folder PATH]
"""

import argparse
import os
import tempfile
import threading
import time
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from bench.chromium import load, megabytes
from bench.measure import percentile, say, verdict
from bench.windows import grown
from core.clock import SystemClock
from core.domain.instrument import Instrument
from core.market.recorder import Recorder
from core.market.recording import About, Listed, Recording
from core.market.sessions import Sessions
from core.market.ticks import Tick, What

ASKS = 5  # a second
AIM, FLAT = 0.050, 0.05
CENT = Decimal("0.01")


class Told:
    """Tells quotes from a thread of its own until it is ended."""

    def __init__(self, ids: Sequence[str], each: int) -> None:
        self._ids = ids
        self._a_second = len(ids) * each
        self._told: deque[Tick] = deque()
        self._clock = SystemClock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tell, daemon=True)
        self.count = 0

    def begin(self, now: datetime) -> Sequence[Tick]:
        self._thread.start()
        return ()

    def take(self, now: datetime) -> Sequence[Tick]:
        return [self._told.popleft() for _ in range(len(self._told))]

    def end(self) -> None:
        self._over.set()
        self._thread.join()

    def _tell(self) -> None:
        began = time.monotonic()
        while not self._over.wait(0.02):
            due = int((time.monotonic() - began) * self._a_second)
            now = self._clock.now()
            for number in range(self.count, due):
                bid = Decimal(100) + CENT * (number % 97)
                size = Decimal(100 + number % 9 * 100)
                self._told.append(
                    Tick(
                        what=What.QUOTE,
                        at=now,
                        received=now,
                        instrument_id=self._ids[number % len(self._ids)],
                        bid=bid,
                        ask=bid + CENT,
                        bid_size=size,
                        ask_size=size,
                    )
                )
            self.count = due


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--names", type=int, default=1_000)
    parser.add_argument("--each", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    instruments = [
        Instrument(id=f"xnas-{n:04}", symbol=f"Z{n:04}", name=f"Name {n}", listing="XNAS") for n in range(given.names)
    ]
    about = About(source="bench", note="BENCH", names=tuple(Listed(instrument=one, days=()) for one in instruments))
    clock, pid = SystemClock(), os.getpid()
    with tempfile.TemporaryDirectory(dir=given.folder) as place:
        source = Told([one.id for one in instruments], given.each)
        recording = Recording(Path(place) / "recording")
        recorder = Recorder(source=source, about=about, recording=recording, sessions=Sessions())
        spans, worked, times, sizes = list[float](), list[float](), list[float](), list[float]()
        began, spent, turn = time.monotonic(), time.process_time(), 0
        while (now := time.monotonic() - began) < given.seconds:
            start, own = time.perf_counter(), time.thread_time()
            recorder.until(clock.now())
            spans.append(time.perf_counter() - start)
            worked.append(time.thread_time() - own)
            turn += 1
            if now >= len(times) * max(2.0, given.seconds / 60):
                times.append(now)
                sizes.append(megabytes(pid))
            time.sleep(max(0.0, turn / ASKS - (time.monotonic() - began)))
        took, spent = time.monotonic() - began, time.process_time() - spent
        source.end()
        recorder.until(clock.now())
        time.sleep(1.1)
        recorder.until(clock.now())
        told = source.count
        recorder.stop()
        kept = sum(1 for tick in recording.ticks() if tick.what is What.QUOTE)
    warm = max(1, len(sizes) // 6)
    share, slope = grown(times[warm:], sizes[warm:])
    p99 = percentile(spans, 0.99)
    say(
        f"Stream: {told:,} quotes in {took:.0f} s, {told / took:,.0f} a second; {spent / took:.1%} of a processor; "
        f"asked {len(spans):,} times: p50 {percentile(spans, 0.5) * 1e3:.1f}, p99 {p99 * 1e3:.1f}, "
        f"worst {max(spans) * 1e3:.1f} ms, of its own processor time p99 {percentile(worked, 0.99) * 1e3:.1f}, "
        f"worst {max(worked) * 1e3:.1f} ms; memory {sizes[0]:.0f} → {sizes[-1]:.0f} MB, {slope:+.0f} MB an hour; {load()}"
    )
    words = f"p99 {p99 * 1e3:.0f} ms, memory {share:+.1%}, {told - kept} of {told:,} quotes lost"
    kept_all = p99 < AIM and share <= FLAT and kept == told
    verdict("stream", words, kept=kept_all, aim=f"< {AIM * 1e3:g} ms, ≤ {FLAT:.0%}, none lost")


if __name__ == "__main__":
    main()
