"""`otc-bot export`: files of older receipts, from the database alone."""

import asyncio
import csv
import io
import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.config import BotToml
from bot.handover.expected import Span
from bot.handover.location import Location
from bot.handover.retention import Forgets
from bot.lists.model import ExpectedRow
from bot.store.records import RecordStore
from bot.store.retention import RetentionStore
from tests.record.ended import ARRIVED, Yard
from tests.store import people

TOML = """
[[locations]]
id = "LOC1"
name = "Bengaluru dock"
channel = "C0DOCK"
"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A database with two handovers that ended and one that goes on, and the hash of the first one's receipt."""
    file = tmp_path_factory.mktemp("kept") / "bot.db"

    async def make() -> str:
        yard = Yard(file)
        await yard.database.upgrade()
        await yard.whole("h1")
        location = Location(id="LOC1", name="Another name", channel="C0DOCK")
        record = await RecordStore(yard.database).load("h1")
        receipt = record.receipt(location, BotToml(locations=(location,)).zone)
        await yard.whole("h2", "LOC2")
        await yard.arrive("h3")
        await yard.report("h1", "FMPP3", "found wet on unpacking")
        parcels = [
            ExpectedRow("fmpp1", "R1", "OI1", "=Torn", date(2026, 3, 4)),
            ExpectedRow("FMPP2R"),
            ExpectedRow("FMPP77", "R77", "OI77", "Size", date(2026, 3, 3)),
            ExpectedRow("FMPP78", expected_on=date(2026, 3, 5)),
        ]
        span = Span("LOC1", yard.later(), ARRIVED)
        await people.drop(yard.database, span, *parcels)
        told = [ExpectedRow("FMPP3", "R3", "OI3", "Size"), ExpectedRow("FMPP2R", "R2")]
        await people.answer(yard.database, yard.time, ["FMPP3", "FMPP2R", "FMPP00000009"], *told)
        await yard.database.close()
        return receipt.sha256

    return file, asyncio.run(make())


