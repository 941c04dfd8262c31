"""The first minute: a wrong Python, a missing piece, no network, half an install. One sentence each, nothing half done."""

import ast
import importlib.util
import subprocess
import sys
import venv
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

import start

ROOT = Path(__file__).resolve().parents[3]
START = ROOT / "start.py"


def started_as(version: tuple[int, int]) -> "subprocess.CompletedProcess[str]":
    """start.py run by a Python that says it is another one."""
    pretend = (
        f"import sys, runpy; sys.version_info = {version} + (0, 'final', 0); "
        f"sys.argv = ['start.py', '--no-browser']; runpy.run_path({str(START)!r}, run_name='__main__')"
    )
    return subprocess.run([sys.executable, "-c", pretend], check=False, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("version", [(3, 6), (3, 10), (3, 14), (4, 0)])
def test_another_python_gets_one_sentence(version: tuple[int, int]) -> None:
    done = started_as(version)
    assert done.returncode == 1
    assert f"this is {version[0]}.{version[1]}. Nothing was installed" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_old_python_can_read_the_file_that_tells_it_so() -> None:
    ast.parse(START.read_text(), feature_version=(3, 6))
    first = START.read_text().split("if not (3, 11)")[0]
    names = {
        alias.name.split(".")[0]
        for node in ast.walk(ast.parse(first))
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert names <= set(sys.stdlib_module_names)


def test_a_python_that_cannot_make_environments_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(start, "PYTHON", tmp_path / "none")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit) as told:
        start.make_environment()
    assert f"apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv" in str(told.value)


@pytest.mark.parametrize(
    "arguments", [["cancel"], ["status", "an-order"], ["--port", "0"], ["--port", "70000"], ["--port", "x"], ["fly"]]
)
def test_what_cannot_be_meant_is_a_usage_error(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as told:
        start.read(arguments)
    assert told.value.code == 2
    assert "usage: start.py" in capsys.readouterr().err


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty environment's Python."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    return folder / "bin" / "python"


def wheel(folder: Path) -> Path:
    """The smallest package there can be."""
    folder.mkdir()
    path = folder / "smallest-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as files:
        files.writestr("smallest.py", "")
        files.writestr("smallest-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: smallest\nVersion: 1.0\n")
        files.writestr("smallest-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        files.writestr("smallest-1.0.dist-info/RECORD", "")
    return path


def lock_for(tmp_path: Path, digest: str) -> Path:
    lock = tmp_path / "some.lock"
    lock.write_text(f"smallest==1.0 \\\n    --hash=sha256:{digest}\n")
    return lock


def test_without_a_network_it_says_what_is_missing_and_how_to_go_on(
    environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    monkeypatch.setenv("PIP_RETRIES", "0")
    with pytest.raises(SystemExit) as told:
        start.install(environment, lock_for(tmp_path, "0" * 64), None, 0)
    words = str(told.value)
    assert "nothing was started" in words
    assert "Missing: smallest." in words
    assert "pip download" in words and "python3 start.py --wheels wheels" in words


def test_downloaded_packages_install_without_a_network_hash_by_hash(environment: Path, tmp_path: Path) -> None:
    path = wheel(tmp_path / "wheels")
    wrong = lock_for(tmp_path, "0" * 64)
    with pytest.raises(SystemExit, match="nothing was started"):
        start.install(environment, wrong, path.parent, 0)
    start.install(environment, lock_for(tmp_path, sha256(path.read_bytes()).hexdigest()), path.parent, 0)
    subprocess.run([environment, "-c", "import smallest"], check=True)


def test_half_an_install_is_done_again_and_a_whole_one_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = lock_for(tmp_path, "0" * 64)
    installs: list[Path] = []
    monkeypatch.setattr(start, "ENVIRONMENT", tmp_path)
    monkeypatch.setattr(start, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(start, "make_environment", lambda: None)
    monkeypatch.setattr(start, "compile_all", lambda: None)

    def broken(python: Path, wanted: Path, wheels: Path | None, began: float) -> None:
        installs.append(wanted)
        raise KeyboardInterrupt

    def whole(python: Path, wanted: Path, wheels: Path | None, began: float) -> None:
        installs.append(wanted)

    monkeypatch.setattr(start, "install", broken)
    with pytest.raises(KeyboardInterrupt):
        start.prepare(lock, None)
    monkeypatch.setattr(start, "install", whole)
    for _ in range(3):
        start.prepare(lock, None)
    assert len(installs) == 2
    lock.write_text(lock.read_text() + "# a new version\n")
    start.prepare(lock, None)
    assert len(installs) == 3


def test_an_environment_that_cannot_be_written_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(start, "ENVIRONMENT", tmp_path / "file" / ".venv")
    monkeypatch.setattr(start, "PYTHON", tmp_path / "file" / "python")
    monkeypatch.setattr(start, "make_environment", lambda: None)
    with pytest.raises(SystemExit, match=r"cannot be written: Not a directory. Nothing was started"):
        start.prepare(lock_for(tmp_path, "0" * 64), None)


def test_without_the_packages_the_missing_one_is_named() -> None:
    bare = (
        "import sys, runpy; sys.path[:] = [p for p in sys.path if 'site-packages' not in p]; "
        f"sys.argv = ['start.py', '--no-install', 'status']; runpy.run_path({str(START)!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", bare], check=False, capture_output=True, text=True, timeout=60, cwd=ROOT
    )
    assert done.returncode == 1
    assert "This Python has no package pyarrow. Nothing was started" in done.stderr


def test_a_question_never_waits_for_an_install(monkeypatch: pytest.MonkeyPatch) -> None:
    went: list[list[str]] = []

    def go_on(python: Path, arguments: list[str]) -> None:
        went.append(arguments)

    monkeypatch.setattr(start, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(start, "prepare", lambda lock, wheels: pytest.fail("it installed something"))
    monkeypatch.setattr(start, "go_on_with", go_on)
    monkeypatch.setattr(start, "run", lambda options: 0)
    for command in start.ASKS:
        arguments = [command, *(["an-order"] if command == "cancel" else [])]
        assert start.main(arguments) == 0
        assert went.pop() == [str(START), "--no-install", *arguments]


def test_folders_are_seen_from_where_they_were_typed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUARTERDECK_HOME", "elsewhere")
    assert start.read([]).home == tmp_path / "elsewhere"
    assert start.read(["--home", "here", "--wheels", "w"]).wheels == tmp_path / "w"
    monkeypatch.delenv("QUARTERDECK_HOME")
    assert start.read([]).home == Path.home() / ".quarterdeck"
