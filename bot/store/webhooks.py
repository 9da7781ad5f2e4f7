"""Keeps what addresses outside are still to be told: what comes next, what waits, and what is given up."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, or_, select, update

from bot.store.reading import reading
from bot.store.session import Database, one_transaction
from bot.store.tables import WEBHOOK, WebhookRow

FARTHEST = timedelta(days=1)
"""Nothing is put off for longer at once; what seems so was before the clock was set back."""


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits for one address."""

    count: int
    failing_since: datetime | None
    """Since when the first of those was tried in vain that were; None: none was."""


def waiting_in(url: str) -> dict[str, Waits]:
    """What waits in a database, by address; only reads.

    Raises:
        DatabaseUnusableError: it can't be read, or is of another version.
    """
    query = select(WEBHOOK.c.address, func.count(), func.min(WEBHOOK.c.failing_since)).group_by(WEBHOOK.c.address)
    with reading(url) as connection:
        return {address: Waits(int(count), since) for address, count, since in connection.execute(query)}


class WebhookStore:
    """Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def next(
        self, connection: Connection, address: str, now: datetime, busy: Collection[str], most: int
    ) -> list[WebhookRow]:
        """What can be sent to an address now, the oldest first: of each handover the first message, if it is time.

        Args:
            connection: of the transaction.
            address: its id.
            now: UTC.
            busy: handovers and locations of which a message is on its way there.
            most: so many at most.
        """
        before = WEBHOOK.alias("before")
        earlier = select(before.c.id).where(
            before.c.address == WEBHOOK.c.address, before.c.about == WEBHOOK.c.about, before.c.id < WEBHOOK.c.id
        )
        at = WEBHOOK.c.not_before
        query = (
            select(WEBHOOK)
            .where(WEBHOOK.c.address == address, WEBHOOK.c.about.not_in(busy), ~earlier.exists())
            .where(or_(at.is_(None), at <= now, at > now + FARTHEST))
            .order_by(WEBHOOK.c.id)
            .limit(most)
        )
        return [WebhookRow(**row._mapping) for row in connection.execute(query)]

    @one_transaction
    def not_before(self, connection: Connection, address: str, now: datetime) -> datetime | None:
        """When it is next time for something that was put off."""
        mine = (WEBHOOK.c.address == address) & (WEBHOOK.c.not_before > now)
        query = select(func.min(WEBHOOK.c.not_before)).where(mine)
        found: datetime | None = connection.scalar(query)
        return found

    @one_transaction
    def delivered(self, connection: Connection, one: WebhookRow) -> None:
        """The address has it."""
        connection.execute(delete(WEBHOOK).where(WEBHOOK.c.id == one.id))

    @one_transaction
    def failed(
        self,
        connection: Connection,
        one: WebhookRow,
        now: datetime,
        not_before: datetime,
        patience: timedelta,
        *,
        alone: bool,
    ) -> int:
        """The address has not taken it: it waits, or is given up once that has lasted longer than `patience`.

        Where it is not this message `alone`, all that happened before that time goes with it: nobody was there for it.
        Returns how many were given up.
        """
        since = {"failing_since": one.failing_since or now, "attempts": one.attempts + 1, "not_before": not_before}
        connection.execute(update(WEBHOOK).where(WEBHOOK.c.id == one.id).values(since))
        mine = WEBHOOK.c.id == one.id if alone else WEBHOOK.c.address == one.address
        first = connection.scalar(select(func.min(WEBHOOK.c.failing_since)).where(mine))
        if first is None or now - first <= patience:
            return 0
        return int(connection.execute(delete(WEBHOOK).where(mine, WEBHOOK.c.at < now - patience)).rowcount)

    @one_transaction
    def give_up(self, connection: Connection, address: str) -> int:
        """All that was to be told to an address; returns how many it were."""
        return int(connection.execute(delete(WEBHOOK).where(WEBHOOK.c.address == address)).rowcount)

    @one_transaction
    def sweep(self, connection: Connection, known: Collection[str], before: datetime) -> int:
        """Gives up what happened before and is for an address that bot.toml does not have; returns how many it were."""
        old = WEBHOOK.c.address.not_in(known) & (WEBHOOK.c.at < before)
        return int(connection.execute(delete(WEBHOOK).where(old)).rowcount)
