"""kb correct"""

from __future__ import annotations

import getpass
import sys
from collections.abc import Sequence

import click

from kb.answers import Correction
from kb.cli import complete
from kb.cli.common import Form, base_option, emit, json_option, open_base, open_to_write, print_json
from kb.cli.show import beads as show_beads
from kb.cli.show import decision, side_by_side
from kb.corrections import KINDS
from kb.errors import UsageError

_LIST, _UNDO = "list", "undo"
_ACTIONS = (*KINDS, _UNDO, _LIST)


@click.command("correct")
@click.argument(
    "words", nargs=-1, shell_complete=complete.after(2, _ACTIONS, complete.articles), metavar="[A B] ACTION [WHERE]..."
)
@click.option("--by", metavar="NAME", help="Who decides (default: the name you are logged in with).")
@json_option
@base_option
def command(words: tuple[str, ...], by: str | None, as_json: bool, path: str) -> None:
    """Correct the alignment of two articles; every rebuild keeps to it.

    A and B are articles of the knowledge base, as for `kb align A B`, which shows the numbers of their sentences. Any
    of its sentences names a bead: a3 is the one with sentence 3 of A, b5 that with sentence 5 of B. Decisions remember
    the sentences by their texts. An edit elsewhere in an article does not touch them, and one whose sentences are gone
    waits until they are back.

    \b
    accept a3          The bead is right.
    reject a3          It is wrong: these sentences do not say the same.
    join a3 a4         The beads from the one to the other are one.
    split a3           A bead of 2 and 2 sentences is two of one and one.
    split a4 b3        The bead is two; a4 and b3 begin the second.
    shift a4 up        The sentence (and those of A above it in its bead) goes
                       to the bead above; down: to the one below.
    undo [NUMBER]      Take a decision back, the last one if none is named.
    list               The decisions and what became of them; without A and B
                       those of all articles.

    \b
    Example:
      kb correct designing-experience/vi designing-experience/fr accept a0
      kb correct designing-experience/vi designing-experience/fr reject a7
      kb correct designing-experience/vi designing-experience/fr join a0 a1
      kb correct designing-experience/vi designing-experience/fr split a4 b4
      kb correct designing-experience/vi designing-experience/fr shift a4 down
      kb correct designing-experience/vi designing-experience/fr undo
      kb correct designing-experience/vi designing-experience/fr list
      kb correct list
    """
    if words == (_LIST,):
        _list((), as_json, path)
        return
    if len(words) < 3 or words[2] not in _ACTIONS:
        raise click.UsageError(
            f"say two articles, one of {', '.join(_ACTIONS)}, and where, for example: kb correct vi fr join a3 a4"
        )
    a, b, action, *where = words
    if action == _LIST:
        if where:
            raise click.UsageError("list takes nothing after it")
        _list((a, b), as_json, path)
    else:
        _decide(a, b, action, where, by, as_json, path)


def _list(articles: Sequence[str], as_json: bool, path: str) -> None:
    with open_base(path) as base:
        found = base.decisions(*articles)
    of = f" of '{articles[0]}' and '{articles[1]}'" if articles else ""
    emit(
        found,
        form=Form.JSON if as_json else Form.TEXT,
        show=_show,
        nothing=f"nothing was decided{of} in {path}",
        limit=0,
    )


def _show(decisions: Sequence[Correction]) -> None:
    for d in decisions:
        what = f"{_UNDO} {d.undoes}" if d.undoes is not None else d.kind
        decision(d.number, what, (d.state, d.time, d.user), f"{d.a}  =  {d.b}")
        if d.a_texts or d.b_texts:
            side_by_side(" ".join(d.a_texts), " ".join(d.b_texts), "  ")


def _decide(a: str, b: str, action: str, where: Sequence[str], by: str | None, as_json: bool, path: str) -> None:
    store = open_to_write(path)
    try:
        from kb.aligned import AlignedTexts, of_rows
        from kb.decide import decide
        from kb.names import resolve_article

        names = store.article_names()
        ids = [resolve_article(name, names) for name in (a, b)]
        if ids[0] == ids[1]:
            raise UsageError(f"'{a}' and '{b}' are the same article; name two different ones")
        first, second = (store.articles([id])[0] for id in ids)
        done = decide(store, first.id, second.id, action, where, user=by or user_name("kb correct A B ... --by NAME"))
        left, right = (of_rows(article, store.sentences_of(article.id)) for article in (first, second))
    finally:
        store.close()
    if as_json:
        print_json([done.decision])
    else:
        show_beads(AlignedTexts(left, right, done.beads).records())
    sys.stdout.flush()
    back = "" if action == _UNDO else f"; take it back with: kb correct {a} {b} undo {done.decision.number}"
    print(f"kb: decision {done.decision.number}; terms and concepts follow at the next kb build{back}", file=sys.stderr)


def user_name(how: str) -> str:
    """The name of the user who is logged in; `how` a user says it where it is not known."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a process without a user, as some containers run them
        raise UsageError(f"who decides is not known here; say so: {how}") from None
