from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from bot.handover import machine
from bot.handover.model import Happening
from bot.store.calls import CallStore
from bot.store.handovers import HandoverStore
from bot.store.intents import Due, IntentStore, Look
from bot.store.session import Database
from bot.store.tables import IntentRow, Kind, Sending
from tests.store.conftest import NOW
from tests.store.people import arrive, milestones
from tests.tables import Tables
from tests.unsaid import unsaid


def shown(due: list[Due]) -> list[tuple[str, str, int]]:
    return [(d.handover.fe_id, str(d.intent.kind), d.intent.n) for d in due]


async def send(intents: IntentStore, one: Due, ts: str = "1.1") -> None:
    await intents.sending(one.intent, "C0DOCK", NOW)
    await intents.sent(one.intent, ts, one.handover.revision, "hash", NOW)


async def test_the_root_comes_first_and_then_one_reply_of_each_thread(
    handovers: HandoverStore, intents: IntentStore
) -> None:
    one, two = await arrive(handovers, 1), await arrive(handovers, 2)
    for h in (one, two):
        await handovers.step(h.id, lambda x: milestones(x, Happening.SCANNING, Happening.CLOSING))
    due = await unsaid(intents)
    assert shown(due) == [("fe1", "card", 0), ("fe2", "card", 0)], "a reply was due before its root is there"
    assert await intents.backlog() == 6
    await send(intents, due[1])
    due = await unsaid(intents)
    assert shown(due) == [("fe1", "card", 0), ("fe2", "reply", 2)]
    assert due[1].entry is not None
    assert (due[1].entry.what, due[1].root.ts) == (Happening.SCANNING, "1.1")
    await send(intents, due[1], "2.1")
    assert shown(await unsaid(intents)) == [("fe1", "card", 0), ("fe2", "reply", 3)]
    await send(intents, (await unsaid(intents))[1], "3.1")
    assert shown(await unsaid(intents)) == [("fe1", "card", 0)]
    assert await intents.backlog() == 3


async def test_a_card_is_due_again_once_its_handover_looks_different(
    handovers: HandoverStore, intents: IntentStore
) -> None:
    h = await arrive(handovers)
    [root] = await unsaid(intents)
    assert not root.is_edit
    await send(intents, root)
    assert await unsaid(intents) == []
    await handovers.step(h.id, lambda x: machine.miss(x, NOW))
    assert await unsaid(intents) == [], "a change that nobody can see would cost an edit"
    for n in range(3):
        await handovers.step(h.id, lambda x, n=n: machine.count(x, "U1", n, NOW))  # type: ignore[misc]
    due = await unsaid(intents)
    assert shown(due) == [("fe1", "card", 0), ("fe1", "reply", 2)]
    assert due[0].is_edit
    assert due[0].handover.revision == 4
    await intents.shown(due[0].intent, 4, "hash2", NOW)
    assert shown(await unsaid(intents)) == [("fe1", "reply", 2)]


@pytest.mark.parametrize("state", ["sending", "unknown", "postponed"])
async def test_a_reply_on_its_way_holds_back_the_next_one(
    handovers: HandoverStore, intents: IntentStore, state: str
) -> None:
    h = await arrive(handovers)
    await send(intents, (await unsaid(intents))[0])
    await handovers.step(h.id, lambda x: milestones(x, Happening.SCANNING, Happening.CLOSING))
    [reply] = await unsaid(intents)
    await intents.sending(reply.intent, "C0DOCK", NOW)
    if state == "unknown":
        await intents.unknown(reply.intent, "timeout", NOW + timedelta(seconds=5))
    if state == "postponed":
        await intents.postpone(reply.intent, "ratelimited", NOW + timedelta(seconds=5))
    assert shown(await unsaid(intents)) == [("fe1", "reply", 2)], "the order of a thread could change"


