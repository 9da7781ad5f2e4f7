"""`otc-bot doctor`: looks at everything that an installation needs, one line each."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import now
from bot.copies.address import mute
from bot.flipkart.client import FlipkartClient
from bot.flipkart.errors import FlipkartError, UnauthorisedError
from bot.flipkart.quota import Quota
from bot.handover.due_today import has_worked
from bot.handover.mode import unknown_word
from bot.handover.model import OtcMode
from bot.settings import Settings
from bot.slack.channels import open_to, openness
from bot.slack.errors import ADVICE, FAILURES, explain, explain_app_token
from bot.slack.session import slack_session
from bot.store.dialects.backend import backend_of
from bot.store.dialects.sqlite import SqliteFile
from bot.store.heard import heard_in
from bot.store.privacy import files_of, readable_by_others
from bot.store.reading import looked_at
from bot.store.session import DatabaseUnusableError
from bot.store.soundness import look, version_in
from bot.store.versions import is_known, newest_version
from bot.timing import Timing

SCOPES = (
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "reactions:write",
    "usergroups:read",
    "users:read",
)
"""What the bot calls for; manifest.yml asks for the same."""
_FOR_DIRECT = ("im:history", "im:write")
"""Of these, what is called for only where somebody is told that nobody answers."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor."""

    good: bool
    what: str
    said: str
    warns: bool = False
    """It works so, and somebody should know what it means."""

    def __str__(self) -> str:
        word = "FAIL" if not self.good else "WARN" if self.warns else "ok  "
        return f"{word}  {self.what}: {self.said}"


async def examine(houses: Sequence[Settings]) -> AsyncIterator[Finding]:
    """Looks at the database, Slack, Flipkart and the channels, in this order; each line names its house of several."""
    if readable_by_others(env_file := Path(".env")):
        yield Finding(False, str(env_file), f"other people of this machine can read it: chmod 600 {env_file}")
    for settings in houses:
        whose = f"{settings.workspace} " if len(houses) > 1 else ""
        async for finding in _examine(settings):
            yield replace(finding, what=f"{whose}{finding.what}")


async def _examine(settings: Settings) -> AsyncIterator[Finding]:
    locations = _counted(len(settings.toml.locations), "location")
    yield Finding(True, "settings", f"{locations}, zone {settings.toml.timezone}")
    for line in settings.warnings():
        yield Finding(True, "settings", line, warns=True)
    for finding in await _database_findings(settings.env.database_url):
        yield finding
    if said := await mute(settings.env.database_url):
        yield Finding(True, "copies", said, warns=True)
    for finding in _arrivals(settings):
        yield finding
    async for one in _slack(settings):
        yield one
    async for one in _flipkart(settings):
        yield one


async def _database_findings(url: str) -> list[Finding]:
    """Only reads: a bot may be running on it."""
    try:
        backend = backend_of(url)
        if isinstance(backend, SqliteFile):
            await asyncio.to_thread(look, backend.shown)
            return _about(backend.shown, version_in(backend.shown))
        looked = await asyncio.to_thread(looked_at, url)
    except DatabaseUnusableError as error:
        return [Finding(False, "database", str(error))]
    if not looked.works:
        return [_newer(backend.shown)]
    state = _state(looked.version, there=looked.version is not None)
    said = f"{backend.shown}, version {looked.version or 'none'}, {state}, {looked.product}"
    doubts = [Finding(True, "database", one, warns=True) for one in looked.doubts]
    return [Finding(True, "database", said), *doubts]


def _newer(shown: str) -> Finding:
    return Finding(False, "database", f"{shown} was made by a newer version of otc-bot. Install that or newer.")


def _state(found: str | None, *, there: bool) -> str:
    newest = newest_version()
    if found == newest:
        return "up to date"
    if found is not None and not is_known(found):
        return "of a newer version, beside whose copies this one can work (`otc-bot run --copies`)"
    return f"the next start brings it to version {newest}" if there else "made at the first start"


