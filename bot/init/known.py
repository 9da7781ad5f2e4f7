"""What is set already where `init` is started: the environment, `.env` and bot.toml."""

import os
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from bot.config import BotToml
from bot.paths import closed, is_there
from bot.settings import ProcessEnvironment, SettingsError, read_environment, read_toml, variables
from bot.values import IN_FILE, SecretFileError, secret_of

ENV_FILE = Path(".env")
NAMES = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "FLIPKART_APP_ID", "FLIPKART_APP_SECRET")
"""The credentials that `init` asks for."""


class Place(Enum):
    """Where a credential is set."""

    ENVIRONMENT = "the environment"
    ENV_FILE = ".env"
    OWN_FILE = "a file of its own"


@dataclass(frozen=True, slots=True)
class Credential:
    """One that is set already."""

    name: str
    value: str = field(repr=False)
    place: Place
    """As `.env` alone can be written, one from elsewhere has to be mended there."""


@dataclass(frozen=True, slots=True)
class Known:
    """All of it."""

    process: ProcessEnvironment
    credentials: dict[str, Credential]
    toml: BotToml | None
    """None: there is no bot.toml yet."""

    @property
    def toml_path(self) -> Path:
        """Where bot.toml is, or is to be."""
        return self.process.bot_config


def known() -> Known:
    """Reads it.

    Raises:
        SettingsError: what must be mended by hand before `init` can add anything, one line each.
    """
    lines: list[str] = []
    process = read_environment(ProcessEnvironment, lines, str(ENV_FILE))
    credentials = {}
    merged = variables(str(ENV_FILE))
    for name in NAMES:
        try:
            value = secret_of(merged, name)
        except SecretFileError as error:
            lines.append(str(error))
            continue
        if value is not None:
            credentials[name] = Credential(name, value, _place(name, merged))
    path = process.bot_config if process is not None else Path("bot.toml")
    toml, several = read_toml(path, lines) if is_there(path) or closed(path) else (None, False)
    if several:
        lines.append(
            f"{path} has [[sellers]] or [[workspaces]]: init sets up one seller with one workspace. Add to it by hand; "
            "bot.example.toml shows how"
        )
    if lines or process is None:
        raise SettingsError(lines)
    return Known(process, credentials, toml)


def _place(name: str, merged: dict[str, str]) -> Place:
    if any(one in os.environ for one in (name, name.lower())):
        return Place.ENVIRONMENT
    return Place.OWN_FILE if merged.get(name + IN_FILE) else Place.ENV_FILE
