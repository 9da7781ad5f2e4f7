"""Keeps deliveries: what is to exist in Slack, how far it is, and which card shows which revision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select, update

from bot.store.awake import Awakening, awaken, stay_awake
from bot.store.due import Look, Next, look_around
from bot.store.session import Database, one_transaction
from bot.store.tables import DELIVERY, HANDOVER, PHOTO, DeliveryRow, Kind, Sending

NEVER_STALE = 2**62
"""In place of the revision that a card shows, once there is none."""
UNSENT = (Sending.PENDING, Sending.SENDING, Sending.UNKNOWN)


class OvertakenError(Exception):
    """Another copy of the bot has a delivery now: what this one did with it is kept no more, and Slack will tell."""


@dataclass(frozen=True, slots=True)
class Before:
    """What decides whether a receipt can go into its thread now."""

    root: DeliveryRow
    """The card, whose thread it belongs into."""
    replies_wait: bool
    """Whether something that happened before the end is still to be said."""
    photos_wait: bool
    """Whether a picture is still to be fetched."""
    newer: bool
    """Whether the handover has ended again since."""


class DeliveryStore:
    """The outbox's table. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def next(self, connection: Connection, look: Look) -> Next:
        """The next few that can be made now. What is loaded does not grow with what waits, exists or is shown."""
        return look_around(connection, look)

    async def keep(self, delivery: DeliveryRow, changes: Mapping[str, object]) -> None:
        """Changes a delivery's columns, in the table and then in `delivery`.

        Raises:
            OvertakenError: a copy with a higher fencing number than `delivery.fence` has written it since.
        """
        await self._write(delivery, changes)
        for name, value in changes.items():
            setattr(delivery, name, value)

    @one_transaction
    def recover(self, connection: Connection, fence: int = 0) -> int:
        """Before the first look: what another process was sending at its end may have been carried out.

        Whoever has a fencing number is the only one that writes of it from now on. Returns how many.
        """
        left: ColumnElement[bool] = DELIVERY.c.state == Sending.SENDING
        taken: dict[str, object] = {"state": Sending.UNKNOWN}
        if fence:
            left, taken = left & (DELIVERY.c.fence < fence), taken | {"fence": fence}
        return int(connection.execute(update(DELIVERY).where(left).values(taken)).rowcount)

    @one_transaction
    def backlog(self, connection: Connection) -> int:
        """How many cards and replies are not in Slack yet."""
        waits = DELIVERY.c.state.in_(UNSENT) & DELIVERY.c.kind.in_((Kind.CARD, Kind.REPLY))
        return int(connection.scalar(select(func.count()).select_from(DELIVERY).where(waits)) or 0)

    @one_transaction
    def awaken(self, connection: Connection, now: datetime) -> Awakening:
        """At a start, before anything is posted: what the database may lack."""
        return awaken(connection, now)

    @one_transaction
    def stay_awake(self, connection: Connection, now: datetime) -> None:
        """Says that the bot is awake."""
        stay_awake(connection, now)

    @one_transaction
    def before(self, connection: Connection, receipt: DeliveryRow) -> Before:
        """What a receipt waits for."""
        mine = DELIVERY.c.about == receipt.about
        root = connection.execute(select(DELIVERY).where(mine, DELIVERY.c.kind == Kind.CARD)).one()
        earlier = mine & (DELIVERY.c.kind == Kind.REPLY) & (DELIVERY.c.n <= receipt.n) & DELIVERY.c.state.in_(UNSENT)
        picture = (PHOTO.c.handover_id == receipt.about) & (PHOTO.c.sha256 == "") & (PHOTO.c.problem == "")
        newer = mine & (DELIVERY.c.kind == Kind.RECEIPT) & (DELIVERY.c.n > receipt.n)
        return Before(
            root=DeliveryRow(**root._mapping),
            replies_wait=connection.execute(select(DELIVERY.c.id).where(earlier).limit(1)).first() is not None,
            photos_wait=connection.execute(select(PHOTO.c.id).where(picture).limit(1)).first() is not None,
            newer=connection.execute(select(DELIVERY.c.id).where(newer).limit(1)).first() is not None,
        )

    @one_transaction
    def _write(self, connection: Connection, delivery: DeliveryRow, changes: Mapping[str, object]) -> None:
        mine = (DELIVERY.c.id == delivery.id) & (DELIVERY.c.fence <= delivery.fence)
        if changes.get("state") == Sending.SENDING:
            # Of two copies that are about to post the same, one may.
            mine &= DELIVERY.c.state == delivery.state
        written = update(DELIVERY).where(mine).values(dict(changes) | {"fence": delivery.fence})
        if not connection.execute(written).rowcount:
            raise OvertakenError(f"{delivery.kind} {delivery.about}")
        if delivery.kind != Kind.CARD:
            return
        mirrored: dict[str, object] = {}
        if "sent_revision" in changes:
            mirrored["shown_revision"] = changes["sent_revision"]
        if "edited_at" in changes:
            mirrored["shown_at"] = changes["edited_at"]
        if changes.get("state") == Sending.LOST:
            # There is no card any more that could be stale.
            mirrored["shown_revision"] = NEVER_STALE
        if mirrored:
            connection.execute(update(HANDOVER).where(HANDOVER.c.id == delivery.about).values(mirrored))
