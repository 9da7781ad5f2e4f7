"""Threads: one root for a handover, replies in order below it, and nothing twice whatever Slack does."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from bot.handover.location import Location, Locations
from bot.handover.model import Handover
from bot.outbox.delivery import begun
from bot.outbox.ports import MaybeSentError, Rendered
from bot.sandbox.slack.posting import Content, post
from bot.slack.sender import PAGES, SlackSender
from bot.store.due import Due
from bot.store.tables import Sending
from bot.timing import OutboxTiming
from tests.outbox.conftest import Office, running
from tests.tables import Tables
from tests.unsaid import unsaid

GRACE = OutboxTiming().grace


async def begin(office: Office, due: Due) -> str:
    """As just before a call: committed, and with the key that the message has."""
    key = uuid4().hex
    await office.deliveries.keep(due.delivery, begun(due.delivery, key, office.channel, office.time.now()))
    return key


async def looked_at(office: Office) -> None:
    """The channel was looked at, as before the first card in it."""
    await office.arrive("First")
    await office.work()
    office.time.move(2)


async def test_one_root_for_each_handover_and_replies_in_order_below_it(office: Office) -> None:
    first = await office.arrive("Ram Kumar")
    await office.turn(first, "Scanning")
    await office.scan(first, 3, "REJECTED")
    await office.count(first, 2)
    second = await office.arrive("Sita Devi")
    await office.turn(second, "Scanning")
    await office.work()
    assert len(office.cards) == 2, f"{len(office.cards)} root messages for two handovers"
    ram, sita = sorted(office.cards, key=lambda card: "Sita" in card.text)
    replies = [message.text for message in office.thread(ram)]
    assert len(replies) == 3, f"three milestones became {len(replies)} replies: {replies}"
    assert "scan" in replies[0].lower(), f"the first reply is not about scanning: {replies}"
    assert "count" in replies[2].lower(), f"the last reply is not the count: {replies}"
    assert len(office.thread(sita)) == 1
    keys = [call.args["metadata"]["event_payload"]["key"] for call in office.calls("chat.postMessage")]
    assert len(set(keys)) == len(keys), "two messages carry the same key"


async def test_nothing_is_said_in_a_thread_before_its_root_is_there(office: Office) -> None:
    office.slack.fail("chat.postMessage", error="ratelimited", retry_after=20, times=1)
    handover = await office.arrive()
    await office.turn(handover, "Scanning")
    await office.look()
    assert len(office.calls("chat.postMessage")) == 1, "a reply was tried before the root was there"
    await office.work()
    assert [len(office.thread(card)) for card in office.cards] == [1]


@pytest.mark.everyday(6)
@pytest.mark.parametrize(
    ("fault", "carried_out"),
    [
        ({"drop": "before"}, False),
        ({"drop": "after"}, True),
        ({"status": 503}, False),
        ({"status": 502, "carried_out": True}, True),
        ({"error": "internal_error"}, False),
        ({"error": "internal_error", "carried_out": True}, True),
        ({"error": "fatal_error", "carried_out": True}, True),
        ({"error": "service_unavailable"}, False),
        ({"lacks": "ts"}, True),
    ],
)
@pytest.mark.parametrize("which", ["root", "reply"])
async def test_a_post_of_which_nobody_knows_is_there_exactly_once(
    office: Office, fault: dict[str, object], carried_out: bool, which: str
) -> None:
    handover = await office.arrive()
    if which == "reply":
        await office.work()
        await office.turn(handover, "Scanning")
    before = len(office.calls("chat.postMessage"))
    office.slack.fail("chat.postMessage", **fault)  # type: ignore[arg-type]
    await office.work()
    assert len(office.cards) == 1, f"{len(office.cards)} root messages after {fault}"
    assert len(office.thread(office.cards[0])) == (which == "reply"), f"the reply is not there once after {fault}"
    posts = len(office.calls("chat.postMessage")) - before
    assert posts == (1 if carried_out else 2), f"{posts} attempts after {fault}"
    reads = office.calls("conversations.history") + office.calls("conversations.replies")
    assert reads, "the bot did not look into the history before it went on"


async def test_not_in_history_is_believed_only_after_the_grace(office: Office) -> None:
    office.slack.fail("chat.postMessage", drop="before")
    await office.arrive()
    started = office.time.seconds
    await office.work()
    posts = office.calls("chat.postMessage")
    assert len(posts) == 2
    assert posts[1].at - started >= GRACE.total_seconds(), "posted again before the message could turn up in history"
    assert posts[1].at - started < GRACE.total_seconds() + 5, "waits much longer than the grace"


async def test_history_that_cannot_be_read_means_waiting_not_posting(office: Office) -> None:
    await looked_at(office)
    office.slack.fail("chat.postMessage", drop="after")
    office.slack.fail("conversations.history", error="ratelimited", retry_after=50)
    await office.arrive()
    took = await office.work()
    assert len(office.calls("chat.postMessage")) == 2, "posted again although history could not be read"
    assert len(office.cards) == 2
    assert took >= 50, f"history was read again after {took} s, not after Slack's 50"


async def test_history_without_messages_means_waiting_not_posting(office: Office) -> None:
    await looked_at(office)
    office.slack.fail("chat.postMessage", drop="after")
    office.slack.fail("conversations.history", lacks="messages", times=5)
    await office.arrive()
    await office.work()
    assert len(office.calls("chat.postMessage")) == 2, "an answer that says nothing counts as no"
    assert len(office.cards) == 2


@pytest.mark.parametrize("posted", [True, False])
async def test_a_crash_in_the_middle_of_a_post(office: Office, posted: bool) -> None:
    handover = await office.arrive()
    due = (await unsaid(office.deliveries))[0]
    key = await begin(office, due)
    if posted:
        await office.sender().post(office.channel, None, office.painter().card(handover), key)
    office.time.move(3)
    await office.restart()
    await office.work()
    assert len(office.cards) == 1, f"{len(office.cards)} root messages after a crash"
    calls = len(office.calls("chat.postMessage"))
    assert calls == 1, f"{calls} posts after a crash {'after' if posted else 'before'} the call"


async def test_a_process_that_ends_while_slack_is_still_posting(office: Office) -> None:
    ended = asyncio.Event()
    office.slack.fail("chat.postMessage", until=ended)
    await office.arrive()
    async with running(office):
        await office.slack.wait_for(lambda: office.calls("chat.postMessage"))
    assert not office.cards, "the post was over before the process ended: this test tests nothing"
    ended.set()
    await office.slack.wait_for(lambda: office.cards)
    office.new_dispatcher()
    async with running(office):
        await office.slack.wait_for(lambda: office.calls("conversations.history"))
        for _ in range(6000):
            if not await office.deliveries.backlog():
                break
            await asyncio.sleep(0.01)
    assert len(office.calls("chat.postMessage")) == 1, "posted again after the restart"
    assert len(office.cards) == 1


async def test_of_several_copies_the_oldest_is_kept(office: Office) -> None:
    handover = await office.arrive()
    due = (await unsaid(office.deliveries))[0]
    message = office.painter().card(handover)
    key = await begin(office, due)
    oldest = await office.sender().post(office.channel, None, message, key)
    for _ in range(2):
        office.time.move(1)
        await office.sender().post(office.channel, None, message, key)
    await office.restart()
    await office.turn(handover, "Scanning")
    await office.work()
    root = next(card for card in office.cards if office.thread(card))
    assert root.ts == oldest, "the thread hangs below a younger copy"
    assert len(office.calls("chat.postMessage")) == 4, "a copy more was posted"


async def test_a_message_of_somebody_else_with_the_same_metadata_is_not_adopted(office: Office) -> None:
    handover = await office.arrive()
    due = (await unsaid(office.deliveries))[0]
    key = await begin(office, due)
    foreign = await office.sender().post(office.channel, None, office.painter().card(handover), key)
    message = office.slack.message(office.channel, foreign)
    assert message is not None
    message.by_bot, message.user = False, office.slack.add_user("mallory")
    await office.restart()
    await office.work()
    own = [card for card in office.cards if card.by_bot]
    assert len(own) == 1, "the bot took over somebody else's message as its card"
    await office.turn(handover, "Scanning")
    await office.work()
    assert not office.thread(message), "the bot replies below somebody else's message"


async def test_an_older_message_with_the_key_of_another_is_left_alone(office: Office) -> None:
    await office.arrive("Sita Devi")
    await office.work()
    sita = office.cards[0]
    office.slack.fail("chat.postMessage", drop="before")
    await office.arrive("Ram Kumar")
    await office.work()
    assert sorted("Sita" in card.text for card in office.cards) == [False, True]
    assert office.cards[0].ts == sita.ts
    assert not sita.edited, "another FE's card was taken over"


async def _posted_and_not_known(office: Office, after: int = 0) -> Handover:
    """A card that Slack has while the bot does not know it, with so much of other people's talk around it."""
    talker = office.slack.add_user("asha")
    await office.arrive()
    due = (await unsaid(office.deliveries))[0]
    key = await begin(office, due)
    await office.sender().post(office.channel, None, office.painter().card(due.handover), key)
    for n in range(after):
        _talk(office, talker, f"after {n}")
    office.time.move(3)
    return due.handover


