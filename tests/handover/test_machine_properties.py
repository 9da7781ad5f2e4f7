"""Any order of looks, pages, counts and codes: what must hold after each."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.handover import machine
from bot.handover.events import Event, Happening
from bot.handover.location import Location
from bot.handover.model import Handover, OtcMode, Shipment, Stage
from bot.handover.ports import Arrivals, EndTotals, Scan, Sighting, Step
from bot.slack.blocks.card import card
from bot.slack.blocks.notices import card_text
from bot.slack.blocks.text import as_dicts
from tests.examples import examples

PLACE = Location(id="LOC1", name="Dock", channel="C0DOCK")
ZONE = ZoneInfo("Asia/Kolkata")
UNSEEN = {"misses", "missing_since", "cursor_newest", "cursor_next", "cursor_version", "events", "revision"}
WORDS = st.sampled_from(["StartOTC", "Scanning", "EndOTC", "Pending", "", "SCANNING"])
PEOPLE = st.sampled_from(["U1", "U2"])
SIGHTINGS = st.dictionaries(
    st.tuples(st.sampled_from(["fe1", "fe2"]), st.sampled_from(["t1", "t2"])),
    st.tuples(st.sampled_from(["Ram", "Ramesh", ""]), WORDS),
    max_size=3,
)
ROWS = st.lists(
    st.builds(
        Shipment,
        tracking_id=st.sampled_from([f"P{n}" for n in range(12)]),
        status=st.sampled_from(["ACCEPTED", "REJECTED", "accepted", "HELD", ""]),
        actual_flyer_id=st.sampled_from(["", "F1"]),
        captured_flyer_id=st.sampled_from(["", "F1", "F2"]),
        obd_eligible=st.booleans(),
        obd_remark=st.sampled_from(["", "NoIssues", "Broken"]),
    ),
    max_size=6,
    unique_by=lambda s: s.tracking_id,
)


class Day(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.known: dict[str, Handover] = {}
        self.rows: dict[str, dict[str, Shipment]] = {}
        self.said: dict[str, list[Event]] = {}
        self.absent: dict[str, int] = {}
        self.called_out: dict[str, int] = {}
        self.given: set[str] = set()
        """Handovers for whose present stay at the dock an End OTC was given out."""

    def keep(self, step: Step) -> None:
        h, before = step.handover, self.known.get(step.handover.id)
        said = self.said.setdefault(h.id, [])
        said.extend(step.events)
        assert h.events == len(said), f"events are numbered to {h.events}, but there were {len(said)}"
        if before is None:
            assert h.revision == 1
        else:
            changed = before.model_dump(exclude=UNSEEN) != h.model_dump(exclude=UNSEEN)
            assert h.revision == before.revision + changed, f"revision {before.revision} -> {h.revision}, {changed=}"
            drawn = [(card_text(x, PLACE, self.now), as_dicts(card(x, PLACE, ZONE, self.now))) for x in (before, h)]
            if drawn[0] != drawn[1]:
                assert h.revision > before.revision, "the card looks different and would not be drawn again"
            if h.over and not before.over:
                assert self.absent[h.id] >= 2, f"ended after {self.absent[h.id]} misses in a row"
                given = before.id in self.given
                assert h.stage is (Stage.CLOSED if given else Stage.LEFT), f"ended as {h.stage}, code given: {given}"
        if before is not None and not h.over and (before.over or (before.stage is Stage.CLOSING is not h.stage)):
            self.given.discard(h.id)
        if any(e.what is Happening.END_OTC for e in step.events):
            self.given.add(h.id)
        self.known[h.id] = h

    def one(self, n: int, do: Callable[[Handover], Step]) -> None:
        handovers = list(self.known.values())
        self.keep(do(handovers[n % len(handovers)]))

    @rule(seen=SIGHTINGS, seconds=st.integers(0, 600), mode=st.sampled_from(OtcMode))
    def look(self, seen: dict[tuple[str, str], tuple[str, str]], seconds: int, mode: OtcMode) -> None:
        self.now += timedelta(seconds=seconds)
        sightings = [
            Sighting(fe, task, name, "eKart", "LARGE", word, None) for (fe, task), (name, word) in seen.items()
        ]
        for h in self.known.values():
            here = (h.fe_id, h.task_id) in seen
            self.absent[h.id] = 0 if here else self.absent.get(h.id, 0) + 1
        ids = (f"{len(self.known) + n:032x}" for n in range(99))
        arrivals = Arrivals(mode, tuple(sightings))
        for step in machine.reconcile(list(self.known.values()), "LOC1", arrivals, self.now, lambda: next(ids)):
            self.keep(step)

    @precondition(lambda self: self.known)
    @rule(n=st.integers(0, 9), page=ROWS)
    def page(self, n: int, page: list[Shipment]) -> None:
        def do(h: Handover) -> Step:
            rows = self.rows.setdefault(h.id, {})
            new = tuple(s for s in page if s.tracking_id not in rows)
            changed = tuple(
                (rows[s.tracking_id], s) for s in page if s.tracking_id in rows and rows[s.tracking_id] != s
            )
            turned = [s.tracking_id for s in new if s.problem]
            turned += [after.tracking_id for before, after in changed if after.problem and not before.problem]
            rows |= {s.tracking_id: s for s in page}
            step = machine.read(h, Scan(new, changed), self.now)
            told = [t for e in step.events if e.what is Happening.PROBLEMS for t in e.detail["tracking_ids"]]
            assert sorted(told) == sorted(turned), f"called out {told}, new problems are {turned}"
            return step

        self.one(n, do)

    @precondition(lambda self: self.known)
    @rule(n=st.integers(0, 9), who=PEOPLE, counted=st.integers(0, 20))
    def count(self, n: int, who: str, counted: int) -> None:
        self.one(n, lambda h: machine.count(h, who, counted, self.now))

    @precondition(lambda self: self.known)
    @rule(n=st.integers(0, 9), who=PEOPLE, again=st.booleans())
    def start(self, n: int, who: str, again: bool) -> None:
        self.one(n, lambda h: machine.start_otc_given(h, who, self.now, self.now, again=again))

    @precondition(lambda self: self.known)
    @rule(n=st.integers(0, 9))
    def rotate(self, n: int) -> None:
        self.one(n, lambda h: machine.start_otc_rotated(h, self.now))

    @precondition(lambda self: self.known)
    @rule(n=st.integers(0, 9), who=PEOPLE, total=st.none() | st.integers(0, 20), again=st.booleans())
    def end(self, n: int, who: str, total: int | None, again: bool) -> None:
        self.one(n, lambda h: machine.end_otc_given(h, who, "", EndTotals(total), self.now, again=again))

    @invariant()
    def counts_equal_a_recount(self) -> None:
        for h in self.known.values():
            rows = list(self.rows.get(h.id, {}).values())
            kept = (h.scanned, h.accepted, h.rejected, h.mismatched, h.obd_eligible, h.obd_remarked)
            recount = (
                len(rows),
                sum(s.accepted for s in rows),
                sum(s.rejected for s in rows),
                sum(s.mismatched for s in rows),
                sum(s.obd_eligible for s in rows),
                sum(s.obd_remarked for s in rows),
            )
            assert kept == recount, f"counts are {kept}, a recount gives {recount}"

    @invariant()
    def ended_at_goes_with_the_stage(self) -> None:
        for h in self.known.values():
            assert (h.ended_at is not None) is h.over, f"{h.stage} with ended_at {h.ended_at}"


TestDay = Day.TestCase
TestDay.settings = settings(max_examples=examples(60), stateful_step_count=25, deadline=None)
