"""The Web API, called with Slack's own client."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SlackSim

from .conftest import Place

Json = dict[str, Any]
BLOCKS: list[Json] = [{"type": "section", "text": {"type": "mrkdwn", "text": "in a block"}}]


async def error_of(call: Awaitable[Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_auth(client: AsyncWebClient, place: Place) -> None:
    sim = place.sim
    answer = await client.auth_test()
    assert answer["user_id"] == sim.bot_user_id
    assert answer["bot_id"] == sim.bot_id
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")
    assert sim.calls[0].method == "auth.test"
    assert "token" not in sim.calls[0].args
    assert sim.bot_token not in json.dumps(sim.to_dict())

    def other(token: str) -> AsyncWebClient:
        return AsyncWebClient(token=token, base_url=sim.api_url)

    assert await error_of(other("xoxb-wrong").auth_test()) == "invalid_auth"
    assert await error_of(other("").auth_test()) == "not_authed"
    assert await error_of(other(sim.app_token).auth_test()) == "not_allowed_token_type"
    assert await error_of(client.apps_connections_open(app_token=sim.bot_token)) == "not_allowed_token_type"
    assert await error_of(client.api_call("chat.shout")) == "unknown_method"
    assert (await other("").api_test())["ok"]
    sim.revoke_token()
    assert await error_of(client.auth_test()) == "token_revoked"


async def test_missing_scope(client: AsyncWebClient, place: Place) -> None:
    with pytest.raises(SlackApiError) as caught:
        await client.conversations_info(channel=place.channel)
    assert caught.value.response["error"] == "missing_scope"
    assert caught.value.response["needed"] == "channels:read"
    place.sim.scopes.add("channels:read")
    answer = await client.conversations_info(channel=place.channel, include_num_members=True)
    assert (answer["channel"]["name"], answer["channel"]["num_members"]) == ("returns-blr", 3)
    assert (await client.conversations_members(channel=place.channel))["members"][0] == place.asha
    listed = await client.users_conversations()
    assert [channel["id"] for channel in listed["channels"]] == [place.channel]


async def test_post_update_delete(client: AsyncWebClient, place: Place) -> None:
    sim = place.sim
    metadata = {"event_type": "handover", "event_payload": {"key": "k1"}}
    posted = await client.chat_postMessage(channel=place.channel, text="A &amp; B", blocks=BLOCKS, metadata=metadata)
    [message] = sim.messages(place.channel)
    assert posted["ts"] == message.ts
    assert message.text == "A &amp; B"
    assert "in a block" in message.text_all()
    assert message.blocks[0]["block_id"]
    await client.chat_update(channel=place.channel, ts=message.ts, text="only text")
    assert message.blocks == []
    assert message.edited
    assert message.edits[0][0] == "A &amp; B"
    assert message.metadata == metadata
    await client.chat_postMessage(channel=place.channel, text="reply", thread_ts=message.ts)
    assert [reply.text for reply in sim.thread(place.channel, message.ts)] == ["reply"]
    assert sim.messages(place.channel) == [message]
    link = (await client.chat_getPermalink(channel=place.channel, message_ts=message.ts))["permalink"]
    assert link.endswith("/p" + message.ts.replace(".", ""))
    await client.chat_delete(channel=place.channel, ts=message.ts)
    assert message.deleted
    assert sim.messages(place.channel) == []
    history = await client.conversations_history(channel=place.channel)
    assert history["messages"][0]["subtype"] == "tombstone"
    assert await error_of(client.chat_delete(channel=place.channel, ts=message.ts)) == "message_not_found"


async def test_metadata_read_back(client: AsyncWebClient, place: Place) -> None:
    metadata = {"event_type": "handover", "event_payload": {"key": "k1"}}
    root = await client.chat_postMessage(channel=place.channel, text="root", metadata=metadata)
    await client.chat_postMessage(channel=place.channel, text="reply", thread_ts=root["ts"], metadata=metadata)
    without = await client.conversations_history(channel=place.channel)
    assert "metadata" not in without["messages"][0]
    assert without["messages"][0]["reply_count"] == 1
    found = await client.conversations_history(
        channel=place.channel, include_all_metadata=True, oldest=root["ts"], inclusive=True, limit=5
    )
    assert found["messages"][0]["metadata"] == metadata
    thread = await client.conversations_replies(channel=place.channel, ts=root["ts"], include_all_metadata=True)
    assert [message["metadata"] for message in thread["messages"]] == [metadata, metadata]
    assert thread["messages"][0]["latest_reply"] == thread["messages"][1]["ts"]
    assert thread["messages"][1]["parent_user_id"] == place.sim.bot_user_id


async def test_history_pages_and_bounds(client: AsyncWebClient, place: Place) -> None:
    times = [str((await client.chat_postMessage(channel=place.channel, text=str(n)))["ts"]) for n in range(7)]
    texts: list[str] = []
    cursor = None
    while True:
        page = await client.conversations_history(channel=place.channel, limit=3, cursor=cursor)
        texts += [message["text"] for message in page["messages"]]
        if not page["has_more"]:
            break
        cursor = page["response_metadata"]["next_cursor"]
    assert texts == ["6", "5", "4", "3", "2", "1", "0"]
    place.sim.history_page = 2
    page = await client.conversations_history(channel=place.channel, limit=3)
    assert ([message["text"] for message in page["messages"]], page["has_more"]) == (["6", "5"], True)
    place.sim.history_page = 1000

    async def between(**bounds: Any) -> list[str]:
        answer = await client.conversations_history(channel=place.channel, **bounds)
        return [message["text"] for message in answer["messages"]]

    assert await between(oldest=times[4]) == ["6", "5"]
    assert await between(oldest=times[4], inclusive=True) == ["6", "5", "4"]
    assert await between(latest=times[1]) == ["0"]
    assert await between(latest=times[1], oldest=times[0], inclusive=True) == ["1", "0"]
    assert await error_of(client.conversations_history(channel=place.channel, cursor="!!")) == "invalid_cursor"


async def test_refusals_of_posting(client: AsyncWebClient, place: Place) -> None:
    sim = place.sim

    def post(**more: Any) -> Awaitable[Any]:
        return client.api_call("chat.postMessage", json={"channel": place.channel, "text": "x", **more})

    private = sim.add_channel("secret", members=[place.asha], private=True, with_bot=False)
    public = sim.add_channel("public", with_bot=False)
    old = sim.add_channel("old")
    sim.archive(old)
    assert await error_of(post(channel="C404")) == "channel_not_found"
    assert await error_of(post(channel=private)) == "channel_not_found"
    assert await error_of(post(channel=public)) == "not_in_channel"
    assert await error_of(post(channel=old)) == "is_archived"
    assert await error_of(post(text="")) == "no_text"
    assert await error_of(post(thread_ts="1.000001")) == "thread_not_found"
    assert await error_of(post(metadata={"event_type": "x"})) == "invalid_metadata_format"
    big = {"event_type": "x", "event_payload": {"k": "v" * 20_000}}
    assert await error_of(post(metadata=big)) == "metadata_too_large"
    assert await error_of(client.conversations_history(channel=private)) == "channel_not_found"
    assert await error_of(client.conversations_history(channel=public)) == "not_in_channel"
    assert await error_of(client.conversations_replies(channel=place.channel, ts="1.2")) == "thread_not_found"
    await post(text="x" * 41_000)
    assert len(sim.messages(place.channel)[0].text) == 40_000
    await post(channel="#returns-blr", text="by name")
    await post(channel=place.asha, text="direct")
    assert sim.messages(sim.direct(place.asha).id)[0].text == "direct"


async def test_refusals_of_update(client: AsyncWebClient, place: Place) -> None:
    sim = place.sim
    await sim.say(place.asha, place.channel, "hers")
    hers = sim.messages(place.channel)[0].ts
    own = str((await client.chat_postMessage(channel=place.channel, text="own"))["ts"])

    def update(ts: str, **more: Any) -> Awaitable[Any]:
        return client.api_call("chat.update", json={"channel": place.channel, "ts": ts, **more})

    assert await error_of(update(hers, text="x")) == "cant_update_message"
    assert await error_of(update("1.000001", text="x")) == "message_not_found"
    assert await error_of(update(own, text="x" * 4001)) == "msg_too_long"
    assert await error_of(update(own, text="")) == "no_text"
    assert await error_of(client.chat_delete(channel=place.channel, ts=hers)) == "cant_delete_message"
    await update(own, text="x" * 4000)


async def test_ephemerals(client: AsyncWebClient, place: Place) -> None:
    sim = place.sim
    outsider = sim.add_user("out")
    await client.chat_postEphemeral(channel=place.channel, user=place.asha, text="for you", blocks=BLOCKS)
    [ephemeral] = sim.ephemerals(place.asha)
    assert "in a block" in ephemeral.text_all()
    assert sim.messages(place.channel) == []
    refused = client.chat_postEphemeral(channel=place.channel, user=outsider, text="x")
    assert await error_of(refused) == "user_not_in_channel"
    sim.set_active(place.ravi, False)
    assert (await client.chat_postEphemeral(channel=place.channel, user=place.ravi, text="x"))["ok"]
    assert sim.ephemerals(place.ravi) == []


async def test_people(client: AsyncWebClient, place: Place) -> None:
    sim = place.sim
    group = sim.add_usergroup("dock-leads", users=[place.asha])
    plain = await client.users_info(user=place.ravi)
    assert (plain["user"]["tz"], "locale" in plain["user"]) == ("Asia/Kolkata", False)
    assert (await client.users_info(user=place.ravi, include_locale=True))["user"]["locale"] == "hi-IN"
    assert await error_of(client.users_info(user="U404")) == "user_not_found"
    assert len((await client.users_list())["members"]) == 3
    assert (await client.usergroups_list(include_users=True))["usergroups"][0]["users"] == [place.asha]
    assert (await client.usergroups_users_list(usergroup=group))["users"] == [place.asha]
    assert await error_of(client.usergroups_users_list(usergroup="S404")) == "no_such_subteam"
    sim.paid = False
    assert await error_of(client.usergroups_users_list(usergroup=group)) == "plan_upgrade_required"


async def test_reactions(client: AsyncWebClient, place: Place) -> None:
    ts = str((await client.chat_postMessage(channel=place.channel, text="x"))["ts"])
    reaction: Any = {"channel": place.channel, "timestamp": ts, "name": "white_check_mark"}
    await client.reactions_add(**reaction)
    assert place.sim.messages(place.channel)[0].reactions == {"white_check_mark": [place.sim.bot_user_id]}
    assert await error_of(client.reactions_add(**reaction)) == "already_reacted"
    await client.reactions_remove(**reaction)
    assert await error_of(client.reactions_remove(**reaction)) == "no_reaction"


def modal(**more: Any) -> Json:
    return {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": BLOCKS, **more}


async def test_triggers(client: AsyncWebClient) -> None:
    clock = [1_800_000_000.0]
    sim = SlackSim(now=lambda: clock[0])
    asha = sim.add_user("asha")
    await sim.start()
    client = AsyncWebClient(token=sim.bot_token, base_url=sim.api_url, retry_handlers=[])
    try:
        trigger = sim.new_trigger(asha)
        assert await error_of(client.views_open(trigger_id=trigger, view={})) == "invalid_arguments"
        clock[0] += 2.9
        await client.views_open(trigger_id=trigger, view=modal())
        assert await error_of(client.views_open(trigger_id=trigger, view=modal())) == "exchanged_trigger_id"
        late = sim.new_trigger(asha)
        clock[0] += 3.1
        assert await error_of(client.views_open(trigger_id=late, view=modal())) == "expired_trigger_id"
        assert await error_of(client.views_open(trigger_id="1.2.x", view=modal())) == "invalid_trigger_id"
        assert len(sim.open_views(asha)) == 1
    finally:
        await sim.stop()


async def test_views(client: AsyncWebClient, place: Place) -> None:
    sim = place.sim

    async def opened(**more: Any) -> Any:
        return (await client.views_open(trigger_id=sim.new_trigger(place.asha), view=modal(**more)))["view"]

    first = await opened(external_id="one", private_metadata="p")
    assert await error_of(opened(external_id="one")) == "duplicate_external_id"
    second = (await client.views_update(external_id="one", hash=first["hash"], view=modal(external_id="one")))["view"]
    assert second["id"] == first["id"]
    stale = client.views_update(view_id=first["id"], hash=first["hash"], view=modal())
    assert await error_of(stale) == "hash_conflict"
    assert await error_of(client.views_update(view_id="V404", view=modal())) == "not_found"
    assert await error_of(client.api_call("views.update", json={"view": modal()})) == "invalid_arguments"
    large = modal(blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}] * 100)
    assert await error_of(client.views_update(view_id=first["id"], view=large)) == "view_too_large"
    for _ in range(2):
        topmost = sim.view(place.asha)
        assert topmost is not None
        await client.views_push(trigger_id=sim.new_trigger(place.asha, topmost.id), view=modal())
    topmost = sim.view(place.asha)
    assert topmost is not None
    fourth = client.views_push(trigger_id=sim.new_trigger(place.asha, topmost.id), view=modal())
    assert await error_of(fourth) == "push_limit_reached"
    assert await error_of(client.views_push(trigger_id=sim.new_trigger(place.asha), view=modal())) == "not_found"
    await sim.close(place.asha, topmost)
    assert await error_of(client.views_update(view_id=topmost.id, view=modal())) == "not_found"
    home = {"type": "home", "blocks": BLOCKS}
    published = (await client.views_publish(user_id=place.asha, view=home))["view"]
    again = (await client.views_publish(user_id=place.asha, view=home, hash=published["hash"]))["view"]
    assert again["id"] == published["id"]
    stale = client.views_publish(user_id=place.asha, view=home, hash=published["hash"])
    assert await error_of(stale) == "hash_conflict"


async def test_files(client: AsyncWebClient, place: Place, session: aiohttp.ClientSession) -> None:
    sim = place.sim
    root = str((await client.chat_postMessage(channel=place.channel, text="root"))["ts"])
    answer = await client.files_upload_v2(
        channel=place.channel,
        thread_ts=root,
        filename="report.csv",
        content="a,b\n1,2\n",
        title="Report",
        initial_comment="the report",
    )
    [message] = sim.thread(place.channel, root)
    assert message.text == "the report"
    assert message.files[0]["id"] == answer["files"][0]["id"]
    info = await client.files_info(file=message.files[0]["id"])
    assert info["file"]["size"] == 8
    url = info["file"]["url_private_download"]
    async with session.get(url, headers={"Authorization": f"Bearer {sim.bot_token}"}) as response:
        assert (response.status, await response.text()) == (200, "a,b\n1,2\n")
    async with session.get(url) as response:
        assert response.content_type == "text/html"
    assert await error_of(client.files_info(file="F404")) == "file_not_found"


@pytest.mark.parametrize("as_json", [True, False])
async def test_json_and_form_bodies(place: Place, session: aiohttp.ClientSession, as_json: bool) -> None:
    sim = place.sim
    fields: Json = {"channel": place.channel, "text": "é & <x>", "blocks": BLOCKS}
    if as_json:
        body: Json = {"json": fields, "headers": {"Authorization": f"Bearer {sim.bot_token}"}}
    else:
        body = {"data": {**fields, "blocks": json.dumps(BLOCKS), "token": sim.bot_token}}
    async with session.post(f"{sim.api_url}chat.postMessage", **body) as response:
        assert (await response.json())["ok"]
    [message] = sim.messages(place.channel)
    assert message.text == "é & <x>"
    assert sim.calls[0].args["blocks"] == BLOCKS
    assert "token" not in sim.calls[0].args


async def test_bad_bodies(place: Place, session: aiohttp.ClientSession) -> None:
    headers = {"Authorization": f"Bearer {place.sim.bot_token}"}
    url = f"{place.sim.api_url}chat.postMessage"
    json_type = {**headers, "Content-Type": "application/json"}
    for data, error in (("{", "invalid_json"), ("[1]", "json_not_object")):
        async with session.post(url, data=data, headers=json_type) as response:
            assert (await response.json())["error"] == error
    form = {"channel": place.channel, "blocks": "{not json"}
    async with session.post(url, data=form, headers=headers) as response:
        assert (await response.json())["error"] == "invalid_blocks_format"


async def test_state_and_changes(client: AsyncWebClient, place: Place) -> None:
    seen: list[Json] = []
    end = place.sim.on_change(seen.append)
    await client.chat_postMessage(channel=place.channel, text="x", blocks=BLOCKS)
    end()
    await client.chat_postMessage(channel=place.channel, text="y")
    kinds = [change["kind"] for change in seen]
    assert kinds == ["call.arrived", "message.posted", "call.answered"]
    state = json.loads(json.dumps(place.sim.to_dict()))
    assert [message["text"] for message in state["messages"][place.channel]] == ["x", "y"]
    with pytest.raises(TimeoutError, match=r"chat\.postMessage"):
        await place.sim.wait_for(lambda: None, timeout=0.05)