def _talk(office: Office, user: str, text: str) -> None:
    post(office.slack, office.slack.channels[office.channel], Content(text), user=user)


def _own_cards(office: Office) -> list[str]:
    return [card.ts for card in office.cards if card.by_bot]


@pytest.mark.parametrize("minutes", [-330, -150, 150, 330, 780])
async def test_a_clock_that_is_hours_off_hides_no_posted_message(office: Office, minutes: int) -> None:
    office.slack.now = lambda: office.time.epoch() - minutes * 60
    await _posted_and_not_known(office)
    await office.restart()
    await office.work()
    assert len(_own_cards(office)) == 1, f"a clock {minutes} min ahead of Slack's: the card was posted again"
    assert len(office.calls("chat.postMessage")) == 1


@pytest.mark.parametrize("user", [None, "U0SIMBOT2"])
async def test_an_app_that_was_installed_anew_knows_its_messages(office: Office, user: str | None) -> None:
    handover = await _posted_and_not_known(office)
    office.slack.reinstall("B0SIM0002", user)
    await office.restart()
    await office.work()
    assert len(_own_cards(office)) == 1, "the card of the earlier installation was posted again"
    await office.turn(handover, "Scanning")
    await office.work()
    assert len(office.thread(office.cards[0])) == 1, "the thread does not go on below the card"


