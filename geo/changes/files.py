"""Putting a file into the file store."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy.dialects.postgresql import insert

from geo.errors import ChangeRefusedError
from geo.model.files import LARGEST_FILE, StoredFile

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


TOO_LARGE = (
    "文件超过{} MB,请拆分或压缩后再传。",
    "The file is larger than {} MB. Split it or make it smaller.",
)


def keep_file(session: Session, content: bytes, media_type: str) -> str:
    """Keep `content` and return its SHA-256; the same bytes are kept once.

    The caller has looked at what is inside: `media_type` is what was found there, never what a browser said. Raises
    ChangeRefusedError when it is too large.
    """
    if len(content) > LARGEST_FILE:
        raise ChangeRefusedError(*(words.format(LARGEST_FILE // 1_000_000) for words in TOO_LARGE))
    digest = sha256(content).hexdigest()
    row = {
        "sha256": digest,
        "media_type": media_type,
        "size_bytes": len(content),
        "content": content,
    }
    session.execute(insert(StoredFile).values(row).on_conflict_do_nothing())
    return digest
