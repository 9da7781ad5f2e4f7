"""What a photo must be to be kept: one of four kinds, by its content, of a size that a phone makes."""

import io
import struct
import warnings

from bot.i18n import N_

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
"""No other reader of Pillow's ever sees the bytes. A JPEG with a second picture in it (MPO) comes through the first."""

TOO_LARGE = N_("The picture is larger than 10 MB. Send it again in a smaller size.")
TOO_MANY_PIXELS = N_("The picture has more than 40 megapixels. Send it again in a smaller size.")
FORGOTTEN = N_("The picture was kept for as long as `[retention]` says, and is forgotten.")
HEIC = N_(
    "Pictures in Apple's HEIC format can't be kept. On the phone, choose Settings, Camera, Formats, Most Compatible, "
    "or send a screenshot of the picture."
)
NO_PICTURE = N_("This is no picture that can be kept. Send it as JPEG, PNG, WebP or GIF.")
BROKEN = N_("The picture is damaged. Send it again.")
TOO_MUCH = N_("The picture takes too much to be looked at. Send it again in a smaller size, or as a screenshot.")

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"heif", b"mif1", b"msf1"})


class PhotoRefusedError(Exception):
    """The picture is not kept, and would not be the next time; the message is a sentence to be translated."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def check(content: bytes) -> None:
    """Passes for a picture that may be kept. Reads the head and the structure; never unpacks the pixels.

    Raises:
        PhotoRefusedError: it is something else, or too large.
    """
    if len(content) > MOST_BYTES:
        raise PhotoRefusedError(TOO_LARGE)
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        raise PhotoRefusedError(HEIC)
    # Here, because the bot itself never looks into one; each reader, so that Pillow does not load all it has.
    from PIL import GifImagePlugin, Image, JpegImagePlugin, PngImagePlugin, UnidentifiedImageError, WebPImagePlugin  # noqa: F401

    try:
        with warnings.catch_warnings():
            # Pillow only warns of half the bombs; its own limit is higher than ours, which is looked at below.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise PhotoRefusedError(TOO_MANY_PIXELS)
                image.verify()
    except Image.DecompressionBombError as error:
        raise PhotoRefusedError(TOO_MANY_PIXELS) from error
    except UnidentifiedImageError as error:
        raise PhotoRefusedError(NO_PICTURE) from error
    except (
        # What Pillow's readers stumble over in a damaged file.
        *(OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, ArithmeticError, AttributeError),
        *(struct.error, MemoryError, NotImplementedError),
    ) as error:
        raise PhotoRefusedError(BROKEN) from error


def why_not(content: bytes) -> str:
    """`check` for another process: why the picture may not be kept, as a sentence to be translated, or ""."""
    try:
        check(content)
    except PhotoRefusedError as error:
        return error.sentence
    return ""
