"""Reading and cleaning of what strangers may hand in: texts and files made from the project's own, then mutated.

usage: python tests/fuzz.py [--minutes N | --inputs N] [--seed N] [--only NUMBER] [--kinds KIND ...]

What must hold of every input is in `check_read` and `check_cleaned`. Inputs are numbered: seed and number make the
same input again (`--only`). One that fails is made smaller while it fails the same way, and printed. At the end: inputs
tried by kind, the slowest, and how often a second cleaning still found something to change.
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import sys
import tempfile
import time
import traceback
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from damage import damage
from test_readers import PAGES, column, docx, epub, p, pdf, with_classes, with_elements, with_nothing, with_tables

from kb.clean import clean
from kb.errors import UnreadableError
from kb.model import BODY_KINDS, FURNITURE_KINDS, CleanedArticle, RawArticle
from kb.read import read_article

CORPUS = Path(__file__).parent.parent / "corpus" / "articles"
MOST_SECONDS = 20  # of process time, for an input of some thousand characters
LONGEST = 2_000  # characters of most inputs

# What is put into texts; spaces stand between them.
ATOMS = (
    "\x00 \x01 \x1b \x7f \x85 \xa0 \xad \u200b \u200c \u200d \u200e \u202e \u2028 \u2029 \u2066 \ufeff \ufffd"
    " \r \n \r\n \u0301 \u0323 \u0301\u0323 \u3000 \ue000 \ue5f1 \uf8ff \ud800 \udfff \ud83d \n\n \t \x0b \x0c \x1c"
    " \U0001f469\u200d\U0001f373 \U00020000 ß İ ﬁ \u1100\u1161\u11a8 각 は Ж ا न ﷺ ½ ① ㎏ \u2126 \u212b \u0344 豈"
    " < > & ; &amp; &eacute; &#233; &#x1F469; &#0; &#55296; &amp;amp;lt; <p> </p> </p <br/> <p\tclass='a'> /p>"
    " <!-- --> <script> </script> <style> <div> <![CDATA[ ]]> <?xml &NewLine; &Tab; &nbsp; &zwj; &Atilde;&copy;"
    " &lt;p&gt; # ## > * ** __ _ ` ``` ~~~ [a](b) ![a](b) [ ]( ) --- *** | |- + 1. ii. je. tôi. • — …"
    " ,, 。。 .. ， 、、 ;; ?? !! « » “ ” ’ ( ) （ ） 【 】 《 》 { Ã© Ã Ã¨ â€™ ä½“éªŒ áº¿ Ä‘ Â ï»¿ Ð¡ ?蛻魬 ?yún)"
    " (yè) 行(xíng) (zhàn)略 肌?/p> 鏁版嵁 锟斤拷 烫烫 abcDef hàngHành clientParcours iPhone YouTube www.example.com"
    " a@b.fr 0909\xa0123 http://a/b_(c) 2020-05-06 © ICP Hotline: Tags: 作者： 相关文章 上一篇：a À\xa0lire\xa0aussi"
    " Trang\xa0chủ Copyright 5月6日 营销策划案例 广告 \u2003"
).split(" ")
CODECS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5", "cp1252", "latin-1", "cp1258",
          "utf-32", "shift_jis", "koi8-r", "cp437", "utf-7")  # fmt: skip
MARKS = (b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1a", b"\x80", b"%PDF-", b"PK", b"\xff")


class Input(NamedTuple):
    """`kind` is how it was made, `data` a file's bytes or a text that is cleaned without reading."""

    kind: str
    name: str
    data: bytes | str


class BrokenError(AssertionError):
    """A property that does not hold; the first word of the message is its name."""


def holds(condition: object, name: str, what: object = "") -> None:
    if not condition:
        raise BrokenError(f"{name}: {what!r}"[:400])


# --- what must hold -------------------------------------------------------------------------------------------------


def check(made: Input, folder: Path) -> CleanedArticle | None:
    if isinstance(made.data, str):
        return check_cleaned(RawArticle(made.name, made.data, "utf-8", ""))
    path = folder / made.name
    path.write_bytes(made.data)
    raw = check_read(path)
    return check_cleaned(raw) if raw else None


