"""Words linked inside beads: by a made model, and by the real one against links made by hand."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from kb.aligned import AlignedTexts, of_lines
from kb.answers import LinkedBead
from kb.direct import link_words
from kb.embed.base import Vectors
from kb.embed.tokens import TokenStates
from kb.export.beside import write_page
from kb.model import Bead, WordLink

FRENCH = ["Le client garde le carnet.", "Il pleut."]
VIETNAMESE = ["Khách hàng giữ cuốn sổ.", "Khách hàng vui."]
MEANINGS = {
    "client": 1, "khách": 1, "hàng": 1, "garde": 2, "giữ": 2, "carnet": 3, "cuốn": 3, "sổ": 3, "pleut": 4, "vui": 5,
}  # fmt: skip


class Meanings:
    """A token a word; words of one meaning have one direction, all others one of their own."""

    name, dimension, revision = "meanings", 64, "1"

    def embed(self, texts: Sequence[str], *_: object) -> Vectors:
        return np.full((len(texts), 64), 0.125, np.float32)

    def embed_question(self, text: str) -> Vectors:
        vector: Vectors = self.embed([text])[0]
        return vector

    def tokens(self, texts: Sequence[str], *_: object, **__: object) -> list[TokenStates]:
        return [self._states(text) for text in texts]

    def _states(self, text: str) -> TokenStates:
        rows, spans, at = [], [], 0
        for word in text.rstrip(".").lower().split():
            start = text.lower().index(word, at)
            at = start + len(word)
            spans.append((start, at))
            rows.append(MEANINGS.get(word, 6 + sum(map(ord, word)) % 50))
        return TokenStates(np.array(rows), np.eye(64, dtype=np.float16)[rows], np.array(spans))


def test_a_word_leads_to_its_counterpart() -> None:
    beads = [Bead((0,), (0,), 0.9), Bead((1,), ()), Bead((), (1,))]
    found = link_words((FRENCH, VIETNAMESE), (["fr"] * 2, ["vi"] * 2), beads, Meanings())
    shown = {(FRENCH[x.a[0]][x.a[1] : x.a[2]], VIETNAMESE[x.b[0]][x.b[1] : x.b[2]]) for links in found for x in links}
    # client = khách hàng (customer), garde = giữ (keeps), carnet = cuốn sổ (notebook)
    assert {("client", "Khách hàng"), ("garde", "giữ")} <= shown
    assert any(a == "carnet" for a, _ in shown)
    assert found[1] == found[2] == []
    assert not {a for a, _ in shown} & {"Le", "le", "."}


def texts() -> AlignedTexts:
    links = (WordLink((0, 3, 9), (0, 0, 10), 0.9), WordLink((0, 10, 15), (0, 11, 14), 0.8))
    beads = (Bead((0,), (0,), 0.9), Bead((1,), ()), Bead((), (1,)))
    a, b = of_lines("fr.txt", FRENCH, "fr"), of_lines("vi.txt", VIETNAMESE, "vi")
    return AlignedTexts(a, b, beads, (links, (), ()))


def test_records_say_where_the_words_stand() -> None:
    first, second, _ = texts().records()
    assert isinstance(first, LinkedBead)
    words = first.words
    assert [(x.a, x.b) for x in words] == [("client", "Khách hàng"), ("garde", "giữ")]
    assert all(first.a_text[x.a_start : x.a_end] == x.a and first.b_text[x.b_start : x.b_end] == x.b for x in words)
    assert isinstance(second, LinkedBead)
    assert second.words == ()


def test_offsets_in_a_bead_of_two_sentences() -> None:
    """The second sentence begins behind the first one and a blank, or without one in Chinese."""
    for lines, language, start in ((["Il part.", "Elle rit."], "fr", 9), (["他走了。", "她笑。"], "zh-Hans", 4)):
        text = of_lines("x", lines, language)
        assert text.span_in((0, 1), (1, 0, 2)) == (start, start + 2)
        assert text.text((0, 1))[start : start + 2] == lines[1][:2]


def test_the_page_lights_a_word_with_its_counterpart(tmp_path: Path) -> None:
    with (tmp_path / "page.html").open("w", encoding="utf-8") as stream:
        write_page(texts(), stream)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert '<span class="w w0">client</span>' in page
    assert '<span class="w w0">Khách hàng</span>' in page
    assert '<span class="w w1">giữ</span>' in page
    assert "tr:has(.w1:hover) .w1" in page


def test_links_of_the_real_model_agree_with_those_made_by_hand(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """corpus/gold/words.tsv: 423 links in vi-fr, vi-zh and fr-zh; measured F1 .812, .815 and .810."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "bench"))
    monkeypatch.setattr(sys, "argv", ["words.py"])
    import words

    words.main()
    scores = {line.split()[0]: float(line.split()[-1]) for line in capsys.readouterr().out.splitlines()}
    assert scores.keys() == {"vi-fr", "vi-zh", "fr-zh", "all"}
    assert min(scores.values()) >= 0.78
