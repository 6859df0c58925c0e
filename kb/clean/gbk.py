"""Chinese whose GBK bytes were cut in half: 文化？蛻魬 for 文化。客戶戰.

When a converter loses a byte of a two-byte character, or writes something between its two bytes, everything up to the
next ASCII byte is read one byte off: from A1|A3 BF|CD 91|F4 91|F0 come ？ (A3BF), 蛻 (CD91), 魬 (F491). That byte may
be the second of a character (員 is 86|T): the stretch then ends with an ASCII letter that nobody wrote. A decoder that
drops bytes which are no character brings the text into step again in the middle of Chinese.

What is there is encoded again and paired one byte further. Where the stretch begins and ends, and which byte is missing
at either end, is what makes the likeliest text. A reading in brackets tells which character was cut: the one after the
stretch is of its last character, one before it was put between the bytes of the first, after a character that seemed to
be there (想|參 is CF|EB85|A2; EB85 is 雲: yún). Where two restorations are about as likely, the better one is offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.clean import gbk_cuts, gbk_places
from kb.clean.fix import Fix
from kb.clean.gbk_bytes import MARKS, shift
from kb.clean.gbk_cuts import End, Start, is_two_bytes, options
from kb.clean.gbk_places import Place
from kb.clean.likelihood import Likelihood, plain
from kb.clean.readings import SYLLABLE
from kb.langs.folding import HAN

_HAN = re.compile(f"[{HAN}，。、]")
_READINGS = re.compile(rf"[?\ufffd]?\({SYLLABLE}\)")
_ASCII_MARK = re.compile(f"(?<=[{HAN}])[,?!:;]")
_FULL_MARK = re.compile(f"(?<=[{HAN}])[，？！：；]")
_IMPOSSIBLE = re.compile("[，。、；：？！](?=[，。、；：？！的了們们嗎吗呢吧])")
"""A mark right after another, or a word that leans on the one before it at the head of a clause."""


_OPENING = "「『《〈（【“‘"
_BRACKETS = dict(zip("」』》〉）】”’" + _OPENING, _OPENING + " " * len(_OPENING), strict=True))
_NO_BRACKETS = re.compile(f"[^{''.join(_BRACKETS)}]+")

_REASON = "Chinese whose GBK bytes were read one byte off"

# How much is looked at; the first three in characters.
_CONTEXT = 8  # on either side that the word model sees
_SECTION = 6_000  # that the word model learns from
_QUOTED = 300  # on either side in which a bracket may have its other half
_READING_LENGTH = 10
_MOST_TRIED = 60  # stretches in one section: a text full of them is odd for another reason
_MOST_IN_ALL = 3_000  # stretches in one article
_STARTS = 8  # offsets in a stretch
_INSIDE = 3  # ends in the middle of Chinese
_FILLINGS = 6  # characters that are put into a hole
_PAIRS = 16  # first characters of two that are both unknown

# Natural logarithms, chosen on the even half of the documents of bench/repair.py. Of what is made, 98.7 % was right
# there and 97.5 % on the other half; the rest is nearer to the original than the damage was.
_LEAST_GAIN = 5.0  # how much likelier than what is there a restoration must be to be offered
_SURE_GAIN = 8.0  # ... to be made
_SURE = 3.0  # how much likelier than any other restoration it must be to be made
_SURE_KNOWN = 1.0  # ... where a reading or a mark tells of its first character
_KNOWN = frozenset({"reading", "mark", "letter"})
_BYTE_FITS = 5.0  # of an ASCII mark that is the half that is needed
_BYTE_FITS_WHERE_FULL = 9.0  # ... in a text whose marks are full-width
_QUESTION_FITS, _QUESTION_FITS_WHERE_FULL = 8.0, 6.0  # ... of ?, which may just as well stand for a lost byte
_UNMATCHED = -4.0  # of a bracket without its other half
_IMPOSSIBLE_COSTS = -8.0
_AFTER_WORD = -8.0  # of a stretch that begins right after an ASCII letter or digit
_FAR_APART = 18.0  # starts so much less likely than the likeliest are left out
_HOLE = 6.0  # that a character in its hole may add
_TOO_LATE = 5.0  # behind the best, what cannot come nearer is left out


@dataclass(frozen=True, slots=True)
class Guess:
    """`text[at:to]` was `restored`; `gain`: how much likelier that is, `start`: how the stretch begins."""

    gain: float
    at: int
    to: int
    restored: str
    start: str

    def is_before(self, rival: Guess | None) -> bool:
        """Whether it is plainly likelier than the second best."""
        return rival is None or self.gain - rival.gain >= (_SURE_KNOWN if self.start in _KNOWN else _SURE)

    def is_near(self, other: Guess) -> bool:
        """Whether the two say the same but for one character, which one of them may not have: the one that was cut."""
        if (self.at, self.to) != (other.at, other.to):
            return False
        short, long = sorted((self.restored, other.restored), key=len)
        same = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
        rest = long[same + 1 :]
        return rest == (short[same + 1 :] if len(short) == len(long) else short[same:])


def shifted_bytes(text: str) -> list[Fix]:
    """Stretches that become ordinary Chinese when their GBK bytes are paired one byte further.

    A guess with a rival is offered, not made; but where they differ only in the character whose byte is lost, all the
    others are sure: then the likelier one is made and the other offered.
    """
    fixes = []
    for best, rival in search(text):
        near = rival is not None and not best.is_before(rival) and best.is_near(rival)
        made = best.gain >= _SURE_GAIN and (near or best.is_before(rival))
        fixes.append(Fix("mojibake", best.at, best.to, best.restored, _REASON, sure=made))
        if made and near and rival:
            reason = f"{_REASON}; of one character a byte is lost, this is nearly as likely"
            fixes.append(Fix("mojibake", rival.at, rival.to, rival.restored, reason, sure=False))
    return fixes


def search(text: str) -> Iterator[tuple[Guess, Guess | None]]:
    """The best guess about every place that has one that is likely enough, and the second best."""
    done = 0
    for section in _sections(gbk_places.find(text)[:_MOST_IN_ALL]):
        trusted = _trusted(text, section)
        view = _View(text, Likelihood(trusted), _has_full_marks(trusted))
        for group in _groups(section[:_MOST_TRIED]):
            guesses = _guesses(view, group, done)
            found = []
            while guesses:
                best, rival = _best(text, guesses)
                found.append((best, rival))
                guesses = [g for g in guesses if g.to <= best.at or best.to <= g.at]
            for best, rival in sorted(found, key=lambda f: f[0].at):
                yield best, rival
                done = best.to


@dataclass(frozen=True, slots=True)
class _View:
    """A text, what is likely in it, and whether its marks are full-width."""

    text: str
    likelihood: Likelihood
    full_marks: bool


def _sections(places: Sequence[Place]) -> Iterator[list[Place]]:
    section: list[Place] = []
    for place in places:
        if section and place.end - section[0].end > _SECTION:
            yield section
            section = []
        section.append(place)
    if section:
        yield section


def _groups(places: Sequence[Place]) -> Iterator[list[Place]]:
    """Places that lie in one run of Chinese, or with no more than a reading between them."""
    group: list[Place] = []
    for place in places:
        if group and place.begin > group[-1].end + _READING_LENGTH:
            yield group
            group = []
        group.append(place)
    if group:
        yield group


def _trusted(text: str, places: Sequence[Place]) -> list[str]:
    """The text around and between the places, but not what is looked at, without readings."""
    pieces = []
    done = max(0, places[0].end - _SECTION // 2)
    for place in places:
        pieces.append(text[done : max(done, place.begin - _CONTEXT - 2, place.end - 30)])
        done = max(done, place.end + _CONTEXT + 2)
    pieces.append(text[done : done + _SECTION // 2])
    return [_READINGS.sub("", piece) for piece in pieces]


def _has_full_marks(trusted: Sequence[str]) -> bool:
    """Whether marks after Chinese are full-width as a rule."""
    ascii_marks = sum(len(_ASCII_MARK.findall(piece)) for piece in trusted)
    return ascii_marks * 5 < sum(len(_FULL_MARK.findall(piece)) for piece in trusted)


def _best(text: str, guesses: list[Guess]) -> tuple[Guess, Guess | None]:
    """The likeliest guess, and the likeliest that makes another text of the same place."""
    low, high = min(g.at for g in guesses), max(g.to for g in guesses)
    guesses = sorted(guesses, key=lambda g: (-g.gain, g.at, g.to, g.restored))
    best = guesses[0]
    made = text[low : best.at] + best.restored + text[best.to : high]
    for other in guesses[1:]:
        overlap = other.at < best.to and best.at < other.to
        if overlap and text[low : other.at] + other.restored + text[other.to : high] != made:
            return best, other
    return best, None


# --- what was there -------------------------------------------------------------------------------------------------


class _Run:
    """What is read one byte off, from `at` on, after `before`.

    `forward[offset + i]`: the log probability of all before its i-th character; `whole`: nothing of the
    run is missing before it; `prior`: of its first character being a mark that became ASCII.
    """

    def __init__(self, view: _View, text: str, at: int, whole: bool, prior: float = 0.0) -> None:
        self.text, self.at, self.whole, self.prior = text, at, whole, prior
        self.data = text.encode("gb18030")
        self.before = plain(_before(view.text, at))
        self.offset = len(self.before)
        self.plain = self.before + plain(text)
        self.forward = view.likelihood.forward(self.plain)


@dataclass(frozen=True, slots=True)
class _Task:
    """One way in which a stretch begins and ends: after `left` comes a hole, then `rest` and what follows.

    `base`: what is known of its gain; `most`: with what stands around the hole.
    """

    most: float
    base: float
    ending: End
    start: Start
    left: str
    forward: list[float]
    rest: str
    follows: str
    backward: list[float]


def _guesses(view: _View, places: Sequence[Place], done: int) -> list[Guess]:
    """The guesses about places in one run that are likely enough, the likeliest looked at first."""
    tasks = [task for place in places for task in _tasks(view, place, done)]
    tasks.sort(key=lambda task: -task.most)
    best = _LEAST_GAIN
    found: list[Guess] = []
    for task in tasks:
        if task.most + _HOLE < best - _TOO_LATE:
            break
        for guess in _likely(view, task):
            found.append(guess)
            best = max(best, guess.gain)
    return found


def _tasks(view: _View, place: Place, done: int) -> Iterator[_Task]:
    text, end = view.text, place.end
    low = max(place.begin, done)
    if low > end:
        return
    if low == end:  # the search begins a little earlier
        while low > max(done, end - _CONTEXT) and is_two_bytes(text[low - 1]):
            low -= 1
    whole = low > done and not is_two_bytes(text[low - 1])
    for last in range(end, end + _INSIDE) if place.inside else (end,):
        if last > end and not is_two_bytes(text[last - 1 : last]):
            break
        runs = [_Run(view, text[low:last], low, whole)]
        if whole and (pair := MARKS.get(ord(text[low - 1]))):
            prior = _mark_prior(text[low - 1], view.full_marks)
            runs.append(_Run(view, pair.decode("gb18030") + text[low:last], low - 1, True, prior))
        for run in runs:
            for ending in gbk_cuts.ends(text, last, run.data, inside=place.inside):
                yield from _begun(view, run, ending, done)


def _mark_prior(mark: str, full_marks: bool) -> float:
    if mark == "?":
        return _QUESTION_FITS_WHERE_FULL if full_marks else _QUESTION_FITS
    return _BYTE_FITS_WHERE_FULL if full_marks else _BYTE_FITS


def _begun(view: _View, run: _Run, ending: End, done: int) -> Iterator[_Task]:
    """The ways in which a run may begin that ends in one way."""
    text, likelihood = view.text, view.likelihood
    known = run.data[: len(run.data) - ending.drop] + ending.byte
    if not known:
        return
    shifted = shift(known)
    plain_shifted = plain(shifted)
    after = plain(_after(text, ending.to))
    seen = plain(_READINGS.sub("", text[run.at : ending.to]))
    now = likelihood.forward(run.before + seen + after)[-1]
    follows = plain(ending.tail) + after
    two_holes = not shifted and ending.last is not None
    costs, now_costs = _suffixes(shifted, likelihood), _suffixes(run.text, likelihood)
    for last in [""] if two_holes else _lasts(ending, plain_shifted, follows, likelihood):
        backward = likelihood.backward(plain_shifted + plain(last) + follows)
        guesses = [
            run.forward[run.offset + i] + backward[i] + costs[i] - now_costs[i] for i in range((len(known) + 1) // 2)
        ]
        ranked = sorted(range(len(guesses)), key=lambda i: -guesses[i])[:_STARTS]
        least = guesses[ranked[0]] - _FAR_APART
        for i in sorted({0, *(i for i in ranked if guesses[i] > least)}):
            for start in _starts(text, run, i, known[2 * i], done):
                left, forward, moved = _left(view, run, start)
                base = likelihood.script(last) + costs[i] - now_costs[i] - now + start.prior + moved
                most = base + forward[len(left)] + backward[i] + ending.most + (_HOLE if two_holes else 0.0)
                rest = shifted[i:] + last
                yield _Task(most, base, ending, start, left, forward, rest, follows, backward[i:])


def _starts(text: str, run: _Run, i: int, byte: int, done: int) -> Iterator[Start]:
    if run.prior and not i:
        kind = "lead?" if run.prior == _QUESTION_FITS_WHERE_FULL else "mark"
        yield Start(kind, run.at, (gbk_cuts.SECOND, byte), run.prior)
        return
    yield from gbk_cuts.starts(run.at + i, byte, run.data[: 2 * i])
    if run.whole and not i:
        yield from gbk_cuts.starts_before(text, run.at, byte, done)


def _lasts(ending: End, shifted: str, follows: str, likelihood: Likelihood) -> list[str]:
    """The likeliest last characters; the empty one where none lost a byte."""
    if ending.last is None:
        return [""]
    tail = shifted[-_CONTEXT:]
    forward, backward = likelihood.forward(tail), likelihood.backward(follows)
    characters = options(ending.last, likelihood.traditional)
    filled = likelihood.fill(tail, forward, characters, follows, backward)
    if ending.reading:
        seen = {c for _, c in filled}
        base = forward[-1] + backward[0]
        filled += [(base + s, c) for s, _, c, _ in characters.ranked if c not in seen and ending.fits(c)]
        filled = sorted(((s + ending.bonus(c), c) for s, c in filled), key=lambda f: (-f[0], f[1]))
    # The shorter the stretch, the more its first character says about its last.
    most = 2 if len(shifted) > 4 else 6 if len(shifted) > 1 else 12
    return [c for _, c in filled[:most]] + [c for _, c in filled[most:] if c in _BRACKETS]


def _left(view: _View, run: _Run, start: Start) -> tuple[str, list[float], float]:
    """(what stands before `start`, its log probabilities, what else counts for this start)."""
    if start.at >= run.at:
        k = run.offset + start.at - run.at
        before = view.text[start.at - 1 : start.at]
        return run.plain[:k], run.forward, _AFTER_WORD if before.isascii() and before.isalnum() else 0.0
    left = plain(_before(view.text, start.at))
    forward = view.likelihood.forward(left)
    # `now` was taken with what stands before the run: put in what stands before the start, and what goes.
    gone = plain(_READINGS.sub("", view.text[start.at : run.at]))
    return left, forward, run.forward[run.offset] - view.likelihood.forward(left + gone)[-1]


def _suffixes(text: str, likelihood: Likelihood) -> list[float]:
    """The cost of the script of `text[i:]`, for every i."""
    costs = [0.0]
    for c in reversed(text):
        costs.append(costs[-1] + likelihood.script(c))
    return costs[::-1]


def _likely(view: _View, task: _Task) -> Iterator[Guess]:
    """The likeliest fillings that stay likely enough when readings, brackets and marks are looked at."""
    text, start, ending = view.text, task.start, task.ending
    seen = text[start.at : ending.to]
    beyond = text[ending.to : ending.to + 1]
    impossible = len(_IMPOSSIBLE.findall(seen + beyond))
    sides: tuple[str, str] | None = None
    fill = _two_holes if not task.rest and ending.last is not None else _one_hole
    for score, restored in fill(view.likelihood, task):
        gain = score + ending.bonus(restored[-1])
        restored += ending.tail
        gain += _IMPOSSIBLE_COSTS * (len(_IMPOSSIBLE.findall(restored + beyond)) - impossible)
        if not _BRACKETS.keys().isdisjoint(restored + seen):
            sides = sides or _brackets_around(text, start.at, ending.to)
            gain += _UNMATCHED * (_unmatched(sides[0] + restored + sides[1]) - _unmatched(sides[0] + seen + sides[1]))
        if gain >= _LEAST_GAIN and _HAN.search(restored) and "\ufffd" not in restored:
            yield Guess(gain, start.at, ending.to, restored, start.kind)


def _one_hole(likelihood: Likelihood, task: _Task) -> list[tuple[float, str]]:
    """(log probability compared to what is there, text) of the likeliest texts."""
    characters = options(task.start.first, likelihood.traditional)
    filled = likelihood.fill(task.left, task.forward, characters, plain(task.rest) + task.follows, task.backward)
    return [(task.base + score, first + task.rest) for score, first in filled[:_FILLINGS]]


def _two_holes(likelihood: Likelihood, task: _Task) -> list[tuple[float, str]]:
    """The same of two characters that lost a byte each and stood next to each other."""
    firsts = options(task.start.first, likelihood.traditional)
    lasts = options(task.ending.last or "", likelihood.traditional)
    made = []
    for _, first in likelihood.fill(task.left, task.forward, firsts, "", [0.0])[:_PAIRS]:
        both = task.left + plain(first)
        filled = likelihood.fill(both, likelihood.forward(both), lasts, task.follows, task.backward)
        base = likelihood.script(first) + task.base
        chosen = filled[:_FILLINGS] + [f for f in filled[_FILLINGS:] if f[1] in _BRACKETS or task.ending.fits(f[1])]
        made += [(base + score, first + last) for score, last in chosen]
    return [m for m in made if m[0] > max(made)[0] - _FAR_APART]


# --- what stands around it ------------------------------------------------------------------------------------------


def _brackets_around(text: str, at: int, to: int) -> tuple[str, str]:
    """The brackets on both sides. A quotation may run over several lines."""
    left, right = text[max(0, at - _QUOTED) : at], text[to : to + _QUOTED]
    return _NO_BRACKETS.sub("", left), _NO_BRACKETS.sub("", right)


def _unmatched(text: str) -> int:
    """How many brackets have no other half."""
    waiting: list[str] = []
    lonely = 0
    for c in text:
        if c in _OPENING:
            waiting.append(c)
        elif opening := _BRACKETS.get(c):
            if opening in waiting:
                waiting.remove(opening)
            else:
                lonely += 1
    return lonely + len(waiting)


def _before(text: str, at: int) -> str:
    piece = text[max(0, at - 40) : at]
    return _READINGS.sub("", piece[piece.rfind("\n") + 1 :])[-_CONTEXT:]


def _after(text: str, to: int) -> str:
    piece = text[to : to + 40]
    return _READINGS.sub("", piece[: piece.find("\n") + 1] or piece)[:_CONTEXT]
