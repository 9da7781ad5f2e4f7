"""App Home: drawn anew whenever its owner opens it."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.handover.model import Actor
from bot.slack.blocks.home import home
from bot.slack.ids import BrokenPayloadError
from bot.slack.listeners.desk import Desk


def register(app: AsyncApp, desk: Desk) -> None:
    """Adds the Home tab."""

    @app.event("app_home_opened")
    async def opened(event: dict[str, Any]) -> None:
        user = event.get("user")
        if not isinstance(user, str) or not user:
            raise BrokenPayloadError("a Home that nobody opened")
        if event.get("tab", "home") == "home":
            desk.work.start(_draw(desk, user), "home")


async def _draw(desk: Desk, user: str) -> None:
    board = await desk.board.of(Actor(user))
    await desk.answers.publish(user, home(board, desk.zone, desk.clock()))
