"""The receipt as a PDF for reading and printing: A4, black on white; the same bytes for one receipt and language."""

from collections.abc import Sequence

from bot.handover.model import AuditEntry, Shipment, Stage
from bot.i18n import _, closest, date, ngettext, number, pgettext, span, use
from bot.record import sentences as say
from bot.record.grid import Column, Row, table
from bot.record.paper import LEFT, RIGHT, Paper
from bot.record.pictures import SMALL, Pictures
from bot.record.receipt import Parcel, Receipt
from bot.record.totals import flipkarts_figures

COMPACT_FROM = 41
"""Parcels from which the list is set small, in two lanes."""
MOST_PICTURES = 60
"""Photos that are printed; more would make a file that no phone likes to open. The others stand by name."""
PICTURE = SMALL[1] + 8
"""The height of a row of photos."""
ID = 600
"""Signs of an id that are printed."""


def make_pdf(receipt: Receipt, *, language: str = "en", pictures: bool = True) -> bytes:
    """Draws the receipt.

    Args:
        receipt: what is drawn; its zone decides in which times.
        language: a language of the bot, or a locale such as ``hi-IN``.
        pictures: whether photos are shown, and not only named.
    """
    with use(language):
        title = _("Return handover")
        with Paper(f"{title} {receipt.handover.id}", receipt.ended_at, closest(language)) as paper:
            _title(paper, receipt, title)
            _facts(paper, receipt)
            _numbers(paper, receipt)
            _verdict(paper, receipt)
            _flipkarts(paper, receipt)
            _record(paper, receipt)
            _problems(paper, receipt, Pictures(paper, MOST_PICTURES if pictures else 0))
            _strangers(paper, receipt)
            _own_scans(paper, receipt)
            _parcels(paper, receipt)
            _small_print(paper, receipt)
            return paper.finish([f"SHA-256 {receipt.sha256}", _what(receipt)], _("page {n} of {all}"))


def _what(receipt: Receipt) -> str:
    h = receipt.handover
    said = (say.shown(receipt.location.name, 60), say.shown(h.fe_id, 40), date(h.arrived_at, receipt.zone), h.id)
    return " · ".join(said)


def _title(paper: Paper, receipt: Receipt, title: str) -> None:
    h = receipt.handover
    closed = h.stage is Stage.CLOSED
    state = _("Closed") if closed else _("Left without an End OTC")
    wide = paper.width(state, 11, "B") + 8
    paper.line(0.4 if closed else 0.9)
    paper.pdf.rect(RIGHT - wide, paper.y + 0.5, wide, 9)
    paper.text(RIGHT - wide / 2, paper.y + 6.4, state, 11, "B", "C")
    paper.text(LEFT, paper.y + 8, title, 22, "B")
    paper.y += 12.5
    paper.block(f"{say.shown(receipt.location.name, 300)} · {date(h.arrived_at, receipt.zone)}", 12)
    paper.y += 1.5
    paper.rule(paper.y, width=0.6, grey=0)
    paper.y += 3


def _facts(paper: Paper, receipt: Receipt) -> None:
    h = receipt.handover
    pairs(
        paper,
        [
            (_("Location"), f"{say.shown(receipt.location.name, 300)} ({say.shown(h.location_id, ID)})"),
            (_("FE"), f"{say.shown(h.fe_name, 300) or _('without a name')} ({say.shown(h.fe_id, ID)})"),
            (_("Courier"), say.shown(h.partner, 300) or "–"),
            (_("Line of business"), say.shown(h.lob, 300) or "–"),
            (_("Task"), say.shown(h.task_id, ID)),
            (_("Handover"), h.id),
        ],
        3,
    )
    began = h.scanning_at
    scanning = None if began is None else (h.closing_at or receipt.ended_at) - began
    pairs(
        paper,
        [
            (_("Arrived"), say.when(h.arrived_at, receipt)),
            (_("Scanning began"), say.when(began, receipt) + ("" if scanning is None else f" ({span(scanning)})")),
            (_("End OTC page opened"), say.when(h.closing_at, receipt)),
            (
                pgettext("time", "Left"),
                f"{say.when(receipt.ended_at, receipt)} ({span(receipt.ended_at - h.arrived_at)})",
            ),
        ],
        4,
    )
    paper.y += 1


def pairs(paper: Paper, pairs: Sequence[tuple[str, str]], across: int) -> None:
    """Labels with their values below, `across` in a row."""
    width = (RIGHT - LEFT) / across
    for start in range(0, len(pairs), across):
        group = [(label, paper.wrap(value, width - 4, 9.5)) for label, value in pairs[start : start + across]]
        height = 4.2 + max(len(lines) for _label, lines in group) * 4.5 + 1.6
        paper.room(height)
        for i, (label, lines) in enumerate(group):
            x = LEFT + i * width
            paper.grey(90)
            paper.text(x, paper.y + 3, label, 7.5)
            paper.grey()
            for n, line in enumerate(lines):
                paper.text(x, paper.y + 7.4 + n * 4.5, line, 9.5)
        paper.y += height