@pytest.fixture
def here(tmp_path: Path, kept: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bot.toml").write_text(TOML, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("SLACK_BOT_TOKEN", "FLIPKART_APP_ID", "BOT_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{kept[0]}")
    return tmp_path


def export(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["export", *arguments])


def test_every_format_without_any_account_and_with_the_hash_of_then(here: Path, kept: tuple[Path, str]) -> None:
    formats = [part for one in ("pdf", "csv", "xlsx", "jsonl") for part in ("--format", one)]
    ended = export("--location", "LOC1", *formats, "--out", "out/papers")
    assert ended.exit_code == 0, ended.output
    names = [
        "receipt-2026-03-04-Bengaluru-dock-Ram-3-of-3-h1.pdf",
        *(f"handovers-LOC1.{one}" for one in ("csv", "xlsx", "jsonl")),
    ]
    lines = ended.stdout.splitlines()
    assert lines[:4] == [str(Path("out/papers") / name) for name in names]
    assert lines[4:] == ["left out, because the FE is still there: 1 handover"]
    out = here / "out" / "papers"
    assert (out / names[0]).read_bytes().startswith(b"%PDF")
    [told] = [json.loads(one) for one in (out / names[3]).read_text(encoding="utf-8").splitlines()]
    assert (told["sha256"], told["data"]["handover"]["id"]) == (kept[1], "h1")
    assert told["later"]["problems"][0]["note"] == "found wet on unpacking"
    table = list(csv.DictReader(io.StringIO((out / names[1]).read_text(encoding="utf-8-sig"))))
    assert {row["sha256"] for row in table} == {kept[1]}
    assert {row["return_id"] for row in table if row["tracking_id"] == "FMPP3"} == {"R3"}
    assert {row["tracking_id"] for row in table if row["row"] == "parcel"} == {
        "FMPP1",
        "FMPP2R",
        "FMPP3",
        "FMPP00000009",
    }


def test_by_day_and_by_parcel(here: Path) -> None:
    wanted = ("--day", "2026-03-04", "--tracking", " RTr:fmpp2r ")
    assert export(*wanted).stdout == "handovers-2026-03-04-fmpp2r.xlsx\n", "a workbook keeps ids whatever opens it"
    assert export(*wanted, "--format", "csv").stdout == "handovers-2026-03-04-fmpp2r.csv\n"
    rows = list(csv.DictReader(io.StringIO((here / "handovers-2026-03-04-fmpp2r.csv").read_text("utf-8-sig"))))
    assert {row["handover"] for row in rows} == {"h1", "h2"}


def test_what_was_expected(here: Path) -> None:
    formats = [part for one in ("csv", "xlsx", "jsonl") for part in ("--format", one)]
    ended = export("--lists", "--day", "2026-03-04", "--location", "LOC1", *formats)
    assert ended.exit_code == 0, ended.output
    assert ended.stdout.splitlines() == [f"expected-2026-03-04-LOC1.{one}" for one in ("csv", "xlsx", "jsonl")]
    with (here / "expected-2026-03-04-LOC1.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["status"], row["tracking_id"], row["return_id"], row["expected_date"]) for row in rows] == [
        ("missing", "FMPP77", "R77", "2026-03-03"),
        ("unexpected", "FMPP3", "R3", ""),
        ("matched", "FMPP1", "R1", "2026-03-04"),
        ("matched", "FMPP2R", "R2", ""),
    ]
    assert [row["source"] for row in rows] == ["file", "returns", "file", "file"]
    assert rows[2]["reason"] == "'=Torn", "a formula must stay a text"
    assert (rows[2]["handover"], rows[2]["location"]) == ("h1", "Bengaluru dock")
    assert rows[2]["scanned_at"].startswith("2026-03-04 14:")
    told = [json.loads(one) for one in (here / "expected-2026-03-04-LOC1.jsonl").read_text("utf-8").splitlines()]
    assert [(one["status"], one["order_item_id"]) for one in told][:2] == [("missing", "OI77"), ("unexpected", "OI3")]
    sheet = openpyxl.load_workbook(here / "expected-2026-03-04-LOC1.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[4]][:5] == ["matched", "FMPP1", "R1", "OI1", "=Torn"]
    assert sheet["E4"].data_type == "s"


def test_what_was_expected_the_day_after(here: Path) -> None:
    assert export("--lists", "--day", "2026-03-05").stdout == "expected-2026-03-05.xlsx\n"
    assert export("--lists", "--day", "2026-03-05", "--format", "csv").stdout == "expected-2026-03-05.csv\n"
    rows = list(csv.DictReader(io.StringIO((here / "expected-2026-03-05.csv").read_text("utf-8-sig"))))
    assert [(row["status"], row["tracking_id"]) for row in rows] == [("missing", "FMPP77"), ("missing", "FMPP78")]


def test_what_was_forgotten_leaves_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "bot.db"

    async def make() -> str:
        yard = Yard(file)
        records = RecordStore(yard.database)
        store = RetentionStore(yard.database, records)
        for one in ("h1", "h2", "h3"):
            await yard.whole(one)
        sha256 = await store.sha256("h1")
        for one, what in (("h1", Forgets.NAMES), ("h2", Forgets.PARCELS), ("h3", Forgets.RECORDS)):
            await store.forget(one, what, await store.sha256(one), yard.time)
        await yard.database.close()
        return sha256

    sha256 = asyncio.run(make())
    (tmp_path / "bot.toml").write_text(TOML, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    ended = export("--location", "LOC1", "--format", "jsonl", "--format", "pdf")
    assert ended.exit_code == 0, ended.output
    written = ended.stdout.splitlines()
    assert [line.partition(" of LOC1")[0] for line in written if line.startswith("left out")] == [
        "left out: h2",
        "left out: h3",
    ]
    [line] = (tmp_path / "handovers-LOC1.jsonl").read_text("utf-8").splitlines()
    told = json.loads(line)
    assert (told["sha256"], told["forgotten"], told["data"]["handover"]["fe_name"]) == (sha256, ["names"], "")
    gone = export("--day", "2026-03-04")
    assert gone.exit_code == 0
    assert "left out: h3 of LOC1, ended 2026-03-04; forgotten by 2026-03-04: records" in gone.stdout


def test_nothing_was_expected(here: Path) -> None:
    ended = export("--lists", "--day", "2026-03-04", "--location", "LOC2")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert "Locations with a list: LOC1." in ended.stderr
    assert sorted(one.name for one in here.iterdir()) == ["bot.toml"]


def test_claims(here: Path, kept: tuple[Path, str]) -> None:
    formats = [part for one in ("csv", "xlsx", "jsonl") for part in ("--format", one)]
    ended = export("--claims", *formats)
    assert ended.exit_code == 0, ended.output
    assert ended.stdout.splitlines() == ["claims.csv", "claims.xlsx", "claims.jsonl"]
    rows = list(csv.DictReader(io.StringIO((here / "claims.csv").read_text("utf-8-sig"))))
    with closing(sqlite3.connect(kept[0])) as connection:
        known = connection.execute("SELECT tracking_id, location_id FROM claim").fetchall()
    assert sorted((row["tracking_id"], row["location_id"]) for row in rows) == sorted(known)
    assert {row["location"] for row in rows} == {"Bengaluru dock", "LOC2"}
    only = export("--claims", "--location", "LOC1", "--tracking", "fmpp3", "--day", "2026-03-04", "--format", "csv")
    assert only.stdout == "claims-2026-03-04-LOC1-fmpp3.csv\n"
    rows = list(csv.DictReader(io.StringIO((here / "claims-2026-03-04-LOC1-fmpp3.csv").read_text("utf-8-sig"))))
    assert [(row["tracking_id"], row["state"], row["fe_name"]) for row in rows] == [("FMPP3", "draft", "Ram")]
    proofs = export("--claims", "--location", "LOC1", "--tracking", "FMPP3", "--format", "pdf", "--format", "zip")
    assert [Path(one).suffix for one in proofs.stdout.splitlines()] == [".pdf", ".zip"]
    with zipfile.ZipFile(here / proofs.stdout.splitlines()[1]) as archive:
        facts = json.loads(archive.read(next(name for name in archive.namelist() if name.endswith("proof.json"))))
    assert (facts["claim"]["tracking_id"], len(facts["pictures"])) == ("FMPP3", 1)
    assert "No claim was found" in export("--claims", "--location", "LOC9").stderr


def test_pictures_that_lie_elsewhere(here: Path, kept: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def pictures() -> list[bytes]:
        [name] = export("--claims", "--location", "LOC1", "--tracking", "FMPP3", "--format", "zip").stdout.splitlines()
        with zipfile.ZipFile(here / name) as archive:
            found = [archive.read(one) for one in archive.namelist() if one.endswith((".jpg", ".png"))]
        (here / name).unlink()
        return found

    [beside] = pictures()
    monkeypatch.setenv("PHOTOS_FOLDER", str(here))
    assert pictures() == []
    shutil.copytree(f"{kept[0]}.photos", here / f"{kept[0].name}.photos")
    assert pictures() == [beside]


def test_in_hindi(here: Path) -> None:
    assert export("--location", "LOC1", "--language", "hi", "--format", "csv").exit_code == 0
    assert "FE पहुँचे" in (here / "handovers-LOC1.csv").read_text("utf-8-sig")


@pytest.mark.parametrize("arguments", [("--day", "2026-03-05"), ("--tracking", "FMPP8"), ("--location", "LOC9")])
def test_nothing_is_found(here: Path, arguments: tuple[str, ...]) -> None:
    ended = export(*arguments)
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert "Nothing was found" in ended.stderr
    assert sorted(one.name for one in here.iterdir()) == ["bot.toml"]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--day", "today"),
        ("--tracking", "A", "--format", "doc"),
        ("--location", "A", "--language", "x"),
        ("--lists",),
        ("--claims", "--lists", "--day", "2026-03-04"),
        ("--location", "LOC1", "--format", "zip"),
        ("--lists", "--location", "LOC1"),
        ("--lists", "--day", "2026-03-04", "--tracking", "A"),
        ("--lists", "--day", "2026-03-04", "--format", "pdf"),
    ],
)
def test_what_can_not_be_meant(here: Path, arguments: tuple[str, ...]) -> None:
    ended = export(*arguments)
    assert ended.exit_code == 2
    assert ended.stderr
    assert sorted(one.name for one in here.iterdir()) == ["bot.toml"]


def test_a_folder_that_can_not_be_written(here: Path) -> None:
    ended = export("--location", "LOC1", "--out", "bot.toml/in")
    assert ended.exit_code == 1
    assert "--out" in ended.stderr


def test_an_older_database_is_left_as_it_is(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = here / "old.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('0001')")
        connection.commit()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    ended = export("--location", "LOC1")
    assert ended.exit_code == 4
    assert "otc-bot db upgrade" in ended.stderr
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{here / 'none.db'}")
    ended = export("--location", "LOC1")
    assert ended.exit_code == 4
    assert not (here / "none.db").exists()


def test_settings_that_are_wrong(here: Path) -> None:
    (here / "bot.toml").write_text('timezone = "Asia/Bengaluru"\n' + TOML, encoding="utf-8")
    ended = export("--location", "LOC1")
    assert ended.exit_code == 2
    assert "timezone" in ended.stderr