def check_read(path: Path) -> RawArticle | None:
    """An article, or one line that says why there is none."""
    try:
        raw = read_article(path)
    except UnreadableError as error:
        reason = str(error)
        holds(reason.startswith(path.as_posix()) and len(reason) > len(path.as_posix()) + 4, "no-reason", reason)
        holds(len(reason.splitlines()) == 1 and len(reason) < 600, "reason-of-several-lines", reason)
        return None
    holds(raw.raw.strip(), "empty-article")
    holds(raw == read_article(path), "read-differently")
    holds(all("\n" not in value for value in raw.metadata.values()), "metadata-of-several-lines", raw.metadata)
    for start, end in re.findall(r"(\d+)-(\d+)", raw.metadata.get("furniture", "")):
        holds(int(start) < int(end) <= len(raw.raw), "furniture-outside", (start, end))
    return raw


def check_cleaned(raw: RawArticle) -> CleanedArticle:
    text = raw.raw
    result = clean(raw)
    body = result.body
    holds(len(body.text) == len(body.starts) == len(body.ends), "map-of-another-length")
    for name, offsets in (("starts-fall", body.starts), ("ends-fall", body.ends)):
        holds(all(a <= b for a, b in pairwise(offsets)), name, next((o for o in pairwise(offsets) if o[0] > o[1]), ""))
    covered = bytearray(len(text))
    for change in (*result.changes, *result.offers):
        holds(0 <= change.start <= change.end <= len(text), "change-outside", change)
        holds(change.before == text[change.start : change.end], "change-before", change)
        holds(change.kind and change.reason and "\n" not in change.reason, "change-without-reason", change)
    for change in result.changes:
        covered[change.start : change.end] = b"\1" * (change.end - change.start)
    for character, start, end in zip(body.text, body.starts, body.ends, strict=True):
        holds(0 <= start <= end <= len(text), "body-outside", (character, start, end))
        kept = end - start == 1 and not covered[start]
        holds(not kept or text[start] == character or character == "\n", "kept-differently", (character, start))
    for character, start, end in zip(body.text, body.starts, body.ends, strict=True):
        if character != "\n":  # which stands for all that is between two blocks
            covered[start:end] = b"\1" * (end - start)
    for block in result.blocks:
        holds(block.kind in BODY_KINDS if block.is_body else block.kind in FURNITURE_KINDS, "unknown-kind", block)
        if block.is_body:
            holds(body.span(block.at, block.to) == (block.start, block.end), "block-span", block)
        else:
            covered[block.start : block.end] = b"\1" * (block.end - block.start)
    lost = next((i for i, c in enumerate(text) if not covered[i] and not c.isspace()), -1)
    holds(lost < 0, "lost", (lost, text[max(0, lost - 10) : lost + 10]))
    lines = [body.text[b.at : b.to] for b in result.blocks if b.is_body]
    holds("\n".join(lines) == body.text, "blocks-are-not-the-body", lines[:5])
    holds(all(a.end <= b.end for a, b in pairwise(result.blocks)), "blocks-out-of-order")
    holds(clean(raw) == result, "cleaned-differently")
    return result


def changes_again(once: CleanedArticle) -> str:
    """What a second cleaning still changes: the kind of its first change, "" for nothing."""
    raw = RawArticle("a.txt", once.body.text, "utf-8", "")
    again = clean(raw, language=once.language)
    if again.body.text == once.body.text:
        return ""
    return again.changes[0].kind if again.changes else "blocks"


# --- inputs ---------------------------------------------------------------------------------------------------------


