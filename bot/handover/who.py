"""Finding the FE that a person means by a name or an id typed in a hurry."""

import re
from collections.abc import Callable, Iterable

from bot.handover.model import Handover

LONGEST_QUERY = 100

_UNSEEN = re.compile(
    # Control signs, soft hyphen, fillers, zero-width space, direction marks and overrides, byte order mark, tags.
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b\u200e\u200f"
    r"\u202a-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_JOINERS = "\u200c\u200d "
"""Part of names in Indian scripts, but nothing by themselves."""


def visible(text: str) -> str:
    """The text as one line of what can be seen.

    A name must not turn what stands after it around, nor look like another one, nor be empty and yet no name.
    """
    return " ".join(_UNSEEN.sub("", text).split()).strip(_JOINERS)


def clean(query: str) -> str:
    """The query as it is compared and shown: trimmed, one line, at most 100 characters."""
    return visible(query)[:LONGEST_QUERY]


def meant(query: str, handovers: Iterable[Handover]) -> list[Handover]:
    """The handovers whose FE is meant: an exact id first, else an exact name, else any part of the name.

    An empty query means everybody. Two FEs of one name are both returned, never one at random.
    """
    every = list(handovers)
    wanted = clean(query).casefold()
    if not wanted:
        return every
    tests: tuple[Callable[[Handover], bool], ...] = (
        lambda h: clean(h.fe_id).casefold() == wanted,
        lambda h: clean(h.fe_name).casefold() == wanted,
        lambda h: wanted in visible(h.fe_name).casefold(),
    )
    for matches in tests:
        found = [h for h in every if matches(h)]
        if found:
            return found
    return []
