"""Orders, as the engine answers for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import pyarrow as pa

from core.channel.facets.orders import Draft, FillView, OrderStory, OrderView, Review, Step
from core.domain.errors import BadInput
from core.domain.fill import Fill
from core.domain.order import AT_BROKER, DONE, IN_DOUBT, OPEN, WAITING, Order, Status
from core.domain.verdict import Consent, Verdict
from core.engine.crash_day.session import CrashDaySession
from core.engine.desk_thread import Urgency
from core.engine.disclosures import require
from core.engine.engine import Engine
from core.engine.facets.tables import MOMENT, NUMBER, TEXT, table
from core.engine.words import STATE, age, ago
from core.store.journal import Line, is_whole_id
from core.store.orders import Only

WHICH: Final[dict[str, frozenset[Status]]] = {
    "open": OPEN - IN_DOUBT,
    "doubt": frozenset({Status.UNKNOWN, Status.SENDING}),
    "done": DONE,
    "all": OPEN | DONE,
}
COLUMNS: Final = {
    "id": TEXT,
    "words": TEXT,
    "symbol": TEXT,
    "side": TEXT,
    "type": TEXT,
    "quantity": NUMBER,
    "filled": NUMBER,
    "limit": NUMBER,
    "stop": NUMBER,
    "average_price": NUMBER,
    "last": NUMBER,
    "time_in_force": TEXT,
    "origin": TEXT,
    "strategy": TEXT,
    "certainty": TEXT,
    "reason": TEXT,
    "at": MOMENT,
    "sent_at": MOMENT,
}
MOST_ROWS: Final = 1000


@dataclass(slots=True)
class OrdersFacet:
    """Commands go through the desk; looking never waits for a broker."""

    engine: Engine
    crash_day: CrashDaySession

    def review(self, draft: Draft) -> Review:
        def act() -> Review:
            require(self.engine, draft)
            review = self.engine.reviews.review(draft)
            self.crash_day.saw(review)
            return review

        self.engine.learn_usual(draft.symbol)
        return self.engine.thread.ask(act, Urgency.COMMAND)

    def reviewed(self, token: str) -> Review:
        return self.engine.thread.ask(lambda: self.engine.reviews.again(token), Urgency.COMMAND)

    def confirm(self, token: str, consent: Consent) -> OrderView:
        return self._view(lambda: self.engine.reviews.confirm(token, consent), Urgency.COMMAND)

    def cancel(self, order_id: str) -> OrderView:
        return self._view(lambda: self.engine.desk.cancel(order_id), Urgency.BRAKE)

    def cancel_all(self, risk_adding_only: bool = False) -> tuple[OrderView, ...]:
        def act() -> tuple[OrderView, ...]:
            ids = self.engine.brake.cancel_risk("person", also_protective=not risk_adding_only)
            return tuple(self._seen(self.engine.desk.order(order_id)) for order_id in ids)

        return self.engine.thread.ask(act, Urgency.BRAKE)

    def look_again(self, order_id: str) -> OrderView:
        return self._view(lambda: self.engine.minder.look_again(order_id), Urgency.COMMAND)

    def attest(self, order_id: str, words: str) -> OrderView:
        return self._view(lambda: self.engine.minder.attest(order_id, words), Urgency.COMMAND)

    def send_again(self, order_id: str) -> OrderView:
        return self._view(lambda: self.engine.minder.send_again(order_id), Urgency.COMMAND)

    def table(
        self,
        which: str,
        before: str = "",
        limit: int = 200,
        find: str = "",
        ended: bool = False,
        account_id: str = "",
    ) -> pa.Table:
        if which not in WHICH:
            raise BadInput(f"There is no list of orders called {which[:20]}. Choose open, doubt, done or all.")
        most = max(1, min(limit, MOST_ROWS))

        wanted, find, engine = WHICH[which], find.strip(), self.engine
        only = None if ended or is_whole_id(find) else Only(accounts=(account_id,)) if account_id else self._in_use()
        found = () if wanted <= OPEN else engine.archive.orders(wanted, before, most, find, only)

        def look() -> list[tuple[Any, ...]]:
            if wanted <= OPEN:
                working = engine.store.orders.working(wanted, before, MOST_ROWS if account_id else most, find)
                return [self._row(order) for order in working if account_id in ("", order.account_id)][:most]
            now = (engine.store.orders.newest(order) for order in found)
            return [self._row(order) for order in now if order.status in wanted]

        return table(COLUMNS, engine.thread.ask(look))

    def story(self, order_id: str) -> OrderStory:
        engine = self.engine
        told = engine.archive.story(order_id)
        order, lines, fills = told or (engine.thread.ask(lambda: engine.desk.order(order_id)), [], [])

        def look() -> tuple[OrderView, float | None]:
            next_look = engine.minder.looks.get(order.id)
            wait = max((next_look.next_at - engine.clock.now()).total_seconds(), 0) if next_look else None
            return self._seen(order), wait

        view, wait = engine.thread.ask(look)
        return OrderStory(
            order=view,
            steps=tuple(_step(line) for line in lines),
            fills=tuple(_fill(fill) for fill in fills),
            verdicts=_verdicts(lines),
            next_look_seconds=wait,
        )

    def _in_use(self) -> Only | None:
        """The accounts in use, and the first day of theirs; None = all that there are."""
        accounts, every = self.engine.store.accounts.all(), self.engine.store.accounts.every()
        if len(accounts) == len(every):
            return None
        begun = [account.begun_at for account in accounts]
        days = [self.engine.sessions.day(at) for at in begun if at is not None]
        return Only(accounts=tuple(a.id for a in accounts), since=min(days) if len(days) == len(begun) > 0 else None)

    def _view(self, act: Any, urgency: Urgency) -> OrderView:
        return self.engine.thread.ask(lambda: self._seen(act()), urgency)

    def _seen(self, order: Order) -> OrderView:
        return OrderView(
            id=order.id,
            account_id=order.account_id,
            instrument_id=order.instrument_id,
            symbol=self._symbol(order),
            side=order.side,
            type=order.type,
            quantity=order.quantity,
            filled=order.filled,
            average_price=order.average_price,
            limit=order.limit,
            stop=order.stop,
            time_in_force=order.time_in_force,
            extended_hours=order.extended_hours,
            purpose=order.purpose,
            status=order.status,
            words=STATE[order.status],
            reason=order.reason,
            certainty=self._certainty(order),
            reserved=order.reserved,
            client_id=order.client_id,
            broker_order_id=order.broker_order_id or "",
            origin=order.origin,
            replaces=order.replaces or "",
            strategy=order.strategy or "",
            may_cancel=order.status in OPEN and not (order.cancel_asked and order.status in IN_DOUBT),
            may_replace=order.status in (Status.ACKED, Status.PARTIAL)
            and self.engine.desk.connection_of(order.account_id).capabilities.replace,
            may_attest=self.engine.minder.may_attest(order),
            at=order.at or self.engine.started_at,
            sent_at=order.sent_at,
        )

    def _certainty(self, order: Order) -> str:
        """A number carries its certainty."""
        now = self.engine.clock.now()
        if order.status in IN_DOUBT:
            return f"Not confirmed, {age(now - order.sent_at)}" if order.sent_at else "Not confirmed"
        if order.status in AT_BROKER:
            if order.id in self.engine.minder.vanished:
                return "Not shown by the broker any more"
            connection = self.engine.desk.connection_of(order.account_id)
            read_at = connection.read_at.get(order.account_id)
            if connection.up and read_at is not None:
                return f"Confirmed by the broker {ago(read_at, now)}"
            return f"Our record; not read since {age(now - read_at)}" if read_at else "Our record"
        if order.status is Status.ATTESTED:
            return "Your word"
        return "Our record" if order.status in WAITING | {Status.ABANDONED} else "Told by the broker"

    def _symbol(self, order: Order) -> str:
        """While it is open, as the name is called now; afterwards, as it was called."""
        known = self.engine.store.catalogue.get(order.instrument_id) if order.status in OPEN else None
        return known.symbol if known else order.symbol

    def _row(self, order: Order) -> tuple[Any, ...]:
        return (
            order.id,
            STATE[order.status],
            self._symbol(order),
            order.side.value,
            order.type.value,
            order.quantity,
            order.filled,
            order.limit,
            order.stop,
            order.average_price,
            self.engine.desk.pictures.mark(order.instrument_id) if order.status in OPEN else None,
            order.time_in_force.value,
            order.origin.value,
            order.strategy,
            self._certainty(order),
            order.reason,
            order.at,
            order.sent_at,
        )


def _fill(fill: Fill) -> FillView:
    return FillView(
        execution_id=fill.execution_id,
        at=fill.at,
        quantity=fill.quantity,
        price=fill.price,
        fee=fill.fee,
        note=fill.note,
    )


def _step(line: Line) -> Step:
    body = msgspec.json.decode(line.body)
    reason = body.get("reason") or body.get("detail") or "" if isinstance(body, dict) else ""
    doubtful = line.kind in ("order.unknown", "order.in_doubt", "order.not_found", "order.look_up_failed")
    return Step(
        at=line.recorded_at,
        market_at=line.market_at,
        kind=line.kind,
        title=line.title,
        detail=str(reason),
        doubtful=doubtful,
    )


def _verdicts(lines: Iterable[Line]) -> tuple[Verdict, ...]:
    """Those of the last time it passed."""
    for line in reversed(list(lines)):
        body = msgspec.json.decode(line.body)
        if isinstance(body, dict) and body.get("verdicts"):
            return msgspec.convert(body["verdicts"], type=tuple[Verdict, ...])
    return ()