def _arrivals(settings: Settings) -> list[Finding]:
    """Locations that could be looked at by what is due; of another version's database nothing is said."""
    try:
        heard = heard_in(settings.env.database_url)
    except DatabaseUnusableError:
        return []
    could = [
        one.id
        for one in settings.toml.locations
        if one.arrivals == "always" and one.id in heard and has_worked(*heard[one.id], now())
    ]
    if not could:
        return []
    said = 'what is due has been known for a day; arrivals = "due" in bot.toml would save most of the calls of '
    return [Finding(True, "arrivals", said + ", ".join(could), warns=True)]


def _about(file: str, found: str | None) -> list[Finding]:
    if found is not None and not is_known(found):
        return [_newer(file)]
    path = Path(file).resolve()
    closed = [one for one in (path.parent, path) if one.exists() and not os.access(one, os.W_OK)]
    if not path.parent.is_dir() or closed:
        what = f"{closed[0]} can't be written" if closed else f"there is no folder {path.parent}"
        return [Finding(False, "database", f"{what}. Check DATABASE_URL and the folder's rights.")]
    state = _state(found, there=path.exists())
    said = f"{file}, version {found or 'none'}, {state}, SQLite {sqlite3.sqlite_version}"
    open_to_all = [one.name for one in files_of(file) if readable_by_others(one)]
    if not open_to_all:
        return [Finding(True, "database", said)]
    todo = f"other people of this machine can read {', '.join(open_to_all)}: start the bot again, it closes them"
    return [Finding(True, "database", said), Finding(False, "database files", todo)]


async def _slack(settings: Settings) -> AsyncIterator[Finding]:
    async with slack_session(Timing().slack) as session:
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
    tells = any(location.soonest_step for location in settings.toml.locations)
    wanted = [scope for scope in SCOPES if tells or scope not in _FOR_DIRECT]
    missing = [scope for scope in wanted if granted and scope not in granted.replace(" ", "").split(",")]
    if missing:
        yield Finding(False, "slack scopes", f"missing {', '.join(missing)}: install the app again from manifest.yml")
    else:
        yield Finding(True, "slack bot token", f"{answer.get('user')} in {answer.get('team')}")
    if env.slack_app_token is None:
        path = "/slack/events" + (f"/{settings.workspace}" if settings.workspace else "")
        yield Finding(True, "slack mode", f"HTTP at {path}")
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
            opened = openness(about)
            if not location.entitled and opened is not None:
                yield Finding(True, what, open_to(opened, location.name), warns=True)


async def _flipkart(settings: Settings) -> AsyncIterator[Finding]:
    env = settings.env
    client = FlipkartClient(
        base_url=env.flipkart_api_url,
        app_id=env.flipkart_app_id,
        app_secret=env.flipkart_app_secret,
        quota=Quota(_Uncounted(), settings.toml.flipkart.calls_per_hour, now, others=0),
        timing=Timing().flipkart,
    )
    try:
        try:
            await client.sign_in()
        except FlipkartError as error:
            check = f"Check {settings.variable('flipkart_app_id')} and {settings.variable('flipkart_app_secret')}."
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
                there = _counted(len(arrivals.sightings), "FE")
                yield Finding(True, what, f"codes: {arrivals.mode.value}, {there} there now")
                if arrivals.word and arrivals.mode is OtcMode.UNKNOWN:
                    yield Finding(True, what, unknown_word(arrivals.word), warns=True)
    finally:
        await client.close()


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


class _Uncounted:
    """The doctor's few calls are in no budget: only the bot writes into its database."""

    async def load(self, since: int) -> dict[int, int]:
        """Nothing was counted."""
        del since
        return {}

    async def add(self, minute: int, calls: int) -> None:
        """Counts nothing."""

    async def reserve(self, minute: int, calls: int, since: int, most: int) -> tuple[int, dict[int, int]]:
        """There is room for all."""
        del minute, since, most
        return calls, {}

    async def forget(self, before: int) -> None:
        """There is nothing to forget."""


def _advice(error: FlipkartError, check: str) -> str:
    """An UnauthorisedError's own advice, for people in Slack, is to run the doctor."""
    return check if isinstance(error, UnauthorisedError) else error.advice
