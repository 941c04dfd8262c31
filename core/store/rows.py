"""The tables. Rows live here and nowhere else; the rest of the desk sees domain values."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import INTEGER, Index, UniqueConstraint, text
from sqlalchemy.types import BLOB
from sqlmodel import Field, SQLModel

from core.domain.order import OPEN
from core.store.columns import Day, Instant, Money, Price, Quantity, Words, YesNo

STRICT: dict[str, Any] = {"sqlite_strict": True}
BY_KEY: dict[str, Any] = STRICT | {"sqlite_with_rowid": False}  # small rows, always found by their key
# As the index says it. IN would be shorter, and make SQLite build a table of its values at every insert and update.
STILL_OPEN = f"({' OR '.join(sorted(f'status = {status.value!r}' for status in OPEN))})"


class Strict(SQLModel):
    """Every table is STRICT: SQLite refuses a value of the wrong type."""

    __table_args__: ClassVar[Any] = STRICT


def as_words(**more: Any) -> Any:
    return Field(sa_type=Words, **more)


def as_whole(**more: Any) -> Any:
    return Field(sa_type=INTEGER, **more)


def as_money(**more: Any) -> Any:
    return Field(sa_type=Money, **more)


def as_price(**more: Any) -> Any:
    return Field(sa_type=Price, **more)


def as_quantity(**more: Any) -> Any:
    return Field(sa_type=Quantity, **more)


def as_instant(**more: Any) -> Any:
    return Field(sa_type=Instant, **more)


def as_day(**more: Any) -> Any:
    return Field(sa_type=Day, **more)


def as_yes_no(**more: Any) -> Any:
    return Field(sa_type=YesNo, **more)


class WorkspaceRow(Strict, table=True):
    __tablename__ = "workspace"
    id: str = as_words(primary_key=True)
    name: str = as_words()
    kind: str = as_words()
    machine: str = as_words()
    currency: str = as_words()
    created_at: datetime = as_instant()


class SettingRow(Strict, table=True):
    __tablename__ = "setting"
    name: str = as_words(primary_key=True)
    value: str = as_words()


class ConnectionRow(Strict, table=True):
    __tablename__ = "connection"
    name: str = as_words(primary_key=True)
    broker: str = as_words()
    settings: str = as_words()  # JSON, never a secret
    pinned_number: str | None = as_words(default=None)
    pinned_host: str | None = as_words(default=None)
    pinned_kind: str | None = as_words(default=None)


class AccountRow(Strict, table=True):
    __tablename__ = "account"
    id: str = as_words(primary_key=True)
    connection: str = as_words(foreign_key="connection.name")
    broker: str = as_words()
    number: str = as_words()
    name: str = as_words()
    kind: str = as_words()
    tax_kind: str = as_words()
    currency: str = as_words()
    cursor: datetime | None = as_instant(default=None)  # executions up to here were read and booked
    begun_at: datetime | None = as_instant(default=None)  # market time
    ended_at: datetime | None = as_instant(default=None)


class RegimeRow(Strict, table=True):
    __tablename__ = "account_regime"
    account_id: str = as_words(primary_key=True, foreign_key="account.id")
    valid_from: date = as_day(primary_key=True)
    regime: str = as_words()


class MarkRow(Strict, table=True):
    """Equity at the start of a session, for day loss and drawdown."""

    __tablename__ = "equity_mark"
    account_id: str = as_words(primary_key=True, foreign_key="account.id")
    day: date = Field(sa_type=Day, primary_key=True)
    equity: Decimal = as_money()
    peak: Decimal = as_money()
    transfers: Decimal = as_money()  # all deposits less withdrawals until then


class EquityPointRow(Strict, table=True):
    """What an account was worth at a close, or just before money came or went."""

    __tablename__ = "equity_point"
    __table_args__: ClassVar[Any] = BY_KEY
    account_id: str = as_words(primary_key=True, foreign_key="account.id")
    at: datetime = Field(sa_type=Instant, primary_key=True)
    day: date = as_day()
    is_close: bool = as_yes_no()
    value: Decimal | None = as_money(default=None)
    cash: Decimal = as_money()
    flow: Decimal | None = as_money(default=None)
    benchmark: Decimal | None = as_price(default=None)
    certainty: str = as_words()
    words: str = as_words()
    # every line booked for a later moment has a higher number than these
    postings_from: int = as_whole()
    moves_from: int = as_whole()
    read_to: int = as_whole()  # the newest posting there was when it was worked out


class InstrumentRow(Strict, table=True):
    __tablename__ = "instrument"
    id: str = as_words(primary_key=True)
    asset_class: str = as_words()
    currency: str = as_words()
    listing: str = as_words()
    scale: int = as_whole()
    multiplier: Decimal = as_quantity()
    underlying_id: str | None = as_words(default=None)
    option_right: str | None = as_words(default=None)
    strike: Decimal | None = as_price(default=None)
    expires: date | None = as_day(default=None)


class AttributeRow(Strict, table=True):
    """What may change about an instrument, with its dates."""

    __tablename__ = "instrument_attribute"
    instrument_id: str = as_words(primary_key=True, foreign_key="instrument.id")
    name: str = as_words(primary_key=True)
    valid_from: date = as_day(primary_key=True)
    valid_to: date | None = as_day(default=None)
    value: str | None = as_words(default=None)


class AliasRow(Strict, table=True):
    __tablename__ = "instrument_alias"
    broker: str = as_words(primary_key=True)
    native_id: str = as_words(primary_key=True)
    valid_from: date = as_day(primary_key=True)
    valid_to: date | None = as_day(default=None)
    instrument_id: str = as_words(foreign_key="instrument.id", index=True)


class OrderRow(Strict, table=True):
    __tablename__ = "orders"
    __table_args__: ClassVar[Any] = (
        Index("orders_open", "id", sqlite_where=text(STILL_OPEN)),
        Index("orders_by_replaced", "replaces", sqlite_where=text("replaces IS NOT NULL")),
        STRICT,
    )
    id: str = as_words(primary_key=True)
    intent_key: str = as_words(unique=True)
    client_id: str = as_words(unique=True)
    account_id: str = as_words(foreign_key="account.id")
    instrument_id: str = as_words(foreign_key="instrument.id")
    symbol: str = as_words()
    side: str = as_words()
    type: str = as_words()
    quantity: Decimal = as_quantity()
    limit_price: Decimal | None = as_price(default=None)
    stop_price: Decimal | None = as_price(default=None)
    time_in_force: str = as_words()
    extended_hours: bool = as_yes_no()
    purpose: str = as_words()
    notional: Decimal | None = as_money(default=None)
    origin: str = as_words()
    origin_id: str = as_words()
    strategy: str | None = as_words(default=None)
    parent_id: str | None = as_words(default=None)
    legs: str = as_words()  # JSON
    replaces: str | None = as_words(default=None)
    consent: str = as_words()  # JSON
    reserve_price: Decimal = as_price()
    at: datetime = as_instant()
    expires_at: datetime | None = as_instant(default=None)
    # what changes on its way
    carried: Decimal = as_quantity()
    cancel_asked: bool = as_yes_no()
    doubted: bool = as_yes_no()
    status: str = as_words()
    filled: Decimal = as_quantity()
    filled_value: Decimal = as_money()
    broker_order_id: str | None = as_words(default=None)
    reason: str = as_words()
    sent_at: datetime | None = as_instant(default=None)


class FillRow(Strict, table=True):
    __tablename__ = "fill"
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("account_id", "execution_id"),
        Index("fill_by_instrument", "account_id", "instrument_id", "at"),
        Index("fill_by_client", "client_id"),
        Index("fill_by_busted", "busts", sqlite_where=text("busts IS NOT NULL")),
        STRICT,
    )
    seq: int | None = as_whole(primary_key=True, default=None)
    account_id: str = as_words(foreign_key="account.id")
    execution_id: str = as_words()
    instrument_id: str = as_words(foreign_key="instrument.id")
    client_id: str = as_words()
    side: str = as_words()
    quantity: Decimal = as_quantity()
    price: Decimal = Field(sa_type=Price)
    fee: Decimal = as_money()
    currency: str = as_words()
    at: datetime = as_instant()
    busts: str | None = as_words(default=None)
    note: str = as_words()
    bid: Decimal | None = as_price(default=None)  # None = the broker does not tell what it met
    ask: Decimal | None = as_price(default=None)


class EntryRow(Strict, table=True):
    __tablename__ = "entry"
    __table_args__: ClassVar[Any] = BY_KEY
    id: str = as_words(primary_key=True)
    at: datetime = as_instant()
    source: str = as_words(index=True)
    note: str = as_words()


class PostingRow(Strict, table=True):
    __tablename__ = "posting"
    seq: int | None = as_whole(primary_key=True, default=None)
    entry_id: str = as_words(foreign_key="entry.id")
    account_id: str = as_words()
    ledger_account: str = as_words()
    unit: str = as_words()
    quantity: Decimal = as_quantity()
    cost: Decimal = as_money()
    currency: str = as_words()


class LotMoveRow(Strict, table=True):
    __tablename__ = "lot_move"
    __table_args__: ClassVar[Any] = (Index("lot_move_by_holding", "account_id", "instrument_id"), STRICT)
    seq: int | None = as_whole(primary_key=True, default=None)
    entry_id: str = as_words(foreign_key="entry.id")
    lot_id: str = as_words()
    account_id: str = as_words()
    instrument_id: str = as_words()
    quantity: Decimal = as_quantity()
    cost: Decimal = as_money()
    currency: str = as_words()
    opened_at: datetime | None = as_instant(default=None)


class LotRow(Strict, table=True):
    __tablename__ = "lot"
    __table_args__: ClassVar[Any] = BY_KEY
    id: str = as_words(primary_key=True)
    account_id: str = as_words()
    instrument_id: str = as_words()
    quantity: Decimal = as_quantity()
    cost: Decimal = as_money()
    currency: str = as_words()
    opened_at: datetime | None = as_instant(default=None)


class PositionRow(Strict, table=True):
    __tablename__ = "position"
    __table_args__: ClassVar[Any] = BY_KEY
    account_id: str = as_words(primary_key=True)
    instrument_id: str = as_words(primary_key=True)
    quantity: Decimal = as_quantity()
    cost: Decimal = as_money()
    currency: str = as_words()


class BalanceRow(Strict, table=True):
    """Money on every account that is not a position: cash, income, expenses, equity."""

    __tablename__ = "balance"
    __table_args__: ClassVar[Any] = BY_KEY
    account_id: str = as_words(primary_key=True)
    ledger_account: str = as_words(primary_key=True)
    currency: str = as_words(primary_key=True)
    value: Decimal = as_money()


class JournalRow(Strict, table=True):
    __tablename__ = "journal"
    __table_args__: ClassVar[Any] = (
        Index("journal_by_order", "order_id"),
        Index("journal_by_kind", "kind"),
        Index("journal_notes", "about", sqlite_where=text("about IS NOT NULL")),
        STRICT,
    )
    seq: int | None = as_whole(primary_key=True, default=None)
    recorded_at: datetime = as_instant()
    market_at: datetime = as_instant()
    kind: str = as_words()
    who: str = as_words()
    order_id: str = as_words()
    about: int | None = as_whole(default=None)  # the row a note is about
    title: str = as_words()
    body: str = as_words()  # JSON
    hash: bytes = Field(sa_type=BLOB)


class LimitRow(Strict, table=True):
    __tablename__ = "risk_limit"
    scope: str = as_words(primary_key=True)  # workspace or an account id
    check: str = Field(sa_type=Words, primary_key=True)
    setting: str = as_words(primary_key=True)
    value: Decimal = as_price()


class LevelRow(Strict, table=True):
    __tablename__ = "trading_level"
    scope: str = as_words(primary_key=True)
    level: str = as_words(primary_key=True)
    by: str = as_words(primary_key=True)
    reason: str = as_words()
    since: datetime = as_instant()


class JobRunRow(Strict, table=True):
    __tablename__ = "job_run"
    job: str = as_words(primary_key=True)
    slot: str = as_words(primary_key=True)
    due_at: datetime = as_instant()
    started_at: datetime | None = as_instant(default=None)
    ended_at: datetime | None = as_instant(default=None)
    outcome: str = as_words()  # running, done, failed, missed, skipped
    note: str = Field(sa_type=Words)
