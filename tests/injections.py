"""Texts that want to be more than texts, a base whose articles hold them, and what a harmless page is."""

from __future__ import annotations

from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

from fakes import MODEL, FakeEmbedder

from kb import collect
from kb.embed.base import quantise, vector_key
from kb.judge import judge
from kb.model import (
    Alignment,
    AnalysedArticle,
    Bead,
    Block,
    CleanedArticle,
    Concept,
    ConceptRecord,
    Link,
    MappedText,
    Mention,
    NameLink,
    Pair,
    Passage,
    Quote,
    RawArticle,
    Sentence,
    Token,
)
from kb.store import open_store
from kb.store.base import Source

INJECTIONS = (
    # markup
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title></textarea></style><script>alert(1)</script>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'>",
    '<a href="javascript:alert(1)">x</a>',
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    '" autofocus onfocus=alert(1) x="',
    "' onmouseover='alert(1)",
    "` onclick=alert(1)",
    "<!--><script>alert(1)</script>-->",
    "]]><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<b hx-get=/packs hx-trigger=load>x</b>",
    "<base href=//example.org/><meta http-equiv=refresh content=0;url=//example.org>",
    "＜script＞alert(1)＜/script＞",
    "\u2028</script><script>alert(1)//",
    # questions to databases
    "'; DROP TABLE article; --",
    '" OR "1"="1',
    "1 UNION SELECT * FROM info",
    "NEAR(a b, 2) OR *",
    "%' ESCAPE '",
    # templates and formats
    "{{ 7*7 }}",
    "{% include 'base.html' %}{{ config }}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "{0.__class__.__mro__}{key}{n}",
    "%s%s%n %(key)s",
    # paths, headers, commands
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "//example.org/%2e%2e",
    "x\r\nSet-Cookie: kb=1\r\n\r\n<script>alert(1)</script>",
    "$(touch /tmp/x); `id` | cat &",
    # characters
    "abc\u202egpj.exe\u2066\u200b\u200d\ufeff\u00ad",
    "Z\u0351\u0350\u0349a\u0300\u0301\u0302l\u0336g\u0337o" + "\u0310" * 60,
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16") + "\U000e0041\ufffe",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*\t-2+3",
    "\0\x01\x1b[31m\x7f",
    "9" * 400,
)
IDS = {"vi": '"><script>alert(1)</script>/vi', "fr": "l'été {{7*7}}?a=b&c#d 100%", "zh-Hans": "文<b>章</b>&lt;zh"}


def sayable(text: str) -> str:
    """As a line of an article can hold it: cleaning leaves no control characters."""
    return "".join(c for c in text.replace("\r\n", " ") if c >= " " and c not in "\x7f\ufeff\ufffe")


LINES = tuple(sayable(text) for text in INJECTIONS)


def analysed(language: str) -> AnalysedArticle:
    """An article whose every paragraph is an injection, named and titled by one."""
    id, raw = IDS[language], "\n".join(LINES)
    passages, sentences, blocks, start = [], [], [], 0
    for position, line in enumerate(LINES):
        end = start + len(line)
        passages.append(
            Passage(f"{id}:{position}", "heading" if position % 9 == 0 else "paragraph", start, end, line, language)
        )
        sentences.append(Sentence(start, end, line, position, (Token(start, end, 0, line, line, "NOUN"),)))
        blocks.append(Block(passages[-1].kind, start, end, start, end))
        start = end + 1
    read = RawArticle(f"{id}.txt", raw, "utf-8", f"sha-{language}")
    cleaned = CleanedArticle(read, language, LINES[len(language)], MappedText.of(raw), tuple(blocks), ())
    return AnalysedArticle(id, cleaned, tuple(passages), tuple(sentences))


