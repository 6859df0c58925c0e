"""Vietnamese: pyvi's cuts and tags, mended, and compounds over them."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from kb.langs.base import Candidate, Word, split_sentences
from kb.langs.folding import name_key, one_tone_placement
from kb.langs.lexicon import NOUN, VERB, lexicon
from kb.model import Token

ABBREVIATIONS = frozenset("tp. ts. ths. gs. pgs. q. p. tr. v.v. vd. tt. bs. ks. st. tx. nxb.".split())

# pyvi's tags (those of VLSP) in Universal POS.
_POS = {
    "N": "NOUN", "Nb": "NOUN", "Nc": "NOUN", "Nu": "DET", "Np": "PROPN", "Ny": "X", "Y": "X", "V": "VERB", "A": "ADJ",
    "P": "PRON", "R": "ADV", "L": "DET", "M": "NUM", "E": "ADP", "C": "CCONJ", "CC": "CCONJ", "I": "INTJ",
    "T": "PART", "B": "X", "F": "PUNCT", "X": "X", "Z": "X", "S": "X",
}  # fmt: skip

# Words of everyday Vietnamese that pyvi's own dictionary lacks and cuts in two.
_MISSING_WORDS = frozenset(
    "trải nghiệm|chăm sóc|điểm chạm|đáng nhớ|phản hồi|kỷ vật|tư vấn|cá nhân hóa|thân thiết|lễ tân|thực khách|du khách|"
    "khuyến mãi|ưu đãi|nhận diện|kịch bản|không gian|truyền miệng|gắn bó|cam kết|kết nối|lưu trú|"
    "tương tác|đồng cảm".split("|")
)

# Classifiers, plural marks and nominalisers: they stand before a name and are no part of it.
_MARKS = frozenset(
    "các những một mọi mỗi từng vài sự việc cuộc nỗi niềm cái con chiếc bức tấm cây quyển cuốn căn "
    "ngôi đôi cặp bộ loại "
    "thứ kiểu dạng số nhiều toàn cả hai ba bốn năm sáu bảy tám chín mười vị thằng đứa bài lần cơn mối".split()
)
# Grammatical words, whatever the tagger says of them.
_FUNCTION = frozenset(
    word.replace("_", " ")
    for word in (
        "là và của có được bị cho với trong ngoài trên dưới khi nếu thì mà để từ đến tới về ở tại bởi vì do nên "
        "như theo bằng này kia ấy đó đây đấy nọ nào gì ai sao đâu bao nhiêu không chưa chẳng đã đang sẽ sắp vẫn "
        "còn cũng đều chỉ rất quá lắm hơn nhất hay hoặc nhưng song tuy dù mặc lại ra vào lên xuống đi rồi ngay "
        "cùng nhau mình họ tôi ta chúng bạn anh chị em ông bà nó hắn người_ta phải cần muốn hãy đừng chớ thế vậy "
        "sau trước giữa trừ qua làm việc_này điều_này càng luôn thường luôn_luôn có_thể không_thể tất_cả bất_kỳ "
        "bất_cứ một_số một_cách chính mới vừa thật khá hầu_hết đôi_khi tuy_nhiên do_đó vì_vậy bên_cạnh ngoài_ra "
        "hơn_nữa thay_vì mặc_dù lúc xem dùng đưa nói khiến giúp gọi trở_thành trở_nên bao_gồm thậm_chí liệu "
        "bao_giờ đồng_thời lấy gồm nhờ tức ví_dụ chẳng_hạn thực_sự khác ít đủ lớn nhỏ cao thấp tốt xấu dài ngắn "
        "sớm muộn đúng sai rõ dễ khó mọi_người cách chỗ nơi thời_điểm bước phần đầu cuối ngày tháng năm giờ phút "
        "tuần quý hôm_nay ngày_nay hiện_nay hiện_tại trước_đây sau_đó khi_đó lúc_đó tiếp_theo xung_quanh bản_thân "
        "đầu_tiên cuối_cùng thứ_hai trường_hợp lý_do kết_quả mục_tiêu_là đặc_biệt cụ_thể bất_cứ_ai việc gần xa "
        "bên dựa tạo có_lẽ đại_đa_số hàng_loạt giống nhau_như toàn_bộ thời_gian lần_nào câu hàng_năm hàng_ngày "
        "hàng_tháng hàng_giờ hàng_tuần"
    ).split()
)


def _ends_in_grammar(compound: str) -> bool:
    """Whether pyvi lists a verb with the preposition behind it as one word: bắt đầu từ (to begin with)."""
    verb, _, last = compound.rpartition(" ")
    return last in _FUNCTION and not lexicon().parts_of("vi", compound) and VERB in lexicon().parts_of("vi", verb)


class VietnameseAnalyser:
    language = "vi"

    @cached_property
    def _pyvi(self) -> tuple[Any, Any]:
        from pyvi.ViPosTagger import ViPosTagger
        from pyvi.ViTokenizer import ViTokenizer

        return ViTokenizer, ViPosTagger

    @cached_property
    def _dictionary(self) -> frozenset[str]:
        """Compounds of two or three syllables."""
        tokenizer, _ = self._pyvi
        listed = tokenizer.bi_grams | {w for w in tokenizer.tri_grams if not _ends_in_grammar(w)} | _MISSING_WORDS
        own = {one_tone_placement(w) for w in listed}
        return frozenset(own | {name for name in lexicon().names("vi") if _is_compound(name.split())})

    def sentences(self, text: str) -> list[tuple[int, int]]:
        return split_sentences(text, ABBREVIATIONS)

    def words(self, sentences: Sequence[str]) -> list[list[Word]]:
        cuts = [self._cut(s) for s in sentences]
        sticky = _sticky_pairs(cuts)
        return [self._tag(s, self._mend(cut, sticky)) for s, cut in zip(sentences, cuts, strict=True)]

    def _cut(self, sentence: str) -> list[list[str]]:
        """pyvi's words, each a list of syllables or marks as they stand in the sentence."""
        tokenizer, _ = self._pyvi
        if not sentence.strip():
            return []
        return [
            word.split("_") if "_" not in word.strip("_") or len(word) > 1 else [word]
            for word in tokenizer.tokenize(sentence).split()
        ]

    def _mend(self, cut: list[list[str]], sticky: frozenset[tuple[str, str]]) -> list[list[str]]:
        """Take grammatical words off the end of a compound (định nghĩa là) and join single syllables that are a word
        of the dictionary or that the article hardly ever uses apart (trải + nghiệm)."""
        words: list[list[str]] = []
        for word in cut:
            if len(word) > 1 and word[-1].lower() in _FUNCTION and " ".join(word).lower() not in self._dictionary:
                words += [word[:-1], word[-1:]]
            else:
                words.append(word)
        out: list[list[str]] = []
        for word in words:
            if out and self._belong(out[-1], word, sticky):
                out[-1] = [*out[-1], *word]
            else:
                out.append(word)
        return out

    def _belong(self, left: list[str], right: list[str], sticky: frozenset[tuple[str, str]]) -> bool:
        """Whether two cuts are one word: bầu + không khí, hàng + năm (grammatical, but one word), trải + nghiệm."""
        joined = one_tone_placement(" ".join((*left, *right)).lower())
        if len(left) + len(right) == 3:
            return joined in self._dictionary and left[0].lower() not in _FUNCTION
        if len(left) + len(right) != 2:
            return False
        pair = (left[0].lower(), right[0].lower())
        return pair in sticky or joined in _FUNCTION or (joined in self._dictionary and not _grammatical(pair))

    def _tag(self, sentence: str, words: list[list[str]]) -> list[Word]:
        """Words with their offsets and parts of speech. pyvi drops no character but white space and underscores."""
        if not words:
            return []
        _, tagger = self._pyvi
        tags = tagger.postagging_tokens(["_".join(word) for word in words])[1]
        out, at = [], 0
        for word, tag in zip(words, tags, strict=True):
            span = _find(sentence, word, at)
            if span is None:
                continue
            text = sentence[span[0] : span[1]]
            out.append(Word(span[0], text, key := name_key(text), _known_pos(key, _pos(text, tag))))
            at = span[1]
        return out

    def candidates(self, tokens: Sequence[Token]) -> list[Candidate]:
        out: list[Candidate] = []
        for first, token in enumerate(tokens):
            if token.pos in _PARTS and (not _is_empty(token) or (token.pos == "NOUN" and token.lemma not in _MARKS)):
                out += _compounds(tokens, first)
        return out

    def join(self, sentences: Iterable[str]) -> str:
        return " ".join(sentences)


