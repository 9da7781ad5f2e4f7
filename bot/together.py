"""Joins a copy of the bot with the others over one database, as far as people's presses go."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.handover.actions import Dock
from bot.handover.letters import Codes, Tells
from bot.handover.ports import NotKept
from bot.health import Check
from bot.jobs.schedule import Schedule
from bot.slack.finger import SharedFinger
from bot.slack.languages import Languages
from bot.slack.post import Post
from bot.slack.work import Work
from bot.store.letters import FingerStore, LetterStore
from bot.store.session import Database
from bot.timing import Timing

if TYPE_CHECKING:
    from bot.copies.listening import Listening

BETWEEN_RINGS = 0.2
"""Seconds: what changes meanwhile is heard of together."""


class Together:
    """What a copy needs to send presses to others, and to carry out theirs. Nothing, where there is one copy alone."""

    def __init__(
        self,
        at: str | None,
        database: Database,
        dock: Dock,
        languages: Languages,
        timing: Timing,
        number: int,
        secret: str,
    ) -> None:
        """Takes where the copies meet, None where there is one alone; `secret` is the installation's.

        `number` is this copy's, which no other one has.
        """
        self._timing = timing
        self._letters = LetterStore(database)
        self._codes = Codes(dock)
        self._dock = dock
        self._languages = languages
        self._ring: Callable[[bool], None] = lambda _: None
        self._to_ring = asyncio.Event()
        self._only_counts = True
        """Whether nothing but counts changed since the others were told."""
        self.line: Listening | None = None
        self.finger: SharedFinger | None = None
        if at is not None:
            from bot.copies.listening import Listening as Line  # noqa: PLC0415 - its driver is an extra

            self.line = Line(at, number, timing.copies)
            self.finger = SharedFinger(FingerStore(database), self.line, secret)

    def bell(self, ring: Callable[[bool], None]) -> Callable[[bool], None]:
        """Rings at the other copies too: the one that posts may not be the one that has something to say."""
        if self.line is None:
            return ring
        self._ring = ring
        return self._rung

    def _rung(self, only_counts: bool) -> None:
        self._ring(only_counts)
        self._only_counts = only_counts and self._only_counts
        self._to_ring.set()

    async def _ring_at_others(self) -> None:
        while True:
            await self._to_ring.wait()
            self._to_ring.clear()
            what, self._only_counts = Tells.COUNTS if self._only_counts else Tells.RING, True
            await self._tell(what)
            await asyncio.sleep(BETWEEN_RINGS)

    def post(self, work: Work) -> Post | None:
        """The letters of this copy; `work` runs what others ask for."""
        line = self.line
        if line is None:
            return None
        made = Post(self._letters, line, self._codes, work, self._timing.press)
        self._dock.makes.append(lambda location: made.require_own(location.channel))

        def heard(word: str, about: str) -> None:
            if word in (Tells.RING, Tells.COUNTS):
                self._ring(word == Tells.COUNTS)
            elif word == Tells.LANGUAGE:
                work.start(self._languages.read_again(), "a language that was chosen at another copy")
            else:
                made.heard(word, about)
                if word == Tells.LINE:
                    work.start(self._languages.read_again(), "languages that may have been chosen at another copy")

        line.heard = heard
        self._languages.chose = lambda: work.start(self._tell(Tells.LANGUAGE), "a language that was chosen")
        return made

    async def _tell(self, what: Tells) -> None:
        if self.line is not None and self.line.others:
            with contextlib.suppress(NotKept):
                await self._letters.tell(self.line.me, what)

    async def run(self) -> None:
        """Hears what the others say, until it is cancelled."""
        if self.line is not None:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.line.run())
                tasks.create_task(self._ring_at_others())

    def plan(self, schedule: Schedule) -> None:
        """Puts into the schedule what is done again and again."""
        if self.line is not None:
            schedule.every(self._timing.life.forget, "letters", self._letters.forget_old)

    def checks(self) -> list[Check]:
        """For the health page."""
        return [] if self.line is None else [Check("copies", self.line.problems)]
