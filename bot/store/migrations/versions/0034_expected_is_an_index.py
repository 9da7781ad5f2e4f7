"""What is expected is made of items and lists: what items say of a parcel stands in `listed` no more."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

HEARD = """
    UPDATE return_item SET heard_at = coalesce(
        (SELECT listed_at FROM listed
         WHERE listed.location_id = return_item.location_id AND listed.key = return_item.key AND listed.list_id = ''),
        updated_at, completed_at, cancelled_at, picked_up_at)
"""
LABELS = """
    UPDATE return_item SET instead_key = expected.instead_key, matched_by = expected.matched_by
    FROM expected
    WHERE expected.location_id = return_item.location_id AND expected.key = return_item.key
        AND expected.instead = return_item.instead AND expected.instead <> ''
"""
LEFT = """
    INSERT INTO return_item (
        ref, return_id, order_item_id, location_id, key, tracking_id, shipment_id, kind, action, status,
        shipment_status, reason, "end", updated_at, known_from, said, heard_at)
    SELECT char(10) || location_id || char(10) || key, '', '', location_id, key, tracking_id, '', '', '', '', '',
        '', 'cancelled', said_at, CASE source WHEN 'ledger' THEN 'ledger' ELSE 'event' END,
        json_object('end', replace(said_at, ' ', 'T') || '+00:00'), listed_at
    FROM listed
    WHERE list_id = '' AND source <> 'file' AND state = 'cancelled' AND NOT EXISTS (
        SELECT 1 FROM return_item AS item WHERE item.location_id = listed.location_id AND item.key = listed.key)
"""
"""Labels that were replaced or moved elsewhere."""
GONE = """
    DELETE FROM listed
    WHERE list_id = '' AND source <> 'file' AND (state = 'cancelled' OR return_id <> '' OR order_item_id <> '')
        AND EXISTS (
            SELECT 1 FROM return_item AS item WHERE item.location_id = listed.location_id AND item.key = listed.key)
"""


def upgrade() -> None:
    """Brings the tables to this version."""
    op.add_column("return_item", sa.Column("heard_at", sa.DateTime(), nullable=True))
    for name in ("instead_key", "matched_by"):
        op.add_column("return_item", sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))
    has_rows = op.get_bind().dialect.name == "sqlite"  # other databases began empty
    for statement in (HEARD, LABELS, LEFT, GONE) if has_rows else ():
        op.execute(statement)
    open_items = sa.text("tracking_id <> '' AND \"end\" = ''")
    op.create_index("return_by_hearing", "return_item", ["location_id", "heard_at"], sqlite_where=open_items)
