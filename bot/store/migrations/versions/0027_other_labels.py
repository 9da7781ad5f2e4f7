"""Parcels that come under another id than the one they are expected by: known by their shipment or their way out."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Brings the tables to this version."""
    for table in ("expected", "listed"):
        for name in ("forward", "instead", "instead_key", "matched_by"):
            op.add_column(table, sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("return_item", sa.Column("instead", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("handover", sa.Column("otherwise", sa.Integer(), nullable=False, server_default=sa.text("0")))
    forward, instead, shipment = (sa.text(f"{name} <> ''") for name in ("forward", "instead_key", "shipment_id"))
    op.create_index("expected_by_forward", "expected", ["location_id", "forward"], sqlite_where=forward)
    op.create_index("expected_by_instead", "expected", ["instead_key", "location_id"], sqlite_where=instead)
    op.create_index("return_by_shipment", "return_item", ["shipment_id", "location_id"], sqlite_where=shipment)
