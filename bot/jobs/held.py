"""The handovers that are followed, each in a third of the memory that it takes as a value."""

import operator
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any

from bot.handover.model import Handover, Stage, built

_FIELDS = tuple(Handover.model_fields)
_values = operator.attrgetter(*_FIELDS)
_AT, _STAGE, _SCANNED = (_FIELDS.index(name) for name in ("location_id", "stage", "scanned"))


class Held:
    """Handovers by id. Of three thousand each is looked at twice a minute, and lies there meanwhile."""

    def __init__(self) -> None:
        """None is followed."""
        self._rows: dict[str, tuple[Any, ...]] = {}

    @property
    def ids(self) -> AbstractSet[str]:
        """Of all that are followed."""
        return self._rows.keys()

    def put(self, handover: Handover) -> None:
        """It is like this now."""
        self._rows[handover.id] = _values(handover)

    def get(self, handover_id: str) -> Handover | None:
        """As it was put; None: it is not followed."""
        row = self._rows.get(handover_id)
        return None if row is None else built(Handover, dict(zip(_FIELDS, row, strict=True)))

    def scanned(self, handover_id: str) -> int | None:
        """How many parcels it had when it was put; None: it is not followed."""
        row = self._rows.get(handover_id)
        return None if row is None else row[_SCANNED]

    def tallies(self) -> Iterator[tuple[str, Stage, int]]:
        """Of each its location, its stage, and its parcels."""
        return ((row[_AT], row[_STAGE], row[_SCANNED]) for row in self._rows.values())

    def drop(self, handover_id: str) -> None:
        """It is followed no more."""
        self._rows.pop(handover_id, None)