def fill_injected(path: Path) -> Path:
    """Make a base in the file `path` that has injections wherever an article, a scheme or a person can put some."""
    articles = {language: analysed(language) for language in IDS}
    concepts, mentions, names, links, pairs = [], [], [], [], []
    for n, line in enumerate(LINES):
        concept = f"{n} {line}"
        labels = dict.fromkeys(IDS, (line, f"{line} {n}"))
        concepts.append(
            ConceptRecord(
                Concept(concept, LINES[-n] if n % 3 else None, labels, float(n), len(IDS), len(IDS)),
                None, line, (("vi", line),), {(language, line): 1 for language in IDS},
            )
        )  # fmt: skip
        for language, article in articles.items():
            sentence = article.sentences[n]
            mentions.append(
                Mention(
                    concept, article.id, f"{article.id}.txt", language, sentence.start, sentence.end, line, line, 0.9
                )
            )
        names.append((concept, NameLink(("fr", line), ("vi", line), 0.3, line, f"{IDS['fr']}:{n}")))
        other = f"{(n + 1) % len(LINES)} {LINES[(n + 1) % len(LINES)]}"
        links.append(Link(concept, other, "broader" if n % 2 else "co-occurrence", 0.5, line, (line,)))
        quotes = []
        for language in ("fr", "vi"):
            passage = articles[language].passages[n]
            quotes.append(Quote(IDS[language], f"{IDS[language]}.txt", language, passage.start, passage.end, line))
        pair = Pair(f"p{n}", "parallel", 0.5, "proposed", quotes[0], quotes[1])
        pairs.append((pair, (f"{IDS['fr']}:{n}",), (f"{IDS['vi']}:{n}",)))
    store = open_store(path, create=True, write=True)
    with store.transaction():
        store.set_info(
            {"version": "0.1.0", "recipe": "default", "model": MODEL, "dimension": str(FakeEmbedder.dimension),
             "built": "2026-01-02T03:04:05Z"}
        )  # fmt: skip
        for language, article in articles.items():
            location = f"/texts/{language}.txt"
            store.save_article(
                Source(location, f"{article.id}.txt", "/texts", f"sha-{language}", 1, 1, article.id), article
            )
        store.save_source(Source("/texts/no.txt", LINES[0], "/texts", "", 0, 1, None, LINES[1]))
        store.save_vectors([vector_key(MODEL, line) for line in LINES], *quantise(FakeEmbedder().embed(LINES)))
        beads = tuple(Bead((n,), (n,), 0.5) for n in range(len(LINES)))
        for a, b in (("fr", "vi"), ("fr", "zh-Hans"), ("vi", "zh-Hans")):
            first, second = sorted((IDS[a], IDS[b]))
            store.save_alignment(Alignment(first, second, "parallel", 0.5, beads))
        store.save_graph(pairs=pairs, concepts=concepts, mentions=mentions, name_links=names, links=links)
    for line in LINES[:6]:
        pack = collect.begin(store, line, user=line, language="vi").number
        collect.add(store, pack, concept=concepts[0].concept.id, user=line)
        sentence = articles["vi"].sentences[1]
        _, item = collect.add(
            store, pack, places=[(IDS["vi"], sentence.start, sentence.end)], translations=True, user=line
        )
        collect.remark(store, pack, item.number, line, 1, language="vi")
        judge(store, "comment", concepts[1].concept.id, user=line, comment=line)
    store.close()
    return path


class Tags(HTMLParser):
    """Every tag of a page with what it has."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


NEVER = {"img", "iframe", "math", "base", "object", "embed", "style"}


def harm(page: str) -> list[str]:
    """What a page of the site has that none of its templates writes."""
    found = Tags()
    found.feed(page)
    told = []
    for tag, own in found.tags:
        if tag in NEVER or (tag == "script" and not str(own.get("src")).startswith("/static/")):
            told.append(f"<{tag}>")
        told += [f"{tag} {name}" for name in own if name.startswith("on") or name in ("style", "srcdoc", "hx-get")]
        for name in ("href", "src", "action", "formaction", "hx-post"):
            where = own.get(name)
            if where is not None and (where[:1] not in ("/", "#") or where.startswith(("//", "/\\"))):
                told.append(f"{tag} {name}={where}")
    return told


def formulas(rows: Sequence[Sequence[str]]) -> list[str]:
    """Cells of a table that a spreadsheet would compute."""
    return [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r＝＋－＠")]
