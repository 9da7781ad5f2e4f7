"""Who may bring a list for which location, what goes on record, and taking a list back."""

from itertools import count
from typing import Any

import pytest

from bot.handover.dropped import Dropping, File, Kept
from bot.handover.events import Happening
from bot.handover.expected import FRESH
from bot.handover.find import ServesNothing
from bot.handover.refusals import NotAllowed, RightsUnknown, UnknownList
from bot.lists.model import ExpectedRow, ListRead, State
from bot.store.lists import ListStore
from tests.golden.samples import ZONE
from tests.handover.stand import ASHA, ELSEWHERE, LOCATION, STRANGER, VIKRAM, Stand

FILE = File("F1", "list.csv")
ROWS = (
    ExpectedRow("FMP1"),
    ExpectedRow("FMP2", location_id="LOC2"),
    ExpectedRow("FMP3", location_name="Hosur dock", state=State.CANCELLED),
    ExpectedRow("FMP4", location_id="LOC9"),
    ExpectedRow("FMP5", state=State.UNLISTED),
)
READ = ListRead(ROWS, "Tracking ID", 7, (), 1, 1)


def dropping(stand: Stand) -> Dropping:
    numbers = count(1)
    return Dropping(stand.dock, ListStore(stand.database), ZONE, lambda: f"{next(numbers):032x}")


def put(kept: Kept) -> dict[str, tuple[int, int]]:
    return {one.location.id: (one.parcels, one.counted.new) for one in kept.puts}


def what(entries: Any) -> list[tuple[str, Happening, object]]:
    return [(one.location_id, one.what, one.by) for one in entries]


async def test_each_row_where_it_belongs_and_may_go(stand: Stand) -> None:
    kept = await dropping(stand).keep(ASHA, LOCATION, READ, FILE)
    assert put(kept) == {"LOC1": (1, 1), "LOC2": (1, 1)}
    assert (kept.states, kept.unserved, kept.refused) == ({State.CANCELLED: 1, State.UNLISTED: 1}, {"LOC9": 1}, {})
    first, second = await stand.record(what=Happening.LISTED)
    assert first.detail == {"rows": 1, "source": "file", "list": kept.list.id, "repeated": 1, "skipped": 1}
    assert second.detail == {"rows": 2, "source": "file", "list": kept.list.id}
    assert what([first, second]) == [("LOC1", Happening.LISTED, ASHA.user_id), ("LOC2", Happening.LISTED, ASHA.user_id)]


async def test_only_operators_bring_lists(stand: Stand) -> None:
    with pytest.raises(NotAllowed):
        await dropping(stand).keep(STRANGER, LOCATION, READ, FILE)
    assert [e.detail["wish"] for e in await stand.record(what=Happening.REFUSED)] == ["expected list"]
    kept = await dropping(stand).keep(VIKRAM, LOCATION, READ, FILE)
    assert put(kept) == {"LOC1": (1, 1)}
    assert (kept.refused, kept.states) == ({ELSEWHERE: 2}, {State.UNLISTED: 1})
    assert what(await stand.record(what=Happening.REFUSED))[1:] == [("LOC2", Happening.REFUSED, VIKRAM.user_id)]


async def test_a_list_of_nothing_that_may_be_kept_leaves_no_trace(stand: Stand) -> None:
    kept = await dropping(stand).keep(VIKRAM, LOCATION, ListRead(ROWS[1:3], "Tracking ID", 2), FILE)
    assert (kept.puts, await stand.record(what=Happening.LISTED)) == ([], [])
    assert await dropping(stand).recent(ASHA) == []


async def test_a_list_is_taken_back_where_the_person_may(stand: Stand) -> None:
    room = dropping(stand)
    kept = await room.keep(ASHA, LOCATION, READ, FILE)
    with pytest.raises(UnknownList):
        await room.take_back(ASHA, "f" * 32)
    with pytest.raises(NotAllowed):
        await room.take_back(STRANGER, kept.list.id)
    assert (await stand.record(what=Happening.REFUSED))[-1].detail["wish"] == "take a list back"
    done = await room.take_back(VIKRAM, kept.list.id)
    assert done.undone is not None
    assert (done.undone.gone, done.undone.restored, done.left) == (1, 0, ["LOC2"])
    [offered] = await room.recent(ASHA)
    assert (offered.list.id, offered.parcels, offered.places) == (kept.list.id, 2, ("LOC2",))
    assert await room.recent(VIKRAM) == []
    assert (await room.take_back(ASHA, kept.list.id)).left == []
    again = await room.take_back(ASHA, kept.list.id)
    assert (again.undone, again.list.taken_back_by) == (None, ASHA.user_id)
    taken = await stand.record(what=Happening.LIST_TAKEN_BACK)
    assert [(e.location_id, e.by) for e in taken] == [("LOC1", VIKRAM.user_id), ("LOC2", ASHA.user_id)]


async def test_rights_that_can_not_be_checked_are_none(stand: Stand) -> None:
    room = dropping(stand)
    kept = await room.keep(ASHA, LOCATION, READ, FILE)
    open_to_all = LOCATION.model_copy(update={"operators": ()})
    stand.locations = type(stand.locations)((open_to_all,))
    stand.directory.down = True
    stand.restart()
    for wish in (dropping(stand).take_back(ASHA, kept.list.id), dropping(stand).source(ASHA, kept.list.id)):
        with pytest.raises(RightsUnknown):
            await wish
    with pytest.raises(RightsUnknown):
        await dropping(stand).recent(ASHA)
    stand.directory.down = False
    with pytest.raises(ServesNothing):
        await dropping(stand).recent(STRANGER)


async def test_a_list_of_a_location_that_is_no_longer_served(stand: Stand) -> None:
    kept = await dropping(stand).keep(ASHA, LOCATION, READ, FILE)
    stand.locations = type(stand.locations)(())
    stand.restart()
    for wish in (dropping(stand).take_back(ASHA, kept.list.id), dropping(stand).source(ASHA, kept.list.id)):
        with pytest.raises(UnknownList):
            await wish


async def test_the_source_of_another_sheet(stand: Stand) -> None:
    kept = await dropping(stand).keep(ASHA, LOCATION, READ, FILE)
    assert await dropping(stand).source(VIKRAM, kept.list.id) == (LOCATION, FILE)
    with pytest.raises(NotAllowed):
        await dropping(stand).source(STRANGER, kept.list.id)
    with pytest.raises(UnknownList):
        await dropping(stand).source(ASHA, "f" * 32)


async def test_lists_of_a_month_ago_are_not_offered(stand: Stand) -> None:
    await dropping(stand).keep(ASHA, LOCATION, READ, FILE)
    stand.clock.now += FRESH
    assert await dropping(stand).recent(ASHA) == []


async def test_those_of_some_locations_where_the_person_may(stand: Stand) -> None:
    room = dropping(stand)
    assert await room.may(ASHA, [LOCATION, ELSEWHERE]) == [LOCATION, ELSEWHERE]
    assert await room.may(VIKRAM, [ELSEWHERE, LOCATION]) == [LOCATION]
    assert not await stand.record(what=Happening.REFUSED), "who may somewhere is refused nothing"
    with pytest.raises(NotAllowed):
        await room.may(STRANGER, [ELSEWHERE, LOCATION])
    assert what(await stand.record(what=Happening.REFUSED)) == [("LOC2", Happening.REFUSED, STRANGER.user_id)]
