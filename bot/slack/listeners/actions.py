"""Buttons: on the card, and on the answers that only the asker sees."""

import re
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.handover.model import Actor
from bot.slack import ids
from bot.slack.answer import Asker
from bot.slack.blocks import modals
from bot.slack.blocks.codes import start_answer, start_text
from bot.slack.listeners.desk import Desk
from bot.slack.listeners.endings import COUNT_TITLE, END_TITLE, end_view


def register(app: AsyncApp, desk: Desk) -> None:
    """Adds the buttons."""

    @app.action(ids.START)
    async def start(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        asker = Asker.of_interaction(body)
        handover = ids.handover_id(action.get("value"))
        wish = partial(_start, desk, asker, handover, again=False)
        desk.work.start(desk.alone(asker, f"start {handover}", wish), "start button")

    @app.action(ids.NEW_CODE)
    async def new_code(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        asker = Asker.of_interaction(body)
        handover = ids.handover_id(action.get("value"))
        wish = partial(_start, desk, asker, handover, again=True)
        desk.work.start(desk.alone(asker, f"new code {handover}", wish, replace=True), "new code button")

    @app.action(ids.HIDE)
    async def hide(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        asker = Asker.of_interaction(body)
        desk.presses.forget(asker.user_id)
        desk.work.start(desk.answers.hide(asker), "hide button")

    @app.action(ids.COUNT)
    async def count(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        asker = Asker.of_interaction(body)
        handover = ids.handover_id(action.get("value"))
        wish = partial(_count, desk, asker, handover)
        desk.work.start(desk.in_modal(asker, f"count {handover}", COUNT_TITLE, wish), "count button")

    @app.action(ids.END)
    async def end(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        asker = Asker.of_interaction(body)
        handover = ids.handover_id(action.get("value"))
        wish = partial(_end, desk, asker, handover)
        desk.work.start(desk.in_modal(asker, f"end {handover}", END_TITLE, wish), "end button")

    @app.action(re.compile(".*"))
    async def unknown(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        asker = Asker.of_interaction(body)
        text = "This button is from another version of the bot. Use the newest card in the channel."
        desk.work.start(_say(desk, asker, text), "unknown button")


async def _start(desk: Desk, asker: Asker, handover_id: str, *, again: bool) -> tuple[str, list[Block]]:
    answer = await desk.start.for_handover(Actor(asker.user_id), handover_id, again=again)
    return start_text([answer]), start_answer(answer, desk.zone, desk.clock())


async def _count(desk: Desk, asker: Asker, handover_id: str) -> View:
    return modals.count_form(await desk.counting.form(Actor(asker.user_id), handover_id))


async def _end(desk: Desk, asker: Asker, handover_id: str) -> View:
    return end_view(await desk.end.open(Actor(asker.user_id), handover_id))


async def _say(desk: Desk, asker: Asker, text: str) -> None:
    await desk.say(asker, text)
