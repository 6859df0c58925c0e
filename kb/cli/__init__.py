"""The command line: one file a command, imported when it is called, so that `kb --help` stays quick."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import click

from kb import __version__
from kb.errors import KbError

# Section, then command: (module in this package, the first line of its help). --help imports none of the modules; a
# test holds these lines and those of the commands together.
COMMANDS: dict[str, dict[str, tuple[str, str]]] = {
    "Build": {
        "build": ("build", "Build or update a knowledge base from files and folders."),
        "add": ("add", "Add single articles to a knowledge base."),
        "remove": ("remove", "Remove articles from a knowledge base, and all that came from them."),
    },
    "Look": {
        "status": ("status", "What the knowledge base holds, what was set aside and why."),
        "articles": ("articles", "The articles, with their languages and sizes."),
        "concepts": ("concepts", "What the articles speak of, most salient first."),
        "concept": ("concept", "One concept: its names, its evidence and its links."),
        "mentions": ("mentions", "Where concepts stand in the articles."),
        "show": ("excerpt", "A passage in its article, or the whole article."),
        "pairs": ("pairs", "Passages of different articles that say the same."),
        "correct": ("correct", "Correct the alignment of two articles; every rebuild keeps to it."),
        "judge": ("judge", "Judge concepts and their names; every rebuild keeps to it."),
        "repairs": ("repairs", "What cleaning repaired, left out or offers, and decide about it."),
    },
    "Ask": {
        "search": ("search", "Passages by meaning and by words, whatever the query's language."),
        "concordance": ("concordance", "A word in its sentences, with their translations."),
        "keyness": ("keyness", "What sets articles apart from others, or from general language."),
        "compare": ("compare", "How often each concept comes up by language, article or year."),
        "company": ("company", "The concepts that one shares sentences with, language by language."),
        "neighbours": ("neighbours", "Concepts that one is linked with."),
        "path": ("path", "The surest chain of links from one concept to another."),
        "graph": ("graph", "The concept graph: nodes and edges."),
        "export": ("export", "Write tables for other programs: csv or jsonl."),
    },
    "Browse": {
        "serve": ("serve", "Open the knowledge base in a browser: read side by side, review, search."),
        "passwords": ("passwords", "Who may sign in to kb serve --passwords FILE: add, change, remove, list."),
    },
    "Work on files": {
        "clean": ("clean", "Show files as they are analysed, and what was repaired or left out."),
        "terms": ("terms", "The terms of some files, best first."),
        "align": ("align", "Align two articles sentence by sentence."),
        "match": ("match", "For every line of one file, its best line in another."),
    },
    "Care": {
        "diff": ("difference", "What a rebuild changed: articles, concepts and their names, links, aligned passages."),
        "check": ("check", "Is this knowledge base sound?"),
        "doctor": ("doctor", "Is this machine ready?"),
        "completion": (
            "completion",
            "Completion for bash, zsh or fish: options, articles, concepts.",
        ),
        "man": ("man", "The manual as a man page, made from what --help says."),
        "models": ("models", "The embedding models on this machine, their sizes and speed."),
    },
}


NAMES = tuple(name for section in COMMANDS.values() for name in section)
COMPLETE = "_KB_COMPLETE"  # set by the scripts of kb completion
PAGED = ("Look", "Ask")  # sections whose commands may print more than a screen
PAGER_OPTIONS = ("--pager", "--no-pager")


class LazyGroup(click.Group):
    """Finds a command in COMMANDS, imports its module when it is called, and turns every error into one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(NAMES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for section in COMMANDS.values():
            if cmd_name in section:
                command = import_module(f"kb.cli.{section[cmd_name][0]}").command
                assert isinstance(command, click.Command)
                self._configure(ctx, cmd_name, command)
                return command
        return None

    def _configure(self, ctx: click.Context, name: str, command: click.Command) -> None:
        """Let the config file give the command's options their defaults."""
        from kb.cli.config import config

        settings = config(NAMES)
        if settings.path is not None:
            known = [(o.removeprefix("--"), p.name or "") for p in command.params for o in p.opts if o[:2] == "--"]
            ctx.default_map = {**(ctx.default_map or {}), name: settings.options(name, known)}

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """As click does it, but without importing every command for its help."""
        from click.shell_completion import CompletionItem

        lines = {name: line for section in COMMANDS.values() for name, (_, line) in section.items()}
        found = [CompletionItem(name, help=line) for name, line in lines.items() if name.startswith(incomplete)]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in self.list_commands(ctx):
            from kb.names import near

            proposal = near(args[0], self.list_commands(ctx))
            raise click.UsageError(f"there is no command '{args[0]}'{proposal or '; kb --help lists them all'}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, section in COMMANDS.items():
            with formatter.section(title):
                formatter.write_dl([(name, line) for name, (_, line) in section.items()], col_max=14)

    def main(  # type: ignore[override]  # click declares it twice, by standalone_mode, which is always off here
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> NoReturn:
        _write_utf8()
        if os.environ.get(COMPLETE):
            from kb.cli.complete import register

            register()
            self._main_shell_completion({}, "kb", COMPLETE)
        status: Any = 0
        try:
            # click's own main would end a broken pipe with status 1, which here means that nothing was found.
            words = _pager_first(sys.argv[1:] if args is None else args)
            with self.make_context(prog_name or "kb", words) as context:
                status = self.invoke(context)
            sys.stdout.flush()
        except click.ClickException as error:
            _fail(_usage_line(error), 2)
        except KbError as error:
            _fail(str(error), error.status)
        except click.exceptions.Exit as error:
            sys.exit(error.exit_code)
        except (click.Abort, KeyboardInterrupt):
            sys.exit(130)
        except OSError as error:
            if error.errno == errno.EPIPE:  # somebody piped us into `head`
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                sys.exit(0)
            where = f"{error.filename}: " if error.filename else ""
            _fail(f"{where}{error.strerror or error}", 2)
        sys.exit(status if isinstance(status, int) else 0)


def _pager_first(args: Sequence[str]) -> list[str]:
    """The words with the options of the pager before the command, wherever they were typed; not behind `--`."""
    end = list(args).index("--") if "--" in args else len(args)
    found = [word for word in args[:end] if word in PAGER_OPTIONS]
    return [*found, *(word for word in args[:end] if word not in PAGER_OPTIONS), *args[end:]]


def _write_utf8() -> None:
    """Whatever the locale. File names that are not UTF-8 come out as `\\udcff`, which JSON reads back."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def _usage_line(error: click.ClickException) -> str:
    """Click's message as one line that names the help to read."""
    message = " ".join(error.format_message().split()).rstrip(".")
    context = getattr(error, "ctx", None)
    if context is None or "kb --help" in message or "did you mean" in message:
        return message
    extra = re.fullmatch(r"Got unexpected extra arguments? \((\S+)\)", message)
    if extra and any("-o" in param.opts for param in context.command.params):
        return f"{message}; to write to that file: -o {extra[1]}"
    return f"{message}; see {context.command_path} --help"


def _fail(message: str, status: int) -> NoReturn:
    print(f"kb: {' '.join(message.split())}", file=sys.stderr)
    sys.exit(status)


@click.group(
    "kb",
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "/".join(PAGER_OPTIONS), default=None, help="Whether long answers go to a pager (default: on a terminal)."
)
@click.option("--kb", metavar="FILE", help="The knowledge base; every command takes it behind its name too.")
@click.version_option(__version__, "--version", prog_name="kb", message="%(prog)s %(version)s")
@click.pass_context
def main(ctx: click.Context, pager: bool | None, kb: str | None) -> None:
    """A multilingual knowledge base: what articles in several languages speak of, and where they say the same.

    \b
    Example:
      kb build articles/ && kb search "loyal customers"
    """
    from kb.cli.config import config

    settings = config(NAMES)
    if ctx.invoked_subcommand is None:
        _say_what_next(kb or os.environ.get("KB") or settings.shared.get("kb") or "kb.db", settings.path)
    elif any(ctx.invoked_subcommand in COMMANDS[section] for section in PAGED) and sys.stdout.isatty():
        from kb.cli.pager import paged

        wanted = settings.shared.get("pager", True) if pager is None else pager
        ctx.with_resource(paged(bool(wanted)))


def _say_what_next(path: str, settings: Path | None) -> None:
    if settings is not None:
        click.echo(f"Settings are those of {settings}.")
    if Path(path).is_file():
        click.echo(
            f"{path} is here. What next:\n"
            "  kb status                       what it holds\n"
            "  kb concepts                     what the articles speak of\n"
            '  kb search "loyal customers"     passages in any language\n'
            "  kb --help                       every command"
        )
    else:
        click.echo(
            f"There is no knowledge base here yet ({path}). What next:\n"
            "  kb build FOLDER                 make one from a folder of articles\n"
            "  kb doctor                       see whether this machine is ready\n"
            "  kb --help                       every command"
        )
