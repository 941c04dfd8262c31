"""One run of a page asks the desk the same thing once: it shows one moment, and the engine answers each question once."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final, cast

from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.channel.desk import Desk
from core.channel.guard import LOOKS

_LOOKS: Final = LOOKS | {("health", "state"), ("lock", "state"), ("trading", "report")}
_KEPT: Final = "quarterdeck_answers"


def once(line: Desk) -> Desk:
    """The same desk. What only looks is asked once a run; after an act everything is asked anew."""
    return cast(Desk, _Desk(line))


class _Desk:
    """Facet by facet."""

    def __init__(self, line: Desk) -> None:
        self._line = line

    def __getattr__(self, name: str) -> "_Facet":
        return _Facet(getattr(self._line, name), name)


class _Facet:
    """Verb by verb."""

    def __init__(self, facet: object, name: str) -> None:
        self._facet = facet
        self._name = name

    def __getattr__(self, name: str) -> Callable[..., Any]:
        verb, which = getattr(self._facet, name), (self._name, name)
        return partial(_look, which, verb) if which in _LOOKS else partial(_act, verb)


def _look(which: tuple[str, str], verb: Callable[..., Any], *given: object, **named: object) -> Any:
    known, question = _answers(), (which, given, tuple(sorted(named.items())))
    if question not in known:
        known[question] = verb(*given, **named)  # one that was not answered is asked again
    return known[question]


def _act(verb: Callable[..., Any], *given: object, **named: object) -> Any:
    try:
        return verb(*given, **named)
    finally:
        _answers().clear()


def _answers() -> dict[object, Any]:
    """What was answered in this run; nothing is kept outside of one."""
    run = get_script_run_ctx(suppress_warning=True)
    if run is None:
        return {}
    begun, answers = vars(run).get(_KEPT, (None, {}))
    if begun is not run.cursors:  # Streamlit begins each run with new ones
        answers = {}
        vars(run)[_KEPT] = (run.cursors, answers)
    return cast(dict[object, Any], answers)
