"""What the city tells everybody: public projects, plain words, reasons of extensions, outages, photographs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from geo.changes.files import keep_file
from geo.errors import ChangeConflictError, ChangeRefusedError, NotFoundError
from geo.model.projects import PlanVersion, Project
from geo.model.records import Attachment
from geo.model.releases import AnnouncedOutage, ExtensionRelease, ProjectRelease, PublicSetting
from geo.model.zones import Zone, ZoneKind
from geo.photos import PUBLIC_TYPES

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute, Session

NO_PHOTO = (
    "只能向公众发布 JPEG、PNG 或 WebP 照片,且不能附在制约问题上。",
    "Only photographs (JPEG, PNG, WebP) that belong to no blocker can be shown to the public.",
)
NO_EXTENSION = (
    "年初计划本来就是公开的,只有调整后的计划才需要填写延期原因。",
    "The first plan is public as it is; only a changed plan takes a reason.",
)
NO_FINISH = (
    "这次调整没有计划完工日,没有可公布的延期。",
    "That change of plan has no planned finish, so there is no extension to tell.",
)
LONGEST_WORDS = 2_000
LONGEST_REASON = 200
TOO_LONG = (
    "“{field}”有{length}字,最多{most}字,未保存。请删减{over}字后再发布。",
    "“{field_en}” has {length} characters, at most {most}; nothing was saved. Shorten it by {over}.",
)
STALE = (
    "发布内容在您打开之后已被他人修改,您的改动没有保存。请对照现在的内容,再决定是否以您的为准。",
    "Somebody else has changed what is released since; yours was not saved. Compare the two, then decide which holds.",
)
NO_REASON = ("请写明向公众公布的延期原因。", "Write the reason that the public is told.")
WRONG_HOURS = ("停供结束时间应晚于开始时间。", "An outage must end after it begins.")
NOT_UTILITY = (
    "只有管线迁改可以发布停供公告。",
    "Only a utility relocation can have an announced outage.",
)


@dataclass(frozen=True, slots=True)
class PlainWords:
    """What is said about a project to everybody; `investment` releases its total investment."""

    introduction: str | None = None
    introduction_en: str | None = None
    investment: bool = False


@dataclass(frozen=True, slots=True)
class Outage:
    """Hours (aware datetimes) without supply, and where; public once `released`."""

    starts_at: datetime
    ends_at: datetime
    area: str
    area_en: str | None = None
    released: bool = False


def show_project(session: Session, code: str, *, public: bool) -> None:
    """Put a project on the public map or take it off. Raises NotFoundError."""
    _find_project(session, code).public = public
    session.flush()


def release_words(session: Session, code: str, words: PlainWords, seen: int | None = None) -> None:
    """Keep what everybody may read about a project, in place of what was released before.

    `seen` is the version that was read, 0 where nothing was released; None looks at none. Raises NotFoundError,
    ChangeConflictError when there is another by now, ChangeRefusedError for words that are too long: none are ever cut.
    """
    _check_length(
        words.introduction, LONGEST_WORDS, "对公众的介绍", "What everybody may read about it"
    )
    _check_length(words.introduction_en, LONGEST_WORDS, "英文", "The same in English")
    said = {
        "introduction": words.introduction,
        "introduction_en": words.introduction_en,
        "investment": words.investment,
    }
    project_id = _find_project(session, code).id
    _check_seen(session, ProjectRelease.version, ProjectRelease.project_id == project_id, seen)
    session.execute(
        insert(ProjectRelease)
        .values(project_id=project_id, **said)
        .on_conflict_do_update(index_elements=[ProjectRelease.project_id], set_=said)
    )


def release_extension(  # noqa: PLR0913  what a release says, and what was seen of it
    session: Session,
    code: str,
    number: int,
    reason: str,
    reason_en: str | None = None,
    *,
    seen: int | None = None,
) -> None:
    """Tell the public the finish of a project's plan version `number`, with its reason.

    `seen` as for `release_words`. Raises NotFoundError when there is no such version, ChangeRefusedError when there is
    nothing to tell or the reason is too long, ChangeConflictError when somebody has written another reason since.
    """
    version = _find_version(session, code, number)
    if number == 0:
        raise ChangeRefusedError(*NO_EXTENSION)
    if version.finish_on is None:
        raise ChangeRefusedError(*NO_FINISH)
    if not reason.strip():
        raise ChangeRefusedError(*NO_REASON)
    _check_length(reason, LONGEST_REASON, "对公众的原因", "Reason for everybody")
    _check_length(reason_en, LONGEST_REASON, "英文", "The same in English")
    own = ExtensionRelease.plan_version_id == version.id
    _check_seen(session, ExtensionRelease.version, own, seen)
    said = {"reason": reason.strip(), "reason_en": (reason_en or "").strip() or None}
    session.execute(
        insert(ExtensionRelease)
        .values(plan_version_id=version.id, **said)
        .on_conflict_do_update(index_elements=[ExtensionRelease.plan_version_id], set_=said)
    )


def withdraw_extension(
    session: Session, code: str, number: int, *, seen: int | None = None
) -> None:
    """Tell the public no more of an extension. Raises NotFoundError, and ChangeConflictError as `release_extension`."""
    version = _find_version(session, code, number)
    own = ExtensionRelease.plan_version_id == version.id
    _check_seen(session, ExtensionRelease.version, own, seen)
    session.execute(delete(ExtensionRelease).where(own))


def announce_outage(session: Session, zone_code: str, outage: Outage) -> int:
    """Keep an outage of a relocation; its id. Raises NotFoundError or ChangeRefusedError."""
    zone = session.scalars(
        select(Zone).where(Zone.code == zone_code, Zone.kind != ZoneKind.SITE)
    ).one_or_none()
    if zone is None:
        message = f"no zone {zone_code}"
        raise NotFoundError(message)
    if zone.kind != ZoneKind.RELOCATION:
        raise ChangeRefusedError(*NOT_UTILITY)
    if outage.starts_at >= outage.ends_at:
        raise ChangeRefusedError(*WRONG_HOURS)
    row = AnnouncedOutage(
        zone_id=zone.id,
        starts_at=outage.starts_at,
        ends_at=outage.ends_at,
        area=outage.area,
        area_en=outage.area_en,
        released=outage.released,
    )
    session.add(row)
    session.flush()
    return row.id


def release_photo(
    session: Session, attachment_id: int, *, released: bool = True, code: str | None = None
) -> None:
    """Show a photograph to the public or hide it again; with `code` only one of that project.

    Raises NotFoundError or ChangeRefusedError.
    """
    attachment = session.get(Attachment, attachment_id)
    if attachment is None or (
        code is not None and attachment.project_id != _find_project(session, code).id
    ):
        message = f"no attachment {attachment_id}"
        raise NotFoundError(message)
    if released and (
        attachment.media_type not in PUBLIC_TYPES or attachment.blocker_id is not None
    ):
        raise ChangeRefusedError(*NO_PHOTO)
    attachment.released = released
    session.flush()


def add_photo(
    session: Session, code: str, content: bytes, media_type: str, taken_on: date | None
) -> int:
    """Keep a photograph of a project; its attachment's id. It is not public until it is released."""
    project_id = _find_project(session, code).id
    digest = keep_file(session, content, media_type)
    attachment = Attachment(
        project_id=project_id,
        kind="photo",
        file_name=f"{code}-{digest[:8]}.{media_type.rpartition('/')[2]}",
        media_type=media_type,
        sha256=digest,
        size_bytes=len(content),
        taken_on=taken_on,
    )
    session.add(attachment)
    session.flush()
    return attachment.id


