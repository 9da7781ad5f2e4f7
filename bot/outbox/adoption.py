"""Settles what may or may not have been posted: the channel's history knows, by the message's metadata."""

from datetime import datetime, timedelta

import structlog

from bot.outbox.ports import Messenger
from bot.store.intents import Due
from bot.store.tables import Kind

log = structlog.get_logger()

AROUND = timedelta(days=1)
"""How far before and after the attempt history is read. Its time is this machine's, history's is Slack's, and a clock
that shows another zone's time is hours away; a key is never used twice, so that looking further finds nothing wrong."""
GRACE = timedelta(seconds=30)
"""How long after the attempt, or its end without an answer, a message that is not in the history may still turn up."""


async def look_up(
    messenger: Messenger, channel: str, thread_ts: str | None, key: str, attempted: datetime
) -> str | None:
    """The ts under which the message with this key exists in Slack, or None when history does not have it.

    Raises:
        MessengerError: history can't be read now, or (NotReachedError) not all of it.
    """
    found = await messenger.find(channel, thread_ts, key, attempted - AROUND, attempted + AROUND)
    if len(found) > 1:
        log.error("slack has a message more than once; the oldest is kept", channel=channel, copies=len(found))
    return found[0] if found else None


async def adopt(messenger: Messenger, due: Due) -> str | None:
    """The ts under which the intent's message exists in Slack, or None. Raises as `look_up` does."""
    intent = due.intent
    if intent.attempted_at is None:
        return None
    thread = None if intent.kind == Kind.CARD else due.root.ts
    return await look_up(messenger, intent.channel, thread, intent.key, intent.attempted_at)


def grace_is_over(due: Due, now: datetime) -> bool:
    """Whether a message that is still not in the history can be taken as never posted."""
    attempted = due.intent.attempted_at
    # An attempt in the future was made before the clock was set back.
    return attempted is None or not attempted <= now < attempted + GRACE
