"""Answers to one person: ephemerals and modals. Only here does a code leave the bot."""

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient
from slack_sdk.webhook.webhook_response import WebhookResponse

from bot.i18n import _
from bot.monitoring.counted import Calls
from bot.slack.admins import NOBODY, Admins
from bot.slack.blocks.text import as_dicts, section
from bot.slack.errors import FAILURES, explain, passing, reason_of, retry_after, text_in
from bot.slack.ids import BrokenPayloadError
from bot.timing import PressTiming

log = structlog.get_logger()

RESPONSE_ORIGIN = ("https", "hooks.slack.com")
CLOSED = frozenset({"not_found", "view_closed"})
TOO_LATE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"})


@dataclass(frozen=True, slots=True)
class Asker:
    """Who pressed or typed, where, and how to answer them."""

    user_id: str
    channel_id: str = ""
    response_url: str = ""
    trigger_id: str = ""
    thread_ts: str = ""
    """The thread in which they look for the answer; empty: the channel."""

    @classmethod
    def of_command(cls, body: dict[str, Any]) -> "Asker":
        """From a slash command's body. Raises BrokenPayloadError."""
        return cls(
            _text(body, "user_id"),
            _text(body, "channel_id"),
            # One that is made again by a window's button has none.
            _text(body, "response_url", needed=False),
            _text(body, "trigger_id"),
        )

    @classmethod
    def of_interaction(cls, body: dict[str, Any]) -> "Asker":
        """From a press or a submission. Raises BrokenPayloadError."""
        user, channel = body.get("user"), body.get("channel")
        return cls(
            _text(user if isinstance(user, dict) else {}, "id"),
            _text(channel, "id", needed=False) if isinstance(channel, dict) else "",
            _text(body, "response_url", needed=False),
            _text(body, "trigger_id", needed=False),
        )


def _text(body: dict[str, Any], name: str, *, needed: bool = True) -> str:
    value = body.get(name)
    if isinstance(value, str) and (value or not needed):
        return value
    if needed:
        raise BrokenPayloadError(f"a payload without {name}")
    return ""


