"""kb man"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from inspect import cleandoc

import click

from kb import __version__
from kb.cli import COMMANDS
from kb.errors import UsageError
from kb.names import near

STATUS = (("0", "Done."), ("1", "Nothing found."), ("2", "Unusable arguments or input."), ("3", "A damaged base."))
ENVIRONMENT = (
    ("KB", "The knowledge base, where --kb names none."),
    ("PAGER", "Shows what does not fit on the screen; cat or nothing for none."),
    ("NO_COLOR, FORCE_COLOR", "No colour; colour even in a pipe."),
)
FILES = (("kb.toml", "Settings of a folder and those below it."), ("~/.config/kb/config.toml", "Settings of a user."))


@click.command("man")
@click.argument("name", metavar="[COMMAND]", required=False)
@click.pass_context
def command(ctx: click.Context, name: str | None) -> None:
    """The manual as a man page, made from what --help says.

    \b
    Example:
      kb man concordance
    """
    root = ctx.find_root()
    group = root.command
    assert isinstance(group, click.Group)
    names = group.list_commands(root)
    if name is not None and name not in names:
        raise UsageError(f"there is no command '{name}'{near(name, names)}")
    print("\n".join(_page(root, group, [name] if name else names, whole=name is None)))


def _page(root: click.Context, group: click.Group, names: Sequence[str], whole: bool) -> Iterator[str]:
    title = "KB" if whole else f"KB-{names[0].upper()}"
    yield f'.TH "{title}" "1" "" "kb {__version__}" "kb manual"'
    lines = {name: line for section in COMMANDS.values() for name, (_, line) in section.items()}
    yield ".SH NAME"
    yield rf"kb \- {_text(group.help.splitlines()[0] if whole and group.help else lines[names[0]])}"
    if whole:
        yield from (".SH SYNOPSIS", r".B kb", r"[\-\-no\-pager] COMMAND [ARGUMENT ...]", ".SH COMMANDS")
    for name in names:
        command = group.get_command(root, name)
        assert command is not None
        yield from _command(root, name, command, lines[name], whole)
    for heading, rows in (("ENVIRONMENT", ENVIRONMENT), ("FILES", FILES), ("EXIT STATUS", STATUS)):
        yield f".SH {heading}"
        for term, said in rows:
            yield from (".TP", f".B {_text(term)}", _text(said))


def _command(root: click.Context, name: str, command: click.Command, line: str, whole: bool) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=root)
    usage = " ".join(command.collect_usage_pieces(context))
    if whole:
        yield from (f".SS kb {_text(name)}", f".B kb {_text(name)}", _text(usage), ".PP", _text(line))
    else:
        yield from (".SH SYNOPSIS", f".B kb {_text(name)}", _text(usage), ".SH DESCRIPTION")
    paragraphs = cleandoc(command.help or "").split("\n\n")
    for paragraph in paragraphs[1 if whole else 0 :]:
        if paragraph.startswith("\b"):  # lines that stay as they are
            yield from (".PP", ".nf", *map(_text, paragraph.strip("\b\n").splitlines()), ".fi")
        else:
            yield from (".PP", _text(" ".join(paragraph.split())))
    if not whole:
        yield ".SH OPTIONS"
    for option in command.get_params(context):
        record = option.get_help_record(context)
        if record is not None:
            yield from (".TP", f".B {_text(record[0])}", _text(record[1]))


def _text(text: str) -> str:
    """For roff: a hyphen is a minus, and no line begins with a command of its own."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-")
    return re.sub(r"^([.'])", r"\\&\1", escaped)
