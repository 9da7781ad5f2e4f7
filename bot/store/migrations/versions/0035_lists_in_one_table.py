"""What lists say of parcels stands in the table of returns, each list's word in a row of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"

MOVED = """
    INSERT INTO return_item (
        ref, return_id, order_item_id, location_id, key, tracking_id, shipment_id, kind, action, status,
        shipment_status, reason, expected_on, "end", updated_at, heard_at, known_from, said, instead, instead_key,
        matched_by, apart, list_id, forward)
    SELECT char(10) || location_id || char(10) || key || char(10) || list_id, return_id, order_item_id, location_id,
        key, tracking_id, '', '', '', '', '', reason, expected_on, CASE state WHEN 'awaited' THEN '' ELSE state END,
        said_at, listed_at, CASE source WHEN 'notification' THEN 'event' WHEN 'ledger' THEN 'ledger' ELSE 'file' END,
        '{}', instead, instead_key, matched_by, 1, list_id, forward
    FROM listed ORDER BY id
"""
INDEXES = {
    "return_by_completion": (["location_id", "completed_at"], "completed_at IS NOT NULL"),
    "return_by_update": (["location_id", "updated_at"], "apart = 0"),
    "return_by_way": (["location_id"], "shipment_status <> '' AND \"end\" = ''"),
    "return_by_list": (["list_id", "location_id", "key"], "list_id <> ''"),
}


def upgrade() -> None:
    """Brings the tables to this version."""
    op.add_column("return_item", sa.Column("apart", sa.Boolean(), nullable=False, server_default=sa.false()))
    for name in ("list_id", "forward"):
        op.add_column("return_item", sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))
    if op.get_bind().dialect.name == "sqlite":  # other databases began empty
        op.execute(MOVED)
    op.drop_table("listed")
    op.drop_index("return_by_completion", "return_item")
    for name, (columns, which) in INDEXES.items():
        in_words = sa.text(which.replace("apart = 0", "NOT apart"))
        op.create_index(name, "return_item", columns, sqlite_where=sa.text(which), postgresql_where=in_words)
