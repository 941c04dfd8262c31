"""Two faults of Streamlit that leave a window blank until it is reloaded, mended before the window is served (decision 42)."""

from collections.abc import Sequence
from functools import wraps

from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData


def mend() -> None:
    _draw_nothing_for_a_page_that_was_left()
    _keep_what_later_parts_stand_behind()


def _draw_nothing_for_a_page_that_was_left() -> None:
    """A live block asked for on the page before would be told as a change of page, and the browser drops what is drawn."""
    run = ScriptRunner._run_script

    @wraps(run)
    def of_the_open_page(runner: ScriptRunner, asked: RerunData) -> None:
        here = runner._pages_manager.current_page_script_hash
        if not asked.fragment_id_queue or asked.page_script_hash in ("", here):
            run(runner, asked)

    ScriptRunner._run_script = of_the_open_page  # type: ignore[method-assign, assignment]


def _keep_what_later_parts_stand_behind() -> None:
    """What was not sent yet of a live block is dropped when that is drawn anew, and what stands after it has no place."""
    clear = ForwardMsgQueue.clear

    @wraps(clear)
    def but_not_for_live_blocks(
        queue: ForwardMsgQueue, retain_lifecycle_msgs: bool = False, fragment_ids_this_run: Sequence[str] | None = None
    ) -> None:
        if fragment_ids_this_run is None:
            clear(queue, retain_lifecycle_msgs)
        else:
            queue._delta_index_map = {}  # nothing new is put in an old one's place

    ForwardMsgQueue.clear = but_not_for_live_blocks  # type: ignore[method-assign, assignment]
