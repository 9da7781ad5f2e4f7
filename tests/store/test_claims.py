from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlalchemy import Connection, insert
from sqlmodel import select

from bot.clock import now
from bot.handover import machine
from bot.handover.claim_steps import FOLLOWS, Noted
from bot.handover.claims import Claim, Kind, Opening, State, UnknownClaim
from bot.handover.events import Event, Happening
from bot.handover.model import AuditEntry, Handover, Shipment
from bot.handover.ports import Scan, Step
from bot.handover.refusals import UnknownHandover
from bot.store.claiming import Upkeep
from bot.store.claims import ClaimStore
from bot.store.handovers import HandoverStore
from bot.store.photos import LINKS_A_PARCEL, PhotoStore
from bot.store.rows import entry_of
from bot.store.session import Database
from bot.store.tables import AUDIT, CLAIM, DELIVERY, EXPECTED, OWN_SCAN, DeliveryRow
from bot.store.tables import Kind as Message
from tests.store import people
from tests.store.conftest import NOW
from tests.tables import Tables

DAYS = 14
DAY = timedelta(days=1)


@pytest_asyncio.fixture
async def claims(database: Database) -> ClaimStore:
    return ClaimStore(database, DAYS)


@pytest_asyncio.fixture
async def ram(handovers: HandoverStore) -> AsyncIterator[Handover]:
    yield await people.arrive(handovers)


def parcel(tracking_id: str, **more: object) -> Shipment:
    return Shipment.model_validate({"tracking_id": tracking_id, "status": "ACCEPTED"} | more)


async def scanned(database: Database, handover: Handover, *new: Shipment, upkeep: Upkeep | None = None) -> None:
    await changed(database, handover, Scan(new, ()), upkeep)


async def changed(database: Database, handover: Handover, scan: Scan, upkeep: Upkeep | None = None) -> None:
    """What a page leaves besides its rows."""
    after = machine.read(handover, scan, NOW).handover
    await database.run((upkeep or Upkeep(DAYS)).page, handover, after, scan, NOW)


async def told(database: Database, what: Happening) -> list[AuditEntry]:
    tables = Tables(database)
    rows = await tables.rows(sa.select(AUDIT).where(AUDIT.c.what == what).order_by(AUDIT.c.id))
    return [entry_of(row) for row in rows]


async def replies(database: Database) -> int:
    tables = Tables(database)
    query = select(DeliveryRow).where(DELIVERY.c.kind == Message.REPLY)
    return len((await tables.exec(query)).all())


async def only(claims: ClaimStore, handover: Handover) -> Claim:
    [claim] = await claims.of_handover(handover.id)
    return claim


async def test_a_page_opens_claims_for_what_is_wrong(database: Database, claims: ClaimStore, ram: Handover) -> None:
    await scanned(
        database,
        ram,
        parcel("GOOD"),
        parcel("R1", status="REJECTED", reason="Damaged\nbox"),
        parcel("F1", actual_flyer_id="A1", captured_flyer_id="B2"),
        parcel("O1", obd_eligible=True, obd_remark="WrongItem"),
        parcel("O2", obd_eligible=True, obd_remark="NoIssues"),
        parcel("ALL", status="REJECTED", flyer_status="FlyerMismatch", obd_eligible=True, obd_remark="Empty"),
    )
    found = {claim.tracking_id: claim for claim in await claims.of_handover(ram.id)}
    assert set(found) == {"R1", "F1", "O1", "ALL"}
    assert {name: claim.reasons[0] for name, claim in found.items()} == {
        "R1": (Kind.REJECTED, "Damaged box"),
        "F1": (Kind.FLYER, "B2 ≠ A1"),
        "O1": (Kind.OPEN_BOX, "WrongItem"),
        "ALL": (Kind.REJECTED, ""),
    }
    assert found["ALL"].reasons == [("rejected", ""), ("flyer", ""), ("open_box", "Empty")]
    assert all(c.due_at == NOW + DAYS * DAY and c.opened_by is None and c.state is State.DRAFT for c in found.values())
    assert found["R1"].location_id == "LOC1"


