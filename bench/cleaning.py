"""How fast articles are read and cleaned, by language and damage, and the memory it takes.

usage: python bench/cleaning.py [--megabytes N] [--articles N] [--kinds KIND ...] [--languages TAG ...]
       [--repeat N] [--without-byte-repair] [--profile KIND LANGUAGE] [--memory]

The text is the project's own (corpus/articles, cleaned), its sentences shuffled and numbered, and damaged by seeded
code. A cell is MB of UTF-8 per second of process time, the best of `--repeat` runs, and in brackets how many times as
long it takes as `ftfy.fix_text` on the same text in the same run. `read` is kb.read.read_article from a file; the other
rows are kb.clean.clean. `--articles N`: N articles of 10 kB each instead of one large one. `--memory`: peak memory of a
fresh process for articles of 1, 4 and 16 MB.
"""

from __future__ import annotations

import argparse
import cProfile
import html
import pstats
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path

import ftfy

import kb.clean
from kb.clean import clean
from kb.model import RawArticle
from kb.read import read_article

CORPUS = Path(__file__).parent.parent / "corpus" / "articles"
LANGUAGES = ("vi", "fr", "zh-Hans", "zh-Hant")
SMALL = 10_000  # bytes
WIDE = "\u3000-\u9fff\uff00-\uff60"
ABOVE = {
    "vi": ["Trang chủ", "Tin tức", "Sản phẩm", "Liên hệ", "12/03/2021"],
    "fr": ["Accueil > Blog > Service", "Publié le 12 mars 2021", "Par Anne Roux"],
    "zh": ["首页 > 专栏 > 服务", "发布时间：2020-05-06 | 作者：小明 | 来源：网络", "-----"],
}
BELOW = {
    "vi": ["Chia sẻ: Facebook Twitter", "Bài viết liên quan", "Mười cách pha cà phê", "Hotline: 0909 123 456"],
    "fr": ["Partager sur Facebook", "À lire aussi :", "Dix idées pour la caisse", "Tous droits réservés"],
    "zh": ["分享到：微信 微博", "上一篇：桌椅的学问", "相关文章", "门口的花05-01", "版权所有 转载请注明出处"],
}


# --- texts ----------------------------------------------------------------------------------------------------------


@cache
def sentences(language: str) -> tuple[tuple[str, ...], ...]:
    """The corpus' paragraphs of a language, each in sentences, after cleaning."""
    paragraphs = []
    for path in sorted(CORPUS.glob(f"*/{language}.txt")):
        body = clean(read_article(path), language=language).body.text
        paragraphs += [tuple(re.split(r"(?<=[.!?。！？]) ?", line)) for line in body.split("\n")]
    return tuple(paragraphs)


def text_of(language: str, size: int, seed: int) -> str:
    """About `size` bytes of paragraphs; sentences change places and get numbers, so that lines are not the same."""
    rng = random.Random(seed)
    known = sentences(language)
    every = [sentence for paragraph in known for sentence in paragraph if len(sentence) > 20]
    lines: list[str] = []
    left = size
    gap = "" if language.startswith("zh") else " "
    while left > 0:
        line = gap.join(
            rng.choice(every) if rng.random() < 0.5 else sentence for sentence in rng.choice(known) if sentence
        )
        if len(line) > 80:
            line += f"{gap}({rng.randrange(100_000)})"
        lines.append(line)
        left -= len(line.encode()) + 1
    return "\n".join(lines)


# --- damage: (text, language, random) -> text -----------------------------------------------------------------------


def _decomposed(text: str, language: str, rng: random.Random) -> str:
    return unicodedata.normalize("NFD", text)


def _entities(text: str, language: str, rng: random.Random) -> str:
    """Some characters that are not ASCII as entities, paragraphs in tags."""
    out = "".join(f"&#{ord(c)};" if c > "\x7f" and rng.random() < 0.05 else c for c in text)
    return "\n".join(f'<p class="text">{line}</p>' for line in out.split("\n"))


def _named_entities(text: str, language: str, rng: random.Random) -> str:
    escaped = html.escape(text).replace("é", "&eacute;").replace("à", "&agrave;").replace("ô", "&ocirc;")
    return escaped.replace("，", "&#65292;").replace(",", "&#44;&nbsp;")


def _mojibake(text: str, language: str, rng: random.Random) -> str:
    return text.encode().decode("latin-1")


def _zero_width(text: str, language: str, rng: random.Random) -> str:
    return "".join(c + rng.choice("\u200b\u00ad\ufeff") if rng.random() < 0.02 else c for c in text)


def _spaces(text: str, language: str, rng: random.Random) -> str:
    return re.sub(" ", lambda m: rng.choice([" ", " ", "  ", "\u00a0", "\u3000"]), text)


def _glued(text: str, language: str, rng: random.Random) -> str:
    return re.sub(r"(?<=[a-zà-ỹ]{2}) ([a-zà-ỹ])(?=[a-zà-ỹ])", lambda m: _glue(m, rng), text)


def _glue(match: re.Match[str], rng: random.Random) -> str:
    return match[1].upper() if rng.random() < 0.02 else match.group()


