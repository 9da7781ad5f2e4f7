"""Joins a copy of the bot with the others over one database: presses, and what each hears of what the others do."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from bot.handover.actions import Dock
from bot.handover.due_today import DueToday
from bot.handover.letters import Codes, Tells
from bot.handover.model import Handover
from bot.handover.owning import Owning
from bot.handover.ports import NotKept
from bot.health import Check
from bot.jobs.poll import Poller
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

BETWEEN_WORDS = 0.2
"""Seconds: what changes meanwhile is heard of together."""


class Refusals(Protocol):
    """What a copy knows of the calls that Flipkart refused its seller."""

    refused: list[Callable[[], None]]
    """Called when it knows more."""

    def says(self) -> str:
        """What others are to hear; empty where nothing holds."""

    def hear(self, said: str) -> None:
        """The same of another copy."""


class Together:
    """What a copy needs to send presses to others, to carry out theirs, and to hear what the others know.

    Nothing, where there is one copy alone.
    """

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
        self._has_words = asyncio.Event()
        self._words: dict[tuple[Tells, str], None] = {}
        """What the others are told next, each once: the word, and what it is about."""
        self._does: dict[str, Callable[[str], None]] = {}
        """What is done when a word is heard, beside what is always done."""
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
        self._say(Tells.COUNTS if only_counts else Tells.RING)

    def _say(self, what: Tells, about: str = "") -> None:
        if self.line is not None:
            self._words[what, about] = None
            self._has_words.set()

    async def _say_it(self) -> None:
        while True:
            await self._has_words.wait()
            self._has_words.clear()
            words, self._words = self._words, {}
            if (Tells.RING, "") in words:
                words.pop((Tells.COUNTS, ""), None)
            await self._tell(*words)
            await asyncio.sleep(BETWEEN_WORDS)

    def share_asking(self, due_today: DueToday, owning: Owning) -> None:
        """Who asked here about a location of another copy has asked there, and what a look of theirs found is read."""

        def asked(location_id: str) -> None:
            location = self._dock.locations.get(location_id)
            if location is not None and location.arrivals == "due" and not owning.owns(location_id):
                self._say(Tells.ASKED, location_id)

        def looked(location_id: str, _kept: list[Handover]) -> None:
            if not owning.owns(location_id):
                self._say(Tells.LOOKED, location_id)

        if self.line is not None:
            self._dock.wanted.append(asked)
            self._dock.watchers.append(looked)
            self._does[Tells.ASKED] = due_today.asked

    def follow(self, poller: Poller, work: Work) -> None:
        """What another copy saw of a location, the poller goes on with; the reading is in `work`."""
        self._does[Tells.LOOKED] = lambda location_id: work.start(
            poller.read_again(location_id), "what another copy saw of a location"
        )

    def share_refusals(self, refusals: Refusals) -> Callable[[], None]:
        """What Flipkart refused one copy, all know at once, and those that come later. Returns what ends that."""

        def tell() -> None:
            if said := refusals.says():
                self._say(Tells.REFUSED, said)

        self._does |= {Tells.REFUSED: refusals.hear, Tells.HERE: lambda _: tell()}
        refusals.refused.append(tell)
        return lambda: refusals.refused.remove(tell)

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
            elif (does := self._does.get(word)) is not None:
                does(about)
            elif word == Tells.LANGUAGE:
                work.start(self._languages.read_again(), "a language that was chosen at another copy")
            else:
                made.heard(word, about)
                if word == Tells.LINE:
                    work.start(self._languages.read_again(), "languages that may have been chosen at another copy")

        line.heard = heard
        self._languages.chose = lambda: work.start(self._tell((Tells.LANGUAGE, "")), "a language that was chosen")
        return made

    async def _tell(self, *words: tuple[Tells, str]) -> None:
        if self.line is not None and self.line.others:
            with contextlib.suppress(NotKept):
                await self._letters.tell(self.line.me, words)

    async def run(self) -> None:
        """Hears what the others say, until it is cancelled."""
        if self.line is not None:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.line.run())
                tasks.create_task(self._say_it())

    def plan(self, schedule: Schedule) -> None:
        """Puts into the schedule what is done again and again."""
        if self.line is not None:
            schedule.every(self._timing.life.forget, "letters", self._letters.forget_old)

    def checks(self) -> list[Check]:
        """For the health page."""
        return [] if self.line is None else [Check("copies", self.line.problems)]
