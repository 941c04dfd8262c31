"""A desk in its own process tells a person who is not looking: killed in the middle of it, it tells again and says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.receiver import Receiver, receiver
from tests.fakes.running import Running, until


@pytest.fixture
def phone() -> Iterator[Receiver]:
    with receiver() as told:
        yield told


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path)
    try:
        yield running
    finally:
        running.end()


def test_a_stop_is_told_even_when_the_desk_is_killed_while_it_tells(running: Running, phone: Receiver) -> None:
    desk = running.start()
    desk.notices.set_way("webhook", on=True, fields={"url": phone.url})
    desk.notices.test("webhook")
    until(lambda: phone.got, "the test")
    until(lambda: desk.notices.state().ways[-1].told_at, "that it arrived")
    phone.hang = True
    running.folder.stop_file.touch()
    until(lambda: len(phone.got) == 2, "the stop's message", patience=60)
    assert desk.health.state().level.value == "stopped", "the desk answers while a server hangs"
    running.kill()
    phone.hang = False
    phone.let_go.set()
    desk = running.start()
    until(lambda: len(phone.got) == 3, "the same again", patience=60)
    first, again = (body["text"] for body in phone.bodies()[1:])
    assert "Trading stopped: There is a stop file" in first
    assert "may have reached you before" not in first
    assert "Trading stopped: There is a stop file" in again
    assert "may have reached you before" in again
    until(lambda: desk.notices.state().ways[-1].waiting == 0, "that all was told")
    running.stop()
