"""What the outbox needs of Slack and of whoever draws messages.

```
MessengerError
├── NotSentError      surely not carried out (429, refused): again later
│   └── UnreachedError    there was no connection to Slack
├── NotReachedError   history goes back further than was read: whether it was carried out is not known
├── MaybeSentError    may have been carried out (timeout, dropped line, 5xx, internal_error)
├── MessageGoneError  the message to edit was deleted in Slack
└── ThreadGoneError   the message to reply to was deleted in Slack
```
"""

import hashlib
import json
from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.handover.beside import NOTHING, Beside
from bot.handover.model import AuditEntry, Handover, Shipment


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message ready to be sent: what notifications read, and what people see. Neither holds a code."""

    text: str
    blocks: list[dict[str, Any]]

    @property
    def hash(self) -> str:
        """Equal for messages that look the same."""
        body = json.dumps([self.text, self.blocks], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(body.encode("utf-8", "replace")).hexdigest()


class Painter(Protocol):
    """Draws messages from the state at the moment of sending."""

    def locations(self) -> Set[str]:
        """The ids of those in bot.toml."""

    def channel(self, handover: Handover) -> str | None:
        """The channel of the handover's location; None when bot.toml no longer has the location."""

    def card(
        self, handover: Handover, beside: Beside = NOTHING, *, first: bool = False, namesake: bool = False
    ) -> Rendered:
        """The root message.

        Args:
            handover: whose card.
            beside: what it says beside the handover.
            first: whether it is posted and not edited, so that whom it mentions is called.
            namesake: whether another FE of this name is at the dock.
        """

    def reply(self, handover: Handover, entry: AuditEntry, parcels: list[Shipment]) -> Rendered:
        """The milestone's reply; `parcels` are those that the entry names."""


@dataclass(frozen=True, slots=True)
class Posted:
    """An own message in Slack."""

    ts: str
    key: str
    latest_reply: str
    """The ts of the newest message in its thread, whoever wrote it; empty when there is none, or within a thread."""


class Messenger(Protocol):
    """Slack. Every method raises MessengerError and nothing else."""

    async def post(self, channel: str, thread_ts: str | None, message: Rendered, key: str) -> str:
        """Posts with `key` in the metadata and returns the message's ts. Never repeated by itself."""

    async def open(self, user_id: str) -> str:
        """The channel of the conversation with one person; made where there is none, and always the same one."""

    async def edit(self, channel: str, ts: str, message: Rendered, key: str) -> None:
        """Replaces a message; harmless when done twice."""

    async def find(self, channel: str, thread_ts: str | None, key: str, since: datetime, until: datetime) -> list[str]:
        """The ts of every own message with `key` in its metadata between two moments, the oldest first.

        Raises NotReachedError when none was found and not all between them was read.
        """

    async def own(
        self, channel: str, thread_ts: str | None, since: datetime, until: datetime
    ) -> tuple[list[Posted], bool]:
        """Every own message with a key between two moments, and whether all of them were read."""


class MessengerError(Exception):
    """Slack did not do, or did not say that it did, what was asked."""

    def __init__(self, reason: str, retry_after: float | None = None, advice: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        """Slack's error word or the kind of failure; never a message's text."""
        self.advice = advice
        """What somebody has to do about it; empty for what mends itself."""
        self.retry_after = retry_after
        """Seconds to wait, if Slack said so."""


class NotSentError(MessengerError):
    """Surely not carried out."""


class UnreachedError(NotSentError):
    """Nobody was there to carry it out."""


class NotReachedError(MessengerError):
    """History was not read as far as it goes back, so that "not there" can't be said."""


class MaybeSentError(MessengerError):
    """May have been carried out."""


class MessageGoneError(MessengerError):
    """The message to edit no longer exists."""


class ThreadGoneError(MessengerError):
    """The message to reply to no longer exists; nothing was posted."""
