"""A stage that goes back is as urgent as one that goes on: when it changed last stands in one column."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_WHERE = (
    "shown_revision < revision AND"
    " (shown_at <= staged_at OR shown_at <= counted_at OR shown_at <= start_otc_at OR shown_at <= end_otc_at)"
)
_LAST = """
UPDATE handover SET staged_at = nullif(
    max(coalesce(scanning_at, ''), coalesce(closing_at, ''), coalesce(ended_at, '')), '')
"""


def upgrade() -> None:
    """Brings the tables to this version."""
    op.add_column("handover", sa.Column("staged_at", sa.DateTime(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":  # other databases began empty
        op.execute(_LAST)
    op.drop_index("handover_urgent", "handover")
    op.create_index("handover_urgent", "handover", ["shown_at"], unique=False, sqlite_where=sa.text(_WHERE))
