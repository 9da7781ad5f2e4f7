"""Which pictures prove a claim: what Flipkart's claims desk asks for by kind of problem, and what is still missing.

Claims are refused for want of proof more than for anything else, and the parcel is at hand only while the FE is there.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.handover.claims import Claim, Kind
from bot.i18n import N_
from bot.text import parcel_key


class Shot(StrEnum):
    """What a picture shows."""

    LABEL = "label"
    OUTSIDE = "outside"
    INSIDE = "inside"
    ITEM = "item"


SHOTS = {
    Shot.LABEL: N_("the label"),
    Shot.OUTSIDE: N_("the outside"),
    Shot.INSIDE: N_("the inside"),
    Shot.ITEM: N_("the item"),
}
"""What people read, to be translated."""
_WHOLE = (Shot.LABEL, Shot.OUTSIDE, Shot.INSIDE, Shot.ITEM)
NEEDED = {
    Kind.REJECTED: (Shot.LABEL, Shot.OUTSIDE),
    Kind.FLYER: (Shot.LABEL, Shot.OUTSIDE),
    Kind.OPEN_BOX: _WHOLE,
    Kind.UNSEEN: (),
    Kind.DAMAGED: _WHOLE,
    Kind.WRONG_ITEM: _WHOLE,
    Kind.EMPTY: (Shot.LABEL, Shot.OUTSIDE, Shot.INSIDE),
    Kind.SWAPPED_FLYER: (Shot.LABEL, Shot.OUTSIDE),
    Kind.MISSING: (),
    Kind.NEVER_CAME: (),
    Kind.OTHER: (Shot.LABEL, Shot.OUTSIDE),
}
"""Of a parcel that nobody has there is nothing to photograph: its proof is the count and the seller's own scans."""
_WORDS = {
    Shot.LABEL: ("label", "awb", "barcode", "sticker", "लेबल", "स्टिकर", "बारकोड"),
    Shot.OUTSIDE: ("outside", "box", "packet", "बाहर", "डिब्बा", "पैकेट"),
    Shot.INSIDE: ("inside", "open", "opened", "अंदर", "अन्दर", "भीतर", "खुला"),
    Shot.ITEM: ("item", "product", "content", "contents", "सामान", "प्रोडक्ट", "माल"),
}
_SAYS = {word: shot for shot, words in _WORDS.items() for word in words}
_WORD = re.compile(r"[\s,;:.!?()/+&|*~_\"'-]+")


@dataclass(frozen=True, slots=True)
class Missing:
    """What is still to be photographed of a parcel with a claim."""

    tracking_id: str
    shots: tuple[Shot, ...]


def shots_in(text: str) -> tuple[Shot, ...]:
    """What the words beside a picture say that it shows; nothing where they do not."""
    said = {_SAYS[word] for word in _WORD.split(text.lower()) if word in _SAYS}
    return tuple(shot for shot in Shot if shot in said)


def shots_of(kept: str) -> tuple[Shot, ...]:
    """What a picture shows, as it is kept; what this version does not know is left out."""
    said = set(kept.split(","))
    return tuple(shot for shot in Shot if shot.value in said)


def as_kept(shots: Iterable[Shot]) -> str:
    """The same as one text."""
    return ",".join(shots)


def needed(claim: Claim) -> tuple[Shot, ...]:
    """What must be seen of a parcel, for all that is wrong with it."""
    kinds = {kind for kind, _note in claim.reasons}
    wanted = {shot for kind, shots in NEEDED.items() if kind.value in kinds for shot in shots}
    return tuple(shot for shot in Shot if shot in wanted)


def missing(claims: Sequence[Claim], pictures: Iterable[tuple[str, str]]) -> list[Missing]:
    """What is still to be photographed, parcel by parcel; parcels of which all is there are left out.

    Args:
        claims: of a handover.
        pictures: (tracking id, what it shows as it is kept) of each.
    """
    seen: dict[str, set[Shot]] = {}
    for tracking_id, kept in pictures:
        seen.setdefault(parcel_key(tracking_id), set()).update(shots_of(kept))
    found = []
    for claim in claims:
        there = seen.get(parcel_key(claim.tracking_id), set())
        if left := tuple(shot for shot in needed(claim) if shot not in there):
            found.append(Missing(claim.tracking_id, left))
    return found