async def test_what_was_being_sent_when_the_bot_ended_is_unknown(
    handovers: HandoverStore, intents: IntentStore
) -> None:
    await arrive(handovers, 1)
    await arrive(handovers, 2)
    one, _ = await unsaid(intents)
    await intents.sending(one.intent, "C0DOCK", NOW)
    assert await intents.recover() == 1
    assert await intents.recover() == 0
    states = {d.handover.fe_id: (d.intent.state, d.intent.attempts, d.intent.channel) for d in await unsaid(intents)}
    assert states == {"fe1": (Sending.UNKNOWN, 1, "C0DOCK"), "fe2": (Sending.PENDING, 0, "")}
    assert await intents.backlog() == 2


async def test_postponing_keeps_what_exists(handovers: HandoverStore, intents: IntentStore) -> None:
    h = await arrive(handovers)
    [root] = await unsaid(intents)
    await intents.sending(root.intent, "C0DOCK", NOW)
    await intents.postpone(root.intent, "ratelimited", NOW)
    [root] = await unsaid(intents)
    assert (root.intent.state, root.intent.error) == (Sending.PENDING, "ratelimited")
    await send(intents, root)
    await handovers.step(h.id, lambda x: machine.count(x, "U1", 1, NOW))
    edit = (await unsaid(intents))[0]
    await intents.postpone(edit.intent, "ratelimited", NOW)
    assert (await unsaid(intents))[0].intent.state == Sending.SENT, "an edit that waits would be posted as a new card"


async def test_a_lost_card_is_not_due_but_its_thread_goes_on(handovers: HandoverStore, intents: IntentStore) -> None:
    h = await arrive(handovers)
    [root] = await unsaid(intents)
    await send(intents, root)
    await intents.lost(root.intent, "message_not_found")
    await handovers.step(h.id, lambda x: machine.count(x, "U1", 1, NOW))
    assert shown(await unsaid(intents)) == [("fe1", "reply", 2)]
    assert await intents.backlog() == 1


async def test_an_intent_exists_once(database: Database, handovers: HandoverStore, intents: IntentStore) -> None:
    h = await arrive(handovers)
    [root] = await unsaid(intents)
    for twin in (
        IntentRow(key="other", handover_id=h.id, kind=Kind.CARD, n=0),
        IntentRow(key=root.intent.key, handover_id=h.id, kind=Kind.REPLY, n=9),
    ):
        with pytest.raises(IntegrityError):
            await Tables(database).add([twin])
    assert len(await unsaid(intents)) == 1


async def test_a_backlog_of_many_threads_keeps_its_order(handovers: HandoverStore, intents: IntentStore) -> None:
    for n in range(1, 60):
        await arrive(handovers, n)
    assert [d.handover.fe_id for d in await unsaid(intents)] == [f"fe{n}" for n in range(1, 60)]


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
    database: Database, handovers: HandoverStore, intents: IntentStore, strange: bool
) -> None:
    here = await arrive(handovers, 1)
    other = await arrive(handovers, 2, location="LOC9")
    ours = {"LOC1"} if strange else {"LOC1", "LOC9"}

    async def asked(locations: set[str]) -> tuple[list[int], set[str]]:
        sizes: list[int] = []

        def note(_connection: Any, _cursor: Any, _statement: str, parameters: Any, *_more: Any) -> None:
            sizes.append(len(parameters))

        look = Look(NOW, frozenset(locations), (0,), urgent=8, counters=8, counted_before=NOW, nowhere=True)
        elsewhere = (await intents.next(look)).elsewhere
        event.listen(database._engine, "before_cursor_execute", note)
        found = await intents.next(replace(look, nowhere=False, elsewhere=elsewhere))
        event.remove(database._engine, "before_cursor_execute", note)
        return sizes, {due.handover.id for due in found.due}

    few = await asked(ours)
    many = await asked(ours | {f"LOC1{n:04}" for n in range(3000)})
    assert few == many
    assert few[1] == ({here.id} if strange else {here.id, other.id})
