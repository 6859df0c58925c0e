"""Web pages -> lines, the article's first and then the page around it, each a block of the page.

Nothing a reader of the page sees is left out: what page elements say of a block (nav, aside, footer, a class named
"related") decides only its place and role, the labels of kb.clean go on top. Left out are scripts, styles, forms' own
fields and the small readings above Chinese characters (ruby), which would tear words apart.

Why lxml and not trafilatura (2.3.1): on twelve pages written for this in three languages, with menus, related
articles, advertisements, comments and footers (tests/test_readers.py), F1 of the cleaned body's words is, on average
and at worst:

    these lines, furniture as the page names it left out by kb.clean     .997  .982
    what trafilatura chooses, then cleaned                               .953  .888
    all lines in the page's order, roles not looked at                   .873  .756
    what trafilatura chooses first, the rest after it                    .838  .732

Comments are prose: after the article they look like it to any reader of lines alone. That is why roles are handed on in
`metadata["furniture"]`. trafilatura brings 14 more packages and loses what it does not choose.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from lxml import etree

from kb.clean.decode import decode_declared
from kb.readers.document import Document, Part, assemble, facts, one_line, without_old_fonts

_UNSEEN = frozenset(
    "script style template svg math object embed iframe frame canvas audio video map select datalist textarea input"
    " rt rp title base link meta".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption"
    " figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol optgroup option p pre"
    " search section summary table tbody tfoot thead tr ul noscript head".split()
)
_CELLS = frozenset(("td", "th"))
_TAG_ROLES = {"nav": "navigation", "footer": "navigation", "aside": "related", "form": "navigation",
              "noscript": "navigation", "button": "navigation", "menu": "navigation", "dialog": "advertisement",
              "search": "navigation"}  # fmt: skip
_ARIA_ROLES = {"navigation": "navigation", "banner": "navigation", "contentinfo": "navigation", "search": "navigation",
               "complementary": "related", "dialog": "advertisement", "alert": "advertisement"}  # fmt: skip
# Words of class names and ids, whole: `comment-list` has "comment", `commentary` has not.
_CLASS_ROLES = {
    **dict.fromkeys(
        "nav navbar navigation menu submenu breadcrumb breadcrumbs pagination pager sidebar footer masthead topbar"
        " toolbar share sharing social addthis sharethis tags taglist tagcloud search login skip toc partage dieuhuong"
        " daohang danhmuc chiase".split(),
        "navigation",
    ),
    **dict.fromkeys(
        "related recommend recommended recommendation recommendations comment comments respond disqus readmore"
        " morenews popular trending mostread lienquan binhluan commentaire commentaires xiangguan pinglun"
        " tuijian".split(),
        "related",
    ),
    **dict.fromkeys(
        "ad ads adv advert adverts advertisement advertising adsbygoogle sponsor sponsored promo promotion banner"
        " newsletter subscribe popup modal cookie cookies gdpr quangcao publicite pub guanggao".split(),
        "advertisement",
    ),
    **dict.fromkeys("copyright legal disclaimer".split(), "legal"),
    **dict.fromkeys("byline meta metadata dateline date time tacgia".split(), "byline"),
}
_CLASS_PAIRS = {"lien quan": "related", "binh luan": "related", "quang cao": "advertisement", "tin khac": "related",
                "chia se": "navigation", "read more": "related", "more news": "related", "most read": "related",
                "a lire": "related", "articles lies": "related", "mentions legales": "legal"}  # fmt: skip
_MAIN_PROPERTY = frozenset(("articlebody", "mainentity"))

# Where elements say that this much of a page's sentences is not the article, they are not believed.
_LEAST_ARTICLE = 0.2
_LEAST_ROW = 2
_LEAST_LINKS = 3  # lines one after the other that are nothing but links: a menu, or other articles
_LONG_LINK = 120  # characters
_LONG_BYLINE = 120
_LONG_CELL = 150  # characters; longer cells are paragraphs that a table places

_META_CHARSET = re.compile(rb"<meta\b[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:+-]{2,40})", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"^\s*<\?xml\b[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9_.:+-]{2,40})[\"']", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")
# libxml2 goes through all attributes of an element for each one that it adds. No page has as many.
_ATTRIBUTE = r"[\s/]*+[^\s/>][^\s=/>]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+)?+)?+"
_SURPLUS = re.compile(rf"(<[A-Za-z][^\s/>]*+(?:{_ATTRIBUTE}){{250}})(?:{_ATTRIBUTE})++")
_HEAD_BYTES = 8_192
_LARGEST_JSON = 100_000
_LONG_TITLE = 1_000  # characters of a page's title that are looked at


def read(data: bytes) -> Document:
    """A page's text and what its head says of it. ValueError for one without text, or nested beyond reason."""
    decoded = decode_declared(data, _declared(data))
    root = _parse(decoded.text)
    parts, encoding = without_old_fonts(_article_first(_parts(root)), decoded.encoding)
    text, roles = assemble(parts)
    if not text.strip():
        raise ValueError("the page has no text (its content may be loaded by a script)")
    told = facts(declared_encoding=decoded.declared, encoding_note=decoded.note)
    return Document(text, encoding, {**_metadata(root), **told, **roles})


