"""The two ways into Slack, and how each tells afterwards what it has carried: a message, and files in a thread.

A message is known by the key in its metadata, which the channel's history has. Files go all in one message, or each in
its own once that has failed several times: Slack may refuse one file for good, and together it would hold back the
others for as long as it is tried.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog

from bot.outbox.files import Document, Files, Shared
from bot.outbox.ports import Messenger, MessengerError, ThreadGoneError
from bot.store.tables import DeliveryRow

log = structlog.get_logger()

AROUND = timedelta(days=1)
"""How far before and after the attempt history is read. Its time is this machine's, history's is Slack's, and a clock
that shows another zone's time is hours away; a key is never used twice, so that looking further finds nothing wrong."""
TOGETHER = 3
"""Attempts with all files in one message."""

Keep = Callable[[list[str]], Awaitable[None]]
"""Commits the files' ids, in the order of the documents; empty for one that Slack does not have."""


async def posted_as(messenger: Messenger, one: DeliveryRow, thread_ts: str | None) -> str | None:
    """The ts under which the delivery's message exists in Slack, or None when history does not have it.

    Raises:
        MessengerError: history can't be read now, or (NotReachedError) not all of it.
    """
    if one.attempted_at is None or one.key is None:
        return None
    at = one.attempted_at
    found = await messenger.find(one.channel, thread_ts, one.key, at - AROUND, at + AROUND)
    if len(found) > 1:
        log.error("slack has a message more than once; the oldest is kept", channel=one.channel, copies=len(found))
    return found[0] if found else None


class Sharing:
    """One attempt to bring some documents into a thread."""

    def __init__(self, files: Files, channel: str, thread_ts: str, attempts: int, keep: Keep) -> None:
        """`attempts` are those that failed before."""
        self._files = files
        self._channel = channel
        self._thread_ts = thread_ts
        self._tolerant = attempts >= TOGETHER
        self._apart = False
        self._keep = keep
        self._trouble: MessengerError | None = None

    async def fill(self, documents: Sequence[Document], before: Sequence[str]) -> list[str]:
        """Sends what Slack does not have, and returns the ids. Raises a MessengerError."""
        ids = list(before) if len(before) == len(documents) else [""] * len(documents)
        # All were filled before: then it is their message that Slack does not take.
        self._apart = self._tolerant and all(ids)
        for n, document in enumerate(documents):
            if not ids[n]:
                try:
                    slot = await self._files.reserve(document.name, len(document.content))
                    await self._files.send(slot, document.content)
                except MessengerError as error:
                    self._missed(error)
                else:
                    ids[n] = slot.file_id
        if self._trouble is not None and not any(ids):
            raise self._trouble
        if ids != list(before):
            await self._keep(ids)
        return ids

    async def there(self, ids: Sequence[str]) -> set[str]:
        """The files that an earlier attempt has shared alone. Raises a MessengerError."""
        if not self._tolerant:
            return set()
        return {one for one in ids if one and await self._files.shared(one, self._channel) is Shared.YES}

    async def share(self, ids: list[str], titles: Sequence[str], there: set[str], comment: str = "") -> None:
        """Shows what is not there yet. May have been carried out in part when it raises a MessengerError."""
        named = [(one, title) for one, title in zip(ids, titles, strict=True) if one and one not in there]
        shown = bool(there)
        together = [named] if named else []
        for group in [[one] for one in named] if self._apart else together:
            try:
                await self._files.share(self._channel, self._thread_ts, group, "" if shown else comment)
            except ThreadGoneError:
                raise
            except MessengerError as error:
                if error.reason == "file_not_found":
                    # Slack has forgotten what was sent: it is sent again.
                    gone = {one for one, _ in group}
                    ids = ["" if one in gone else one for one in ids]
                    await self._keep(ids)
                self._missed(error)
            else:
                shown = True
        if self._trouble is not None:
            raise self._trouble

    def _missed(self, error: MessengerError) -> None:
        if not self._tolerant:
            raise error
        self._trouble = self._trouble or error


async def is_shared(files: Files, channel: str, ids: Sequence[str], attempts: int) -> tuple[bool, list[str]]:
    """What became of the last of so many attempts: whether all is there, and the ids that Slack still knows.

    Raises a MessengerError.
    """
    found = {one: await files.shared(one, channel) for one in ids if one}
    are_there = [found.get(one) is Shared.YES for one in ids]
    is_done = bool(ids) and (all(are_there) if attempts > TOGETHER else any(are_there))
    return is_done, ["" if found.get(one) is Shared.GONE else one for one in ids]
