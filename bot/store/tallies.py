"""Keeps the running hand counts: each addition, and the handover's sum, in one transaction."""

from collections.abc import Callable

from sqlalchemy import Connection, insert, select, update

from bot.clock import Clock
from bot.handover.model import Handover
from bot.handover.ports import Step
from bot.handover.tally import Shares
from bot.store.beside import shares_of
from bot.store.handovers import keep, the_handover
from bot.store.session import Database, one_transaction
from bot.store.tables import TALLY


class TallyStore:
    """Implements `bot.handover.tally.TallyKeeper`. Every method is one transaction."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @one_transaction
    def add(
        self, connection: Connection, handover_id: str, by: str, added: int, decide: Callable[[Handover, int], Step]
    ) -> Handover:
        """Keeps one addition, if `decide` makes an event of it.

        Raises:
            UnknownHandover: there is none with this id.
        """
        before = the_handover(connection, handover_id)
        step = decide(before, added)
        keep(connection, before, step)
        if step.events:
            row = {"handover_id": handover_id, "by": by, "at": self._clock(), "added": added, "undone": False}
            connection.execute(insert(TALLY), [row])
        return step.handover

    @one_transaction
    def undo(
        self, connection: Connection, handover_id: str, by: str, decide: Callable[[Handover, int], Step]
    ) -> Handover | None:
        """Takes back the person's own last addition; None when there is none.

        Raises:
            UnknownHandover: there is none with this id.
        """
        own = (TALLY.c.handover_id == handover_id) & (TALLY.c.by == by) & TALLY.c.undone.is_(False)
        before = the_handover(connection, handover_id)
        newest = select(TALLY.c.id, TALLY.c.added).where(own).order_by(TALLY.c.id.desc()).limit(1)
        last = connection.execute(newest).first()
        if last is None:
            return None
        row_id, added = last
        step = decide(before, -added)
        keep(connection, before, step)
        if step.events:
            connection.execute(update(TALLY).where(TALLY.c.id == row_id).values(undone=True))
        return step.handover

    @one_transaction
    def shares(self, connection: Connection, handover_id: str) -> Shares:
        """Who added how much, the largest share first."""
        return shares_of(connection, handover_id)
