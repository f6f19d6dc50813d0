"""The file store keeps bytes once, unchanged, and only of a size that it can hold."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from geo.changes.files import keep_file
from geo.errors import ChangeRefusedError, NotFoundError
from geo.model.files import LARGEST_FILE, StoredFile
from geo.queries.files import get_file

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PHOTO = b"\xff\xd8 not much of a photograph"


def test_the_same_bytes_are_kept_once_under_their_sha256(session: Session) -> None:
    digest = keep_file(session, PHOTO, "image/jpeg")
    assert digest == keep_file(session, PHOTO, "image/jpeg") == sha256(PHOTO).hexdigest()
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 1
    assert get_file(session, digest) == (PHOTO, "image/jpeg")


def test_a_file_that_is_too_large_is_refused_in_words(session: Session) -> None:
    with pytest.raises(ChangeRefusedError, match="50 MB"):
        keep_file(session, bytes(LARGEST_FILE + 1), "application/pdf")


def test_a_file_that_is_not_there_is_not_found(session: Session) -> None:
    with pytest.raises(NotFoundError):
        get_file(session, "0" * 64)


def test_a_kept_file_can_be_neither_changed_nor_removed(session: Session) -> None:
    keep_file(session, PHOTO, "image/jpeg")
    for change in (
        "update jiantu.stored_file set media_type = 'text/html'",
        "delete from jiantu.stored_file",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), session.begin_nested():
            session.execute(text(change))
