"""`.venv/bin/python -m tests.screens --out DIR`: sheets of what people see on a phone, painted by the demo's painter.

What is painted are the golden files. `--before COMMIT` puts beside each picture what that commit had; `--subject` and
`--language` (either may be given again) draw some of the sheets. It needs Chromium.
"""

import argparse
import asyncio
from pathlib import Path

from tests.screens import golden
from tests.screens.painter import chromium, painter
from tests.screens.sheets import draw
from tests.screens.subjects import LANGUAGES, SUBJECTS


async def main(subjects: list[str], languages: list[str], into: Path, commit: str | None, columns: int) -> None:
    """Draws the sheets, and names each as it is ready."""
    into.mkdir(parents=True, exist_ok=True)
    async with chromium() as browser, painter(browser) as one:
        for subject in subjects:
            for language in languages:
                print(await draw(browser, one, subject, language, into, commit, columns), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.screens", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the sheets")
    parser.add_argument("--before", metavar="COMMIT", help="whose golden files stand beside those of now")
    parser.add_argument("--subject", action="append", choices=list(SUBJECTS))
    parser.add_argument("--language", action="append", choices=list(LANGUAGES))
    parser.add_argument("--columns", type=int, default=2, help="pictures (or pairs of them) beside each other")
    given = parser.parse_args()
    if given.before and not golden.is_commit(given.before):
        parser.error(f"this clone has no commit {given.before}")
    chosen = given.subject or list(SUBJECTS), given.language or list(LANGUAGES)
    asyncio.run(main(*chosen, given.out, given.before, given.columns))
