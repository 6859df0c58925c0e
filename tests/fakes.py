"""A small base by hand: four articles, three concepts, an embedder that knows a dozen words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kb.embed.base import Advance, Prompt, Vectors, ignore, quantise, unit, vector_key
from kb.embed.tokens import TokenStates
from kb.langs.folding import has_han
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

MODEL = "fake"

TEXTS = {
    "vi-01": (
        "vi",
        "Trải nghiệm khách hàng",
        (
            "Trải nghiệm khách hàng bắt đầu từ một chủ đề.",
            "Khách hàng giữ vật lưu niệm để nhớ chuyến đi.",
            "Dịch vụ tốt làm khách hàng quay lại.",
        ),
    ),
    "fr-01": (
        "fr",
        "L’expérience client",
        (
            "L’expérience client commence par un thème.",
            "Les clients gardent des souvenirs du voyage.",
            "Un bon service fait revenir les clients.",
        ),
    ),
    "zh-01": ("zh-Hans", "客户体验", ("客户体验从主题开始。", "好的服务让客户回来。")),
    "zh-02": ("zh-Hant", "客戶服務", ("客戶體驗需要一個主題。", "天氣今天很好。")),
}

# Words of one meaning share a dimension: enough to find across languages.
MEANINGS = (
    ("trải nghiệm", "expérience", "体验", "體驗", "experience"),
    ("chủ đề", "thème", "主题", "主題", "theme"),
    ("lưu niệm", "souvenirs", "memorabilia"),
    ("dịch vụ", "service", "服务", "服務"),
    ("quay lại", "revenir", "回来", "return"),
    ("天氣", "weather", "météo"),
)

NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "experience": {
        "vi": ("Trải nghiệm khách hàng", "trải nghiệm"),
        "fr": ("expérience client",),
        "zh-Hans": ("客户体验",),
        "zh-Hant": ("客戶體驗",),
    },
    "theme": {"vi": ("chủ đề",), "fr": ("thème",), "zh-Hans": ("主题",), "zh-Hant": ("主題",)},
    "memorabilia": {"vi": ("vật lưu niệm",), "fr": ("souvenirs",)},
}


class FakeEmbedder:
    name = MODEL
    revision = "1"
    dimension = len(MEANINGS) + 2

    def embed(self, texts: Sequence[str], advance: Advance = ignore, prompt: Prompt = "query") -> Vectors:
        vectors: Vectors = np.array([self._vector(text.lower()) for text in texts], np.float32)
        return unit(vectors)

    def tokens(self, texts: Sequence[str], advance: Advance = ignore, *, few: bool = False) -> list[TokenStates] | None:
        return None

    def embed_question(self, text: str) -> Vectors:
        vector: Vectors = self.embed([text])[0]
        return vector

    def _vector(self, text: str) -> list[float]:
        # The last two are what all texts share, and what a script's do: the crowding that centring takes away.
        return [float(any(w in text for w in words)) for words in MEANINGS] + [2.0, float(has_han(text))]


def analysed(id: str) -> AnalysedArticle:
    language, title, lines = TEXTS[id]
    raw = "\n".join(lines)
    passages, sentences, blocks = [], [], []
    start = 0
    for position, line in enumerate(lines):
        end = start + len(line)
        words = list(line) if has_han(line) else line.split(" ")
        tokens, at = [], 0
        for word in words:
            tokens.append(Token(start + at, start + at + len(word), at, word, word, "NOUN"))
            at += len(word) + (0 if has_han(line) else 1)
        passages.append(Passage(f"{id}:{position}", "paragraph", start, end, line, language))
        sentences.append(Sentence(start, end, line, position, tuple(tokens)))
        blocks.append(Block("paragraph", start, end, start, end))
        start = end + 1
    read = RawArticle(f"texts/{id}.txt", raw, "utf-8", f"sha-{id}")
    cleaned = CleanedArticle(read, language, title, MappedText.of(raw), tuple(blocks), ())
    return AnalysedArticle(id, cleaned, tuple(passages), tuple(sentences))


def mentions() -> list[Mention]:
    found = []
    for concept, labels in NAMES.items():
        for id, (language, _, lines) in TEXTS.items():
            raw = "\n".join(lines)
            for label in labels.get(language, ()):
                start = raw.find(label)
                if start >= 0:
                    end, path = start + len(label), f"texts/{id}.txt"
                    found.append(Mention(concept, id, path, language, start, end, raw[start:end], label, 0.9))
                    break
    return sorted(found, key=lambda m: (m.article, m.start))


def concepts(of: Sequence[Mention]) -> list[ConceptRecord]:
    records = []
    types = {"experience": None, "theme": "theme", "memorabilia": "memorabilia"}
    for salience, (id, type_) in enumerate(reversed(types.items()), 1):
        own = [m for m in of if m.concept == id]
        concept = Concept(id, type_, NAMES[id], float(salience), len(own), len({m.article for m in own}))
        counts = {(tag, label): 1 for tag, labels in NAMES[id].items() for label in labels}
        definition = "What holds an experience together." if id == "theme" else None
        records.append(ConceptRecord(concept, None, definition, (("vi", NAMES[id]["vi"][0]),), counts))
    return records


def pairs() -> list[tuple[Pair, tuple[str, ...], tuple[str, ...]]]:
    def quote(id: str, position: int) -> Quote:
        passage = analysed(id).passages[position]
        return Quote(id, f"texts/{id}.txt", TEXTS[id][0], passage.start, passage.end, passage.text)

    return [
        (Pair("p1", "parallel", 0.95, "proposed", quote("fr-01", 0), quote("vi-01", 0)), ("fr-01:0",), ("vi-01:0",)),
        (Pair("p2", "comparable", 0.6, "proposed", quote("vi-01", 0), quote("zh-01", 0)), ("vi-01:0",), ("zh-01:0",)),
    ]


def fill(path: Path) -> Path:
    """Make the base in the file `path`."""
    store = open_store(path, create=True, write=True)
    with store.transaction():
        store.set_info(
            {"version": "0.1.0", "recipe": "default", "model": MODEL, "dimension": str(FakeEmbedder.dimension),
             "built": "2026-01-02T03:04:05Z"}
        )  # fmt: skip
        for id in TEXTS:
            location = f"/texts/{id}.txt"
            store.save_article(Source(location, f"texts/{id}.txt", "/texts", f"sha-{id}", 1, 1, id), analysed(id))
        store.save_source(Source("/texts/no.txt", "texts/no.txt", "/texts", "", 0, 1, None, "the file is empty"))
        texts = [p.text for id in TEXTS for p in analysed(id).passages]
        store.save_vectors([vector_key(MODEL, t) for t in texts], *quantise(FakeEmbedder().embed(texts)))
        beads = (Bead((0,), (0,), 0.9), Bead((1,), (1,), 0.8), Bead((2,), (2,), 0.7))
        store.save_alignment(Alignment("fr-01", "vi-01", "parallel", 0.9, beads))
        store.save_alignment(Alignment("fr-01", "zh-01", "comparable", 0.5))
        found = mentions()
        store.save_graph(
            pairs=pairs(),
            concepts=concepts(found),
            mentions=found,
            name_links=[("theme", NameLink(("fr", "thème"), ("vi", "chủ đề"), 0.8, "aligned", "fr-01:0"))],
            links=[
                Link("theme", "experience", "broader", 1.0, "scheme", ("https://example.org/theme",)),
                Link("experience", "memorabilia", "co-occurrence", 0.6, "log-likelihood", ("vi-01:1",)),
            ],
        )
    store.close()
    return path
