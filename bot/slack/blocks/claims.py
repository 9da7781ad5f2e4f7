"""Claims: the modal in which people note how far they are, the replies in the thread, the list on the board."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    InputBlock,
    Option,
    PlainTextInputElement,
    SectionBlock,
    StaticMultiSelectElement,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.handover.claim_steps import FOLLOWS, Moved, Note, Noted
from bot.handover.claims import LONGEST_NOTE, LONGEST_REFERENCE, Claim, State, days_until
from bot.handover.location import Location
from bot.handover.model import AuditEntry, Handover, Shipment
from bot.handover.problems import ClaimForm, Proving
from bot.i18n import N_, _, date, date_time, money, ngettext, number, pgettext
from bot.slack import ids
from bot.slack.blocks.kinds import kind_word, reasons
from bot.slack.blocks.text import (
    DAY_AND_TIME,
    at,
    capital,
    context,
    cut,
    esc,
    fe,
    ident,
    mrkdwn,
    parcels,
    section,
    sections,
    who,
)
from bot.text import beginning

CLAIM_TITLE = N_("Claim")
LISTED = 10
"""Claims with a button of their own in one reminder: a message has 50 blocks, and each takes two."""
STEPS = 5
"""Of a claim's history, the newest, in its modal."""
LONGEST_MONEY = 20
"""Signs of an amount that is typed."""

STATES = {
    State.DRAFT: N_("not claimed yet"),
    State.RAISED: N_("claimed"),
    State.ACCEPTED: N_("accepted by Flipkart"),
    State.REJECTED: N_("rejected by Flipkart"),
    State.REOPENED: N_("contested"),
    State.PAID: N_("paid by Flipkart"),
}
_CHOICES = {
    State.RAISED: N_("I filed the claim"),
    State.ACCEPTED: N_("Flipkart accepted it"),
    State.REJECTED: N_("Flipkart rejected it"),
    State.REOPENED: N_("I contested it"),
    State.PAID: N_("Flipkart paid"),
}
UNKNOWN_CLAIM = N_("This claim is no longer known here. Use the newest message in the thread.")
NEEDS_REFERENCE = N_("Type the number that Seller Hub gave the claim.")
NEEDS_PAID = N_("Type what Flipkart paid, such as 450 or 1,250.50.")
NEEDS_PARCEL = N_("Choose at least one parcel.")
NEEDS_STATE = N_("Choose what became of it.")
NO_MONEY = N_("This can't be read as rupees. Type it like 450 or 1,250.50.")


def claim_button(claim_id: str, state: State = State.DRAFT) -> ButtonElement:
    """For each claim about which something is to be done."""
    label = _(_CHOICES[State.RAISED]) if state is State.DRAFT else _("What became of it")
    return ButtonElement(text=cut(label, 75), action_id=ids.CLAIM, value=claim_id)


def with_button(text: str, claim_id: str, state: State = State.DRAFT) -> list[Block]:
    """What is said of a claim, and below it its button: beside it, that would take half of a phone's width."""
    return [SectionBlock(text=mrkdwn(text)), ActionsBlock(elements=[claim_button(claim_id, state)])]


def state_word(state: str) -> str:
    """How far a claim is, in the reader's language; an unknown state as it is."""
    return _(STATES[State(state)]) if state in {one.value for one in State} else esc(state)


# ---- the modal -------------------------------------------------------------------------------------------------------


