"""The ticket, as the engine answers for it."""

from dataclasses import dataclass

from core.channel.facets.orders import Draft, Estimate
from core.channel.facets.ticket import Choices
from core.domain.order import OrderType, TimeInForce
from core.engine.engine import Engine


@dataclass(slots=True)
class TicketFacet:
    """Looking only."""

    engine: Engine

    def choices(self, account_id: str = "") -> Choices:
        def look() -> Choices:
            account = self.engine.reviews.account(account_id)
            can = self.engine.desk.connection_of(account.id).capabilities
            broker = account.broker.capitalize()
            return Choices(
                types={
                    kind: "" if kind in can.order_types else f"{broker} takes no {kind.value.replace('_', '-')} orders."
                    for kind in OrderType
                },
                times={
                    time: "" if time in can.times_in_force else f"{broker} takes no such orders."
                    for time in TimeInForce
                },
                extended_hours="" if can.extended_hours else f"{broker} trades in regular hours only.",
                short="" if can.short else f"{broker} lends no shares to sell short.",
                tags=self.engine.store.orders.tags(),
            )

        return self.engine.thread.ask(look)

    def estimate(self, draft: Draft) -> Estimate:
        self.engine.learn_usual(draft.symbol)
        return self.engine.thread.ask(lambda: self.engine.reviews.estimate(draft))
