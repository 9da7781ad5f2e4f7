"""Values as people type and copy them into `.env` and bot.toml: bared of what nobody meant, and looked at."""

from typing import Any
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")
AROUND = " \t\r\n\v\f\u00a0\u200b\u200c\u200d\u2060\ufeff"
"""Signs that a copied value has around it and that nobody sees."""


def unquoted(value: str) -> str:
    """The value without what nobody meant: spaces and one pair of quotes around it."""
    bare = value.strip(AROUND)
    if len(bare) >= 2 and bare[0] == bare[-1] and bare[0] in "'\"":
        bare = bare[1:-1].strip(AROUND)
    return bare


def trimmed(value: Any) -> Any:
    """What a TOML file holds, its texts without spaces around them."""
    if isinstance(value, dict):
        return {key: trimmed(one) for key, one in value.items()}
    if isinstance(value, list):
        return [trimmed(one) for one in value]
    return value.strip(AROUND) if isinstance(value, str) else value


def is_word(value: str) -> bool:
    """Whether it can be a token or an id: nothing in it that a header can not carry."""
    return value.isascii() and value.isprintable() and " " not in value


def is_safe(address: str) -> bool:
    """Whether it is an https address without a user or query; plain http is for this machine only."""
    try:
        parts = urlsplit(address)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        plain = all(32 < ord(sign) < 127 for sign in address) and not any(sign in address for sign in "@?#\\")
        return safe and bool(parts.hostname) and plain and parts.port != 0
    except ValueError:
        return False