def claim_form(form: ClaimForm, zone: tzinfo, now: datetime) -> View:
    """Asks how far it is, for one parcel or for several that are as far."""
    claim, follows = form.claim, FOLLOWS[form.claim.state]
    place = [ident(claim.tracking_id), *([fe(form.handover)] if form.handover else []), esc(form.location.name)]
    lines = [" · ".join(place), capital(reasons(claim)), capital(claim_state(claim, zone, now))]
    blocks: list[Block] = [section("\n".join(lines))]
    blocks += [context(_step(one, zone)) for one in form.history[-STEPS:]]
    proof = ButtonElement(text=cut(_("Proof into the thread"), 75), action_id=ids.PROOF, value=claim.id)
    blocks.append(ActionsBlock(elements=[proof]))
    if form.alike:
        blocks.append(_parcels_input(claim, form.alike))
    if len(follows) > 1:
        blocks.append(_state_input(follows))
    else:
        asked = "*{choice}*" if follows[0] is State.RAISED else _("*{choice}*: save this only if it is so.")
        blocks.append(section(asked.format(choice=_(_CHOICES[follows[0]]))))
    blocks.append(
        InputBlock(
            block_id=ids.REFERENCE,
            label=_("Reference of the claim"),
            hint=_("The number that Seller Hub gave it."),
            optional=claim.state is not State.DRAFT,
            element=PlainTextInputElement(
                action_id=ids.REFERENCE,
                initial_value=claim.reference or None,
                max_length=LONGEST_REFERENCE,
            ),
        )
    )
    blocks.append(_money_input(ids.AMOUNT, _("Claimed, in rupees, for each parcel"), claim.amount))
    if State.PAID in follows:
        blocks.append(_money_input(ids.PAID, _("Paid by Flipkart, in rupees, for each parcel"), claim.paid))
    blocks.append(
        InputBlock(
            block_id=ids.NOTE,
            label=_("Note"),
            hint=_("Such as the reason that Flipkart gave."),
            optional=True,
            element=PlainTextInputElement(action_id=ids.NOTE, max_length=LONGEST_NOTE),
        )
    )
    kept = ids.ClaimState(claim=claim.id, channel=form.location.channel, seen=claim.state.value)
    return View(
        type="modal",
        title=cut(_(CLAIM_TITLE), 24),
        callback_id=ids.CLAIM_FORM,
        submit=cut(_("Save"), 24),
        close=cut(_("Not yet"), 24),
        private_metadata=kept.dump(),
        blocks=blocks,
    )


def _parcels_input(claim: Claim, alike: Sequence[Claim]) -> InputBlock:
    options = [
        Option(value=one.id, label=cut(f"{one.tracking_id} · {kind_word(one.kind)}", 75)) for one in (claim, *alike)
    ]
    return InputBlock(
        block_id=ids.CLAIM_PARCELS,
        label=_("Parcels"),
        hint=_("The same can be saved for several parcels at once."),
        element=StaticMultiSelectElement(
            action_id=ids.CLAIM_PARCELS,
            placeholder=_("Parcels"),
            options=options,
            initial_options=options[:1],
        ),
    )


def _state_input(follows: Sequence[State]) -> InputBlock:
    options = [Option(value=one.value, label=cut(_(_CHOICES[one]), 75)) for one in follows]
    return InputBlock(
        block_id=ids.CLAIM_STEP,
        label=_("What became of it?"),
        element=StaticSelectElement(action_id=ids.CLAIM_STEP, placeholder=_("Choose one"), options=options),
    )


def _money_input(name: str, label: str, before: int | None) -> InputBlock:
    shown = None if before is None else money(before).removeprefix("₹")
    return InputBlock(
        block_id=name,
        label=label,
        optional=True,
        element=PlainTextInputElement(action_id=name, initial_value=shown, max_length=LONGEST_MONEY),
    )


def claims_kept(moved: Moved, note: Note, zone: tzinfo, now: datetime) -> View:
    """What was saved, and what was not because somebody else had saved something meanwhile."""
    lines = []
    if moved.claims:
        said = _("✅ Saved for {parcels}: {state}.")
        named = ", ".join(ident(claim.tracking_id) for claim in moved.claims)
        lines.append(said.format(parcels=named, state=_with_money(state_word(note.state), note)))
    for claim in moved.others:
        line = _("⚠️ {parcel} is unchanged, as somebody else saved something for it meanwhile: {state}.")
        lines.append(line.format(parcel=ident(claim.tracking_id), state=claim_state(claim, zone, now)))
    return _said(lines)


def proof_answer(proving: Proving) -> View:
    """What becomes of the wish for a proof."""
    said = {
        Proving.COMES: _(
            "📎 The proof comes into the thread: a PDF, and a ZIP with the pictures as they were received."
        ),
        Proving.COMING: _("📎 Somebody asked for the proof a moment ago. Look in the thread in a minute."),
        Proving.EARLY: _("The FE is still there, so the proof is not complete. Ask for it once they have left."),
    }
    return _said([said[proving]])


