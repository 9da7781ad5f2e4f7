"""Joins a copy of the bot with the others over one database, as far as people's presses go."""

import contextlib

from bot.copies.address import conninfo
from bot.handover.actions import Dock
from bot.handover.letters import Codes
from bot.handover.ports import NotKept
from bot.health import Check
from bot.jobs.schedule import Schedule
from bot.slack.finger import SharedFinger
from bot.slack.post import Post
from bot.slack.work import Work
from bot.store.letters import FingerStore, LetterStore
from bot.store.session import Database
from bot.timing import Timing


class Together:
    """What a copy needs to send presses to others, and to carry out theirs. Nothing, where there is one copy alone."""

    def __init__(self, database_url: str, database: Database, dock: Dock, timing: Timing, secret: str) -> None:
        """Copies meet where the database is, unless that is a file; `secret` is the installation's own."""
        self._timing = timing
        self._letters = LetterStore(database)
        self._codes = Codes(dock)
        self._line = self.finger = None
        at = conninfo(database_url)
        if at is not None:
            from bot.copies.listening import Listening  # noqa: PLC0415 - its driver is an extra

            self._line = Listening(at, timing.copies)
            self.finger = SharedFinger(FingerStore(database), self._line, secret)

    def post(self, work: Work) -> Post | None:
        """The letters of this copy; `work` runs what others ask for."""
        if self._line is None:
            return None
        made = Post(self._letters, self._line, self._codes, work, self._timing.press)
        self._line.heard = made.heard
        return made

    async def run(self) -> None:
        """Hears what the others say, until it is cancelled."""
        if self._line is not None:
            await self._line.run()

    def plan(self, schedule: Schedule) -> None:
        """Puts into the schedule what is done again and again."""
        if self._line is not None:
            schedule.every(self._timing.life.forget, "letters", self._letters.forget_old)

    def checks(self) -> list[Check]:
        """For the health page."""
        return [] if self._line is None else [Check("copies", self._line.problems)]

    async def leave(self) -> None:
        """Lets the others have the codes from now on: this copy is about to end."""
        if self._line is not None:
            with contextlib.suppress(NotKept):
                await self._letters.let_go(self._line.me)
