"""When what stands in a list was said, which may be long before it came."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Brings the tables to this version."""
    for name in ("expected", "listed"):
        default = sa.text("'1970-01-01 00:00:00.000000'")
        op.add_column(name, sa.Column("said_at", sa.DateTime(), nullable=False, server_default=default))
        table = sa.table(name, sa.column("said_at"), sa.column("listed_at"))
        op.execute(sa.update(table).values(said_at=table.c.listed_at))
