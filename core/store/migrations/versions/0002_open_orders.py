"""The index of open orders says its states one by one: with IN, SQLite built a table of them at every order."""

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    "DROP INDEX orders_open",
    """
CREATE INDEX orders_open ON orders (id)
WHERE (status = 'acked' OR status = 'cancel_pending' OR status = 'intent' OR status = 'partial' \
OR status = 'replace_pending' OR status = 'sending' OR status = 'unknown' OR status = 'unsent')
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
