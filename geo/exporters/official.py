"""Official papers in Word (公文), laid out after GB/T 9704-2012: A4, its margins, its faces, 28.99 pt lines."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document as Paper
    from docx.section import Section
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

TITLE_FACE = "方正小标宋简体"
BODY_FACE = "仿宋_GB2312"
HEADING_FACE = "黑体"
LATIN_FACE = "Times New Roman"
TITLE_SIZE = Pt(22)
BODY_SIZE = Pt(16)
SMALL_SIZE = Pt(12)
PAGE_NUMBER_SIZE = Pt(14)
LINE = Pt(28.99)
TABLE_LINE = Pt(18)
INDENT = Pt(32)
"""Two characters of the body."""
TOP, LEFT, RIGHT, BOTTOM = Mm(37), Mm(28), Mm(26), Mm(35)
_MADE = datetime(2000, 1, 1, tzinfo=UTC)
_WIDE = {mark: chr(ord(mark) + 0xFEE0) for mark in ",:;?!()"}
_NARROW = re.compile(r"[()]|(?<=[^\x00-\x7f])[,:;?!]|[,:;?!](?=[^\x00-\x7f])")
_ZIP_DAY = (2000, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading and its width in millimetres."""

    name: str
    width_mm: float


class OfficialPaper:
    """A paper that is written from top to bottom. The same words give the same bytes."""

    def __init__(self, title: str) -> None:
        self._paper: Paper = Document()
        section = self._paper.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = TOP, BOTTOM
        section.left_margin, section.right_margin = LEFT, RIGHT
        style = self._paper.styles["Normal"]
        style.font.name = LATIN_FACE
        style.font.size = BODY_SIZE
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY_FACE)
        properties = self._paper.core_properties
        properties.title, properties.author, properties.comments = title, "", ""
        properties.created = properties.modified = _MADE
        properties.last_modified_by = ""
        _number_pages(section)

    def title(self, words: str) -> None:
        """The title: 小标宋 22 pt, in the middle."""
        self._paragraph(words, TITLE_FACE, TITLE_SIZE, middle=True)

    def number(self, words: str) -> None:
        """The paper's number under its title."""
        self._paragraph(words, BODY_FACE, BODY_SIZE, middle=True)

    def blank(self) -> None:
        """An empty line."""
        self._paragraph("", BODY_FACE, BODY_SIZE)

    def heading(self, words: str) -> None:
        """A heading of the first level (一、): 黑体."""
        paragraph = self._paragraph(words, HEADING_FACE, BODY_SIZE, indent=True)
        paragraph.paragraph_format.keep_with_next = True

    def text(self, words: str) -> None:
        """A paragraph of the body: 仿宋 16 pt, its first line set in by two characters."""
        self._paragraph(words, BODY_FACE, BODY_SIZE, indent=True)

    def signature(self, words: str) -> None:
        """Who issues it, and the day: at the right."""
        paragraph = self._paragraph(words, BODY_FACE, BODY_SIZE)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = INDENT

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """A table with a heading that is repeated on every page; no row is torn apart between two."""
        table = self._paper.add_table(rows=1, cols=len(columns), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for cell, column in zip(table.rows[0].cells, columns, strict=True):
            _fill(cell.paragraphs[0], column.name, HEADING_FACE)
        heading = OxmlElement("w:tblHeader")
        heading.set(qn("w:val"), "true")
        table.rows[0]._tr.get_or_add_trPr().append(heading)  # noqa: SLF001  python-docx has no name for it
        for row in rows:
            for cell, words in zip(table.add_row().cells, row, strict=True):
                _fill(cell.paragraphs[0], words, BODY_FACE)
        for made, column in zip(table.columns, columns, strict=True):
            made.width = Mm(column.width_mm)
        for row_made in table.rows:
            whole = OxmlElement("w:cantSplit")
            row_made._tr.get_or_add_trPr().insert(0, whole)  # noqa: SLF001  nor for this
            for cell, column in zip(row_made.cells, columns, strict=True):
                cell.width = Mm(column.width_mm)

    def to_bytes(self) -> bytes:
        """The file; no clock is in it, so that the same paper has the same bytes."""
        written = io.BytesIO()
        self._paper.save(written)
        written.seek(0)
        still = io.BytesIO()
        with (
            zipfile.ZipFile(written) as source,
            zipfile.ZipFile(still, "w", zipfile.ZIP_DEFLATED) as target,
        ):
            for name in source.namelist():
                entry = zipfile.ZipInfo(name, _ZIP_DAY)
                entry.compress_type = zipfile.ZIP_DEFLATED
                target.writestr(entry, source.read(name))
        return still.getvalue()

    def _paragraph(
        self, words: str, face: str, size: Pt, *, middle: bool = False, indent: bool = False
    ) -> Paragraph:
        paragraph = self._paper.add_paragraph()
        form = paragraph.paragraph_format
        form.space_before = form.space_after = Pt(0)
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
        if middle:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if indent:
            form.first_line_indent = INDENT
        _write(paragraph.add_run(full_width(words)), face, size)
        return paragraph


def full_width(words: str) -> str:
    """Chinese words with the marks that belong to them: commas, colons and brackets as wide as a character."""
    return _NARROW.sub(lambda found: _WIDE[found[0]], words)


def _write(run: Run, face: str, size: Pt) -> None:
    run.font.size = size
    run.font.name = LATIN_FACE
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)  # noqa: SLF001  no name for it either


def _fill(paragraph: Paragraph, words: str, face: str) -> None:
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, TABLE_LINE
    _write(paragraph.add_run(full_width(words)), face, SMALL_SIZE)


def _number_pages(section: Section) -> None:
    """`— 1 —` in the middle of the foot."""
    section.footer_distance = Mm(28)
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(paragraph.add_run("— "), BODY_FACE, PAGE_NUMBER_SIZE)
    number = paragraph.add_run()
    _write(number, BODY_FACE, PAGE_NUMBER_SIZE)
    for kind, words in (("begin", None), (None, "PAGE"), ("end", None)):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = words
        number._element.append(mark)  # noqa: SLF001  fields are written by hand
    _write(paragraph.add_run(" —"), BODY_FACE, PAGE_NUMBER_SIZE)
