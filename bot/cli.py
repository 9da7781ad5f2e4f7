"""The command line: otc-bot run, reload, demo, doctor, init, manifest, export, help, and db, which has its own file."""

import asyncio
import functools
import gc
import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands import Exit
from bot.commands import fail as _fail
from bot.commands import house_of as _house
from bot.commands import stopped_by_signals as _stopped_by_signals
from bot.db_commands import db
from bot.webhook_commands import webhooks

app = typer.Typer(
    name="otc-bot",
    help="Flipkart return handovers in Slack: codes, live scan progress and a hand count before the End OTC.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(db, name="db")
app.add_typer(webhooks, name="webhooks")


COLLECTIONS = (700, 10, 30)
"""`gc`'s thresholds: the first two are Python's own, the last is three times as many."""


def main() -> None:
    """The console script."""
    app()


def _version(wanted: bool) -> None:
    if wanted:
        from bot import __version__

        print(f"otc-bot {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    del version
    # The database, its journal, pictures and exports hold names and parcels: nobody else on the machine reads them.
    os.umask(0o077)


@app.command()
def run(
    copies: Annotated[
        bool, typer.Option("--copies", help="Share the work with other copies over one PostgreSQL database.")
    ] = False,
) -> None:
    """Run the bot until Ctrl-C or SIGTERM.

    Reads the environment (or .env) and bot.toml, upgrades the database, and connects.
    """
    # What is loaded stays: looking through it for garbage takes a fifth of a start, and would later hold up a code each
    # time.
    gc.disable()
    # structlog and httpx load what draws, for what the bot never draws: 4 MB and an eighth of a start.
    missing: Any = None
    for drawing in ("rich", "pygments", "click"):
        sys.modules.setdefault(drawing, missing)
    # What is heavy is imported here, so that --help and a wrong setting answer at once.
    from bot import logs, sentry
    from bot.houses import load
    from bot.settings import SettingsError

    read = functools.partial(load, copies=copies)
    try:
        houses = read()
    except SettingsError as error:
        _fail(Exit.SETTINGS, *error.lines)
    logs.configure(houses[0].env.log_level, houses[0].env.log_format)

    from bot.app import App
    from bot.doctor.start import at_start
    from bot.seller import CredentialsError
    from bot.store.session import DatabaseUnusableError
    from bot.web import PortTakenError

    async def work() -> None:
        await at_start(houses, Path(".env"))
        gc.freeze()
        # Looking through all that lives takes 70 ms with 3,000 handovers, and finds little.
        gc.set_threshold(*COLLECTIONS)
        gc.enable()
        stop = _stopped_by_signals()
        app = App(houses, read=read, shared=copies)
        _reload_by_signal(app.reload, stop)
        await app.run(stop)

    try:
        known = (CredentialsError, DatabaseUnusableError, PortTakenError)
        env = houses[0].env
        with sentry.told(env.sentry_dsn, env.sentry_environment, known):
            asyncio.run(work())
    except CredentialsError as error:
        _fail(Exit.CREDENTIALS, str(error))
    except DatabaseUnusableError as error:
        _fail(Exit.DATABASE, str(error))
    except PortTakenError as error:
        _fail(Exit.PORT, str(error))


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page; 0: any free one.")] = 8700,
    speed: Annotated[float, typer.Option(min=0.25, max=50, help="How fast the bot looks and the day plays.")] = 1.0,
    keep: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep the practice dock in this database, and go on in it.")
    ] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Show the page in the browser.")] = False,
) -> None:
    """See it work in a browser: a practice dock with a simulated Slack and Flipkart. Needs no accounts."""
    from bot import logs

    logs.configure("WARNING", "console")

    def say(line: str) -> None:
        # At once, also when somebody reads it through a pipe.
        print(line, flush=True)

    from bot.demo import DemoPortError, KeptError
    from bot.demo import demo as run_demo
    from bot.store.session import DatabaseUnusableError

    kept = keep.absolute() if keep is not None else None

    async def work() -> None:
        stop = _stopped_by_signals()
        await run_demo(stop, say, port=port, speed=speed, keep=kept, open_browser=open_browser)

    try:
        asyncio.run(work())
    except DemoPortError as error:
        _fail(Exit.PORT, str(error))
    except (KeptError, DatabaseUnusableError) as error:
        _fail(Exit.DATABASE, str(error))


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, for machines.")] = False,
    brief: Annotated[bool, typer.Option("--brief", help="Only what is not well.")] = False,
    every: Annotated[bool, typer.Option("--all", help="List settings that have their default, too.")] = False,
) -> None:
    """Check everything that the bot needs, and say how to mend what is wrong. Only reads, also beside a running bot.

    Exit code 0: all is well; 1: it works, with warnings; 2: something fails.
    """
    from bot.doctor.command import doctor as examine_all
    from bot.doctor.finding import Level

    worst = asyncio.run(examine_all(sys.stdout, as_json=as_json, brief=brief, every=every))
    if worst is not Level.OK:
        raise typer.Exit(Exit.UNWELL if worst is Level.WARN else Exit.SETTINGS)


@app.command()
def init(
    answers: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Take the answers from this TOML file instead of asking.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="With --answers: replace credentials that .env has already.")
    ] = False,
) -> None:
    """Set up a bot in this folder, or add a warehouse: asks, looks at each answer, writes .env and bot.toml."""
    if replace and answers is None:
        raise typer.BadParameter("--replace is for --answers alone: without a file you are asked")

    from bot.init.command import init as set_up
    from bot.init.wrong import Mistakes, Stopped, Why

    codes = {Why.ANSWER: Exit.SETTINGS, Why.REFUSED: Exit.CREDENTIALS, Why.FOLDER: Exit.UNWELL}
    try:
        set_up(answers, replace=replace)
    except Mistakes as error:
        _fail(codes[error.why], *error.lines)
    except Stopped:
        _fail(Exit.UNWELL, "nothing was written")


