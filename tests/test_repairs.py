"""Single repairs, and the map from a repaired text to the raw one."""

from __future__ import annotations

import random
import unicodedata
from itertools import pairwise

import pytest

from kb.clean import clean, markup
from kb.clean.fix import apply
from kb.clean.lines import Line
from kb.model import CleanedArticle, Edit, MappedText, RawArticle

FRENCH = "Chaque matin, la patronne salue les clients par leur prénom. Nul ne commande deux fois, car elle se souvient."
# Each morning the owner greets her guests by their first names. No one orders twice, for she remembers.


def cleaned(text: str, path: str = "a.txt") -> CleanedArticle:
    result = clean(RawArticle(path, text, "utf-8", ""))
    for change in result.changes:
        assert change.before == text[change.start : change.end]
    return result


# --- the map --------------------------------------------------------------------------------------------------------


def test_edits_keep_the_map() -> None:
    text = MappedText.of("abcdef")
    edited = text.edit([Edit(4, 5, "XYZ"), Edit(1, 3, "q"), Edit(0, 1, "A")])
    assert edited.text == "AqdXYZf"
    assert [edited.span(i, i + 1) for i in range(7)] == [(0, 1), (1, 3), (3, 4), (4, 5), (4, 5), (4, 5), (5, 6)]
    assert edited.span(1, 6) == (1, 5)
    assert edited.slice(1, 3).span(0, 2) == (1, 4)
    assert text.edit([]) == text
    with pytest.raises(ValueError, match="overlap at 2"):
        text.edit([Edit(1, 3, ""), Edit(2, 4, "")])


def test_what_is_put_in_has_an_empty_span_or_that_of_what_it_splits() -> None:
    text = MappedText.of("abc").edit([Edit(1, 2, "XY")])
    between, within = text.edit([Edit(1, 1, " ")]), text.edit([Edit(2, 2, " ")])
    assert (between.text, between.span(1, 2)) == ("a XYc", (1, 1))
    assert (within.text, within.span(2, 3)) == ("aX Yc", (1, 2))
    assert MappedText.of("ab").edit([Edit(2, 2, "!")]).span(2, 3) == (2, 2)
    assert MappedText.of("").span(0, 0) == (0, 0)


def test_offsets_never_fall_whatever_is_edited() -> None:
    for seed in range(300):
        rng = random.Random(seed)
        text = MappedText.of("abcdefghijkl")
        for _ in range(6):
            cuts = sorted(rng.choices(range(len(text.text) + 1), k=6))
            edits = [Edit(a, b, rng.choice(["", "x", "xy", "xyz"])) for a, b in zip(cuts[::2], cuts[1::2], strict=True)]
            if len({(e.at, e.to) for e in edits}) == 3:
                text = text.edit(edits)
        for offsets in (text.starts, text.ends):
            assert all(a <= b for a, b in pairwise(offsets)), seed
        assert all(0 <= a <= b <= 12 for a, b in zip(text.starts, text.ends, strict=True)), seed
        assert all(
            text.span(i, j) == (text.starts[i], max(text.ends[i:j])) for j in range(1, len(text.text)) for i in range(j)
        )


# --- characters -----------------------------------------------------------------------------------------------------


def test_more_accents_than_a_letter_can_have() -> None:
    raw = FRENCH.replace("prénom", "pre" + "\u0301\u0323" * 40 + "nom")
    result = cleaned(raw)
    assert result.body.text == unicodedata.normalize("NFC", raw.replace("\u0301\u0323" * 40, "\u0301\u0323" * 15))
    assert "80 accents on one letter" in [c.reason for c in result.changes]


def test_a_lone_half_of_a_character() -> None:
    result = cleaned(FRENCH + " \ud83d 中")
    assert result.body.text == FRENCH + " \ufffd 中"
    assert [(c.kind, c.before) for c in result.changes] == [("unicode", "\ud83d")]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("a  b", "a b"), ("a \u00a0b", "a b"), ("a\u3000b", "a b"), ("a\tb", "a b"), ("  a b  \n  c ", "a b\nc"),
        ("a \n\u3000\u3000b", "a\nb"), ("a\u00a0", "a"), ("a\u2003\u2028b", "a\nb"),
    ],
)  # fmt: skip
def test_spaces(raw: str, text: str) -> None:
    assert cleaned(raw).body.text == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("un,, deux", "un, deux"), ("una;;dos", "una;dos"), ("fin.. Puis", "fin. Puis"), ("fin.. puis", "fin.. puis"),
        ("完。。好", "完。好"), ("完。。。好", "完。。。好"), ("一，，二", "一，二"), ("（，，", "（，，"),
        ("a,,,b", "a,,,b"), ("« Perdu.. »", "« Perdu. »"), ("“hết..” cô", "“hết.” cô"), ("oui... »", "oui... »"),
    ],
)  # fmt: skip
def test_marks_typed_twice(raw: str, text: str) -> None:
    assert cleaned(f"中文 {raw}").body.text == f"中文 {text}"


