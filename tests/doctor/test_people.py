"""The people whom bot.toml names: who has left, who never was there, and how often Slack is asked."""

from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.doctor.finding import Level
from bot.doctor.people import AT_ONCE, PAUSE, named_in, people
from bot.handover.location import Location
from tests.doctor.support import everything
from tests.doctor.test_checks import client_of, found, only
from tests.support import World, world


def asked(at: World) -> int:
    return sum(call.method == "users.info" for call in at.slack.calls)


async def test_who_has_left_and_who_never_was_there(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        everything(at)
        at.slack.deactivate(at.second)
        named = {
            one: ["admins", "operators of LOC1"] for one in (at.operator, at.second, at.slack.bot_user_id, "U0GONE")
        }
        left, bot, gone, well = await found(people(client_of(at), named))
        calls = asked(at)
    assert calls == len(named)
    assert (left.level, left.what) == (Level.WARN, f"person {at.second}")
    assert left.text == (
        "the account of Vikram Shah is deactivated. bot.toml names them in admins and operators of LOC1: take the id "
        "out, or write somebody else's."
    )
    assert (bot.level, bot.said) == (Level.WARN, "otc-bot is a bot")
    assert (gone.level, gone.what, gone.said) == (Level.WARN, "person U0GONE", "Slack knows nobody of this id here")
    assert (well.level, well.said) == (Level.OK, "found in Slack: 1 of 4 whom bot.toml names")


@pytest.mark.parametrize("why", ["the scope", "the network"])
async def test_without_a_scope_or_an_answer_nobody_more_is_asked_for(tmp_path: Path, why: str) -> None:
    async with world(tmp_path) as at:
        everything(at)
        if why == "the scope":
            at.slack.scopes.discard("users:read")
        else:
            at.slack.fail("users.info", error="internal_error", times=9)
        one = await only(people(client_of(at), {at.operator: ["admins"], at.second: ["admins"]}))
        calls = asked(at)
    assert calls == 1
    assert (one.level, one.what) == (Level.WARN, "people")
    assert ("lacks a scope" in one.said) is (why == "the scope")


async def test_many_are_asked_for_slowly(tmp_path: Path) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    async with world(tmp_path) as at:
        everything(at)
        named = {at.slack.add_user(f"picker{n}"): ["admins"] for n in range(AT_ONCE + 3)}
        client: AsyncWebClient = client_of(at)
        one = await only(people(client, named, sleep))
    assert one.said == f"found in Slack: {AT_ONCE + 3} of {AT_ONCE + 3} whom bot.toml names"
    assert pauses == [PAUSE] * 3


def test_everybody_is_named_once_with_all_the_places() -> None:
    location = Location.model_validate(
        {
            "id": "LOC1",
            "name": "L",
            "channel": "C0123",
            "operators": ["U0ASHA", "S0OPS"],
            "leads": ["U0LEAD"],
            "shifts": [{"hours": "06:00-14:00", "operators": ["U0ASHA", "U0EARLY"]}],
            "escalate": [{"after_minutes": 5, "to": ["U0LEAD", "W0BOSS"]}],
        }
    )
    assert named_in(["U0ASHA", "S0IT"], [location]) == {
        "U0ASHA": ["admins", "operators of LOC1"],
        "U0EARLY": ["operators of LOC1"],
        "U0LEAD": ["leads or escalate of LOC1"],
        "W0BOSS": ["leads or escalate of LOC1"],
    }


async def test_nobody_is_named(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        assert await found(people(client_of(at), {})) == []
