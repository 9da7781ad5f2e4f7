"""What the outbox needs of Slack to put files into a thread, in steps that can be taken up again after a crash.

```
slot = reserve(name, length)    harmless: a slot that is never filled is forgotten by Slack
send(slot, content)             harmless: nobody sees it
                                -> the ids are kept here, before anything can be seen
share(channel, thread, files)   may have been carried out when it fails
shared(file_id, channel)        tells, after a crash
```
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Document:
    """A file to be put into a thread."""

    name: str
    """With its ending, from which Slack tells what it is."""
    title: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Slot:
    """A place at Slack for one file."""

    file_id: str
    url: str


class Shared(Enum):
    """What Slack knows of a file."""

    YES = "yes"
    """It is in the channel."""
    NO = "no"
    """It is there, but in no channel."""
    GONE = "gone"
    """Slack knows no such file: it was never filled, never shared, or somebody deleted it."""


class Files(Protocol):
    """Slack. Every method raises `bot.outbox.ports.MessengerError` and nothing else."""

    async def reserve(self, name: str, length: int) -> Slot:
        """A place for a file of `length` bytes."""

    async def send(self, slot: Slot, content: bytes) -> None:
        """Fills the place."""

    async def share(self, channel: str, thread_ts: str, files: Sequence[tuple[str, str]], comment: str = "") -> None:
        """Shows filled files, each as (id, title), in one message of a thread. Never repeated by itself.

        `comment` is the message's text, in mrkdwn.
        """

    async def shared(self, file_id: str, channel: str) -> Shared:
        """Whether the file is in the channel."""
