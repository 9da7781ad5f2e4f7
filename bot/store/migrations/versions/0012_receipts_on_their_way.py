"""Receipts on their way are found without going through all that arrived."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Brings the tables to this version."""
    op.create_index("receipt_by_state", "receipt", ["state"], unique=False)
