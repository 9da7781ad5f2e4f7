"""The arguments of a Web API call, as forms and JSON bodies carry them."""

from __future__ import annotations

import json
from typing import Any

from .blocks import Json
from .errors import SlackError

JSON_FIELDS = frozenset({"attachments", "blocks", "files", "metadata", "view"})


def decoded(raw: Json) -> Json:
    """The arguments with the JSON strings of form fields read; a broken one stays a string."""
    return {name: _unpacked(value) if name in JSON_FIELDS else value for name, value in raw.items()}


def _unpacked(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


class Args:
    """Typed access to the decoded arguments of one call."""

    def __init__(self, raw: Json) -> None:
        """Wrap arguments; None counts as not given."""
        self._raw = {name: value for name, value in raw.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        """Whether an argument was given."""
        return name in self._raw

    def text(self, name: str, default: str = "") -> str:
        """A string argument."""
        value = self._raw.get(name, default)
        return value if isinstance(value, str) else json.dumps(value)

    def need(self, name: str, error: str | None = None) -> str:
        """A string argument that must be there and not empty."""
        value = self.text(name)
        if not value:
            if error:
                raise SlackError(error)
            raise SlackError("invalid_arguments", [f"missing required field: {name}"])
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean argument: true, "true", 1 or "1"."""
        value = self._raw.get(name, default)
        return value.lower() in ("true", "1") if isinstance(value, str) else bool(value)

    def number(self, name: str, default: int) -> int:
        """A whole number argument."""
        value: Any = self._raw.get(name)
        if value in (None, ""):
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise SlackError("invalid_arguments", [f"[{name}] must be an integer"]) from None

    def objects(self, name: str, error: str) -> list[Json] | None:
        """A list of objects, or None where it is not given; ``error`` where it is something else."""
        value = self._raw.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise SlackError(error)
        return value

    def object(self, name: str, error: str) -> Json | None:
        """An object, or None where it is not given; ``error`` where it is something else."""
        value: Any = self._raw.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, dict):
            raise SlackError(error)
        return value
