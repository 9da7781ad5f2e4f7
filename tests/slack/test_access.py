"""Who may: asked of Slack, remembered shortly, and nobody is let through when Slack can't say."""

import asyncio
import time

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.handover.ports import DirectoryUnavailable, Standing
from bot.slack.access import SlackDirectory, standing_in
from bot.slack.roster import ReadError
from bot.timing import DirectoryTiming
from tests.slack.conftest import Place

FAULTS = [
    {"error": "internal_error"},
    {"error": "missing_scope"},
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


class Later:
    """The clock by which memberships are remembered: it can be moved on."""

    def __init__(self) -> None:
        self._by = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self._by

    def go(self, seconds: float) -> None:
        self._by += seconds


@pytest.fixture
def later() -> Later:
    return Later()


async def test_a_group_is_asked_once_while_the_answer_is_young(place: Place) -> None:
    group = place.slack.add_usergroup("dock-leads", users=[place.asha])
    directory = SlackDirectory(place.client, DirectoryTiming())
    for _ in range(5):
        assert await directory.in_any_group(place.asha, [group])
        assert not await directory.in_any_group(place.ravi, [group])
    asked = place.calls("usergroups.users.list")
    assert len(asked) == 1, f"a tier 2 method was called {len(asked)} times for one group"


async def test_a_group_is_asked_again_when_the_answer_is_old(place: Place, later: Later) -> None:
    group = place.slack.add_usergroup("dock-leads", users=[place.asha])
    directory = SlackDirectory(place.client, DirectoryTiming(), later)
    assert await directory.in_any_group(place.asha, [group])
    place.slack.usergroups[group].users.remove(place.asha)
    later.go(DirectoryTiming().group)
    assert not await directory.in_any_group(place.asha, [group]), "somebody who left the group is still let through"


async def test_one_of_several_groups_is_enough(place: Place) -> None:
    first = place.slack.add_usergroup("day", users=[place.ravi])
    second = place.slack.add_usergroup("night", users=[place.asha])
    directory = SlackDirectory(place.client, DirectoryTiming())
    assert await directory.in_any_group(place.asha, [first, second])
    assert not await directory.in_any_group("U0NOBODY", [first, second])
    assert not await directory.in_any_group(place.asha, [])


async def test_a_group_that_slack_knows_is_enough_though_another_fails(place: Place) -> None:
    group = place.slack.add_usergroup("night", users=[place.asha])
    directory = SlackDirectory(place.client, DirectoryTiming())
    assert await directory.in_any_group(place.asha, ["S0GONE", group])
    with pytest.raises(DirectoryUnavailable):
        await directory.in_any_group(place.ravi, ["S0GONE", group])


async def test_a_free_plan_has_no_groups(place: Place) -> None:
    group = place.slack.add_usergroup("dock-leads", users=[place.asha])
    place.slack.paid = False
    with pytest.raises(DirectoryUnavailable):
        await SlackDirectory(place.client, DirectoryTiming()).in_any_group(place.asha, [group])
    assert place.calls("usergroups.users.list")[0].error == "plan_upgrade_required"


@faulty()
async def test_groups_fail_closed(place: Place, fault: dict[str, object]) -> None:
    group = place.slack.add_usergroup("dock-leads", users=[place.asha])
    directory = SlackDirectory(place.client, DirectoryTiming(group=0.0))
    assert await directory.in_any_group(place.asha, [group])
    place.slack.fail("usergroups.users.list", **fault)  # type: ignore[arg-type]
    with pytest.raises(DirectoryUnavailable):
        await directory.in_any_group(place.asha, [group])
    place.slack.clear_faults()
    assert await directory.in_any_group(place.asha, [group]), "a failure is remembered as an answer"


@faulty()
async def test_channels_fail_closed(place: Place, fault: dict[str, object]) -> None:
    directory = SlackDirectory(place.client, DirectoryTiming(channel=0.0))
    assert await directory.in_channel(place.asha, place.channel)
    place.slack.fail("conversations.members", **fault)  # type: ignore[arg-type]
    with pytest.raises(DirectoryUnavailable):
        await directory.in_channel(place.asha, place.channel)
    place.slack.clear_faults()
    assert await directory.in_channel(place.asha, place.channel), "a failure is remembered as an answer"


async def test_slack_is_not_there_at_all(place: Place) -> None:
    client = AsyncWebClient(token="xoxb", base_url="http://127.0.0.1:1/api/", session=place.session, retry_handlers=[])
    directory = SlackDirectory(client, DirectoryTiming())
    with pytest.raises(DirectoryUnavailable):
        await directory.in_channel(place.asha, place.channel)
    with pytest.raises(DirectoryUnavailable):
        await directory.in_any_group(place.asha, ["S1"])


async def test_members_are_asked_once_and_somebody_new_in_seconds(place: Place, later: Later) -> None:
    directory = SlackDirectory(place.client, DirectoryTiming(), later)
    for _ in range(5):
        assert await directory.in_channel(place.asha, place.channel)
    assert len(place.calls("conversations.members")) == 1
    meera = place.slack.add_user("meera")
    later.go(DirectoryTiming().no + 1)
    place.slack.invite(place.channel, meera)
    assert await directory.in_channel(meera, place.channel), "somebody who has just joined is refused"


async def test_a_no_is_asked_for_once_in_a_few_seconds(place: Place, later: Later) -> None:
    group = place.slack.add_usergroup("dock-leads", users=[place.asha])
    directory = SlackDirectory(place.client, DirectoryTiming(), later)
    meera = place.slack.add_user("meera")
    for _ in range(50):
        assert not await directory.in_channel(meera, place.channel)
        assert not await directory.in_any_group(meera, [group])
    assert len(place.calls("conversations.members")) == 1
    assert len(place.calls("usergroups.users.list")) == 1
    place.slack.usergroups[group].users.append(meera)
    place.slack.invite(place.channel, meera)
    later.go(DirectoryTiming().no + 1)
    assert await directory.in_channel(meera, place.channel)
    assert await directory.in_any_group(meera, [group]), "a no of an older answer was not looked up once more"


async def test_all_who_ask_at_once_wait_for_one_look_up(place: Place) -> None:
    directory = SlackDirectory(place.client, DirectoryTiming())
    people = [place.asha, place.ravi, "U0NOBODY"] * 50
    answers = await asyncio.gather(*(directory.in_channel(one, place.channel) for one in people))
    assert answers == [True, True, False] * 50
    assert len(place.calls("conversations.members")) == 1


async def test_all_who_ask_at_once_share_a_failure(place: Place) -> None:
    directory = SlackDirectory(place.client, DirectoryTiming())
    place.slack.fail("conversations.members", status=503)
    answers = await asyncio.gather(
        *(directory.in_channel(place.asha, place.channel) for _ in range(20)), return_exceptions=True
    )
    assert {type(one) for one in answers} <= {DirectoryUnavailable, ReadError}
    assert len(place.calls("conversations.members")) == 1
    assert await directory.in_channel(place.asha, place.channel), "a failure is remembered as an answer"


async def test_limited_by_slack_it_rests_and_members_are_still_known(place: Place, later: Later) -> None:
    directory = SlackDirectory(place.client, DirectoryTiming(), later)
    assert await directory.in_channel(place.asha, place.channel)
    later.go(DirectoryTiming().no + 1)
    place.slack.fail("conversations.members", error="ratelimited", retry_after=10)
    for _ in range(20):
        with pytest.raises(DirectoryUnavailable):
            await directory.in_channel("U0NOBODY", place.channel)
        assert await directory.in_channel(place.asha, place.channel), "a member is refused while Slack limits look-ups"
    assert len(place.calls("conversations.members")) == 2, "asked again before Retry-After was over"
    later.go(11)
    assert not await directory.in_channel("U0NOBODY", place.channel)


@pytest.mark.parametrize(
    ("about", "standing"),
    [
        ({}, Standing.MEMBER),
        ({"is_restricted": True}, Standing.GUEST),
        ({"is_restricted": True, "is_ultra_restricted": True}, Standing.GUEST),
        ({"team_id": "T0OTHER"}, Standing.OUTSIDER),
        ({"is_stranger": True}, Standing.OUTSIDER),
        ({"team_id": "T0OTHER", "enterprise_user": {"teams": ["T0OTHER", "T0HERE"]}}, Standing.MEMBER),
        ({"team_id": "T0OTHER", "is_restricted": True}, Standing.OUTSIDER),
        ({"is_bot": True}, Standing.MACHINE),
        ({"is_workflow_bot": True}, Standing.MACHINE),
        ({"deleted": True}, Standing.MACHINE),
        ({"team_id": None}, None),
        ({"is_restricted": None, "team_id": 7}, None),
    ],
)
def test_what_somebody_is(about: dict[str, object], standing: Standing | None) -> None:
    assert standing_in("T0HERE", {"team_id": "T0HERE", "is_restricted": False} | about) is standing


def test_a_person_of_whom_little_is_said_is_nobody() -> None:
    assert standing_in("T0HERE", {}) is None
    assert standing_in("T0HERE", {"team_id": "T0HERE"}) is None
    assert standing_in("", {"team_id": "", "is_restricted": False}) is None


async def test_a_standing_is_asked_once_with_the_language(place: Place) -> None:
    directory = SlackDirectory(place.client, DirectoryTiming())
    directory.team = place.slack.team_id
    guest = place.slack.add_user("meera", guest="single")
    await directory.language_of(place.asha)
    for _ in range(3):
        assert await directory.standing(place.asha) is Standing.MEMBER
        assert await directory.standing(guest) is Standing.GUEST
    assert len(place.calls("users.info")) == 2


@faulty()
async def test_standings_fail_closed(place: Place, fault: dict[str, object]) -> None:
    directory = SlackDirectory(place.client, DirectoryTiming(standing=0.0))
    directory.team = place.slack.team_id
    place.slack.fail("users.info", **fault)  # type: ignore[arg-type]
    with pytest.raises(DirectoryUnavailable):
        await directory.standing(place.asha)


async def test_somebody_who_left_is_forgotten_in_time(place: Place, later: Later) -> None:
    directory = SlackDirectory(place.client, DirectoryTiming(), later)
    assert await directory.in_channel(place.asha, place.channel)
    place.slack.kick(place.channel, place.asha)
    later.go(DirectoryTiming().channel)
    assert not await directory.in_channel(place.asha, place.channel)


async def test_a_channel_of_thousands_is_read_to_its_last_page(place: Place) -> None:
    people = [f"U{n:09d}" for n in range(2500)]
    place.slack.channels[place.channel].members.extend(people)
    directory = SlackDirectory(place.client, DirectoryTiming())
    assert await directory.in_channel(people[-1], place.channel), "the last page was not read"
    assert len(place.calls("conversations.members")) == 3
    assert await directory.in_channel(people[1200], place.channel)
    assert len(place.calls("conversations.members")) == 3


async def test_half_a_channel_is_no_answer(place: Place) -> None:
    place.slack.channels[place.channel].members.extend(f"U{n:09d}" for n in range(1500))
    directory = SlackDirectory(place.client, DirectoryTiming())
    place.slack.fail("conversations.members", delay=0.0)
    place.slack.fail("conversations.members", status=503)
    with pytest.raises(DirectoryUnavailable):
        await directory.in_channel("U0NOBODY", place.channel)
