"""A process that hangs: the signal alone does not wait until its last thread rests."""

import os
import signal
import time
from pathlib import Path


def hang(pid: int) -> None:
    """Stop the process as a hang would, and return when none of its threads runs any more. SIGCONT wakes it."""
    os.kill(pid, signal.SIGSTOP)
    until = time.monotonic() + 30
    while not _stopped(pid):
        assert time.monotonic() < until, f"process {pid} was not stopped"
        time.sleep(0.005)


def _stopped(pid: int) -> bool:
    states = [task.read_text().rpartition(")")[2].split()[0] for task in Path(f"/proc/{pid}/task").glob("*/stat")]
    return set(states) == {"T"}
