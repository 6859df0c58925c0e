from __future__ import annotations

import random
import time
import tracemalloc
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from kb.align import AlignOptions, Side, align, relation
from kb.align.band import Floats
from kb.beads import format_beads, listed, moved, parse_beads
from kb.embed.tokens import Tokens
from kb.model import Bead

Ids = tuple[int, ...]
DIMENSION = 48


def unit(vectors: npt.NDArray[np.float64] | Floats) -> Floats:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    out: Floats = (vectors / norms).astype(np.float32)
    return out


def side(topics: Floats, lengths: npt.NDArray[np.float64], groups: list[Ids], noise: float, seed: int) -> Side:
    """A text whose sentences say the topics of their group."""
    made = np.random.default_rng(seed)

    def say(said: Ids) -> Floats:
        weighted = (topics[list(said)] * lengths[list(said), None]).sum(axis=0, keepdims=True)
        said_so: Floats = unit(unit(weighted) + noise * made.normal(size=(1, DIMENSION)) / DIMENSION**0.5)[0]
        return said_so

    return Side(np.array([say(g) for g in groups]), [float(lengths[list(g)].sum()) for g in groups])


def pair(a: list[Ids], b: list[Ids], *, noise: float = 0.6, seed: int = 1) -> tuple[Side, Side]:
    count = max((t for g in a + b for t in g), default=0) + 1
    made = np.random.default_rng(seed)
    topics, lengths = unit(made.normal(size=(count, DIMENSION))), made.integers(40, 160, count).astype(float)
    return side(topics, lengths, a, noise, seed + 1), side(topics, 0.4 * lengths, b, noise, seed + 2)


def disturbed(count: int, rng: random.Random) -> list[Ids]:
    groups: list[Ids] = []
    i = 0
    while i < count:
        draw = rng.random()
        size = 0 if draw < 0.08 else 2 if draw < 0.25 and i + 1 < count else 1
        if size:
            groups.append(tuple(range(i, i + size)))
        i += size or 1
    return groups


def beads(a: Side, b: Side, options: AlignOptions | None = None) -> list[tuple[Ids, Ids]]:
    return [(bead.a, bead.b) for bead in align(a, b, options=options)]


