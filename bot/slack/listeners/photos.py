"""Photos that are dropped into a handover's thread."""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from bot.handover.model import Actor
from bot.handover.ports import NotKept
from bot.handover.refusals import Refusal
from bot.i18n import _, use
from bot.photos.thread import MOST_FILES, Dropped, ThreadPhotos
from bot.slack.answer import Asker
from bot.slack.blocks import problems as blocks
from bot.slack.blocks import sentences
from bot.slack.blocks.text import sections
from bot.slack.listeners.desk import Desk, why_not
from bot.slack.listeners.threads import FilesHook, Said
from bot.slack.thread import ThreadSigns

log = structlog.get_logger()


Completed = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]
"""Asks for what an event does not say of a file."""


def photos_hook(desk: Desk, photos: ThreadPhotos, signs: ThreadSigns, completed: Completed) -> FilesHook:
    """What becomes of files in a thread; for `threads.register`. Pictures are kept, all else is left alone."""

    async def take(said: Said) -> None:
        asker = Asker(said.user, said.channel)
        try:
            dropped = [Dropped.of(await completed(file)) for file in said.files[:MOST_FILES]]
            taken = await photos.take(Actor(said.user), said.channel, said.thread_ts, said.text, dropped)
        except Refusal as error:
            with use(await desk.language_of(asker)):
                await whisper(said, [why_not(asker, error)])
            return
        except (NotKept, OSError) as error:
            log.error("photos can't be kept; free some space on the disk, or give the right", problem=str(error))
            with use(await desk.language_of(asker)):
                await whisper(said, [_(sentences.NOT_KEPT)])
            return
        if taken is None:
            return
        with use(await desk.language_of(asker)):
            later = [(name, blocks.PHOTO_LATER) for name in taken.later]
            await whisper(said, blocks.photos_kept(taken.kept, taken.tracking_id, [*taken.refused, *later]))

    async def whisper(said: Said, lines: list[str]) -> None:
        await signs.whisper(said.channel, said.thread_ts, said.user, lines[0], sections(lines))

    return take
