"""What of each project is told to everybody, what waits to be released, and what was taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text

from geo.errors import NotFoundError
from geo.photos import PUBLIC_TYPES

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A project with what of it is public: photographs and extensions are counted as released and still waiting."""

    id: int
    code: str
    name: str
    name_en: str | None
    unit: str | None
    unit_en: str | None
    standing: str
    public: bool
    introduction: bool
    investment: bool
    photos: int
    photos_waiting: int
    extensions: int
    extensions_waiting: int
    was_public: bool
    was_told: bool
    """Words, a photograph or a reason that were released once are so no more."""

    @property
    def released(self) -> bool:
        """Whether everybody finds the project on the public map."""
        return self.public and self.standing == "active"

    @property
    def waiting(self) -> bool:
        """Whether something is still to be decided: the project itself, or something of a public one."""
        if not self.public:
            return not self.was_public and self.standing == "active"
        return not self.introduction or self.photos_waiting + self.extensions_waiting > 0

    @property
    def withdrawn(self) -> bool:
        """Whether the project or something of it was public once and is so no more."""
        return self.was_public or self.was_told


_ROWS = """
    select j.id, j.code, j.name, j.name_en, coalesce(u.short_name, u.name) as unit, u.name_en as unit_en, j.standing,
      j.public, coalesce(r.introduction <> '', false), coalesce(r.investment, false),
      photo.released, photo.waiting, extension.released, extension.waiting,
      not j.public and exists (select from history.project_version h
        where h.id = j.id and (h.row ->> 'public')::boolean) as was_public,
      (coalesce(r.introduction, '') = '' and exists (select from history.project_release_version h
          where (h.row ->> 'project_id')::bigint = j.id and h.row ->> 'introduction' <> ''))
        or exists (select from history.extension_release_version h
          join jiantu.plan_version v on v.id = (h.row ->> 'plan_version_id')::bigint
          where v.project_id = j.id and h.op = 'D' and not exists (
            select from jiantu.extension_release e where e.plan_version_id = v.id))
        or exists (select from jiantu.attachment a join history.attachment_version h on h.id = a.id
          where a.project_id = j.id and not a.released and (h.row ->> 'released')::boolean) as was_told
    from jiantu.project j
    left join jiantu.unit u on u.id = j.lead_unit_id
    left join jiantu.project_release r on r.project_id = j.id
    cross join lateral (
      select count(*) filter (where a.released) as released, count(*) filter (where not a.released) as waiting
      from jiantu.attachment a
      where a.project_id = j.id and a.blocker_id is null and a.media_type = any(:photo_types)
    ) photo
    cross join lateral (
      select count(e.id) as released, count(*) - count(e.id) as waiting
      from jiantu.plan_version v left join jiantu.extension_release e on e.plan_version_id = v.id
      where v.project_id = j.id and v.site_id is null and v.number > 0 and v.finish_on is not null
    ) extension
"""
_TYPES = {"photo_types": list(PUBLIC_TYPES)}


def list_releases(session: Session) -> list[ReleaseRow]:
    """Every project by its code, with what of it is public; read by who sees the whole city."""
    return [ReleaseRow(*row) for row in session.execute(text(f"{_ROWS} order by j.code"), _TYPES)]


@dataclass(frozen=True, slots=True)
class Extension:
    """A changed plan with a finish, and the reason that everybody is told; without one it is not told."""

    number: int
    finish_on: date
    finish_precision: str | None
    document: str | None
    reason: str | None
    reason_en: str | None
    version: int
    """Of the release; 0 while there is none."""


@dataclass(frozen=True, slots=True)
class PublicPhoto:
    """A photograph of a project that may be shown to everybody, or is."""

    id: int
    file_name: str
    taken_on: date | None
    released: bool


@dataclass(frozen=True, slots=True)
class ReleaseSheet:
    """A project with all that may be released of it."""

    row: ReleaseRow
    introduction: str | None
    introduction_en: str | None
    version: int
    """Of the words; 0 while none were released."""
    investment_yuan: float | None
    first_finish_on: date | None
    extensions: list[Extension]
    photos: list[PublicPhoto]


_WORDS = text(
    """
    select r.introduction, r.introduction_en, coalesce(r.version, 0) as version, j.total_investment_yuan, v.finish_on
    from jiantu.project j left join jiantu.project_release r on r.project_id = j.id
    left join jiantu.plan_version v on v.project_id = j.id and v.site_id is null and v.number = 0
    where j.id = :project
    """
)
_EXTENSIONS = text(
    """
    select v.number, v.finish_on, v.finish_precision, v.document, e.reason, e.reason_en, coalesce(e.version, 0)
    from jiantu.plan_version v left join jiantu.extension_release e on e.plan_version_id = v.id
    where v.project_id = :project and v.site_id is null and v.number > 0 and v.finish_on is not null
    order by v.number
    """
)
_PHOTOS = text(
    """
    select a.id, a.file_name, a.taken_on, a.released from jiantu.attachment a
    where a.project_id = :project and a.blocker_id is null and a.media_type = any(:photo_types)
    order by a.released desc, a.id desc limit 200
    """
)


def get_release_sheet(session: Session, code: str) -> ReleaseSheet:
    """All that may be released of one project. Raises NotFoundError."""
    row = session.execute(
        text(f"{_ROWS} where j.code = :code"), {**_TYPES, "code": code}
    ).one_or_none()
    if row is None:
        message = f"没有编号为“{code}”的项目 / there is no project with code “{code}”"
        raise NotFoundError(message)
    found = ReleaseRow(*row)
    only = {"project": found.id}
    words = session.execute(_WORDS, only).one()
    return ReleaseSheet(
        found,
        words.introduction,
        words.introduction_en,
        words.version,
        words.total_investment_yuan,
        words.finish_on,
        [Extension(*one) for one in session.execute(_EXTENSIONS, only)],
        [PublicPhoto(*one) for one in session.execute(_PHOTOS, {**only, **_TYPES})],
    )
