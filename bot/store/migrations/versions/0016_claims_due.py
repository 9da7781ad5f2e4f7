"""The time to claim runs from the scan or the handover's end, not from the report: claims that wait are put right."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

LONGEST_VISIT = timedelta(days=3)


def upgrade() -> None:
    """Brings the tables to this version."""
    connection = op.get_bind()
    claim = sa.table(
        "claim",
        sa.column("id", sa.String),
        sa.column("handover_id", sa.String),
        sa.column("tracking_id", sa.String),
        sa.column("claimed_at", sa.DateTime),
        sa.column("opened_at", sa.DateTime),
        sa.column("due_at", sa.DateTime),
    )
    handover = sa.table("handover", sa.column("id", sa.String), sa.column("ended_at", sa.DateTime))
    shipment = sa.table(
        "shipment",
        sa.column("handover_id", sa.String),
        sa.column("tracking_id", sa.String),
        sa.column("scanned_at", sa.DateTime),
        sa.column("first_seen", sa.DateTime),
    )
    same = (shipment.c.handover_id == claim.c.handover_id) & (shipment.c.tracking_id == claim.c.tracking_id)
    query = (
        sa.select(claim.c.id, claim.c.opened_at, claim.c.due_at, handover.c.ended_at)
        .add_columns(shipment.c.scanned_at, shipment.c.first_seen)
        .select_from(claim.join(handover, handover.c.id == claim.c.handover_id).outerjoin(shipment, same))
        .where(claim.c.claimed_at.is_(None))
    )
    due: dict[str, datetime] = {}
    for row in connection.execute(query).all():
        began = [at for at in (row.opened_at, row.ended_at, _scanned(row.scanned_at, row.first_seen)) if at is not None]
        at = min(began) + (row.due_at - row.opened_at)
        due[row.id] = min(at, due.get(row.id, row.due_at))
    for claim_id, at in due.items():
        connection.execute(sa.update(claim).where(claim.c.id == claim_id).values(due_at=at))


def _scanned(told: datetime | None, first_seen: datetime | None) -> datetime | None:
    if told is None or first_seen is None:
        return first_seen
    return told if first_seen - LONGEST_VISIT <= told <= first_seen else first_seen
