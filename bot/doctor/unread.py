"""What can be looked at although the settings have mistakes: accounts, the database, channels called by their names."""

import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from bot.doctor import flipkart, slack
from bot.doctor.called import UnseenError, channel_called, shown
from bot.doctor.database import database
from bot.doctor.finding import Finding, Level, fail, guarded
from bot.doctor.scopes import needed
from bot.handover.location import CHANNEL
from bot.settings import Environment, Read, SettingsError, Where, read_environment
from bot.slack.errors import FAILURES
from bot.slack.session import slack_session
from bot.timing import Timing
from bot.values import AROUND


def toml_in(env_file: str) -> Path:
    """Where bot.toml is, as far as that can be told."""
    where = _of_environment(Where, env_file)
    return where.bot_config if where is not None else Path("bot.toml")


async def rest(env_file: str, toml: Path) -> AsyncIterator[Finding]:
    """What is found where the mistakes are all in bot.toml; nothing where the environment has some."""
    env = _of_environment(Environment, env_file)
    if env is None:
        return
    async for finding in guarded("database", database(env.database_url)):
        yield finding
    async for finding in guarded("slack", _slack(env, toml)):
        yield finding
    client = flipkart.client_of(env.flipkart_api_url, env.flipkart_app_id, env.flipkart_app_secret)
    try:
        async for finding in guarded(flipkart.TOKEN, flipkart.token(client, env.flipkart_api_url)):
            yield finding
    finally:
        await client.close()


def _of_environment(kind: type[Read], env_file: str) -> Read | None:
    """The environment as `kind`; None where it has mistakes, which whoever loads the settings tells."""
    try:
        return read_environment(kind, [], env_file)
    except SettingsError:
        return None


async def _slack(env: Environment, toml: Path) -> AsyncIterator[Finding]:
    async with slack_session(Timing().slack) as session:
        client = slack.client_of(env.slack_api_url, env.slack_bot_token.get_secret_value(), session)
        async for finding in slack.bot_token(client, needed(())):
            yield finding
            if finding.what == slack.BOT_TOKEN and finding.level is Level.FAIL:
                return
        for name in _names(toml):
            async for finding in _by_name(client, name, toml):
                yield finding
        if env.slack_app_token is not None:
            async for finding in slack.app_token(client, env.slack_app_token.get_secret_value()):
                yield finding


async def _by_name(client: AsyncWebClient, name: str, toml: Path) -> AsyncIterator[Finding]:
    """The id of a channel that bot.toml calls by its name."""
    what = f"channel {shown(name)}"
    try:
        found, _ = await channel_called(client, name)
    except UnseenError as error:
        yield fail(what, error.said, f"{error.mend}.")
    except FAILURES as error:
        yield slack.refused(what, error)
    else:
        yield fail(what, "bot.toml has its name and not its id", f'Write channel = "{found}" into {toml}.')


def _names(toml: Path) -> list[str]:
    """What stands where an id of a channel belongs, each once."""
    try:
        locations = tomllib.loads(toml.read_text(encoding="utf-8-sig")).get("locations")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return []
    tables = [one for one in locations if isinstance(one, dict)] if isinstance(locations, list) else []
    found = [one["channel"].strip(AROUND) for one in tables if isinstance(one.get("channel"), str)]
    return [one for one in dict.fromkeys(found) if one and not CHANNEL.fullmatch(one)]
