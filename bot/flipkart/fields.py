"""Fields of Flipkart's JSON, which nobody can be sure of: one of a wrong type reads as empty."""

import re
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, SecretStr

from bot.clock import from_epoch
from bot.text import beginning, squash

LONGEST_TEXT = 1000
ERROR_CODE = re.compile(r"(?=.{1,60}\Z)[A-Za-z0-9]+([_-][A-Za-z0-9]+)*")
"""As all that are published, and some room for others."""
EXACT = 2**53
"""Below it a floating-point number holds every digit of a whole one."""
LARGEST_NUMBER = 2**63
"""What SQLite holds is smaller."""


_WITH_TEXT = (str, int, float)


def as_text(value: Any) -> str:
    """A text of at most 1,000 signs that any database and message can hold; empty for what is none."""
    if type(value) is str and len(value) <= LONGEST_TEXT and value.isascii() and "\0" not in value:
        return value.strip()  # nearly every one: a page has a hundred
    if value is None or isinstance(value, bool) or not isinstance(value, _WITH_TEXT):
        return ""
    if isinstance(value, float):
        # An id or a code may come as a number. From 2**53 on it may be another one than was meant.
        if not abs(value) < EXACT:
            return ""
        value = int(value) if value.is_integer() else value
    # What no database or message can hold (lone surrogates, NUL) must not make a parcel unstorable.
    text = beginning(str(value), LONGEST_TEXT).encode("utf-8", "replace").decode("utf-8")
    return text.replace("\0", "\ufffd").strip()


def _error_code(value: Any) -> str:
    text = as_text(value)
    return text if ERROR_CODE.fullmatch(text) else ""


def _number(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if abs(number) < LARGEST_NUMBER else None


def as_moment(value: Any) -> datetime | None:
    """An epoch time in seconds or milliseconds; None for what is none."""
    if value is None or isinstance(value, bool):
        return None
    try:
        return from_epoch(value if type(value) is int else float(value))
    except (TypeError, ValueError, OverflowError):
        return None


def as_flag(value: Any) -> bool:
    """True or a word for it; false for anything else."""
    return value is True or (isinstance(value, str) and squash(value) in ("true", "yes"))


def as_object(value: Any) -> Any:
    """An object; empty for what is none."""
    return value if isinstance(value, dict) else {}


def as_objects(value: Any) -> list[Any]:
    """The objects of a list; what else stands in it is left out."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def as_texts(value: Any) -> list[str]:
    """The texts of a list."""
    found = [as_text(item) for item in value] if isinstance(value, list) else []
    return [text for text in found if text]


Str = Annotated[str, BeforeValidator(as_text)]
ErrorCode = Annotated[str, BeforeValidator(_error_code)]
"""Empty for what can't be one: it is shown to people, and must neither link, mention nor format."""
Int = Annotated[int | None, BeforeValidator(_number)]
Moment = Annotated[datetime | None, BeforeValidator(as_moment)]
Flag = Annotated[bool, BeforeValidator(as_flag)]
Secret = Annotated[SecretStr, BeforeValidator(as_text)]


class Wire(BaseModel):
    """An object of which unknown fields are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)