KNOWN: dict[str, tuple[list[Ids], list[Ids], list[tuple[Ids, Ids]]]] = {
    "one to one": ([(0,), (1,), (2,)], [(0,), (1,), (2,)], [((0,), (0,)), ((1,), (1,)), ((2,), (2,))]),
    "joined in b": ([(0,), (1,), (2,), (3,)], [(0,), (1, 2), (3,)], [((0,), (0,)), ((1, 2), (1,)), ((3,), (2,))]),
    "split in three": (
        [(0,), (1, 2, 3), (4,)],
        [(0,), (1,), (2,), (3,), (4,)],
        [((0,), (0,)), ((1,), (1, 2, 3)), ((2,), (4,))],
    ),
    "dropped in b": ([(0,), (1,), (2,)], [(0,), (2,)], [((0,), (0,)), ((1,), ()), ((2,), (1,))]),
    "dropped in a": ([(0,), (3,)], [(0,), (1,), (2,), (3,)], [((0,), (0,)), ((), (1,)), ((), (2,)), ((1,), (3,))]),
    "cut elsewhere": (
        [(0,), (1, 2), (3,), (4,)],
        [(0,), (1,), (2, 3), (4,)],
        [((0,), (0,)), ((1, 2), (1, 2)), ((3,), (3,))],
    ),
    "first and last": ([(0,), (1,), (2,), (3,)], [(1,), (2,)], [((0,), ()), ((1,), (0,)), ((2,), (1,)), ((3,), ())]),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_beads(name: str) -> None:
    groups_a, groups_b, expected = KNOWN[name]
    a, b = pair(groups_a, groups_b, noise=0.3)
    assert beads(a, b) == expected


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("full", [40_000, 60])
def test_beads_cover_once_in_order_and_mirror(seed: int, full: int) -> None:
    rng = random.Random(seed)
    a, b = pair(disturbed(rng.randrange(1, 60), rng), disturbed(rng.randrange(1, 60), rng), noise=1.5, seed=seed + 10)
    options = AlignOptions(full_cells=full, reach=12)
    found = align(a, b, options=options)
    assert [i for bead in found for i in bead.a] == list(range(len(a.vectors)))
    assert [j for bead in found for j in bead.b] == list(range(len(b.vectors)))
    for bead in found:
        assert len(bead.a) <= 6
        assert len(bead.b) <= 6
        assert 0 <= bead.score <= 1
        assert (len(bead.a), len(bead.b)) in {(1, 0), (0, 1)} or (bead.a and bead.b)
    assert align(a, b, options=options) == found
    assert align(b, a, options=options) == [Bead(x.b, x.a, x.score) for x in found]


def words_of(groups: list[Ids], noise: float, seed: int) -> list[Tokens]:
    """Six words a topic, each with a direction of its own."""
    made = np.random.default_rng(seed)
    own = unit(np.random.default_rng(9).normal(size=(100, 6, DIMENSION)).reshape(-1, DIMENSION)).reshape(100, 6, -1)
    found = []
    for group in groups:
        said = np.concatenate([own[t] for t in group])
        vectors = unit(said + noise * made.normal(size=said.shape) / DIMENSION**0.5)
        found.append(Tokens(vectors.astype(np.float16), np.ones(len(said), np.float32)))
    return found


def shown(of: Side, words: list[Tokens]) -> Side:
    """The side with its words, its blocks made of the vectors of their sentences."""

    def blocks(asked: Sequence[Sequence[int]]) -> Floats:
        return unit(np.array([of.vectors[list(block)].sum(axis=0) for block in asked]))

    return Side(of.vectors, of.lengths, None, lambda: words, blocks)


def test_words_decide_where_sentence_vectors_cannot() -> None:
    """Every sentence of a has a twin in b that its vector cannot tell from its neighbour's; its words can."""
    topics = unit(np.random.default_rng(4).normal(size=(10, DIMENSION)))
    same = np.repeat(topics, 2, axis=0)  # sentences 2k and 2k + 1 are alike
    groups: list[Ids] = [(i,) for i in range(20)]
    kept = [g for g in groups if g[0] not in (4, 9, 13)]
    rows = [g[0] for g in kept]
    a, b = Side(same, [50] * 20), Side(same[rows], [50] * len(rows))
    expected = {((i,), (n,)) for n, i in enumerate(rows)}
    told = beads(shown(a, words_of(groups, 0.3, 1)), shown(b, words_of(kept, 0.3, 2)))
    assert expected <= set(told)
    assert not expected <= set(beads(a, b))


@pytest.mark.parametrize("full", [40_000, 60])
def test_mirror_with_words(full: int) -> None:
    rng = random.Random(8)
    groups = disturbed(60, rng), disturbed(60, rng)
    a, b = pair(*groups, noise=1.0)
    a, b = shown(a, words_of(groups[0], 0.8, 1)), shown(b, words_of(groups[1], 0.8, 2))
    options = AlignOptions(full_cells=full, reach=12)
    found = align(a, b, options=options)
    assert [i for bead in found for i in bead.a] == list(range(len(a.vectors)))
    assert [j for bead in found for j in bead.b] == list(range(len(b.vectors)))
    assert align(b, a, options=options) == [Bead(x.b, x.a, x.score) for x in found]


def test_marks_and_numbers_tell_what_a_line_holds() -> None:
    """The line with two full stops goes with two, numbers with their equals."""
    rng = np.random.default_rng(3)
    same = unit(0.3 * np.ones((1, DIMENSION)) + rng.normal(size=(6, DIMENSION)))
    french = ["Il part.", "Elle reste. Il revient.", "Il paie 35 euros.", "La porte se ferme."]
    chinese = ["他走了。", "她留下。", "他回来了。", "他付了35欧元。", "门关上了。"]
    a = Side(same[[0, 1, 2, 3]], [20, 40, 22, 24], french)
    b = Side(same[[0, 1, 1, 2, 3]], [4, 4, 5, 9, 5], chinese)
    assert beads(a, b) == [((0,), (0,)), ((1,), (1, 2)), ((2,), (3,)), ((3,), (4,))]


def test_scores_fall_with_likeness() -> None:
    means = []
    for noise in (0.3, 0.8, 1.3):
        a, b = pair([(i,) for i in range(30)], [(i,) for i in range(30)], noise=noise)
        means.append(np.mean([bead.score for bead in align(a, b)]))
    assert means[0] > means[1] > means[2]
    assert means[0] > 0.95


def test_unrelated_sentences_are_left_out() -> None:
    every = np.eye(24, dtype=np.float32)
    a, b = Side(every[:16], [50] * 16), Side(every[[*range(6), *range(16, 24), *range(14, 16)]], [50] * 16)
    full = [bead for bead in beads(a, b) if bead[0] and bead[1]]
    assert full == [((i,), (i,)) for i in (0, 1, 2, 3, 4, 5, 14, 15)]


@pytest.mark.parametrize(("n", "m"), [(0, 0), (0, 3), (3, 0), (1, 1), (1, 30), (30, 1)])
def test_small_and_empty_sides(n: int, m: int) -> None:
    a, b = pair([(i,) for i in range(30)], [(i,) for i in range(30)])
    a, b = Side(a.vectors[:n], a.lengths[:n]), Side(b.vectors[:m], b.lengths[:m])
    a, b = (shown(x, words_of([(i,) for i in range(len(x))], 0.3, 1)) for x in (a, b))
    found = beads(a, b)
    assert [i for x, _ in found for i in x] == list(range(n))
    assert [j for _, y in found for j in y] == list(range(m))


def test_what_does_not_fit_is_refused() -> None:
    good = Side(np.eye(3, 8, dtype=np.float32), [1, 2, 3])
    with pytest.raises(ValueError, match=r"lengths \(2,\)"):
        align(Side(np.eye(3, 8, dtype=np.float32), [1, 2]), good)
    with pytest.raises(ValueError, match="8 and 9 dimensions"):
        align(good, Side(np.eye(3, 9, dtype=np.float32), [1, 2, 3]))


@pytest.mark.parametrize("gap", [0, 500])
def test_long_texts_in_bounded_time_and_memory(gap: int) -> None:
    count = 3000
    rng = random.Random(5)
    groups_a, groups_b = disturbed(count, rng), disturbed(count, rng)
    groups_a = [g for g in groups_a if not 1000 <= g[0] < 1000 + gap]
    a, b = pair(groups_a, groups_b, noise=0.9)
    a, b = Side(a.vectors, a.lengths), Side(b.vectors, b.lengths)
    started = time.thread_time()  # not process_time: threads that wait for a busy processor burn time, too
    found = beads(a, b)
    assert time.thread_time() - started < 30  # about 2 s
    pairs = [(x, y) for x, y in found if x and y]
    right = sum({t for i in x for t in groups_a[i]} == {t for j in y for t in groups_b[j]} for x, y in pairs)
    assert right > 0.8 * len(pairs)
    assert len(pairs) > 0.7 * len(groups_a)


def test_memory_grows_with_length_not_with_its_square() -> None:
    peaks = []
    options = AlignOptions(full_cells=10_000)
    for count in (200, 600):
        a, b = pair([(i,) for i in range(count)], [(i,) for i in range(count)], noise=0.9)
        tracemalloc.start()
        align(Side(a.vectors, a.lengths), Side(b.vectors, b.lengths), options=options)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 5 * peaks[0]  # three times the length; the square would be 9


def test_relation() -> None:
    same_a, same_b = pair([(i,) for i in range(20)], [(i,) for i in range(20)], noise=0.7)
    assert relation(same_a.vectors, same_b.vectors)[0] == "parallel"
    assert relation(same_a.vectors[:5], same_b.vectors[:5])[0] == "parallel"
    assert relation(same_a.vectors, same_b.vectors[:10])[0] == "parallel"
    other = pair([(i,) for i in range(20)], [(i,) for i in range(20)], seed=77)[1]
    assert relation(same_a.vectors, other.vectors)[0] == "comparable"
    assert relation(same_a.vectors[:10], same_b.vectors[10:])[0] == "comparable"
    # The same sentences in another order are no translation.
    assert relation(same_a.vectors, same_b.vectors[::-1].copy())[0] == "comparable"
    assert relation(same_a.vectors[:0], same_b.vectors) == ("comparable", 0.0)


def test_relation_with_joined_and_dropped_sentences() -> None:
    rng = random.Random(2)
    a, b = pair(disturbed(60, rng), disturbed(60, rng), noise=0.7)
    kind, score = relation(a.vectors, b.vectors)
    assert (kind, score > 0.5) == ("parallel", True)
    assert relation(b.vectors, a.vectors) == (kind, score)


def test_relation_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = pair([(i,) for i in range(50)], [(i,) for i in range(50)], noise=1.5)
    whole = relation(a.vectors, b.vectors)
    monkeypatch.setattr("kb.align.translations.CHUNK", 7)
    assert relation(a.vectors, b.vectors)[0] == whole[0]
    assert relation(a.vectors, b.vectors)[1] == pytest.approx(whole[1], abs=1e-3)


def test_lines() -> None:
    found = [Bead((0,), (0, 1), 0.934), Bead((1,), (), 0.0), Bead((), (2,), 0.0)]
    text = format_beads(found)
    assert text == "[0]:[0, 1]:0.934000\n[1]:[]:0.000000\n[]:[2]:0.000000\n"
    assert parse_beads(text) == [Bead((0,), (0, 1), 0.934), Bead((1,), (), 0.0), Bead((), (2,), 0.0)]
    assert parse_beads("[3]:[4]\n\n") == [Bead((3,), (4,), 0.0)]
    with pytest.raises(ValueError, match="line 2"):
        parse_beads("[0]:[0]\nnothing\n")


# --- moved blocks ----------------------------------------------------------------------------------------------------


def texts_in(order: Sequence[int], sentences: int = 24) -> tuple[Side, Side]:
    """Two texts; the second has these sentences of the first, in this order."""
    first: list[Ids] = [(i,) for i in range(sentences)]
    second: list[Ids] = [(i,) for i in order]
    a, b = pair(first, second, noise=0.5)
    return shown(a, words_of(first, 0.3, 1)), shown(b, words_of(second, 0.3, 2))


def placed(at: int, to: int, size: int = 3, sentences: int = 24) -> list[int]:
    order = [i for i in range(sentences) if not at <= i < at + size]
    order[to:to] = range(at, at + size)
    return order


def covers_once(found: Sequence[Bead], a: Side, b: Side) -> bool:
    return [i for x in found for i in x.a] == list(range(len(a.vectors))) and sorted(
        j for x in found for j in x.b
    ) == list(range(len(b.vectors)))


@pytest.mark.parametrize(("at", "to"), [(4, 15), (14, 3), (0, 21), (21, 0)])
def test_a_moved_block_is_found_and_the_rest_is_as_without_it(at: int, to: int) -> None:
    order = placed(at, to)
    a, b = texts_in(order)
    found = align(a, b)
    assert {(x.a, x.b) for x in found} == {((i,), (j,)) for j, i in enumerate(order)}
    assert covers_once(found, a, b)  # moved beads stand where their sentences of a do
    assert [found[n].a[0] for n in sorted(moved(found))] == list(range(at, at + 3))
    assert {(x.b, x.a, x.score) for x in align(b, a)} == {(x.a, x.b, x.score) for x in found}


def test_sentences_that_were_left_out_stay_where_they_stand() -> None:
    """Sentence 5 of a is missing in the block that was moved, and a sentence of b is in no other text."""
    order = [i for i in placed(4, 15, size=4) if i != 5]
    order.insert(3, 23)  # a second time, far from its place: nothing is left for it
    a, b = texts_in(order)
    found = align(a, b)
    assert covers_once(found, a, b)
    assert Bead((5,), ()) in found
    assert Bead((), (3,)) in found
    before = found.index(Bead((), (3,)))
    assert next(x.b for x in found[before + 1 :] if x.b) > (3,)
    assert all(x.b < (3,) for x in found[:before] if x.b)
    assert {x.a[0]: x.b for x in found if x.a and x.b} == {i: (j,) for j, i in enumerate(order) if j != 3}


SWAPPED = [*range(12, 24), *range(12)]
REVERSED = [*range(4), *range(10, 16), *range(7, 10), *range(4, 7), *range(16, 24)]


@pytest.mark.parametrize(
    "order", [SWAPPED, REVERSED, placed(4, 15, size=8)], ids=["halves", "two blocks", "a long one"]
)
def test_no_sentence_is_in_two_blocks(order: list[int]) -> None:
    """Halves that changed places, and blocks beside each other that both moved."""
    a, b = texts_in(order)
    found = align(a, b)
    assert covers_once(found, a, b)
    assert {(x.a, x.b) for x in found} == {((i,), (j,)) for j, i in enumerate(order)}


def test_nothing_is_moved_where_nothing_was() -> None:
    groups: list[Ids] = [(i,) for i in range(30)]
    a, b = pair(groups, groups, noise=1.0)
    found = align(shown(a, words_of(groups, 0.8, 1)), shown(b, words_of(groups, 0.8, 2)))
    assert not moved(found)


def test_which_beads_are_moved() -> None:
    in_order = [Bead((0,), (0,)), Bead((1,), (1, 2)), Bead((2,), ()), Bead((5,), (3,)), Bead((6,), (7,))]
    away = [Bead((3,), (5,)), Bead((4,), (6,))]
    assert not moved(in_order)
    beads = listed(in_order, away, 7, 8)
    assert [beads[n] for n in sorted(moved(beads))] == [Bead((5,), (3,))]  # the lighter of what crosses
    assert [x.a[0] for x in beads if x.a] == list(range(7))
    assert [n for x in beads for n in x.b] == [0, 1, 2, 5, 6, 3, 4, 7]  # 4 is left out behind 3
    assert not moved([])
