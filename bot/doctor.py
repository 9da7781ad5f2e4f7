"""`otc-bot doctor`: looks at everything that an installation needs, one line each."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import now
from bot.flipkart.client import FlipkartClient
from bot.flipkart.errors import FlipkartError, UnauthorisedError
from bot.flipkart.quota import Quota
from bot.settings import Settings
from bot.slack.errors import ADVICE, FAILURES, explain, explain_app_token
from bot.slack.session import slack_session
from bot.store.calls import CallStore
from bot.store.session import Database, DatabaseUnusableError
from bot.store.soundness import require_sound

SCOPES = (
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "reactions:write",
    "usergroups:read",
    "users:read",
)
"""What the bot calls for; manifest.yml asks for the same."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor."""

    good: bool
    what: str
    said: str

    def __str__(self) -> str:
        return f"{'ok  ' if self.good else 'FAIL'}  {self.what}: {self.said}"


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Looks at the database, Slack, Flipkart and the channels, in this order."""
    yield Finding(True, "settings", f"{len(settings.toml.locations)} location(s), zone {settings.toml.timezone}")
    for line in settings.warnings():
        yield Finding(True, "settings", f"note: {line}")
    database = Database(settings.env.database_url)
    try:
        finding = await _database(database)
        yield finding
        async for one in _slack(settings):
            yield one
        if finding.good:
            async for one in _flipkart(settings, database):
                yield one
    finally:
        await database.close()


async def _database(database: Database) -> Finding:
    try:
        await require_sound(database.shown)
        before, after = await database.upgrade()
        async with database.transaction():
            pass
    except DatabaseUnusableError as error:
        return Finding(False, "database", str(error))
    state = "up to date" if before == after else f"upgraded from {before or 'nothing'}"
    return Finding(True, "database", f"{database.shown}, version {after}, {state}, SQLite {sqlite3.sqlite_version}")


async def _slack(settings: Settings) -> AsyncIterator[Finding]:
    async with slack_session() as session:
        async for finding in _slack_findings(settings, session):
            yield finding


async def _slack_findings(settings: Settings, session: ClientSession) -> AsyncIterator[Finding]:
    env = settings.env
    client = AsyncWebClient(token=env.slack_bot_token.get_secret_value(), base_url=env.slack_api_url, session=session)
    try:
        answer = await client.auth_test()
    except FAILURES as error:
        yield Finding(False, "slack bot token", explain(error))
        return
    granted = {name.lower(): value for name, value in answer.headers.items()}.get("x-oauth-scopes", "")
    missing = [scope for scope in SCOPES if granted and scope not in granted.replace(" ", "").split(",")]
    if missing:
        yield Finding(False, "slack scopes", f"missing {', '.join(missing)}: install the app again from manifest.yml")
    else:
        yield Finding(True, "slack bot token", f"{answer.get('user')} in {answer.get('team')}")
    if env.slack_app_token is None:
        yield Finding(True, "slack mode", "HTTP at /slack/events")
    else:
        try:
            await client.apps_connections_open(app_token=env.slack_app_token.get_secret_value())
        except FAILURES as error:
            yield Finding(False, "slack app token", explain_app_token(error))
        else:
            yield Finding(True, "slack app token", "Socket Mode can be opened")
    for location in settings.toml.locations:
        what = f"channel {location.channel} of {location.name}"
        try:
            # Reading one message needs the same membership as posting one does.
            await client.conversations_history(channel=location.channel, limit=1)
            about = await client.conversations_info(channel=location.channel)
        except FAILURES as error:
            yield Finding(False, what, explain(error))
        else:
            archived = bool((about.get("channel") or {}).get("is_archived"))
            yield Finding(not archived, what, ADVICE["is_archived"] if archived else "the bot can read and post there")


async def _flipkart(settings: Settings, database: Database) -> AsyncIterator[Finding]:
    env = settings.env
    client = FlipkartClient(
        base_url=env.flipkart_api_url,
        app_id=env.flipkart_app_id,
        app_secret=env.flipkart_app_secret,
        quota=Quota(CallStore(database), settings.toml.flipkart.calls_per_hour, now),
    )
    try:
        try:
            await client.sign_in()
        except FlipkartError as error:
            check = "Check FLIPKART_APP_ID and FLIPKART_APP_SECRET."
            yield Finding(False, "flipkart token", f"{error}. {_advice(error, check)}")
            return
        yield Finding(True, "flipkart token", f"accepted by {env.flipkart_api_url}")
        for location in settings.toml.locations:
            what = f"flipkart location {location.id}"
            try:
                arrivals = await client.initial_load(location.id, for_person=True)
            except FlipkartError as error:
                check = "Check the id in bot.toml, and in Seller Hub that the application may use this location."
                yield Finding(False, what, f"{error}. {_advice(error, check)}")
            else:
                yield Finding(True, what, f"codes: {arrivals.mode.value}, {len(arrivals.sightings)} FE(s) there now")
    finally:
        await client.close()


def _advice(error: FlipkartError, check: str) -> str:
    """An UnauthorisedError's own advice, for people in Slack, is to run the doctor."""
    return check if isinstance(error, UnauthorisedError) else error.advice