@app.command()
def manifest(
    url: Annotated[
        str | None,
        typer.Option(metavar="https://HOST", help="For HTTP at this address of yours; without it: Socket Mode."),
    ] = None,
) -> None:
    """Write the Slack app's manifest, and below it, on stderr, the address that creates the app with it."""
    from bot.manifest import UrlError, as_yaml, creating

    try:
        text, address = as_yaml(url), creating(url)
    except UrlError as error:
        raise typer.BadParameter(f"--url {error}") from error
    print(text, end="", flush=True)
    print(f"\nOpen this address to create the app with this manifest in it:\n{address}", file=sys.stderr)


@app.command()
def export(
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="The day on which the FEs came.")
    ] = None,
    location: Annotated[str | None, typer.Option(help="The location's id, as in bot.toml.")] = None,
    workspace: Annotated[str | None, typer.Option(help="The id of the workspace, where bot.toml has several.")] = None,
    tracking: Annotated[
        str | None, typer.Option(help="A parcel's tracking id: the handovers in which it came.")
    ] = None,
    lists: Annotated[
        bool,
        typer.Option("--lists", help="Instead of receipts: what was expected on --day, and what came."),
    ] = False,
    claims: Annotated[
        bool, typer.Option("--claims", help="Instead of receipts: all claims, or those opened on --day.")
    ] = False,
    wanted: Annotated[
        list[str] | None,
        typer.Option("--format", help="xlsx (if none is given), csv, pdf, jsonl, or zip for claims; may be repeated."),
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder for the files; files of the same name are replaced.")] = Path(),
    language: Annotated[
        str, typer.Option(help="The files' language, such as hi; a wrong one names all there are.")
    ] = "en",
) -> None:
    """Write files: the receipts of a day, a location or a tracking id, a day's expected parcels, or claims.

    Needs no accounts.
    """
    if day is None and not location and not tracking and not claims:
        raise typer.BadParameter(
            "say which handovers: --day, --location or --tracking, or several of them; or --claims"
        )

    from bot.export import ExportError, Format, Wish
    from bot.export import export as export_files
    from bot.houses import load_for_record
    from bot.i18n import LANGUAGES
    from bot.settings import SettingsError
    from bot.store.session import DatabaseUnusableError

    if language not in LANGUAGES:
        raise typer.BadParameter(f"--language: choose {', '.join(LANGUAGES)}")
    known = [one.value for one in Format]
    if lists and (day is None or tracking or "pdf" in (wanted or ())):
        raise typer.BadParameter("--lists needs --day, may have --location, and makes xlsx, csv or jsonl")
    if claims and lists:
        raise typer.BadParameter("--claims or --lists: choose one")
    if not claims and "zip" in (wanted or ()):
        raise typer.BadParameter("--format zip is for --claims alone: the proof of each")
    if strange := [one for one in wanted or () if one not in known]:
        raise typer.BadParameter(f"--format {strange[0]}: choose {', '.join(known)}")
    formats = [Format(one) for one in wanted or ["xlsx"]]
    wish = Wish(day.date() if day else None, location, tracking, formats, out, language, lists, claims)

    from bot import logs

    logs.configure("ERROR", "console")
    try:
        for line in asyncio.run(export_files(_house(load_for_record(), workspace), wish)):
            print(line)
    except SettingsError as error:
        _fail(Exit.SETTINGS, *error.lines)
    except ExportError as error:
        _fail(Exit.UNWELL, str(error))
    except DatabaseUnusableError as error:
        _fail(Exit.DATABASE, str(error))


@app.command()
def reload() -> None:
    """Have the running bot take a changed bot.toml and .env, without an interruption; its log says what it did.

    A mistake is told here, and the bot goes on with what it has.
    """
    from bot.houses import load_for_record
    from bot.settings import Kept, SettingsError
    from bot.store.dialects.backend import backend_of
    from bot.store.lock import holder

    try:
        urls = [*(one.database_url for one in load_for_record()), Kept(_env_file=".env").database_url]
    except SettingsError as error:
        _fail(Exit.SETTINGS, *error.lines)
    found = [pid for url in urls if (pid := holder(backend_of(url).shown)) is not None]
    if not found:
        _fail(Exit.UNWELL, "no bot is running here on an SQLite database; elsewhere send SIGHUP to its process")
    os.kill(found[0], signal.SIGHUP)
    print(f"the bot (process {found[0]}) reads its settings again; its log says what it did")


@app.command("help")
def help_(
    words: Annotated[list[str] | None, typer.Argument(help="What to look for; without it, all pages.")] = None,
    show: Annotated[int | None, typer.Option(min=1, help="The number of the section in the list.")] = None,
) -> None:
    """Show the part of the documentation that is about a word, such as `otc-bot help retention`."""
    from bot.helping.pages import folder, sections
    from bot.helping.terminal import NothingFoundError, answer

    try:
        print("\n".join(answer(words or (), sections(folder()), shutil.get_terminal_size().columns, show)))
    except NothingFoundError as error:
        _fail(Exit.UNWELL, str(error))


def _reload_by_signal(reload: Callable[[], None], stop: asyncio.Event) -> None:
    """SIGHUP has the settings read again; a terminal that is closed sends it too, and ends what was started there."""
    on_terminal = sys.stderr.isatty()

    def heard() -> None:
        if on_terminal and not os.isatty(sys.stderr.fileno()):
            stop.set()
        else:
            reload()

    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, heard)
