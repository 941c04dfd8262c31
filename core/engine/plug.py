"""Pull the plug: an engine that dies in the middle of an order, so that a person can watch what becomes of it."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Final

from core.brokers.practice.line import PracticeLine
from core.brokers.practice.remote import RemoteLine
from core.channel.facets.orders import Draft
from core.domain.errors import BadInput
from core.domain.order import Side
from core.domain.reading import ReadState
from core.domain.verdict import Consent
from core.engine.engine import Engine
from core.store.settings import Settings

_NAME: Final = "plug"
_SYMBOL: Final = "KO"
_CODE: Final = 75  # no code of a good end: the supervisor takes it for a crash
_NOTED_WITHIN: Final = 5.0  # seconds


def forget(settings: Settings) -> None:
    """Inside a unit: the order was of a run that has ended."""
    settings.set(_NAME, {})


@dataclass(slots=True)
class Plug:
    """On the desk thread of a practice workspace."""

    engine: Engine
    leave: Callable[[int], object] = os._exit

    @property
    def order_id(self) -> str:
        """The order it was pulled in the middle of; empty = never."""
        return self.engine.store.settings.get(_NAME).get("order", "")

    def there(self, line: PracticeLine | RemoteLine, order_id: str) -> int | None:
        """How many orders the exchange holds for it: under our mark, or of that name and under no mark we know."""
        if line.faults():  # first: on a half-open line a reading hangs
            return None
        order = self.engine.thread.ask(lambda: self.engine.desk.order(order_id))
        reading = line.orders(order.account_id)
        if reading.state is not ReadState.OK:
            return None
        of_name = [row.client_id for row in reading.rows if row.instrument_id == order.instrument_id]
        others = [client_id for client_id in of_name if client_id != order.client_id]
        strange = self.engine.thread.ask(lambda: [c for c in others if self.engine.store.orders.by_client(c) is None])
        ours = order.client_id in of_name or line.find(order) is not None  # one of days ago is in no list
        return len(strange) + ours

    def pull(self, line: PracticeLine | RemoteLine) -> None:
        """Place a small order. As soon as the exchange has it, and before anybody hears so, this process is gone."""
        if line.faults():
            raise BadInput(
                "The plug was not pulled: something goes wrong on purpose already. Switch the faults off first."
            )
        engine, noted = self.engine, Event()

        def die() -> None:
            if noted.wait(_NOTED_WITHIN):
                self.leave(_CODE)

        account = engine.store.accounts.all()[0]
        review = engine.reviews.review(Draft(account_id=account.id, symbol=_SYMBOL, side=Side.BUY, quantity="1"))
        line.pull_plug(die)
        try:
            order = engine.reviews.confirm(review.token, Consent(warnings=review.warnings))
            with engine.store.unit:
                engine.store.settings.set(_NAME, {"order": order.id})
                engine.store.journal.write(
                    "practice.plug", "The plug is pulled in the middle of this order", order_id=order.id, who="person"
                )
            noted.set()
        finally:
            if not noted.is_set():
                line.pull_plug(None)
