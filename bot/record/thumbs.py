"""Photos from outside made small and harmless: bounded, turned upright, without what a camera writes into them."""

import io
import struct
from dataclasses import dataclass

from PIL import Image, ImageOps

from bot.record.receipt import RecordError

MOST_BYTES = 25 * 1024 * 1024
MOST_PIXELS = 50_000_000
"""More than any phone takes; a file that claims more is not opened: its pixels would fill the memory."""
SIDE = 480
"""Pixels of the longer side: 45 mm at 270 dots per inch."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "MPO")
QUALITY = 78


class BrokenPhoto(RecordError):
    """The photo can't be shown; the paper says so and goes on."""

    def __init__(self) -> None:
        super().__init__("This photo can't be shown on paper. Open it in the handover's thread in Slack.")


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small JPEG without metadata."""

    jpeg: bytes
    width: int
    height: int


def thumbnail(content: bytes) -> Thumbnail:
    """The photo, small enough for paper.

    Raises:
        BrokenPhoto: it is no image, is damaged, or claims more bytes or pixels than a photo has.
    """
    if len(content) > MOST_BYTES:
        raise BrokenPhoto
    try:
        return _small(content)
    except (
        # Pillow's readers raise whatever a damaged file makes them stumble over.
        *(OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, ArithmeticError, AttributeError),
        *(struct.error, MemoryError, NotImplementedError, Image.DecompressionBombError),
        # A warning, where somebody has made errors of them.
        Warning,
    ) as error:
        raise BrokenPhoto from error


def _small(content: bytes) -> Thumbnail:
    with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise BrokenPhoto
        opened.draft("RGB", (SIDE * 2, SIDE * 2))
        upright = ImageOps.exif_transpose(opened)
        if "A" in upright.getbands() or "transparency" in upright.info:
            layered = upright.convert("RGBA")
            image = Image.new("RGB", layered.size, "white")
            image.paste(layered, mask=layered.getchannel("A"))
        else:
            image = upright.convert("RGB")
        image.thumbnail((SIDE, SIDE))
        # A fresh image: nothing that the file carried beside its pixels comes along.
        clean = Image.new("RGB", image.size)
        clean.paste(image)
        small = io.BytesIO()
        clean.save(small, "JPEG", quality=QUALITY)
        return Thumbnail(small.getvalue(), clean.width, clean.height)
