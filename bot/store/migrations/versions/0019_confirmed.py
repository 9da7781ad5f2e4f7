"""How many parcels of a handover Flipkart counts as completed."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Brings the tables to this version."""
    op.add_column("handover", sa.Column("confirmed", sa.Integer(), nullable=True))
