"""Patterns, key words in context, what stands for them in translations, and the company that words keep."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kb
from kb import UsageError
from kb.answers import Citation
from kb.cli import main
from kb.collocations import ranked
from kb.model import Sentence, Token
from kb.patterns import Pattern, cql, expression, is_cql, lemmas, phrase
from kb.written import Written


def sentence(*words: tuple[str, str, str]) -> Sentence:
    """Of (form, lemma, part of speech), a blank before each but the first."""
    tokens, at = [], 0
    for form, lemma, pos in words:
        tokens.append(Token(at, at + len(form), at, form, lemma, pos))
        at += len(form) + 1
    text = " ".join(form for form, *_ in words)
    return Sentence(0, len(text), text, 0, tuple(tokens))


# the services are good, and a good service is dear
FRENCH = sentence(
    ("Les", "le", "DET"), ("services", "service", "NOUN"), ("sont", "être", "AUX"), ("bons", "bon", "ADJ"),
    (",", ",", "PUNCT"), ("un", "un", "DET"), ("bon", "bon", "ADJ"), ("service", "service", "NOUN"),
    ("est", "être", "AUX"), ("cher", "cher", "ADJ"),
)  # fmt: skip


def found(pattern: Pattern, where: Sentence = FRENCH) -> list[str]:
    return [where.text[at:to] for at, to in pattern.find(where)]


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ('[lemma="service"]', ["services", "service"]),
        ('[word="service"]', ["service"]),
        ('"SERVICES"', ["services"]),
        ('[lemma="service" & word!="service"]', ["services"]),
        ('[lemma="service"] [pos="AUX"] [pos="ADJ"]', ["services sont bons", "service est cher"]),
        ('[pos="DET"] [pos="ADJ"]? [lemma="service"]', ["Les services", "un bon service"]),
        ('[lemma="bon"] []{0,3} [lemma="service"]', ["bons , un bon service"]),
        ('[lemma="bon"] [pos!="PUNCT"]{0,2} [lemma="service"]', ["bon service"]),
        ('([lemma="bon"] | [lemma="cher"])', ["bons", "bon", "cher"]),
        ('[lemma="être"] ([lemma="bon"] | "cher")', ["sont bons", "est cher"]),
        ('[(lemma="bon" | lemma="cher") & !word="bon"]', ["bons", "cher"]),
        ('[word="serv.*" & tag="NOUN"]', ["services", "service"]),
        ('[pos="PROPN"]', []),
    ],
)
def test_patterns_over_tokens(pattern: str, matches: list[str]) -> None:
    assert is_cql(pattern)
    assert found(cql(pattern)) == matches


def test_what_a_passage_with_a_match_holds() -> None:
    assert cql('[lemma="service"] [pos="ADJ"]').words == ("service",)
    assert cql('[lemma="point" & pos="NOUN"] "de" [lemma="contact"]').words == ("point", "de", "contact")
    # what may be missing, or be something else, is asked of no passage
    for pattern in ('"a"? []', '"a"* []', '"a"{0,2} []', '("a" | "b")', '"a" | "b"', '[word!="a"]', '[word="a.*"]'):
        assert cql(pattern).words == (), pattern
    assert cql('"a" ("b" | "c")').words == ("a",)
    assert cql('[lemma="khách hàng"]').words == ("khách hàng",)  # customer
    assert cql('"服務"').words == ("服 务",)  # service, in the characters that are indexed


def test_chinese_script_does_not_matter() -> None:
    traditional = sentence(("這種", "这种", "DET"), ("服務", "服务", "NOUN"))  # this kind of service
    for pattern in ('"服务"', '"服務"', '[lemma="服務"]'):
        assert found(cql(pattern), traditional) == ["服務"], pattern
    assert found(phrase("服务"), traditional) == ["服務"]


@pytest.mark.parametrize(
    "pattern",
    [
        *('[lemma="a"', '[lema="a"]', "[lemma=a]", '[lemma="a"] )', '( "a"', '"a" ++', '[word="("]'),
        *('? "a"', '["a" "b"]', "["),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(pattern: str) -> None:
    with pytest.raises(UsageError) as error:
        cql(pattern)
    assert "\n" not in str(error.value)


@given(st.text(alphabet='[]()"|?*+{}=!& \\abwordlempos,01', max_size=25))
def test_no_pattern_is_a_crash(text: str) -> None:
    with suppress(UsageError):
        list((cql if is_cql(text) else phrase)(text).find(FRENCH))


def test_parts_of_words() -> None:
    assert found(phrase("serv*")) == ["services", "service"]
    assert found(phrase("*on*")) == ["sont", "bons", "bon"]
    assert found(phrase("b*n serv*")) == ["bon service"]
    assert found(phrase("s*t")) == ["sont"]  # within a word
    assert found(phrase("les serv* sont bons")) == ["Les services sont bons"]
    assert phrase("les serv* sont bons").words == ("les", "sont bons")  # what a passage has to hold
    chinese = sentence(
        ("客户", "客户", "NOUN"), ("和", "和", "CCONJ"), ("客人", "客人", "NOUN")
    )  # customers and guests
    assert found(phrase("客*"), chinese) == ["客户", "客人"]
    assert found(phrase("*户"), chinese) == ["客户"]


def test_a_part_of_speech_that_there_is_not() -> None:
    with pytest.raises(UsageError, match="no part of speech is called 'ADJECTIF'; there are: ADJ, ADP"):
        cql('[pos="ADJECTIF"]')
    assert found(cql('[pos="noun"]')) == found(cql('[pos="NO.*"]')) == ["services", "service"]


def test_phrases_with_gaps() -> None:
    assert found(phrase("bon * est")) == ["bon service est"]
    assert found(phrase("les ... bons")) == ["Les services sont bons"]
    assert found(phrase("services ... bon")) == ["services sont bons , un bon"]
    assert found(phrase("les ... cher")) == []  # more than five words apart
    assert found(phrase("bon * cher")) == []
    assert phrase("khách ... dịch vụ").words == ("khách", "dịch vụ")
    for pattern in ("* service", "service ...", "a * ... b", "   "):
        with pytest.raises(UsageError):
            phrase(pattern)


def test_dictionary_forms() -> None:
    assert found(lemmas("bon")) == ["bons", "bon"]
    assert found(lemmas("bon service")) == ["bon service"]
    assert found(lemmas("a.b")) == []  # no regular expression


def test_expressions_see_the_text_as_it_is() -> None:
    assert found(expression(r"\bs\w+s\b")) == ["services"]
    with pytest.raises(UsageError, match="not a regular expression"):
        expression("(")


WORDS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=8)


@given(WORDS, st.lists(st.sampled_from(['"a"', '"b"', "[]", '"a"?', "[]{0,2}", '("a" | "c")']), min_size=1, max_size=4))
def test_patterns_agree_with_regular_expressions(words: list[str], parts: list[str]) -> None:
    """One-letter words: the pattern over tokens is the same as one over letters."""
    same = {'"a"': "a", '"b"': "b", "[]": ".", '"a"?': "a?", "[]{0,2}": ".{0,2}", '("a" | "c")': "(?:a|c)"}
    where = sentence(*((word, word, "X") for word in words))
    expected = [m.group() for m in re.finditer("".join(same[p] for p in parts), "".join(words)) if m.group()]
    assert [text.replace(" ", "") for text in found(cql(" ".join(parts)), where)] == expected


# --- on the demo's base ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def base(demo: Path) -> kb.KnowledgeBase:
    return kb.open(demo)


def places(lines: Sequence[kb.ConcordanceLine]) -> list[tuple[str, int]]:
    return [(line.article, line.start) for line in lines]


@pytest.mark.parametrize("word", ["service", "khách hàng", "体验", "服務"])  # service, customer, experience, service
def test_every_match_is_its_raw_text(base: kb.KnowledgeBase, word: str) -> None:
    lines = base.concordance(word)
    assert len(lines) > 4
    for line in lines:
        raw = base.raw(line.article)[line.start : line.end]
        # Cleaning may have taken something away in a word: 服務(wù)業, of which 服務 is a part.
        assert re.search("".join(f"{re.escape(c)}.*" for c in line.match.casefold()), raw.casefold()), raw
    assert places(lines) == sorted(places(lines))


def test_the_index_loses_no_match(base: kb.KnowledgeBase) -> None:
    """Looked for with the words of the index, and by reading every sentence."""
    for word in ("service", "khách", "trải nghiệm", "体验", "l’expérience", "bouche-à-oreille", "CRM", "4P"):
        everywhere = re.escape(word).replace("’", "['’]")
        edge = (r"(?<!\w)", r"(?!\w)") if word.isascii() or " " in word or word[0] in "lk" else ("", "")
        read = base.concordance(f"{edge[0]}{everywhere}{edge[1]}", regex=True)
        found = base.concordance(word)
        assert set(places(read)) <= set(places(found)), word


def test_a_word_of_another_language_than_asked_for_is_said_to_be_there(
    demo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["concordance", "souvenir", "--language", "vi", "--kb", str(demo)])
    assert "it does in: fr" in capsys.readouterr().err


def test_only_in_some_articles_by_names_and_patterns(base: kb.KnowledgeBase) -> None:
    some = base.concordance("client", article=["loyalty/*", "customer-journey/fr"])
    assert {line.article for line in some} == {"customer-journey/fr"}
    named = base.concordance("client", concept=True, article=["loyalty/*", "customer-journey/fr"])
    assert {line.article for line in named} == {"customer-journey/fr", "loyalty/vi", "loyalty/zh-Hant"}
    alone = base.concordance("client", concept=True, article="customer-journey/fr")
    assert [line for line in named if line.article == "customer-journey/fr"] == list(alone)
    with pytest.raises(kb.NotFoundError, match=r"x\*"):
        base.concordance("client", article="x*")


def test_counterparts_are_marked(base: kb.KnowledgeBase) -> None:
    lines = base.concordance("souvenirs", into="vi")
    assert [line.counterpart for line in lines] == ["vật kỷ niệm"]
    marked = [line for line in base.concordance("trải nghiệm", into="fr") if line.translation]
    assert {line.counterpart for line in marked} <= {"expérience", "expériences", None}
    assert sum(line.counterpart is not None for line in marked) * 2 > len(marked)
    for line in marked:
        assert line.translation is not None
        assert line.counterpart is None or line.counterpart in line.translation


def test_by_the_lexicon_where_no_concept_says_it(base: kb.KnowledgeBase) -> None:
    lines = [line for line in base.concordance("apprendre", into="vi") if line.translation]  # to learn
    assert {line.counterpart for line in lines} == {"học", "học thuộc"}  # the second is to learn by heart


def test_a_counterpart_is_never_a_part_of_a_word(base: kb.KnowledgeBase) -> None:
    """phục dịch (to serve) stands in khôi phục dịch vụ (service recovery) by its letters only."""
    said = [line.counterpart for line in base.concordance("服務", into="vi") if line.counterpart]  # service
    assert "khôi phục dịch vụ" in said
    assert not {"phục", "phục dịch", "dịch"} & set(said)


def test_a_translation_that_leaves_a_sentence_out_is_told_from_none(base: kb.KnowledgeBase) -> None:
    lines = base.concordance("service", language="fr")
    untranslated = {line.article for line in lines if not line.translated}
    assert "customer-journey/fr" in untranslated
    assert "designing-experience/fr" not in untranslated
    assert not any(
        line.translated for line in base.concordance("khách hàng", article="closed-loop-service/vi", into="fr")
    )


def test_sorting_by_what_stands_beside(base: kb.KnowledgeBase) -> None:
    plain = base.concordance("service")
    for sort in ("left", "match", "right"):
        assert sorted(places(base.concordance("service", sort=sort))) == places(plain)
    rights = [line.right.strip(" ,.;:?!»’").casefold()[:3] for line in base.concordance("service", sort="right")]
    assert rights == sorted(rights)
    with pytest.raises(UsageError, match="cannot sort by"):
        base.concordance("service", sort="up")


def test_a_sample_is_drawn_once(base: kb.KnowledgeBase) -> None:
    every = places(base.concordance("khách"))
    drawn = places(base.concordance("khách", sample=7))
    assert len(drawn) == 7
    assert set(drawn) < set(every)
    assert drawn == sorted(drawn) == places(base.concordance("khách", sample=7))
    assert drawn != places(base.concordance("khách", sample=7, seed=2))
    assert places(base.concordance("khách", sample=10_000)) == every


def test_frequencies_add_up(base: kb.KnowledgeBase) -> None:
    count = len(base.concordance("service", lemma=True))
    for by in ("match", "lemma", "pos", "left", "right", "article", "language", "counterpart"):
        rows = base.frequencies("service", by, lemma=True)
        assert sum(row.count for row in rows) == count, by
        assert sum(row.share for row in rows) == pytest.approx(1, abs=1e-4)
        assert [row.count for row in rows] == sorted((row.count for row in rows), reverse=True)
    assert {row.item for row in base.frequencies("service", "lemma", lemma=True)} == {"service"}
    kept = base.frequencies("souvenir", "counterpart", concept=True, language="fr", into="vi")
    assert "vật kỷ niệm" in {row.item for row in kept}


def test_chinese_words_are_shown_in_the_script_of_their_articles(base: kb.KnowledgeBase) -> None:
    beside = {(row.item, row.language) for row in base.frequencies("顾客", "right")}  # customer
    assert {("關係", "zh-Hant"), ("留存", "zh-Hant")} <= beside  # relation, retention
    counted = {(row.item, row.language) for row in base.frequencies("顾客", "match")}
    assert counted == {("顧客", "zh-Hant"), ("顾客", "zh-Hans")}
    company = {(row.word, row.language) for row in base.collocations("顾客")}
    assert ("忠誠度", "zh-Hant") in company  # loyalty


def test_company_by_hand() -> None:
    # Of 1,000 words 10 are `new`; it stands near 5 of 10 matches.
    found = ranked(
        together=Counter({("new", "fr"): 5, ("rare", "fr"): 1}),
        matches=Counter({"fr": 10}),
        words=Counter({("new", "fr"): 10, ("rare", "fr"): 1}),
        tokens=Counter({"fr": 1000}),
        window=5,
        written=Written(),
    )
    assert [(c.word, c.together, c.count, c.log_dice) for c in found] == [("new", 5, 10, 13.0)]  # 14 + log2(10 / 20)
    assert found[0].g2 == pytest.approx(9.99, abs=0.5)


def test_company_in_three_languages(base: kb.KnowledgeBase) -> None:
    company = base.collocations("muối", window=4)  # salt
    assert {c.language for c in company} == {"vi"}
    assert "ruộng" in {c.word for c in company} or "cào" in {c.word for c in company}  # field, to rake
    assert all(c.log_dice <= 14 and c.together >= 2 for c in company)
    several = base.collocations("experience", concept=True)
    assert len({c.language for c in several}) >= 2


# --- citations -------------------------------------------------------------------------------------------------------


def test_lines_of_what_is_no_text_file_are_said_to_be_of_its_text() -> None:
    text = Citation("a", "Le thé", None, None, None, "a.txt", "fr", None, line=2, last_line=3, start=10, end=90)
    assert str(text) == "“Le thé”, a.txt, lines 2-3, characters 10-90"
    assert "a.HTML read as text, lines 2-3" in str(dataclasses.replace(text, path="a.HTML"))


def test_a_citation_finds_its_place(base: kb.KnowledgeBase) -> None:
    for line in base.concordance("service", limit=5):
        cited = base.cite(line.article, line.start, line.end)
        lines = base.raw(line.article).split("\n")
        before = sum(len(text) + 1 for text in lines[: cited.line - 1])
        assert before <= line.start < before + len(lines[cited.line - 1])
        assert cited.passage is not None
        assert f"characters {line.start}-{line.end}" in str(cited)
        assert cited.title in str(cited)
