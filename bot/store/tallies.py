"""Keeps the running hand counts: each addition, and the handover's sum, in one transaction."""

from collections.abc import Callable

from sqlalchemy import func, insert, update
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import Clock
from bot.handover.model import Handover
from bot.handover.ports import Step
from bot.handover.refusals import UnknownHandover
from bot.handover.tally import Shares
from bot.store.handovers import keep, load
from bot.store.session import Database, whole
from bot.store.tables import TALLY


class TallyStore:
    """Implements `bot.handover.tally.TallyKeeper`. Every method is one transaction."""

    def __init__(self, database: Database, clock: Clock, changed: Callable[[], None] = lambda: None) -> None:
        """Calls `changed` after each commit that left something to be said in Slack."""
        self._database = database
        self._clock = clock
        self._changed = changed

    @whole
    async def add(self, handover_id: str, by: str, added: int, decide: Callable[[Handover, int], Step]) -> Handover:
        """Keeps one addition, if `decide` makes an event of it.

        Raises:
            UnknownHandover: there is none with this id.
        """
        async with self._database.transaction() as session:
            before = await _need(session, handover_id)
            step = decide(before, added)
            said = await keep(session, before, step)
            if step.events:
                row = {"handover_id": handover_id, "by": by, "at": self._clock(), "added": added, "undone": False}
                await session.exec(insert(TALLY), params=[row])
        if said:
            self._changed()
        return step.handover

    @whole
    async def undo(self, handover_id: str, by: str, decide: Callable[[Handover, int], Step]) -> Handover | None:
        """Takes back the person's own last addition; None when there is none.

        Raises:
            UnknownHandover: there is none with this id.
        """
        own = (TALLY.c.handover_id == handover_id) & (TALLY.c.by == by) & TALLY.c.undone.is_(False)
        async with self._database.transaction() as session:
            before = await _need(session, handover_id)
            newest = select(TALLY.c.id, TALLY.c.added).where(own).order_by(TALLY.c.id.desc()).limit(1)
            last = (await session.exec(newest)).first()
            if last is None:
                return None
            row_id, added = last
            step = decide(before, -added)
            said = await keep(session, before, step)
            if step.events:
                await session.exec(update(TALLY).where(TALLY.c.id == row_id).values(undone=True))
        if said:
            self._changed()
        return step.handover

    @whole
    async def shares(self, handover_id: str) -> Shares:
        """Who added how much, the largest share first."""
        total = func.sum(TALLY.c.added)
        query = (
            select(TALLY.c.by, total)
            .where(TALLY.c.handover_id == handover_id, TALLY.c.undone.is_(False))
            .group_by(TALLY.c.by)
            .order_by(total.desc(), TALLY.c.by)
        )
        async with self._database.transaction() as session:
            return tuple((by, int(n)) for by, n in await session.exec(query))


async def _need(session: AsyncSession, handover_id: str) -> Handover:
    found = await load(session, handover_id)
    if found is None:
        raise UnknownHandover(handover_id)
    return found
