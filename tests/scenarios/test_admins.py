"""Where only whoever runs the bot can help, people are told who that is."""

import pytest

from tests.scenarios.dockwork import card_of, told
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
