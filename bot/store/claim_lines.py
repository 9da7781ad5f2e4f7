"""Reads claims as the claims desk wants them: with where they belong, and what was noted of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

from bot.handover.claim_steps import Noted
from bot.record.claims import ClaimLine
from bot.store.claiming import claim_of, noted_of
from bot.store.session import Database, one_transaction
from bot.store.tables import CLAIM, CLAIM_STEP, HANDOVER


class ClaimLineStore:
    """Claims of any time. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def locations(self, connection: Connection) -> list[str]:
        """The locations that ever had a claim."""
        return sorted(connection.scalars(select(CLAIM.c.location_id).distinct()))

    @one_transaction
    def lines(
        self,
        connection: Connection,
        location_id: str,
        begin: datetime | None = None,
        end: datetime | None = None,
        tracking_key: str | None = None,
    ) -> list[ClaimLine]:
        """A location's claims, the oldest first; given both, those opened from `begin`, before `end`."""
        wanted: list[ColumnElement[bool]] = [CLAIM.c.location_id == location_id]
        if begin is not None and end is not None:
            wanted += [CLAIM.c.opened_at >= begin, CLAIM.c.opened_at < end]
        if tracking_key is not None:
            wanted.append(CLAIM.c.key == tracking_key)
        who = (HANDOVER.c.fe_id, HANDOVER.c.fe_name, HANDOVER.c.task_id)
        query = select(CLAIM, *who).join(HANDOVER, HANDOVER.c.id == CLAIM.c.handover_id).where(*wanted)
        rows = connection.execute(query.order_by(CLAIM.c.opened_at, CLAIM.c.id)).all()
        steps: dict[str, list[Noted]] = {}
        noted = select(CLAIM_STEP).join(CLAIM, CLAIM.c.id == CLAIM_STEP.c.claim_id).where(*wanted)
        for row in connection.execute(noted.order_by(CLAIM_STEP.c.id)):
            steps.setdefault(row.claim_id, []).append(noted_of(row))
        return [_line(row, steps.get(row.id, ())) for row in rows]


def _line(row: Row[Any], steps: Sequence[Noted]) -> ClaimLine:
    return ClaimLine(claim_of(row), row.location_id, row.fe_id, row.fe_name, row.task_id, tuple(steps))