def lines(data: bytes) -> list[Part]:
    """The lines of a page that is a chapter of a book, in its order and without roles."""
    parts = _parts(_parse(decode_declared(data, _declared(data)).text))
    return [Part(part.text) for part in parts]


def _declared(data: bytes) -> str:
    head = data[:_HEAD_BYTES]
    found = _XML_CHARSET.search(head) or _META_CHARSET.search(head)
    return found[1].decode("ascii") if found else ""


def _parse(text: str) -> Any:
    parser = etree.HTMLParser(
        encoding="utf-8", recover=True, no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    source = _SURPLUS.sub(r"\1", _XML_DECLARATION.sub("", text.replace("\x00", ""), count=1))
    try:
        root = etree.fromstring(source.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        raise ValueError("the page is nested too deeply to be read")
    if root is None:
        raise ValueError("the page has no text")
    return root


# --- lines ----------------------------------------------------------------------------------------------------------


def _parts(root: Any) -> list[Part]:
    """Every line of the page in its order, with the role that the elements around it give it."""
    walker = _Walker()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        walker.start(element) if event == "start" else walker.end(element)
    walker.flush()
    return _without_menus(walker.parts, walker.links)


def _without_menus(parts: list[Part], links: list[int]) -> list[Part]:
    """Runs of links that stand alone have the role of a menu where the page gives them none."""
    made: list[Part] = []
    for is_menu, run in groupby(zip(parts, links, strict=True), lambda item: item[1] > 0 and not item[0].role):
        items = list(run)
        role = "navigation" if is_menu and sum(count for _, count in items) >= _LEAST_LINKS else ""
        made += [Part(part.text, part.role or role) for part, _ in items]
    return made


class _Walker:
    """Collects the text of blocks. An element that is not seen hides all below it."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.links: list[int] = []  # for each part: how many links it consists of, 0 when there is more to it
        self._linked = 0
        self._in_link = 0
        self._text: list[str] = []
        self._roles: list[str] = [""]
        self._hidden = 0
        self._kept = 0  # depth of <pre>
        self._item = False
        self._articles = 0
        self._row: list[tuple[str, bool]] | None = None
        self._row_is_plain = True
        self._cells = 0

    def start(self, element: Any) -> None:
        tag = str(element.tag).lower()
        if self._hidden or tag in _UNSEEN or _is_hidden(element):
            self._hidden += 1
            return
        self._open(tag, element)
        if element.text:
            self._add(str(element.text))

    def end(self, element: Any) -> None:
        tag = str(element.tag).lower()
        if self._hidden:
            self._hidden -= 1
        else:
            self._close(tag)
        if element.tail and not self._hidden:
            self._add(str(element.tail))

    def _open(self, tag: str, element: Any) -> None:
        if tag in _BLOCKS:
            self.flush()
            if self._row is not None and tag not in ("p", "div", "center"):
                self._row_is_plain = False
        self._articles += tag in ("article", "main")
        self._in_link += tag == "a"
        self._roles.append(self._roles[-1] or _role(tag, element, self._articles > 0))
        if tag == "tr":
            self._row, self._row_is_plain, self._cells = [], True, 0
        elif tag in _CELLS:
            self.flush()
            self._cells += 1
        elif tag == "pre":
            self._kept += 1
        elif tag == "li":
            self._item = True
        elif tag == "br":
            self.flush()

    def _close(self, tag: str) -> None:
        if tag in _BLOCKS or tag in _CELLS:
            self.flush()
        if tag == "tr":
            self._end_row()
        self._roles.pop()
        self._in_link -= tag == "a"
        self._articles -= tag in ("article", "main")
        self._kept -= tag == "pre"
        if tag == "li":
            self._item = False

    def _add(self, text: str) -> None:
        self._linked += len("".join(text.split())) if self._in_link else 0
        if not self._kept:
            self._text.append(text)
            return
        first, *rest = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._text.append(first)
        for line in rest:
            self.flush()
            self._text.append(line)

    def flush(self) -> None:
        """End the line."""
        text = one_line("".join(self._text))
        is_link = 0 < len("".join(text.split())) <= self._linked and len(text) <= _LONG_LINK
        self._text.clear()
        self._linked = 0
        if not text:
            return
        if self._row is not None:
            self._row.append((text, is_link))
            return
        if self._item and not self._roles[-1] and not is_link:
            text, self._item = f"• {text}", False
        self._put(text, int(is_link))

    def _put(self, text: str, links: int) -> None:
        role = self._roles[-1]
        self.parts.append(Part(text, "" if role == "byline" and len(text) > _LONG_BYLINE else role))
        self.links.append(links)

    def _end_row(self) -> None:
        """A row of short cells is a line; a table that only places paragraphs is not one."""
        row, self._row = self._row or [], None
        is_plain = self._row_is_plain and len(row) <= self._cells
        if len(row) >= _LEAST_ROW and is_plain and all(len(cell) <= _LONG_CELL for cell, _ in row):
            self._put(" | ".join(cell for cell, _ in row), len(row) if all(is_link for _, is_link in row) else 0)
        else:
            for cell, is_link in row:
                self._put(cell, int(is_link))


def _is_hidden(element: Any) -> bool:
    style = str(element.get("style") or "").replace(" ", "").lower()
    return "display:none" in style or element.get("hidden") is not None


def _role(tag: str, element: Any, in_article: bool) -> str:
    """What an element says of all that is in it."""
    if tag in ("html", "body", "main", "article"):
        return ""
    if found := _TAG_ROLES.get(tag) or _ARIA_ROLES.get(str(element.get("role") or "").lower()):
        # Footers of an article have its sources, and asides its boxes; these are told by their class.
        return "" if in_article and tag in ("footer", "aside") and not _class_role(element) else found
    if tag == "header" and not in_article:
        return "navigation"
    return _class_role(element) if tag in _BLOCKS or tag in ("table", "span", "a") else ""


def _class_role(element: Any) -> str:
    if str(element.get("itemprop") or "").lower() in _MAIN_PROPERTY:
        return ""
    names = f"{element.get('class') or ''} {element.get('id') or ''}"[:300]
    for name in names.split():
        words = re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower())
        if len(words) > 4:
            continue
        for i, word in enumerate(words):
            pair = f"{word} {words[i + 1]}" if i + 1 < len(words) else ""
            # `has-sidebar`, `no-comments`, `with-ads` say it of the page, not of what is in the element.
            if words[0] not in ("has", "no", "with", "without", "is") and (
                found := _CLASS_PAIRS.get(pair) or _CLASS_ROLES.get(word)
            ):
                return found
    return ""


def _article_first(parts: list[Part]) -> list[Part]:
    """The parts with their roles, or without any when these would leave next to nothing for the article."""
    own = sum(len(part.text) for part in parts if not part.role)
    if own < sum(len(part.text) for part in parts) * _LEAST_ARTICLE:
        return [Part(part.text) for part in parts]
    return parts


# --- metadata -------------------------------------------------------------------------------------------------------


def _metadata(root: Any) -> dict[str, str]:
    meta: dict[str, str] = {}
    for element in root.iter("meta"):
        name = str(element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
        if name and (content := element.get("content")):
            meta.setdefault(name, str(content))
    linked = _linked_data(root)
    headings = [one_line("".join(h.itertext())) for h in root.iter("h1")]
    page_title = one_line("".join(next((t.itertext() for t in root.iter("title")), iter(()))))[:_LONG_TITLE]
    date = (
        meta.get("article:published_time") or linked.get("datePublished") or meta.get("datepublished")
        or meta.get("date") or meta.get("dc.date") or meta.get("pubdate")
        or next((str(t.get("datetime")) for t in root.iter("time") if t.get("datetime")), "")
    )  # fmt: skip
    author = meta.get("author") or linked.get("author") or meta.get("dc.creator") or meta.get("article:author")
    return facts(
        title=_title(headings, meta.get("og:title") or linked.get("headline") or "", page_title),
        date=date,
        author=None if author and author.startswith("http") else author,
        site=meta.get("og:site_name") or meta.get("application-name"),
        declared_language=root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang"),
    )


def _title(headings: list[str], shared: str, page_title: str) -> str:
    """The heading that the page's title repeats; else the title as it is shared, or without the name of the site."""
    for heading in headings:
        if heading and (heading in page_title or heading in shared or (len(headings) == 1 and not page_title)):
            return heading
    if shared:
        return one_line(shared)
    parts = re.split(r"\s+[|–—·»-]\s+|\s*[|｜_]\s*", page_title)
    return max(parts, key=len) if parts else ""


def _linked_data(root: Any) -> Mapping[str, str]:
    """headline, datePublished and author of the first article that the page describes in JSON-LD."""
    for script in root.iter("script"):
        source = str(script.text or "")
        if str(script.get("type") or "").lower() != "application/ld+json" or len(source) > _LARGEST_JSON:
            continue
        try:
            found = json.loads(source)
        except (ValueError, RecursionError):
            continue
        for item in _items(found):
            if "datePublished" in item or "headline" in item:
                author = item.get("author")
                author = author[0] if isinstance(author, list) and author else author
                author = author.get("name") if isinstance(author, dict) else author
                values = {
                    "headline": item.get("headline"),
                    "datePublished": item.get("datePublished"),
                    "author": author,
                }
                return {name: value for name, value in values.items() if isinstance(value, str)}
    return {}


def _items(found: Any) -> Iterator[dict[str, Any]]:
    items = found if isinstance(found, list) else [found]
    for item in items[:50]:
        if isinstance(item, dict):
            yield item
            graph = item.get("@graph")
            yield from (i for i in (graph if isinstance(graph, list) else [])[:50] if isinstance(i, dict))
