"""The proof of a claim as a PDF, for reading and printing; the same bytes for one proof and language."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.handover.claim_steps import Noted
from bot.handover.claims import Claim
from bot.handover.events import Happening
from bot.handover.evidence import SHOTS, missing, shots_of
from bot.handover.model import AuditEntry
from bot.i18n import N_, _, closest, date, money, ngettext, number, pgettext, use
from bot.record import sentences as say
from bot.record.canonical import whole
from bot.record.grid import Column, Row, table
from bot.record.paper import LEFT, Paper
from bot.record.pdf import happened, ident, pairs
from bot.record.pictures import LARGE, Pictures
from bot.record.proof import Proof, raw
from bot.record.receipt import Photo
from bot.text import parcel_key

MOST_PRINTED = 24
STATES = {"draft": N_("not claimed yet"), "raised": N_("claimed"), **say.CLAIM_STATES}


def to_pdf(proof: Proof, *, language: str = "en") -> bytes:
    """Draws the proof."""
    receipt, claim = proof.receipt, proof.claim
    with use(language):
        title = _("Proof for a claim")
        with Paper(f"{title} {say.shown(whole(claim.tracking_id), 120)}", receipt.ended_at, closest(language)) as paper:
            head(
                paper, title, claim, f"{say.shown(receipt.location.name, 300)} · {date(receipt.ended_at, receipt.zone)}"
            )
            _claim(paper, proof)
            _scan(paper, proof)
            _count(paper, proof)
            _pictures(paper, proof)
            _videos(paper, proof)
            _record(paper, proof)
            small = _("Times are in {zone}. The ZIP has the pictures as they were received.")
            paper.y += 2
            paper.block(small.format(zone=say.zone_name(receipt.ended_at, receipt.zone)), 7.5)
            foot = f"{claim.tracking_id} · {receipt.handover.id}"
            return paper.finish([f"SHA-256 {receipt.sha256}", say.shown(foot, 120)], _("page {n} of {all}"))


def head(paper: Paper, title: str, claim: Claim, below: str) -> None:
    """The first lines: what it is, of which parcel, and where and when."""
    paper.text(LEFT, paper.y + 8, title, 22, "B")
    paper.y += 12.5
    paper.block(ident(paper, claim.tracking_id), 14, "B")
    paper.block(below, 11)
    paper.y += 1.5
    paper.rule(paper.y, width=0.6, grey=0)
    paper.y += 3


def _claim(paper: Paper, proof: Proof) -> None:
    claim, receipt = proof.claim, proof.receipt

    def when(moment: datetime) -> str:
        return say.when(moment, receipt)

    by = say.shown(receipt.name(claim.opened_by), 80) or _("the bot, from what Flipkart told")
    facts = claim_facts(claim, by, when)
    told = receipt.returns.get(parcel_key(claim.tracking_id))
    if told is not None:
        facts += [
            (_("Return id"), say.shown(told.return_id) or "–"),
            (_("Order item id"), say.shown(told.order_item_id) or "–"),
        ]
        facts.append((_("Reason of the return"), say.shown(told.reason) or "–"))
    pairs(paper, facts, 3)
    lost = missing([claim], [(one.tracking_id or "", one.shows) for one in receipt.photos])
    if lost:
        shots = ", ".join(_(SHOTS[shot]) for shot in lost[0].shots)
        paper.block(_("Not photographed: {shots}.").format(shots=shots), 9)
    if proof.steps:
        steps_table(paper, proof.steps, receipt.name, when)
    paper.y += 2


def claim_facts(claim: Claim, by: str, when: Callable[[datetime], str]) -> list[tuple[str, str]]:
    """What a claim is about and how far it is, as labels with their values."""
    names = [_(say.KINDS.get(kind, kind)) + (f": “{say.shown(note)}”" if note else "") for kind, note in claim.reasons]
    return [
        (_("Problem"), "; ".join(names)),
        (_("Reported by"), f"{by}, {when(claim.opened_at)}"),
        (_("State of the claim"), _(STATES[claim.state])),
        (_("Reference"), say.shown(claim.reference, 120) or "–"),
        (pgettext("amount", "Claimed"), "–" if claim.amount is None else money(claim.amount)),
        (_("Claim until"), when(claim.due_at)),
    ]


def steps_table(
    paper: Paper, steps: Sequence[Noted], name: Callable[[str], str], when: Callable[[datetime], str]
) -> None:
    """What people noted of a claim, the oldest first."""
    columns = [Column(_("Time"), 30), Column(_("State of the claim"), 30), Column(_("By"), 30), Column(_("Note"), 60)]
    rows = [
        Row(
            (
                when(one.at),
                _(STATES[one.state]),
                say.shown(name(one.by), 80),
                ", ".join(part for part in (_sums(one), say.shown(one.note)) if part) or "–",
            )
        )
        for one in steps
    ]
    paper.y += 1
    table(paper, columns, rows, size=8)


def _sums(one: Noted) -> str:
    parts = [] if one.amount is None else [_("{amount} claimed").format(amount=money(one.amount))]
    parts += [] if one.paid is None else [_("{paid} paid").format(paid=money(one.paid))]
    return ", ".join(parts)


def _scan(paper: Paper, proof: Proof) -> None:
    paper.heading(_("The scan, as Flipkart gave it"))
    shipment = proof.parcel.shipment
    if shipment is None:
        paper.block(_("The FE did not scan this parcel."), 9.5)
    else:
        columns = [Column(_("Field"), 45), Column(_("Value"), 105)]
        rows = [Row((name, say.shown(value, 600) or "–")) for name, value in raw(proof) if value]
        table(paper, columns, rows, size=8)
    paper.y += 2


def _count(paper: Paper, proof: Proof) -> None:
    receipt = proof.receipt
    h = receipt.handover
    paper.heading(_("Count and hand-over"))
    lines = [say.verdict(receipt)]
    if h.counted is not None:
        by = say.shown(receipt.name(h.counted_by), 80) or _("somebody")
        lines.append(_("Counted by hand by {name}, {time}.").format(name=by, time=say.when(h.counted_at, receipt)))
    own = proof.parcel.own_scan
    if own is not None:
        seen = _("Seen by the seller: {name}, {time}.")
        lines.append(seen.format(name=say.shown(receipt.name(own.by), 80), time=say.when(own.at, receipt)))
    elif h.own_whole:
        lines.append(
            _("The seller scanned {n} parcels of this handover, and this was not among them.").format(
                n=number(h.own_scanned)
            )
        )
    for line in lines:
        paper.block(line, 9.5)
    paper.y += 1
    courier = (_("Courier"), say.shown(h.partner, 300) or "–")
    fe = (_("FE"), f"{say.shown(h.fe_name, 300) or _('without a name')} ({say.shown(h.fe_id, 300)})")
    times = [
        (_("Arrived"), say.when(h.arrived_at, receipt)),
        (pgettext("time", "Left"), say.when(receipt.ended_at, receipt)),
    ]
    pairs(paper, [fe, courier, (_("Task"), say.shown(h.task_id, 300)), *times, (_("Handover"), h.id)], 3)


def _pictures(paper: Paper, proof: Proof) -> None:
    photos = proof.parcel.photos
    n = len(photos)
    title = ngettext("{n} picture", "{n} pictures", n).format(n=number(n)) if n else _("No pictures")
    paper.heading(title)
    Pictures(paper, MOST_PRINTED, LARGE, _caption).draw(photos)
    paper.y += 2


def _caption(photo: Photo) -> str:
    shown = ", ".join(_(SHOTS[shot]) for shot in shots_of(photo.shows))
    return " · ".join(part for part in (shown, say.shown(photo.sha256, 64)) if part)


def _videos(paper: Paper, proof: Proof) -> None:
    if not proof.films:
        return
    paper.heading(_("Videos"))
    for one in proof.films:
        of = _("of this parcel") if one.tracking_id else _("of the whole handover")
        size = _("{n} MB").format(n=number(one.size / 1_000_000, 1))
        paper.block(f"{say.shown(one.name, 120) or _('The video')} · {of} · {size}", 9.5, "B")
        paper.block(f"SHA-256 {one.sha256}" if one.sha256 else _(one.problem) or _("not read yet"), 8, x=LEFT + 4)
        if one.permalink:
            paper.block(say.shown(one.permalink, 500), 8, x=LEFT + 4)
        name = say.shown(proof.receipt.name(one.by), 80)
        paper.block(
            _("dropped by {name}, {time}").format(name=name, time=say.when(one.at, proof.receipt)), 8, x=LEFT + 4
        )
        paper.y += 1
    paper.y += 1


def _record(paper: Paper, proof: Proof) -> None:
    receipt = proof.receipt
    about = [entry for entry in say.milestones(receipt.entries) if _is_about(entry, proof.claim)]
    rows = [happened(entry, receipt) for entry in about]
    if rows:
        paper.heading(_("What happened"))
        columns = [Column(_("Time"), 22), Column(_("What"), 34), Column(_("By"), 30), Column(_("Particulars"), 60)]
        table(paper, columns, rows, size=8)


def _is_about(entry: AuditEntry, claim: Claim) -> bool:
    """Whether it is about the whole handover, or about this parcel and no other."""
    d, key = entry.detail, parcel_key(claim.tracking_id)
    if entry.what in (Happening.REFUSED, Happening.TAKEN, Happening.REMINDED, Happening.ESCALATED):
        return False
    named = [d["tracking_id"]] if isinstance(d.get("tracking_id"), str) else []
    named += [one for one in d.get("tracking_ids", ()) if isinstance(one, str)]
    named += [str(one.get("tracking_id")) for one in d.get("claims", ()) if isinstance(one, dict)]
    return not named or key in {parcel_key(one) for one in named}