def claim_unknown() -> View:
    """There is no such claim."""
    return _said([_(UNKNOWN_CLAIM)])


def _said(lines: Sequence[str]) -> View:
    return View(
        type="modal", title=cut(_(CLAIM_TITLE), 24), blocks=sections(lines), close=cut(pgettext("window", "Close"), 24)
    )


# ---- in one line -----------------------------------------------------------------------------------------------------


def claim_state(claim: Claim, zone: tzinfo, now: datetime) -> str:
    """How far a claim is, in one line."""
    said = _state_said(claim, zone, now)
    if claim.came_at is None:
        return said
    when = date_time(claim.came_at, zone)
    if claim.moot:
        return _("nothing to claim: it came after all on {when}").format(when=when)
    return _("{state}; ⚠️ it came after all on {when}").format(state=said, when=when)


def _state_said(claim: Claim, zone: tzinfo, now: datetime) -> str:
    if claim.state is State.DRAFT and claim.due_at <= now:
        return _("⚠️ not claimed; the time was over on {due}").format(due=date_time(claim.due_at, zone))
    if claim.state is State.DRAFT:
        return _("not claimed yet: {left}, claim by {due}").format(
            left=_left(claim.days_left(now)), due=date_time(claim.due_at, zone)
        )
    if claim.state is State.RAISED:
        line = _("claimed by {who} on {when}, reference {reference}").format(
            who=who(claim.claimed_by), when=date_time(claim.state_at, zone), reference=ident(claim.reference, 100)
        )
    else:
        line = _("{state} on {when}, reference {reference}").format(
            state=state_word(claim.state),
            when=date_time(claim.state_at, zone),
            reference=ident(claim.reference, 100),
        )
    return _with_money(line, claim)


def _with_money(line: str, about: Claim | Note) -> str:
    if about.paid is not None and about.state in (State.PAID, State.REOPENED):
        paid = _("{paid} paid").format(paid=money(about.paid))
        of = "" if about.amount is None else _("{amount} claimed").format(amount=money(about.amount))
        return ", ".join(part for part in (line, paid, of) if part)
    return line if about.amount is None else f"{line}, {money(about.amount)}"


def _step(noted: Noted, zone: tzinfo) -> str:
    line = _("{when}, {who}: {state}").format(
        when=date_time(noted.at, zone), who=who(noted.by), state=_with_money(state_word(noted.state), noted)
    )
    return f"{line} “{esc(noted.note, LONGEST_NOTE)}”" if noted.note else line


# ---- the board -------------------------------------------------------------------------------------------------------


def open_claims(location: Location, claims: Sequence[Claim], now: datetime, zone: tzinfo, most: int) -> list[Block]:
    """A location's claims about which something is to be done; `most` of them."""
    head = _("*Claims at {location}* ({n})").format(location=esc(location.name), n=number(len(claims)))
    blocks: list[Block] = [section(head)]
    for claim in claims[:most]:
        text = f"{ident(claim.tracking_id)} {kind_word(claim.kind)} · {_next(claim, now, zone)}"
        blocks += with_button(text, claim.id, claim.state)
    if len(claims) > most:
        more = _("and {n} more; `/otc find` tells of each").format(n=number(len(claims) - most))
        blocks.append(section(more))
    return blocks


def _next(claim: Claim, now: datetime, zone: tzinfo) -> str:
    """What is due of it next."""
    if claim.state is State.DRAFT:
        left = claim.days_left(now)
        return _left(left) if left else _("⚠️ time is over")
    since = _with_money(state_word(claim.state), claim)
    asked = claim.next_at is not None and claim.next_at <= now
    line = _("{state} on {day}: ask Flipkart") if asked else _("{state} on {day}")
    return line.format(state=since, day=date(claim.state_at, zone))


def _left(days: int) -> str:
    return ngettext("{n} day left", "{n} days left", days).format(n=number(days))


# ---- replies in the thread -------------------------------------------------------------------------------------------


