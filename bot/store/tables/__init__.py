"""The tables, by what they are about. Handover, Shipment and AuditEntry bring their fields from the domain."""

from sqlmodel import SQLModel

from bot.store.tables.claims import ALONE, CLAIM, CLAIM_STEP, PHOTO, UNREAD, VIDEO
from bot.store.tables.copies import FINGER, HOLDER, LETTER
from bot.store.tables.ddl import widen
from bot.store.tables.deliveries import AWAKE, DELIVERY, SHARD, DeliveryRow, Kind, Sending, direct_number, direct_of
from bot.store.tables.docks import CALL_MINUTE, ENABLED_FOR, OUTAGE
from bot.store.tables.handovers import (
    APPROVAL,
    AUDIT,
    FORGOTTEN,
    HANDOVER,
    HERE,
    REMINDER,
    SHIPMENT,
    UNSHOWN,
    URGENT,
    WAITED_FOR,
    WITHDRAWN,
    ReminderRow,
    ShipmentRow,
    WithdrawnRow,
    waited_for,
)
from bot.store.tables.own_work import OWN_SAID, OWN_SCAN, TALLY, OwnScanRow
from bot.store.tables.people import LANGUAGE
from bot.store.tables.returns import ASKED, EXPECTED, LEDGER, MISSING, PARCEL_LIST, RETURN, UNRECEIVED, ExpectedRow
from bot.store.tables.webhooks import WEBHOOK, WebhookRow

METADATA = SQLModel.metadata
widen(METADATA)

__all__ = [
    "ALONE",
    "APPROVAL",
    "ASKED",
    "AUDIT",
    "AWAKE",
    "CALL_MINUTE",
    "CLAIM",
    "CLAIM_STEP",
    "DELIVERY",
    "ENABLED_FOR",
    "EXPECTED",
    "FINGER",
    "FORGOTTEN",
    "HANDOVER",
    "HERE",
    "HOLDER",
    "LANGUAGE",
    "LEDGER",
    "LETTER",
    "METADATA",
    "MISSING",
    "OUTAGE",
    "OWN_SAID",
    "OWN_SCAN",
    "PARCEL_LIST",
    "PHOTO",
    "REMINDER",
    "RETURN",
    "SHARD",
    "SHIPMENT",
    "TALLY",
    "UNREAD",
    "UNRECEIVED",
    "UNSHOWN",
    "URGENT",
    "VIDEO",
    "WAITED_FOR",
    "WEBHOOK",
    "WITHDRAWN",
    "DeliveryRow",
    "ExpectedRow",
    "Kind",
    "OwnScanRow",
    "ReminderRow",
    "Sending",
    "ShipmentRow",
    "WebhookRow",
    "WithdrawnRow",
    "direct_number",
    "direct_of",
    "waited_for",
]
