"""What is gathered for a receipt, and that an older one can be made again with the same hash."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from sqlmodel import select
from structlog.testing import capture_logs

from bot.handover.claim_steps import Noted
from bot.handover.claims import State
from bot.handover.location import Location
from bot.handover.model import Stage
from bot.handover.refusals import UnknownHandover
from bot.record.pdf import make_pdf
from bot.record.receipt import NotFinished, Receipt
from bot.store.records import RecordStore
from bot.store.retention import RetentionStore
from bot.store.tables import DELIVERY, Kind
from tests.record.ended import ARRIVED, Yard, picture
from tests.record.test_pdf import pages
from tests.tables import Tables

LOCATION = Location(id="LOC1", name="Bengaluru dock", channel="C0DOCK")
ZONE = ZoneInfo("Asia/Kolkata")


@pytest_asyncio.fixture
async def yard(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Yard]:
    # Pictures of a bot on a server lie in its working folder.
    monkeypatch.chdir(tmp_path)
    found = Yard(url)
    await found.database.upgrade()
    yield found
    await found.database.close()


async def made(yard: Yard, **names: str) -> Receipt:
    return (await RecordStore(yard.database).load("h1")).receipt(LOCATION, ZONE, names)


async def test_everything_is_there(yard: Yard) -> None:
    await yard.whole()
    receipt = await made(yard)
    assert (receipt.handover.scanned, receipt.handover.rejected, receipt.handover.counted) == (3, 1, 3)
    assert [one.tracking_id for one in receipt.shipments] == ["FMPP1", "FMPP2R", "FMPP3"]
    assert [one.tracking_id for one in receipt.unseen] == ["FMPP2R"]
    assert [one.tracking_id for one in receipt.unscanned] == ["FMPP00000009"]
    told = {(one.tracking_id, one.kind, one.note, one.reported_by) for one in receipt.claims}
    assert ("FMPP3", "damaged", "corner torn", "U0MEERA") in told
    assert ("FMPP2R", "rejected", "", "") in told
    [photo] = receipt.photos
    assert isinstance(photo.content, Path)
    assert (photo.tracking_id, photo.name, photo.content.read_bytes()) == ("FMPP3", "F0EARLY.jpg", picture())
    assert receipt.people == ("U0ASHA", "U0MEERA")
    assert [one["name"] for one in receipt.data["photos"]] == ["F0EARLY.jpg"]  # type: ignore[index, union-attr, call-overload]
    assert receipt.later == {}


async def test_what_comes_after_the_end_changes_no_hash(yard: Yard) -> None:
    await yard.arrive("h1")
    await yard.scan("h1", "FMPP1", "FMPP2R", "FMPP3")
    await yard.own_scan("h1", "FMPP1", "U0MEERA")
    claim = await yard.report("h1", "FMPP3", "corner torn")
    slow = await yard.photograph("h1", "FMPP3", "F0SLOW")
    await yard.leave("h1")
    first = await made(yard)
    await yard.fetched(slow)
    await yard.own_scan("h1", "FMPP1", "U0ASHA")
    await yard.own_scan("h1", "FMPP3", "U0ASHA")
    await yard.report("h1", "FMPP3", "and wet")
    await yard.report("h1", "FMPP2R", "box open")
    raised = Noted(state=State.RAISED, by="U0ASHA", at=yard.later(), reference="SPF-1")
    await yard.claims.move([claim], State.DRAFT, raised)
    again = await made(yard, U0ASHA="Asha Rao")
    assert again.sha256 == first.sha256
    assert set(again.later) == {"record", "own_scans", "problems", "claims", "photos"}
    assert [one.times for one in again.own_scans if one.tracking_id == "FMPP1"] == [2]
    [seen] = [one for one in again.own_scans if one.tracking_id == "FMPP1"]
    assert seen.by == "U0MEERA"


async def test_a_picture_that_is_gone_or_changed_is_still_named(yard: Yard) -> None:
    await yard.whole()
    [file] = (Path(f"{yard.database.beside}.photos")).iterdir()
    before = await made(yard)
    file.write_bytes(b"other")
    assert "can't be shown" in "".join(pages(make_pdf(await made(yard))))
    file.unlink()
    with capture_logs() as logs:
        after = await made(yard)
    assert [line["handover"] for line in logs] == ["h1"]
    assert (after.photos[0].content, after.sha256) == (b"", before.sha256)


async def test_parcels_of_no_list_are_marked_as_the_card_counted_them(yard: Yard) -> None:
    await yard.arrive("h1")
    await yard.scan("h1", "FMPP1", "FMPP2")
    assert (await made_at_the_end(yard)).unlisted == frozenset(), "without a list every parcel would be of none"
    await yard.expect("FMPP1", "FMPP3")
    await yard.scan("h1", "FMPP3", "FMPP4R", "FMPP5")
    first = await made_at_the_end(yard)
    assert first.unlisted == {"FMPP2", "FMPP4R", "FMPP5"}
    await yard.expect("FMPP4R")
    again = await made_at_the_end(yard)
    assert again.unlisted == {"FMPP2", "FMPP5"}
    assert again.sha256 == first.sha256


async def test_a_list_that_was_forgotten_makes_no_parcel_one_of_no_list(yard: Yard) -> None:
    await yard.expect("FMPP1", "FMPP3")
    await yard.arrive("h1")
    await yard.scan("h1", "FMPP1", "FMPP2", "FMPP3")
    await yard.leave("h1")
    late = yard.later(60 * 24 * 900)
    await RetentionStore(yard.database, RecordStore(yard.database)).forget_lists(late, late, 99)
    assert (await made(yard)).unlisted == {"FMPP2"}, "it was called out"


async def made_at_the_end(yard: Yard) -> Receipt:
    """As it would be if the FE left now."""
    record = await RecordStore(yard.database).load("h1")
    ended = record.handover.model_copy(update={"stage": Stage.LEFT, "ended_at": ARRIVED})
    return replace(record, handover=ended).receipt(LOCATION, ZONE)


async def test_an_end_has_a_receipt_and_nothing_else_has(yard: Yard) -> None:
    await yard.arrive("h1")
    await yard.arrive("h2")
    tables = Tables(yard.database)
    receipts = select(DELIVERY.c.about, DELIVERY.c.n).where(DELIVERY.c.kind == Kind.RECEIPT)
    assert await tables.rows(receipts) == []
    h = await yard.leave("h1")
    await yard.report("h1", "FMPP7", "found later")
    assert [tuple(row) for row in await tables.rows(receipts)] == [("h1", h.events)]
    with pytest.raises(NotFinished):
        (await RecordStore(yard.database).load("h2")).receipt(LOCATION, ZONE)
    with pytest.raises(UnknownHandover):
        await RecordStore(yard.database).load("h3")


async def test_found_by_location_time_and_parcel(yard: Yard) -> None:
    start = yard.time
    await yard.whole("h1")
    between = yard.time
    await yard.whole("h2", "LOC2")
    await yard.arrive("h3")
    records = RecordStore(yard.database)
    assert await records.find() == ["h1", "h2", "h3"]
    assert await records.find(location_id="LOC1") == ["h1", "h3"]
    assert await records.find(begin=start, end=between) == ["h1"]
    assert await records.find(tracking_key="FMPP00000009", location_id="LOC2") == ["h2"]
    assert await records.find(tracking_key="FMPP2R") == ["h1", "h2"]
    assert await records.find(tracking_key="FMPP8") == []
    assert await records.locations() == ["LOC1", "LOC2"]
