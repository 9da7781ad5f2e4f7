"""The one state machine of deliveries, whatever Slack, the clock and crashes do to it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.outbox.delivery import (
    MAYBE_SENT,
    begun,
    farthest,
    hindered,
    in_doubt,
    is_given_up,
    looked_in_vain,
    lost,
    posted,
    refused,
    sent,
    shown,
)
from bot.store.tables import DeliveryRow, Kind, Sending
from bot.timing import OutboxTiming

TIMING = OutboxTiming()
START = datetime(2027, 1, 15, 8, tzinfo=UTC)
KEYS = st.text("0123456789abcdef", min_size=32, max_size=32)


class Slack:
    """What truly became of each call, which only the calls themselves tell."""

    def __init__(self, kind: Kind) -> None:
        self.one = DeliveryRow(about="h", location_id="L", kind=kind)
        self.copies = 0
        self.now = START

    def put(self, changes: dict[str, object]) -> None:
        for name, value in changes.items():
            setattr(self.one, name, value)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["ok", "refused", "no answer, done", "no answer, not done", "killed, done", "killed, not done"]
        ),
        st.one_of(st.none(), st.floats(0, 1e9)),
        st.floats(0, 4000),
        KEYS,
    ),
    max_size=30,
)


@given(kind=st.sampled_from([Kind.CARD, Kind.REPLY]), steps=STEPS)
def test_nothing_is_ever_there_twice_and_nothing_is_forgotten(
    kind: Kind, steps: list[tuple[str, float | None, float, str]]
) -> None:
    slack = Slack(kind)
    key = None
    for what, retry_after, rest, fresh in steps:
        one = slack.one
        if one.state == Sending.SENT:
            break
        if one.state in MAYBE_SENT:
            # Slack is asked, and shows what it has; what it does not have may turn up within the grace period.
            if slack.copies:
                slack.put(sent("1.0", drawn=slack.now))
            else:
                slack.put(looked_in_vain(one, slack.now, TIMING))
        else:
            assert one.state == Sending.PENDING
            slack.put(begun(one, fresh, "C1", slack.now))
            key = key or fresh
            slack.copies += what.endswith(", done") or what == "ok"
            assert slack.copies <= 1, "posted again although it is there"
            if what == "ok":
                slack.put(sent("1.0", revision=3, rendered="h", drawn=slack.now))
            elif what == "refused":
                slack.put(refused(one, "ratelimited", retry_after, slack.now, TIMING))
            elif what.startswith("no answer"):
                slack.put(in_doubt(one, "timeout", slack.now))
            else:
                slack.put({"state": Sending.UNKNOWN})  # as `DeliveryStore.recover` leaves it
        assert one.key == key, "the key of a message changed"
        assert one.not_before is None or one.not_before <= slack.now + farthest(kind)
        slack.now += timedelta(seconds=rest)
    for _ in range(2):
        if slack.one.state in MAYBE_SENT:
            slack.now += TIMING.grace
            slack.put(sent("1.0") if slack.copies else looked_in_vain(slack.one, slack.now, TIMING))
    assert slack.one.state == (Sending.SENT if slack.copies else Sending.PENDING), "it stays in between for ever"


@given(seconds=st.floats(0, 29.9))
def test_what_is_not_in_slack_is_not_done_anew_within_the_grace_period(seconds: float) -> None:
    one = DeliveryRow(about="h", location_id="L", kind=Kind.CARD, state=Sending.UNKNOWN, attempted_at=START)
    changes = looked_in_vain(one, START + timedelta(seconds=seconds), TIMING)
    assert changes["state"] == Sending.UNKNOWN
    back = looked_in_vain(one, START - timedelta(seconds=1), TIMING)
    assert back["state"] == Sending.PENDING, "a clock that was set back lets it wait for hours"


@given(kind=st.sampled_from(list(Kind)), failures=st.integers(1, 40))
def test_attempts_become_rarer_up_to_a_bound(kind: Kind, failures: int) -> None:
    one = DeliveryRow(about="h", location_id="L", kind=kind)
    pauses = []
    for _ in range(failures):
        for name, value in begun(one, "k", "C1", START).items():
            setattr(one, name, value)
        changes = refused(one, "internal_error", None, START, TIMING)
        for name, value in changes.items():
            setattr(one, name, value)
        assert one.not_before is not None
        pauses.append(one.not_before - START)
    assert pauses == sorted(pauses)
    assert one.attempts == failures
    assert one.failing_since == START
    assert timedelta() < pauses[-1] <= farthest(kind)


def test_a_card_that_is_there_stays_there_while_its_edits_fail() -> None:
    one = DeliveryRow(about="h", location_id="L", kind=Kind.CARD, state=Sending.SENT, ts="1.0", attempts=1)
    changes = refused(one, "ratelimited", 5.0, START, TIMING)
    assert (changes["state"], changes["attempts"]) == (Sending.SENT, 2)
    assert shown(7, "h", None).get("edited_at") is None
    assert shown(7, "h", START)["failing_since"] is None


def test_how_long_is_tried_goes_by_kind() -> None:
    def gives_up(kind: Kind, days: float, state: Sending = Sending.PENDING) -> bool:
        one = DeliveryRow(about="h", location_id="L", kind=kind, state=state)
        return is_given_up(one, START, START + timedelta(days=days), TIMING)

    assert not gives_up(Kind.DIRECT, 15 / 1440)
    assert [kind for kind in Kind if gives_up(kind, 16 / 1440)] == [Kind.DIRECT], "an hour later it helps nobody"
    assert [kind for kind in Kind if gives_up(kind, 2)] == [Kind.DIGEST, Kind.DIRECT]
    assert not gives_up(Kind.DIGEST, 2, Sending.UNKNOWN), "a digest that may be there is looked up for three days"
    four_days = [Kind.CARD, Kind.REPLY, Kind.DIGEST, Kind.MODE, Kind.OUTAGE, Kind.DIRECT]
    assert [kind for kind in Kind if gives_up(kind, 4)] == four_days
    assert all(gives_up(kind, 8) for kind in Kind)
    never_failed = DeliveryRow(about="h", location_id="L", kind=Kind.CARD)
    assert not is_given_up(never_failed, None, START + timedelta(days=400), TIMING)


def test_what_can_not_be_tried_fails_from_the_first_time_on() -> None:
    one = DeliveryRow(about="h", location_id="L", kind=Kind.CARD)
    first = hindered(one, "its location is no longer in bot.toml", START)
    one.failing_since = START
    assert first["failing_since"] == START
    assert hindered(one, "", START + timedelta(hours=1))["failing_since"] == START


def test_the_files_of_a_digest_come_after_its_message() -> None:
    changes = posted("1.0")
    assert (changes["state"], changes["ts"], changes["attempts"]) == (Sending.PENDING, "1.0", 0)
    assert sent().get("ts") is None, "the ts of its message was overwritten"
    assert lost("it was deleted")["state"] == Sending.LOST
