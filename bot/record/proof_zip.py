"""The proof of a claim as a ZIP: PDF, bare facts and the pictures as they were received; the same bytes each time."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime

from bot.handover.claims import Claim
from bot.record import absence_pdf
from bot.record.absence import Absence
from bot.record.canonical import Json, canonical, moment, whole
from bot.record.csvs import cell
from bot.record.pictures import content_of
from bot.record.proof import Proof, raw
from bot.record.proof_pdf import to_pdf
from bot.record.thumbs import BrokenPhoto

MOST_ZIPPED = 64 * 1024 * 1024
"""Bytes of pictures in one ZIP; those beyond it stand in it by name and hash."""
_ENDINGS = ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG", "png"), (b"RIFF", "webp"), (b"GIF8", "gif"))


def make(proof: Proof | Absence, language: str) -> tuple[bytes, bytes]:
    """The PDF and the ZIP, which has the PDF in it."""
    if isinstance(proof, Absence):
        pdf = absence_pdf.to_pdf(proof, language=language)
        return pdf, _zipped(proof.stem, proof.made_at, {"proof.pdf": pdf, **_without(proof)})
    pdf = to_pdf(proof, language=language)
    return pdf, to_zip(proof, pdf)


def to_zip(proof: Proof, pdf: bytes, most: int = MOST_ZIPPED) -> bytes:
    """The PDF, the facts as JSON, the pictures as they were received, and a list of hashes for `sha256sum -c`."""
    files = {"proof.pdf": pdf, "proof.json": _pretty(_facts(proof)), "receipt.json": canonical(proof.receipt.data)}
    total = 0
    for n, photo in enumerate(proof.parcel.photos, 1):
        try:
            content = content_of(photo)
        except BrokenPhoto:
            continue
        total += len(content)
        if content and total <= most:
            files[f"pictures/{n:02}-{photo.sha256[:12]}.{_ending(content)}"] = content
    return _zipped(proof.stem, proof.made_at, files)


def _zipped(stem: str, made_at: datetime, files: Mapping[str, bytes]) -> bytes:
    file, sums = io.BytesIO(), list[str]()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            at = max(made_at, datetime(1980, 1, 1, tzinfo=UTC)).timetuple()[:6]
            info = zipfile.ZipInfo(f"{stem}/{name}", at)
            info.external_attr = 0o600 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
            sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
        archive.writestr(zipfile.ZipInfo(f"{stem}/SHA256SUMS", (1980, 1, 1, 0, 0, 0)), "".join(sums))
    return file.getvalue()


def _without(proof: Absence) -> dict[str, bytes]:
    """What goes beside the PDF where a parcel never came: the facts, and every parcel that did."""
    facts: dict[str, Json] = {"claim": _claim(proof.claim), "sha256": proof.sha256}
    facts["came_at"] = moment(proof.claim.came_at)
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(("handover", "tracking_id", "shipment_id", "status", "scanned_at", "first_seen"))
    for one in proof.scans:
        parcel, seen = one.shipment, moment(one.first_seen)
        row = (one.handover_id, parcel.tracking_id, parcel.shipment_id, parcel.status, moment(parcel.scanned_at), seen)
        writer.writerow([cell(value) for value in row])
    scans = b"\xef\xbb\xbf" + table.getvalue().encode("utf-8", "replace")
    return {"proof.json": _pretty(facts), "absence.json": proof.canonical, "scans.csv": scans}


def _ending(content: bytes) -> str:
    return next((ending for begin, ending in _ENDINGS if content.startswith(begin)), "bin")


def _pretty(data: Json) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True).encode("utf-8")


def _claim(claim: Claim) -> dict[str, Json]:
    return {
        "tracking_id": whole(claim.tracking_id),
        "problems": [{"kind": whole(kind), "note": whole(note)} for kind, note in claim.reasons],
        "reported_by": claim.opened_by,
        "reported_at": moment(claim.opened_at),
        "claim_until": moment(claim.due_at),
        "state": claim.state.value,
        "reference": whole(claim.reference),
        "claimed_paise": claim.amount,
        "paid_paise": claim.paid,
    }


def _facts(proof: Proof) -> dict[str, Json]:
    claim, receipt, own = proof.claim, proof.receipt, proof.parcel.own_scan
    h = receipt.handover
    return {
        "claim": _claim(claim),
        "scan": [{"field": name, "value": whole(value)} for name, value in raw(proof)],
        "own_scan": None if own is None else {"by": own.by, "at": moment(own.at), "times": own.times},
        "count": {"counted": h.counted, "by": h.counted_by, "at": moment(h.counted_at), "scanned": h.scanned},
        "pictures": [
            {"name": whole(one.name), "sha256": one.sha256, "shows": one.shows} for one in proof.parcel.photos
        ],
        "videos": [
            {
                "name": whole(one.name),
                "tracking_id": whole(one.tracking_id),
                "bytes": one.size,
                "sha256": one.sha256,
                "link": one.permalink,
                "by": one.by,
                "at": moment(one.at),
            }
            for one in proof.films
        ],
        "receipt_sha256": receipt.sha256,
    }
