"""The button "I'm on it" of a reminder."""

from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.models.blocks import Block

from bot.handover.duty import Duty
from bot.handover.model import Actor
from bot.slack import ids
from bot.slack.answer import Asker
from bot.slack.blocks.reminders import taken_answer
from bot.slack.blocks.text import section
from bot.slack.listeners.desk import Desk


def register(app: AsyncApp, desk: Desk, duty: Duty) -> None:
    """Adds the button. Before `actions`, whose last listener takes every button that nobody else has taken."""

    @app.action(ids.TAKE)
    async def take(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        asker = Asker.of_interaction(body)
        handover = ids.handover_id(action.get("value"))
        wish = partial(_take, desk, duty, asker, handover)
        desk.work.start(desk.alone(asker, f"take {handover}", wish), "take button")


async def _take(desk: Desk, duty: Duty, asker: Asker, handover_id: str) -> tuple[str, list[Block]]:
    taken = await duty.take(Actor(asker.user_id), handover_id)
    text = taken_answer(taken.handover, desk.zone, mine=taken.mine)
    return text, [section(text)]
