"""An account begins and ends: a practice workspace that starts again keeps the runs before."""

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    "ALTER TABLE account ADD COLUMN begun_at INTEGER",
    "ALTER TABLE account ADD COLUMN ended_at INTEGER",
    """
UPDATE account SET begun_at = coalesce(
    (SELECT min(at) FROM entry WHERE source = 'opening:' || account.id),
    (SELECT min(market_at) FROM journal WHERE kind = 'connected')
)
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
