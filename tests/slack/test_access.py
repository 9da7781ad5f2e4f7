"""Who may: asked of Slack, remembered shortly, and nobody is let through when Slack can't say."""

import asyncio

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.handover.ports import DirectoryUnavailable
from bot.slack.access import SlackDirectory
from tests.slack.conftest import Place

FAULTS = [
    {"error": "internal_error"},
    {"error": "missing_scope"},
    {"error": "ratelimited", "retry_after": 5},
    {"error": "token_revoked"},
    {"error": "no_such_subteam"},
    {"error": "channel_not_found"},
    {"status": 503},
    {"status": 500, "carried_out": True},
    # Reads are repeated once by aiohttp itself when the line drops.
    {"drop": "before", "times": 2},
    {"drop": "after", "times": 2},
]


def faulty() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: "-".join(map(str, fault.values())))


async def test_a_group_is_asked_once_while_the_answer_is_young(place: Place) -> None:
    group = place.slack.add_usergroup("dock-leads", users=[place.asha])
    directory = SlackDirectory(place.client)
    for _ in range(5):
        assert await directory.in_any_group(place.asha, [group])
        assert not await directory.in_any_group(place.ravi, [group])
    asked = place.calls("usergroups.users.list")
    assert len(asked) == 1, f"a tier 2 method was called {len(asked)} times for one group"


async def test_a_group_is_asked_again_when_the_answer_is_old(place: Place) -> None:
    group = place.slack.add_usergroup("dock-leads", users=[place.asha])
    directory = SlackDirectory(place.client, group_seconds=0.05)
    assert await directory.in_any_group(place.asha, [group])
    place.slack.usergroups[group].users.remove(place.asha)
    await asyncio.sleep(0.06)
    assert not await directory.in_any_group(place.asha, [group]), "somebody who left the group is still let through"


async def test_one_of_several_groups_is_enough(place: Place) -> None:
    first = place.slack.add_usergroup("day", users=[place.ravi])
    second = place.slack.add_usergroup("night", users=[place.asha])
    directory = SlackDirectory(place.client)
    assert await directory.in_any_group(place.asha, [first, second])
    assert not await directory.in_any_group("U0NOBODY", [first, second])
    assert not await directory.in_any_group(place.asha, [])


async def test_a_group_that_slack_knows_is_enough_though_another_fails(place: Place) -> None:
    group = place.slack.add_usergroup("night", users=[place.asha])
    directory = SlackDirectory(place.client)
    assert await directory.in_any_group(place.asha, ["S0GONE", group])
    with pytest.raises(DirectoryUnavailable):
        await directory.in_any_group(place.ravi, ["S0GONE", group])


async def test_a_free_plan_has_no_groups(place: Place) -> None:
    group = place.slack.add_usergroup("dock-leads", users=[place.asha])
    place.slack.paid = False
    with pytest.raises(DirectoryUnavailable):
        await SlackDirectory(place.client).in_any_group(place.asha, [group])
    assert place.calls("usergroups.users.list")[0].error == "plan_upgrade_required"


@faulty()
async def test_groups_fail_closed(place: Place, fault: dict[str, object]) -> None:
    group = place.slack.add_usergroup("dock-leads", users=[place.asha])
    directory = SlackDirectory(place.client, group_seconds=0.0)
    assert await directory.in_any_group(place.asha, [group])
    place.slack.fail("usergroups.users.list", **fault)  # type: ignore[arg-type]
    with pytest.raises(DirectoryUnavailable):
        await directory.in_any_group(place.asha, [group])
    place.slack.clear_faults()
    assert await directory.in_any_group(place.asha, [group]), "a failure is remembered as an answer"


@faulty()
async def test_channels_fail_closed(place: Place, fault: dict[str, object]) -> None:
    directory = SlackDirectory(place.client, channel_seconds=0.0)
    assert await directory.in_channel(place.asha, place.channel)
    place.slack.fail("conversations.members", **fault)  # type: ignore[arg-type]
    with pytest.raises(DirectoryUnavailable):
        await directory.in_channel(place.asha, place.channel)
    place.slack.clear_faults()
    assert await directory.in_channel(place.asha, place.channel), "a failure is remembered as an answer"


async def test_slack_is_not_there_at_all(place: Place) -> None:
    client = AsyncWebClient(token="xoxb", base_url="http://127.0.0.1:1/api/", session=place.session, retry_handlers=[])
    directory = SlackDirectory(client)
    with pytest.raises(DirectoryUnavailable):
        await directory.in_channel(place.asha, place.channel)
    with pytest.raises(DirectoryUnavailable):
        await directory.in_any_group(place.asha, ["S1"])


async def test_members_are_asked_once_and_somebody_new_at_once(place: Place) -> None:
    directory = SlackDirectory(place.client)
    for _ in range(5):
        assert await directory.in_channel(place.asha, place.channel)
    assert len(place.calls("conversations.members")) == 1
    meera = place.slack.add_user("meera")
    assert not await directory.in_channel(meera, place.channel)
    place.slack.invite(place.channel, meera)
    assert await directory.in_channel(meera, place.channel), "somebody who has just joined is refused"


async def test_somebody_who_left_is_forgotten_in_time(place: Place) -> None:
    directory = SlackDirectory(place.client, channel_seconds=0.05)
    assert await directory.in_channel(place.asha, place.channel)
    place.slack.kick(place.channel, place.asha)
    await asyncio.sleep(0.06)
    assert not await directory.in_channel(place.asha, place.channel)


async def test_a_channel_of_thousands_is_read_to_its_last_page(place: Place) -> None:
    people = [f"U{n:09d}" for n in range(2500)]
    place.slack.channels[place.channel].members.extend(people)
    directory = SlackDirectory(place.client)
    assert await directory.in_channel(people[-1], place.channel), "the last page was not read"
    assert len(place.calls("conversations.members")) == 3
    assert await directory.in_channel(people[1200], place.channel)
    assert len(place.calls("conversations.members")) == 3


async def test_half_a_channel_is_no_answer(place: Place) -> None:
    place.slack.channels[place.channel].members.extend(f"U{n:09d}" for n in range(1500))
    directory = SlackDirectory(place.client)
    place.slack.fail("conversations.members", delay=0.0)
    place.slack.fail("conversations.members", status=503)
    with pytest.raises(DirectoryUnavailable):
        await directory.in_channel("U0NOBODY", place.channel)
