"""What Flipkart announces while something is being kept is kept together: one transaction for all that waits."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.handover.expected import Announced, Expecting
from bot.lists.model import ListRead

AT_ONCE = 200
"""Announcements of one transaction, so that others get their turn."""


@dataclass(eq=False, slots=True)
class _Waiting:
    location_id: str
    read: ListRead
    kept: bool = False
    answer: Announced | None = None


class Announcing:
    """Keeps announcements in batches."""

    def __init__(self, expecting: Expecting) -> None:
        self._expecting = expecting
        self._turn = asyncio.Lock()
        self._waiting: list[_Waiting] = []

    @property
    def waiting(self) -> int:
        """Announcements that are not kept yet."""
        return len(self._waiting)

    async def keep(self, location_id: str, read: ListRead) -> Announced | None:
        """As `Expecting.keep_announced`; returns when it is kept. `new` is counted over all that is kept with it."""
        mine = _Waiting(location_id, read)
        self._waiting.append(mine)
        try:
            async with self._turn:
                if not mine.kept:
                    # What fails is not taken for kept: each of the others tries it in its own turn.
                    some = [one for one in self._waiting if one.location_id == location_id][:AT_ONCE]
                    some = some if mine in some else [mine]
                    answer = await self._expecting.keep_announced(location_id, _all([one.read for one in some]))
                    for one in some:
                        one.kept, one.answer = True, answer
                        self._waiting.remove(one)
        finally:
            if mine in self._waiting:
                self._waiting.remove(mine)
        return mine.answer


def _all(reads: Sequence[ListRead]) -> ListRead:
    return replace(
        reads[0],
        rows=tuple(row for one in reads for row in one.rows),
        read=sum(one.read for one in reads),
        skipped_count=sum(one.skipped_count for one in reads),
        repeated=sum(one.repeated for one in reads),
    )
