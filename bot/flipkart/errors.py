"""What can go wrong between the bot and Flipkart.

```
ReturnsApiError            (bot.handover.ports: what the domain catches)
└── FlipkartError
    ├── TransportError     no answer: refused connection, timeout, dropped line           retry
    ├── ThrottledError     HTTP 429, or the bot's own hourly budget is used up            retry after a while
    │   └── ShareUsedUpError   one person has used up their share of it                   retry after a while
    ├── UnauthorisedError  bad credentials, no access to the location, token not renewed  no retry
    ├── RefusedError       Flipkart said no, with its errorCode                           depends on the code
    └── MalformedError     an answer that is not what is published                        retry
```

Each carries `code`, `retry`, `retry_after` (seconds or None) and `advice`: one sentence for a person, in the language
of the one who reads it.
"""

from dataclasses import dataclass

from bot.handover.ports import ReturnsApiError
from bot.i18n import N_, _, ngettext, number


class FlipkartError(ReturnsApiError):
    """Any failure of a Flipkart call."""

    sentence = N_("Try again in a minute.")
    """The advice, before it is translated."""

    def __init__(self, message: str, *, code: str = "", retry_after: float | None = None, status: int = 0) -> None:
        """`status` is the HTTP status of a refusal."""
        super().__init__(message)
        self.code = code
        self.retry_after = retry_after
        self.status = status

    @property
    def advice(self) -> str:  # noqa: D102 - described by ReturnsApiError
        return _(self.sentence).format(reason=self.code or _("no reason"), status=self.status)


class TransportError(FlipkartError):
    """No answer came. The call may have been carried out."""

    retry = True
    sentence = N_("Flipkart can't be reached right now. Try again in a minute.")


class ThrottledError(FlipkartError):
    """Flipkart, or the bot's own budget, allows no call now. The call was not carried out."""

    retry = True
    throttled = True
    sentence = N_("Flipkart's hourly limit of calls is used up. Try again in a few minutes, or use Seller Hub.")


class ShareUsedUpError(ThrottledError):
    """One person has asked so much within the hour that the others would get nothing. The call was not made."""

    @property
    def advice(self) -> str:  # noqa: D102 - described by ReturnsApiError
        minutes = max(1, round((self.retry_after or 0.0) / 60))
        sentence = ngettext(
            "Your share of this hour's calls to Flipkart is used up. Ask a colleague to press, or wait {n} minute.",
            "Your share of this hour's calls to Flipkart is used up. Ask a colleague to press, or wait {n} minutes.",
            minutes,
        )
        return sentence.format(n=number(minutes))


class UnauthorisedError(FlipkartError):
    """Flipkart does not accept the credentials, or not for this location."""

    of_the_bot = True
    sentence = N_("Flipkart does not accept the bot's access. Tell whoever installed it to run `otc-bot doctor`.")


class MalformedError(FlipkartError):
    """The answer is not what Flipkart publishes."""

    retry = True
    of_the_address = True
    sentence = N_("Flipkart gave an answer that makes no sense. Try again in a minute, or use Seller Hub.")


class RefusedError(FlipkartError):
    """Flipkart said no and why: `code` is its errorCode, `status` the HTTP status."""

    def __init__(self, message: str, *, code: str, status: int) -> None:
        super().__init__(message, code=code, status=status)
        meaning = _REFUSALS.get(code)
        self.retry = meaning.retry if meaning else status >= 500
        self.of_the_address = meaning is None and 400 <= status < 500 and status not in _OF_THE_CALL
        self.of_the_bot = meaning is _CLIENT
        self.sentence = meaning.sentence if meaning else _UNKNOWN_LATER if status >= 500 else _UNKNOWN


_OF_THE_CALL = frozenset({401, 403, 408, 425, 429, 499})
"""What a status of 400 to 499 says of who asks or of when, and not of the address."""


@dataclass(frozen=True, slots=True)
class _Meaning:
    retry: bool
    sentence: str


_LATER = _Meaning(True, N_("Flipkart has a problem of its own right now. Try again in a minute."))
_CLIENT = _Meaning(
    False, N_("Flipkart did not understand the bot. Use Seller Hub, and tell whoever installed the bot.")
)

_UNKNOWN_LATER = N_("Flipkart has a problem of its own right now ({reason}, HTTP {status}). Try again in a minute.")
_UNKNOWN = N_("Flipkart refused ({reason}, HTTP {status}). Try again in a minute, or use Seller Hub.")

_REFUSALS = {
    "TRIPSHEET_TASK_NOT_FOUND": _Meaning(
        False, N_("Flipkart no longer knows this handover. If the FE is still here, use their newest card.")
    ),
    "TRIPSHEET_CLOSED_ERROR": _Meaning(
        False,
        N_("This handover is over at Flipkart, so it gets no code. If the FE is still here, use their newest card."),
    ),
    "TASK_CLOSED": _Meaning(
        False,
        N_(
            "This handover is over at Flipkart, so nothing more can be scanned. "
            "If the FE is still here, use their newest card."
        ),
    ),
    "SHIPMENT_SYNC_ERROR": _Meaning(
        True,
        N_("Flipkart has not synced all scans yet. Ask the FE to check their network, wait a minute and try again."),
    ),
    "NOT_ON_END_OTC_PAGE_ERROR": _Meaning(
        False, N_("The FE is still scanning. Ask them to finish and to open the End OTC page, then try again.")
    ),
    "FE_OTC_BAD_REQUEST_ERROR": _CLIENT,
    "INVALID_TASK_TYPE_ERROR": _CLIENT,
    "OTC_NOT_GENERATED": _Meaning(
        False, N_("Flipkart has made no fixed code for this dock. Take the code from Seller Hub.")
    ),
    "OTC_UNAVAILABLE": _Meaning(False, N_("Flipkart says this dock is not set up for codes. Ask Flipkart's support.")),
    "DEPENDENT_SYSTEM_CALL_FAILED": _LATER,
    "INTERNAL_SERVER_ERROR": _LATER,
    "BAD_GATEWAY_ERROR": _LATER,
    "SERVICE_UNAVAILABLE_ERROR": _LATER,
    "GATEWAY_TIMEOUT_ERROR": _LATER,
}

KNOWN_CODES = frozenset({*_REFUSALS, "UNAUTHORIZED_ERROR"})
"""The error codes that Flipkart publishes."""
