"""Texts as all rooms need them: what can be seen of one, words compared loosely, and the tracking id of a parcel.

The ground floor: nothing of the bot is imported here.
"""

import functools
import re
import unicodedata

import regex

LONGEST_DECORATED = 512
"""Characters of a decorated id that are looked at; an id with all its decoration is far shorter."""

_UNSEEN = re.compile(
    # Control signs, soft hyphen, fillers, zero-width space, direction marks and overrides, byte order mark, tags.
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b\u200e\u200f"
    r"\u202a-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_JOINERS = "\u200c\u200d "
"""Part of names in Indian scripts, but nothing by themselves."""
_UNSEEN_IN_IDS = re.compile("[\u200c\u200d\ufe00-\ufe0f]")
"""Joiners belong to names in Indian scripts, and signs that choose a picture to emoji; an id has neither."""
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58", "-"))

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""How XLSX writes a sign that XML has no place for, such as `_x000D_` for a line's end."""
_QUOTED = re.compile(r'=\s*"([^"]*)"')
_LINKED = re.compile(r'=\s*HYPERLINK\s*\(\s*"[^"]*"\s*[,;]\s*"([^"]*)"\s*\)', re.IGNORECASE)
_AROUND = " '\"`´‘’‚‛“”„‟′″«»‹›()[]{}<>*_~|.,;:/\\-–•·#"
_SYMBOLOGY = re.compile(rf"[{re.escape(_AROUND)}]*\][A-Za-z](?:[0-9]|(?<=z)[A-C])(?=[A-Za-z0-9])")
"""How a scanner says what kind of barcode it has read (ISO/IEC 15424): `]C1` for Code 128, `]zA` for Aztec."""
_ID = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9][A-Za-z0-9_./-]*[A-Za-z0-9]|[0-9]")
_ADDRESS = re.compile(r"<?https?://[^\s|<>]*?[/=]([A-Za-z0-9_-]+)/?(?:[#?][^\s|<>=]*)?(?:\|[^<>]*)?>?")


def visible(text: str) -> str:
    """The text as one line of what can be seen.

    A name must not turn what stands after it around, nor look like another one, nor be empty and yet no name.
    """
    return " ".join(_UNSEEN.sub("", text).split()).strip(_JOINERS)


_LETTER = regex.compile(r"\X")
"""What people take for one letter: with its vowel signs, its virama and what that joins, or a whole emoji."""
_LONGEST_LETTER = 64


def beginning(text: str, most: int) -> str:
    """The text's beginning of at most `most` characters, which ends where a letter ends.

    Half of a letter is another one: `क्षि` that is cut in the middle is `क्` or `क्ष`. Only a first letter that is
    too long by itself is cut.
    """
    if len(text) <= most or text.isascii():
        return text[:most]
    end = 0
    for letter in _LETTER.finditer(text, 0, most + _LONGEST_LETTER):
        if letter.end() > most:
            break
        end = letter.end()
    return text[: end or most]


def shortened(text: str, most: int) -> str:
    """The text in at most `most` characters, with an ellipsis where something is missing."""
    return text if len(text) <= most else beginning(text, most - 1) + "…"


@functools.lru_cache(1024)
def squash(word: str) -> str:
    """Drops case, spaces and punctuation: ``"End_OTC page"`` and ``"ENDOTCPAGE"`` are the same word.

    For words that nobody publishes a list of: statuses, seller configurations, headers of columns. They come again and
    again, each with every parcel.
    """
    return "".join(c for c in word.casefold() if c.isalnum())


# ---- a parcel's tracking id ------------------------------------------------------------------------------------------


def parcel_key(tracking_id: str) -> str:
    """A tracking id as it is compared, everywhere: two ids with one key are one label.

    Case, width and kind of letters make no difference (`ß` is `SS`, a full-width `Ａ` is `A`), nor do spaces wherever
    they stand, signs that nobody sees, and the kind of a dash. The key of a key is the key; it is empty where nothing
    can be seen.
    """
    if tracking_id.isascii() and tracking_id.isprintable():
        return tracking_id.replace(" ", "").upper()
    key, before = _in_ids(tracking_id), None
    while key != before:  # what one round gives may fold further: `ª` is a small letter first
        before, key = key, _in_ids(key.casefold().upper())
    return key