async def test_the_same_page_again_changes_nothing(database: Database, claims: ClaimStore, ram: Handover) -> None:
    bad = parcel("R1", status="REJECTED", reason="torn")
    for _ in range(3):
        await scanned(database, ram, bad)
    first = await only(claims, ram)
    await changed(
        database, ram, Scan((), ((bad, bad.model_copy(update={"obd_eligible": True, "obd_remark": "Empty"})),))
    )
    after = await only(claims, ram)
    assert (after.id, after.note) == (first.id, "torn\nalso open_box: Empty")


async def test_a_page_and_its_claims_are_kept_together(database: Database, claims: ClaimStore, ram: Handover) -> None:
    async def torn() -> None:
        def work(connection: Connection) -> None:
            scan = Scan((parcel("R1", status="REJECTED"),), ())
            Upkeep(DAYS).page(connection, ram, machine.read(ram, scan, NOW).handover, scan, NOW)
            raise RuntimeError

        await database.run(work)

    with pytest.raises(RuntimeError):
        await torn()
    assert await claims.of_handover(ram.id) == []


async def test_the_end_opens_claims_for_what_was_never_seen(
    database: Database, handovers: HandoverStore, claims: ClaimStore, ram: Handover
) -> None:
    await handovers.add_page(ram, people.page("T1", "t2", "T3"), people.move(0), people.read)
    own = ram.model_copy(update={"own_scanned": 3, "own_only": 1})
    over, left = (Step(own, (Event(what, NOW),)) for what in (Happening.CLOSED, Happening.LEFT))

    async def end(step: Step) -> list[str]:
        await database.run(Upkeep(DAYS).end, step, NOW)
        return [f"{claim.tracking_id} {claim.kind}" for claim in await claims.of_handover(ram.id)]

    assert await end(Step(ram, over.events)) == [], "nobody scanned anything, so nobody knows what is missing"
    tables = Tables(database)
    rows = [{"key": key, "tracking_id": key} for key in ("T1", "T2", "ELSE")]
    more = {"handover_id": ram.id, "by": "U1", "at": NOW, "times": 1, "message_ts": "1.2"}
    await tables.exec(insert(OWN_SCAN), params=[{**row, **more} for row in rows])
    assert await end(Step(own, (Event(Happening.CLOSING, NOW),))) == []
    assert await end(left) == [], "nothing is closed at Flipkart"
    two = own.model_copy(update={"own_scanned": 2})
    assert await end(Step(two, over.events)) == [], "two are a look at two parcels, and no list of all"
    assert await end(over) == ["T3 unseen"]
    assert await end(over) == ["T3 unseen"], "a handover that was reopened ends twice"


async def test_a_report_is_said_once_and_joins_a_claim(database: Database, claims: ClaimStore, ram: Handover) -> None:
    await scanned(database, ram, parcel("Fmp7", status="REJECTED"))
    for _ in range(2):
        claim, new = await claims.report(ram.id, Opening("FMP7", Kind.DAMAGED, "corner crushed"), "U1", NOW)
    assert (claim.tracking_id, claim.kind, new) == ("Fmp7", "rejected", False)
    assert claim.reasons[1:] == [("damaged", "corner crushed")]
    [entry] = await told(database, Happening.REPORTED)
    assert (entry.by, entry.detail["tracking_id"], entry.detail["claim"]) == ("U1", "Fmp7", claim.id)
    other, new = await claims.report(ram.id, Opening("NEVER", Kind.MISSING), "U2", NOW + DAY)
    assert (new, other.opened_by, other.due_at) == (True, "U2", NOW + (DAYS + 1) * DAY)
    await claims.report(ram.id, Opening("never", Kind.EMPTY), "U2", NOW)
    assert len(await claims.of_handover(ram.id)) == 2, "the same parcel in other letters is the same parcel"
    assert await replies(database) == 3
    with pytest.raises(UnknownHandover):
        await claims.report("f" * 32, Opening("X", Kind.OTHER), "U1", NOW)


async def test_a_report_days_later_leaves_the_days_that_are_left(
    handovers: HandoverStore, claims: ClaimStore, ram: Handover
) -> None:
    await handovers.add_page(ram, people.page("T1"), people.move(0), people.read)
    claim, _ = await claims.report(ram.id, Opening("t1", Kind.EMPTY), "U1", NOW + 10 * DAY)
    assert (claim.opened_at, claim.due_at) == (NOW + 10 * DAY, NOW + DAYS * DAY)


