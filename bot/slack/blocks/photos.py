"""What is said of photos and videos: which are kept for what, what they show, and what a claim still needs."""

from collections.abc import Sequence

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from bot.handover.evidence import SHOTS, Shot
from bot.i18n import N_, _, ngettext, number
from bot.photos.videos import Video
from bot.slack import ids
from bot.slack.blocks.text import cut, ident, section, sections

ASKED = 5
"""Pictures of one message about which is asked what they show."""
UNKNOWN_FILE = N_("This picture or video is not known any more. Send it again.")


def photos_kept(kept: int, tracking_id: str, refused: Sequence[tuple[str, str]]) -> list[str]:
    """What became of the photos in a message: how many are kept and for what, and which are not and why.

    Args:
        kept: how many.
        tracking_id: the parcel that they belong to; "" for the handover.
        refused: (name of the file, sentence to be translated) of the others.
    """
    lines = []
    if kept and tracking_id:
        said = ngettext("📷 The photo is kept for {parcel}.", "📷 {n} photos are kept for {parcel}.", kept)
        lines.append(said.format(n=number(kept), parcel=ident(tracking_id)))
    elif kept:
        said = ngettext(
            "📷 The photo is kept for this handover. Write a tracking id beside a photo to keep it for that parcel.",
            "📷 {n} photos are kept for this handover. Write a tracking id beside a photo to keep it for that parcel.",
            kept,
        )
        lines.append(said.format(n=number(kept)))
    lines += [f"{ident(name)}: {_(sentence)}" for name, sentence in refused]
    return lines


PHOTO_LATER = N_("Slack has not given the photo yet; the bot tries again by itself in a minute.")


def shots_line(shots: Sequence[Shot]) -> str:
    """What pictures show, or are to show."""
    return ", ".join(_(SHOTS[shot]) for shot in shots)


def missing_line(tracking_id: str, shots: Sequence[Shot]) -> str:
    """What is still to be photographed for a claim."""
    if not shots:
        return _("✅ The claim for {parcel} has every photo that it needs.").format(parcel=ident(tracking_id))
    return _("Still to be photographed for the claim of {parcel}: {shots}.").format(
        parcel=ident(tracking_id), shots=shots_line(shots)
    )


def shows_rows(handover_id: str, unsaid: Sequence[tuple[int, str]]) -> list[Block]:
    """Asks of each picture what it shows."""
    blocks: list[Block] = []
    for photo_id, name in unsaid[:ASKED]:
        value = ids.file_value(handover_id, photo_id)
        buttons = [
            ButtonElement(text=cut(_(SHOTS[shot]), 75), action_id=f"{ids.SHOWS}_{shot}", value=value) for shot in Shot
        ]
        blocks.append(section(_("What does {name} show?").format(name=ident(name) if name else _("the picture"))))
        blocks.append(ActionsBlock(elements=buttons))
    return blocks


def shown_answer(tracking_id: str, shot: Shot, left: Sequence[Shot]) -> list[str]:
    """What the one who said what a picture shows reads."""
    if not tracking_id:
        return [_(UNKNOWN_FILE)]
    said = _("📷 Noted: it shows {shot} of {parcel}.").format(shot=_(SHOTS[shot]), parcel=ident(tracking_id))
    return [said, missing_line(tracking_id, left)]


def video_blocks(video: Video) -> list[Block]:
    """What became of a video, and which parcel it shows where that is not clear."""
    if video.tracking_id:
        return sections([video_line(video)])
    if not video.candidates:
        line = _("🎬 {name} is noted for this handover. Write a tracking id beside a video to keep it for that parcel.")
        return sections([line.format(name=_video_name(video))])
    buttons = [
        ButtonElement(
            text=cut(one, 75), action_id=f"{ids.VIDEO_OF}_{n}", value=ids.file_value(video.handover_id, video.id)
        )
        for n, one in enumerate(video.candidates)
    ]
    asked = _("🎬 {name} is noted. Which parcel does it show?").format(name=_video_name(video))
    return [section(asked), ActionsBlock(elements=buttons)]


def video_line(video: Video) -> str:
    """That it is kept for its parcel, and where it stays."""
    line = _("🎬 {name} is noted for {parcel}. It stays in Slack and is not copied: do not delete it there.")
    return line.format(name=_video_name(video), parcel=ident(video.tracking_id))


def video_text(videos: Sequence[Video]) -> str:
    """What notifications and screen readers say of videos."""
    return ngettext("🎬 {n} video is noted.", "🎬 {n} videos are noted.", len(videos)).format(n=number(len(videos)))


def _video_name(video: Video) -> str:
    return ident(video.name) if video.name else _("The video")
