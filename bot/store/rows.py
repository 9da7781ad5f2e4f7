"""From a row to a value in one step: what the bot wrote itself is not validated again."""

import operator
from collections.abc import Callable
from typing import Any

from sqlalchemy import Row

from bot.handover.events import Happening
from bot.handover.model import AuditEntry, Handover, OtcMode, Shipment, Stage, built

HANDOVER_FIELDS = tuple(Handover.model_fields)
SHIPMENT_FIELDS = tuple(Shipment.model_fields)
ENTRY_FIELDS = tuple(AuditEntry.model_fields)


def handover_of(row: Row[Any]) -> Handover:
    """The handover of a row that has all of its columns, and maybe others."""
    return _handover(_picked(row, HANDOVER_FIELDS))


def handover_of_fields(row: Row[Any]) -> Handover:
    """The handover of a row that has just its columns, in the order of `HANDOVER_FIELDS`."""
    return _handover(dict(zip(HANDOVER_FIELDS, row, strict=True)))


def shipment_of(row: Row[Any]) -> Shipment:
    """The parcel of a row that has all of its columns, and maybe others."""
    return built(Shipment, _picked(row, SHIPMENT_FIELDS))


def entry_of(row: Row[Any]) -> AuditEntry:
    """The line of the record of a row that has all of its columns, and maybe others."""
    values = _picked(row, ENTRY_FIELDS)
    values["what"] = Happening(values["what"])
    return built(AuditEntry, values)


def values_of(value: Handover | Shipment | AuditEntry) -> dict[str, Any]:
    """What a row of the value holds, by column."""
    return dict(value.__dict__)


fields_of: Callable[[Shipment], tuple[Any, ...]] = operator.attrgetter(*SHIPMENT_FIELDS)
"""A parcel's values in the order of `SHIPMENT_FIELDS`."""


def _handover(values: dict[str, Any]) -> Handover:
    values["stage"], values["otc_mode"] = Stage(values["stage"]), OtcMode(values["otc_mode"])
    return built(Handover, values)


def _picked(row: Row[Any], names: tuple[str, ...]) -> dict[str, Any]:
    found = row._mapping
    return {name: found[name] for name in names}
