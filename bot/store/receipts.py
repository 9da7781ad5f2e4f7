"""Keeps receipts on their way into the threads of handovers that have ended."""

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from bot.handover.model import Handover
from bot.store.handovers import load
from bot.store.session import Database, one_transaction
from bot.store.tables import INTENT, PHOTO, RECEIPT, IntentRow, Kind, ReceiptRow, Sending

_UNDONE = (Sending.PENDING, Sending.SENDING, Sending.UNKNOWN)


@dataclass(frozen=True, slots=True)
class DueReceipt:
    """A receipt that is not in Slack, with what decides whether it can go there now."""

    row: ReceiptRow
    handover: Handover
    root: IntentRow
    """The card, whose thread it belongs into."""
    replies_wait: bool
    """Whether something that happened before the end is still to be said."""
    photos_wait: bool
    """Whether a picture is still to be fetched."""
    superseded: bool
    """The FE came back: the next end has a receipt of its own."""


class ReceiptStore:
    """The outbox's steps of receipts. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def due(self, connection: Connection) -> list[DueReceipt]:
        """The receipts that are not in Slack, those of one handover by their ends."""
        undone = select(RECEIPT).where(RECEIPT.c.state.in_(_UNDONE)).order_by(RECEIPT.c.handover_id, RECEIPT.c.n)
        found = [_due(connection, ReceiptRow(**row._mapping)) for row in connection.execute(undone).all()]
        return [one for one in found if one is not None]

    async def keep(self, row: ReceiptRow, **values: object) -> None:
        """Changes a receipt's columns, in the table and in `row`."""
        await self._write(row, values)
        for name, value in values.items():
            setattr(row, name, value)

    @one_transaction
    def _write(self, connection: Connection, row: ReceiptRow, values: dict[str, object]) -> None:
        same = (RECEIPT.c.handover_id == row.handover_id) & (RECEIPT.c.n == row.n)
        connection.execute(update(RECEIPT).where(same).values(values))


def _due(connection: Connection, row: ReceiptRow) -> DueReceipt | None:
    handover = load(connection, row.handover_id)
    mine = INTENT.c.handover_id == row.handover_id
    root = connection.execute(select(INTENT).where(mine, INTENT.c.kind == Kind.CARD)).first()
    if handover is None or root is None:
        return None
    earlier = mine & (INTENT.c.kind == Kind.REPLY) & (INTENT.c.n <= row.n) & INTENT.c.state.in_(_UNDONE)
    picture = (PHOTO.c.handover_id == row.handover_id) & (PHOTO.c.sha256 == "") & (PHOTO.c.problem == "")
    newer = (RECEIPT.c.handover_id == row.handover_id) & (RECEIPT.c.n > row.n)
    return DueReceipt(
        row=row,
        handover=handover,
        root=IntentRow(**root._mapping),
        replies_wait=connection.execute(select(INTENT.c.id).where(earlier).limit(1)).first() is not None,
        photos_wait=connection.execute(select(PHOTO.c.id).where(picture).limit(1)).first() is not None,
        superseded=not handover.over
        or connection.execute(select(RECEIPT.c.n).where(newer).limit(1)).first() is not None,
    )
