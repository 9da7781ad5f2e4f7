"""What the domain needs of the outside: Flipkart's answers as values, and the Protocols that bring and keep them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from pydantic import SecretStr

from bot.handover.events import Event
from bot.handover.model import Handover, OtcMode, Shipment
from bot.i18n import _

# ---- what Flipkart answers -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sighting:
    """One FE in an initial-load answer."""

    fe_id: str
    task_id: str
    fe_name: str
    partner: str
    lob: str
    status: str
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Who is at a location now, and which codes its seller uses."""

    mode: OtcMode
    sightings: tuple[Sighting, ...]
    unreadable: frozenset[str] = frozenset()
    """FE ids that are listed with a task that can't be read: here, but nobody knows doing what."""
    word: str = ""
    """The mode as Flipkart spells it, cut to a length; empty where it says none."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of scanned shipments."""

    shipments: tuple[Shipment, ...]
    has_more: bool
    next_url: str | None
    """A path on Flipkart's host, ready to be asked; None when Flipkart gave none, or none that may be followed."""
    problem: "ReturnsApiError | None" = None
    """Why what Flipkart gave may not be followed. The rows are good."""
    rows: int = 0
    """How many rows Flipkart put on it, with those that are one parcel twice or have no tracking id."""
    digest: bytes = field(default=b"", compare=False)
    """Tells the answer, byte for byte, from any other."""
    same: bool = False
    """It is the answer that was known, byte for byte; nothing else is told of it."""


@dataclass(frozen=True, slots=True)
class StartCode:
    """A generated Start OTC."""

    fe_id: str
    task_id: str
    fe_name: str
    partner: str
    lob: str
    otc: SecretStr
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class EndTotals:
    """Flipkart's own figures of a handover, as it gives them with the End OTC; None where it gives none."""

    scanned: int | None = None
    obd_eligible: int | None = None
    obd_failed: int | None = None
    flyer_eligible: int | None = None
    flyer_failed: int | None = None


@dataclass(frozen=True, slots=True)
class EndCode:
    """A generated End OTC with Flipkart's own totals."""

    otc: SecretStr
    totals: EndTotals
    """What may be kept of it: all but the code."""


@dataclass(frozen=True, slots=True)
class FixedCode:
    """A fixed code of the legacy call."""

    lob: str
    vendor: str
    otc: SecretStr


class ReturnsApiError(Exception):
    """Flipkart gave no usable answer. `bot.flipkart.errors` draws the whole tree.

    Attributes:
        code: Flipkart's errorCode, or "" when there was none.
        retry: whether the same call may be made again.
        retry_after: seconds to wait before it, or None when nobody said.
        throttled: whether the call was not carried out because there were too many.
        of_the_address: whether the address may be at fault that was asked, so that another one may still answer.
        of_the_bot: whether whoever runs the bot has to mend it.
        advice: one sentence that tells a person what to do next, in the language of the one who reads.
    """

    code = ""
    retry = False
    retry_after: float | None = None
    throttled = False
    of_the_address = False
    of_the_bot = False

    @property
    def advice(self) -> str:  # noqa: D102 - described above
        return _("Try again in a minute.")


class ReturnsApi(Protocol):
    """Flipkart's Returns V3 API. Every call raises ReturnsApiError and nothing else."""

    async def initial_load(self, location_id: str, *, for_person: bool = False) -> Arrivals:
        """Who is at the location."""

    async def start_codes(self, location_id: str) -> list[StartCode]:
        """Generates Start OTCs for every FE on the Start OTC page. Only ever called for a person."""

    async def shipments(
        self, task_id: str, fe_id: str, url: str | None, page_size: int, *, for_person: bool = False, known: bytes = b""
    ) -> Page:
        """One page of scans, the first when url is None, else the one at url; `same` if it has the digest `known`."""

    async def end_code(self, fe_id: str, task_id: str) -> EndCode:
        """Generates the End OTC. Only ever called for a person."""

    async def fixed_codes(self, location_id: str) -> list[FixedCode]:
        """The fixed codes of a location whose seller uses the legacy flow. Only ever called for a person."""


