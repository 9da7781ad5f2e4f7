"""Every point the published pages leave open, as one switch each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal, get_args

Spelling = Literal["camel", "snake", "mixed"]
NextUrlForm = Literal["path", "path_without_sellers", "token", "absolute", "foreign"]
Times = Literal["seconds", "milliseconds"]
CaughtUp = Literal["null", "next", "snapshot"]

CHOICES: Mapping[str, tuple[str, ...]] = {
    "spelling": get_args(Spelling),
    "next_url_form": get_args(NextUrlForm),
    "times": get_args(Times),
    "caught_up": get_args(CaughtUp),
}


def _words() -> dict[str, str]:
    return {"start": "StartOTC", "scanning": "Scanning", "end": "EndOTC"}


@dataclass
class Switches:
    """How this Flipkart answers where the documents allow more than one answer. May be changed while it runs.

    Attributes:
        spelling: of the paging fields: ``hasMore nextUrl``, ``has_more next_url``, or one then the other.
        next_url_form: what ``next_url`` holds; ``foreign`` names a host that is not this one.
        times: unit of ``createdAt``, ``expiryTime`` and ``scannedAt``.
        start_rotates: a second Start OTC call replaces an unexpired code; otherwise it repeats it.
        end_rotates: the same for the End OTC.
        end_code_expires: the End OTC also lives ``code_seconds`` only (its answer never says so).
        caught_up: the answer to a reader that has everything. ``null``: no next_url; reading the last URL
            again gives its rows and those that came since, and links on when they exceed a page. ``next``:
            always a next_url, its page may be empty. ``snapshot``: no next_url; the last page read again
            grows up to the page size and then stops for good: only a fresh first call sees the rest.
        repeat_page: next_url leads back to the page it stands on, for ever.
        loop_pages: the last page's next_url leads back to the first page, for ever.
        endless_pages: after the last row come empty pages, each with another next_url and ``hasMore``.
        status_words: raw task status for each page an FE can be on (``start``, ``scanning``, ``end``).
        code_seconds: life of a generated code.
        code_digits: length of a generated code; the published samples have six.
        quota_per_hour: calls a seller has in any rolling hour, the token call not counted.
        page_size_max: largest ``pageSize`` accepted; a larger one is refused with 400.
        token_seconds: life of an access token.
        token_replaces: a new access token ends the older ones.
        end_needs_scanning_call: End OTC is refused until the scanning call has read to the last row.
        static_end_otc: the End OTC call also works at locations with fixed codes.
        ledger_needs_source: the returns ledger is refused without a ``source``, as an older manual says.
        ledger_page: rows of a page of it.
        statuses: HTTP status for an error code, over the default (the pairing is not published).
    """

    spelling: Spelling = "camel"
    next_url_form: NextUrlForm = "path"
    times: Times = "seconds"
    start_rotates: bool = True
    end_rotates: bool = False
    end_code_expires: bool = False
    caught_up: CaughtUp = "null"
    repeat_page: bool = False
    loop_pages: bool = False
    endless_pages: bool = False
    status_words: Mapping[str, str] = field(default_factory=_words)
    code_seconds: float = 900
    code_digits: int = 6
    quota_per_hour: int = 1000
    page_size_max: int = 100
    token_seconds: float = 5183999
    token_replaces: bool = False
    end_needs_scanning_call: bool = True
    static_end_otc: bool = True
    ledger_needs_source: bool = False
    ledger_page: int = 25
    statuses: Mapping[str, int] = field(default_factory=dict)

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse a value that is none of a switch's positions, and a name that is no switch."""
        if name not in self.__dataclass_fields__:
            raise AttributeError(f"no switch named {name!r}")
        if name in CHOICES and value not in CHOICES[name]:
            raise ValueError(f"{name} must be one of {', '.join(CHOICES[name])}, not {value!r}")
        object.__setattr__(self, name, value)

    def stamp(self, seconds: float) -> int:
        """An epoch time (seconds) in the unit the answers use."""
        return int(seconds * 1000) if self.times == "milliseconds" else int(seconds)

    def to_dict(self) -> dict[str, object]:
        """All positions, JSON-ready."""
        return asdict(self)
