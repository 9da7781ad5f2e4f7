"""${message}."""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
# The oldest version that can work on these tables, beside copies of this one: CONTRIBUTING.md tells how to find it.
oldest_bot = ""


def upgrade() -> None:
    """Brings the tables to this version."""
    ${upgrades if upgrades else "pass"}
