"""The words of the interface in its languages: see words.tsv."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

# Tag -> the language's name for itself.
LANGUAGES = {
    "en": "English",
    "fr": "Français",
    "vi": "Tiếng Việt",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
}
# What articles may be in besides.
OWN_NAMES = LANGUAGES | {"zh": "中文", "de": "Deutsch", "es": "Español", "ja": "日本語", "ko": "한국어"}
FILE = Path(__file__).with_name("words.tsv")

Say = Callable[..., str]


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Interface language -> key -> what it says."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    _, *tags = lines[0].split("\t")
    found: dict[str, dict[str, str]] = {tag: {} for tag in tags}
    for line in lines[1:]:
        key, *cells = line.split("\t")
        for tag, cell in zip(tags, cells, strict=True):
            found[tag][key] = cell
    return found


def speaker(tag: str) -> Say:
    """What says a key in a language; `{name}` in it stands for what is given."""
    own = words()[tag]

    def say(key: str, **given: object) -> str:
        return own[key].format(**given) if given else own[key]

    return say


def own_name(tag: str) -> str:
    """What speakers of a language call it; the tag where that is not known."""
    return OWN_NAMES.get(tag, tag)


def best_language(accepted: str) -> str:
    """The interface language that a browser's Accept-Language asks for first; English for none."""
    asked: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted[:1000].split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            asked.append((-float(weight or 1), place, tag.strip().lower()))
        except ValueError:
            continue
    for _, _, tag in sorted(asked):
        if tag.startswith("zh"):
            return "zh-Hant" if any(part in tag for part in ("hant", "tw", "hk", "mo")) else "zh-Hans"
        for known in ("en", "fr", "vi"):
            if tag.split("-")[0] == known:
                return known
    return "en"
