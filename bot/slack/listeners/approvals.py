"""A second person's word on an End OTC: the two buttons below a wish."""

from bot import trace
from bot.handover.approvals import Word
from bot.handover.model import Actor
from bot.slack import ids
from bot.slack.answer import Asker
from bot.slack.blocks.approvals import decided_answer
from bot.slack.blocks.text import sections
from bot.slack.declared import Answer, Body, Kind, Right, alone, own_id, pressed
from bot.slack.listeners.desk import Desk

_WORDS = {ids.APPROVE: Word.GRANTED, ids.REFUSE: Word.REFUSED}


def _wish(body: Body) -> tuple[str, Word]:
    """The wish, whose id looks like a handover's, and what is said of it."""
    return own_id(body), _WORDS[pressed(body)["action_id"]]


@alone(Kind.BUTTON, ids.APPROVE, ids.REFUSE, right=Right.OPERATOR, reads=_wish)
async def decide_button(desk: Desk, asker: Asker, wish: tuple[str, Word]) -> Answer:
    """Grants or refuses an End OTC."""
    trace.about(await desk.approving.handover_of(wish[0]) or "")
    approval, new = await desk.approving.decide(Actor(asker.user_id), *wish)
    text = decided_answer(approval, new=new)
    return text, sections([text])
