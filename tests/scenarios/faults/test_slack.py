"""Slack does not take messages in each of its ways: all is said once it answers again, once and in order."""

import io
import itertools
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bot.sandbox.flipkart import Visit
from bot.sandbox.slack.posting import Content, post
from bot.slack.sender import PAGES
from bot.timing import SlackTiming
from tests.scenarios.dockwork import card_of, card_says, thread_says
from tests.scenarios.faults.health import complains, well
from tests.scenarios.faults.marks import fault
from tests.support import World

GRACE = timedelta(seconds=0.5)
NOT_TAKEN = "slack did not take a message; it waits"
LONG = "slack can't be asked whether it has a message; it waits"
MAYBE = "slack may or may not have posted a message; it is looked up"


@pytest.fixture(autouse=True)
def sooner(dock: World, quick: None) -> None:
    dock.timing = replace(dock.timing, outbox=replace(dock.timing.outbox, grace=GRACE))


def calls(dock: World, method: str) -> list[Any]:
    return [call for call in dock.slack.calls if call.method == method]


async def all_said(dock: World, visit: Visit, *titles: str) -> None:
    """Promises 1, 2 and 3 after a handover of three parcels: everything is there once, and the newest on the card."""
    card = await card_says(dock, visit, "3 scanned")
    await dock.until(lambda: len(dock.thread(card)) >= len(titles))
    await dock.until(
        lambda: not dock.rows("select 1 from delivery where kind != 'receipt' and state not in ('sent', 'lost')")
    )
    assert len([c for c in dock.cards if f"`{visit.task_id}`" in c.text_all()]) == 1, "more than one root message"
    said = [message.text_all() for message in dock.thread(card)]
    assert len(said) == len(titles), f"a milestone is lost or said twice: {said}"
    assert all(title in text for title, text in zip(titles, said, strict=True)), f"out of order: {said}"
    rows = dock.rows("select tracking_id from shipment")
    assert sorted(rows) == sorted({(s.tracking_id,) for s in visit.shipments}), "a parcel is lost or there twice"


SCANNING, CLOSING = "Scanning has begun", "The FE is on the End OTC page"


async def seen(dock: World, what: str, times: int = 1) -> None:
    """Waits until the bot has it on record, whatever Slack does."""
    await dock.until(lambda: dock.rows("select what from audit").count((what,)) >= times)


async def handover(dock: World, visit: Visit, break_it: Callable[[], None]) -> None:
    """Three milestones, before each of which something breaks."""
    await card_of(dock, visit)
    break_it()
    visit.begin()
    visit.scan(3)
    await card_says(dock, visit, "3 scanned")
    break_it()
    visit.finish_scanning()
    await card_says(dock, visit, "Count, then End OTC")
    await all_said(dock, visit, SCANNING, CLOSING)


# ---- posts and edits ----


@fault("Slack", "429 with Retry-After on chat.postMessage", keeps=(1, 2, 3), operator=NOT_TAKEN)
async def test_posts_are_rate_limited(dock: World) -> None:
    break_it = partial(dock.slack.fail, "chat.postMessage", error="ratelimited", retry_after=1)
    break_it()
    async with dock.bot():
        await handover(dock, dock.flipkart.arrive("LOC1", "Ram"), break_it)
    posts = calls(dock, "chat.postMessage")
    for refused, again in itertools.pairwise(posts):
        assert refused.ok or again.at - refused.at >= 1.0, "did not wait as long as Slack said"


@pytest.mark.everyday(1)
@fault("Slack", "5xx on a post, carried out or not", keeps=(1, 2, 3), operator=MAYBE)
@fault("Slack", "a post that is answered with `ok` and without its `ts`", keeps=(1, 2, 3), operator=MAYBE)
@fault("Slack", "internal_error on a post, carried out or not", keeps=(1, 2, 3), operator=MAYBE)
@fault("Slack", "the connection dropped before a post was carried out", keeps=(1, 2, 3), operator=MAYBE)
@fault("Slack", "the connection dropped after a post was carried out", keeps=(1, 2, 3), operator=MAYBE)
@pytest.mark.parametrize(
    "broken",
    [
        {"status": 500},
        {"status": 503, "carried_out": True},
        {"error": "internal_error"},
        {"error": "internal_error", "carried_out": True},
        {"drop": "before"},
        {"drop": "after"},
        {"lacks": "ts"},
    ],
    ids=lambda broken: "-".join(map(str, broken.values())),
)
async def test_a_post_of_which_nobody_knows(dock: World, broken: dict[str, Any]) -> None:
    break_it = partial(dock.slack.fail, "chat.postMessage", **broken)
    break_it()
    async with dock.bot():
        await handover(dock, dock.flipkart.arrive("LOC1", "Ram"), break_it)


