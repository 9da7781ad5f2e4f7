"""How far claims are with Flipkart, step by step, and when people are reminded of them next."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

LAST_CALL = timedelta(days=2)
FOLLOW_UP = timedelta(days=7)


def upgrade() -> None:
    """Brings the tables to this version."""
    _columns()
    op.create_table(
        "claim_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("paid", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("claim_step_by_claim", "claim_step", ["claim_id"], unique=False)
    _carry_over(datetime.now(UTC).replace(tzinfo=None))
    op.drop_column("claim", "reminded")


def _columns() -> None:
    op.drop_index("claim_by_due", "claim")
    # With defaults that stay: without them SQLite makes the table anew, which the links of its rows forbid.
    op.add_column("claim", sa.Column("state", sa.String(), nullable=False, server_default=sa.text("'draft'")))
    op.add_column("claim", sa.Column("state_at", sa.DateTime(), nullable=False, server_default=sa.text("'1970-01-01'")))
    for name in ("next_at", "remind_at"):
        op.add_column("claim", sa.Column(name, sa.DateTime(), nullable=True))
    for name in ("amount", "paid"):
        op.add_column("claim", sa.Column(name, sa.BigInteger(), nullable=True))
    op.create_index("claim_by_next", "claim", ["location_id", "next_at"], unique=False)
    op.create_index("claim_by_state", "claim", ["location_id", "state", "state_at"], unique=False)
    op.create_index("claim_by_reminder", "claim", ["remind_at"], unique=False)


def _carry_over(now: datetime) -> None:
    """What was claimed for is raised; what people were reminded of is not told again."""
    connection = op.get_bind()
    moments = ("opened_at", "due_at", "claimed_at", "state_at", "next_at", "remind_at")
    claim = sa.table(
        "claim",
        *(sa.column(name, sa.String) for name in ("id", "state", "claimed_by", "reference")),
        sa.column("reminded", sa.Integer),
        *(sa.column(name, sa.DateTime) for name in moments),
    )
    step = sa.table(
        "claim_step",
        *(sa.column(name, sa.String) for name in ("claim_id", "state", "by", "reference", "note")),
        sa.column("at", sa.DateTime),
    )
    for row in connection.execute(sa.select(claim)).all():
        if row.claimed_at is None:
            moments_left: Sequence[datetime] = _halves(row.opened_at, row.due_at)[row.reminded :]
            remind = next((at for at in moments_left if now < row.due_at), None)
            values: dict[str, Any] = {"state_at": row.opened_at, "next_at": row.due_at, "remind_at": remind}
        else:
            asked = (row.claimed_at + FOLLOW_UP, row.claimed_at + 2 * FOLLOW_UP)
            remind = next((at for at in asked if at > now), None)
            values = {"state": "raised", "state_at": row.claimed_at, "next_at": asked[0], "remind_at": remind}
            told = {"claim_id": row.id, "state": "raised", "by": row.claimed_by or "", "at": row.claimed_at}
            connection.execute(sa.insert(step).values(told | {"reference": row.reference, "note": ""}))
        connection.execute(sa.update(claim).where(claim.c.id == row.id).values(values))


def _halves(opened: datetime, due: datetime) -> list[datetime]:
    moments = {opened + (due - opened) / 2, due - LAST_CALL}
    return sorted(moment for moment in moments if opened < moment < due)
