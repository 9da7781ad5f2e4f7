"""Intents, receipts and digests become deliveries; what is on its way keeps its state, its key and its files."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_INTENTS = """
INSERT INTO delivery (key, about, location_id, kind, n, state, channel, ts, file_ids, attempts, attempted_at,
                      not_before, error, failing_since, sent_revision, sent_hash, edited_at)
SELECT i.key, i.handover_id, h.location_id, i.kind, i.n, i.state, i.channel, i.ts, '[]', i.attempts, i.attempted_at,
       i.not_before, i.error, i.failing_since, i.sent_revision, i.sent_hash, i.edited_at
FROM intent AS i JOIN handover AS h ON h.id = i.handover_id ORDER BY i.id
"""
_RECEIPTS = """
INSERT INTO delivery (about, location_id, kind, n, state, channel, ts, file_ids, attempts, not_before, error,
                      sent_revision, sent_hash)
SELECT r.handover_id, h.location_id, 'receipt', r.n, r.state, '', '', r.file_ids, r.attempts, r.not_before, r.error,
       0, r.sha256
FROM receipt AS r JOIN handover AS h ON h.id = r.handover_id ORDER BY r.rowid
"""
_DIGESTS = """
INSERT INTO delivery (key, about, location_id, kind, n, state, channel, ts, file_ids, attempts, attempted_at,
                      not_before, error, sent_revision, sent_hash)
SELECT key, location_id, location_id, 'digest', CAST(julianday(day) - 1721424.5 AS INTEGER), state, channel, ts,
       file_ids, attempts, attempted_at, not_before, error, 0, ''
FROM digest ORDER BY id
"""
"""A day's number is its proleptic ordinal: the first of January of the year 1 is Julian day 1721425.5, and number 1."""


def upgrade() -> None:
    """Brings the tables to this version."""
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=True),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("ts", sa.String(), nullable=False),
        sa.Column("file_ids", sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("attempted_at", sa.DateTime(), nullable=True),
        sa.Column("not_before", sa.DateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("failing_since", sa.DateTime(), nullable=True),
        sa.Column("sent_revision", sa.Integer(), nullable=False),
        sa.Column("sent_hash", sa.String(), nullable=False),
        sa.Column("edited_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("about", "kind", "n", name="delivery_once"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("delivery_by_state", "delivery", ["state", "kind"], unique=False)
    op.create_index("delivery_by_ts", "delivery", ["ts"], unique=False)
    put_off = sa.text("not_before IS NOT NULL")
    op.create_index("delivery_put_off", "delivery", ["not_before"], unique=False, sqlite_where=put_off)
    has_rows = op.get_bind().dialect.name == "sqlite"  # other databases began empty
    for statement in (_INTENTS, _RECEIPTS, _DIGESTS) if has_rows else ():
        op.execute(statement)
    for table in ("intent", "receipt", "digest"):
        op.drop_table(table)
