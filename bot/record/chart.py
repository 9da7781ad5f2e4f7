"""One picture of a location's day for a phone: the parcels of each hour, and below them who was there how long."""

import io
import math
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.handover.digest import Digest, Seen
from bot.handover.model import Shipment
from bot.i18n import _, date, ngettext, number
from bot.record.scripts import FAMILIES, file_of
from bot.text import shortened, visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

WIDTH = 1080
"""Pixels: a phone's."""
DPI = 120
MOST_STAYS = 14
"""Rows of the strip; of a busier day the longest stays are shown."""
NAME = 13
"""Signs of a name in the strip."""
HEAD, BARS, BETWEEN, ROW, FOOT = 2.55, 4.0, 0.85, 0.46, 0.6
"""Inches from top to bottom, a row of the strip each."""
MARGIN, LEFT, ACROSS = 0.035, 0.225, 0.72
"""Shares of the width."""
SHORTEST = 4
"""Hours: a shorter day is drawn as long, or its bars would be walls."""
INK, FAINT = "#1d1c1d", "#8a8d91"


@dataclass(frozen=True, slots=True)
class _Kind:
    """What may have become of a parcel. Told apart by lightness and hatching, so also in grey."""

    name: str
    colour: str
    hatch: str


def day_chart(digest: Digest, zone: ZoneInfo) -> bytes:
    """The picture as a PNG, in the language of the task. Takes about a second: run it in a thread.

    Args:
        digest: the day.
        zone: in which its hours are shown.
    """
    with warnings.catch_warnings():
        # What no font has is drawn as a box; whoever reads the log can do nothing about it.
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        return _drawn(digest, zone)


def _drawn(digest: Digest, zone: ZoneInfo) -> bytes:
    # matplotlib takes half a second to load, and is needed once a day.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    stays = _stays(digest)
    strip = ROW * max(len(stays), 1)
    height = HEAD + BARS + BETWEEN + strip + FOOT
    figure = Figure(figsize=(WIDTH / DPI, height), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    begin, end = _span(digest, zone)
    _head(figure, digest, height)
    bars = figure.add_axes((LEFT, (FOOT + strip + BETWEEN) / height, ACROSS, BARS / height))
    _bars(figure, bars, digest, begin, end)
    below = figure.add_axes((LEFT, FOOT / height, ACROSS, strip / height), sharex=bars)
    _strip(below, stays, zone, (begin, end, digest.day.end))
    title = _strip_title(len(stays), len(digest.seen))
    figure.text(MARGIN, (FOOT + strip + 0.12) / height, title, fontproperties=_font(17), color=INK, va="bottom")
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=DPI, metadata={"Software": None})
    return file.getvalue()


def _head(figure: "Figure", digest: Digest, height: float) -> None:
    f = digest.figures
    title = f"{_short(digest.location.name, 24)} · {date(digest.day.date)}"
    figure.text(MARGIN, 1 - 0.25 / height, title, fontproperties=_font(24, bold=True), color=INK, va="top")
    handovers = ngettext("{n} handover", "{n} handovers", f.handovers).format(n=number(f.handovers))
    parcels = ngettext("{n} parcel", "{n} parcels", f.parcels).format(n=number(f.parcels))
    line = f"{handovers} · {parcels}"
    figure.text(MARGIN, 1 - 0.8 / height, line, fontproperties=_font(19), color=INK, va="top")
    figure.text(MARGIN, 1 - 2.24 / height, _("Parcels an hour"), fontproperties=_font(17), color=INK, va="top")


def _bars(figure: "Figure", axes: "Axes", digest: Digest, begin: datetime, end: datetime) -> None:
    from matplotlib.patches import Patch

    kinds = _kinds()
    hours: dict[str, Counter[int]] = {name: Counter() for name in kinds}
    for at, parcel in digest.parcels:
        if begin <= at < end:
            hours[_kind_of(parcel)][int(_hours(at, begin))] += 1
    floor: Counter[int] = Counter()
    keys = []
    for name, kind in kinds.items():
        if not hours[name] and name == "other":
            continue
        slots = sorted(hours[name])
        heights = [hours[name][slot] for slot in slots]
        look: dict[str, Any] = {"facecolor": kind.colour, "edgecolor": INK, "linewidth": 0.6, "hatch": kind.hatch}
        bottom = [floor[slot] for slot in slots]
        axes.bar([slot + 0.5 for slot in slots], heights, bottom=bottom, width=0.84, **look)
        keys.append(Patch(label=f"{kind.name} ({number(sum(heights))})", **look))
        floor.update(dict(zip(slots, heights, strict=True)))
    top = max(floor.values(), default=0)
    size = min(17.0, 17 * 13 / _hours(end, begin))
    for slot, total in floor.items():
        axes.text(slot + 0.5, total + top * 0.02, number(total), ha="center", va="bottom", color=INK,
                  fontproperties=_font(size))  # fmt: skip
    axes.set_ylim(0, max(top * 1.12, 1))
    _plain(axes)
    axes.yaxis.set_visible(False)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="x", labelbottom=False)
    corner = (MARGIN - 0.005, 1 - 1.3 / figure.get_figheight())
    figure.legend(handles=keys, loc="upper left", bbox_to_anchor=corner, ncols=2, frameon=False, prop=_font(17),
                  handlelength=1.2, handletextpad=0.5, columnspacing=1.2, borderaxespad=0, borderpad=0,
                  labelcolor=INK)  # fmt: skip


