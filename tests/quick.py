"""An embedder that costs nothing, for tests of what is around it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from kb.embed.base import Vectors, unit
from kb.embed.tokens import TokenStates
from kb.langs.folding import search_words, simplify

# Words of one meaning, so that translations come near each other; every other word is near itself only.
GLOSSARY = (
    ("xe đạp", "vélo", "自行车", "fahrrad"),
    ("khách hàng", "client", "顾客", "kunde"),
    ("dịch vụ", "service", "服务"),
    ("cửa hàng", "boutique", "商店"),
    ("trải nghiệm", "expérience", "体验"),
    ("chủ đề", "thème", "主题"),
    ("phanh", "frein", "刹车"),
    ("cuốn sổ", "carnet", "本子"),
    ("tấm bưu thiếp", "carte postale", "明信片"),
    ("phàn nàn", "plainte", "投诉"),
    ("mùi dầu", "odeur d’huile", "机油味"),
    ("học sinh", "élève", "学生"),
)


class WordEmbedder:
    """A bag of words and of the glossary's meanings, hashed to a few dimensions; `asked` is what it had to embed."""

    name = "bag-of-words"
    revision = "1"
    dimension = 96

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str], *_: object) -> Vectors:
        self.asked += texts
        return unit(np.array([self._vector(text) for text in texts], np.float32).reshape(-1, self.dimension))

    def tokens(self, *_: object, **__: object) -> list[TokenStates] | None:
        return None

    def embed_question(self, text: str) -> Vectors:
        vector: Vectors = self.embed([text])[0]
        return vector

    def _vector(self, text: str) -> Vectors:
        simple = simplify(text).lower()
        meant = [f"meaning {n}" for n, words in enumerate(GLOSSARY) for word in words if word in simple]
        vector = np.full(self.dimension, 0.05, np.float32)
        for weight, words in ((1.0, search_words(text)), (4.0, meant)):
            for word in words:
                for byte in hashlib.blake2b(word.encode(), digest_size=4).digest():
                    vector[byte % self.dimension] += weight if byte & 128 else -weight
        return vector
