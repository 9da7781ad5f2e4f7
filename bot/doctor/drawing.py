"""How findings are shown: a line each, a table in colour on a terminal, or one JSON document."""

import json
import os
import shutil
import textwrap
from collections import Counter
from collections.abc import Mapping
from typing import Any, Protocol, TextIO

from bot import __version__
from bot.doctor.finding import Finding, Level

COLOURS: Mapping[Level, str] = {Level.OK: "32", Level.NOTE: "34", Level.WARN: "33", Level.FAIL: "1;31"}
"""Of the word, as terminals number them: green, blue, yellow, red."""
QUIET = (Level.OK, Level.NOTE)
"""What the short form leaves out: nobody has to do anything about it."""
WIDEST_NAME = 34
NARROWEST_TEXT = 30


class Drawing(Protocol):
    """Takes findings as they come."""

    def add(self, finding: Finding) -> None:
        """Shows one more."""

    def end(self) -> None:
        """There are no more."""


def drawing_for(out: TextIO, *, as_json: bool, brief: bool) -> Drawing:
    """A document where one is asked for, a table on a terminal, else lines.

    Args:
        out: where it is drawn.
        as_json: whether it is for machines.
        brief: whether what is well is left out.
    """
    if as_json:
        return Document(out, brief=brief)
    if out.isatty() and os.environ.get("TERM") != "dumb":
        return Table(out, brief=brief, colour=not os.environ.get("NO_COLOR"))
    return Lines(out, brief=brief)


class Lines:
    """A line for each."""

    def __init__(self, out: TextIO, *, brief: bool = False) -> None:
        self._out = out
        self._brief = brief
        self._seen: Counter[Level] = Counter()

    def add(self, finding: Finding) -> None:
        """Shows it at once: the next one may take a while."""
        self._seen[finding.level] += 1
        if not self._brief or finding.level not in QUIET:
            self._draw(finding)
            self._out.flush()

    def end(self) -> None:
        """In short form, says that nothing was left out but what is well, and what can't be looked at."""
        if self._brief and not any(self._seen[one] for one in Level if one not in QUIET):
            self._out.write(f"ok    all is well: {self._seen[Level.OK]} checks\n")

    def _draw(self, finding: Finding) -> None:
        self._out.write(f"{finding}\n")


class Table(Lines):
    """Columns: how it is, what was looked at, what is so with what to do below."""

    def __init__(self, out: TextIO, *, brief: bool = False, colour: bool = True, columns: int = 0) -> None:
        """`columns` is the terminal's width; 0: as it is."""
        super().__init__(out, brief=brief)
        self._colour = colour
        width = columns or shutil.get_terminal_size((100, 24)).columns
        self._name = min(WIDEST_NAME, max(12, width // 3))
        self._text = max(NARROWEST_TEXT, width - self._name - 8)

    def end(self) -> None:
        """How many there are of each."""
        super().end()
        said = [f"{self._seen[one]} {one}" for one in Level if self._seen[one]]
        self._out.write(f"\n{', '.join(said)}\n")

    def _draw(self, finding: Finding) -> None:
        names = textwrap.wrap(finding.what, self._name) or [""]
        texts = textwrap.wrap(finding.said, self._text) or [""]
        mends = textwrap.wrap(finding.mend, self._text - 2) if finding.mend else []
        texts += [self._painted("36", f"{'→ ' if n == 0 else '  '}{line}") for n, line in enumerate(mends)]
        for n in range(max(len(names), len(texts))):
            word = self._painted(COLOURS[finding.level], f"{finding.level:4}") if n == 0 else "    "
            name = names[n] if n < len(names) else ""
            text = texts[n] if n < len(texts) else ""
            self._out.write(f"{word}  {name:{self._name}}  {text}".rstrip() + "\n")

    def _painted(self, colour: str, text: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._colour else text


class Document:
    """One JSON document at the end. Its keys stay as they are; new ones may come."""

    def __init__(self, out: TextIO, *, brief: bool = False) -> None:
        self._out = out
        self._brief = brief
        self._found: list[Finding] = []

    def add(self, finding: Finding) -> None:
        """Keeps it for the document."""
        self._found.append(finding)

    def end(self) -> None:
        """Writes the document."""
        shown = [one for one in self._found if not self._brief or one.level not in QUIET]
        counts = Counter(one.level for one in self._found)
        document: dict[str, Any] = {
            "version": __version__,
            "worst": worst(self._found),
            "counts": {level: counts[level] for level in Level},
            "findings": [{"level": one.level, "what": one.what, "said": one.said, "mend": one.mend} for one in shown],
        }
        self._out.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def worst(found: "list[Finding]") -> Level:
    """Of all of them; what can't be looked at makes none of it worse."""
    return max((one.level for one in found if one.level is not Level.NOTE), key=list(Level).index, default=Level.OK)
