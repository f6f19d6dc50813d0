"""What a file is, by what is inside it; never by its name or by what a browser says."""

from __future__ import annotations

import io
import zipfile

from geo.errors import ChangeRefusedError

NOT_TAKEN = (
    "只收 PDF、JPG、PNG、Word(docx)和 Excel(xlsx)文件,请另存后再传。",
    "Only PDF, JPG, PNG, Word (docx) and Excel (xlsx) files are taken. Save it as one of them.",
)
_MOST_ENTRIES = 2_000


def media_type_of(content: bytes) -> str:
    """The media type of a PDF, JPEG, PNG, docx or xlsx; raises ChangeRefusedError for anything else."""
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"PK\x03\x04"):
        names = _names_in(content)
        office = "application/vnd.openxmlformats-officedocument."
        # A macro is a program: such files are not passed on from one unit to another.
        if "[Content_Types].xml" in names and not any("vbaProject" in name for name in names):
            if "word/document.xml" in names:
                return office + "wordprocessingml.document"
            if "xl/workbook.xml" in names:
                return office + "spreadsheetml.sheet"
    raise ChangeRefusedError(*NOT_TAKEN)


def _names_in(content: bytes) -> set[str]:
    """The names in a zip archive; empty when it is none or has too many."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return set()
    return set(names) if len(names) <= _MOST_ENTRIES else set()
