"""Makes one safe path of every form in which Flipkart gives `next_url`.

A bare token, a path with or without ``/sellers``, an absolute URL of the API's own host. Anything else would carry the
bearer token away and is refused.
"""

import functools
import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from bot.flipkart.errors import MalformedError

SCANS_PATH = "/sellers/v3/returns/tasks/shipments"
LEDGER_PATH = "/sellers/v2/returns"
_SEEN = re.compile("[!-~]+")
_SAFE = re.compile(rf"{SCANS_PATH}/(?!(?:\.|%2E){{1,2}}$)(?:[A-Za-z0-9_.~-]|%[0-9A-F]{{2}})+")
"""A path as it is made here. The cursor is kept like that, and asked for at every look."""
LONGEST = 8000
"""Servers take request lines of 8 KiB; a token holds three ids, and 300 signs of each must fit."""


def same_origin(url: str, base_url: str) -> bool:
    """Whether both have the same scheme, host and port."""
    one, other = urlsplit(url), urlsplit(base_url)
    ports = {"https": 443, "http": 80}
    return (one.scheme, one.hostname, one.port or ports.get(one.scheme)) == (
        other.scheme,
        other.hostname,
        other.port or ports.get(other.scheme),
    )


@functools.lru_cache(1024)
def scans_path(next_url: str, base_url: str) -> str:
    """The path below the API's host, its token as one percent-encoded segment.

    Raises:
        MalformedError: another host or scheme, another path, or absurdly long.
    """
    if len(next_url) <= LONGEST and _SAFE.fullmatch(next_url):
        return next_url
    text = next_url.strip()
    if not text or len(text) > LONGEST or not _SEEN.fullmatch(text):
        raise MalformedError("next_url is empty, too long or has characters that no URL has")
    if "://" in text or text.startswith("//"):
        try:
            foreign = not same_origin(text, base_url)
        except ValueError as error:
            raise MalformedError("next_url is not a URL") from error
        if foreign:
            raise MalformedError("next_url points to another host and was not followed")
        text = urlsplit(text).path.removeprefix(urlsplit(base_url).path.rstrip("/"))
        if not _is_path(text):
            raise MalformedError("next_url is not a page of scans and was not followed")
    elif ":" in text.partition("/")[0]:
        raise MalformedError("next_url has an unknown scheme and was not followed")
    token = quote(unquote(_token(text.lstrip("/") if _is_path(text) else text)), safe="")
    if not token or token in (".", ".."):
        raise MalformedError("next_url has no token")
    path = f"{SCANS_PATH}/{token}"
    if len(path) > LONGEST:  # it is kept and read again, and must not be refused then
        raise MalformedError("next_url is too long")
    return path


def ledger_path(next_url: str, base_url: str) -> str:
    """The path below the API's host of a further page of the returns ledger, whose `nextUrl` is relative to it.

    Raises:
        MalformedError: another host or scheme, another path, or absurdly long.
    """
    text = next_url.strip()
    if not text or len(text) > LONGEST or not _SEEN.fullmatch(text):
        raise MalformedError("nextUrl is empty, too long or has characters that no URL has")
    try:
        # Relative to the ledger as it is said to be, to the root of the host, or whole.
        named = text if "://" in text or text.startswith("//") else base_url + "/" + text.lstrip("/")
        foreign = not same_origin(named, base_url)
        path, query = urlsplit(named).path, urlsplit(named).query
    except ValueError as error:
        raise MalformedError("nextUrl is not a URL") from error
    if foreign:
        raise MalformedError("nextUrl points to another host and was not followed")
    below = path.removeprefix(urlsplit(base_url).path.rstrip("/")).strip("/")
    if below.removeprefix("sellers/").removeprefix("v2/") not in ("returns", "") or not query:
        raise MalformedError("nextUrl is not a page of returns and was not followed")
    found = f"{LEDGER_PATH}?{urlencode(parse_qsl(query, keep_blank_values=True))}"
    if len(found) > LONGEST:  # it is kept and read again, and must not be refused then
        raise MalformedError("nextUrl is too long")
    return found


_PREFIXES = (SCANS_PATH.removeprefix("/") + "/", SCANS_PATH.removeprefix("/sellers/") + "/")


def _is_path(text: str) -> bool:
    return text.lstrip("/").startswith(_PREFIXES)


def _token(text: str) -> str:
    for prefix in _PREFIXES:
        if text.startswith(prefix):
            return text.removeprefix(prefix)
    return text
