"""The engine's end of the channel: lets windows and command lines in, one thread each, and answers what they ask."""

import contextlib
import logging
import os
import secrets
import threading
from typing import Final

import msgspec

from core.channel.desk import Desk
from core.channel.guard import Doorkeeper, NoLock, pass_or_raise, told
from core.channel.home import WorkspaceFolder
from core.channel.notes import EngineNote, write_note
from core.channel.verbs import VERBS, Verb
from core.channel.wire import (
    HANDSHAKE_SECONDS,
    LONGEST_REPLY,
    LONGEST_REQUEST,
    Done,
    Failed,
    Request,
    TableFollows,
    admit,
    encode,
    read_request,
    table_frame,
)
from core.clock import Clock, stopwatch
from core.domain.errors import BadInput, DeskError, placed
from core.system import AnyConnection, dial, hang_up, limit_waiting, listen, socket_address

_log: Final = logging.getLogger(__name__)
MESSAGE_SECONDS: Final = 10.0  # for the rest of a message that has begun, and for a caller to take its answer
_STRANGERS: Final = 64  # callers that have not shown the key yet
_A_BREATH: Final = 0.1


class Server:
    """Answers for one desk. A caller that is mute, broken or hostile harms only its own thread."""

    def __init__(
        self, desk: Desk, folder: WorkspaceFolder, clock: Clock, version: str, keeper: Doorkeeper | None = None
    ) -> None:
        self._desk = desk
        self._keeper = keeper or NoLock()
        self._folder = folder
        self._clock = clock
        self._version = version
        self._key = secrets.token_bytes(32)
        self._address = socket_address(folder.path)
        self._strangers = threading.BoundedSemaphore(_STRANGERS)
        self._callers: dict[threading.Thread, AnyConnection] = {}
        self._stopping = threading.Event()

    def start(self) -> None:
        """Open the door, and write down where it is."""
        self._listener = listen(self._address)
        note = EngineNote(
            pid=os.getpid(),
            address=self._address,
            key=self._key.hex(),
            started_at=self._clock.now(),
            version=self._version,
        )
        write_note(self._folder.engine_file, note)
        self._door = threading.Thread(target=self._welcome, name="channel-door", daemon=True)
        self._door.start()

    def stop(self, seconds: float = 2.0, *, for_good: bool = True) -> None:
        """Close the door. Answers on their way are still given. Not for good: whoever finds the note waits for the next."""
        until = stopwatch() + seconds
        self._stopping.set()
        if for_good:
            self._folder.engine_file.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            dial(self._address, seconds).close()  # wakes the door
        self._door.join(seconds)
        self._listener.close()
        callers = dict(self._callers)
        for connection in callers.values():
            hang_up(connection)
        for thread in callers:
            if thread is not threading.current_thread():
                thread.join(max(until - stopwatch(), 0))

    def _welcome(self) -> None:
        while not self._stopping.is_set():
            try:
                self._let_in(self._listener.accept())
            except (OSError, RuntimeError) as error:  # no file handle or thread left: there may be one in a moment
                _log.warning("A caller could not be let in: %s. It may call again.", error)
                self._stopping.wait(_A_BREATH)

    def _let_in(self, connection: AnyConnection) -> None:
        if self._stopping.is_set() or not self._strangers.acquire(blocking=False):
            connection.close()
            return
        thread = threading.Thread(target=self._serve, args=(connection,), name="channel-caller", daemon=True)
        self._callers[thread] = connection
        try:
            thread.start()
        except RuntimeError:
            del self._callers[thread]
            self._strangers.release()
            connection.close()
            raise

    def _serve(self, connection: AnyConnection) -> None:
        try:
            with connection:
                if self._knows_key(connection):
                    self._converse(connection)
        except EOFError:
            _log.debug("A caller hung up.")
        except OSError as error:
            _log.info("A caller is gone: %s", error)
        except msgspec.MsgspecError as error:
            _log.warning("A caller said something that is no request, and was cut off: %s", error)
        finally:
            del self._callers[threading.current_thread()]

    def _knows_key(self, connection: AnyConnection) -> bool:
        try:
            limit_waiting(connection, HANDSHAKE_SECONDS)
            known = admit(connection, self._key)
        finally:
            self._strangers.release()
        if not known:
            _log.warning("A caller did not know the key and was sent away.")
        limit_waiting(connection, MESSAGE_SECONDS)
        return known

    def _converse(self, connection: AnyConnection) -> None:
        while not self._stopping.is_set():
            connection.poll(None)
            for frame in self._frames(read_request(connection.recv_bytes(LONGEST_REQUEST))):
                connection.send_bytes(frame)

    def _frames(self, request: Request) -> list[bytes]:
        """The answer, or the refusal, ready to send."""
        try:
            frames = self._answer(request)
        except DeskError as error:
            return [encode(Failed.of(request.id, error))]
        except Exception as error:  # noqa: BLE001 - a fault of ours must reach its caller as a sentence
            _note(VERBS[request.facet, request.verb], error)
            return [encode(Failed.of(request.id, _unforeseen(request, error)))]
        if max(map(len, frames)) > LONGEST_REPLY:
            size = BadInput(f"The answer to {request.facet}.{request.verb} is too long to show. Ask for fewer rows.")
            return [encode(Failed.of(request.id, size))]
        return frames

    def _answer(self, request: Request) -> list[bytes]:
        verb = _asked(request)
        given = _given(verb, request)
        pass_or_raise(self._keeper, verb, given, request.ticket)
        result = told(self._keeper, getattr(getattr(self._desk, verb.facet), verb.name)(**given), request.ticket)
        if verb.is_table:
            return [encode(TableFollows(request.id)), table_frame(result)]
        return [encode(Done(request.id, msgspec.Raw(encode(result))))]


def _asked(request: Request) -> Verb:
    verb = VERBS.get((request.facet, request.verb))
    if verb is None:
        raise BadInput(
            f"This engine cannot do {request.facet}.{request.verb}. Nothing was done. "
            "Window and engine may be of different versions: restart the desk."
        )
    return verb


def _given(verb: Verb, request: Request) -> dict[str, object]:
    try:
        return msgspec.structs.asdict(verb.read_given(request.args))
    except msgspec.MsgspecError as error:
        raise BadInput(
            f"{verb} cannot be asked like this: {error}. Nothing was done. Correct it and try again."
        ) from error


def _note(verb: Verb, error: Exception) -> None:
    if verb.takes_secret:
        _log.error("%s failed: %s", verb, placed(error))
    else:
        _log.error("%s failed", verb, exc_info=error)


def _unforeseen(request: Request, error: Exception) -> DeskError:
    return DeskError(
        f"{request.facet}.{request.verb} failed inside the engine ({type(error).__name__}). "
        "It may be done, half done or not done: look before you repeat it. The engine's log has the cause."
    )
