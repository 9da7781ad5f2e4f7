"""Reads lists in a process of its own: one at a time for the whole bot, and one of each person."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from bot.lists.model import ListRead
from bot.lists.reader import read_list
from bot.lists.refused import ListUnreadableError, Problem, Refused
from bot.worker import Apart, TooMuchError


class ListTurns:
    """Lets one list after the other be fetched and read, so that a dozen of them take the memory of one."""

    def __init__(self, apart: Apart) -> None:
        self._apart = apart
        self._people: set[str] = set()
        self.turn = asyncio.Lock()
        """Held by whoever fetches and reads."""

    @contextmanager
    def one_of(self, person: str) -> Iterator[None]:
        """As long as it lasts, a second list of the same person is refused. Raises ListUnreadableError."""
        if person in self._people:
            raise ListUnreadableError(Problem.ANOTHER)
        self._people.add(person)
        try:
            yield
        finally:
            self._people.discard(person)

    async def read(self, content: bytes, name: str, sheet: int | None = None) -> ListRead:
        """The list; `sheet` as `read_list` takes it.

        Raises:
            ListUnreadableError: nothing can be read from it, or reading takes too much.
        """
        try:
            found = await self._apart(read_or_say, content, name, sheet)
        except TooMuchError as error:
            raise ListUnreadableError(Problem.TOO_MUCH) from error
        if isinstance(found, Refused):
            raise ListUnreadableError(found.problem, **found.facts)
        return found


def read_or_say(content: bytes, name: str, sheet: int | None) -> ListRead | Refused:
    """`read_list` for another process."""
    try:
        return read_list(content, name, sheet)
    except ListUnreadableError as error:
        return Refused(error.problem, error.facts)
