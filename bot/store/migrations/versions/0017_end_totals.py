"""All five of Flipkart's own figures at the End OTC are kept; so far it was the first."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Brings the tables to this version."""
    for name in ("end_obd_eligible", "end_obd_failed", "end_flyer_eligible", "end_flyer_failed"):
        op.add_column("handover", sa.Column(name, sa.Integer(), nullable=True))
