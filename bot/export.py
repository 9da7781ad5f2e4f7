"""`otc-bot export`: writes receipts, claims, or what was expected on a day, into files; without Slack and Flipkart."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.clock import now
from bot.config import BotToml
from bot.handover.claims import Claim
from bot.handover.digest import day_of
from bot.handover.location import Location, Locations
from bot.handover.retention import Forgets, Forgotten
from bot.houses import RecordSettings
from bot.outbox.papers import file_stem
from bot.record import claims, expected
from bot.record.claims import ClaimLine
from bot.record.expected import DayLists
from bot.record.pdf import make_pdf
from bot.record.proof_zip import make as make_proof
from bot.record.receipt import NotFinished, Receipt, RecordError
from bot.record.tables import to_csv, to_jsonl, to_xlsx
from bot.store.claim_lines import ClaimLineStore
from bot.store.expected_days import ExpectedDayStore
from bot.store.proofs import ProofStore
from bot.store.records import RecordStore
from bot.store.retention import RetentionStore
from bot.store.session import Database, DatabaseUnusableError
from bot.text import parcel_key, undecorated

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


class Format(StrEnum):
    """What a file is."""

    XLSX = "xlsx"
    CSV = "csv"
    PDF = "pdf"
    """One for each handover; the others hold all of them in one file."""
    JSONL = "jsonl"
    ZIP = "zip"
    """The proof of each claim, with its pictures; the PDF of claims is the same to be read."""


PROOFS = (Format.PDF, Format.ZIP)
"""Of claims: one file for each."""


class ExportError(Exception):
    """Nothing was written, or not all; the message is a sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be exported: all that is given must apply."""

    day: date | None = None
    """A day of a location, as in its digest: the handovers whose FE the bot first saw in it."""
    location: str | None = None
    """Its id."""
    tracking: str | None = None
    formats: Sequence[Format] = (Format.XLSX,)
    out: Path = Path()
    language: str = "en"
    lists: bool = False
    """Expected parcels of the day instead of receipts."""
    claims: bool = False
    """Claims instead of receipts; the day is that on which they were opened."""

    @property
    def stem(self) -> str:
        """How the tables are called, without the ending."""
        parts = [self.day.isoformat() if self.day else "", self.location or "", undecorated(self.tracking or "")]
        return "-".join(
            [
                "claims" if self.claims else "expected" if self.lists else "handovers",
                *(_UNSAFE.sub("-", one)[:60].strip("-") for one in parts if one),
            ]
        )


async def export(settings: RecordSettings, wish: Wish) -> list[str]:
    """Writes the files and returns a line for each.

    Raises:
        ExportError: there is nothing to write, or it can't be written.
        DatabaseUnusableError: the database can't be read, or is of another version.
    """
    database = Database(settings.database_url, settings.photos_folder)
    if not database.is_there():
        # Opening what is not there would make it.
        raise DatabaseUnusableError(
            f"There is no database {database.shown}: check DATABASE_URL and the working folder."
        )
    try:
        await database.require_sound()
        await _require_newest(database)
        if wish.claims:
            proofs = ProofStore(database, RecordStore(database))
            return await _export_claims(ClaimLineStore(database), proofs, settings.toml, wish)
        if wish.lists and wish.day is not None:
            return await _export_lists(ExpectedDayStore(database), settings.toml, wish, wish.day)
        records = RecordStore(database)
        return await _export(records, RetentionStore(database, records), settings.toml, wish)
    finally:
        await database.close()


async def _require_newest(database: Database) -> None:
    found, newest = await database.version()
    if found != newest:
        raise DatabaseUnusableError(
            f"{database.shown} has version {found or 'none'} and this otc-bot reads {newest}: "
            "stop the bot, run `otc-bot db upgrade` and export again."
        )


async def _export(records: RecordStore, retention: RetentionStore, toml: BotToml, wish: Wish) -> list[str]:
    lines_of = await _forgotten(records, retention, toml, wish)
    ids = [one for one in await _wanted(records, toml, wish) if not _is_gone(lines_of.get(one))]
    gone = [_line(one) for one in lines_of.values() if _is_gone(one)]
    if not ids and not gone:
        raise ExportError("Nothing was found: check the day, the location's id and the tracking id.")
    receipts, going_on = await _receipts(records, toml, ids)
    if not receipts and gone:
        return gone
    if not receipts:
        raise ExportError("Nothing is finished yet: every FE is still there. Export again when they have left.")
    try:
        wish.out.mkdir(parents=True, exist_ok=True)
        lines = []
        for kind in dict.fromkeys(wish.formats):
            if kind is Format.PDF:
                lines += [_pdf(one, wish) for one in receipts]
            else:
                lines.append(_write(wish.out / f"{wish.stem}.{kind}", _table(receipts, kind, wish.language)))
    except OSError as error:
        raise ExportError(f"The files can't be written: {error}. Choose another folder with --out.") from error
    except RecordError as error:
        raise ExportError(str(error)) from error
    if going_on:
        handovers = "handover" if going_on == 1 else "handovers"
        lines.append(f"left out, because the FE is still there: {going_on} {handovers}")
    return lines + gone


async def _export_claims(store: ClaimLineStore, proofs: ProofStore, toml: BotToml, wish: Wish) -> list[str]:
    known, found = Locations(toml.locations), list[ClaimLine]()
    key = parcel_key(undecorated(wish.tracking)) if wish.tracking is not None else None
    for location_id in await store.locations() if wish.location is None else [wish.location]:
        location = _location(known, location_id)
        day = None if wish.day is None else day_of(location, toml.zone, wish.day)
        begin, end = (None, None) if day is None else (day.begin, day.end)
        lines = await store.lines(location_id, begin, end, key)
        found += [replace(line, location=location.name) for line in lines]
    if not found:
        raise ExportError("No claim was found: check the day, the location's id and the tracking id.")
    tables = replace(wish, formats=[kind for kind in wish.formats if kind not in PROOFS])
    written = _write_tables(tables, lambda kind: _claim_table(found, kind, toml.zone, wish.language))
    if len(tables.formats) < len(wish.formats):
        for line in found:
            written += await _proof(proofs, known, toml, wish, line.claim)
    return written


async def _proof(proofs: ProofStore, known: Locations, toml: BotToml, wish: Wish, claim: Claim) -> list[str]:
    """A PDF, a ZIP or both of one claim; a line of text where there can be none."""
    proven = await proofs.of(claim.id)
    if proven is None:
        return [f"left out, because its parcels were forgotten: {claim.tracking_id}"]
    try:
        proof = proven.proof(_location(known, claim.location_id), toml.zone)
    except NotFinished:
        return [f"left out, because the FE is still there: {claim.tracking_id}"]
    pdf, archive = make_proof(proof, wish.language)
    made = {Format.PDF: pdf, Format.ZIP: archive}
    return _write_tables(
        replace(wish, formats=[kind for kind in wish.formats if kind in PROOFS]), made.__getitem__, proof.stem
    )


def _claim_table(lines: Sequence[ClaimLine], kind: Format, zone: ZoneInfo, language: str) -> bytes:
    if kind is Format.XLSX:
        return claims.to_xlsx(lines, zone, language=language)
    return claims.to_jsonl(lines, zone) if kind is Format.JSONL else claims.to_csv(lines, zone)


def _write_tables(wish: Wish, make: Callable[[Format], bytes], stem: str = "") -> list[str]:
    try:
        wish.out.mkdir(parents=True, exist_ok=True)
        return [_write(wish.out / f"{stem or wish.stem}.{kind}", make(kind)) for kind in dict.fromkeys(wish.formats)]
    except OSError as error:
        raise ExportError(f"The files can't be written: {error}. Choose another folder with --out.") from error
    except RecordError as error:
        raise ExportError(str(error)) from error


async def _export_lists(days: ExpectedDayStore, toml: BotToml, wish: Wish, date: date) -> list[str]:
    known = Locations(toml.locations)
    listed = await days.locations()
    found = []
    for location_id in listed if wish.location is None else [wish.location]:
        location = _location(known, location_id)
        lines = await days.day(location_id, day_of(location, toml.zone, date))
        found.append(DayLists(location, date, lines))
    if not any(one.lines for one in found):
        raise ExportError(
            "Nothing was expected: no list came for it, or it names nothing for that day. "
            f"Locations with a list: {', '.join(listed) or 'none'}."
        )
    return _write_tables(wish, lambda kind: _list_table(found, kind, toml.zone, wish.language))


def _list_table(days: Sequence[DayLists], kind: Format, zone: ZoneInfo, language: str) -> bytes:
    if kind is Format.XLSX:
        return expected.to_xlsx(days, zone, language=language)
    return expected.to_jsonl(days, zone) if kind is Format.JSONL else expected.to_csv(days, zone)


async def _wanted(records: RecordStore, toml: BotToml, wish: Wish) -> list[str]:
    key = parcel_key(undecorated(wish.tracking)) if wish.tracking is not None else None
    if wish.day is None:
        return await records.find(location_id=wish.location, tracking_key=key)
    known = Locations(toml.locations)
    found: list[str] = []
    for location_id in await records.locations() if wish.location is None else [wish.location]:
        day = day_of(_location(known, location_id), toml.zone, wish.day)
        found += await records.find(location_id=location_id, begin=day.begin, end=day.end, tracking_key=key)
    return found


async def _forgotten(
    records: RecordStore, retention: RetentionStore, toml: BotToml, wish: Wish
) -> dict[str, Forgotten]:
    """What stands in the place of what was forgotten, by handover; of a parcel nothing is known any more."""
    if wish.tracking is not None:
        return {}
    if wish.day is None:
        return {one.handover_id: one for one in await retention.forgotten(wish.location, None, None)}
    known, found = Locations(toml.locations), dict[str, Forgotten]()
    for location_id in await records.locations() if wish.location is None else [wish.location]:
        day = day_of(_location(known, location_id), toml.zone, wish.day)
        found |= {one.handover_id: one for one in await retention.forgotten(location_id, day.begin, day.end)}
    return found


def _is_gone(line: Forgotten | None) -> bool:
    """Whether no receipt can be made any more."""
    return line is not None and bool({Forgets.PARCELS, Forgets.RECORDS} & set(line.what))


def _line(one: Forgotten) -> str:
    return (
        f"left out: {one.handover_id} of {one.location_id}, ended {one.ended_at:%Y-%m-%d}; "
        f"forgotten by {one.at:%Y-%m-%d}: {', '.join(one.what)}; SHA-256 of its receipt {one.sha256 or 'unknown'}"
    )


async def _receipts(records: RecordStore, toml: BotToml, ids: Sequence[str]) -> tuple[list[Receipt], int]:
    """The receipts, and how many handovers go on."""
    receipts, going_on = [], 0
    for handover_id in ids:
        try:
            receipts.append(await _receipt(records, toml, handover_id))
        except NotFinished:
            going_on += 1
    return receipts, going_on


async def _receipt(records: RecordStore, toml: BotToml, handover_id: str) -> Receipt:
    as_of = now() if toml.hears_of_returns else None
    record = await records.load(handover_id)
    return record.receipt(_location(Locations(toml.locations), record.handover.location_id), toml.zone, as_of=as_of)


def _pdf(receipt: Receipt, wish: Wish) -> str:
    return _write(wish.out / f"{file_stem(receipt)}.pdf", make_pdf(receipt, language=wish.language))


def _table(receipts: Sequence[Receipt], kind: Format, language: str) -> bytes:
    if kind is Format.XLSX:
        return to_xlsx(receipts, language=language)
    return to_jsonl(receipts) if kind is Format.JSONL else to_csv(receipts, language=language)


def _write(file: Path, content: bytes) -> str:
    file.write_bytes(content)
    return str(file)


def _location(known: Locations, location_id: str) -> Location:
    """The location; one that is no longer in bot.toml goes by its id, and its day ends at midnight."""
    return known.get(location_id) or Location(id=location_id, name=location_id, channel="C00")
