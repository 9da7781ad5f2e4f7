"""Fencing numbers: who wrote a delivery last, of several copies that share the work."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Brings the tables to this version."""
    op.add_column("delivery", sa.Column("fence", sa.BigInteger(), nullable=False, server_default=sa.text("0")))
    op.create_table(
        "shard",
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("n"),
    )
