"""What Flipkart confirms after the end: said with its moment on paper and in tables, and in no hash."""

import csv
import io
import json
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.handover.model import Stage
from bot.record.pdf import make_pdf
from bot.record.receipt import Receipt, make_receipt
from bot.record.sentences import confirmed
from bot.record.tables import to_csv, to_jsonl
from tests.record import samples
from tests.record.test_pdf import pages

PARCELS = samples.shipments(8)


def receipt(confirmed: int | None, minute: float | None = 34, **more: object) -> Receipt:
    h = samples.handover(PARCELS, confirmed=confirmed, **more)
    made = make_receipt(h, samples.LOCATION, [], PARCELS, names=samples.NAMES, zone=ZoneInfo("Asia/Kolkata"))
    return replace(made, as_of=None if minute is None else samples.after(minute))


BROUGHT = receipt(None).handover.brought


@pytest.mark.parametrize("n", [None, 0])
def test_right_after_the_end_nothing_is_confirmed_yet(n: int | None) -> None:
    said = f"Not yet confirmed by Flipkart as returned: {BROUGHT} parcels, as of 14:35:05."
    assert confirmed(receipt(n)) == said
    assert said in " ".join(" ".join(pages(make_pdf(receipt(n)))).split())


def test_a_paper_that_is_made_later_says_the_newer_figure() -> None:
    later = receipt(BROUGHT - 2, 34 + 26 * 60)
    said = f"Confirmed by Flipkart as returned: {BROUGHT - 2} of {BROUGHT} parcels, as of 2026-03-05 16:35:05."
    assert confirmed(later) == said
    text = " ".join(" ".join(pages(make_pdf(later))).split())
    assert said in text
    assert "What Flipkart confirms comes after the end, so it is in no SHA-256 of this handover." in text
    row = next(csv.DictReader(io.StringIO(to_csv([later]).decode("utf-8-sig"), newline="")))
    assert row["flipkart_confirms"] == said
    assert (row["flipkart_completed"], row["flipkart_completed_of"]) == (str(BROUGHT - 2), str(BROUGHT))
    assert row["flipkart_completed_as_of"] == "2026-03-05 16:35:05+05:30"
    told = json.loads(to_jsonl([later]))["flipkart"]
    assert told == {"completed": BROUGHT - 2, "of": BROUGHT, "as_of": "2026-03-05T11:05:05.120000Z"}


def test_it_is_in_no_hash() -> None:
    found = [receipt(None, None), receipt(None), receipt(3), receipt(BROUGHT, 9999)]
    assert len({one.sha256 for one in found}) == 1
    assert {one.later_sha256 for one in found} == {""}
    assert all("confirm" not in json.dumps(one.data) for one in found)


@pytest.mark.parametrize(
    "silent",
    [
        receipt(2, None),
        receipt(None, stage=Stage.LEFT),
        receipt(None, scanned=0, accepted=0, rejected=0),
        receipt(None, scanned=3, accepted=0, rejected=3),
    ],
    ids=["without the moment", "left without a code", "nothing scanned", "all refused"],
)
def test_where_there_is_nothing_to_say(silent: Receipt) -> None:
    assert confirmed(silent) == ""
    text = " ".join(pages(make_pdf(silent)))
    assert "onfirmed by Flipkart" not in text
    assert "Flipkart confirms" not in text


def test_of_who_left_without_a_code_what_is_confirmed_is_said() -> None:
    assert confirmed(receipt(1, stage=Stage.LEFT)).startswith("Confirmed by Flipkart as returned: 1 of ")


def test_never_more_than_there_are() -> None:
    assert f"{BROUGHT} of {BROUGHT} parcels" in confirmed(receipt(BROUGHT + 5))