def _numbers(paper: Paper, receipt: Receipt) -> None:
    h = receipt.handover
    differs = h.counted != h.scanned
    boxes = [
        (_("Counted"), "–" if h.counted is None else number(h.counted), differs),
        (_("Scanned"), number(h.scanned), differs),
        (_("Accepted"), number(h.accepted), False),
        (_("Rejected"), number(h.rejected), h.rejected > 0),
        # A parcel with another flyer was accepted or rejected too: it is among those two, and not beside them.
        (_("Of these, wrong flyer"), number(h.mismatched), h.mismatched > 0),
    ]
    paper.room(24)
    gap = 3.0
    wide = (RIGHT - LEFT - gap * (len(boxes) - 1)) / len(boxes)
    for i, (label, value, trouble) in enumerate(boxes):
        x = LEFT + i * (wide + gap)
        paper.line(0.9 if trouble else 0.25)
        paper.pdf.rect(x, paper.y, wide, 20)
        paper.text(x + wide / 2, paper.y + 11.5, value, 25, "B", "C")
        paper.text(x + wide / 2, paper.y + 17.2, label, 9, "", "C")
    paper.y += 24


def _verdict(paper: Paper, receipt: Receipt) -> None:
    h = receipt.handover
    paper.block(say.verdict(receipt), 11.5, "B")
    paper.y += 0.8
    lines = []
    if h.counted is not None:
        who = say.shown(receipt.name(h.counted_by), 80) or _("somebody")
        at = say.when(h.counted_at, receipt)
        lines.append(_("Counted by hand by {name}, {time}.").format(name=who, time=at))
    if h.obd_eligible:
        text = _("Open boxes: {n} checked, {remarked} with a remark.")
        lines.append(text.format(n=number(h.obd_eligible), remarked=number(h.obd_remarked)))
    if receipt.own_scans:
        text = (
            _("The seller's own scan: {n}. Scanned by the FE and not seen: {unseen}. Seen and not scanned: {extra}.")
            if h.own_whole
            else _("The seller's own scan: {n}, not a full list. Seen and not scanned: {extra}.")
        )
        unseen, extra = number(len(receipt.unseen)), number(len(receipt.unscanned))
        lines.append(text.format(n=say.parcels(len(receipt.own_scans)), unseen=unseen, extra=extra))
    if lines:
        paper.block(" ".join(lines), 9.5)
    if sentence := say.confirmed(receipt):
        paper.block(sentence, 9.5)
    paper.y += 2


def _flipkarts(paper: Paper, receipt: Receipt) -> None:
    """Flipkart's own figures beside the bot's: what they differ in is seen at once."""
    found = flipkarts_figures(receipt)
    if not found:
        return
    columns = [Column(_("Flipkart's figures at the End OTC"), 64), Column(_("Flipkart"), 22), Column(_("Bot"), 22)]
    columns.append(Column("", 36))
    cells = ((_(one.name), number(one.flipkart), number(one.own), _("differs") if one.differs else "") for one in found)
    rows = [Row(row, strong=one.differs) for row, one in zip(cells, found, strict=True)]
    table(paper, columns, rows, size=8)
    paper.y += 2


def happened(entry: AuditEntry, receipt: Receipt) -> Row:
    """A line of the record."""
    by, more = say.shown(receipt.name(entry.by), 80), say.particulars(entry)
    return Row((say.when(entry.at, receipt), say.event(entry), by or "–", more or "–"))


def _record(paper: Paper, receipt: Receipt) -> None:
    paper.heading(_("What happened"))
    columns = [Column(_("Time"), 15), Column(_("What"), 34), Column(_("By"), 30), Column(_("Particulars"), 65)]
    rows = [happened(entry, receipt) for entry in say.milestones(receipt.entries)]
    if rows:
        table(paper, columns, rows, size=8)
    else:
        paper.block(_("Nothing is on record."), 9)
    paper.y += 2


def _problems(paper: Paper, receipt: Receipt, pictures: Pictures) -> None:
    """Parcels with something wrong, reported or photographed: first what people look for weeks later."""
    wanted = [one for one in receipt.parcels if one.problem]
    text = ngettext("{n} problem parcel", "{n} problem parcels", len(wanted)).format(n=number(len(wanted)))
    paper.heading(text if wanted else _("No problem parcels"))
    for parcel in wanted:
        lines = [" · ".join(say.facts(receipt, parcel.shipment))]
        for claim in parcel.claims:
            lines += [say.reported(receipt, claim), say.claimed(receipt, claim)]
        title = ident(paper, parcel.tracking_id)
        high = paper.height(title, 10.5, "B") + sum(paper.height(line, 9, x=LEFT + 4) for line in lines)
        paper.room(min(high + 2 + (PICTURE if parcel.photos else 0), 120))
        paper.rule(paper.y)
        paper.y += 1.2
        paper.block(title, 10.5, "B")
        for line in lines:
            paper.block(line, 9, x=LEFT + 4)
        pictures.draw(parcel.photos)
        paper.y += 1.6
    if receipt.general_photos:
        paper.room(8 + PICTURE)
        paper.rule(paper.y)
        paper.y += 1.2
        paper.block(_("Photos of the whole handover"), 10.5, "B")
        pictures.draw(receipt.general_photos)
    paper.y += 1


