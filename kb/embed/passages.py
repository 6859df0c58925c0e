"""The vectors of all passages of a base, to be compared with a question: what is kept, and the arithmetic."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import simsimd

from kb.embed.base import Vectors, quantise, row_blocks, unit
from kb.embed.centre import reference_means, shrunk_mean
from kb.model import base_language

# Centred cosines: the best passage for questions on something else altogether reached .10 to .16.
UNRELATED = 0.10

# The first pass compares whole numbers of a byte. Among 20,000 centred cosines of questions and news sentences it is
# off by .0007 (standard deviation), .003 at worst. Whatever comes within this of the last place is compared exactly.
ROUGH = 0.01

# Rows made floats at once: few enough for the processor's cache is twice as fast as all.
BLOCK = 1_000


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """Passages' vectors as the base holds them, a byte a dimension, to be compared less the mean of their language.

    `ids` and `languages` (tags) name the rows of `codes`, int8 [n, d]. With v the unit vector of a row and m the mean
    of its language, which is row `group` [n] of `means` [languages, d]: `scale` [n] makes v of its codes, `spread` [n]
    is the length of v - m. All float32.
    """

    ids: list[str]
    languages: list[str]
    codes: npt.NDArray[np.int8]
    scale: Vectors
    spread: Vectors
    group: npt.NDArray[np.uint8]
    means: Vectors
    row: dict[str, int]

    def pack(self) -> dict[str, bytes]:
        """All of it as bytes, for `unpack`."""
        names = {"ids": self.ids, "languages": self.languages, "dimension": self.codes.shape[1]}
        arrays = {x: getattr(self, x).tobytes() for x in ("codes", "scale", "spread", "group", "means")}
        return {"names": json.dumps(names, ensure_ascii=False, separators=(",", ":")).encode(), **arrays}

    @classmethod
    def unpack(cls, packed: Mapping[str, bytes]) -> PassageVectors:
        names = json.loads(packed["names"])
        ids, shape = names["ids"], (-1, max(1, names["dimension"]))
        return cls(
            ids,
            names["languages"],
            codes=np.frombuffer(packed["codes"], np.int8).reshape(shape),
            scale=np.frombuffer(packed["scale"], np.float32),
            spread=np.frombuffer(packed["spread"], np.float32),
            group=np.frombuffer(packed["group"], np.uint8),
            means=np.frombuffer(packed["means"], np.float32).reshape(shape),
            row={id: row for row, id in enumerate(ids)},
        )

    @classmethod
    def of(
        cls,
        ids: list[str],
        languages: list[str],
        codes: npt.NDArray[np.int8],
        *,
        model: str,
    ) -> PassageVectors:
        bases = {tag: base_language(tag) for tag in set(languages)}
        names = sorted(set(bases.values()))
        number = {tag: names.index(base) for tag, base in bases.items()}
        group = np.array([number[tag] for tag in languages], np.uint8)
        scale, spread = np.zeros(len(ids), np.float32), np.zeros(len(ids), np.float32)
        total = np.zeros((len(names), codes.shape[1]), np.float32)
        for block in row_blocks(len(ids), BLOCK):
            values = codes[block].astype(np.float32)
            scale[block] = 1 / np.maximum(np.sqrt(np.einsum("nd,nd->n", values, values)), 1e-12)
            for n in np.unique(group[block]).tolist():
                total[n] += np.where(group[block] == n, scale[block], 0) @ values
        counts, known = np.bincount(group, minlength=len(names)).tolist(), reference_means(model)
        means = np.zeros_like(total)
        for n, language in enumerate(names):
            means[n] = shrunk_mean(total[n], counts[n], language, known)
        lengths = np.einsum("nd,nd->n", means, means)
        for block in row_blocks(len(ids), BLOCK):
            own = group[block]
            along = (codes[block].astype(np.float32) @ means.T)[np.arange(len(own)), own] * scale[block]
            spread[block] = np.sqrt(np.maximum(1 - 2 * along + lengths[own], 1e-12))  # |v - m|, where |v| is 1
        return cls(ids, languages, codes, scale, spread, group, means, {id: row for row, id in enumerate(ids)})

    def nearness(
        self,
        question: Vectors,
        background: Vectors,
        most: int,
        *,
        within: Collection[str] | None = None,
        also: Iterable[str] = (),
    ) -> dict[str, float]:
        """Centred cosine to `question` [d], less the mean of `background` [n, d], of the passages nearest to it.

        At least the `most` nearest of those `within` (None: of all), as far as they are related, and any of `also`.
        """
        if not self.ids:
            return {}
        wanted = unit(question - background.mean(axis=0))
        rows = None
        if within is not None:
            rows = np.array([row for row, id in enumerate(self.ids) if id in within], np.intp)
        near = self._nearest(wanted, rows, most)
        near = np.union1d(near, np.array([self.row[id] for id in also if id in self.row], np.intp))
        level = (self.means @ wanted)[self.group[near]]
        cosines = (self.codes[near].astype(np.float32) @ wanted * self.scale[near] - level) / self.spread[near]
        return {self.ids[row]: c for row, c in zip(near.tolist(), cosines.tolist(), strict=True) if c > UNRELATED}

    def nearest_sentence(
        self, question: Vectors, background: Vectors, owners: Sequence[str], sentences: Vectors
    ) -> dict[str, float]:
        """Passage id -> centred cosine to `question` [d] of the nearest of its `sentences` [n, d], which are those of
        the passages `owners` [n]."""
        wanted = unit(question - background.mean(axis=0))
        own = unit(sentences) - self.means[self.group[[self.row[id] for id in owners]]]
        found: dict[str, float] = {}
        for id, cosine in zip(owners, (unit(own) @ wanted).tolist(), strict=True):
            found[id] = max(cosine, found.get(id, cosine))
        return found

    def _nearest(self, wanted: Vectors, rows: npt.NDArray[np.intp] | None, most: int) -> npt.NDArray[np.intp]:
        """Of `rows` (None: of all) those that may be among the `most` nearest and related."""
        codes, factor = quantise(wanted[None])
        part = (self.codes, self.scale, self.spread, self.group)
        if rows is not None:
            part = (self.codes[rows], self.scale[rows], self.spread[rows], self.group[rows])
        own, scale, spread, group = part
        if most <= 0 or not len(own):
            return np.array([], np.intp)
        rough = np.asarray(simsimd.cdist(codes, own, "dot"))[0].astype(np.float32)
        rough *= scale
        rough *= factor
        rough -= (self.means @ wanted)[group]
        rough /= spread
        related = np.flatnonzero(rough >= UNRELATED - ROUGH)
        if len(related) > most:
            last = np.partition(rough[related], -most)[-most]
            related = related[rough[related] >= last - ROUGH]
        return related if rows is None else rows[related]
