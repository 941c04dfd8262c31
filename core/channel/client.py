"""The other end of the channel: a desk that looks local, and says so when the engine does not answer."""

import contextlib
import itertools
from collections import deque
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any, Final, cast

import msgspec
import pyarrow as pa

from core.channel.desk import Desk
from core.channel.home import WorkspaceFolder
from core.channel.standing import why_silent
from core.channel.verbs import FACETS, VERBS, Verb
from core.channel.wire import (
    LONGEST_REPLY,
    LONGEST_REQUEST,
    Done,
    Failed,
    Request,
    encode,
    introduce,
    read_reply,
    read_table,
    receive,
)
from core.clock import stopwatch
from core.domain.errors import BadInput, DeskError, DeskUnreachable
from core.system import AnyConnection, dial, limit_waiting

_KEPT: Final = 8  # idle connections
_WELCOME: Final = 5.0  # however long its answer may take, an engine that lives says hello
_SHORT: Final = 1.0  # for a word of welcome from an engine that kept somebody waiting just now,
_SHORT_FOR: Final = 10.0  # and how long that is remembered: a slow one must not be missed for ever
_PERHAPS_DONE: Final = (
    "Whether it was done is not known: look before you repeat it. "
    "Confirming the same reviewed order again is safe, it is sent once."
)


def connect(folder: WorkspaceFolder, timeout: float = 5.0, ticket: str = "") -> Desk:
    """The desk of a workspace, for any number of threads. It dials when first asked, and again after a restart.

    ticket: of a session that has shown the passphrase; it goes along with each question.
    """
    line = Line(folder, timeout, ticket)
    facets = {name: SimpleNamespace() for name in FACETS}
    for verb in VERBS.values():
        setattr(facets[verb.facet], verb.name, _Question(line, verb))
    return cast(Desk, SimpleNamespace(**facets))


def answers(folder: WorkspaceFolder, seconds: float = 1.0) -> bool:
    """Whether the engine picks up and knows its own key."""
    try:
        Line(folder, seconds).open().close()
    except DeskUnreachable:
        return False
    return True


def begin(question: Callable[..., Any], *args: object, **named: object) -> Callable[[], Any]:
    """Ask, and hear the answer later, by calling what is returned; whoever never does so leaves nothing behind."""
    if isinstance(question, _Question):
        return question.begin(*args, **named)
    return partial(question, *args, **named)  # a desk that really is local


class _Question:
    """One verb, to be called like the method it stands for."""

    def __init__(self, line: "Line", verb: Verb) -> None:
        self._line = line
        self._verb = verb

    def __call__(self, *args: object, **named: object) -> Any:
        return self.begin(*args, **named)()

    def begin(self, *args: object, **named: object) -> Callable[[], Any]:
        return self._line.begin(self._verb, self._verb.given(*args, **named))


class Line:
    """Connections to one engine, each used by one call at a time. A doubtful one is dropped; a call is never repeated.

    While the engine hangs only the first call waits for all of its time: the next ones wait for a welcome, and not long.
    """

    def __init__(self, folder: WorkspaceFolder, timeout: float, ticket: str = "") -> None:
        self._ticket = ticket
        self._folder = folder
        self._timeout = timeout
        self._idle: deque[AnyConnection] = deque()
        self._numbers = itertools.count(1)
        self._short_until = 0.0

    def begin(self, verb: Verb, given: msgspec.Struct) -> Callable[[], object]:
        """Ask. What is returned waits for the answer, or for a refusal, which is raised as what it is."""
        number = next(self._numbers)
        connection = self._send(
            verb, encode(Request(number, verb.facet, verb.name, msgspec.Raw(encode(given)), self._ticket))
        )
        return partial(self._heard, connection, verb, number)

    def _heard(self, connection: AnyConnection, verb: Verb, number: int) -> object:
        try:
            answer = self._hear(connection, verb, number)
        except (OSError, EOFError, msgspec.MsgspecError, pa.ArrowException) as error:
            connection.close()
            self._doubt()
            raise DeskUnreachable(f"{verb} was asked, but {self._trouble(error)} {_PERHAPS_DONE}") from error
        self._short_until = 0.0
        self._keep(connection)
        if isinstance(answer, DeskError):
            raise answer
        return answer

    def open(self) -> AnyConnection:
        """A new connection to the engine that runs now."""
        note = self._folder.engine()
        if note is None:
            raise self._no_engine()
        patience = min(self._timeout, _SHORT if stopwatch() < self._short_until else _WELCOME)
        try:
            connection = dial(note.address, patience)
        except OSError as error:
            raise self._no_engine() from error
        try:
            limit_waiting(connection, patience)
            if introduce(connection, bytes.fromhex(note.key), patience):
                limit_waiting(connection, self._timeout)
                return connection
        except (OSError, EOFError) as error:
            connection.close()
            self._doubt()
            raise self._no_engine() from error
        connection.close()
        raise self._no_engine()

    def _send(self, verb: Verb, frame: bytes) -> AnyConnection:
        """The connection that took the whole request. Until one did nothing was done, so the next may be tried."""
        if len(frame) > LONGEST_REQUEST:
            raise BadInput(f"What was given to {verb} is too long. Nothing was done. Shorten it.")
        while True:
            connection, fresh = self._take()
            try:
                connection.send_bytes(frame)
            except OSError as error:
                connection.close()
                if fresh:
                    raise self._no_engine() from error
            else:
                return connection

    def _take(self) -> tuple[AnyConnection, bool]:
        try:
            return self._idle.pop(), False
        except IndexError:
            return self.open(), True

    def _keep(self, connection: AnyConnection) -> None:
        if len(self._idle) < _KEPT:
            self._idle.append(connection)
        else:
            connection.close()

    def _doubt(self) -> None:
        if stopwatch() >= self._short_until:
            self._short_until = stopwatch() + _SHORT_FOR
        while self._idle:  # nobody is at the other end of these either
            with contextlib.suppress(IndexError):
                self._idle.pop().close()

    def _hear(self, connection: AnyConnection, verb: Verb, number: int) -> object:
        reply = read_reply(receive(connection, self._timeout, LONGEST_REPLY))
        if reply.id != number:
            raise EOFError
        match reply:
            case Failed():
                return reply.error()
            case Done():
                return verb.read_result(reply.ok)
            case _:
                return read_table(receive(connection, self._timeout, LONGEST_REPLY))

    def _trouble(self, error: Exception) -> str:
        if isinstance(error, TimeoutError):
            return f"the engine of {self._folder.name} did not answer within {self._timeout:g} s."
        if isinstance(error, (OSError, EOFError)):
            return f"the engine of {self._folder.name} was cut off before it answered."
        return "the answer cannot be read: window and engine may be of different versions, restart the desk."

    def _no_engine(self) -> DeskUnreachable:
        trouble, advice = why_silent(self._folder)
        return DeskUnreachable(f"{trouble} Nothing was done. {advice}")
