"""Slack fails while somebody is to be told alone that nobody answers: the thread mentions them all the same."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.scenarios.faults.marks import fault
from tests.support import World


@pytest.fixture
def lead(dock: World) -> str:
    user = dock.slack.add_user("lead")
    location = {"id": "LOC1", "name": "Bengaluru dock", "channel": dock.channel, "operators": [dock.operator]}
    dock.toml = {"locations": [location | {"escalate": [{"after_minutes": 15, "to": [user]}]}]}
    return user


def late() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=16)


async def called(dock: World, lead: str) -> Any:
    """The reply in the thread that calls the lead."""
    dock.flipkart.arrive("LOC1", "Ram Kumar")
    [card] = await dock.until(lambda: dock.cards)
    [reply] = await dock.until(lambda: [one for one in dock.thread(card) if f"📣 <@{lead}>" in one.text_all()])
    return reply


def alone(dock: World, lead: str) -> list[Any]:
    return list(dock.slack.messages(dock.slack.direct(lead).id))


@fault(
    "Slack",
    "missing_scope: the app may not write to people alone, when nobody answers",
    keeps=(2,),
    person="Nobody has taken it yet.",
    operator="the app lacks a scope: give it the manifest of `otc-bot manifest`, and install it again",
)
async def test_the_app_may_not_write_to_people_alone(dock: World, lead: str) -> None:
    dock.slack.scopes.discard("im:write")
    async with dock.bot(late):
        await called(dock, lead)
        await dock.until(lambda: dock.rows("SELECT 1 FROM delivery WHERE kind = 'direct' AND state = 'lost'"))
    assert alone(dock, lead) == []


@fault(
    "Slack",
    "a person who is told alone and does not exist, when nobody answers",
    keeps=(2,),
    person="Nobody has taken it yet.",
    operator="Slack knows no such person here: if bot.toml names them, change it",
)
async def test_a_person_who_does_not_exist(dock: World, lead: str) -> None:
    del dock.slack.users[lead]
    async with dock.bot(late):
        await called(dock, lead)
        await dock.until(lambda: dock.rows("SELECT 1 FROM delivery WHERE kind = 'direct' AND state = 'lost'"))


@fault(
    "Slack",
    "5xx and dropped connections while somebody is told alone that nobody answers",
    keeps=(2,),
    person="Nobody has taken it yet: press *I'm on it* in the thread.",
)
@pytest.mark.parametrize("fails", [{"status": 503}, {"drop": "before"}, {"drop": "after"}], ids=str)
async def test_the_conversation_can_not_be_opened_now(dock: World, lead: str, fails: dict[str, Any]) -> None:
    dock.slack.fail("conversations.open", **fails)
    async with dock.bot(late):
        await called(dock, lead)
        await dock.until(lambda: len(alone(dock, lead)) == 1)
        await dock.until(lambda: dock.rows("SELECT 1 FROM delivery WHERE kind = 'direct' AND state = 'sent'"))
    assert len(alone(dock, lead)) == 1
