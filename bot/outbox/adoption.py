"""Settles what may or may not have been posted: the channel's history knows, by the message's metadata."""

from datetime import datetime, timedelta

import structlog

from bot.outbox.ports import Messenger
from bot.store.intents import Due
from bot.store.tables import Kind

log = structlog.get_logger()

EARLIER = timedelta(hours=2)
"""How far before the attempt history is read: it may have begun a timeout earlier, and clocks differ or jump."""
GRACE = timedelta(seconds=30)
"""How long after the attempt, or its end without an answer, a message that is not in the history may still turn up."""


async def adopt(messenger: Messenger, due: Due) -> str | None:
    """The ts under which the intent's message exists in Slack, or None when history does not have it.

    Raises:
        MessengerError: history can't be read now.
    """
    intent = due.intent
    attempted = intent.attempted_at
    if attempted is None:
        return None
    thread = None if intent.kind == Kind.CARD else due.root.ts
    found = await messenger.find(intent.channel, thread, intent.key, attempted - EARLIER)
    if len(found) > 1:
        log.error("slack has a message more than once; the oldest is kept", handover=due.handover.id, copies=len(found))
    return found[0] if found else None


def grace_is_over(due: Due, now: datetime) -> bool:
    """Whether a message that is still not in the history can be taken as never posted."""
    attempted = due.intent.attempted_at
    # An attempt in the future was made before the clock was set back.
    return attempted is None or not attempted <= now < attempted + GRACE
