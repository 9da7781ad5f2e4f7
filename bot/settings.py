"""Settings: the environment (or .env) and bot.toml, frozen, built once, passed in. Secrets are SecretStr."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.config import BotToml
from bot.database_url import database_url
from bot.mistakes import of_key, of_variable, short
from bot.paths import closed, is_folder
from bot.values import (
    IN_FILE,
    FromFile,
    SecretFileError,
    is_dsn,
    is_safe,
    is_word,
    secret_of,
    trimmed,
    unquoted,
)

FLIPKART = "https://api.flipkart.net"
SHORTEST_TOKEN = 16
"""Signs of METRICS_TOKEN: it is guessed over HTTP, as often as anybody likes."""
LONGEST_ENVIRONMENT = 64
"""Signs of a name that Sentry takes."""
SLACK = "https://slack.com/api/"
POLITE_SECONDS = 30
"""Flipkart documents one call every 30 s; faster counts as abuse."""
CREDENTIALS = (
    *("DATABASE_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"),
    *("FLIPKART_APP_ID", "FLIPKART_APP_SECRET", "METRICS_TOKEN", "SENTRY_DSN"),
)
"""The variables whose value may stand in a file instead; so may that of each variable that bot.toml names."""


class SettingsError(Exception):
    """What is wrong in the settings: one line per mistake, each naming the key, the value and what is allowed."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


class _Files(PydanticBaseSettingsSource):
    """The credentials that stand in files. What is wrong with one takes its place, so each mistake has its line."""

    def __init__(self, kind: type[BaseSettings], *sources: PydanticBaseSettingsSource) -> None:
        """The files are named in these sources, of which a later one wins."""
        super().__init__(kind)
        self._variables = _variables(*sources)

    def __call__(self) -> dict[str, Any]:
        """The values, by setting; pydantic-settings asks each source for what it has."""
        return {
            name.lower(): self._value(name)
            for name in CREDENTIALS
            if name.lower() in self.settings_cls.model_fields and name + IN_FILE in self._variables
        }

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """One of them, as the base class wants it."""
        del field
        return self().get(field_name), field_name, False

    def _value(self, name: str) -> str | SecretFileError:
        try:
            return secret_of(self._variables, name) or ""
        except SecretFileError as error:
            return error


def _variables(*sources: PydanticBaseSettingsSource) -> dict[str, str]:
    environments = [one.env_vars for one in sources if isinstance(one, EnvSettingsSource)]
    return {name.upper(): value for one in environments for name, value in one.items() if value}


def variables(env_file: str | None) -> dict[str, str]:
    """All variables, of the file and of the environment, which wins; their names in capitals."""
    return _variables(DotEnvSettingsSource(Where, env_file=env_file), EnvSettingsSource(Where))


class Where(BaseSettings):
    """Where bot.toml is: known even when other variables are wrong."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8-sig",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    bot_config: Path = Path("bot.toml")

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, values: Any) -> Any:
        """`docker run --env-file` hands on quotes, and a copied value brings its line end along: neither is meant."""
        if not isinstance(values, dict):
            return values
        typed = {name: one for name, one in values.items() if isinstance(one, str) and not isinstance(one, FromFile)}
        bare = values | {name: unquoted(one) for name, one in typed.items()}
        return {name: value for name, value in bare.items() if value != ""}

    @field_validator("*", mode="before")
    @classmethod
    def _readable(cls, value: Any) -> Any:
        if isinstance(value, SecretFileError):
            raise value
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Files before variables: where both give one credential, that is a mistake to be told."""
        del file_secret_settings
        files = _Files(settings_cls, dotenv_settings, env_settings)
        return init_settings, files, env_settings, dotenv_settings


class Kept(Where):
    """Where the bot keeps what it knows: enough to read it, without any account."""

    database_url: str = Field(default="sqlite:///otc-bot.db", repr=False)
    photos_folder: Path | None = None
    """In which each database's folder of pictures lies; None: beside the database, or in the working folder."""

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        return database_url(value)

    @field_validator("photos_folder")
    @classmethod
    def _folder(cls, value: Path | None) -> Path | None:
        # One that is made where a disk was to be mounted would hide what lies on the disk.
        if value is not None and not is_folder(value):
            why = closed(value)
            raise ValueError(
                f"{why}, or name another folder"
                if why
                else "must be a folder that is there: make it, or mount it, first"
            )
        return value


