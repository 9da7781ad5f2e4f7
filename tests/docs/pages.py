"""The pages, and the tables in them."""

import difflib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from tests.prepare import ROOT

DOCS = ROOT / "docs"
UPDATE = os.environ.get("UPDATE_GOLDEN") == "1"
Row = list[str]


def read(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def cells(line: str) -> Row:
    """Of a table's line; a bar inside a cell has a stroke before it."""
    return [one.strip().replace(r"\|", "|") for one in re.split(r"(?<!\\)\|", line.strip()[1:-1])]


def row(these: Row) -> str:
    return "| " + " | ".join(one.replace("|", r"\|") for one in these) + " |"


def tables(text: str) -> Iterator[tuple[str, Row, list[Row]]]:
    """Each table: the heading above it, its head, its rows."""
    heading, head, rows = "", [""], list[Row]()
    for line in [*text.splitlines(), ""]:
        if line.startswith("#"):
            heading = line.lstrip("# ")
        if line.startswith("|"):
            rows.append(cells(line))
        elif rows:
            head, _, *body = rows
            yield heading, head, body
            rows = []


def table_below(text: str, heading: str) -> list[Row]:
    """The rows of the table below a heading; empty where there is none."""
    return next((rows for above, _, rows in tables(text) if above == heading), [])


def difference(was: str, wanted: str, name: str) -> str:
    """What to do about a page that does not say what is so; empty where it does."""
    lines = list(difflib.unified_diff(was.splitlines(), wanted.splitlines(), name, "as it is", lineterm=""))
    return "\n".join([f"{name} says something else (UPDATE_GOLDEN=1 renews it, then read it):", *lines]) * bool(lines)


def renewed(path: Path, wanted: str) -> str:
    """Writes the page where that is wanted; else what is wrong with it, or nothing."""
    was = path.read_text(encoding="utf-8") if path.exists() else ""
    if UPDATE:
        path.write_text(wanted, encoding="utf-8")
        return ""
    return difference(was, wanted, path.relative_to(ROOT).as_posix())
