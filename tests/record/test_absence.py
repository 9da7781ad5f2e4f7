"""The proof that a parcel never came, as a PDF and as a ZIP."""

import csv
import hashlib
import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

import pytest

from bot.handover.claim_steps import Noted
from bot.handover.claims import Kind, State
from bot.handover.location import Location
from bot.handover.returns import Return
from bot.i18n import LANGUAGES
from bot.record.absence import Absence, Scanned
from bot.record.absence_pdf import to_pdf
from bot.record.proof_zip import make
from tests.record import samples
from tests.record.test_pdf import pages
from tests.record.test_proof import claim

NEVER = "FMPP00999999"
ITEM = Return(
    *("RET-1", "OI-1", "LOC1", NEVER, "SHIP-1"),
    status="completed",
    shipment_status="delivered",
    reason="Size",
    expected_on=date(2026, 3, 2),
    completed_at=samples.after(30),
)


def absence(parcels: int = 3, **more: Any) -> Absence:
    visit = samples.handover(samples.shipments(parcels))
    scans = tuple(Scanned(visit.id, one, samples.after(5)) for one in samples.shipments(parcels))
    own = claim(
        handover_id=None,
        tracking_id=NEVER,
        kind=Kind.NEVER_CAME.value,
        note="",
        opened_by=None,
        opened_at=samples.after(2000),
        alarm=7,
        **more,
    )
    steps = (Noted(state=State.RAISED, by="U0ASHA", at=samples.after(2100), reference="SPF-9", note="<b>“"),)
    place = Location(id="LOC1", name="Bengaluru dock", channel="C0DOCK0")
    begin = samples.after(30) - timedelta(days=7)
    return Absence(own, (ITEM,), (visit,), scans, begin, place, UTC, steps, {"U0ASHA": "Asha"})


def test_the_paper_says_what_flipkart_says_and_what_came() -> None:
    text = "".join("\n".join(pages(to_pdf(absence()))).split())
    for said in (
        *(NEVER, "never received", "RET-1", "OI-1", "SHIP-1", "completed at Flipkart, never came", "SPF-88121", "Asha"),
        *("1 FE came and scanned 3 parcels. This parcel is not among them.", absence().sha256),
    ):
        assert "".join(said.split()) in text, said
    assert "after all" not in text
    late = "".join("\n".join(pages(to_pdf(absence(came_at=samples.after(9000))))).split())
    assert "Itcameafterall" in late


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_proof_gives_the_same_bytes(language: str) -> None:
    assert make(absence(), language) == make(absence(), language)
    assert make(absence(400), language)[0].startswith(b"%PDF")


def test_the_archive_lists_every_parcel_that_came() -> None:
    made = absence()
    odd = replace(made.scans[0], shipment=made.scans[0].shipment.model_copy(update={"tracking_id": "=1+1"}))
    made = replace(made, scans=(odd, *made.scans[1:]))
    pdf, content = make(made, "en")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    assert set(files) == {"proof.pdf", "proof.json", "absence.json", "scans.csv", "SHA256SUMS"}
    assert files["proof.pdf"] == pdf
    rows = list(csv.DictReader(io.StringIO(files["scans.csv"].decode("utf-8-sig"))))
    assert [row["tracking_id"] for row in rows] == ["'=1+1", *(one.shipment.tracking_id for one in made.scans[1:])]
    sums = dict(line.split("  ")[::-1] for line in files["SHA256SUMS"].decode().splitlines())
    assert sums == {name: hashlib.sha256(files[name]).hexdigest() for name in files if name != "SHA256SUMS"}
    facts = json.loads(files["proof.json"])
    assert hashlib.sha256(files["absence.json"]).hexdigest() == facts["sha256"] == made.sha256
    assert json.loads(files["absence.json"])["flipkart"][0]["completed_at"].startswith("2026-03-04")
