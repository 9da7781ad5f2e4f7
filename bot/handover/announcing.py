"""What Flipkart tells of returns while something is being kept is kept together: one transaction for all that waits."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.handover.actions import Dock
from bot.handover.events import Detail, Event, Happening
from bot.handover.expected import Expecting, Span, span_of
from bot.handover.location import Location
from bot.handover.returns import Source, Statement, Told
from bot.lists.model import ListRead

NAMES = {Source.EVENT: "notification", Source.LEDGER: "ledger", Source.LOOKUP: "returns", Source.FILE: "file"}
"""How a source is called in exports and on record."""
AT_ONCE = 200
"""Announcements of one transaction, so that others get their turn."""


class ReturnKeeper(Protocol):
    """Items of returns. Each method is one transaction."""

    async def take(self, statements: Sequence[Statement], spans: Mapping[str, Span], listed: Event) -> None:
        """Keeps statements, in the order in which they came, and what follows for what is expected where."""


@dataclass(eq=False, slots=True)
class _Waiting:
    told: Told
    place: Location | None
    kept: bool = False


class Announcing:
    """Keeps announcements in batches."""

    def __init__(self, dock: Dock, expecting: Expecting, returns: ReturnKeeper, zone: ZoneInfo) -> None:
        """`zone` is the one in which a day begins."""
        self._dock = dock
        self._expecting = expecting
        self._returns = returns
        self._zone = zone
        self._turn = asyncio.Lock()
        self._waiting: list[_Waiting] = []

    @property
    def waiting(self) -> int:
        """Announcements that are not kept yet."""
        return len(self._waiting)

    async def keep(self, told: Told) -> bool:
        """Returns when it is kept; False where it is for none of our locations, or could be for several.

        Raises:
            NotKept: the database does not take it.
        """
        place = self._place(told)
        if place is None and (told.location_id or told.needs_place):
            return False
        if place is not None and told.source is Source.EVENT:
            self._dock.somebody_waits(place.id)
        mine = _Waiting(told, place)
        self._waiting.append(mine)
        try:
            async with self._turn:
                if not mine.kept:
                    # What fails is not taken for kept: each of the others tries it in its own turn.
                    alike = (place, told.source)
                    some = [one for one in self._waiting if (one.place, one.told.source) == alike][:AT_ONCE]
                    some = some if mine in some else [mine]
                    await self._keep(place, told.source, some)
                    for one in some:
                        one.kept = True
                        self._waiting.remove(one)
        finally:
            if mine in self._waiting:
                self._waiting.remove(mine)
        return True

    async def _keep(self, place: Location | None, source: Source, some: Sequence[_Waiting]) -> None:
        bare = [one.told.bare for one in some if one.told.bare is not None]
        if place is not None and bare:
            await self._expecting.keep_announced(place, _all(bare))
        statements = [_placed(one, place) for one in chain.from_iterable(one.told.statements for one in some)]
        if statements:
            now = self._dock.clock()
            spans = {one.id: span_of(one.id, now, self._zone) for one in self._dock.locations}
            detail: Detail = {"rows": len(statements), "repeated": 0, "skipped": 0, "source": NAMES[source]}
            listed = Event(Happening.LISTED, now, None, detail)
            await self._returns.take(statements, spans, listed)

    def _place(self, told: Told) -> Location | None:
        if told.location_id:
            return self._dock.locations.get(told.location_id)
        ours = list(self._dock.locations)
        return ours[0] if told.needs_place and len(ours) == 1 else None


def _placed(statement: Statement, place: Location | None) -> Statement:
    if place is None:
        return statement
    return replace(statement, facts={**statement.facts, "location_id": place.id})


def _all(reads: Sequence[ListRead]) -> ListRead:
    return replace(
        reads[0],
        rows=tuple(row for one in reads for row in one.rows),
        read=sum(one.read for one in reads),
        skipped_count=sum(one.skipped_count for one in reads),
        repeated=sum(one.repeated for one in reads),
    )
