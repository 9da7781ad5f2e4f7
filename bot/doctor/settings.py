"""The checks of the settings: each key with where its value came from, and what works though nobody meant it."""

import os
import re
import tomllib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr

from bot.config import BotToml
from bot.doctor.finding import Finding, counted, ok, warn
from bot.handover.location import Location
from bot.mistakes import hidden, host_alone, is_secret
from bot.settings import CREDENTIALS, Environment, Settings, variables
from bot.values import AROUND, IN_FILE, meant

_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_]\w*)\s*=(.*)", re.DOTALL)
"""Of `.env`."""
_NAME = re.compile(r"[A-Z_][A-Z0-9_]*")
"""What bot.toml may call a variable, where it names one."""
_DEFAULT = "the default"
_WEBHOOK = re.compile(r"webhooks\[\d+\]\.url")
_FEW = 4
"""Signs by which somebody knows an id again."""
_SURE = 0.85
"""How alike a variable of the environment must be: most of what stands there is none of the bot's business."""
_LIKELY = 0.75
"""The same of `.env`."""


async def values(houses: Sequence[Settings], env_file: Path, *, every: bool) -> AsyncIterator[Finding]:
    """Each key that is set, with its value and from where it is; secrets are masked.

    Args:
        houses: the settings of each.
        env_file: such as `.env`.
        every: whether those that have their default are listed too, instead of counted.
    """
    listed = [*_of_environment(houses, env_file), *_of_toml(houses[0].env.bot_config)]
    for name, value, source in listed:
        if every or source != _DEFAULT:
            yield ok(f"setting {name}", f"{value}, {source}")
    if left := sum(source == _DEFAULT for _, _, source in listed) * (not every):
        yield ok("settings", f"{counted(left, 'other key')} as by default: `otc-bot doctor --all` lists them")


async def slips(env_file: Path, toml: Path) -> AsyncIterator[Finding]:
    """What works though nobody meant it: spaces at the end of values, and names that are none of the bot's.

    It can be asked of settings that can't be read, too.
    """
    in_file = list(_lines(env_file))
    content = _content(toml)
    known = _known(content)
    # What an environment holds is only looked at under the names that the bot reads.
    in_environment = [(name, value) for name, value in os.environ.items() if name.upper() in known]
    for where, found in ((str(env_file), in_file), ("the environment", in_environment)):
        for name, value in found:
            if name.upper() in known and _ends_in_space(value):
                yield _space(f"{name} in {where}")
    for key, text in _texts(content):
        if _ends_in_space(text):
            yield _space(f"{key} in {toml}")
    for where, names, alike in (
        (str(env_file), [name for name, _ in in_file], _LIKELY),
        ("the environment", list(os.environ), _SURE),
    ):
        for name in names:
            if name.upper() not in known and (right := meant(name.upper(), known, alike)):
                yield warn(
                    f"setting {name}", f"{name} in {where} is none of otc-bot's", f"Did you mean {right}? Rename it."
                )


def _space(what: str) -> Finding:
    key = what.partition(" ")[0]
    said = f"{what} has a space at its end, which the bot leaves out"
    return warn(f"setting {key}", said, "Delete it: other programs that read it would not.")


def _ends_in_space(value: str) -> bool:
    """Whether a value ends in what nobody sees, also within quotes."""
    bare = value.strip(AROUND)
    quoted = len(bare) >= 2 and bare[0] == bare[-1] and bare[0] in "'\""
    return value != value.rstrip(AROUND) or (quoted and bare[1:-1] != bare[1:-1].rstrip(AROUND))


def _lines(env_file: Path) -> Iterator[tuple[str, str]]:
    """What `.env` says, as it stands there."""
    try:
        text = env_file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return  # whoever reads the settings says so
    for line in text.split("\n"):
        if found := _LINE.fullmatch(line.removesuffix("\r")):
            yield found[1], found[2]


def _content(toml: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(toml.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}  # whoever reads the settings says so


def _texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """The texts in a TOML file, each by its key."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _texts(one, f"{key}.{name}" if key else name)
    elif isinstance(value, list):
        for n, one in enumerate(value, 1):
            yield from _texts(one, f"{key}[{n}]")
    elif isinstance(value, str):
        yield key, value


def _known(content: Mapping[str, Any]) -> set[str]:
    """The names of variables that the bot reads, in capitals."""
    named = {text.upper() for _, text in _texts(content) if _NAME.fullmatch(text)}
    own = {name.upper() for name in Environment.model_fields}
    return own | named | {f"{name}{IN_FILE}" for name in (*CREDENTIALS, *named)}


def _of_environment(houses: Sequence[Settings], env_file: Path) -> Iterator[tuple[str, str, str]]:
    """Names, values as they may be shown, and sources."""
    found = variables(str(env_file))
    around = {name.upper() for name, value in os.environ.items() if value}
    seen = set()
    for settings in houses:
        for field in Environment.model_fields:
            name = settings.variable(field)
            if name in seen:
                continue
            seen.add(name)
            value = getattr(settings.env, field)
            if settings.workspace and isinstance(value, str):
                value = found.get(name.upper(), value)  # of it, such as of DATABASE_URL, each workspace makes its own
            shown = _masked(field, name, value)
            if path := found.get(name.upper() + IN_FILE):
                yield name, shown, f"from the file {path}"
            elif name.upper() in around:
                yield name, shown, "from the environment"
            elif name.upper() in found:
                yield name, shown, f"from {env_file}"
            else:
                yield name, shown, _DEFAULT


def _masked(field: str, name: str, value: Any) -> str:
    """Of a secret no more than how long it is, and of which kind; of an id a few signs, as it may be the secret."""
    if value is None:
        return "not set"
    if isinstance(value, SecretStr) or is_secret(name):
        text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        kind = text[:5] if text.startswith(("xoxb-", "xapp-")) else ""
        return f"{kind}… ({len(text)} signs)"
    if field == "flipkart_app_id":
        return f"{value[: min(_FEW, len(value) // 4)]}… ({len(value)} signs)"
    return hidden(str(value))


def _of_toml(path: Path) -> Iterator[tuple[str, str, str]]:
    content = _content(path)
    said = dict(_leaves(content))
    for key, value in said.items():
        # Of a webhook the host alone: its quotes are around what is left.
        shown = f'"{host_alone(value[1:-1])}"' if _WEBHOOK.fullmatch(key) else hidden(value)
        yield key, shown, f"from {path}"
    defaults = _defaults(BotToml)
    defaults["locations"] = [_defaults(Location) for _ in content.get("locations") or ()]
    for key, value in _leaves(defaults):
        if not any(one == key or one.startswith((f"{key}[", f"{key}.")) for one in said):
            yield key, value, _DEFAULT


def _defaults(model: type[BaseModel]) -> dict[str, Any]:
    found = {}
    for name, field in model.model_fields.items():
        if not field.is_required():
            value = field.get_default(call_default_factory=True)
            found[name] = _defaults(type(value)) if isinstance(value, BaseModel) else value
    return found


def _leaves(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _leaves(one, f"{key}.{name}" if key else name)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for n, one in enumerate(value, 1):
            yield from _leaves(one, f"{key}[{n}]")
    else:
        yield key, _as_toml(value)


def _as_toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(_as_toml(one) for one in value)}]"
    return f'"{value}"' if isinstance(value, str) else "not set" if value is None else f"{value}"
