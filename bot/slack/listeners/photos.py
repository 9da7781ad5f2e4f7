"""Photos that are dropped into a handover's thread. Pictures are kept, all else is left alone."""

from functools import partial

import structlog

from bot.handover.model import Actor
from bot.handover.ports import NotKept
from bot.i18n import use
from bot.photos.thread import MOST_FILES, Dropped, PhotosTaken
from bot.slack.answer import Asker
from bot.slack.blocks import problems as blocks
from bot.slack.blocks.text import sections
from bot.slack.listeners.desk import Desk
from bot.slack.press import Refused
from bot.slack.said import Said

log = structlog.get_logger()


async def take(desk: Desk, said: Said) -> None:
    """Keeps the pictures of a message."""
    asker = Asker(said.user, said.channel)

    async def say(text: str) -> bool:
        return await _whisper(desk, said, [text])

    taken = await desk.presses.granted(asker, partial(_kept, desk, said), say)
    if taken is None or isinstance(taken, Refused):
        return
    with use(await desk.presses.language_of(asker)):
        later = [(name, blocks.PHOTO_LATER) for name in taken.later]
        await _whisper(desk, said, blocks.photos_kept(taken.kept, taken.tracking_id, [*taken.refused, *later]))


async def _kept(desk: Desk, said: Said) -> PhotosTaken | None:
    try:
        dropped = [Dropped.of(await desk.completed(file)) for file in said.files[:MOST_FILES]]
        return await desk.photos.take(Actor(said.user), said.channel, said.thread_ts, said.text, dropped)
    except (NotKept, OSError) as error:
        log.error("photos can't be kept; free some space on the disk, or give the right", problem=str(error))
        raise NotKept(str(error)) from error


async def _whisper(desk: Desk, said: Said, lines: list[str]) -> bool:
    return await desk.signs.whisper(said.channel, said.thread_ts, said.user, lines[0], sections(lines))
