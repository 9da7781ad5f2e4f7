"""Photos from outside made small and harmless: bounded, turned upright, without what a camera writes into them."""

import io
import math
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
ROWS = 32
"""Of the small picture, made of one strip."""


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
        # A JPEG is unpacked in this size at once.
        opened.draft("RGB", (SIDE * 2, SIDE * 2))
        opened.load()
        image = _shrunk(opened)
        ImageOps.exif_transpose(image, in_place=True)
        image.thumbnail((SIDE, SIDE))
        # A fresh image: nothing that the file carried beside its pixels comes along.
        clean = Image.new("RGB", image.size, "white")
        clean.paste(image, mask=image.getchannel("A") if "A" in image.getbands() else None)
        small = io.BytesIO()
        clean.save(small, "JPEG", quality=QUALITY)
        return Thumbnail(small.getvalue(), clean.width, clean.height)


def _shrunk(image: Image.Image) -> Image.Image:
    """The picture in colour, near the size that is wanted: a strip at a time, so that no second whole one is made."""
    mode = "RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB"
    width, height = image.size
    factor = max(width, height) // (SIDE * 2)
    if factor < 2:
        small = image.convert(mode)
    else:
        small = Image.new(mode, (math.ceil(width / factor), math.ceil(height / factor)))
        for top in range(0, height, factor * ROWS):
            strip = image.crop((0, top, width, min(height, top + factor * ROWS)))
            small.paste(strip.convert(mode).reduce(factor), (0, top // factor))
    # How it was held stands in there; all else is left behind.
    small.info = {"exif": image.info["exif"]} if "exif" in image.info else {}
    return small
