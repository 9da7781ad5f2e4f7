"""The proof that a parcel never came as a PDF, for reading and printing; the same bytes for one proof and language."""

from datetime import datetime

from bot.i18n import _, closest, date, ngettext, number, pgettext, use
from bot.record import sentences as say
from bot.record.absence import Absence
from bot.record.canonical import whole
from bot.record.grid import Column, Row, table
from bot.record.paper import Paper
from bot.record.pdf import pairs
from bot.record.proof_pdf import claim_facts, head, steps_table


def to_pdf(proof: Absence, *, language: str = "en") -> bytes:
    """Draws the proof."""
    claim = proof.claim
    with use(language):
        title = _("Proof for a claim: never received")
        with Paper(f"{title} {say.shown(whole(claim.tracking_id), 120)}", proof.made_at, closest(language)) as paper:
            head(paper, title, claim, f"{say.shown(proof.location.name, 300)} · {date(claim.opened_at, proof.zone)}")
            pairs(paper, claim_facts(claim, _("the bot, from what Flipkart told"), lambda at: _when(proof, at)), 3)
            if proof.steps:
                steps_table(paper, proof.steps, proof.name, lambda at: _when(proof, at))
            _told(paper, proof)
            _came(paper, proof)
            small = _("Times are in {zone}. The ZIP has every parcel that was scanned in this time.")
            paper.y += 2
            paper.block(small.format(zone=say.zone_name(claim.opened_at, proof.zone)), 7.5)
            foot = f"{claim.tracking_id} · {claim.id}"
            return paper.finish([f"SHA-256 {proof.sha256}", say.shown(foot, 120)], _("page {n} of {all}"))


def _when(proof: Absence, moment: datetime | None) -> str:
    return "–" if moment is None else moment.astimezone(proof.zone).strftime("%Y-%m-%d %H:%M:%S")


def _told(paper: Paper, proof: Absence) -> None:
    paper.y += 2
    paper.heading(_("What Flipkart says"))
    for one in proof.items:
        facts = [
            (_("Return id"), say.shown(one.return_id) or "–"),
            (_("Order item id"), say.shown(one.order_item_id) or "–"),
            (_("Counted as returned"), _when(proof, one.completed_at)),
            (_("Status"), say.shown(one.status, 60) or "–"),
            (_("Shipment"), say.shown(one.shipment_id) or "–"),
            (_("Status of the shipment"), say.shown(one.shipment_status, 60) or "–"),
            (_("Picked up"), _when(proof, one.picked_up_at)),
            (_("Expected on"), date(one.expected_on) if one.expected_on else "–"),
            (_("Reason of the return"), say.shown(one.reason) or "–"),
        ]
        pairs(paper, facts, 3)
    paper.y += 1


def _came(paper: Paper, proof: Absence) -> None:
    paper.heading(_("What came to the dock"))
    n = len(proof.visits)
    fes = ngettext("{n} FE", "{n} FEs", n).format(n=number(n))
    said = _("From {begin} to {end}, {fes} came and scanned {parcels}. This parcel is not among them.")
    spoken = {"begin": _when(proof, proof.begin), "end": _when(proof, proof.claim.opened_at), "fes": fes}
    paper.block(said.format(parcels=say.parcels(len(proof.scans)), **spoken), 9.5)
    if proof.claim.came_at is not None:
        paper.block(_("It came after all: {when}.").format(when=_when(proof, proof.claim.came_at)), 9.5, "B")
    paper.y += 1
    columns = [
        *(Column(_("FE"), 44), Column(_("Courier"), 22), Column(_("Task"), 26)),
        *(Column(_("Arrived"), 32), Column(pgettext("time", "Left"), 32), Column(_("Scanned"), 16)),
    ]
    rows = [
        Row(
            (
                f"{say.shown(h.fe_name, 80) or _('without a name')} ({say.shown(h.fe_id, 60)})",
                say.shown(h.partner, 60) or "–",
                say.shown(h.task_id, 60),
                _when(proof, h.arrived_at),
                _when(proof, h.ended_at),
                number(h.scanned),
            )
        )
        for h in proof.visits
    ]
    if rows:
        table(paper, columns, rows, size=8)
