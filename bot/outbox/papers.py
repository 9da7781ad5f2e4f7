"""The files of a receipt, drawn in a process of its own."""

from bot.i18n import _, use
from bot.outbox.files import Document
from bot.record.receipt import Receipt
from bot.worker import Apart, TooMuchError


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
    """How a receipt's files are called, without the ending: the day of the arrival and the handover's own id."""
    day = receipt.handover.arrived_at.astimezone(receipt.zone).date()
    return f"receipt-{day.isoformat()}-{receipt.handover.id}"
