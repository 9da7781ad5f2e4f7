"""What Flipkart answered about scanned parcels becomes items of returns; when it was asked stays apart."""

from datetime import UTC
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"

TEXTS = ("return_id", "order_item_id", "location_id", "key", "tracking_id", "shipment_id", "kind", "action", "status")
MORE = ("shipment_status", "reason", "end", "instead")
ITEM = sa.table(
    "return_item",
    *(sa.column(name, sa.Text()) for name in ("ref", *TEXTS, *MORE, "known_from")),
    sa.column("expected_on", sa.Date()),
    sa.column("updated_at", sa.DateTime()),
    sa.column("said", sa.JSON()),
)
DETAIL = sa.table(
    "return_detail",
    *(sa.column(name, sa.Text()) for name in ("key", "return_id", "order_item_id", "reason")),
    *(sa.column(name, kind) for name, kind in (("found", sa.Boolean()), ("expected_on", sa.Date()))),
    *(sa.column(name, kind) for name, kind in (("asked_at", sa.DateTime()), ("times", sa.Integer()))),
)
ASKED = sa.table("asked", *(sa.column(name) for name in ("key", "ref", "times")), sa.column("asked_at", sa.DateTime()))
SHIPMENT = sa.table("shipment", *(sa.column(name) for name in ("id", "key", "tracking_id")))


def upgrade() -> None:
    """Brings the tables to this version."""
    op.create_table(
        "asked",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("asked_by_ref", "asked", ["ref"], sqlite_where=sa.text("ref <> ''"))
    connection = op.get_bind()
    # In the order of the answers, because the newest about an item stands.
    for row in connection.execute(sa.select(DETAIL).order_by(DETAIL.c.asked_at, DETAIL.c.key)).all():
        ref = _kept(connection, row) if row.found else ""
        values = {"key": row.key, "ref": ref, "asked_at": row.asked_at, "times": row.times}
        connection.execute(sa.insert(ASKED).values(values))
    op.drop_table("return_detail")


def _kept(connection: sa.Connection, row: sa.Row[Any]) -> str:
    """The item about which the answer is, with what is newer in it."""
    named = bool(row.return_id or row.order_item_id)
    ref = f"{row.return_id}\n{row.order_item_id}" if named else f"\n\n{row.key}"
    spelt = sa.select(SHIPMENT.c.tracking_id).where(SHIPMENT.c.key == row.key).order_by(SHIPMENT.c.id.desc()).limit(1)
    told = {
        "tracking_id": connection.execute(spelt).scalar() or row.key,
        "reason": row.reason,
        "expected_on": row.expected_on,
    }
    at = row.asked_at.replace(tzinfo=UTC).isoformat()
    item = connection.execute(sa.select(ITEM).where(ITEM.c.ref == ref)).first()
    said = {} if item is None else dict(item.said)
    newer = {name: fact for name, fact in told.items() if fact and said.get(name, "") <= at}
    if item is not None and item.location_id:
        newer.pop("tracking_id", None)  # what is expected there bears the label that it has
    said |= dict.fromkeys(newer, at)
    if "tracking_id" in newer:
        newer["key"] = row.key
    if item is None or item.known_from == "lookup":
        newer |= {"known_from": "lookup", "updated_at": row.asked_at}
    if item is None:
        empty = dict.fromkeys((*TEXTS, *MORE), "")
        ids = {"ref": ref, "return_id": row.return_id, "order_item_id": row.order_item_id}
        connection.execute(sa.insert(ITEM).values(empty | newer | ids | {"said": said}))
    else:
        connection.execute(sa.update(ITEM).where(ITEM.c.ref == ref).values(newer | {"said": said}))
    return ref
