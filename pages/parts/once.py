"""One run of a page asks the desk the same thing once: it shows one moment, and the engine answers each question once."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, cast

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.channel import client
from core.channel.desk import Desk
from core.channel.guard import LOOKS
from core.domain.errors import DeskError

_LOOKS: Final = LOOKS | {("health", "state"), ("lock", "state"), ("trading", "report")}
_AHEAD: Final = {"lock", "positions", "trading"}  # what is answered at once, whatever is asked
_KEPT: Final = "quarterdeck_answers"
Question = tuple[tuple[str, str], tuple[object, ...], tuple[tuple[str, object], ...]]


def once(line: Desk) -> Desk:
    """The same desk. What only looks is asked once a run; after an act everything is asked anew."""
    return cast(Desk, _Desk(line))


def ahead(desk: Desk, page: str) -> None:
    """Early in a run: ask at once what this page asked the last time. Window and engine then work side by side."""
    answers = _answers()
    with suppress(DeskError):  # who comes to it asks again, and is told; an engine that hangs is waited for once
        for question in st.session_state.get(_asked_by(page), ()):
            (facet, verb), given, named = question
            if question not in answers:
                answers[question] = _Begun(cast(Any, desk)[facet, verb](*given, **dict(named)))


def remember(page: str) -> None:
    """After a page was drawn to its end: what it asked. What was asked ahead and not wanted is forgotten."""
    answers = _answers()
    for question in [question for question, answer in answers.items() if isinstance(answer, _Begun)]:
        del answers[question]
    st.session_state[_asked_by(page)] = [question for question in answers if question[0][0] in _AHEAD]


def _asked_by(page: str) -> str:
    return f"asked:{page}"


@dataclass(frozen=True, slots=True)
class _Begun:
    """Asked, and not heard yet."""

    hear: Callable[[], Any]


class _Desk:
    """Facet by facet."""

    def __init__(self, line: Desk) -> None:
        self._line = line

    def __getattr__(self, name: str) -> "_Facet":
        return _Facet(getattr(self._line, name), name)

    def __getitem__(self, which: tuple[str, str]) -> Callable[..., Callable[[], Any]]:
        """One verb, to be asked now and heard later."""
        facet, verb = which
        return partial(client.begin, getattr(getattr(self._line, facet), verb))


class _Facet:
    """Verb by verb."""

    def __init__(self, facet: object, name: str) -> None:
        self._facet = facet
        self._name = name

    def __getattr__(self, name: str) -> Callable[..., Any]:
        verb, which = getattr(self._facet, name), (self._name, name)
        return partial(_look, which, verb) if which in _LOOKS else partial(_act, verb)


def _look(which: tuple[str, str], verb: Callable[..., Any], *given: object, **named: object) -> Any:
    answers, question = _answers(), (which, given, tuple(sorted(named.items())))
    if isinstance(begun := answers.get(question), _Begun):
        del answers[question]
        answers[question] = begun.hear()
    elif question not in answers:
        answers[question] = verb(*given, **named)  # one that was not answered is asked again
    return answers[question]


def _act(verb: Callable[..., Any], *given: object, **named: object) -> Any:
    try:
        return verb(*given, **named)
    finally:
        _answers().clear()


def _answers() -> dict[Question, Any]:
    """What was answered in this run; nothing is kept outside of one."""
    run = get_script_run_ctx(suppress_warning=True)
    if run is None:
        return {}
    begun, answers = vars(run).get(_KEPT, (None, {}))
    if begun is not run.cursors:  # Streamlit begins each run with new ones
        answers = {}
        vars(run)[_KEPT] = (run.cursors, answers)
    return cast(dict[Question, Any], answers)