class Answers:
    """Slack's ways to show something to one person."""

    def __init__(
        self,
        client: AsyncWebClient,
        session: aiohttp.ClientSession,
        timing: PressTiming,
        admins: Admins = NOBODY,
        calls: Calls | None = None,
    ) -> None:
        """`admins` are named where a window does not open and only they may know why; `calls` counts answers."""
        self._calls = calls
        self._timing = timing
        self._client = client
        self._session = session
        self._origins = {RESPONSE_ORIGIN, _origin(client.base_url)}
        self._admins = admins
        self._no_home = ""

    async def alone(self, asker: Asker, text: str, blocks: list[Block] | None = None, *, replace: bool = False) -> bool:
        """Shows something that only the asker sees; tells whether Slack took it.

        Args:
            asker: to whom.
            text: for notifications; never a code.
            blocks: what is seen instead of the text.
            replace: in place of the ephemeral whose button was pressed.
        """
        shown = as_dicts(blocks) if blocks else None
        if await self._respond(asker, text=text, blocks=shown, replace_original=replace, response_type="ephemeral"):
            return True
        if not asker.channel_id:
            return False
        post = partial(self._client.chat_postEphemeral, channel=asker.channel_id, user=asker.user_id)
        if asker.thread_ts:
            post = partial(post, thread_ts=asker.thread_ts)
        for wait in (*self._timing.alone_pauses, None):
            try:
                await _patiently(partial(post, text=text, blocks=shown), self._timing.retry_after)
            except FAILURES as error:
                if wait is None or not passing(error):
                    log.warning("an answer did not reach its asker", user=asker.user_id, reason=explain(error))
                    return False
                await asyncio.sleep(wait)
            else:
                return True
        return False

    async def hide(self, asker: Asker) -> None:
        """Removes the ephemeral whose button was pressed."""
        await self._respond(asker, delete_original=True)

    async def open(
        self, asker: Asker, view: View, *, on_top: bool = False, quiet: bool = False, below: Sequence[Block] = ()
    ) -> str | None:
        """Opens a modal and returns its id; None when Slack refused, and the asker is told why and what to do.

        `on_top` puts it on the modal in which the button was pressed; `quiet` leaves it to the caller to tell. `below`
        stands below what the asker is told.
        """
        method = self._client.views_push if on_top else self._client.views_open
        try:
            return await self._opened(partial(method, trigger_id=asker.trigger_id), view)
        except FAILURES as error:
            log.warning("a modal did not open", user=asker.user_id, reason=explain(error))
            if not quiet:
                why = self._why_no_modal(error)
                await self.alone(asker, why, [section(why), *below])
            return None

    async def _opened(self, method: Callable[..., Awaitable[AsyncSlackResponse]], view: View) -> str:
        """The id of a modal that now stands there, also where Slack opened it and did not say so.

        Slack takes a name of ours (`external_id`) once among the modals that are open, so a second try opens none
        twice. Raises one of FAILURES.
        """
        name = uuid.uuid4().hex
        call = partial(method, view=view.to_dict() | {"external_id": name})
        try:
            return text_in(await _patiently(call, self._timing.trigger), "view", "id")
        except FAILURES as error:
            if not passing(error):
                raise
        found = partial(self._client.views_update, external_id=name, view=view.to_dict())
        for wait in self._timing.open_pauses:
            for again in (found, call):
                with suppress(*FAILURES):
                    return text_in(await again(), "view", "id")
            await asyncio.sleep(wait)
        return text_in(await found(), "view", "id")

    async def publish(self, user_id: str, view: View) -> float | None:
        """Shows a person's Home tab. None when Slack took it, else the seconds that it asks to wait, or 0.

        A reason is logged once until one is shown again.
        """
        try:
            call = partial(self._client.views_publish, user_id=user_id, view=view.to_dict())
            await _patiently(call, self._timing.retry_after)
        except FAILURES as error:
            reason = explain(error)
            if reason != self._no_home:
                self._no_home = reason
                log.warning("a Home tab was not shown", user=user_id, reason=reason)
            return retry_after(error) or 0.0
        self._no_home = ""
        return None

    async def show(self, view_id: str, view: View) -> bool:
        """Replaces what a modal shows; False when it was closed meanwhile, or when Slack does not take it for long."""
        if not view_id:
            log.info("a payload named no modal to answer in")
            return False
        for wait in (*self._timing.modal_pauses, None):
            try:
                await self._client.views_update(view_id=view_id, view=view.to_dict())
            except FAILURES as error:
                if reason_of(error) in CLOSED:
                    log.info("a modal was closed before its answer came")
                    return False
                asked = retry_after(error) or 0.0
                if wait is None or asked > self._timing.modal:
                    log.warning("a modal could not be updated", reason=explain(error))
                    return False
                await asyncio.sleep(max(wait, asked))
            else:
                return True
        return False

    def _why_no_modal(self, error: BaseException) -> str:
        """What the one who pressed reads instead."""
        if retry_after(error) is not None:
            return _("Slack is busy and did not open the window. Press again in a minute.")
        if reason_of(error) in TOO_LATE:
            return _("That took too long for Slack. Please press again.")
        sentence = _(
            "Slack did not open the window ({reason}). Please press again; "
            "if that does not help, tell whoever runs this bot."
        )
        return self._admins.named(sentence.format(reason=reason_of(error)))

    async def _respond(self, asker: Asker, **message: Any) -> bool:
        if _origin(asker.response_url) not in self._origins:
            return False
        hook = AsyncWebhookClient(asker.response_url, session=self._session, retry_handlers=[])
        for last in (False, True):
            began = time.monotonic()
            try:
                response = await hook.send(**message)
            except FAILURES as error:
                self._count("failed", began)
                log.info("a response_url failed", reason=type(error).__name__)
                return False
            limited = response.status_code == 429
            self._count("ok" if _taken(response) else "ratelimited" if limited else "refused", began)
            if _taken(response):
                return True
            wait = _wait(response, self._timing.retry_after)
            if last or wait is None:
                log.info("a response_url was refused", status=response.status_code)
                return False
            await asyncio.sleep(wait)
        return False

    def _count(self, outcome: str, began: float) -> None:
        if self._calls is not None:
            self._calls.add("response_url", outcome, "", time.monotonic() - began)


async def _patiently(call: Callable[[], Awaitable[AsyncSlackResponse]], patience: float) -> AsyncSlackResponse:
    """Makes a call, and once more after a 429 (which means: not done) that names a short wait.

    Raises one of FAILURES.
    """
    try:
        return await call()
    except FAILURES as error:
        wait = retry_after(error)
        if wait is None or wait > patience:
            raise
    await asyncio.sleep(wait)
    return await call()


def _origin(url: str) -> tuple[str, str]:
    """The scheme and the host of an address with its port; empty for what is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc


def _taken(response: WebhookResponse) -> bool:
    """Whether Slack did it: some refusals come with status 200 and say so in the body alone."""
    if response.status_code != 200:
        return False
    try:
        body = json.loads(response.body)
    except ValueError:
        return True
    return not isinstance(body, dict) or body.get("ok") is not False


def _wait(response: WebhookResponse, longest: float) -> float | None:
    """Seconds to wait before the same call may be made again; None when that would be too long or no help."""
    if response.status_code != 429:
        return None
    headers = {name.lower(): value for name, value in response.headers.items()}
    try:
        seconds = float(headers.get("retry-after", "1"))
    except (TypeError, ValueError):
        seconds = 1.0
    return seconds if seconds <= longest else None