class ProcessEnvironment(Kept):
    """What is of the process, whoever's tokens it holds."""

    slack_api_url: str = SLACK
    flipkart_api_url: str = FLIPKART
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8080, ge=0, le=65535)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] = "console"
    sentry_dsn: SecretStr | None = None
    """Where faults of the bot are told; None: nowhere."""
    sentry_environment: str = "production"
    """By what name Sentry keeps them apart from those of other bots."""
    metrics_token: SecretStr | None = None
    """Who shows it may read what is not for everybody; None: this machine's programs may."""
    health_access: Literal["all", "limited"] = "all"
    """Who may read the reasons on the health pages: everybody who reaches the port, or who may read /metrics."""
    slack_client_id: str | None = None

    @field_validator("slack_api_url", "flipkart_api_url")
    @classmethod
    def _safe_url(cls, value: str) -> str:
        if not is_safe(value):
            raise ValueError("must be an https:// address without a user or query (http:// only on this machine)")
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _with_slash(cls, value: str) -> str:
        return value if value.endswith("/") else value + "/"

    @field_validator("sentry_dsn")
    @classmethod
    def _dsn(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not is_dsn(value.get_secret_value()):
            raise ValueError("must be a DSN as Sentry shows it: https://key@host/number (http:// only on this machine)")
        return value

    @field_validator("sentry_environment")
    @classmethod
    def _environment(cls, value: str) -> str:
        # What Sentry takes for a name; an event with any other it throws away.
        if not is_word(value) or "/" in value or len(value) > LONGEST_ENVIRONMENT or value == "None":
            raise ValueError(f"must be one word of {LONGEST_ENVIRONMENT} signs or fewer, without /, such as production")
        return value

    @field_validator("metrics_token")
    @classmethod
    def _long_token(cls, value: SecretStr | None) -> SecretStr | None:
        token = "" if value is None else value.get_secret_value()
        if value is not None and (not is_word(token) or len(token) < SHORTEST_TOKEN):
            raise ValueError(
                f"must be one word of {SHORTEST_TOKEN} signs or more, made by chance: openssl rand -hex 32"
            )
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _no_other_login(self) -> Self:
        if self.slack_client_id is not None:
            raise ValueError(
                "SLACK_CLIENT_ID is set: unset it, it would switch the Slack library to another way of login"
            )
        return self


class Environment(ProcessEnvironment):
    """The environment variables, also read from a file `.env` in the working folder."""

    slack_bot_token: SecretStr
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    flipkart_app_id: str
    flipkart_app_secret: SecretStr

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, value: SecretStr) -> SecretStr:
        return _prefixed(value, "xoxb-", "the Bot User OAuth Token of the app's OAuth page")

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, value: SecretStr | None) -> SecretStr | None:
        where = "an app-level token with connections:write, of the app's Basic Information page"
        return None if value is None else _prefixed(value, "xapp-", where)

    @field_validator("flipkart_app_id", "flipkart_app_secret", "slack_signing_secret")
    @classmethod
    def _one_word(cls, value: Any) -> Any:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if text is not None and (not is_word(text) or {text[0], text[-1]} & {"'", '"'}):
            raise ValueError("must be one word as it was given to you, without spaces and quotes")
        return value

    @model_validator(mode="after")
    def _a_way_in(self) -> Self:
        if self.slack_app_token is None and self.slack_signing_secret is None:
            raise ValueError(
                "SLACK_APP_TOKEN is missing: set it for Socket Mode (xapp-…), or SLACK_SIGNING_SECRET for HTTP"
            )
        return self

    @property
    def socket_mode(self) -> bool:
        """Whether Slack is reached by WebSocket; else it calls /slack/events."""
        return self.slack_app_token is not None