def claim_due_reply(_h: Handover | None, entry: AuditEntry, _problems: list[Shipment], zone: tzinfo) -> list[Block]:
    """The time to claim is running out."""
    d = entry.detail
    due = datetime.fromisoformat(d["due"])
    left = days_until(due, entry.at)
    head = ngettext(
        "⏰ *File the claim for {parcels} by {due}*: {left}.",
        "⏰ *File claims for {parcels} by {due}*: {left}.",
        d["number"],
    ).format(parcels=parcels(d["number"]), left=_left(left), due=at(due, zone, DAY_AND_TIME))
    rows = [(one, f"{ident(one['tracking_id'])} {kind_word(one['kind'])}") for one in d["claims"]]
    return [section(head), *_rows(rows)]


def claim_waits_reply(_h: Handover | None, entry: AuditEntry, _problems: list[Shipment], zone: tzinfo) -> list[Block]:
    """Nobody has noted for long what became of claims."""
    d = entry.detail
    head = ngettext(
        "⏰ *No answer saved for {n} claim*: look in Seller Hub what became of it, and save it here.",
        "⏰ *No answer saved for {n} claims*: look in Seller Hub what became of them, and save it here.",
        d["number"],
    )
    rows = [(one, _waiting(one, zone)) for one in d["claims"]]
    return [section(head.format(n=number(d["number"]))), *_rows(rows)]


def _waiting(one: dict[str, str], zone: tzinfo) -> str:
    since = date(datetime.fromisoformat(one["since"]), zone)
    line = _("{parcel}: {state} on {day}, reference {reference}")
    return line.format(
        parcel=ident(one["tracking_id"]),
        state=state_word(one["state"]),
        day=since,
        reference=ident(one["reference"], 100),
    )


def _rows(rows: Sequence[tuple[dict[str, str], str]]) -> list[Block]:
    blocks: list[Block] = []
    for one, text in rows[:LISTED]:
        blocks += with_button(text, one["id"], State(one.get("state", State.DRAFT)))
    rest = [ident(one["tracking_id"]) for one, _text in rows[LISTED:]]
    return blocks + (sections([_("And: {parcels}").format(parcels=", ".join(rest))]) if rest else [])


def claimed_reply(_h: Handover | None, entry: AuditEntry, _problems: list[Shipment], _zone: tzinfo) -> list[Block]:
    """Somebody noted how far claims are."""
    d = entry.detail
    # Before there were states, one parcel was claimed for at a time.
    named = d.get("claims") or [{"tracking_id": d["tracking_id"]}]
    state = State(d.get("state", State.RAISED))
    said = ", ".join(ident(one["tracking_id"]) for one in named[:LISTED])
    if len(named) > LISTED:
        all_of_them = _("{number} ({parcels} and {n} more)")
        said = all_of_them.format(number=parcels(len(named)), parcels=said, n=number(len(named) - LISTED))
    reference = ident(d.get("reference", ""), 100)
    lines = [_(_SAID[state]).format(who=who(entry.by), parcels=said, reference=reference)]
    if (sums := _sums(d, len(named))) != "":
        lines.append(sums)
    if d.get("note"):
        lines.append(f"“{esc(d['note'], LONGEST_NOTE)}”")
    text = beginning("\n".join(lines), 3000)
    if "id" not in named[0] or state is State.PAID:
        return [SectionBlock(text=mrkdwn(text))]
    return with_button(text, named[0]["id"], state)


_SAID = {
    State.DRAFT: N_("{who}: {parcels}"),
    State.RAISED: N_("📨 {who} filed the claim for {parcels}, reference {reference}."),
    State.ACCEPTED: N_("👍 Flipkart accepted the claim for {parcels}, says {who}; reference {reference}."),
    State.REJECTED: N_("👎 Flipkart rejected the claim for {parcels}, says {who}; reference {reference}."),
    State.REOPENED: N_("🔁 {who} contested the claim for {parcels}, reference {reference}."),
    State.PAID: N_("💰 Flipkart paid for {parcels}, says {who}; reference {reference}."),
}


def _sums(d: dict[str, int], n: int) -> str:
    """What was claimed and paid for all of them."""
    parts = []
    if d.get("paid") is not None:
        parts.append(_("{paid} paid").format(paid=money(d["paid"] * n)))
    if d.get("amount") is not None:
        parts.append(_("{amount} claimed").format(amount=money(d["amount"] * n)))
    return ", ".join(parts)
