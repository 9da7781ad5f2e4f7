"""How far Flipkart's ledger of returns is read, location by location."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Brings the tables to this version."""
    op.create_table(
        "ledger",
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        *(sa.Column(name, sa.DateTime(), nullable=True) for name in ("after", "since", "began", "answered_at")),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("backfilled_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("location_id", "kind"),
    )
