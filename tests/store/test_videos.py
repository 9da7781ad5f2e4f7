"""Videos of a handover: noted once, hashed once, bound to one of the parcels that were named."""

from dataclasses import replace

import pytest_asyncio
from sqlalchemy import select

from bot.handover.model import Handover
from bot.photos.videos import Video
from bot.store.handovers import HandoverStore
from bot.store.session import Database
from bot.store.tables import VIDEO
from bot.store.videos import VideoStore, video_of
from tests.store import people
from tests.store.conftest import NOW


@pytest_asyncio.fixture
async def ram(handovers: HandoverStore) -> Handover:
    return await people.arrive(handovers)


def video(handover: Handover, file_id: str = "F1", *candidates: str) -> Video:
    return Video(0, handover.id, "", file_id, "a.mp4", 10**9, "https://x.slack.com/f", "U1", NOW, candidates=candidates)


async def kept(database: Database, handover: Handover) -> list[Video]:
    """The videos of a handover, the oldest first."""
    query = select(VIDEO).where(VIDEO.c.handover_id == handover.id).order_by(VIDEO.c.id)
    return await database.run(lambda connection: [video_of(row) for row in connection.execute(query)])


async def test_the_same_video_again_changes_nothing(database: Database, ram: Handover) -> None:
    store = VideoStore(database)
    first = await store.add(video(ram))
    assert first == replace(video(ram), id=first.id)
    again = replace(video(ram), tracking_id="ELSE", by="U2")
    assert await store.add(again) == first
    assert await kept(database, ram) == [first]


async def test_what_was_read_or_given_up_waits_no_more(database: Database, ram: Handover) -> None:
    store = VideoStore(database)
    some = [await store.add(video(ram, f"F{n}")) for n in range(3)]
    assert await store.pending(2) == some[:2]
    await store.hashed(some[0].id, "f" * 64)
    await store.given_up(some[1].id, "too large")
    assert await store.pending(9) == some[2:]
    assert [(one.sha256, one.problem) for one in await kept(database, ram)] == [
        *(("f" * 64, ""), ("", "too large"), ("", "")),
    ]


async def test_only_a_parcel_that_was_named_is_bound(
    database: Database, handovers: HandoverStore, ram: Handover
) -> None:
    store = VideoStore(database)
    one = await store.add(video(ram, "F1", "P1", "P2"))
    other = await people.arrive(handovers, 2)
    strange = ((ram.id, one.id, 2), (ram.id, one.id, -1), (other.id, one.id, 0), (ram.id, 9, 0))
    for handover_id, video_id, which in strange:
        assert await store.bind(video_id, handover_id, which) is None
    bound = await store.bind(one.id, ram.id, 1)
    assert bound is not None
    assert bound.tracking_id == "P2"
    assert (await kept(database, ram))[0] == bound
