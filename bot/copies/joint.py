"""This process as one of several copies: what each of its houses owns, and joining and leaving the others."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.copies.owner import OwnedHouse, Owner
from bot.handover.location import Location
from bot.handover.owning import EVERYTHING, Owning
from bot.timing import CopiesTiming


class Joint:
    """Shares the work with other copies; where it meets none, all of it is this process's own."""

    def __init__(self, conninfo: str | None, timing: CopiesTiming) -> None:
        """`conninfo` leads to where the copies meet; None: this is the only one."""
        self._owner = Owner(timing.lease)
        self._locks = None
        if conninfo is not None:
            from bot.copies.locks import Locks  # noqa: PLC0415 - its driver is an extra

            self._locks = Locks(conninfo, self._owner, timing)

    def owning(self, workspace: str, locations: Iterable[Location]) -> Owning:
        """What this copy owns of a house. Locations of one channel go together: it is told of an outage once."""
        if self._locks is None:
            return EVERYTHING
        channels = {location.id: location.channel for location in locations}
        return OwnedHouse(self._owner, workspace, lambda one: channels.get(one, one))

    def part(self, houses: Mapping[str, Sequence[Location]]) -> Callable[[], float] | None:
        """Tells which part of a seller's locations, by workspace, are this copy's; None where there is no other one."""
        if self._locks is None:
            return None
        owned = [(self.owning(name, some), location.id) for name, some in houses.items() for location in some]
        return lambda: sum(owning.owns(location_id) for owning, location_id in owned) / max(1, len(owned))

    def start(self) -> None:
        """Joins the others: from now on it is given its share."""
        if self._locks is not None:
            self._locks.start()

    async def leave(self) -> None:
        """Hands all of it over."""
        if self._locks is not None:
            await self._locks.leave()

    @property
    def shards(self) -> list[int]:
        """Which are this copy's own, of those that copies share."""
        return self._owner.shards

    @property
    def faults(self) -> int:
        """How often a look at what others have ended in a fault of the bot."""
        return 0 if self._locks is None else self._locks.faults

    def problems(self) -> list[str]:
        """What the health page says."""
        return [] if self._locks is None else self._locks.problems()

    def figures(self) -> dict[str, object]:
        """The same: how many copies there are, and which shards are this one's."""
        return {} if self._locks is None else {"copies": self._locks.copies, "shards": self.shards}