async def test_a_message_of_another_app_with_the_same_metadata_is_not_adopted(office: Office) -> None:
    await _posted_and_not_known(office)
    foreign = office.cards[0]
    foreign.app_id, foreign.bot_id = "A0OTHER", "B0OTHER"
    await office.restart()
    await office.work()
    assert len(_own_cards(office)) == 2, "the bot took over another app's message as its card"


@pytest.mark.slow("five thousand messages")
async def test_a_message_behind_thousands_of_others_is_found(office: Office) -> None:
    await _posted_and_not_known(office, after=5_000)
    await office.restart()
    await office.work()
    assert len(_own_cards(office)) == 1, "a message deep in the history was posted again"


async def test_history_that_is_read_in_part_never_says_no(office: Office) -> None:
    office.slack.history_page = 2
    await _posted_and_not_known(office, after=2 * PAGES + 1)
    await office.restart()
    with capture_logs() as entries:
        for _ in range(6):
            await office.look(1)
            office.time.move(GRACE.total_seconds() * 3)
    assert len(_own_cards(office)) == 1, "posted again although history was not read to its end"
    assert [d.delivery.state for d in await unsaid(office.deliveries)] == [Sending.UNKNOWN]
    warned = [entry for entry in entries if entry["log_level"] == "warning"]
    said = [entry for entry in warned if "history_too_long" in str(entry.get("reason"))]
    assert len(said) == 1, f"said {len(said)} times"
    assert "history_too_long" in " ".join(office.dispatcher.problems()), "the health page does not say it"
    office.slack.history_page = 3
    await office.work()
    assert len(_own_cards(office)) == 1
    assert not office.dispatcher.problems()


