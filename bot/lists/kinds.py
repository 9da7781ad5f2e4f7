"""What a file is, by how it begins: names lie, and Seller Hub itself has given out web pages called .xls."""

import re
from enum import Enum, auto

from bot.lists.refused import ListUnreadableError, Problem

MOST_BYTES = 20_000_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BEGINNINGS: tuple[tuple[bytes, Problem], ...] = (
    (b"%PDF", Problem.PDF),
    (b"\x89PNG", Problem.PICTURE),
    (b"\xff\xd8\xff", Problem.PICTURE),
    (b"GIF8", Problem.PICTURE),
    (b"II*\x00", Problem.PICTURE),
    (b"MM\x00*", Problem.PICTURE),
    (b"\x1f\x8b", Problem.PACKED),
    (b"Rar!", Problem.PACKED),
    (b"7z\xbc\xaf", Problem.PACKED),
    (b"PK\x05\x06", Problem.PACKED),
    (b"\x09\x08\x10\x00", Problem.OLD_XLS),
    (b"\x09\x04\x06\x00", Problem.OLD_XLS),
    (b"\x09\x02\x06\x00", Problem.OLD_XLS),
    (b"\x09\x00\x04\x00", Problem.OLD_XLS),
)
_MAIL = re.compile(
    r"\s*(?:mime-version|from|date|subject|message-id|content-type|snapshot-content-location):", re.IGNORECASE
)
_IN_MAIL = re.compile(r"content-type:\s*(?:multipart/|text/html)", re.IGNORECASE)
_MARKUP = ("<!doctype", "<html", "<head", "<body", "<table", "<meta", "<style", "<div", "<?xml", "<!--")


class Kind(Enum):
    """What to read a file with."""

    TEXT = auto()
    WORKBOOK = auto()


def kind(content: bytes) -> Kind:
    """What the file is.

    Raises:
        ListUnreadableError: it is empty, too big or no list.
    """
    if len(content) > MOST_BYTES:
        raise ListUnreadableError(Problem.TOO_BIG, megabytes=MOST_BYTES // 1_000_000)
    if not content.strip():
        raise ListUnreadableError(Problem.EMPTY)
    if content.startswith(b"PK\x03\x04"):
        return Kind.WORKBOOK
    if content.startswith(_OLE):
        # Excel puts an encrypted XLSX into the container of its old format, with a stream of this name.
        raise ListUnreadableError(Problem.PASSWORD if _ENCRYPTED in content else Problem.OLD_XLS)
    for beginning, problem in _BEGINNINGS:
        if content.startswith(beginning):
            raise ListUnreadableError(problem)
    if content[4:8] == b"ftyp" or (content.startswith(b"RIFF") and content[8:12] == b"WEBP"):
        raise ListUnreadableError(Problem.PICTURE)
    return Kind.TEXT


def refuse_markup(text: str) -> None:
    """Refuses HTML, also packed as a mail, and XML: programs save them as .xls. Raises ListUnreadableError."""
    mail = _MAIL.match(text) and _IN_MAIL.search(text[:4000])
    if mail or text[:200].lstrip().casefold().startswith(_MARKUP):
        raise ListUnreadableError(Problem.WEB_PAGE)
