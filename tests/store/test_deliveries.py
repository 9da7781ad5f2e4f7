from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from bot.handover import machine
from bot.handover.events import Happening
from bot.outbox.delivery import begun, in_doubt, lost, refused, sent, shown
from bot.store.calls import CallStore
from bot.store.deliveries import DeliveryStore, OvertakenError
from bot.store.due import HEADS, Due, Look
from bot.store.handovers import HandoverStore
from bot.store.session import Database
from bot.store.tables import DeliveryRow, Kind, Sending
from bot.timing import OutboxTiming
from tests.store.conftest import NOW
from tests.store.people import arrive, milestones
from tests.tables import Tables
from tests.unsaid import unsaid


def told(due: list[Due]) -> list[tuple[str, str, int]]:
    return [(d.handover.fe_id, str(d.delivery.kind), d.delivery.n) for d in due]


async def begin(deliveries: DeliveryStore, one: Due) -> None:
    await deliveries.keep(one.delivery, begun(one.delivery, uuid4().hex, "C0DOCK", NOW))


async def send(deliveries: DeliveryStore, one: Due, ts: str = "1.1") -> None:
    await begin(deliveries, one)
    changes = sent(ts, revision=one.handover.revision, rendered="hash", drawn=NOW)
    await deliveries.keep(one.delivery, changes)


async def test_the_root_comes_first_and_then_one_reply_of_each_thread(
    handovers: HandoverStore, deliveries: DeliveryStore
) -> None:
    one, two = await arrive(handovers, 1), await arrive(handovers, 2)
    for h in (one, two):
        await handovers.step(h.id, lambda x: milestones(x, Happening.SCANNING, Happening.CLOSING))
    due = await unsaid(deliveries)
    assert told(due) == [("fe1", "card", 0), ("fe2", "card", 0)], "a reply was due before its root is there"
    assert await deliveries.backlog() == 6
    await send(deliveries, due[1])
    due = await unsaid(deliveries)
    assert told(due) == [("fe1", "card", 0), ("fe2", "reply", 2)]
    assert due[1].entry is not None
    assert (due[1].entry.what, due[1].root.ts) == (Happening.SCANNING, "1.1")
    await send(deliveries, due[1], "2.1")
    assert told(await unsaid(deliveries)) == [("fe1", "card", 0), ("fe2", "reply", 3)]
    await send(deliveries, (await unsaid(deliveries))[1], "3.1")
    assert told(await unsaid(deliveries)) == [("fe1", "card", 0)]
    assert await deliveries.backlog() == 3


async def test_a_card_is_due_again_once_its_handover_looks_different(
    handovers: HandoverStore, deliveries: DeliveryStore
) -> None:
    h = await arrive(handovers)
    [root] = await unsaid(deliveries)
    assert not root.is_edit
    await send(deliveries, root)
    assert await unsaid(deliveries) == []
    await handovers.step(h.id, lambda x: machine.miss(x, NOW))
    assert await unsaid(deliveries) == [], "a change that nobody can see would cost an edit"
    for n in range(3):
        await handovers.step(h.id, lambda x, n=n: machine.count(x, "U1", n, NOW))  # type: ignore[misc]
    due = await unsaid(deliveries)
    assert told(due) == [("fe1", "card", 0), ("fe1", "reply", 2)]
    assert due[0].is_edit
    assert due[0].handover.revision == 4
    await deliveries.keep(due[0].delivery, shown(4, "hash2", NOW))
    assert told(await unsaid(deliveries)) == [("fe1", "reply", 2)]


@pytest.mark.parametrize("state", ["sending", "unknown", "postponed"])
async def test_a_reply_on_its_way_holds_back_the_next_one(
    handovers: HandoverStore, deliveries: DeliveryStore, state: str
) -> None:
    h = await arrive(handovers)
    await send(deliveries, (await unsaid(deliveries))[0])
    await handovers.step(h.id, lambda x: milestones(x, Happening.SCANNING, Happening.CLOSING))
    [reply] = await unsaid(deliveries)
    await begin(deliveries, reply)
    if state == "unknown":
        await deliveries.keep(reply.delivery, in_doubt(reply.delivery, "timeout", NOW + timedelta(seconds=5)))
    if state == "postponed":
        await deliveries.keep(reply.delivery, refused(reply.delivery, "ratelimited", 5, NOW, OutboxTiming()))
    assert told(await unsaid(deliveries)) == [("fe1", "reply", 2)], "the order of a thread could change"


async def test_what_was_being_sent_when_the_bot_ended_is_unknown(
    handovers: HandoverStore, deliveries: DeliveryStore
) -> None:
    await arrive(handovers, 1)
    await arrive(handovers, 2)
    one, _ = await unsaid(deliveries)
    await begin(deliveries, one)
    assert await deliveries.recover() == 1
    assert await deliveries.recover() == 0
    states = {
        d.handover.fe_id: (d.delivery.state, d.delivery.attempts, d.delivery.channel) for d in await unsaid(deliveries)
    }
    assert states == {"fe1": (Sending.UNKNOWN, 1, "C0DOCK"), "fe2": (Sending.PENDING, 0, "")}
    assert await deliveries.backlog() == 2


async def test_postponing_keeps_what_exists(handovers: HandoverStore, deliveries: DeliveryStore) -> None:
    h = await arrive(handovers)
    [root] = await unsaid(deliveries)
    await begin(deliveries, root)
    await deliveries.keep(root.delivery, refused(root.delivery, "ratelimited", 0, NOW, OutboxTiming()))
    [root] = await unsaid(deliveries)
    assert (root.delivery.state, root.delivery.error) == (Sending.PENDING, "ratelimited")
    await send(deliveries, root)
    await handovers.step(h.id, lambda x: machine.count(x, "U1", 1, NOW))
    edit = (await unsaid(deliveries))[0]
    await deliveries.keep(edit.delivery, refused(edit.delivery, "ratelimited", 0, NOW, OutboxTiming()))
    assert (await unsaid(deliveries))[0].delivery.state == Sending.SENT, (
        "an edit that waits would be posted as a new card"
    )


