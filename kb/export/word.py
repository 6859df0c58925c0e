"""Hand-outs as Word documents, to be changed by those who hand them out.

Every run says its language, and Chinese ones the font of their script: without that, Word checks the spelling of
Vietnamese as English and shows traditional characters in the forms of the mainland, or of Japan.
"""

from __future__ import annotations

from datetime import datetime
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, Any

from kb.answers import Citation, Handout, HandoutItem, HandoutSide
from kb.errors import UsageError
from kb.export.handout import Wording, source
from kb.export.tmx import without_controls
from kb.model import base_language

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

# What Word calls a language: a tag with its region. Others stay as they are.
_REGIONS = {"vi": "vi-VN", "fr": "fr-FR", "en": "en-US", "zh": "zh-CN", "zh-Hans": "zh-CN", "zh-Hant": "zh-TW"}
_FONTS = {"zh-CN": "Microsoft YaHei", "zh-TW": "Microsoft JhengHei"}
_LATIN = "Calibri"  # has all Vietnamese letters

_BODY, _SMALL = 10.5, 8.5  # points
_WIDTHS = (21.0, 29.7)  # centimetres: A4, upright
_MARGIN = 1.8


def write_document(found: Handout, words: Wording) -> bytes:
    """The document. Raises UsageError where python-docx is not installed."""
    if find_spec("docx") is None:
        raise UsageError("Word documents need python-docx; install it with: pip install 'kb[web]'")
    document = _new(found, words)
    _write(document.add_heading(level=0), found.pack.title, found.pack.language or words.language)
    _note(document, found.pack.note, found.pack.language or words.language)
    for item in found.items:
        (_concept if item.kind == "concept" else _passage)(document, item, words)
        _note(document, item.note, item.language or words.language)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _new(found: Handout, words: Wording) -> Document:
    """An empty document, upright, or lying where three texts stand side by side."""
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm, Pt

    document = docx.Document()
    section = document.sections[0]
    wide = max((len(item.sides) for item in found.items), default=0) > 2
    width, height = _WIDTHS[::-1] if wide else _WIDTHS
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Cm(width), Cm(height)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Cm(_MARGIN))
    normal = document.styles["Normal"]
    normal.font.size = Pt(_BODY)
    normal.paragraph_format.space_after = Pt(4)
    for name in ("Normal", "Title", "Heading 2"):
        _set_language(document.styles[name].element.get_or_add_rPr(), words.language)
    about = document.core_properties
    about.title, about.language = without_controls(found.pack.title), words.language
    about.author = about.last_modified_by = without_controls(found.pack.user)
    about.comments = ""
    about.created, about.modified = map(datetime.fromisoformat, (found.pack.made, found.pack.changed))
    return document


def _concept(document: Document, item: HandoutItem, words: Wording) -> None:
    heading = document.add_heading(level=2)
    for n, name in enumerate(item.names):
        if n:
            _write(heading, " · ", "en")
        _write(heading, name.names[0], name.language)
    if not item.held:
        _write(document.add_paragraph(), words.say("gone_concept"), words.language, quiet=True)
    table = _table(document, len(item.names), 2, (4.0,))
    for row, name in zip(table.rows, item.names, strict=True):
        first, second = row.cells
        _write(first.paragraphs[0], words.own_name(name.language), name.language, quiet=True)
        _write(second.paragraphs[0], name.names[0], name.language, bold=True)
        if name.names[1:]:
            _write(second.paragraphs[0], ", " + ", ".join(name.names[1:]), name.language)
        if name.definition and name.citation:
            _write(second.add_paragraph(), name.definition, name.language)
            _source(second, name.citation, name.citation.title, name.language, words)


def _passage(document: Document, item: HandoutItem, words: Wording) -> None:
    document.add_paragraph().paragraph_format.space_after = 0
    table = _table(document, 2, len(item.sides))
    _repeat(table)
    for n, side in enumerate(item.sides):
        head, body = (table.rows[row].cells[n] for row in (0, 1))
        _write(head.paragraphs[0], words.own_name(side.language), side.language, quiet=True)
        _write(body.paragraphs[0], side.text, side.language)
        if side.citation is None:
            gone = words.say("gone_text" if side.there else "gone_article")
            _write(body.add_paragraph(), gone, words.language, quiet=True)
        _source(body, side, side.title, side.language, words)


def _source(cell: _Cell, found: HandoutSide | Citation, title: str, language: str, words: Wording) -> None:
    paragraph = cell.add_paragraph()
    _write(paragraph, title, language, quiet=True)
    _write(paragraph, f", {source(found)}", words.language, quiet=True)


def _note(document: Document, note: str, language: str) -> None:
    from docx.shared import Cm

    if note:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.left_indent = Cm(0.6)
        _write(paragraph, note, language, italic=base_language(language) != "zh")


def _table(document: Document, rows: int, columns: int, first: tuple[float, ...] = ()) -> Table:
    """Rows that no page break cuts; `first`: widths of the first columns in centimetres, the others share the rest."""
    from docx.oxml import OxmlElement
    from docx.shared import Length

    table: Table = document.add_table(rows, columns)
    table.style = "Table Grid"
    table.autofit = False
    section = document.sections[0]
    given = [int(width * 360_000) for width in first]
    whole = int(section.page_width or 0) - int(section.left_margin or 0) - int(section.right_margin or 0)
    widths = [*given, *[(whole - sum(given)) // (columns - len(given))] * (columns - len(given))]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Length(width)
        for cell in column.cells:
            cell.width = Length(width)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return table


def _repeat(table: Table) -> None:
    """The first row is the head of its columns, for eyes and for screen readers, and stays with what follows."""
    from docx.oxml import OxmlElement

    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell in table.rows[0].cells:
        cell.paragraphs[0].paragraph_format.keep_with_next = True


def _write(
    paragraph: Paragraph, text: str, language: str, *, bold: bool = False, italic: bool = False, quiet: bool = False
) -> None:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(without_controls(text))
    run.bold, run.italic = bold or None, italic or None
    if quiet:
        run.font.size, run.font.color.rgb = Pt(_SMALL), RGBColor(0x59, 0x59, 0x59)
    _set_language(run._r.get_or_add_rPr(), language)


def _set_language(properties: Any, tag: str) -> None:
    """w:lang and, where characters are Chinese, w:rFonts of run properties; in the order that the schema wants."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    region = _REGIONS.get(tag, tag)
    fonts = properties.get_or_add_rFonts()
    for name in [name for name in fonts.attrib if name.endswith("Theme")]:
        del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{name}"), _LATIN)
    if region in _FONTS:
        fonts.set(qn("w:eastAsia"), _FONTS[region])
        fonts.set(qn("w:hint"), "eastAsia")  # quotes and dashes are Chinese ones here
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    lang = OxmlElement("w:lang")
    lang.set(qn("w:val"), region)
    if region in _FONTS:
        lang.set(qn("w:eastAsia"), region)
    properties.append(lang)
