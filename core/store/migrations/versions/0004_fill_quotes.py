"""A fill keeps the quote it met, as far as its broker tells it; of older fills it stays unknown."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("ALTER TABLE fill ADD COLUMN bid INTEGER")
    op.execute("ALTER TABLE fill ADD COLUMN ask INTEGER")
