"""All checks, in order: this machine, then of each house the settings, the database, Slack and Flipkart."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import now
from bot.doctor import channels, flipkart, machine, slack
from bot.doctor.clocks import Clocks
from bot.doctor.database import arrivals, database, file_of, folders, process_on
from bot.doctor.finding import Finding, Level, counted, guarded, note, ok, warn
from bot.doctor.people import named_in, people
from bot.doctor.scopes import needed
from bot.doctor.settings import slips, values
from bot.doctor.webhooks import webhooks
from bot.settings import Settings
from bot.slack.session import slack_session
from bot.timing import Timing


async def examine(houses: Sequence[Settings], env_file: Path, *, every: bool = False) -> AsyncIterator[Finding]:
    """What is found, as soon as it is; each finding names its house where there are several.

    Args:
        houses: the settings of each.
        env_file: such as `.env`.
        every: whether keys that have their default are listed too.
    """
    async for finding in guarded("this machine", _machine(houses)):
        yield finding
    async for finding in guarded("settings", values(houses, env_file, every=every)):
        yield finding
    clocks = Clocks(now)
    sellers: set[str] = set()
    for settings in houses:
        whose = f"{settings.workspace} " if len(houses) > 1 else ""
        async for finding in guarded("settings", _house(settings, clocks, counts=settings.seller not in sellers)):
            yield replace(
                finding,
                what=f"{whose}{finding.what}",
                said=_as_named(finding.said, settings),
                mend=_as_named(finding.mend, settings),
            )
        sellers.add(settings.seller)
    async for finding in guarded("clock", clocks.findings()):
        yield finding


def _as_named(text: str, settings: Settings) -> str:
    """With the variables called as bot.toml calls them, where it does."""
    for setting, name in settings.variables.items():
        text = re.sub(rf"\b{setting.upper()}\b", name, text)
    return text


async def before(env_file: Path, toml: Path) -> AsyncIterator[Finding]:
    """What can be looked at although the settings have mistakes."""
    async for finding in guarded("otc-bot", machine.versions()):
        yield finding
    async for finding in guarded(str(env_file), machine.env_file(env_file)):
        yield finding
    async for finding in guarded("settings", slips(env_file, toml)):
        yield finding


async def _machine(houses: Sequence[Settings]) -> AsyncIterator[Finding]:
    env = houses[0].env
    async for finding in guarded("time zone", machine.zone(houses[0].toml.timezone)):
        yield finding
    async for finding in guarded("fonts", machine.fonts(at.language for one in houses for at in one.toml.locations)):
        yield finding
    for what, folder in folders(houses).items():
        async for finding in guarded(what, machine.disk(what, folder)):
            yield finding
    if env.photos_folder is not None:
        async for finding in guarded("pictures", machine.pictures(env.photos_folder)):
            yield finding
    told = any(file_of(one) is not None for one in houses)
    port = machine.port(env.http_host, env.http_port, process_on(houses), told=told)
    async for finding in guarded("port", port):
        yield finding


async def _house(settings: Settings, clocks: Clocks, *, counts: bool) -> AsyncIterator[Finding]:
    """`counts`: whether its database counts the calls of its seller."""
    locations = counted(len(settings.toml.locations), "location")
    yield ok("settings", f"{locations}, zone {settings.toml.timezone}")
    for line in settings.warnings():
        yield warn("settings", line)
    async for finding in guarded("database", database(settings.env.database_url)):
        yield finding
    async for finding in guarded("arrivals", arrivals(settings)):
        yield finding
    async for finding in guarded("webhooks", webhooks(settings)):
        yield finding
    async for finding in guarded("slack", _slack(settings, clocks)):
        yield finding
    async for finding in guarded("flipkart", _flipkart(settings, clocks)):
        yield finding
    if counts:
        async for finding in guarded("flipkart quota", flipkart.kept(settings)):
            yield finding


async def _slack(settings: Settings, clocks: Clocks) -> AsyncIterator[Finding]:
    env = settings.env
    async with slack_session(Timing().slack, env.slack_api_url, partial(clocks.heard, "Slack's")) as session:
        client = slack.client_of(env.slack_api_url, env.slack_bot_token.get_secret_value(), session)
        async for finding in guarded(slack.BOT_TOKEN, slack.bot_token(client, needed(settings.toml.locations))):
            yield finding
            if finding.what == slack.BOT_TOKEN and finding.level is Level.FAIL:
                return
        async for finding in guarded(slack.APP_TOKEN, _way_in(settings, client)):
            yield finding
        for location in settings.toml.locations:
            async for finding in guarded(f"channel {location.channel}", channels.channel(client, location)):
                yield finding
        for one in _groups(settings):
            async for finding in guarded(f"user group {one}", channels.group(client, one)):
                yield finding
        named = named_in(settings.toml.admins, settings.toml.locations)
        async for finding in guarded("people", people(client, named)):
            yield finding


async def _way_in(settings: Settings, client: AsyncWebClient) -> AsyncIterator[Finding]:
    if settings.env.slack_app_token is not None:
        async for finding in slack.app_token(client, settings.env.slack_app_token.get_secret_value()):
            yield finding
        return
    path = "/slack/events" + (f"/{settings.workspace}" if settings.workspace else "")
    if not settings.workspace and "http_host" not in settings.env.model_fields_set:
        said = f"SLACK_SIGNING_SECRET is set and SLACK_APP_TOKEN is not, so the bot waits for Slack over HTTP at {path}"
        mend = "Set SLACK_APP_TOKEN for Socket Mode; or, if HTTP is meant, HTTP_HOST and HTTP_PORT, and this is silent."
        yield warn("slack mode", said, mend)
        return
    yield ok("slack mode", f"HTTP at {path}")
    said = f"whether Slack reaches {path} can't be told from here"
    yield note("slack requests", said, "Where presses do nothing, look whether your proxy passes it on to the bot.")


def _groups(settings: Settings) -> list[str]:
    """The user groups that are named, each once."""
    named = [one for one in settings.toml.admins if channels.is_group(one)]
    return list(dict.fromkeys([*named, *(one for at in settings.toml.locations for one in channels.groups_in(at))]))


async def _flipkart(settings: Settings, clocks: Clocks) -> AsyncIterator[Finding]:
    env = settings.env
    heard = partial(clocks.heard, "Flipkart's")
    client = flipkart.client_of(env.flipkart_api_url, env.flipkart_app_id, env.flipkart_app_secret, heard)
    try:
        async for finding in guarded(flipkart.TOKEN, flipkart.token(client, env.flipkart_api_url)):
            yield finding
            if finding.level is Level.FAIL:
                return
        for location in settings.toml.locations:
            async for finding in guarded(f"flipkart location {location.id}", flipkart.location(client, location.id)):
                yield finding
    finally:
        await client.close()