def _furniture(text: str, language: str, rng: random.Random) -> str:
    """A page: what stands above, the article, and half as many lines of other articles and calls below."""
    base = language.split("-")[0]
    below = [f"{line} {rng.randrange(1000)}" for _ in range(text.count("\n") // 8) for line in BELOW[base]]
    return "\n".join([*ABOVE[base], text, *BELOW[base], *below])


def _wrapped(text: str, language: str, rng: random.Random) -> str:
    """Lines of at most 72 columns, an empty one between paragraphs."""
    lines = []
    for paragraph in text.split("\n"):
        words = re.findall(rf"[{WIDE}][、。，；：？！）」』”]*|[^\s{WIDE}]+ ?| ", paragraph)
        line, columns = "", 0
        for word in words:
            width = len(word) + sum(c >= "\u3000" for c in word)
            if columns + len(word.rstrip()) + sum(c >= "\u3000" for c in word) > 72:
                lines.append(line.rstrip())
                line, columns = "", 0
            line += word
            columns += width
        lines += [line.rstrip(), ""]
    return "\n".join(lines)


DAMAGE: dict[str, Callable[[str, str, random.Random], str]] = {
    "clean": lambda text, language, rng: text,
    "nfd": _decomposed,
    "entities": _entities,
    "named": _named_entities,
    "mojibake": _mojibake,
    "zero-width": _zero_width,
    "spaces": _spaces,
    "glued": _glued,
    "furniture": _furniture,
    "wrapped": _wrapped,
    "one-line": lambda text, language, rng: text.replace("\n", " "),
}


def damaged(kind: str, language: str, size: int, seed: int = 1) -> str:
    """About `size` bytes of text with this damage."""
    text = DAMAGE[kind](text_of(language, size, seed), language, random.Random(seed))
    return text.encode()[:size].decode("utf-8", "ignore")


# --- measures -------------------------------------------------------------------------------------------------------


def best(function: Callable[[], object], repeat: int) -> float:
    """Least seconds of process time."""
    taken = []
    for _ in range(repeat):
        begun = time.process_time()
        function()
        taken.append(time.process_time() - begun)
    return min(taken)


def article(text: str) -> RawArticle:
    return RawArticle("a.txt", text, "utf-8", "")


def cell(texts: list[str], repeat: int) -> str:
    size = sum(len(text.encode()) for text in texts) / 1e6
    mine = best(lambda: [clean(article(text)) for text in texts], repeat)
    # ftfy's speed hardly depends on the length; a megabyte is enough to know it.
    some = "".join(texts)[:300_000]
    plain = best(lambda: ftfy.fix_text(some), repeat) / (len(some.encode()) / 1e6)
    return f"{size / mine:6.2f} ({mine / size / plain:4.1f})"


def reading(texts: list[str], repeat: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{i}.txt") for i in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, encoding="utf-8", newline="")
        taken = best(lambda: [read_article(path, max_bytes=10**9) for path in paths], repeat)
    return f"{sum(len(text.encode()) for text in texts) / 1e6 / taken:6.1f}       "


def peak(kind: str, language: str, megabytes: int) -> tuple[int, int]:
    """(MB before cleaning, MB at most) of a fresh process."""
    code = f"import cleaning; cleaning.print_peak({kind!r}, {language!r}, {megabytes})"
    here = Path(__file__).parent
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=here)
    before, most = run.stdout.split()
    return int(before), int(most)


def print_peak(kind: str, language: str, megabytes: int) -> None:
    piece = damaged(kind, language, 1_000_000)
    clean(article(piece[:20_000]))  # libraries and tables are there before it is measured
    text = "\n".join([piece] * megabytes)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    clean(article(text))
    print(before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=float, default=1.0)
    parser.add_argument("--articles", type=int, default=0)
    parser.add_argument("--kinds", nargs="+", choices=list(DAMAGE), default=list(DAMAGE))
    parser.add_argument("--languages", nargs="+", choices=LANGUAGES, default=LANGUAGES)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--without-byte-repair", action="store_true")
    parser.add_argument("--profile", nargs=2, metavar=("KIND", "LANGUAGE"))
    parser.add_argument("--memory", action="store_true")
    options = parser.parse_args()
    if options.without_byte_repair:
        kb.clean._CHINESE_REPAIRS = ()
    if options.profile:
        kind, language = options.profile
        text = damaged(kind, language, int(options.megabytes * 1e6))
        clean(article(text[:20_000]))
        profile = cProfile.Profile()
        profile.runcall(clean, article(text))
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)
        return
    if options.memory:
        for kind in options.kinds:
            for language in options.languages:
                found = [peak(kind, language, size) for size in (1, 4, 16)]
                rises = ", ".join(f"{most - before} MB" for before, most in found)
                print(f"{kind:11} {language:8} 1, 4, 16 MB take {rises} beyond {found[0][0]} MB", flush=True)
        return
    many = options.articles or 1
    size = SMALL if options.articles else int(options.megabytes * 1e6)
    print(f"{'':11}" + "".join(f"{language:>15}" for language in options.languages))
    for kind in options.kinds:
        texts = {x: [damaged(kind, x, size, seed) for seed in range(many)] for x in options.languages}
        if kind == "clean":
            print(f"{'read':11}" + "".join(f"{reading(texts[x], options.repeat):>15}" for x in texts), flush=True)
        print(f"{kind:11}" + "".join(f"{cell(texts[x], options.repeat):>15}" for x in texts), flush=True)


if __name__ == "__main__":
    main()
