"""Which bots can work on the tables, so that of several copies an older one knows whether newer tables are for it."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
# The first one that looks at this word.
oldest_bot = "0038"


def upgrade() -> None:
    """Brings the tables to this version."""
    op.add_column("alembic_version", sa.Column("oldest_bot", sa.Text(), nullable=True))
