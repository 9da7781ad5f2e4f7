"""What a receipt's SHA-256 is taken over, and how.

The data is plain JSON: objects, lists, texts, whole numbers, true, false and null. Times are texts in UTC with six
digits of a second (``2026-03-02T09:00:00.000000Z``). It is written with sorted keys, without a space, every sign as
itself in UTF-8, and hashed with SHA-256. In Python, over the `data` of a line of the JSON export::

    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    hashlib.sha256(text.encode("utf-8")).hexdigest()

What may be called otherwise tomorrow is not in it: no name of a person in Slack (their ids are), no name of the
location (its id is), no zone, no sentence in any language.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime

Json = str | int | bool | None | Sequence["Json"] | dict[str, "Json"]

_HALF_SIGNS = re.compile(r"[\ud800-\udfff]")


def moment(value: datetime | None) -> str | None:
    """A time as the data has it. Raises ValueError for a datetime without a zone, which is a fault of the bot."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a naive datetime was about to be put on record; every moment must carry its zone")
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def whole(text: str) -> str:
    """The text as it is, but for halves of surrogate pairs, which UTF-8 can't hold: each becomes U+FFFD."""
    return _HALF_SIGNS.sub("\ufffd", text)


def canonical(data: Json) -> bytes:
    """The bytes that are hashed."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def digest(data: Json) -> str:
    """SHA-256 over the canonical bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(data)).hexdigest()
