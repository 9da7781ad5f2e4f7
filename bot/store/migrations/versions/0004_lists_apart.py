"""What each list says is kept apart, so that one can be taken back; and what a row says of its own return."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_LISTED_BEFORE = """
INSERT INTO listed (location_id, key, tracking_id, return_id, order_item_id, reason, expected_on, source, listed_at,
                    state, list_id)
SELECT location_id, key, tracking_id, return_id, order_item_id, reason, expected_on, source, listed_at, state, list_id
FROM expected ORDER BY id
"""
"""It stays whatever is taken back."""


def upgrade() -> None:
    """Brings the tables to this version."""
    op.add_column("expected", sa.Column("state", sa.String(), nullable=False, server_default="awaited"))
    op.add_column("expected", sa.Column("list_id", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("expected") as table:
        table.alter_column("state", server_default=None)
        table.alter_column("list_id", server_default=None)
    op.create_table(
        "listed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("tracking_id", sa.Text(), nullable=False),
        sa.Column("return_id", sa.Text(), nullable=False),
        sa.Column("order_item_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("listed_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("location_id", "key", "list_id", name="listed_key"),
    )
    op.create_index("listed_by_list", "listed", ["list_id", "location_id", "key"], unique=False)
    op.create_index("listed_by_time", "listed", ["location_id", "listed_at"], unique=False)
    op.execute(_LISTED_BEFORE)
    op.create_table(
        "parcel_list",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("taken_back_by", sa.String(), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_parcel_list_at", "parcel_list", ["at"], unique=False)
