"""Work for the process under test; it is imported there by name."""

import ctypes
import io
import os
import time
from pathlib import Path
from typing import Any

from PIL import Image

from bot.lists import model


def where() -> tuple[int, int, list[str], dict[str, str]]:
    """The process, its parent, its open files and its environment."""
    files = [str(one.readlink()) for one in Path("/proc/self/fd").iterdir() if one.exists()]
    return os.getpid(), os.getppid(), files, dict(os.environ)


def echo(value: Any) -> Any:
    return value


def says(text: str) -> str:
    """Prints into what was once the way of the answers."""
    os.write(1, text.encode() * 10)
    return text


def fails(text: str) -> None:
    raise LookupError(text)


def reads_xml_with() -> tuple[bool, bool]:
    """Whether openpyxl reads with lxml, and whether with defusedxml."""
    import openpyxl  # noqa: PLC0415 - as the bot does

    return openpyxl.LXML, openpyxl.DEFUSEDXML


def takes(megabytes: int) -> int:
    return len(bytearray(megabytes * 1_000_000))


def spins() -> None:
    while True:
        time.perf_counter()


def waits() -> None:
    time.sleep(3600)


def crashes() -> None:
    ctypes.string_at(0)


def leaves() -> None:
    os._exit(3)


def row() -> model.ExpectedRow:
    return model.ExpectedRow("FMPP1")


class Trap:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("true",)


def trap() -> Trap:
    """An answer that would run something in the bot."""
    return Trap()


def picture(kind: str, mode: str, width: int, height: int, **options: Any) -> bytes:
    """A picture of one colour: few bytes, many pixels."""
    file = io.BytesIO()
    Image.new(mode, (width, height)).save(file, kind, **options)
    return file.getvalue()


def fonts() -> int:
    """How many fonts matplotlib finds, which it writes down for the next time."""
    from matplotlib import font_manager  # noqa: PLC0415 -- half a second, for one test

    return len(font_manager.fontManager.ttflist)
