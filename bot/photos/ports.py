"""What keeping photos needs of the outside, as Protocols, and the two ways in which a download fails.

```
DownloadError
└── NotFetchableError   it would not come the next time either; the others: again later
```
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture of a parcel, or of a handover when it names no parcel."""

    id: int
    handover_id: str
    tracking_id: str
    source: str
    """Slack's file id, or the link of an open-box check."""
    name: str
    sha256: str
    """Empty until it is kept."""
    problem: str
    """Why it is not kept, as a sentence to be translated."""
    at: datetime
    """When it was noted; once it is kept, when it was kept."""
    shows: str = ""
    """As `bot.handover.evidence.as_kept` writes it."""


class DownloadError(Exception):
    """The bytes did not come; the message is for the log and holds no address."""


class NotFetchableError(DownloadError):
    """They won't come the next time either; `sentence` says why, and is to be translated."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Download(Protocol):
    """Fetches something that is at most so large."""

    async def __call__(self, url: str, most_bytes: int, /) -> bytes:
        """The bytes. Raises DownloadError, or any error of the network."""


class FileAddress(Protocol):
    """Where Slack keeps a file."""

    async def __call__(self, file_id: str) -> str:
        """Its `url_private`. Raises DownloadError."""


class Photos(Protocol):
    """The photos that are kept. Each method is one transaction."""

    async def add(
        self, handover_id: str, tracking_id: str, source: str, name: str, now: datetime, shows: str = ""
    ) -> Photo:
        """Notes a photo; one that is noted already stays as it is."""

    async def show(self, photo_id: int, handover_id: str, shows: str) -> Photo | None:
        """Says what a photo of the handover shows; None where there is no such photo."""

    async def pending(self, most: int, *, links: bool) -> list[Photo]:
        """Photos neither kept nor given up, the oldest first; without `links` only those dropped into Slack."""

    async def kept(self, photo_id: int, sha256: str) -> None:
        """The file lies in the folder."""

    async def given_up(self, photo_id: int, problem: str) -> None:
        """It is not kept, and why."""

    async def of_handover(self, handover_id: str) -> list[Photo]:
        """Every photo of a handover, the oldest first."""

    async def parcels_named(self, handover_id: str, keys: Sequence[str]) -> list[str]:
        """Those of the tracking ids, given by their keys, that are scanned or claimed for in this handover."""
