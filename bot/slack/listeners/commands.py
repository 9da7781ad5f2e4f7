"""/start-otc and /end-otc."""

from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.models.blocks import Block, DividerBlock
from slack_sdk.models.views import View

from bot.handover.answers import NobodyWaiting, StartAnswer
from bot.handover.location import Location
from bot.handover.model import Actor
from bot.handover.ports import ReturnsApiError
from bot.handover.refusals import Refusal
from bot.handover.who import clean
from bot.slack.answer import Asker
from bot.slack.blocks.codes import start_answer, start_text
from bot.slack.blocks.sentences import no_location
from bot.slack.blocks.text import section
from bot.slack.listeners.desk import Desk, why_not
from bot.slack.listeners.endings import END_TITLE, end_view


def register(app: AsyncApp, desk: Desk) -> None:
    """Adds the slash commands."""

    @app.command("/start-otc")
    async def start_otc(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        asker = Asker.of_command(body)
        locations = desk.locations.in_channel(asker.channel_id)
        query = clean(str(body.get("text") or ""))
        wish = partial(_codes, desk, asker, locations, query)
        desk.work.start(desk.alone(asker, f"/start-otc {query}", wish), "/start-otc")

    @app.command("/end-otc")
    async def end_otc(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        asker = Asker.of_command(body)
        locations = desk.locations.in_channel(asker.channel_id)
        if not locations:
            desk.work.start(desk.alone(asker, "/end-otc", partial(_nowhere, desk)), "/end-otc")
            return
        query = clean(str(body.get("text") or ""))
        wish = partial(_find, desk, asker, locations, query)
        desk.work.start(desk.in_modal(asker, f"/end-otc {query}", END_TITLE, wish), "/end-otc")


async def _nowhere(desk: Desk) -> tuple[str, list[Block]]:
    channels = list(dict.fromkeys(location.channel for location in desk.locations))
    text = no_location(channels)
    return text, [section(text)]


async def _find(desk: Desk, asker: Asker, locations: list[Location], query: str) -> View:
    return await end_view(await desk.end.find(Actor(asker.user_id), locations, query), desk.own, desk.expecting)


async def _codes(desk: Desk, asker: Asker, locations: list[Location], query: str) -> tuple[str, list[Block]]:
    if not locations:
        return await _nowhere(desk)
    answers: list[StartAnswer] = []
    problems: list[Refusal | ReturnsApiError] = []
    for location in locations:
        try:
            answers.append(await desk.start.for_location(Actor(asker.user_id), location, query))
        except (Refusal, ReturnsApiError) as error:
            problems.append(error)
    if not answers:
        raise problems[0]
    told = [answer for answer in answers if not isinstance(answer, NobodyWaiting)] or answers
    blocks: list[Block] = []
    for answer in told:
        if blocks:
            blocks.append(DividerBlock())
        blocks += start_answer(answer, desk.zone, desk.clock())
    blocks += [section(why_not(asker, error)) for error in problems if isinstance(error, ReturnsApiError)]
    return start_text(answers), blocks[:50]
