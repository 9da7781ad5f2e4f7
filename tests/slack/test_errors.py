"""Slack's error words as the outbox's errors."""

from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError, SlackClientError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.outbox.ports import MaybeSentError, MessageGoneError, MessengerError, NotSentError, UnreachedError
from bot.slack.errors import ADVICE, FAILURES, explain, messenger_error, reason_of, retry_after
from tests.slack.conftest import Place


class Response:
    """What SlackApiError carries."""

    def __init__(self, data: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.data = data
        self.status_code = status
        self.headers = headers or {}


def api_error(word: str | None, status: int = 200, **headers: str) -> SlackApiError:
    body = {"ok": False} if word is None else {"ok": False, "error": word}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return SlackApiError("failed", Response(body, status, named))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (api_error("ratelimited", 429, Retry_After="3"), NotSentError),
        (api_error("channel_not_found"), NotSentError),
        (api_error("not_in_channel"), NotSentError),
        (api_error("is_archived"), NotSentError),
        (api_error("invalid_blocks"), NotSentError),
        (api_error("invalid_auth"), NotSentError),
        (api_error("internal_error"), MaybeSentError),
        (api_error("fatal_error"), MaybeSentError),
        (api_error("request_timeout"), MaybeSentError),
        (api_error("service_unavailable"), MaybeSentError),
        (api_error("channel_not_found", 500), MaybeSentError),
        (api_error(None, 502), MaybeSentError),
        (api_error(None, 200), MaybeSentError),
        (SlackApiError("no JSON", Response("<html>")), MaybeSentError),
        (SlackApiError("no JSON", Response(b"\x1f\x8b", 502)), MaybeSentError),
        (SlackApiError("no JSON", Response(None, 504)), MaybeSentError),
        (SlackApiError("no response", None), MaybeSentError),
        (api_error("message_not_found"), MessageGoneError),
        (api_error("cant_update_message"), MessageGoneError),
        (api_error("edit_window_closed"), MessageGoneError),
        (TimeoutError(), MaybeSentError),
        (aiohttp.ServerDisconnectedError(), MaybeSentError),
        (aiohttp.ClientPayloadError(), MaybeSentError),
        (ConnectionResetError(), MaybeSentError),
        (SlackRequestError("odd"), MaybeSentError),
        (SlackClientError("odd"), MaybeSentError),
    ],
)
def test_what_is_surely_not_done_and_what_may_be(error: Exception, kind: type[MessengerError]) -> None:
    assert type(messenger_error(error)) is kind, f"{reason_of(error)} is not taken as {kind.__name__}"


@given(st.text(max_size=40), st.integers(400, 599))
def test_only_slacks_own_no_counts_as_not_done(word: str, status: int) -> None:
    error = messenger_error(api_error(word, status))
    if status >= 500:
        assert isinstance(error, MaybeSentError), f"HTTP {status} is taken as surely not done"
    assert error.retry_after is None or status == 429


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("1", 1), ("30", 30), ("0", 1), ("-4", 1), ("1.5", 1.5), ("999999", 3600), ("soon", 30), ("", 30), ("nan", 30)],
)
def test_retry_after(header: str, seconds: float) -> None:
    assert retry_after(api_error("ratelimited", 429, Retry_After=header)) == seconds
    assert messenger_error(api_error("ratelimited", 429, retry_after=header)).retry_after == seconds


def test_retry_after_of_anything_else() -> None:
    assert retry_after(api_error("ratelimited", 429)) == 30
    assert retry_after(api_error("internal_error", 503, Retry_After="5")) is None
    assert retry_after(TimeoutError()) is None


@pytest.mark.parametrize("word", sorted(ADVICE))
def test_advice_is_a_sentence_for_the_one_who_installs(word: str) -> None:
    text = explain(api_error(word))
    assert text.startswith(f"{word} (")
    assert len(text) > len(word) + 20


def test_a_reason_never_holds_a_text() -> None:
    secret = "The code is 123456"
    for error in (ValueError(secret), aiohttp.ClientError(secret), SlackApiError(secret, Response({"ok": False}))):
        assert "123456" not in explain(error), "a message's text stands in a reason"


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"status": 503}, MaybeSentError),
        ({"drop": "before"}, MaybeSentError),
        ({"drop": "after"}, MaybeSentError),
        ({"error": "ratelimited", "retry_after": 7}, NotSentError),
        ({"error": "internal_error"}, MaybeSentError),
        ({"error": "not_in_channel"}, NotSentError),
    ],
)
async def test_what_the_sdk_really_raises(place: Place, fault: dict[str, Any], kind: type[MessengerError]) -> None:
    place.slack.fail("chat.postMessage", **fault)
    with pytest.raises(FAILURES) as caught:
        await place.client.chat_postMessage(channel=place.channel, text="hello")
    error = messenger_error(caught.value)
    assert type(error) is kind
    assert error.retry_after == fault.get("retry_after")


async def test_a_connection_that_nobody_took(place: Place) -> None:
    client = AsyncWebClient(token="x", base_url="http://127.0.0.1:1/api/", session=place.session, retry_handlers=[])
    with pytest.raises(FAILURES) as caught:
        await client.chat_postMessage(channel=place.channel, text="hello")
    assert type(messenger_error(caught.value)) is UnreachedError
