"""kb repairs"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kb.answers import Repair, RepairChoice
from kb.cli import complete
from kb.cli.common import (
    Form,
    base_option,
    emit,
    form_option,
    limit_option,
    open_base,
    open_to_write,
    to_show,
)
from kb.cli.correct import user_name
from kb.cli.marks import Run, broken, marked, paint
from kb.cli.show import Table, bold, clip, colourful, decision, paragraph, safe, text_width
from kb.errors import UsageError
from kb.repairs import ACCEPT, KINDS, MADE, UNDO

if TYPE_CHECKING:
    from kb.model import RepairDecision
    from kb.query import KnowledgeBase

_LIST = "list"
_ACTIONS = (*KINDS, UNDO, _LIST)
_CLIPPED = 300  # cells of what was repaired or left out


@click.command("repairs")
@click.argument(
    "words",
    nargs=-1,
    shell_complete=complete.after(0, _ACTIONS, complete.articles, both=True),
    metavar="[ARTICLE] | [ACTION [ID]]",
)
@click.option("--offered", "state", flag_value="offered", help="Only likely, not made, and nobody decided.")
@click.option("--made", "state", flag_value="made", help="As the text is now.")
@click.option("--decided", "state", flag_value="decided", help="Those that somebody accepted or rejected.")
@click.option("--doubtful", "state", flag_value="doubtful", help="What waits for a decision, the least sure first.")
@click.option("--by", metavar="NAME", help="Who decides (default: the name you are logged in with).")
@click.option("--comment", metavar="TEXT", help="Why.")
@limit_option(None, "repairs")
@form_option
@base_option
def command(
    words: tuple[str, ...],
    state: str | None,
    by: str | None,
    comment: str | None,
    limit: int | None,
    form: Form,
    path: str,
) -> None:
    """What cleaning repaired, left out or offers, and decide about it.

    Each has its raw offsets and an id, of which five digits or more will do, and where it is only likely how likely.
    Marks are those of `kb clean`: [-taken away-], {+put in its place+}, [?only offered -> instead?]. Without an action
    the repairs are listed, of all articles or of one. What is decided takes effect at the next `kb build`, which makes
    the articles that it concerns again, and every rebuild keeps to it. Decisions remember the raw characters with what
    stands beside them: an edit elsewhere in the article does not touch them, and one whose place is gone waits until it
    is back.

    \b
    accept ID        The repair is made; the line or phrase is left out.
    reject ID        It is not made; the raw text stands.
    undo [ID]        Take a decision back, your last one if none is named; its
                     number will do, too.
    list [ARTICLE]   The decisions and what became of them.

    \b
    Example:
      kb repairs loyalty/vi
      kb repairs --offered
      kb repairs --doubtful --limit 20
      kb repairs accept 8dc73445194122
      kb repairs reject c113b6c45325af --comment "it is the article's"
      kb repairs --decided
      kb repairs list
      kb repairs undo
    """
    action, rest = (words[0], words[1:]) if words and words[0] in _ACTIONS else ("", words)
    if len(rest) > 1:
        raise click.UsageError("name one article, or an action and one repair: kb repairs accept ID")
    if action and state is not None:
        raise click.UsageError(f"{action} takes no --{state}")
    if action in KINDS and not rest:
        raise click.UsageError(f"{action}: name a repair by its id, which kb repairs shows")
    if action == _LIST:
        _list(rest, form, path)
    elif action:
        _decide(action, rest[0] if rest else "", by or user_name("kb repairs ... --by NAME"), comment, form, path)
    else:
        _repairs(rest[0] if rest else None, state, limit, form, path)


def _repairs(article: str | None, state: str | None, limit: int | None, form: Form, path: str) -> None:
    most = to_show(limit, form)
    with open_base(path) as base:
        if state == "doubtful":
            found = base.doubtful_repairs(most, article=article)
        else:
            found = base.repairs(article, state=state, limit=most)
    what = {"offered": "is offered", "decided": "was decided", "doubtful": "waits for a decision"}.get(
        state or "", "was repaired"
    )
    of = f" of '{article}'" if article else ""
    emit(found, form=form, show=_show, table=_table, nothing=f"nothing {what}{of} in {path}", limit=limit)


def _show(repairs: Sequence[Repair]) -> None:
    for r in repairs:
        kind = r.kind if r.score == 1 else f"{r.kind} {r.score:.2f}"
        facts = (_state(r), kind, f"{r.article}:{r.start}-{r.end}")
        print(f"{bold(r.id)}  {safe('  '.join(facts))}")
        colour = colourful()
        for line in broken(_in_context(r, colour), text_width() - 2):
            print(f"  {paint(line.runs, colour)}")
        paragraph(r.reason, "  ")
        if r.number is not None:
            said = f": {r.comment}" if r.comment else ""
            paragraph(f"-- decision {r.number}, {r.user}, {r.time}{said}", "  ")


def _in_context(repair: Repair, colour: bool) -> list[Run]:
    """As kb clean marks it: what is taken away and put in its place; in one mark where that is only offered."""
    before, after = (clip(_seen(text), _CLIPPED) for text in (repair.before, repair.after))
    if repair.state == MADE:
        parts = [(before, "gone"), (after, "come")]
    else:
        parts = [(f"{before} -> {after or 'nothing'}", "offer")]
    runs = [run for text, style in parts if text for run in marked(text, style, colour)]
    return [*marked(_seen(repair.left).lstrip(), "", colour), *runs, *marked(_seen(repair.right), "", colour)]


def _state(repair: Repair) -> str:
    if not repair.decision:
        return f"{repair.state} (decision taken back {repair.effect})" if repair.effect else repair.state
    return f"{repair.decision}ed ({repair.effect})"


def _table(repairs: Sequence[Repair]) -> Table:
    headers = [
        "id", "article", "start", "end", "kind", "score", "state", "before", "after", "reason", "user", "comment",
    ]  # fmt: skip
    rows = [
        [r.id, r.article, r.start, r.end, r.kind, f"{r.score:.2f}", _state(r), _seen(r.before), _seen(r.after),
         r.reason, r.user, r.comment]
        for r in repairs
    ]  # fmt: skip
    return Table(headers, rows, numbers=(2, 3, 5))


def _seen(text: str) -> str:
    """On one line, with names for what cannot be seen; a mark that sits on nothing gets a circle to sit on."""
    shown = f"\u25cc{text}" if text and unicodedata.combining(text[0]) else text
    return "".join(_named(c) for c in shown.replace("\r\n", "\n"))


def _named(character: str) -> str:
    if character in "\n\r":
        return "⏎"
    if character == " " or not (character.isspace() or unicodedata.category(character) in ("Cc", "Cf")):
        return character
    return f"‹{unicodedata.name(character, f'U+{ord(character):04X}').lower()}›"


def _list(article: Sequence[str], form: Form, path: str) -> None:
    with open_base(path) as base:
        found = base.repair_choices(*article)
    of = f" of '{article[0]}'" if article else ""
    emit(
        found,
        form=form,
        show=_show_choices,
        table=_choices_table,
        nothing=f"nothing was decided about repairs{of} in {path}",
        limit=0,
    )


def _show_choices(choices: Sequence[RepairChoice]) -> None:
    for d in choices:
        decision(d.number, _what(d), (d.state, d.time, d.user), _about(d), d.comment)


def _choices_table(choices: Sequence[RepairChoice]) -> Table:
    headers = ["number", "decision", "state", "about", "user", "time", "comment"]
    rows = [[d.number, _what(d), d.state, _about(d), d.user, d.time, d.comment] for d in choices]
    return Table(headers, rows, numbers=(0,))


def _what(choice: RepairChoice) -> str:
    return f"{choice.kind} {choice.undoes}" if choice.undoes is not None else choice.kind


def _about(choice: RepairChoice) -> str:
    before, after = (clip(_seen(text), 60) for text in (choice.before, choice.after))
    change = f"«{before}» → {f'«{after}»' if after else 'nothing'}"
    return f"{choice.repair}  {choice.of}  {choice.article}:{choice.start}-{choice.end}  {change}"


def _decide(action: str, id: str, by: str, comment: str | None, form: Form, path: str) -> None:
    from kb.mend import decide_repair
    from kb.query import KnowledgeBase

    store = open_to_write(path)
    try:
        base = KnowledgeBase(store)
        if action == UNDO:
            number = _number(base, id)
            done = decide_repair(store, action, number=number, user=by, comment=comment)
        else:
            found = base.repair(id)
            done = decide_repair(store, action, found.article, found.id, user=by, comment=comment)
        choice = next(c for c in base.repair_choices() if c.number == done.number)
    finally:
        store.close()
    said = _said(done, choice)
    emit([choice], form=form, table=_choices_table, show=lambda _: paragraph(said), nothing="")
    sys.stdout.flush()
    back = "" if action == UNDO else f"; take it back with: kb repairs undo {done.number}"
    print(f"kb: decision {done.number}; it takes effect with the next kb build{back}", file=sys.stderr)


def _number(base: KnowledgeBase, id: str) -> int | None:
    """The decision that undo is to take back: a number, or the one about a repair."""
    if not id:
        return None
    if id.isascii() and id.isdigit() and len(id) < 10:
        return int(id)
    found = base.repair(id)
    if found.number is None:
        raise UsageError(f"undo: nothing is decided about {found.id}; kb repairs --decided lists what is")
    return found.number


def _said(done: RepairDecision, choice: RepairChoice) -> str:
    """What is now the case."""
    before, after = (clip(_seen(text), 60) for text in (choice.before, choice.after))
    place = f"{choice.article}:{choice.start}-{choice.end}"
    if done.undoes is not None:
        return f"decision {done.undoes} about «{before}» ({choice.of}, {place}) is taken back"
    if done.kind == ACCEPT:
        return f"«{before}» becomes {f'«{after}»' if after else 'nothing'} ({choice.of}, {place})"
    return f"«{before}» stands as it is ({choice.of}, {place})"
