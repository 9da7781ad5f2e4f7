"""What is on each sheet: golden cases in the order of the story, and what stood in their place before."""

LANGUAGES = {"en": "English", "hi": "Hindi", "hi-Latn": "Hindi in Roman letters"}

Cases = dict[str, str]
"""What is seen, and the golden file that has it."""

SUBJECTS: dict[str, Cases] = {
    "card": {
        "An FE has arrived": "card/waiting",
        "The Start OTC is out": "card/waiting_code_shown",
        "It has expired": "card/waiting_code_expired",
        "The FE scans, nothing yet": "card/scanning_nothing_yet",
        "Some are to be set aside": "card/scanning",
        "People count along": "card/scanning_running",
        "On the End OTC page": "card/closing",
        "One fewer was counted": "card/closing_counted_less",
        "The End OTC is out": "card/closing_code_shown",
        "Over": "card/closed",
        "Left without an End OTC": "card/left",
    },
    "codes": {
        "The Start OTC": "modal/start_one",
        "Once it has been used": "modal/start_used",
        "Once it has expired": "modal/start_expired",
        "One of several who wait": "modal/start_one_more",
        "Nobody waits": "modal/start_nobody",
        "Fixed codes": "modal/start_fixed",
        "Which codes a dock has": "codes/start_and_end",
    },
    "count": {
        "Type the count": "modal/count_form",
        "With other counts beside it": "modal/count_form_beside",
        "The same": "modal/count_kept_equal",
        "One fewer": "modal/count_kept_less",
        "One more": "modal/count_kept_more",
        "Count along": "modal/pad",
        "Nothing left to undo": "modal/pad_nothing",
        "Said in the thread": "milestone/counted_less",
    },
    "end": {
        "Which FE?": "modal/end_choice",
        "The count": "modal/end_count",
        "Counted before, more was scanned": "modal/end_count_changed",
        "The same, with parcels to set aside": "modal/end_compared_equal_problems",
        "One fewer": "modal/end_compared_less",
        "Three more": "modal/end_compared_more",
        "The End OTC": "modal/end_shown",
        "Flipkart has another total": "modal/end_shown_totals_differ",
        "Once it has been used": "modal/end_closed",
        "Said in the thread": "milestone/end",
    },
    "claims": {
        "A problem parcel is reported": "milestone/reported",
        "Claims that are due": "milestone/claim_due",
        "Claimed": "milestone/claim_raised",
        "No answer was noted": "milestone/claim_waits",
        "Paid": "milestone/claim_paid",
        "What never came": "unreceived/one",
        "Its claim": "unreceived/modal",
    },
    "home": {
        "FEs at the dock": "home/busy",
        "Codes that are out": "home/codes_out",
        "What is due today": "home/due_today",
        "Somebody without a dock": "home/stranger",
    },
    "notifications": {
        "An FE has arrived": "card/waiting",
        "Nobody gives the code": "milestone/reminded_waiting",
        "Another code was replaced": "milestone/start_rotated",
        "Parcels to set aside": "milestone/problems",
        "On no list": "milestone/unexpected",
        "The seller's scan differs": "milestone/own_differs",
        "On the End OTC page": "milestone/closing",
        "Fewer were counted": "milestone/counted_less",
        "Nobody counts": "milestone/reminded_uncounted",
        "The End OTC was taken": "milestone/end",
        "A second person is asked": "milestone/approval_asked",
        "Over": "milestone/closed",
        "Left without an End OTC": "milestone/left",
        "Claims that are due": "milestone/claim_due",
        "What never came": "unreceived/one",
        "To one person alone": "direct/waiting",
    },
}
SUBJECTS["stages"] = {
    "Arrived": "card/waiting",
    "The code is out": "card/waiting_code_shown",
    "Scanning": "card/scanning_running",
    "On the End OTC page": "card/closing",
    "Fewer were counted": "card/closing_counted_less",
    "Over": "card/closed_clean",
}
README = "stages"
"""This one stands in the README, as docs/pictures/stages.png: in English, and without the names of files."""
NOTIFICATIONS = "notifications"
"""Of these, a message's `text` is painted as a locked phone shows it, instead of its blocks."""

RENAMED = {
    "card/waiting_code_expired": "card/waiting_code_shown",
    "card/scanning_running": "card/scanning_counted",
    "modal/start_one": "start/one",
    "modal/start_one_more": "start/one_more",
    "modal/start_nobody": "start/nobody",
    "modal/start_fixed": "start/fixed",
    "modal/start_expired": "start/one_expired",
    "modal/count_form_beside": "modal/count_form_problems",
}
"""Under which name an older commit has what is seen at the same point, where it lacks a case of the same name."""


def kind(name: str) -> str:
    """How a case is shown: as a `message` to all, as an `ephemeral` to one, as a `view` or as the `home` tab."""
    room, _, case = name.partition("/")
    if room == "modal" or case.startswith("modal"):
        return "view"
    return {"home": "home", "start": "ephemeral"}.get(room, "message")
