"""What rings the phones of those who serve a dock: the points at which a message mentions them.

On Slack's default a phone rings for a mention and for nothing else.
"""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator


class Point(StrEnum):
    """Something at a dock for which somebody is needed."""

    ARRIVAL = "arrival"
    """An FE waits for the Start OTC."""
    SET_ASIDE = "set_aside"
    """Parcels were scanned that are to be set aside before the End OTC."""
    DIFFERENCE = "difference"
    """The FE can scan no more, and the count or the seller's own scans differ, or a second person has to agree."""
    LEFT = "left"
    """An FE left without an End OTC."""
    CLAIM = "claim"
    """The time to claim is running out."""


_WORDS = ", ".join(f'"{point}"' for point in Point)


def _known(value: Any) -> Any:
    if isinstance(value, list | tuple) and all(one in list(Point) for one in value):
        return tuple(dict.fromkeys(map(Point, value)))
    raise ValueError(f"must be a list with some of {_WORDS}, or with none of them")


Points = Annotated[tuple[Point, ...], BeforeValidator(_known)]
"""Each once."""


class Notify(BaseModel):
    """`[notify]` of bot.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mention: Points = tuple(Point)
    """Of locations that do not say it themselves."""

    @model_validator(mode="before")
    @classmethod
    def _says_what_there_is(cls, values: Any) -> Any:
        """A word that stands beside the list was meant for it, so the line says where it belongs."""
        if isinstance(values, dict) and set(values) - {"mention"}:
            raise ValueError(f"must be mention = [...] and nothing else, with some of {_WORDS}")
        return values

    def points(self, own: Points | None) -> Points:
        """Those of a location, which may have `own` ones."""
        return self.mention if own is None else own
