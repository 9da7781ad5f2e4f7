"""Buttons: on the card, and on the answers that only the asker sees."""

import re
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.models.blocks import ActionsBlock, Block
from slack_sdk.models.views import View

from bot.handover.model import Actor
from bot.i18n import _
from bot.slack import ids
from bot.slack.answer import Asker
from bot.slack.blocks import modals
from bot.slack.blocks.codes import start_answer, start_text
from bot.slack.blocks.own_scans import LISTED
from bot.slack.blocks.sentences import OLD_BUTTON
from bot.slack.listeners.desk import Desk
from bot.slack.listeners.endings import COUNT_TITLE, END_TITLE, START_TITLE, end_view


def register(app: AsyncApp, desk: Desk) -> None:
    """Adds the buttons."""

    @app.action(ids.START)
    async def start(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        asker = Asker.of_interaction(body)
        handover = ids.handover_id(action.get("value"))
        if not asker.channel_id:
            # On the Home tab there is no place for an answer to one person alone but a modal.
            view = partial(_start_view, desk, asker, handover)
            desk.work.start(desk.in_modal(asker, f"start {handover}", START_TITLE, view), "start button")
            return
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
        desk.work.start(desk.tell(asker, OLD_BUTTON), "unknown button")


async def _start(desk: Desk, asker: Asker, handover_id: str, *, again: bool) -> tuple[str, list[Block]]:
    answer = await desk.start.for_handover(Actor(asker.user_id), handover_id, again=again)
    return start_text([answer]), start_answer(answer, desk.zone, desk.clock())


async def _start_view(desk: Desk, asker: Asker, handover_id: str) -> View:
    _text, blocks = await _start(desk, asker, handover_id, again=False)
    # Their buttons replace and hide answers in a channel; a modal has a button to close it.
    shown = [block for block in blocks if not isinstance(block, ActionsBlock)]
    return View(type="modal", title=_(START_TITLE), blocks=shown, close=_("Close"))


async def _count(desk: Desk, asker: Asker, handover_id: str) -> View:
    form = await desk.counting.form(Actor(asker.user_id), handover_id)
    return modals.count_form(form, await desk.own.lists(form.handover, LISTED))


async def _end(desk: Desk, asker: Asker, handover_id: str) -> View:
    return await end_view(await desk.end.open(Actor(asker.user_id), handover_id), desk.own, desk.expecting)
