"""How the site of `kb serve` keeps up: one visitor at a time, many at once, and a text of thousands of rows.

usage: serve.py BASE [SECONDS]

`kb serve` runs as a process of its own on a free port of this machine and is asked over HTTP as a browser asks it: each
visitor signs in, has a connection of their own, takes compressed answers, and fetches the files of a page once. It
serves a copy of BASE, which is gone afterwards, since editors decide.

- first: the first page after the start, with all its files.
- alone: every kind of page one request at a time, EACH times, of other things each time.
- crowd: READERS readers and EDITORS editors for SECONDS (60). A reader looks at a page for 2 to 8 s, evenly, then goes
  on to another kind of page (WALK), by a link that some page has shown; an editor thinks for 3 to 6 s, then decides by
  the forms of the page: accepts or rejects two passages or a name, or remarks on a concept. At the end every decision
  that the site has answered with success is looked for in the base.
- long: reading two texts of LONG rows side by side.

Times are those of whole answers, in milliseconds, with the redirect that follows a form; kB are as they come.
"""

from __future__ import annotations

import asyncio
import html
import math
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx

from kb.model import AnalysedArticle, Bead, Block, Mention
from kb.store import open_store
from kb.store.base import Source, Store

READERS, EDITORS, SECONDS = 50, 3, 60
EACH = 30
LONG = 2000
LOOKS, THINKS = (2.0, 8.0), (3.0, 6.0)  # seconds
WALK = {"home": 1, "concepts": 3, "concept": 6, "articles": 2, "article": 4, "read": 4, "compare": 1, "search": 2}
QUESTIONS = (
    "what makes customers come back", "comment répondre à une réclamation",
    "vì sao khách quay lại", "顾客为什么会回来",  # why guests return, both
    "souvenir", "quà lưu niệm", "纪念品", "prix et valeur", "đào tạo nhân viên",  # training staff
    "服务质量",  # quality of service
    "the first impression", "accueil des clients",
)  # fmt: skip
BROWSER = {"accept-encoding": "gzip, deflate", "accept-language": "en"}
LIMIT = 20.0  # seconds that a visitor waits


@dataclass
class Figures:
    """What was measured: kind of page -> milliseconds, and bytes as they came."""

    took: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    bytes: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, seconds: float, size: int) -> None:
        self.took[kind].append(seconds * 1000)
        self.bytes[kind].append(size)

    def print(self) -> None:
        print(f"  {'':<10} {'n':>5} {'p50':>6} {'p95':>6} {'max':>6}   kB")
        every = {"all": [ms for took in self.took.values() for ms in took]}
        sizes = self.bytes | {"all": [size for own in self.bytes.values() for size in own]}
        for kind, took in [*sorted(self.took.items()), *every.items()]:
            p95 = sorted(took)[math.ceil(0.95 * len(took)) - 1]  # the least that 95 of 100 do not exceed
            size = statistics.mean(sizes[kind]) / 1000
            print(f"  {kind:<10} {len(took):5} {statistics.median(took):6.0f} {p95:6.0f} {max(took):6.0f} {size:6.1f}")
        for error, count in self.errors.most_common():
            print(f"  {count} x {error}")
        print(f"  {sum(map(len, self.took.values()))} requests, {self.errors.total()} errors", flush=True)


