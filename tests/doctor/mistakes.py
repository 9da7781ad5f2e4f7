"""Twenty mistakes that people make when they set the bot up, each made in an installation that was well.

A mistake is a function that changes the world or the installation: its docstring is what the page says of it.
"""

import shutil
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.support import LOCATION, World
from tests.test_cli import Installation


@dataclass
class Place:
    """An installation in its world, its values in `.env` as a person writes them."""

    at: World
    bot: Installation
    stack: AsyncExitStack
    """What is opened for a mistake is closed after it."""
    free: int = 52 * 2**30
    """Bytes on its disk: that of whoever runs the tests says nothing."""
    minds_rights: bool = False
    """Whether root minds a file's rights, too."""
    values: dict[str, str] = field(default_factory=dict)
    mode: int = 0o600

    @property
    def toml(self) -> Path:
        return self.at.folder / "bot.toml"

    def write(self) -> None:
        """Writes `.env`."""
        file = self.at.folder / ".env"
        file.write_text("".join(f"{name}={value}\n" for name, value in self.values.items()), encoding="utf-8")
        file.chmod(self.mode)

    def change(self, old: str, new: str) -> None:
        """In bot.toml."""
        text = self.toml.read_text(encoding="utf-8")
        assert old in text, f"bot.toml has no {old}"
        self.toml.write_text(text.replace(old, new), encoding="utf-8")

    def operators(self, *ids: str) -> None:
        """Other operators in bot.toml."""
        named = ", ".join(f'"{one}"' for one in ids)
        self.change(f'operators = ["{self.at.operator}"]', f"operators = [{named}]")


Mistake = Callable[[Place], Awaitable[None]]


async def swapped(place: Place) -> None:
    """The tokens are swapped.

    The bot token stands in `SLACK_APP_TOKEN`, and the app-level token in `SLACK_BOT_TOKEN`.
    """
    one, other = "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"
    place.values[one], place.values[other] = place.values[other], place.values[one]


async def revoked(place: Place) -> None:
    """The token was revoked.

    Somebody removed the app from the workspace, or made new tokens.
    """
    place.at.slack.revoke_token()


async def missing_scope(place: Place) -> None:
    """A scope is missing.

    The app was made by hand, or from an older manifest.
    """
    place.at.slack.scopes -= {"reactions:write", "usergroups:read"}


async def not_invited(place: Place) -> None:
    """The bot was not invited.

    Nobody has typed `/invite @OTC Bot` in the channel.
    """
    place.change(place.at.channel, place.at.slack.add_channel("returns-pune", with_bot=False))


async def no_channel(place: Place) -> None:
    """The channel does not exist.

    The id in `bot.toml` is of no channel of this workspace.
    """
    place.change(place.at.channel, "C0123ABCD")


async def archived(place: Place) -> None:
    """The channel is archived."""
    place.at.slack.archive(place.at.channel)


async def channel_by_name(place: Place) -> None:
    """A channel by its name.

    `bot.toml` has `channel = "#returns-blr"`.
    """
    place.change(place.at.channel, "#returns-blr")


async def misspelt_channel(place: Place) -> None:
    """A channel by a name that is not quite its name.

    `bot.toml` has `channel = "#returns-bir"`.
    """
    place.change(place.at.channel, "#returns-bir")


async def wrong_location(place: Place) -> None:
    """A wrong location id."""
    place.change(f'"{LOCATION}"', '"LOC9"')


async def wrong_secret(place: Place) -> None:
    """A wrong secret.

    `FLIPKART_APP_SECRET` is not the one that belongs to `FLIPKART_APP_ID`.
    """
    place.values["FLIPKART_APP_SECRET"] = "copied-from-elsewhere"


async def space_at_the_end(place: Place) -> None:
    """A space at the end of a value.

    The bot leaves it out and works.
    """
    place.values["FLIPKART_APP_SECRET"] += " "


async def misspelt_variable(place: Place) -> None:
    """A misspelt key in .env.

    `SLACK_BOT_TOKN` in place of `SLACK_BOT_TOKEN`.
    """
    place.values["SLACK_BOT_TOKN"] = place.values.pop("SLACK_BOT_TOKEN")