def test_a_character_that_is_hidden_in_an_entity_or_a_tag() -> None:
    raw = FRENCH.replace("é", "&ea\u200bcute;").replace("deux", "<b\x00>deux</\u200bb>").replace("Nul", "N&shy;ul")
    assert cleaned(raw).body.text == FRENCH


def test_utf8_read_as_latin_and_then_written_as_entities() -> None:
    raw = FRENCH.replace("é", "&Atilde;&copy;").replace("elle", "elle, l&acirc;&#8364;&#8482;été,")
    result = cleaned(raw)
    assert result.body.text == FRENCH.replace("elle", "elle, l’été,")
    assert {c.kind for c in result.changes} == {"entity", "mojibake"}


def test_a_line_half_of_which_was_misread() -> None:
    wrong = "Elle pose le café, puis la thÃ©iÃ¨re et le goÃ»ter ; il dit : Â« À demain Â», c’est dÃ©cidÃ©."
    text = "Elle pose le café, puis la théière et le goûter ; il dit : « À demain », c’est décidé."
    result = cleaned(f"{FRENCH}\n{wrong}")
    assert result.body.text == f"{FRENCH}\n{text}"
    offset = len(FRENCH) + 1
    for word in ("café", "puis", "demain", "c’est"):  # what was right keeps its place
        at, there = result.body.text.index(word, offset), wrong.index(word) + offset
        assert result.body.span(at, at + len(word)) == (there, there + len(word))


# --- what a page's source left --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("un [deux](http://x/A_(b) \"t\") trois", "un deux trois"), ("![im](x.png) un", "un"),
        ("un [1] deux", "un [1] deux"),
        ("[![im](i.png)](http://x) un", "un"), ("[[un](x)]", "[un]"), ("[un [deux] trois](x)", "un [deux] trois"),
        ("un **deux** __t__ __trois__", "un deux t trois"), ("un_deux__trois", "un_deux__trois"), ("2 ** 3", "2 ** 3"),
        ("[un](x) [deux](y)", "un deux"), ("[un](x", "[un](x"), ("![un](a(b))", ""), ("> un\n> > deux", "un\ndeux"),
    ],
)  # fmt: skip
def test_markdown(raw: str, text: str) -> None:
    mapped = MappedText.of(raw)
    assert apply(mapped, raw, markup.markdown(raw))[0].text.strip() == text


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("opening", "closing"), [("```", "```"), ("```python", "````"), ("~~~", "~~~"), ("  ````", "````  ")]
)
def test_fenced_code_is_left_out_and_told(newline: str, opening: str, closing: str) -> None:
    code = newline.join([opening, "# salue(client)", "print('[a](b)') **x**", "", "~~~ ``` x", closing])
    raw = f"# Le comptoir{newline}{newline}{FRENCH}{newline}{newline}{code}{newline}{newline}{FRENCH}"
    result = cleaned(raw, "a.md")
    assert result.body.text == f"Le comptoir\n{FRENCH}\n{FRENCH}"
    left = [c for c in result.changes if c.kind == "code"]
    assert [(c.before.strip(), c.after) for c in left] == [(code.strip(), "")]


@pytest.mark.parametrize(
    "raw", [f"{FRENCH}\n\n```\n{FRENCH}", f"{FRENCH}\n~~~\n{FRENCH}\n```", f"``{FRENCH}``\n{FRENCH}"]
)
def test_a_fence_that_nothing_closes_hides_no_text(raw: str) -> None:
    assert cleaned(raw, "a.md").body.text.count("Chaque matin") == 2
    assert not [c for c in cleaned(raw, "a.md").changes if c.kind == "code"]


def test_code_is_known_in_markdown_only() -> None:
    code = f"{FRENCH}\n```\nprint(1)\n```\n{FRENCH}"
    assert "code" not in {change.kind for change in cleaned(code).changes}
    assert "code" in {change.kind for change in cleaned(code, path="a.md").changes}


def test_comments_and_scripts() -> None:
    raw = f"<!-- <p>un --> {FRENCH} <script>var a = '<p>';</script> <STYLE>p {{}}</style > <!-- <script> deux"
    assert cleaned(raw).body.text == f"{FRENCH} <!-- <script> deux"


def test_a_line_of_marks_is_not_short() -> None:
    assert Line("." * 4_000 + "fin", 0, 4_003).weight == 500
    assert Line("le comptoir", 0, 11).weight == 10
    assert Line("服务 a1", 0, 5).weight == 7
