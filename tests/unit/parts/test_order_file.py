"""The file of one order: everything about it, and a chain that can be checked from the file alone."""

import io
import itertools
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from core.domain.order import Side
from core.store import journal
from core.store.database import Database
from pages.parts.order_file import packed
from tests.fakes.house import founded_file
from tests.unit.engine.opened import opened
from tests.unit.engine.test_views import trade


@pytest.fixture(scope="module")
def zipped(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Of an order that traded, with a note whose words are not of seven bits."""
    with opened(tmp_path_factory.mktemp("home")) as desk:
        for _ in range(3):
            desk.settle(3)
        order_id = trade(desk, "AAPL", Side.BUY, "3")
        trade(desk, "MSFT", Side.BUY, "1")  # its rows lie between
        desk.desk.journal.note(desk.desk.journal.of_order(order_id)[0].seq, "Was für ein Tag – 株", ("später",))
        told, rows = desk.desk.orders.story(order_id), desk.desk.journal.of_order(order_id)
        return packed(told, rows, desk.desk.practice.why(order_id), "PRACTICE · invented market")


def unpacked(zipped: bytes, folder: Path) -> Path:
    ZipFile(io.BytesIO(zipped)).extractall(folder)
    return folder


def checked(folder: Path) -> tuple[int, str]:
    """As the person who has nothing but the file checks it."""
    done = subprocess.run([sys.executable, "-I", folder / "verify.py"], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_chain_holds_from_the_file_alone(zipped: bytes, tmp_path: Path) -> None:
    folder = unpacked(zipped, tmp_path)
    rows = json.loads((folder / "journal.json").read_text("utf-8"))
    assert len(rows) >= 4
    assert any(one["seq"] + 1 == after["seq"] for one, after in itertools.pairwise(rows))
    assert checked(folder) == (0, f"{len(rows)} rows, each as it was written\n")


def _body(rows: list[dict[str, Any]]) -> None:
    rows[0]["body"] = rows[0]["body"].replace('"3"', '"4"', 1)


def _swapped_words(rows: list[dict[str, Any]]) -> None:
    rows[1]["who"], rows[1]["kind"] = rows[1]["who"] + rows[1]["kind"][:1], rows[1]["kind"][1:]


def _left_out_between(rows: list[dict[str, Any]]) -> None:
    rows[1]["seal_before"] = rows[0]["seal_before"]


def _order(rows: list[dict[str, Any]]) -> None:
    rows[0], rows[1] = rows[1], rows[0]


def _later(rows: list[dict[str, Any]]) -> None:
    rows[-1]["recorded_at"] += 1


@pytest.mark.parametrize("change", [_body, _swapped_words, _left_out_between, _order, _later])
def test_whatever_is_changed_is_noticed(
    zipped: bytes, tmp_path: Path, change: Callable[[list[dict[str, Any]]], None]
) -> None:
    folder = unpacked(zipped, tmp_path)
    file = folder / "journal.json"
    rows = json.loads(file.read_text("utf-8"))
    before = json.dumps(rows)
    change(rows)
    assert json.dumps(rows) != before
    file.write_text(json.dumps(rows), "utf-8")
    code, words = checked(folder)
    assert code == 1
    assert words.startswith("row ")


def test_the_page_and_the_json_tell_the_whole_order(zipped: bytes, tmp_path: Path) -> None:
    folder = unpacked(zipped, tmp_path)
    told = json.loads((folder / "order.json").read_text("utf-8"))
    assert (told["order"]["symbol"], told["order"]["status"], told["order"]["quantity"]) == ("AAPL", "filled", "3")
    assert told["fills"] and told["checks"] and told["why_this_price"] and told["time_line"]
    assert told["quotes_seen"][0]["bid"]
    page = (folder / "order.html").read_text("utf-8")
    for words in (
        "Buy 3 AAPL",
        "Why this price?",
        told["fills"][0]["execution_id"],
        "PRACTICE",
        "Was für ein Tag – 株",
    ):
        assert words in page
    assert "<script" not in page and "http" not in page, "nothing from elsewhere"
    assert (folder / "HOW TO CHECK.txt").read_text("utf-8").startswith("How to check")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = Database.open(founded_file(tmp_path))
    yield found
    found.close()


def test_however_long_the_history_its_rows_are_found_by_an_index(database: Database) -> None:
    plan = [row[3] for row in database.connection.execute(f"EXPLAIN QUERY PLAN {journal.SEALED}", ("x",))]
    assert not [step for step in plan if step.startswith("SCAN")]