@pytest.mark.parametrize("seconds", [1, 17, 90])
async def test_429_waits_exactly_as_long_as_slack_says_and_loses_nothing(office: Office, seconds: int) -> None:
    office.slack.fail("chat.postMessage", error="ratelimited", retry_after=seconds)
    for n in range(3):
        await office.turn(await office.arrive(f"FE {n}"), "Scanning")
    await office.work()
    posts = office.calls("chat.postMessage")
    assert posts[1].at - posts[0].at == pytest.approx(seconds, abs=0.01), "not the time that Slack named"
    assert len(office.cards) == 3
    assert [len(office.thread(card)) for card in office.cards] == [1, 1, 1], "a message was lost"
    assert len(posts) == 7, "a 429 means not done: once more and no oftener"


async def test_posts_keep_slacks_own_limits(office: Office) -> None:
    office.slack.limits = True
    for n in range(12):
        await office.turn(await office.arrive(f"FE {n}"), "Scanning")
    await office.work()
    assert len(office.cards) == 12
    refused = [call for call in office.slack.calls if call.status == 429]
    assert not refused, f"{len(refused)} calls were over Slack's limits"


async def test_new_threads_come_before_replies(office: Office) -> None:
    old = await office.arrive("Old")
    await office.work()
    await office.turn(old, "Scanning")
    await office.count(old, 1)
    await office.arrive("New")
    await office.work()
    texts = [call.args["text"] for call in office.calls("chat.postMessage")]
    assert "New" in texts[1], f"the new FE's card waited for replies: {texts}"


async def test_a_bot_that_is_not_in_the_channel_waits_until_it_is_invited(office: Office) -> None:
    office.slack.kick(office.channel, office.slack.bot_user_id)
    handover = await office.arrive()
    await office.turn(handover, "Scanning")
    for _ in range(4):
        office.time.move(await office.look())
    assert not office.cards
    assert await office.deliveries.backlog() == 2
    office.slack.invite(office.channel, office.slack.bot_user_id)
    await office.work()
    assert [len(office.thread(card)) for card in office.cards] == [1], (
        "something was lost while the bot was not invited"
    )


async def test_attempts_that_slack_refuses_become_rarer(office: Office) -> None:
    office.slack.kick(office.channel, office.slack.bot_user_id)
    await office.arrive()
    for _ in range(12):
        office.time.move(await office.look())
    at = [call.at for call in office.calls("chat.postMessage")]
    pauses = [round(after - before) for before, after in itertools.pairwise(at)]
    assert pauses == sorted(pauses), f"the pauses do not grow: {pauses}"
    assert pauses[-1] >= 60, f"Slack is asked every {pauses[-1]} s for ever"


async def test_a_channel_that_was_wrong_is_left_when_bot_toml_is_mended(office: Office) -> None:
    right, office.locations = office.locations, _at("C0WRONG")
    office.new_dispatcher()
    handover = await office.arrive()
    await office.look()
    assert office.calls("chat.postMessage")[0].error == "channel_not_found"
    office.locations = right
    await office.restart()
    await office.turn(handover, "Scanning")
    office.time.move(60)
    await office.look()
    assert len(office.cards) == 1, "the card still goes to the channel that bot.toml no longer names"
    await office.work()
    assert len(office.thread(office.cards[0])) == 1


async def test_a_location_that_bot_toml_no_longer_has(office: Office) -> None:
    handover = await office.arrive("Gone")
    await office.work()
    await office.turn(handover, "Scanning")
    waiting = await office.arrive("Never")
    office.locations = _at(office.channel, "LOC2")
    office.new_dispatcher()
    other = await office.arrive("Here", location="LOC2")
    before = len(office.calls("chat.postMessage"))
    async with running(office):
        await office.slack.wait_for(lambda: any("Here" in card.text for card in office.cards))
        looks = await _looks(office)
    assert looks < 20, f"the outbox spins: {looks} looks within 0.2 s"
    drawn = len(office.calls("chat.postMessage")) - before, len(office.calls("chat.update"))
    assert drawn == (1, 0), f"{waiting.fe_name} or {handover.fe_name} was drawn without a location"
    assert other.location_id == "LOC2"


