"""Sentence beads of two texts: arrays in, beads out, nothing else.

A bead says that sentences `a` of one text say what sentences `b` of the other say; an empty side was left out. Among
all coverings of two texts by beads `align` finds the best one by dynamic programming (Gale & Church 1993, "A Program
for Aligning Sentences in Bilingual Corpora", Computational Linguistics 19).
"""

from kb.align.search import AlignOptions, align
from kb.align.text import Side
from kb.align.translations import Possible, parallel_share, relation
from kb.align.versions import align_versions

__all__ = ["AlignOptions", "Possible", "Side", "align", "align_versions", "parallel_share", "relation"]
