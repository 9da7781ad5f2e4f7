"""The sellers of a process: each is there once for all its houses, and goes on over a change of them."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.clock import Clock
from bot.copies.joint import Joint
from bot.flipkart.quota import Quota
from bot.handover.ports import NotKept
from bot.measured import of_seller
from bot.monitoring.catalogue import Sample
from bot.seller import Seller
from bot.settings import Settings
from bot.store.calls import CallStore
from bot.store.session import Database
from bot.timing import Timing
from bot.web import WebServer


@dataclass(frozen=True, slots=True)
class _Here:
    seller: Seller
    calls: CallStore
    file: str
    """The database in which they are counted, as it is shown."""


@dataclass(frozen=True, slots=True)
class _Before:
    """What a seller counted who is about to begin anew."""

    quota: Quota
    minutes: Mapping[int, int]
    file: str


class Sellers:
    """Sellers by id."""

    def __init__(self, clock: Clock, timing: Timing, monotonic: Callable[[], float], joint: Joint) -> None:
        """There is none yet."""
        self._joint = joint
        self._clock = clock
        self._timing = timing
        self._monotonic = monotonic
        self._here: dict[str, _Here] = {}
        self._before: dict[str, _Before] = {}
        self._making = asyncio.Lock()

    async def get(
        self, houses: Sequence[Settings], database: Callable[[], Awaitable[Database]], web: WebServer
    ) -> Seller:
        """The seller of these houses, whose calls are counted in the database of the first.

        Raises:
            NotKept: that database can't be written.
        """
        name, first = houses[0].seller, await database()
        async with self._making:
            if name not in self._here:
                self._here[name] = await self._begun(houses, first)
                web.notify(name, self._here[name].seller.notifications)
                self.belong(houses)
        return self._here[name].seller

    def belong(self, houses: Iterable[Settings]) -> None:
        """These are the houses now: who is told what Flipkart says of a location."""
        places: dict[str, dict[str, frozenset[str]]] = {}
        for one in houses:
            ids = frozenset(location.id for location in one.toml.locations)
            places.setdefault(one.seller, {})[one.workspace] = ids
        for name, theirs in places.items():
            if name in self._here:
                self._here[name].seller.told.belong(theirs)

    async def _begun(self, houses: Sequence[Settings], database: Database) -> _Here:
        settings = houses[0]
        calls, before = CallStore(database), self._before.get(settings.seller)
        if before is not None and before.file != database.shown:
            for minute, made in before.minutes.items():
                await calls.add(minute, made)
        part = self._joint.part({one.workspace: one.toml.locations for one in houses})
        seller = Seller(settings, calls, self._clock, self._timing, self._monotonic, part)
        if before is not None:
            seller.quota.take_over(before.quota)
            del self._before[settings.seller]
        return _Here(seller, calls, database.shown)

    async def end(self, names: Sequence[str], web: WebServer) -> None:
        """Ends sellers whose houses have ended; what they counted is kept for when they begin again."""
        for name in names:
            if (here := self._here.pop(name, None)) is not None:
                web.notify_no_more(name)
                await here.seller.close()
                minutes: Mapping[int, int] = {}
                with contextlib.suppress(NotKept):
                    minutes = await here.calls.load(0)
                self._before[name] = _Before(here.seller.quota, minutes, here.file)

    def samples(self) -> list[Sample]:
        """What a monitor reads of them."""
        here = ((name, one.seller) for name, one in self._here.items())
        return [sample for name, one in here for sample in of_seller(name, one.flipkart, one.quota)]

    async def close(self) -> None:
        """Closes all of them."""
        for here in self._here.values():
            await here.seller.close()