def _is_compound(syllables: Sequence[str]) -> bool:
    """Whether a name of the lexicon is a word, not a phrase with a grammatical word or a nominaliser."""
    return len(syllables) in (2, 3) and syllables[0] not in _MARKS and not any(s in _FUNCTION for s in syllables)


def _sticky_pairs(cuts: Iterable[list[list[str]]]) -> frozenset[tuple[str, str]]:
    """Pairs of single syllables that a text uses together at least twice, and at least one of which (nearly) never
    without the other: pyvi's dictionary lacks the word they are."""
    pairs: Counter[tuple[str, str]] = Counter()
    singles: Counter[str] = Counter()
    for cut in cuts:
        lone = [w[0].lower() if len(w) == 1 else "" for w in cut]
        singles.update(s for s in lone if s)
        pairs.update((a, b) for a, b in itertools.pairwise(lone) if a.isalpha() and b.isalpha())
    return frozenset(
        pair
        for pair, n in pairs.items()
        if n >= 2 and n >= 0.8 * max(singles[pair[0]], singles[pair[1]]) and not _grammatical(pair)
    )


def _grammatical(pair: tuple[str, str]) -> bool:
    return any(s in _FUNCTION or s in _MARKS for s in pair)


def _find(sentence: str, word: list[str], at: int) -> tuple[int, int] | None:
    """Where the syllables of a word stand next in the sentence, white space or underscores between them."""
    pattern = r"[\s_]*".join(re.escape(s) for s in word if s)
    match = re.compile(pattern).search(sentence, at) if pattern else None
    if match is None:  # pyvi works on NFC; a text that is not keeps its own form here
        pattern = r"[\s_]*".join(re.escape(unicodedata.normalize("NFD", s)) for s in word if s)
        match = re.compile(pattern).search(sentence, at) if pattern else None
    return match.span() if match else None


