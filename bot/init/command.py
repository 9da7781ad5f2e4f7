"""`otc-bot init` from its beginning to its end."""

import asyncio
import functools
from collections.abc import Mapping
from pathlib import Path

import typer

from bot.init import env_file, toml_file, writing
from bot.init.answers import Answers
from bot.init.checks import Checks
from bot.init.known import ENV_FILE, Known, known
from bot.init.talk import Talk
from bot.init.terminal import Terminal, is_there
from bot.init.wanted import Wanted
from bot.init.wrong import Mistakes, Stopped, Why, Wrong
from bot.settings import Environment, SettingsError, read_environment, read_toml, variables
from bot.values import unquoted

WELCOME = """\
This asks for what the bot needs, looks at each answer, and then writes {env} and {toml}.
Enter takes what stands in [brackets]. Ctrl-C ends it: nothing is written before the last question."""
NEXT = """\
Next:
  otc-bot doctor    looks at all of it
  otc-bot run       starts the bot"""
NEXT_TO_A_BOT = """\
Next:
  otc-bot doctor    looks at all of it
  otc-bot reload    has the running bot take it; `otc-bot run` starts one"""


def init(answers: Path | None, *, replace: bool) -> None:
    """Sets up a bot in this folder, or adds a warehouse to it.

    Args:
        answers: a file of answers; None: somebody is asked.
        replace: whether the file's credentials may replace those of `.env`.

    Raises:
        Mistakes: what is wrong; nothing was changed.
        Stopped: the person ended it; nothing was changed.
    """
    try:
        there = known()
    except SettingsError as error:
        raise Mistakes(list(error.lines), Why.ANSWER) from None
    locations = there.toml.locations if there.toml is not None else ()
    checks = Checks(there.process.slack_api_url, there.process.flipkart_api_url, locations)
    try:
        if answers is not None:
            _from_file(Answers(answers, there, checks, replace))
        elif not is_there():
            said = "init asks questions, and here is no terminal: start it in one, or give it --answers FILE"
            raise Mistakes([said], Why.ANSWER)
        else:
            _at_terminal(there, checks)
    except Wrong as wrong:
        raise Mistakes(str(wrong).splitlines(), wrong.why) from None


def _from_file(answers: Answers) -> None:
    wanted = asyncio.run(answers.everything())
    for line in answers.said:
        typer.echo(line)
    _write(answers.known, wanted)


def _at_terminal(there: Known, checks: Checks) -> None:
    terminal = Terminal()
    terminal.say(WELCOME.format(env=ENV_FILE.absolute(), toml=there.toml_path.absolute()))
    try:
        with asyncio.Runner() as runner:
            wanted = Talk(terminal, there, checks, runner.run).everything()
        _agreed(terminal, there, wanted)
    except (KeyboardInterrupt, EOFError):
        terminal.say()
        raise Stopped from None
    _write(there, wanted)


def _agreed(terminal: Terminal, there: Known, wanted: Wanted) -> None:
    """Raises Stopped where the person does not want it so."""
    warehouses = ", ".join(f"{one.name} in #{one.channel.name}" for one in wanted.warehouses)
    terminal.say("\nThis is written:")
    if wanted.variables:
        terminal.say(f"  {ENV_FILE}: {', '.join(wanted.variables)}")
    terminal.say(f"  {there.toml_path}: {warehouses}")
    lost = env_file.replaced(writing.read(ENV_FILE) or "", wanted.variables)
    if lost:
        terminal.say(f"  {ENV_FILE} has another {', another '.join(lost)}, which is replaced.")
    if not terminal.agrees("Write it?", default=not lost):
        raise Stopped


def _write(there: Known, wanted: Wanted) -> None:
    """Both files, once they were read as the bot reads them."""
    drafts = {}
    before = writing.read(ENV_FILE)
    if wanted.variables:
        drafts[ENV_FILE] = writing.Draft(env_file.changed(before or "", wanted.variables), before, private=True)
    path, text = there.toml_path, writing.read(there.toml_path)
    if text is None:
        drafts[path] = writing.Draft(toml_file.new(wanted), None, private=False)
    elif wanted.warehouses:
        drafts[path] = writing.Draft(toml_file.added(path, text, wanted.warehouses), text, private=False)
    if not drafts:
        typer.echo("Nothing is new: the files are left as they are.")
        return
    writing.write(drafts, functools.partial(_as_the_bot_reads, wanted=wanted, toml_path=path))
    for file in drafts:
        typer.echo(f"ok    {file.absolute()} is written")
    typer.echo(NEXT if text is None else NEXT_TO_A_BOT)


def _as_the_bot_reads(drafts: Mapping[Path, Path], *, wanted: Wanted, toml_path: Path) -> None:
    """Raises Wrong where the files would not be read as they are meant; given is where the draft of each lies."""
    env_draft = str(drafts.get(ENV_FILE, ENV_FILE))
    lines: list[str] = []
    read_environment(Environment, lines, env_draft)
    read_toml(drafts.get(toml_path, toml_path), lines)
    before, after = variables(str(ENV_FILE)), variables(env_draft)
    lines += [
        f"{name} would be read as something else: write {ENV_FILE} by hand"
        for name in sorted(before.keys() | after.keys() | wanted.variables.keys())
        if unquoted(after.get(name, "")) != wanted.variables.get(name, unquoted(before.get(name, "")))
        and not (name in env_file.emptied(wanted.variables) and name not in after)
    ]
    if lines:
        raise Wrong("\n".join(lines), Why.FOLDER)
