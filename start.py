"""The desk's one command: installs what is missing, starts the desk, opens its window, and checks the house.

Read by any Python 3 so that a wrong version gets a sentence; the standard library only until `.venv` exists.
"""

import argparse
import hashlib
import importlib.util
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit(
        "Quarterdeck runs on Python 3.11, 3.12 or 3.13; this is {}.{}. Nothing was installed or started: "
        "install one of those and run start.py with it, such as python3.12 start.py.".format(*sys.version_info[:2])
    )

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
ASKS = (
    "status",
    "positions",
    "orders",
    "cancel",
    "cancel-all",
    "stop-trading",
    "resume",
    "doctor",
    "unlock",
    "lock",
    "passphrase",
)
DEVELOPS = {
    "test": "run every check there is",
    "shots": "take docs/screenshots anew: every page, light and dark, filled and empty",
}


def read(arguments: list[str]) -> argparse.Namespace:
    """What was asked for at the command line."""
    reader = argparse.ArgumentParser(
        prog="start.py",
        description="Without a command: install what is missing, start the desk and open its window.",
        epilog="While the desk runs, from a second terminal: "
        + " | ".join(ASKS)
        + ". On the product itself: "
        + "; ".join(f"{name}, {words}" for name, words in DEVELOPS.items())
        + ".",
    )
    reader.add_argument("command", nargs="?", default="open", choices=("open", *DEVELOPS, *ASKS), metavar="COMMAND")
    reader.add_argument("id", nargs="?", default="", metavar="ID", help="the order to cancel, for the command cancel")
    reader.add_argument(
        "--home",
        type=folder,
        default=os.environ.get("QUARTERDECK_HOME") or "~/.quarterdeck",
        help="where workspaces are kept",
    )
    reader.add_argument("--workspace", default="", help="which workspace; the first one is called practice")
    reader.add_argument(
        "--recording", type=folder, help="with a new --workspace: a paper one that plays the recording in this folder"
    )
    reader.add_argument("--port", type=int, help="the window's port on 127.0.0.1; without it 8501 or the next free one")
    reader.add_argument("--no-browser", action="store_true", help="do not open a browser")
    reader.add_argument(
        "--wheels", type=folder, help="install from this folder of downloaded packages, without a network"
    )
    reader.add_argument("--no-install", action="store_true", help="use the packages of the Python that runs this")
    reader.add_argument("--only", nargs="+", default=[], metavar="STAGE", help="test: these stages only")
    reader.add_argument("--release", action="store_true", help="test: at the counts of a release")
    options = reader.parse_args(arguments)
    if (options.command == "cancel") != bool(options.id):
        reader.error("cancel needs one order's id, and no other command takes one; nothing was done")
    if options.port is not None and not 1 <= options.port <= 65535:
        reader.error(f"{options.port} is not a port; nothing was started: use a number from 1024 to 65535")
    return options


def folder(typed: str) -> Path:
    """Seen from where it was typed."""
    return Path(typed).expanduser().absolute()


def mark_of(lock: Path) -> str:
    """What the environment must have been made from: this lock, by this version of Python."""
    return "{}.{} {}".format(*sys.version_info[:2], hashlib.sha256(lock.read_bytes()).hexdigest())


def prepare(lock: Path, wheels: "Path | None") -> None:
    """Fill .venv with exactly what the lock names. Written down only when whole, so half an install is done again."""
    done = ENVIRONMENT / (lock.name + ".done")
    if PYTHON.exists() and done.exists() and done.read_text() == mark_of(lock):
        return
    began = time.monotonic()
    try:
        make_environment()
        done.unlink(missing_ok=True)
        install(PYTHON, lock, wheels, began)
        compile_all()
        done.write_text(mark_of(lock))
    except OSError as error:
        sys.exit(
            f"{ENVIRONMENT} cannot be written: {error.strerror}. Nothing was started: "
            "make room or give yourself the right to write there, then start again."
        )
    print(f"{time.monotonic() - began:5.0f} s  installed", flush=True)


def make_environment() -> None:
    """A fresh .venv by the running Python, unless a sound one of the same version is there."""
    ours = "{}.{}".format(*sys.version_info[:2])
    asks = "import sys, pip; print('%d.%d' % sys.version_info[:2])"
    if PYTHON.exists() and said([PYTHON, "-c", asks]).stdout.strip() == ours:
        return
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit(
            f"This Python cannot make an environment: its module ensurepip is missing. Nothing was installed: "
            f"on Debian or Ubuntu run  apt install python{ours}-venv  as root, then start again."
        )
    print(f"Making {ENVIRONMENT} with Python {ours}", flush=True)
    made = said([sys.executable, "-m", "venv", "--clear", ENVIRONMENT])
    if made.returncode:
        sys.exit(f"{ENVIRONMENT} could not be made; nothing was started. Python says:\n{made.stdout}{made.stderr}")


