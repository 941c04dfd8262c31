"""Positions and accounts, as the engine answers for them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import msgspec
import pyarrow as pa

from core.channel.facets.orders import Draft
from core.channel.facets.positions import AccountSummary, ExitView, HappeningView, OpeningLine, PositionView
from core.domain.account import Account
from core.domain.errors import BadInput
from core.domain.instrument import Instrument
from core.domain.lot import Lot, Position
from core.domain.money import ZERO, rounded, typed_number
from core.engine.desk_thread import Urgency
from core.engine.engine import Engine
from core.engine.facets.exits import closing, exits, stopping
from core.engine.facets.statement import Statement, certainty, statement
from core.engine.facets.tables import NUMBER, TEXT, table
from core.engine.sample import sample_of
from core.execution.picture import buying_power
from core.ledger.opening import Holding
from core.store.journal import Line

MOST_HAPPENINGS: Final = 20
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
        def look() -> list[Statement]:
            engine, chosen = self.engine, self._chosen(account_id)
            return [statement(engine, account, engine.store.books.positions(account.id)) for account in chosen]

        rows = [_row(told.view(p)) for told in self.engine.thread.ask(look) for p in told.positions.values()]
        return table(COLUMNS, sorted(rows, key=lambda row: str(row[2])))

    def one(self, instrument_id: str, account_id: str = "") -> PositionView:
        def look() -> tuple[Statement, Position, tuple[Lot, ...], tuple[ExitView, ...]]:
            engine = self.engine
            account, position, _ = self._held(instrument_id, account_id)
            told = statement(engine, account, {instrument_id: position})
            leaving = exits(position, engine.store.orders.open(account.id))
            return told, position, engine.store.books.lots(account.id, instrument_id), leaving

        told, position, lots, leaving = self.engine.thread.ask(look)
        rows = self.engine.archive.activities(instrument_id, MOST_HAPPENINGS)
        happened = tuple(one for row in rows if (one := _happened(row, told.account.id)) is not None)
        return replace(told.view(position, lots), happened=happened, exits=leaving)

    def closing_draft(self, instrument_id: str, account_id: str = "", part: str = "") -> Draft:
        def make() -> Draft:
            account, position, instrument = self._held(instrument_id, account_id)
            return closing(account.id, position, instrument, part)

        return self.engine.thread.ask(make)

    def stop_draft(
        self, instrument_id: str, account_id: str = "", stop: str = "", away: str = "", quantity: str = ""
    ) -> Draft:
        def make() -> Draft:
            desk = self.engine.desk
            account, position, instrument = self._held(instrument_id, account_id)
            return stopping(
                account.id,
                position,
                instrument,
                already=exits(position, self.engine.store.orders.open(account.id)),
                last=desk.pictures.mark(instrument_id),
                times=desk.connection_of(account.id).capabilities.times_in_force,
                stop=stop,
                away=away,
                quantity=quantity.strip(),
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
            certainty=certainty(engine, account.id),
            as_of=engine.timeline.now(),
            sample=sample_of(engine, account.id),
        )

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


def _happened(line: Line, account_id: str) -> HappeningView | None:
    """In one account; None = in another."""
    entry = msgspec.json.decode(line.body).get("entry")
    if entry is None or not entry["source"].startswith(f"activity:{account_id}:"):
        return None
    return HappeningView(at=datetime.fromisoformat(entry["at"]), words=line.title)


def _row(view: PositionView) -> tuple[Any, ...]:
    return tuple(getattr(view, name) for name in COLUMNS)


def _holding(line: OpeningLine, currency: str) -> Holding:
    return Holding(
        instrument_id=line.instrument_id,
        symbol=line.symbol,
        quantity=line.quantity,
        cost=line.cost,
        currency=currency,
        opened_at=line.opened_at,
    )
