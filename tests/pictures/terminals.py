"""What `otc-bot init` and `otc-bot doctor` say in a terminal, as pictures."""

import io
import re
import tempfile
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from bot import __version__
from tests.init.folder import dock, empty, sitting
from tests.init.test_setup_page import answers, at_home
from tests.pictures.story import kept

COLUMNS = 80
"""No wider, or nothing can be read on a phone."""
TALLEST = 2000
"""Points of a picture, which has one and a half for each of the page."""
DARK = TerminalTheme(
    (28, 30, 38),
    (222, 224, 230),
    [
        *((28, 30, 38), (255, 118, 118), (126, 211, 113), (240, 190, 80)),
        *((130, 170, 255), (214, 150, 240), (110, 205, 225), (222, 224, 230)),
    ],
)
"""Black, red, green, yellow, blue, magenta, cyan and white, as terminals number them."""
OF_SIMULATORS = re.compile(
    r"^\S*ok +\S* +setting (?:SLACK_API_URL|FLIPKART_API_URL|HTTP_PORT) .*\n(?: {6}.*\n)*", re.MULTILINE
)
"""What somebody who talks to Slack and Flipkart has not set."""
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; width: max-content; padding: 14px 18px; background: {background}; color: {foreground}; }}
pre {{ margin: 0; font: 14px/1.35 "DejaVu Sans Mono", monospace; }}
</style><body><pre>{code}</pre></body>"""


async def spoken() -> dict[str, str]:
    """What is said when somebody sets up a bot, spoils two things, and has all of it looked at."""
    # A path as long as the one that is shown in its place, so that lines break where they would.
    with tempfile.TemporaryDirectory(prefix="d") as folder:
        async with dock(Path(folder), seller="your-application-id") as at:
            team = at.slack.add_usergroup("dock-team", users=[at.operator])
            async with sitting(empty(at), "init") as init:
                for question, typed in answers(at):
                    await init.answers(question, typed)
                assert await init.ends() == 0
            at.slack.usergroups[team].users.clear()
            at.slack.channels[at.channel].members.remove(at.slack.bot_user_id)
            async with sitting(empty(at, TERM="xterm", COLUMNS=str(COLUMNS)), "doctor") as doctor:
                assert await doctor.ends() == 2
            said, rows = OF_SIMULATORS.subn("", at_home(at, doctor.shown))
            said = re.sub(r"(\d+)(?= ok,)", lambda found: str(int(found[1]) - rows), said)
            # A release has a short one.
            said = re.sub(rf"{re.escape(__version__)}, (Python \S+), (\w+)\s+(\w+)", r"1.0.0, \1, \2 \3", said)
            return {"init": at_home(at, init.shown), "doctor": said}


async def terminals(browser: Browser, into: Path) -> None:
    """Makes the pictures."""
    context = await browser.new_context(device_scale_factor=1.5)
    page = await context.new_page()
    for command, said in (await spoken()).items():
        console = Console(record=True, width=COLUMNS, file=io.StringIO(), color_system="standard")
        console.print(Text.from_ansi(f"$ otc-bot {command}\n{said}"), end="")
        await page.set_content(console.export_html(theme=DARK, code_format=PAGE, inline_styles=True))
        # One red word is little of a picture, and stays red.
        kept(await page.locator("body").screenshot(), into / f"{command}.png", TALLEST, Image.Quantize.MAXCOVERAGE)
    await context.close()


NAMES = ("init", "doctor")
"""Of all pictures that are made."""
