"""Fetches a photo, checks it and keeps it; for the one who dropped it and for the job that comes later."""

import asyncio
import re
from enum import StrEnum

import structlog

from bot.photos.check import MOST_BYTES, TOO_MUCH, PhotoRefusedError, why_not
from bot.photos.folder import PhotoFolder
from bot.photos.ports import Download, DownloadError, FileAddress, NotFetchableError, Photo, Photos
from bot.worker import Apart, TooMuchError

log = structlog.get_logger()

_SLACK_FILE = re.compile(r"F[A-Z0-9]{2,}")


class Outcome(StrEnum):
    """What became of a try."""

    KEPT = "kept"
    REFUSED = "refused"
    """For good; the photo's `problem` says why."""
    LATER = "later"


class PhotoKeeper:
    """Makes a noted photo a file. A photo that is being fetched is not fetched a second time."""

    def __init__(
        self,
        photos: Photos,
        folder: PhotoFolder,
        *,
        address: FileAddress,
        from_slack: Download,
        from_link: Download | None,
        apart: Apart,
    ) -> None:
        """Takes None for `from_link` when links of open-box checks are not to be fetched."""
        self._photos = photos
        self._folder = folder
        self._address = address
        self._from_slack = from_slack
        self._from_link = from_link
        self._apart = apart
        self._busy: set[int] = set()

    @property
    def links(self) -> bool:
        """Whether links of open-box checks are fetched, and not only what is dropped into Slack."""
        return self._from_link is not None

    async def keep(self, photo: Photo) -> tuple[Outcome, str]:
        """One try; with REFUSED the sentence that says why, to be translated.

        Raises:
            OSError: the folder can't be written.
            NotKept: the database can't.
        """
        if photo.sha256:
            return Outcome.KEPT, ""
        if photo.problem:
            return Outcome.REFUSED, photo.problem
        if photo.id in self._busy:
            return Outcome.LATER, ""
        self._busy.add(photo.id)
        try:
            return await self._keep(photo)
        finally:
            self._busy.discard(photo.id)

    async def _keep(self, photo: Photo) -> tuple[Outcome, str]:
        try:
            content = await self._fetch(photo)
            await self._check(content)
        except (PhotoRefusedError, NotFetchableError) as error:
            await self._photos.given_up(photo.id, error.sentence)
            return Outcome.REFUSED, error.sentence
        except (DownloadError, OSError, TimeoutError) as error:
            log.info(
                "a photo did not come; it is fetched later", photo=photo.id, reason=str(error) or type(error).__name__
            )
            return Outcome.LATER, ""
        sha256 = await asyncio.to_thread(self._folder.keep, content)
        await self._photos.kept(photo.id, sha256)
        # The same picture may have been forgotten of another handover, after it was found here and before it was noted.
        await asyncio.to_thread(self._folder.keep, content)
        return Outcome.KEPT, ""

    async def _check(self, content: bytes) -> None:
        # A picture may be built so that finding its end takes seconds, and acknowledgements can't wait.
        try:
            sentence = await self._apart(why_not, content)
        except TooMuchError:
            sentence = TOO_MUCH
        if sentence:
            raise PhotoRefusedError(sentence)

    async def _fetch(self, photo: Photo) -> bytes:
        if is_slack_file(photo.source):
            return await self._from_slack(await self._address(photo.source), MOST_BYTES)
        if self._from_link is None:
            raise DownloadError("links are not fetched")
        return await self._from_link(photo.source, MOST_BYTES)


def is_slack_file(source: str) -> bool:
    """Whether the photo was dropped into Slack; the others are links of open-box checks."""
    return _SLACK_FILE.fullmatch(source) is not None
