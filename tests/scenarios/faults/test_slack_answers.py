"""Slack fails while a person waits for an answer: they get it another way or a little later, or read what to do."""

from dataclasses import replace
from time import monotonic
from typing import Any

import pytest

from bot.sandbox.flipkart import Visit
from bot.timing import SlackTiming
from tests.scenarios.dockwork import card_says, modal, start_code, told
from tests.scenarios.faults.marks import fault
from tests.support import World

BROKEN = [
    {"status": 503},
    {"error": "internal_error"},
    {"delay": 0.6},
    {"drop": "before", "times": 2},
    {"drop": "after", "times": 2},
]


def broken() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("fails", BROKEN, ids=lambda fails: "-".join(map(str, fails.values())))


@pytest.fixture(autouse=True)
def impatient(dock: World) -> None:
    dock.timing = replace(dock.timing, slack=SlackTiming(call=0.4))


def asked(dock: World, what: str) -> int:
    """How often Flipkart was asked; a second effect would be a second call."""
    return sum(1 for call in dock.flipkart.calls if call.name == what)


def calls(dock: World, method: str) -> list[Any]:
    return [call for call in dock.slack.calls if call.method == method]


def done_by(dock: World, user: str) -> list[str]:
    """What the record says that the person did."""
    return [what for by, what in dock.rows("select by, what from audit order by id") if by == user]


def on_record(dock: World, user: str) -> None:
    """Promise 6: who asked for which kind of code, and that they got it."""
    assert done_by(dock, user) == ["asked", "start_otc"]


async def waiting(dock: World) -> Visit:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    await card_says(dock, visit, "Waiting")
    return visit


async def at_the_end(dock: World) -> tuple[Visit, Any]:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    visit.scan(2)
    visit.scan(1, status="REJECTED", reason="Wrong product")
    visit.finish_scanning()
    return visit, await card_says(dock, visit, "Count, then End OTC")


# ---- codes ----


@fault("Slack", "no window, and `ratelimited` on response_url for a second", keeps=(4, 6), person="Works until")
async def test_a_response_url_is_rate_limited_for_a_second(dock: World) -> None:
    async with dock.bot():
        visit = await waiting(dock)
        dock.slack.fail("views.open", error="expired_trigger_id")
        dock.slack.fail("response_url", error="ratelimited", retry_after=1)
        await start_code(dock, dock.operator, visit)
        first, second = calls(dock, "response_url")
        assert second.at - first.at >= 1.0, "did not wait as long as Slack said"
        assert len(dock.slack.ephemerals(dock.operator)) == 1
        on_record(dock, dock.operator)


@fault(
    "Slack",
    "no window, and `ratelimited` on response_url for a minute",
    keeps=(4, 6),
    person="Works until",
    operator="a response_url was refused",
)
@fault("Slack", "429 with Retry-After on chat.postEphemeral", keeps=(4, 6), person="Works until")
async def test_a_response_url_is_rate_limited_for_a_minute(dock: World) -> None:
    async with dock.bot():
        visit = await waiting(dock)
        dock.slack.fail("views.open", error="expired_trigger_id")
        dock.slack.fail("response_url", error="ratelimited", retry_after=60)
        dock.slack.fail("chat.postEphemeral", error="ratelimited", retry_after=1)
        await start_code(dock, dock.operator, visit)
        first, second = calls(dock, "chat.postEphemeral")
        assert second.at - first.at >= 1.0, "did not wait as long as Slack said"
        assert asked(dock, "start_otc") == 1
        on_record(dock, dock.operator)


@pytest.mark.everyday(2)
@fault(
    "Slack",
    "no window, and 5xx, internal_error, timeout, dropped connection on response_url",
    keeps=(4, 6),
    person="Works until",
)
@broken()
async def test_a_response_url_fails(dock: World, fails: dict[str, Any]) -> None:
    async with dock.bot():
        visit = await waiting(dock)
        dock.slack.fail("views.open", error="expired_trigger_id")
        dock.slack.fail("response_url", **fails)
        await start_code(dock, dock.operator, visit)
        assert asked(dock, "start_otc") == 1
        on_record(dock, dock.operator)


@fault(
    "Slack",
    "no way to the asker: no window, and response_url and chat.postEphemeral both fail",
    keeps=(4, 6),
    person="Works until",
    operator="an answer did not reach its asker",
)
async def test_no_way_to_the_asker(dock: World) -> None:
    tries = (0.1, 0.1)
    dock.timing = replace(dock.timing, press=replace(dock.timing.press, alone_pauses=tries))
    async with dock.bot():
        visit = await waiting(dock)
        dock.slack.fail("views.open", error="expired_trigger_id")
        dock.slack.fail("response_url", status=503)
        dock.slack.fail("chat.postEphemeral", status=503, times=len(tries) + 1)
        delivery = await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "")
        assert delivery.acked
        await dock.until(lambda: len(calls(dock, "chat.postEphemeral")) > len(tries))
        # Pressing again shows the code that was generated the first time.
        await start_code(dock, dock.operator, visit)
        assert asked(dock, "start_otc") == 1, "a code that did not arrive was generated again"


