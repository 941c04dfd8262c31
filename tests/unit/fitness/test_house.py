"""Rules of the house that a reader would otherwise have to check by hand."""

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from core.brokers.base import Broker
from core.brokers.practice import PracticeBroker
from core.domain.order import NEXT, Status
from core.engine.jobs import JOBS
from core.engine.words import STATE
from core.family import Family
from core.ledger.corporate_actions import CORPORATE_ACTIONS
from core.ledger.lot_methods import LOT_METHODS
from core.notify.ways import WAYS
from core.risk.checks import CHECKS
from core.risk.monitors import MONITORS

ROOT = Path(__file__).resolve().parents[3]
FAMILIES: dict[str, Family[Any]] = {
    "core/engine/jobs": JOBS,
    "core/ledger/corporate_actions": CORPORATE_ACTIONS,
    "core/ledger/lot_methods": LOT_METHODS,
    "core/notify/ways": WAYS,
    "core/risk/checks": CHECKS,
    "core/risk/monitors": MONITORS,
}


def sources(*folders: str) -> list[Path]:
    found = []
    for folder in folders:
        path = ROOT / folder
        found += [path] if path.is_file() else sorted(path.rglob("*.py"))
    assert found, folders
    return found


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def code(path: Path) -> Iterator[tuple[int, str]]:
    """Lines with their comments cut off."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        yield number, line.partition("#")[0]


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


CORE = sources("core")
PRODUCT = [*CORE, *sources("pages", "app.py", "start.py")]


# words --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PRODUCT, ids=name)
def test_every_file_begins_with_a_sentence_that_says_what_it_is_for(path: Path) -> None:
    words = ast.get_docstring(tree(path))
    assert words, "no first sentence"
    first = words.splitlines()[0]
    assert first.endswith((".", ":", "…")), first
    assert path.read_text().startswith(('"""', "#!", 'r"""')), "the sentence is the first line"
    assert not re.search(r"\b(utils?|helpers?|managers?)\b", first, re.IGNORECASE), first


def test_every_folder_of_the_core_says_what_is_in_it() -> None:
    folders = {path.parent for path in CORE} - {ROOT / "core/store/migrations", ROOT / "core/store/migrations/versions"}
    for folder in folders:
        words = ast.get_docstring(tree(folder / "__init__.py"))
        assert words, name(folder)
        assert len(words.splitlines()) == 1, name(folder)


def test_nothing_is_called_after_what_it_is_not() -> None:
    banned = {"utils", "helpers", "common", "managers", "services", "models", "misc", "tools"}
    assert not [name(path) for path in PRODUCT if path.stem in banned or path.parent.name in banned]


# families -----------------------------------------------------------------------------------------------------------


def members(package: str) -> list[str]:
    return [path.stem for path in sorted((ROOT / package).glob("*.py")) if path.stem not in ("__init__", "base")]


@pytest.mark.parametrize("package", FAMILIES)
def test_a_members_file_is_named_after_its_class(package: str) -> None:
    family = FAMILIES[package]
    assert list(family) == members(package) != []
    for member in family:
        kind = family[member]
        assert kind.__name__ == "".join(part.capitalize() for part in member.split("_"))
        assert kind() == kind(), "a member is a frozen value with defaults"


def families() -> list[str]:
    return sorted(name(path.parent) for path in CORE if path.name == "base.py")


@pytest.mark.parametrize("package", families())
def test_every_family_has_a_promise_and_a_contract_test(package: str) -> None:
    contracts = "\n".join(path.read_text() for path in sources("tests/contracts"))
    module = package.replace("/", ".")
    if package == "core/market/feeds":  # opened with what each of them needs: no value with defaults
        assert f"from {module} import" in contracts, "no contract test runs over its members"
        return
    if package == "core/brokers":  # one member so far: tested by name
        tests = "\n".join(path.read_text() for path in sources("tests"))
        assert re.search(rf"from {re.escape(module)}\b", tests)
        return
    assert package in FAMILIES, "a new family: add it to this test"
    assert f"from {module} import" in contracts, "no contract test runs over its members"


def test_every_broker_keeps_the_promise() -> None:
    assert issubclass(PracticeBroker, Broker)
    assert not inspect.isabstract(PracticeBroker)


def test_every_state_is_in_the_table_and_has_words() -> None:
    assert set(NEXT) == set(Status) == set(STATE)
    assert len(set(STATE.values())) == len(STATE)


# numbers and time ---------------------------------------------------------------------------------------------------

EXACT = sources(
    "core/ledger", "core/risk", "core/domain", "core/execution/desk.py", "core/execution/booker.py", "core/store"
)


@pytest.mark.parametrize("path", EXACT, ids=name)
def test_what_is_owed_or_owned_is_never_a_float(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "float", f"float( in line {node.lineno}"
        if isinstance(node, ast.Constant):
            assert not isinstance(node.value, float), f"{node.value} in line {node.lineno} is a float"
        if isinstance(node, ast.AnnAssign) and isinstance(node.annotation, ast.Name):
            if name(path) == "core/domain/quote.py":  # bars are estimates of the past
                continue
            assert node.annotation.id != "float", f"line {node.lineno}"


TIME = {
    "core/clock.py": "the clocks themselves",
    "core/system.py": "how long a lock is waited for; what differs between systems",
    "core/engine/supervisor.py": "pauses between restarts, measured by the stopwatch",
}
ASKED = re.compile(
    r"datetime\.(now|utcnow|today)\(|date\.today\(|time\.(time|monotonic|perf_counter|localtime|gmtime)\("
)


@pytest.mark.parametrize("path", CORE, ids=name)
def test_time_comes_from_a_clock(path: Path) -> None:
    if name(path) in TIME:
        return
    for number, line in code(path):
        assert not ASKED.search(line), f"line {number}: {line.strip()}"


# what must not be there ---------------------------------------------------------------------------------------------

SPEAKS = {"core/channel/terminal.py", "core/channel/command_line.py"}  # the terminal is where printing belongs


@pytest.mark.parametrize("path", CORE, ids=name)
def test_nothing_is_printed(path: Path) -> None:
    calls = [n for n in ast.walk(tree(path)) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    printed = [n.lineno for n in calls if n.func.id == "print"]  # type: ignore[attr-defined]
    assert not printed or name(path) in SPEAKS, printed


BROAD: dict[str, tuple[int, str]] = {
    "core/engine/alert_watch.py": (1, "alerts that cannot be looked after are told of, and looked at again"),
    "core/engine/background.py": (2, "a job's fault is recorded and told, and the next slot comes"),
    "core/engine/desk_thread.py": (3, "the desk thread outlives whatever is asked of it"),
    "core/engine/notifying.py": (2, "telling of trouble must not end with it"),
    "core/engine/wiring.py": (1, "telling of trouble must not kill the thread it is told on"),
    "core/execution/errand.py": (5, "a sending thread turns every ending into a report"),
    "core/execution/wire.py": (1, "a line's own work that fails must not end the sending thread"),
    "core/vault/ring.py": (1, "a keyring's own library throws what it likes, and a person gets a sentence"),
    "core/channel/server.py": (1, "a caller gets its answer, whatever it was"),
    "pages/shell.py": (1, "a fault of a page is told where it stands, and the run around it ends by itself"),
}


def broad(path: Path) -> list[int]:
    found = []
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.ExceptHandler):
            continue
        kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        named = {kind.id for kind in kinds if isinstance(kind, ast.Name)}
        reraises = any(isinstance(inner, ast.Raise) and inner.exc is None for inner in ast.walk(node))
        if (node.type is None or named & {"Exception", "BaseException"}) and not reraises:
            found.append(node.lineno)
    return found


@pytest.mark.parametrize("path", PRODUCT, ids=name)
def test_nobody_catches_everything_without_a_reason_given_here(path: Path) -> None:
    most = BROAD.get(name(path), (0, ""))[0]
    assert len(broad(path)) <= most, broad(path)


def test_no_reason_outlives_its_catch() -> None:
    assert {file for file in BROAD if not (ROOT / file).exists() or not broad(ROOT / file)} == set()


DANGEROUS = re.compile(
    r"(?<![.\w])(eval|exec)\(|\bpickle\b|yaml\.load\b|verify\s*=\s*False|shell\s*=\s*True|\bmarshal\b|os\.system\(|__import__\("
)


@pytest.mark.parametrize("path", PRODUCT, ids=name)
def test_nothing_runs_what_it_reads(path: Path) -> None:
    prose = {ast.get_docstring(tree(path)) or ""}
    for number, line in code(path):
        if DANGEROUS.search(line) and not any(line.strip() in words for words in prose):
            raise AssertionError(f"line {number}: {line.strip()}")


LEFT_OVER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError|breakpoint\(\)")


@pytest.mark.parametrize("path", PRODUCT, ids=name)
def test_nothing_is_left_half_done(path: Path) -> None:
    found = [line for line in path.read_text().splitlines() if LEFT_OVER.search(line)]
    assert not found


def test_no_path_of_a_machine_is_in_the_product() -> None:
    for path in PRODUCT:
        words = path.read_text()
        assert not re.search(r"/(?:home|Users|root|work|farm)/\w+", words), name(path)


# who knows whom -----------------------------------------------------------------------------------------------------

WINDOW = sources("pages", "app.py")
MAY_KNOW = ("core.channel", "core.domain")


@pytest.mark.parametrize("path", WINDOW, ids=name)
def test_the_window_asks_through_the_channel(path: Path) -> None:
    known = {module for module in imported(path) if module == "core" or module.startswith("core.")}
    assert all(module.startswith(MAY_KNOW) for module in known), known


def test_the_starter_needs_nothing_that_is_not_installed_yet() -> None:
    """start.py runs before there is an environment: standard library at the top, the core only when it is there."""
    top = [n for n in tree(ROOT / "start.py").body if isinstance(n, ast.Import | ast.ImportFrom)]
    modules = {alias.name for n in top if isinstance(n, ast.Import) for alias in n.names}
    modules |= {n.module for n in top if isinstance(n, ast.ImportFrom) and n.module}
    assert {module.partition(".")[0] for module in modules} <= set(sys.stdlib_module_names)
    known = {m for m in imported(ROOT / "start.py") if m.startswith("core")}
    assert all(module.startswith(MAY_KNOW) for module in known), known


LIBRARIES = {
    "sqlmodel": ("core/store/",),
    "sqlalchemy": ("core/store/",),
    "alembic": ("core/store/",),
    "apscheduler": ("core/engine/background.py",),
    "streamlit": (),
    "plotly": (),
    "pandas": ("core/market/",),
    "exchange_calendars": ("core/market/",),
    "alpaca": ("core/brokers/alpaca",),
    "ib_insync": ("core/brokers/ibkr",),
    "numpy": ("core/market/",),
    "cryptography": ("core/vault/",),
}


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_is_known_only_where_it_belongs(library: str) -> None:
    knows = {name(path) for path in CORE if any(m.partition(".")[0] == library for m in imported(path))}
    assert all(file.startswith(LIBRARIES[library]) if LIBRARIES[library] else False for file in knows), knows


def test_the_domain_needs_nothing_but_python() -> None:
    for path in sources("core/domain"):
        roots = {module.partition(".")[0] for module in imported(path)} - {"core"}
        assert roots <= set(sys.stdlib_module_names), name(path)


def test_every_module_of_the_core_can_be_imported() -> None:
    for path in CORE:
        if "migrations" in path.parts or path.name == "__main__.py":
            continue
        module = name(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        importlib.import_module(module)


def test_every_page_is_in_the_menu() -> None:
    menu = (ROOT / "pages/parts/menu.py").read_text()
    for path in sorted((ROOT / "pages").glob("*.py")):
        if path.stem not in ("__init__", "shell"):
            assert f'"{path.stem}"' in menu, f"{path.name} is not in the menu"


def test_files_stay_small_enough_to_read() -> None:
    long = {name(path): len(path.read_text().splitlines()) for path in CORE}
    assert {file: lines for file, lines in long.items() if lines > 480} == {}
