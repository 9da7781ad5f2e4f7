"""Lists of parcels that should arrive, as people drop them into a channel.

`read_list` takes the bytes of a CSV or XLSX file (Seller Hub's returns report, or one's own list) and gives rows, or
says in one sentence why it can't. It is work for another process (`bot.lists.turns`): 20,000 rows take from half a
second (CSV) to some seconds (XLSX), a file at its limits half a minute. Nothing in a file is ever evaluated.
"""

from bot.lists.model import ExpectedRow, ListRead, Skipped, Why
from bot.lists.reader import read_list
from bot.lists.refused import ListUnreadableError, Problem

__all__ = ["ExpectedRow", "ListRead", "ListUnreadableError", "Problem", "Skipped", "Why", "read_list"]