# ---- what is kept ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """What the machine decided: the handover as it is from now on, and what happened."""

    handover: Handover
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Parcels that are expected by another id than the one that was scanned."""

    meant: Mapping[str, str] = field(default_factory=dict)
    """By the tracking id that was scanned the one that a list or Flipkart names it by."""
    doubtful: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By the tracking id that was scanned those of which nobody can say which it is."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A page as the machine sees it: what is new, and what changed (before, after)."""

    new: tuple[Shipment, ...]
    changed: tuple[tuple[Shipment, Shipment], ...]
    own_only: int | None = None
    """The seller's own scans that the FE has not scanned even now; None where that can't have changed."""
    listed: frozenset[str] | None = None
    """Tracking ids of the new rows that stand on a list of what should arrive; None while there is no list."""
    awaited: int | None = None
    """Listed parcels of the location that nobody has scanned, this page counted in; None while there is no list."""
    twins: tuple[str, ...] = ()
    """Tracking ids of new rows under which another shipment is known already."""
    back: int = 0
    """New rows that Flipkart had withdrawn before."""
    otherwise: Otherwise = Otherwise()
    """Of the new rows: those that are expected by another id."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Rows that a pass over all pages did not meet any more."""

    shipments: tuple[Shipment, ...]
    own_only: int | None = None
    """As in `Scan`."""
    listed: frozenset[str] | None = None
    """Tracking ids among them that stand on a list of what should arrive; None while there is no list."""
    awaited: int | None = None
    """As in `Scan`, without these rows."""


@dataclass(frozen=True, slots=True)
class CursorMove:
    """Where the cursor goes after a page, if it is still at `version`."""

    version: int
    newest: str | None
    next: str | None


class Handovers(Protocol):
    """The handovers that are kept. Each method is one transaction."""

    async def get(self, handover_id: str) -> Handover | None:
        """The handover, or None when there is none with this id."""

    async def present(self, location_id: str) -> list[Handover]:
        """The handovers of a location whose FE is not gone, the oldest first."""

    async def here(self) -> list[str]:
        """The ids of all handovers whose FE is not gone, the oldest first."""

    async def some(self, ids: Sequence[str]) -> list[Handover]:
        """Those of these handovers that there are, in the same order: a few hundred at most."""

    async def problems(self, handover_id: str, tracking_ids: Sequence[str] | None = None) -> list[Shipment]:
        """The shipments to be set aside, or just those named, in the order in which they were seen."""

    async def reconcile(
        self, location_id: str, seen: Sequence[tuple[str, str]], decide: Callable[[list[Handover]], list[Step]]
    ) -> list[Handover]:
        """Loads the present handovers and those of the (FE, task) pairs seen, and keeps what `decide` makes of them."""

    async def step(self, handover_id: str, decide: Callable[[Handover], Step]) -> Handover:
        """Loads a handover, keeps what `decide` makes of it, and returns that."""

    async def add_page(
        self, handover: Handover, page: Page, move: CursorMove, decide: Callable[[Handover, Scan], Step]
    ) -> Handover | None:
        """Keeps a page's rows, the counts and the cursor together. None when the cursor had already moved on.

        `handover` is as the caller has it; `decide` is given the one that is kept, which may be newer.
        """

    async def withdraw(
        self,
        handover_id: str,
        version: int,
        met: Collection[tuple[str, str]],
        decide: Callable[[Handover, Gone], Step],
    ) -> Handover | None:
        """Takes every row out of the count that is none of `met`. None when the cursor is no longer at `version`."""

    async def record(self, location_id: str, event: Event, handover_id: str | None = None) -> None:
        """Writes an audit line that changes no handover."""


class NotKept(Exception):
    """What happens can't be kept now (disk full, read-only); the message is a sentence for the one who installs."""


class CodesElsewhere(Exception):
    """Another copy of the bot has a channel's codes by now, as when this one was stopped for a while.

    It may have had newer ones made, so nobody may see those that were made here.
    """


class Standing(StrEnum):
    """What somebody is in the workspace that the bot works for."""

    MEMBER = "member"
    GUEST = "guest"
    OUTSIDER = "outsider"
    """Of another workspace, connected through a shared channel."""
    MACHINE = "machine"
    """A bot, a workflow, or an account that was switched off."""


class Directory(Protocol):
    """Who belongs to what in Slack. Raises DirectoryUnavailable when it can't be told."""

    async def in_any_group(self, user_id: str, group_ids: Sequence[str]) -> bool:
        """Whether the person is in one of the user groups."""

    async def in_channel(self, user_id: str, channel: str) -> bool:
        """Whether the person is a member of the channel."""

    async def standing(self, user_id: str) -> Standing:
        """What the person is in the bot's own workspace."""


class DirectoryUnavailable(Exception):
    """Slack could not say who belongs to a group or channel."""
