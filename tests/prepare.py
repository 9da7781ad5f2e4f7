"""Makes `.venv` with everything that the tests need, pinned and with hashes. Only the standard library is used here.

Run by `python3 -m tests`, and by CI through `python3 -m tests.prepare`.
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINNED = ROOT / "tests" / "requirements.txt"
OLDEST = (3, 11)


def python_of(environment: Path) -> Path:
    """The environment's own interpreter."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def prepare() -> Path:
    """Makes or renews `.venv` when the pins changed; returns its interpreter."""
    if sys.version_info < OLDEST:
        raise SystemExit(f"otc-bot needs Python {OLDEST[0]}.{OLDEST[1]} or newer, this is {sys.version.split()[0]}")
    environment = ROOT / ".venv"
    python = python_of(environment)
    wanted = hashlib.sha256(PINNED.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    stamp = environment / "prepared"
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return python
    print("preparing .venv (once)", flush=True)
    if not python.exists():
        venv.create(environment, with_pip=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(PINNED)], check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], check=True)
    stamp.write_text(wanted)
    return python


if __name__ == "__main__":
    prepare()
