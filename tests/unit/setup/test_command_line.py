"""The second terminal: what each command says, how it ends, and how trading is stopped when no engine answers."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

import pytest

from core.channel import command_line, prompt
from core.channel.facets.health import Finding
from core.channel.home import Home, WorkspaceFolder
from core.domain.errors import DeskUnreachable, TradingStopped
from core.domain.workspace import Level, WorkspaceKind
from core.system import FileLock
from tests.fakes.desk import FakeDesk


@dataclass
class Place:
    """A home with desks of memory behind its workspaces."""

    home: Home
    desks: dict[str, FakeDesk]

    def add(self, name: str, desk: FakeDesk) -> WorkspaceFolder:
        self.desks[name] = desk
        return self.home.create(name, WorkspaceKind.PRACTICE)

    def ask(self, command: str, order_id: str = "", workspace: str = "") -> int:
        return command_line.run(command, order_id, self.home.path, workspace)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    made = Place(Home(tmp_path / "home"), {})

    def connect(folder: WorkspaceFolder, timeout: float = 5.0, ticket: str = "") -> FakeDesk:
        return made.desks[folder.name]

    monkeypatch.setattr(command_line, "connect", connect)
    monkeypatch.setattr(prompt, "connect", connect)
    return made


def silent(*_: object, **__: object) -> NoReturn:
    raise DeskUnreachable("The engine of practice runs but does not answer. Nothing was done. Try again.")


@pytest.mark.parametrize(
    ("command", "seen"),
    [
        ("status", "Trading"),
        ("positions", "Buying power"),
        ("orders", "symbol"),
        ("doctor", "practice"),
    ],
)
def test_looking_answers_in_aligned_text(
    command: str, seen: str, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.add("practice", FakeDesk.ordinary())
    assert place.ask(command) == 0
    said = capsys.readouterr()
    assert seen in said.out
    assert said.err == ""


@pytest.mark.parametrize("command", ["status", "positions", "orders", "doctor"])
def test_an_empty_desk_has_words_too(command: str, place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.add("practice", FakeDesk.empty())
    assert place.ask(command) == 0
    assert capsys.readouterr().out.strip()


def test_two_workspaces_are_shown_one_after_the_other_and_never_added_up(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.add("one", FakeDesk.ordinary())
    place.add("two", FakeDesk.ordinary())
    assert place.ask("positions") == 0
    headings = [line for line in capsys.readouterr().out.splitlines() if line in ("one  practice", "two  practice")]
    assert headings == ["one  practice", "two  practice"]


def test_a_finding_that_is_not_ok_fails_the_doctor(
    place: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = FakeDesk.ordinary()
    monkeypatch.setattr(desk.health, "doctor", lambda: (Finding(check="Journal", ok=False, words="row 7 was changed"),))
    place.add("practice", desk)
    assert place.ask("doctor") == 1
    assert "BAD  Journal  row 7 was changed" in capsys.readouterr().out


def an_open_order(desk: FakeDesk) -> str:
    return str(desk.orders.table("open").to_pylist()[0]["id"])


def test_cancel_and_cancel_all_reach_the_desk(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    desk = FakeDesk.ordinary()
    place.add("practice", desk)
    order_id = an_open_order(desk)
    assert place.ask("cancel", order_id) == 0
    assert capsys.readouterr().out.startswith(order_id)
    assert place.ask("cancel-all") == 0


def test_a_refusal_is_its_sentence_and_code_1(
    place: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = FakeDesk.ordinary()

    def refuse(reason: str) -> None:
        raise TradingStopped("Reconciliation is not ok. Trading stays stopped. Look at the status.")

    monkeypatch.setattr(desk.trading, "resume", refuse)
    place.add("practice", desk)
    assert place.ask("resume") == 1
    assert capsys.readouterr().err == "Reconciliation is not ok. Trading stays stopped. Look at the status.\n"


@pytest.mark.parametrize("command", ["cancel", "cancel-all", "resume"])
def test_what_changes_something_asks_which_workspace_is_meant(
    command: str, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.add("one", FakeDesk.ordinary())
    place.add("two", FakeDesk.ordinary())
    assert place.ask(command, "x") == 1
    assert "There are several workspaces: one, two. Nothing was done." in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", ["status", "positions", "orders", "cancel", "cancel-all", "stop-trading", "resume", "doctor"]
)
def test_without_any_workspace_nothing_is_done(command: str, place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.ask(command, "x") == 1
    assert "There is no workspace" in capsys.readouterr().err


def test_stopping_stops_every_workspace(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    folders = [place.add(name, FakeDesk.empty()) for name in ("one", "two", "three")]
    assert place.ask("stop-trading") == 0
    assert {desk.health.state().level for desk in place.desks.values()} == {Level.STOPPED}
    assert [line.split(":")[0] for line in sorted(capsys.readouterr().out.splitlines())] == ["one", "three", "two"]
    assert not any(folder.stop_file.exists() for folder in folders)


def test_what_is_left_after_stopping_is_named_and_fails(
    place: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command_line, "_CANCEL_SECONDS", 0.0)
    desk = FakeDesk.ordinary()
    left = replace(
        desk.trading.report(), still_open=("o-1",), in_doubt=("o-2",), finished=False, words="2 orders are left."
    )
    monkeypatch.setattr(desk.trading, "stop", lambda reason: left)
    place.add("practice", desk)
    assert place.ask("stop-trading") == 1
    said = capsys.readouterr().out
    assert said == "practice: 2 orders are left.\n  not confirmed by the broker: o-2\n  still open: o-1\n"


def test_stopping_waits_for_the_broker_to_show_that_nothing_is_left(
    place: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = FakeDesk.ordinary()
    done = replace(desk.trading.report(), still_open=(), in_doubt=(), finished=True, words="Nothing is left.")
    begun = replace(done, still_open=("o-1",), finished=False, words="1 order is left.")
    reports = iter([begun, begun, done])
    monkeypatch.setattr(desk.trading, "stop", lambda reason: begun)
    monkeypatch.setattr(desk.trading, "report", lambda: next(reports))
    place.add("practice", desk)
    assert place.ask("stop-trading") == 0
    assert capsys.readouterr().out == "practice: Nothing is left.\n"


def test_stopping_one_leaves_the_others(place: Place) -> None:
    place.add("one", FakeDesk.empty())
    place.add("two", FakeDesk.empty())
    assert place.ask("stop-trading", workspace="two") == 0
    assert place.desks["one"].health.state().level is not Level.STOPPED


def test_a_silent_engine_gets_the_stop_file_and_the_others_are_stopped_all_the_same(
    place: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = place.add("practice", FakeDesk.empty())
    place.add("other", FakeDesk.empty())
    monkeypatch.setattr(place.desks["practice"].trading, "stop", silent)
    engine = FileLock(folder.lock)
    assert engine.acquire()
    assert place.ask("stop-trading") == 3
    engine.release()
    assert folder.stop_file.exists()
    assert place.desks["other"].health.state().level is Level.STOPPED
    said = capsys.readouterr()
    assert said.out.startswith("other: ")
    assert f"{folder.stop_file} was made: the engine stops within a second" in said.err


def test_an_engine_that_does_not_run_comes_up_stopped(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    folder = place.add("practice", FakeDesk.ordinary())
    place.desks["practice"].trading.stop = silent  # type: ignore[method-assign]
    assert place.ask("stop-trading") == 0
    assert folder.stop_file.exists()
    assert "comes up stopped" in capsys.readouterr().err


def test_where_not_even_the_stop_file_can_be_made_it_says_that_trading_was_not_stopped(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = place.add("practice", FakeDesk.empty())
    place.add("one", FakeDesk.empty())
    monkeypatch.setattr(place.desks["practice"].trading, "stop", silent)

    def refused(path: Path, mode: int = 0o666) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "touch", refused)
    assert place.ask("stop-trading") == 3
    assert place.desks["one"].health.state().level is Level.STOPPED
    said = capsys.readouterr().err
    assert f"Nor can {folder.stop_file} be made: Read-only file system. Trading was not stopped" in said
    assert "Traceback" not in said


def test_resume_takes_the_stop_file_away_first(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = FakeDesk.ordinary()
    folder = place.add("practice", desk)
    folder.stop_file.touch()
    there: list[bool] = []
    monkeypatch.setattr(desk.trading, "resume", lambda reason: there.append(folder.stop_file.exists()))
    assert place.ask("resume") == 0
    assert there == [False]


@pytest.mark.parametrize("command", ["status", "positions", "orders", "doctor", "cancel-all", "resume"])
def test_an_engine_that_does_not_answer_is_code_3(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Home(tmp_path).create("practice", WorkspaceKind.PRACTICE)
    assert command_line.run(command, "", tmp_path, "") == 3
    assert "The engine of practice is not running." in capsys.readouterr().err
