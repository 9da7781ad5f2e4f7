"""Signs messages as https://www.standardwebhooks.com says, where receivers find a library that checks them."""

import base64
import binascii
import hashlib
import hmac

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
"""Bytes of a key."""

ALLOWED = (
    f"must be {PREFIX} and the base64 of {SHORTEST} to {LONGEST} random bytes; while one is changed, two of them "
    "with a space between. docs/webhooks.md says how to make one"
)


def keys_of(secret: str) -> tuple[bytes, ...]:
    """The keys of a secret: one, or several with spaces between while the receiver takes a new one.

    Raises:
        ValueError: it is none; the sentence shows nothing of it.
    """
    found = tuple(_key(word) for word in secret.split())
    if not found:
        raise ValueError(ALLOWED)
    return found


def _key(word: str) -> bytes:
    try:
        key = base64.b64decode(word.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        # From None: the error may hold a part of it.
        raise ValueError(ALLOWED) from None
    if not word.startswith(PREFIX) or not SHORTEST <= len(key) <= LONGEST:
        raise ValueError(ALLOWED)
    return key


def headers(keys: tuple[bytes, ...], message_id: str, seconds: int, body: bytes) -> dict[str, str]:
    """What goes with a message that is sent now, `seconds` after the epoch."""
    signed = f"{message_id}.{seconds}.".encode() + body
    made = (base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode() for key in keys)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(f"v1,{one}" for one in made),
    }
