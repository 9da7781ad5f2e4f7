"""Lists of expected parcels: fetched, read and kept, and the person alone is told what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from slack_sdk.models.blocks import Block

from bot.handover.dropped import Dropping, File
from bot.handover.location import Location, Locations
from bot.handover.model import Actor
from bot.handover.places import place_of
from bot.handover.ports import NotKept
from bot.i18n import _, use
from bot.lists import ListUnreadableError, Problem
from bot.lists.kinds import MOST_BYTES
from bot.lists.turns import ListTurns
from bot.slack.answer import Asker
from bot.slack.blocks import brought, undelivered
from bot.slack.blocks import expected as blocks
from bot.slack.blocks.sentences import no_location
from bot.slack.blocks.text import sections
from bot.slack.dropped import SlackLists
from bot.slack.files import DownloadError, TooLargeError
from bot.slack.wishes import Excuses, Refused, Wish, Wishes

log = structlog.get_logger()

EXCUSES = Excuses(blocks.NOT_KEPT, blocks.STOPPING, blocks.FAULT)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A sheet of a file that is to be read."""

    places: Sequence[Location]
    """To which the person may bring a list."""
    file_id: object
    """As Slack wrote it, which may be anything."""
    sheet: int | None = None
    unsaid: bool = False
    """The list has to say itself which of the places it is for."""


class Reading:
    """Reads one file of a person at a time."""

    def __init__(
        self,
        wishes: Wishes,
        locations: Locations,
        dropping: Dropping,
        files: SlackLists,
        turns: ListTurns,
        zone: ZoneInfo,
    ) -> None:
        self._wishes = wishes
        self._locations = locations
        self._dropping = dropping
        self._zone = zone
        self._files = files
        self._turns = turns

    async def take(self, asker: Asker, given: list[dict[str, Any]], text: str) -> None:
        """Reads the one file of a message; `text` stands beside it."""
        with use(await self._wishes.language_of(asker)):
            locations = self._locations.in_channel(asker.channel_id)
            if not locations:
                await self._say(asker, [no_location([one.channel for one in self._locations])])
            elif len(given) != 1:
                await self._say(asker, [_(blocks.TOO_MANY_FILES if given else blocks.NO_FILES)])
            else:
                said = place_of(locations, text)
                places = locations if said is None else [said]
                await self._told(asker, partial(self._of_message, asker, places, given[0].get("id")))

    async def take_sheet(self, asker: Asker, list_id: str, at: int) -> None:
        """Reads another sheet of the file that a list came from."""
        with use(await self._wishes.language_of(asker)):
            await self._told(asker, partial(self._of_list, asker, list_id, at))

    async def _of_message(self, asker: Asker, places: Sequence[Location], file_id: object) -> list[Block]:
        may = await self._dropping.may(Actor(asker.user_id), places)
        return await self._read(asker, Wanted(may, file_id, unsaid=len(places) > 1))

    async def _of_list(self, asker: Asker, list_id: str, at: int) -> list[Block]:
        location, file = await self._dropping.source(Actor(asker.user_id), list_id)
        return await self._read(asker, Wanted([location], file.id, at))

    async def _told(self, asker: Asker, wish: Wish[list[Block]]) -> None:
        """Tells what a wish gives, or why it gives nothing."""

        async def say(text: str) -> bool:
            return await self._wishes.answers.alone(asker, _(blocks.LISTS_TITLE), sections([text]))

        shown = await self._wishes.granted(asker, partial(self._reached, asker, wish), say, EXCUSES)
        if not isinstance(shown, Refused):
            await self._wishes.answers.alone(asker, _(blocks.LISTS_TITLE), shown)

    async def _read(self, asker: Asker, wanted: Wanted) -> list[Block]:
        """Reads and keeps what a person may bring, and returns what to tell them."""
        name = ""
        try:
            with self._turns.one_of(asker.user_id):
                await self._say(asker, [_(blocks.READING)])
                async with self._turns.turn:
                    dropped = await self._files.fetch(wanted.file_id, MOST_BYTES)
                    name = dropped.name
                    read = await self._turns.read(dropped.content, name, wanted.sheet)
        except ListUnreadableError as error:
            return sections(blocks.unreadable(error, name))
        except TooLargeError:
            too_big = ListUnreadableError(Problem.TOO_BIG, megabytes=MOST_BYTES // 1_000_000)
            return sections(blocks.unreadable(too_big, name))
        place = self._dropping.own_place(read, wanted.places) if wanted.unsaid else wanted.places[0]
        if place is None:
            return sections([blocks.which_place(wanted.places)])
        answer = await self._dropping.keep(Actor(asker.user_id), place, read, File(dropped.id, name))
        return [*sections(blocks.kept(answer, self._zone)), *brought.buttons(answer)]

    async def _say(self, asker: Asker, lines: list[str]) -> None:
        await self._wishes.answers.alone(asker, lines[0], sections(lines))

    async def _reached(self, asker: Asker, wish: Wish[list[Block]]) -> list[Block]:
        """What a wish gives, or why Slack did not hand out the file; the log says what only the operator can mend."""
        try:
            return await wish()
        except DownloadError as error:
            log.warning("a list could not be fetched from slack", user=asker.user_id, problem=str(error))
            why = undelivered.sentence(error)
            return sections([self._wishes.admins.named(why) if undelivered.needs_admins(error) else why])
        except NotKept as error:
            log.error("a list can't be kept; free some space on the disk, or give the right", problem=str(error))
            raise
