"""What each account was worth at each close, and just before money came or went: what performance is measured from."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute(
        """
CREATE TABLE equity_point (
    account_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    day TEXT NOT NULL,
    is_close INTEGER NOT NULL,
    value INTEGER,
    cash INTEGER NOT NULL,
    flow INTEGER,
    benchmark INTEGER,
    certainty TEXT NOT NULL,
    words TEXT NOT NULL,
    postings_from INTEGER NOT NULL,
    moves_from INTEGER NOT NULL,
    read_to INTEGER NOT NULL,
    PRIMARY KEY (account_id, at),
    FOREIGN KEY(account_id) REFERENCES account (id)
) STRICT, WITHOUT ROWID
    """
    )
