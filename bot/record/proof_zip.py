"""The proof of a claim as a ZIP: PDF, bare facts and the pictures as they were received; the same bytes each time."""

import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime

from bot.record.canonical import Json, canonical, moment, whole
from bot.record.pictures import content_of
from bot.record.proof import Proof, raw
from bot.record.proof_pdf import to_pdf
from bot.record.thumbs import BrokenPhoto

MOST_ZIPPED = 64 * 1024 * 1024
"""Bytes of pictures in one ZIP; those beyond it stand in it by name and hash."""
_ENDINGS = ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG", "png"), (b"RIFF", "webp"), (b"GIF8", "gif"))


def make(proof: Proof, language: str) -> tuple[bytes, bytes]:
    """The PDF and the ZIP, which has the PDF in it."""
    pdf = to_pdf(proof, language=language)
    return pdf, to_zip(proof, pdf)


def to_zip(proof: Proof, pdf: bytes, most: int = MOST_ZIPPED) -> bytes:
    """The PDF, the facts as JSON, the pictures as they were received, and a list of hashes for `sha256sum -c`."""
    file, sums = io.BytesIO(), list[str]()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:

        def put(name: str, content: bytes) -> None:
            at = max(proof.receipt.ended_at, datetime(1980, 1, 1, tzinfo=UTC)).timetuple()[:6]
            info = zipfile.ZipInfo(f"{proof.stem}/{name}", at)
            info.external_attr = 0o600 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
            sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")

        put("proof.pdf", pdf)
        put("proof.json", _pretty(_facts(proof)))
        put("receipt.json", canonical(proof.receipt.data))
        total = 0
        for n, photo in enumerate(proof.parcel.photos, 1):
            try:
                content = content_of(photo)
            except BrokenPhoto:
                continue
            total += len(content)
            if content and total <= most:
                put(f"pictures/{n:02}-{photo.sha256[:12]}.{_ending(content)}", content)
        archive.writestr(zipfile.ZipInfo(f"{proof.stem}/SHA256SUMS", (1980, 1, 1, 0, 0, 0)), "".join(sums))
    return file.getvalue()


def _ending(content: bytes) -> str:
    return next((ending for begin, ending in _ENDINGS if content.startswith(begin)), "bin")


def _pretty(data: Json) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True).encode("utf-8")


def _facts(proof: Proof) -> dict[str, Json]:
    claim, receipt, own = proof.claim, proof.receipt, proof.parcel.own_scan
    h = receipt.handover
    return {
        "claim": {
            "tracking_id": whole(claim.tracking_id),
            "problems": [{"kind": whole(kind), "note": whole(note)} for kind, note in claim.reasons],
            "reported_by": claim.opened_by,
            "reported_at": moment(claim.opened_at),
            "claim_until": moment(claim.due_at),
            "state": claim.state.value,
            "reference": whole(claim.reference),
            "claimed_paise": claim.amount,
            "paid_paise": claim.paid,
        },
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
