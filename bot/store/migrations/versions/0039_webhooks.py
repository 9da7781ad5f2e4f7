"""What addresses outside are still to be told."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
# A table more, of which an older bot knows nothing: what happens in its hands is told to nobody.
oldest_bot = "0038"


def upgrade() -> None:
    """Brings the tables to this version."""
    op.create_table(
        "webhook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(length=40), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(), nullable=True),
        sa.Column("failing_since", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("webhook_by_address", "webhook", ["address", "id"])
    op.create_index("webhook_in_order", "webhook", ["address", "about", "id"])
    op.create_index("webhook_put_off", "webhook", ["address", "not_before"])
