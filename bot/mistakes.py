"""What is said of a wrong setting: a sentence that says what stands there, unless it is a secret, and what may."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args
from urllib.parse import urlsplit

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from bot.config import NAMING, BotToml
from bot.scrub import scrubbed
from bot.values import FromFile, SecretFileError, meant, of_kind

_LONGEST = 80
"""Signs of a value that are shown."""


def of_variable(error: ErrorDetails, variables: Mapping[str, str]) -> str:
    """Of a variable of the environment; `variables` has other names of some, by setting."""
    if not error["loc"]:
        return _allowed(error)
    setting = str(error["loc"][0])
    name = variables.get(setting, setting.upper())
    if error["type"] == "missing":
        return f"{name} is missing: `otc-bot init` asks for it, or see .env.example"
    if isinstance(error.get("ctx", {}).get("error"), SecretFileError):
        return _allowed(error)
    shown = (
        ""
        if setting in _UNSHOWN or is_secret(setting.upper()) or isinstance(error.get("input"), FromFile)
        else f" = {hidden(repr(error.get('input')))}"
    )
    return f"{name}{shown}: {_allowed(error)}"


_UNSHOWN = ("flipkart_app_id",)
"""Somebody may have swapped it with the secret."""
_USER_INFO = re.compile(r"//.*@")
_PASSWORD = re.compile(r"(?<=password=)[^&'\"]*")


def hidden(text: str) -> str:
    """A value without what opens a door."""
    return scrubbed(_PASSWORD.sub("…", _USER_INFO.sub("//…@", text)))


def host_alone(address: str) -> str:
    """No more of an address than its host: whoever knows the rest of a webhook's can write there."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "…"
    return f"{parts.scheme}://{parts.hostname}/…" if parts.hostname else "…"


def is_secret(name: str) -> bool:
    """Whether what a variable of this name holds is shown to nobody."""
    return any(word in name for word in ("TOKEN", "SECRET", "DSN"))


def of_key(error: ErrorDetails) -> str:
    """Of a key of bot.toml; what looks like a token is not shown, wherever it stands."""
    return scrubbed(_of_key(error))


def _of_key(error: ErrorDetails) -> str:
    key = ""
    for part in error["loc"]:
        key += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if key else str(part)
    if error["type"] == "missing":
        return f"{key} is missing"
    if error["type"] == "extra_forbidden":
        right = meant(str(error["loc"][-1]), _keys_of(error["loc"][:-1]))
        return f"{key} is not a setting of otc-bot; " + (
            f"did you mean {right}?" if right else "bot.example.toml lists them all"
        )
    table, name = str(error["loc"][0]), str(error["loc"][-1])
    if table in NAMING and name in NAMING[table]:
        return f"{key} must be the name of a variable, such as SHOES_SECRET: what it is to hold belongs into .env"
    said = of_kind(error, key) or _allowed(error)
    if isinstance(error["input"], list) and error["input"] and isinstance(error["input"][0], dict):
        return f"[[{key}]] {said}"  # tables are too much to show
    if table in NAMING and len(error["loc"]) < _WITHIN_A_TABLE:
        return f"{key} {said}"
    if table == "webhooks" and name == "url":
        return f"{key} = {host_alone(str(error['input']))!r}: {said}"
    return f"{key} = {short(error['input'])}: {said}"


_WITHIN_A_TABLE = 3
"""Parts of a key such as `webhooks[1].url`; of fewer, the value may hold all that stands in a table."""


def _keys_of(place: Iterable[int | str]) -> list[str]:
    """The keys that a table of bot.toml may have."""
    table: type[BaseModel] = BotToml
    for part in place:
        if isinstance(part, str) and part in table.model_fields:
            within = _models(table.model_fields[part].annotation)
            table = next(within, table)
    return list(table.model_fields)


def _models(kind: Any) -> Iterator[type[BaseModel]]:
    """The tables of which a value is made: itself, or those of a list."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for one in get_args(kind):
        yield from _models(one)


def short(value: Any) -> str:
    """A value as it stands there, not too long."""
    text = hidden(repr(value))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _allowed(error: ErrorDetails) -> str:
    text = error["msg"].removeprefix("Value error, ")
    return text.replace("Input should be", "must be")
