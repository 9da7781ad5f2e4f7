"""Which returns were told of that Flipkart counts as completed and that nobody brought."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Brings the tables to this version."""
    op.create_table(
        "unreceived",
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("ref"),
    )
    op.create_index("unreceived_by_alarm", "unreceived", ["location_id", "n"])
    op.create_index("return_by_completion", "return_item", ["location_id", "completed_at"])
