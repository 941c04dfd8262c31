"""What is to be told to a person stays on the disk until it was."""

from alembic import op

revision = "0006"
down_revision = "0005"

STATEMENTS = (
    """
CREATE TABLE notice (
    seq INTEGER NOT NULL,
    way TEXT NOT NULL,
    row INTEGER,
    event TEXT NOT NULL,
    weight TEXT NOT NULL,
    run TEXT NOT NULL,
    title TEXT NOT NULL,
    detail TEXT NOT NULL,
    at INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    again INTEGER NOT NULL,
    told INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    next_at INTEGER,
    ended_at INTEGER,
    problem TEXT NOT NULL,
    PRIMARY KEY (seq),
    UNIQUE (way, row)
) STRICT
    """,
    "CREATE INDEX notice_by_state ON notice (way, state)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
