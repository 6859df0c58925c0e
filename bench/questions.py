"""Whether commands answer the questions of questions.toml on the base of the five reference articles.

usage: questions.py BASE [--failed]
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

QUESTIONS = Path(__file__).with_name("questions.toml")
MARKS = str.maketrans("’", "'", "«»")  # what the program adds, or writes otherwise


def main(base: Path, failed: bool) -> None:
    questions = tomllib.loads(QUESTIONS.read_text(encoding="utf-8"))["question"]
    right = 0
    for question in questions:
        missing = unanswered(base, question["command"], question["expect"])
        right += not missing
        if missing or not failed:
            print(f"{'no ' if missing else 'yes'} {question['id']}  kb {' '.join(question['command'])}")
        for strings in missing:
            print(f"      none of: {', '.join(strings)}")
    print(f"{right} of {len(questions)}")


def unanswered(base: Path, command: list[str], expect: list[list[str]]) -> list[list[str]]:
    """Groups of strings of which the output has none, whatever lines it is broken into."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("kb")), *command, "--kb", str(base)], capture_output=True, text=True
    )
    shown = tight(done.stdout.replace("\n      = ", "\n"))
    return [group for group in expect if not any(tight(string) in shown for string in group)]


def tight(text: str) -> str:
    return "".join(text.translate(MARKS).casefold().split())


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--failed" in sys.argv)
