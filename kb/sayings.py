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

from kb.langs.folding import simplify
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
    name that is defined, where it begins its sentence; `framed`: whole sentences that define the name in place of
    which `NAME` stands. `remarks`: what follows a name of which such a sentence only tells something."""

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
    framed: re.Pattern[str]
    remarks: re.Pattern[str]


def _of(**patterns: str) -> Mapping[str, str]:
    return patterns


_FR = r"(?:(?:le|la|les|un|une|des|du|de la|son|sa|ses|leurs?|de|d'un|d'une)\s+|l['’]|d['’]|de l['’])?"
_VI = r"(?:(?:các|những|một|việc|sự|cái|chiếc)\s+)?"
_ALL = r"[\s\S]*"
NAME = "\0"
_NAMED = rf"[\W]*{NAME}[^\w,;:.!?，。；：！？]*"  # with its quotation marks

# Other names of what is defined, between its name and the verb.
_FR_ASIDE = (
    r"(?:\s*\([^()]{1,60}\)|,\s*(?:ou|(?:aussi|également|encore|parfois|souvent)\s+(?:appelée?s?|nommée?s?|dite?s?)"
    r"|(?:appelée?s?|nommée?s?|dite?s?)\s+(?:aussi|également|encore|parfois))\s[^,.;:!?]{1,60},)?"
)
_VI_ASIDE = (
    r"(?:\s*\([^()]{1,60}\)|,\s*(?:hay|hoặc|tức|còn (?:được )?gọi|còn có tên|còn được biết đến)\s[^,.;:!?]{1,60},)?"
)
_ZH_ASIDE = r"(?:[（(][^（()）]{1,40}[)）]|[，,](?:又|也|亦|或|俗|简|簡|旧|舊)[^，,。；]{1,30}[，,])?"

# What is said of things that are praised, counted or ranked, where a definition has the kind of thing.
_FR_PRAISE = (
    r"(?:\w+\s+)?(?:priorité|nécessité|obligation|évidence|question|chance|erreur|réussite|succès|échec|surprise|atout"
    r"|problème|clé|clef|exemple|raison|chose|affaire|défi|enjeu|avantage|inconvénient|bonheur|plaisir|luxe|honte"
    r"|scandale|sujet|preuve|signe|danger|perte|choix|référence|fête|merveille|cauchemar|casse-tête|opportunité|devoir"
    r"|reflet|autre)s?\b"
    r"|(?:bon(?:ne)?|vraie?|véritable|excellente?|beau|bel|belle|mauvaise?|parfaite?|réelle?|réel|formidable)s?\s"
    r"|\w+\s+(?:clés?|clefs?|essentiel|important|majeur|indispensable|incontournable|précieu|crucia|capita|fondamenta"
    r"|nécessaire|utile|délicat|difficile|formidable|magnifique|agréable|rare)"
)
_FR_RANK = (
    r"(?:\w+\s+)?(?:plus|moins|meilleure?|pire|seule?|première?|dernière?|premier|dernier|même|principale?|bienvenue?"
    r"|clé|clef|cœur|fruit|résultat|cas|reflet|cause|source|raison|règle|priorité|preuve|signe|moment|bonne?|vraie?"
    r"|cible|parent|point|problème|sujet|objet)s?\b"
)
_FR_KIND = (
    r"(?:opération|action|fait|ensemble|art|technique|procédé|méthode|personne|appareil|dispositif|somme|document)"
)
_VI_KIND = (
    r"(?:quá trình|khả năng|tập hợp|toàn bộ|tất cả|tổng|cách|phương pháp|phương thức|hình thức|kỹ thuật|thủ thuật|loại"
    r"|dạng|kiểu|khoản|số tiền|mức phí|chi phí|phí|nghề|nghệ thuật|ngành|môn|lĩnh vực|bộ phận|thiết bị|dụng cụ|công cụ"
    r"|đồ dùng|hoạt động|hành vi|hành động|thao tác|công việc|giấy tờ|giấy|văn bản|tài liệu|hệ thống|mô hình|quy trình"
    r"|thuật ngữ|khái niệm|tên gọi|cơ sở|tổ chức|trạng thái|tình trạng|hiện tượng|chuỗi|chỉ số|thước đo|tỷ lệ|tỉ lệ"
    r"|dịch vụ|chương trình|thỏa thuận|thoả thuận|hợp đồng|quyền|bản|sự|việc|nơi|chỗ|phần(?! (?:lớn|nhiều|nào|thưởng))"
    r"|người(?! (?:bạn|duy nhất|đầu tiên|cuối cùng)))"
)
_VI_IS = rf"(?:là|được (?:coi|xem) là)\s+(?:một|những|các|{_VI_KIND})\b"
_ZH_KIND = (
    r"(?:过程|過程|总和|總和|统称|統稱|总称|總稱|简称|簡稱|能力|活动|活動|方法|方式|形式|手段|技术|技術|技艺|技藝|装置|裝置"
    r"|设备|設備|器具|工具|部件|零件|服务|服務|行为|行為|费用|費用|款项|款項|人员|人員|机构|機構|场所|場所|制度|学科|學科"
    r"|措施|程序|动作|動作|现象|現象|状态|狀態|疾病|植物|職業|职业)"
)
_ZH_CALLED = r"(?:称为|稱為|称作|稱作|称之为|稱之為|叫做|叫作)"

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
        defines=rf"\W{{0,3}}{_FR_ASIDE}\W{{0,3}}(?:\s+(?:est|sont)(?:\s+donc|\s+ainsi)?|,\s+c['’]est)\s+"
        rf"(?:(?:une?|des)\s+(?!{_FR_PRAISE})|(?:l['’]|(?:le|la|les)\s+)(?!{_FR_RANK})(?:\w+\W{{1,2}}){{1,4}}?"
        r"(?:de|d['’]|du|des|qui|que|qu['’]|dont|où|par|à|au|aux|pour|entre|dans)\b|ce que\b|ce qu['’]|tout ce qu)"
        rf"{_ALL}|\W{{0,3}}{_FR_ASIDE}\W{{0,3}}\s+(?:désigne|désignent|se définit|se définissent|s['’]entend|consiste"
        rf"|signifie|peut être définie?|est définie? comme|correspond à)\b{_ALL}",
        framed=rf"\W*(?:on|nous)\s+(?:appel(?:le|ons)|nomm(?:e|ons))"
        rf"(?:\s+\w+ment|\s+(?:ainsi|aussi|parfois|souvent))?\s+"
        rf"(?:[«“\"]\s*{_FR}|une?\s+)?{_NAMED}\s+(?:(?:les?|la|une?|tout|toute|des|du|celui|celle|ceux)\s|l['’]|ce qu)"
        rf"{_ALL}"
        rf"|\W*par\s+{_FR}{_NAMED},?\s+(?:on|nous|il faut)\s+(?:entend|entendons|entendre|comprend|désigne)\b{_ALL}"
        rf"|\W*(?:on|nous)\s+(?:entend|entendons|désigne|désignons)(?:\s+ici)?\s+(?:par|sous le nom de)\s+"
        rf"{_FR}{_NAMED}{_ALL}"
        rf"|\W*(?:le|ce|l['’])\s?(?:terme|mot|nom|expression)\s+{_NAMED}\s+"
        rf"(?:désigne|signifie|renvoie|recouvre|s['’]applique)\b{_ALL}"
        rf"|\W*qu['’]est-ce (?:que |qu['’])(?:c['’]est qu(?:e |['’]))?{_FR}{_NAMED}\s*\?\s+c['’]est\s{_ALL}"
        rf"|\W*{_FR}{_NAMED}\s*:\s+(?:(?:le|la|une?)\s+|l['’])?{_FR_KIND}\s+"
        rf"(?:de|d['’]|des|du|qui|que|dont|par|où|à|pour|permettant|consistant|visant|destinée?)\b{_ALL}"
        rf"|\W*(?:l['’]|(?:le|la)\s+){_FR_KIND}\s[^,;:.!?]{{1,200}}\s(?:s['’]appelle|se nomme|est appelée?)\s+"
        rf"{_FR}{_NAMED}\.?",
        remarks=r"[^;:.!?]{0,80}\b(?:je|j['’]|me|m['’]|mon|ma|mes)\b|\W{0,3}\s+\w+\s+(?:rarement|pas|jamais|plus)\b",
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
        defines=rf"\W{{0,3}}{_VI_ASIDE}\W{{0,3}}\s+(?:{_VI_IS}|(?:(?:có thể )?được )?hiểu là"
        rf"|(?:có thể )?được định nghĩa|(?:có )?nghĩa là|tức là|(?:được )?dùng để chỉ)\b{_ALL}"
        rf"|\W{{0,3}}\s+là gì\s*\?[^?]*\blà\s{_ALL}",
        framed=rf"\W*(?:người ta|chúng ta|ta)\s+(?:thường |vẫn |hay |quen )?gọi\s+{_VI}{_NAMED}\s+{_VI_IS}{_ALL}"
        rf"|\W*(?:việc|{_VI_KIND})\s[^;:.!?]{{1,200}}\s(?:được )?gọi là\s+{_VI}{_NAMED}\.?"
        rf"|\W*(?:khái niệm|thuật ngữ|từ)\s+{_NAMED}\s+(?:(?:được )?dùng để )?chỉ\s{_ALL}",
        remarks=r"[^;:.!?]{0,80}\b(?:tôi|năm ngoái|hôm qua)\b"
        r"|[^,;:.!?]*\b(?:rất(?! (?:ít|nhiều|nhỏ))|vô cùng|cực kỳ|hết sức|quan trọng"
        r"|cần thiết|không thể thiếu|then chốt|tuyệt vời|đáng|duy nhất|yêu thích)\b"
        r"|\W{0,3}\s+là (?:một|những|các|việc|sự) (?:trong|điều|vấn đề|thách thức|lợi thế|sai lầm|thành công|thất bại"
        r"|câu hỏi|may mắn|ví dụ|lựa chọn|ưu tiên|cơ hội|niềm|nỗi|gánh nặng|bài toán|dấu hiệu|lý do|nguyên nhân|bài học"
        r"|chuyện|phải làm|nên làm|khác|của|bạn|em|anh|chị|mà)\b",
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
        defines=rf"[”」』\"》]?{_ZH_ASIDE}[，,]?(?:就)?(?:是指|指的是|(?:是|为|為)一(?:[种種门門类類项項套款段笔筆名位张張座家间間]"
        rf"|[个個][^，。]*的)|是[^，。]{{2,50}}的[^，。的]{{0,6}}{_ZH_KIND}(?=[，,。；;！!）)]|$)|是(?:通过|通過|根据|根據|利用)"
        rf"|(?:可以|可|通常)?(?:被)?(?:定义|定義)(?:为|為)){_ALL}"
        rf"|[”」』\"》]?[，,]?即(?:是)?[^，。]{{2,50}}的[^，。的]{{0,6}}{_ZH_KIND}(?:[，,。；;]{_ALL})?",
        framed=rf"\W*所[谓謂]的?{_NAMED}[，,](?:其实|其實|也|[说說](?:白了|到底))?(?:就是|即|乃|是(?![^，。]*的[。！!]?$)){_ALL}"
        rf"|\W*(?:什[么麼]是|何[谓謂]){_NAMED}[？?][^？?]*是{_ALL}"
        rf"|[^，。；：]{{0,10}}(?:把|将|將)[^，。；]{{0,60}}的[^，。；]{{1,20}}{_ZH_CALLED}{_NAMED}[。！]?",
        remarks=r"[^，。；]{0,30}(?:我(?![们們])|最|去年|昨天|很|非常|十分|特别|特別)|[”」』\"]?是一[个個件种種项項]"
        r"(?:大|好|难|難|坏|壞|巨大|重大|严重|嚴重|重要|值得|不错|不錯|真正|新)?(?:的)?"
        r"(?:问题|問題|挑战|挑戰|奇迹|奇蹟|难题|難題|错误|錯誤|机会|機會|好|大|亮点|亮點|笑话|笑話|享受|幸福|浪费|浪費"
        r"|乐趣|樂趣|折磨|[让讓令]人)",
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
    """Whether a sentence says what the name at `at` to `to` in it is, and does not only tell something of it."""
    phrases = _phrases(base_language(language))
    if phrases is None or phrases.remarks.match(text, to):
        return False
    if phrases.begins.fullmatch(text, 0, at) and (
        phrases.defines.fullmatch(text, to) or _says_which(text[at:to], text[to:], base_language(language))
    ):
        return True
    return phrases.framed.fullmatch(f"{text[:at]}{NAME}{text[to:]}") is not None


def _says_which(name: str, behind: str, language: str) -> bool:
    """Whether the sentence goes on by telling which of its kind this is: sổ nợ là cuốn sổ ghi ..., 公平秤是...的秤 (a
    debt book is the book in which ...; a fair scale is the scale that ...). The head of the name comes again."""
    if language == "vi":
        found = re.match(r"\W{0,3}\s+là\s+((?:[^\W\d_]+\s+){1,3})", behind)
        return found is not None and " " in name and name.split()[0].lower() in found[1].lower().split()
    if language == "zh":
        found = re.match(r"[”」』\"》]?(?:就)?是[^，。；！？]{2,60}的([^，。；！？的]{1,6})[，。；！]", behind)
        return found is not None and len(name) > 1 and simplify(name[-1]) in simplify(found[1])
    return False


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
