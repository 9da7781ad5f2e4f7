"""`/otc find ‹tracking id›`."""

from bot.handover.find import NothingToFind, ServesNothing
from bot.handover.model import Actor
from bot.i18n import N_, _
from bot.slack.answer import Asker
from bot.slack.blocks.found import SERVES_NOTHING, USAGE, found_blocks, found_text
from bot.slack.blocks.text import section
from bot.slack.declared import Answer, Right
from bot.slack.listeners.desk import Desk
from bot.slack.listeners.word import Word


async def _find(desk: Desk, asker: Asker, typed: str) -> Answer:
    try:
        found = await desk.finder.find(Actor(asker.user_id), typed)
    except NothingToFind:
        return _(USAGE), [section(_(USAGE))]
    except ServesNothing:
        return _(SERVES_NOTHING), [section(desk.wishes.admins.named(_(SERVES_NOTHING)))]
    threads: dict[str, str] = {}
    for trace, _location in found.traces:
        link = await desk.links.permalink(trace.channel, trace.thread_ts) if trace.thread_ts else None
        if link:
            threads[trace.handover.id] = link
    return found_text(found), found_blocks(found, threads, desk.zone, desk.clock())[:50]


FIND = Word(
    N_("find ‹tracking id›"),
    N_("In which handover a parcel came, when, and what became of it; or that it never came."),
    Right.OPERATOR,
    _find,
)
