"""In which language a person is answered: their own choice, their dock's, that of their Slack, English.

Slack's app speaks no Indian language, so its setting says English of nearly everybody: at a dock that works in Hindi it
says nothing. A dock's English is no choice either: it is what a location has of whose language nobody said anything.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable

from cachetools import TTLCache

from bot.clock import Clock
from bot.handover.languages import KeptLanguages
from bot.handover.location import Location, Locations
from bot.handover.ports import NotKept
from bot.i18n import DEFAULT, LANGUAGES
from bot.slack.access import SlackDirectory
from bot.timing import DirectoryTiming

Serves = Callable[[str], Awaitable[Iterable[Location] | None]]
"""The locations that a person serves, as Slack says now; None: it can't say."""


class Languages:
    """Knows them without a wait where that is possible."""

    def __init__(
        self,
        kept: KeptLanguages,
        locations: Locations,
        directory: SlackDirectory,
        serves: Serves,
        clock: Clock,
        timing: DirectoryTiming,
    ) -> None:
        self._kept = kept
        self._locations = locations
        self._directory = directory
        self._serves = serves
        self._clock = clock
        self._timing = timing
        self._chosen: dict[str, str | None] = {}
        """By user id; None for who wants the dock's again."""
        self._loaded = False
        self.chose: Callable[[], None] = lambda: None
        """Called when somebody has chosen: other copies of the bot remember what they read."""
        self._at_docks: TTLCache[str, str] = TTLCache(5000, timing.language)
        """By user id the language of the docks that they serve; English where they serve none."""

    async def load(self) -> None:
        """Reads what people chose, once. While it can't be read nobody chose anything."""
        if self._loaded:
            return
        try:
            kept = await self._kept.load()
        except NotKept:
            return
        # What was chosen since is newer.
        self._chosen = {**kept, **self._chosen}
        self._loaded = True

    def chosen(self, user_id: str) -> str | None:
        """What the person chose; None: nothing, or a language that is no longer there."""
        found = self._chosen.get(user_id)
        return found if found in LANGUAGES else None

    async def choose(self, user_id: str, language: str | None) -> None:
        """Keeps a choice; None: it is the dock's again. Raises NotKept."""
        await self._kept.choose(user_id, language, self._clock())
        self._chosen[user_id] = language
        self.chose()

    async def read_again(self) -> None:
        """Another copy of the bot has kept what somebody chose."""
        with contextlib.suppress(NotKept):
            self._chosen = dict(await self._kept.load())

    def serve(self, user_id: str, locations: Iterable[Location]) -> str:
        """Takes over which locations the person serves, whoever has asked Slack for them; the language of the first."""
        self._at_docks[user_id] = first = next((location.language for location in locations), DEFAULT)
        return first

    def now(self, user_id: str, channel: str) -> str:
        """The language for what can't wait, in a channel or, without one, wherever the person is."""
        said = self.chosen(user_id)
        if said is not None:
            return said
        spoken = self._spoken_in(channel) or self._at_docks.get(user_id) or self._named(user_id)
        return spoken if spoken != DEFAULT else self._directory.known_language(user_id) or DEFAULT

    async def of(self, user_id: str, channel: str) -> str:
        """The language of the person there. Raises nothing, and asks Slack for a moment at most."""
        await self.load()
        said = self.chosen(user_id)
        if said is not None:
            return said
        spoken = self._spoken_in(channel) or await self._at_their_docks(user_id)
        return spoken if spoken != DEFAULT else await self._directory.language_of(user_id)

    def _spoken_in(self, channel: str) -> str | None:
        """The language of the location in a channel; None where there is none."""
        return next((location.language for location in self._locations.in_channel(channel)), None)

    def _named(self, user_id: str) -> str:
        """The language of the first location that names the person by id."""
        return next((location.language for location in self._locations if user_id in location.entitled), DEFAULT)

    async def _at_their_docks(self, user_id: str) -> str:
        known = self._at_docks.get(user_id)
        if known is not None:
            return known
        try:
            async with asyncio.timeout(self._timing.language_patience):
                found = await self._serves(user_id)
        except TimeoutError:
            found = None
        return self._named(user_id) if found is None else self.serve(user_id, found)
