"""Reading photos and other attachments: of which project, where taken, how far from the site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from geo.errors import NotFoundError
from geo.model.photos import Photo
from geo.model.records import Attachment

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

FAR_M = 500.0
"""A photo taken so many metres from the project's sites is pointed out."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A photo of a project. `distance_m` is how far it was taken from the nearest site; None when nobody knows."""

    id: int
    file_name: str
    report_id: int | None
    blocker_id: int | None
    taken_on: date | None
    width: int
    height: int
    distance_m: float | None

    @property
    def far(self) -> bool:
        """Whether it seems to show another place."""
        return self.distance_m is not None and self.distance_m > FAR_M


_PHOTOS = text(
    """
    select a.id, a.file_name, a.report_id, a.blocker_id, a.taken_on, p.width, p.height,
      case when p.longitude is not null then (
        select min(st_distance(z.shape::geography,
            st_setsrid(st_makepoint(p.longitude, p.latitude), 4326)::geography))
        from jiantu.zone_part z join jiantu.zone s on s.id = z.zone_id
        where s.project_id = a.project_id and s.kind = 'site' and s.state <> 'withdrawn') end as distance_m
    from jiantu.attachment a join jiantu.photo p on p.attachment_id = a.id
    where a.project_id = :project
    order by a.id desc limit :most
    """
)


def list_photos(session: Session, project_id: int, most: int = 60) -> list[Shown]:
    """The photos of a project, the newest first."""
    return [Shown(*row) for row in session.execute(_PHOTOS, {"project": project_id, "most": most})]


@dataclass(frozen=True, slots=True)
class Kept:
    """Where an attachment's bytes lie, and what they are."""

    sha256: str
    media_type: str
    file_name: str
    thumbnail_sha256: str | None


def get_attachment(session: Session, attachment_id: int) -> Kept:
    """An attachment that the session may see; raises NotFoundError."""
    row = session.execute(
        select(
            Attachment.sha256,
            Attachment.media_type,
            Attachment.file_name,
            Photo.thumbnail_sha256,
        )
        .outerjoin(Photo, Photo.attachment_id == Attachment.id)
        .where(Attachment.id == attachment_id)
    ).one_or_none()
    if row is None:
        message = f"no attachment {attachment_id}"
        raise NotFoundError(message)
    return Kept(*row)
