"""Which language a text is in: its script first, then its own letters, and only then statistics."""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any

from kb.langs.folding import HAN

_HAN = re.compile(f"[{HAN}]")
_KANA = re.compile("[\u3041-\u309f\u30a1-\u30fa\u31f0-\u31ff]")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_OTHER_LETTER = re.compile(f"(?![{HAN}\u3041-\u30ff\u1100-\u11ff\uac00-\ud7af])[^\\W\\d_]")
# Letters that Vietnamese alone has (ơ, ư and those with two marks or a hook or dot below), and đ.
_VIETNAMESE = re.compile("[ơưđƠƯĐ\u1ea0-\u1ef9]")

_SAMPLE = 20_000  # characters that are looked at
_LEAST_LETTERS = 3
_LEAST_PROBABILITY = 0.6  # of langdetect's first guess
_HAN_WEIGHT = 2.5  # letters of an alphabet that say as much as one Han character
_KANA_SHARE = 0.05  # of kana among Han and kana; Japanese has .3 and more, Chinese quotes a few

_LANGDETECT_TAGS = {"zh-cn": "zh-Hans", "zh-tw": "zh-Hant", "no": "nb"}


def detect(text: str) -> str:
    """The BCP 47 tag of most of the text: `vi`, `fr`, `zh-Hans`, ...; `und` when nothing tells. Never raises."""
    sample = text[:_SAMPLE]
    han, kana, hangul, other = (len(p.findall(sample)) for p in (_HAN, _KANA, _HANGUL, _OTHER_LETTER))
    if (han + kana + hangul) * _HAN_WEIGHT > other and han + kana + hangul > 0:
        if hangul > han:
            return "ko"
        return "ja" if kana > (han + kana) * _KANA_SHARE else chinese_script(sample)
    if other < _LEAST_LETTERS:
        return "und"
    own = _VIETNAMESE.findall(sample)
    # Ordinary Vietnamese has 15 to 20 % of them; đ alone is Croatian too, ọ and ẹ Yoruba.
    if len(own) > other * 0.04 and len({c.lower() for c in own}) >= min(3, len(own)):
        return "vi"
    return _by_statistics(sample)


def chinese_script(text: str) -> str:
    """`zh-Hant` or `zh-Hans`: by the characters that exist in one script only; without any, `zh-Hans`."""
    traditional = simplified = 0
    for character in _HAN.findall(text):
        side = _script_of(character)
        traditional += side > 0
        simplified += side < 0
    return "zh-Hant" if traditional > simplified else "zh-Hans"


@cache
def _script_of(character: str) -> int:
    """1: only in Traditional text, -1: only in Simplified text, 0: in both."""
    if _converter("t2s").convert(character) != character:
        return 1
    # 后, 里, 面 and others have a Traditional form and are used in Traditional text too, but are outnumbered there.
    return -1 if _converter("s2t").convert(character) != character else 0


@cache
def _converter(name: str) -> Any:
    import opencc

    return opencc.OpenCC(name)


def _by_statistics(text: str) -> str:
    langdetect = import_module("langdetect")  # late: it takes a while and most texts do not need it
    # It draws samples: without a seed the same text gets another language now and then.
    langdetect.DetectorFactory.seed = 0
    try:
        with _interrupt_later():
            best = langdetect.detect_langs(text[:5_000])[0]
    except langdetect.LangDetectException:
        return "und"
    return _LANGDETECT_TAGS.get(best.lang, str(best.lang)) if best.prob >= _LEAST_PROBABILITY else "und"


@contextmanager
def _interrupt_later() -> Iterator[None]:
    """Ctrl-C takes effect when the block is done: langdetect catches it as if the text had no language."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: asked.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if asked:
            raise KeyboardInterrupt