@fault("Slack", "token_revoked: codes still arrive, through response_url", keeps=(4, 6), person="Works until")
async def test_a_code_without_a_token(dock: World) -> None:
    async with dock.bot():
        visit = await waiting(dock)
        dock.slack.revoke_token()
        await start_code(dock, dock.operator, visit)
        on_record(dock, dock.operator)


# ---- windows ----


@fault("Slack", "429 with Retry-After on views.open, for a second", keeps=(4,), person="Parcels counted by hand")
@fault("Slack", "429 with Retry-After on views.update", keeps=(4,), person="Parcels counted by hand")
async def test_windows_are_rate_limited_for_a_second(dock: World) -> None:
    async with dock.bot():
        _, card = await at_the_end(dock)
        for method in ("views.open", "views.update"):
            dock.slack.fail(method, error="ratelimited", retry_after=1)
        delivery = await dock.slack.press(dock.operator, card, "end_otc")
        assert delivery.acked
        await modal(dock, dock.operator, "Parcels counted by hand")
        for method in ("views.open", "views.update"):
            first, second = calls(dock, method)[:2]
            assert second.at - first.at >= 1.0, f"{method} did not wait as long as Slack said"


@fault(
    "Slack",
    "429 with Retry-After on views.open, for a minute",
    keeps=(4,),
    person="Slack is busy and did not open the window. Press again in a minute.",
    operator="a modal did not open",
)
async def test_a_window_is_rate_limited_for_a_minute(dock: World) -> None:
    async with dock.bot():
        _, card = await at_the_end(dock)
        dock.slack.fail("views.open", error="ratelimited", retry_after=60)
        await dock.slack.press(dock.operator, card, "end_otc")
        await told(dock, dock.operator, "Slack is busy")
        await dock.slack.press(dock.operator, card, "end_otc")
        await modal(dock, dock.operator, "Parcels counted by hand")


@fault(
    "Slack",
    "an expired trigger",
    keeps=(4,),
    person="That took too long for Slack. Please press again.",
    operator="this machine or its network is too slow",
)
async def test_an_expired_trigger(dock: World) -> None:
    async with dock.bot():
        _, card = await at_the_end(dock)
        dock.slack.fail("views.open", error="expired_trigger_id")
        await dock.slack.press(dock.operator, card, "end_otc")
        await told(dock, dock.operator, "took too long")
        await dock.slack.press(dock.operator, card, "end_otc")
        await modal(dock, dock.operator, "Parcels counted by hand")
        assert asked(dock, "end_otc") == 0


@pytest.mark.everyday(2)
@fault(
    "Slack",
    "5xx, internal_error, timeout, dropped connection on views.open",
    keeps=(4,),
    person="Parcels counted by hand",
)
@broken()
async def test_a_window_of_which_slack_does_not_say_whether_it_opened(dock: World, fails: dict[str, Any]) -> None:
    """It may stand there with "one moment", or not: it is found by its name, or opened then."""
    async with dock.bot():
        _, card = await at_the_end(dock)
        dock.slack.fail("views.open", **fails)
        delivery = await dock.slack.press(dock.operator, card, "end_otc")
        assert delivery.acked
        await modal(dock, dock.operator, "Parcels counted by hand")
        assert len(dock.slack.open_views(dock.operator)) == 1, "one press opened two windows"
        assert asked(dock, "end_otc") == 0


@fault(
    "Slack",
    "5xx on views.open for a while",
    keeps=(4,),
    person="lease press again",
    operator="a modal did not open",
)
async def test_a_window_does_not_open(dock: World) -> None:
    async with dock.bot():
        _, card = await at_the_end(dock)
        dock.slack.fail("views.open", status=503, times=3)
        delivery = await dock.slack.press(dock.operator, card, "end_otc")
        assert delivery.acked
        await told(dock, dock.operator, "ress again")
        await dock.slack.press(dock.operator, card, "end_otc")
        await modal(dock, dock.operator, "Parcels counted by hand")
        assert asked(dock, "end_otc") == 0


