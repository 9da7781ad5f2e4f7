"""Processes whose clocks run faster: libfaketime stands between a process and every clock, timers included."""

import os
import shutil
import sys
from collections.abc import Mapping

STARTS = "2026-11-23 00:30:00"
"""Every day begins at this moment, UTC: six in the morning in India."""
MISSING = "The soak needs the program `faketime`: install the Debian package `faketime` (apt-get install faketime)."
SHARED = ("LD_PRELOAD", "FAKETIME", "FAKETIME_SHARED", "FAKETIME_DONT_RESET", "NO_FAKE_STAT", "TZ")
"""What a child needs to live in its parent's time."""


def is_here() -> bool:
    """Whether clocks can be sped up on this machine."""
    return shutil.which("faketime") is not None


def command(speed: float, module: str, *arguments: str) -> list[str]:
    """The command that runs a module of ours with clocks that run `speed` times as fast."""
    return ["faketime", "-m", "-f", f"@{STARTS} x{speed:g}", sys.executable, "-m", module, *arguments]


def environment() -> dict[str, str]:
    """The environment of that command.

    Children share their parent's clock instead of beginning the day anew, and files keep their real times, so that
    Python's caches stay good.
    """
    return {**os.environ, "FAKETIME_DONT_RESET": "1", "NO_FAKE_STAT": "1", "TZ": "UTC"}


def inherited(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What a process in fast time hands on to a child that must share its clock."""
    return {name: environ[name] for name in SHARED if name in environ}