def _strip(axes: "Axes", stays: Sequence[Seen], zone: ZoneInfo, hours: tuple[datetime, datetime, datetime]) -> None:
    # Who has not left is drawn to the end of the day: what comes after it, up to the end of the picture, nobody knows.
    begin, end, closing = hours
    for row, one in enumerate(stays):
        h = one.handover
        came, code = max(h.arrived_at, begin), one.first_code_at
        left = min(h.ended_at or closing, end)
        axes.barh(row, _hours(left, begin) - _hours(came, begin), left=_hours(came, begin), height=0.62,
                  color="#9db4c0", edgecolor=INK, linewidth=0.6)  # fmt: skip
        waited = min(code or h.scanning_at or left, left)
        if waited > came:
            axes.barh(row, _hours(waited, begin) - _hours(came, begin), left=_hours(came, begin), height=0.62,
                      color="white", edgecolor=INK, linewidth=0.6, hatch="////")  # fmt: skip
    axes.set_yticks(range(len(stays)), [_short(one.handover.fe_name or one.handover.fe_id, NAME) for one in stays])
    axes.set_ylim(max(len(stays), 1) - 0.4, -0.6)
    _plain(axes)
    axes.tick_params(axis="y", length=0)
    total = _hours(end, begin)
    axes.set_xlim(0, total)
    step = next(n for n in (1, 2, 3, 4, 6) if total / n <= 6 or n == 6)
    ticks = range(0, int(total) + 1, step)
    axes.set_xticks(list(ticks), [(begin + timedelta(hours=n)).astimezone(zone).strftime("%H:%M") for n in ticks])
    for label in axes.get_yticklabels():
        label.set_fontproperties(_font(16))
        # Letters of some scripts are twice as wide as others.
        wide = label.get_window_extent().width / (WIDTH * (LEFT - MARGIN / 2))
        label.set_fontsize(16 / max(wide, 1))
    for label in axes.get_xticklabels():
        label.set_fontproperties(_font(16))


def _strip_title(shown: int, every: int) -> str:
    if shown < every:
        return _("The {n} longest stays of {all} (hatched: waiting for the code)").format(n=shown, all=number(every))
    return _("Stays at the dock (hatched: waiting for the code)")


def _plain(axes: "Axes") -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(FAINT)
    axes.tick_params(colors=INK)
    axes.set_axisbelow(True)
    axes.grid(visible=True, axis="x", color="#e3e4e6", linewidth=0.7)


def _kinds() -> dict[str, _Kind]:
    return {
        "accepted": _Kind(_("Accepted"), "#2a6f97", ""),
        "rejected": _Kind(_("Rejected"), "#e76f51", "///"),
        "mismatched": _Kind(_("Wrong flyer"), "#ffe08a", "xxx"),
        "other": _Kind(_("Other"), "#d9d9d9", ""),
    }


def _kind_of(parcel: Shipment) -> str:
    if parcel.rejected:
        return "rejected"
    if parcel.mismatched:
        return "mismatched"
    return "accepted" if parcel.accepted else "other"


def _stays(digest: Digest) -> list[Seen]:
    """Whom the strip shows, in the order in which they came."""
    if len(digest.seen) <= MOST_STAYS:
        return list(digest.seen)

    def length(one: Seen) -> timedelta:
        return (one.handover.ended_at or digest.day.end) - one.handover.arrived_at

    longest = sorted(digest.seen, key=length, reverse=True)[:MOST_STAYS]
    return [one for one in digest.seen if one in longest]


def _span(digest: Digest, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The hours that the picture shows: from the first thing that happened to the last, in whole hours."""
    moments = [at for at, _parcel in digest.parcels]
    for one in digest.seen:
        h = one.handover
        moments += [one.seen_at, h.arrived_at, *([h.ended_at] if h.ended_at else [])]
    within = [at for at in moments if digest.day.begin <= at <= digest.day.end] or [digest.day.end]
    first = min(within).astimezone(zone).replace(minute=0, second=0, microsecond=0)
    last = digest.day.end if any(not one.handover.over for one in digest.seen) else max(within)
    hours = max(SHORTEST, math.ceil((last - first).total_seconds() / 3600))
    return first.astimezone(UTC), (first + timedelta(hours=hours)).astimezone(UTC)


def _hours(at: datetime, begin: datetime) -> float:
    return (at - begin).total_seconds() / 3600


def _short(text: str, most: int) -> str:
    """A text from outside; matplotlib would read a formula between two dollar signs."""
    return shortened(visible(text), most).replace("$", r"\$")


@cache
def _families() -> list[str]:
    """The bot's own fonts, Latin first: matplotlib takes each sign from the first that has it."""
    from matplotlib import font_manager

    names = []
    for family in FAMILIES:
        for bold in (False, True):
            font_manager.fontManager.addfont(file_of(family, bold=bold))
        names.append(font_manager.FontProperties(fname=file_of(family)).get_name())
    return names


def _font(size: float, *, bold: bool = False) -> "FontProperties":
    from matplotlib.font_manager import FontProperties

    wish: dict[str, Any] = {"family": _families(), "size": size, "weight": "bold" if bold else "normal"}
    return FontProperties(**wish)