def ident(paper: Paper, tracking_id: str) -> str:
    """An id as it is printed."""
    return paper.ident(say.shown(tracking_id, ID)) or "–"


def _strangers(paper: Paper, receipt: Receipt) -> None:
    """Parcels that the FE brought and that nobody expected."""
    wanted = [one.shipment for one in receipt.parcels if one.shipment is not None and one.unlisted]
    if not wanted:
        return
    text = ngettext("{n} parcel is not on your list", "{n} parcels are not on your list", len(wanted))
    paper.heading(text.format(n=number(len(wanted))))
    _scans(paper, receipt, wanted)


def _scans(paper: Paper, receipt: Receipt, shipments: Sequence[Shipment]) -> None:
    columns = [Column(_("Tracking id"), 60), Column(_("Status"), 30), Column(_("Scanned by the FE"), 30)]
    rows = [
        Row((ident(paper, one.tracking_id), say.status(one), say.when(one.scanned_at, receipt))) for one in shipments
    ]
    table(paper, columns, rows, size=8, lanes=1 if len(rows) < COMPACT_FROM else 2)
    paper.y += 2


def _own_scans(paper: Paper, receipt: Receipt) -> None:
    if receipt.unseen:
        paper.heading(_("Scanned by the FE and not seen by the seller"))
        _scans(paper, receipt, receipt.unseen)
    if receipt.unscanned:
        paper.heading(_("Seen by the seller and not scanned by the FE"))
        columns = [Column(_("Tracking id"), 60), Column(_("By"), 30), Column(_("Seen"), 30)]
        rows = [
            Row((ident(paper, one.tracking_id), say.shown(receipt.name(one.by), 80), say.when(one.at, receipt)))
            for one in receipt.unscanned
        ]
        table(paper, columns, rows, size=8, lanes=1 if len(rows) < COMPACT_FROM else 2)
        paper.y += 2


def _parcels(paper: Paper, receipt: Receipt) -> None:
    count = len(receipt.shipments)
    paper.heading(_("All parcels by tracking id ({n})").format(n=number(count)))
    if not count:
        paper.block(_("The FE scanned nothing."), 9)
        return
    compact = count >= COMPACT_FROM
    seen = bool(receipt.own_scans)
    columns = [Column(_("Tracking id"), 33 if compact else 42), Column(_("Status"), 17)]
    columns += [Column(_("Flyer"), 18 if compact else 34), Column(_("Scanned"), 15 if compact else 17)]
    columns += [Column(_("Seen"), 17)] if seen else []
    columns += [] if compact else [Column(_("Remarks"), 44)]
    rows = []
    for parcel in receipt.parcels:
        one = parcel.shipment
        if one is None:
            continue
        own = parcel.own_scan
        cells = [ident(paper, one.tracking_id), say.status(one), say.flyer(one), say.when(one.scanned_at, receipt)]
        if seen:
            without = _("not seen") if receipt.handover.own_whole else "–"
            cells.append(without if own is None else say.when(own.at, receipt))
        if not compact:
            cells.append(_remarks(parcel, one))
        unseen = receipt.handover.own_whole and own is None
        rows.append(Row(cells, strong=parcel.troubled or parcel.unlisted or unseen))
    table(paper, columns, rows, size=7 if compact else 8, lanes=2 if compact else 1)
    paper.y += 2


def _remarks(parcel: Parcel, one: Shipment) -> str:
    remarks = [_("not on your list")] if parcel.unlisted else []
    remarks += [say.shown(one.reason, 300)] if one.reason else []
    if one.obd_eligible:
        remarks.append(_("open box: {remark}").format(remark=say.shown(one.obd_remark, 300) or "–"))
    return ", ".join(remarks) or "–"


def _small_print(paper: Paper, receipt: Receipt) -> None:
    zone = say.zone_name(receipt.handover.arrived_at, receipt.zone)
    lines = [
        _("Times are in {zone}; a time without a date is of the day of the arrival.").format(zone=zone),
        _("The SHA-256 at the foot of each page is taken over the data of this handover, not over this file."),
    ]
    if say.confirmed(receipt):
        lines.append(_("What Flipkart confirms comes after the end, so it is in no SHA-256 of this handover."))
    lines += [line for line in [say.forgotten(receipt)] if line]
    people = ", ".join(f"{say.shown(receipt.name(one), 80)} = {one}" for one in receipt.people if one in receipt.names)
    if people:
        lines.append(_("People by their ids in Slack: {people}.").format(people=people))
    if receipt.later_sha256:
        text = _("What was added after the end has a SHA-256 of its own: {hash}")
        lines.append(text.format(hash=receipt.later_sha256))
    if paper.boxes:
        lines.append(_("A box = a letter that this paper can't print; the tables have it."))
    paper.room(10)
    paper.y += 2
    paper.grey(60)
    for line in lines:
        paper.block(line, 7.5)
    paper.grey()
