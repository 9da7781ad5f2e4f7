"""Reads what a card says beside its handover."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from bot.handover.beside import NAMED, Beside, names_parcels
from bot.handover.claims import State
from bot.handover.model import Handover, Shipment
from bot.handover.tally import Shares
from bot.store.rows import shipment_of
from bot.store.session import Database, one_transaction
from bot.store.tables import CLAIM, SHIPMENT, TALLY


class BesideStore:
    """Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def of(self, connection: Connection, handover: Handover) -> Beside:
        """Only what the card of this stage says is looked for."""
        if handover.over:
            mine = (CLAIM.c.handover_id == handover.id) & (CLAIM.c.state == State.DRAFT.value)
            drafts, first = connection.execute(select(func.count(), func.min(CLAIM.c.due_at)).where(mine)).one()
            return Beside(drafts=int(drafts), claim_by=first)
        shares = shares_of(connection, handover.id) if handover.running else ()
        aside = problems_of(connection, handover.id) if names_parcels(handover) else []
        few = tuple(dict.fromkeys(parcel.tracking_id for parcel in aside))
        return Beside(shares=shares, aside=few if len(few) <= NAMED else ())


def shares_of(connection: Connection, handover_id: str) -> Shares:
    """Who added how much to a running count, the largest share first."""
    total = func.sum(TALLY.c.added)
    query = (
        select(TALLY.c.by, total)
        .where(TALLY.c.handover_id == handover_id, TALLY.c.undone.is_(False))
        .group_by(TALLY.c.by)
        .order_by(total.desc(), TALLY.c.by)
    )
    return tuple((by, int(n)) for by, n in connection.execute(query))


def problems_of(connection: Connection, handover_id: str, tracking_ids: Sequence[str] | None = None) -> list[Shipment]:
    """The shipments to be set aside, or just those named, in the order in which they were seen."""
    query = select(SHIPMENT).where(SHIPMENT.c.handover_id == handover_id).order_by(SHIPMENT.c.id)
    if tracking_ids is not None:
        query = query.where(SHIPMENT.c.tracking_id.in_(tracking_ids))
    shipments = [shipment_of(row) for row in connection.execute(query)]
    return shipments if tracking_ids is not None else [one for one in shipments if one.problem]
