"""Handovers for receipts: small, large and odd."""

import hashlib
import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw

from bot.handover.events import Happening
from bot.handover.location import Location
from bot.handover.model import AuditEntry, Handover, OtcMode, Shipment, Stage
from bot.record.receipt import OwnScan, Photo, ProblemParcel, Receipt, make_receipt

KOLKATA = ZoneInfo("Asia/Kolkata")
ARRIVED = datetime(2026, 3, 4, 8, 31, 5, 120000, tzinfo=UTC)
NAMES = {"U0ASHA": "Asha Rao", "U0VIKRAM": "Vikram Shah", "U0MEERA": "मीरा अय्यर"}
IN_SCRIPTS = {
    "Devanagari": "क्षितिज श्रीवास्तव",
    "Bengali": "প্রিয়াঙ্কা চট্টোপাধ্যায়",
    "Gurmukhi": "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ ਗਰੇਵਾਲ",
    "Gujarati": "જિજ્ઞેશ કૃષ્ણ ત્રિવેદી",
    "Odia": "ଶ୍ରୀକାନ୍ତ ମହାପାତ୍ର",
    "Tamil": "ஸ்ரீநிவாசன் கொளஞ்சி",
    "Telugu": "శ్రీనివాస్ కృష్ణమూర్తి",
    "Kannada": "ಶ್ರೀನಿವಾಸ ಕೃಷ್ಣಮೂರ್ತಿ",
    "Malayalam": "ശ്രീജിത്ത് കൃഷ്ണൻ",
    "Meetei Mayek": "ꯏꯕꯣꯝꯆꯥ ꯁꯤꯡꯍ",
    "Ol Chiki": "ᱥᱟᱱᱛᱟᱲ ᱢᱩᱨᱢᱩ",
}
"""A name in each of India's scripts, with conjuncts, and vowel signs before and around their letters."""
URDU = "محمد علی خان"
JOINED = {
    "Devanagari": ("क्षि", "स्त", "र्या"),
    "Bengali": ("ট্টো", "ঙ্কা"),
    "Gurmukhi": ("ਪ੍ਰੀ", "ਸਿੰ"),
    "Gujarati": ("ષ્ણ", "જ્ઞે", "ત્રિ"),
    "Odia": ("ଶ୍ରୀ", "ନ୍ତ"),
    "Tamil": ("ஸ்ரீ", "க்ஷ", "கொ"),
    "Telugu": ("ష్ణ", "స్కృ"),
    "Kannada": ("ಷ್ಣ", "ರ್ತಿ"),
    "Malayalam": ("ഷ്ണ", "ശ്രീ", "കൊ"),
}
"""Letters that are one with what joins them and sits on them."""
SENTINEL = "918273"
"""A code that must come out nowhere."""


def after(minutes: float) -> datetime:
    return ARRIVED + timedelta(minutes=minutes)


def photo_file(side: tuple[int, int] = (900, 600)) -> bytes:
    image = Image.new("RGB", side, "#b9c7d4")
    draw = ImageDraw.Draw(image)
    draw.rectangle(
        (side[0] * 0.2, side[1] * 0.25, side[0] * 0.8, side[1] * 0.85), fill="#a06a35", outline="black", width=6
    )
    draw.line((side[0] * 0.2, side[1] * 0.55, side[0] * 0.8, side[1] * 0.4), fill="#5a3312", width=18)
    exif = Image.Exif()
    exif[0x010F] = "Camera of Ramesh"
    file = io.BytesIO()
    image.save(file, "JPEG", quality=85, exif=exif)
    return file.getvalue()


def photo(tracking_id: str | None = "FMPP00000003", name: str = "IMG_2041.jpg") -> Photo:
    content = photo_file()
    return Photo(tracking_id, name, hashlib.sha256(content).hexdigest(), content)


def shipments(n: int) -> list[Shipment]:
    found = []
    for i in range(1, n + 1):
        update: dict[str, object] = {}
        if i % 97 == 3:
            update = {"status": "REJECTED", "reason": "Customer's seal is broken", "obd_eligible": False}
        if i % 97 == 5:
            update = {"captured_flyer_id": f"F{90000 + i}", "flyer_status": "FlyerMismatch"}
        shipment = Shipment(
            tracking_id=f"FMPP{i:08}",
            shipment_id=f"SH{i}",
            status="ACCEPTED",
            actual_flyer_id=f"F{10000 + i}",
            captured_flyer_id=f"F{10000 + i}",
            flyer_status="FlyerMatch",
            obd_eligible=i % 4 == 0,
            obd_remark="NoIssues" if i % 4 == 0 else "",
            scanned_at=after(6 + i * 20 / n),
        )
        found.append(shipment.model_copy(update=update))
    return found


