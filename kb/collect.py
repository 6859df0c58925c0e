"""Putting hand-outs together: where `packs` meets the store.

Every change is one short transaction that looks at the pack as it is then: others who write at the same time are waited
for. Nothing is ever deleted, only marked as removed. What somebody else has changed meanwhile is not written over:
titles and notes come with the version that they were read with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from kb.errors import ChangedError, NotFoundError, UsageError
from kb.judgements import names_of
from kb.model import Pack, PackItem, RememberedConcept, RememberedSide, base_language
from kb.names import preferred_name
from kb.packs import MOST_ITEMS, MOST_SIDES, Place, is_same, lines, moved, one_line
from kb.sentences import SentenceIndex, joined
from kb.store.base import SentenceRow, Store


def begin(store: Store, title: str, *, user: str, language: str = "", now: datetime | None = None) -> Pack:
    """A new pack. UsageError without a title. `language`: the tag in which people write to the pack, here and below."""
    with store.transaction(patient=True):
        return _begin(store, title, language, user, _stamp(now))


def add(
    store: Store,
    pack: int | None,
    *,
    concept: str = "",
    places: Sequence[Place] = (),
    translations: bool = False,
    title: str = "",
    language: str = "",
    user: str,
    now: datetime | None = None,
) -> tuple[Pack, PackItem]:
    """Put a concept (an id) or a passage at the end of a pack, or of a new one (None) called `title`, or after what it
    is given. What is in the pack already stays where it is.

    `places`: what articles say at one place, one each; `translations`: with what is aligned with it in other languages.
    Raises NotFoundError when pack, concept or article is not there, UsageError when the place holds no sentence or the
    pack is full.
    """
    time = _stamp(now)
    with store.transaction(patient=True):
        new = _concept(store, concept) if concept else _passage(store, places, translations)
        own = _begin(store, title or _name_of(new), language, user, time) if pack is None else _standing(store, pack)
        items = store.pack_items(own.number)
        there = next((item for item in items if is_same(item, new)), None)
        if there is None:
            if sum(item.removed is None for item in items) >= MOST_ITEMS:
                raise UsageError(f"a hand-out has at most {MOST_ITEMS} pieces; begin another one")
            there = store.save_pack_item(own.number, new)
        elif (
            there.removed is not None
        ):  # once thrown out, now wanted again: where it is seen, at the end, with its note
            there = store.save_pack_item(own.number, replace(there, removed=None))
            _move(store, own.number, there.number, "last")
        return _touched(store, own, time), there


def describe(
    store: Store, pack: int, title: str, note: str, version: int, *, language: str = "", now: datetime | None = None
) -> Pack:
    """Give a pack another title and note. ChangedError when it is no more at that version."""
    with store.transaction(patient=True):
        own = _standing(store, pack)
        title, note = one_line(title) or own.title, lines(note)
        if (title, note) == (own.title, own.note):
            return own
        if version != own.version:
            raise ChangedError("somebody has changed the title or the note meanwhile; look at both, then save again")
        return _touched(
            store, replace(own, title=title, note=note, language=language, version=own.version + 1), _stamp(now)
        )


def remark(
    store: Store, pack: int, item: int, note: str, version: int, *, language: str = "", now: datetime | None = None
) -> PackItem:
    """Give a piece another note. ChangedError when it is no more at that version."""
    with store.transaction(patient=True):
        own, piece = _standing(store, pack), _piece(store, pack, item)
        note = lines(note)
        if note == piece.note:
            return piece
        if version != piece.version:
            raise ChangedError("somebody has changed this note meanwhile; look at both, then save again")
        piece = store.save_pack_item(pack, replace(piece, note=note, language=language, version=piece.version + 1))
        _touched(store, own, _stamp(now))
        return piece


def move(store: Store, pack: int, item: int, where: str, *, now: datetime | None = None) -> None:
    """Move a piece among the others: see `packs.moved`."""
    with store.transaction(patient=True):
        own = _standing(store, pack)
        _piece(store, pack, item)
        _move(store, pack, item, where)
        _touched(store, own, _stamp(now))


def take_out(store: Store, pack: int, item: int, *, out: bool = True, now: datetime | None = None) -> None:
    """Take a piece out of a pack, or (`out` false) put it back where it was."""
    with store.transaction(patient=True):
        own = _standing(store, pack)
        piece, time = _piece(store, pack, item), _stamp(now)
        if (piece.removed is None) == out:
            store.save_pack_item(pack, replace(piece, removed=time if out else None))
            _touched(store, own, time)


def remove(store: Store, pack: int, *, out: bool = True, now: datetime | None = None) -> Pack:
    """Mark a pack as removed, or (`out` false) bring it back as it was."""
    with store.transaction(patient=True):
        own, time = store.pack(pack), _stamp(now)
        if (own.removed is None) != out:
            return own
        return _touched(store, replace(own, removed=time if out else None), time)


# --- inside a transaction --------------------------------------------------------------------------------------------


def _begin(store: Store, title: str, language: str, user: str, time: str) -> Pack:
    title = one_line(title)
    if not title:
        raise UsageError("give the hand-out a title")
    return store.save_pack(Pack(0, title, "", language, user, time, time))


def _standing(store: Store, number: int) -> Pack:
    own = store.pack(number)
    if own.removed is not None:
        raise UsageError(f"somebody has removed the hand-out “{own.title}”; bring it back, then try again")
    return own


def _piece(store: Store, pack: int, number: int) -> PackItem:
    for item in store.pack_items(pack):
        if item.number == number:
            return item
    raise NotFoundError(f"there is no piece {number} in the hand-out {pack}")


def _move(store: Store, pack: int, item: int, where: str) -> None:
    items = store.pack_items(pack)
    hidden = {x.number for x in items if x.removed is not None and x.number != item}
    store.order_pack(pack, moved([x.number for x in items], hidden, item, where))


def _touched(store: Store, pack: Pack, time: str) -> Pack:
    store.save_pack(replace(pack, changed=time))
    return store.pack(pack.number)


def _name_of(item: PackItem) -> str:
    """What a pack is called that begins with this."""
    return item.concept.name if item.concept else item.sides[0].title or item.sides[0].article


def _concept(store: Store, id: str) -> PackItem:
    record = store.concept(id)
    labels = record.concept.labels
    remembered = RememberedConcept(id, preferred_name(labels), names_of(record))
    return PackItem(0, remembered, tuple((tag, names[0]) for tag, names in sorted(labels.items()) if names))


def _passage(store: Store, places: Sequence[Place], translations: bool) -> PackItem:
    if not 1 <= len(places) <= MOST_SIDES:
        raise UsageError(f"a passage for a hand-out has from 1 to {MOST_SIDES} sides, not {len(places)}")
    found = [_inside(store, *place) for place in places]
    if translations:
        found += _aligned(store, found[0])[: MOST_SIDES - len(found)]
    return PackItem(0, sides=tuple(_side(store, rows) for rows in found))


def _inside(store: Store, article: str, start: int, end: int) -> list[SentenceRow]:
    rows = [row for row in store.sentences_of(article) if start <= row.sentence.start and row.sentence.end <= end]
    if not rows:
        raise UsageError("nothing is said there any more; reload the page")
    return rows


def _aligned(store: Store, rows: Sequence[SentenceRow]) -> list[list[SentenceRow]]:
    """What stands for these sentences in one article of every other language, the surest one."""
    index = SentenceIndex(store)
    found: dict[str, dict[int, SentenceRow]] = {}
    for row in rows:
        for others in index.aligned(row.article, row.position):
            found.setdefault(others[0].article, {}).update((other.position, other) for other in others)
    kept: dict[str, list[SentenceRow]] = {base_language(rows[0].language): []}
    for by_position in found.values():
        others = [by_position[position] for position in sorted(by_position)]
        kept.setdefault(base_language(others[0].language), others)
    return [others for others in kept.values() if others]


def _side(store: Store, rows: Sequence[SentenceRow]) -> RememberedSide:
    article = store.articles([rows[0].article])[0]
    text = joined([row.sentence.text for row in rows])
    start, end = rows[0].sentence.start, rows[-1].sentence.end
    return RememberedSide(article.id, article.title, rows[0].language, start, end, text)


def _stamp(now: datetime | None) -> str:
    """To the millisecond, so that a list by time is in the order of what was done."""
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
