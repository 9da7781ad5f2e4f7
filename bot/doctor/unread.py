"""What can be said of settings that have mistakes: the ids of channels that bot.toml calls by their names."""

import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from bot.doctor.channels import channel_id_of
from bot.doctor.finding import Finding, fail
from bot.handover.location import CHANNEL
from bot.settings import Environment, Where, read_environment
from bot.slack.errors import FAILURES
from bot.slack.session import slack_session
from bot.timing import Timing
from bot.values import AROUND


def toml_in(env_file: str) -> Path:
    """Where bot.toml is, as far as that can be told."""
    where = read_environment(Where, [], env_file)
    return where.bot_config if where is not None else Path("bot.toml")


async def channels_by_name(env_file: str, toml: Path) -> AsyncIterator[Finding]:
    """The id of each channel that is called by its name; nothing where Slack can't be asked."""
    names = _names(toml)
    env = read_environment(Environment, [], env_file) if names else None
    if env is None:
        return
    async with slack_session(Timing().slack) as session:
        token = env.slack_bot_token.get_secret_value()
        client = AsyncWebClient(token=token, base_url=env.slack_api_url, session=session)
        for name in names:
            try:
                found = await channel_id_of(client, name)
            except FAILURES:
                return
            if found is None:
                mend = "If it is private, type /invite @OTC Bot there; its id stands at the bottom of About."
                yield fail(f"channel {name}", "the bot sees no channel of this name", mend)
            else:
                said = f'the id of {name} is {found}: write channel = "{found}" into {toml}'
                yield fail(f"channel {name}", "bot.toml has its name and not its id", f"{said[:1].upper()}{said[1:]}.")


def _names(toml: Path) -> list[str]:
    """What stands where an id of a channel belongs, each once."""
    try:
        locations = tomllib.loads(toml.read_text(encoding="utf-8-sig")).get("locations")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return []
    tables = [one for one in locations if isinstance(one, dict)] if isinstance(locations, list) else []
    found = [one["channel"].strip(AROUND) for one in tables if isinstance(one.get("channel"), str)]
    return [one for one in dict.fromkeys(found) if one and not CHANNEL.fullmatch(one)]