def _in_ids(text: str) -> str:
    plain = unicodedata.normalize("NFKC", _UNSEEN_IN_IDS.sub("", _UNSEEN.sub("", text)))
    return "".join(plain.translate(_DASHES).split())


_LABEL_ENDS = re.compile(r"\s*[:=]\s*|[\s.#]+")
_LONGEST_LABEL = 40
_OWN_LABELS = frozenset(
    squash(name)
    for name in (
        "RTr", "DTr", "FTr", "Tr", "TID", "AWB", "AWB no", "AWB number", "AWB id", "AWB code", "waybill", "airwaybill",
        "waybill no", "airwaybill no", "airway bill no", "tracking", "tracking id", "tracking no", "tracking number",
        "return tracking id", "reverse tracking id", "return awb", "reverse awb", "docket", "docket no", "LR no",
        "consignment no", "consignment number", "barcode", "ट्रैकिंग", "ट्रैकिंग आईडी", "ट्रैकिंग नंबर",
    )
)  # fmt: skip
_OTHER_LABELS = frozenset(
    squash(name)
    for name in (
        "OI", "RI", "OD", "order item", "order item id", "item id", "return", "return id", "order", "order id", "SKU",
        "FSN",
    )
)  # fmt: skip
_SPACED = re.compile(r"([A-Z]{2,5})((?: [0-9]{2,})+)", re.IGNORECASE)
_NO_PREFIX = frozenset(("total", "page", "phone", "order", "row", "rows", "sheet", "item", "call", "pin", "otp", "otc"))


def bare(text: str) -> str:
    """One line of what can be seen, in the letters and dashes of ids, without what stands around it.

    Taken off are quotes, brackets and other signs at the ends, what a scanner says of the barcode, and a formula that
    only shows a text. Labels stay, see `undecorated`.
    """
    return _stripped(_plain(text))


def undecorated(text: str) -> str:
    """The id in a word or a cell: `bare`, and labels such as `AWB:` are off too; else the text as one line.

    What stands between two ids is left, so that it can be told as more than one; so are addresses, see `in_address`.
    """
    return taken_off(text)[0]


def taken_off(text: str) -> tuple[str, bool]:
    """As `undecorated`, and whether a label said that it is something other than a tracking id (`SKU:`, `OI:`)."""
    line = _plain(text)
    if _ID.fullmatch(line):
        return line, False
    other = False
    found = _stripped(line)
    for _ in range(3):  # a label may stand within signs, signs within a label, and a label after another
        name, end = _label(found)
        other = other or name in _OTHER_LABELS
        found = _stripped(found[end:])
    spaced = _SPACED.fullmatch(found)
    if spaced and spaced[1].casefold() not in _NO_PREFIX and len(digits := spaced[2].replace(" ", "")) > 7:
        found = spaced[1] + digits
    return (found, other) if _ID.fullmatch(found) else (line, other)


def in_address(text: str) -> str:
    """The id with which an address ends (`https://ekartlogistics.com/shipmenttrack/A`), or nothing."""
    found = _ADDRESS.fullmatch(_plain(text))
    return found[1] if found and len(found[1]) > 5 and _ID.fullmatch(found[1]) else ""


def _plain(text: str) -> str:
    cut = _ESCAPED.sub(lambda sign: chr(int(sign[1], 16)), text[:LONGEST_DECORATED])
    line = visible(_UNSEEN_IN_IDS.sub("", unicodedata.normalize("NFKC", cut)).translate(_DASHES))
    formula = _QUOTED.fullmatch(line) or _LINKED.fullmatch(line)
    return formula[1].strip() if formula else line


def _label(text: str) -> tuple[str, int]:
    """The longest label that is known and where what it names begins, or nothing and 0."""
    for end in reversed(list(_LABEL_ENDS.finditer(text[:_LONGEST_LABEL]))):
        name = squash(text[: end.start()])
        # "Order 1234" is talk or a title; only "OI:1234" is a label.
        if name in _OWN_LABELS or (name in _OTHER_LABELS and end[0].strip() in {":", "="}):
            return name, end.end()
    return "", 0


def _stripped(text: str) -> str:
    scanned = _SYMBOLOGY.match(text)
    inner = (text[scanned.end() :] if scanned else text).strip(_AROUND)
    negative = text.startswith("-") and inner.replace(".", "").isdigit()
    return text if negative else inner
