"""Which cards are stale is found by an index, and since when a message fails is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_SHOWN_BEFORE = """
UPDATE handover SET shown_revision = coalesce(
    (SELECT CASE intent.state WHEN 'lost' THEN 4611686018427387904 ELSE intent.sent_revision END
     FROM intent WHERE intent.handover_id = handover.id AND intent.kind = 'card'), 0)
"""
"""A card that is lost is never stale."""


def upgrade() -> None:
    """Brings the tables to this version."""
    op.add_column("handover", sa.Column("shown_revision", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("intent", sa.Column("failing_since", sa.DateTime(), nullable=True))
    op.execute(_SHOWN_BEFORE)
    op.create_index(
        "handover_unshown", "handover", ["id"], unique=False, sqlite_where=sa.text("shown_revision < revision")
    )
