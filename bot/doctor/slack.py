"""The checks of Slack: tokens, scopes, Socket Mode, channels and user groups. Nothing is posted or changed."""

from collections.abc import AsyncIterator, Sequence

from slack_sdk.web.async_client import AsyncWebClient

from bot.doctor.finding import Finding, fail, ok, sentence, warn
from bot.doctor.scopes import SCOPES, lacking
from bot.handover.location import Location
from bot.slack.channels import open_to, openness
from bot.slack.errors import ADVICE, APP_TOKEN_REFUSED, FAILURES, explain_app_token, reason_of

BOT_TOKEN = "slack bot token"  # noqa: S105 - what is looked at
APP_TOKEN = "slack app token"  # noqa: S105 - the same


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
    granted = {name.lower(): value for name, value in answer.headers.items()}.get("x-oauth-scopes", "")
    if not granted:
        yield warn("slack scopes", "Slack does not say which the app has")
    elif missing := lacking(granted, wanted):
        yield fail("slack scopes", f"missing {', '.join(missing)}", "Install the app again from manifest.yml.")
    else:
        yield ok("slack scopes", f"all {len(wanted)} that the bot needs")


async def app_token(client: AsyncWebClient, token: str) -> AsyncIterator[Finding]:
    """Whether Slack takes the app-level token."""
    try:
        await client.apps_connections_open(app_token=token)
    except FAILURES as error:
        if reason_of(error) in APP_TOKEN_REFUSED:
            said, _, mend = explain_app_token(error).partition(" (")[2].removesuffix(")").partition(": ")
            yield fail(APP_TOKEN, f"{said} ({reason_of(error)})", f"{sentence(mend)}.")
        else:
            yield refused(APP_TOKEN, error)
        return
    yield ok(APP_TOKEN, "Socket Mode can be opened")


async def channel(client: AsyncWebClient, location: Location) -> AsyncIterator[Finding]:
    """Whether the bot can read and post in the channel of a location, and who gets codes there."""
    what = f"channel {location.channel} of {location.name}"
    try:
        # Reading one message needs the same membership as posting one does.
        await client.conversations_history(channel=location.channel, limit=1)
        about = await client.conversations_info(channel=location.channel)
    except FAILURES as error:
        yield refused(what, error)
        return
    if (about.get("channel") or {}).get("is_archived"):
        said, _, mend = ADVICE["is_archived"].partition(": ")
        yield fail(what, said, f"{sentence(mend)}.")
    else:
        yield ok(what, "the bot can read and post there")
    opened = openness(about)
    if not location.entitled and opened is not None:
        yield warn(what, open_to(opened, location.name))


def refused(what: str, error: BaseException) -> Finding:
    """A call that Slack did not answer as it should: its word for why, and what to do where that is known."""
    reason = reason_of(error)
    said, _, mend = ADVICE.get(reason, "").partition(": ")
    if not said:
        return fail(what, f"Slack answers: {reason}" if reason.islower() else f"Slack can't be reached: {reason}")
    return fail(what, f"{said} ({reason})", f"{sentence(mend)}." if mend else "")
