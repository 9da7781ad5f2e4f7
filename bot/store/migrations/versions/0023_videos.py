"""Where the videos of parcels lie in Slack, and what each picture shows."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Brings the tables to this version."""
    op.create_table(
        "video",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.String(length=32), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("tracking_id", "file_id", "name")),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("permalink", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("handover_id", "file_id", name="video_key"),
    )
    op.create_index("video_unread", "video", ["id"], sqlite_where=sa.text("sha256 = '' AND problem = ''"))
    op.add_column("photo", sa.Column("shows", sa.String(), nullable=False, server_default=sa.text("''")))
