"""What is to be sent next is found by indexes that hold only what is stale, urgent or put off."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_UNSHOWN = "shown_revision < revision"
_URGENT = (
    "shown_at <= scanning_at OR shown_at <= closing_at OR shown_at <= ended_at"
    " OR shown_at <= counted_at OR shown_at <= start_otc_at OR shown_at <= end_otc_at"
)
_DRAWN_BEFORE = """
UPDATE handover SET shown_at =
    (SELECT coalesce(intent.edited_at, intent.attempted_at, handover.arrived_at) FROM intent
     WHERE intent.handover_id = handover.id AND intent.kind = 'card' AND intent.state = 'sent')
"""
"""Only what is in Slack was drawn."""


def upgrade() -> None:
    """Brings the tables to this version."""
    op.add_column("handover", sa.Column("shown_at", sa.DateTime(), nullable=True))
    op.execute(_DRAWN_BEFORE)
    op.drop_index("handover_unshown", "handover")
    for name, where in (("handover_unshown", _UNSHOWN), ("handover_urgent", f"{_UNSHOWN} AND ({_URGENT})")):
        op.create_index(name, "handover", ["shown_at"], unique=False, sqlite_where=sa.text(where))
    put_off = sa.text("not_before IS NOT NULL")
    op.create_index("intent_put_off", "intent", ["not_before"], unique=False, sqlite_where=put_off)
