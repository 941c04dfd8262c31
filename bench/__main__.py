"""All benchmarks, one after the other, and a table of what came out.

Run: python -m bench [--peer-python PATH] [name …]
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from bench.measure import say

ROOT = Path(__file__).parents[1]
NAMES = (
    "durable",
    "history",
    "orders",
    "channel",
    "timer",
    "journal",
    "stop",
    "start",
    "market",
    "realism",
    "window",
    "stream",
)


def main() -> int:
    """0 when every aim is kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer-python", default="", help="a Python that has nautilus_trader")
    parser.add_argument("names", nargs="*", help=", ".join(NAMES))
    given = parser.parse_args()
    missed, lines = 0, []
    for name in given.names or NAMES:
        say(f"── {name}")
        more = ["--peer-python", given.peer_python] if name in ("orders", "realism") and given.peer_python else []
        start = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", f"bench.{name}", *more], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
        )
        say(done.stdout.rstrip())
        missed += done.returncode != 0
        last = done.stdout.strip().splitlines()[-1:] or ["it ended without a word"]
        lines.append(f"{name:9}{time.monotonic() - start:5.0f} s   {last[0].removeprefix(f'{name}: ')}")
    say("\n".join(["", *lines]))
    return min(missed, 1)


if __name__ == "__main__":
    raise SystemExit(main())
