"""Photos that people drop into a handover's thread: linked to the parcel that the message names, or to the handover."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.handover.actions import Dock
from bot.handover.model import Actor
from bot.handover.refusals import LocationGone, UnknownHandover
from bot.photos.check import MOST_BYTES, TOO_LARGE
from bot.photos.keeper import Outcome, PhotoKeeper, is_slack_file
from bot.photos.ports import Photos
from bot.text import parcel_key, visible

MOST_FILES = 20
LONGEST_NAME = 80
WORDS = 100
"""Words of a message that are compared with tracking ids."""

_BETWEEN = re.compile(r"[\s,;:()<>|`*~\"'“”]+")


class Threads(Protocol):
    """Which handover a thread belongs to."""

    async def thread(self, channel: str, ts: str) -> str | None:
        """The handover whose card is the thread's root, or None."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file of a message, as Slack tells of it."""

    id: str
    name: str
    kind: str
    """The media type that Slack believes it to be."""
    size: int

    @property
    def picture(self) -> bool:
        """Whether it is meant as a picture; what it really is, its content says."""
        return is_slack_file(self.id) and self.kind.startswith("image/")

    @classmethod
    def of(cls, file: dict[str, object]) -> "Dropped":
        """From Slack's file object; what is missing or odd becomes empty."""
        texts = [file.get(name) for name in ("id", "name", "mimetype")]
        file_id, name, kind = (one if isinstance(one, str) else "" for one in texts)
        size = file.get("size")
        return cls(file_id, visible(name)[:LONGEST_NAME], kind, size if isinstance(size, int) else 0)


@dataclass(frozen=True, slots=True)
class PhotosTaken:
    """What became of the pictures of a message."""

    kept: int
    tracking_id: str
    """The parcel that they belong to; "" for the handover as a whole."""
    refused: tuple[tuple[str, str], ...]
    """(name, sentence to be translated) of those that are not kept."""
    later: tuple[str, ...]
    """Names of those that Slack did not give yet; they are fetched by the job."""


class ThreadPhotos:
    """Takes photos from threads."""

    def __init__(self, dock: Dock, threads: Threads, photos: Photos, keeper: PhotoKeeper) -> None:
        self._dock = dock
        self._threads = threads
        self._photos = photos
        self._keeper = keeper

    async def take(
        self, actor: Actor, channel: str, thread_ts: str, text: str, files: Sequence[Dropped]
    ) -> PhotosTaken | None:
        """Keeps the pictures of a message; None when there are none, or when the thread is no handover's.

        The same message again changes nothing.

        Raises:
            NotAllowed, RightsUnknown: the person is no operator of the location.
        """
        pictures = [file for file in files if file.picture][:MOST_FILES]
        handover_id = await self._threads.thread(channel, thread_ts) if pictures else None
        if handover_id is None:
            return None
        try:
            handover, location = await self._dock.find(handover_id)
        except (UnknownHandover, LocationGone):
            return None
        await self._dock.allow(actor, location, "photos", handover.id)
        tracking_id = await self._parcel(handover.id, text)
        kept, later = 0, []
        refused: list[tuple[str, str]] = []
        for file in pictures:
            photo = await self._photos.add(handover.id, tracking_id, file.id, file.name, self._dock.clock())
            if file.size > MOST_BYTES and not photo.sha256:
                await self._photos.given_up(photo.id, TOO_LARGE)
                outcome, why = Outcome.REFUSED, TOO_LARGE
            else:
                outcome, why = await self._keeper.keep(photo)
            if outcome is Outcome.KEPT:
                kept += 1
            elif outcome is Outcome.REFUSED:
                refused.append((file.name or file.id, why))
            else:
                later.append(file.name or file.id)
        return PhotosTaken(kept, tracking_id, tuple(refused), tuple(later))

    async def _parcel(self, handover_id: str, text: str) -> str:
        """The one parcel of the handover that the text names; "" for none, and for several."""
        words = [word.strip(".!?-_/`") for word in _BETWEEN.split(visible(text)) if word][:WORDS]
        keys = list(dict.fromkeys(key for key in map(parcel_key, words) if key))
        named = await self._photos.parcels_named(handover_id, keys) if keys else []
        return named[0] if len({parcel_key(one) for one in named}) == 1 else ""
