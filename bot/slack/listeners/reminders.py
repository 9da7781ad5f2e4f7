"""The button "I'm on it" of a reminder."""

from bot.handover.model import Actor
from bot.slack import ids
from bot.slack.answer import Asker
from bot.slack.blocks.reminders import taken_answer
from bot.slack.blocks.text import section
from bot.slack.declared import Answer, Kind, Right, alone, handover
from bot.slack.listeners.desk import Desk


@alone(Kind.BUTTON, ids.TAKE, right=Right.OPERATOR, reads=handover)
async def take_button(desk: Desk, asker: Asker, handover_id: str) -> Answer:
    """The presser sees to the FE."""
    taken = await desk.duty.take(Actor(asker.user_id), handover_id)
    text = taken_answer(taken.handover, desk.zone, mine=taken.mine)
    return text, [section(text)]
