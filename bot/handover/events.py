"""What can happen to a handover, and one thing that did."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

Detail = dict[str, Any]
"""JSON-able facts of an event. Never a code."""


class Happening(StrEnum):
    """What can happen to a handover; the kind of an audit entry and, for milestones, of a thread reply."""

    ARRIVED = "arrived"
    SCANNING = "scanning"
    CLOSING = "closing"
    STATUS = "status"
    """The raw status changed in a way that is not a step forward."""
    PROBLEMS = "problems"
    START_OTC = "start_otc"
    START_ROTATED = "start_rotated"
    """Flipkart replaced the code while somebody asked for another FE's."""
    COUNTED = "counted"
    APPROVAL_ASKED = "approval_asked"
    """Somebody wishes for the End OTC although the counts differ by more than one person may let pass."""
    APPROVAL_GIVEN = "approval_given"
    """A second person granted that, or refused."""
    END_OTC = "end_otc"
    CLOSED = "closed"
    LEFT = "left"
    REOPENED = "reopened"
    ASKED = "asked"
    """A code is about to be asked of Flipkart: on record before the call, whatever becomes of it."""
    TALLIED = "tallied"
    """Somebody added to the running hand count, or took their last addition back."""
    OWN_SCAN = "own_scan"
    """The seller scanned parcels into the thread."""
    OWN_TAKEN_BACK = "own_taken_back"
    """A message with own scans was deleted or changed."""
    OWN_MEANT = "own_meant"
    """Somebody said that the seller's own scans are a whole list."""
    OWN_DIFFERS = "own_differs"
    """The FE is done, and the seller has seen other parcels than the FE has scanned."""
    UNEXPECTED = "unexpected"
    """Parcels were scanned that stand on no list."""
    LISTED = "listed"
    """A list of what should arrive was read."""
    LIST_TAKEN_BACK = "list_taken_back"
    """Somebody took a list of what should arrive back."""
    REPORTED = "reported"
    """Somebody reported a problem parcel."""
    CLAIM_DUE = "claim_due"
    """The time to claim for problem parcels is running out."""
    CLAIM_WAITS = "claim_waits"
    """Nobody has noted for long what became of claims."""
    CLAIMED = "claimed"
    """Somebody noted how far claims are; `state` is raised where it is not said."""
    PROOF = "proof"
    """Somebody asked for the proof of a claim."""
    CAME = "came"
    """Parcels came that nobody had brought, so that there were claims for them; of no handover."""
    REMINDED = "reminded"
    """Something waits for a person for too long."""
    ESCALATED = "escalated"
    """Something waits, nobody takes it, and others are told."""
    TAKEN = "taken"
    """Somebody said "I'm on it"."""
    CLEARED = "cleared"
    """Flipkart took back what was wrong with parcels that were called out."""
    WITHDRAWN = "withdrawn"
    """Flipkart no longer lists parcels that it had listed as scanned."""
    SAME_ID = "same_id"
    """Flipkart lists one tracking id with several shipments."""
    REFUSED = "refused"
    """Somebody without the right pressed or typed."""


MILESTONES = frozenset(Happening) - {
    Happening.ARRIVED,
    Happening.STATUS,
    Happening.ASKED,
    Happening.TALLIED,
    Happening.OWN_SCAN,
    Happening.OWN_TAKEN_BACK,
    Happening.OWN_MEANT,
    Happening.LISTED,
    Happening.LIST_TAKEN_BACK,
    Happening.PROOF,
    Happening.CAME,
    Happening.REFUSED,
}
"""What is said in the thread. An arrival is the root card itself."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a handover."""

    what: Happening
    at: datetime
    by: str | None = None
    """Slack user id, or None when Flipkart told it."""
    detail: Detail = field(default_factory=dict)
