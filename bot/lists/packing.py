"""Brings workbooks into the form that openpyxl reads, out of the strict form and other spellings of names."""

import io
import re
import zipfile

_PART = re.compile(r"PartName\s*=\s*[\"']/?([^\"']{1,300})[\"']")
_ALWAYS = (
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/sharedStrings.xml",
)
_STRICT = b"http://purl.oclc.org/ooxml/"
_TRANSITIONAL = (
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (b"http://purl.oclc.org/ooxml/drawingml/main", b"http://schemas.openxmlformats.org/drawingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/", b"http://schemas.openxmlformats.org/officeDocument/2006/"),
)
"""Namespaces of ISO/IEC 29500's strict form, and of the one that nearly every program writes."""
_CHUNK = 1 << 18


def key(name: str) -> str:
    """A part's name as it is compared: some programs write backslashes, or other capitals than they refer to."""
    return name.replace("\\", "/").lstrip("/").casefold()


def usual(content: bytes) -> bytes:
    """The same workbook in the usual form, or the same bytes where it has it.

    It must have been measured: whatever it holds is unpacked and packed again.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        entries = packed.infolist()
        spelled = _spelled(packed, entries)
        names = [spelled.get(key(entry.filename), entry.filename) for entry in entries]
        renamed = any(name != entry.filename for name, entry in zip(names, entries, strict=True))
        if not renamed and not _is_strict(packed, entries):
            return content
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as again:
            for name, entry in zip(names, entries, strict=True):
                with packed.open(entry) as source, again.open(name, "w") as target:
                    target.write(_transitional(source.read(_CHUNK)))
                    while chunk := source.read(_CHUNK):
                        target.write(chunk)
    return out.getvalue()


def _spelled(packed: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, str]:
    """How names are spelled where the workbook refers to them, by their keys."""
    spelled = {key(entry.filename): entry.filename.replace("\\", "/").lstrip("/") for entry in entries}
    spelled |= {key(name): name for name in _ALWAYS}
    types = next((entry for entry in entries if key(entry.filename) == "[content_types].xml"), None)
    text = packed.read(types).decode("utf-8", "replace") if types else ""
    return spelled | {key(name): name for name in _PART.findall(text)}


def _is_strict(packed: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> bool:
    for entry in entries:
        if key(entry.filename) in {"xl/workbook.xml", "_rels/.rels"}:
            with packed.open(entry) as part:
                if _STRICT in part.read(_CHUNK):
                    return True
    return False


def _transitional(beginning: bytes) -> bytes:
    """The beginning of a part, where its namespaces stand, with the usual ones."""
    for strict, usual_one in _TRANSITIONAL:
        beginning = beginning.replace(strict, usual_one)
    return beginning
