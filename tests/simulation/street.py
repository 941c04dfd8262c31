"""What happens outside: time, the market, the exchange, and somebody with the broker's own app."""

from decimal import Decimal

from core.domain.corporate_event import CorporateEvent, EventKind
from core.domain.fill import Fill
from core.domain.money import rounded
from core.domain.order import Side
from tests.fakes.broker import Held
from tests.fakes.market import SHARES, FakeHours
from tests.simulation.person import CENT, Person
from tests.simulation.weather import CALM


class Street(Person):
    """Nothing here waits for the desk."""

    def pass_time(self) -> None:
        steps = (1800, 9000) if self.rng.random() < 0.05 else (0.3, 1, 4, 8, 12, 16, 20, 45)
        self.advance(self.rng.choice(steps))

    def advance(self, seconds: float) -> None:
        """Time passes, for the broker too: at the close its day orders lapse."""
        before = FakeHours().day(self.clock.now())
        self.clock.advance(seconds)
        self.note(f"{seconds} s pass: {self.clock.now():%d %H:%M:%S}")
        if FakeHours().day(self.clock.now()) != before:
            self.note("the broker's day ends")
            self.guarded.forget()
            self.broker.end_of_day()

    def arrive(self) -> None:
        """A request that was under way all the time."""
        if self.line.late and self.rng.random() < (0.2 if self.weather.fog else 1):
            self.note("a late request arrives")
            self.line.arrive()

    def market(self) -> None:
        """The market, the exchange, or somebody with the broker's own app."""
        rng = self.rng
        name = rng.choice(list(SHARES))
        self.prices.last[name] += CENT * rng.choice((-5, -1, 1, 5))
        chance = rng.random()
        working = list(self.broker.working())
        if working and chance < 0.75:
            self._trade(rng.choice(working))
        elif chance < 0.80 and (live := self._not_busted()):
            fill = rng.choice(live)
            self.note(f"bust {fill.execution_id}")
            self.guarded.gone(fill.instrument_id)
            self.broker.bust(fill)
        elif chance < 0.86:
            fill = self.broker.elsewhere(
                name, rng.choice(list(Side)), Decimal(rng.choice((1, 5))), self.prices.last[name]
            )
            self.guarded.traded_elsewhere(fill)
            self.note(f"made elsewhere {fill.side} {fill.quantity} {name} {fill.execution_id}")
        elif chance < 0.92:
            activity = self.broker.pay(*rng.choice((("dividend", Decimal("3.17")), ("fee", Decimal("-1.005")))))
            self.note(f"{activity.kind} {activity.value}")

    def company(self) -> None:
        """A name splits, once a day, or goes without its dividend: the broker adjusts what is open until cancelled."""
        name, day = self.rng.choice(list(SHARES)), FakeHours().day(self.clock.now())
        ratio = Decimal(self.rng.choice((2, 3))) if self.rng.random() < 0.4 else None
        if FakeHours().begins(day) > self.clock.now() or (ratio and name in self.split):
            return
        self.advance(1)  # between two trades
        kind = EventKind.SPLIT if ratio else EventKind.DIVIDEND
        event = CorporateEvent(
            id=f"{kind}-{name}-{self.clock.now():%d%H%M%S}",
            kind=kind,
            instrument_id=name,
            announced=day,
            effective=day,
            record_day=day,
            pay_day=day,
            cash=None if ratio else Decimal("0.25"),
            ratio=ratio,
        )
        self.note(f"{name}: {kind} {ratio or ''}")
        self.guarded.gone(name)
        if ratio:
            self.split.add(name)
            self.prices.events_of[name] = [event]
            self.prices.last[name] = rounded(self.prices.last[name] / ratio).quantize(CENT)
        self.broker.company(event, self.clock.now())
        self.advance(1)

    def _trade(self, held: Held) -> None:
        rng = self.rng
        asked = held.reason == "cancel requested"
        chance = rng.random()
        if asked and chance < 0.5:
            self.note(f"the broker cancels {held.order.client_id}")
            self.broker.finish_cancel(held)
            if chance < 0.1 and held.leaves:
                self.guarded.gone(held.order.instrument_id)
                self._fill(held)  # the exchange was faster
        elif chance < 0.05:
            self.note(f"the exchange sends {held.order.client_id} back")
            self.guarded.forget(held.order.instrument_id)
            self.broker.refuse_late(held)
        else:
            self._fill(held)

    def _fill(self, held: Held) -> None:
        whole = self.rng.random() < 0.4
        part = held.leaves if whole else min(held.leaves, Decimal(self.rng.choice((1, 2, 7))))
        price = held.order.limit or self.prices.last[held.order.instrument_id]
        fill = self.broker.fill(held, part, price)
        self.note(f"fill {part} of {held.order.client_id}, {held.leaves} left, {fill.execution_id}")

    def _not_busted(self) -> list[Fill]:
        gone = {fill.busts for fill in self.broker.fills}
        if self.rough.companies:  # one taken back from before a split and heard after it is told apart elsewhere
            return []
        return [f for f in self.broker.fills if not f.busts and f.execution_id not in gone]

    def _meanwhile(self) -> None:
        """Between two questions of one reading."""
        if self.weather is not CALM and self.rng.random() < 0.1:
            self.market()
