"""The two jobs with what they need in place of the world."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from bot.handover.claim_ports import Claims
from bot.handover.location import Location, Locations
from bot.jobs.claims import ClaimJob
from bot.jobs.photos import GIVEN_UP, GIVEN_UP_AFTER, MOST, PAUSES, PhotoJob
from bot.photos.folder import PhotoFolder
from bot.photos.keeper import PhotoKeeper
from bot.photos.ports import DownloadError, NotFetchableError, Photo, Photos
from tests.photos.test_check import picture
from tests.support import here

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ALWAYS = Location(id="LOC1", name="Bengaluru dock", channel="C0DOCK")
BY_DAY = Location(id="LOC2", name="Hosur dock", channel="C0HOSUR", hours="08:00-20:00")


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class NotedClaims:
    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    async def remind(self, location_ids: Sequence[str], _now: datetime) -> int:
        self.asked.append(list(location_ids))
        return 0


async def test_nobody_is_reminded_while_the_dock_is_closed() -> None:
    claims, clock = NotedClaims(), Clock()
    zone = ZoneInfo("Asia/Kolkata")
    job = ClaimJob(cast("Claims", claims), Locations((ALWAYS, BY_DAY)), zone, clock)
    await job.tick()
    clock.now = NOW + timedelta(hours=9)
    await job.tick()
    await ClaimJob(cast("Claims", claims), Locations((BY_DAY,)), zone, clock).tick()
    assert claims.asked == [["LOC1", "LOC2"], ["LOC1"]]


class Table:
    """Photos in memory."""

    def __init__(self, *sources: str) -> None:
        rows = [Photo(n, "h", "", source, "", "", "", NOW) for n, source in enumerate(sources)]
        self.rows = {photo.id: photo for photo in rows}

    async def pending(self, most: int, *, links: bool) -> list[Photo]:
        waiting = [one for one in self.rows.values() if not one.sha256 and not one.problem]
        return [one for one in waiting if links or one.source.startswith("F")][:most]

    async def kept(self, photo_id: int, sha256: str) -> None:
        self.rows[photo_id] = replace(self.rows[photo_id], sha256=sha256)

    async def given_up(self, photo_id: int, problem: str) -> None:
        self.rows[photo_id] = replace(self.rows[photo_id], problem=problem)


class Net:
    """Answers by address: bytes, or an error."""

    def __init__(self, **answers: bytes | Exception) -> None:
        self.answers = answers
        self.asked: list[str] = []

    async def address(self, file_id: str) -> str:
        return file_id

    async def __call__(self, url: str, _most_bytes: int) -> bytes:
        self.asked.append(url)
        answer = self.answers[url]
        if isinstance(answer, Exception):
            raise answer
        return answer


def photo_job(tmp_path: Path, table: Table, net: Net, clock: Clock, *, links: bool = True) -> PhotoJob:
    photos = cast("Photos", table)
    folder = PhotoFolder(str(tmp_path / "bot.db"))
    keeper = PhotoKeeper(
        photos, folder, address=net.address, from_slack=net, from_link=net if links else None, apart=here
    )
    return PhotoJob(photos, keeper, clock)


async def test_pictures_are_kept_refused_or_tried_again(tmp_path: Path) -> None:
    table = Table("F01", "F02", "gone", "slow", "broken")
    answers: dict[str, Any] = {"F01": picture("JPEG"), "F02": b"%PDF", "gone": NotFetchableError("It is gone.")}
    net = Net(**answers, slow=DownloadError("http_503"), broken=TimeoutError())
    clock = Clock()
    job = photo_job(tmp_path, table, net, clock)
    await job.tick()
    assert [bool(row.sha256) for row in table.rows.values()] == [True, False, False, False, False]
    assert [row.problem != "" for row in table.rows.values()] == [False, True, True, False, False]
    await job.tick()
    assert net.asked.count("slow") == 1, "tried again at once"
    net.answers["broken"] = picture("PNG")
    for pause in PAUSES:
        clock.now += pause
        await job.tick()
        await job.tick()
    assert net.asked.count("slow") == len(PAUSES) + 1
    assert table.rows[3].problem == GIVEN_UP
    assert table.rows[4].sha256
    assert net.asked.count("F01") == 1


async def test_the_setting_turns_links_off(tmp_path: Path) -> None:
    table, net = Table("F01", "https://x.example/a"), Net(F01=picture("WEBP"))
    await photo_job(tmp_path, table, net, Clock(), links=False).tick()
    assert (net.asked, bool(table.rows[0].sha256)) == (["F01"], True)


async def test_a_folder_that_can_not_be_written_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "bot.db.photos").write_text("a file in the way")
    table, net, clock = Table("F01"), Net(F01=picture("GIF")), Clock()
    job = photo_job(tmp_path, table, net, clock)
    await job.tick()
    assert (table.rows[0].sha256, table.rows[0].problem) == ("", "")
    (tmp_path / "bot.db.photos").unlink()
    clock.now += PAUSES[0]
    await job.tick()
    assert table.rows[0].sha256


async def test_many_links_at_a_dead_host_hold_up_nobody_and_are_given_up(tmp_path: Path) -> None:
    links = [f"https://dead.example/{n}" for n in range(40)]
    answers: dict[str, Any] = {link: TimeoutError() for link in links}
    table, clock = Table(*links, "F01"), Clock()
    net = Net(F01=picture("JPEG"), **answers)
    job = photo_job(tmp_path, table, net, clock)
    await job.tick()
    assert len(net.asked) <= MOST, "one look fetches all that there is"
    for _ in range(4):
        await job.tick()
    assert table.rows[40].sha256, "a dead host holds up what people dropped into Slack"
    # Each start of the bot begins to count anew: days decide then.
    clock.now += GIVEN_UP_AFTER + timedelta(minutes=1)
    for _ in range(5):
        await photo_job(tmp_path, table, net, clock).tick()
    assert all(row.problem or row.sha256 for row in table.rows.values()), "never given up"
