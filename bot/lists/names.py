"""Whether the name of a column says that it has tracking ids, and of parcels in which direction."""

import re
import unicodedata

from bot.text import squash

LONGEST_HEADER = 60
MOST_WORDS = 6
"""Of a name with words that nobody knows; what is longer is a sentence."""
MOST_UNKNOWN = 2

Rank = tuple[int, int, int]
"""Direction (back 3, none 2, of an order 1, away 0), whether each word of it is known, and whether it says "id"."""


def _squashed(*names: str) -> str:
    return "|".join(squash(name) for name in names)


# Names are compared squashed, which also drops the vowel signs of Hindi; both sides lose the same ones.
_BACK = _squashed(
    "returns", "returned", "return", "reverse", "rvp", "rto", "dto", "inbound", "incoming", "inward", "pickup", "वापसी",
    "रिटर्न",
)  # fmt: skip
_AWAY = _squashed(
    "forward", "fwd", "outbound", "outgoing", "outward", "onward", "original", "dispatch", "replacement", "exchange",
    "फॉरवर्ड",
)  # fmt: skip
_ANOTHER = _squashed("replacement", "exchange")
_ORDER = _squashed("order", "delivery", "ऑर्डर", "डिलीवरी")
_OTHER = _squashed(
    "logistics", "logistic", "shipment", "shipping", "courier", "parcel", "package", "item", "customer", "seller",
    "flipkart", "ekart", "carrier", "transporter", "leg", "of", "for", "the", "कूरियर", "शिपमेंट", "पार्सल",
)  # fmt: skip
_FILL = f"(?:{_BACK}|{_AWAY}|{_ORDER}|{_OTHER})*"
_ALONE = _squashed("tracking", "awb", "airwaybill", "waybill", "docket", "tid", "ट्रैकिंग", "एडब्ल्यूबी")
_WITH_ID = _squashed("track", "consignment note", "consignment", "lr")
_ID = _squashed(
    "ids", "id", "nos", "no", "numbers", "number", "num", "codes", "code", "reference", "ref", "barcodes", "barcode",
    "आईडी", "आइडी", "नंबर", "नम्बर", "संख्या", "क्रमांक",
)  # fmt: skip
_CORE = f"(?:(?:{_ALONE})(?:{_ID})*|(?:{_WITH_ID})(?:{_ID})+)"
_NAME = re.compile(f"{_FILL}(?:{_CORE}{_FILL})+")
_SURE_CORE = re.compile(
    f"(?:{_squashed('tracking', 'track', 'consignment note', 'consignment', 'lr')})(?:{_ID})+|"
    f"(?:{_squashed('awb', 'airwaybill', 'waybill', 'docket', 'tid')})(?:{_ID})*"
)
_ANY_WORD = re.compile(f"{_BACK}|{_AWAY}|{_ORDER}|{_OTHER}|{_ID}")
_HAS_BACK, _HAS_AWAY, _HAS_ORDER, _HAS_ID = (re.compile(words) for words in (_BACK, _AWAY, _ORDER, _ID))
_HAS_ANOTHER = re.compile(_ANOTHER)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_A-Za-z]+")
_ABOUT = frozenset((
    "url", "link", "status", "state", "date", "time", "on", "at", "by", "update", "updated", "event", "events",
    "remark", "remarks", "comment", "comments", "count", "total", "qty", "quantity", "charge", "charges", "fee",
    "fees", "cost", "amount", "price", "partner", "name", "provider", "company", "type", "history", "location",
    "city", "page", "weight", "message", "mode", "flag", "enabled", "available", "reason", "mail", "email", "phone",
    "mobile", "format", "list", "report", "summary", "sheet", "explanation", "help", "value", "percentage", "sku",
    "product", "title",
))  # fmt: skip
"""Words after which a column is about the parcel's journey or the like, not its id."""


def rank(cell: object) -> Rank | None:
    """How well a header names the tracking id of a return, or None where it does not.

    The parcel comes back under the return's id; the one that it went out under is taken only where there is no other.
    A word or two that nobody knows beside a known name are put up with.
    """
    name = squashed(cell)
    if name and _NAME.fullmatch(name):
        return direction(name), 1, int(_HAS_ID.search(name) is not None)
    return _loosely(cell) if isinstance(cell, str) and name else None


def squashed(cell: object) -> str:
    """A header as it is compared; empty for what is too long or no text."""
    if not isinstance(cell, str) or len(cell) > LONGEST_HEADER * 2:
        return ""
    name = squash(unicodedata.normalize("NFKC", cell))
    return name if len(name) <= LONGEST_HEADER else ""


def direction(name: str) -> int:
    """Which way the parcels of a squashed name go, as `Rank` counts it."""
    if _HAS_AWAY.search(name):
        return 0
    if _HAS_BACK.search(name):
        return 3
    return 1 if _HAS_ORDER.search(name) else 2


def is_same_parcel(cell: object) -> bool:
    """Of a name of the way out: whether it is of the parcel that comes back, and not of one sent in its place."""
    return _HAS_ANOTHER.search(squashed(cell)) is None


def _loosely(cell: str) -> Rank | None:
    words = [word.casefold() for word in _WORD.findall(unicodedata.normalize("NFKC", cell))]
    while words and words[-1].isdigit():
        words.pop()  # `Tracking ID.1` is how a program names a column whose name stood there before
    if not words or len(words) > MOST_WORDS or not _ABOUT.isdisjoint(words):
        return None
    for length in range(min(len(words), 4), 0, -1):
        for at in range(len(words) - length + 1):
            core = "".join(words[at : at + length])
            if not _SURE_CORE.fullmatch(core):
                continue
            rest = words[:at] + words[at + length :]
            known = [word for word in rest if _ANY_WORD.fullmatch(word) or _NAME.fullmatch(word)]
            if len(rest) - len(known) > MOST_UNKNOWN:
                return None
            ways = {direction(word) for word in known}
            way = next((one for one in (0, 3, 1) if one in ways), 2)
            return way, 0, int(_HAS_ID.search(core) is not None)
    return None
