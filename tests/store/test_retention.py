"""What is forgotten, when, and what stays: nothing that a claim needs, and a line with the receipt's hash."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, timedelta
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any, cast

import pytest
import pytest_asyncio
from sqlalchemy import func, select, update
from structlog.testing import capture_logs

from bot import trace
from bot.handover.claim_steps import Noted
from bot.handover.claims import State, UnknownClaim
from bot.handover.location import Location
from bot.handover.refusals import UnknownHandover
from bot.handover.retention import SETTLED, Forgets, Kept, Retention
from bot.jobs.retention import RetentionJob
from bot.photos.folder import PhotoFolder, read
from bot.photos.keeper import Outcome, PhotoKeeper
from bot.photos.ports import Photos
from bot.record.proof import Proof
from bot.store.proofs import ProofStore
from bot.store.records import RecordStore
from bot.store.retention import RetentionStore
from bot.store.tables import CLAIM, DELIVERY, HANDOVER, PHOTO, SHIPMENT
from tests.record.ended import Yard
from tests.support import here
from tests.tables import Tables

DAY = timedelta(days=1)
PLACE = Location(id="LOC1", name="Bengaluru dock", channel="C0DOCK")


class Attic:
    """A yard in which everything is said and nobody claims any more, years later."""

    def __init__(self, yard: Yard) -> None:
        self.yard = yard
        self.records = RecordStore(yard.database)
        self.store = RetentionStore(yard.database, self.records)
        self.folder = PhotoFolder(str(yard.database.beside))

    async def settled(self) -> None:
        tables = Tables(self.yard.database)
        await tables.exec(update(DELIVERY).values(state="sent"))
        await tables.exec(update(CLAIM).values(state=State.PAID.value, state_at=self.yard.time, next_at=None))
        self.yard.later(SETTLED / timedelta(minutes=1) + 1)

    async def due(self, what: Forgets) -> list[str]:
        return await self.store.due(what, self.yard.time - DAY, self.yard.time, 9)

    async def tick(self, **days: int) -> None:
        kept = Kept(tuple((what, timedelta(days=days[what]) if what in days else None) for what in Forgets))
        await RetentionJob(self.store, self.folder, kept, lambda: self.yard.time).tick()

    async def count(self, table: object) -> int:
        [(n,)] = await Tables(self.yard.database).rows(select(func.count()).select_from(table))  # type: ignore[arg-type]
        return int(n)

    async def sha256(self) -> str:
        return (await self.records.load("h1")).receipt(PLACE, UTC).sha256


@pytest_asyncio.fixture
async def attic(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Attic]:
    # Pictures of a bot on a server lie in its working folder.
    monkeypatch.chdir(tmp_path)
    yard = Yard(url)
    await yard.whole("h1")
    yield Attic(yard)
    await yard.database.close()


async def test_what_a_claim_needs_is_never_due(attic: Attic) -> None:
    tables = Tables(attic.yard.database)
    await tables.exec(update(DELIVERY).values(state="sent"))
    attic.yard.later(60 * 24 * 400)
    for state in (State.RAISED, State.ACCEPTED, State.REOPENED):
        await tables.exec(update(CLAIM).values(state=state.value))
        assert await attic.due(Forgets.RECORDS) == [], state
    for state in (State.PAID, State.REJECTED):
        await tables.exec(update(CLAIM).values(state=state.value, state_at=attic.yard.time - SETTLED + DAY))
        assert await attic.due(Forgets.RECORDS) == [], state
        await tables.exec(update(CLAIM).values(state_at=attic.yard.time - SETTLED - DAY))
        assert await attic.due(Forgets.RECORDS) == ["h1"], state
    await tables.exec(update(CLAIM).values(state=State.DRAFT.value, due_at=attic.yard.time - SETTLED + DAY))
    assert await attic.due(Forgets.RECORDS) == [], "it may still be filed late"


async def test_who_is_there_and_what_is_unsaid_is_kept(attic: Attic) -> None:
    await attic.settled()
    await attic.yard.arrive("h2")
    assert await attic.due(Forgets.NAMES) == ["h1"]
    await Tables(attic.yard.database).exec(update(DELIVERY).where(DELIVERY.c.about == "h1").values(state="pending"))
    assert await attic.due(Forgets.NAMES) == []


async def test_a_name_and_pictures_go_and_the_hash_stays(attic: Attic) -> None:
    before = await attic.sha256()
    await attic.settled()
    [file] = attic.folder.path.iterdir()
    await attic.tick(names=1, photos=1)
    record = await attic.records.load("h1")
    assert (record.handover.fe_name, record.handover.fe_id) == ("", "fe-h1")
    assert not file.exists()
    assert [(one.sha256, one.content) for one in record.photos] == [(file.name, b"")]
    assert await attic.count(SHIPMENT) == 3
    [line] = await attic.store.forgotten("LOC1", None, None)
    assert (line.sha256, line.what, line.at) == (before, (Forgets.NAMES, Forgets.PHOTOS), attic.yard.time)
    assert await attic.due(Forgets.NAMES) == []
    assert await attic.due(Forgets.PARCELS) == ["h1"]


class Stuck(PhotoFolder):
    """One that lets nothing be taken out of it."""

    def put_away(self, sha256: str) -> None:
        raise PermissionError(sha256)


async def test_a_picture_that_can_not_be_deleted_is_said_with_its_handover(attic: Attic) -> None:
    await attic.settled()
    attic.folder = Stuck(str(attic.yard.database.beside))
    with capture_logs(processors=[trace.merge]) as logs:
        await attic.tick(photos=1)
    [line] = [one for one in logs if "can't be deleted" in one["event"]]
    assert line["handover"] == "h1"


async def test_a_picture_that_another_handover_shows_stays(attic: Attic) -> None:
    await attic.yard.whole("h2")
    await attic.settled()
    [file] = attic.folder.path.iterdir()
    assert list(await attic.store.forget("h1", Forgets.PHOTOS, "", attic.yard.time)) == []
    assert list(await attic.store.forget("h2", Forgets.PHOTOS, "", attic.yard.time)) == [file.name]


class Meanwhile:
    """The store, while something else happens before and after each call of the two methods that pictures go by."""

    def __init__(self, store: RetentionStore, happens: Callable[[str], Awaitable[None]]) -> None:
        self._store = store
        self._happens = happens

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        if name not in ("forget", "needed"):
            return method

        async def with_moments(*given: Any) -> Any:
            await self._happens(f"before {name}")
            found = await method(*given)
            await self._happens(f"after {name}")
            return found

        return with_moments


MOMENTS = ("before forget", "after forget", "before needed", "after needed")


@pytest.mark.parametrize(("found", "noted"), [*combinations_with_replacement(MOMENTS, 2)])
async def test_a_picture_that_is_kept_again_while_it_is_forgotten_stays(attic: Attic, found: str, noted: str) -> None:
    """Another copy finds it in the folder at one moment, and has it in the table at the same or a later one."""
    await attic.settled()
    [file] = attic.folder.path.iterdir()
    content = file.read_bytes()
    await attic.yard.arrive("h2")
    photo = await attic.yard.photos.add("h2", "FMPP1", "F0AGAIN", "again.jpg", attic.yard.time)
    is_found, may_note = asyncio.Event(), asyncio.Event()

    class Noting:
        async def kept(self, photo_id: int, sha256: str) -> None:
            is_found.set()
            await may_note.wait()
            await attic.yard.photos.kept(photo_id, sha256)

    async def address(file_id: str) -> str:
        return file_id

    async def fetch(_address: str, _most: int) -> bytes:
        return content

    photos = cast("Photos", Noting())
    keeper = PhotoKeeper(photos, attic.folder, address=address, from_slack=fetch, from_link=None, apart=here)
    keeping: list[asyncio.Task[tuple[Outcome, str]]] = []

    async def happens(moment: str) -> None:
        if moment == found:
            keeping.append(asyncio.create_task(keeper.keep(photo)))
            await is_found.wait()
        if moment == noted:
            may_note.set()
            assert await keeping[0] == (Outcome.KEPT, "")

    kept = Kept(((Forgets.PHOTOS, DAY),))
    store = cast("Retention", Meanwhile(attic.store, happens))
    await RetentionJob(store, attic.folder, kept, lambda: attic.yard.time).tick()
    assert list(attic.folder.path.iterdir()) == [file]
    assert read(file) == content
    assert [(one.sha256, one.problem) for one in await attic.yard.photos.of_handover("h2")] == [(file.name, "")]


async def test_what_a_killed_bot_had_put_away_is_deleted_or_comes_back(attic: Attic) -> None:
    [needed] = attic.folder.path.iterdir()
    gone = attic.folder.keep(b"a picture of nobody")
    for sha256 in (needed.name, gone):
        attic.folder.put_away(sha256)
    assert not needed.exists()
    await attic.tick()
    assert list(attic.folder.path.iterdir()) == [needed]


async def test_parcels_go_and_the_counts_stay(attic: Attic) -> None:
    before = await attic.sha256()
    await attic.settled()
    await attic.tick(parcels=1)
    assert await attic.count(SHIPMENT) == 0
    assert (await attic.records.load("h1")).handover.scanned == 3
    assert (await attic.store.forgotten(None, None, None))[0].sha256 == before
    await attic.tick(names=1)
    assert (await attic.store.forgotten(None, None, None))[0].sha256 == before, "it is taken before anything is gone"


async def test_a_proof_never_says_that_nobody_scanned_what_was_forgotten(attic: Attic) -> None:
    before = await attic.sha256()
    await attic.settled()
    [claim, *_] = await attic.yard.claims.of_handover("h1")
    proofs = ProofStore(attic.yard.database, attic.records)
    await attic.tick(names=1)
    proven = await proofs.of(claim.id)
    assert proven is not None
    proof = proven.proof(PLACE, UTC)
    assert isinstance(proof, Proof)
    receipt = proof.receipt
    assert (receipt.sha256, receipt.forgotten) == (before, ("names",)), "every paper has the hash of the whole"
    await attic.tick(parcels=1)
    assert await proofs.of(claim.id) is None
    with pytest.raises(UnknownClaim):
        await attic.yard.claims.prove(claim.id, "U1", attic.yard.time)


async def test_all_of_it_goes_but_a_line(attic: Attic) -> None:
    before = await attic.sha256()
    await attic.settled()
    await attic.tick(names=1, photos=1, parcels=1, records=1)
    for table in (HANDOVER, SHIPMENT, CLAIM, PHOTO, DELIVERY):
        assert await attic.count(table) == 0
    with pytest.raises(UnknownHandover):
        await attic.records.load("h1")
    [line] = await attic.store.forgotten("LOC1", None, None)
    assert (line.handover_id, line.sha256, line.what) == ("h1", before, tuple(Forgets))
    if attic.yard.url.startswith("sqlite"):  # a server looks at each link by itself
        rows = await Tables(attic.yard.database).sql("PRAGMA foreign_key_check")
        assert rows.all() == []


async def test_what_is_never_forgotten_stays(attic: Attic) -> None:
    await attic.settled()
    await attic.tick()
    assert await attic.count(SHIPMENT) == 3
    assert await attic.store.forgotten(None, None, None) == []


async def test_a_step_that_raised_a_claim_anew_holds_it_again(attic: Attic) -> None:
    await attic.settled()
    [claim, *_] = await attic.yard.claims.of_handover("h1")
    noted = Noted(state=State.REOPENED, by="U1", at=attic.yard.time)
    await attic.yard.claims.move([claim.id], State.PAID, noted)
    assert await attic.due(Forgets.PHOTOS) == []
