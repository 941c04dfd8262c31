"""Every way to reach a person is really used, answered well and badly, with every debug switch on: no secret of it is seen (S1–S3)."""

import io
import logging
import smtplib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import msgspec
import pyarrow as pa
import pytest

from core.channel.guard import ALWAYS, LOOKS
from core.channel.verbs import VERBS
from core.channel.wire import encode, table_frame
from core.domain.errors import DeskError
from core.domain.order import Side
from core.engine.places import HEARTBEAT, asks
from core.notify.message import Message
from core.notify.ways import WAYS
from core.notify.ways.telegram import Telegram
from pages.parts.day_report import printable
from pages.parts.order_file import packed
from tests.fakes.receiver import Receiver, mail_server, receiver
from tests.unit.engine.opened import Opened, opened
from tests.unit.engine.test_nowhere import run
from tests.unit.engine.test_views import trade
from tests.unit.vault.made import WORDS
from tests.unit.vault.search import found

SECRETS = {  # what stands in the address, or is the word itself
    "email": 'letters+"of/ours"\\7 =',
    "heartbeat": "b347-0f-0ur-h34rt/p1ng",
    "slack": "T0NOWHERE/B0NOWHERE/hookOfOursHookOfOurs",
    "telegram": "987654321:AAnowhere-token_of-ours_nowhere-token12",
    "webhook": "h00k-0f-0urs?key=n0wh3r3%2Bn0wh3r3",
}
ANSWERS: dict[str, Callable[[str], dict[str, Any]]] = {  # of each address
    "well": lambda address: {},
    "refused": lambda address: {"status": 403},
    "broken": lambda address: {"status": 500},
    "led elsewhere": lambda address: {"status": 302, "location": address},
    "babble": lambda address: {"babble": True},
}
ACTS = frozenset({("trading", "stop"), ("lock", "unlock"), ("lock", "lock")})
Given = tuple[Mapping[str, str], Mapping[str, str]]  # in secret, and in plain


def given(name: str, port: int) -> Given:
    if name == "desktop":
        return {}, {}
    secret, here = SECRETS[name], f"http://127.0.0.1:{port}"
    if name == "email":
        mail = {"host": "127.0.0.1", "port": str(port), "user": "ada", "sender": "a@example.com", "to": "b@example.com"}
        return {"password": secret}, mail
    if name == "telegram":
        return {"token": secret}, {"chat": "42"}
    return {"url": f"{here}/{secret}"}, {}


@dataclass
class World:
    """One desk, every way of it, and whoever is told."""

    desk: Opened
    there: dict[str, Receiver]
    ends: ExitStack  # theirs
    shown: list[str] = field(default_factory=list)  # on this machine's screen
    said: list[str] = field(default_factory=list)  # by the engine to whoever asked what it cannot do
    order_id: str = ""

    def set_up(self) -> None:
        notices = self.desk.desk.notices
        self.desk.desk.vault.choose(WORDS.reveal())
        for name in (*WAYS, HEARTBEAT):
            secret, plain = given(name, self.there[name].port if name in self.there else 0)
            for what, words in secret.items():
                self._refused(notices.keep_secret, name, what, words + "x" * 500)
                self._refused(notices.keep_secret, name, f"{what}s", words)
                self._refused(notices.set_way, name, True, {what: words.replace("127.", "128.")})
                notices.keep_secret(name, what, f" {words} ")
            notices.set_way(name, on=True, fields=plain)

    def tell(self) -> None:
        """A test by each way, and what became of it."""
        notifying = self.desk.engine.notifying
        assert notifying is not None
        for name in WAYS:
            self.desk.desk.notices.test(name)
        self.desk.clock.advance(61)
        notifying.round()
        notifying.beat()
        self.desk.clock.advance(20)
        notifying.round()

    def problems(self) -> dict[str, str]:
        state = self.desk.desk.notices.state()
        return {way.name: way.problem for way in (*state.ways, state.heartbeat)}

    def _refused(self, act: Callable[..., None], *given: object) -> None:
        with pytest.raises(DeskError) as no:
            act(*given)
        self.said.append(f"{no.value!r} {no.value.__cause__!r} {no.value.__context__!r}")