async def test_a_note_can_not_grow_for_ever(claims: ClaimStore, ram: Handover) -> None:
    for n in range(30):
        await claims.report(ram.id, Opening("P1", Kind.OTHER, f"{n} " + "x" * 400), "U1", NOW)
    assert len((await only(claims, ram)).note) <= 2000


def noted(state: State, days: float = 1, by: str = "U1", **more: Any) -> Noted:
    return Noted(state=state, by=by, at=NOW + days * DAY, **more)


async def test_two_who_raise_a_claim_raise_it_once(database: Database, claims: ClaimStore, ram: Handover) -> None:
    claim, _ = await claims.report(ram.id, Opening("P1", Kind.EMPTY), "U1", NOW)
    raised = noted(State.RAISED, reference="SF-1", amount=50000)
    first = await claims.move([claim.id], State.DRAFT, raised)
    late = await claims.move([claim.id], State.DRAFT, noted(State.RAISED, 2, "U2", reference="SF-2"))
    [mine], [theirs] = first.claims, late.others
    assert (first.others, late.claims, mine) == ((), (), theirs)
    assert (mine.claimed_by, mine.claimed_at, mine.reference, mine.amount) == ("U1", NOW + DAY, "SF-1", 50000)
    assert await claims.history(claim.id) == [raised]
    assert len(await told(database, Happening.CLAIMED)) == 1


async def test_a_claim_goes_on_until_it_is_paid(database: Database, claims: ClaimStore, ram: Handover) -> None:
    claim, _ = await claims.report(ram.id, Opening("P1", Kind.EMPTY), "U1", NOW)
    way = [
        noted(State.RAISED, 1, reference="SF-1", amount=50000),
        noted(State.REJECTED, 2, "U2", note="no <b>proof</b>\nat all"),
        noted(State.REOPENED, 3, reference="SF-9"),
        noted(State.ACCEPTED, 4),
        noted(State.PAID, 5, paid=45000),
        noted(State.REOPENED, 6),
        noted(State.PAID, 7, paid=50000),
    ]
    before = State.DRAFT
    for one in way:
        result = await claims.move([claim.id], before, one)
        before = one.state
        [now_] = result.claims
        assert (now_.state, now_.state_at) == (one.state, one.at)
    assert (now_.reference, now_.amount, now_.paid, now_.claimed_by) == ("SF-9", 50000, 50000, "U1")
    assert (now_.next_at, now_.remind_at) == (None, None)
    history = await claims.history(claim.id)
    assert [(one.state, one.by, one.reference, one.paid) for one in history] == [
        *(("raised", "U1", "SF-1", None), ("rejected", "U2", "SF-1", None), ("reopened", "U1", "SF-9", None)),
        *(("accepted", "U1", "SF-9", None), ("paid", "U1", "SF-9", 45000), ("reopened", "U1", "SF-9", None)),
        ("paid", "U1", "SF-9", 50000),
    ]
    assert history[1].note == "no <b>proof</b> at all"
    assert len(await told(database, Happening.CLAIMED)) == len(way)


@pytest.mark.parametrize("before", list(State))
@pytest.mark.parametrize("after", list(State))
async def test_only_what_can_follow_follows(
    database: Database, claims: ClaimStore, ram: Handover, before: State, after: State
) -> None:
    claim, _ = await claims.report(ram.id, Opening("P1", Kind.EMPTY), "U1", NOW)
    await Tables(database).exec(sa.update(CLAIM).values(state=before.value))
    result = await claims.move([claim.id], before, noted(after))
    assert bool(result.claims) == (after in FOLLOWS[before])
    assert len(await told(database, Happening.CLAIMED)) == bool(result.claims)


async def test_several_parcels_of_a_handover_are_one_step(
    database: Database, claims: ClaimStore, handovers: HandoverStore, ram: Handover
) -> None:
    three = [(await claims.report(ram.id, Opening(f"P{n}", Kind.EMPTY), "U1", NOW))[0] for n in range(3)]
    await claims.move([three[2].id], State.DRAFT, noted(State.RAISED, reference="SF-0"))
    every = [one.id for one in three]
    result = await claims.move(every, State.DRAFT, noted(State.RAISED, 2, reference="SF-1", amount=100))
    assert [one.tracking_id for one in result.claims] == ["P0", "P1"]
    assert [(one.tracking_id, one.reference) for one in result.others] == [("P2", "SF-0")]
    assert [len(entry.detail["claims"]) for entry in await told(database, Happening.CLAIMED)] == [1, 2]
    other = await people.arrive(handovers, 2)
    elsewhere = (await claims.report(other.id, Opening("P0", Kind.EMPTY), "U1", NOW))[0]
    for strange in (["f" * 32], [three[0].id, "f" * 32], [three[0].id, elsewhere.id]):
        with pytest.raises(UnknownClaim):
            await claims.move(strange, State.DRAFT, noted(State.RAISED))


