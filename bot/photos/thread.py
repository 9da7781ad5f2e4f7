"""Photos and videos that people drop into a handover's thread: of the parcel that is named, or of the handover."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from bot.handover.actions import Dock
from bot.handover.claim_ports import Claims
from bot.handover.evidence import Shot, as_kept, missing, shots_in
from bot.handover.model import Actor
from bot.handover.refusals import LocationGone, UnknownHandover
from bot.photos.check import MOST_BYTES, TOO_LARGE
from bot.photos.keeper import Outcome, PhotoKeeper, is_slack_file
from bot.photos.ports import Photos
from bot.photos.videos import Video, Videos, tidied
from bot.text import beginning, parcel_key, visible

MOST_FILES = 20
LONGEST_NAME = 80
LONGEST_LINK = 500
WORDS = 100
"""Words of a message that are compared with tracking ids."""

_BETWEEN = re.compile(r"[\s,;:()<>|`*~\"'“”]+")


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file of a message, as Slack tells of it."""

    id: str
    name: str
    kind: str
    """The media type that Slack believes it to be."""
    size: int
    permalink: str = ""
    """Where it is seen in Slack; empty where Slack did not say, or said what is none of its own addresses."""

    @property
    def video(self) -> bool:
        """Whether it is a video."""
        return is_slack_file(self.id) and self.kind.startswith("video/")

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
        length = max(0, size) if isinstance(size, int) else 0
        return cls(file_id, beginning(visible(name), LONGEST_NAME), kind, length, _slacks(file.get("permalink")))


def _slacks(link: object) -> str:
    """An address at Slack, or nothing."""
    if not isinstance(link, str) or len(link) > LONGEST_LINK or set(link) & set("<>|\\ "):
        return ""
    try:
        parts = urlsplit(link)
        own = parts.scheme == "https" and (parts.hostname or "").endswith(".slack.com") and "@" not in parts.netloc
    except ValueError:
        return ""
    return link if own else ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the pictures and videos of a message."""

    kept: int
    tracking_id: str
    """The parcel that they belong to; "" for the handover as a whole."""
    refused: tuple[tuple[str, str], ...]
    """(name, sentence to be translated) of those that are not kept."""
    later: tuple[str, ...]
    """Names of those that Slack did not give yet; they are fetched by the job."""
    handover_id: str = ""
    videos: tuple[Video, ...] = ()
    unsaid: tuple[tuple[int, str], ...] = ()
    """(id, name) of the pictures of a parcel of which nobody has said what they show."""
    missing: tuple[Shot, ...] = ()
    """What is still to be photographed for the parcel's claim."""


class ThreadPhotos:
    """Takes photos and videos from threads."""

    def __init__(self, dock: Dock, photos: Photos, videos: Videos, claims: Claims, keeper: PhotoKeeper) -> None:
        self._dock = dock
        self._photos = photos
        self._videos = videos
        self._claims = claims
        self._keeper = keeper

    async def take(self, actor: Actor, handover_id: str, text: str, files: Sequence[Dropped]) -> Taken | None:
        """Keeps the pictures of a message in a handover's thread, and notes its videos; None when that is gone.

        The same message again changes nothing. Files that are neither are left alone.

        Raises:
            NotAllowed, RightsUnknown: the person is no operator of the location.
        """
        try:
            handover, location = await self._dock.find(handover_id)
        except (UnknownHandover, LocationGone):
            return None
        await self._dock.allow(actor, location, "photos", handover.id)
        named = await self._named(handover.id, text)
        tracking_id = named[0] if len(named) == 1 else ""
        shows = as_kept(shots_in(visible(text)))
        pictures = await self._pictures(handover.id, tracking_id, [file for file in files if file.picture], shows)
        videos = [await self._video(handover.id, actor, named, file) for file in files if file.video]
        left = await self._missing(handover.id, tracking_id)
        return replace(pictures, handover_id=handover.id, videos=tuple(videos), missing=left)

    async def show(self, actor: Actor, handover_id: str, photo_id: int, shot: Shot) -> tuple[str, tuple[Shot, ...]]:
        """Says what a picture shows.

        Returns:
            The parcel, "" where the picture is not known; and what is still to be photographed for its claim.

        Raises:
            Refusal: the person may not, or the handover is unknown.
        """
        handover, location = await self._dock.find(handover_id)
        await self._dock.allow(actor, location, "photos", handover.id)
        photo = await self._photos.show(photo_id, handover.id, as_kept([shot]))
        if photo is None:
            return "", ()
        return photo.tracking_id, await self._missing(handover.id, photo.tracking_id)

    async def _missing(self, handover_id: str, tracking_id: str) -> tuple[Shot, ...]:
        if not tracking_id:
            return ()
        key = parcel_key(tracking_id)
        claims = [one for one in await self._claims.of_handover(handover_id) if parcel_key(one.tracking_id) == key]
        pictures = await self._photos.of_handover(handover_id) if claims else []
        found = missing(claims, [(one.tracking_id, one.shows) for one in pictures if one.sha256])
        return found[0].shots if found else ()

    async def bind(self, actor: Actor, handover_id: str, video_id: int, which: int) -> Video | None:
        """Says which parcel a video shows beside which several were named; None where it is not known.

        Raises:
            Refusal: the person may not, or the handover is unknown.
        """
        handover, location = await self._dock.find(handover_id)
        await self._dock.allow(actor, location, "photos", handover.id)
        return await self._videos.bind(video_id, handover.id, which)

    async def _pictures(self, handover_id: str, tracking_id: str, pictures: Sequence[Dropped], shows: str) -> Taken:
        kept, later, unsaid = 0, [], []
        refused: list[tuple[str, str]] = []
        for file in pictures:
            photo = await self._photos.add(handover_id, tracking_id, file.id, file.name, self._dock.clock(), shows)
            if file.size > MOST_BYTES and not photo.sha256:
                await self._photos.given_up(photo.id, TOO_LARGE)
                outcome, why = Outcome.REFUSED, TOO_LARGE
            else:
                outcome, why = await self._keeper.keep(photo)
            if outcome is Outcome.KEPT:
                kept += 1
                if tracking_id and not photo.shows:
                    unsaid.append((photo.id, file.name))
            elif outcome is Outcome.REFUSED:
                refused.append((file.name or file.id, why))
            else:
                later.append(file.name or file.id)
        return Taken(kept, tracking_id, tuple(refused), tuple(later), unsaid=tuple(unsaid))

    async def _video(self, handover_id: str, actor: Actor, named: Sequence[str], file: Dropped) -> Video:
        # Beside a video people say less than in its name: a camera's app asks for one.
        named = named or await self._named(handover_id, file.name.rpartition(".")[0])
        return await self._videos.add(
            Video(
                id=0,
                handover_id=handover_id,
                tracking_id=named[0] if len(named) == 1 else "",
                file_id=file.id,
                name=file.name,
                size=file.size,
                permalink=file.permalink,
                by=actor.user_id,
                at=self._dock.clock(),
                candidates=tidied(named),
            )
        )

    async def _named(self, handover_id: str, text: str) -> list[str]:
        """The parcels of the handover that a text names, each once."""
        words = [word.strip(".!?-_/`") for word in _BETWEEN.split(visible(text)) if word][:WORDS]
        words += [part for word in words for part in re.split(r"[_.-]+", word)][:WORDS]
        keys = list(dict.fromkeys(key for key in map(parcel_key, words) if key))
        named = await self._photos.parcels_named(handover_id, keys) if keys else []
        return list({parcel_key(one): one for one in reversed(named)}.values())[::-1]
