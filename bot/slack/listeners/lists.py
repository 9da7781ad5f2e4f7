"""Lists of expected parcels: dropped into the channel with the bot mentioned, or chosen by a message shortcut."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.handover.dropped import Dropping, File
from bot.handover.expected import Expecting
from bot.handover.find import ServesNothing
from bot.handover.location import Location
from bot.handover.model import Actor
from bot.handover.places import place_of
from bot.handover.ports import NotKept
from bot.handover.refusals import Refusal
from bot.i18n import N_, _, use
from bot.lists import ListUnreadableError, Problem
from bot.lists.kinds import MOST_BYTES
from bot.lists.turns import ListTurns
from bot.slack import ids
from bot.slack.answer import Asker
from bot.slack.blocks import brought, undelivered
from bot.slack.blocks import expected as blocks
from bot.slack.blocks.found import SERVES_NOTHING
from bot.slack.blocks.sentences import no_location
from bot.slack.blocks.text import section, sections
from bot.slack.dropped import SlackLists
from bot.slack.files import DownloadError, TooLargeError
from bot.slack.listeners.desk import Desk, why_not
from bot.slack.listeners.otc import Answer, Word
from bot.slack.listeners.threads import FilesHook, Said

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Wish:
    """A sheet of a file that is to be read."""

    places: Sequence[Location]
    """To which the person may bring a list."""
    file_id: object
    """As Slack wrote it, which may be anything."""
    sheet: int | None = None
    unsaid: bool = False
    """The list has to say itself which of the places it is for."""


def register(
    app: AsyncApp, desk: Desk, expecting: Expecting, dropping: Dropping, files: SlackLists, turns: ListTurns
) -> FilesHook:
    """Adds the shortcut and the buttons, and returns what becomes of a file in a channel, for `threads.register`.

    Before `actions`, whose last listener takes every button that nobody else has taken.
    """
    reading = _Reading(desk, dropping, files, turns)

    @app.message_shortcut(ids.READ_LIST)
    async def shortcut(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        asker, message = Asker.of_interaction(body), body.get("message")
        said = message if isinstance(message, dict) else {}
        found, text = said.get("files"), said.get("text")
        given = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
        desk.work.start(reading.take(asker, given, text if isinstance(text, str) else ""), "list shortcut")

    @app.action(ids.SHOW_LISTS)
    async def show(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        asker = Asker.of_interaction(body)
        handover = ids.handover_id(action.get("value"))
        wish = partial(_lists, expecting, asker, handover)
        # On top of the modal in which the button stands; Slack refuses that for a button of a message.
        view = body.get("view")
        on_top = isinstance(view, dict) and view.get("type") == "modal"
        work = desk.in_modal(asker, f"lists {handover}", blocks.LISTS_TITLE, wish, on_top=on_top)
        desk.work.start(work, "lists button")

    @app.action(ids.TAKE_BACK)
    async def take_back(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        asker = Asker.of_interaction(body)
        list_id = ids.list_id(action.get("value"))
        wish = partial(_take_back, desk, dropping, asker, list_id)
        desk.work.start(desk.alone(asker, f"take back {list_id}", wish), "take back button")

    def listen(action_id: str) -> None:
        @app.action(action_id)
        async def another_sheet(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
            await ack()
            asker = Asker.of_interaction(body)
            list_id, at = ids.sheet(action.get("value"))
            desk.work.start(reading.take_sheet(asker, list_id, at), "sheet button")

    for n in range(ids.MOST_SHEETS):
        listen(f"{ids.READ_SHEET}_{n}")

    async def dropped(said: Said) -> None:
        await reading.take(Asker(said.user, said.channel), list(said.files), said.text)

    return dropped


def lists_word(desk: Desk, dropping: Dropping) -> Word:
    """`/otc lists`: the lists that the person can take back."""

    async def tell(asker: Asker, _typed: str) -> Answer:
        try:
            found = await dropping.recent(Actor(asker.user_id))
        except ServesNothing:
            return _(SERVES_NOTHING), [section(_(SERVES_NOTHING))]
        return _(brought.LISTS_TITLE), brought.recent(found, desk.locations, desk.zone)

    return Word("lists", N_("The lists of expected parcels that were dropped, each with a way to take it back."), tell)


async def _lists(expecting: Expecting, asker: Asker, handover_id: str) -> View:
    return blocks.lists_view(*await expecting.show(Actor(asker.user_id), handover_id))


async def _take_back(desk: Desk, dropping: Dropping, asker: Asker, list_id: str) -> Answer:
    answer = await dropping.take_back(Actor(asker.user_id), list_id)
    lines = brought.taken_back(answer, desk.locations, desk.zone)
    return lines[0], sections(lines)


class _Reading:
    """Reads files, keeps them as lists, and tells the person alone what became of them."""

    def __init__(self, desk: Desk, dropping: Dropping, files: SlackLists, turns: ListTurns) -> None:
        self._desk = desk
        self._dropping = dropping
        self._files = files
        self._turns = turns

    async def take(self, asker: Asker, given: list[dict[str, Any]], text: str) -> None:
        """Reads the one file of a message; `text` stands beside it."""
        with use(await self._desk.language_of(asker)):
            locations = self._desk.locations.in_channel(asker.channel_id)
            if not locations:
                await self._say(asker, [no_location([one.channel for one in self._desk.locations])])
            elif len(given) != 1:
                await self._say(asker, [_(blocks.TOO_MANY_FILES if given else blocks.NO_FILES)])
            else:
                said = place_of(locations, text)
                places = locations if said is None else [said]
                await self._told(asker, partial(self._of_message, asker, places, given[0].get("id")))

    async def take_sheet(self, asker: Asker, list_id: str, at: int) -> None:
        """Reads another sheet of the file that a list came from."""
        with use(await self._desk.language_of(asker)):
            await self._told(asker, partial(self._of_list, asker, list_id, at))

    async def _of_message(self, asker: Asker, places: Sequence[Location], file_id: object) -> list[Block]:
        may = await self._dropping.may(Actor(asker.user_id), places)
        return await self._read(asker, Wish(may, file_id, unsaid=len(places) > 1))

    async def _of_list(self, asker: Asker, list_id: str, at: int) -> list[Block]:
        location, file = await self._dropping.source(Actor(asker.user_id), list_id)
        return await self._read(asker, Wish([location], file.id, at))

    async def _told(self, asker: Asker, wish: Callable[[], Awaitable[list[Block]]]) -> None:
        """Tells what a wish gives, or why it gives nothing."""
        try:
            shown = await wish()
        except Refusal as error:
            shown = sections([why_not(asker, error)])
        except DownloadError as error:
            log.warning("a list could not be fetched from slack", user=asker.user_id, problem=str(error))
            shown = sections([undelivered.sentence(error)])
        except NotKept as error:
            log.error("a list can't be kept; free some space on the disk, or give the right", problem=str(error))
            shown = sections([_(blocks.NOT_KEPT)])
        except asyncio.CancelledError:
            # The bot stops and can wait no longer; a list that nobody kept must not look like one that is.
            await self._say(asker, [_(blocks.STOPPING)])
            raise
        except Exception:
            await self._say(asker, [_(blocks.FAULT)])
            raise
        await self._desk.answers.alone(asker, _(blocks.LISTS_TITLE), shown)

    async def _read(self, asker: Asker, wish: Wish) -> list[Block]:
        """Reads and keeps what a person may bring, and returns what to tell them."""
        name = ""
        try:
            with self._turns.one_of(asker.user_id):
                await self._say(asker, [_(blocks.READING)])
                async with self._turns.turn:
                    dropped = await self._files.fetch(wish.file_id, MOST_BYTES)
                    name = dropped.name
                    read = await self._turns.read(dropped.content, name, wish.sheet)
        except ListUnreadableError as error:
            return sections(blocks.unreadable(error, name))
        except TooLargeError:
            too_big = ListUnreadableError(Problem.TOO_BIG, megabytes=MOST_BYTES // 1_000_000)
            return sections(blocks.unreadable(too_big, name))
        place = self._dropping.own_place(read, wish.places) if wish.unsaid else wish.places[0]
        if place is None:
            return sections([blocks.which_place(wish.places)])
        answer = await self._dropping.keep(Actor(asker.user_id), place, read, File(dropped.id, name))
        return [*sections(blocks.kept(answer, self._desk.zone)), *brought.buttons(answer)]

    async def _say(self, asker: Asker, lines: list[str]) -> None:
        await self._desk.answers.alone(asker, lines[0], sections(lines))
