"""One connection to an exchange in another process: one question at a time, and an answer or an error that says how far it got."""

from threading import Lock
from typing import Any, Final

import msgspec

from core.brokers.practice.messages import LONGEST, Ask, encode, read_answer, result_of
from core.clock import MarketClock
from core.domain.errors import BrokerDown, OutcomeUnknown
from core.system import AnyConnection, dial

PATIENCE: Final = 5.0  # seconds to wait for an answer


class Caller:
    """Calls again by itself after it was hung up on."""

    def __init__(self, address: str, market_clock: MarketClock, patience: float) -> None:
        self._address = address
        self._market_clock = market_clock
        self._patience = patience
        self._connection: AnyConnection | None = None
        self._closed = False
        self._lock = Lock()

    def ask(self, verb: str, *args: object) -> Any:
        """One verb of the line over there."""
        question = encode(Ask(verb=verb, args=msgspec.Raw(encode(args)), at=self._market_clock.now()))
        with self._lock:
            connection = self._connected()
            try:
                connection.send_bytes(question)
                if not connection.poll(self._patience):
                    raise TimeoutError(f"no answer within {self._patience:g} s")
                answer = connection.recv_bytes(LONGEST)
            except (OSError, EOFError) as error:
                self._drop()
                raise OutcomeUnknown(
                    f"The line to the practice exchange broke ({error or 'it hung up'}). "
                    "The request may have arrived: look the order up."
                ) from error
        return result_of(verb, read_answer(answer))

    def close(self) -> None:
        """Hang up for good."""
        with self._lock:
            self._closed = True
            self._drop()

    def _connected(self) -> AnyConnection:
        if self._closed:
            raise BrokerDown("The line to the practice exchange is closed. Nothing was sent.")
        if self._connection is None:
            try:
                self._connection = dial(self._address, self._patience)
            except OSError as error:
                raise BrokerDown(
                    f"The practice exchange cannot be reached ({error.strerror or error}). "
                    "Nothing was sent: try again when it is back."
                ) from error
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
