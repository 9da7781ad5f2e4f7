"""Since when nothing new was read of those who scan, and whether their cards hint that they may be done."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Brings the tables to this version."""
    op.add_column("handover", sa.Column("quiet_since", sa.DateTime(), nullable=True))
    op.add_column("handover", sa.Column("lists_no_more", sa.Boolean(), nullable=False, server_default=sa.false()))
