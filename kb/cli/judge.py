"""kb judge"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from kb.answers import Judgement
from kb.cli import complete
from kb.cli.common import Form, base_option, emit, form_option, open_base, open_to_write
from kb.cli.correct import user_name
from kb.cli.show import Table, counted, decision, safe
from kb.errors import UsageError
from kb.model import Concept, base_language
from kb.names import preferred_name

if TYPE_CHECKING:
    from kb.query import KnowledgeBase

_LIST, _UNDO, _NONE = "list", "undo", "none"
_OF_NAMES = ("rename", "accept", "reject", "split")
# Action -> what follows it, and how many words these are at least and at most.
_ACTIONS = {
    "rename": ("CONCEPT [LANGUAGE] NAME", 2, 3),
    "accept": ("CONCEPT [LANGUAGE] NAME", 2, 3),
    "reject": ("CONCEPT [LANGUAGE] NAME", 2, 3),
    "merge": ("CONCEPT OTHER", 2, 2),
    "split": ("CONCEPT [LANGUAGE] NAME ...", 2, 1000),
    "type": ("CONCEPT FAMILY", 2, 2),
    "drop": ("CONCEPT", 1, 1),
    "comment": ("CONCEPT TEXT", 2, 2),
    _UNDO: ("[NUMBER]", 0, 1),
    _LIST: ("[CONCEPT]", 0, 1),
}


@click.command("judge")
@click.argument(
    "words",
    nargs=-1,
    shell_complete=complete.after(0, _ACTIONS, complete.concepts),
    metavar="ACTION [CONCEPT] [WHAT]...",
)
@click.option("--by", metavar="NAME", help="Who judges (default: the name you are logged in with).")
@click.option("--comment", metavar="TEXT", help="Why.")
@form_option
@base_option
def command(words: tuple[str, ...], by: str | None, comment: str | None, form: Form, path: str) -> None:
    """Judge concepts and their names; every rebuild keeps to it.

    CONCEPT is an id or a label in any language, as for `kb concept`. LANGUAGE may be left out where the concept has the
    name in one language only. A name goes with its inflected forms: client with clients. Judgements are in force at
    once; they remember concepts by their names, and one whose concept is gone waits until it is back.

    \b
    rename CONCEPT fr NAME   The name comes first in its language; one that the
                             concept has not yet is added.
    accept CONCEPT fr NAME   This is a name of the concept.
    reject CONCEPT fr NAME   It is none; it becomes a concept of its own.
    merge CONCEPT OTHER      The two are one, with the id and the preferred
                             names of the first.
    split CONCEPT fr NAME vi NAME ...
                             These names are a concept of their own together.
    type CONCEPT FAMILY      Its type; none: it has none.
    drop CONCEPT             This is no concept at all.
    comment CONCEPT TEXT     A remark; nothing changes.
    undo [NUMBER]            Take a judgement back, your last one if none is
                             named.
    list [CONCEPT]           The judgements and what became of them.

    \b
    Example:
      kb judge rename customer fr "la clientèle"
      kb judge accept guest vi khách
      kb judge reject guest visiteur --comment "a passer-by"
      kb judge merge customer guest
      kb judge split guest fr visiteur vi khách
      kb judge type loyalty outcome
      kb judge drop word-of-mouth
      kb judge comment guest "ask An about 客人"
      kb judge undo
      kb judge list
    """
    action, rest = (words[0], words[1:]) if words else ("", ())
    if action not in _ACTIONS:
        raise click.UsageError(f"say one of {', '.join(_ACTIONS)}, for example: kb judge merge customer guest")
    what, least, most = _ACTIONS[action]
    if not least <= len(rest) <= most:
        raise click.UsageError(f"write: kb judge {action} {what}; a name of several words is put in quotes")
    if action == _LIST:
        _list(rest, form, path)
    else:
        _judge(action, rest, by or user_name("kb judge ... --by NAME"), comment, form, path)


def _list(concept: Sequence[str], form: Form, path: str) -> None:
    with open_base(path) as base:
        found = base.judgements(*concept)
    of = f" of '{concept[0]}'" if concept else ""
    emit(found, form=form, show=_show, table=_table, nothing=f"nothing was judged{of} in {path}", limit=0)


def _show(judgements: Sequence[Judgement]) -> None:
    for j in judgements:
        decision(j.number, _what(j), (j.state, j.time, j.user), _about(j), j.comment)


def _table(judgements: Sequence[Judgement]) -> Table:
    headers = ["number", "judgement", "state", "about", "user", "time", "comment"]
    rows = [[j.number, _what(j), j.state, _about(j), j.user, j.time, j.comment] for j in judgements]
    return Table(headers, rows, numbers=(0,))


def _what(j: Judgement) -> str:
    if j.undoes is not None:
        return f"{_UNDO} {j.undoes}"
    return f"{j.kind} {j.family or _NONE}" if j.kind == "type" else j.kind


def _about(j: Judgement) -> str:
    other = f" + {j.other_name} ({j.other})" if j.other else ""
    names = f": {_spelled(j.names)}" if j.names else ""
    return f"{j.name} ({j.concept}){other}{names}"


def _spelled(names: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{text} ({tag})" for tag, text in names)


def _judge(action: str, words: Sequence[str], by: str, comment: str | None, form: Form, path: str) -> None:
    from kb.judge import judge
    from kb.query import KnowledgeBase

    store = open_to_write(path)
    try:
        base = KnowledgeBase(store)
        if action == _UNDO:
            if words and not (words[0].isascii() and words[0].isdigit() and len(words[0]) < 10):
                raise UsageError("undo: give the number of one judgement, as list shows it, for example: undo 3")
            judge(store, action, number=int(words[0]) if words else None, user=by, comment=comment)
        else:
            name, *rest = words
            id = base.concept_id(name)
            labels = store.concept(id).concept.labels
            names = _names(action, rest, labels) if action in _OF_NAMES else ()
            if action == "comment":
                comment = " ".join(rest) if comment is None else f"{rest[0]}; {comment}"
            family = rest[0] if action == "type" and rest[0] != _NONE else None
            other = base.concept_id(rest[0]) if action == "merge" else None
            judge(store, action, id, names=names, other=other, family=family, user=by, comment=comment)
        done = base.judgements()[-1]
        said = _said(done, base)
    finally:
        store.close()
    emit([done], form=form, table=_table, show=lambda _: print(safe(said)), nothing="")
    sys.stdout.flush()
    back = "" if action == _UNDO else f"; take it back with: kb judge undo {done.number}"
    print(f"kb: judgement {done.number}{back}", file=sys.stderr)


def _names(action: str, words: Sequence[str], labels: Mapping[str, Sequence[str]]) -> list[tuple[str | None, str]]:
    """(language, name) of what follows the concept; a language is told from a name by the concept's own ones."""
    if action != "split":
        language, name = words if len(words) == 2 else (None, words[0])
        if language is not None and not language.replace("-", "").isalnum():
            raise UsageError(f"{action}: '{language}' is no language; a name of several words is put in quotes")
        return [(language, name)]
    known = {form.lower() for tag in labels for form in (tag, base_language(tag))}
    names: list[tuple[str | None, str]] = []
    left = list(words)
    while left:
        language = left.pop(0) if left[0].lower() in known and len(left) > 1 else None
        names.append((language, left.pop(0)))
    return names