async def misspelt_key(place: Place) -> None:
    """A misspelt key in bot.toml.

    `arrival_seconds` in place of `arrivals_seconds`.
    """
    place.change("arrivals_seconds", "arrival_seconds")


async def location_twice(place: Place) -> None:
    """A location stands there twice."""
    text = place.toml.read_text(encoding="utf-8")
    place.toml.write_text(text + text[text.index("[[locations]]") :], encoding="utf-8")


async def senseless_hours(place: Place) -> None:
    """Hours that make no sense.

    `hours = "8am-10pm"`.
    """
    place.change('name = "Bengaluru dock"', 'name = "Bengaluru dock"\nhours = "8am-10pm"')


async def no_zone(place: Place) -> None:
    """A time zone that does not exist.

    `timezone = "Asia/Calcuta"`.
    """
    place.change("Asia/Kolkata", "Asia/Calcuta")


async def closed_folder(place: Place) -> None:
    """A folder that can't be written.

    `DATABASE_URL` names a folder in which the bot's user may not write.
    """
    folder = place.at.folder / "data"
    folder.mkdir(mode=0o500)
    place.stack.callback(shutil.rmtree, folder)
    place.values["DATABASE_URL"] = f"sqlite:///{folder / 'otc-bot.db'}"
    place.minds_rights = True


async def closed_above(place: Place) -> None:
    """A folder above the database is closed.

    `DATABASE_URL` names a folder that lies in one which the bot's user may not enter.
    """
    folder = place.at.folder / "data"
    (folder / "bot").mkdir(parents=True)
    folder.chmod(0)
    place.stack.callback(shutil.rmtree, folder)
    place.stack.callback(folder.chmod, 0o700)
    place.values["DATABASE_URL"] = f"sqlite:///{folder / 'bot' / 'otc-bot.db'}"
    place.minds_rights = True


async def wrong_clock(place: Place) -> None:
    """The machine's clock is wrong by ten minutes."""
    place.at.slack.now = lambda: time.time() + 600
    place.at.flipkart.goes_by(lambda: time.time() + 600)


async def no_group(place: Place) -> None:
    """A user group that does not exist."""
    place.operators("S0123GONE")


async def no_plan(place: Place) -> None:
    """A plan of Slack without user groups.

    `operators` names a user group, and the workspace is on the free plan.
    """
    place.operators(place.at.slack.add_usergroup("dock-leads", users=[place.at.operator], group_id="S0123LEADS"))
    place.at.slack.paid = False


async def has_left(place: Place) -> None:
    """Somebody who has left is still named.

    Their account in Slack is deactivated, and `operators` has their id beside another one.
    """
    place.operators(place.at.operator, place.at.second)
    place.at.slack.deactivate(place.at.second)


async def nobody(place: Place) -> None:
    """An id of nobody.

    `operators` has an id that Slack does not know, such as one of another workspace.
    """
    place.operators(place.at.operator, "U0123GONE")


async def port_taken(place: Place) -> None:
    """The port is taken.

    Another program listens on `HTTP_PORT`.
    """
    other = place.stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    place.values["HTTP_PORT"] = str(other.getsockname()[1])


async def full_disk(place: Place) -> None:
    """The disk is nearly full."""
    place.free = 64 * 2**20


async def secret_without_token(place: Place) -> None:
    """A signing secret without an app token.

    The app is made for Socket Mode, and `.env` has `SLACK_SIGNING_SECRET` and no `SLACK_APP_TOKEN`.
    """
    del place.values["SLACK_APP_TOKEN"]
    place.values["SLACK_SIGNING_SECRET"] = place.at.slack.signing_secret


async def open_env(place: Place) -> None:
    """Everybody can read .env."""
    place.mode = 0o644


MISTAKES: tuple[Mistake, ...] = (
    *(swapped, revoked, missing_scope, not_invited, no_channel, archived, channel_by_name, misspelt_channel),
    *(wrong_location, wrong_secret, space_at_the_end, misspelt_variable, misspelt_key),
    *(location_twice, senseless_hours, no_zone, closed_folder, closed_above),
    *(wrong_clock, no_group, no_plan, has_left, nobody),
    *(port_taken, full_disk, secret_without_token, open_env),
)
