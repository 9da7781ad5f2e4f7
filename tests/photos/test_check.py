import io
import struct
import zlib

import pytest
from PIL import Image

from bot.photos import check as checks
from bot.photos.check import BROKEN, HEIC, NO_PICTURE, TOO_LARGE, TOO_MANY_PIXELS, PhotoRefusedError, check


def picture(kind: str, size: tuple[int, int] = (40, 30), **more: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind, **more)
    return file.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """A file of some hundred bytes that unpacks to as many pixels as it says."""

    def part(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    lines = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", lines) + part(b"IEND", b"")


def why(content: bytes) -> str:
    with pytest.raises(PhotoRefusedError) as refused:
        check(content)
    return refused.value.sentence


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "MPO"])
def test_what_phones_and_screens_make_is_taken(kind: str) -> None:
    check(picture(kind))


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "PPM", "ICO", "PDF", "EPS"])
def test_other_kinds_are_not(kind: str) -> None:
    assert why(picture(kind)) == NO_PICTURE


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 50, b"<html>", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7"]
)
def test_what_is_no_picture_at_all(content: bytes) -> None:
    assert why(content) == NO_PICTURE


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1", b"hevc"])
def test_heic_gets_a_sentence_of_its_own(brand: bytes) -> None:
    assert why(b"\0\0\0\x18ftyp" + brand + b"\0" * 100) == HEIC


@pytest.mark.parametrize("size", [(50_000, 50_000), (8_000, 5_001), (200_000, 1), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_not_unpacked(size: tuple[int, int]) -> None:
    if size[0] * size[1] > checks.MOST_PIXELS:
        assert why(png_that_claims(*size)) == TOO_MANY_PIXELS
    else:
        check(png_that_claims(*size))


def test_a_file_that_is_too_large_is_not_even_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("opened"))
    assert why(b"x" * (checks.MOST_BYTES + 1)) == TOO_LARGE


def test_a_damaged_file() -> None:
    whole = bytearray(picture("PNG"))
    whole[45] ^= 0xFF
    assert why(bytes(whole)) == BROKEN
    assert why(picture("PNG")[:20]) in (BROKEN, NO_PICTURE)
