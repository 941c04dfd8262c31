"""What a person does: order, press again, cancel, change, close, stop, say what the broker's site shows."""

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any, Final

from core.domain.money import ZERO
from core.domain.order import OPEN, WAITING, Order, OrderType, Origin, Purpose, Side, Status, TimeInForce
from core.domain.verdict import Consent
from core.risk.limits import kinds
from tests.fakes.broker import ACCOUNT
from tests.fakes.market import SHARES
from tests.simulation.process import Process
from tests.simulation.truth import Broken

YES: Final = Consent(warnings=tuple(kinds()), reasons=dict.fromkeys(kinds(), "simulated"), worst_case_seen=True)
CENT: Final = Decimal("0.01")


class Person(Process):
    """One person, sometimes in a hurry."""

    def draft(self) -> Order:
        """Something to order: mostly small, sometimes fractional, sometimes waiting for a price."""
        rng = self.rng
        name = rng.choice(list(SHARES))
        last = self.prices.last[name]
        side = rng.choice((Side.BUY, Side.SELL))
        held = self.broker.positions.get(name, ZERO)
        purpose = Purpose.TRADE
        quantity = Decimal(rng.choice((1, 3, 10, 37, 40)))
        if side is Side.SELL and held <= 0:
            purpose = Purpose.SHORT
        time_in_force = rng.choice((TimeInForce.DAY, TimeInForce.DAY, TimeInForce.GTC, TimeInForce.IOC))
        if purpose is Purpose.TRADE and time_in_force is TimeInForce.DAY and rng.random() < 0.3:
            quantity += Decimal("0.125")
        kind = rng.choice((OrderType.LIMIT, OrderType.LIMIT, OrderType.MARKET))
        limit = None if kind is OrderType.MARKET else last + side.sign * CENT * rng.choice((-30, -2, 0, 1))
        return Order(
            id="",
            intent_key=f"token-{self.seed}-{len(self.drafts)}",
            client_id="",
            account_id=ACCOUNT,
            instrument_id=name,
            symbol=SHARES[name].symbol,
            side=side,
            type=kind,
            quantity=quantity,
            limit=limit,
            time_in_force=time_in_force,
            purpose=purpose,
            origin=rng.choice((Origin.TICKET, Origin.ALGORITHM)),
        )

    def place(self, draft: Order, *, waits: bool = False) -> None:
        self.note(f"place {draft.intent_key} {draft.side} {draft.quantity} {draft.symbol} {draft.limit} waits={waits}")
        if self.attempt(lambda: self._press(draft, waits)):
            self.placed += 1

    def _press(self, draft: Order, waits: bool) -> None:
        made = self.desk_house.desk.place(draft, YES, waits=waits)
        first = self.made.setdefault(draft.intent_key, made.client_id)
        if first != made.client_id:
            raise Broken(f"{draft.intent_key} made {first} and {made.client_id}")

    def ours(self, *statuses: Status) -> list[Order]:
        if self.house is None:
            return []
        return [order for order in self.house.store.orders.open() if order.status in statuses]

    def cancel(self, order: Order) -> None:
        self.note(f"cancel {order.id}")
        self.guarded.forget(order.instrument_id)
        self.attempt(lambda: self.desk_house.desk.cancel(order.id))

    def replace(self, order: Order) -> None:
        self._change(
            order,
            quantity=order.quantity + self.rng.choice((-2, 0, 5)) if order.quantity > 3 else order.quantity,
            limit=None if order.limit is None else order.limit + self.rng.choice((-CENT, CENT)),
        )

    def _change(self, order: Order, **changes: Any) -> None:
        values = {"id": "", "client_id": "", "intent_key": f"token-{self.seed}-{len(self.drafts)}"}
        new = replace(
            order,
            **(values | changes),
            status=Status.DRAFT,
            filled=ZERO,
            filled_value=ZERO,
            carried=ZERO,
            broker_order_id=None,
            reason="",
            cancel_asked=False,
            doubted=False,
            sent_at=None,
        )
        self.drafts.append(new)
        self.guarded.forget(new.instrument_id)
        self.note(f"replace {order.id} with {new.intent_key} {new.quantity} at {new.limit}")
        self.attempt(lambda: self.desk_house.desk.replace(order.id, new, YES))

    def order_something(self) -> None:
        draft = self.draft()
        self.drafts.append(draft)
        self.place(draft, waits=self.rng.random() < 0.1)

    def press_again(self) -> None:
        """The same token once more: a double click, a second window, a page that runs again."""
        if not self.drafts:
            return
        draft = self.rng.choice(self.drafts)
        if draft.replaces is None and draft.carried == 0:
            self.place(draft)

    def cancel_something(self) -> None:
        if open_orders := self.ours(*OPEN):
            self.cancel(self.rng.choice(open_orders))

    def close_something(self) -> None:
        """A person wants out: all of one position, by a named act."""
        if self.house is None:
            return
        held = sorted(self.house.store.books.positions(ACCOUNT).items())
        if not held:
            return
        name, position = self.rng.choice(held)
        draft = replace(
            self.draft(),
            instrument_id=name,
            symbol=SHARES[name].symbol,
            side=Side.SELL if position.quantity > 0 else Side.BUY,
            quantity=abs(position.quantity),
            type=OrderType.MARKET,
            limit=None,
            time_in_force=TimeInForce.DAY,
            purpose=Purpose.CLOSE,
        )
        self.drafts.append(draft)
        self.guarded.forget(name)
        self.place(draft, waits=self.broker.keeps_refusals and self.rng.random() < 0.3)

    def reduce_something(self) -> None:
        """A person wants less of it: a part of one position, at the market or at a limit."""
        if self.house is None or not (held := sorted(self.house.store.books.positions(ACCOUNT).items())):
            return
        name, position = self.rng.choice(held)
        part = Decimal(int(abs(position.quantity) * Decimal(self.rng.choice((25, 40, 50, 90))) / 100))
        if part <= 0:
            return
        side = Side.SELL if position.quantity > 0 else Side.BUY
        limit = self.rng.choice((None, self.prices.last[name] - side.sign * CENT * self.rng.choice((0, 30))))
        draft = replace(
            self.draft(),
            instrument_id=name,
            symbol=SHARES[name].symbol,
            side=side,
            quantity=part,
            type=OrderType.MARKET if limit is None else OrderType.LIMIT,
            limit=limit,
            time_in_force=TimeInForce.DAY,
            purpose=Purpose.CLOSE,
        )
        self.drafts.append(draft)
        self.guarded.asked(draft)
        self.place(draft)

    def take_some_off(self) -> None:
        """A stop is placed, and then a part of what it protects is sold beside it."""
        name = self.rng.choice(list(SHARES))
        fill = self.broker.elsewhere(name, Side.BUY, Decimal(50), self.prices.last[name])
        self.guarded.traded_elsewhere(fill)
        self.note(f"bought elsewhere {fill.quantity} {name} {fill.execution_id}")
        self.pump()
        self.guard_something()
        self.pump()
        self.reduce_something()
        self.rng.choice((self.pump, self.pass_by))()

    def guard_something(self) -> None:
        """A protective stop for all of one position."""
        if self.house is None or not (held := sorted(self.house.store.books.positions(ACCOUNT).items())):
            return
        name, position = self.rng.choice(held)
        side = Side.SELL if position.quantity > 0 else Side.BUY
        draft = replace(
            self.draft(),
            instrument_id=name,
            symbol=SHARES[name].symbol,
            side=side,
            quantity=abs(position.quantity),
            time_in_force=TimeInForce.DAY,
            purpose=Purpose.TRADE,
            **self._stop_at(name, side),
        )
        self.drafts.append(draft)
        self.place(draft)

    def move_a_stop(self) -> None:
        """Another price for it; or a sale with a limit becomes a stop."""
        if self.house is None:
            return
        books = self.house.store.books
        guards = [
            order
            for order in self.ours(Status.ACKED)
            if (held := books.position(ACCOUNT, order.instrument_id)) and held.quantity * order.side.sign < 0
        ]
        if guards:
            order = self.rng.choice(guards)
            self._change(order, **self._stop_at(order.instrument_id, order.side))

    def lose_nerve(self) -> None:
        """A stop is placed, moved or closed beside, and then it is all too much."""
        name = self.rng.choice(list(SHARES))
        fill = self.broker.elsewhere(name, Side.BUY, Decimal(50), self.prices.last[name])
        self.guarded.traded_elsewhere(fill)
        self.note(f"bought elsewhere {fill.quantity} {name} {fill.execution_id}")
        self.pump()
        self.guard_something()
        self.pump()
        self.rng.choice((self.move_a_stop, self.close_something, self.pass_by))()
        if self.house is not None and not self.desk_house.brake.stopped:
            self.stop_or_resume()

    def pass_by(self) -> None:
        """Nothing."""

    def _stop_at(self, name: str, side: Side) -> dict[str, Any]:
        away = 1 + side.sign * Decimal(self.rng.choice((3, 5, 7))) / 100
        return {"type": OrderType.STOP, "limit": None, "stop": (self.prices.last[name] * away).quantize(CENT)}

    def _guards(self) -> list[Order]:
        """Stops that all together only make a position smaller, with nothing working that closes it instead."""
        books = self.desk_house.store.books
        selling: dict[str, list[Order]] = {}
        for order in self.ours(*OPEN):
            held = books.position(ACCOUNT, order.instrument_id)
            if held is not None and held.quantity * order.side.sign < 0 and not order.cancel_asked:
                selling.setdefault(order.instrument_id, []).append(order)
        found = []
        for name, orders in selling.items():
            held = books.position(ACCOUNT, name)
            stops = [order for order in orders if order.stop is not None and order.purpose is Purpose.TRADE]
            closing = any(o.purpose is Purpose.CLOSE and o.status not in WAITING for o in orders)
            changed = {order.replaces for order in stops}  # by another of them: never both
            most = sum(order.leaves for order in stops if order.id not in changed)
            if held is not None and not closing and most <= abs(held.quantity):
                found += stops
        return found

    def stop_or_resume(self) -> None:
        """The red button, or trading again."""
        brake = self.desk_house.brake
        if brake.stopped:
            self.note("resume")
            self.attempt(lambda: brake.resume("looked into it"))
        else:
            self.note("stop trading")
            self.guarded.forget()
            guards = self._guards()
            if self.attempt(lambda: brake.stop("a person pressed it")):
                now = {order.id: order for order in self.ours(*OPEN)}
                for guard in guards:
                    if guard.id not in now or now[guard.id].cancel_asked:
                        raise Broken(f"stopping asked back {guard.id}, which protects")

    def replace_something(self) -> None:
        if working := self.ours(Status.ACKED, Status.PARTIAL):
            self.replace(self.rng.choice(working))

    def attest_something(self) -> None:
        """A person looks at the broker's site and says what it shows."""
        for order in self.ours(Status.UNKNOWN):
            if not self.broker.holding(order.client_id):
                self.note(f"attest {order.id}")
                self.guarded.gone(order.instrument_id)
                self.attempt(partial(self.minder.attest, order.id, "the broker has no such order"))
                return

    def ask_again(self) -> None:
        """Send again, or look again, by hand."""
        if waiting := self.ours(Status.UNSENT, Status.INTENT, Status.UNKNOWN):
            order = self.rng.choice(waiting)
            act = self.rng.choice((self.desk_house.desk.send_again, self.minder.look_again))
            self.note(f"{act.__name__} {order.id}")
            self.attempt(lambda: act(order.id))
