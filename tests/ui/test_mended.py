"""Two faults of Streamlit that left windows blank: what is asked too late, and what was dropped on its way."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from pages.parts.mended import mend


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[RerunData]]:
    """What was run, in Streamlit as the window has it."""
    done: list[RerunData] = []
    monkeypatch.setattr(ScriptRunner, "_run_script", lambda _, asked: done.append(asked))
    monkeypatch.setattr(ForwardMsgQueue, "clear", ForwardMsgQueue.clear)  # put back afterwards
    mend()
    yield done


def on(page: str) -> Any:
    return SimpleNamespace(_pages_manager=SimpleNamespace(current_page_script_hash=page))


def asked(page: str, *blocks: str) -> RerunData:
    return RerunData(page_script_hash=page, fragment_id_queue=list(blocks), is_auto_rerun=bool(blocks))


@pytest.mark.parametrize(
    ("request_of", "runs"),
    [
        (asked("orders"), True),  # to another page
        (asked("home"), True),
        (asked("home", "a"), True),
        (asked("", "a"), True),  # the browser knows no page yet
        (asked("orders", "a"), False),
    ],
)
def test_live_blocks_are_drawn_for_the_page_that_is_open(
    ran: list[RerunData], request_of: RerunData, runs: bool
) -> None:
    ScriptRunner._run_script(on("home"), request_of)
    assert ran == [request_of] * runs


def drawn(place: int, block: str = "") -> ForwardMsg:
    message = ForwardMsg()
    message.metadata.delta_path.extend((0, place))
    message.delta.add_block.allow_empty = True
    message.delta.fragment_id = block
    return message


def test_what_was_not_sent_yet_keeps_its_place_when_a_live_block_is_drawn_anew(ran: list[RerunData]) -> None:
    queue = ForwardMsgQueue()
    page = [drawn(0), drawn(1, "a"), drawn(2, "b"), drawn(3)]
    for message in page:
        queue.enqueue(message)
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=["a", "b"])
    queue.enqueue(drawn(2, "b"))
    assert queue.flush() == [*page, drawn(2, "b")]
    assert queue.is_empty()


def test_a_whole_page_drawn_anew_drops_what_was_not_sent_yet(ran: list[RerunData]) -> None:
    queue = ForwardMsgQueue()
    queue.enqueue(drawn(0))
    queue.clear(retain_lifecycle_msgs=True)
    assert queue.is_empty()
