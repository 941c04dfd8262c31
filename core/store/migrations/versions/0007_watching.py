"""Watch lists and alerts."""

from alembic import op

revision = "0007"
down_revision = "0006"

TABLES = (
    """
CREATE TABLE watchlist (
    name TEXT NOT NULL,
    place INTEGER NOT NULL,
    instruments TEXT NOT NULL,
    PRIMARY KEY (name)
) STRICT
    """,
    """
CREATE TABLE alert (
    id TEXT NOT NULL,
    instrument_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    way TEXT NOT NULL,
    level INTEGER NOT NULL,
    frame TEXT NOT NULL,
    again INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    looked_at INTEGER NOT NULL,
    armed INTEGER NOT NULL,
    fired_at INTEGER,
    fires INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT
    """,
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
