"""`python3 -m tests` on a machine that has only Python and pip: makes .venv, then runs pytest with what follows."""

import subprocess
import sys

from tests.prepare import ROOT, prepare

sys.exit(subprocess.call([str(prepare()), "-m", "pytest", *sys.argv[1:]], cwd=ROOT))
