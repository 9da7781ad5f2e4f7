"""What is to be set, once all answers were looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.config import BotToml
from bot.handover.location import Location
from bot.init.wrong import Wrong
from bot.settings import Environment


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody or something in Slack: the id that bot.toml takes, and what people call it."""

    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Warehouse:
    """A new location."""

    id: str
    name: str
    channel: Named
    operators: tuple[Named, ...] = ()
    hours: str = ""
    language: str = "en"


@dataclass(slots=True)
class Wanted:
    """All that is to be written; what stands there already is not in it."""

    variables: dict[str, str] = field(default_factory=dict, repr=False)
    """For `.env`."""
    timezone: str = "Asia/Kolkata"
    admins: tuple[Named, ...] = ()
    warehouses: list[Warehouse] = field(default_factory=list)


def check_variable(name: str, value: str) -> None:
    """Raises Wrong where the settings would not take the value of a variable."""
    if not value:
        raise Wrong("it can't be empty")
    setting = name.lower()
    given: dict[str, Any] = {setting: value}
    try:
        Environment(_env_file=None, **given)
    except ValidationError as error:
        _tell(error, setting)


def check_zone(value: str) -> None:
    """Raises Wrong for a time zone that does not exist."""
    _check(BotToml, {"timezone": value}, "timezone")


def check_of_location(key: str, value: object) -> None:
    """Raises Wrong where bot.toml would not take a location's value."""
    _check(Location, {key: value}, key)


def _check(table: type[BaseModel], given: Mapping[str, object], key: str) -> None:
    try:
        table.model_validate(given)
    except ValidationError as error:
        _tell(error, key)


def _tell(error: ValidationError, key: str) -> None:
    """Of what is wrong, what is of this key: the other keys are not asked for yet. The value is not shown."""
    for one in error.errors():
        if one["loc"][:1] == (key,):
            said = one["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
            raise Wrong(f"it {said}") from None