@pytest.fixture
def every_switch_on(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(HTTPConnection, "debuglevel", 1)
    monkeypatch.setattr(smtplib.SMTP, "debuglevel", 2)


@contextmanager
def world(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with ExitStack() as ends, opened(home) as desk:
        there = {n: ends.enter_context(mail_server() if n == "email" else receiver()) for n in SECRETS}
        made = World(desk, there, ends)
        tell = Telegram.tell

        def tell_here(way: Telegram, message: Message) -> None:
            tell(replace(way, at=f"http://127.0.0.1:{there['telegram'].port}"), message)

        def show(title: str, text: str, **_: Any) -> str:
            made.shown.append(f"{title} {text}")
            return ""

        monkeypatch.setattr(Telegram, "tell", tell_here)
        monkeypatch.setattr("core.notify.ways.desktop.show_on_desktop", show)
        for _ in range(3):
            desk.settle(3)
        made.order_id = trade(desk, "AAPL", Side.BUY, "3")
        desk.engine.wires[0].start()
        made.set_up()
        yield made


def answers(told: World) -> dict[str, bytes]:
    """Whatever a window can look at, as the channel hands it over, and the files that are made of it."""
    desk, engine = told.desk.desk, told.desk.engine
    (held,) = desk.positions.table().to_pylist()
    known: dict[str, Any] = {
        "account_id": held["account_id"],
        "by": "symbol",
        "instrument_id": held["instrument_id"],
        "name": desk.limits.presets()[0],
        "order_id": told.order_id,
        "since": told.desk.clock.now().replace(hour=0),
        "seq": 1,
        "symbol": "AAPL",
        "symbols": ("AAPL",),
        "which": "done",
    }
    made: dict[str, bytes] = {}
    for facet, name in (LOOKS | ALWAYS | {("live", "evidence")}) - ACTS:
        takes = VERBS[facet, name].given
        needed = takes.__struct_fields__[: len(takes.__struct_fields__) - len(takes.__struct_defaults__)]
        asked = msgspec.structs.asdict(takes(**{what: known[what] for what in needed}))
        answer = getattr(getattr(desk, facet), name)(**asked)
        made[f"{facet}.{name}"] = table_frame(answer).to_pybytes() if isinstance(answer, pa.Table) else encode(answer)
    for seq in range(1, engine.store.journal.newest + 1):
        made[f"row {seq} of the journal"] = encode(desk.journal.one(seq))
    story, rows = desk.orders.story(told.order_id), desk.journal.of_order(told.order_id)
    with ZipFile(io.BytesIO(packed(story, rows, desk.practice.why(told.order_id), "PRACTICE"))) as file:
        made |= {f"{name} of the order file": file.read(name) for name in file.namelist()}
    return made | {"the day's report": printable(desk.reports.of()).encode()}


def files(folder: Path, when: str) -> dict[str, bytes]:
    return {f"{path}, {when}": path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def arrived(told: World, name: str) -> int:
    """How often the secret itself came to where it belongs."""
    there = told.there[name]
    return sum(SECRETS[name] in what for what in (*there.logins, *(path for path, _ in there.got)))


def babbling(*told: object, **more: object) -> None:
    raise RuntimeError(f"a library's words, with all it was given: {told} {more}")


def test_every_way_and_every_secret_of_it_is_searched_for() -> None:
    asking = {name for name in (*WAYS, HEARTBEAT) if any(asked.secret for asked in asks(name))}
    assert asking == set(SECRETS)
    assert all(set(given(name, 1)[0]) == {a.name for a in asks(name) if a.secret} for name in (*WAYS, HEARTBEAT))


@pytest.mark.usefixtures("every_switch_on")
def test_what_a_way_is_given_is_seen_nowhere(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    places: dict[str, bytes] = {}
    with world(tmp_path, monkeypatch) as told:
        for how, changes in ANSWERS.items():
            before = {name: arrived(told, name) for name in SECRETS}
            for name, there in told.there.items():
                for what, value in changes(f"{there.url}/{SECRETS[name]}").items():
                    setattr(there, what, 535 if (name, value) == ("email", 403) else value)
            told.tell()
            assert all(arrived(told, name) > count for name, count in before.items()), how
            wrong = {name for name, problem in told.problems().items() if problem}
            assert wrong == (set() if how == "well" else set(SECRETS)), (how, told.problems())
            places |= {f"{what}, answered {how}": words for what, words in answers(told).items()}
        with monkeypatch.context() as fault:
            fault.setattr(HTTPConnection, "request", babbling)
            fault.setattr(smtplib.SMTP, "login", babbling)
            told.tell()
            assert all("failed inside: RuntimeError" in told.problems()[name] for name in SECRETS), told.problems()
            places |= {f"{what}, failed inside": words for what, words in answers(told).items()}
        told.ends.close()
        told.tell()
        assert all("could not be reached" in told.problems()[name] for name in SECRETS), told.problems()
        for job in ("sign_head", "backup", "daily_report"):
            run(told.desk, job)
        places |= answers(told) | files(tmp_path, "open")
        bodies = [body for there in told.there.values() for _, body in there.got]
        letters = [*bodies, *told.there["email"].letters, *told.shown]
        assert any("did not take a message" in letter for letter in letters), "one way tells of another"
    places |= files(tmp_path, "closed")
    places |= {name: "\n".join(words).encode() for name, words in {"sent": letters, "said": told.said}.items()}
    places |= dict(zip(("stdout", "stderr"), (words.encode() for words in capfd.readouterr()), strict=True))
    places["log"] = f"{caplog.text} {[record.args for record in caplog.records]}".encode()
    for file in (
        "/vault, open",
        "/desk.sqlite3-wal, open",
        "/desk.sqlite3, closed",
        "/backups/desk-",
        "/backups/vault",
    ):
        assert any(file in name for name in places), file
    assert found(places, *SECRETS.values(), WORDS.reveal()) == []