async def test_a_proof_is_made_once_until_something_is_noted(
    database: Database, claims: ClaimStore, ram: Handover
) -> None:
    one, other = [(await claims.report(ram.id, Opening(f"P{n}", Kind.EMPTY), "U1", NOW))[0] for n in range(2)]
    minute = timedelta(minutes=1)
    assert await claims.prove(one.id, "U1", NOW + minute)
    assert not await claims.prove(one.id, "U2", NOW + 2 * minute)
    assert await claims.prove(other.id, "U2", NOW + 2 * minute)
    await claims.move([one.id], State.DRAFT, noted(State.RAISED, 3 / 1440))
    assert await claims.prove(one.id, "U1", NOW + 4 * minute), "it would say something else now"
    assert await claims.prove(one.id, "U1", NOW + 15 * minute)
    entries = await told(database, Happening.PROOF)
    assert [entry.detail["tracking_id"] for entry in entries] == ["P0", "P1", "P0", "P0"]
    query = sa.select(DELIVERY.c.n).where(DELIVERY.c.kind == Message.PROOF).order_by(DELIVERY.c.n)
    assert [row.n for row in await Tables(database).rows(query)] == [entry.n for entry in entries]
    with pytest.raises(UnknownClaim):
        await claims.prove("f" * 32, "U1", NOW)


async def test_open_claims_are_listed_by_their_end(claims: ClaimStore, handovers: HandoverStore) -> None:
    here, there = await people.arrive(handovers, 1), await people.arrive(handovers, 2, location="LOC2")
    await claims.report(here.id, Opening("LATER", Kind.EMPTY), "U1", NOW + DAY)
    await claims.report(here.id, Opening("SOON", Kind.EMPTY), "U1", NOW)
    await claims.report(there.id, Opening("THERE", Kind.EMPTY), "U1", NOW)
    assert [c.tracking_id for c in await claims.open_at(["LOC1"], NOW)] == ["SOON", "LATER"]
    assert {c.tracking_id for c in await claims.open_at(["LOC1", "LOC2"], NOW)} == {"SOON", "THERE", "LATER"}
    assert [c.days_left(NOW) for c in await claims.open_at(["LOC1"], NOW)] == [14, 15]
    assert await claims.open_at(["LOC1", "LOC2"], NOW + 60 * DAY) == [], "long over: nothing can be done any more"


async def test_what_is_with_flipkart_is_listed_by_when_to_ask(claims: ClaimStore, ram: Handover) -> None:
    asked, paid, waits = [
        (await claims.report(ram.id, Opening(name, Kind.EMPTY), "U1", NOW))[0] for name in ("ASKED", "PAID", "WAITS")
    ]
    await claims.report(ram.id, Opening("DRAFT", Kind.EMPTY), "U1", NOW)
    for n, one in enumerate((asked, paid, waits)):
        await claims.move([one.id], State.DRAFT, noted(State.RAISED, 1 + 10 * n))
    await claims.move([paid.id], State.RAISED, noted(State.PAID, 12, paid=1))
    assert [c.tracking_id for c in await claims.open_at(["LOC1"], NOW + 22 * DAY)] == ["ASKED", "WAITS"]
    assert [c.tracking_id for c in await claims.open_at(["LOC1"], NOW + 13 * DAY)] == ["ASKED", "DRAFT", "WAITS"]


async def test_nobody_noted_what_became_of_claims(database: Database, claims: ClaimStore, ram: Handover) -> None:
    claim, _ = await claims.report(ram.id, Opening("P1", Kind.EMPTY), "U1", NOW)
    await claims.move([claim.id], State.DRAFT, noted(State.RAISED, reference="SF-1"))
    days = [n for n in range(40) if await claims.remind(["LOC1"], NOW + n * DAY)]
    assert days == [8, 15]
    entries = await told(database, Happening.CLAIM_WAITS)
    assert [entry.detail["claims"][0]["reference"] for entry in entries] == ["SF-1", "SF-1"]


