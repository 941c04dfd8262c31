"""One plain vocabulary: the house's own inner names never reach a person."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from core.domain.order import Status
from core.execution import titles
from pages.parts.kinds import kind_words
from tests.unit.fitness.test_house import CORE, ROOT, name, sources, tree

NEVER: Final = {
    r"halt(s|ed|ing)?\b": "Stop trading, Trading stopped; a halt is the exchange's",
    r"UNKNOWN\b": "not confirmed by the broker",
    r"intents?\b": "order request",
    r"slots?\b": "scheduled time",
    r"breaks?\b(?!-)": "mismatch",
    r"(parent|child)( order|ren)?s?\b": "order, slices",
    r"(sealed )?tokens?\b": "reviewed order",
    r"evidence bundles?\b": "order file",
    r"certif(y|ies|ied|ication)\b": "test my paper account",
    r"(shortfall|markout)s?\b": "a plain phrase with a tooltip",
}
FORBIDDEN: Final = re.compile(rf"(?<![\w.])({'|'.join(NEVER)})", re.IGNORECASE)
SHOUTED: Final = "UNKNOWN"  # in small letters it is an ordinary word
EXCHANGE: Final = "halt"  # the exchange's own, of a name
MEANT: Final = {
    "core/brokers/practice/days.py": EXCHANGE,
    "core/brokers/practice/reasons.py": EXCHANGE,
    "core/brokers/practice/rules.py": EXCHANGE,
    "core/domain/chosen.py": EXCHANGE,
    "core/engine/facets/practice.py": EXCHANGE,
    "core/engine/rehearsals.py": EXCHANGE,
    "core/market/feeds/recorded.py": EXCHANGE,
    "core/market/invented/words.py": EXCHANGE,
    "core/market/seconds.py": EXCHANGE,
    "core/notify/ways/telegram.py": "token",  # Telegram's own word for it
    "core/risk/checks/halted.py": EXCHANGE,
    "core/engine/facets/charts.py": EXCHANGE,
    "pages/market.py": EXCHANGE,
    "pages/parts/watchlist.py": EXCHANGE,
    "pages/parts/faults.py": EXCHANGE,
}
GUIDES: Final = {
    "README.md": (),
    "docs/guide.md": (EXCHANGE, "token"),  # the exchange's, and Telegram's
}
PAGES: Final = sources("pages")
REACHES: Final = [path for path in CORE if "migrations" not in path.parts]


def inner(path: Path) -> set[int]:
    """Texts that no person reads: what a file or function is for, names of fields and keys, what goes into a log."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Expr):
            found.add(id(node.value))
        elif isinstance(node, ast.Subscript):
            found.add(id(node.slice))
        elif isinstance(node, ast.keyword) and node.arg in ("key", "ids", "id"):
            found |= {id(part) for part in ast.walk(node.value)}
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and "_log" in ast.unparse(node.func):
            found |= {id(part) for part in ast.walk(node)}
    return found


def said(path: Path) -> Iterator[tuple[int, str]]:
    """Every text a person may be shown; in the core a text without a blank or a capital is a name."""
    left_out = inner(path)
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in left_out:
            continue
        if path in PAGES or " " in node.value.strip() or node.value[:1].isupper():
            yield node.lineno, node.value


def wrong(text: str) -> list[str]:
    """The words of the house in it."""
    found = [match.group(0) for match in FORBIDDEN.finditer(text)]
    return [word for word in found if word.upper() != SHOUTED or word == SHOUTED]


@pytest.mark.parametrize("path", [*PAGES, *REACHES], ids=name)
def test_what_a_person_reads_is_in_plain_words(path: Path) -> None:
    found = [(line, text) for line, text in said(path) if wrong(text)]
    if name(path) in MEANT:
        own = MEANT[name(path)]
        found = [(line, text) for line, text in found if any(not word.lower().startswith(own) for word in wrong(text))]
    assert not found, found


def test_no_exception_outlives_its_words() -> None:
    assert [file for file in MEANT if not any(wrong(text) for _, text in said(ROOT / file))] == []


@pytest.mark.parametrize(("file", "meant"), GUIDES.items())
def test_what_is_read_before_the_window_opens_is_in_plain_words(file: str, meant: tuple[str, ...]) -> None:
    found = wrong((ROOT / file).read_text())
    assert [word for word in found if not word.lower().startswith(meant)] == []


def test_the_guide_speaks_of_arrival_only_where_it_says_what_that_is() -> None:
    for file in GUIDES:
        text = (ROOT / file).read_text()
        assert not re.search(r"\barrival\b", text, re.IGNORECASE) or "**Arrival**: " in text, file


def kinds() -> set[str]:
    """Every kind of journal row that is written anywhere."""
    found = set()
    for path in CORE:
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
                continue
            if re.fullmatch(
                r"(order|orders|trading|practice|job|limit|alarm|crash_day|fill|position)\.[a-z_]+", node.value
            ):
                found.add(node.value)
    return found | {f"order.{status.value}" for status in Status}


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_a_kind_of_journal_row_is_shown_in_plain_words(kind: str) -> None:
    words = kind_words(kind)
    assert not wrong(words), words
    assert "unknown" not in words.lower()
    assert not re.search(r"[._]", words), words
    assert words[:1].isupper()


@pytest.mark.parametrize("status", Status)
def test_what_the_broker_told_has_plain_words_for_every_state(status: Status) -> None:
    words = titles.STATES[status]
    assert not wrong(words)
    assert "nknown" not in words
    assert words[:1].isupper()


def test_the_words_of_costs_stand_only_where_a_tooltip_explains_them() -> None:
    explained = {"pages/parts/run.py", "pages/parts/traded.py"}
    for path in PAGES:
        for line, text in said(path):
            if re.search(r"\barrival\b", text, re.IGNORECASE) and (" " in text or text[:1].isupper()):
                assert name(path) in explained, f"line {line}: {text}"


def test_a_file_leaves_the_window_by_one_door_that_is_shut_while_amounts_are_hidden() -> None:
    offers = {name(path) for path in PAGES if "st.download_button(" in path.read_text()}
    assert offers == {"pages/parts/download.py"}
