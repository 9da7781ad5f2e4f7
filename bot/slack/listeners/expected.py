"""Lists of expected parcels: what brings one, shows one and takes one back."""

from typing import Any

from slack_sdk.models.views import View

from bot.handover.find import ServesNothing
from bot.handover.model import Actor
from bot.i18n import N_, _
from bot.slack import ids
from bot.slack.answer import Asker
from bot.slack.blocks import brought
from bot.slack.blocks import expected as blocks
from bot.slack.blocks.found import SERVES_NOTHING
from bot.slack.blocks.text import section, sections
from bot.slack.declared import Answer, Body, Kind, Right, alone, by_itself, handover, opens, own_id, pressed
from bot.slack.listeners.desk import Desk
from bot.slack.listeners.word import Word


def _files(body: Body) -> tuple[list[dict[str, Any]], str]:
    """The files of a shortcut's message, and what stands beside them."""
    message = body.get("message")
    said = message if isinstance(message, dict) else {}
    found, text = said.get("files"), said.get("text")
    given = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return given, text if isinstance(text, str) else ""


@by_itself(Kind.SHORTCUT, ids.READ_LIST, right=Right.OPERATOR, reads=_files)
async def read_shortcut(desk: Desk, asker: Asker, files: tuple[list[dict[str, Any]], str]) -> None:
    """Reads the file of a message as a list."""
    await desk.reading.take(asker, *files)


def _sheet(body: Body) -> tuple[str, int]:
    return ids.sheet(pressed(body).get("value"))


@by_itself(Kind.BUTTON, *(f"{ids.READ_SHEET}_{n}" for n in range(ids.MOST_SHEETS)), right=Right.OPERATOR, reads=_sheet)
async def sheet_button(desk: Desk, asker: Asker, sheet: tuple[str, int]) -> None:
    """Reads another sheet of a list's file."""
    await desk.reading.take_sheet(asker, *sheet)


@opens(Kind.BUTTON, ids.SHOW_LISTS, blocks.LISTS_TITLE, right=Right.OPERATOR, reads=handover)
async def lists_button(desk: Desk, asker: Asker, handover_id: str) -> View:
    """What should still come with a handover."""
    return blocks.lists_view(*await desk.expecting.show(Actor(asker.user_id), handover_id))


@alone(Kind.BUTTON, ids.TAKE_BACK, right=Right.OPERATOR, reads=own_id)
async def withdraw_button(desk: Desk, asker: Asker, list_id: str) -> Answer:
    """Takes a list back; its id looks like a handover's."""
    answer = await desk.dropping.take_back(Actor(asker.user_id), list_id)
    lines = brought.taken_back(answer, desk.locations, desk.zone)
    return lines[0], sections(lines)


async def _recent(desk: Desk, asker: Asker, _typed: str) -> Answer:
    try:
        found = await desk.dropping.recent(Actor(asker.user_id))
    except ServesNothing:
        return _(SERVES_NOTHING), [section(desk.wishes.admins.named(_(SERVES_NOTHING)))]
    return _(brought.LISTS_TITLE), brought.recent(found, desk.locations, desk.zone)


LISTS = Word(
    "lists",
    N_("The lists of expected parcels that were dropped, each with a way to take it back."),
    Right.OPERATOR,
    _recent,
)
"""`/otc lists`: the lists that the person can take back."""
