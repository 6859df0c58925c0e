"""What the documents promise: commands that exist, options that exist, targets that exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
from screenshots import LARGEST, VIEWS

import kb
from kb.cli import COMMANDS, main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
NAMES = [name for section in COMMANDS.values() for name in section]
# What the contract with other programs names and this version has.
CONTRACT = (
    "build add remove articles status clean align match pairs terms concepts concept mentions search concordance"
    " compare neighbours path graph export check doctor"
).split()
LATER = {
    "import",
    "review",
}


def parse(line: str) -> None:
    """Raise click's UsageError when `kb ...` names a command, option or kind of value that is not there."""
    for part in re.split(r" (?:&&|\|) ", line):
        words = shlex.split(part, comments=True)
        while words and "=" in words[0]:
            words.pop(0)
        if not words or words[0].rsplit("/", 1)[-1] != "kb":
            continue
        with main.make_context("kb", words[1:]) as context:
            rest = words[1:]
            if rest:
                name, command, rest = main.resolve_command(context, rest)
                assert command is not None
                command.make_context(name, rest, parent=context)


def console_lines(text: str) -> list[str]:
    blocks = re.findall(r"^```(?:console|sh|bash)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line.removeprefix("$ ").strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if re.match(r"(?:\S*/)?kb ", line)]


def inline_commands(text: str) -> set[str]:
    return set(re.findall(r"`(?:\S*/)?kb ([a-z]+)", text)) | {shlex.split(x)[1] for x in console_lines(text)}


@pytest.mark.parametrize("line", console_lines(README))
def test_readme_examples_parse(line: str) -> None:
    parse(line)


def test_readme_has_examples() -> None:
    assert len(console_lines(README)) >= 5


@pytest.mark.parametrize("line", ["kb serch x", "kb search x --limt 3", "kb pairs --kind odd", "kb align a b c"])
def test_an_example_that_is_wrong_would_be_found(line: str) -> None:
    with pytest.raises(click.UsageError):
        parse(line)


def test_readme_mentions_every_command_and_no_other() -> None:
    mentioned = inline_commands(README)
    assert [name for name in NAMES if name not in mentioned] == []
    assert mentioned <= set(NAMES)


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "corpus/README.md", "pipelines/README.md"])
def test_named_make_targets_commands_and_files_exist(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"^make ([a-z][\w-]*)|`make ([a-z][\w-]*)", text, re.MULTILINE)) <= {
        pair for name in targets for pair in ((name, ""), ("", name))
    }
    assert inline_commands(text) <= set(NAMES)
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / document).parent.joinpath(link).exists(), link


def test_readme_names_the_two_commands() -> None:
    assert {"make demo", "make test"} <= set(re.findall(r"^make \w+", README, re.MULTILINE))


def test_changelog_has_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[?{re.escape(kb.__version__)}\b", changelog, re.MULTILINE)


def test_makefile_tour_parses() -> None:
    steps = re.findall(r"\$\(call STEP,(.*)\)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert steps
    for step in steps:
        parse(f"kb {step}".replace("$(DEMO)", "--kb out/demo.db"))


# --- the command line's own help -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_help_has_an_example_that_parses(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    examples = (command.help or "").partition("Example:")[2].strip().splitlines()
    assert examples
    for example in examples:
        assert example.strip().startswith(f"kb {name}")
        parse(example.strip())


def test_the_first_example_parses() -> None:
    parse((main.help or "").partition("Example:")[2].strip())


def test_help_has_the_contracts_commands_and_nothing_that_does_nothing() -> None:
    assert set(CONTRACT) <= set(NAMES)
    assert not LATER & set(NAMES)


# --- pictures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", VIEWS)
def test_pictures_are_there_and_small(name: str) -> None:
    picture = (ROOT / "docs" / "pictures" / f"{name}.png").read_bytes()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(picture) < LARGEST
    assert int.from_bytes(picture[16:20], "big") <= 1200  # its width
