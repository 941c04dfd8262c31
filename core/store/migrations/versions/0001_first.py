"""The first tables."""

from alembic import op

revision = "0001"
down_revision = None

TABLES = (
    """
CREATE TABLE balance (
    account_id TEXT NOT NULL,
    ledger_account TEXT NOT NULL,
    currency TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (account_id, ledger_account, currency)
) STRICT, WITHOUT ROWID
    """,
    """
CREATE TABLE connection (
    name TEXT NOT NULL,
    broker TEXT NOT NULL,
    settings TEXT NOT NULL,
    pinned_number TEXT,
    pinned_host TEXT,
    pinned_kind TEXT,
    PRIMARY KEY (name)
) STRICT
    """,
    """
CREATE TABLE entry (
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    source TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID
    """,
    """
CREATE INDEX ix_entry_source ON entry (source)
    """,
    """
CREATE TABLE instrument (
    id TEXT NOT NULL,
    asset_class TEXT NOT NULL,
    currency TEXT NOT NULL,
    listing TEXT NOT NULL,
    scale INTEGER NOT NULL,
    multiplier INTEGER NOT NULL,
    underlying_id TEXT,
    option_right TEXT,
    strike INTEGER,
    expires TEXT,
    PRIMARY KEY (id)
) STRICT
    """,
    """
CREATE TABLE job_run (
    job TEXT NOT NULL,
    slot TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    outcome TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (job, slot)
) STRICT
    """,
    """
CREATE TABLE journal (
    seq INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    market_at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    who TEXT NOT NULL,
    order_id TEXT NOT NULL,
    about INTEGER,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (seq)
) STRICT
    """,
    """
CREATE INDEX journal_by_kind ON journal (kind)
    """,
    """
CREATE INDEX journal_by_order ON journal (order_id)
    """,
    """
CREATE INDEX journal_notes ON journal (about) WHERE about IS NOT NULL
    """,
    """
CREATE TABLE lot (
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    instrument_id TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    currency TEXT NOT NULL,
    opened_at INTEGER,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID
    """,
    """
CREATE TABLE position (
    account_id TEXT NOT NULL,
    instrument_id TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    currency TEXT NOT NULL,
    PRIMARY KEY (account_id, instrument_id)
) STRICT, WITHOUT ROWID
    """,
    """
CREATE TABLE risk_limit (
    scope TEXT NOT NULL,
    "check" TEXT NOT NULL,
    setting TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (scope, "check", setting)
) STRICT
    """,
    """
CREATE TABLE setting (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name)
) STRICT
    """,
    """
CREATE TABLE trading_level (
    scope TEXT NOT NULL,
    level TEXT NOT NULL,
    "by" TEXT NOT NULL,
    reason TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (scope, level, "by")
) STRICT
    """,
    """
CREATE TABLE workspace (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    machine TEXT NOT NULL,
    currency TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT
    """,
    """
CREATE TABLE account (
    id TEXT NOT NULL,
    connection TEXT NOT NULL,
    broker TEXT NOT NULL,
    number TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    tax_kind TEXT NOT NULL,
    currency TEXT NOT NULL,
    cursor INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(connection) REFERENCES connection (name)
) STRICT
    """,
    """
CREATE TABLE instrument_alias (
    broker TEXT NOT NULL,
    native_id TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    instrument_id TEXT NOT NULL,
    PRIMARY KEY (broker, native_id, valid_from),
    FOREIGN KEY(instrument_id) REFERENCES instrument (id)
) STRICT
    """,
    """
CREATE INDEX ix_instrument_alias_instrument_id ON instrument_alias (instrument_id)
    """,
    """
CREATE TABLE instrument_attribute (
    instrument_id TEXT NOT NULL,
    name TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    value TEXT,
    PRIMARY KEY (instrument_id, name, valid_from),
    FOREIGN KEY(instrument_id) REFERENCES instrument (id)
) STRICT
    """,
    """
CREATE TABLE lot_move (
    seq INTEGER NOT NULL,
    entry_id TEXT NOT NULL,
    lot_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    instrument_id TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    currency TEXT NOT NULL,
    opened_at INTEGER,
    PRIMARY KEY (seq),
    FOREIGN KEY(entry_id) REFERENCES entry (id)
) STRICT
    """,
    """
CREATE INDEX lot_move_by_holding ON lot_move (account_id, instrument_id)
    """,
    """
CREATE TABLE posting (
    seq INTEGER NOT NULL,
    entry_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    ledger_account TEXT NOT NULL,
    unit TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    currency TEXT NOT NULL,
    PRIMARY KEY (seq),
    FOREIGN KEY(entry_id) REFERENCES entry (id)
) STRICT
    """,
    """
CREATE TABLE account_regime (
    account_id TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    regime TEXT NOT NULL,
    PRIMARY KEY (account_id, valid_from),
    FOREIGN KEY(account_id) REFERENCES account (id)
) STRICT
    """,
    """
CREATE TABLE equity_mark (
    account_id TEXT NOT NULL,
    day TEXT NOT NULL,
    equity INTEGER NOT NULL,
    peak INTEGER NOT NULL,
    transfers INTEGER NOT NULL,
    PRIMARY KEY (account_id, day),
    FOREIGN KEY(account_id) REFERENCES account (id)
) STRICT
    """,
    """
CREATE TABLE fill (
    seq INTEGER NOT NULL,
    account_id TEXT NOT NULL,
    execution_id TEXT NOT NULL,
    instrument_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    side TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    price INTEGER NOT NULL,
    fee INTEGER NOT NULL,
    currency TEXT NOT NULL,
    at INTEGER NOT NULL,
    busts TEXT,
    note TEXT NOT NULL,
    PRIMARY KEY (seq),
    UNIQUE (account_id, execution_id),
    FOREIGN KEY(account_id) REFERENCES account (id),
    FOREIGN KEY(instrument_id) REFERENCES instrument (id)
) STRICT
    """,
    """
CREATE INDEX fill_by_client ON fill (client_id)
    """,
    """
CREATE INDEX fill_by_instrument ON fill (account_id, instrument_id, at)
    """,
    """
CREATE INDEX fill_by_busted ON fill (busts) WHERE busts IS NOT NULL
    """,
    """
CREATE TABLE orders (
    id TEXT NOT NULL,
    intent_key TEXT NOT NULL,
    client_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    instrument_id TEXT NOT NULL,
    symbol TEXT NOT NULL,
    side TEXT NOT NULL,
    type TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    limit_price INTEGER,
    stop_price INTEGER,
    time_in_force TEXT NOT NULL,
    extended_hours INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    notional INTEGER,
    origin TEXT NOT NULL,
    origin_id TEXT NOT NULL,
    strategy TEXT,
    parent_id TEXT,
    legs TEXT NOT NULL,
    replaces TEXT,
    consent TEXT NOT NULL,
    reserve_price INTEGER NOT NULL,
    at INTEGER NOT NULL,
    expires_at INTEGER,
    carried INTEGER NOT NULL,
    cancel_asked INTEGER NOT NULL,
    doubted INTEGER NOT NULL,
    status TEXT NOT NULL,
    filled INTEGER NOT NULL,
    filled_value INTEGER NOT NULL,
    broker_order_id TEXT,
    reason TEXT NOT NULL,
    sent_at INTEGER,
    PRIMARY KEY (id),
    UNIQUE (intent_key),
    UNIQUE (client_id),
    FOREIGN KEY(account_id) REFERENCES account (id),
    FOREIGN KEY(instrument_id) REFERENCES instrument (id)
) STRICT
    """,
    """
CREATE INDEX orders_by_replaced ON orders (replaces) WHERE replaces IS NOT NULL
    """,
    """
CREATE INDEX orders_open ON orders (id)
WHERE status IN ('acked', 'cancel_pending', 'intent', 'partial', 'replace_pending', 'sending', 'unknown', 'unsent')
    """,
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
