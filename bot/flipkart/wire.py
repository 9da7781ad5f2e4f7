"""Flipkart's JSON as it comes: lenient models that turn into the domain's values.

Nothing about these answers is certain: spellings drift, lists of words are not published, examples carry placeholders.
So a field of a wrong type reads as empty, unknown fields are ignored, and only an answer whose outline is wrong fails.
"""

from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, Field, SecretStr, field_validator

from bot.flipkart.fields import (
    ErrorCode,
    Flag,
    Int,
    Moment,
    Secret,
    Str,
    Wire,
    as_flag,
    as_moment,
    as_object,
    as_objects,
    as_text,
    as_texts,
)
from bot.handover.model import OtcMode, Shipment, built
from bot.handover.ports import Arrivals, EndCode, EndTotals, FixedCode, Sighting, StartCode
from bot.text import visible

LONGEST_WORD = 60
"""Signs of `enabledFor`; those that are published have 15 at most."""


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


class _Task(Wire):
    id: Str = ""
    status: Str = ""
    created_at: Moment = Field(None, alias="createdAt")


class _Fe(Wire):
    fe_name: Str = Field("", alias="feName")
    partner: Str = Field("", alias="logisticPartner")
    lob: Str = ""
    task: Annotated[_Task, BeforeValidator(as_object)] = _Task()


class _SellerConfig(Wire):
    enabled_for: Str = Field("", alias="enabledFor")


class InitialLoad(Wire):
    """Who is here."""

    config: Annotated[_SellerConfig, BeforeValidator(as_object)] = Field(_SellerConfig(), alias="sellerConfig")
    fes: dict[str, Annotated[_Fe, BeforeValidator(as_object)]] = Field(alias="feDetails")

    def arrivals(self) -> Arrivals:
        """The same in the domain's words; an FE without a task id can't be followed, but is not gone either."""
        word = visible(self.config.enabled_for)[:LONGEST_WORD]
        return Arrivals(
            mode=OtcMode.of(word),
            sightings=tuple(
                Sighting(as_text(fe_id), fe.task.id, fe.fe_name, fe.partner, fe.lob, fe.task.status, fe.task.created_at)
                for fe_id, fe in self.fes.items()
                if as_text(fe_id) and fe.task.id
            ),
            unreadable=frozenset(as_text(fe_id) for fe_id, fe in self.fes.items() if not fe.task.id),
            word=word,
        )


class _StartOtc(Wire):
    fe_name: Str = Field("", alias="feName")
    task_id: Str = Field("", alias="taskId")
    otc: Secret = SecretStr("")
    expires_at: Moment = Field(None, alias="expiryTime")
    partner: Str = Field("", alias="logisticPartner")
    lob: Str = ""


class StartOtcs(Wire):
    """The Start OTCs of a location."""

    details: dict[str, Annotated[_StartOtc, BeforeValidator(as_object)]] = Field(alias="otcDetails")

    def codes(self) -> list[StartCode]:
        """The same in the domain's words; entries without a code or task are left out."""
        return [
            StartCode(as_text(fe_id), one.task_id, one.fe_name, one.partner, one.lob, one.otc, one.expires_at)
            for fe_id, one in self.details.items()
            if as_text(fe_id) and one.task_id and one.otc.get_secret_value()
        ]


def _shipment(row: dict[str, Any], tracking_id: str) -> Shipment:
    """By hand, as a page has a row for each parcel and nearly every call brings a page."""
    flyer, obd = row.get("flyerDetails"), row.get("obdDetails")
    flyer, obd = flyer and as_object(flyer), obd and as_object(obd)  # nearly every parcel has neither
    return built(
        Shipment,
        {
            "tracking_id": tracking_id,
            "shipment_id": as_text(row.get("shipmentId")),
            "status": as_text(row.get("status")),
            "reason": as_text(row.get("reason")),
            "actual_flyer_id": as_text(flyer.get("actualFlyerId")) if flyer else "",
            "captured_flyer_id": as_text(flyer.get("capturedFlyerId")) if flyer else "",
            "flyer_status": as_text(flyer.get("status")) if flyer else "",
            "obd_eligible": as_flag(obd.get("eligible")) if obd else False,
            "obd_remark": as_text(obd.get("remark")) if obd else "",
            "image_links": as_texts(obd.get("imageLinks")) if obd else [],
            "scanned_at": as_moment(row.get("scannedAt")),
        },
    )


class ScanPage(Wire):
    """One page of scans, in either spelling."""

    has_more: Flag = Field(False, validation_alias=AliasChoices("hasMore", "has_more"))
    next_url: str | None = Field(None, validation_alias=AliasChoices("nextUrl", "next_url"))
    rows: Annotated[list[Any], BeforeValidator(as_objects)] = Field(alias="scannedShipments")

    def shipments(self) -> tuple[Shipment, ...]:
        """The rows with a tracking id, each parcel once: the last row of one is the newest."""
        found: dict[tuple[str, str], Shipment] = {}
        for row in self.rows:
            if tracking_id := as_text(row.get("trackingId")):
                shipment = _shipment(row, tracking_id)
                found[shipment.key] = shipment
        return tuple(found.values())


class EndOtcAnswer(Wire):
    """The End OTC and Flipkart's totals."""

    otc: Secret
    total_scanned: Int = Field(None, alias="totalScanned")
    obd_eligible: Int = Field(None, alias="obdEligible")
    obd_failed: Int = Field(None, alias="obdFailed")
    flyer_eligible: Int = Field(None, alias="flyerEligible")
    flyer_failed: Int = Field(None, alias="flyerFailed")

    def code(self) -> EndCode:
        """The same in the domain's words."""
        totals = EndTotals(
            self.total_scanned, self.obd_eligible, self.obd_failed, self.flyer_eligible, self.flyer_failed
        )
        return EndCode(self.otc, totals)


class _FixedOtc(Wire):
    lob: Str = Field("", alias="type")
    otc: Secret = Field(SecretStr(""), alias="code")
    vendor: Str = ""


class _FixedGroup(Wire):
    otc: Annotated[list[_FixedOtc], BeforeValidator(as_objects)] = []


class FixedOtcs(Wire):
    """The fixed codes of the legacy call."""

    otcs: Annotated[list[_FixedGroup], BeforeValidator(as_objects)]

    def codes(self) -> list[FixedCode]:
        """The same in the domain's words."""
        every = [one for group in self.otcs for one in group.otc]
        return [FixedCode(one.lob, one.vendor, one.otc) for one in every if one.otc.get_secret_value()]


class Refusal(Wire):
    """The body of an error."""

    code: ErrorCode = Field("", alias="errorCode")
