"""App Home: drawn when its owner opens it, and then when something changes."""

from typing import Any, Protocol

from slack_bolt.async_app import AsyncApp
from slack_sdk.models.views import View

from bot.handover.model import Actor
from bot.i18n import use
from bot.slack.answer import Asker
from bot.slack.blocks.home import home
from bot.slack.ids import BrokenPayloadError
from bot.slack.listeners.desk import Desk


class Opened(Protocol):
    """Shows the Home tab of who opened it."""

    async def opened(self, user_id: str) -> None:
        """The tab was opened."""


def register(app: AsyncApp, desk: Desk, homes: Opened) -> None:
    """Adds the Home tab."""

    @app.event("app_home_opened")
    async def opened(event: dict[str, Any]) -> None:
        user = event.get("user")
        if not isinstance(user, str) or not user:
            raise BrokenPayloadError("a Home that nobody opened")
        if event.get("tab", "home") == "home":
            desk.work.start(homes.opened(user), "home")


async def draw(desk: Desk, user: str, *, recheck: bool) -> View:
    """The Home tab of a user, in their language; without `recheck`, Slack is asked for nothing."""
    board = await desk.board.of(Actor(user), recheck=recheck)
    with use(await desk.language_of(Asker(user)) if recheck else desk.language_now(Asker(user))):
        return home(board, desk.zone, desk.clock())
