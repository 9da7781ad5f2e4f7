"""Every builder of blocks, in every state in which it looks different."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

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
    StartCodesShown,
    StartNotOffered,
)
from bot.handover.beside import NOTHING, Beside
from bot.handover.board import BoardView, Week
from bot.handover.claim_sums import ClaimSums, Sum
from bot.handover.claims import Claim
from bot.handover.claims import State as ClaimState
from bot.handover.digest import Day, Digest, Figures, Override
from bot.handover.dropped import Brought, Counted, File, Kept, Offered, Put, Renewed, TakenBack, Undone
from bot.handover.due_today import Forecast
from bot.handover.events import Happening
from bot.handover.expected import Listing
from bot.handover.location import Location, Locations
from bot.handover.mode import Known
from bot.handover.model import AuditEntry, Handover, OtcMode, Shipment, Stage
from bot.handover.notify import Notify
from bot.handover.outages import Outage, Silent
from bot.handover.ports import EndCode, EndTotals
from bot.handover.problems import ClaimForm
from bot.handover.refusals import (
    HandoverOver,
    NotAllowed,
    NotAtEnd,
    NotAtStart,
    RightsUnknown,
    UnknownHandover,
    UnknownList,
)
from bot.handover.returns import Return
from bot.handover.ringing import Ringing
from bot.handover.start import MOST_SHOWN
from bot.handover.tally import Tallied
from bot.handover.unreceived import MOST, Alarm
from bot.i18n import _
from bot.i18n import language as spoken
from bot.lists import ExpectedRow, ListRead, ListUnreadableError, Problem, Skipped, Why
from bot.lists.model import OtherSheet, State
from bot.outbox.ports import Rendered
from bot.slack.blocks import (
    brought,
    counts,
    expected,
    guide,
    language,
    modals,
    modes,
    month,
    sentences,
    tally,
    undelivered,
    unreceived,
)
from bot.slack.blocks.card import card
from bot.slack.blocks.claims import claim_form
from bot.slack.blocks.codes import start_became, start_view
from bot.slack.blocks.digest import digest_blocks, digest_text
from bot.slack.blocks.home import home
from bot.slack.blocks.milestones import milestone
from bot.slack.blocks.notices import card_text, milestone_text, news_text, reminder_text, unreceived_text
from bot.slack.blocks.reminders import direct_blocks
from bot.slack.blocks.text import as_dicts, section
from bot.slack.listeners import otc
from bot.slack.outage_painter import SlackOutagePainter
from bot.slack.painter import SlackPainter
from bot.text import parcel_key
from tests.golden.samples import (
    END_CODE,
    END_OTC,
    FAR,
    FIXED,
    NOW,
    OTC,
    PLACE,
    PROBLEMS,
    ZONE,
    ago,
    claims,
    claims_due,
    counted,
    entry,
    handover,
    over,
    problems,
)

Drawn = Callable[[], Any]


def _message(text: str, blocks: list[Block]) -> dict[str, Any]:
    return {"text": text, "blocks": as_dicts(blocks)}


def _card(h: Handover, beside: Beside = NOTHING, **known: Any) -> Drawn:
    text = partial(card_text, h, PLACE, NOW, namesake=known.get("namesake", False))
    return lambda: _message(text(), card(h, PLACE, ZONE, NOW, beside, **known))


def _claim_step(state: ClaimState, n: int = 1, **more: object) -> AuditEntry:
    named = [{"id": f"{i:032x}", "tracking_id": f"FMPP{i:04}"} for i in range(n)]
    return entry(Happening.CLAIMED, "U0VIKRAM", state=state.value, claims=named, reference="SF-`1`", **more)


def _said(line: AuditEntry, h: Handover, parcels: tuple[Shipment, ...] = (), *, shared: bool = False) -> Drawn:
    return lambda: _message(
        milestone_text(line, h, PLACE, parcels, ZONE), milestone(h, PLACE, line, list(parcels), ZONE, shared=shared)
    )


def _step(kind: str, h: Handover, step: int, minutes: int, *to: str) -> AuditEntry:
    since = (h.arrived_at + timedelta(minutes=1)).isoformat()
    return entry(Happening.ESCALATED, kind=kind, step=step, after=minutes, minutes=minutes, since=since, to=list(to))


def _told(line: AuditEntry, h: Handover, link: str | None = None) -> Drawn:
    return lambda: _message(reminder_text(h, PLACE, line), direct_blocks(h, PLACE, line, ZONE, link))


def _view(build: Callable[[Any], View], answer: Any) -> Drawn:
    return lambda: build(answer).to_dict()


def _shown(h: Handover, otc: str = OTC, until: datetime | None = None) -> ShownStart:
    return ShownStart(h, SecretStr(otc), until)


def _start(*answers: Any, **more: Any) -> Drawn:
    return lambda: start_view(answers, ZONE, NOW, **more).to_dict()


def _start_became(h: Handover, *, holds: bool = True, until: datetime | None = None) -> Drawn:
    shown = _shown(WAITING, until=until or ago(1))

    def drawn() -> Any:
        ended = {WAITING.id: start_became(shown, PLACE, h, ZONE, NOW, holds=holds, alone=True) or []}
        return start_view([StartCodesShown(PLACE, (shown,))], ZONE, NOW, ended=ended).to_dict()

    return drawn


def _one_of_two_used() -> Any:
    second = _shown(handover(id="b" * 32, fe_name="Shyam", fe_id="fe2"), until=UNTIL)
    first = _shown(WAITING, until=UNTIL)
    used = start_became(first, PLACE, handover(Stage.SCANNING), ZONE, NOW, holds=True, alone=False) or []
    return start_view([StartCodesShown(PLACE, (first, second))], ZONE, NOW, ended={WAITING.id: used}).to_dict()


def _end_became(h: Handover) -> Any:
    return modals.end_became(PLACE, ZONE, h)


CODE_OUT = handover(start_otc_by="U0ASHA", start_otc_at=ago(13), start_otc_until=ago(0))
EXPIRED = handover(start_otc_by="U0ASHA", start_otc_at=ago(20), start_otc_until=ago(5))
WAITING, SCANNING, CLOSING = handover(), handover(Stage.SCANNING), handover(Stage.CLOSING)
CLOSED, LEFT = handover(Stage.CLOSED), handover(Stage.LEFT)
COUNTING = handover(Stage.SCANNING, running=10)
NAMELESS = handover(fe_name="", partner="", lob="")
SHYAM = handover(Stage.CLOSING, id="b" * 32, fe_id="fe777", fe_name="Shyam *bold*", partner="", location_id="LOC2")
UNTIL = NOW + timedelta(minutes=12)

CLEAN = {"accepted": 42, "rejected": 0, "mismatched": 0, "obd_remarked": 0}
SHARES = Beside((("U0ASHA", 21), ("U0VIKRAM", 10)))

FEW = handover(Stage.CLOSING, **CLEAN | {"rejected": 2, "mismatched": 1, "accepted": 40})
THESE = Beside(aside=("FMPP0012345678", "FMPP0012345679", "FMPC9912345670"))

ON_LIST = handover(Stage.SCANNING, matched=40, unexpected=2)
NO_PARCEL = CLEAN | {"accepted": 0}
LISTING = Listing(("FMP8", "FMP9"), ("FMP1", "FMP<2>"), ("FMP3",), 2, 2, 40)
OTHERWISE = Listing((), (), ("FMP3", "FMP4"), 0, 0, 2, {"FMP4": "FMP<5>"})
READ = ListRead(
    (ExpectedRow("FMP1"), ExpectedRow("FMP2")),
    "Tracking <ID>",
    16,
    tuple(Skipped(n, Why.FORMULA, "=1+1") for n in range(4, 16)),
    12,
    2,
    ("Reason",),
    "Sheet 1",
)
ALL_READ = replace(READ, skipped=(), skipped_count=0, repeated=0, sheet="")
FACTS: dict[str, str | int] = {
    "megabytes": 20,
    "rows": 100_000,
    "cells": 2_000_000,
    "line": 17,
    "first": "A",
    "second": "B",
    "column": "AWB <no>",
    "why": Why.ROUNDED.value,
}

CARDS: dict[str, Drawn] = {
    "waiting": _card(WAITING),
    "waiting_nameless": _card(NAMELESS),
    "waiting_unknown_word": _card(handover(status="Assigned_to <FE>")),
    "waiting_end_only": _card(handover(otc_mode=OtcMode.END_ONLY)),
    "waiting_fixed": _card(handover(otc_mode=OtcMode.FIXED)),
    "waiting_mode_unknown": _card(handover(otc_mode=OtcMode.UNKNOWN)),
    "waiting_code_shown": _card(handover(start_otc_by="U0ASHA", start_otc_at=ago(1), start_otc_until=UNTIL)),
    "waiting_code_expired": _card(EXPIRED),
    "waiting_code_shown_undated": _card(handover(start_otc_by="U0ASHA", start_otc_at=ago(1))),
    "waiting_namesake": _card(WAITING, namesake=True),
    "waiting_several_docks": _card(WAITING, several_docks=True),
    "waiting_long_name": _card(handover(fe_name="Venkata Subrahmanya Lakshmi Narasimha Rao", partner="Ecom Express")),
    "scanning": _card(SCANNING),
    "scanning_clean": _card(handover(Stage.SCANNING, **CLEAN)),
    "scanning_running": _card(handover(Stage.SCANNING, running=31, **CLEAN), SHARES),
    "scanning_running_more": _card(handover(Stage.SCANNING, running=45), SHARES),
    "scanning_all_at_once": _card(
        counted(
            Stage.SCANNING,
            40,
            running=45,
            unexpected=2,
            awaited=3,
            own_scanned=2,
            withdrawn=1,
            lists_no_more=True,
            taken_by="U0VIKRAM",
            taken_at=ago(2),
        ),
        SHARES,
        calls_shared=True,
        several_docks=True,
        namesake=True,
    ),
    "scanning_nothing_yet": _card(
        handover(Stage.SCANNING, scanned=0, obd_eligible=0, first_scan_at=None, last_scan_at=None, **NO_PARCEL)
    ),
    "scanning_first_parcel": _card(handover(Stage.SCANNING, scanned=1, last_scan_at=ago(34))),
    "scanning_unknown_word": _card(handover(Stage.SCANNING, status="Paused")),
    "scanning_listed": _card(ON_LIST),
    "scanning_listed_all": _card(handover(Stage.SCANNING, matched=42, unexpected=0)),
    "scanning_listed_otherwise": _card(handover(Stage.SCANNING, matched=40, unexpected=2, otherwise=3)),
    "scanning_listed_missing": _card(handover(Stage.SCANNING, matched=40, unexpected=2, awaited=3)),
    "scanning_own_few": _card(handover(Stage.SCANNING, own_scanned=2, own_only=1)),
    "scanning_own_list": _card(handover(Stage.SCANNING, own_scanned=30, own_only=1)),
    "scanning_lists_no_more": _card(handover(Stage.SCANNING, lists_no_more=True)),
    "closing_after_the_hint": _card(handover(Stage.CLOSING, lists_no_more=True)),
    "scanning_calls_shared": _card(handover(Stage.SCANNING), calls_shared=True),
    "closing_calls_shared": _card(CLOSING, calls_shared=True),
    "scanning_counted": _card(counted(Stage.SCANNING, 42)),
    "scanning_counted_before": _card(counted(Stage.SCANNING, 30, scanned=45)),
    "closing": _card(CLOSING),
    "closing_clean": _card(handover(Stage.CLOSING, **CLEAN)),
    "closing_nothing_scanned": _card(handover(Stage.CLOSING, scanned=0, last_scan_at=None, **CLEAN)),
    "closing_few_to_set_aside": _card(FEW, THESE),
    "closing_few_to_set_aside_code_shown": _card(
        FEW.model_copy(
            update={"counted": 41, "counted_by": "U0ASHA", "counted_at": ago(5), "counted_scanned": 42}
        ).model_copy(update={"end_otc_by": "U0ASHA", "end_otc_at": ago(1), "end_reason": "one is still in the van"}),
        THESE,
    ),
    "closing_running": _card(handover(Stage.CLOSING, running=31), SHARES),
    "closing_running_more": _card(handover(Stage.CLOSING, running=45, **CLEAN), SHARES),
    "closing_own_differs": _card(handover(Stage.CLOSING, own_scanned=40, own_only=1, unexpected=2, **CLEAN)),
    "closing_counted_equal": _card(counted(Stage.CLOSING, 42)),
    "closing_counted_less": _card(counted(Stage.CLOSING, 40)),
    "closing_counted_more": _card(counted(Stage.CLOSING, 50)),
    "closing_counted_none": _card(counted(Stage.CLOSING, 0)),
    "closing_code_shown": _card(counted(Stage.CLOSING, 42, end_otc_by="U0ASHA", end_otc_at=ago(1), end_total=42)),
    "closing_code_shown_differs": _card(
        counted(Stage.CLOSING, 41, end_otc_by="U0ASHA", end_otc_at=ago(1), end_reason="one is <still> in the van")
    ),
    "closing_counted_after_the_code": _card(
        counted(Stage.CLOSING, 41, end_otc_by="U0ASHA", end_otc_at=ago(6), end_total=42)
    ),
    "closing_totals_differ": _card(counted(Stage.CLOSING, 42, end_otc_by="U0ASHA", end_otc_at=ago(1), end_total=44)),
    "closed": _card(CLOSED),
    "closed_clean": _card(handover(Stage.CLOSED, running=40, **CLEAN)),
    "closed_counted_less": _card(handover(Stage.CLOSED, counted=41, end_reason="one is <still> in the van", **CLEAN)),
    "closed_counted_more": _card(handover(Stage.CLOSED, counted=50, end_reason="recounted twice", **CLEAN)),
    "closed_claims": _card(CLOSED, Beside(drafts=4, claim_by=NOW + timedelta(days=14))),
    "closed_one_claim": _card(handover(Stage.CLOSED, **CLEAN), Beside(drafts=1, claim_by=NOW + timedelta(days=2))),
    "left_claims": _card(LEFT, Beside(drafts=4, claim_by=NOW + timedelta(days=14))),
    "closed_not_counted": _card(handover(Stage.CLOSED, counted=None)),
    "closed_nothing_scanned": _card(handover(Stage.CLOSED, scanned=0, counted=0, end_total=0, **CLEAN)),
    "scanning_while_flipkart_is_out": _card(handover(Stage.SCANNING), as_of=ago(3)),
    "closed_confirmed_partly": _card(CLOSED.model_copy(update={"confirmed": CLOSED.brought - 2})),
    "closed_confirmed": _card(CLOSED.model_copy(update={"confirmed": CLOSED.brought})),
    "left": _card(LEFT),
    "left_before_scanning": _card(handover(Stage.LEFT, scanned=0, scanning_at=None, last_scan_at=None, **CLEAN)),
}

SAID: dict[str, Drawn] = {
    "scanning": _said(entry(Happening.SCANNING), SCANNING),
    "scanning_shared_channel": _said(entry(Happening.SCANNING), SCANNING, shared=True),
    "closing": _said(entry(Happening.CLOSING), CLOSING),
    "closing_counted": _said(entry(Happening.CLOSING), counted(Stage.CLOSING, 42)),
    "closing_counted_less": _said(entry(Happening.CLOSING), counted(Stage.CLOSING, 40)),
    "problems": _said(entry(Happening.PROBLEMS, tracking_ids=[]), SCANNING, PROBLEMS),
    "problems_one": _said(entry(Happening.PROBLEMS, tracking_ids=[]), SCANNING, PROBLEMS[:1]),
    "problems_many": _said(entry(Happening.PROBLEMS, tracking_ids=[]), SCANNING, problems(45)),
    "start": _said(entry(Happening.START_OTC, "U0ASHA", until=UNTIL.isoformat(), again=False), WAITING),
    "start_undated": _said(entry(Happening.START_OTC, "U0ASHA", until=None, again=False), WAITING),
    "start_again": _said(entry(Happening.START_OTC, "U0ASHA", until=UNTIL.isoformat(), again=True), WAITING),
    "start_rotated": _said(entry(Happening.START_ROTATED), WAITING),
    "counted_equal": _said(entry(Happening.COUNTED, "U0ASHA", counted=42, scanned=42), SCANNING),
    "counted_less": _said(entry(Happening.COUNTED, "U0ASHA", counted=41, scanned=42), SCANNING),
    "counted_more": _said(entry(Happening.COUNTED, "U0ASHA", counted=45, scanned=42), SCANNING),
    "counted_more_one": _said(entry(Happening.COUNTED, "U0ASHA", counted=43, scanned=42), SCANNING),
    "counted_more_at_the_end": _said(entry(Happening.COUNTED, "U0ASHA", counted=45, scanned=42), CLOSING),
    "counted_more_at_the_end_one": _said(entry(Happening.COUNTED, "U0ASHA", counted=43, scanned=42), CLOSING),
    "counted_less_some": _said(entry(Happening.COUNTED, "U0ASHA", counted=40, scanned=42), SCANNING),
    "end": _said(entry(Happening.END_OTC, "U0ASHA", counted=42, scanned=42, total=42, reason="", again=False), CLOSING),
    "end_differs": _said(
        entry(Happening.END_OTC, "U0ASHA", counted=40, scanned=42, total=44, reason="Two are <lost>", again=False),
        CLOSING,
    ),
    "end_again": _said(
        entry(Happening.END_OTC, "U0VIKRAM", counted=None, scanned=42, total=None, reason="", again=True), CLOSING
    ),
    "reminded_waiting": _said(entry(Happening.REMINDED, kind="waiting", minutes=12, times=1), WAITING),
    "reminded_expired": _said(entry(Happening.REMINDED, kind="waiting", minutes=3, times=1), EXPIRED),
    "reminded_expiring": _said(entry(Happening.REMINDED, kind="expiring", minutes=2, times=1), CODE_OUT),
    "reminded_expiring_now": _said(entry(Happening.REMINDED, kind="expiring", minutes=0, times=1), CODE_OUT),
    "reminded_idle": _said(entry(Happening.REMINDED, kind="idle", minutes=1, times=1), SCANNING),
    "reminded_uncounted": _said(entry(Happening.REMINDED, kind="uncounted", minutes=5, times=2), CLOSING),
    "reminded_photos": _said(
        entry(
            Happening.REMINDED,
            kind="photos",
            minutes=1,
            times=1,
            number=12,
            missing=[
                {"tracking_id": "FMPP_0007_", "shots": ["label", "inside"]},
                {"tracking_id": "FMPP0008", "shots": ["item"]},
            ],
        ),
        CLOSING,
    ),
    "escalated_waiting": _said(_step("waiting", WAITING, 1, 15, "U0LEAD"), WAITING),
    "escalated_idle": _said(_step("idle", SCANNING, 2, 31, "S0OPS", "U0LEAD"), SCANNING),
    "escalated_uncounted": _said(_step("uncounted", CLOSING, 1, 1, "U0LEAD", "U0BOSS"), CLOSING, shared=True),
    "approval_asked": _said(
        entry(
            Happening.APPROVAL_ASKED, "U0ASHA", approval="a" * 32, counted=3, scanned=12, reason="nine are in the <van>"
        ),
        CLOSING,
    ),
    "approval_given": _said(
        entry(Happening.APPROVAL_GIVEN, "U0VIKRAM", approval="a" * 32, word="granted", asked_by="U0ASHA"), CLOSING
    ),
    "approval_refused": _said(
        entry(Happening.APPROVAL_GIVEN, "U0VIKRAM", approval="a" * 32, word="refused", asked_by="U0ASHA"), CLOSING
    ),
    "taken": _said(entry(Happening.TAKEN, "U0ASHA", stage="waiting"), WAITING),
    "reported": _said(
        entry(
            Happening.REPORTED, "U0ASHA", tracking_id="FMPP0007", kind="empty", note="A <brick> in it", claim="c" * 32
        ),
        CLOSING,
    ),
    "reported_bare": _said(
        entry(Happening.REPORTED, "U0ASHA", tracking_id="FMPP_0008_", kind="of_later", note="", claim="c" * 32), CLOSED
    ),
    "claim_due": _said(claims_due(2), CLOSED),
    "claim_due_one": _said(claims_due(1, days=0.5), CLOSED),
    "claim_due_many": _said(claims_due(13), CLOSED),
    "claim_waits": _said(
        entry(
            Happening.CLAIM_WAITS,
            number=2,
            claims=[
                {"id": "c" * 32, "tracking_id": "FMPP0007", "kind": "empty", "state": "raised"}
                | {"since": ago(20_000).isoformat(), "reference": "SF-1"},
                {"id": "d" * 32, "tracking_id": "FMPP0008", "kind": "empty", "state": "accepted"}
                | {"since": ago(30_000).isoformat(), "reference": "SF-2"},
            ],
        ),
        CLOSED,
    ),
    "claim_raised": _said(_claim_step(ClaimState.RAISED, amount=123456_50), CLOSED),
    "claim_rejected": _said(_claim_step(ClaimState.REJECTED, note="no <proof>"), CLOSED),
    "claim_accepted": _said(_claim_step(ClaimState.ACCEPTED), CLOSED),
    "claim_reopened": _said(_claim_step(ClaimState.REOPENED), CLOSED),
    "claim_paid": _said(_claim_step(ClaimState.PAID, n=12, amount=50000, paid=45000), CLOSED),
    "claimed": _said(entry(Happening.CLAIMED, "U0VIKRAM", tracking_id="FMPP0007", reference="SF-`1`"), CLOSED),
    "own_differs": _said(
        entry(Happening.OWN_DIFFERS, missing=["FMPP0001"], missing_total=1, only=["FMPP_2_"], only_total=1), CLOSING
    ),
    "own_differs_missing": _said(
        entry(
            Happening.OWN_DIFFERS, missing=[f"FMPP{n:04}" for n in range(20)], missing_total=23, only=[], only_total=0
        ),
        CLOSING,
    ),
    "closed": _said(over(Happening.CLOSED, CLOSED), CLOSED),
    "left": _said(over(Happening.LEFT, LEFT), LEFT),
    "unexpected": _said(entry(Happening.UNEXPECTED, tracking_ids=["FMP1", "FMP<2>"]), ON_LIST),
    "unexpected_one": _said(entry(Happening.UNEXPECTED, tracking_ids=["FMP1"]), ON_LIST),
    "unexpected_in_doubt": _said(
        entry(Happening.UNEXPECTED, tracking_ids=["FMP1", "FMP2"], may_be={"FMP1": ["FMP_<3>", "FMP4"]}), ON_LIST
    ),
    "unexpected_many": _said(entry(Happening.UNEXPECTED, tracking_ids=[f"F{n}" for n in range(45)]), ON_LIST),
    "cleared": _said(entry(Happening.CLEARED, tracking_ids=["FMP1", "FMP<2>"]), SCANNING),
    "cleared_one": _said(entry(Happening.CLEARED, tracking_ids=["FMP1"]), SCANNING),
    "withdrawn": _said(entry(Happening.WITHDRAWN, tracking_ids=["FMP1", "FMP<2>"], scanned=14), SCANNING),
    "withdrawn_many": _said(entry(Happening.WITHDRAWN, tracking_ids=[f"F{n}" for n in range(45)], scanned=1), SCANNING),
    "withdrawn_one": _said(entry(Happening.WITHDRAWN, tracking_ids=["FMP1"], scanned=15), SCANNING),
    "same_id": _said(entry(Happening.SAME_ID, tracking_ids=["FMP1"]), SCANNING),
    "problems_gone": _said(entry(Happening.PROBLEMS, tracking_ids=["FMP1"]), SCANNING),
    "reopened": _said(entry(Happening.REOPENED, status="Scanning"), SCANNING),
    "reopened_nameless": _said(entry(Happening.REOPENED, status="Scanning"), NAMELESS),
}

MODALS: dict[str, Drawn] = {
    "message": lambda: modals.message("End OTC", "One line.", "Another.").to_dict(),
    "failed": lambda: modals.failed("End OTC", "end_otc", "a" * 32, "Flipkart can't be reached.").to_dict(),
    "loading": lambda: modals.loading("End OTC").to_dict(),
    "loading_slow": lambda: modals.loading("End OTC", _(sentences.SLOW)).to_dict(),
    "count_form": _view(counts.count_form, CountForm(SCANNING, PLACE)),
    "count_form_beside": _view(counts.count_form, CountForm(handover(Stage.SCANNING, running=9, own_scanned=7), FAR)),
    "count_kept_equal": _view(counts.count_kept, CountCompared(SCANNING, PLACE, 42, PROBLEMS)),
    "count_kept_less": _view(counts.count_kept, CountCompared(SCANNING, PLACE, 41, PROBLEMS)),
    "count_kept_more": _view(counts.count_kept, CountCompared(SCANNING, PLACE, 43, ())),
    "end_choice": _view(modals.end_choice, EndChoice(((CLOSING, PLACE), (SHYAM, FAR), (NAMELESS, FAR)))),
    "end_choice_many": _view(
        modals.end_choice,
        EndChoice(tuple((handover(Stage.CLOSING, id=f"{n:032x}", fe_id=f"fe{n}"), PLACE) for n in range(12))),
    ),
    "end_count": _view(counts.end_count, CountForm(CLOSING, PLACE)),
    "end_count_again": _view(counts.end_count, CountForm(CLOSING, PLACE, changed_from=39)),
    "end_count_changed": _view(counts.end_count, CountForm(counted(Stage.CLOSING, 40), PLACE, changed_from=42)),
    "end_compared_equal": _view(counts.end_compared, CountCompared(CLOSING, PLACE, 42, ())),
    "end_compared_equal_problems": _view(counts.end_compared, CountCompared(CLOSING, PLACE, 42, PROBLEMS)),
    "end_compared_less": _view(counts.end_compared, CountCompared(CLOSING, PLACE, 41, PROBLEMS)),
    "end_compared_more": _view(counts.end_compared, CountCompared(CLOSING, FAR, 45, ())),
    "end_count_less": _view(counts.end_count, CountForm(CLOSING, PLACE, changed_from=44)),
    "end_compared_nothing_scanned": lambda: counts.end_compared(
        CountCompared(
            handover(Stage.CLOSING, scanned=0, matched=0, unexpected=0, **CLEAN), PLACE, counted=0, problems=()
        ),
        listing=Listing(missing_total=2),
    ).to_dict(),
    "end_compared_listed": lambda: counts.end_compared(
        CountCompared(ON_LIST, PLACE, 42, ()), listing=LISTING
    ).to_dict(),
    "lists": lambda: expected.lists_view(ON_LIST, LISTING, LISTING).to_dict(),
    "lists_otherwise": lambda: expected.lists_view(ON_LIST, OTHERWISE, OTHERWISE).to_dict(),
    "lists_none": lambda: expected.lists_view(SCANNING, Listing(), Listing()).to_dict(),
    "start_one": _start(StartCodesShown(PLACE, (_shown(WAITING, until=UNTIL),))),
    "start_one_undated": _start(StartCodesShown(PLACE, (_shown(NAMELESS),))),
    "start_one_expired": _start(StartCodesShown(PLACE, (_shown(WAITING, until=ago(1)),))),
    "start_one_doubtful": _start(StartCodesShown(PLACE, (replace(_shown(WAITING, until=ago(1)), doubtful=True),))),
    "start_new_code_too_early": _start(
        StartCodesShown(PLACE, (_shown(WAITING, until=UNTIL),), renewable_at=NOW + timedelta(seconds=40))
    ),
    "start_many": _start(
        StartCodesShown(
            FAR,
            tuple(_shown(handover(id=f"{n:032x}", fe_name=f"FE {n}"), until=UNTIL) for n in range(MOST_SHOWN)),
            tuple(handover(fe_name="&<FE>" * 20, fe_id=f"fe{n}" * 12) for n in range(70)),
            NOW + timedelta(seconds=40),
        )
    ),
    "start_one_more": _start(StartCodesShown(FAR, (_shown(WAITING, until=UNTIL),), (NAMELESS,))),
    "start_fixed": _start(FixedCodesShown(PLACE, FIXED)),
    "start_fixed_none": _start(FixedCodesShown(FAR, ())),
    "start_nobody": _start(NobodyWaiting(PLACE, "", ())),
    "start_nobody_of_that_name": _start(NobodyWaiting(PLACE, "<Ram>", (WAITING, SCANNING, CLOSING))),
    "start_not_offered": _start(StartNotOffered(FAR, OtcMode.END_ONLY)),
    "start_two_locations": _start(
        StartCodesShown(PLACE, (_shown(WAITING, until=UNTIL),)),
        FixedCodesShown(FAR, FIXED),
        why=["Flipkart can't be reached."],
    ),
    "start_used": _start_became(handover(Stage.SCANNING)),
    "start_used_one_of_two": _one_of_two_used,
    "start_left": _start_became(LEFT),
    "start_expired": _start_became(WAITING),
    "start_replaced": _start_became(WAITING, holds=False, until=UNTIL),
    "pad": _view(tally.pad, Tallied(COUNTING, PLACE, (("U0ASHA", 6), ("U0VIKRAM", 4)))),
    "pad_nothing": _view(tally.pad, Tallied(COUNTING, PLACE, (("U0ASHA", 10),), nothing=True)),
    "pad_over": lambda: tally.over(COUNTING).to_dict(),
    "end_closed": _view(_end_became, CLOSED),
    "end_stopped": _view(_end_became, CLOSING),
    "end_shown": _view(modals.end_shown, EndShown(CLOSING, PLACE, END_CODE)),
    "end_shown_totals_differ": _view(
        modals.end_shown, EndShown(CLOSING, PLACE, EndCode(SecretStr(END_OTC), EndTotals(44)))
    ),
    "end_shown_bare": _view(modals.end_shown, EndShown(CLOSING, PLACE, EndCode(SecretStr(END_OTC), EndTotals()))),
    "end_shown_fixed": _view(modals.end_shown, EndShown(CLOSING, PLACE, None, FIXED)),
    "end_shown_fixed_none": _view(modals.end_shown, EndShown(CLOSING, PLACE, None)),
}

OPEN_TO_ALL = PLACE.model_copy(update={"operators": ()})
MANY = PLACE.model_copy(update={"operators": tuple(f"U0P{n:02}" for n in range(13))})

A_LIST = Brought("b" * 32, "LOC1", "U0ASHA", ago(90), File("F1", "list <of> today.xlsx"))


def _kept(read: ListRead, *puts: Put) -> Kept:
    return Kept(read, A_LIST, PLACE, puts, {}, {}, {})


EVERYTHING = replace(
    _kept(
        replace(READ, other_sheets=(OtherSheet(1, "East <b>"), OtherSheet(3, "West"))),
        Put(PLACE, 2, Counted(1, 1, 1, 2)),
        Put(FAR, 1, Counted(1, 0, 1, 1)),
    ),
    states={State.CANCELLED: 1, State.COMPLETED: 2, State.REJECTED: 1, State.UNLISTED: 3},
    unserved={f"Town <{n}>": 20 - n for n in range(12)},
    refused={FAR: 4},
    renewed=(Renewed(replace(A_LIST, sheet="East"), 12), Renewed(replace(A_LIST, file=File("", "")), 1)),
    renewed_others=3,
)

SENTENCES: dict[str, Drawn] = {
    "lists": lambda: {
        "kept": expected.kept(_kept(READ, Put(PLACE, 2, Counted(1, 1, 0, 2))), ZONE),
        "all read": expected.kept(_kept(ALL_READ, Put(PLACE, 2, Counted(2, 0, 0, 1))), ZONE),
        "everything": expected.kept(EVERYTHING, ZONE),
        "elsewhere": expected.kept(_kept(ALL_READ, Put(FAR, 2, Counted(2, 0, 0, 1))), ZONE),
        "nothing": expected.kept(replace(_kept(ALL_READ), refused={FAR: 2}), ZONE),
        "buttons": as_dicts(brought.buttons(EVERYTHING)),
        "taken back": [
            brought.taken_back(answer, Locations((PLACE,)), ZONE)
            for answer in (
                TakenBack(A_LIST, Undone(2, 1)),
                TakenBack(replace(A_LIST, sheet="East"), Undone(1, 0), ("LOC1", "LOC9")),
                TakenBack(replace(A_LIST, taken_back_by="U0VIKRAM", taken_back_at=NOW), None),
                TakenBack(A_LIST, None),
            )
        ],
        "lists": as_dicts(brought.recent([Offered(A_LIST, 128, ("LOC1",))], Locations((PLACE,)), ZONE)),
        "no lists": as_dicts(brought.recent([], Locations((PLACE,)), ZONE)),
        "why a row is not read": [_(why.value) for why in Why],
        "why a file is not read": [
            expected.unreadable(ListUnreadableError(problem, **FACTS), "list.csv") for problem in Problem
        ],
        "which location": expected.which_place([PLACE, FAR]),
        "short": [
            _(text)
            for text in (
                expected.READING,
                expected.TOO_MANY_FILES,
                expected.NO_FILES,
                undelivered.LATER,
                *undelivered.LASTING.values(),
                expected.NOT_KEPT,
                expected.STOPPING,
                expected.FAULT,
            )
        ],
    },
    "refusals": lambda: {
        "not allowed": sentences.refusal(NotAllowed(PLACE)),
        "not allowed, every member": sentences.refusal(NotAllowed(OPEN_TO_ALL)),
        "not allowed, many operators": sentences.refusal(NotAllowed(MANY)),
        "rights unknown": sentences.refusal(RightsUnknown(FAR)),
        "over": sentences.refusal(HandoverOver(LEFT)),
        "not on the start page, says Flipkart": sentences.refusal(NotAtStart(WAITING)),
        "scans already": sentences.refusal(NotAtStart(SCANNING)),
        "has scanned all": sentences.refusal(NotAtStart(CLOSING)),
        "waits": sentences.refusal(NotAtEnd(WAITING)),
        "scans": sentences.refusal(NotAtEnd(SCANNING)),
        "not on the page, says Flipkart": sentences.refusal(NotAtEnd(CLOSING)),
        "unknown": sentences.refusal(UnknownHandover("a" * 32)),
        "unknown list": sentences.refusal(UnknownList("a" * 32)),
        "slow": _(sentences.SLOW),
        "fault": _(sentences.FAULT),
        "window closed": _(sentences.GONE_MODAL),
        "no location": sentences.no_location(["C0DOCK", "C0HOSUR"]),
    },
    "nobody_closing": lambda: {
        "nobody": sentences.nobody_closing(NobodyClosing((PLACE,), "", ())),
        "of that name": sentences.nobody_closing(
            NobodyClosing((PLACE, FAR), "`Ram`", ((WAITING, PLACE), (SCANNING, PLACE), (SHYAM, FAR)))
        ),
        "a crowd": sentences.nobody_closing(NobodyClosing((PLACE,), "", ((SCANNING, PLACE),) * 23)),
    },
}

IDLE_WEEK = Week(handovers=0, parcels=0, rejected=0, before=(0,) * 7)
WEEK = Week(handovers=3, parcels=126, rejected=9, before=(80, 0, 190, 122, 75, 201, 140))
CROWD = tuple((PLACE.model_copy(update={"id": f"LOC{n}", "name": f"Dock {n}"}), (WAITING,)) for n in range(40))
QUEUE = (
    SCANNING,
    counted(Stage.CLOSING, 40),
    handover(Stage.CLOSING, id="b" * 32, closing_at=ago(1)),
    handover(id="c" * 32, start_otc_by="U0ASHA", start_otc_at=ago(1), start_otc_until=UNTIL),
    handover(id="d" * 32, otc_mode=OtcMode.END_ONLY),
    WAITING,
)


CODES_OUT = (
    handover(start_otc_by="U0ASHA", start_otc_at=ago(1), start_otc_until=UNTIL),
    handover(id="c" * 32, fe_id="fe2", start_otc_by="U0ASHA", start_otc_at=ago(20), start_otc_until=ago(5)),
    counted(Stage.CLOSING, 41, end_otc_by="U0VIKRAM", end_otc_at=ago(1), end_reason="in the van"),
)


def _home(board: BoardView) -> Drawn:
    return lambda: home(board, ZONE, NOW).to_dict()


def _known(word: str, location_id: str = "LOC1") -> Known:
    return Known(location_id, word, ago(600), word, ago(600), 1)


WORDS_OF_MODES = ("DynamicStartEnd", "DynamicEnd", "OldStatic", "Dynamic_<Voice>")
LONG_KNOWN = Forecast(0, 0, NOW, NOW - timedelta(days=2))

BY_DUE = Location(id="LOC3", name="Mysuru dock", channel="C0MYSURU", arrivals="due")
HOMES: dict[str, Drawn] = {
    "queue": _home(BoardView(((FAR, ()), (PLACE, QUEUE)), False, claims(12), (("LOC1", WEEK), ("LOC2", IDLE_WEEK)))),
    "forty_docks": _home(BoardView(CROWD, True, (), tuple((f"LOC{n}", WEEK) for n in range(40)))),
    "codes_out": _home(BoardView(((PLACE, CODES_OUT),), False)),
    "busy": lambda: home(BoardView(((PLACE, (WAITING, SCANNING, CLOSING)), (FAR, ())), False), ZONE, NOW).to_dict(),
    "crowd": lambda: home(BoardView(((PLACE, (SCANNING,) * 90), (FAR, (SCANNING,) * 9)), False), ZONE, NOW).to_dict(),
    "due_today": lambda: home(
        BoardView(
            ((PLACE, ()), (FAR, ()), (BY_DUE, ())),
            False,
            weeks=(("LOC1", WEEK),),
            due=(
                ("LOC1", Forecast(12, 3, NOW)),
                ("LOC2", Forecast(0, 0, NOW)),
                ("LOC3", Forecast(0, 0, NOW)),
            ),
        ),
        ZONE,
        NOW,
    ).to_dict(),
    "due_is_known": lambda: home(BoardView(((FAR, ()),), False, due=(("LOC2", LONG_KNOWN),)), ZONE, NOW).to_dict(),
    "codes": _home(
        BoardView(
            ((PLACE, ()), (FAR, ()), *((FAR.model_copy(update={"id": f"LOC{n}"}), ()) for n in (3, 4))),
            False,
            weeks=(("LOC1", WEEK),),
            codes=tuple((f"LOC{n}", _known(word)) for n, word in enumerate(WORDS_OF_MODES, 1)),
        )
    ),
    "stranger": lambda: home(BoardView((), False), ZONE, NOW).to_dict(),
    "stranger_who_is_told_whom_to_ask": lambda: home(
        BoardView((), False), ZONE, NOW, admins=("U0ADMIN", "S0IT")
    ).to_dict(),
    "unchecked": lambda: home(BoardView((), True), ZONE, NOW).to_dict(),
}

WORDS = [(word.usage, word.what) for word in otc.WORDS.values()]
GUIDES: dict[str, Drawn] = {
    "help": lambda: _message(guide.help_text(), guide.help_blocks([PLACE, FAR], ["C0DOCK"], WORDS)),
    "help_with_codes": lambda: _message(
        guide.help_text(),
        guide.help_blocks([PLACE, FAR], ["C0DOCK"], WORDS, "", {"LOC1": _known("OldStatic")}),
    ),
    "help_elsewhere": lambda: _message(guide.help_text(), guide.help_blocks([], ["C0DOCK"], WORDS, "<fnid>")),
    "language": lambda: _message(*language.question("hi")),
    "language_of_the_dock": lambda: _message(*language.answer(None)),
    "welcome": lambda: _message(guide.welcome_text(), guide.welcome_blocks([PLACE, FAR], "C0DOCK")),
    "welcome_without_operators": lambda: _message(guide.welcome_text(), guide.welcome_blocks([FAR], "C0DOCK")),
    "welcome_nowhere": lambda: _message(guide.welcome_text(), guide.welcome_blocks([], "C0NEW")),
}


def _changed_codes(word: str) -> Drawn:
    return lambda: _message(modes.changed_text(_known(word), PLACE), modes.changed_blocks(_known(word), PLACE))


CODES: dict[str, Drawn] = {
    name: _changed_codes(word)
    for name, word in zip(("start_and_end", "end_only", "fixed", "unknown"), WORDS_OF_MODES, strict=True)
}


def _outage(until: datetime | None, *places: Location, silent: Silent = Silent.FLIPKART) -> Drawn:
    outage = Outage("C0DOCK", silent, "LOC1", ago(5), until, tuple(one.id for one in places), ago(4), 1)

    def drawn() -> dict[str, Any]:
        here = tuple(one.model_copy(update={"language": spoken()}) for one in places)
        message = SlackOutagePainter(Locations(here), ZONE).message(outage, here[0])
        return {"text": message.text, "blocks": message.blocks}

    return drawn


OUTAGES: dict[str, Drawn] = {
    "begun": _outage(None, PLACE),
    "over": _outage(ago(1), PLACE),
    "begun_at_several_docks": _outage(None, PLACE, FAR),
    "over_at_several_docks": _outage(ago(4.5), PLACE, FAR),
    "of_slack": _outage(ago(1), PLACE, FAR, silent=Silent.SLACK),
}

NEVER_CAME = Return(
    "R123456789",
    "OI987654321",
    tracking_id="FMPP0012345678",
    reason="Size & fit <too small>",
    completed_at=ago(26 * 60),
)


def _alarm(*items: Return) -> Drawn:
    alarm = Alarm(ago(1), items)
    return lambda: _message(
        unreceived_text(alarm, PLACE, ZONE, 14), unreceived.unreceived_blocks(alarm, PLACE, ZONE, 14)
    )


def _claimed(*items: Return) -> Drawn:
    """The same with a claim for each parcel."""
    claims = {parcel_key(one.tracking_id): _never_came(n, one.tracking_id) for n, one in enumerate(items)}
    alarm = Alarm(ago(1), items, claims)
    return lambda: _message(
        unreceived_text(alarm, PLACE, ZONE, 14), unreceived.unreceived_blocks(alarm, PLACE, ZONE, 14)
    )


def _never_came(n: int = 0, tracking_id: str = NEVER_CAME.tracking_id, **more: Any) -> Claim:
    own = {"handover_id": None, "alarm": 7, "kind": "never_came", "tracking_id": tracking_id}
    return replace(claims(n + 1)[n], **(own | more))


def _news(what: Happening, **detail: Any) -> Drawn:
    told = entry(what, **detail)
    return lambda: _message(news_text(told, PLACE, ZONE), unreceived.news_blocks(told, ZONE))


def _came(*states: ClaimState) -> Drawn:
    named = [
        {"id": f"{n:032x}", "tracking_id": f"FMPP{n:04}", "state": state.value, "fe": "Ram <K>" if n % 2 else ""}
        for n, state in enumerate(states)
    ]
    return _news(Happening.CAME, claims=named)


UNRECEIVED: dict[str, Drawn] = {
    "one": _alarm(NEVER_CAME),
    "without_ids": _alarm(replace(NEVER_CAME, return_id="", order_item_id="", reason="")),
    "most": _claimed(*(replace(NEVER_CAME, tracking_id=f"FMPP00123456{n:02}", reason="x" * 200) for n in range(MOST))),
    "two_items_of_one_parcel": _claimed(NEVER_CAME, replace(NEVER_CAME, order_item_id="OI2")),
    "claims_due": lambda: _message(news_text(claims_due(2), PLACE, ZONE), unreceived.news_blocks(claims_due(2), ZONE)),
    "claimed": _news(
        Happening.CLAIMED,
        state="raised",
        claims=[{"id": "a" * 32, "tracking_id": NEVER_CAME.tracking_id}],
        reference="SF-1",
        amount=45000,
    ),
    "came": _came(ClaimState.DRAFT),
    "came_though_claimed": _came(ClaimState.DRAFT, ClaimState.RAISED, ClaimState.PAID),
    "modal": lambda: claim_form(ClaimForm(_never_came(), None, PLACE), ZONE, NOW).to_dict(),
    "modal_of_one_that_came": lambda: claim_form(
        ClaimForm(_never_came(came_at=ago(3)), None, PLACE), ZONE, NOW
    ).to_dict(),
}

THREAD = "https://sim.slack.com/archives/C0DOCK/p1772609400000100"
DIRECT: dict[str, Drawn] = {
    "waiting": _told(_step("waiting", WAITING, 1, 15, "U0LEAD"), WAITING, THREAD),
    "idle": _told(_step("idle", SCANNING, 2, 31, "U0LEAD"), SCANNING, THREAD),
    "uncounted_without_a_link": _told(_step("uncounted", CLOSING, 1, 1, "U0LEAD"), CLOSING),
}

MARCH = date(2026, 3, 1)
MONTH_SUMS = ClaimSums(3, 2, Sum(4, 2_40_000), Sum(7, 12_34_567), Sum(5, 1_00_000_00), Sum(1))


def _month(sums: ClaimSums) -> Drawn:
    return lambda: _message(month.month_text(PLACE, MARCH, sums), month.month_blocks(PLACE, MARCH, sums))


MONTHS: dict[str, Drawn] = {
    "busy": _month(MONTH_SUMS),
    "one_missed": _month(ClaimSums(missed=1)),
    "in_a_digest": lambda: {"blocks": as_dicts([section(month.claims_line(MONTH_SUMS))])},
}

FIGURES = Figures(
    handovers=12,
    still_here=0,
    parcels=480,
    rejected=9,
    mismatched=2,
    counted=11,
    uncounted=1,
    missing=0,
    surplus=1,
    median_wait=timedelta(minutes=4),
    median_rate=3.5,
    longest_stay=timedelta(minutes=75),
    longest_fe="Ram *Prasad*",
    longest_goes_on=False,
    overrides=(Override("Ram Prasad", "fe12303", "U0ASHA", "one is <torn>", 18, 20),),
)


def _digest(**more: Any) -> Drawn:
    found = Digest(PLACE, Day(date(2026, 3, 2), ago(600), NOW), replace(FIGURES, **more), None, ())
    return lambda: _message(digest_text(found), digest_blocks(found))


DIGESTS: dict[str, Drawn] = {
    "calm": _digest(),
    "missing": _digest(missing=4, still_here=1),
    "still_here": _digest(still_here=1),
}


def _rung(draw: Callable[[SlackPainter], Rendered]) -> Drawn:
    """As the bot posts it, in the language that the location has."""

    def drawn() -> Any:
        place = PLACE.model_copy(update={"language": spoken()})
        painter = SlackPainter(
            Locations((place,)), ZONE, lambda: NOW, lambda: False, Ringing(Notify(), ZONE, lambda: NOW)
        )
        shown = draw(painter)
        return {"text": shown.text, "blocks": shown.blocks}

    return drawn


SAID_OF_PROBLEMS = entry(Happening.PROBLEMS, tracking_ids=[])

RUNG: dict[str, Drawn] = {
    "arrival": _rung(lambda painter: painter.card(WAITING, first=True)),
    "arrival_edited": _rung(lambda painter: painter.card(WAITING)),
    "set_aside": _rung(lambda painter: painter.reply(SCANNING, SAID_OF_PROBLEMS, list(PROBLEMS))),
    "difference": _rung(
        lambda painter: painter.reply(
            counted(Stage.CLOSING, 41), entry(Happening.COUNTED, "U0ASHA", counted=41, scanned=42), []
        )
    ),
    "left": _rung(lambda painter: painter.reply(LEFT, over(Happening.LEFT, LEFT), [])),
    "claim": _rung(lambda painter: painter.reply(CLOSED, claims_due(1), [])),
}

CASES: dict[str, Drawn] = {
    f"{room}/{name}": drawn
    for room, cases in (
        ("card", CARDS),
        ("milestone", SAID),
        ("modal", MODALS),
        ("sentence", SENTENCES),
        ("home", HOMES),
        ("guide", GUIDES),
        ("codes", CODES),
        ("outage", OUTAGES),
        ("unreceived", UNRECEIVED),
        ("direct", DIRECT),
        ("month", MONTHS),
        ("digest", DIGESTS),
        ("rung", RUNG),
    )
    for name, drawn in cases.items()
}