async def test_a_reply_that_slack_refuses_with_a_word_for_edits(office: Office) -> None:
    office.slack.fail("chat.postMessage", error="message_not_found")
    await office.arrive()
    await office.work()
    assert len(office.cards) == 1, "a word that nobody expected made the bot lose a message"


async def test_a_database_that_fails_after_the_post_loses_and_doubles_nothing(office: Office) -> None:
    await _break(office, "NEW.state = 'sent'")
    await office.arrive()
    await office.look()
    assert len(office.calls("chat.postMessage")) == 1, "posted again although the post is only not written down"
    await _mend(office)
    await office.work()
    assert len(office.cards) == 1
    assert len(office.calls("chat.postMessage")) == 1, "posted again instead of found in the history"


async def test_a_database_that_cannot_be_written_is_not_asked_in_a_circle(office: Office) -> None:
    await _break(office, "NEW.state <> ''")
    await office.arrive()
    async with running(office):
        looks = await _looks(office)
    assert looks < 20, f"the outbox spins: {looks} looks within 0.2 s"
    assert not office.calls("chat.postMessage"), "posted without having written down that it is about to"
    await _mend(office)
    await office.work()
    assert len(office.cards) == 1


async def _break(office: Office, when: str) -> None:
    """No delivery of which that is true can be written down."""
    tables, write = Tables(office.database), "CREATE TRIGGER broken BEFORE UPDATE ON delivery"
    if _is_a_file(office):
        await tables.sql(f"{write} WHEN {when} BEGIN SELECT RAISE(ABORT, 'no room'); END")
        return
    fails = "BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = 'disk_full'; END"
    await tables.sql(f"CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ {fails} $$")
    await tables.sql(f"{write} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION no_room()")


async def _mend(office: Office) -> None:
    await Tables(office.database).sql(f"DROP TRIGGER broken{'' if _is_a_file(office) else ' ON delivery'}")


def _is_a_file(office: Office) -> bool:
    return office.database.shown.endswith(".db")


def _at(channel: str, location: str = "LOC1") -> Locations:
    return Locations((Location(id=location, name="Bengaluru dock", channel=channel),))


async def _looks(office: Office) -> int:
    """How often the outbox looks at its table within a fifth of a second."""
    looks = 0
    real = office.dispatcher.step

    async def counted() -> float:
        nonlocal looks
        looks += 1
        return await real()

    office.dispatcher.step = counted  # type: ignore[method-assign]
    await asyncio.sleep(0.2)
    return looks


@contextlib.asynccontextmanager
async def _something_else(status: int, body: str, content_type: str) -> AsyncIterator[str]:
    """A server that is not Slack: a proxy's error page, or an answer that was cut off."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text=body, content_type=content_type)

    app = web.Application()
    app.router.add_route("*", "/{any:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    yield f"http://{host}:{port}/api/"
    await runner.cleanup()


@pytest.mark.parametrize("status", [200, 502])
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<html>Bad gateway</html>", "text/html"),
        ("<html>Bad gateway</html>", "application/json"),
        ('{"ok": true, "ts": "17', "application/json"),
        ("", "application/json"),
    ],
)
async def test_an_answer_that_says_nothing_may_have_been_carried_out(
    office: Office, status: int, body: str, content_type: str
) -> None:
    async with _something_else(status, body, content_type) as url:
        client = AsyncWebClient(token="xoxb", base_url=url, session=office.session, retry_handlers=[])
        with pytest.raises(MaybeSentError):
            await SlackSender(client, client, "B1").post("C1", None, Rendered("hello", []), "key")


async def test_a_connection_that_is_refused_was_surely_not_carried_out(office: Office) -> None:
    await office.slack.stop()
    await office.arrive()
    await office.look()
    due = await unsaid(office.deliveries)
    assert [d.delivery.state for d in due] == [Sending.PENDING], (
        "nobody listened, and still the post may have been done"
    )
