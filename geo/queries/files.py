"""Reading from the file store."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from geo.errors import NotFoundError
from geo.model.files import StoredFile

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class FileContent(NamedTuple):
    """A stored file: its bytes and what they are."""

    content: bytes
    media_type: str


def get_file(session: Session, sha256: str) -> FileContent:
    """The file under `sha256`; raises NotFoundError.

    Whether the asker may see it is for the record that refers to it.
    """
    row = session.execute(
        select(StoredFile.content, StoredFile.media_type).where(StoredFile.sha256 == sha256)
    ).one_or_none()
    if row is None:
        message = f"no file {sha256}"
        raise NotFoundError(message)
    return FileContent(*row)
