"""Lists of expected parcels: dropped into the channel with the bot mentioned, or chosen by a message shortcut."""

import asyncio
from functools import partial
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.models.views import View

from bot.handover.expected import Expecting, place_of
from bot.handover.location import Location
from bot.handover.model import Actor
from bot.handover.ports import NotKept
from bot.handover.refusals import Refusal
from bot.i18n import _, use
from bot.lists import ListUnreadableError, Problem, read_list
from bot.lists.kinds import MOST_BYTES
from bot.slack import ids
from bot.slack.answer import Asker
from bot.slack.blocks import expected as blocks
from bot.slack.blocks import undelivered
from bot.slack.blocks.sentences import no_location
from bot.slack.blocks.text import sections
from bot.slack.dropped import SlackLists
from bot.slack.files import DownloadError, TooLargeError
from bot.slack.listeners.desk import Desk, why_not
from bot.slack.listeners.threads import FilesHook, Said

log = structlog.get_logger()


def register(app: AsyncApp, desk: Desk, expecting: Expecting, files: SlackLists) -> FilesHook:
    """Adds the shortcut and the button, and returns what becomes of a file in a channel, for `threads.register`.

    Before `actions`, whose last listener takes every button that nobody else has taken.
    """

    @app.message_shortcut(ids.READ_LIST)
    async def shortcut(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        asker, message = Asker.of_interaction(body), body.get("message")
        said = message if isinstance(message, dict) else {}
        found, text = said.get("files"), said.get("text")
        given = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
        wish = _take(desk, expecting, files, asker, given, text if isinstance(text, str) else "")
        desk.work.start(wish, "list shortcut")

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

    async def dropped(said: Said) -> None:
        await _take(desk, expecting, files, Asker(said.user, said.channel), list(said.files), said.text)

    return dropped


async def _lists(expecting: Expecting, asker: Asker, handover_id: str) -> View:
    return blocks.lists_view(*await expecting.show(Actor(asker.user_id), handover_id))


async def _take(
    desk: Desk, expecting: Expecting, files: SlackLists, asker: Asker, given: list[dict[str, Any]], text: str
) -> None:
    """Reads the one file of a message, keeps it, and tells the person alone what became of it."""

    async def say(*lines: str) -> None:
        await desk.answers.alone(asker, lines[0], sections(lines))

    language = await desk.language_of(asker)
    with use(language):
        locations = desk.locations.in_channel(asker.channel_id)
        if not locations:
            await say(no_location([one.channel for one in desk.locations]))
        elif len(given) != 1:
            await say(_(blocks.TOO_MANY_FILES if given else blocks.NO_FILES))
        elif (location := place_of(locations, text)) is None:
            await say(blocks.which_place(locations))
        else:
            try:
                lines = await _read(expecting, files, asker, location, given[0], say)
            except asyncio.CancelledError:
                # The bot stops and can wait no longer; a list that nobody kept must not look like one that is.
                await say(_(blocks.STOPPING))
                raise
            except Exception:
                await say(_(blocks.FAULT))
                raise
            await say(*lines)


async def _read(
    expecting: Expecting, files: SlackLists, asker: Asker, location: Location, file: dict[str, Any], say: Any
) -> list[str]:
    """What to tell the person."""
    name = ""
    try:
        await expecting.allow(Actor(asker.user_id), location)
        await say(_(blocks.READING))
        dropped = await files.fetch(file.get("id"), MOST_BYTES)
        name = dropped.name
        # Seconds of work for a long workbook.
        read = await asyncio.to_thread(read_list, dropped.content, name)
        return blocks.kept(await expecting.keep(Actor(asker.user_id), location, read))
    except Refusal as error:
        return [why_not(asker, error)]
    except ListUnreadableError as error:
        return blocks.unreadable(error, name)
    except TooLargeError:
        return blocks.unreadable(ListUnreadableError(Problem.TOO_BIG, megabytes=MOST_BYTES // 1_000_000), name)
    except DownloadError as error:
        log.warning("a list could not be fetched from slack", user=asker.user_id, problem=str(error))
        return [undelivered.sentence(error)]
    except NotKept as error:
        log.error("a list can't be kept; free some space on the disk, or give the right", problem=str(error))
        return [_(blocks.NOT_KEPT)]
