"""Finding the FE that a person means by a name or an id typed in a hurry."""

from collections.abc import Callable, Iterable

from bot.handover.model import Handover
from bot.text import beginning, visible

LONGEST_QUERY = 100


def clean(query: str) -> str:
    """The query as it is compared and shown: trimmed, one line, at most 100 characters."""
    return beginning(visible(query), LONGEST_QUERY)


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
