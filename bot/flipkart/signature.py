"""Flipkart's signature on a notification.

It covers the time, the registered address and the method, and not the body: whoever gets hold of one pair of headers
could send any body with it. So it counts for `FRESH` only. That is a day and not minutes, because the time is the one
at which the notification was made: what was not taken while the bot was down comes again with the old one, and a
notification that is refused for ever holds up all that follow it.
"""

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate

from pydantic import SecretStr

from bot.clock import from_epoch

FRESH = timedelta(days=1)
"""How far a signed time may be from ours, either way."""
LONGEST_HEADER = 500
SCHEME = "FKLOGIN"
INDIA = timedelta(hours=5, minutes=30)
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d")
_ZONE = re.compile(r"\s*(?:GMT|UTC|IST|Z)?\s*(?:[+-]\d\d:?\d\d)?$")


def signature(at: int, url: str, method: str, secret: SecretStr) -> str:
    """The signature, in hexadecimal digits, of a moment in epoch seconds."""
    signed = f"{at}{url}{method}{secret.get_secret_value()}".encode()
    return hashlib.sha1(signed, usedforsecurity=False).hexdigest()  # Flipkart's choice


def readings(x_date: str) -> tuple[int, ...]:
    """The epoch seconds that X_Date can mean: its clock in GMT and in India, whatever zone it names."""
    text = x_date[:LONGEST_HEADER].strip()
    if text.isascii() and text.isdecimal():
        moment = from_epoch(float(text))
        return () if moment is None else (int(moment.timestamp()),)
    try:
        if _ISO.match(text):
            clock = datetime.fromisoformat(text[:19])
        else:
            parts = parsedate(_ZONE.sub("", text))
            if parts is None:
                return ()
            clock = datetime(*parts[:6])  # noqa: DTZ001 - its zone is what is tried
        told = int(clock.replace(tzinfo=UTC).timestamp())
    except (ValueError, OverflowError, TypeError, IndexError):
        return ()
    return (told, told - int(INDIA.total_seconds()))


@dataclass(frozen=True, slots=True)
class Signatures:
    """Checks signatures for one application and one registered address."""

    app_id: str
    secret: SecretStr
    url: str

    def signed_at(self, x_date: str, x_authorization: str, method: str) -> datetime | None:
        """When Flipkart signed this, or None where it did not."""
        app_id, _, given = _credentials(x_authorization).partition(b":")
        known = hmac.compare_digest(app_id, self.app_id.encode())
        found = None
        for at in readings(x_date):
            wanted = signature(at, self.url, method, self.secret).encode()
            if hmac.compare_digest(given.lower(), wanted):
                found = at
        return datetime.fromtimestamp(found, UTC) if known and found is not None else None


def _credentials(header: str) -> bytes:
    scheme, _, value = header[:LONGEST_HEADER].partition(" ")
    if scheme.upper() != SCHEME:
        return b""
    try:
        return base64.b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""