class Visitor:
    """A browser of somebody who has signed in."""

    def __init__(self, address: str, figures: Figures) -> None:
        self._figures = figures
        self._client = httpx.AsyncClient(base_url=address, headers=BROWSER, follow_redirects=True, timeout=LIMIT)
        self.seen: defaultdict[str, list[str]] = defaultdict(list)  # kind of page -> addresses that pages have shown

    async def __aenter__(self) -> Visitor:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def sign_in(self, word: str, name: str) -> None:
        page = (await self._client.get("/login")).text
        answer = await self._client.post("/login", data={"key": key_of(page), "word": word, "name": name, "next": "/"})
        assert answer.url.path == "/", "the word was not taken"

    async def get(self, kind: str, address: str) -> str | None:
        """The page; None when there is none."""
        return await self._ask(kind, self._client.build_request("GET", address))

    async def post(self, kind: str, address: str, form: Mapping[str, str]) -> bool:
        return await self._ask(kind, self._client.build_request("POST", address, data=dict(form))) is not None

    async def files(self, page: str) -> int:
        """Fetch what a page is made of besides; bytes as they came."""
        found = dict.fromkeys(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
        answers = await asyncio.gather(*(self._client.get(html.unescape(address)) for address in found))
        return sum(answer.num_bytes_downloaded for answer in answers)

    async def _ask(self, kind: str, request: httpx.Request) -> str | None:
        begun = time.perf_counter()
        try:
            answer = await self._client.send(request)
        except httpx.HTTPError as error:
            self._figures.errors[f"{kind}: {type(error).__name__}"] += 1
            return None
        took = time.perf_counter() - begun
        self._figures.add(kind, took, answer.num_bytes_downloaded)
        if not answer.is_success:
            told = re.search(r'<p lang="en">(.*?)</p>', answer.text)
            self._figures.errors[f"{kind}: {answer.status_code} {told[1] if told else ''}"[:160]] += 1
            return None
        for link in re.findall(r'href="(/[^"#]*)', answer.text):
            of = kind_of(link)
            if len(self.seen[of]) < 500:
                self.seen[of].append(html.unescape(link))
        return answer.text


def kind_of(address: str) -> str:
    return address.split("?")[0].split("/")[1] or "home"


def key_of(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found, "a page without a form"
    return found[1]


@contextmanager
def serving(base: Path) -> Iterator[tuple[str, str, str]]:
    """(address, readers' word, editors' word) of a server of its own."""
    server = subprocess.Popen(
        [sys.executable, "-m", "kb", "serve", "--port", "0", "--token", "--kb", str(base)],
        stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert server.stdout is not None
    try:
        address = server.stdout.readline().split(" is at ")[1].strip().rstrip("/")
        reader, editor = (server.stdout.readline().split()[1] for _ in range(2))
        yield address, reader, editor
        print(f"  the server holds {memory(server.pid):.0f} MB")
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=20)


def memory(process: int) -> float:
    """MB that a process and those that it began hold, what they share counted once; 0 where no system tells."""
    folder = Path(f"/proc/{process}")
    if not (folder / "smaps_rollup").exists():
        return 0.0
    (own,) = re.findall(r"^Pss:\s+(\d+)", (folder / "smaps_rollup").read_text(), re.MULTILINE)
    begun = (folder / "task" / str(process) / "children").read_text().split()
    return int(own) / 1000 + sum(map(memory, map(int, begun)))


# --- one at a time ----------------------------------------------------------------------------------------------------


async def first(address: str, word: str) -> None:
    figures = Figures()
    async with Visitor(address, figures) as visitor:
        begun = time.perf_counter()
        await visitor.sign_in(word, "first")
        signed_in = time.perf_counter()
        page = await visitor.get("home", "/") or ""
        size = figures.bytes["home"][0] + await visitor.files(page)
        took = time.perf_counter() - signed_in
        print(f"first: signed in after {signed_in - begun:.2f} s, page and files {took:.2f} s, {size / 1000:.0f} kB")


async def alone(address: str, word: str) -> None:
    """Things evenly from all of the base, so that nothing is asked for twice."""
    figures = Figures()
    async with Visitor(address, figures) as visitor:
        await visitor.sign_in(word, "alone")
        for page in range(1, 4 * EACH, 4):
            await visitor.get("articles", f"/articles?page={page}")
            await visitor.get("concepts", f"/concepts?page={page}")
        figures.took.clear()
        figures.bytes.clear()
        spread = {kind: evenly(sorted(set(found)), EACH) for kind, found in visitor.seen.items()}
        for kind in ("concept", "article", "read"):
            for link in spread[kind]:
                await visitor.get(kind, link)
        for n in range(EACH):
            await visitor.get("home", "/")
            await visitor.get("articles", f"/articles?page={n + 1}")
            await visitor.get("concepts", f"/concepts?page={n + 1}&order={'name' if n % 2 else 'salience'}&language=fr")
            await visitor.get("compare", f"/compare?page={n + 1}")
            await visitor.get("search", str(httpx.URL("/search", params={"q": f"{QUESTIONS[n % 12]} {n}"})))
            await visitor.get("review", f"/review?queue={('passages', 'names', 'types')[n % 3]}")
    print("alone:")
    figures.print()


def evenly(found: Sequence[str], count: int) -> list[str]:
    return [found[n * len(found) // count] for n in range(min(count, len(found)))]


# --- many at once -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sent:
    """A decision that was answered with success: about two articles, or about a concept."""

    user: str
    kind: str
    about: frozenset[str]
    text: str  # that the decision has to hold: a sentence, a name, a remark


async def crowd(address: str, reader: str, editor: str, seconds: float) -> list[Sent]:
    figures = Figures()
    sent: list[Sent] = []
    until = time.perf_counter() + seconds
    await asyncio.gather(
        *(read(address, reader, n, until, figures) for n in range(READERS)),
        *(decide(address, editor, n, until, figures, sent) for n in range(EDITORS)),
    )
    print(f"crowd: {READERS} readers, {EDITORS} editors, {seconds:.0f} s")
    figures.print()
    return sent


async def read(address: str, word: str, number: int, until: float, figures: Figures) -> None:
    chance = random.Random(number)
    await asyncio.sleep(chance.uniform(0, LOOKS[1]))  # they do not all come at once
    async with Visitor(address, figures) as visitor:
        await visitor.sign_in(word, f"reader {number}")
        page = await visitor.get("home", "/")
        await visitor.files(page or "")
        while time.perf_counter() < until:
            await asyncio.sleep(chance.uniform(*LOOKS))
            kind = chance.choices(list(WALK), list(WALK.values()))[0]
            question = str(httpx.URL("/search", params={"q": chance.choice(QUESTIONS)}))
            where = question if kind == "search" else chance.choice(visitor.seen[kind] or ["/"])
            await visitor.get(kind_of(where), where)


async def decide(address: str, word: str, number: int, until: float, figures: Figures, sent: list[Sent]) -> None:
    chance = random.Random(1000 + number)
    user = f"editor {number}"
    async with Visitor(address, figures) as visitor:
        await visitor.sign_in(word, user)
        turn = 0
        while time.perf_counter() < until:
            queue = ("passages", "names", "remark")[turn % 3]
            turn += 1
            if queue == "remark":
                page = await visitor.get("concept", chance.choice(visitor.seen["concept"] or ["/concept/souvenir"]))
            else:
                page = await visitor.get("review", f"/review?queue={queue}")
            await asyncio.sleep(chance.uniform(*THINKS))
            if page is None:
                continue
            forms = [form for form in forms_of(page) if "number" not in form]  # which undo something
            if queue != "remark":
                wanted = "a" if queue == "passages" else "name"
                forms = [form for form in forms if wanted in form and mine(form, number)]
            if queue == "remark":
                forms = [
                    form | {"action": "comment", "comment": f"{user}: {turn}"} for form in forms if "comment" in form
                ]
            else:
                forms = [form | {"action": chance.choice(("accept", "reject"))} for form in forms]
            if not forms:
                continue
            form = forms[0]
            place = "/decide" if queue == "passages" else "/judge"
            if await visitor.post(place[1:], place, form):
                about = frozenset({form["a"], form["b"]} if queue == "passages" else {form["concept"]})
                text = {"passages": form.get("said", ""), "names": form.get("name", "").partition(" ")[2]}
                sent.append(Sent(user, form["action"], about, text.get(queue, form.get("comment", ""))))


def forms_of(page: str) -> list[dict[str, str]]:
    """What the forms that decide send, without their buttons; `said`: what the first side of their row says."""
    found = []
    for row in re.split(r'<section class="row"', page):
        side = re.search(r'<div class="side"[^>]*><p[^>]*>(.*?)</p>', row, re.DOTALL)
        for form in re.findall(r'<form[^>]*action="/(?:decide|judge)".*?</form>', row, re.DOTALL):
            fields = re.findall(r'<input[^>]*\bname="(\w+)"(?:[^>]*\bvalue="([^"]*)")?', form)
            if side or 'name="comment"' in form:
                found.append(
                    {n: html.unescape(v) for n, v in fields} | {"said": html.unescape(side[1]) if side else ""}
                )
    return found


def mine(form: Mapping[str, str], number: int) -> bool:
    """Editors share the work: no two of them decide the same."""
    about = "|".join(form.get(name, "") for name in ("a", "b", "start", "concept"))
    return zlib.crc32(about.encode()) % EDITORS == number


def missing(store: Store, sent: Sequence[Sent]) -> list[Sent]:
    """Those of the decisions that the base has not; each decision of the base stands for one of them."""
    there: list[Sent] = []
    for d in store.decisions():
        there += [Sent(d.user, d.kind, frozenset({d.a, d.b}), text) for text in (*d.a_side.texts, *d.b_side.texts)]
    for j in store.judgements():
        names = [label for _, label in j.names]
        there += [Sent(j.user, j.kind, frozenset({j.concept.id}), text) for text in (*names, j.comment or "") if text]
    held = defaultdict(list)
    for made in there:
        held[made.user, made.kind, made.about].append(made.text)
    lost = []
    for decision in sent:
        texts = held[decision.user, decision.kind, decision.about]
        found = next((text for text in texts if text == decision.text or text in decision.text), None)
        if found is None:
            lost.append(decision)
        else:
            texts.remove(found)
    return lost


# --- a long text ------------------------------------------------------------------------------------------------------


def lengthen(base: Path, long: Path) -> tuple[str, str]:
    """Make a base of two translations of each other, those with most beads in `base`, repeated until they have LONG
    rows; the ids of the two."""
    with closing(open_store(base)) as old, closing(open_store(long, create=True)) as new:
        found = max((x for x in old.alignments() if x.beads), key=lambda x: (len(x.beads), x.a))
        times = -(-LONG // len(found.beads))
        short = [old.analysed(id) for id in (found.a, found.b)]
        a, b = (repeated(article, times) for article in short)
        step, other = (len(article.sentences) for article in short)
        beads = tuple(
            Bead(tuple(i + n * step for i in x.a), tuple(i + n * other for i in x.b), x.score)
            for n in range(times)
            for x in found.beads
        )
        mentions = [m for article in short for m in repeated_mentions(old, article, times)]
        with new.transaction():
            new.set_info(old.info())
            for article in (a, b):
                new.save_article(Source(f"/{article.id}", f"{article.id}.txt", "/", "", 0, 0, article.id), article)
            new.save_alignment(replace(found, a=a.id, b=b.id, beads=beads))
            concepts = [old.concept(id) for id in sorted({m.concept for m in mentions})]
            new.save_graph(pairs=[], concepts=concepts, mentions=mentions, name_links=[], links=[])
    return a.id, b.id


def repeated(old: AnalysedArticle, times: int) -> AnalysedArticle:
    raw = old.cleaned.raw
    step, passages = len(raw.raw) + 1, len(old.passages)
    shifts = [n * step for n in range(times)]
    long = "\n".join([raw.raw] * times)
    return AnalysedArticle(
        f"long/{old.language}",
        replace(
            old.cleaned,
            raw=replace(raw, raw=long, path=f"long-{old.language}.txt"),
            blocks=tuple(Block(b.kind, b.start + by, b.end + by) for by in shifts for b in old.cleaned.blocks),
            changes=(),
            offers=(),
        ),
        tuple(
            replace(p, id=f"{p.id}-{n}", start=p.start + by, end=p.end + by)
            for n, by in enumerate(shifts)
            for p in old.passages
        ),
        tuple(
            replace(
                s,
                start=s.start + by,
                end=s.end + by,
                passage=s.passage + n * passages,
                tokens=tuple(replace(t, start=t.start + by, end=t.end + by) for t in s.tokens),
            )
            for n, by in enumerate(shifts)
            for s in old.sentences
        ),
    )


def repeated_mentions(store: Store, old: AnalysedArticle, times: int) -> list[Mention]:
    step = len(old.cleaned.raw.raw) + 1
    return [
        replace(m, article=f"long/{old.language}", start=m.start + n * step, end=m.end + n * step)
        for n in range(times)
        for m in store.mentions(article=old.id)
    ]


async def long(address: str, word: str, ids: tuple[str, str]) -> None:
    figures = Figures()
    async with Visitor(address, figures) as visitor:
        await visitor.sign_in(word, "long")
        for by in ("passage", "sentence"):
            for n in range(10):
                where = str(httpx.URL("/read", params={"a": list(ids), "rows": by, "page": n + 1}))
                page = await visitor.get(f"by {by}", where) or ""
            of = re.search(r"Page \d+ of (\d+)", page)
            print(f"long: by {by} {of[1] if of else 1} pages of {page.count('<section class=')} rows")
    figures.print()


def main(base: Path, seconds: float) -> None:
    with tempfile.TemporaryDirectory(dir=base.parent) as folder:
        copy = Path(shutil.copy(base, folder))
        print(f"{base}: {base.stat().st_size / 1e6:.0f} MB", flush=True)
        with serving(copy) as (address, reader, editor):
            asyncio.run(first(address, reader))
            asyncio.run(alone(address, editor))
            sent = asyncio.run(crowd(address, reader, editor, seconds))
        with closing(open_store(copy)) as store:
            lost = missing(store, sent)
        kinds = ", ".join(f"{n} {kind}" for kind, n in sorted(Counter(x.kind for x in sent).items()))
        print(f"  {len(sent)} decisions were answered with success ({kinds}); {len(lost)} of them are lost")
        for decision in lost[:5]:
            print(f"  {decision}")
        longer = Path(folder, "long.db")
        ids = lengthen(base, longer)
        with serving(longer) as (address, reader, editor):
            asyncio.run(long(address, editor, ids))


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else SECONDS)
