"""The one state machine of everything that must exist in Slack exactly once. Pure: no clock, no I/O.

```
pending -> sending (committed before the call) -> sent
              |-> unknown (may have been carried out) -> sent, as Slack has it
              |                                       -> pending, as Slack still has not got it after a grace period
              |-> pending (surely not carried out), later
any of them -> lost (deleted in Slack, of no use any more, or given up)
```

A digest goes through it twice: its message, and with the message's ts its files. A card that was sent stays `sent`
while it is edited. Each function returns the columns that change.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.store.due import FARTHEST, PAPERS_FARTHEST
from bot.store.tables import DeliveryRow, Kind, Sending

Changes = dict[str, object]

GRACE = timedelta(seconds=30)
"""How long after the attempt, or its end without an answer, what Slack does not have may still turn up."""
MAYBE_SENT = (Sending.SENDING, Sending.UNKNOWN)
"""States that Slack settles. A `sending` that is not in flight was left by a failure after the call."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How patient the outbox is with one kind."""

    first_backoff: float
    longest_backoff: float
    """Seconds between attempts that Slack refuses without naming a time."""
    farthest: timedelta
    """It is put off for no longer at once, whatever Slack names."""
    patience: timedelta
    """Given up after: days, so that no outage and no weekend loses any. A message since the first failure in a row, a
    receipt since the end of its handover, a digest since the end of its day: then the next one comes."""
    unsure: timedelta
    """The same for what may have been carried out and can't be looked up."""
    after_a_fault: timedelta
    """Until the next attempt after a fault of the bot."""


_MESSAGE = Habits(2.0, 120.0, FARTHEST, timedelta(days=3), timedelta(days=3), timedelta(seconds=10))
HABITS: Mapping[Kind, Habits] = {
    Kind.CARD: _MESSAGE,
    Kind.REPLY: _MESSAGE,
    Kind.RECEIPT: Habits(20.0, 900.0, PAPERS_FARTHEST, timedelta(days=7), timedelta(days=7), PAPERS_FARTHEST),
    Kind.DIGEST: Habits(20.0, 900.0, PAPERS_FARTHEST, timedelta(days=1), timedelta(days=3), PAPERS_FARTHEST),
}
"""What is given up is said once in the log. All of it stays in the database, and `otc-bot export` has it."""


def begun(one: DeliveryRow, key: str | None, channel: str, now: datetime) -> Changes:
    """Committed before the call, so that a crash during it is known."""
    return {
        "state": Sending.SENDING,
        "key": one.key or key,
        "channel": channel,
        "attempted_at": now,
        "attempts": one.attempts + 1,
        "not_before": None,
    }


def posted(ts: str) -> Changes:
    """The message of a delivery is there, whose files are still to come."""
    return {"state": Sending.PENDING, "ts": ts, "attempts": 0} | _WELL


def sent(ts: str | None = None, *, revision: int = 0, rendered: str = "", drawn: datetime | None = None) -> Changes:
    """All of it is in Slack; `ts` is that of its message, if it has one.

    `revision` 0: whatever a card shows, it is drawn anew.
    """
    changes: Changes = {"state": Sending.SENT} | _WELL
    if ts is None:
        return changes
    return changes | {"ts": ts, "sent_revision": revision, "sent_hash": rendered, "edited_at": drawn}


def shown(revision: int, rendered: str, drawn: datetime | None) -> Changes:
    """The card shows this revision with this hash; `drawn` is None when it already looked like that."""
    changes: Changes = {"sent_revision": revision, "sent_hash": rendered, "attempts": 1} | _WELL
    return changes if drawn is None else changes | {"edited_at": drawn}


def in_doubt(one: DeliveryRow, why: str, now: datetime) -> Changes:
    """A call ended at `now` without an answer, which may be long after it began: Slack is asked at once."""
    changes: Changes = {"state": Sending.UNKNOWN, "attempted_at": now, "error": why, "not_before": now}
    return changes | {"failing_since": one.failing_since or now}


def looked_in_vain(one: DeliveryRow, now: datetime) -> Changes:
    """Slack does not have it: never done once the grace period is over, else looked up again soon."""
    # An attempt in the future was made before the clock was set back.
    if one.attempted_at is not None and one.attempted_at <= now < one.attempted_at + GRACE:
        return {"state": Sending.UNKNOWN, "not_before": now + GRACE / 5}
    # Slack may fail for good: each attempt that left nothing makes the next one rarer.
    later = _later(one, None, max(one.attempts - 1, 0), now)
    return {"state": Sending.PENDING, "error": one.error or "not in history", "not_before": later}


def refused(one: DeliveryRow, why: str, retry_after: float | None, now: datetime) -> Changes:
    """Slack did not do what was asked, or could not be asked whether it had; again when it says, or later and later.

    A call that had begun is made anew. What is being looked up stays so, and a card that is there stays there.
    """
    has_begun = one.state == Sending.SENDING
    return {
        "state": Sending.PENDING if has_begun else one.state,
        "error": why,
        "failing_since": one.failing_since or now,
        "attempts": one.attempts if has_begun else one.attempts + 1,
        "not_before": _later(one, retry_after, one.attempts - has_begun, now),
    }


def hindered(one: DeliveryRow, why: str, now: datetime) -> Changes:
    """It can't even be tried."""
    since = one.failing_since or now
    return {"error": why, "failing_since": since, "not_before": now + HABITS[one.kind].farthest}


def put_off(until: datetime) -> Changes:
    """It is too early for it."""
    return {"not_before": until}


def lost(why: str) -> Changes:
    """There is no more to be done about it."""
    return {"state": Sending.LOST, "error": why, "not_before": None}


def is_given_up(one: DeliveryRow, since: datetime | None, now: datetime) -> bool:
    """Whether it was tried for long enough; `since` as `Habits.patience` says, or None where nothing failed yet."""
    habits = HABITS[one.kind]
    patience = habits.unsure if one.state == Sending.UNKNOWN else habits.patience
    return since is not None and now - since > patience


_WELL: Changes = {"error": "", "failing_since": None, "not_before": None}


def _later(one: DeliveryRow, retry_after: float | None, failed: int, now: datetime) -> datetime:
    habits = HABITS[one.kind]
    backoff = min(habits.first_backoff * 2 ** min(failed, 10), habits.longest_backoff)
    wanted = timedelta(seconds=backoff if retry_after is None else min(retry_after, 1e6))
    return now + min(wanted, habits.farthest)
