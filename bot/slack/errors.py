"""Slack's error words, as the outbox's typed errors: what was surely not done, and what may have been."""

import math
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.outbox.ports import (
    MaybeSentError,
    MessageGoneError,
    MessengerError,
    NotSentError,
    ThreadGoneError,
    UnreachedError,
)

MAYBE_DONE = frozenset({"internal_error", "fatal_error", "request_timeout", "service_unavailable", "unknown"})
"""Slack says that it failed, not that it did nothing."""
GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
THREAD_GONE = frozenset({"thread_not_found"})
UNDRAWABLE = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
"""Slack refuses how a message is drawn, not the message."""
FAILURES = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)
"""Everything that slack_sdk's client raises when a call did not succeed."""

ADVICE: Mapping[str, str] = {
    "channel_not_found": "the channel does not exist, or it is private and the bot is not in it: invite the bot",
    "not_in_channel": "the bot is not in the channel: type /invite @OTC Bot there",
    "is_archived": "the channel is archived: unarchive it or change bot.toml",
    "invalid_auth": "Slack does not accept SLACK_BOT_TOKEN: copy it again from the app's OAuth page",
    "not_authed": "SLACK_BOT_TOKEN is empty",
    "account_inactive": "the app was removed from the workspace: install it again",
    "token_revoked": "SLACK_BOT_TOKEN was revoked: install the app again and copy the new token",
    "token_expired": "SLACK_BOT_TOKEN has expired: install the app again and copy the new token",
    "RedirectRefusedError": "a redirect was not followed, with the token and perhaps a code in it: check SLACK_API_URL",
    "ClientConnectorCertificateError": "the server's certificate is not trusted: check SLACK_API_URL, this machine's "
    "clock, and whether a proxy stands in between",
    "missing_scope": "the app lacks a scope: give it the manifest of `otc-bot manifest`, and install it again",
    "restricted_action": "the workspace or the channel lets only some people post: let the bot post there",
    "messages_tab_disabled": "the app's Messages tab is off: give it the manifest of `otc-bot manifest`, "
    "and install it again",
    "user_not_found": "Slack knows no such person here: if bot.toml names them, change it",
    "user_not_visible": "Slack does not let the bot see the person: if bot.toml names them, change it",
    "user_disabled": "the person's account is deactivated: if bot.toml names them, change it",
    "cannot_dm_bot": "a bot takes no direct messages: if bot.toml names it, change it",
    "user_not_in_channel": "the person is not in the channel: invite them",
    "no_such_subteam": "there is no such user group: change operators in bot.toml",
    "plan_upgrade_required": "user groups need a paid plan of Slack: name people as operators in bot.toml",
    "expired_trigger_id": "Slack was answered after its three seconds: this machine or its network is too slow",
    **dict.fromkeys(UNDRAWABLE, "how it is drawn is a fault of the bot: report it with this line"),
}
"""What somebody has to do; nothing for what mends itself."""

APP_TOKEN_REFUSED = frozenset(
    {"invalid_auth", "not_authed", "not_allowed_token_type", "token_revoked", "missing_scope", "account_inactive"}
)


class BrokenAnswerError(SlackClientError):
    """Slack said `ok` without what such an answer has: whether it was carried out is not known."""


def text_in(answer: AsyncSlackResponse, *path: str) -> str:
    """What an answer has at such a path, as a text that is not empty.

    Raises:
        BrokenAnswerError: it has none there. It is one of FAILURES.
    """
    value = _value(answer, path)
    if isinstance(value, str) and value:
        return value
    raise BrokenAnswerError(f"answer_without_{path[-1]}")


def objects_in(answer: AsyncSlackResponse, name: str) -> list[dict[str, Any]]:
    """The objects of the list that an answer has under a name. Raises BrokenAnswerError, one of FAILURES."""
    value = _value(answer, (name,))
    if isinstance(value, list):
        return [one for one in value if isinstance(one, dict)]
    raise BrokenAnswerError(f"answer_without_{name}")


def object_in(answer: AsyncSlackResponse, name: str) -> dict[str, Any]:
    """The object that an answer has under a name. Raises BrokenAnswerError, one of FAILURES."""
    value = _value(answer, (name,))
    if isinstance(value, dict) and value:
        return value
    raise BrokenAnswerError(f"answer_without_{name}")


def _value(answer: AsyncSlackResponse, path: tuple[str, ...]) -> object:
    value: object = answer.data
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def reason_of(error: BaseException) -> str:
    """The word that says why a call failed; never a message's text."""
    if isinstance(error, SlackApiError):
        return _word(error) or f"http_{_status(error) or ''}"
    return str(error) if isinstance(error, BrokenAnswerError) else type(error).__name__


def _word(error: SlackApiError) -> str | None:
    """Slack's own error word; None for an answer that is not Slack's, such as a proxy's page."""
    body = getattr(error.response, "data", error.response)
    word = body.get("error") if isinstance(body, dict) else None
    return word if isinstance(word, str) and word else None


def _status(error: BaseException) -> int | None:
    """The HTTP status; for an answer that is no JSON the SDK hands on aiohttp's response instead of its own."""
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", getattr(response, "status", None))
    return status if isinstance(status, int) else None


def explain(error: BaseException) -> str:
    """The reason and, where it is known, what the one who installs can do."""
    reason = reason_of(error)
    return f"{reason} ({ADVICE[reason]})" if reason in ADVICE else reason


def explain_app_token(error: BaseException) -> str:
    """The same for a call that carries SLACK_APP_TOKEN."""
    reason = reason_of(error)
    if reason not in APP_TOKEN_REFUSED:
        return explain(error)
    return (
        f"{reason} (Slack does not accept SLACK_APP_TOKEN: copy it again from the app's Basic Information page; "
        "its scope is connections:write)"
    )


def retry_after(error: BaseException) -> float | None:
    """Retry-After in seconds of a 429, else None."""
    if _status(error) != 429:
        return None
    headers = getattr(getattr(error, "response", None), "headers", {}) or {}
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    try:
        seconds = float(value)
    except ValueError:
        return 30.0
    return 30.0 if math.isnan(seconds) else min(max(seconds, 1.0), 3600.0)


def outcome_of(error: BaseException) -> str:
    """How a call failed, in one of three words for a monitor."""
    if _status(error) == 429:
        return "ratelimited"
    return "refused" if isinstance(error, SlackApiError) and _word(error) is not None else "failed"


def messenger_error(error: BaseException) -> MessengerError:
    """The outbox's error for a failed call."""
    wait = retry_after(error)
    if wait is not None:
        return NotSentError("ratelimited", wait)
    reason = reason_of(error)
    return _kind(error, reason)(reason, advice=ADVICE.get(reason, ""))


def passing(error: BaseException) -> bool:
    """Whether the same call may succeed a moment later, or was even carried out: Slack failed or is out of reach."""
    if retry_after(error) is not None or isinstance(error, aiohttp.ClientConnectorCertificateError):
        return False
    return isinstance(error, aiohttp.ClientConnectorError) or _kind(error, reason_of(error)) is MaybeSentError


def _kind(error: BaseException, reason: str) -> type[MessengerError]:
    if isinstance(error, aiohttp.ClientConnectorError):
        return UnreachedError
    if not isinstance(error, SlackApiError) or _word(error) is None or (_status(error) or 200) >= 500:
        return MaybeSentError
    if reason in GONE:
        return MessageGoneError
    if reason in THREAD_GONE:
        return ThreadGoneError
    return MaybeSentError if reason in MAYBE_DONE else NotSentError
