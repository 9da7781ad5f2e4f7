"""The checks of Slack's tokens: the bot's with its scopes, and the app's with Socket Mode. Nothing is changed."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence

from aiohttp import ClientSession, WSMsgType
from slack_sdk.errors import SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.doctor.finding import Finding, Level, counted, fail, note, ok, warn
from bot.doctor.scopes import compared, granted_in
from bot.manifest import SCOPES
from bot.slack.errors import ADVICE, APP_TOKEN_REFUSED, FAILURES, explain_app_token, reason_of, text_in
from bot.slack.session import slack_session
from bot.slack.socket import ADVICE as SOCKET_ADVICE
from bot.slack.socket import SocketRefusedError
from bot.timing import Timing

RETRIES = 3
"""Of a call that Slack puts off."""
MOST, MANY = 10, 8
"""Connections that an app may have, and from how many on that is told."""
BOT_TOKEN = "slack bot token"  # noqa: S105 - what is looked at
APP_TOKEN = "slack app token"  # noqa: S105 - the same


def client_of(url: str, token: str, session: ClientSession) -> AsyncWebClient:
    """A client that waits where Slack says so: lists have many pages, and a bot may be at work beside."""
    patient = AsyncRateLimitErrorRetryHandler(max_retry_count=RETRIES)
    return AsyncWebClient(token=token, base_url=url, session=session, retry_handlers=[patient])


async def bot_token(client: AsyncWebClient, wanted: Sequence[str] = SCOPES) -> AsyncIterator[Finding]:
    """Whether Slack takes the bot token that the client has, and whether the app has the scopes that are wanted.

    The first finding is about the token: where that fails, no other call is of use.
    """
    try:
        answer = await client.auth_test()
    except FAILURES as error:
        yield refused(BOT_TOKEN, error)
        return
    yield ok(BOT_TOKEN, f"{answer.get('user')} in {answer.get('team')}")
    header = {name.lower(): value for name, value in answer.headers.items()}.get("x-oauth-scopes", "")
    for finding in compared(granted_in(header), wanted):
        yield finding
        if finding.level is not Level.OK:
            return
    said = "whether they are right can't be told from here: only the app's own page shows them"
    yield note("slack commands, events, Home tab", said, "Where one does nothing, compare it with `otc-bot manifest`.")


async def app_token(client: AsyncWebClient, token: str) -> AsyncIterator[Finding]:
    """Whether Slack takes the app-level token, and lets a socket be opened with it; how many are open.

    The socket is closed as soon as Slack has said hello: a press that it brought meanwhile is sent again by Slack.
    """
    try:
        address = text_in(await client.apps_connections_open(app_token=token), "url")
        there = await _connections(address, client.proxy)
    except FAILURES as error:
        reason = reason_of(error)
        if reason in APP_TOKEN_REFUSED:
            said, mend = parts(explain_app_token(error).removeprefix(f"{reason} (").removesuffix(")"))
            yield fail(APP_TOKEN, f"{said} ({reason})", mend)
        else:
            yield refused(APP_TOKEN, error)
    except SocketRefusedError as error:
        said, mend = parts(SOCKET_ADVICE.get(str(error), f"Slack ends the connection ({error})"))
        yield fail(APP_TOKEN, said, mend)
    else:
        for finding in _of(there):
            yield finding


def _of(connections: int) -> Iterator[Finding]:
    """What to say of so many connections, the doctor's own counted."""
    others = connections - 1
    yield ok(APP_TOKEN, f"Socket Mode connects; {counted(others, 'other connection')} open")
    if connections >= MANY:
        said = f"{others} of the {MOST} connections that an app may have are open elsewhere"
        yield warn("slack connections", said, "Stop copies of the bot that are not needed; Slack drops dead ones.")


async def _connections(address: str, proxy: str | None) -> int:
    """How many sockets are open with this one, as Slack says in its hello.

    Raises:
        SocketRefusedError: it said goodbye instead.
        OSError: or another one of FAILURES.
    """
    timing = Timing()
    async with (
        asyncio.timeout(timing.socket.handshake),
        slack_session(timing.slack) as session,
        session.ws_connect(address, proxy=proxy) as socket,
    ):
        async for message in socket:
            told = json.loads(message.data) if message.type is WSMsgType.TEXT else {}
            if told.get("type") == "hello":
                return int(told.get("num_connections") or 1)
            if told.get("type") == "disconnect":
                raise SocketRefusedError(str(told.get("reason") or "disconnect"))
    raise ConnectionResetError("the socket was closed before Slack said hello")


def parts(advice: str) -> tuple[str, str]:
    """What is so, and what to do about it, of a sentence that says both with a colon between."""
    said, _, mend = advice.partition(": ")
    return said, f"{mend[:1].upper()}{mend[1:]}." if mend else ""


def refused(what: str, error: BaseException) -> Finding:
    """A call that Slack did not answer as it should: its word for why, and what to do where that is known."""
    reason = reason_of(error)
    if reason not in ADVICE:
        if isinstance(error, SlackClientError):
            return fail(what, f"Slack answers {reason}")
        return fail(
            what, f"Slack can't be reached ({reason})", "Check this machine's network, and SLACK_API_URL if it is set."
        )
    said, mend = parts(ADVICE[reason])
    return fail(what, f"{said} ({reason})", mend)
