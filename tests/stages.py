"""Everything that checks the desk, stage by stage: one line each, and the whole story of a stage that fails."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.chromium import have_chromium

ROOT: Final = Path(__file__).resolve().parents[1]
_AT_ONCE: Final = 2
_LAST_LINES: Final = 200
_NO_TESTS: Final = 5  # pytest's exit code
_COUNTS: Final = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)")


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One kind of check."""

    name: str
    command: tuple[str, ...] = ()
    tests: str = ""  # a folder for pytest
    load: bool = False  # of a release, or when named: alone and after all others, because it measures time

    @property
    def argv(self) -> list[str]:
        """What to run, with the Python that runs this."""
        if self.tests:
            return [
                sys.executable,
                "-m",
                "pytest",
                self.tests,
                "-q",
                "--no-header",
                "--color=no",
                "-p",
                "no:cacheprovider",
            ]
        return [sys.executable, *self.command]


STAGES: Final = (
    Stage(name="format", command=("-m", "ruff", "format", "--check", ".")),
    Stage(name="lint", command=("-m", "ruff", "check", ".")),
    Stage(name="types", command=("-m", "mypy")),
    Stage(
        name="imports",
        command=(
            "-c",
            "import sys; sys.path.insert(0, ''); from importlinter.cli import lint_imports_command as main; main()",
        ),
    ),
    Stage(name="browser", tests="tests/e2e"),  # the longest first: two run side by side
    Stage(name="unit", tests="tests/unit"),
    Stage(name="simulation", tests="tests/simulation"),
    Stage(name="pages", tests="tests/ui"),
    Stage(name="flows", tests="tests/flows"),
    Stage(name="contracts", tests="tests/contracts"),
    Stage(name="history", command=("-m", "bench.start", "--orders", "1000000"), load=True),
    Stage(name="stream", command=("-m", "bench.stream", "--seconds", "3600"), load=True),
)


@dataclass(frozen=True, kw_only=True)
class Result:
    """How a stage ended."""

    stage: Stage
    code: int
    seconds: float
    output: str
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def empty(self) -> bool:
        return bool(self.stage.tests) and self.code == _NO_TESTS

    @property
    def good(self) -> bool:
        return self.code == 0 or self.empty

    @property
    def words(self) -> str:
        if self.empty:
            return "no tests"
        if self.stage.load:
            return f"{'ok' if self.good else 'FAILED'}: {(self.output.strip().splitlines() or [''])[-1]}"
        counted = ", ".join(f"{count} {what}" for what, count in self.counts.items())
        return f"{'ok' if self.good else 'FAILED'}{': ' + counted if counted else ''}"


def run(only: Sequence[str] = (), *, release: bool = False) -> int:
    """All stages, or those named; 0 = nothing failed."""
    unknown = set(only) - {stage.name for stage in STAGES}
    if unknown:
        print(
            f"There is no stage {', '.join(sorted(unknown))}. Nothing was run. There are: {', '.join(s.name for s in STAGES)}."
        )
        return 2
    chosen = [stage for stage in STAGES if stage.name in only or (not only and (release or not stage.load))]
    if any(stage.name == "browser" for stage in chosen) and not have_chromium():
        return 1
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as home, ThreadPoolExecutor(_AT_ONCE) as pool:
        environment = os.environ | {"QUARTERDECK_HOME": home} | ({"QUARTERDECK_RELEASE": "1"} if release else {})
        results = list(pool.map(lambda stage: _told(_run(stage, environment)), (s for s in chosen if not s.load)))
        results += [_told(_run(stage, environment)) for stage in chosen if stage.load]
    return _sum_up(results, time.monotonic() - began)


def _run(stage: Stage, environment: dict[str, str]) -> Result:
    began = time.monotonic()
    if stage.tests and not any((ROOT / stage.tests).rglob("test_*.py")):
        return Result(stage=stage, code=_NO_TESTS, seconds=0, output="")
    done = subprocess.run(
        stage.argv, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return Result(
        stage=stage,
        code=done.returncode,
        seconds=time.monotonic() - began,
        output=done.stdout,
        counts=counts_in(done.stdout) if stage.tests else Counter(),
    )


def counts_in(output: str) -> Counter[str]:
    """What pytest counted, from its last line."""
    lines = output.strip().splitlines() or [""]
    found: Counter[str] = Counter()
    for count, what in _COUNTS.findall(lines[-1]):
        found["failed" if what.startswith("error") else what] += int(count)
    return found


def _told(result: Result) -> Result:
    text = f"{result.stage.name:<11}{result.seconds:6.0f} s  {result.words}"
    if not result.good:
        text += "\n" + "\n".join(result.output.splitlines()[-_LAST_LINES:])
    print(text, flush=True)
    return result


def _sum_up(results: Sequence[Result], seconds: float) -> int:
    total: Counter[str] = sum((result.counts for result in results), Counter())
    bad = [result.stage.name for result in results if not result.good]
    print(f"\n{'total':<11}{seconds:6.0f} s  {'FAILED: ' + ', '.join(bad) if bad else 'all good'}")
    skipped = f", {total['skipped']} skipped" if total["skipped"] else ""
    print(f"{total['passed']} passed, {total['failed']} failed{skipped}", flush=True)
    return 1 if bad else 0
