"""The Start OTC: the command, the buttons and the message shortcut that ask for one; the code comes in a window."""

from collections.abc import Mapping, Sequence
from functools import partial

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot import trace
from bot.handover.answers import NobodyWaiting, StartAnswer, StartCodesShown
from bot.handover.model import Actor, Handover
from bot.handover.ports import ReturnsApiError
from bot.handover.refusals import Refusal
from bot.handover.who import clean
from bot.i18n import N_, _
from bot.slack import ids
from bot.slack.answer import Asker
from bot.slack.blocks import modals
from bot.slack.blocks.codes import start_became, start_view
from bot.slack.blocks.sentences import nobody_waiting
from bot.slack.declared import (
    Body,
    Kind,
    NotYet,
    Right,
    Then,
    handover,
    in_channel,
    in_thread,
    inside,
    itself,
    opens,
    root,
)
from bot.slack.listeners.desk import Desk
from bot.slack.windows import Change
from bot.slack.wishes import why_not

START_TITLE = N_("Start OTC")
NO_HANDOVER = N_(
    "This message belongs to no handover: choose the shortcut on an FE's card, or on a message in the card's thread."
)


def named(body: Body) -> str:
    """The FE whose name was typed after a command; empty: any."""
    return clean(str(body.get("text") or ""))


@opens(
    Kind.COMMAND,
    "/start-otc",
    START_TITLE,
    right=Right.OPERATOR,
    reads=named,
    at_location=True,
    or_alone=True,
    coded=in_channel,
)
async def start_command(desk: Desk, asker: Asker, query: str) -> View | Then | NotYet:
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
        return NotYet(_(START_TITLE), nobody)
    told = [answer for answer in answers if not isinstance(answer, NobodyWaiting)] or answers
    why = [why_not(asker, error) for error in problems if isinstance(error, ReturnsApiError)]
    return _window(desk, told, why)


@opens(Kind.BUTTON, ids.START, START_TITLE, right=Right.OPERATOR, reads=handover, coded=itself)
async def start_button(desk: Desk, asker: Asker, handover_id: str) -> View | Then:
    """The code of one handover, in front of the person wherever they have scrolled to."""
    return _window(desk, [await desk.start.for_handover(Actor(asker.user_id), handover_id, again=False)])


@inside(ids.NEW_CODE_HERE, START_TITLE, right=Right.OPERATOR, reads=handover, coded=itself)
async def new_code_here_button(desk: Desk, asker: Asker, handover_id: str) -> View | Then:
    """A new code in the window of the one before."""
    return _window(desk, [await desk.start.for_handover(Actor(asker.user_id), handover_id, again=True)])


@opens(
    Kind.SHORTCUT,
    ids.START_HERE,
    START_TITLE,
    right=Right.OPERATOR,
    reads=root,
    asks=in_thread,
    or_alone=True,
    coded=in_channel,
)
async def start_shortcut(desk: Desk, asker: Asker, thread: str) -> View | Then:
    """The code of the handover in whose thread a message stands."""
    handover_id = await desk.traces.thread(asker.channel_id, thread)
    if handover_id is None:
        return modals.message(_(START_TITLE), _(NO_HANDOVER))
    trace.about(handover_id)
    return _window(desk, [await desk.start.for_handover(Actor(asker.user_id), handover_id, again=False)])


def _window(desk: Desk, answers: Sequence[StartAnswer], why: Sequence[str] = ()) -> View | Then:
    """The window with these answers, in which a code that has done its work is replaced by what became of it."""
    view = start_view(answers, desk.zone, desk.clock(), why=why)
    given = [answer for answer in answers if isinstance(answer, StartCodesShown)]
    codes = {shown.handover.id: (shown, answer.location) for answer in given for shown in answer.codes}
    if not codes:
        return view
    if len(codes) == 1:
        trace.about(next(iter(codes)))  # a command has only found it
    ended: dict[str, list[Block]] = {}

    def became(handovers: Mapping[str, Handover]) -> Change | None:
        before = len(ended)
        for handover_id in codes.keys() & handovers.keys() - ended.keys():
            shown, location = codes[handover_id]
            holds = desk.start.holds(shown)
            now = handovers[handover_id]
            blocks = start_became(shown, location, now, desk.zone, desk.clock(), holds=holds, alone=len(codes) == 1)
            if blocks is not None:
                ended[handover_id] = blocks
        if len(ended) == before:
            return None
        view = start_view(answers, desk.zone, desk.clock(), why=why, ended=ended)
        return Change(view, last=len(ended) == len(codes))

    return Then(view, partial(desk.windows.watch_all, tuple(codes), became))
