"""Files -> raw articles: which files, which encoding, and one line for each that cannot be read."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from kb.errors import UnreadableError
from kb.read import find_files, read_article

VIETNAMESE = (
    "Cô Lan mở quán phở ở đầu ngõ đã hai mươi năm. Khách quen đến không cần gọi món, "
    "cô nhớ ai thích nhiều hành, ai kiêng nước béo.\n"
)  # Ms Lan has run her noodle shop for twenty years; regulars need not order.
FRENCH = (
    "La boulangère connaît chaque élève du collège par son prénom. « À demain », dit-elle, "
    "et l’on revient dès l’aube chercher ce goût d’été.\n"
)  # The baker knows every pupil by first name.
# Each pupil plays the customer once and the waiter once.
SIMPLIFIED = (
    "老师请每个学生扮演一次客人，再扮演一次服务员。大家这才发现，等待的时间比想象的长，一句问候比折扣更有用。\n"
)
TRADITIONAL = (
    "老師請每個學生扮演一次客人，再扮演一次服務員。大家這才發現，等待的時間比想像的長，一句問候比折扣更有用。\n"
)


def windows_1258(text: str) -> bytes:
    """Vietnamese the way Windows wrote it: letters with hat, breve or horn whole, tone marks after them."""
    import unicodedata

    tones = "\u0300\u0301\u0303\u0309\u0323"
    out = ""
    for character in text:
        marks = unicodedata.normalize("NFD", character)
        base = unicodedata.normalize("NFC", "".join(c for c in marks if c not in tones))
        out += base + "".join(c for c in marks if c in tones)
    return out.encode("cp1258")


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        (VIETNAMESE.encode(), "utf-8", VIETNAMESE),
        (VIETNAMESE.encode("utf-8-sig"), "utf-8-sig", VIETNAMESE),
        (VIETNAMESE.encode("utf-16"), "utf-16", VIETNAMESE),
        (VIETNAMESE.encode("utf-16-le"), "utf-16-le", VIETNAMESE),
        (VIETNAMESE.encode("utf-16-be"), "utf-16-be", VIETNAMESE),
        (windows_1258(VIETNAMESE), "cp1258", VIETNAMESE),
        (FRENCH.encode("cp1252"), "cp1252", FRENCH),
        (FRENCH.encode("utf-16-be"), "utf-16-be", FRENCH),
        (SIMPLIFIED.encode("gb18030"), "gb18030", SIMPLIFIED),
        (SIMPLIFIED.encode("utf-16-le"), "utf-16-le", SIMPLIFIED),
        (TRADITIONAL.encode("big5"), "big5hkscs", TRADITIONAL),
        (TRADITIONAL.encode("gb18030"), "gb18030", TRADITIONAL),
        (TRADITIONAL.encode("utf-16-be"), "utf-16-be", TRADITIONAL),
        (b"Plain ASCII.\n", "utf-8", "Plain ASCII.\n"),
    ],
)
def test_encoding_is_decided_by_evidence(tmp_path: Path, data: bytes, encoding: str, text: str) -> None:
    import unicodedata

    path = tmp_path / "a.txt"
    path.write_bytes(data)
    article = read_article(path)
    assert article.encoding == encoding
    assert unicodedata.normalize("NFC", article.raw) == text
    assert article.sha256 == hashlib.sha256(data).hexdigest()
    assert article.raw == data.decode(article.encoding)


# The university opens; the street is under water; guests get advice; the committee's fund. In three encodings from
# before Unicode, as Latin-1 shows their bytes.
MEANT = "Trường đại học mở cửa, đường phố ngập nước, khách hàng được tư vấn kỹ, quỹ của uỷ ban"
OLD = {
    "tcvn3": "Tr\xadêng ®¹i häc më cöa, ®\xadêng phè ngËp n\xadíc, kh¸ch hµng ®\xadîc t\xad vÊn kü, quü cña uû ban",
    "vni": "Tröôøng ñaïi hoïc môû cöûa, ñöôøng phoá ngaäp nöôùc, khaùch haøng ñöôïc tö vaán kyõ, quyõ cuûa uyû ban",
    "viscii": "Trß¶ng ðÕi h÷c m· cØa, ðß¶ng ph¯ ng§p nß¾c, khách hàng ðßþc tß v¤n kÛ, quÛ cüa uÖ ban",
}


@pytest.mark.parametrize("encoding", OLD)
def test_old_vietnamese_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(OLD[encoding].encode("latin-1"))
    article = read_article(path)
    assert (article.raw, article.encoding) == (MEANT, encoding)
    for codec in ("utf-8", "utf-16", "utf-8-sig"):  # copied from a page made for an old font
        path.write_bytes(OLD[encoding].encode(codec))
        article = read_article(path)
        assert (article.raw, article.encoding) == (MEANT, f"{codec}+{encoding}")


def test_old_vietnamese_capitals_and_quotes(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("§¹I HäC “më cöa” ®ãn kh¸ch, §­êng phè".encode("cp1252"))
    assert read_article(path).raw == "ĐẠI HỌC “mở cửa” đón khách, Đường phố"
    path.write_bytes("ÑAÏI HOÏC “môû cöûa” ñoùn khaùch, Ñöôøng phoá".encode("cp1252"))
    assert read_article(path).raw == "ĐẠI HỌC “mở cửa” đón khách, Đường phố"


@pytest.mark.parametrize("text", [VIETNAMESE, FRENCH, "Müller grüßt Özil über größere Höfe.", "Coração, pão e maçã."])
def test_other_texts_are_not_taken_for_old_vietnamese(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode())
    assert read_article(path).encoding == "utf-8"
    if text != VIETNAMESE:
        path.write_bytes(text.encode("cp1252"))
        assert read_article(path).encoding == "cp1252"


def test_a_byte_order_mark_that_the_bytes_contradict_is_overruled(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbf" + FRENCH.encode("cp1252"))
    article = read_article(path)
    assert (article.raw, article.encoding) == (FRENCH, "cp1252")
    assert article.metadata == {
        "declared_encoding": "utf-8",
        "encoding_note": "begins with the mark of UTF-8, but its bytes are cp1252",
    }
    path.write_bytes(b"\xff\xfe" + SIMPLIFIED.encode())
    assert read_article(path).encoding == "utf-8"


def test_newlines_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"un\r\ndeux\rtrois\n")
    assert read_article(path).raw == "un\r\ndeux\rtrois\n"


def test_utf8_cut_within_a_character_stays_utf8(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Cô Lan mở quán phở".encode()[:-1])
    article = read_article(path)
    assert article.encoding == "utf-8"
    assert article.raw.endswith("\ufffd")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((text, codec) for text in (VIETNAMESE, FRENCH, SIMPLIFIED) for codec in ("utf-8", "utf-16-le", "utf-16-be")),
        *((text, "gb18030") for text in (SIMPLIFIED, TRADITIONAL)), (TRADITIONAL, "big5hkscs"), (TRADITIONAL, "utf-16"),
    ],
)  # fmt: skip
def test_a_text_that_was_cut_off_is_read_up_to_there(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "a.txt"
    text = text.strip()
    for cut in (1, 2, 3):
        path.write_bytes(text.encode(encoding)[:-cut])
        article = read_article(path)
        assert article.encoding == encoding
        assert text.startswith(article.raw.rstrip("\ufffd"))
        assert len(article.raw) > len(text) - 4
    if encoding == "utf-8":
        path.write_bytes(SIMPLIFIED.encode()[1:])
        assert read_article(path).raw.strip("\ufffd") == SIMPLIFIED[1:]


def test_a_text_of_a_hundred_megabytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    begun = time.process_time()
    with pytest.raises(UnreadableError, match=r"100\.0 MB is more than the limit of 5\.0 MB; raise read\.max_bytes"):
        read_article(path)
    assert time.process_time() - begun < 0.5


def test_front_matter_is_metadata_and_stays_in_the_raw_text(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text('---\ntitle: "Le prix"\nLanguage: fr\norigin:\n---\n# Le prix\n', encoding="utf-8")
    article = read_article(path, shown_path="corpus/a.md")
    assert article.metadata == {"title": "Le prix", "language": "fr"}
    assert article.raw.startswith("---\n")
    assert article.path == "corpus/a.md"


@pytest.mark.parametrize(
    ("lines", "metadata"),
    [
        ("source: https://a.example/1\nauthors: [Thu Lê, 'Jean Roy']", ("https://a.example/1", "Thu Lê, Jean Roy")),
        ("url: https://a.example/2\nauthor: 阿四", ("https://a.example/2", "阿四")),
        ("link: https://a.example/3\norigin: Le Temps", ("Le Temps", None)),
    ],
)
def test_front_matter_has_other_names_for_origin_and_author(
    tmp_path: Path, lines: str, metadata: tuple[str, str | None]
) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"---\n{lines}\n---\n# Le prix\n", encoding="utf-8")
    found = read_article(path).metadata
    assert (found.get("origin"), found.get("author")) == metadata


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "the file is empty"),
        ("a.txt", b" \n\t\r\n", "the file is empty"),
        ("a.txt", "\u3000\xa0\n".encode(), "only white space"),
        ("a.txt", bytes(range(256)) * 8, "not text"),
        ("a.txt", b"abc\x00def\x00\x01\x02" * 9, "not text but binary"),
        ("a.txt", b"%PDF-1.7\n" + b"words " * 50, "not text but a PDF"),
        ("a.png", b"\x89PNG", "no reader for .png; readable: .txt, .md"),
        ("a.txt", b"x" * 2_000_001, "2.0 MB is more than the limit of 1.0 MB; raise read.max_bytes in the recipe"),
    ],
)
def test_unreadable_files_say_why_in_one_line(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(UnreadableError) as error:
        read_article(path, max_bytes=1_000_000)
    assert reason in str(error.value)
    assert str(error.value).startswith(path.as_posix())
    assert "\n" not in str(error.value)


def test_missing_folder_and_pipe(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="cannot be read"):
        read_article(tmp_path / "none.txt")
    with pytest.raises(UnreadableError, match="a folder"):
        read_article(tmp_path)
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(UnreadableError, match="not a regular file"):
        read_article(tmp_path / "pipe.txt")


def test_a_folder_gives_its_articles_in_order_and_passes_over_the_rest(tmp_path: Path) -> None:
    for name in ["b.txt", "a.md", "sub/c.TXT", "x.png", "notes", "recipe.toml", ".hidden.txt", ".git/d.txt"]:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("text")
    found = find_files(tmp_path)
    assert [f.path.relative_to(tmp_path).as_posix() for f in found] == ["a.md", "b.txt", "sub/c.TXT"]
    assert not any(f.error for f in found)


def test_a_file_given_by_its_path_is_tried_whatever_its_suffix(tmp_path: Path) -> None:
    for name in ["notes", "notes.article", ".hidden.txt"]:
        path = tmp_path / name
        path.write_text("text")
        assert find_files(path) == [(path, None)]
        assert read_article(path).raw == "text"
    error = find_files(tmp_path / "x.png")[0].error
    assert error
    assert "no such file" in str(error)
    (tmp_path / "x.png").write_text("")
    error = find_files(tmp_path / "x.png")[0].error
    assert error
    assert "no reader for .png" in str(error)


def test_a_folder_that_cannot_be_listed_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shut").mkdir()
    (tmp_path / "a.txt").write_text("text")
    listed = os.scandir

    def scandir(path: str | Path) -> object:
        if Path(path).name == "shut":
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = find_files(tmp_path)
    assert [f.path.name for f in found] == ["a.txt", "shut"]
    assert str(found[1].error).endswith("the folder cannot be listed (Permission denied)")


def test_documents_without_a_reader_are_told_of_in_a_folder(tmp_path: Path) -> None:
    for name in ("a.rtf", "b.doc", "c.odt", "d.png", "e.txt"):
        (tmp_path / name).write_bytes(b"{text}")
    assert [f.path.name for f in find_files(tmp_path)] == ["a.rtf", "b.doc", "c.odt", "e.txt"]
    with pytest.raises(UnreadableError, match=r"no reader for \.rtf"):
        read_article(tmp_path / "a.rtf")
