"""Keeping photos with the report or blocker they show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert

from geo.changes.files import keep_file
from geo.model.photos import Photo as PhotoRow
from geo.model.records import Attachment
from geo.photos import MEDIA_TYPE, Photo

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

PHOTO = "photo"


def keep_photos(
    session: Session,
    project_id: int,
    photos: Iterable[Photo],
    *,
    report_id: int | None = None,
    blocker_id: int | None = None,
) -> list[int]:
    """Keep photos of a project, not released to the public; the ids of their attachments."""
    kept = []
    for photo in photos:
        attachment = session.scalar(
            insert(Attachment)
            .values(
                project_id=project_id,
                report_id=report_id,
                blocker_id=blocker_id,
                kind=PHOTO,
                file_name=photo.file_name[-200:] or "photo.jpg",
                media_type=MEDIA_TYPE,
                sha256=keep_file(session, photo.content, MEDIA_TYPE),
                size_bytes=len(photo.content),
                taken_on=photo.taken_on,
            )
            .returning(Attachment.id)
        )
        session.execute(
            insert(PhotoRow).values(
                attachment_id=attachment,
                thumbnail_sha256=keep_file(session, photo.thumbnail, MEDIA_TYPE),
                width=photo.width,
                height=photo.height,
                longitude=photo.longitude,
                latitude=photo.latitude,
            )
        )
        kept.append(int(attachment or 0))
    return kept
