"""Reads the videos that are noted, one after the other, for their hashes."""

from datetime import timedelta

import structlog

from bot import trace
from bot.clock import Clock
from bot.photos.ports import DownloadError, NotFetchableError
from bot.photos.videos import GONE, MOST_HASHED, TOO_LARGE_TO_HASH, Hashed, Video, Videos

log = structlog.get_logger()

LOOKED_AT = 20
GIVEN_UP_AFTER = timedelta(days=1)
"""Since it was dropped: Slack gives out what it has at once, or after a minute."""


class VideoJob:
    """One video at a time: each holds a connection for as long as its bytes take."""

    def __init__(self, videos: Videos, hashed: Hashed, clock: Clock) -> None:
        self._videos = videos
        self._hashed = hashed
        self._clock = clock
        self._told: set[int] = set()
        """Those that did not come: each look meets them again."""

    async def tick(self) -> None:
        """Reads what was dropped since. Raises NotKept."""
        waiting = await self._videos.pending(LOOKED_AT)
        self._told &= {video.id for video in waiting}
        for video in waiting:
            with trace.of(video.handover_id):
                if video.size > MOST_HASHED:
                    await self._videos.given_up(video.id, TOO_LARGE_TO_HASH)
                else:
                    await self._read(video)

    async def _read(self, video: Video) -> None:
        try:
            sha256 = await self._hashed(video.file_id, MOST_HASHED)
        except NotFetchableError as error:
            await self._videos.given_up(video.id, error.sentence)
        except (DownloadError, OSError, TimeoutError) as error:
            level = log.debug if video.id in self._told else log.info
            self._told.add(video.id)
            reason = str(error) or type(error).__name__
            level("a video did not come; it is read later", video=video.id, reason=reason)
            if self._clock() - video.at > GIVEN_UP_AFTER:
                await self._videos.given_up(video.id, GONE)
        else:
            await self._videos.hashed(video.id, sha256)