@fault(
    "Slack",
    "5xx on views.update for long",
    keeps=(4,),
    person="Slack could not fill it",
    operator="a modal could not be updated",
)
async def test_a_window_is_not_filled(dock: World) -> None:
    dock.timing = replace(dock.timing, press=replace(dock.timing.press, modal_pauses=(0.1, 0.1)))
    async with dock.bot():
        _, card = await at_the_end(dock)
        dock.slack.fail("views.update", status=503, times=3)
        await dock.slack.press(dock.operator, card, "end_otc")
        await told(dock, dock.operator, "Slack could not fill it")
        await dock.slack.press(dock.operator, card, "end_otc")
        await modal(dock, dock.operator, "Parcels counted by hand")


@fault("Slack", "429 with Retry-After on views.publish", keeps=(4,), person="Count, then End OTC")
async def test_the_home_is_rate_limited(dock: World) -> None:
    async with dock.bot():
        await at_the_end(dock)
        dock.slack.fail("views.publish", error="ratelimited", retry_after=1)
        await dock.slack.open_home(dock.operator)
        await dock.until(lambda: dock.slack.home(dock.operator))
        assert [call.ok for call in calls(dock, "views.publish")] == [False, True]


# ---- rights ----


@fault(
    "Slack",
    "429 with Retry-After on usergroups.users.list",
    keeps=(4, 6),
    person="I could not check with Slack whether you are an operator",
    operator="can't read a user group; its members are refused",
)
async def test_a_user_group_is_rate_limited(dock: World) -> None:
    group = dock.slack.add_usergroup("dock-leads", users=[dock.operator])
    await _rights_can_not_be_read(dock, [group], "usergroups.users.list")


@fault(
    "Slack",
    "429 with Retry-After on conversations.members",
    keeps=(4, 6),
    person="I could not check with Slack whether you are an operator",
    operator="can't read who is in a channel",
)
async def test_the_members_are_rate_limited(dock: World) -> None:
    await _rights_can_not_be_read(dock, [], "conversations.members")


async def _rights_can_not_be_read(dock: World, operators: list[str], method: str) -> None:
    dock.timing = replace(dock.timing, press=replace(dock.timing.press, quiet=0.0))
    moved = 0.0
    dock.monotonic = lambda: monotonic() + moved
    location = {"id": "LOC1", "name": "Bengaluru dock", "channel": dock.channel, "operators": operators}
    dock.toml = {"locations": [location]}
    async with dock.bot():
        visit = await waiting(dock)
        dock.slack.fail(method, error="ratelimited", retry_after=30)
        delivery = await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "")
        assert delivery.acked
        await told(dock, dock.operator, "I could not check")
        assert asked(dock, "start_otc") == 0, "a code was asked for although rights are unknown"
        looked_up = sum(call.method == method for call in dock.slack.calls)
        await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "")
        await dock.until(lambda: len(dock.slack.open_views(dock.operator)) == 2)
        again = sum(call.method == method for call in dock.slack.calls)
        assert again == looked_up, "Slack was asked again before the time that it gave"
        moved = 31.0
        await start_code(dock, dock.operator, visit)
        assert asked(dock, "start_otc") == 1


# ---- repeats ----


@fault("Slack", "the same envelope twice: a command", keeps=(4, 6), person="Works until")
async def test_a_command_delivered_twice(dock: World) -> None:
    async with dock.bot():
        await waiting(dock)
        delivery = await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "")
        again = await dock.slack.redeliver(delivery)
        assert (delivery.acked, again.acked) == (True, True)
        await modal(dock, dock.operator, "Works until")
        await dock.slack.redeliver(delivery)
        assert len(dock.slack.open_views(dock.operator)) == 1, "one command was answered twice"
        assert not dock.slack.ephemerals(dock.operator)
        assert asked(dock, "start_otc") == 1
        on_record(dock, dock.operator)


@fault("Slack", "the same envelope twice: a press and a submission", keeps=(4, 6), person="Show the End OTC")
async def test_a_submission_delivered_twice(dock: World) -> None:
    async with dock.bot():
        _, card = await at_the_end(dock)
        press = await dock.slack.press(dock.operator, card, "end_otc")
        await dock.slack.redeliver(press)
        view = await modal(dock, dock.operator, "Parcels counted by hand")
        assert len(dock.slack.open_views(dock.operator)) == 1, "one press opened two windows"
        counted = await dock.slack.submit(dock.operator, view, {"counted": "3"})
        await dock.slack.redeliver(counted)
        view = await modal(dock, dock.operator, "Show the End OTC")
        shown = await dock.slack.submit(dock.operator, view)
        await dock.slack.redeliver(shown)
        await dock.until(lambda: asked(dock, "end_otc"))
        await dock.until(lambda: "end_otc" in done_by(dock, dock.operator))
        assert done_by(dock, dock.operator) == ["counted", "asked", "end_otc"]
        assert asked(dock, "end_otc") == 1
