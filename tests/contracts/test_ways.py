"""What every way to reach a person keeps, whichever are dropped into the folder."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import is_dataclass
from email import message_from_bytes, policy
from typing import Any

import pytest

from core.clock import stopwatch
from core.domain.errors import NotTold
from core.notify import post as posting
from core.notify.message import Message
from core.notify.ways import WAYS
from core.notify.ways.base import LONGEST, Way
from tests.fakes.receiver import Receiver, mail_server, nobody_there, receiver

SECRET = "123456789:AAsecretAAsecretAAsecretAAsecret12"
NASTY = Message(title="Practice: 1 to look at", text="! <b>Sold</b> & *bold* `x` \u202e 株 --\n.\n=cmd", loud=True)
Made = Callable[[Receiver], Way]


def made(name: str, **settings: Any) -> Way:
    kind: Any = WAYS[name]
    way: Way = kind(**settings)
    return way


def email(told: Receiver) -> Way:
    return made("email", host="127.0.0.1", port=str(told.port), sender="desk@example.com", to="me@example.com")


MADE: dict[str, Made] = {
    "desktop": lambda told: made("desktop"),
    "email": email,
    "slack": lambda told: made("slack", url=f"{told.url}/{SECRET}"),
    "telegram": lambda told: made("telegram", token=SECRET, chat="42", at=f"http://127.0.0.1:{told.port}"),
    "webhook": lambda told: made("webhook", url=f"{told.url}/{SECRET}"),
}
OVER_A_LINE = sorted(MADE.keys() - {"desktop"})
BY_HTTP = sorted(MADE.keys() - {"desktop", "email"})


@pytest.fixture
def other_end() -> Iterator[Callable[[str], Receiver]]:
    with ExitStack() as open_ends:
        yield lambda name: open_ends.enter_context(mail_server() if name == "email" else receiver())


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (posting, __import__("core.notify.ways.email", fromlist=["email"])):
        monkeypatch.setattr(module, "PATIENCE", 0.3)
        monkeypatch.setattr(module, "LONGEST", 0.6)


def test_every_way_is_under_test() -> None:
    assert set(MADE) == set(WAYS)


@pytest.mark.parametrize("name", sorted(MADE))
def test_what_goes_to_this_machine_leads_nowhere_else(name: str, other_end: Callable[[str], Receiver]) -> None:
    assert MADE[name](other_end(name)).leads_to == ""


@pytest.mark.parametrize(
    ("name", "settings", "host"),
    [
        ("email", {"host": "smtp.example.com"}, "smtp.example.com"),
        ("slack", {"url": f"https://hooks.example.com/{SECRET}"}, "hooks.example.com"),
        ("telegram", {"token": SECRET, "chat": "42"}, "api.telegram.org"),
        ("webhook", {"url": f"https://me:{SECRET}@example.com:8443/{SECRET}?k={SECRET}#x"}, "example.com"),
    ],
)
def test_it_names_the_host_it_leads_to_and_nothing_else_of_its_address(
    name: str, settings: dict[str, str], host: str
) -> None:
    assert made(name, **settings).leads_to == host


@pytest.mark.parametrize("name", WAYS)
def test_it_has_defaults_says_what_it_is_and_what_it_asks(name: str) -> None:
    way = WAYS[name]()
    assert is_dataclass(way)
    assert way.title
    assert way.words.endswith(".")
    assert all(asked.label for asked in WAYS[name].asks())
    needed = [asked for asked in WAYS[name].asks() if asked.needed]
    assert bool(way.problem()) == bool(needed), "what is not set up says so"


@pytest.mark.parametrize("name", WAYS)
def test_it_never_shows_its_secrets(name: str) -> None:
    secrets = [asked.name for asked in WAYS[name].asks() if asked.secret]
    way = made(name, **dict.fromkeys(secrets, SECRET))
    assert SECRET not in repr(way) + str(way)


@pytest.mark.parametrize("name", OVER_A_LINE)
def test_words_arrive_as_they_are_and_do_nothing_else(name: str, other_end: Callable[[str], Receiver]) -> None:
    told = other_end(name)
    way = MADE[name](told)
    assert way.problem() == ""
    way.tell(NASTY)
    if name == "email":
        letter = message_from_bytes(told.letters[0].encode(), policy=policy.default)
        came, subject = letter.get_content(), letter["Subject"]
        assert subject == NASTY.title
        assert came.splitlines() == NASTY.text.splitlines()
        return
    (body,) = told.bodies()
    words = body["text"].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert NASTY.text in words
    assert NASTY.title in (words, *words.splitlines(), body.get("title"))


@pytest.mark.parametrize("name", OVER_A_LINE)
def test_nobody_there_means_it_has_not_arrived(name: str) -> None:
    way = MADE[name](Receiver(port=nobody_there()))
    with pytest.raises(NotTold, match="could not be reached") as failure:
        way.tell(NASTY)
    assert not failure.value.maybe
    assert SECRET not in str(failure.value)


@pytest.mark.parametrize("name", OVER_A_LINE)
@pytest.mark.usefixtures("impatient")
def test_no_answer_means_it_may_have_arrived(name: str, other_end: Callable[[str], Receiver]) -> None:
    told = other_end(name)
    told.hang = True
    way, begun = MADE[name](told), stopwatch()
    with pytest.raises(NotTold, match="no answer in time") as failure:
        way.tell(NASTY)
    assert failure.value.maybe
    assert SECRET not in str(failure.value)
    assert stopwatch() - begun < 8


@pytest.mark.parametrize("name", OVER_A_LINE)
def test_a_refusal_says_so_and_nothing_secret(name: str, other_end: Callable[[str], Receiver]) -> None:
    told = other_end(name)
    told.status = 550 if name == "email" else 403
    with pytest.raises(NotTold, match="did not take it") as failure:
        MADE[name](told).tell(NASTY)
    assert not failure.value.maybe
    assert SECRET not in str(failure.value)


@pytest.mark.parametrize("name", BY_HTTP)
def test_a_broken_server_may_have_taken_it(name: str, other_end: Callable[[str], Receiver]) -> None:
    told = other_end(name)
    told.status = 500
    with pytest.raises(NotTold, match="answered 500") as failure:
        MADE[name](told).tell(NASTY)
    assert failure.value.maybe


@pytest.mark.parametrize("name", BY_HTTP)
def test_it_is_not_led_elsewhere(name: str, other_end: Callable[[str], Receiver]) -> None:
    told, elsewhere = other_end(name), other_end(name)
    told.status, told.location = 302, elsewhere.url
    with pytest.raises(NotTold, match="leads elsewhere"):
        MADE[name](told).tell(NASTY)
    assert elsewhere.got == []


@pytest.mark.parametrize("name", BY_HTTP)
@pytest.mark.usefixtures("impatient")
def test_a_server_that_says_one_letter_at_a_time_is_cut_off(name: str, other_end: Callable[[str], Receiver]) -> None:
    told = other_end(name)
    told.drip = True
    begun = stopwatch()
    with pytest.raises(NotTold) as failure:
        MADE[name](told).tell(NASTY)
    assert failure.value.maybe
    assert stopwatch() - begun < 8


def test_an_address_elsewhere_is_encrypted() -> None:
    assert "not encrypted" in made("webhook", url="http://example.com/x").problem()
    for address in (
        "ftp://x",
        "https://",
        "http://127.0.0.1:1/a b",
        "https://example.com/\n",
        "//x",
        "http://[",
        "x:99999",
        "https://hooks..example.com/x",
        f"https://{'h' * 64}.example.com/x",
    ):
        assert made("webhook", url=address).problem(), address
    assert posting.is_local("http://localhost:8000/x")
    for address in (
        "http://127.0.0.1.example.com/",
        "http://me@127.0.0.1/",
        "https://example.com/127.0.0.1",
        "http://[",
    ):
        assert not posting.is_local(address), address


def test_mail_to_elsewhere_is_encrypted_before_anything_is_said(other_end: Callable[[str], Receiver]) -> None:
    told = other_end("email")
    way = made("email", host="127.0.0.2", port=str(told.port), sender="desk@example.com", to="me@example.com")
    assert "127.0.0.2" not in posting.HERE
    with pytest.raises(NotTold):  # nobody listens there, or it offers no encryption
        way.tell(NASTY)
    assert told.letters == []


def test_the_desktops_note_gets_words_as_words(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []

    def run(command: list[str], **_: object) -> "subprocess.CompletedProcess[bytes]":
        ran.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr("core.system.sys.platform", "linux")
    monkeypatch.setattr("core.system.shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr("core.system.subprocess.run", run)
    made("desktop").tell(Message(title="--help", text="<a> & b"))
    assert ran[0][-3:] == ["--", "--help", "&lt;a&gt; &amp; b"]


def test_a_machine_without_a_screen_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.system.sys.platform", "linux")
    monkeypatch.setattr("core.system.shutil.which", lambda name: None)
    with pytest.raises(NotTold, match="no program that shows notes"):
        made("desktop").tell(NASTY)
    assert LONGEST < 15
