"""Why a whole file is refused, in a sentence that ends in what to do."""

from dataclasses import dataclass
from enum import StrEnum

from bot.i18n import N_


class Problem(StrEnum):
    """A sentence for the person, also the key of its translation; `facts` of the error fill the names in braces."""

    EMPTY = N_("The file is empty. Export the list again and drop it here.")
    TOO_BIG = N_(
        "The file is bigger than {megabytes} MB. Export fewer days, or only the columns that matter, and try again."
    )
    TOO_MANY_ROWS = N_("The list has more than {rows} rows. Export fewer days and drop the parts here one by one.")
    TOO_MANY_CELLS = N_(
        "The list has more than {cells} filled cells. Export only the columns that matter and try again."
    )
    TOO_MUCH = N_(
        "The file takes more memory or time than the bot gives to a list, so it was not read. Export fewer days, or "
        "only the columns that matter, and drop it here again."
    )
    ANOTHER = N_("Your list before this one is still being read. Drop this one again when it has its answer.")
    GAP = N_(
        "After row {line} more than {rows} empty rows follow before there is something again, so the list was not "
        "read. Delete the empty rows and drop it here again."
    )
    OLD_XLS = N_(
        "This is an old Excel file (.xls), which the bot doesn't read. Open it in Excel or Google Sheets, "
        "save it as CSV or XLSX and drop it here again."
    )
    OTHER_SHEET = N_(
        "This is a spreadsheet of another program, which the bot doesn't read. Open it in Excel or Google "
        "Sheets, save it as CSV or XLSX and drop it here again."
    )
    WEB_PAGE = N_(
        "This is a web page, even if its name says .xls or .csv. Open it in Excel or Google Sheets, save it "
        "as CSV or XLSX and drop it here again."
    )
    PDF = N_("This is a PDF, not a list. Export the list as CSV or XLSX and drop it here.")
    PICTURE = N_("This is a picture, not a list. Export the list as CSV or XLSX and drop it here.")
    PACKED = N_("This is a packed folder. Unpack it and drop the CSV or XLSX file itself here.")
    NOT_A_LIST = N_(
        "This is neither a CSV nor an XLSX file. Open it in Excel or Google Sheets, save it as CSV or XLSX "
        "and drop it here again."
    )
    PASSWORD = N_("The file is protected with a password. Save it without one and drop it here again.")
    BOMB = N_(
        "The file unpacks to much more than a list needs, so it was not opened. Open it in Excel or Google "
        "Sheets, save it as CSV or XLSX and drop it here again."
    )
    DAMAGED = N_(
        "The XLSX file is damaged or not complete. Open it in Excel or Google Sheets, save it as CSV or XLSX "
        "and drop it here again."
    )
    QUOTE = N_(
        "In row {line} a quotation mark opens and never closes, so nobody can tell where the rows after it "
        "begin. Correct it, or save the list as XLSX, and drop it here again."
    )
    LONG_LINE = N_(
        "Row {line} is longer than a row of a list can be. Open it in Excel or Google Sheets, save it as CSV "
        "or XLSX and drop it here again."
    )
    NO_COLUMN = N_("No column looks like tracking ids. Name the column “Tracking ID” and drop the file here again.")
    TWO_COLUMNS = N_(
        "Columns {first} and {second} both look like tracking ids. Name the right one “Tracking ID” and drop "
        "the file here again."
    )
    NO_ROWS = N_("The list has a column “{column}”, but no rows below it. Export it again and drop it here.")
    NO_IDS = N_(
        "Nothing could be read from the column “{column}”. Row {line}, for example: {why}. Correct the list "
        "and drop it here again."
    )


@dataclass(frozen=True, slots=True)
class Refused:
    """A `ListUnreadableError` on its way between processes."""

    problem: Problem
    facts: dict[str, str | int]


class ListUnreadableError(Exception):
    """A file from which no parcel can be read; its text is the English sentence.

    To translate, translate `problem` and, in it, the fact `why`, and fill in the `facts`.
    """

    def __init__(self, problem: Problem, **facts: str | int) -> None:
        written = {
            name: fact if isinstance(fact, str) or name == "line" else f"{fact:,}" for name, fact in facts.items()
        }
        super().__init__(problem.value.format(**written))
        self.problem = problem
        self.facts = facts
