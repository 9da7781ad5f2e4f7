"""What Slack never takes: it becomes rarer, is said once, is given up after days, and holds up nobody meanwhile."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import Select
from sqlalchemy.dialects import sqlite
from sqlmodel import select
from structlog.testing import capture_logs

from bot import trace
from bot.handover import machine
from bot.handover.location import Location, Locations
from bot.store.due import AHEAD_HERE, COUNTS_HERE, HEADS_HERE, URGENT_HERE, Look, asked_with
from bot.store.session import DatabaseUnusableError
from bot.store.tables import DELIVERY, DeliveryRow
from tests.both import ONLY_SQLITE
from tests.outbox.conftest import Office, running
from tests.pace import PATIENCE
from tests.tables import Tables
from tests.unsaid import unsaid

DAY = 24 * 3600.0


async def states(office: Office) -> list[tuple[str, str]]:
    tables = Tables(office.database)
    rows = await tables.exec(select(DeliveryRow).order_by(DELIVERY.c.id))
    return [(str(row.kind), str(row.state)) for row in rows]


async def days(office: Office, number: float) -> None:
    """So many days of looks, a few each day."""
    for _ in range(int(number * 4)):
        office.time.move(DAY / 4)
        await office.look(1)


async def test_what_slack_never_takes_is_given_up_after_days_and_said_once(office: Office) -> None:
    office.slack.fail("chat.postMessage", error="is_archived", times=1_000_000)
    for n in range(3):
        await office.turn(await office.arrive(f"FE {n}"), "Scanning")
    with capture_logs() as entries:
        # One post a second in a channel.
        for _ in range(6):
            await office.look(1)
            office.time.move(1)
        await days(office, 2)
        assert len(await unsaid(office.deliveries)) == 3, "given up although it was only two days"
        assert office.dispatcher.problems(), "nobody is told"
        await days(office, 3)
    assert await states(office) == [("card", "lost"), ("reply", "lost")] * 3
    said = [one for one in entries if one["event"].startswith("given up") and one["log_level"] == "error"]
    assert [one["reason"] for one in said] == ["is_archived"]
    assert office.dispatcher.problems() == [], "what was given up still is a problem"
    before = len(office.slack.calls)
    await days(office, 1)
    assert len(office.slack.calls) == before


async def test_a_location_that_moved_while_its_old_channel_is_archived(office: Office) -> None:
    old = await office.arrive("Old")
    await office.work()
    office.slack.channels[office.channel].archived = True
    await office.turn(old, "Scanning")
    new = office.slack.add_channel("returns-new")
    office.locations = Locations((Location(id="LOC1", name="Dock", channel=new),))
    office.new_dispatcher()
    await office.look()
    await days(office, 5)
    assert await states(office) == [("card", "lost"), ("reply", "lost")]
    await office.arrive("New")
    await office.work()
    assert len(list(office.slack.messages(new))) == 1


async def test_a_location_that_is_gone_is_not_waited_for_for_ever(office: Office) -> None:
    await office.turn(await office.arrive(), "Scanning")
    office.locations = Locations((Location(id="LOC2", name="Dock", channel=office.channel),))
    office.new_dispatcher()
    await days(office, 2)
    assert len(await unsaid(office.deliveries)) == 1, "a mistake in bot.toml loses a message within two days"
    with capture_logs(processors=[trace.merge]) as entries:
        await days(office, 2)
    assert await unsaid(office.deliveries) == []
    said = [one for one in entries if one["event"].startswith("given up")]
    assert said
    assert all(one["handover"] == one["about"] for one in said)


async def test_an_outage_of_two_days_loses_nothing(office: Office) -> None:
    office.slack.fail("chat.postMessage", error="internal_error", times=1_000_000)
    await office.turn(await office.arrive(), "Scanning")
    await days(office, 2)
    office.slack.clear_faults()
    await office.work()
    assert [len(office.thread(card)) for card in office.cards] == [1]
    assert await states(office) == [("card", "sent"), ("reply", "sent")]


async def test_a_post_that_slack_fails_again_and_again_becomes_rarer_and_is_said_once(office: Office) -> None:
    office.slack.fail("chat.postMessage", error="internal_error", times=1_000_000)
    await office.arrive()
    end = office.time.seconds + 3600
    with capture_logs() as entries:
        while office.time.seconds < end:
            office.time.move(max(1.0, await office.look(1)))
    posts = office.calls("chat.postMessage")
    assert 5 < len(posts) <= 40, f"{len(posts)} attempts within an hour"
    warned = [one for one in entries if one["log_level"] == "warning"]
    assert len(warned) == 1, f"{len(warned)} warnings for one reason"


async def test_who_is_at_the_dock_comes_before_those_who_left(office: Office) -> None:
    office.slack.fail("chat.postMessage", error="ratelimited", retry_after=60)
    for n in range(8):
        gone = await office.turn(await office.arrive(f"Gone {n}"), "Scanning")
        for _ in range(machine.MISSES):
            gone = await office.handovers.step(gone.id, lambda h: machine.miss(h, office.time.now()))
        assert gone.over
    await office.look(1)
    office.time.move(1)
    await office.turn(await office.arrive("Here"), "Scanning")
    before = len(office.calls("chat.postMessage"))
    await office.work()
    said = [call.args["text"] for call in office.calls("chat.postMessage")[before:]]
    assert all("Here" in text for text in said[:2]), f"who is at the dock now is served after {said[:2]}"
    assert len(said) > 10


@ONLY_SQLITE
async def test_what_is_sent_next_is_found_by_indexes_of_nothing_else(office: Office) -> None:
    for query, index in (
        (URGENT_HERE, "handover_urgent"),
        (AHEAD_HERE, "handover_unshown"),
        (COUNTS_HERE, "handover_unshown"),
    ):
        steps = await plan(office, query)
        assert index in steps[0], steps
        assert not [step for step in steps if "TEMP B-TREE" in step], f"all that is stale is sorted: {steps}"
        assert not [step for step in steps if step.startswith("SCAN") and index not in step], steps
    steps = await plan(office, HEADS_HERE)
    assert any("delivery_by_state" in step for step in steps), steps
    assert not [step for step in steps if step.startswith(("SCAN delivery", "SCAN handover"))], steps


async def plan(office: Office, query: Select[Any]) -> list[str]:
    now = office.time.now()
    look = Look(now, frozenset(), (0,), urgent=8, counters=8, counted_before=now, nowhere=False)
    asked = query.params(asked_with(look, ["LOC1"])).params(most=8)
    compiled = str(asked.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    return [str(row["detail"]) for row in await Tables(office.database).sql(f"EXPLAIN QUERY PLAN {compiled}")]


@ONLY_SQLITE
async def test_the_index_of_stale_cards_holds_none_once_all_is_shown(office: Office) -> None:
    for n in range(5):
        await office.turn(await office.arrive(f"FE {n}"), "Scanning")
    assert await unshown(office) == 5
    await office.work()
    assert await unshown(office) == 0, "cards that show the newest are still read at each look"
    await office.scan(await office.turn(await office.arrive("Here"), "Scanning"), 3)
    assert await unshown(office) == 1
    await office.work()
    assert await unshown(office) == 0


async def unshown(office: Office) -> int:
    tables = Tables(office.database)
    rows = await tables.sql("SELECT count(*) FROM handover INDEXED BY handover_unshown WHERE shown_revision < revision")
    return int(rows.one())


async def test_a_database_that_takes_nothing_is_said_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    enough = asyncio.Event()

    async def turn() -> float:
        looks.append(len(looks))
        if len(looks) >= 3:
            enough.set()
        office.dispatcher.ring()
        raise DatabaseUnusableError("the disk is full" if len(looks) < 3 else "it is read-only")

    monkeypatch.setattr(office.dispatcher, "turn", turn)
    with capture_logs() as entries:
        async with running(office), asyncio.timeout(PATIENCE):
            await enough.wait()
    said = [(one["log_level"], one["problem"]) for one in entries]
    assert said[:3] == [("error", "the disk is full"), ("debug", "the disk is full"), ("error", "it is read-only")]
    assert {level for level, _ in said[3:]} <= {"debug"}
