"""Photos and videos that are dropped into a handover's thread. All else is left alone."""

from functools import partial

import structlog

from bot import trace
from bot.handover.evidence import Shot
from bot.handover.model import Actor
from bot.handover.ports import NotKept
from bot.i18n import _, use
from bot.photos.thread import MOST_FILES, Dropped, Taken
from bot.photos.videos import MOST_CANDIDATES
from bot.slack import ids
from bot.slack.answer import Asker
from bot.slack.blocks import photos as blocks
from bot.slack.blocks.text import sections
from bot.slack.declared import Answer, Body, Kind, Right, alone, pressed
from bot.slack.listeners.desk import Desk
from bot.slack.said import Said
from bot.slack.wishes import Refused

log = structlog.get_logger()


async def take(desk: Desk, said: Said) -> None:
    """Keeps the pictures of a message, and notes its videos."""
    asker = Asker(said.user, said.channel)

    async def say(text: str) -> bool:
        return await desk.signs.whisper(said.channel, said.thread_ts, said.user, text, sections([text]))

    taken = await desk.wishes.granted(asker, partial(_kept, desk, said), say)
    if taken is None or isinstance(taken, Refused):
        return
    with use(await desk.wishes.language_of(asker)):
        later = [(name, blocks.PHOTO_LATER) for name in taken.later]
        lines = blocks.photos_kept(taken.kept, taken.tracking_id, [*taken.refused, *later])
        if taken.kept and taken.missing and not taken.unsaid:
            lines.append(blocks.missing_line(taken.tracking_id, taken.missing))
        drawn = [*sections(lines), *blocks.shows_rows(taken.handover_id, taken.unsaid)]
        for video in taken.videos:
            drawn += blocks.video_blocks(video)
        text = lines[0] if lines else blocks.video_text(taken.videos)
        await desk.signs.whisper(said.channel, said.thread_ts, said.user, text, drawn)


async def _kept(desk: Desk, said: Said) -> Taken | None:
    try:
        dropped = [Dropped.of(await desk.completed(file)) for file in said.files[:MOST_FILES]]
        meant = [file for file in dropped if file.picture or file.video]
        handover_id = await desk.traces.thread(said.channel, said.thread_ts) if meant else None
        if handover_id is None:
            return None
        trace.about(handover_id)
        return await desk.photos.take(Actor(said.user), handover_id, said.text, meant)
    except (NotKept, OSError) as error:
        log.error("photos can't be kept; free some space on the disk, or give the right", problem=str(error))
        raise NotKept(str(error)) from error


def _file(body: Body) -> tuple[str, int]:
    """The handover and the number of a file, which a button carries; what follows is about the handover in the log."""
    handover_id, number = ids.file(pressed(body).get("value"))
    trace.about(handover_id)
    return handover_id, number


def _shown(body: Body) -> tuple[str, int, Shot]:
    return (*_file(body), Shot(str(pressed(body).get("action_id")).removeprefix(f"{ids.SHOWS}_")))


@alone(Kind.BUTTON, *(f"{ids.SHOWS}_{shot}" for shot in Shot), right=Right.OPERATOR, reads=_shown)
async def shows_button(desk: Desk, asker: Asker, shown: tuple[str, int, Shot]) -> Answer:
    """Says what a picture shows."""
    handover_id, photo_id, shot = shown
    tracking_id, left = await desk.photos.show(Actor(asker.user_id), handover_id, photo_id, shot)
    lines = blocks.shown_answer(tracking_id, shot, left)
    return lines[0], sections(lines)


def _parcel(body: Body) -> tuple[str, int, int]:
    return (*_file(body), int(str(pressed(body).get("action_id")).removeprefix(f"{ids.VIDEO_OF}_")))


@alone(
    Kind.BUTTON,
    *(f"{ids.VIDEO_OF}_{n}" for n in range(MOST_CANDIDATES)),
    right=Right.OPERATOR,
    reads=_parcel,
    replaces=True,
)
async def video_button(desk: Desk, asker: Asker, parcel: tuple[str, int, int]) -> Answer:
    """Says which parcel a video shows."""
    video = await desk.photos.bind(Actor(asker.user_id), *parcel)
    line = _(blocks.UNKNOWN_FILE) if video is None else blocks.video_line(video)
    return line, sections([line])
