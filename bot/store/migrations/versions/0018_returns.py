"""Returns as Flipkart's events tell of them, item by item; so far only the parcels that one of them names were kept."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

TEXTS = ("tracking_id", "shipment_id", "kind", "action", "status", "shipment_status", "reason")
MOMENTS = ("picked_up_at", "completed_at", "cancelled_at", "updated_at")


def upgrade() -> None:
    """Brings the tables to this version."""
    op.create_table(
        "return_item",
        sa.Column("ref", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("return_id", "order_item_id", "location_id", "key")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        sa.Column("expected_on", sa.Date(), nullable=True),
        *(sa.Column(name, sa.DateTime(), nullable=True) for name in MOMENTS),
        sa.Column("end", sa.String(), nullable=False),
        sa.Column("known_from", sa.String(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("ref"),
    )
    op.create_index("return_by_key", "return_item", ["key", "location_id"])
