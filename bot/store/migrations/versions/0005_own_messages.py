"""Which message said which of the seller's own scans; whether these are meant as a list of all parcels."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Brings the tables to this version."""
    # With a default that stays: without it SQLite makes the table anew, which rows that name a handover forbid.
    op.add_column("handover", sa.Column("own_meant", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "own_said",
        sa.Column("handover_id", sa.String(length=32), nullable=False),
        sa.Column("message_ts", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"]),
        sa.PrimaryKeyConstraint("handover_id", "message_ts", "key"),
    )
    # Of parcels that were scanned more than once, only the last message is known.
    op.execute(
        "INSERT INTO own_said (handover_id, message_ts, key, by, at, version) "
        "SELECT handover_id, message_ts, key, by, at, '' FROM own_scan"
    )
