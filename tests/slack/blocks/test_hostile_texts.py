"""Whatever Flipkart or a person writes: Slack takes every message and modal, nobody is mentioned, no code is public."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.handover.answers import (
    CountCompared,
    CountForm,
    EndChoice,
    EndShown,
    FixedCodesShown,
    NobodyClosing,
    NobodyWaiting,
    ShownStart,
    StartAnswer,
    StartCodesShown,
    StartNotOffered,
)
from bot.handover.approvals import Word
from bot.handover.board import BoardView, Week
from bot.handover.claims import Claim, Kind, State
from bot.handover.events import MILESTONES, Happening
from bot.handover.location import Location
from bot.handover.mode import Known
from bot.handover.model import AuditEntry, Handover, OtcMode, Shipment, Stage
from bot.handover.outages import Outage, Silent
from bot.handover.ports import EndCode, EndTotals, FixedCode
from bot.handover.refusals import HandoverOver, NotAllowed, NotAtEnd, NotAtStart, RightsUnknown
from bot.handover.start import MOST_SHOWN
from bot.handover.who import clean
from bot.i18n.money import MOST_MONEY
from bot.sandbox.slack.blockkit import MESSAGE_BLOCKS_MAX, VIEW_BLOCKS_MAX, check_message_blocks, check_view
from bot.slack.blocks import counts, guide, modals, modes, outages, sentences
from bot.slack.blocks.card import card
from bot.slack.blocks.codes import start_view
from bot.slack.blocks.home import home
from bot.slack.blocks.milestones import milestone
from bot.slack.blocks.notices import card_text, milestone_text, reminder_text
from bot.slack.blocks.reminders import direct_blocks
from bot.slack.blocks.text import as_dicts, section
from tests.examples import examples
from tests.golden.samples import NOW, ZONE

OTC = "481516"
LINK = "https://sim.slack.com/archives/C0DOCK/p1"
OWN = re.compile(
    r"<!date\^\d+\^[^<>|^]*\|[^<>]*>|<@U0[A-Z0-9]+>|<#C0[A-Z0-9]+>|<!subteam\^S0[A-Z0-9]+>"
    rf"|<{re.escape(LINK)}\|[^<>|]*>"
)
"""What the bot itself writes in angle brackets."""

FRAGMENTS = st.sampled_from(
    [
        "<!channel>",
        "<!here|x>",
        "<@U1>",
        "<#C1>",
        "<https://evil.example|Seller Hub>",
        "<!date^1^{date}|x>",
        "```",
        "`",
        "*bold*",
        "_i_",
        "~s~",
        "> quote",
        "&lt;!channel&gt;",
        "&amp;",
        "&",
        "<",
        ">",
        "\n",
        "\r\n",
        "\t",
        "\u2028",
        "\u202e",
        "\u200b",
        "\x00",
        "👩‍👩‍👧‍👦",
        ":tada:",
        "😀" * 50,
        "@channel",
        "x" * 300,
        "&" * 1000,
        "<" * 1000,
        "हरि",
        "مرحبا",
        "' OR 1=1",
        "{}",
        "%s",
    ]
)
TEXTS = (
    st.lists(FRAGMENTS | st.text(st.characters(exclude_categories=["Cs"]), max_size=40), max_size=12).map(
        lambda parts: "".join(parts)[:1000]
    )
    | st.just("")
    | FRAGMENTS
)
NEEDED = TEXTS.map(lambda text: text.strip()[:300] or "x")
NUMBERS = st.sampled_from([0, 1, 2, 41, 42, 43, 99_999, 10**9])
MAYBE = st.none() | NUMBERS
MOMENTS = st.integers(-(10**6), 10**6).map(lambda seconds: NOW + timedelta(seconds=seconds))
PEOPLE = st.sampled_from(["U0ASHA", "U0VIKRAM", None])
IDS = st.integers(0, 2**64).map(lambda n: f"{n:032x}")

PLACES = st.builds(
    Location,
    id=NEEDED,
    name=NEEDED,
    channel=st.just("C0DOCK"),
    operators=st.sampled_from([(), ("U0ASHA",), ("S0OPS", "U0ASHA"), tuple(f"U0P{n}" for n in range(30))]),
)
HANDOVERS = st.builds(
    Handover,
    id=IDS,
    location_id=TEXTS,
    fe_id=TEXTS,
    task_id=TEXTS,
    fe_name=TEXTS,
    partner=TEXTS,
    lob=TEXTS,
    otc_mode=st.sampled_from(OtcMode),
    status=TEXTS,
    stage=st.sampled_from(Stage),
    arrived_at=MOMENTS,
    scanning_at=st.none() | MOMENTS,
    closing_at=st.none() | MOMENTS,
    ended_at=st.none() | MOMENTS,
    scanned=NUMBERS,
    accepted=NUMBERS,
    rejected=NUMBERS,
    mismatched=NUMBERS,
    obd_eligible=NUMBERS,
    obd_remarked=NUMBERS,
    first_scan_at=st.none() | MOMENTS,
    last_scan_at=st.none() | MOMENTS,
    counted=st.none() | st.integers(0, counts.MOST_PARCELS),
    counted_by=PEOPLE,
    matched=NUMBERS,
    unexpected=MAYBE,
    start_otc_by=PEOPLE,
    start_otc_at=st.none() | MOMENTS,
    start_otc_until=st.none() | MOMENTS,
    end_otc_by=PEOPLE,
    end_otc_at=st.none() | MOMENTS,
    end_total=MAYBE,
    end_reason=TEXTS,
)
PRESENT = HANDOVERS.filter(lambda handover: not handover.over)
SHIPMENTS = st.builds(
    Shipment,
    tracking_id=TEXTS,
    status=st.sampled_from(["REJECTED", "ACCEPTED"]),
    reason=TEXTS,
    actual_flyer_id=TEXTS,
    captured_flyer_id=TEXTS,
    flyer_status=TEXTS,
)
PARCELS = st.one_of(
    st.lists(SHIPMENTS, max_size=4),
    st.tuples(SHIPMENTS, st.sampled_from([14, 39, 41, 300])).map(lambda pair: [pair[0]] * pair[1]),
)
KINDS = st.sampled_from([*Kind]) | TEXTS
STATES = st.sampled_from([state.value for state in State])
AMOUNTS = st.integers(0, MOST_MONEY)
CLAIMS = st.builds(
    Claim,
    id=IDS,
    handover_id=IDS,
    location_id=st.just(""),
    tracking_id=TEXTS,
    kind=KINDS,
    note=TEXTS,
    opened_by=PEOPLE,
    opened_at=MOMENTS,
    due_at=MOMENTS,
    state_at=MOMENTS,
    state=st.sampled_from(State),
    claimed_by=PEOPLE,
    reference=TEXTS,
    amount=st.none() | AMOUNTS,
    paid=st.none() | AMOUNTS,
)
FIXED = st.lists(st.builds(FixedCode, lob=TEXTS, vendor=TEXTS, otc=st.just(SecretStr(OTC))), max_size=20)
ENTRIES = st.builds(
    AuditEntry,
    what=st.sampled_from(sorted(MILESTONES)),
    at=MOMENTS,
    by=PEOPLE,
    detail=st.fixed_dictionaries(
        {
            "counted": NUMBERS,
            "scanned": NUMBERS,
            "accepted": NUMBERS,
            "rejected": NUMBERS,
            "mismatched": NUMBERS,
            "total": MAYBE,
            "reason": TEXTS,
            "status": TEXTS,
            "again": st.booleans(),
            "until": st.none() | MOMENTS.map(datetime.isoformat),
            "due": MOMENTS.map(datetime.isoformat),
            "number": NUMBERS,
            "claims": st.lists(
                st.fixed_dictionaries(
                    {"id": IDS, "tracking_id": TEXTS, "kind": KINDS, "state": STATES, "reference": TEXTS}
                    | {"since": MOMENTS.map(datetime.isoformat)}
                ),
                max_size=3,
            ).flatmap(lambda few: st.sampled_from([few, few * 20])),
            "claim": IDS,
            "approval": IDS,
            "word": st.sampled_from([one.value for one in Word]),
            "asked_by": PEOPLE,
            "state": STATES,
            "amount": st.none() | AMOUNTS,
            "paid": st.none() | AMOUNTS,
            "tracking_id": TEXTS,
            "tracking_ids": st.lists(TEXTS, max_size=3).flatmap(lambda few: st.sampled_from([few, few * 20])),
            "kind": KINDS,
            "note": TEXTS,
            "reference": TEXTS,
            "missing": st.lists(TEXTS, max_size=3),
            "missing_total": NUMBERS,
            "only": st.lists(TEXTS, max_size=3),
            "only_total": NUMBERS,
        }
    ),
)
quick = settings(max_examples=examples(100), deadline=None)


def strings(value: Any, *keys: str) -> Iterator[str]:
    """Every string below one of the keys, anywhere."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in keys and isinstance(inner, str):
                yield inner
            yield from strings(inner, *keys)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner, *keys)


