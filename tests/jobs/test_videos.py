"""Which videos are read for their hashes, and what becomes of those that can't be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from structlog.testing import capture_logs

from bot import trace
from bot.jobs.videos import VideoJob
from bot.photos.ports import DownloadError, NotFetchableError
from bot.photos.videos import GONE, MOST_HASHED, TOO_LARGE_TO_HASH, Video

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
VIDEO = Video(1, "a" * 32, "FMPP1", "F1", "a.mp4", 1000, "", "U1", NOW)


class Kept:
    """The videos in memory."""

    def __init__(self, *videos: Video) -> None:
        self.videos = {one.id: one for one in videos}

    async def pending(self, most: int) -> list[Video]:
        return [one for one in self.videos.values() if not one.sha256 and not one.problem][:most]

    async def hashed(self, video_id: int, sha256: str) -> None:
        self.videos[video_id] = replace(self.videos[video_id], sha256=sha256)

    async def given_up(self, video_id: int, problem: str) -> None:
        self.videos[video_id] = replace(self.videos[video_id], problem=problem)


async def looked(kept: Kept, answer: str | Exception, after: timedelta = timedelta()) -> Video:
    asked: list[str] = []

    async def hashed(file_id: str, most_bytes: int) -> str:
        asked.append(file_id)
        assert most_bytes == MOST_HASHED
        if isinstance(answer, Exception):
            raise answer
        return answer

    await VideoJob(kept, hashed, lambda: NOW + after).tick()  # type: ignore[arg-type]
    [one] = kept.videos.values()
    return one


async def test_each_is_read_once() -> None:
    kept = Kept(VIDEO)
    assert (await looked(kept, "f" * 64)).sha256 == "f" * 64
    assert (await looked(kept, "0" * 64)).sha256 == "f" * 64


async def test_what_is_too_large_is_never_asked_for() -> None:
    one = await looked(Kept(replace(VIDEO, size=MOST_HASHED + 1)), AssertionError("it was read"))
    assert (one.problem, one.sha256) == (TOO_LARGE_TO_HASH, "")


async def test_what_does_not_come_is_asked_for_again_for_a_day() -> None:
    kept = Kept(VIDEO)
    for answer in (DownloadError("http_500"), TimeoutError(), OSError()):
        assert (await looked(kept, answer)).problem == ""
    assert (await looked(kept, TimeoutError(), timedelta(days=2))).problem == GONE


async def test_one_that_does_not_come_is_said_once() -> None:
    async def never(file_id: str, most_bytes: int) -> str:
        raise TimeoutError

    with capture_logs(processors=[trace.merge]) as logs:
        job = VideoJob(Kept(VIDEO), never, lambda: NOW)  # type: ignore[arg-type]
        await job.tick()
        await job.tick()
    assert [line["log_level"] for line in logs] == ["info", "debug"]
    assert {line["handover"] for line in logs} == {VIDEO.handover_id}


async def test_what_is_gone_is_left() -> None:
    assert (await looked(Kept(VIDEO), NotFetchableError("gone"))).problem == "gone"
