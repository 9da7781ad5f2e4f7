"""How long the bot waits, rests, remembers and goes on trying: one frozen value, made once and handed to each part.

What stands here is what production goes by. Whoever makes a bot may hand it another one, as tests do with
`dataclasses.replace`. A float is in seconds. What Slack and Flipkart say of their own times and limits, and what their
budgets are made of, stands in the rooms that deal with them.
"""

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeTiming:
    """The start and the end of the bot, and what it does by itself meanwhile (`bot.house`)."""

    first_backoff: float = 1.0
    """Between the first two tries to reach Slack at the start; doubled after each."""
    longest_backoff: float = 30.0
    slowest_tick: float = 1.0
    """Between two looks for what is due at Flipkart; less where it is looked at more often than usual."""
    first_pause: float = 5.0
    """Before a house that ended is begun again, where there are others; doubled each time."""
    longest_pause: float = 240.0
    steady: float = 600.0
    """A house that lived for so long begins with the first pause again."""
    stuck: float = 120.0
    """A house that is deaf or stuck for so long is begun anew, where there are others."""
    look: float = 15.0
    """Between two looks for that."""
    forget: float = 60.0
    """Between two looks for codes that have expired, and for refusals of a minute that is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobsTiming:
    """Between two runs of each job; whoever looks at Flipkart more often than that has most of them as often."""

    remind: float = 20.0
    digest: float = 20.0
    homes: float = 5.0
    windows: float = 2.0
    claims: float = 60.0
    shared: float = 10.0
    outages: float = 5.0
    expired: float = 10.0
    photos: float = 10.0
    returns: float = 30.0
    """Each may make a call to Flipkart: two a minute at most."""
    due: float = 30.0
    ledger: float = 30.0
    """Each may ask for two pages."""
    ledger_again: timedelta = timedelta(minutes=30)
    """Between two passes over the ledger of one location."""
    unreceived: float = 300.0
    month: float = 300.0
    retention: float = 300.0
    clock: float = 5.0
    """Between two looks for a clock that was set back (`bot.jobs.schedule`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthTiming:
    """From when on something is a problem for the health page."""

    flipkart: float = 120.0
    """Without an answer of Flipkart; four intervals where they are longer."""
    job: float = 30.0
    """Without a run of a job that succeeded, beyond ten of its intervals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsTiming:
    """What a monitor reads at /metrics."""

    beat: float = 0.5
    """Between two looks at how late the loop is."""
    fresh: float = 5.0
    """For so long what the database was asked serves everybody who reads."""
    database: float = 3.0
    """A database that takes longer is not waited for: its figures are left out, and all others are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DockTiming:
    """What the domain goes by."""

    gone_after: timedelta = timedelta(seconds=90)
    """How long an FE is absent, from the first look on that missed them, before they count as gone: an initial-load may
    be stale and leave out an FE who is there, and people's presses make looks follow each other at once. Three
    intervals at the usual pace, and as many where looks are made more often."""
    look_serves: timedelta = timedelta(seconds=5)
    """For so long one look around at a location serves everybody who asks, or for a sixth of the interval."""
    sync_pauses: tuple[float, ...] = (1.0, 3.0, 6.0)
    """Before each new try of an End OTC while Flipkart has not synced all parcels; then the person is told."""
    unseen: timedelta = timedelta(minutes=1)
    """A location that can't be seen for less is no news: a look that fails once, and the next does not."""
    outage: timedelta = timedelta(seconds=30)
    """Looks that fail for as long are told in the channel."""
    refusals: timedelta = timedelta(minutes=1)
    """What one person is refused at one location in that time is one line on record after the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebTiming:
    """The bot's own port."""

    head: float = 15.0
    """For a whole head of a request, from the connection or from the answer before."""
    body: float = 15.0
    """For a whole body."""
    strangers: float = 60.0
    """Between two lines in the log about requests that are not taken, of each kind."""
    notifications_at_once: int = 500
    notifications_a_second: int = 50
    """Flipkart's notifications that are taken; it sends the others again. Ten thousand returns in four minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlipkartTiming:
    """Calls to Flipkart."""

    connect: float = 10.0
    silence: float = 60.0
    """Without a byte of an answer. Flipkart recommends 60 s or more for order calls."""
    call: float = 75.0
    """For a whole call, its token and its repeat included: a trickling answer must not hold a poll for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackTiming:
    """Calls to Slack. A shared session ignores the SDK's own timeout (reference: slack-facts, SDK)."""

    connect: float = 10.0
    call: float = 20.0
    reaction: float = 60.0
    """The longest Retry-After that a reaction waits for: reactions.add is tier 3, 50 a minute for the whole workspace,
    and a pile is scanned faster, so its signs queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketTiming:
    """The WebSocket of Socket Mode."""

    ping: float = 5.0
    """Between two pings."""
    handshake: float = 15.0
    """How long the handshake and Slack's hello may take."""
    look: float = 2.0
    """Between two looks whether the socket still hears."""
    deaf: float = 15.0
    """How long pings may go unanswered before the socket counts as half-open."""
    close: float = 1.0
    """For Slack's goodbye to ours."""
    steady: float = 10.0
    """A socket that lived as long gives a right to a new one at once."""
    first_backoff: float = 1.0
    """Between the first two attempts, doubled after each: apps.connections.open is tier 1."""
    longest_backoff: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PressTiming:
    """From a press to its answer."""

    slow: float = 4.0
    """After this a person is told that Flipkart is slow."""
    letter: float = 1.0
    """For the copy that has the codes to take a press that another copy was given; then the other one asks anew."""
    quiet: float = 1.0
    """For so long after an answer the same press means the answer that stands there."""
    retry_after: float = 5.0
    """The longest Retry-After that a person's answer waits for."""
    trigger: float = 1.5
    """The same for what opens a modal: its trigger lives for three seconds."""
    open_pauses: tuple[float, ...] = (0.5, 1.0)
    """Between the tries to find a modal of which Slack did not say whether it opened: each may do so for seconds."""
    modal: float = 30.0
    """The same for an open modal: it says that the answer is on its way."""
    alone_pauses: tuple[float, ...] = (1.0, 4.0)
    """Between the tries to post what one person sees, once Slack has failed on both ways to them."""
    modal_pauses: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0)
    """Between the tries to bring a modal up to date: the same update twice does no harm, and somebody waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryTiming:
    """How long is remembered what Slack said of people."""

    group: float = 300.0
    """Who is in a user group; usergroups.users.list is tier 2: 20 a minute."""
    channel: float = 60.0
    no: float = 5.0
    """That somebody is in none: whoever was added a moment ago is let in after it."""
    standing: float = 300.0
    language: float = 3600.0
    language_again: float = 60.0
    """For so long Slack is not asked again after it could not say."""
    language_patience: float = 1.0
    """A person's answer waits as long for the language that it is written in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoTiming:
    """Pictures."""

    link: float = 20.0
    """For fetching one from a link of Flipkart's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkTiming:
    """What goes on after the acknowledgement of a press."""

    last: float = 5.0
    """For what runs when the bot is to stop."""
    last_words: float = 1.5
    """For telling those whose press could not be finished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomesTiming:
    """Home tabs that are kept fresh; how often is looked for changes stands among the jobs."""

    remembered: float = 1800.0
    """After this a tab is drawn again only when its owner opens it."""
    apart: float = 15.0
    """The shortest time between two drawings of one person's tab."""
    rest: float = 15.0
    """After Slack did not take a tab, if it does not ask for more: nobody's is shown again meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How patient the outbox is with one kind of what it brings into Slack."""

    first_backoff: float
    longest_backoff: float
    """Between attempts that Slack refuses without naming a time; doubled after each."""
    patience: timedelta
    """Given up after: days, so that no outage and no weekend loses any. A message since the first failure in a row, a
    receipt since the end of its handover, a digest since the end of its day: then the next one comes; a direct
    message since what it tells, because what waited an hour ago helps nobody. What is given up is said once in the log;
    all of it stays in the database, and `otc-bot export` has it."""
    unsure: timedelta
    """The same for what may have been carried out and can't be looked up."""
    after_a_fault: timedelta
    """Until the next attempt after a fault of the bot."""
    waits_for_mending: bool = True
    """Whether it waits until somebody mends what Slack refuses it for; else it is given up at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxTiming:
    """Messages on their way into Slack."""

    post: float = 1.0
    """Between two posts in one channel."""
    last_sends: float = 2.0
    """For those that are on their way when the bot is to stop."""
    grace: timedelta = timedelta(seconds=30)
    """How long after the attempt, or its end without an answer, what Slack does not have may still turn up."""
    look_patience: timedelta = timedelta(minutes=10)
    """How long a message that may have been posted before this database was made waits for a history that can't be
    read."""
    unwritten: timedelta = timedelta(seconds=10)
    """Until the next attempt at what could not be written down."""
    sign_of_life: timedelta = timedelta(seconds=15)
    """Between two times when the outbox writes down that the bot is awake (`bot.store.awake`)."""
    idle: float = 30.0
    """The longest sleep: a look at the table even if nobody rang."""
    stuck: float = 120.0
    """Without a look, it is stuck."""
    unreadable: float = 2.0
    """Until the next look after one that the database did not allow."""
    calm: timedelta = timedelta(minutes=1)
    """How long after the end a receipt waits for an FE who comes back at once: then the next end has its own. Two
    intervals of looks where they are shorter."""
    trouble: float = 120.0
    """How long something may wait before that is a problem. What somebody has to mend is one at once."""
    message: Habits = Habits(
        first_backoff=2.0,
        longest_backoff=120.0,
        patience=timedelta(days=3),
        unsure=timedelta(days=3),
        after_a_fault=timedelta(seconds=10),
    )
    receipt: Habits = Habits(
        first_backoff=20.0,
        longest_backoff=900.0,
        patience=timedelta(days=7),
        unsure=timedelta(days=7),
        after_a_fault=timedelta(minutes=15),
    )
    digest: Habits = Habits(
        first_backoff=20.0,
        longest_backoff=900.0,
        patience=timedelta(days=1),
        unsure=timedelta(days=3),
        after_a_fault=timedelta(minutes=15),
    )
    direct: Habits = Habits(
        first_backoff=2.0,
        longest_backoff=60.0,
        patience=timedelta(minutes=15),
        unsure=timedelta(minutes=15),
        after_a_fault=timedelta(seconds=10),
        waits_for_mending=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTiming:
    """What addresses outside are told."""

    answer: float = 15.0
    """For a whole call."""
    last_calls: float = 2.0
    """For those that are on their way when the bot is to stop."""
    idle: float = 30.0
    """The longest sleep: a look at the table even if nobody rang."""
    rest: float = 0.2
    """Between two looks, however often somebody rings."""
    sweep: float = 3600.0
    """Between two looks for what is for an address that bot.toml does not have."""
    trouble: float = 120.0
    """How long an address may take nothing before that is a problem. What somebody has to mend is one at once."""
    habits: Habits = Habits(
        first_backoff=5.0,
        longest_backoff=900.0,
        patience=timedelta(days=3),
        unsure=timedelta(days=3),
        after_a_fault=timedelta(minutes=1),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiesTiming:
    """Several copies that share the work (`bot.copies`)."""

    every: float = 1.0
    """Between two looks at who is there; a copy that dies is missed after it."""
    idle: float = 10.0
    """A copy that asks the database nothing for so long has lost its shards: it was stopped, or can't be reached."""
    joins: float = 15.0
    """A copy that starts is given no shards before its houses are connected, or so long has passed."""
    leave: float = 3.0
    """For what is being done for shards that are handed over at the end."""

    @property
    def lease(self) -> float:
        """For how long a copy takes for owned what was confirmed: others have it later, whatever a message takes."""
        return 0.8 * self.idle


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """All of it, by part."""

    life: LifeTiming = field(default_factory=LifeTiming)
    jobs: JobsTiming = field(default_factory=JobsTiming)
    health: HealthTiming = field(default_factory=HealthTiming)
    metrics: MetricsTiming = field(default_factory=MetricsTiming)
    dock: DockTiming = field(default_factory=DockTiming)
    web: WebTiming = field(default_factory=WebTiming)
    flipkart: FlipkartTiming = field(default_factory=FlipkartTiming)
    slack: SlackTiming = field(default_factory=SlackTiming)
    socket: SocketTiming = field(default_factory=SocketTiming)
    press: PressTiming = field(default_factory=PressTiming)
    directory: DirectoryTiming = field(default_factory=DirectoryTiming)
    work: WorkTiming = field(default_factory=WorkTiming)
    photos: PhotoTiming = field(default_factory=PhotoTiming)
    homes: HomesTiming = field(default_factory=HomesTiming)
    outbox: OutboxTiming = field(default_factory=OutboxTiming)
    webhooks: WebhookTiming = field(default_factory=WebhookTiming)
    copies: CopiesTiming = field(default_factory=CopiesTiming)
