"""The test command: what it runs, counts and reports."""

import os
import sys
from pathlib import Path

import pytest

from tests import chromium, stages
from tests.stages import Stage

PASSING = Stage(name="good", command=("-c", "print('fine')"))
FAILING = Stage(name="bad", command=("-c", "print('the reason'); raise SystemExit(1)"))


def test_the_counts_of_pytest_add_up() -> None:
    counts = stages.counts_in("noise 9 failed\n3 failed, 12 passed, 2 skipped, 1 error in 4.05s\n")
    assert counts == {"failed": 4, "passed": 12, "skipped": 2}


@pytest.mark.parametrize(("chosen", "code"), [((PASSING,), 0), ((PASSING, FAILING), 1)])
def test_one_bad_stage_fails_the_whole(
    chosen: tuple[Stage, ...], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stages, "STAGES", chosen)
    assert stages.run() == code
    said = capsys.readouterr().out
    assert said.splitlines()[-1] == "0 passed, 0 failed"
    assert ("the reason" in said) == bool(code)
    assert "fine" not in said


def test_a_folder_of_tests_is_counted_and_an_empty_one_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "test_it.py").write_text("def test_a(): pass\ndef test_b(): assert False, 'seen'\n")
    monkeypatch.setattr(stages, "ROOT", tmp_path)
    monkeypatch.setattr(stages, "STAGES", (Stage(name="some", tests="some"), Stage(name="none", tests="none")))
    assert stages.run() == 1
    said = capsys.readouterr().out
    assert "no tests" in said and "seen" in said
    assert said.splitlines()[-1] == "1 passed, 1 failed"


def test_release_counts_reach_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    asks = "import os, sys; sys.exit(os.environ.get('QUARTERDECK_RELEASE') != '1')"
    monkeypatch.setattr(stages, "STAGES", (Stage(name="asks", command=("-c", asks)),))
    monkeypatch.delenv("QUARTERDECK_RELEASE", raising=False)
    assert stages.run() == 1
    assert stages.run(release=True) == 0


def test_what_is_measured_under_load_runs_for_a_release_or_by_name_after_all_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    slow = Stage(name="good", command=("-c", "import time; time.sleep(0.3)"))
    heavy = Stage(name="heavy", command=("-c", "print('9 ms'); raise SystemExit(1)"), load=True)
    monkeypatch.setattr(stages, "STAGES", (heavy, slow))
    assert stages.run() == 0
    assert "heavy" not in capsys.readouterr().out
    assert stages.run(release=True) == 1
    first, second = capsys.readouterr().out.splitlines()[:2]
    assert first.startswith("good") and second.startswith("heavy") and second.endswith("FAILED: 9 ms")
    assert stages.run(only=["heavy"]) == 1


def test_a_release_loads_the_desk_as_much_as_was_promised() -> None:
    asked = {stage.name: stage.command for stage in stages.STAGES if stage.load}
    assert asked["history"] == ("-m", "bench.start", "--orders", "1000000")
    assert asked["stream"] == ("-m", "bench.stream", "--seconds", "3600")  # 1,000 names, 5 quotes a second each


def test_an_unknown_stage_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert stages.run(only=["unit", "fly"]) == 2
    assert "There is no stage fly. Nothing was run." in capsys.readouterr().out


def test_without_a_browser_and_the_right_to_install_one_it_says_how(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert not chromium.have_chromium()
    assert "sudo apt install chromium" in capsys.readouterr().out


def test_every_stage_can_be_started() -> None:
    assert all(stage.argv[0] == sys.executable for stage in stages.STAGES)
    assert [stage.name for stage in stages.STAGES if stage.tests] == [
        "browser",
        "unit",
        "simulation",
        "pages",
        "flows",
        "contracts",
    ]
