"""Persons drive a real Bolt app over Socket Mode."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SubmitRefused
from tests.pace import PATIENCE

from .conftest import Connect, Place

Json = dict[str, Any]


def button(action_id: str, value: str = "1", **more: Any) -> Json:
    return {
        "type": "button",
        "action_id": action_id,
        "value": value,
        "text": {"type": "plain_text", "text": action_id},
        **more,
    }


def actions(*elements: Json) -> Json:
    return {"type": "actions", "block_id": "acts", "elements": list(elements)}


def form(callback_id: str = "form", **more: Any) -> Json:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": {"type": "plain_text", "text": "Hand count"},
        "submit": {"type": "plain_text", "text": "Save"},
        "blocks": [
            {
                "type": "input",
                "block_id": "count",
                "label": {"type": "plain_text", "text": "Count"},
                "element": {
                    "type": "number_input",
                    "action_id": "n",
                    "is_decimal_allowed": False,
                    "min_value": "0",
                },
            },
            {
                "type": "input",
                "block_id": "dock",
                "optional": True,
                "label": {"type": "plain_text", "text": "Dock"},
                "element": {
                    "type": "static_select",
                    "action_id": "d",
                    "options": [
                        {"text": {"type": "plain_text", "text": f"Dock {n}"}, "value": f"d{n}"} for n in (1, 2)
                    ],
                },
            },
        ],
        **more,
    }


async def test_slash_with_ack_text(app: AsyncApp, connect: Connect, place: Place) -> None:
    seen: list[Json] = []

    @app.command("/start-otc")
    async def start(ack: Any, command: Json) -> None:
        seen.append(command)
        await ack("on it")

    await connect()
    delivery = await place.sim.slash(place.asha, place.channel, "/start-otc", "AB12")
    assert delivery.acked
    assert 0 <= delivery.seconds < PATIENCE
    assert seen[0]["text"] == "AB12"
    assert seen[0]["user_id"] == place.asha
    [whisper] = place.sim.ephemerals(place.asha, place.channel)
    assert whisper.text == "on it"
    assert place.sim.ephemerals(place.ravi) == []
    place.sim.reload(place.asha)
    assert place.sim.ephemerals(place.asha) == []


async def test_slash_without_a_socket(place: Place) -> None:
    delivery = await place.sim.slash(place.asha, place.channel, "/start-otc")
    assert not delivery.acked
    assert delivery.attempts == 0
    assert delivery.problem == "dispatch_failed"


async def test_command_url_cannot_remove_its_reply_but_a_click_can(
    app: AsyncApp, connect: Connect, place: Place
) -> None:
    sim = place.sim
    statuses: list[int] = []

    @app.command("/code")
    async def code(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="the code", blocks=[actions(button("hide"), button("renew"))])
        statuses.append((await respond(delete_original=True)).status_code)
        statuses.append((await respond(text="another", replace_original=True)).status_code)

    @app.action("hide")
    async def hide(ack: Any, respond: Any) -> None:
        await ack()
        await respond(delete_original=True)

    @app.action("renew")
    async def renew(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="new code", blocks=[actions(button("hide"))], replace_original=True)

    await connect()
    await sim.slash(place.asha, place.channel, "/code")
    await sim.wait_for(lambda: len(sim.ephemerals(place.asha)) == 2)
    first, second = sim.ephemerals(place.asha)
    assert first.text == "the code"
    assert second.text == "another"
    await sim.wait_for(lambda: len(statuses) == 2)
    assert statuses == [400, 200]
    with pytest.raises(LookupError):
        await sim.press(place.ravi, first, "hide")
    await sim.press(place.asha, first, "renew")
    await sim.wait_for(lambda: first.text == "new code")
    await sim.press(place.asha, first, "hide")
    await sim.wait_for(lambda: not first.visible)
    assert sim.ephemerals(place.asha) == [second]


async def test_press_in_a_message_and_the_overwriting_reply(
    app: AsyncApp, connect: Connect, place: Place, client: AsyncWebClient
) -> None:
    sim = place.sim
    bodies: list[Json] = []

    @app.action("go")
    async def go(ack: Any, body: Json, respond: Any, action: Json) -> None:
        bodies.append(body)
        await ack()
        if action["value"] == "safe":
            await respond(text="for you", response_type="ephemeral", replace_original=False)
        else:
            await respond(text="overwritten")

    await connect()
    await client.chat_postMessage(
        channel=place.channel, text="root", blocks=[actions(button("go", "safe"), button("go2", "x"))]
    )
    [message] = sim.messages(place.channel)
    delivery = await sim.press(place.asha, message, "go", "safe")
    assert delivery.acked
    assert bodies[0]["message"]["ts"] == message.ts
    assert bodies[0]["channel"]["id"] == place.channel
    await sim.wait_for(lambda: sim.ephemerals(place.asha))
    assert not message.edited
    with pytest.raises(LookupError):
        await sim.press(place.asha, message, "nowhere")
    with pytest.raises(LookupError):
        await sim.press(place.asha, message, "go", "other value")
    await client.chat_update(channel=place.channel, ts=message.ts, text="again", blocks=[actions(button("go", "trap"))])
    await sim.press(place.asha, message, "go")
    await sim.wait_for(lambda: message.text == "overwritten")
    assert message.blocks == []
    assert len(message.edits) == 2


async def test_modal_errors_update_push_clear(app: AsyncApp, connect: Connect, place: Place) -> None:
    sim = place.sim
    states: list[Json] = []
    answers: list[Json] = [
        {"response_action": "errors", "errors": {"count": "that is too many"}},
        {"response_action": "update", "view": form("form", private_metadata="second")},
        {"response_action": "push", "view": form("form", title={"type": "plain_text", "text": "Sure?"})},
        {"response_action": "clear"},
    ]

    @app.command("/count")
    async def count(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form(private_metadata="first"))

    @app.view("form")
    async def submitted(ack: Any, view: Json) -> None:
        states.append(view["state"]["values"])
        await ack(answers[len(states) - 1])

    await connect()
    await sim.slash(place.asha, place.channel, "/count")
    view = await sim.wait_for(lambda: sim.view(place.asha))
    assert (view.title, view.submit, view.private_metadata) == ("Hand count", "Save", "first")
    with pytest.raises(SubmitRefused, match="required"):
        await sim.submit(place.asha, view)
    with pytest.raises(SubmitRefused, match="at least 0"):
        await sim.submit(place.asha, view, {"count": "-1"})
    with pytest.raises(SubmitRefused, match="whole"):
        await sim.submit(place.asha, view, {"count": "1.5"})
    with pytest.raises(LookupError):
        await sim.submit(place.asha, view, {"count": "1", "dock": "d3"})
    with pytest.raises(LookupError):
        await sim.submit(place.asha, view, {"county": "1"})
    assert states == []

    await sim.submit(place.asha, view, {"count": "7", "dock": "d2"})
    assert states[0]["count"]["n"] == {"type": "number_input", "value": "7"}
    assert states[0]["dock"]["d"]["selected_option"]["value"] == "d2"
    assert view.errors == {"count": "that is too many"}
    assert sim.view(place.asha) is view

    old_hash = view.hash
    await sim.submit(place.asha, view, {"count": "6"})
    assert states[1]["dock"]["d"]["selected_option"]["value"] == "d2"
    assert view.private_metadata == "second"
    assert view.hash != old_hash
    assert len(view.history) == 1
    assert view.errors == {}

    await sim.submit(place.asha, view)
    pushed = sim.view(place.asha)
    assert pushed is not None
    assert pushed.title == "Sure?"
    assert pushed.previous_view_id == view.id
    assert pushed.root_view_id == view.id
    with pytest.raises(LookupError):
        await sim.submit(place.asha, view, {"count": "1"})
    await sim.submit(place.asha, pushed, {"count": "5"})
    assert sim.open_views(place.asha) == []


async def test_a_broken_answer_leaves_the_modal_and_tells_the_person(
    app: AsyncApp, connect: Connect, place: Place
) -> None:
    sim = place.sim

    @app.command("/count")
    async def count(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form())

    @app.view("form")
    async def submitted(ack: Any) -> None:
        await ack(response_action="errors", errors={"nowhere": "lost"})

    await connect()
    await sim.slash(place.asha, place.channel, "/count")
    view = await sim.wait_for(lambda: sim.view(place.asha))
    delivery = await sim.submit(place.asha, view, {"count": "1"})
    assert delivery.acked
    assert "nowhere" in (delivery.problem or "")
    assert sim.view(place.asha) is view


async def test_view_closed_only_where_asked_for(app: AsyncApp, connect: Connect, place: Place) -> None:
    sim = place.sim
    closed: list[bool] = []

    @app.command("/count")
    async def count(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form(notify_on_close=body["text"] == "tell"))

    @app.view_closed("form")
    async def on_close(ack: Any, body: Json) -> None:
        closed.append(body["is_cleared"])
        await ack()

    await connect()
    for text in ("", "tell"):
        await sim.slash(place.asha, place.channel, "/count", text)
        view = await sim.wait_for(lambda: sim.view(place.asha))
        delivery = await sim.close(place.asha, view)
        assert delivery.acked == (text == "tell")
        assert sim.view(place.asha) is None
    assert closed == [False]


async def test_events_home_and_shortcut(app: AsyncApp, connect: Connect, place: Place, client: AsyncWebClient) -> None:
    sim = place.sim
    seen: list[str] = []

    @app.event("message")
    async def message(event: Json) -> None:
        seen.append(f"message {event['text']} {event['channel']} {len(event.get('files', []))}")

    @app.event("app_home_opened")
    async def home(event: Json, client: AsyncWebClient) -> None:
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}, actions(button("refresh"))]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    @app.event("member_joined_channel")
    async def joined(event: Json) -> None:
        seen.append(f"joined {event['user']}")

    @app.shortcut("mark")
    async def mark(ack: Any, body: Json) -> None:
        seen.append(f"mark {body['message']['text']}")
        await ack()

    @app.action("refresh")
    async def refresh(ack: Any, body: Json) -> None:
        seen.append(f"refresh {body['view']['type']}")
        await ack()

    await connect()
    said = await sim.say(place.asha, place.channel, "hello", files=[("count.csv", b"a,b")])
    assert said.acked
    assert (await sim.open_home(place.asha)).acked
    page = await sim.wait_for(lambda: sim.home(place.asha))
    assert "hello" in page.text_all()
    assert (await sim.press(place.asha, page, "refresh")).acked
    newcomer = sim.add_user("new")
    assert (await sim.join(newcomer, place.channel)).acked
    assert (await sim.shortcut(place.asha, sim.messages(place.channel)[0], "mark")).acked
    await sim.wait_for(lambda: len(seen) == 4)
    assert seen[0] == f"message hello {place.channel} 1"
    assert set(seen[1:]) == {"refresh home", f"joined {newcomer}", "mark hello"}


async def test_a_message_that_is_edited_and_deleted(app: AsyncApp, connect: Connect, place: Place) -> None:
    sim = place.sim
    heard: list[Json] = []

    @app.event("message")
    async def said(event: Json) -> None:
        heard.append(event)

    await connect()
    await sim.say(place.asha, place.channel, "12 parcels")
    [message] = sim.messages(place.channel)
    with pytest.raises(LookupError):
        await sim.edit(place.ravi, message, "13 parcels")
    assert (await sim.edit(place.asha, message, "11 parcels")).acked
    assert (await sim.delete(place.asha, message)).acked
    with pytest.raises(LookupError):
        await sim.delete(place.asha, message)
    await sim.wait_for(lambda: len(heard) == 3)
    _, edited, deleted = heard
    assert (edited["subtype"], edited["message"]["text"]) == ("message_changed", "11 parcels")
    assert edited["previous_message"]["text"] == "12 parcels"
    assert edited["message"]["edited"] == {"user": place.asha, "ts": edited["event_ts"]}
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", message.ts)
    assert deleted["previous_message"]["user"] == place.asha


async def test_events_that_the_bot_may_not_hear_are_not_sent(app: AsyncApp, connect: Connect, place: Place) -> None:
    sim = place.sim
    await connect()
    away = sim.add_channel("away", members=[place.asha], with_bot=False)
    assert (await sim.say(place.asha, away, "psst")).attempts == 0
    sim.scopes.discard("channels:history")
    assert (await sim.say(place.asha, place.channel, "psst")).attempts == 0


async def test_the_bot_hears_itself(app: AsyncApp, connect: Connect, place: Place, client: AsyncWebClient) -> None:
    sim = place.sim
    sim.echo_own_messages = True
    await connect()
    await client.chat_postMessage(channel=place.channel, text="mine")
    await sim.wait_for(lambda: sim.deliveries and sim.deliveries[0].acked)
    event = sim.deliveries[0].envelope["payload"]["event"]
    assert (event["bot_id"], event["user"]) == (sim.bot_id, sim.bot_user_id)


async def test_choices_in_a_message(app: AsyncApp, connect: Connect, place: Place, client: AsyncWebClient) -> None:
    sim = place.sim
    picked: list[str] = []
    options = [{"text": {"type": "plain_text", "text": name}, "value": name} for name in ("short", "damaged")]
    select = {"type": "static_select", "action_id": "reason", "options": options}
    radio = {"type": "radio_buttons", "action_id": "kind", "options": options}

    @app.action("reason")
    @app.action("kind")
    async def choose(ack: Any, action: Json, body: Json) -> None:
        await ack()
        picked.append(action["selected_option"]["value"])
        values = body["state"]["values"]["acts"]
        picked.append(str((values["kind"]["selected_option"] or {}).get("value")))

    await connect()
    await client.chat_postMessage(channel=place.channel, text="why", blocks=[actions(select, radio)])
    [message] = sim.messages(place.channel)
    await sim.press(place.asha, message, "reason", "damaged")
    await sim.press(place.asha, message, "kind", "short")
    with pytest.raises(LookupError):
        await sim.press(place.asha, message, "reason", "lost")
    await sim.wait_for(lambda: len(picked) == 4)
    assert picked == ["damaged", "None", "short", "short"]


async def test_a_button_in_a_menu(app: AsyncApp, connect: Connect, place: Place, client: AsyncWebClient) -> None:
    sim = place.sim
    chosen: list[Json] = []
    names = ("count.h1", "report.h1", "count.h2")
    options = [{"text": {"type": "plain_text", "text": name}, "value": name} for name in names]

    @app.action("more")
    async def choose(ack: Any, action: Json) -> None:
        await ack()
        chosen.append(action)

    await connect()
    menu = {"type": "overflow", "action_id": "more", "options": options}
    await client.chat_postMessage(channel=place.channel, text="card", blocks=[actions(button("end"), menu)])
    [message] = sim.messages(place.channel)
    assert [(one["action_id"], one.get("value")) for one in message.buttons()][1:] == [
        ("count", "h1"),
        ("report", "h1"),
        ("count", "h2"),
    ]
    await sim.press(place.asha, message, "count")
    await sim.press(place.asha, message, "count", "h2")
    await sim.press(place.asha, message, "more", "report.h1")
    await sim.wait_for(lambda: len(chosen) == 3)
    assert [one["selected_option"]["value"] for one in chosen] == ["count.h1", "count.h2", "report.h1"]
    assert {(one["type"], one["action_id"], "value" in one) for one in chosen} == {("overflow", "more", False)}
    with pytest.raises(LookupError):
        await sim.press(place.asha, message, "report", "h2")


async def test_redelivery_runs_the_listener_twice(app: AsyncApp, connect: Connect, place: Place) -> None:
    ids: list[str] = []

    @app.command("/count")
    async def count(ack: Any, body: Json) -> None:
        ids.append(body["trigger_id"])
        await ack("done")

    await connect()
    first = await place.sim.slash(place.asha, place.channel, "/count")
    second = await place.sim.redeliver(first)
    assert second.acked
    assert second.envelope == first.envelope
    assert len(ids) == 2
    assert ids[0] == ids[1]
    assert len(place.sim.ephemerals(place.asha)) == 1
