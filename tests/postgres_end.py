"""`python tests/postgres_end.py FOLDER`: ends the PostgreSQL there once none of those who use it is alive.

Whoever is killed tidies nothing up, so this runs beside the server from its beginning.
"""

import contextlib
import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path


def end_after_all(where: Path) -> None:
    """Waits for the end of all users, however they end, and forgets the folder too."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        while any(Path(f"/proc/{pid}").exists() for pid in _users(where)):
            time.sleep(1)
        server = int((where / "postmaster.pid").read_text(encoding="ascii").split()[0])
        os.kill(server, signal.SIGQUIT)
        while Path(f"/proc/{server}").exists():
            time.sleep(0.1)
    shutil.rmtree(where, ignore_errors=True)


def _users(where: Path) -> list[int]:
    while True:
        with contextlib.suppress(json.JSONDecodeError):  # somebody writes it just now
            return list(json.loads((where / ".handle_pids.json").read_text(encoding="ascii")))
        time.sleep(0.1)


if __name__ == "__main__":
    end_after_all(Path(sys.argv[1]))
