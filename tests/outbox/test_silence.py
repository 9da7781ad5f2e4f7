"""When Slack is silent, and when it only refuses something."""

from datetime import UTC, datetime, timedelta

from bot.handover.outages import Spell
from bot.outbox.ports import MaybeSentError, NotSentError, UnreachedError
from bot.outbox.silence import Silence

START = datetime(2026, 3, 4, tzinfo=UTC)


class Ticks:
    """A clock that goes a second further with each look at it."""

    def __init__(self) -> None:
        self.at = START - timedelta(seconds=1)

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def test_from_the_first_failure_to_the_first_success() -> None:
    silence = Silence(Ticks(), iter(range(9)).__next__)
    silence.broken()
    silence.failed("C1", UnreachedError("ClientConnectorError"))
    silence.failed("C2", MaybeSentError("TimeoutError"))
    silence.broken()
    silence.broken()
    assert silence.over == [Spell(frozenset({"C1", "C2"}), START - timedelta(seconds=1), START)]


def test_a_clock_that_is_put_right_makes_none_longer() -> None:
    clock = Ticks()
    silence = Silence(clock, iter(range(9)).__next__)
    silence.failed("C1", MaybeSentError("TimeoutError"))
    clock.at += timedelta(hours=1)
    silence.broken()
    assert [one.until - one.since for one in silence.over] == [timedelta(seconds=1)]


def test_what_is_refused_is_no_silence() -> None:
    silence = Silence(Ticks(), iter(range(9)).__next__)
    silence.failed("C1", NotSentError("ratelimited", 30.0))
    silence.failed("C1", NotSentError("is_archived", advice="unarchive it"))
    silence.failed("C1", UnreachedError("ClientConnectorCertificateError", advice="check SLACK_API_URL"))
    silence.broken()
    assert silence.over == []
