"""The edges at which a bot is made to end: of what it says in Slack, of the cursor, and of a code's way.

What is said in Slack is met where it leaves the bot and where it is kept, whatever table or class it goes through: a
call to Slack by its method and what it carries, a commit by the state that it gives to something on its way.
"""

from dataclasses import dataclass

POSTS = (
    "post a card",
    "post a reply",
    "post a digest",
    "post an alarm",
    "post a month",
    "post a word on codes",
    "post a call",
    "post a word on an outage",
    "edit a word on an outage",
    "edit a card",
    "share a receipt",
    "share a proof",
    "share a digest",
    "share a month",
)
"""Calls that people see the result of."""
FILLS = ("fill a receipt", "fill a proof", "fill a month")
"""The content of a file goes to Slack; nobody sees it yet."""
CALLS = (
    *POSTS,
    "reserve a receipt",
    "reserve a proof",
    "reserve a month",
    "look for a card",
    "look for a reply",
    "look for files",
)
"""Calls as the bot makes them (`tests.crash.said`). Before they are shared, a digest's files are as a receipt's."""
COMMITS = {
    "wanted": ("INSERT", "pending"),
    "sending": ("UPDATE", "sending"),
    "unknown": ("UPDATE", "unknown"),
    "put back": ("UPDATE", "pending"),
    "sent": ("UPDATE", "sent"),
    "lost": ("UPDATE", "lost"),
}
"""By name: what a statement of the transaction does, and the state that it gives."""
FUNCTIONS = {
    # the cursor
    "initial load": "bot.flipkart.client:FlipkartClient.initial_load",
    "reconcile": "bot.store.handovers:HandoverStore.reconcile",
    "shipments": "bot.flipkart.client:FlipkartClient.shipments",
    "add page": "bot.store.handovers:HandoverStore.add_page",
    "commit": "sqlalchemy.engine.default:DefaultDialect.do_commit",
    # a code's way
    "record": "bot.store.handovers:HandoverStore.record",
    "start codes": "bot.flipkart.client:FlipkartClient.start_codes",
    "end code": "bot.flipkart.client:FlipkartClient.end_code",
    "vault": "bot.handover.vault:CodeVault.put",
    "step": "bot.store.handovers:HandoverStore.step",
    "answer": "bot.slack.answer:Answers.alone",
    "modal": "bot.slack.answer:Answers.show",
    # counting
    "own scan": "bot.store.own_scans:OwnScanStore.take",
    "reaction": "bot.slack.thread:ThreadSigns.react",
    "tally": "bot.store.tallies:TallyStore.add",
    # claims
    "report": "bot.store.claims:ClaimStore.report",
    "claim": "bot.store.claims:ClaimStore.move",
    "prove": "bot.store.claims:ClaimStore.prove",
    # returns: a page of the ledger, what it says, how far it is read; which parcels were asked about; what never came
    "ledger": "bot.flipkart.client:FlipkartClient.ledger",
    "returns": "bot.store.returns:ReturnStore.take",
    "ledger mark": "bot.store.ledger:LedgerStore.keep",
    "asked": "bot.store.asked:AskedStore.keep",
    "alarm": "bot.store.unreceived:UnreceivedStore.raise_alarm",
    # which codes a location has
    "codes": "bot.store.modes:ModeStore.notice",
    # for which location Flipkart does not answer
    "outage": "bot.store.outages:OutageStore.keep",
}
"""By name: module and function of the real bot."""
OUTSIDE = {
    "webhook": "bot.webhooks.sender:WebhookSender._attempt",
    "webhook taken": "bot.store.webhooks:WebhookStore.delivered",
}
"""The same of what addresses outside are told: before a post, between its answer and the note of it, and after that.
They have a run of their own (`test_webhooks`), for no world of kills has such an address."""
OFTEN = frozenset(
    {"commit", "initial load", "reconcile", "shipments", "add page", "ledger", "returns", "ledger mark", "alarm"}
)
"""What happens several times in a life: the kill may wait for a later one."""


@dataclass(frozen=True, slots=True)
class Edge:
    """Just before, within or just after something's nth time.

    Within a call, Slack has done it and has not answered yet.
    """

    when: str
    name: str
    nth: int = 1

    def __str__(self) -> str:
        return f"{self.when} {self.name}"

    def dump(self) -> str:
        """As an environment variable."""
        return f"{self.when}:{self.name}:{self.nth}"

    @classmethod
    def load(cls, text: str) -> "Edge":
        """From an environment variable."""
        when, name, nth = text.split(":")
        return cls(when, name, int(nth))

    @property
    def is_outside(self) -> bool:
        """Whether it is Slack that sees when it is come to, and not the bot."""
        return self.when == "within"

    @property
    def is_of_database(self) -> bool:
        """Whether the database is lost at the kill."""
        return self.name.startswith("the database")


def commit_of(name: str) -> str:
    """What the edge of a state's commit is called."""
    return f"commit of {name}"


LOSSES = (Edge("with", "the database gone"), Edge("with", "the database of an hour ago"))
"""The database file is deleted, or put back to an earlier copy, before the bot comes back.

What only the database knew is gone then (counts, who asked for a code). Whoever is there keeps the one thread.
"""
EDGES = (
    *(Edge(when, name) for name in (*CALLS, *map(commit_of, COMMITS), *FUNCTIONS) for when in ("before", "after")),
    *(Edge("within", name) for name in (*POSTS, *FILLS)),
    *LOSSES,
)
