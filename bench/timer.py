"""How late a 10 ms timer is inside the engine, with three busy windows and the practice market at 1×.

The timer is a thread in the real engine's process, beside the desk's thread, the wire, the channel and the background
jobs. Three windows, each a process, ask what open pages ask: orders every 200 ms, positions every 500 ms, the frame every
second. The engine holds positions and resting orders. Before and after it, the same timer in a process that does nothing
else, without any load: the floor of this machine.

Run: python -m bench.timer [--seconds 20]
"""

import argparse
import json
import threading
import time

from bench.engine import running, watched, windows
from bench.measure import percentile, say, verdict
from core.domain.order import Side

WINDOWS = 3
AIM = 0.020
WORST = ("F", "PLUG", "CKX", "BH")  # wide spreads and thin books: nothing the load needs


def floor(seconds: float) -> list[float]:
    """How late it is when nothing else runs in the process."""
    ticks: list[tuple[float, float]] = []
    over = threading.Event()
    clock = threading.Thread(target=watched, args=(ticks, over))
    clock.start()
    time.sleep(seconds)
    over.set()
    clock.join()
    return [late for _, late in ticks]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    seconds = parser.parse_args().seconds
    idle = floor(seconds / 4)
    with running() as engine:
        engine.trading()
        for symbol in engine.symbols():
            if symbol not in WORST:
                engine.order(symbol, Side.BUY, 2)
                engine.order(symbol, Side.BUY, 1, limit="5")
        with windows(engine.folder, WINDOWS) as asked:
            began, first = time.monotonic(), asked.value
            time.sleep(seconds)
            ended, last = time.monotonic(), asked.value
        file = engine.ticks
        engine.end()
        ticks: list[tuple[float, float]] = json.loads(file.read_text())
    idle += floor(seconds / 4)
    busy = [late for at, late in ticks if began <= at <= ended]
    say(
        f"Timer: 10 ms, {len(busy)} wakes in {seconds:g} s; {WINDOWS} windows got {(last - first) / seconds:.0f} answers/s"
    )
    for name, spans in (("engine, busy", busy), ("plain process, idle", idle)):
        shares = "   ".join(
            f"p{share * 100:g} {percentile(spans, share) * 1e3:6.2f} ms" for share in (0.5, 0.99, 0.999)
        )
        say(f"{name:20} {shares}   worst {max(spans) * 1e3:6.2f} ms")
    p99, at_rest = percentile(busy, 0.99), percentile(idle, 0.99)
    words = f"p99 {p99 * 1e3:.1f} ms late under {WINDOWS} windows, {p99 / at_rest:.1f} × an idle process"
    verdict("timer", words, kept=p99 <= AIM, aim=f"≤ {AIM * 1e3:g} ms")


if __name__ == "__main__":
    main()