async def test_each_reminder_comes_once(database: Database, claims: ClaimStore, ram: Handover) -> None:
    await claims.report(ram.id, Opening("P1", Kind.EMPTY), "U1", NOW)
    await claims.report(ram.id, Opening("P2", Kind.DAMAGED), "U1", NOW + timedelta(hours=1))
    said = []
    hours = [0, 24 * 7 - 1, 24 * 7, 24 * 7 + 1, 24 * 7 + 1, 24 * 8, 24 * 12, 24 * 12 + 2, 24 * 13, 24 * 14, 24 * 20]
    for hour in hours:
        before = len(await told(database, Happening.CLAIM_DUE))
        await claims.remind(["LOC1"], NOW + timedelta(hours=hour))
        after = await told(database, Happening.CLAIM_DUE)
        said += [(hour, [one["tracking_id"] for one in entry.detail["claims"]]) for entry in after[before:]]
    assert said == [
        (168, ["P1"]),
        (169, ["P2"]),
        (288, ["P1"]),
        (290, ["P2"]),
    ]


async def test_one_reminder_names_all_that_wait(database: Database, claims: ClaimStore, ram: Handover) -> None:
    for n in range(3):
        claim, _ = await claims.report(ram.id, Opening(f"P{n}", Kind.EMPTY), "U1", NOW)
    await claims.move([claim.id], State.DRAFT, noted(State.RAISED, 10))
    assert await claims.remind(["LOC1"], NOW + 13 * DAY) == 1, "a bot that was off says it once, not twice"
    assert await claims.remind(["LOC1"], NOW + 13 * DAY) == 0
    assert await claims.remind(["LOC2"], NOW + 7 * DAY) == 0
    [entry] = await told(database, Happening.CLAIM_DUE)
    assert [one["tracking_id"] for one in entry.detail["claims"]] == ["P0", "P1"]
    assert (entry.detail["number"], entry.detail["due"]) == (2, (NOW + DAYS * DAY).isoformat())


async def test_tracking_ids_are_completed(
    database: Database, claims: ClaimStore, handovers: HandoverStore, ram: Handover
) -> None:
    await handovers.add_page(ram, people.page("AB12", "XAB1", "ab3", "ZZ"), people.move(0), people.read)
    assert await claims.parcels_like(ram.id, "aB", 10) == ["AB12", "ab3", "XAB1"]
    assert await claims.parcels_like(ram.id, "AB", 1) == ["AB12"]
    assert await claims.parcels_like(ram.id, "%", 10) == []
    tables = Tables(database)
    more = {"handover_id": ram.id, "by": "U1", "at": NOW, "times": 1, "message_ts": "1.2"}
    await tables.exec(insert(OWN_SCAN), params=[{"key": "OWNAB", "tracking_id": "ownAB", **more}])
    listed = {"location_id": ram.location_id, "source": "file", "listed_at": NOW, "list_id": "", "state": "awaited"}
    texts = {"return_id": "", "order_item_id": "", "reason": ""}
    await tables.exec(insert(EXPECTED), params=[{"key": "LISTAB", "tracking_id": "listAB", **listed, **texts}])
    assert await claims.parcels_like(ram.id, "ab", 10) == ["AB12", "ab3", "XAB1", "ownAB", "listAB"]
    assert [await claims.knows(ram.id, one) for one in ("listab", "OWNAB", "ab3", "AB")] == [True, True, True, False]


async def test_links_of_pictures_are_noted_once(database: Database, ram: Handover) -> None:
    links = [f"https://x.example/{n}" for n in range(20)]
    box = parcel("O1", image_links=[links[0], *links], obd_eligible=True)
    await scanned(database, ram, box)
    await changed(database, ram, Scan((), ((parcel("O1"), box),)))
    photos = await PhotoStore(database, now).of_handover(ram.id)
    assert len(photos) == LINKS_A_PARCEL - 1
    assert {(photo.tracking_id, photo.sha256, photo.problem) for photo in photos} == {("O1", "", "")}
    await scanned(
        database, ram, parcel("O2", image_links=["https://x.example/a"]), upkeep=Upkeep(DAYS, obd_photos=False)
    )
    assert len(await PhotoStore(database, now).of_handover(ram.id)) == len(photos)
