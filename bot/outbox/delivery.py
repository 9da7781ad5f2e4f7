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

from datetime import datetime, timedelta

from bot.store.due import FARTHEST, PAPERS, PAPERS_FARTHEST
from bot.store.tables import DeliveryRow, Kind, Sending
from bot.timing import Habits, OutboxTiming

Changes = dict[str, object]

MAYBE_SENT = (Sending.SENDING, Sending.UNKNOWN)
"""States that Slack settles. A `sending` that is not in flight was left by a failure after the call."""


def habits_of(kind: Kind, timing: OutboxTiming) -> Habits:
    """How patient the outbox is with a kind."""
    # Who claims needs an alarm and a month's sums as long as a receipt.
    if kind in (Kind.RECEIPT, Kind.PROOF, Kind.MONTH, Kind.UNRECEIVED, Kind.NEWS):
        return timing.receipt
    if kind == Kind.DIRECT:
        return timing.direct
    return timing.digest if kind == Kind.DIGEST else timing.message


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


def said(revision: int, rendered: str) -> Changes:
    """The message that is there says this revision with this hash."""
    return {"state": Sending.SENT, "sent_revision": revision, "sent_hash": rendered, "attempts": 0} | _WELL


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


def looked_in_vain(one: DeliveryRow, now: datetime, timing: OutboxTiming) -> Changes:
    """Slack does not have it: never done once the grace period is over, else looked up again soon."""
    # An attempt in the future was made before the clock was set back.
    if one.attempted_at is not None and one.attempted_at <= now < one.attempted_at + timing.grace:
        return {"state": Sending.UNKNOWN, "not_before": now + timing.grace / 5}
    # Slack may fail for good: each attempt that left nothing makes the next one rarer.
    later = _later(one, None, max(one.attempts - 1, 0), now, timing)
    return {"state": Sending.PENDING, "error": one.error or "not in history", "not_before": later}


def refused(one: DeliveryRow, why: str, retry_after: float | None, now: datetime, timing: OutboxTiming) -> Changes:
    """Slack did not do what was asked, or could not be asked whether it had; again when it says, or later and later.

    A call that had begun is made anew. What is being looked up stays so, and a card that is there stays there.
    """
    has_begun = one.state == Sending.SENDING
    return {
        "state": Sending.PENDING if has_begun else one.state,
        "error": why,
        "failing_since": one.failing_since or now,
        "attempts": one.attempts if has_begun else one.attempts + 1,
        "not_before": _later(one, retry_after, one.attempts - has_begun, now, timing),
    }


def hindered(one: DeliveryRow, why: str, now: datetime) -> Changes:
    """It can't even be tried."""
    since = one.failing_since or now
    return {"error": why, "failing_since": since, "not_before": now + farthest(one.kind)}


def put_off(until: datetime) -> Changes:
    """It is too early for it."""
    return {"not_before": until}


def lost(why: str) -> Changes:
    """There is no more to be done about it."""
    return {"state": Sending.LOST, "error": why, "not_before": None}


def is_given_up(one: DeliveryRow, since: datetime | None, now: datetime, timing: OutboxTiming) -> bool:
    """Whether it was tried for long enough; `since` as `Habits.patience` says, or None where nothing failed yet."""
    habits = habits_of(one.kind, timing)
    patience = habits.unsure if one.state == Sending.UNKNOWN else habits.patience
    return since is not None and now - since > patience


_WELL: Changes = {"error": "", "failing_since": None, "not_before": None}


def farthest(kind: Kind) -> timedelta:
    """It is put off for no longer at once, whatever Slack names."""
    return PAPERS_FARTHEST if kind in PAPERS else FARTHEST


def _later(one: DeliveryRow, retry_after: float | None, failed: int, now: datetime, timing: OutboxTiming) -> datetime:
    habits = habits_of(one.kind, timing)
    backoff = min(habits.first_backoff * 2 ** min(failed, 10), habits.longest_backoff)
    wanted = timedelta(seconds=backoff if retry_after is None else min(retry_after, 1e6))
    return now + min(wanted, farthest(one.kind))
