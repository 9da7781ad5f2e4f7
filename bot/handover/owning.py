"""Which locations this copy of the bot works for. One copy alone works for all of them, always."""

import contextlib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol

HOUSE = ""
"""In place of a location: what is not of one alone. One copy at a time speaks to a workspace's Slack of its own accord,
for Slack's limits are the workspace's, and does what goes through all that is kept."""


class Owning(Protocol):
    """Where several copies share the work, each location has one owner at a time."""

    @property
    def version(self) -> int:
        """Another number than before once it may own other locations."""

    def owns(self, location_id: str) -> bool:
        """Whether this copy begins work for a location."""

    def holds(self, location_id: str) -> bool:
        """Whether this copy may go on with what it has begun there: no other one can have it yet."""

    def at_work(self, location_id: str) -> AbstractContextManager[int | None]:
        """Keeps a location until what begins now has ended; yields its fencing number, or None where it is not owned.

        The number grows with each owner, so that what is kept can refuse one that was stalled and comes back.
        """


class Everything:
    """Owns all, as the only copy does."""

    version = 0

    def owns(self, location_id: str) -> bool:  # noqa: ARG002
        """Always."""
        return True

    def holds(self, location_id: str) -> bool:  # noqa: ARG002
        """Always."""
        return True

    @contextlib.contextmanager
    def at_work(self, location_id: str) -> Iterator[int | None]:  # noqa: ARG002
        """Nobody waits for it to end."""
        yield 0


EVERYTHING = Everything()


def alone(owning: Owning, job: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[object]]:
    """The job as it is done by one copy at a time: the one that owns the house."""
    if owning is EVERYTHING:
        return job

    async def done_by_the_owner() -> None:
        with owning.at_work(HOUSE) as fence:
            if fence is not None:
                await job()

    return done_by_the_owner
