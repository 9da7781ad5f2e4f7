"""What people call channels, groups and each other, and the ids of it in Slack."""

import contextlib
from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.init import names
from bot.init.wanted import Named
from bot.init.wrong import Wrong
from bot.manifest import SCOPES
from bot.sandbox.slack import SlackSim
from bot.slack.listed import PAGE
from bot.slack.session import slack_session
from bot.timing import Timing

MANY = PAGE + 5
"""More than one page of a list has."""


@contextlib.asynccontextmanager
async def workspace() -> AsyncIterator[tuple[SlackSim, AsyncWebClient]]:
    slack = SlackSim()
    slack.scopes |= set(SCOPES)
    await slack.start()
    try:
        async with slack_session(Timing().slack) as session:
            yield slack, AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, session=session)
    finally:
        await slack.stop()


async def test_a_channel_by_its_name_its_id_or_a_link() -> None:
    async with workspace() as (slack, client):
        for n in range(MANY):
            slack.add_channel(f"other-{n}", with_bot=n % 2 == 0)
        public = slack.add_channel("returns-blr", with_bot=False)
        private = slack.add_channel("returns-del", private=True)
        wanted = Named(public, "returns-blr")
        link = f"https://sim.slack.com/archives/{public}/p1700000000000000"
        for answer in ("returns-blr", "#returns-blr", "#Returns-BLR", public, link, f"<#{public}|returns-blr>"):
            assert await names.channel_of(client, answer) == wanted
        assert await names.channel_of(client, "#returns-del") == Named(private, "returns-del")


async def test_a_name_that_looks_like_an_id_is_a_name_where_there_is_no_such_id() -> None:
    async with workspace() as (slack, client):
        general = slack.add_channel("general")
        assert await names.channel_of(client, "GENERAL") == Named(general, "general")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("#returns-bl", r"no channel called #returns-bl \(did you mean #returns-blr\?\)"),
        ("#elsewhere", r"no channel called #elsewhere\. .*/invite @OTC Bot"),
        ("C0NOTHERE", "no channel called #c0nothere"),
        ("https://sim.slack.com/archives/C0NOTHERE", "invite the bot"),
        ("xoxb-unseen", "looks like a token"),
    ],
)
async def test_a_channel_that_the_bot_does_not_see(answer: str, words: str) -> None:
    async with workspace() as (slack, client):
        slack.add_channel("returns-blr")
        slack.add_channel("elsewhere", private=True, with_bot=False)
        with pytest.raises(Wrong, match=words) as caught:
            await names.channel_of(client, answer)
    assert "unseen" not in str(caught.value)


async def test_people_and_groups_by_name_or_id() -> None:
    async with workspace() as (slack, client):
        for n in range(MANY):
            slack.add_user(f"other{n}")
        asha = Named(slack.add_user("asha", real_name="Asha Rao"), "Asha Rao")
        team = Named(slack.add_usergroup("dock-team"), "@dock-team")
        for answer in ("@asha", "Asha Rao", asha.id, f"<@{asha.id}>", f"https://sim.slack.com/team/{asha.id}"):
            assert await names.people_of(client, answer) == (asha,)
        for answer in ("@dock-team", "Dock-Team", team.id, f"<!subteam^{team.id}|@dock-team>"):
            assert await names.people_of(client, answer) == (team,)
        assert await names.people_of(client, "@dock-team @asha, asha rao,") == (team, asha)


async def test_people_who_can_not_be_meant() -> None:
    async with workspace() as (slack, client):
        first, second = slack.add_user("ravi", real_name="Ravi Kumar"), slack.add_user("ravi.s", real_name="Ravi")
        slack.deactivate(gone := slack.add_user("gita", real_name="Gita Joshi"))
        for answer, words in (
            (gone, "the account of Gita Joshi is deactivated"),
            ("@ravi", f"several people .* {first}, Ravi {second}"),
            ("@raavi", r"nobody .* @raavi \(did you mean @Ravi\?\)"),
            (slack.bot_user_id, "is a bot"),
            ("U0NOTHERE", "U0NOTHERE: user_not_found"),
            ("xapp-unseen", "looks like a token"),
        ):
            with pytest.raises(Wrong, match=words):
                await names.people_of(client, answer)


async def test_a_plan_without_groups_has_people_all_the_same() -> None:
    async with workspace() as (slack, client):
        asha = slack.add_user("asha")
        slack.fail("usergroups.list", error="plan_upgrade_required")
        assert [one.id for one in await names.people_of(client, "@asha")] == [asha]
        slack.fail("usergroups.list", error="internal_error")
        with pytest.raises(Wrong, match="internal_error"):
            await names.people_of(client, "@asha")


def test_several_names_in_one_answer() -> None:
    assert names.apart(" @a, Asha Rao ,@b @c <@U1>") == ["@a", "Asha Rao", "@b", "@c", "<@U1>"]
    assert names.apart("") == []
