"""How long the bot waits, rests, remembers and goes on trying: one frozen value, made once and handed to each part.

What stands here is what production goes by. Whoever makes a bot may hand it another one, as tests do with
`dataclasses.replace`. A float is in seconds. What Slack and Flipkart say of their own times and limits, and what their
budgets are made of, stands in the rooms that deal with them.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """The start and the end of the bot, and what it does by itself meanwhile (`bot.app`)."""

    first_backoff: float = 1.0
    """Between the first two tries to reach Slack at the start; doubled after each."""
    longest_backoff: float = 30.0
    slowest_tick: float = 1.0
    """Between two looks for what is due at Flipkart; less where it is looked at more often than usual."""
    forget: float = 60.0
    """Between two looks for codes that have expired, and for refusals of a minute that is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """Between two runs of each job; whoever looks at Flipkart more often than that has most of them as often."""

    remind: float = 20.0
    digest: float = 20.0
    receipts: float = 5.0
    homes: float = 5.0
    claims: float = 60.0
    photos: float = 10.0
    returns: float = 30.0
    """Each may make a call to Flipkart: two a minute at most."""
    clock: float = 5.0
    """Between two looks for a clock that was set back (`bot.jobs.schedule`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """From when on something is a problem for the health page."""

    flipkart: float = 120.0
    """Without an answer of Flipkart; four intervals where they are longer."""
    job: float = 30.0
    """Without a run of a job that succeeded, beyond ten of its intervals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What goes on after the acknowledgement of a press."""

    last: float = 5.0
    """For what runs when the bot is to stop."""
    last_words: float = 1.5
    """For telling those whose press could not be finished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Homes:
    """Home tabs that are kept fresh; how often is looked for changes stands among the jobs."""

    remembered: float = 1800.0
    """After this a tab is drawn again only when its owner opens it."""
    apart: float = 15.0
    """The shortest time between two drawings of one person's tab."""
    rest: float = 15.0
    """After Slack did not take a tab, if it does not ask for more: nobody's is shown again meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """Messages on their way into Slack."""

    last_sends: float = 2.0
    """For those that are on their way when the bot is to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """All of it, by part."""

    life: Life = field(default_factory=Life)
    jobs: Jobs = field(default_factory=Jobs)
    health: Health = field(default_factory=Health)
    work: Work = field(default_factory=Work)
    homes: Homes = field(default_factory=Homes)
    outbox: Outbox = field(default_factory=Outbox)
