"""What travels over the channel: one JSON message each way, a table as a second frame, and the handshake before."""

import hmac
import inspect
import secrets
from typing import Final

import msgspec
import pyarrow as pa

from core.domain import errors
from core.domain.errors import DeskError, RiskBreach
from core.domain.verdict import Verdict
from core.system import AnyConnection

LONGEST_REQUEST: Final = 1 << 20
LONGEST_REPLY: Final = 64 << 20
HANDSHAKE_SECONDS: Final = 2.0
_HELLO: Final = b"quarterdeck 1 "
_NONCE: Final = 32
_KINDS: Final = {
    name: kind for name, kind in vars(errors).items() if inspect.isclass(kind) and issubclass(kind, DeskError)
}


class Request(msgspec.Struct, frozen=True, omit_defaults=True):
    """Ask one verb."""

    id: int
    facet: str
    verb: str
    args: msgspec.Raw
    ticket: str = ""  # of a session that has shown the passphrase


class Done(msgspec.Struct, frozen=True, tag_field="reply", tag="done"):
    """It was done; this is the answer."""

    id: int
    ok: msgspec.Raw


class TableFollows(msgspec.Struct, frozen=True, tag_field="reply", tag="table"):
    """It was done; the next frame is the table."""

    id: int


class Failed(msgspec.Struct, frozen=True, tag_field="reply", tag="failed", rename={"kind": "class"}):
    """A DeskError, to be raised at the other end as what it is."""

    id: int
    kind: str
    message: str
    verdicts: tuple[Verdict, ...] = ()

    @classmethod
    def of(cls, number: int, error: DeskError) -> "Failed":
        verdicts = error.verdicts if isinstance(error, RiskBreach) else ()
        known = next(kind.__name__ for kind in type(error).__mro__ if _KINDS.get(kind.__name__) is kind)
        return cls(number, known, str(error), verdicts)

    def error(self) -> DeskError:
        kind = _KINDS.get(self.kind, DeskError)
        return kind(self.message, self.verdicts) if issubclass(kind, RiskBreach) else kind(self.message)


encode: Final = msgspec.json.Encoder().encode
read_request: Final = msgspec.json.Decoder(Request).decode
read_reply: Final = msgspec.json.Decoder(Done | TableFollows | Failed).decode


def table_frame(table: pa.Table) -> pa.Buffer:
    """A table as one frame."""
    out = pa.BufferOutputStream()
    with pa.ipc.new_stream(out, table.schema) as stream:
        stream.write_table(table)
    return out.getvalue()


def read_table(frame: bytes) -> pa.Table:
    """The table in a frame, without copying it."""
    with pa.ipc.open_stream(pa.py_buffer(frame)) as stream:
        return stream.read_all()


def receive(connection: AnyConnection, seconds: float, longest: int) -> bytes:
    """The next frame, or an OSError or EOFError. After one of those the connection is of no more use."""
    if not connection.poll(seconds):
        raise TimeoutError(f"nothing came within {seconds:g} s")
    return connection.recv_bytes(longest)


def admit(connection: AnyConnection, key: bytes) -> bool:
    """The engine's side of the handshake: whether the caller knows the key. Shows that we know it too."""
    ours = secrets.token_bytes(_NONCE)
    connection.send_bytes(_HELLO + ours)
    reply = receive(connection, HANDSHAKE_SECONDS, 2 * _NONCE)
    theirs, proof = reply[:_NONCE], reply[_NONCE:]
    if not hmac.compare_digest(proof, _proof(key, b"caller", ours, theirs)):
        return False
    connection.send_bytes(_proof(key, b"engine", ours, theirs))
    return True


def introduce(connection: AnyConnection, key: bytes, seconds: float) -> bool:
    """The caller's side: whether the other end is the engine that wrote the key down."""
    hello = receive(connection, seconds, len(_HELLO) + _NONCE)
    theirs, ours = hello[len(_HELLO) :], secrets.token_bytes(_NONCE)
    if not hello.startswith(_HELLO):
        return False
    connection.send_bytes(ours + _proof(key, b"caller", theirs, ours))
    proof = receive(connection, seconds, _NONCE)
    return hmac.compare_digest(proof, _proof(key, b"engine", theirs, ours))


def _proof(key: bytes, who: bytes, engine: bytes, caller: bytes) -> bytes:
    return hmac.digest(key, who + engine + caller, "sha256")
