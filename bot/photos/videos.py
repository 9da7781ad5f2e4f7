"""Videos that people drop into a handover's thread: what each is and where it lies in Slack; never the video itself.

A video of an unboxing has hundreds of megabytes. Its SHA-256 is taken while it is read once, chunk by chunk, where it
is small enough for that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.i18n import N_

MOST_HASHED = 250 * 1024 * 1024
"""Bytes of a video that is read for its hash; a minute of a phone's video has about 100 MB."""
TOO_LARGE_TO_HASH = N_("larger than 250 MB: not read, so there is no hash")
GONE = N_("Slack no longer has it")
MOST_CANDIDATES = 5
"""Parcels that are asked about."""


@dataclass(frozen=True, slots=True)
class Video:
    """A video of a parcel, or of a handover while it names no parcel."""

    id: int
    handover_id: str
    tracking_id: str
    file_id: str
    """Slack's."""
    name: str
    size: int
    """Bytes, as Slack tells."""
    permalink: str
    """Where it is seen in Slack; empty where Slack did not say."""
    by: str
    """Slack user id."""
    at: datetime
    sha256: str = ""
    problem: str = ""
    """Why there is no hash, as a sentence to be translated."""
    candidates: tuple[str, ...] = ()
    """The parcels that were named beside it, where these were several and nobody has said which it shows."""


class Hashed(Protocol):
    """Reads a file of Slack's for its hash."""

    async def __call__(self, file_id: str, most_bytes: int, /) -> str:
        """The SHA-256 in hexadecimal. Raises DownloadError, or any error of the network."""


class Videos(Protocol):
    """The videos that are known. Each method is one transaction."""

    async def add(self, video: Video) -> Video:
        """Notes a video, without its `id`; one that is noted already stays as it is."""

    async def pending(self, most: int) -> list[Video]:
        """Videos that were neither hashed nor given up, the oldest first."""

    async def hashed(self, video_id: int, sha256: str) -> None:
        """It was read."""

    async def given_up(self, video_id: int, problem: str) -> None:
        """It is not read, and why."""

    async def bind(self, video_id: int, handover_id: str, which: int) -> Video | None:
        """Says which of its candidates it shows; None where there is no such video or candidate."""


def tidied(candidates: Sequence[str]) -> tuple[str, ...]:
    """The parcels to be asked about."""
    return tuple(candidates[:MOST_CANDIDATES]) if len(candidates) > 1 else ()
