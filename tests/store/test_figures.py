"""What a monitor asks of the database: how much waits, since when, and which cards are stale."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from bot.handover.claims import Kind as Problem
from bot.handover.claims import Opening
from bot.handover.events import Happening
from bot.store.claims import SHOWN_AFTER, ClaimStore
from bot.store.figures import FigureStore
from bot.store.handovers import HandoverStore
from bot.store.session import Database
from bot.store.tables import DELIVERY, WEBHOOK, DeliveryRow, Kind, Sending, WebhookRow
from tests.store.conftest import NOW
from tests.store.people import arrive, milestones
from tests.tables import Tables

LATER = NOW + timedelta(minutes=5)


async def test_nothing_waits_where_nothing_is(database: Database) -> None:
    found = await FigureStore(database).look(["LOC1"], NOW)
    assert (found.waiting, found.stale, found.shown, found.claims_due) == ({}, 0, {}, {})


async def test_what_waits_by_kind_and_since_when(database: Database, handovers: HandoverStore) -> None:
    first, _ = [await arrive(handovers, n) for n in (1, 2)]
    await handovers.step(first.id, lambda one: milestones(one, Happening.SCANNING, Happening.CLOSED))

    waiting = (await FigureStore(database).look([], LATER)).waiting

    counts = {kind: one.count for kind, one in waiting.items()}
    assert counts[Kind.CARD] == 2
    assert counts[Kind.RECEIPT] == 1
    assert waiting[Kind.CARD].since == NOW, "since the FE came"
    assert waiting[Kind.RECEIPT].since == NOW, "since it happened"
    await Tables(database).sql("update delivery set state = 'sent' where kind in ('card', 'reply')")
    assert (await FigureStore(database).look([], LATER)).waiting.keys() == {Kind.RECEIPT}


async def test_of_what_nothing_tells_the_beginning_the_first_try_does(database: Database) -> None:
    tried = DeliveryRow(
        about="LOC1",
        location_id="LOC1",
        kind=Kind.DIGEST,
        n=739_000,
        state=Sending.UNKNOWN,
        attempted_at=NOW - timedelta(hours=1),
    )
    await database.run(lambda one: one.execute(insert(DELIVERY), [tried.model_dump(exclude={"id"})]))
    waiting = (await FigureStore(database).look([], LATER)).waiting
    assert waiting[Kind.DIGEST].since == NOW - timedelta(hours=1)


async def test_messages_for_addresses_outside(database: Database) -> None:
    row = WebhookRow(message="m", address="shop", about="LOC1", topic="arrived", at=NOW, body="{}")
    rows = [row.model_dump(exclude={"id"}) | {"at": NOW + timedelta(minutes=n)} for n in range(2)]
    await database.run(lambda one: one.execute(insert(WEBHOOK), rows))
    found = (await FigureStore(database).look([], LATER)).waiting["webhook"]
    assert (found.count, found.since) == (2, NOW)


async def test_cards_that_show_an_older_state(database: Database, handovers: HandoverStore) -> None:
    figures = FigureStore(database)
    kept = await arrive(handovers)
    assert (await figures.look([], NOW)).stale == 0, "one that was never drawn is a message that waits"
    await Tables(database).sql("update handover set shown_revision = 1, shown_at = '2026-03-02 09:00:00.000000'")
    assert (await figures.look([], NOW)).stale == 0
    await Tables(database).sql("update handover set revision = 2")
    found = await figures.look([], NOW)
    assert (found.stale, found.shown, found.stale_since) == (1, {kept.id: 1}, None)


async def test_since_when_a_card_does_not_show_what_people_wait_for(
    database: Database, handovers: HandoverStore
) -> None:
    figures, tables = FigureStore(database), Tables(database)
    for n in (1, 2):
        await arrive(handovers, n)
    await tables.sql(
        "update handover set revision = 2, shown_revision = 1, staged_at = '2026-03-02 08:00:00.000000', "
        "shown_at = '2026-03-02 09:00:00.000000', start_otc_at = '2026-03-02 09:40:00.000000'"
    )
    assert (await figures.look([], LATER)).stale_since == datetime(2026, 3, 2, 9, 40, tzinfo=UTC)
    await tables.sql(
        "update handover set counted_at = '2026-03-02 09:20:00.000000' where fe_id = (select max(fe_id) from handover)"
    )
    assert (await figures.look([], LATER)).stale_since == datetime(2026, 3, 2, 9, 20, tzinfo=UTC)
    await tables.sql("update handover set shown_revision = 2")
    assert (await figures.look([], LATER)).stale_since is None


async def test_claims_that_are_due_within_a_day(database: Database, handovers: HandoverStore) -> None:
    claims, figures = ClaimStore(database, days=10), FigureStore(database)
    kept = await arrive(handovers)
    claim, _ = await claims.report(kept.id, Opening("FMP1", Problem.DAMAGED), "U1", NOW)
    due = claim.due_at
    assert (await figures.look(["LOC1"], due - timedelta(days=1, seconds=1))).claims_due == {}
    assert (await figures.look(["LOC1"], due - timedelta(days=1))).claims_due == {"LOC1": 1}
    assert (await figures.look(["LOC2"], due)).claims_due == {}
    assert (await figures.look(["LOC1"], due + SHOWN_AFTER - timedelta(seconds=1))).claims_due == {"LOC1": 1}
    assert (await figures.look(["LOC1"], due + SHOWN_AFTER)).claims_due == {}, "nobody does anything about it any more"
