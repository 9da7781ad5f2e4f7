"""Programs that mind the rights of files, also where root runs the tests."""

import ctypes
import sys

CAPABILITIES = (1, 2)
"""By which root minds no rights: CAP_DAC_OVERRIDE, and CAP_DAC_READ_SEARCH, by which it enters any folder."""
_CAPBSET_DROP = 24


def mind_rights() -> None:
    """What this process executes from now on minds a file's rights; of who is not root it does so anyway."""
    for one in CAPABILITIES:
        ctypes.CDLL(None).prctl(_CAPBSET_DROP, one, 0, 0, 0)


BOT = (
    *(sys.executable, "-c"),
    f"""
import ctypes, os, sys
for one in {CAPABILITIES}:
    ctypes.CDLL(None).prctl({_CAPBSET_DROP}, one, 0, 0, 0)
os.execv(sys.executable, [sys.executable, "-m", "bot", *sys.argv[1:]])
""",
)
"""`python3 -m bot` so, with the arguments that follow."""