def show_lamps(session: Session, *, shown: bool) -> None:
    """Show the lamps on the public map in place of the stages' colours, or the stages again."""
    setting = session.scalars(select(PublicSetting)).one()
    setting.lamp_shown = shown
    session.flush()


def _check_seen(
    session: Session,
    version: InstrumentedAttribute[int],
    own: ColumnElement[bool],
    seen: int | None,
) -> None:
    """Whoever changes it meanwhile has this transaction wait, or waits for it. Raises ChangeConflictError."""
    if seen is None:
        return
    present = session.scalar(select(version).where(own).with_for_update())
    if (present or 0) != seen:
        raise ChangeConflictError(*STALE)


def _check_length(words: str | None, most: int, field: str, field_en: str) -> None:
    length = len((words or "").strip())
    if length > most:
        told = {"field": field, "field_en": field_en, "length": length, "most": most}
        raise ChangeRefusedError(*(one.format(**told, over=length - most) for one in TOO_LONG))


def _find_project(session: Session, code: str) -> Project:
    project = session.scalars(select(Project).where(Project.code == code)).one_or_none()
    if project is None:
        message = f"没有编号为 {code} 的项目 / there is no project {code}"
        raise NotFoundError(message)
    return project


def _find_version(session: Session, code: str, number: int) -> PlanVersion:
    version = session.scalars(
        select(PlanVersion).where(
            PlanVersion.project_id == _find_project(session, code).id,
            PlanVersion.site_id.is_(None),
            PlanVersion.number == number,
        )
    ).one_or_none()
    if version is None:
        message = (
            f"项目 {code} 没有第 {number} 次计划调整 / project {code} has no plan version {number}"
        )
        raise NotFoundError(message)
    return version
