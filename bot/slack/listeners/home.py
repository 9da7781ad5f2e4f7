"""App Home: drawn when its owner opens it, and then when something changes."""

from slack_sdk.models.views import View

from bot.handover.model import Actor
from bot.i18n import use
from bot.slack.answer import Asker
from bot.slack.blocks.home import home
from bot.slack.declared import Body, Right, hears
from bot.slack.ids import BrokenPayloadError
from bot.slack.listeners.desk import Desk


def _owner(body: Body) -> str | None:
    event = body["event"]
    user = event.get("user")
    if not isinstance(user, str) or not user:
        raise BrokenPayloadError("a Home that nobody opened")
    return user if event.get("tab", "home") == "home" else None


@hears("app_home_opened", right=Right.ANYBODY, reads=_owner)
async def home_opened(desk: Desk, user: str) -> None:
    """Shows what its owner may see: nothing to who works at no location."""
    await desk.homes.opened(user)


async def draw(desk: Desk, user: str, *, recheck: bool) -> View:
    """The Home tab of a user, in their language; without `recheck`, Slack is asked for nothing."""
    board, wishes = await desk.board.of(Actor(user), recheck=recheck), desk.wishes
    if not board.unchecked:
        desk.languages.serve(user, [location for location, _present in board.docks])
    with use(await wishes.language_of(Asker(user)) if recheck else wishes.language_now(Asker(user))):
        return home(board, desk.zone, desk.clock(), desk.languages.chosen(user), wishes.admins.people)
