"""The Start OTC: the command, the buttons and the message shortcut that ask for one."""

from functools import partial

from slack_sdk.models.blocks import Block, DividerBlock
from slack_sdk.models.views import View

from bot.handover.answers import NobodyWaiting, StartAnswer, StartCodesShown
from bot.handover.model import Actor, Handover
from bot.handover.ports import ReturnsApiError
from bot.handover.refusals import Refusal
from bot.handover.who import clean
from bot.i18n import N_, _
from bot.slack import ids
from bot.slack.answer import Asker
from bot.slack.blocks.codes import start_answer, start_became, start_replaced, start_text, start_view
from bot.slack.blocks.sentences import nobody_waiting
from bot.slack.blocks.text import section
from bot.slack.declared import Answer, Body, Kind, NotYet, Right, Then, alone, handover, in_thread, inside, opens, root
from bot.slack.listeners.desk import Desk
from bot.slack.press import why_not

START_TITLE = N_("Start OTC")
NO_HANDOVER = N_(
    "This message belongs to no handover: choose the shortcut on an FE's card, or on a message in the card's thread."
)


def named(body: Body) -> str:
    """The FE whose name was typed after a command; empty: any."""
    return clean(str(body.get("text") or ""))


@alone(Kind.COMMAND, "/start-otc", right=Right.OPERATOR, reads=named, at_location=True)
async def start_command(desk: Desk, asker: Asker, query: str) -> Answer | NotYet:
    """The codes of who waits at the channel's locations."""
    answers: list[StartAnswer] = []
    problems: list[Refusal | ReturnsApiError] = []
    for location in desk.locations.in_channel(asker.channel_id):
        try:
            answers.append(await desk.start.for_location(Actor(asker.user_id), location, query))
        except (Refusal, ReturnsApiError) as error:
            problems.append(error)
    if not answers:
        raise problems[0]
    if not problems and all(isinstance(answer, NobodyWaiting) for answer in answers):
        nobody = [line for answer in answers if isinstance(answer, NobodyWaiting) for line in nobody_waiting(answer)]
        return NotYet(start_text(answers), nobody)
    told = [answer for answer in answers if not isinstance(answer, NobodyWaiting)] or answers
    blocks: list[Block] = []
    for answer in told:
        if blocks:
            blocks.append(DividerBlock())
        blocks += start_answer(answer, desk.zone, desk.clock())
    blocks += [section(why_not(asker, error)) for error in problems if isinstance(error, ReturnsApiError)]
    return start_text(answers), blocks[:50]


@opens(Kind.BUTTON, ids.START, START_TITLE, right=Right.OPERATOR, reads=handover)
async def start_button(desk: Desk, asker: Asker, handover_id: str) -> View | Then:
    """The code of one handover, in front of the person wherever they have scrolled to."""
    return await _window(desk, asker, handover_id, again=False)


@inside(ids.NEW_CODE_HERE, START_TITLE, right=Right.OPERATOR, reads=handover)
async def new_code_here_button(desk: Desk, asker: Asker, handover_id: str) -> View | Then:
    """A new code in the modal of the one before."""
    return await _window(desk, asker, handover_id, again=True)


@alone(Kind.BUTTON, ids.NEW_CODE, right=Right.OPERATOR, reads=handover, replaces=True)
async def new_code_button(desk: Desk, asker: Asker, handover_id: str) -> Answer:
    """A new code in the place of the one before."""
    return await _code(desk, asker, handover_id, again=True)


@alone(Kind.SHORTCUT, ids.START_HERE, right=Right.OPERATOR, reads=root, asks=in_thread)
async def start_shortcut(desk: Desk, asker: Asker, thread: str) -> Answer:
    """The code of the handover in whose thread a message stands."""
    handover_id = await desk.traces.thread(asker.channel_id, thread)
    if handover_id is None:
        return _(NO_HANDOVER), [section(_(NO_HANDOVER))]
    return await _code(desk, asker, handover_id, again=False)


async def _window(desk: Desk, asker: Asker, handover_id: str, *, again: bool) -> View | Then:
    answer = await desk.start.for_handover(Actor(asker.user_id), handover_id, again=again)
    view = start_view(answer, desk.zone, desk.clock())
    if not isinstance(answer, StartCodesShown) or len(answer.codes) != 1:
        return view
    [shown], location = answer.codes, answer.location

    def became(handover: Handover) -> View | None:
        changed = start_became(shown, location, handover, desk.zone, desk.clock())
        return changed or (None if desk.start.holds(shown) else start_replaced(handover, location))

    return Then(view, partial(desk.windows.watch, handover_id, became))


async def _code(desk: Desk, asker: Asker, handover_id: str, *, again: bool) -> Answer:
    answer = await desk.start.for_handover(Actor(asker.user_id), handover_id, again=again)
    return start_text([answer]), start_answer(answer, desk.zone, desk.clock())
