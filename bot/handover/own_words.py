"""What a message in a thread says: tracking ids as scanners, labels and people write them, or talk.

Pure functions. `read` takes a message apart; `resolve` says which parcels it means, given what is known of its words.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Protocol

from bot.text import bare, parcel_key, visible

LONGEST_MESSAGE = 12_000
"""Characters; about 900 ids. A longer text is no scan: Slack's own clients make a snippet of it."""
SHORTEST, LONGEST = 6, 40
"""Signs of an id."""
SHORTEST_PART = 4
"""Signs of what is said again and again; a code has no fewer."""
LONGEST_RUN = 400
"""Signs of ids that ran together."""
MOST_PIECES = 40
"""Words of an address, a JSON or a row that are compared with what is known."""
MOST_WORDS_IN_A_FIELD = 3
"""Of a row; more, and somebody writes to somebody."""

_ID = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9][A-Za-z0-9/_-]{4,38}[A-Za-z0-9]")
_RUN = re.compile(rf"(?=[^0-9]*[0-9])[A-Za-z0-9][A-Za-z0-9/_-]{{39,{LONGEST_RUN - 2}}}[A-Za-z0-9]")
_BETWEEN = re.compile(r"[\s,;`]+")
_TEL = re.compile(r"<tel:[^<>|]*\|([^<>|]*)>")
"""What Slack makes of a long number."""
_LINK = re.compile(r"<(https?://[^<>|\s]+)(?:\|[^<>]*)?>")
_ADDRESS = re.compile(r"https?://\S+")
_OF_A_PARCEL = re.compile(r"track|awb|ship|courier|logistic|consign", re.IGNORECASE)
"""In an address: what else people share is talk."""
_PIECE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*[A-Za-z0-9]")
_COUNTED = re.compile(r"([^,;]+)[,;][0-9]{1,3}")
"""An id and how many there are, as scanners with a memory send it."""
_PHONE = re.compile(r"(?:0|91|0091)?[6-9][0-9]{9}")
_PLATE = re.compile(r"[A-Z]{2}[-_/]?[0-9]{1,2}[-_/]?[A-Z]{1,3}[-_/]?[0-9]{4}")
"""A lorry's, such as KA01AB1234."""
_WORDS = re.compile(r"(?:OTC|OTP|PIN|CODE|RS|INR)[-_/]?[0-9]+|[0-9]{1,2}(?:AM|PM)?[-_/][0-9]{1,2}(?:AM|PM)")
"""A code that somebody passes on, money, a span of time. A code above all must not be kept as a parcel."""
_ORDER = re.compile(r"OD[0-9]{18}")
"""The number of an order, which stands on the same label."""
_FEWEST_DIGITS = 3
_BARE_DIGITS = 8
_TWIN = 8
"""Signs of a half that is an id by its looks alone."""
_BROKEN = re.compile(r"[^\s?!@<>]{10,100}")
_BROKEN_DIGITS = 6


def twins_of(key: str) -> set[str]:
    """The same id on a keyboard that has - where another has _."""
    swapped = key.translate({ord("-"): "_", ord("_"): "-"})
    return {swapped, key.replace("-", "_"), key.replace("_", "-")} - {key}


def doubtful(tracking_id: str) -> bool:
    """Whether it looks more like a phone number, a date, a code or a gate than like a parcel.

    It is one only if the handover knows it already.
    """
    key = parcel_key(tracking_id)
    if key.isdigit():
        return len(key) < _BARE_DIGITS or _PHONE.fullmatch(key) is not None
    if not any(sign.isalpha() for sign in key):
        return True
    few = sum(sign.isdigit() for sign in key) < _FEWEST_DIGITS
    return few or _PLATE.fullmatch(key) is not None or _WORDS.fullmatch(key) is not None


def an_order(tracking_id: str) -> bool:
    """Whether it is the number of an order, which is no parcel unless the handover knows it as one."""
    return _ORDER.fullmatch(parcel_key(tracking_id)) is not None


# ---- what a message says ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Word:
    """What one scan gave: an id by itself, or something around it."""

    text: str = ""
    """The id, or ids that ran together, without decoration; "" where pieces stand."""
    pieces: tuple[str, ...] = ()
    """What may be the id in an address, a JSON or a row of fields: it counts only if it is known."""
    talk: bool = False
    """Whether this is no failed scan if nothing of it is known: an address of anything."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A message, taken apart."""

    words: tuple[Word, ...] = ()
    """None for talk: then nothing of it is looked at, and nothing kept."""
    failed: bool = False
    """It is no talk by its looks, and no scan that could be read."""


TALK = Reading()


def read(text: str) -> Reading:
    """Takes a message apart. One word that is none of a scan's makes all of it talk."""
    if len(text) > LONGEST_MESSAGE:
        return TALK
    plain = unescape(_LINK.sub(r"\1", _TEL.sub(r"\1", text))).strip()
    if plain.strip("[] \n").startswith("{") and plain.strip("[] \n").endswith("}") and ":" in plain:
        lines = [_pieces(plain)]
    else:
        lines = [_line(line) for line in plain.splitlines() if visible(line)]
    if None in lines:
        return Reading(failed=_looks_like_a_scan(plain))
    return Reading(tuple(word for line in lines if line for word in line))


def _line(line: str) -> list[Word] | None:
    shown = visible(line)
    words = [_word(token) for chunk in shown.split() for token in _tokens(chunk)]
    if all(words):
        return [word for word in words if word is not None]
    if _ADDRESS.fullmatch(shown):
        return _pieces(shown, talk=not _OF_A_PARCEL.search(shown))
    return _pieces(shown) if _is_row(line) else None


def _tokens(chunk: str) -> list[str]:
    counted = _COUNTED.fullmatch(chunk)
    return [counted[1]] if counted else [token for token in _BETWEEN.split(chunk) if token]


