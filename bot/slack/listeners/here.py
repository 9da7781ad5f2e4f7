"""Message shortcuts in a thread: what the card's buttons do, where no command can be typed."""

from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.handover.find import Traces
from bot.handover.model import Actor
from bot.i18n import N_, _
from bot.slack import ids
from bot.slack.answer import Asker
from bot.slack.blocks import modals
from bot.slack.blocks.codes import start_answer, start_text
from bot.slack.blocks.text import section
from bot.slack.ids import BrokenPayloadError
from bot.slack.listeners.desk import Desk
from bot.slack.listeners.endings import END_TITLE, end_view

NO_HANDOVER = N_(
    "This message belongs to no handover: choose the shortcut on an FE's card, or on a message in the card's thread."
)


def register(app: AsyncApp, desk: Desk, traces: Traces) -> None:
    """Adds the shortcuts."""

    @app.message_shortcut(ids.START_HERE)
    async def start(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        asker, root = _place(body)
        wish = partial(_start, desk, traces, asker, root)
        desk.work.start(desk.alone(asker, f"start in {root}", wish), "start shortcut")

    @app.message_shortcut(ids.END_HERE)
    async def end(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        asker, root = _place(body)
        wish = partial(_end, desk, traces, asker, root)
        desk.work.start(desk.in_modal(asker, f"end in {root}", END_TITLE, wish), "end shortcut")


def _place(body: dict[str, Any]) -> tuple[Asker, str]:
    """Who chose the shortcut, and the root of the thread in which the message stands; itself, if it is one."""
    asker, message = Asker.of_interaction(body), body.get("message")
    given = message if isinstance(message, dict) else {}
    ts, root = given.get("ts"), given.get("thread_ts")
    if not isinstance(ts, str) or not ts:
        raise BrokenPayloadError("a shortcut on no message")
    if not isinstance(root, str) or not root or root == ts:
        return asker, ts
    # A response_url answers in the channel; who chose the shortcut looks at the thread.
    return replace(asker, response_url="", thread_ts=root), root


async def _start(desk: Desk, traces: Traces, asker: Asker, root: str) -> tuple[str, list[Block]]:
    handover_id = await traces.thread(asker.channel_id, root)
    if handover_id is None:
        return _(NO_HANDOVER), [section(_(NO_HANDOVER))]
    answer = await desk.start.for_handover(Actor(asker.user_id), handover_id, again=False)
    return start_text([answer]), start_answer(answer, desk.zone, desk.clock())


async def _end(desk: Desk, traces: Traces, asker: Asker, root: str) -> View:
    handover_id = await traces.thread(asker.channel_id, root)
    if handover_id is None:
        return modals.message(_(END_TITLE), _(NO_HANDOVER))
    return await end_view(await desk.end.open(Actor(asker.user_id), handover_id), desk.own, desk.expecting)
