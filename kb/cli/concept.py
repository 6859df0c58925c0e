"""kb concept"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from kb.answers import Citation, ConceptEntry, Evidence
from kb.cli import complete
from kb.cli.common import base_option, cite_option, citing, json_option, open_base, print_json, show_citations
from kb.cli.show import bold, cells, counted, heading, marked_text, pad, paragraph, safe
from kb.names import preferred_name
from kb.records import plain

# Forms and links of an entry on screen; --json has all.
FORMS_SHOWN = 12
LINKS_SHOWN = 12


@click.command("concept")
@click.argument("name", nargs=-1, required=True, metavar="NAME", shell_complete=complete.concepts)
@click.option("--evidence", type=click.IntRange(min=0), default=3, metavar="N", help="Sentences a language (3).")
@cite_option
@json_option
@base_option
def command(name: tuple[str, ...], evidence: int, cite: bool, as_json: bool, path: str) -> None:
    """One concept: its names, its evidence and its links.

    NAME is an id or a label in any language, in either Chinese script, with or without tones and accents; a slip of the
    finger is forgiven where only one concept can be meant.

    \b
    Example:
      kb concept "trải nghiệm"
    """
    asked = " ".join(name)
    with open_base(path) as base:
        entry = base.concept(asked, evidence=evidence)
        cited = citing(base, [item.sentence for item in (*entry.definitions, *entry.evidence)]) if cite else []
    if as_json:
        rest = {key: value for key, value in plain(entry).items() if key != "concept"}
        rest |= {"citations": plain([citations[0] for citations in cited])} if cite else {}
        print_json([plain(entry.concept) | rest])
        return
    _show_names(entry, asked)
    if entry.above:
        print(f"  in the scheme: {safe(' > '.join((*entry.above, preferred_name(entry.concept.labels))))}")
    if entry.definition:
        print()
        paragraph(entry.definition, "  ")
    _show_evidence("Said to be", entry.definitions, cited[: len(entry.definitions)])
    _show_evidence("Evidence", entry.evidence, cited[len(entry.definitions) :])
    more = entry.concept.mentions - len(entry.evidence)
    if entry.evidence and more > 0:
        print(f"  {counted(more, 'more mention')}: kb mentions {entry.concept.id}")
    _show_links(entry)
    if entry.also:
        print()
        heading("Other concepts with such a name")
        for id, label in entry.also:
            print(f"  {safe(label)}  ({id})")


def _show_names(entry: ConceptEntry, asked: str) -> None:
    concept = entry.concept
    if entry.slip:
        print(f"kb: no concept is called '{asked}'; the nearest is this one", file=sys.stderr)
    kind = concept.type or ""
    if entry.kind_of:
        kind += f" (as a kind of {safe(entry.kind_of.name)}, {entry.kind_of.score:.2f})"
    print(f"{bold(safe(preferred_name(concept.labels)))}  {kind}".rstrip())
    print(f"  {concept.id}, {counted(concept.mentions, 'mention')} in {counted(concept.articles, 'article')}")
    print()
    width = max((cells(tag) for tag in concept.labels), default=0)
    for tag, forms in sorted(concept.labels.items()):
        counts = entry.counts.get(tag, {})
        shown = [f"{form} ({counts[form]})" if counts.get(form) else form for form in forms[:FORMS_SHOWN]]
        more = f", and {len(forms) - FORMS_SHOWN} more" if len(forms) > FORMS_SHOWN else ""
        print(f"  {pad(tag, width)}  {safe(', '.join(shown))}{more}")


def _show_evidence(title: str, items: Sequence[Evidence], cited: Sequence[tuple[Citation, ...]]) -> None:
    if items:
        print()
        heading(title)
    for n, item in enumerate(items):
        mention = item.mention
        print(f"  {mention.language}  {mention.article} [{mention.start}:{mention.end}]  {safe(mention.path)}")
        paragraph(marked_text(item.sentence.text, item.at, item.to), "    ")
        for other in item.aligned:
            paragraph(f"{other.language} {other.article}: {other.text}", "      = ")
        show_citations(cited[n] if cited else (), "    ")


def _show_links(entry: ConceptEntry) -> None:
    if entry.links:
        print()
        heading("Links")
    width = max((cells(link.kind) for link in entry.links), default=0)
    for link in entry.links[:LINKS_SHOWN]:
        print(f"  {pad(link.kind, width)}  {safe(link.name)}  ({link.score:.2f}, {link.method})")
    if len(entry.links) > LINKS_SHOWN:
        print(f"  ... {len(entry.links) - LINKS_SHOWN} more: kb neighbours {entry.concept.id}")
