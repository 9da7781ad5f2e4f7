"""One call to an address outside: the message goes there, and of the answer only the head is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum

import aiohttp

from bot.addresses import Refused, connector

AGENT = "otc-bot"
_TAKEN = range(200, 300)
_LEADS_ON = range(300, 400)
_THIS_ONE = frozenset({400, 409, 413, 415, 422})
"""The address is there and finds fault with this message; all else may be so with each of them."""
_ADVICE = {
    401: "check the secret: the receiver does not accept it",
    403: "check the secret and the url: the receiver lets nobody in",
    404: "check the url in bot.toml",
    405: "check the url in bot.toml: it takes no POST",
    410: "the receiver wants no more; take its [[webhooks]] out of bot.toml, or give it another url",
}
_MEND_LINK = "it leads to another address, which is not followed; write that one into bot.toml"
_MEND_PRIVATE = "allow_private = true lets it be told, if it is meant to be in your own network"
_MEND_CERTIFICATE = "its certificate is not trusted; the receiver needs one that is"


class Fate(Enum):
    """What became of a call."""

    TAKEN = "taken"
    REFUSED = "refused"
    """This message alone."""
    FAILED = "failed"
    GONE = "gone"
    """The address wants no more messages."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answered, or why it did not."""

    fate: Fate
    reason: str = ""
    advice: str = ""
    """What somebody has to do; empty where waiting may do."""
    retry_after: float | None = None

    @property
    def why(self) -> str:
        """The reason, and what to do about it."""
        return f"{self.reason} ({self.advice})" if self.advice else self.reason


@dataclass(frozen=True, slots=True)
class Address:
    """Where messages go, and how."""

    id: str
    url: str = field(repr=False)
    """There may be a secret in it: it is in no log."""
    keys: tuple[bytes, ...] = field(repr=False)
    allow_private: bool = False


async def post(address: Address, headers: Mapping[str, str], body: bytes, seconds: float) -> Answer:
    """Brings a message to an address, which has so many seconds to answer. Raises nothing, whatever it does."""
    refused: Refused = []
    timeout = aiohttp.ClientTimeout(total=seconds)
    sent = {"content-type": "application/json", "user-agent": AGENT, **headers}
    try:
        async with (
            aiohttp.ClientSession(
                connector=connector(None if address.allow_private else refused),
                timeout=timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
            ) as session,
            session.post(address.url, data=body, headers=sent, allow_redirects=False) as response,
        ):
            return _answer(response)
    except TimeoutError:
        return Answer(Fate.FAILED, f"no answer within {seconds:g} s")
    except aiohttp.ClientConnectorCertificateError as error:
        return Answer(Fate.FAILED, type(error).__name__, _MEND_CERTIFICATE)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        if refused:
            return Answer(Fate.FAILED, "its address is a private one", _MEND_PRIVATE)
        # Without its words: they may have the url in them.
        return Answer(Fate.FAILED, f"it can't be reached ({type(error).__name__})")


def _answer(response: aiohttp.ClientResponse) -> Answer:
    status = response.status
    if status in _TAKEN:
        return Answer(Fate.TAKEN)
    reason = f"HTTP {status}"
    if status in _LEADS_ON:
        return Answer(Fate.FAILED, reason, _MEND_LINK)
    if status in _THIS_ONE:
        return Answer(Fate.REFUSED, reason)
    fate = Fate.GONE if status == 410 else Fate.FAILED
    return Answer(fate, reason, _ADVICE.get(status, ""), _wait(response.headers.get("Retry-After", "")))


def _wait(said: str) -> float | None:
    """Seconds of a Retry-After, which may be a number or a date; None where it is neither."""
    if said.strip().isdecimal():
        return float(said[:9])
    try:
        at = parsedate_to_datetime(said)
    except (ValueError, TypeError):
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
