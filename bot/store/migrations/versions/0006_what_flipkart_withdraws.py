"""Parcels that Flipkart no longer lists lie apart; one tracking id may stand for several shipments."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_PARCEL = (
    ("tracking_id", sa.Text(), False),
    ("shipment_id", sa.Text(), False),
    ("status", sa.Text(), False),
    ("reason", sa.Text(), False),
    ("actual_flyer_id", sa.Text(), False),
    ("captured_flyer_id", sa.Text(), False),
    ("flyer_status", sa.Text(), False),
    ("obd_eligible", sa.Boolean(), False),
    ("obd_remark", sa.Text(), False),
    ("image_links", sa.JSON(), False),
    ("scanned_at", sa.DateTime(), True),
    ("id", sa.Integer(), False),
    ("handover_id", sa.String(32), False),
    ("first_seen", sa.DateTime(), False),
)


def upgrade() -> None:
    """Brings the tables to this version."""
    # With a default that stays: without it SQLite makes the table anew, which rows that name a handover forbid.
    op.add_column("handover", sa.Column("withdrawn", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "withdrawn",
        *(sa.Column(name, kind, nullable=nullable) for name, kind, nullable in _PARCEL),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_withdrawn_handover_id", "withdrawn", ["handover_id"], unique=False)
    # SQLite makes the table anew, and the index over an expression (0002) with it; alembic can't read that one back.
    op.execute("DROP INDEX shipment_by_key")
    with op.batch_alter_table("shipment") as table:
        table.drop_constraint("shipment_key", type_="unique")
        table.create_unique_constraint("shipment_key", ["handover_id", "tracking_id", "shipment_id"])
    op.execute("CREATE INDEX shipment_by_key ON shipment (upper(trim(tracking_id)))")