def marked_up(value: Any) -> Iterator[str]:
    """Every text that Slack reads as mrkdwn."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for inner in value.values():
            yield from marked_up(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from marked_up(inner)


def harmless(text: str) -> None:
    """No mention, link or entity that the bot did not write itself."""
    rest = OWN.sub("", text.removesuffix("…"))
    assert "<" not in rest, f"something from outside can mention or link: {rest!r}"
    loose = re.sub(r"&(amp|lt|gt);", "", rest)
    assert not re.search(r"&(?!\w{0,3}$)", loose), f"an unescaped & in {rest!r}"


def check_message(text: str, blocks: list[Block], *, public: bool) -> None:
    shown = as_dicts(blocks)
    assert check_message_blocks(shown) == []
    assert 0 < len(shown) <= MESSAGE_BLOCKS_MAX
    assert text.strip()
    for line in (text, *marked_up(shown)):
        harmless(line)
    values = [text, *strings(shown, "value", "block_id", "action_id", "alt_text")]
    assert not any(OTC in value for value in values), "a code stands in a text, a value or an id"
    if public:
        assert OTC not in json.dumps(shown), "a code stands in a message that everybody sees"


def check_modal(view: View) -> None:
    shown = view.to_dict()
    assert check_view(shown, "modal") == []
    assert 0 < len(shown["blocks"]) <= VIEW_BLOCKS_MAX
    for line in marked_up(shown):
        harmless(line)
    hidden = [*strings(shown, "private_metadata", "callback_id", "value", "block_id", "action_id", "initial_value")]
    assert not any(OTC in value for value in hidden), "a code stands where it is not seen"
    headers = {b["text"]["text"] for b in shown["blocks"] if b["type"] == "header"}
    others = [b for b in shown["blocks"] if b["type"] != "header"]
    assert OTC not in json.dumps(others), f"a code stands outside the headers {headers}"


@given(HANDOVERS, PLACES)
@quick
def test_cards(h: Handover, place: Location) -> None:
    check_message(card_text(h, place, NOW, namesake=True), card(h, place, ZONE, NOW), public=True)


@given(HANDOVERS, PLACES, ENTRIES, PARCELS, st.booleans())
@quick
def test_milestones(h: Handover, place: Location, entry: AuditEntry, parcels: list[Shipment], shared: bool) -> None:
    if entry.what.value == "problems" and not parcels:
        return
    if entry.what in (Happening.REMINDED, Happening.ESCALATED):
        # Its kinds are the bot's own words, not a claim's.
        own = {"kind": "waiting", "minutes": 9, "times": 1, "to": ["S0OPS", "U0LEAD"]}
        entry = entry.model_copy(update={"detail": {**entry.detail, **own}})
    text = milestone_text(entry, h, place, parcels, ZONE)
    check_message(text, milestone(h, place, entry, parcels, ZONE, shared=shared), public=True)


@given(HANDOVERS, PLACES, MOMENTS, st.sampled_from(["waiting", "idle", "uncounted"]), st.none() | st.just(LINK))
@quick
def test_direct_messages(h: Handover, place: Location, at: datetime, kind: str, link: str | None) -> None:
    detail = {"kind": kind, "minutes": 9, "step": 1, "since": at.isoformat(), "to": ["U0LEAD"]}
    entry = AuditEntry.model_validate({"what": Happening.ESCALATED, "at": at, "detail": detail})
    check_message(reminder_text(h, place, entry), direct_blocks(h, place, entry, ZONE, link), public=True)


@given(
    st.lists(HANDOVERS, min_size=1, max_size=4, unique_by=lambda h: h.id),
    PLACES,
    st.none() | MOMENTS,
    FIXED,
    TEXTS,
    st.sampled_from([1, 5]),
)
@quick
def test_start_answers(
    hs: list[Handover], place: Location, until: datetime | None, fixed: list[FixedCode], query: str, times: int
) -> None:
    many = [h.model_copy(update={"id": f"{n:032x}"}) for n, h in enumerate(hs * times)]
    answers: list[StartAnswer] = [
        StartCodesShown(
            place,
            tuple(ShownStart(h, SecretStr(OTC), until) for h in many[:MOST_SHOWN]),
            tuple(many[MOST_SHOWN:]),
            until,
        ),
        FixedCodesShown(place, tuple(fixed)),
        NobodyWaiting(place, clean(query), tuple(many)),
        StartNotOffered(place, OtcMode.END_ONLY),
    ]
    for answer in answers:
        check_modal(start_view([answer], ZONE, NOW))
    check_modal(start_view(answers, ZONE, NOW, why=["why not"] * 9))


@given(HANDOVERS, PLACES, PARCELS, st.integers(0, counts.MOST_PARCELS), MAYBE)
@quick
def test_count_modals(
    h: Handover, place: Location, parcels: list[Shipment], counted: int, changed_from: int | None
) -> None:
    form = CountForm(h, place, changed_from)
    compared = CountCompared(h, place, counted, tuple(parcels))
    for view in (
        counts.count_form(form),
        counts.end_count(form),
        counts.count_kept(compared),
        counts.end_compared(compared),
    ):
        check_modal(view)


@given(st.lists(HANDOVERS, min_size=1, max_size=12, unique_by=lambda h: h.id), PLACES, FIXED, MAYBE, MAYBE)
@quick
def test_end_modals(
    hs: list[Handover], place: Location, fixed: list[FixedCode], total: int | None, failed: int | None
) -> None:
    check_modal(modals.end_choice(EndChoice(tuple((h, place) for h in hs))))
    code = EndCode(SecretStr(OTC), EndTotals(total, failed, failed, total, failed))
    check_modal(modals.end_shown(EndShown(hs[0], place, code)))
    check_modal(modals.end_shown(EndShown(hs[0], place, None, tuple(fixed))))


@given(st.lists(PRESENT, max_size=2), st.lists(PLACES, max_size=3), st.lists(CLAIMS, max_size=2), NUMBERS)
@settings(max_examples=examples(25), deadline=None)
def test_homes(hs: list[Handover], places: list[Location], claims: list[Claim], n: int) -> None:
    docks = tuple((place, tuple(hs * 12)) for place in places)
    theirs = tuple(replace(claim, location_id=place.id) for claim in claims for place in places) * 4
    week = Week(n, n, n, (0, n, 5))
    shown = home(BoardView(docks, False, theirs, tuple((place.id, week) for place in places)), ZONE, NOW).to_dict()
    assert check_view(shown, "home") == []
    assert 0 < len(shown["blocks"]) <= VIEW_BLOCKS_MAX
    for line in marked_up(shown):
        harmless(line)


@given(st.lists(PLACES, max_size=3), TEXTS)
@settings(max_examples=examples(25), deadline=None)
def test_guides(places: list[Location], typed: str) -> None:
    check_message(guide.help_text(), guide.help_blocks(places * 9, ["C0DOCK"] * 30, [], clean(typed)), public=False)
    check_message(guide.welcome_text(), guide.welcome_blocks(places * 9, "C0DOCK"), public=True)


@given(PLACES, TEXTS)
@quick
def test_codes(place: Location, word: str) -> None:
    known = Known(place.id, word, NOW, word)
    check_message(modes.changed_text(known, place), modes.changed_blocks(known, place), public=True)
    help_blocks = guide.help_blocks([place], ["C0DOCK"], [], "", {place.id: known})
    check_message(guide.help_text(), help_blocks, public=False)


@given(st.lists(PLACES, min_size=1, max_size=20), st.sampled_from([None, NOW]), st.booleans())
@quick
def test_outages(places: list[Location], until: datetime | None, alone: bool) -> None:
    outage = Outage("C0DOCK", Silent.FLIPKART, places[0].id, NOW, until, tuple(one.id for one in places), NOW, 1)
    blocks = outages.outage_blocks(outage, places, ZONE, alone=alone)
    check_message(outages.outage_text(outage, places), blocks, public=True)


@given(st.lists(HANDOVERS, min_size=1, max_size=3), st.lists(PLACES, min_size=1, max_size=3), TEXTS)
@quick
def test_sentences(hs: list[Handover], places: list[Location], query: str) -> None:
    present = tuple((h, place) for h in hs * 8 for place in places)
    nobody = sentences.nobody_closing(NobodyClosing(tuple(places), clean(query), present))
    check_modal(modals.message("End OTC", *nobody))
    refused = (HandoverOver(hs[0]), NotAtStart(hs[0]), NotAtEnd(hs[0]))
    for error in (NotAllowed(places[0]), RightsUnknown(places[0]), *refused):
        text = sentences.refusal(error)
        check_modal(modals.message("End OTC", text))
        check_message(text, [section(text)], public=True)
