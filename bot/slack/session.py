"""The HTTP session for Slack: bounded in time, and it goes where it is sent and nowhere else."""

from collections.abc import Callable
from types import SimpleNamespace
from urllib.parse import urlsplit

import aiohttp

from bot.timing import SlackTiming


class RedirectRefusedError(aiohttp.ClientError):
    """Slack's address answered with a redirect. Slack's API never does, and a 307 would take a code along."""


def slack_session(
    timing: SlackTiming, api_url: str = "", heard: Callable[[str | None], None] | None = None
) -> aiohttp.ClientSession:
    """A session that follows no redirect: aiohttp does by default, and the SDK has no switch for it.

    `heard` is given the `Date` of every answer of the API at `api_url`.
    """
    tracing = aiohttp.TraceConfig()
    if heard is not None:
        host = urlsplit(api_url).netloc

        async def answered(
            _: aiohttp.ClientSession, __: SimpleNamespace, params: aiohttp.TraceRequestEndParams
        ) -> None:
            if params.response.status == 200 and params.response.url.authority == host:
                heard(params.response.headers.get("Date"))

        tracing.on_request_end.append(answered)
    tracing.on_request_redirect.append(_refuse)
    timeout = aiohttp.ClientTimeout(total=timing.call, connect=timing.connect)
    return aiohttp.ClientSession(timeout=timeout, trace_configs=[tracing])


async def _refuse(_: aiohttp.ClientSession, __: SimpleNamespace, params: aiohttp.TraceRequestRedirectParams) -> None:
    params.response.close()
    raise RedirectRefusedError(f"HTTP {params.response.status} to another address was not followed")