class Settings(BaseModel):
    """Everything that was set for one house: all of it, or what concerns one workspace."""

    model_config = ConfigDict(frozen=True)

    env: Environment
    toml: BotToml
    workspace: str = ""
    """The id of its `[[workspaces]]`; empty where bot.toml names none."""
    seller: str = ""
    """The id of its `[[sellers]]`."""
    webhook_secrets: Mapping[str, SecretStr] = {}
    """By the ids of `[[webhooks]]`."""
    variables: Mapping[str, str] = {}
    """What the variables are called of which the environment is made, where they have other names."""

    def variable(self, name: str) -> str:
        """What the environment variable is called in which a setting stands."""
        return self.variables.get(name, name.upper())

    def warnings(self) -> list[str]:
        """What works but should be known: one line each."""
        lines = []
        if urlsplit(self.env.flipkart_api_url).hostname == urlsplit(FLIPKART).hostname:
            for key in ("arrivals_seconds", "scans_seconds"):
                value = getattr(self.toml.polling, key)
                if value < POLITE_SECONDS:
                    lines.append(
                        f"polling.{key} = {value:g}: Flipkart asks for {POLITE_SECONDS} or more and may block you"
                    )
        silent = [at.name for at in self.toml.locations if self.toml.notify.points(at.mention) and not at.entitled]
        if silent:
            lines.append(
                f"no operators are named at {short(', '.join(silent))}: nobody can be mentioned there, so no phone "
                "rings for an FE. Name them in bot.toml, or set mention = [] if that is wanted"
            )
        return lines


Read = TypeVar("Read", bound=Where)


def read_environment(
    kind: type[Read],
    lines: list[str],
    env_file: str | None,
    variables: Mapping[str, str] | None = None,
    given: Mapping[str, Any] | None = None,
) -> Read | None:
    """The environment as `kind`; None where it has mistakes, which are added to `lines`.

    Args:
        kind: what is read.
        lines: the mistakes found so far.
        env_file: such as `.env`; None for none.
        variables: other names of variables, by setting.
        given: what is known already and not looked for.
    """
    try:
        return kind(_env_file=env_file, **(given or {}))
    except UnicodeDecodeError as error:
        # From None: the error holds the file, and with it the secrets.
        raise SettingsError([f"{env_file}: is not UTF-8 text, at byte {error.start + 1}"]) from None
    except OSError as error:
        mend = f"start otc-bot as the user whose file it is; `ls -l {env_file}` shows who that is"
        raise SettingsError([f"{env_file}: can't be read ({error.strerror}): {mend}"]) from None
    except ValidationError as error:
        lines += [of_variable(one, variables or {}) for one in error.errors()]
    return None


def read_toml(path: Path, lines: list[str]) -> tuple[BotToml | None, bool]:
    """The file, None where it has mistakes, which are added to `lines`; and whether it is about several houses."""
    text = ""
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = trimmed(tomllib.loads(text))
    except FileNotFoundError:
        lines.append(f"BOT_CONFIG = {path}: there is no such file; `otc-bot init` writes it, or copy bot.example.toml")
    except OSError as error:
        why = closed(path)
        mend = f"{why}, or name another file" if why else f"can't be read ({error.strerror}): `ls -ld {path}` shows why"
        lines.append(f"BOT_CONFIG = {path}: {mend}")
    except UnicodeDecodeError as error:
        lines.append(f"BOT_CONFIG = {path}: can't be read ({error})")
    except tomllib.TOMLDecodeError as error:
        lines.append(f"{path}: is not TOML: {error}")
    else:
        try:
            toml = BotToml.model_validate(content)
            return toml, bool(toml.sellers or toml.workspaces)
        except ValidationError as error:
            lines += [f"{path}: {of_key(one)}" for one in error.errors()]
    return None, bool(_SEVERAL.search(text))


_SEVERAL = re.compile(r"^\s*\[\[\s*(sellers|workspaces)\s*\]\]", re.MULTILINE)


_KINDS = {
    "xapp-": "an app-level token stands there, which belongs to SLACK_APP_TOKEN",
    "xoxb-": "a bot token stands there, which belongs to SLACK_BOT_TOKEN",
    "xoxp-": "a token of a person stands there",
}
"""What of Slack's tokens tells which kind they are."""


def _prefixed(value: SecretStr, prefix: str, where: str) -> SecretStr:
    token = value.get_secret_value()
    if not token.startswith(prefix) or not is_word(token):
        there = next((f" ({said})" for kind, said in _KINDS.items() if token.startswith(kind) and kind != prefix), "")
        raise ValueError(f"must start with {prefix} and be one word: {where}{there}")
    return value
