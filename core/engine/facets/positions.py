"""Positions and accounts, as the engine answers for them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa

from core.channel.facets.orders import Draft
from core.channel.facets.positions import AccountSummary, LotView, OpeningLine, PositionView
from core.domain.account import Account
from core.domain.errors import BadInput
from core.domain.instrument import Instrument
from core.domain.lot import Position
from core.domain.money import ZERO, rounded, typed_number, value_of
from core.domain.order import OPEN, OrderType, Purpose, Side
from core.engine.desk_thread import Urgency
from core.engine.engine import Engine
from core.engine.facets.tables import NUMBER, TEXT, table
from core.engine.words import ago
from core.execution.picture import buying_power
from core.ledger.opening import Holding
from core.risk.trading_state import instrument_scope

COLUMNS: Final = {
    "account_id": TEXT,
    "instrument_id": TEXT,
    "symbol": TEXT,
    "name": TEXT,
    "sector": TEXT,
    "quantity": NUMBER,
    "cost": NUMBER,
    "last": NUMBER,
    "value": NUMBER,
    "weight": NUMBER,
    "today": NUMBER,
    "unrealised": NUMBER,
    "certainty": TEXT,
    "frozen": TEXT,
}


@dataclass(slots=True)
class PositionsFacet:
    """Looking at what is held."""

    engine: Engine

    def accounts(self) -> tuple[AccountSummary, ...]:
        def look() -> tuple[AccountSummary, ...]:
            return tuple(self._summary(account) for account in self.engine.store.accounts.all())

        return self.engine.thread.ask(look)

    def table(self, account_id: str = "") -> pa.Table:
        def look() -> pa.Table:
            rows = [
                self._row(account, position)
                for account in self._chosen(account_id)
                for position in self.engine.store.books.positions(account.id).values()
            ]
            return table(COLUMNS, sorted(rows, key=lambda row: str(row[2])))

        return self.engine.thread.ask(look)

    def one(self, instrument_id: str, account_id: str = "") -> PositionView:
        return self.engine.thread.ask(lambda: self._view(instrument_id, account_id))

    def closing_draft(self, instrument_id: str, account_id: str = "") -> Draft:
        def make() -> Draft:
            account, position, instrument = self._held(instrument_id, account_id)
            return Draft(
                account_id=account.id,
                symbol=instrument.symbol,
                side=Side.SELL if position.quantity > 0 else Side.BUY,
                type=OrderType.MARKET,
                quantity=f"{abs(position.quantity).normalize():f}",
                purpose=Purpose.CLOSE,
            )

        return self.engine.thread.ask(make)

    def opening(self) -> tuple[OpeningLine, ...]:
        def look() -> tuple[OpeningLine, ...]:
            return tuple(
                OpeningLine(
                    account_id=account_id,
                    instrument_id=row.instrument_id,
                    symbol=self._symbol(row.instrument_id),
                    quantity=row.quantity,
                    cost=row.cost,
                    opened_at=None,
                )
                for account_id, reading in self.engine.reconciler.waiting.items()
                for row in reading.positions.rows
            )

        return self.engine.thread.ask(look)

    def confirm_opening(self, lines: tuple[OpeningLine, ...]) -> None:
        def book() -> None:
            for account_id in {line.account_id for line in lines}:
                account = self.engine.store.accounts.get(account_id)
                if account is None:
                    raise BadInput(f"There is no account {account_id} here. Nothing was booked.")
                holdings = [_holding(line, account.currency) for line in lines if line.account_id == account_id]
                self.engine.reconciler.confirm_opening(account_id, holdings)

        self.engine.thread.ask(book, Urgency.COMMAND)

    def accept_difference(self, instrument_id: str, words: str, account_id: str = "", paid: str = "") -> None:
        cost = typed_number(paid, "What they cost") if paid.strip() else None

        def book() -> None:
            accounts = self._chosen(account_id)
            if len(accounts) > 1:
                raise BadInput("There is more than one account. Nothing was booked: name the one that is meant.")
            self.engine.reconciler.accept(accounts[0].id, instrument_id, words, cost)

        self.engine.thread.ask(book, Urgency.COMMAND)

    # parts -----------------------------------------------------------------------------------------------------------

    def _summary(self, account: Account) -> AccountSummary:
        engine, pictures = self.engine, self.engine.desk.pictures
        worth = pictures.worth(account.id)
        orders = engine.store.orders.open(account.id)
        start, _ = pictures.anchors(account.id, account.currency)
        equity = None if worth.equity is None else rounded(worth.equity)
        today = None if equity is None or start is None else equity - start
        power = buying_power(worth, orders)
        cost = sum((p.cost for p in engine.store.books.positions(account.id).values()), ZERO)
        return AccountSummary(
            account_id=account.id,
            name=account.name,
            broker=account.broker,
            kind=account.kind,
            currency=account.currency,
            value=equity,
            cash=worth.cash,
            invested=None if worth.invested is None else rounded(worth.invested),
            buying_power=None if power is None else rounded(power),
            reserved=rounded(sum((order.reserved for order in orders), ZERO)),
            today=today,
            today_share=None if today is None or not start or start <= 0 else today / start,
            unrealised=None if worth.invested is None else rounded(worth.invested - cost),
            realised=-engine.store.books.balance(account.id, "income:realized", account.currency),
            certainty=self._certainty(account.id),
            as_of=engine.timeline.now(),
        )

    def _certainty(self, account_id: str) -> str:
        connection = self.engine.desk.connection_of(account_id)
        read_at = connection.compared_at.get(account_id)
        now = self.engine.clock.now()
        if read_at is None:
            return "Our record; the broker has not answered yet"
        if not connection.up or account_id not in connection.reconciled:
            return f"Our record; last agreed with the broker {ago(read_at, now)}"
        return f"Confirmed by the broker {ago(read_at, now)}"

    def _row(self, account: Account, position: Position) -> tuple[Any, ...]:
        view = self._numbers(account, position)
        return (
            view.account_id,
            view.instrument_id,
            view.symbol,
            view.name,
            view.sector,
            view.quantity,
            view.cost,
            view.last,
            view.value,
            view.weight,
            view.today,
            view.unrealised,
            view.certainty,
            view.frozen,
        )

    def _view(self, instrument_id: str, account_id: str) -> PositionView:
        account, position, _ = self._held(instrument_id, account_id)
        return self._numbers(account, position, with_lots=True)

    def _numbers(self, account: Account, position: Position, *, with_lots: bool = False) -> PositionView:
        engine, pictures = self.engine, self.engine.desk.pictures
        instrument = engine.store.catalogue.get(position.instrument_id)
        multiplier = instrument.multiplier if instrument else Decimal(1)
        last = pictures.mark(position.instrument_id)
        value = None if last is None else value_of(position.quantity, last, multiplier)
        equity = pictures.worth(account.id).equity if with_lots or position.quantity else None
        scope = instrument_scope(account.id, position.instrument_id)
        frozen = next((r.reason for r in pictures.levels.at(scope)), "")
        lots = engine.store.books.lots(account.id, position.instrument_id) if with_lots else ()
        return PositionView(
            account_id=account.id,
            instrument_id=position.instrument_id,
            symbol=self._symbol(position.instrument_id),
            name=instrument.name if instrument else "",
            sector=(instrument.sector or "Unknown") if instrument else "Unknown",
            quantity=position.quantity,
            cost=position.cost,
            last=last,
            value=value,
            unrealised=None if value is None else value - position.cost,
            today=self._today(account.id, position, last, multiplier),
            weight=None if value is None or not equity else (value / equity).quantize(Decimal("0.000001")),
            certainty="Differs from the broker" if frozen else self._certainty(account.id),
            frozen=frozen,
            lots=tuple(
                LotView(
                    opened_at=lot.opened_at,
                    quantity=lot.quantity,
                    cost=lot.cost,
                    cost_each=lot.cost / lot.quantity / multiplier,
                    gain=None if last is None else value_of(lot.quantity, last, multiplier) - lot.cost,
                )
                for lot in lots
            ),
            open_orders=sum(
                1
                for order in engine.store.orders.open(account.id)
                if order.instrument_id == position.instrument_id and order.status in OPEN
            ),
        )

    def _today(self, account_id: str, position: Position, last: Decimal | None, multiplier: Decimal) -> Decimal | None:
        """Against the previous close for what was held then, against its price for what was traded since."""
        close = self.engine.desk.pictures.prices.previous_close(position.instrument_id)
        if last is None or close is None:
            return None
        fills = self.engine.store.fills.since(account_id, position.instrument_id, self._session_began())
        traded = sum((f.side.sign * f.quantity for f in fills), ZERO)
        paid = sum((f.side.sign * value_of(f.quantity, f.price, multiplier) for f in fills), ZERO)
        then = value_of(position.quantity - traded, close, multiplier)
        return value_of(position.quantity, last, multiplier) - then - paid

    def _session_began(self) -> datetime:
        return self.engine.sessions.previous_close(self.engine.timeline.now())

    def _held(self, instrument_id: str, account_id: str) -> tuple[Account, Position, Instrument]:
        instrument = self.engine.store.catalogue.get(instrument_id)
        held = [
            (account, position)
            for account in self._chosen(account_id)
            if (position := self.engine.store.books.position(account.id, instrument_id)) is not None
        ]
        if not held or instrument is None:
            raise BadInput("That position is not held any more. Nothing was done: look at the Positions page again.")
        if len(held) > 1:
            raise BadInput(f"{instrument.symbol} is held in more than one account. Nothing was done: name the account.")
        ((account, position),) = held
        return account, position, instrument

    def _chosen(self, account_id: str) -> list[Account]:
        accounts = [a for a in self.engine.store.accounts.all() if account_id in ("", a.id)]
        if account_id and not accounts:
            raise BadInput(f"There is no account {account_id[:40]} here. Choose one of this workspace.")
        return accounts

    def _symbol(self, instrument_id: str) -> str:
        instrument = self.engine.store.catalogue.get(instrument_id)
        return instrument.symbol if instrument else instrument_id


def _holding(line: OpeningLine, currency: str) -> Holding:
    return Holding(
        instrument_id=line.instrument_id,
        symbol=line.symbol,
        quantity=line.quantity,
        cost=line.cost,
        currency=currency,
        opened_at=line.opened_at,
    )
