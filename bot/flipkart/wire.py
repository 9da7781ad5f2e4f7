"""Flipkart's JSON as it comes: lenient models that turn into the domain's values.

Nothing about these answers is certain: spellings drift, lists of words are not published, examples carry placeholders.
So a field of a wrong type reads as empty, unknown fields are ignored, and only an answer whose outline is wrong fails.
"""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, field_validator

from bot.clock import from_epoch
from bot.handover.model import OtcMode, Shipment
from bot.handover.ports import Arrivals, EndCode, FixedCode, Sighting, StartCode
from bot.handover.words import squash

LONGEST_TEXT = 1000
LARGEST_NUMBER = 2**63
"""What SQLite holds is smaller."""


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    # What no database or message can hold (lone surrogates, NUL) must not make a parcel unstorable.
    text = str(value)[:LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8")
    return text.replace("\0", "\ufffd").strip()


def _number(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if abs(number) < LARGEST_NUMBER else None


def _moment(value: Any) -> datetime | None:
    if isinstance(value, bool):
        return None
    try:
        return from_epoch(float(value))
    except (TypeError, ValueError, OverflowError):
        return None


def _flag(value: Any) -> bool:
    return value is True or (isinstance(value, str) and squash(value) in ("true", "yes"))


def _object(value: Any) -> Any:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[Any]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    found = [_text(item) for item in value] if isinstance(value, list) else []
    return [text for text in found if text]


Str = Annotated[str, BeforeValidator(_text)]
Int = Annotated[int | None, BeforeValidator(_number)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Secret = Annotated[SecretStr, BeforeValidator(_text)]


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Token(BaseModel):
    """The token answer."""

    access_token: SecretStr = Field(min_length=1)
    expires_in: float = Field(gt=0)
    """Seconds from now."""

    @field_validator("access_token")
    @classmethod
    def _fits_a_header(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value()
        if not (text.isascii() and text.isprintable()):
            raise ValueError("no header can carry it")
        return value


class _Task(_Wire):
    id: Str = ""
    status: Str = ""
    created_at: Moment = Field(None, alias="createdAt")


class _Fe(_Wire):
    fe_name: Str = Field("", alias="feName")
    partner: Str = Field("", alias="logisticPartner")
    lob: Str = ""
    task: Annotated[_Task, BeforeValidator(_object)] = _Task()


class _SellerConfig(_Wire):
    enabled_for: Str = Field("", alias="enabledFor")


_MODES = {
    "dynamicstartend": OtcMode.START_AND_END,
    "dynamicend": OtcMode.END_ONLY,
    "oldstatic": OtcMode.FIXED,
    "staticold": OtcMode.FIXED,
    "newstatic": OtcMode.FIXED,
    "staticnew": OtcMode.FIXED,
}


class InitialLoad(_Wire):
    """Who is here."""

    config: Annotated[_SellerConfig, BeforeValidator(_object)] = Field(_SellerConfig(), alias="sellerConfig")
    fes: dict[str, Annotated[_Fe, BeforeValidator(_object)]] = Field(alias="feDetails")

    def arrivals(self) -> Arrivals:
        """The same in the domain's words; an FE without a task id can't be followed, but is not gone either."""
        return Arrivals(
            mode=_MODES.get(squash(self.config.enabled_for), OtcMode.UNKNOWN),
            sightings=tuple(
                Sighting(_text(fe_id), fe.task.id, fe.fe_name, fe.partner, fe.lob, fe.task.status, fe.task.created_at)
                for fe_id, fe in self.fes.items()
                if _text(fe_id) and fe.task.id
            ),
            unreadable=frozenset(_text(fe_id) for fe_id, fe in self.fes.items() if not fe.task.id),
        )


class _StartOtc(_Wire):
    fe_name: Str = Field("", alias="feName")
    task_id: Str = Field("", alias="taskId")
    otc: Secret = SecretStr("")
    expires_at: Moment = Field(None, alias="expiryTime")
    partner: Str = Field("", alias="logisticPartner")
    lob: Str = ""


class StartOtcs(_Wire):
    """The Start OTCs of a location."""

    details: dict[str, Annotated[_StartOtc, BeforeValidator(_object)]] = Field(alias="otcDetails")

    def codes(self) -> list[StartCode]:
        """The same in the domain's words; entries without a code or task are left out."""
        return [
            StartCode(_text(fe_id), one.task_id, one.fe_name, one.partner, one.lob, one.otc, one.expires_at)
            for fe_id, one in self.details.items()
            if _text(fe_id) and one.task_id and one.otc.get_secret_value()
        ]


class _Flyer(_Wire):
    actual: Str = Field("", alias="actualFlyerId")
    captured: Str = Field("", alias="capturedFlyerId")
    status: Str = ""


class _Obd(_Wire):
    eligible: Flag = False
    remark: Str = ""
    images: Annotated[list[str], BeforeValidator(_texts)] = Field([], alias="imageLinks")


class _Row(_Wire):
    tracking_id: Str = Field("", alias="trackingId")
    shipment_id: Str = Field("", alias="shipmentId")
    status: Str = ""
    reason: Str = ""
    flyer: Annotated[_Flyer, BeforeValidator(_object)] = Field(_Flyer(), alias="flyerDetails")
    obd: Annotated[_Obd, BeforeValidator(_object)] = Field(_Obd(), alias="obdDetails")
    scanned_at: Moment = Field(None, alias="scannedAt")

    def shipment(self) -> Shipment:
        return Shipment(
            tracking_id=self.tracking_id,
            shipment_id=self.shipment_id,
            status=self.status,
            reason=self.reason,
            actual_flyer_id=self.flyer.actual,
            captured_flyer_id=self.flyer.captured,
            flyer_status=self.flyer.status,
            obd_eligible=self.obd.eligible,
            obd_remark=self.obd.remark,
            image_links=self.obd.images,
            scanned_at=self.scanned_at,
        )


class ScanPage(_Wire):
    """One page of scans, in either spelling."""

    has_more: Flag = Field(False, validation_alias=AliasChoices("hasMore", "has_more"))
    next_url: str | None = Field(None, validation_alias=AliasChoices("nextUrl", "next_url"))
    rows: Annotated[list[_Row], BeforeValidator(_objects)] = Field(alias="scannedShipments")

    def shipments(self) -> tuple[Shipment, ...]:
        """The rows with a tracking id, each id once: the last row of an id is the newest."""
        return tuple({row.tracking_id: row.shipment() for row in self.rows if row.tracking_id}.values())


class EndOtcAnswer(_Wire):
    """The End OTC and Flipkart's totals."""

    otc: Secret
    total_scanned: Int = Field(None, alias="totalScanned")
    obd_eligible: Int = Field(None, alias="obdEligible")
    obd_failed: Int = Field(None, alias="obdFailed")
    flyer_eligible: Int = Field(None, alias="flyerEligible")
    flyer_failed: Int = Field(None, alias="flyerFailed")

    def code(self) -> EndCode:
        """The same in the domain's words."""
        return EndCode(
            self.otc, self.total_scanned, self.obd_eligible, self.obd_failed, self.flyer_eligible, self.flyer_failed
        )


class _FixedOtc(_Wire):
    lob: Str = Field("", alias="type")
    otc: Secret = Field(SecretStr(""), alias="code")
    vendor: Str = ""


class _FixedGroup(_Wire):
    otc: Annotated[list[_FixedOtc], BeforeValidator(_objects)] = []


class FixedOtcs(_Wire):
    """The fixed codes of the legacy call."""

    otcs: Annotated[list[_FixedGroup], BeforeValidator(_objects)]

    def codes(self) -> list[FixedCode]:
        """The same in the domain's words."""
        every = [one for group in self.otcs for one in group.otc]
        return [FixedCode(one.lob, one.vendor, one.otc) for one in every if one.otc.get_secret_value()]


class Refusal(_Wire):
    """The body of an error."""

    code: Str = Field("", alias="errorCode")
    message: Str = ""
