"""Claims for returns that no FE ever brought: of no handover, in the thread of the alarm that told of them."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Brings the tables to this version."""
    with op.batch_alter_table("claim") as claim:
        claim.alter_column("handover_id", existing_type=sa.String(length=32), nullable=True)
        claim.add_column(sa.Column("alarm", sa.Integer(), nullable=True))
        claim.add_column(sa.Column("came_at", sa.DateTime(), nullable=True))
    alone = sa.text("handover_id IS NULL")
    op.create_index("claim_never_came", "claim", ["location_id", "key"], unique=True, sqlite_where=alone)