@fault("Slack", "a timeout of a post that is carried out later", keeps=(1, 2, 3), operator=MAYBE)
async def test_a_post_that_takes_too_long(dock: World) -> None:
    dock.timing = replace(dock.timing, slack=SlackTiming(call=0.6))
    # The grace counts from the timeout: counted from the call's begin it would be over, and the post repeated.
    break_it = partial(dock.slack.fail, "chat.postMessage", delay=0.8)
    break_it()
    async with dock.bot():
        await handover(dock, dock.flipkart.arrive("LOC1", "Ram"), break_it)


@pytest.mark.everyday(1)
@fault(
    "Slack",
    "this machine's clock is hours off, and nobody knows of a post",
    keeps=(1, 2, 3),
    operator="this machine's clock and slack's differ",
)
@pytest.mark.parametrize("hours", [-5.5, 5.5])
async def test_a_clock_that_is_hours_off(dock: World, logged: io.StringIO, hours: float) -> None:
    break_it = partial(dock.slack.fail, "chat.postMessage", drop="after")
    break_it()
    dock.slack.now = lambda: time.time() - hours * 3600
    async with dock.bot():
        await handover(dock, dock.flipkart.arrive("LOC1", "Ram"), break_it)
        assert "330 min" in await complains(logged, "this machine's clock is")


@fault("Slack", "the app is installed anew while nobody knows of a post", keeps=(1, 2, 3), operator=MAYBE)
async def test_the_app_is_installed_anew(dock: World) -> None:
    async with dock.bot():
        dock.flipkart.arrive("LOC1", "Asha")
        # Until then nothing is posted in this channel without a look at it.
        await dock.until(lambda: dock.cards)
        dock.slack.fail("chat.postMessage", drop="after")
        dock.slack.fail("conversations.history", status=503, times=1000)
        visit = dock.flipkart.arrive("LOC1", "Ram")
        await dock.until(lambda: dock.rows("select 1 from delivery where kind != 'receipt' and state = 'unknown'"))
    dock.slack.clear_faults()
    dock.slack.reinstall("B0SIM0002", "U0SIMBOT2")
    async with dock.bot():
        await handover(dock, visit, lambda: None)


@fault(
    "Slack",
    "history that is too long to be read to its end after a post of which nobody knows",
    keeps=(2,),
    operator=LONG,
)
async def test_history_is_too_long(dock: World, logged: io.StringIO) -> None:
    dock.slack.history_page = 1
    async with dock.bot():
        dock.flipkart.arrive("LOC1", "Asha")
        # Until then nothing is posted in this channel without a look at it.
        await dock.until(lambda: dock.cards)
        dock.slack.fail("chat.postMessage", drop="after")
        dock.slack.fail("conversations.history", status=503, times=1000)
        dock.flipkart.arrive("LOC1", "Ram")
        await dock.until(lambda: len(dock.cards) == 2)
        for n in range(PAGES + 1):
            post(dock.slack, dock.slack.channels[dock.channel], Content(f"talk {n}"), user=dock.operator)
        dock.slack.clear_faults()
        assert "history_too_long" in await complains(logged, "history_too_long")
        assert len(calls(dock, "chat.postMessage")) == 2, "posted again without having read all"
        dock.slack.history_page = 2
        await dock.until(
            lambda: not dock.rows("select 1 from delivery where kind != 'receipt' and state not in ('sent', 'lost')")
        )
        assert len(calls(dock, "chat.postMessage")) == 2


@pytest.mark.everyday(1)
@fault("Slack", "429, 5xx, internal_error, timeout and a dropped connection on chat.update", keeps=(1, 2, 3))
@pytest.mark.parametrize(
    "broken",
    [
        {"error": "ratelimited", "retry_after": 1},
        {"status": 502},
        {"error": "internal_error", "carried_out": True},
        {"delay": 0.5},
        {"drop": "before"},
        {"drop": "after"},
    ],
    ids=lambda broken: "-".join(map(str, broken.values())),
)
async def test_edits_fail(dock: World, broken: dict[str, Any]) -> None:
    dock.timing = replace(dock.timing, slack=SlackTiming(call=0.3))
    break_it = partial(dock.slack.fail, "chat.update", **broken)
    async with dock.bot():
        await handover(dock, dock.flipkart.arrive("LOC1", "Ram"), break_it)


