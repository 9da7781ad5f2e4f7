"""Every metric there is: what it is called, what tells its series apart, its unit, and what to do with it."""

from dataclasses import dataclass
from enum import StrEnum

from bot.monitoring.counted import Histogram


class Kind(StrEnum):
    """How a metric behaves."""

    GAUGE = "gauge"
    """Is so now."""
    COUNTER = "counter"
    """Only grows, and begins at nothing with the process."""
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric."""

    name: str
    kind: Kind
    labels: tuple[str, ...]
    help: str
    """What it says, in which unit, and what to do with it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of one metric."""

    name: str
    labels: tuple[str, ...]
    """In the order in which the metric names them."""
    value: float | Histogram


def _gauge(name: str, labels: str, said: str) -> Metric:
    return Metric(name, Kind.GAUGE, tuple(labels.split()), said)


def _counter(name: str, labels: str, said: str) -> Metric:
    return Metric(name, Kind.COUNTER, tuple(labels.split()), said)


def _histogram(name: str, labels: str, said: str) -> Metric:
    return Metric(name, Kind.HISTOGRAM, tuple(labels.split()), said)


CATALOGUE: tuple[Metric, ...] = (
    # ---- the process ----
    _gauge("otc_build_info", "version python", "Always 1; its labels say which version of the bot and of Python runs."),
    _histogram(
        "otc_loop_lag_seconds",
        "",
        "Seconds by which the process is late for what it does next, measured twice a second. Above 0.5 for long "
        "the machine is too slow or busy with other things.",
    ),
    _gauge("otc_copies", "", "How many copies of the bot share the work; only there with --copies."),
    _gauge(
        "otc_shards", "", "How many of the 64 parts of the work are this copy's; all copies together have all of them."
    ),
    # ---- a workspace ----
    _gauge(
        "otc_workspace_running",
        "workspace",
        "1 while the workspace's bot runs, 0 while it starts or can't. The health page says why it can't.",
    ),
    _gauge(
        "otc_check_ok",
        "workspace check",
        "1 while a check of the health page finds nothing, else 0. slack at 0: presses are not heard. database, "
        "outbox or jobs at 0: the bot is stuck. The sentence is on /healthz.",
    ),
    _counter(
        "otc_faults_total",
        "workspace",
        "Faults of the bot itself, wherever they were caught: presses, deliveries, looks, messages, webhooks and jobs "
        "that ended in one. Each has a traceback in the log; report it.",
    ),
    # ---- the docks ----
    _gauge(
        "otc_handovers",
        "workspace location stage",
        "FEs who are at the dock now, by stage: waiting (for the Start OTC), scanning, closing (on the End OTC page).",
    ),
    _gauge("otc_parcels", "workspace location", "Parcels that the FEs who are at the dock now have scanned."),
    _counter("otc_handovers_begun_total", "workspace location", "FEs who came to the dock since the process began."),
    _counter(
        "otc_handovers_ended_total",
        "workspace location stage",
        "FEs who are gone: closed (with an End OTC) or left (without one: look into the thread).",
    ),
    _counter("otc_parcels_scanned_total", "workspace location", "Parcels that FEs scanned since the process began."),
    _gauge(
        "otc_scans_unread_seconds",
        "workspace",
        "Seconds since the scans of the FE were read who was read longest ago; 0 while nobody scans. Above 300 the"
        " cards are old: count by hand, and look at otc_flipkart_quota_left and otc_flipkart_silence_seconds.",
    ),
    _gauge(
        "otc_card_stale_seconds",
        "workspace",
        "Seconds for which the card that waits longest shows an older state than the bot knows; 0 while all are new. A "
        "stage, a code or a count by hand is known with its time, also after a restart; for new scans alone it counts "
        "from the first reading of this page. Above 300 Slack takes too few edits: see otc_slack_calls_total.",
    ),
    _gauge("otc_cards_stale", "workspace", "Cards that wait for being drawn anew."),
    _counter(
        "otc_reminders_total",
        "workspace kind",
        "Reminders that were given: waiting (an FE or a count waits), escalation (nobody took it), claim (threads "
        "told that the time to claim runs out).",
    ),
    _gauge(
        "otc_claims_due",
        "workspace location",
        "Claims of which something is to be done within a day, or is late by no more than a week. See the Home tab.",
    ),
    # ---- Flipkart ----
    _counter(
        "otc_flipkart_calls_total",
        "seller call outcome code",
        "Calls to Flipkart, by how they ended: ok, refused (its code says why), throttled (HTTP 429), unauthorised"
        " (check the account), malformed, silent (no answer), budget (not made: the hour's calls are used up).",
    ),
    _histogram(
        "otc_flipkart_call_seconds",
        "seller call",
        "Seconds that a call to Flipkart took, with its waiting for a token and for its turn.",
    ),
    _gauge("otc_flipkart_quota_limit", "seller", "Calls that the seller may make in a rolling hour (calls_per_hour)."),
    _gauge(
        "otc_flipkart_quota_used", "seller", "Calls of the last hour that the bot made, or has put down for itself."
    ),
    _gauge(
        "otc_flipkart_quota_left",
        "seller",
        "Calls of the hour that are left. At a tenth only people are served; at 3 % only codes. Raise "
        "others_calls_per_hour or the intervals, or look for tools that call Flipkart too.",
    ),
    _gauge(
        "otc_flipkart_quota_planned",
        "seller",
        "Calls an hour that looks at docks and scans can go on with from now on.",
    ),
    _gauge("otc_flipkart_rest_seconds", "seller", "Seconds until looks go on, after Flipkart asked the bot to wait."),
    _gauge(
        "otc_flipkart_silence_seconds",
        "workspace",
        "Seconds since a look at Flipkart succeeded; it grows too while no dock is open. Above 120 with open "
        "docks: use Seller Hub, and look at otc_flipkart_calls_total.",
    ),
    _gauge("otc_looks_failing", "workspace", "Docks and FEs whose last look at Flipkart failed."),
    _gauge(
        "otc_polling_stretch_ratio",
        "workspace",
        "By how much looks are slower than bot.toml says, so that the calls of the hour last: 1 is as set. Above "
        "3: see otc_flipkart_quota_left.",
    ),
    # ---- Slack ----
    _gauge(
        "otc_outbox_messages",
        "workspace kind",
        "Messages that are not told yet, by kind: people wait for card and reply, webhook is for addresses outside, "
        "the others are papers for Slack.",
    ),
    _gauge(
        "otc_outbox_oldest_seconds",
        "workspace kind",
        "Seconds for which the oldest message of a kind has waited. A card or a reply above 300: people see "
        "nothing of it; the health page says why.",
    ),
    _counter(
        "otc_webhook_messages_total",
        "workspace webhook outcome",
        "Messages for addresses outside, by what became of them: taken, or given_up (nobody took it for days, or the "
        "address is gone: the log says why, and it is not sent again). webhook is other for an address that is not in "
        "bot.toml any more.",
    ),
    _counter(
        "otc_slack_calls_total",
        "workspace method outcome",
        "Calls to Slack, by how they ended: ok, ratelimited (HTTP 429: too many), refused (the log says why), "
        "failed (no answer, or not one of Slack).",
    ),
    _histogram(
        "otc_slack_call_seconds", "workspace method", "Seconds that a call to Slack took, once it had its turn."
    ),
    _histogram(
        "otc_slack_ack_seconds",
        "workspace",
        "Seconds until a press was acknowledged. After 3 Slack tells the person that it failed: the machine or the"
        " database is too slow.",
    ),
    _counter(
        "otc_slack_connections_total",
        "workspace outcome",
        "Sockets to Slack: opened (one every few hours is Slack's own wish), or failed.",
    ),
    _gauge(
        "otc_slack_silence_seconds",
        "workspace",
        "Seconds since Slack delivered anything: a press, a message, also the bot's own. At night there is nothing. It "
        "is not there before the first.",
    ),
)
"""In the order of the page."""
