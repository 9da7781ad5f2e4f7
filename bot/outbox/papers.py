"""The files of a receipt, drawn in a process of its own."""

import unicodedata

from bot.i18n import _, use
from bot.outbox.files import Document
from bot.record.receipt import Receipt
from bot.worker import Apart, TooMuchError

LONGEST = 24
"""Signs of a name that stand in a file's: three bytes each, and a file system takes 255."""
OF_ID = 8


class Papers:
    """Makes the PDF and the CSV."""

    def __init__(self, apart: Apart) -> None:
        self._apart = apart

    async def __call__(self, receipt: Receipt, language: str) -> list[Document]:
        """The files; when their pictures are too much, without them, for the hashes and names of all still stand there.

        Raises:
            TooMuchError: it is too much even so.
        """
        try:
            pdf, table = await self._apart(drawn, receipt, language, True)
        except TooMuchError:
            pdf, table = await self._apart(drawn, receipt, language, False)
        stem = file_stem(receipt)
        with use(language):
            titles = (_("Receipt, for reading and printing"), _("Receipt as a table"))
        return [Document(f"{stem}.pdf", titles[0], pdf), Document(f"{stem}.csv", titles[1], table)]


def drawn(receipt: Receipt, language: str, pictures: bool) -> tuple[bytes, bytes]:
    """The PDF and the CSV of a receipt."""
    # What draws and writes them takes most of a second to load, and the bot itself never needs it.
    from bot.record.pdf import make_pdf  # noqa: PLC0415
    from bot.record.tables import to_csv  # noqa: PLC0415

    return make_pdf(receipt, language=language, pictures=pictures), to_csv([receipt], language=language)


def file_stem(receipt: Receipt) -> str:
    """How a receipt's files are called, without the ending: by what somebody looks for in a folder of them.

    The day of the arrival, the dock, the FE, how many of the scanned were counted, and the first signs of the
    handover's own id, which tells two of one name and number apart.
    """
    h = receipt.handover
    day = h.arrived_at.astimezone(receipt.zone).date()
    counted = f"{h.scanned}-scanned" if h.counted is None else f"{h.counted}-of-{h.scanned}"
    parts = (_in_names(receipt.location.name), _in_names(h.fe_name or h.fe_id), counted, h.id[:OF_ID])
    return "-".join(("receipt", day.isoformat(), *(one for one in parts if one)))


def _in_names(text: str) -> str:
    """A text as any system takes it for a part of a file's name: letters and digits of any script, and dashes."""
    signs = unicodedata.normalize("NFC", text).replace("\u200c", "").replace("\u200d", "")
    words = "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in signs).split()
    return "-".join(words)[:LONGEST].strip("-")
