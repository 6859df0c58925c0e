"""What sentences say of two concepts in so many words: that one is a kind of the other, a part of it, its opposite.

Between the names of the two stands a phrase that says it (Hearst 1992, "Automatic Acquisition of Hyponyms from Large
Text Corpora", COLING): services **tels que** l'hôtellerie et la restauration; marketing hỗn hợp **gồm** sản phẩm, giá;
体验**不同于**服务. A phrase with other uses (như, comme, 如: also "like") counts before a list only.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from kb.model import AnalysedArticle, Mention, base_language


class Said(NamedTuple):
    """`kind`: broader (`a` is a kind of `b`), part-of (`a` is a part of `b`) or opposed."""

    a: str
    b: str
    kind: str
    method: str
    passage: str


class _Span(NamedTuple):
    """A name in its sentence; offsets of the clean text."""

    at: int
    to: int
    concept: str


@dataclass(frozen=True)
class _Phrases:
    """Of one language; all are matched whole. Between two names: `listed` between the entries of a list; `kinds` and
    `parts` between a whole and its list, `kinds_of_lists` where two entries or more follow; `others` between a list and
    what its entries are, which `behind` follows; `is_a` between a name that `begins` its sentence and what it is, which
    `after` follows; `opposed`. `some`: a name for the entries of any list (elements, steps). `defines`: what follows a
    name that is defined."""

    listed: re.Pattern[str]
    kinds: re.Pattern[str]
    kinds_of_lists: re.Pattern[str]
    parts: re.Pattern[str]
    others: re.Pattern[str]
    behind: re.Pattern[str]
    is_a: re.Pattern[str]
    after: re.Pattern[str]
    opposed: re.Pattern[str]
    some: re.Pattern[str]
    begins: re.Pattern[str]
    defines: re.Pattern[str]


def _of(**patterns: str) -> Mapping[str, str]:
    return patterns


_FR = r"(?:(?:le|la|les|un|une|des|du|de la|son|sa|ses|leurs?|de|d'un|d'une)\s+|l['’]|d['’]|de l['’])?"
_VI = r"(?:(?:các|những|một|việc|sự|cái|chiếc)\s+)?"
_ALL = r"[\s\S]*"

PHRASES: Mapping[str, Mapping[str, str]] = {
    "fr": _of(
        listed=rf",\s*{_FR}|,?\s+(?:et|ou|ainsi que)\s+{_FR}",
        kinds=rf",?\s*\(?(?:tels?|telles?)\s+que\s+{_FR}|,?\s*\(?par exemple\s+{_FR}",
        kinds_of_lists=rf",?\s*\(?(?:comme|notamment|à savoir)\s*:?\s*{_FR}",
        parts=rf"\s*(?:comprend|comprennent|comporte|comportent|se composent? de|est composée? de|sont composée?s de"
        rf"|réunit|réunissent|regroupe|regroupent|englobe|englobent|repose sur|reposent sur)\s*:?\s*{_FR}"
        rf"|\s*(?::|\()\s*{_FR}",
        others=r",?\s+(?:et|ou)\s+(?:d['’]\s?)?autres\s+",
        behind=_ALL,
        is_a=r"\s+(?:est|sont|désigne|désignent)\s+(?:une?|des)\s+(?:(?:sorte|type|forme|genre)s?\s+(?:de\s+|d['’]))?",
        after=r"\s*(?:[,.;:)]|$|qui\b|que\b|qu['’]|dont\b|où\b|de\b|du\b|des\b|d['’]|par\b|pour\b|à\b)" + _ALL,
        opposed=rf",?\s*(?:contrairement (?:à|aux?)|à la différence (?:de|du)|à l['’]opposé (?:de|du)|par opposition à"
        rf"|opposée?s? (?:à|aux?)|plutôt qu(?:e|['’])|et non(?: pas)?|mais (?:pas|non)|versus|vs\.?)"
        rf"\s*(?:un |une |aux? |à )?{_FR}",
        some=r"éléments?|composantes?|étapes?|piliers?|parties|variables|principes?|leviers?|volets?|dimensions?",
        begins=rf"\W*{_FR}(?:(?:notion|concept|terme)s?\s+(?:de\s+|d['’]))?\W*",
        defines=r"\W{0,3}\s+(?:est|sont)\s+(?:une?|le|la|l['’]|les|des|ce|tout|l['’]ensemble)\b" + _ALL
        + r"|\W{0,3}\s+(?:désigne|désignent|se définit|se définissent|s['’]entend|consiste|signifie|peut être définie?"
        r"|est définie? comme|correspond à)\b" + _ALL,
    ),
    "vi": _of(
        listed=rf",\s*{_VI}|,?\s+(?:và|hay|hoặc|cùng|lẫn|cũng như)\s+{_VI}",
        kinds=rf",?\s*\(?(?:chẳng hạn như|ví dụ như|ví dụ|chẳng hạn|điển hình là|nhất là)\s*:?\s*{_VI}",
        kinds_of_lists=rf",?\s*\(?(?:như|như là|bao gồm cả)\s*:?\s*{_VI}",
        parts=rf"\s*(?:bao gồm|gồm có|gồm|được cấu thành từ|được tạo nên từ|cấu thành bởi)\s*:?\s*{_VI}"
        rf"|\s*(?::|\()\s*{_VI}",
        others=r",?\s+(?:và|hay|hoặc)\s+(?:các|những)\s+",
        behind=r"\s+khác\b" + _ALL,
        is_a=r"\s+(?:(?:cũng )?là)\s+(?:một (?:trong những )?(?:loại |dạng |hình thức |kiểu )?|những |các )",
        after=_ALL,
        opposed=rf",?\s*(?:khác với|khác hẳn(?: với)?|trái với|trái ngược với|ngược với|ngược lại với|đối lập với"
        rf"|chứ không phải(?: là)?|chứ không|thay vì|đối nghịch với)\s*{_VI}",
        some=r"yếu tố|thành phần|bước|giai đoạn|nguyên tắc|phần|khía cạnh|trụ cột|biến số|nhóm",
        begins=rf"\W*{_VI}(?:(?:khái niệm|thuật ngữ)\s+)?\W*",
        defines=r"\W{0,3}\s+(?:là (?:một|những|các|việc|sự|quá trình|khả năng|tập hợp|toàn bộ|cách|hình thức|loại"
        r"|tất cả)|được hiểu là|được định nghĩa|có thể được định nghĩa|có nghĩa là|nghĩa là|được coi là)\b" + _ALL,
    ),
    "zh": _of(
        listed=r"、|、?(?:和|与|與|及|以及|或|或者|还有|還有)",
        kinds=r"[，,（(：:]?(?:例如|比如|诸如|諸如|譬如|比方说)[：:，]?",
        kinds_of_lists=r"[，,（(：:]?(?:如|像)[：:]?",
        parts=r"(?:主要)?(?:包括|包含|涵盖|涵蓋|分为|分為)[：:了]?|[：:（(]",
        others=r"等(?:等)?(?:各种|各種|各类|各類|多种|多種|一系列|其他)?",
        behind=_ALL,
        is_a=r"(?:就)?是(?:一种|一種|一类|一類|一个|一個|一套|一项|一項)",
        after=r"(?:[，。,；;！!）)]|$)" + _ALL,
        opposed=r"[，,]?(?:不同于|不同於|有别于|有別於|区别于|區別於|而不是|而非)",
        some=r"要素|部分|步骤|步驟|环节|環節|方面|元素|阶段|階段|因素|原则|原則|个方面",
        begins=r"[\W]*(?:所谓|所謂)?[\W]*",
        defines=r"[”」』\"]?(?:，|,)?(?:就)?(?:是指|指的是|是一[种種个個项項类類套]|是[^，。]{0,40}的(?:过程|過程|总和|總和|统称|統稱|能力|活动|活動)"
        r"|定义为|定義為|被定义为|被定義為|可以定义为|意味着|意味著)" + _ALL,
    ),
}  # fmt: skip


@cache
def _phrases(language: str) -> _Phrases | None:
    """Compiled when they are first asked for: who asks about one language waits for no other."""
    patterns = PHRASES.get(language)
    if patterns is None:
        return None
    return _Phrases(**{name: re.compile(text, re.IGNORECASE) for name, text in patterns.items()})


_NUMBERED = re.compile(
    r"\s*(?:(?:ces|les|des|deux|trois|quatre|cinq|six|sept|\d+)\s+)*"
    r"|\s*(?:(?:hai|ba|bốn|năm|sáu|bảy|tám|\d+)\s+)*"
    r"|(?:以下|這|这)?[两兩二三四五六七八\d]?[个個大种種项項]?"
)
_MARKS = ":：(（"
# What stands before a name of several things, and of one.
_SEVERAL = re.compile(
    r"(?<!\w)(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|plusieurs|quelques|hai|ba|bốn|năm|sáu|bảy|tám|chín"
    r"|mười(?: một| hai)?|vài|nhiều|\d+)\s+$|[两兩二三四五六七八九十几幾数數\d]+[个個大种種项項类類]$",
    re.IGNORECASE,
)
_ONE = re.compile(r"(?<!\w)(?:une?|một)\s+$|一[个個位名种種]$", re.IGNORECASE)
MOST_APART = 60  # characters between two names of one statement


def said(articles: Sequence[AnalysedArticle], mentions: Sequence[Mention]) -> list[Said]:
    """Every statement, in reading order."""
    out = []
    for article, n, spans in _sentences(articles, mentions):
        phrases = _phrases(base_language(article.language_of(n)))
        if phrases and len(spans) > 1:
            sentence = article.sentences[n]
            passage = article.passages[sentence.passage].id
            out += [
                Said(a, b, kind, how, passage) for a, b, kind, how in _read(sentence.text, spans, phrases) if a != b
            ]
    return out


def is_definition(text: str, at: int, to: int, language: str) -> bool:
    """Whether a sentence says what the name at `at` to `to` in it is: it begins with the name, and goes on so."""
    phrases = _phrases(base_language(language))
    return bool(phrases and phrases.begins.fullmatch(text[:at]) and phrases.defines.fullmatch(text[to:]))


def _sentences(
    articles: Sequence[AnalysedArticle], mentions: Sequence[Mention]
) -> Iterator[tuple[AnalysedArticle, int, list[_Span]]]:
    """Article, sentence and the names in it that stand in no longer one, in order."""
    by_article: defaultdict[str, list[Mention]] = defaultdict(list)
    for m in mentions:
        by_article[m.article].append(m)
    for article in articles:
        starts = [s.start for s in article.sentences]
        found: defaultdict[int, list[_Span]] = defaultdict(list)
        for m in by_article[article.id]:
            n = bisect_right(starts, m.start) - 1
            tokens = article.sentences[n].tokens
            first = next((t for t in tokens if t.start == m.start), None)
            if first is not None:
                found[n].append(_Span(first.at, first.at + len(m.surface), m.concept))
        for n, spans in sorted(found.items()):
            yield article, n, _longest(spans)


def _longest(spans: Sequence[_Span]) -> list[_Span]:
    kept: list[_Span] = []
    for span in sorted(spans, key=lambda s: (s.at - s.to, s.at, s.concept)):
        if all(span.to <= other.at or other.to <= span.at for other in kept):
            kept.append(span)
    return sorted(kept)


def _read(text: str, spans: Sequence[_Span], phrases: _Phrases) -> Iterator[tuple[str, str, str, str]]:
    """(a, b, kind, method) of all that one sentence says."""
    gaps = [text[x.to : y.at] for x, y in pairwise(spans)]
    listed = [bool(phrases.listed.fullmatch(gap)) for gap in gaps]

    def run(first: int, step: int) -> list[_Span]:
        """The entries of the list that begins or ends with this one."""
        out, k = [spans[first]], first
        while 0 <= (gap := k if step > 0 else k - 1) < len(gaps) and listed[gap]:
            k += step
            out.append(spans[k])
        return out

    for k, gap in enumerate(gaps):
        here, there, rest = spans[k], spans[k + 1], text[spans[k + 1].to :]
        if len(gap) > MOST_APART:
            continue
        ahead = run(k + 1, 1)
        kind_of = not phrases.some.fullmatch(text[here.at : here.to])
        if kind_of and (phrases.kinds.fullmatch(gap) or (len(ahead) > 1 and phrases.kinds_of_lists.fullmatch(gap))):
            yield from ((x.concept, here.concept, "broader", "such as") for x in ahead)
        elif len(ahead) > 1 and phrases.parts.fullmatch(gap) and (gap.strip()[:1] not in _MARKS or len(ahead) > 2):
            whole = _whole(text, spans, k, phrases)
            if whole is not None:
                yield from ((x.concept, whole.concept, "part-of", "enumeration") for x in ahead)
        elif phrases.others.fullmatch(gap) and phrases.behind.fullmatch(rest):
            behind = run(k, -1)
            if len(behind) > 1 or not gap.startswith("等"):
                yield from ((x.concept, there.concept, "broader", "and others") for x in behind)
        elif (
            phrases.is_a.fullmatch(gap) and phrases.begins.fullmatch(text[: here.at]) and phrases.after.fullmatch(rest)
        ):
            yield here.concept, there.concept, "broader", "definition"
        elif phrases.opposed.fullmatch(gap):
            a, b = sorted((here.concept, there.concept))
            yield a, b, "opposed", "contrast"


def _whole(text: str, spans: Sequence[_Span], k: int, phrases: _Phrases) -> _Span | None:
    """What a list enumerates: the name before it, or, before a word for the entries of any list (four elements), the
    name of what has them. After a mark it may be a name further back that is counted: eleven points before one sees a
    doctor: the gate, the desk, the corridor."""
    if phrases.some.fullmatch(text[spans[k].at : spans[k].to]):
        before = text[spans[k - 1].to : spans[k].at] if k else ""
        verb = next((m.end() for m in phrases.parts.finditer(before) if m.start() == 0 and m.end()), 0)
        return spans[k - 1] if verb and _NUMBERED.fullmatch(before[verb:]) else None
    if text[spans[k].to : spans[k + 1].at].strip()[:1] in _MARKS:
        counted = next((span for span in reversed(spans[: k + 1]) if _SEVERAL.search(text[: span.at])), None)
        return counted or (None if _ONE.search(text[: spans[k].at]) else spans[k])
    return spans[k]
