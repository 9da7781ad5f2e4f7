"""All checks, in order: this machine, then of each house the settings, the database, Slack and Flipkart."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from bot.doctor import flipkart, slack
from bot.doctor.database import arrivals, database
from bot.doctor.finding import Finding, Level, counted, ok, warn
from bot.doctor.machine import env_file
from bot.doctor.scopes import needed
from bot.settings import Settings
from bot.slack.session import slack_session
from bot.timing import Timing


async def examine(houses: Sequence[Settings]) -> AsyncIterator[Finding]:
    """What is found, as soon as it is; each finding names its house where there are several."""
    async for finding in env_file(Path(".env")):
        yield finding
    for settings in houses:
        whose = f"{settings.workspace} " if len(houses) > 1 else ""
        async for finding in _house(settings):
            yield replace(
                finding,
                what=f"{whose}{finding.what}",
                said=_as_named(finding.said, settings),
                mend=_as_named(finding.mend, settings),
            )


def _as_named(text: str, settings: Settings) -> str:
    """With the variables called as bot.toml calls them, where it does."""
    for setting, name in settings.variables.items():
        text = re.sub(rf"\b{setting.upper()}\b", name, text)
    return text


async def _house(settings: Settings) -> AsyncIterator[Finding]:
    locations = counted(len(settings.toml.locations), "location")
    yield ok("settings", f"{locations}, zone {settings.toml.timezone}")
    for line in settings.warnings():
        yield warn("settings", line)
    async for finding in database(settings.env.database_url):
        yield finding
    async for finding in arrivals(settings):
        yield finding
    async for finding in _slack(settings):
        yield finding
    async for finding in _flipkart(settings):
        yield finding


async def _slack(settings: Settings) -> AsyncIterator[Finding]:
    env = settings.env
    async with slack_session(Timing().slack) as session:
        client = AsyncWebClient(
            token=env.slack_bot_token.get_secret_value(), base_url=env.slack_api_url, session=session
        )
        tells = any(location.soonest_step for location in settings.toml.locations)
        async for finding in slack.bot_token(client, needed(tells=tells)):
            yield finding
            if finding.what == slack.BOT_TOKEN and finding.level is Level.FAIL:
                return
        if env.slack_app_token is None:
            path = "/slack/events" + (f"/{settings.workspace}" if settings.workspace else "")
            yield ok("slack mode", f"HTTP at {path}")
        else:
            async for finding in slack.app_token(client, env.slack_app_token.get_secret_value()):
                yield finding
        for location in settings.toml.locations:
            async for finding in slack.channel(client, location):
                yield finding


async def _flipkart(settings: Settings) -> AsyncIterator[Finding]:
    client = flipkart.client_of(settings)
    try:
        async for finding in flipkart.token(client, settings.env.flipkart_api_url):
            yield finding
            if finding.level is Level.FAIL:
                return
        for location in settings.toml.locations:
            async for finding in flipkart.location(client, location.id):
                yield finding
    finally:
        await client.close()