def _said(j: Judgement, base: KnowledgeBase) -> str:
    """What is now the case."""
    if j.undoes is not None:
        undone = next(x for x in base.judgements() if x.number == j.undoes)
        return f"judgement {j.undoes} is taken back: {_what(undone)} {_about(undone)}"
    if j.kind == "drop":
        return f"{j.name} ({j.concept}) is no concept any more"
    concept = next(c for c in base.concepts() if c.id == j.concept)
    name = f"{preferred_name(concept.labels)} ({concept.id})"
    names = _spelled(j.names)
    match j.kind:
        case "rename":
            ((tag, text),) = j.names
            sought = base.concept(concept.id).counts.get(tag, {}).get(text)
            return f"{name} is called {names} first" + (
                "" if sought else "; mentions of a name that is given by hand are not looked for"
            )
        case "accept":
            return f"{names} is a name of {name}"
        case "reject" | "split":
            own = [c for c in base.concepts() if c.id != j.concept and _has(c.labels, j.names)]
            where = (
                f"; {'that is' if len(j.names) == 1 else 'they are'} a concept of {{}} own, {own[0].id}" if own else ""
            )
            what = f"{names} {'is no name' if len(j.names) == 1 else 'are no names'} of {name}"
            return what + where.format("its" if len(j.names) == 1 else "their")
        case "merge":
            held = f"{counted(concept.mentions, 'mention')} in {counted(concept.articles, 'article')}"
            return f"{j.other_name} ({j.other}) and {name} are one concept: {held}"
        case "type":
            return (
                f"{name} is of type {concept.type}{_is_new(base, concept)}" if concept.type else f"{name} has no type"
            )
    return f"noted of {name}: {j.comment}"


def _is_new(base: KnowledgeBase, concept: Concept) -> str:
    """A family that no other concept has may be a slip."""
    others = {c.type for c in base.concepts(limit=None) if c.type and c.id != concept.id}
    return "" if concept.type in others else f", which no other concept is; there are: {', '.join(sorted(others))}"


def _has(labels: Mapping[str, Sequence[str]], names: Sequence[tuple[str, str]]) -> bool:
    return all(text in labels.get(tag, ()) for tag, text in names)
