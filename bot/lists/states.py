"""What a row says of its own return: whether the parcel is still on its way."""

import re

from bot.lists.cells import shown
from bot.lists.model import State
from bot.text import squash

COLUMNS: dict[str, tuple[str, ...]] = {
    "return_state": (
        "return status", "returns status", "status of return", "return state", "return shipment status",
        "reverse shipment status", "return tracking status", "rvp status", "वापसी की स्थिति", "रिटर्न स्थिति",
        "रिटर्न का स्टेटस", "रिटर्न स्टेटस",
    ),
    "state": ("status", "shipment status", "parcel status", "tracking status", "current status", "स्थिति", "स्टेटस"),
}  # fmt: skip
"""Names of the columns. An order's status is none: most parcels come back because their order was cancelled."""

_COMPLETED = ("completed", "complete", "closed", "matched", "पूर्ण", "पूरा", "पूराहुआ")
_CAME = ("delivered", "received", "returned")
"""Of a return it says that it is over, of a shipment that it went out."""
_CANCELLED = ("cancelled", "canceled", "cancel", "रद्द")
_REJECTED = ("rejected", "reject", "declined", "denied", "refused", "अस्वीकृत", "अस्वीकार")
_UNLISTED = ("unexpected",)
_AROUND = (
    *("returns", "return", "rvp", "request", "shipment", "parcel", "item", "status", "is", "was", "has", "been"),
    *("by", "to", "at", "the", "customer", "seller", "buyer", "user", "flipkart", "ekart", "system", "warehouse"),
    *("वापसी", "रिटर्न"),
)
LONGEST = 60


def _words(*words: str) -> re.Pattern[str]:
    around = "|".join(sorted({squash(one) for one in _AROUND}, key=len, reverse=True))
    meant = "|".join(sorted({squash(one) for one in words}, key=len, reverse=True))
    return re.compile(f"(?:{around})*(?:{meant})(?:{around})*")


_OF_RETURN = {
    State.COMPLETED: _words(*_COMPLETED, *_CAME),
    State.CANCELLED: _words(*_CANCELLED),
    State.REJECTED: _words(*_REJECTED),
    State.UNLISTED: _words(*_UNLISTED),
}
_OF_ANY = {**_OF_RETURN, State.COMPLETED: _words(*_COMPLETED)}


def state(of_return: object, of_any: object) -> State:
    """A row's state by its two cells; the return's own column decides where it says anything.

    A word around a known one that is not known itself makes it another statement ("not completed", "cancellation in
    progress"), which decides nothing.
    """
    for cell, words in ((of_return, _OF_RETURN), (of_any, _OF_ANY)):
        text = squash(shown(cell, LONGEST))
        if text:
            return next((one for one, pattern in words.items() if pattern.fullmatch(text)), State.AWAITED)
    return State.AWAITED