def _word(token: str) -> Word | None:
    text = bare(token)
    return Word(text) if _ID.fullmatch(text) or _RUN.fullmatch(text) else None


def _is_row(line: str) -> bool:
    """Fields of a label or a table: between bars or tabs, or between commas where an order's number is one of them."""
    fields = [field.strip() for field in re.split(r"[|\t]", line.strip())]
    if len(fields) < 2:
        fields = [field.strip() for field in re.split(r"[,;]", line)]
        if not any(an_order(bare(field)) for field in fields):
            return False
    return len(fields) > 1 and all(len(field.split()) <= MOST_WORDS_IN_A_FIELD and "?" not in field for field in fields)


def _pieces(text: str, *, talk: bool = False) -> list[Word] | None:
    found = dict.fromkeys(one for one in _PIECE.findall(text) if _ID.fullmatch(one))
    return [Word(pieces=tuple(found)[:MOST_PIECES], talk=talk)] if found else None


def _looks_like_a_scan(text: str) -> bool:
    """Whether talk looks like a scan that went wrong: one word of letters and digits, or mostly ids, a line each."""
    lines = [line for line in map(visible, text.splitlines()) if line]
    if any(" " in line for line in lines):
        return False
    sound = [line for line in lines if (word := _word(line)) is not None and not doubtful(word.text)]
    return len(sound) * 2 > len(lines) or all(map(_broken, lines))


def _broken(line: str) -> bool:
    if not _BROKEN.fullmatch(line) or _ADDRESS.match(line) or not re.search(r"[A-Z]{2}", line):
        return False
    bones = "".join(sign for sign in line if sign.isalnum())
    return sum(sign.isdigit() for sign in bones) >= _BROKEN_DIGITS and not doubtful(bones)


# ---- which parcels it means ------------------------------------------------------------------------------------------


class Kept(Protocol):
    """What is kept about an id."""

    @property
    def known(self) -> bool:
        """Whether the handover or a list has it."""


def asks(words: Iterable[Word], found: Mapping[str, Kept]) -> set[str]:
    """The keys about which something must be learnt before `resolve`; to be called until it asks for no more."""
    wanted: set[str] = set()
    for word in words:
        keys = {parcel_key(one) for one in (word.text, *word.pieces) if one}
        keys |= {twin for key in keys for twin in twins_of(key)}
        if keys <= found.keys() and word.text and _same(parcel_key(word.text), found) is None:
            keys |= {*_starts(parcel_key(word.text), found), *_halves(parcel_key(word.text))}
        wanted |= keys - found.keys()
    return wanted


def resolve(word: Word, found: Mapping[str, Kept]) -> dict[str, str]:
    """The parcels that a word means: what was scanned by key, each as it is known; empty where that is not sure.

    A word that nobody knows is the parcel that it looks like; ids that are run together are each of them.
    """
    if not word.text:
        spelt = [(one, parcel_key(one)) for one in word.pieces]
        known = {same: one if same == key else same for one, key in spelt if (same := _same(key, found))}
        return known if len(known) == 1 else {}
    key = parcel_key(word.text)
    same = _same(key, found)
    if same is not None:
        return {same: word.text if same == key else same}
    parts = _made_of(key, found) or _halves(key)
    if parts:
        return {part: part for part in parts}
    return {} if len(key) > LONGEST or an_order(key) or doubtful(_part(key)) else {key: word.text}


def _same(key: str, found: Mapping[str, Kept]) -> str | None:
    """The known id that this is: itself, or the only one that differs from it by - and _ alone."""
    if key in found and found[key].known:
        return key
    twins = [twin for twin in twins_of(key) if twin in found and found[twin].known]
    return twins[0] if len(twins) == 1 else None


def _starts(key: str, found: Mapping[str, Kept]) -> set[str]:
    """Every part that begins where known ids before it end."""
    reached, parts = {0}, set()
    for start in range(len(key) - SHORTEST + 1):
        if start in reached:
            for end in _ends(start, len(key)):
                parts.add(key[start:end])
                if _knows(key[start:end], found):
                    reached.add(end)
    return parts


def _made_of(key: str, found: Mapping[str, Kept]) -> list[str]:
    """The known ids of which the word is made, from the first to the last; empty if it is not."""
    made: dict[int, list[str]] = {0: []}
    for start in range(len(key) - SHORTEST + 1):
        if start in made:
            for end in _ends(start, len(key)):
                if _knows(key[start:end], found):
                    made.setdefault(end, [*made[start], key[start:end]])
    return made.get(len(key), [])


def _ends(start: int, length: int) -> list[int]:
    ends = range(start + SHORTEST, min(start + LONGEST, length) + 1)
    return [end for end in ends if end == length or length - end >= SHORTEST]


def _knows(part: str, found: Mapping[str, Kept]) -> bool:
    return part in found and found[part].known


def _part(key: str) -> str:
    """What the word says again and again; the word itself if it does not."""
    for length in range(SHORTEST_PART, len(key) // 2 + 1):
        if len(key) % length == 0 and key[:length] * (len(key) // length) == key:
            return key[:length]
    return key


def _halves(key: str) -> list[str]:
    """One id said again and again, or two of one make: letters in the same places, the first ones the same."""
    part = _part(key)
    if part != key and _ID.fullmatch(part) and not doubtful(part):
        return [part]
    half, odd = divmod(len(key), 2)
    first, second = key[:half], key[half:]
    if odd or not _TWIN <= half <= LONGEST or _make(first) != _make(second):
        return []
    return [first, second] if re.match(r"[A-Z]{2}", first) and not (doubtful(first) or doubtful(second)) else []


def _make(key: str) -> str:
    return re.sub(r"[0-9]", "0", key)
