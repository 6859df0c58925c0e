"""kb passwords"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kb.errors import UsageError
from kb.web.roles import EDITOR, ROLES


@click.command("passwords")
@click.argument("file", metavar="FILE")
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--role", type=click.Choice(ROLES), default=EDITOR, show_default=True, help="What NAME may do.")
@click.option("--remove", is_flag=True, help="Take NAME out; that person is signed out at once.")
def command(file: str, name: str | None, role: str, remove: bool) -> None:
    """Who may sign in to kb serve --passwords FILE: add, change, remove, list.

    Asks for NAME's password twice, or reads it from a pipe. FILE keeps no password, only what tells whether one is
    right (scrypt). Without NAME it lists who is in FILE. A running site takes changes up at once.

    \b
    Example:
      kb passwords people.txt Lan --role editor
    """
    try:
        from kb.web import people
    except ModuleNotFoundError as error:
        raise UsageError(f"the browser needs {error.name}; install it with: pip install 'kb[web]'") from None
    path = Path(file)
    if name is None:
        if remove:
            raise UsageError("--remove needs a NAME")
        for person in people.read_people(path):
            print(f"{person.role}  {person.name}")
        return
    if remove:
        people.remove_person(path, name)
        print(f"{file}: {name} is out")
        return
    there = people.save_person(path, name, role, _asked(name))
    print(f"{file}: {name} is {'still' if there else 'now'} in it, as {role}")


def _asked(name: str) -> str:
    if sys.stdin.isatty():
        return str(click.prompt(f"Password of {name}", hide_input=True, confirmation_prompt=True, err=True)).strip()
    return sys.stdin.readline().strip()
