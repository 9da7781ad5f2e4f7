"""What is wrong with a parcel, in the reader's words."""

from bot.handover.claims import LONGEST_NOTE, Claim, Kind
from bot.i18n import N_, NC_, _
from bot.slack.blocks.text import esc

KINDS = {
    Kind.REJECTED: N_("rejected"),
    Kind.FLYER: N_("wrong flyer"),
    Kind.OPEN_BOX: N_("open-box remark"),
    Kind.UNSEEN: N_("scanned by the FE, not seen by us"),
    Kind.DAMAGED: N_("damaged"),
    Kind.WRONG_ITEM: N_("wrong item"),
    Kind.EMPTY: N_("empty"),
    Kind.SWAPPED_FLYER: N_("wrong flyer"),
    Kind.MISSING: NC_("parcel", "missing"),
    Kind.NEVER_CAME: N_("completed at Flipkart, never came"),
    Kind.OTHER: N_("other"),
}


def kind_word(kind: str) -> str:
    """A kind of problem in the reader's language; an unknown one as it is."""
    return _(KINDS[Kind(kind)]) if kind in {one.value for one in Kind} else esc(kind)


def reasons(claim: Claim) -> str:
    """Everything that is wrong with the parcel of a claim."""
    parts = [
        f"{kind_word(kind)} (“{esc(note, LONGEST_NOTE)}”)" if note else kind_word(kind) for kind, note in claim.reasons
    ]
    return ", ".join(parts)
