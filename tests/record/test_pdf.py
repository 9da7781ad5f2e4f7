"""The PDF, read back with another library."""

import io
import re
from dataclasses import replace
from functools import cache

import pypdfium2
import pytest
from PIL import Image

from bot.handover.model import Stage
from bot.i18n import LANGUAGES
from bot.record.paper import Paper
from bot.record.pdf import MOST_PICTURES, make_pdf
from bot.record.receipt import Photo, Receipt, make_receipt
from bot.record.thumbs import MOST_BYTES, SIDE, BrokenPhoto, thumbnail
from tests.record import samples


def pages(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def tight(text: str) -> str:
    return re.sub(r"\s", "", text)


@cache
def large() -> tuple[Receipt, list[str]]:
    receipt = samples.large()
    return receipt, pages(make_pdf(receipt))


def test_the_same_receipt_gives_the_same_bytes() -> None:
    assert make_pdf(samples.small()) == make_pdf(samples.small())
    hindi = make_pdf(samples.small(), language="hi-IN")
    assert hindi == make_pdf(samples.small(), language="hi")
    assert hindi != make_pdf(samples.small())
    assert samples.small().sha256 in "".join(pages(hindi))


def test_a_small_one_says_what_matters() -> None:
    receipt = samples.small()
    found = pages(make_pdf(receipt))
    assert len(found) == 2
    text = " ".join(" ".join(found).split())
    for said in (
        "Bengaluru dock (LOC1)",
        "Ram (fe12303)",
        "Counted 7, scanned 8: 1 missing. Closed by Asha Rao with the reason",
        "Start OTC asked for Vikram Shah",
        "End OTC taken Asha Rao counted 7, scanned 8, Flipkart's total 8, reason:",
        "Refused U0RAMESH",
        "Claimed 2026-03-05 23:21:05, reference SPF-88121",
        "Wrong flyer: F90005, not F10005",
        "FMPP99999999",
        "IST (UTC+05:30)",
        "Asha Rao = U0ASHA",
        receipt.later_sha256,
    ):
        assert said in text
    assert text.index("2 problem parcels") < text.index("All parcels by tracking id (8)")


def test_a_thousand_parcels_are_all_on_paper() -> None:
    receipt, found = large()
    assert len(found) <= 12
    text = "".join(found)
    assert [one.tracking_id for one in receipt.shipments if one.tracking_id not in text] == []


def test_every_page_has_the_hash_and_its_number() -> None:
    receipt, found = large()
    for n, text in enumerate(found, 1):
        assert f"SHA-256 {receipt.sha256}" in text
        assert f"page {n} of {len(found)}" in text


def test_odd_names_and_ids_are_all_on_paper() -> None:
    receipt = samples.odd()
    text = tight("".join(pages(make_pdf(receipt))))
    for one in receipt.shipments:
        plain = one.tracking_id.replace("📦", "[U+1F4E6]").replace("\ud83d", "")
        assert tight(plain) in text
    assert "T" * 300 in text
    assert "Abox=aletterthatthispapercan" in text
    assert "broken.jpg" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_code_is_on_paper(language: str) -> None:
    pdf = make_pdf(samples.small(), language=language)
    assert samples.SENTINEL not in tight("".join(pages(pdf)))
    assert samples.SENTINEL.encode() not in pdf


def test_an_fe_who_brought_nothing_and_left() -> None:
    h = samples.handover([], stage=Stage.LEFT, counted=None, counted_by=None, end_otc_by=None, closing_at=None)
    found = pages(make_pdf(make_receipt(h, samples.LOCATION, [], [])))
    assert len(found) == 1
    assert "The FE scanned nothing." in found[0]
    assert "Nobody counted by hand; 0 parcels scanned." in found[0]


def test_more_photos_than_a_paper_holds_stand_by_name() -> None:
    picture, names = samples.photo_file((60, 90)), [f"p{n:02}.jpg" for n in range(MOST_PICTURES + 3)]
    photos = [Photo("FMPP00000003", name, f"{n:064}", picture) for n, name in enumerate(names)]
    text = "".join(pages(make_pdf(samples.small(photos=photos))))
    assert all(name in text for name in names)
    assert text.count("Photo not printed:") == 3
    assert MOST_PICTURES == 60


def test_no_heading_ends_a_page() -> None:
    receipt = samples.small()
    for more in range(10):
        told = [receipt.entries[-1].model_copy(update={"n": 100 + n}) for n in range(more)]
        found = pages(make_pdf(replace(receipt, entries=(*receipt.entries, *told))))
        first = found[0][: found[0].index("SHA-256 " + receipt.sha256)].split("\r\n")
        assert "2 problem parcels" not in first[-2], f"with {more} more events"


@pytest.mark.parametrize("n", [8, 60])
def test_a_parcel_of_no_list_is_marked(n: int) -> None:
    receipt = samples.large(n)
    told = " ".join(" ".join(pages(make_pdf(replace(receipt, unlisted=frozenset({"FMPP00000002"}))))).split())
    assert "1 parcel is not on your list Tracking id Status Scanned by the FE FMPP00000002 accepted" in told
    assert ("accepted F10002 14:12:05 not on your list" in told) == (n == 8), "there is no room in two lanes"
    assert "on your list" not in " ".join(pages(make_pdf(receipt)))


def test_what_has_another_flyer_is_among_the_accepted_and_the_rejected() -> None:
    text = " ".join(pages(make_pdf(samples.small()))[0].split())
    assert "7 Counted 8 Scanned 7 Accepted 1 Rejected 1 Of these, wrong flyer" in text


def test_text_is_broken_to_its_width_and_nothing_is_lost() -> None:
    text = "short " + "W" * 200 + " and then some more words"
    with Paper("test", samples.ARRIVED, "en") as paper:
        lines = paper.wrap(text, 25, 9)
        assert all(paper.width(line, 9) <= 25.001 for line in lines)
        assert paper.wrap("", 25, 9) == [""]
    assert tight("".join(lines)) == tight(text)


def test_a_thumbnail_is_upright_small_and_without_metadata() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Camera of Ramesh"
    file = io.BytesIO()
    Image.new("RGB", (1600, 900), "red").save(file, "JPEG", exif=exif, comment=b"a remark")
    small = thumbnail(file.getvalue())
    assert (small.width, small.height) == (270, SIDE)
    with Image.open(io.BytesIO(small.jpeg)) as image:
        assert image.size == (270, SIDE)
        assert not image.getexif()
    assert b"Ramesh" not in small.jpeg
    assert b"a remark" not in small.jpeg


def test_what_is_transparent_is_white_on_paper() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(file, "PNG")
    with Image.open(io.BytesIO(thumbnail(file.getvalue()).jpeg)) as image:
        assert image.getpixel((10, 10)) == (255, 255, 255)


def bomb(side: int) -> bytes:
    """A PNG that claims far more pixels than it has."""
    file = io.BytesIO()
    Image.new("1", (8, 8)).save(file, "PNG")
    content = bytearray(file.getvalue())
    content[16:24] = side.to_bytes(4, "big") * 2
    # The checksum of the header is not right any more; Pillow would refuse it for that too, so it is mended.
    import zlib  # noqa: PLC0415

    content[29:33] = zlib.crc32(bytes(content[12:29])).to_bytes(4, "big")
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no image",
        samples.photo_file((64, 64))[:500],
        bomb(8000),
        bomb(11000),
        bomb(60000),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"\xff" * (MOST_BYTES + 1),
    ],
    ids=["empty", "text", "truncated", "64 MP", "121 MP", "3600 MP", "postscript", "too many bytes"],
)
def test_a_broken_photo_says_so(content: bytes) -> None:
    with pytest.raises(BrokenPhoto, match="Open it in the handover's thread"):
        thumbnail(content)