@fault(
    "Slack",
    "429 with Retry-After on conversations.history and conversations.replies",
    keeps=(1, 2, 3),
    operator="slack can't be asked whether it has a message; it waits",
)
async def test_history_is_rate_limited(dock: World) -> None:
    def break_it() -> None:
        dock.slack.fail("chat.postMessage", drop="after")
        for method in ("conversations.history", "conversations.replies"):
            dock.slack.fail(method, error="ratelimited", retry_after=1)

    break_it()
    async with dock.bot():
        await handover(dock, dock.flipkart.arrive("LOC1", "Ram"), break_it)
    reads = [*calls(dock, "conversations.history"), *calls(dock, "conversations.replies")]
    assert [read.ok for read in reads].count(False) >= 2, "nothing was rate limited: this test tests nothing"


@fault("Slack", "replies out of order: an earlier one fails for long", keeps=(1, 2, 3), operator=NOT_TAKEN)
async def test_a_milestone_never_comes_before_an_earlier_one(dock: World) -> None:
    async with dock.bot():
        visit = dock.flipkart.arrive("LOC1", "Ram")
        await card_of(dock, visit)
        dock.slack.fail("chat.postMessage", error="fatal_error", times=2)
        dock.slack.fail("chat.postMessage", error="ratelimited", retry_after=1)
        dock.slack.fail("chat.postMessage", error="restricted_action", times=2)
        visit.begin()
        visit.scan(3)
        await seen(dock, "scanning")
        visit.finish_scanning()
        await seen(dock, "closing")
        assert not dock.thread(dock.cards[0]), "nothing was in the way: this test tests nothing"
        await all_said(dock, visit, SCANNING, CLOSING)


# ---- the channel ----


def _out_of_a_private_channel(dock: World) -> Callable[[], None]:
    dock.slack.channels[dock.channel].private = True
    return _kicked(dock)


def _kicked(dock: World) -> Callable[[], None]:
    dock.slack.kick(dock.channel, dock.slack.bot_user_id)
    return partial(dock.slack.invite, dock.channel, dock.slack.bot_user_id)


def _archived(dock: World) -> Callable[[], None]:
    dock.slack.archive(dock.channel)
    return partial(dock.slack.archive, dock.channel, False)


def _revoked(dock: World) -> Callable[[], None]:
    dock.slack.revoke_token()
    return partial(dock.slack.revoke_token, False)


async def _waits_and_says_why(
    dock: World, logged: io.StringIO, break_it: Callable[[World], Callable[[], None]], word: str, advice: str
) -> None:
    """Something that a person has to mend: said once in the log and at once on the health page, and then made good."""
    first = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        await card_of(dock, first)
        await well(logged)
        mend = break_it(dock)
        second = dock.flipkart.arrive("LOC1", "Shyam")
        first.begin()
        first.scan(3)
        assert advice in await complains(logged, word)
        refused = ("chat.postMessage", "chat.update")
        await dock.until(lambda: sum(call.method in refused and call.error == word for call in dock.slack.calls) >= 5)
        lines = [line for line in logged.getvalue().splitlines() if word in line and '"level": "warning"' in line]
        assert len(lines) == 1, f"the log says it {len(lines)} times"
        mend()
        first.finish_scanning()
        await all_said(dock, first, SCANNING, CLOSING)
        await card_of(dock, second)
        await well(logged)
        assert "slack takes messages again" in logged.getvalue()


@fault(
    "Slack", "channel_not_found", keeps=(1, 2, 3), operator="or it is private and the bot is not in it: invite the bot"
)
async def test_channel_not_found(dock: World, logged: io.StringIO) -> None:
    await _waits_and_says_why(dock, logged, _out_of_a_private_channel, "channel_not_found", "invite the bot")


@fault(
    "Slack", "not_in_channel", keeps=(1, 2, 3), operator="the bot is not in the channel: type /invite @OTC Bot there"
)
async def test_not_in_channel(dock: World, logged: io.StringIO) -> None:
    await _waits_and_says_why(dock, logged, _kicked, "not_in_channel", "type /invite")


@fault("Slack", "is_archived", keeps=(1, 2, 3), operator="the channel is archived: unarchive it or change bot.toml")
async def test_is_archived(dock: World, logged: io.StringIO) -> None:
    await _waits_and_says_why(dock, logged, _archived, "is_archived", "unarchive it")


