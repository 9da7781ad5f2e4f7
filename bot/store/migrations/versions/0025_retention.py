"""What is still kept of each handover, and a line in the place of what is not."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Brings the tables to this version."""
    op.add_column("handover", sa.Column("keeps", sa.Integer(), nullable=False, server_default=sa.text("7")))
    ended = sa.text("ended_at IS NOT NULL")
    op.create_index("handover_by_end", "handover", ["keeps", "ended_at"], sqlite_where=ended)
    op.create_table(
        "forgotten",
        sa.Column("handover_id", sa.String(length=32), nullable=False),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("handover_id"),
    )
    op.create_index("forgotten_by_end", "forgotten", ["location_id", "ended_at"], unique=False)
