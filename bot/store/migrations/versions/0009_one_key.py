"""How a tracking id is compared is a column wherever ids are compared, and one rule makes it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.text import parcel_key

revision = "0009"
down_revision = "0008"

_MADE = ("shipment", "claim")
_KEPT = ("expected", "listed", "own_scan", "own_said", "return_detail")


def upgrade() -> None:
    """Brings the tables to this version."""
    has_rows = op.get_bind().dialect.name == "sqlite"  # other databases began empty
    if has_rows:
        connection: Any = op.get_bind().connection.dbapi_connection
        connection.create_function("parcel_key", 1, parcel_key, deterministic=True)
    for name in _MADE:
        op.execute(f"DROP INDEX {name}_by_key")
        # With a default that stays: without it SQLite makes the table anew, which rows that name a handover forbid.
        op.add_column(name, sa.Column("key", sa.Text(), nullable=False, server_default=sa.text("''")))
        table = sa.table(name, sa.column("key"), sa.column("tracking_id"))
        if has_rows:
            op.execute(sa.update(table).values(key=sa.func.parcel_key(table.c.tracking_id)))
        op.create_index(f"{name}_by_key", name, ["key", "handover_id"], unique=False)
    for name in _KEPT if has_rows else ():
        # Two keys that are one now are one parcel: what was said of it under the other spelling gives way.
        table = sa.table(name, sa.column("key"))
        key = sa.func.parcel_key(table.c.key)
        op.execute(sa.update(table).prefix_with("OR REPLACE").where(table.c.key != key).values(key=key))
