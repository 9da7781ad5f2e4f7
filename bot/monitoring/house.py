"""What is counted in one house, over all its lives: a change of bot.toml sets no counter back."""

from bot.monitoring.counted import Calls, Counts, Histogram

ACK_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
"""Bounds; after three seconds Slack tells the person that it failed."""
SLACK_METHODS = frozenset(
    {
        "apps.connections.open",
        "auth.test",
        "chat.getPermalink",
        "chat.postEphemeral",
        "chat.postMessage",
        "chat.update",
        "conversations.history",
        "conversations.info",
        "conversations.list",
        "conversations.members",
        "conversations.open",
        "conversations.replies",
        "files.completeUploadExternal",
        "files.getUploadURLExternal",
        "files.info",
        "reactions.add",
        "reactions.remove",
        "response_url",
        "usergroups.list",
        "usergroups.users.list",
        "users.info",
        "views.open",
        "views.publish",
        "views.push",
        "views.update",
    }
)
"""Slack's methods that are told apart; `response_url` is the answer to a press."""


class HouseCounts:
    """One house's."""

    def __init__(self) -> None:
        """Nothing was counted."""
        self.slack = Calls(SLACK_METHODS)
        self.slack.expect("ratelimited", names=("chat.postMessage", "chat.update", "views.open"))
        self.acks = Histogram(ACK_SECONDS)
        """Seconds until a delivery of Slack was acknowledged."""
        self.sockets = Counts()
        """By how it went: `opened` or `failed`."""
        self.reminders = Counts()
        """By what they are: `waiting`, `escalation` or `claim`."""
        for counts, words in (
            (self.sockets, ("opened", "failed")),
            (self.reminders, ("waiting", "escalation", "claim")),
        ):
            for word in words:
                counts.add(word, times=0)
        self.begun = Counts()
        """Handovers that began, by location."""
        self.ended = Counts()
        """Those that ended, by location and stage."""
        self.parcels = Counts()
        """Parcels that were scanned, by location."""
        self.webhooks = Counts()
        """Messages for addresses outside, by the address's id and what became of them: `taken` or `given_up`."""
        self.faults = 0
        """Faults of the bot itself, wherever they were caught."""

    def faulted(self) -> None:
        """Something ended in a fault of the bot. Called beside the line in the log, once for each fault."""
        self.faults += 1
