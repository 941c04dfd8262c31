"""One person at the real desk, with a broker that remembers: what the stories are told with."""

from decimal import Decimal

from core.channel.facets.orders import Draft, Review
from core.domain.money import ZERO
from core.domain.order import Order, OrderType, Side, Status
from core.domain.verdict import Consent
from core.execution.estimate import Estimator
from core.execution.review import Reviews
from core.risk.limits import kinds
from tests.fakes.broker import ACCOUNT, Answer, Held
from tests.simulation.test_matrix import Case

SEEN = Consent(warnings=tuple(kinds()), worst_case_seen=True)


class Day(Case):
    """A quiet day: what is typed is reviewed, confirmed and sent; what is asked for is done at once."""

    def __init__(self, *, refuses_repeats: bool = True) -> None:
        super().__init__(Answer.OK, refuses_repeats)
        self.reviews = self._new_reviews()

    def _new_reviews(self) -> Reviews:
        return Reviews(
            self.desk_house.desk,
            Estimator(desk=self.desk_house.desk, fees=lambda order, price: ZERO, feed_note="INVENTED PRICES"),
        )

    def review(self, symbol: str = "ANT", side: Side = Side.BUY, quantity: str = "10", **more: object) -> Review:
        return self.reviews.review(Draft(symbol=symbol, side=side, quantity=quantity, **more))  # type: ignore[arg-type]

    def confirm(self, review: Review) -> Order:
        return self.reviews.confirm(review.token, SEEN)

    def ask(self, symbol: str = "ANT", side: Side = Side.BUY, quantity: str = "10", **more: object) -> Order:
        """Typed, reviewed, confirmed; and every answer heard."""
        self.clock.advance(11)  # a person is not that quick
        order = self.confirm(self.review(symbol, side, quantity, **more))
        self.pump()
        return self.order(order)

    def limit(self, symbol: str, side: Side, quantity: str, price: str, **more: object) -> Order:
        return self.ask(symbol, side, quantity, type=OrderType.LIMIT, limit=price, **more)

    def order(self, order: Order) -> Order:
        return self.desk_house.desk.order(order.id)

    def at_the_broker(self, order: Order) -> Held:
        (held,) = self.broker.holding(order.client_id)
        return held

    def trade_it(
        self, order: Order, quantity: str | None = None, price: str | None = None, *, heard: bool = True
    ) -> None:
        """The market fills it, all of it or a part."""
        held = self.at_the_broker(order)
        part = held.leaves if quantity is None else Decimal(quantity)
        last = self.prices.last[order.instrument_id]
        self.broker.fill(held, part, order.limit or last if price is None else Decimal(price))
        if heard:
            self.pump()

    def bought(self, symbol: str = "ANT", quantity: str = "10") -> Order:
        order = self.ask(symbol, Side.BUY, quantity)
        self.trade_it(order)
        assert self.order(order).status is Status.FILLED
        return self.order(order)

    def held(self, name: str = "i-ant") -> Decimal:
        position = self.desk_house.store.books.position(ACCOUNT, name)
        return position.quantity if position else ZERO

    def balance(self, name: str) -> Decimal:
        return self.desk_house.store.books.balance(ACCOUNT, name, "USD")