@cache
def texts() -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8") for path in sorted(CORPUS.glob("*/*.txt")))


def make(seed: int, number: int, kinds: tuple[str, ...] = ()) -> Input:
    """Input `number` of this seed."""
    rng = random.Random(f"{seed} {number}")
    kind = rng.choice(kinds or tuple(MAKERS))
    return MAKERS[kind](kind, rng)


def _slice(rng: random.Random, longest: int = LONGEST) -> str:
    """Whole lines of an article, or a piece from anywhere in it."""
    text = rng.choice(texts())
    at = rng.randrange(len(text))
    length = rng.choice([rng.randrange(1, 40), rng.randrange(1, 600), rng.randrange(1, longest)])
    if rng.random() < 0.5:
        at = text.rfind("\n", 0, at) + 1
    return text[at : at + length]


def _mixed(rng: random.Random) -> str:
    return rng.choice(["", " ", "\n", "\n\n", "\r\n"]).join(_slice(rng) for _ in range(rng.choice([1, 1, 1, 2, 3])))


def _mutated(text: str, rng: random.Random) -> str:
    for _ in range(rng.choice([0, 1, 2, 4, 8, 30])):
        text = rng.choice(MUTATIONS)(text, rng)
    return text[: 4 * LONGEST]


def _span(text: str, rng: random.Random, longest: int = 80) -> tuple[int, int]:
    at = rng.randrange(len(text) + 1)
    return at, min(len(text), at + rng.randrange(longest))


def _insert(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(ATOMS) * rng.choice([1, 1, 1, 2, 3, 40]) + text[at:]


def _sprinkle(text: str, rng: random.Random) -> str:
    atom, share = rng.choice(ATOMS), rng.choice([0.01, 0.1, 0.5])
    return "".join(c + atom if rng.random() < share else c for c in text)


def _move(text: str, rng: random.Random) -> str:
    at, to = _span(text, rng)
    there = rng.randrange(len(text) + 1)
    rest = text if rng.random() < 0.5 else text[:at] + text[to:]
    return rest[:there] + text[at:to] * rng.choice([0, 1, 2]) + rest[there:]


def _misread(text: str, rng: random.Random) -> str:
    at, to = _span(text, rng, rng.choice([10, 200, 5_000]))
    data = text[at:to].encode(rng.choice(CODECS), "ignore")
    wrong = data.decode(rng.choice(CODECS), rng.choice(["ignore", "replace"]))
    return text[:at] + wrong + text[to:]


def _normalised(text: str, rng: random.Random) -> str:
    at, to = _span(text, rng, rng.choice([10, 500, 5_000]))
    return text[:at] + unicodedata.normalize(rng.choice(["NFD", "NFC", "NFKD"]), text[at:to]) + text[to:]


def _half_bytes(text: str, rng: random.Random) -> str:
    """GBK that lost a byte."""
    at, to = _span(text, rng, 60)
    data = text[at:to].encode("gb18030", "ignore")
    cut = rng.randrange(len(data) + 1)
    wrong = (data[:cut] + data[cut + 1 :]).decode("gb18030", "replace")
    return text[:at] + wrong.replace("\ufffd", rng.choice(["?", "\ufffd", ""])) + text[to:]


def _source(text: str, rng: random.Random) -> str:
    """As in a page's source."""
    marks = ["&#{};".format, "&amp;#{};".format, "<b>&#{};</b>".format]
    mark, share = rng.choice(marks), rng.choice([0.02, 0.3])
    return "".join(mark(ord(c)) if c > "\x7f" and rng.random() < share else c for c in text)


def _layout(text: str, rng: random.Random) -> str:
    breaks = ["\n", "\n> ", "\n\n", "\t", "  "]
    pieces = re.split(r"(?<=[ ,.，。])", text)
    return "".join(piece + (rng.choice(breaks) if rng.random() < 0.1 else "") for piece in pieces)


def _swapped_case(text: str, rng: random.Random) -> str:
    at, to = _span(text, rng)
    return text[:at] + text[at:to].swapcase() + text[to:]


MUTATIONS: tuple[Callable[[str, random.Random], str], ...] = (
    _insert, _insert, _insert, _sprinkle, _move, _move, _misread, _misread, _normalised, _half_bytes, _source, _layout,
    _swapped_case,
)  # fmt: skip


def _bytes_mutated(data: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.choice([0, 0, 1, 2, 5, 20])):
        at = rng.randrange(len(data) + 1)
        action = rng.randrange(6)
        if action == 0 and at < len(data):
            data = data[:at] + bytes((data[at] ^ (1 << rng.randrange(8)),)) + data[at + 1 :]
        elif action == 1:
            data = data[:at] if rng.random() < 0.5 else data[at:]
        elif action == 2:
            data = data[:at] + rng.randbytes(rng.randrange(1, 5)) + data[at:]
        elif action == 3:
            data = data[:at] + data[at + rng.randrange(1, 4) :]
        elif action == 4:
            other = _slice(rng, 300).encode(rng.choice(CODECS), "ignore")
            data = data[:at] + other + data[at:]
        else:
            data = data[:at] + rng.choice(MARKS) + data[at:]
    return data


def _text(kind: str, rng: random.Random) -> Input:
    return Input(kind, "a.txt" if kind == "text" else "a.md", _mutated(_mixed(rng), rng))


def _random_text(kind: str, rng: random.Random) -> Input:
    every = [*ATOMS, " ", "\n", *_slice(rng, 60)]
    return Input(kind, rng.choice(["a.txt", "a.md"]), "".join(rng.choices(every, k=rng.randrange(1, 80))))


def _damaged(kind: str, rng: random.Random) -> Input:
    """Chinese whose bytes tools have cut (tests/damage.py)."""
    return Input(kind, "a.txt", damage(_mixed(rng), rng.randrange(10**6), every=rng.choice([40, 300])).text)


def _file(kind: str, rng: random.Random) -> Input:
    text = _mutated(_mixed(rng), rng)
    data = text.encode(rng.choice(CODECS), rng.choice(["ignore", "replace", "xmlcharrefreplace"]))
    return Input(kind, rng.choice(["a.txt", "a.md", "a", "a.html", "a.docx", "a.pdf"]), _bytes_mutated(data, rng))


def _page(kind: str, rng: random.Random) -> Input:
    language = rng.choice(list(PAGES))
    page = rng.choice([with_elements, with_classes, with_tables, with_nothing])(PAGES[language], language)
    data = _mutated(page, rng).encode(rng.choice(CODECS), "ignore")
    return Input(kind, rng.choice(["a.html", "a.xhtml"]), _bytes_mutated(data, rng))


def _xml(text: str) -> str:
    return re.sub(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]", "", text).replace("&", "&amp;").replace("<", "&lt;")


def _document(kind: str, rng: random.Random) -> Input:
    body = "".join(p(_xml(line)) for line in _mutated(_mixed(rng), rng).split("\n"))
    if rng.random() < 0.5:
        body = re.sub("<w:|</w:", lambda m: rng.choice(["<w:", "</w:"]) if rng.random() < 0.01 else m.group(), body)
    return Input(kind, "a.docx", _bytes_mutated(docx(body), rng))


def _book(kind: str, rng: random.Random) -> Input:
    texts = {"one": _mutated(_mixed(rng), rng), "two": _slice(rng)}
    chapters = {name: "".join(f"<p>{_xml(line)}</p>" for line in text.split("\n")) for name, text in texts.items()}
    return Input(kind, "a.epub", _bytes_mutated(epub(chapters), rng))


def _print(kind: str, rng: random.Random) -> Input:
    text = _mutated(_slice(rng, 1_500), rng).encode("utf-16-be", "ignore").decode("utf-16-be")
    lines = [line[i : i + 60] for line in text.split("\n") for i in range(0, len(line), 60)]
    return Input(kind, "a.pdf", _bytes_mutated(pdf([column(lines[:30]), column(lines[30:])]), rng))


MAKERS: dict[str, Callable[[str, random.Random], Input]] = {
    "text": _text, "markdown": _text, "random": _random_text, "damage": _damaged, "file": _file, "html": _page,
    "docx": _document, "epub": _book, "pdf": _print,
}  # fmt: skip


# --- running --------------------------------------------------------------------------------------------------------


class LateError(Exception):
    pass


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """LateError when it takes more process time than that."""

    def late(number: int, frame: object) -> None:
        raise LateError

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def failure(made: Input, folder: Path) -> tuple[str, str]:
    """(what went wrong, told so that equal faults are equal; details), both "" when all holds."""
    try:
        with time_limit(MOST_SECONDS):
            check(made, folder)
    except BrokenError as error:
        return str(error).split(":")[0], str(error)
    except LateError:
        return "late", _where(sys.exc_info()[1])
    except Exception as error:  # whatever it is, it is a fault
        return f"{type(error).__name__} in {_where(error)}", "".join(traceback.format_exception(error)[-4:])
    return "", ""


def _where(error: BaseException | None) -> str:
    frames = [f for f in traceback.extract_tb(error.__traceback__ if error else None) if "/kb/" in f.filename]
    return f"{Path(frames[-1].filename).name}:{frames[-1].name}" if frames else "?"


def minimised(made: Input, fault: str, folder: Path, seconds: float = 60) -> Input:
    """A smaller input with the same fault: pieces are left out while it stays."""
    end = time.monotonic() + seconds
    size = len(made.data) // 2
    while size and time.monotonic() < end:
        at, smaller = 0, False
        while at < len(made.data) and time.monotonic() < end:
            less = made._replace(data=made.data[:at] + made.data[at + size :])  # type: ignore[operator]
            if failure(less, folder)[0] == fault:
                made, smaller = less, True
            else:
                at += size
        size = size if smaller and size > 1 else size // 2
    return made


class Report:
    """What was tried and found, told as it is found and in one line at the end."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.begun = time.monotonic()
        self.tried: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.cleaned_twice = 0
        self.again: Counter[str] = Counter()
        self.slowest = (0.0, 0, "")

    def try_one(self, number: int, kinds: tuple[str, ...], folder: Path) -> None:
        made = make(self.seed, number, kinds)
        again = f"--seed {self.seed} --only {number}" + (f" --kinds {' '.join(kinds)}" if kinds else "")
        self.tried[made.kind] += 1
        start = time.process_time()
        fault, details = failure(made, folder)
        self.slowest = max(self.slowest, (time.process_time() - start, number, made.kind))
        if fault:
            self.faults[fault] += 1
            if self.faults[fault] == 1:
                small = minimised(made, fault, folder)
                print(f"FAULT {fault}: {again} ({made.kind})\n  {small!r}\n  {details}", flush=True)
        elif isinstance(made.data, str) and number % 3 == 0:
            self.cleaned_twice += 1
            if kind := changes_again(clean(RawArticle(made.name, made.data, "utf-8", ""))):
                self.again[kind] += 1
                if self.again[kind] == 1:
                    print(f"cleaned twice, {kind} changes again: {again} ({made.kind})", flush=True)

    def __str__(self) -> str:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.tried.items()))
        again = ", ".join(f"{kind} {count}" for kind, count in self.again.most_common())
        seconds, number, kind = self.slowest
        return (
            f"{self.tried.total()} inputs ({kinds}) in {time.monotonic() - self.begun:.0f} s; slowest {seconds:.2f} s "
            f"({kind}, number {number}); changed when cleaned again {self.again.total()} of {self.cleaned_twice} "
            f"({again}); faults: {self.faults.total()}, of {len(self.faults)} kinds"
        )


def run(seed: int, *, inputs: int = 0, seconds: float = 0, only: int = -1, kinds: tuple[str, ...] = ()) -> Report:
    """Inputs from the first on, for as many or as long as is asked; or only one."""
    report = Report(seed)
    numbers = [only] if only >= 0 else range(inputs or 10**9)
    with tempfile.TemporaryDirectory() as name:
        for number in numbers:
            if only < 0 and not inputs and time.monotonic() - report.begun > seconds:
                break
            report.try_one(number, kinds, Path(name))
    return report


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--inputs", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, default=-1)
    parser.add_argument("--kinds", nargs="+", choices=list(MAKERS), default=[])
    options = parser.parse_args()
    kinds = tuple(options.kinds)
    report = run(options.seed, inputs=options.inputs, seconds=options.minutes * 60, only=options.only, kinds=kinds)
    print(report)
    sys.exit(bool(report.faults))


if __name__ == "__main__":
    main()
