"""Reads claims as the claims desk wants them: with where they belong, what was noted of them, and their sums."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select

from bot.handover.claim_steps import Noted
from bot.handover.claim_sums import ClaimSums, Month, claim_sums
from bot.handover.claims import WITH_FLIPKART, State
from bot.record.claims import ClaimLine
from bot.store.claiming import claim_of, noted_of
from bot.store.dialects.statements import rows_put, upsert
from bot.store.session import Database, one_transaction, to_say
from bot.store.tables import CLAIM, CLAIM_STEP, DELIVERY, HANDOVER, Kind, Sending

_WAITING = tuple(state.value for state in WITH_FLIPKART)
_ANSWERED = (State.PAID.value, State.REJECTED.value)


class ClaimLineStore:
    """Implements `bot.handover.claim_sums.Months`. Every method is one transaction."""

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
        return _lines(connection, and_(*wanted))

    @one_transaction
    def of_month(self, connection: Connection, location_id: str, month: Month) -> list[ClaimLine]:
        """The claims that a month's sums are over, the oldest first."""
        return _lines(connection, and_(_touched(location_id, month.begin), CLAIM.c.opened_at < month.end))

    @one_transaction
    def sums(self, connection: Connection, location_id: str, begin: datetime, end: datetime) -> ClaimSums:
        """What the location's claims come to in a span of time."""
        return _sums(connection, location_id, begin, end)

    @one_transaction
    def open_month(self, connection: Connection, location_id: str, month: Month) -> bool:
        """Lets the month have its summary, once, if there was any claim; False when there was none."""
        if not _sums(connection, location_id, month.begin, month.end).any:
            return False
        row = {"about": location_id, "location_id": location_id, "kind": Kind.MONTH, "n": month.number}
        put = upsert(DELIVERY).values(row | {"state": Sending.PENDING, "file_ids": []})
        key = (DELIVERY.c.about, DELIVERY.c.kind, DELIVERY.c.n)
        done = rows_put(connection, put.on_conflict_do_nothing(index_elements=key))
        to_say(connection)
        return bool(done)


def _sums(connection: Connection, location_id: str, begin: datetime, end: datetime) -> ClaimSums:
    rows = connection.execute(select(CLAIM).where(_touched(location_id, begin)))
    return claim_sums([claim_of(row) for row in rows], begin, end)


def _touched(location_id: str, begin: datetime) -> ColumnElement[bool]:
    """Whether a claim counts in a span from `begin`; by indexes, so that what was settled long ago costs nothing."""
    here = CLAIM.c.location_id == location_id
    waits = CLAIM.c.state.in_(_WAITING)
    answered = CLAIM.c.state.in_(_ANSWERED) & (CLAIM.c.state_at >= begin)
    draft = (CLAIM.c.next_at >= begin) & (CLAIM.c.state == State.DRAFT.value)
    return or_(here & waits, here & answered, here & draft)


def _lines(connection: Connection, wanted: ColumnElement[bool]) -> list[ClaimLine]:
    who = (HANDOVER.c.fe_id, HANDOVER.c.fe_name, HANDOVER.c.task_id)
    query = select(CLAIM, *who).outerjoin(HANDOVER, HANDOVER.c.id == CLAIM.c.handover_id).where(wanted)
    rows = connection.execute(query.order_by(CLAIM.c.opened_at, CLAIM.c.tracking_id)).all()
    steps: dict[str, list[Noted]] = {}
    noted = select(CLAIM_STEP).join(CLAIM, CLAIM.c.id == CLAIM_STEP.c.claim_id).where(wanted)
    for row in connection.execute(noted.order_by(CLAIM_STEP.c.id)):
        steps.setdefault(row.claim_id, []).append(noted_of(row))
    return [_line(row, steps.get(row.id, ())) for row in rows]


def _line(row: Row[Any], steps: Sequence[Noted]) -> ClaimLine:
    return ClaimLine(
        claim_of(row), row.location_id, row.fe_id or "", row.fe_name or "", row.task_id or "", tuple(steps)
    )
