"""Fetches pictures from links that come from outside: from public addresses over https, and from nowhere else.

A link could name the router, a cloud's metadata service or this very bot, so what it names is looked at where the
connection is made (`bot.addresses`), and no redirect is followed.
"""

from urllib.parse import urlsplit

import aiohttp

from bot.addresses import Refused, connector
from bot.i18n import N_
from bot.photos.ports import DownloadError, NotFetchableError

LONGEST_LINK = 2000
CHUNK = 64 * 1024

NOT_HTTPS = N_("The link of the picture is no https address, so it was not fetched.")
NOT_PUBLIC = N_("The link of the picture leads to a private address, so it was not fetched.")
REDIRECTED = N_("The link of the picture leads on to another address, so it was not fetched.")
GONE = N_("The picture is no longer at its link; perhaps the link has expired.")
TOO_LARGE = N_("The picture at the link is larger than 10 MB, so it was not kept.")


class PublicFetcher:
    """A `Download` of links from outside."""

    def __init__(self, seconds: float, loopback_origin: str = "") -> None:
        """Takes an origin on this machine that may be asked too (a simulator's), such as ``http://127.0.0.1:8081``.

        A picture may take so many `seconds`.
        """
        self._own = _origin(loopback_origin)
        self._seconds = seconds

    async def __call__(self, url: str, most_bytes: int) -> bytes:
        """The bytes at the link.

        Raises:
            NotFetchableError: the link may not be followed, leads nowhere any more, or to something too large.
            DownloadError: it did not come this time.
        """
        origin = _origin(url)
        own = origin is not None and origin == self._own
        if not own and (origin is None or origin[0] != "https"):
            raise NotFetchableError(NOT_HTTPS)
        refused: Refused = []
        timeout = aiohttp.ClientTimeout(total=self._seconds)
        try:
            async with (
                aiohttp.ClientSession(
                    connector=connector(None if own else refused),
                    timeout=timeout,
                    cookie_jar=aiohttp.DummyCookieJar(),
                    auto_decompress=False,
                ) as session,
                session.get(url, allow_redirects=False, headers={"Accept-Encoding": "identity"}) as response,
            ):
                return await _body(response, most_bytes)
        except aiohttp.InvalidURL as error:
            raise NotFetchableError(NOT_HTTPS) from error
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            if refused:
                raise NotFetchableError(NOT_PUBLIC) from error
            raise DownloadError(type(error).__name__) from error


async def _body(response: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    if 300 <= response.status < 400:
        raise NotFetchableError(REDIRECTED)
    if response.status in (400, 401, 403, 404, 410):
        raise NotFetchableError(GONE)
    if response.status != 200 or response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise DownloadError(f"http_{response.status}")
    if (response.content_length or 0) > most_bytes:
        raise NotFetchableError(TOO_LARGE)
    content = bytearray()
    async for chunk in response.content.iter_chunked(CHUNK):
        content += chunk
        if len(content) > most_bytes:
            raise NotFetchableError(TOO_LARGE)
    return bytes(content)


def _origin(url: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port; None for what is no plain address of a host."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if len(url) > LONGEST_LINK or parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return None
    return parts.scheme, parts.hostname, port
