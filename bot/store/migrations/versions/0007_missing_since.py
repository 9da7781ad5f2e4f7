"""Since when an FE is absent from Flipkart's answers, so that an end needs time and not looks alone."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Brings the tables to this version."""
    op.add_column("handover", sa.Column("missing_since", sa.DateTime(), nullable=True))
