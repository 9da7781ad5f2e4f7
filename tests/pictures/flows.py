"""The two flows, drawn as boxes from top to bottom, so that they can be read on a phone.

An SVG is text, so a diff shows what of a flow has changed.
"""

import html
from dataclasses import dataclass

WIDTH = 340
_LINE = 17
_PAD = 12
_ARROW = 34
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#16202c}.t{font-weight:700}.s{fill:#41505f}.b{stroke-width:1.5}"
    ".a{stroke:#56636f;stroke-width:1.5;fill:none}.w{font-size:12px;fill:#41505f}"
)
_OURS, _THEIRS, _KEPT = ("#eaf1fb", "#2f64a7"), ("#fdf3df", "#b07a14"), ("#e8f5ec", "#2e7d4f")


@dataclass(frozen=True)
class Box:
    """A station of a flow."""

    title: str
    lines: tuple[str, ...]
    colours: tuple[str, str] = _OURS
    by: str = ""
    """What leads from here to the next."""

    @property
    def height(self) -> int:
        return 2 * _PAD + _LINE * (1 + len(self.lines))


@dataclass(frozen=True)
class Flow:
    """A drawing."""

    title: str
    boxes: tuple[Box, ...]


FLOWS = {
    "flow-poll": Flow(
        "The clock: what an FE scans gets onto the card",
        (
            Box("Poller", ("asks every 30 seconds,", "less often when calls run short"), by="a call"),
            Box("Flipkart", ("who is at the dock,", "what each FE has scanned"), _THEIRS, "an answer"),
            Box("Machine", ("compares it with what is known,", "decides what has changed"), by="changes"),
            Box("Store", ("one transaction: the state, the record,", "what is to be said"), _KEPT, "the commit rings"),
            Box("Outbox", ("says it at Slack's pace,", "each message once"), by="a card, a reply"),
            Box("Slack", ("the dock's channel, the FE's thread",), _THEIRS),
        ),
    ),
    "flow-person": Flow(
        "A person: a press gets its answer",
        (
            Box("A person presses", ("Start OTC, End OTC, +1, …",), _THEIRS, "acknowledged at once"),
            Box("Listener", ("opens a window: one moment",), by="who, what, where"),
            Box("Policy", ("may this person do that at this dock?", "If not: told why, and on record"), by="yes"),
            Box("Action", ("does it make sense now?", "First on record, then called"), by="a call"),
            Box("Flipkart", ("makes the code;", "it stays in the bot's memory"), _THEIRS, "the code"),
            Box("Window", ("shows it to that person alone,", "loses it once it is used"), by="without the code"),
            Box("Store and outbox", ("who took a code, for all in the thread",), _KEPT),
        ),
    ),
}


def svg(flow: Flow) -> str:
    """The drawing."""
    parts, y = [], 6
    for n, box in enumerate(flow.boxes):
        parts += _box(box, y)
        y += box.height
        if n < len(flow.boxes) - 1:
            parts += _arrow(box.by, y)
            y += _ARROW
    size = f'viewBox="0 0 {WIDTH} {y + 6}" width="{WIDTH}" height="{y + 6}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
            f"<title>{html.escape(flow.title)}</title>",
            f"<style>{_STYLE}</style>",
            f'<rect width="{WIDTH}" height="{y + 6}" rx="8" fill="#fff"/>',
            *parts,
            "</svg>\n",
        ]
    )


def _box(box: Box, y: int) -> list[str]:
    fill, stroke = box.colours
    middle = WIDTH // 2
    parts = [
        f'<rect class="b" x="20" y="{y}" width="{WIDTH - 40}" height="{box.height}" rx="8" '
        f'fill="{fill}" stroke="{stroke}"/>'
    ]
    for n, (kind, line) in enumerate([("t", box.title), *(("s", line) for line in box.lines)]):
        at = y + _PAD + 13 + n * _LINE
        parts.append(f'<text class="{kind}" x="{middle}" y="{at}" text-anchor="middle">{html.escape(line)}</text>')
    return parts


def _arrow(by: str, y: int) -> list[str]:
    middle, end = WIDTH // 2, y + _ARROW - 2
    return [
        f'<path class="a" d="M{middle} {y + 2}V{end}m-5 -7l5 7l5 -7"/>',
        f'<text class="w" x="{middle + 12}" y="{y + _ARROW // 2 + 3}">{html.escape(by)}</text>',
    ]
