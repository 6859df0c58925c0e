"""kb concordance"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from kb.answers import Citation, Collocate, ConcordanceLine, Frequency
from kb.cli import complete
from kb.cli.common import (
    Form,
    base_option,
    cite_option,
    citing,
    emit,
    form_option,
    language_option,
    limit_option,
    open_base,
    show_citations,
    to_show,
)
from kb.cli.show import Table, bold, cells, clip, columns, marked_text, on_terminal, pad, paragraph, safe, text_width
from kb.concordance import GROUPS, SORTS
from kb.names import near
from kb.usage import WINDOW, Which

if TYPE_CHECKING:
    from kb.query import KnowledgeBase

SIDE = 36  # cells of context on either side, where the terminal is wide enough
MIDDLE = 30  # cells of the longest match that the lines are set by
NOT_TRANSLATED = "no counterpart: the translation leaves it out"


@click.command("concordance")
@click.argument("pattern")
@click.option("--lemma", is_flag=True, help="PATTERN is a word's dictionary form: any form of it.")
@click.option("--concept", is_flag=True, help="PATTERN is a concept: every form of it in every language.")
@click.option("--regex", is_flag=True, help="PATTERN is a regular expression over sentences.")
@click.option(
    "--article", "articles", multiple=True, metavar="A", shell_complete=complete.articles,
    help="Only in these articles (repeat it; patterns such as 'loyalty/*' will do).",
)  # fmt: skip
@click.option("--into", metavar="TAG", help="Translations in this language only.")
@click.option(
    "--sort", type=click.Choice(SORTS), default="article", help="By the words left or right of it, or itself."
)
@click.option("--sample", type=click.IntRange(min=1), metavar="N", help="N of all matches, drawn at random.")
@click.option("--seed", type=int, default=1, metavar="N", help="Another number draws another sample (default: 1).")
@click.option("--frequency", type=click.Choice(GROUPS), help="Count the matches instead: their forms, neighbours, ...")
@click.option("--collocations", is_flag=True, help="The words that stand near the matches instead, by logDice.")
@click.option(
    "--window",
    type=click.IntRange(min=1, max=50),
    default=WINDOW,
    metavar="N",
    help=f"Words a side for --collocations ({WINDOW}).",
)
@language_option
@limit_option(None, "lines")
@cite_option
@form_option
@base_option
def command(
    pattern: str,
    lemma: bool,
    concept: bool,
    regex: bool,
    articles: tuple[str, ...],
    into: str | None,
    sort: str,
    sample: int | None,
    seed: int,
    frequency: str | None,
    collocations: bool,
    window: int,
    language: str | None,
    limit: int | None,
    cite: bool,
    form: Form,
    path: str,
) -> None:
    """A word in its sentences, with their translations.

    PATTERN is a word or a phrase; upper case and Chinese script do not matter. In a phrase * stands for any one word,
    within a word for any letters of it (souv*), and ... for up to five words. Or it is a pattern over tokens in CQL, as
    in Sketch Engine: attributes are word, lemma and pos (Universal Dependencies: NOUN, VERB, ADJ, ...), values regular
    expressions; [] is any token, then ?, *, + or {0,3}, and ( | ) for choices.

    What stands for the match in the translation is marked, by the concepts and the lexicon.

    \b
    Example:
      kb concordance "khách hàng" --into fr
      kb concordance '[lemma="service"] [pos="ADJ"]'
      kb concordance "le ... client" --sort right
      kb concordance --concept souvenir --frequency counterpart
      kb concordance --lemma client --collocations
    """
    chosen = [name for name, on in (("--lemma", lemma), ("--concept", concept), ("--regex", regex)) if on]
    ways = ["--frequency", "--collocations"] if frequency and collocations else []
    for excluding in (chosen, ways):
        if len(excluding) > 1:
            raise click.UsageError(f"{' and '.join(excluding)} exclude each other")
    nothing = f"'{pattern}' stands in no sentence of {path}; kb search looks for what it means"
    which = Which(lemma=lemma, regex=regex, concept=concept, language=language, article=articles)
    most = to_show(limit, form)
    with open_base(path) as base:
        if collocations:
            company = base.collocations(pattern, window=window, limit=limit or None, **which)
            if not company:
                nothing = f"nothing stands near '{pattern}' more than once, or it stands in no sentence of {path}"
            emit(company, form=form, table=_collocates, nothing=nothing, limit=limit)
        elif frequency:
            counts = base.frequencies(pattern, frequency, into=into, limit=most, **which)
            emit(counts, form=form, table=_frequencies(frequency), nothing=nothing, limit=limit)
        else:
            lines = base.concordance(
                pattern,
                into=into,
                sort=sort,
                sample=sample,
                seed=seed,
                limit=most,
                **which,
            )
            cited = citing(base, lines) if cite else None
            if not lines and not (concept or regex):
                nothing = _proposal(base, pattern, path, which) or nothing
            emit(
                lines, form=form, show=lambda found: _show(found, sort == "article", cited or ()), nothing=nothing,
                limit=limit, table=_columns, cited=cited,
            )  # fmt: skip


def _proposal(base: KnowledgeBase, pattern: str, path: str, which: Which) -> str:
    """Where a pattern stands that does not where it was looked for, or what may have been meant; "" for neither."""
    if which.get("language") or which.get("article"):
        elsewhere = base.frequencies(pattern, "language", limit=None, lemma=which.get("lemma", False))
        if elsewhere:
            tags = ", ".join(group.item for group in elsewhere)
            return f"'{pattern}' stands in no sentence of what was asked for; it does in: {tags}"
    if other := base.spelled_otherwise(pattern):
        return f"'{pattern}' stands in no sentence of {path}; did you mean '{other}'?"
    others = near(pattern, base.words_like(pattern)) if pattern.isalpha() else ""
    return others and f"'{pattern}' stands in no sentence of {path}{others}"


def _show(lines: Sequence[ConcordanceLine], grouped: bool, cited: Sequence[tuple[Citation, ...]]) -> None:
    """Under a heading for each article, or each with its article where another order mixes them."""
    room = columns() if on_terminal() else text_width()
    middle = min(MIDDLE, max(cells(safe(line.match)) for line in lines))
    places = [f"[{x.start}:{x.end}]" if grouped else f"{x.article}[{x.start}:{x.end}]" for x in lines]
    side = max(12, min(SIDE, (room - middle - max(map(len, places)) - 4) // 2))
    article = None
    for n, (line, place) in enumerate(zip(lines, places, strict=True)):
        if grouped and line.article != article:
            article = line.article
            untranslated = "" if line.translated else "  (no translation)"
            print(bold(f"{article}  {line.language}  {safe(line.path)}{untranslated}"))
        left = pad(clip(safe(line.left), side, left=True), side, right=True)
        match = safe(line.match)
        right = pad(clip(safe(line.right), side + max(0, middle - cells(match))), side + max(0, middle - cells(match)))
        print(f"  {left}{bold(match)}{right}  {place}")
        _show_translation(line)
        show_citations(cited[n] if cited else (), "      ")


def _show_translation(line: ConcordanceLine) -> None:
    if line.translation:
        text = line.translation
        if line.translation_at is not None and line.translation_to is not None:
            text = marked_text(text, line.translation_at, line.translation_to)
        paragraph(f"{line.translation_language} {line.translation_article}: {text}", "      = ")
    elif line.translated:
        print(f"      = ({NOT_TRANSLATED})")


def _columns(lines: Sequence[ConcordanceLine]) -> Table:
    def translation(line: ConcordanceLine) -> str:
        if line.translation and line.translation_at is not None and line.translation_to is not None:
            return marked_text(line.translation, line.translation_at, line.translation_to)
        return line.translation or ""

    return Table(
        ["left", "match", "right", "place", "translation"],
        [[x.left, x.match, x.right, f"{x.article} {x.start}:{x.end}", translation(x)] for x in lines],
    )


def _frequencies(by: str) -> Callable[[Sequence[Frequency]], Table]:
    def show(found: Sequence[Frequency]) -> Table:
        return Table(
            [by, *([] if by == "language" else ["language"]), "count", "share"],
            [[x.item, *([] if by == "language" else [x.language]), x.count, f"{x.share:.1%}"] for x in found],
            numbers=(1, 2) if by == "language" else (2, 3),
        )

    return show


def _collocates(found: Sequence[Collocate]) -> Table:
    return Table(
        ["language", "word", "together", "everywhere", "logDice", "G²"],
        [[x.language, x.word, x.together, x.count, f"{x.log_dice:.2f}", f"{x.g2:.1f}"] for x in found],
        numbers=(2, 3, 4, 5),
    )
