"""What Flipkart counts as completed and nobody brought: which of it is told, when, and how often."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.handover.claim_steps import Noted
from bot.handover.claims import Claim, Opening, State, UnknownClaim, told
from bot.handover.claims import Kind as Claimed
from bot.handover.events import Event, Happening
from bot.handover.expected import Span
from bot.handover.model import Handover, Stage
from bot.handover.retention import Forgets
from bot.handover.returns import Fact, Statement
from bot.handover.unreceived import MOST, PAUSE, id_of, number_of
from bot.store.absences import missed
from bot.store.claim_lines import ClaimLineStore
from bot.store.claiming import claim_of
from bot.store.claims import ClaimStore
from bot.store.deliveries import DeliveryStore
from bot.store.handovers import HandoverStore
from bot.store.proofs import ProofStore
from bot.store.records import RecordStore
from bot.store.retention import RetentionStore
from bot.store.returns import ReturnStore
from bot.store.session import Database
from bot.store.tables import CLAIM, DELIVERY, OWN_SCAN, Kind
from bot.store.unreceived import UnreceivedStore
from bot.text import parcel_key
from tests.store import people
from tests.store.conftest import NOW
from tests.tables import Tables

DAY = timedelta(days=1)
LATER = NOW + 3 * DAY
SPANS = {"LOC1": Span("LOC1", NOW, NOW)}
LISTED = Event(Happening.LISTED, NOW)


async def complete(database: Database, n: int, at: datetime = NOW + DAY, **more: Fact) -> None:
    facts: dict[str, Fact] = {"location_id": "LOC1", "tracking_id": f"FMP{n}", "completed_at": at, "end": "completed"}
    one = Statement(f"R{n}", f"OI{n}", at, facts | more)
    await ReturnStore(database).take([one], SPANS, LISTED)


@pytest.fixture
def unreceived(database: Database) -> UnreceivedStore:
    return UnreceivedStore(database, 14)


async def alarms(database: Database, unreceived: UnreceivedStore, now: datetime = LATER) -> list[list[str]]:
    """Raises what is due now; the tracking ids of each alarm there ever was."""
    await unreceived.raise_alarm("LOC1", now - DAY, now)
    query = select(DELIVERY.c.n).where(DELIVERY.c.kind == Kind.UNRECEIVED).order_by(DELIVERY.c.id)
    numbers = await database.run(lambda connection: list(connection.scalars(query)))
    found = [await unreceived.alarm("LOC1", n) for n in numbers]
    return [[item.tracking_id for item in one.items] for one in found if one is not None]


@pytest.fixture
async def ram(handovers: HandoverStore) -> Handover:
    """Was at the dock before."""
    return await people.arrive(handovers)


async def test_each_is_told_once_after_its_time(database: Database, unreceived: UnreceivedStore, ram: Handover) -> None:
    del ram
    await complete(database, 1)
    await complete(database, 2, LATER - DAY + timedelta(minutes=1))
    assert await alarms(database, unreceived, LATER) == [["FMP1"]]
    assert await alarms(database, unreceived, LATER + timedelta(hours=1)) == [["FMP1"]], "not one alarm for each"
    assert await alarms(database, unreceived, LATER + PAUSE) == [["FMP1"], ["FMP2"]]
    assert await alarms(database, unreceived, LATER + 2 * DAY) == [["FMP1"], ["FMP2"]]


async def test_what_came_is_not_told(
    database: Database, unreceived: UnreceivedStore, handovers: HandoverStore, ram: Handover
) -> None:
    await handovers.add_page(ram, people.page("fmp1 "), people.move(0), people.read)
    now = await handovers.get(ram.id)
    assert now is not None
    labelled_anew = people.page("FMP999", shipment_id="SH2")
    await handovers.add_page(now, labelled_anew, people.move(now.cursor_version), people.read)
    own = {"handover_id": ram.id, "key": "FMP3", "tracking_id": "FMP3", "by": "U0ASHA", "at": NOW, "times": 1}
    await database.run(lambda connection: connection.execute(OWN_SCAN.insert(), [own | {"message_ts": ""}]))
    await complete(database, 1)
    await complete(database, 2, shipment_id="SH2")
    await complete(database, 3)
    assert await alarms(database, unreceived) == []


@pytest.mark.parametrize(
    "more",
    [
        {"end": "cancelled"},
        {"location_id": "LOC9"},
        {"tracking_id": ""},
        {"at": NOW - timedelta(hours=1)},
    ],
    ids=["cancelled afterwards", "not ours", "no label is known", "before anybody was seen at the dock"],
)
async def test_what_is_not_told(
    database: Database, unreceived: UnreceivedStore, ram: Handover, more: dict[str, Fact]
) -> None:
    del ram
    await complete(database, 1, **more)  # type: ignore[arg-type]
    assert await alarms(database, unreceived) == []


async def test_many_are_told_by_and_by(database: Database, unreceived: UnreceivedStore, ram: Handover) -> None:
    del ram
    for n in range(MOST + 3):
        await complete(database, n, NOW + DAY + timedelta(minutes=n))
    first, rest = await alarms(database, unreceived), await alarms(database, unreceived, LATER + PAUSE)
    assert [len(one) for one in rest] == [MOST, 3]
    assert first == rest[:1]
    assert len({one for alarm in rest for one in alarm}) == MOST + 3


async def test_a_clock_that_was_ahead_keeps_no_alarm_back(
    database: Database, unreceived: UnreceivedStore, ram: Handover
) -> None:
    del ram
    await complete(database, 1)
    await alarms(database, unreceived, LATER + 30 * DAY)
    await complete(database, 2)
    assert await alarms(database, unreceived, LATER) == [["FMP1"], ["FMP2"]]


async def test_its_facts_and_its_number(
    database: Database, unreceived: UnreceivedStore, deliveries: DeliveryStore, ram: Handover
) -> None:
    del ram, deliveries
    await complete(database, 1, reason="TORN", expected_on=date(2026, 3, 4))
    await alarms(database, unreceived)
    n = number_of(["R1\nOI1"])
    found = await unreceived.alarm("LOC1", n)
    assert found is not None
    assert (found.at, found.items[0].reason, found.claim_by(14)) == (LATER, "TORN", NOW + 15 * DAY)
    assert await unreceived.alarm("LOC1", n + 1) is None
    assert 0 <= n < 2**31, "any database holds it"
    assert number_of(["a", "b"]) == number_of(["b", "a"]) != number_of(["a"])


# ---- their claims ----------------------------------------------------------------------------------------------------


@pytest.fixture
def claims(database: Database) -> ClaimStore:
    return ClaimStore(database, 14)


async def the_claims(database: Database, claims: ClaimStore) -> list[Claim]:
    rows = await Tables(database).sql("SELECT id FROM claim ORDER BY tracking_id, opened_at")
    found = [await claims.get(row) for row in rows]
    return [one for one in found if one is not None]


async def news(database: Database, unreceived: UnreceivedStore) -> list[tuple[Happening, list[str]]]:
    """What was said below alarms, with the parcels that it names."""
    rows = await Tables(database).sql("SELECT n FROM delivery WHERE kind = 'news' ORDER BY id")
    found = [await unreceived.news("LOC1", row) for row in rows]
    return [(one.entry.what, [c["tracking_id"] for c in one.entry.detail["claims"]]) for one in found if one]


def noted(state: State, at: datetime, **more: Any) -> Noted:
    return Noted(state=state, by="U0ASHA", at=at, **more)


async def test_an_alarm_opens_a_claim_for_each_parcel(
    database: Database, unreceived: UnreceivedStore, claims: ClaimStore, ram: Handover
) -> None:
    """Two items in one parcel have one claim, and a parcel that somebody reported before has no second."""
    reported, _ = await claims.report(ram.id, Opening("fmp3", Claimed.MISSING), "U0ASHA", NOW)
    await complete(database, 1, NOW + DAY)
    await complete(database, 2, NOW + DAY + timedelta(hours=1))
    await complete(database, 9, NOW + DAY / 2, tracking_id="fmp2")
    await complete(database, 3)
    [told] = await alarms(database, unreceived)
    assert sorted(told) == ["FMP1", "FMP2", "FMP3", "fmp2"]
    own = [one for one in await the_claims(database, claims) if one.id != reported.id]
    assert [(one.handover_id, one.kind, one.due_at, one.next_at) for one in own] == [
        (None, "never_came", NOW + 15 * DAY, NOW + 15 * DAY),
        (None, "never_came", NOW + 14.5 * DAY, NOW + 14.5 * DAY),
    ]
    alarm = await unreceived.alarm("LOC1", own[0].alarm or 0)
    assert alarm is not None
    assert {key: one.id for key, one in alarm.claims.items()} == {
        parcel_key("FMP1"): own[0].id,
        parcel_key("FMP2"): own[1].id,
        parcel_key("FMP3"): reported.id,
    }
    assert [one.id for one in await claims.together(own[0])] == [own[0].id, own[1].id]
    assert own[0].id == id_of("LOC1", own[0].alarm or 0, "FMP1"), (
        "a button of before a database was put back leads to it"
    )


async def test_what_becomes_of_them_is_said_below_the_alarm(
    database: Database, unreceived: UnreceivedStore, claims: ClaimStore, ram: Handover
) -> None:
    for n in (1, 2, 3):
        await complete(database, n)
    await alarms(database, unreceived)
    one, two, three = await the_claims(database, claims)
    raised = noted(State.RAISED, LATER + DAY, reference="SF-1", amount=45000)
    assert len((await claims.move([one.id, two.id], State.DRAFT, raised)).claims) == 2
    other = await claims.report(ram.id, Opening("X", Claimed.EMPTY), "U0ASHA", NOW)
    with pytest.raises(UnknownClaim):
        await claims.move([three.id, other[0].id], State.DRAFT, raised)
    due = three.remind_at
    assert due is not None
    assert await claims.remind(["LOC1"], due) >= 1
    assert await claims.remind(["LOC1"], due) == 0, "each once"
    assert await claims.remind(["LOC1"], LATER + 8 * DAY) >= 1
    assert await news(database, unreceived) == [
        (Happening.CLAIMED, ["FMP1", "FMP2"]),
        (Happening.CLAIM_DUE, ["FMP3"]),
        (Happening.CLAIM_WAITS, ["FMP1", "FMP2"]),
    ]
    lines = await ClaimLineStore(database).lines("LOC1")
    mine = [(line.claim.tracking_id, line.claim.state, line.fe_id) for line in lines if not line.fe_id]
    assert mine == [("FMP1", "raised", ""), ("FMP2", "raised", ""), ("FMP3", "draft", "")]


async def test_what_comes_after_all_ends_its_draft(
    database: Database, unreceived: UnreceivedStore, claims: ClaimStore, handovers: HandoverStore, ram: Handover
) -> None:
    """Scanned by the FE, by the seller, or under a new label: said once, with a word on what was claimed already."""
    for n in (1, 2, 3, 4):
        await complete(database, n, shipment_id=f"SH{n}")
    await alarms(database, unreceived)
    one, two, three, four = await the_claims(database, claims)
    await claims.move([two.id], State.DRAFT, noted(State.RAISED, LATER, reference="SF-1"))
    assert await unreceived.look_for("LOC1", LATER) == 0
    await handovers.add_page(ram, people.page("fmp1", "FMP2"), people.move(0), people.read)
    now = await handovers.get(ram.id)
    assert now is not None
    await handovers.add_page(now, people.page("NEW", shipment_id="SH3"), people.move(now.cursor_version), people.read)
    assert await unreceived.look_for("LOC1", LATER + DAY) == 3
    assert await unreceived.look_for("LOC1", LATER + DAY) == 0, "each once"
    assert (await news(database, unreceived))[-1] == (Happening.CAME, ["FMP1", "FMP2", "FMP3"])
    after = {claim.tracking_id: claim for claim in await the_claims(database, claims)}
    assert [(after[f"FMP{n}"].moot, after[f"FMP{n}"].next_at is None) for n in (1, 2, 3, 4)] == [
        *((True, True), (False, False), (True, True), (False, False))
    ]
    assert (after["FMP1"].remind_at, after["FMP4"]) == (None, four)
    shown = [claim.tracking_id for claim in await claims.open_at(["LOC1"], LATER + DAY)]
    assert shown == ["FMP2", "FMP4"]
    sums = await ClaimLineStore(database).sums("LOC1", NOW, LATER + 2 * DAY)
    assert (sums.to_file, sums.waiting.n) == (1, 1)
    del one, three


async def test_a_parcel_that_took_over_its_new_label_ends_its_draft_too(
    database: Database, unreceived: UnreceivedStore, claims: ClaimStore, handovers: HandoverStore, ram: Handover
) -> None:
    """Where something is awaited, what was expected bears the scanned id by then, and the claim has the old one."""
    await complete(database, 1, shipment_id="SH1")
    await alarms(database, unreceived)
    await complete(database, 2, completed_at=None, end="")
    await handovers.add_page(ram, people.page("NEW", shipment_id="SH1"), people.move(0), people.read)
    now = await handovers.get(ram.id)
    assert now is not None
    assert now.otherwise == 1
    [claim] = await the_claims(database, claims)
    assert await ProofStore(database, RecordStore(database)).of(claim.id) is not None
    assert await unreceived.look_for("LOC1", LATER + DAY) == 1
    [claim] = await the_claims(database, claims)
    assert claim.moot


async def test_what_is_forgotten_keeps_what_such_a_claim_needs(
    database: Database, unreceived: UnreceivedStore, claims: ClaimStore, handovers: HandoverStore, ram: Handover
) -> None:
    await complete(database, 1)
    left = {"stage": Stage.LEFT, "ended_at": NOW + DAY}
    await handovers.step(ram.id, lambda h: told(h.model_copy(update=left), []))
    await alarms(database, unreceived)
    await Tables(database).sql("UPDATE delivery SET state = 'sent'")
    [one] = await the_claims(database, claims)
    store = RetentionStore(database, RecordStore(database))
    await claims.move([one.id], State.DRAFT, noted(State.RAISED, LATER, reference="SF-1"))
    year = LATER + 365 * DAY

    async def kept() -> tuple[bool, int, int]:
        await Tables(database).sql("UPDATE delivery SET state = 'sent'")
        due = await store.due(Forgets.PARCELS, year, year, 5)
        await store.forget_lists(year, year, 9)
        await store.forget_missed(year, year, 9)
        rows = await Tables(database).sql("SELECT count(*) AS n FROM return_item")
        return due == [], len(await the_claims(database, claims)), rows.one()

    assert await kept() == (True, 1, 1)
    await claims.move([one.id], State.RAISED, noted(State.PAID, LATER + DAY, paid=45000))
    assert await kept() == (False, 0, 0)


async def test_no_proof_is_made_of_a_label_that_nothing_bears(
    database: Database, unreceived: UnreceivedStore, ram: Handover
) -> None:
    del ram
    await complete(database, 1)
    assert await alarms(database, unreceived) == [["FMP1"]]

    def proven(connection: Connection) -> list[str]:
        claim = claim_of(connection.execute(select(CLAIM)).one())
        found = missed(connection, claim, ())
        return [] if found is None else [one.tracking_id for one in found.items]

    assert await database.run(proven) == ["FMP1"]
    await complete(database, 1, LATER, tracking_id="FMP9")
    assert await database.run(proven) == [], "it would say more than is known"
