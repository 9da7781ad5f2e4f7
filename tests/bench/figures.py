"""One figure beside its floor, and the table and JSON that people and programs read."""

import json
import math
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

Way = Literal["at most", "at least"]


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, what can't be done without, and what is to be reached."""

    what: str
    value: float
    unit: str
    floor: float | None = None
    """The same unit, measured in the same run; None: there is nothing to measure it against."""
    floor_is: str = ""
    target: float | None = None
    way: Way = "at most"
    of_ratio: bool = False
    """Whether the target is for value / floor, which a busy machine changes less than either."""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Value over floor."""
        return self.value / self.floor if self.floor else None

    @property
    def held(self) -> bool | None:
        """Whether the target is reached; None where there is none."""
        judged = self.ratio if self.of_ratio else self.value
        if self.target is None or judged is None:
            return None
        return judged <= self.target if self.way == "at most" else judged >= self.target

    def to_dict(self) -> dict[str, object]:
        """JSON-ready."""
        return {**asdict(self), "ratio": self.ratio, "held": self.held}


@dataclass(frozen=True, slots=True)
class Line:
    """One curve of a plot."""

    name: str
    xs: Sequence[float]
    ys: Sequence[float]
    is_limit: bool = False
    """Drawn as what must not be passed."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture that is to be looked at."""

    name: str
    """Of the file, without its ending."""
    title: str
    across: str
    up: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Result:
    """What one row gives."""

    figures: Sequence[Figure]
    plots: Sequence[Plot] = ()
    lines: Sequence[str] = field(default_factory=tuple)
    """Said as they are: what has no floor and no target."""


def shown(value: float | None) -> str:
    """A number as people read it."""
    if value is None or math.isnan(value):
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


HEAD = ("figure", "measured", "floor", "ratio", "to reach", "held")


def table(figures: Sequence[Figure]) -> str:
    """All figures, a line each."""
    rows = [HEAD]
    for one in figures:
        wanted = "-"
        if one.target is not None:
            wanted = f"{one.way} {shown(one.target)} {'x floor' if one.of_ratio else one.unit}"
        held = {True: "yes", False: "NO", None: "-"}[one.held]
        floor = "-" if one.floor is None else f"{shown(one.floor)} {one.unit}"
        rows.append((one.what, f"{shown(one.value)} {one.unit}", floor, shown(one.ratio), wanted, held))
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    for one in figures:
        if one.floor_is or one.note:
            about = "; ".join(part for part in (one.floor_is and f"floor: {one.floor_is}", one.note) if part)
            lines.append(f"  {one.what}: {about}")
    return "\n".join(lines)


def write_json(path: Path, figures: Mapping[str, Sequence[Figure]], *, quick: bool) -> None:
    """All figures by row, with what they were measured on."""
    content = {
        "quick": quick,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "rows": {name: [one.to_dict() for one in found] for name, found in figures.items()},
    }
    path.write_text(json.dumps(content, indent=2), encoding="utf-8")