def handover(parcels: list[Shipment], **update: object) -> Handover:
    base = Handover(
        id="5f0c2a9be1d34c7f8a6b",
        location_id="LOC1",
        fe_id="fe12303",
        task_id="T-20260304-17",
        fe_name="Ram",
        partner="eKart",
        lob="NONLARGE",
        otc_mode=OtcMode.START_AND_END,
        status="End OTC",
        stage=Stage.CLOSED,
        arrived_at=ARRIVED,
        scanning_at=after(5),
        closing_at=after(28),
        ended_at=after(33),
        scanned=len(parcels),
        accepted=sum(one.accepted for one in parcels),
        rejected=sum(one.rejected for one in parcels),
        mismatched=sum(one.mismatched for one in parcels),
        obd_eligible=sum(one.obd_eligible for one in parcels),
        obd_remarked=sum(one.obd_remarked for one in parcels),
        counted=len(parcels) - 1,
        counted_by="U0ASHA",
        counted_at=after(29),
        start_otc_by="U0VIKRAM",
        start_otc_at=after(2),
        end_otc_by="U0ASHA",
        end_otc_at=after(31),
        end_total=len(parcels),
        end_reason="One parcel had two labels, both were scanned",
    )
    return base.model_copy(update=update)


def entries(h: Handover) -> list[AuditEntry]:
    told: list[tuple[float, Happening, str | None, dict[str, object]]] = [
        (0, Happening.ARRIVED, None, {"status": "On Start OTC page"}),
        (1.9, Happening.ASKED, "U0VIKRAM", {"kind": "start"}),
        (2, Happening.START_OTC, "U0VIKRAM", {"until": "2026-03-04T09:00:00+00:00", "otc": SENTINEL}),
        (3, Happening.REFUSED, "U0RAMESH", {"wish": "start-otc", "why": "NotAllowed"}),
        (5, Happening.SCANNING, None, {"status": "Scanning"}),
        (8, Happening.PROBLEMS, None, {"tracking_ids": ["FMPP00000003"]}),
        (28, Happening.CLOSING, None, {"status": "End OTC"}),
        (29, Happening.COUNTED, "U0ASHA", {"counted": h.counted, "scanned": h.scanned}),
        (30.9, Happening.ASKED, "U0ASHA", {"kind": "end", "code": SENTINEL, "reason": h.end_reason}),
        (
            31,
            Happening.END_OTC,
            "U0ASHA",
            {"counted": h.counted, "scanned": h.scanned, "total": h.end_total, "reason": h.end_reason, "x": SENTINEL},
        ),
        (33, Happening.CLOSED, None, {"counted": h.counted, "scanned": h.scanned}),
    ]
    return [
        AuditEntry(handover_id=h.id, n=n, location_id=h.location_id, what=what, at=after(at), by=by, detail=detail)
        for n, (at, what, by, detail) in enumerate(told, 1)
    ]


LOCATION = Location(id="LOC1", name="Bengaluru dock", channel="C0DOCK")


def small(**more: object) -> Receipt:
    """Eight parcels, two problems, one photo, a mark that one was claimed."""
    parcels = shipments(8)
    h = handover(parcels, own_scanned=8, own_only=1)
    arguments: dict[str, object] = {
        "own_scans": [OwnScan(one.tracking_id, "U0MEERA", after(27), 1) for one in parcels[1:]]
        + [OwnScan("FMPP99999999", "U0MEERA", after(27.5), 2)],
        "claims": [
            ProblemParcel("FMPP00000003", "damaged", "Corner torn, charger missing", "U0MEERA", after(20)),
            ProblemParcel(
                "FMPP00000005", "wrong item", "", "U0ASHA", after(26), claimed_at=after(2000), reference="SPF-88121"
            ),
        ],
        "photos": [photo()],
        "names": NAMES,
        "zone": KOLKATA,
    }
    return make_receipt(h, LOCATION, entries(h), parcels, **(arguments | more))  # type: ignore[arg-type]


def large(n: int = 1000) -> Receipt:
    parcels = shipments(n)
    h = handover(parcels, counted=n, end_reason="")
    return make_receipt(h, LOCATION, entries(h), parcels, names=NAMES, zone=KOLKATA)


def odd() -> Receipt:
    """Names in Devanagari and Tamil, ids of 300 signs, formulas, emoji, halves of signs."""
    long = "X" + "9Z" * 149 + "Q"
    parcels = [
        *shipments(6),
        Shipment(tracking_id=long, status="REJECTED", reason='=HYPERLINK("http://example.org")', scanned_at=after(9)),
        Shipment(tracking_id="+91-22/📦'\"<b>&\ud83d", status="Weird Word", obd_eligible=True, obd_remark="வேறு பொருள்"),
        Shipment(tracking_id="@SUM(A1)", status="ACCEPTED", actual_flyer_id="F" * 300, captured_flyer_id="G" * 300),
    ]
    update: dict[str, object] = {"fe_name": "क्षितिज श्रीवास्तव (ராம்)", "task_id": "T" * 300, "fe_id": "fe/" + "0" * 297}
    h = handover(parcels, end_reason="पार्सल पर दो लेबल थे, दोनों स्कैन हुए 🙈", **update)
    place = LOCATION.model_copy(update={"name": "बेंगलुरु गोदाम – சென்னை"})
    claims = [ProblemParcel(long, "खाली डिब्बा", "டிப்பா காலி; डिब्बा खाली है", "U0MEERA", after(21))]
    broken = Photo(None, "broken.jpg", "00" * 32, b"\xff\xd8\xff\xe0 no photo")
    return make_receipt(
        h, place, entries(h), parcels, claims=claims, photos=[photo(long), broken], names=NAMES, zone=KOLKATA
    )
