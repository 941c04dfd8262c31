"""A passphrase at the terminal: asked for hidden, only where a person sits, handed to the engine and kept nowhere."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn

import pytest

from core.channel import command_line, prompt
from core.channel.home import Home, WorkspaceFolder
from core.domain.errors import Locked
from core.domain.workspace import WorkspaceKind
from tests.fakes.desk import FakeDesk

WORDS = "four lamps under water"


@dataclass
class Terminal:
    """Somebody sits there and types these, one after another."""

    typed: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __call__(self, words: str) -> str:
        self.asked.append(words)
        return self.typed.pop(0)


@dataclass
class Door:
    """A locked desk, and the tickets its callers came with."""

    desk: FakeDesk
    home: Path
    tickets: list[str] = field(default_factory=list)

    def ask(self, command: str, order_id: str = "") -> int:
        return command_line.run(command, order_id, self.home, "")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    there = Terminal()
    monkeypatch.setattr("getpass.getpass", there)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    return there


def refuse(*_: object, **__: object) -> NoReturn:
    raise Locked("The desk is locked. Nothing was done.")


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    Home(tmp_path).create("practice", WorkspaceKind.PRACTICE)
    inside, outside = FakeDesk.ordinary(), FakeDesk.ordinary()
    world = inside.world
    outside.world = outside.lock.world = outside.health.world = outside.trading.world = outside.vault.world = world
    world.passphrase = WORDS
    world.lock = replace(world.lock, has_passphrase=True, locked=True)
    for facet, verbs in {"orders": ("table", "cancel", "cancel_all"), "positions": ("accounts", "table")}.items():
        for verb in verbs:
            monkeypatch.setattr(getattr(outside, facet), verb, refuse)
    opened = Door(inside, tmp_path)

    def connect(folder: WorkspaceFolder, timeout: float = 5.0, ticket: str = "") -> FakeDesk:
        opened.tickets.append(ticket)
        return inside if ticket == "a-ticket" else outside

    monkeypatch.setattr(command_line, "connect", connect)
    monkeypatch.setattr(prompt, "connect", connect)
    yield opened


@pytest.mark.parametrize("command", ["orders", "positions", "cancel-all"])
def test_a_locked_desk_asks_for_the_passphrase_and_then_does_it_once(
    command: str, door: Door, terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.typed = ["wrong", WORDS]
    assert door.ask(command) == 0
    said = capsys.readouterr()
    assert terminal.asked == ["Passphrase of practice: "] * 2
    assert "The passphrase is not right." in said.err
    assert said.out.count("practice  practice") == (command != "cancel-all")
    assert WORDS not in said.out + said.err
    assert not [path for path in door.home.rglob("*") if path.is_file() and WORDS.encode() in path.read_bytes()]


@pytest.mark.parametrize("command", ["status", "doctor", "stop-trading"])
def test_what_works_locked_asks_for_nothing(
    command: str, door: Door, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command_line, "_CANCEL_SECONDS", 0)
    assert door.ask(command) == (1 if command == "stop-trading" else 0)  # two orders are at the broker still
    assert terminal.asked == []
    assert set(door.tickets) == {""}


def test_three_wrong_ones_are_enough(door: Door, terminal: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    terminal.typed = ["a", "b", "c", WORDS]
    assert door.ask("orders") == 1
    assert len(terminal.typed) == 1
    assert capsys.readouterr().err.count("The passphrase is not right.") == 3


def test_nobody_at_the_terminal_is_told_so(door: Door, capsys: pytest.CaptureFixture[str]) -> None:
    """A pipe is no place for a passphrase: it would stand in a file, a history or the list of processes."""
    for command in ("orders", "unlock", "passphrase"):
        assert door.ask(command) == 1
        assert "typed at a terminal only" in capsys.readouterr().err


def test_unlocking_says_what_it_did(door: Door, terminal: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    world = door.desk.world
    world.lock = replace(world.lock, sealed=True)
    terminal.typed = [WORDS]
    assert door.ask("unlock") == 0
    assert "practice is unlocked: it watches and works again." in capsys.readouterr().out
    world.lock = replace(world.lock, locked=True)
    terminal.typed = [WORDS]
    assert door.ask("unlock") == 0
    assert "was working already" in capsys.readouterr().out
    world.lock = replace(world.lock, has_passphrase=False)
    assert door.ask("unlock") == 0
    assert "has no passphrase" in capsys.readouterr().out


def test_a_code_is_asked_for_where_there_is_one(door: Door, terminal: Terminal) -> None:
    door.desk.world.lock = replace(door.desk.world.lock, asks_code=True)
    terminal.typed = [WORDS, "123456"]
    assert door.ask("unlock") == 0
    assert terminal.asked == ["Passphrase of practice: ", "Code of the app, or a recovery code: "]


def test_the_first_passphrase_is_typed_twice(
    door: Door, terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    world = door.desk.world
    world.passphrase, world.lock = "", replace(world.lock, has_passphrase=False, locked=False)
    terminal.typed = ["nine geese cross slowly", "nine geese cross slow"]
    assert door.ask("passphrase") == 1
    assert "not the same" in capsys.readouterr().err
    assert world.passphrase == ""
    terminal.typed = ["nine geese cross slowly"] * 2
    assert door.ask("passphrase") == 0
    assert world.passphrase == "nine geese cross slowly"
    assert "nobody can tell you what it was" in capsys.readouterr().out


def test_another_one_needs_the_old_one(door: Door, terminal: Terminal) -> None:
    terminal.typed = ["wrong"]
    assert door.ask("passphrase") == 1
    terminal.typed = [WORDS, "nine geese cross slowly", "nine geese cross slowly"]
    assert door.ask("passphrase") == 0
    assert door.desk.world.passphrase == "nine geese cross slowly"


def test_locking_needs_nothing(door: Door, terminal: Terminal) -> None:
    door.desk.world.lock = replace(door.desk.world.lock, locked=False)
    assert door.ask("lock") == 0
    assert door.desk.world.lock.locked
    assert terminal.asked == []


def test_resuming_locked_leaves_the_stop_file(door: Door, terminal: Terminal) -> None:
    file = Home(door.home).find("practice").stop_file
    file.touch()
    terminal.typed = ["a", "b", "c"]
    assert door.ask("resume") == 1
    assert file.exists()