@fault(
    "Slack",
    "token_revoked while the bot runs",
    keeps=(1, 2, 3),
    operator="SLACK_BOT_TOKEN was revoked: install the app again and copy the new token",
)
async def test_token_revoked(dock: World, logged: io.StringIO) -> None:
    await _waits_and_says_why(dock, logged, _revoked, "token_revoked", "install the app again")


@fault(
    "Slack",
    "Slack is down for minutes",
    keeps=(1, 2, 3),
    operator="slack takes messages again",
)
async def test_slack_is_down_for_minutes(dock: World, logged: io.StringIO) -> None:
    dock.timing = replace(dock.timing, outbox=replace(dock.timing.outbox, trouble=0.5))
    async with dock.bot():
        dock.slack.fail("*", status=503, times=10_000)
        visit = dock.flipkart.arrive("LOC1", "Ram")
        await seen(dock, "arrived")
        visit.begin()
        visit.scan(3)
        sentence = await complains(logged, "Slack has not taken 1 message")
        assert "http_503" in sentence
        lines = [line for line in logged.getvalue().splitlines() if "http_503" in line and '"level": "warning"' in line]
        assert len(lines) == 1, f"the log says it {len(lines)} times"
        dock.slack.clear_faults()
        await all_said(dock, visit, SCANNING)
        await well(logged)


# ---- single messages ----


@fault(
    "Slack",
    "message_not_found: somebody deleted the card",
    keeps=(1, 2),
    operator="the message was deleted in slack; the thread goes on without it",
)
async def test_the_card_is_deleted(dock: World, logged: io.StringIO) -> None:
    async with dock.bot():
        visit = dock.flipkart.arrive("LOC1", "Ram")
        card = await card_of(dock, visit)
        visit.begin()
        await thread_says(dock, card, SCANNING)
        card.deleted = True
        visit.scan(3)
        visit.finish_scanning()
        await thread_says(dock, card, CLOSING)
        await dock.until(lambda: "deleted in slack" in logged.getvalue())
        # The stage is shown, or not, before the last page is read: it waits for no count.
        await dock.until(lambda: len(dock.rows("select 1 from shipment")) == 3)
        assert not dock.cards, "the card was posted again"
        await well(logged)


@fault(
    "Slack",
    "thread_not_found: somebody deleted the card before the first reply",
    keeps=(1, 2),
    operator="the message was deleted in slack; its thread is gone",
)
async def test_the_card_is_deleted_before_the_first_reply(dock: World, logged: io.StringIO) -> None:
    async with dock.bot():
        visit = dock.flipkart.arrive("LOC1", "Ram")
        card = await card_of(dock, visit)
        card.deleted = True
        visit.begin()
        visit.scan(3)
        await seen(dock, "scanning")
        visit.finish_scanning()
        await dock.until(
            lambda: len(dock.rows("select 1 from delivery where kind != 'receipt' and state = 'lost'")) == 3
        )
        assert not dock.cards, "the card was posted again"
        assert len(dock.rows("select 1 from shipment")) == 3
        await well(logged)


@fault(
    "Slack",
    "invalid_blocks: Slack refuses how a message is drawn",
    keeps=(1, 2, 3),
    person="Start OTC needed: Ram, Bengaluru dock",
    operator="slack refuses how a message is drawn; it is sent as plain text",
)
async def test_invalid_blocks(dock: World) -> None:
    dock.slack.fail("chat.postMessage", error="invalid_blocks")
    async with dock.bot():
        visit = dock.flipkart.arrive("LOC1", "Ram")
        card = await dock.until(lambda: next(iter(dock.cards), None))
        assert (card.text.startswith("Start OTC needed: Ram"), card.blocks) == (True, [])
        dock.slack.fail("chat.update", error="invalid_blocks")
        dock.slack.fail("chat.postMessage", error="invalid_blocks")
        visit.begin()
        await thread_says(dock, card, SCANNING)
        await dock.until(lambda: [call.ok for call in calls(dock, "chat.update")][:2] == [False, True])
        visit.scan(3)
        visit.finish_scanning()
        # Drawn as it should be as soon as Slack takes it.
        await all_said(dock, visit, SCANNING, CLOSING)


# ---- the start ----


@fault("Slack", "429 with Retry-After on auth.test", keeps=(1, 2, 3), operator="can't reach slack; trying again")
async def test_the_start_is_rate_limited(dock: World) -> None:
    dock.slack.fail("auth.test", error="ratelimited", retry_after=2)
    async with dock.bot():
        first, second = calls(dock, "auth.test")
        assert second.at - first.at >= 2.0, "did not wait as long as Slack said"
        await handover(dock, dock.flipkart.arrive("LOC1", "Ram"), lambda: None)
