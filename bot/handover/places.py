"""Which of our locations a list, or a row of it, is for."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.handover.location import Location
from bot.lists.model import ExpectedRow, ListRead
from bot.lists.places import same


def place_of(locations: Sequence[Location], text: str) -> Location | None:
    """The location that a list is for: the only one of its channel, or the one that is named beside the file."""
    if len(locations) == 1:
        return locations[0]
    said = text.casefold()
    named = [one for one in locations if one.name.casefold() in said or one.id.casefold() in said]
    # "Hosur" stands in "Hosur North" too.
    longest = [
        one for one in named if not any(one is not o and one.name.casefold() in o.name.casefold() for o in named)
    ]
    return longest[0] if len(longest) == 1 else None


@dataclass(frozen=True, slots=True)
class Sorted:
    """The rows of a list by their location."""

    here: Location
    rows: Mapping[Location, Sequence[ExpectedRow]]
    """Without a location that no row is for; the one where the list was brought comes first."""
    unserved: Mapping[str, int]
    """Rows of locations that are not in bot.toml, by what the list calls them."""


def sort_out(read: ListRead, here: Location, locations: Iterable[Location]) -> Sorted:
    """Puts each row where it belongs; a row that names no location belongs where the list was brought.

    Args:
        read: the list.
        here: where it was brought.
        locations: all that are served.
    """
    every = list(locations)
    found: dict[Location, list[ExpectedRow]] = {here: []}
    unserved: Counter[str] = Counter()
    known: dict[tuple[str, str], Location | None] = {}
    for row in read.rows:
        named = row.location_id, row.location_name
        if named not in known:
            known[named] = _location(*named, here, every)
        location = known[named]
        if location is None:
            unserved[row.location_id or row.location_name] += 1
        else:
            found.setdefault(location, []).append(row)
    says_ours = any(location is not None and any(named) for named, location in known.items())
    if read.vague_location and not says_ours:
        # A column such as "Location" that never names a location of ours is about something else.
        return Sorted(here, {here: read.rows}, {})
    return Sorted(here, {location: rows for location, rows in found.items() if rows}, unserved)


def own_place(read: ListRead, candidates: Sequence[Location], locations: Iterable[Location]) -> Location | None:
    """Where a list counts as brought that nobody said a location for: only if each of its rows names one itself.

    Args:
        read: the list.
        candidates: the locations that it can be for.
        locations: all that are served.

    Returns:
        The first candidate that it names, or just the first; None where a row names none, or none is ours.
    """
    every = list(locations)
    named = {(row.location_id, row.location_name) for row in read.rows}
    if not candidates or ("", "") in named:
        return None
    found = [place for one in named if (place := _location(*one, candidates[0], every)) is not None]
    return next((one for one in candidates if one in found), candidates[0]) if found else None


def _location(location_id: str, name: str, here: Location, every: Sequence[Location]) -> Location | None:
    if not location_id and not name:
        return here
    exact = [one for one in every if location_id and one.id == location_id]
    by_id = [one for one in every if location_id and same(one.id, location_id)]
    # Some reports write the name into the column of the id, and the other way round.
    by_name = [
        one for one in every if any(same(one.name, said) or one.id == said for said in (name, location_id) if said)
    ]
    for named in (exact, by_id, by_name):
        if named:
            return here if here in named else named[0] if len(named) == 1 else None
    return None