async def test_a_lost_card_is_not_due_but_its_thread_goes_on(
    handovers: HandoverStore, deliveries: DeliveryStore
) -> None:
    h = await arrive(handovers)
    [root] = await unsaid(deliveries)
    await send(deliveries, root)
    await deliveries.keep(root.delivery, lost("message_not_found"))
    await handovers.step(h.id, lambda x: machine.count(x, "U1", 1, NOW))
    assert told(await unsaid(deliveries)) == [("fe1", "reply", 2)]
    assert await deliveries.backlog() == 1


async def test_a_delivery_exists_once(database: Database, handovers: HandoverStore, deliveries: DeliveryStore) -> None:
    h = await arrive(handovers)
    [root] = await unsaid(deliveries)
    await begin(deliveries, root)
    for twin in (
        DeliveryRow(about=h.id, location_id="LOC1", kind=Kind.CARD, n=0),
        DeliveryRow(key=root.delivery.key, about=h.id, location_id="LOC1", kind=Kind.REPLY, n=9),
    ):
        with pytest.raises(IntegrityError):
            await Tables(database).add([twin])
    assert len(await unsaid(deliveries)) == 1


async def test_a_backlog_of_many_threads_keeps_its_order(handovers: HandoverStore, deliveries: DeliveryStore) -> None:
    for n in range(1, 60):
        await arrive(handovers, n)
    assert [d.handover.fe_id for d in await unsaid(deliveries)] == [f"fe{n}" for n in range(1, 60)]


async def test_calls_are_counted_by_the_minute_and_old_ones_forgotten(database: Database) -> None:
    calls = CallStore(database)
    for minute, more in ((100, 10), (100, 1), (100, -9), (101, 1), (160, 1)):
        await calls.add(minute, more)
    assert await calls.load(0) == {100: 2, 101: 1, 160: 1}
    assert await CallStore(database).load(101) == {101: 1, 160: 1}
    await calls.forget(102)
    assert await calls.load(0) == {160: 1}


@pytest.mark.parametrize("strange", [False, True])
async def test_a_look_asks_the_same_however_many_locations_there_are(
    database: Database, handovers: HandoverStore, deliveries: DeliveryStore, strange: bool
) -> None:
    here = await arrive(handovers, 1)
    other = await arrive(handovers, 2, location="LOC9")
    ours = {"LOC1"} if strange else {"LOC1", "LOC9"}

    async def asked(locations: set[str]) -> tuple[list[int], set[str]]:
        sizes: list[int] = []

        def note(_connection: Any, _cursor: Any, _statement: str, parameters: Any, *_more: Any) -> None:
            sizes.append(len(parameters))

        look = Look(NOW, frozenset(locations), (0,), urgent=8, counters=8, counted_before=NOW, nowhere=True)
        elsewhere = (await deliveries.next(look)).elsewhere
        event.listen(database._engine, "before_cursor_execute", note)
        found = await deliveries.next(replace(look, nowhere=False, elsewhere=elsewhere))
        event.remove(database._engine, "before_cursor_execute", note)
        return sizes, {due.handover.id for due in found.due}

    few = await asked(ours)
    many = await asked(ours | {f"LOC1{n:04}" for n in range(3000)})
    assert few == many
    assert few[1] == ({here.id} if strange else {here.id, other.id})


async def test_what_a_look_loads_does_not_grow_with_what_waits(
    handovers: HandoverStore, deliveries: DeliveryStore
) -> None:
    places = [f"LOC{n:04}" for n in range(1, HEADS + 4)]
    for n, place in enumerate(places, 1):
        await arrive(handovers, n, location=place)
    look = Look(NOW, frozenset(places), (0,), urgent=8, counters=8, counted_before=NOW, nowhere=False)
    first = (await deliveries.next(look)).due
    assert [due.handover.location_id for due in first] == places[:HEADS]
    for due in first:
        await begin(deliveries, due)
    again = (await deliveries.next(look)).due
    new = [due.handover.location_id for due in again if due.delivery.state == Sending.PENDING]
    assert new == places[HEADS:], "what is to be looked up in history keeps others from being posted"


async def test_whoever_was_overtaken_writes_nothing_of_a_delivery_any_more(
    handovers: HandoverStore, deliveries: DeliveryStore
) -> None:
    await arrive(handovers)
    [stalled], [due] = await unsaid(deliveries), await unsaid(deliveries)
    stalled.delivery.fence, due.delivery.fence = 1, 2
    await begin(deliveries, stalled)
    with pytest.raises(OvertakenError):
        await begin(deliveries, due)  # of two that are about to post the same, one may
    assert await deliveries.recover(2) == 1
    with pytest.raises(OvertakenError):
        await deliveries.keep(stalled.delivery, sent("1.1", revision=1, rendered="hash", drawn=NOW))
    [due] = await unsaid(deliveries)
    assert (due.delivery.state, due.delivery.fence, due.delivery.ts) == (Sending.UNKNOWN, 2, "")
    assert stalled.delivery.state == Sending.SENDING, "it takes for kept what is not"


async def test_what_a_copy_is_sending_itself_it_does_not_take_for_left_behind(
    handovers: HandoverStore, deliveries: DeliveryStore
) -> None:
    await arrive(handovers)
    [due] = await unsaid(deliveries)
    due.delivery.fence = 2
    await begin(deliveries, due)
    assert await deliveries.recover(2) == 0
    assert await deliveries.recover(3) == 1
