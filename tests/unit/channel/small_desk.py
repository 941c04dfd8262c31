"""A desk that notes what it is asked and answers what it was told to; also runnable as an engine of its own."""

import argparse
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from core.channel.desk import Desk
from core.channel.home import Home
from core.channel.server import Server
from core.channel.verbs import FACETS, VERBS
from core.clock import SystemClock
from core.system import FileLock


class SmallDesk:
    """Every verb of every facet is there; each call is kept, each answer is given or raised."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, Any] = {}
        self._facets = {name: SimpleNamespace() for name in FACETS}
        for verb in VERBS.values():
            setattr(self._facets[verb.facet], verb.name, self._method(str(verb)))

    def __getattr__(self, name: str) -> Any:
        return self._facets[name]

    def _method(self, verb: str) -> Callable[..., Any]:
        def method(**given: Any) -> Any:
            self.asked.append((verb, given))
            answer = self.answers.get(verb)
            if isinstance(answer, BaseException):
                raise answer
            return answer(**given) if callable(answer) else answer

        return method


def main() -> int:
    """An engine reduced to its lock and its door."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--workspace", required=True)
    chosen = parser.parse_args()
    folder = Home(chosen.home).find(chosen.workspace)
    lock = FileLock(folder.lock)
    if not lock.acquire():
        return 3
    over: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: over.append(number))
    desk = SmallDesk()
    desk.answers["health.shut_down"] = lambda: over.append(0)
    server = Server(cast(Desk, desk), folder, SystemClock(), "test")
    server.start()
    while not over:  # a signal handler must not set an event
        time.sleep(0.02)
    server.stop()
    lock.release()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