def said(command: "list[str | Path]") -> "subprocess.CompletedProcess[str]":
    """Run it and keep what it says."""
    return subprocess.run(command, check=False, capture_output=True, text=True)


def install(python: Path, lock: Path, wheels: "Path | None", began: float) -> None:
    """Have pip install the lock, hash by hash, and say how far it is."""
    options = "--require-hashes --no-deps --no-compile --no-input --no-user --disable-pip-version-check"
    command = [
        str(python),
        "-m",
        "pip",
        "install",
        *options.split(),
        "--progress-bar=off",
        "--retries=2",
        "-r",
        str(lock),
    ]
    if wheels:
        command += ["--no-index", "--find-links", str(wheels)]
    problems = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        for line in pip.stdout or ():
            words = line.split()
            if line.startswith(("Collecting", "Installing collected")):
                step = words[1].rstrip(":,") if line.startswith("Collecting") else " ".join(words[:3]).rstrip(":,")
                print(f"{time.monotonic() - began:5.0f} s  {step}", flush=True)
            elif line.startswith("ERROR"):
                problems.append(line.strip())
    if pip.returncode:
        sys.exit(how_to_go_on(python, lock, problems))


def how_to_go_on(python: Path, lock: Path, problems: list[str]) -> str:
    """What is missing after a failed install, and the way round a missing network."""
    there = said([python, "-m", "pip", "freeze", "--all"]).stdout.lower()
    pins = [line for line in lock.read_text().splitlines() if "==" in line and line[0].isalpha()]
    needed = [pin.split("==")[0] for pin in pins if os.name == "nt" or "== 'win32'" not in pin]
    missing = [name for name in dict.fromkeys(needed) if f"{name}==" not in there.replace("_", "-")]
    reason = "\n".join(problems[-3:])
    return (
        f"\nThe packages could not be installed, so nothing was started. pip says:\n{reason}\n\n"
        + textwrap.fill(f"Missing: {', '.join(missing)}.", 110, break_on_hyphens=False)
        + "\n\nWith a network: start again, what was downloaded is kept. Without one: on a computer with a network and the "
        f"same system and Python, run\n    python3 -m pip download --no-deps --require-hashes -r {lock.name} -d wheels\n"
        "bring the folder here and run\n    python3 start.py --wheels wheels"
    )


def compile_all() -> None:
    """Bytecode for everything now, so that the first start is as quick as the second."""
    subprocess.run(
        [
            PYTHON,
            "-m",
            "compileall",
            "-q",
            "-j",
            "0",
            ENVIRONMENT,
            *(ROOT / part for part in ("core", "pages", "app.py")),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,  # a package may ship a template that is no Python: it is compiled when and if it is imported
    )


def go_on_with(python: Path, arguments: list[str]) -> None:
    """Carry on as another Python. Returns only where this process already is that one."""
    if Path(sys.prefix).resolve() == ENVIRONMENT.resolve():
        return
    command = [str(python), *arguments]
    if os.name == "nt":  # exec there gives the terminal back at once
        sys.exit(subprocess.run(command, check=False).returncode)
    os.execv(command[0], command)  # noqa: S606


def main(arguments: list[str]) -> int:
    """Prepare the environment, then do what was asked inside it."""
    options = read(arguments)
    try:
        if options.command in ASKS and PYTHON.exists() and not options.no_install:
            go_on_with(
                PYTHON, [str(ROOT / "start.py"), "--no-install", *arguments]
            )  # nobody waits for an install to stop
        elif not options.no_install:
            prepare(
                ROOT / ("requirements-dev.lock" if options.command in DEVELOPS else "requirements.lock"), options.wheels
            )
            go_on_with(PYTHON, [str(ROOT / "start.py"), *arguments])
        return run(options)
    except KeyboardInterrupt:
        print("\nStopped. The desk was not started; start again to go on.", file=sys.stderr)
        return 130


def run(options: argparse.Namespace) -> int:
    """Inside the environment: the checks, a question to a running desk, or the desk itself."""
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    try:
        if options.command == "test":
            from tests import stages  # noqa: PLC0415

            return stages.run(only=options.only, release=options.release)
        if options.command == "shots":
            from tests.shots import run as shots  # noqa: PLC0415

            return shots.run()
        if options.command != "open":
            from core.channel import command_line  # noqa: PLC0415

            return command_line.run(options.command, options.id, options.home, options.workspace)
        from core.channel import terminal  # noqa: PLC0415
    except ModuleNotFoundError as error:
        sys.exit(
            f"This Python has no package {error.name}. Nothing was started: run  python3 start.py  without --no-install, "
            "or  pip install -r requirements.txt  first."
        )
    return terminal.open_desk(
        options.home, options.workspace, options.port, browser=not options.no_browser, recording=options.recording
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
