"""Where only whoever runs the bot can help, people are told who that is."""

from typing import Any

import pytest

from tests.scenarios.dockwork import at_the_end, card_of, card_says, told
from tests.support import World

NAMED = "🛠️ The bot is looked after by"


async def refusal(dock: World, status: int, code: str) -> str:
    """What an operator reads who asks for a code, and Flipkart refuses it like this."""
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        await card_of(dock, visit)
        dock.flipkart.fail("start_otc", status=status, code=code)
        await dock.slack.slash(dock.operator, dock.channel, "/start-otc")
        return str((await told(dock, dock.operator, "Flipkart")).text_all())


@pytest.mark.parametrize("code", ["INVALID_TASK_TYPE_ERROR", "FE_OTC_BAD_REQUEST_ERROR"])
async def test_they_are_named(dock: World, code: str) -> None:
    dock.toml = {"admins": [dock.second, "S0ITDESK"]}
    text = await refusal(dock, 400, code)
    assert f"{NAMED} <@{dock.second}>, <!subteam^S0ITDESK>." in text


async def test_not_where_it_mends_itself(dock: World) -> None:
    dock.toml = {"admins": [dock.second]}
    assert NAMED not in await refusal(dock, 503, "SERVICE_UNAVAILABLE_ERROR")


async def test_not_where_bot_toml_names_nobody(dock: World) -> None:
    text = await refusal(dock, 400, "INVALID_TASK_TYPE_ERROR")
    assert "tell whoever installed the bot" in text
    assert NAMED not in text


async def test_a_stranger_reads_on_home_whom_to_ask(dock: World) -> None:
    dock.toml = {"admins": [dock.second]}
    async with dock.bot():
        await dock.slack.open_home(dock.stranger)
        home = await dock.until(lambda: dock.slack.home(dock.stranger))
        assert f"{NAMED} <@{dock.second}>." in home.text_all()


@pytest.mark.parametrize(
    ("fault", "named"), [({"status": 503}, True), ({"error": "ratelimited", "retry_after": 60}, False)], ids=str
)
async def test_they_are_named_where_a_window_does_not_open(dock: World, fault: dict[str, Any], named: bool) -> None:
    dock.toml = {"admins": [dock.second]}
    visit = at_the_end(dock)
    async with dock.bot():
        card = await card_says(dock, visit, "Count, then End OTC")
        dock.slack.fail("views.open", times=9, **fault)
        await dock.slack.press(dock.operator, card, "end_otc")
        text = (await told(dock, dock.operator, "did not open the window")).text_all()
    assert (f"{NAMED} <@{dock.second}>." in text) is named


async def test_they_are_named_where_slack_does_not_let_the_bot_read_files(dock: World) -> None:
    dock.toml = {"admins": [dock.second]}
    async with dock.bot():
        dock.slack.scopes.discard("files:read")
        csv = [("list.csv", b"Tracking ID\nFMPP000000001\n")]
        await dock.slack.say(dock.operator, dock.channel, f"<@{dock.slack.bot_user_id}>", files=csv)
        answer = await told(dock, dock.operator, "Slack does not let the bot read files")
    assert f"{NAMED} <@{dock.second}>." in answer.text_all()


@pytest.mark.parametrize("word", ["find 7890", "lists"])
async def test_a_stranger_who_looks_something_up_reads_whom_to_ask(dock: World, word: str) -> None:
    dock.toml = {"admins": [dock.second]}
    async with dock.bot():
        await dock.slack.slash(dock.stranger, dock.channel, "/otc", word)
        answer = await told(dock, dock.stranger, "Ask whoever installed the bot")
    assert f"{NAMED} <@{dock.second}>." in answer.text_all()
