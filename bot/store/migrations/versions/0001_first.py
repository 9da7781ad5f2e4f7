"""The first tables: handovers, shipments, the record, message intents, the call budget."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes the first tables."""
    op.create_table(
        "flipkart_minute",
        sa.Column("minute", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("minute"),
    )
    op.create_table(
        "handover",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("fe_id", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("fe_name", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("lob", sa.Text(), nullable=False),
        sa.Column("otc_mode", sa.String(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(), nullable=False),
        sa.Column("scanning_at", sa.DateTime(), nullable=True),
        sa.Column("closing_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("scanned", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("mismatched", sa.Integer(), nullable=False),
        sa.Column("obd_eligible", sa.Integer(), nullable=False),
        sa.Column("obd_remarked", sa.Integer(), nullable=False),
        sa.Column("unsaid", sa.JSON(), nullable=False),
        sa.Column("first_scan_at", sa.DateTime(), nullable=True),
        sa.Column("last_scan_at", sa.DateTime(), nullable=True),
        sa.Column("counted", sa.Integer(), nullable=True),
        sa.Column("counted_by", sa.String(), nullable=True),
        sa.Column("counted_at", sa.DateTime(), nullable=True),
        sa.Column("counted_scanned", sa.Integer(), nullable=True),
        sa.Column("start_otc_by", sa.String(), nullable=True),
        sa.Column("start_otc_at", sa.DateTime(), nullable=True),
        sa.Column("start_otc_until", sa.DateTime(), nullable=True),
        sa.Column("end_otc_by", sa.String(), nullable=True),
        sa.Column("end_otc_at", sa.DateTime(), nullable=True),
        sa.Column("end_total", sa.Integer(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("cursor_newest", sa.Text(), nullable=True),
        sa.Column("cursor_next", sa.Text(), nullable=True),
        sa.Column("cursor_version", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("location_id", "fe_id", "task_id", name="handover_key"),
    )
    op.create_index("handover_by_stage", "handover", ["stage", "location_id"], unique=False)
    op.create_table(
        "audit",
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.String(32), nullable=True),
        sa.ForeignKeyConstraint(
            ["handover_id"],
            ["handover.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("handover_id", "n", name="audit_key"),
    )
    op.create_index("audit_by_time", "audit", ["at"], unique=False)
    op.create_table(
        "intent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("handover_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("ts", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("attempted_at", sa.DateTime(), nullable=True),
        sa.Column("not_before", sa.DateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("sent_revision", sa.Integer(), nullable=False),
        sa.Column("sent_hash", sa.String(), nullable=False),
        sa.Column("edited_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["handover_id"],
            ["handover.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("handover_id", "kind", "n", name="intent_key"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("intent_by_state", "intent", ["state"], unique=False)
    op.create_table(
        "shipment",
        sa.Column("tracking_id", sa.Text(), nullable=False),
        sa.Column("shipment_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actual_flyer_id", sa.Text(), nullable=False),
        sa.Column("captured_flyer_id", sa.Text(), nullable=False),
        sa.Column("flyer_status", sa.Text(), nullable=False),
        sa.Column("obd_eligible", sa.Boolean(), nullable=False),
        sa.Column("obd_remark", sa.Text(), nullable=False),
        sa.Column("image_links", sa.JSON(), nullable=False),
        sa.Column("scanned_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.String(32), nullable=False),
        sa.Column("first_seen", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["handover_id"],
            ["handover.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("handover_id", "tracking_id", name="shipment_key"),
    )
