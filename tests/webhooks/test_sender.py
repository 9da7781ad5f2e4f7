"""What addresses outside are told: at least once, in order per handover, and none holds up another. Over real HTTP."""

import asyncio
import base64
import os
import socket
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web
from standardwebhooks import Webhook
from structlog.testing import capture_logs

from bot.handover.owning import HOUSE
from bot.monitoring.counted import OTHER
from bot.timing import Habits
from bot.webhooks.receivers import Topic
from bot.webhooks.sender import AT_ONCE, UNOWNED
from tests.both import ONLY_SQLITE
from tests.owning import Part
from tests.tables import Tables
from tests.webhooks.conftest import TIMING, Outside, running, until
from tests.webhooks.receiver import SECRET, receiving


def nobody() -> str:
    """An address at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}/hook"


@ONLY_SQLITE
async def test_nothing_is_written_where_nobody_is_to_be_told(outside: Outside) -> None:
    await outside.go(await outside.arrive())
    assert await outside.waiting() == {}
    assert await outside.look() == TIMING.idle


async def test_what_happens_is_told_and_then_forgotten(outside: Outside) -> None:
    async with receiving() as receiver:
        outside.tells("erp", receiver.url)
        handover = await outside.arrive()
        await outside.scan(handover, "FMP1")
        await outside.go(handover)
        assert await outside.waiting() == {"erp": 4}, "all of it is kept with what it is about"
        await outside.look()
        assert receiver.types == ["handover.arrived", "handover.problems", "claims.opened", "handover.left"]
        assert [parcel["tracking_id"] for parcel in receiver.taken[1].message["data"]["parcels"]] == ["FMP1"]
        assert receiver.taken[0].message["data"]["location"] == {"id": "LOC1", "name": "Bengaluru dock"}
        [claim] = receiver.taken[2].message["data"]["claims"]
        assert (claim["handover_id"], claim["reasons"]) == (handover.id, [{"kind": "rejected", "note": "torn"}])
        assert receiver.taken[3].message["data"]["handover"]["parcels"]["rejected"] == 1
        assert len({one.id for one in receiver.taken}) == 4
    assert await outside.waiting() == {}
    assert await Tables(outside.database).sql("SELECT body FROM webhook") == [], "nobody's name stays there"


@ONLY_SQLITE
async def test_each_address_hears_what_it_wants_to(outside: Outside) -> None:
    async with receiving() as all_of_it, receiving() as ends, receiving() as elsewhere:
        outside.tells("all", all_of_it.url)
        outside.tells("ends", ends.url, topics=frozenset({Topic.LEFT}))
        outside.tells("elsewhere", elsewhere.url, locations=frozenset({"LOC2"}))
        await outside.go(await outside.arrive())
        await outside.arrive(2, "LOC2")
        await outside.look()
        assert sorted(all_of_it.types) == ["handover.arrived", "handover.arrived", "handover.left"]
        assert ends.types == ["handover.left"]
        assert [one.message["data"]["location"]["id"] for one in elsewhere.taken] == ["LOC2"]
        assert {one.id for one in ends.taken + elsewhere.taken} < {one.id for one in all_of_it.taken}, (
            "one message has one id wherever it goes"
        )


@ONLY_SQLITE
async def test_what_is_not_taken_comes_again_as_it_was(outside: Outside) -> None:
    async with receiving() as receiver:
        receiver.answers.append(web.Response(status=500))
        outside.tells("erp", receiver.url)
        await outside.arrive()
        wait = await outside.look()
        assert (len(receiver.got), wait) == (1, TIMING.habits.first_backoff)
        outside.move(seconds=wait)
        await outside.look()
        first, again = receiver.got
        assert (first.id, first.raw) == (again.id, again.raw)
        assert again.at - first.at == wait, "the time that is signed is that of the attempt"
        assert first.signatures != again.signatures
    assert await outside.waiting() == {}


async def test_of_one_handover_nothing_overtakes(outside: Outside) -> None:
    async with receiving() as receiver:
        receiver.by_type["handover.problems"] = 422
        outside.tells("erp", receiver.url)
        first, second = await outside.arrive(1), await outside.arrive(2)
        await outside.scan(first, "FMP1")
        await outside.go(first)
        await outside.go(second)
        await outside.look()
        told = [(one.about, one.type) for one in receiver.taken]
        assert sorted(told) == [
            (first.id, "handover.arrived"),
            (second.id, "handover.arrived"),
            (second.id, "handover.left"),
        ]
        assert outside.sender.problems() == ["the webhook erp refuses 1 message, handover.problems: HTTP 422"]
        receiver.by_type.clear()
        outside.move(seconds=TIMING.habits.first_backoff)
        await outside.look()
        assert [one.type for one in receiver.taken if one.about == first.id] == [
            *("handover.arrived", "handover.problems", "handover.left")
        ]
    assert outside.sender.problems() == []


@ONLY_SQLITE
async def test_a_dead_address_holds_up_no_other_and_is_left_alone(outside: Outside) -> None:
    async with receiving() as receiver:
        outside.tells("dead", nobody())
        outside.tells("erp", receiver.url)
        for n in range(1, 11):
            await outside.arrive(n)
        with capture_logs() as logs:
            await outside.look()
        assert len(receiver.taken) == 10
        assert await outside.waiting() == {"dead": 10}
        assert len([one for one in logs if one["log_level"] == "warning"]) == 1, "it is said once"
        tried = await Tables(outside.database).sql("SELECT sum(attempts) FROM webhook")
        assert 1 <= tried.one() <= AT_ONCE, "the others wait until it was tried again"


@ONLY_SQLITE
async def test_while_an_address_fails_one_message_asks_whether_it_is_back(outside: Outside) -> None:
    async with receiving() as receiver:
        receiver.always = 503
        outside.tells("erp", receiver.url)
        for n in range(1, 11):
            await outside.arrive(n)
        await outside.look()
        before, waits = len(receiver.got), []
        for _ in range(3):
            waits.append(await outside.look())
            outside.move(seconds=waits[-1])
            await outside.look()
        assert len(receiver.got) == before + 3
        assert waits == [5.0, 10.0, 20.0], "ever more seldom"
        assert outside.sender.problems() == [], "it may be back soon"
        outside.move(minutes=20)
        await outside.look()
        [problem] = outside.sender.problems()
        assert problem.startswith("the webhook erp has taken no message for 1")
        assert problem.endswith("HTTP 503")
        receiver.always = 200
        outside.move(minutes=20)
        with capture_logs() as logs:
            await outside.look()
        assert [one["event"] for one in logs] == ["a webhook takes messages again"]
    assert await outside.waiting() == {}
    assert outside.sender.problems() == []


@ONLY_SQLITE
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("said", "seconds"), [("90", 90), ("Mon, 02 Mar 2099 06:04:30 GMT", 86400), ("soon", 5)])
async def test_an_address_says_when_it_wants_to_be_asked_again(
    outside: Outside, status: int, said: str, seconds: float
) -> None:
    async with receiving() as receiver:
        receiver.answers.append(web.Response(status=status, headers={"Retry-After": said}))
        outside.tells("erp", receiver.url)
        await outside.arrive()
        await outside.look()
        await outside.arrive(2)
        outside.move(seconds=seconds - 1)
        await outside.look()
        assert receiver.taken == []
        outside.move(seconds=1)
        await outside.look()
        assert len(receiver.taken) == 2


async def test_so_many_are_on_their_way_at_once_and_no_two_of_one_handover(outside: Outside) -> None:
    async with receiving() as receiver:
        receiver.holds = asyncio.Event()
        outside.tells("erp", receiver.url)
        for n in range(1, 9):
            await outside.go(await outside.arrive(n))
        await outside.sender.step()
        await until(receiver, lambda: receiver.at_once == AT_ONCE)
        await outside.sender.step()
        assert len({one.about for one in receiver.got}) == len(receiver.got) == AT_ONCE
        receiver.holds.set()
        await outside.look()
        assert receiver.most_at_once == AT_ONCE
        for about in {one.about for one in receiver.taken}:
            assert [one.type for one in receiver.taken if one.about == about] == ["handover.arrived", "handover.left"]
    assert await outside.waiting() == {}


@ONLY_SQLITE
async def test_an_address_that_never_answers_is_not_waited_for(outside: Outside) -> None:
    async with receiving() as slow:
        slow.holds = asyncio.Event()
        outside.timing = replace(TIMING, answer=0.2)
        outside.tells("slow", slow.url)
        await outside.arrive()
        with capture_logs() as logs:
            await outside.look()
        assert [one["why"] for one in logs] == ["no answer within 0.2 s"]
        assert await outside.waiting() == {"slow": 1}


@ONLY_SQLITE
async def test_one_that_is_slow_holds_up_no_other(outside: Outside) -> None:
    async with receiving() as slow, receiving() as receiver:
        slow.holds = asyncio.Event()
        outside.tells("slow", slow.url)
        outside.tells("erp", receiver.url)
        async with running(outside):
            await outside.go(await outside.arrive())
            await until(slow, lambda: slow.at_once)
            await until(receiver, lambda: receiver.types == ["handover.arrived", "handover.left"])
            assert slow.taken == []


async def test_what_nobody_takes_for_days_is_given_up_and_said(outside: Outside) -> None:
    days = TIMING.habits.patience.days
    async with receiving() as receiver:
        receiver.always = 500
        outside.tells("erp", receiver.url)
        for n in range(1, 4):
            await outside.arrive(n)
        await outside.look()
        outside.move(days=days - 0.5)
        await outside.arrive(4)
        await outside.look()
        assert await outside.waiting() == {"erp": 4}
        outside.move(days=1)
        with capture_logs() as logs:
            await outside.look()
        assert await outside.waiting() == {"erp": 1}, "what happened since is still to be told"
        assert [(one["messages"], one["why"]) for one in logs if one["log_level"] == "error"] == [(3, "HTTP 500")]
        receiver.always = 200
        outside.move(hours=1)
        await outside.look()
        assert [one.message["data"]["handover"]["task_id"] for one in receiver.taken] == ["task4"]
        assert dict(outside.counted) == {("erp", "given_up"): 3, ("erp", "taken"): 1}


async def test_a_message_that_is_refused_for_days_goes_alone(outside: Outside) -> None:
    async with receiving() as receiver:
        receiver.by_type["handover.arrived"] = 400
        outside.tells("erp", receiver.url)
        handover = await outside.arrive()
        await outside.look()
        await outside.go(handover)
        outside.move(days=TIMING.habits.patience.days, seconds=1)
        await outside.look()
        assert receiver.types == ["handover.left"], "what comes after it is told"
        assert dict(outside.counted) == {("erp", "given_up"): 1, ("erp", "taken"): 1}
    assert outside.sender.problems() == []


@ONLY_SQLITE
async def test_an_address_that_is_gone_is_told_no_more(outside: Outside) -> None:
    async with receiving() as receiver:
        receiver.always = 410
        outside.tells("erp", receiver.url)
        await outside.arrive()
        await outside.arrive(2)
        with capture_logs() as logs:
            await outside.look()
        calls = len(receiver.got)
        await outside.arrive(3)
        outside.move(days=1)
        await outside.look()
        assert (len(receiver.got), await outside.waiting()) == (calls, {})
        assert any("told nothing more" in one["event"] for one in logs)
        assert "HTTP 410" in outside.sender.problems()[0]
        receiver.always = 200
        outside.begin()
        await outside.arrive(4)
        await outside.look()
        assert len(receiver.taken) == 1, "a start tries it anew"
        assert dict(outside.counted) == {("erp", "given_up"): 3, ("erp", "taken"): 1}


@ONLY_SQLITE
async def test_a_redirect_is_not_followed(outside: Outside) -> None:
    async with receiving() as trap, receiving() as receiver:
        receiver.answers.append(web.Response(status=307, headers={"Location": trap.url}))
        outside.tells("erp", receiver.url)
        await outside.arrive()
        await outside.look()
        assert trap.got == []
        assert "which is not followed" in outside.sender.problems()[0]


@ONLY_SQLITE
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1"])
async def test_a_private_address_is_not_asked_unless_that_is_meant(outside: Outside, host: str) -> None:
    async with receiving() as receiver:
        port = receiver.url.rpartition(":")[2]
        outside.tells("erp", f"http://{host}:{port}", private=False)
        await outside.arrive()
        await outside.look()
        assert receiver.got == []
    [problem] = outside.sender.problems()
    assert "a private one (allow_private = true" in problem


@ONLY_SQLITE
async def test_while_a_secret_is_changed_both_are_good(outside: Outside) -> None:
    new = "whsec_" + base64.b64encode(os.urandom(32)).decode()
    async with receiving() as receiver:
        outside.tells("erp", receiver.url, f"{new} {SECRET}")
        await outside.arrive()
        await outside.look()
        [got] = receiver.taken
        sent = {"webhook-id": got.id, "webhook-timestamp": str(got.at), "webhook-signature": got.signatures}
        for secret in (new, SECRET):
            # The library looks at the clock too; the test's stands still.
            signature = Webhook(secret).sign(got.id, outside.now, got.raw)
            assert signature in sent["webhook-signature"].split()


@ONLY_SQLITE
async def test_a_bot_that_ends_in_the_middle_sends_it_again(outside: Outside) -> None:
    async with receiving() as receiver:
        outside.tells("erp", receiver.url)
        receiver.holds = asyncio.Event()
        async with running(outside):
            handover = await outside.arrive()
            await until(receiver, lambda: receiver.got)
            await outside.go(handover)
        receiver.holds.set()
        assert await outside.waiting() == {"erp": 2}
        outside.begin()
        async with running(outside):
            await until(receiver, lambda: "handover.left" in receiver.types)
        first, again, last = receiver.got
        assert (first.id, first.raw) == (again.id, again.raw)
        assert last.type == "handover.left"


@ONLY_SQLITE
async def test_of_several_copies_the_one_that_owns_the_house_sends(outside: Outside) -> None:
    async with receiving() as receiver:
        outside.tells("erp", receiver.url)
        other = Part("LOC1")
        outside.begin(other)
        await outside.arrive()
        assert await outside.look() == UNOWNED
        assert receiver.got == []
        other.own("LOC1", HOUSE)
        other.is_sure = False
        await outside.sender.step()
        await outside.sender.settle()
        assert receiver.got == [], "one that was stopped leaves it to the one that has it now"
        other.is_sure = True
        await outside.look()
        assert len(receiver.taken) == 1


async def test_what_is_for_an_address_that_is_gone_from_bot_toml_waits_but_not_for_ever(outside: Outside) -> None:
    outside.tells("old", nobody())
    await outside.arrive()
    outside.addresses.clear()
    habits: Habits = TIMING.habits
    for late, left in ((timedelta(), {"old": 1}), (habits.patience + timedelta(seconds=1), {})):
        outside.now += late
        outside.begin()
        async with running(outside):
            # The sender has nobody to tell, so it looks for this first of all.
            for _ in range(100):
                await asyncio.sleep(0)
                if await outside.waiting() == left and left == {}:
                    break
        assert await outside.waiting() == left
    assert dict(outside.counted) == {(OTHER, "given_up"): 1}