def _pos(text: str, tag: str) -> str:
    if not any(c.isalnum() for c in text):
        return "PUNCT"
    if re.fullmatch(r"[\d.,%/]+", text):
        return "NUM"
    if re.fullmatch(r"[A-Z0-9&][A-Z0-9&+-]+", text):
        return "X"
    return _POS.get(tag, "X")


def _known_pos(key: str, pos: str) -> str:
    """NOUN for what the tagger takes for a verb or an adjective and the lexicon has as a noun only (cọc, post)."""
    return "NOUN" if pos in ("VERB", "ADJ") and lexicon().parts_of("vi", key) == {NOUN} else pos


# Nouns too light to be a name of anything, but fit to begin one (điều hòa, hàng hóa, điểm chạm).
_LIGHT = frozenset("điều hàng khoản lời lòng máy tính bản nhà người điểm tiền quyền mức lần câu".split())


# What a name may be made of.
_PARTS = frozenset({"NOUN", "PROPN", "VERB", "ADJ", "X"})


def _is_empty(token: Token) -> bool:
    return token.lemma in _FUNCTION or token.lemma in _MARKS


def _in_noun_position(tokens: Sequence[Token], i: int) -> bool:
    """Whether a verb stands as a name (trách nhiệm bảo trì, dành cho giải trí, sự tương tác) and governs nothing."""
    before, after = tokens[i - 1] if i else None, tokens[i + 1] if i + 1 < len(tokens) else None
    named = before is not None and (before.pos in ("NOUN", "ADP") or before.lemma in ("sự", "việc", "cho", "về", "của"))
    return named and (
        after is None or after.pos in ("PUNCT", "CCONJ", "ADP", "ADV", "ADJ") or after.lemma in ("là", "của")
    )


def _names_an_act(tokens: Sequence[Token], i: int) -> bool:
    """Whether a verb stands as a name, and is one that the lexicon does not know as a verb only."""
    parts = lexicon().parts_of("vi", tokens[i].lemma)
    return _in_noun_position(tokens, i) and (not parts or NOUN in parts)


def _governs(tokens: Sequence[Token], after: int) -> bool:
    """Whether a verb before this place has an object or says how it went: khách hàng mua | bản quyền, nhận | được."""
    following = tokens[after] if after < len(tokens) else None
    return following is not None and (
        following.pos in ("NOUN", "PROPN", "PRON", "NUM", "DET") or following.lemma in ("được", "thấy", "ra", "vào")
    )


def _is_lone(token: Token) -> bool:
    return " " not in token.text


def _compounds(tokens: Sequence[Token], first: int) -> list[Candidate]:
    """Head first, then what narrows it: dịch vụ khách hàng, quản trị quan hệ khách hàng, sự kiện đáng nhớ."""
    out: list[Candidate] = []
    for last in range(first + 1, min(first + 4, len(tokens)) + 1):
        token = tokens[last - 1]
        if token.pos not in _PARTS or (_is_empty(token) and token.pos not in ("NOUN", "X")):
            break
        words = tokens[first:last]
        syllables = sum(len(t.text.split()) for t in words)
        if syllables > 7 or not any(c.isalpha() for c in token.text):
            break
        key = " ".join(t.lemma for t in words)
        # With a light word or a verb in it a clause, as khách hàng mua bản ... is, or a name, as giá sửa xe (repair
        # stand), thoát nước (drainage) and giờ mở cửa (opening hours).
        bare = any(_is_empty(t) and t.pos != "X" for t in words)
        if len(words) == 1:
            if bare:
                continue
            if syllables == 1 and (token.pos not in ("NOUN", "PROPN", "X") or token.lemma in _LIGHT):
                continue
            weak = token.pos == "ADJ" or (token.pos == "VERB" and not _names_an_act(tokens, first))
        else:
            bare = bare or any(t.pos == "VERB" and _is_lone(t) for t in words[:-1])
            # người tiêu dùng, điểm tiếp xúc: a light head makes a name of a verb; elsewhere noun and verb are a clause.
            nominal = len(words) == 2 and _is_lone(words[0]) and words[0].pos == "NOUN"
            bare = bare or (token.pos == "VERB" and not nominal and _governs(tokens, last))
            weak = (
                words[0].pos in ("VERB", "ADJ")
                or (words[-1].pos in ("VERB", "ADJ") and _is_lone(words[-1]))
                or (words[-1].pos == "VERB" and not nominal)
            )
        out.append(Candidate(first, last, key, weak or bare, bare))
    return out
