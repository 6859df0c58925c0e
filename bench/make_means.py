"""Make kb/embed/reference_means.json: a mean vector a language, from texts written for the project.

usage: python bench/make_means.py [--articles corpus/articles]

Beside them the mean of the questions that `kb.search` calls BACKGROUND, so that no search has to embed them.

Every sentence of corpus/articles/*/<language>.txt counts once, and the English sentences below. The number of
sentences is kept beside each mean. Run it again when the articles or the model change.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

import numpy as np

from kb.embed import BUNDLED, Vectors, load
from kb.search import BACKGROUND

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "kb" / "embed" / "reference_means.json"
LANGUAGES = ("vi", "fr", "zh-Hans", "zh-Hant")
SENTENCE = re.compile(r"[^.!?。！？]+[.!?。！？]*")
SHORTEST = 12  # characters: what is shorter is a number or a scrap of the rough split

ENGLISH = """
The shop on the corner opens at eight and closes when the last customer has left.
She wrote the letter twice before she was content with it.
Rain is expected in the north, while the south will stay dry until the weekend.
Nobody could say exactly when the bridge had been built.
The report describes what was done, what it cost and what remains to be decided.
A good teacher knows when to explain and when to wait.
Two of the five villages have had no doctor since last spring.
He put the keys on the table, looked around once more and closed the door.
Prices rose more slowly this year than most families had feared.
The museum keeps a collection of old maps that few visitors ever see.
If the machine stops, switch it off and wait for ten minutes.
Many of the workers come from the coast and return home in winter.
The committee will meet again in March to discuss the new rules.
What matters most to guests is that somebody listens to them.
The river divides the town into an older and a younger half.
Children learn a second language more easily when they can play in it.
The company sells tools, repairs them and takes back those that are worn out.
It took us three hours to reach the top, and less than one to come down.
There is no simple answer to this question, but there are several useful ones.
The train was late, so we walked along the river and talked about the old days.
Farmers in the valley grow rice, beans and a little tea.
The law protects everyone who reports a danger in good faith.
At the end of the meeting each group presented its plan.
Some patients recover within days, others need months of care.
Her grandmother used to sing while she was cooking.
The first version had many errors, which were corrected before it was published.
You can pay in cash, by card or with your telephone.
The team lost the match but won the respect of the other side.
Light travels faster than sound, which is why we see the flash first.
A map of the building hangs beside every staircase.
The author compares three cities and asks why one of them grew so quickly.
Please keep the receipt in case you wish to return the goods.
The old factory has become a library with a garden on its roof.
Most of the energy is used for heating, and only a little for light.
They had known each other for years before they began to work together.
The survey asked two thousand people how they spend their free time.
Without clean water, no clinic can work safely.
The painter mixed his colours himself and never told anyone how.
In the evening the streets are full of people, music and the smell of food.
Whoever finishes first helps the others.
The telephone rang, but when I answered there was only silence.
Every change is recorded together with the reason for it.
"""


def sentences(language: str, articles: Path) -> list[str]:
    """The different sentences of a language, sorted."""
    found: set[str] = set()
    for path in sorted(articles.glob(f"*/{language}.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            found.update(piece.strip() for piece in SENTENCE.findall(line))
    return sorted(text for text in found if len(text) >= (SHORTEST if not language.startswith("zh") else SHORTEST // 2))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, default=ROOT / "corpus" / "articles")
    arguments = parser.parse_args()
    embedder = load(BUNDLED)
    texts = {language: sentences(language, arguments.articles) for language in LANGUAGES}
    texts["en"] = ENGLISH.strip().splitlines()
    means = {}
    for language, lines in texts.items():
        vectors: Vectors = embedder.embed(lines)
        means[language] = {"sentences": len(lines), "mean": digits(vectors)}
        print(f"{language}: {len(lines)} sentences")
    questions = {BUNDLED: digits(embedder.embed(BACKGROUND))}
    made = {"made_by": "bench/make_means.py", "prompt": "query: ", "models": {BUNDLED: means}, "questions": questions}
    text = json.dumps(made, ensure_ascii=False)
    TARGET.write_text(text.replace('"mean": [', '\n"mean": [') + "\n", encoding="utf-8")


def digits(vectors: Vectors) -> list[float]:
    """Their mean. Four digits: the means' own sampling error is ten times as large."""
    return [round(x, 4) for x in np.asarray(vectors.mean(axis=0, dtype=np.float64)).tolist()]


if __name__ == "__main__":
    main()
