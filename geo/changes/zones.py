"""What a person can do with a zone: draw it, draw it anew, end it, take it back; its pairs are true once saved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from geo.changes.lamps import raise_revisions, refresh_lamps
from geo.changes.map_layers import LAYER_OF_KIND
from geo.changes.overlaps import lock_overlaps, refresh_overlaps
from geo.changes.zone_parts import true_up_parts
from geo.changes.zone_rows import insert_zone, next_code, update_zone
from geo.errors import ChangeConflictError, ChangeRefusedError, NotFoundError
from geo.model.city import City
from geo.model.projects import Project
from geo.model.zones import Zone, ZoneKind, ZoneState
from geo.queries.facts import read_rules
from geo.queries.history import list_sent
from geo.queries.zones import zone_tag
from geo.rules import rules_on
from geo.zoning import Bounds, Level, Remark, check_draft, refusals

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from geo.zoning import ZoneDraft

STALE = (
    "这个区域在您打开之后已被他人修改,您的改动没有保存。请先看最新内容,再决定是否以您的为准。",
    "Somebody else has changed this zone since; yours was not saved. Look at it, then decide which shall hold.",
)
NOT_YOURS = (
    "这个区域属于其他单位,只有该单位和指挥部办公室可以修改。",
    "This zone is another unit's. Only that unit and the command office may change it.",
)
_NOT_YET = (
    "完成日{}还没有到,请填今天或以前的日期。",
    "The day of completion {} is still to come. Give today or an earlier day.",
)
_DONE_BEFORE_START = (
    "完成日{}早于实际开始日{},请改正。",
    "The day of completion {} is before the actual start {}. Correct it.",
)
_ENDED = ("这个区域已经完成或撤回。", "This zone is done or withdrawn already.")
_MISSING = text(
    """
    with asked as (
      select cast(:unit_id as bigint) as unit_id, cast(:project_id as bigint) as project_id,
        cast(:parent_id as bigint) as parent_id, cast(:own as bigint) as own,
        cast(:kind as text) as kind, cast(:utility as text) as utility, cast(:step as text) as step,
        cast(:dig_plan_state as text) as dig_plan_state, cast(:permit_step as text) as permit_step,
        cast(:others as bigint[]) as others
    )
    select looked.field from asked a cross join lateral (values
      ('unit_id', a.unit_id is null or exists (select from jiantu.unit u where u.id = a.unit_id)),
      ('project_id',
        a.project_id is null or exists (select from jiantu.project j where j.id = a.project_id)),
      ('parent_id', a.parent_id is null or exists (
        select from jiantu.zone z
        where z.id = a.parent_id and z.kind = a.kind and z.id is distinct from a.own)),
      ('utility',
        a.utility is null or exists (select from jiantu.utility c where c.code = a.utility)),
      ('step',
        a.step is null or exists (select from jiantu.relocation_step c where c.code = a.step)),
      ('dig_plan_state', a.dig_plan_state is null
        or exists (select from jiantu.dig_plan_state c where c.code = a.dig_plan_state)),
      ('permit_step', a.permit_step is null
        or exists (select from jiantu.permit_step c where c.code = a.permit_step)),
      ('links', not exists (
        select from unnest(a.others) as o(id)
        where not exists (select from jiantu.zone z where z.id = o.id)))
    ) as looked(field, known)
    where not looked.known
    """
)


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes: the units whose zones are edited and those whose drafts are seen; None means all.

    The command office edits for any unit (代录); the history names it. The database holds everybody to the same.
    """

    edits: frozenset[int] | None = None
    sees: frozenset[int] | None = None

    def may_edit(self, *unit_ids: int | None) -> bool:
        """Whether what belongs to one of these units is theirs to change."""
        return self.edits is None or bool(self.edits & {*unit_ids})

    def may_see_draft(self, *unit_ids: int | None) -> bool:
        """Whether a draft of one of these units is theirs to see."""
        return self.sees is None or bool(self.sees & {*unit_ids})


class DraftRefusedError(ChangeRefusedError):
    """What was drawn cannot be saved; each remark says why and where."""

    def __init__(self, remarks: list[Remark]) -> None:
        super().__init__("".join(one.zh for one in remarks), " ".join(one.en for one in remarks))
        self.remarks = remarks


@dataclass(frozen=True, slots=True)
class Seen:
    """The zone that a person had before their eyes, and the tag it had then."""

    zone_id: int
    tag: str


@dataclass(frozen=True, slots=True)
class Saved:
    """A zone as it was saved: its id and tag, and what a person should know about it (mended, warned)."""

    id: int
    tag: str
    remarks: list[Remark]


def find_sendings(session: Session, key: str) -> list[int]:
    """The zones that a sending of this name added before. It may come a second time while it is still being taken."""
    if not key:
        return []
    lock_overlaps(session)
    return list_sent(session, "zone", key)


def create_zone(session: Session, draft: ZoneDraft, author: Author, day: date) -> Saved:
    """Enter a new zone on `day`. Raises DraftRefusedError, ChangeRefusedError for another unit's zone."""
    lock_overlaps(session)
    draft, remarks = prepare(session, draft, None, author)
    zone_id = insert_zone(
        session, draft, next_code(session, draft.kind, day), day, _metric_srid(session)
    )
    bring_up_to_date(session, zone_id, draft.kind, {draft.project_id}, day)
    return Saved(zone_id, zone_tag(session, zone_id), remarks)


def change_zone(session: Session, seen: Seen, draft: ZoneDraft, author: Author, day: date) -> Saved:
    """Bring a zone to what the draft says.

    Raises NotFoundError, ChangeConflictError when it is another by now, DraftRefusedError, and ChangeRefusedError for
    another unit's zone.
    """
    lock_overlaps(session)
    zone = open_zone(session, seen, author)
    draft, remarks = prepare(session, replace(draft, kind=zone.kind.value), zone, author)
    projects = {zone.project_id, draft.project_id}
    update_zone(session, zone, draft, day, _metric_srid(session))
    session.expire(zone)
    bring_up_to_date(session, seen.zone_id, draft.kind, projects, day)
    return Saved(seen.zone_id, zone_tag(session, seen.zone_id), remarks)


def withdraw_zone(session: Session, seen: Seen, author: Author, day: date) -> Saved:
    """Take a zone back: it stays in the records and makes no pairs any more."""
    return _end(session, seen, author, day, None)


def finish_zone(
    session: Session, seen: Seen, finished_on: date, author: Author, day: date
) -> Saved:
    """Say that a zone's work is done since `finished_on`. Raises ChangeRefusedError for a day to come."""
    if finished_on > day:
        raise ChangeRefusedError(*(told.format(finished_on) for told in _NOT_YET))
    return _end(session, seen, author, day, finished_on)


def _end(
    session: Session, seen: Seen, author: Author, day: date, finished_on: date | None
) -> Saved:
    """Done on that day, or withdrawn."""
    lock_overlaps(session)
    zone = open_zone(session, seen, author)
    if zone.state in {ZoneState.WITHDRAWN, ZoneState.FINISHED}:
        raise ChangeRefusedError(*_ENDED)
    if finished_on is not None:
        if zone.actual_start_on and finished_on < zone.actual_start_on:
            raise ChangeRefusedError(
                *(told.format(finished_on, zone.actual_start_on) for told in _DONE_BEFORE_START)
            )
        zone.actual_finish_on = finished_on
    zone.state = ZoneState.WITHDRAWN if finished_on is None else ZoneState.FINISHED
    session.flush()
    bring_up_to_date(session, seen.zone_id, zone.kind.value, {zone.project_id}, day)
    return Saved(seen.zone_id, zone_tag(session, seen.zone_id), [])


def open_zone(session: Session, seen: Seen, author: Author) -> Zone:
    """The zone, to be changed by its owner, as it was seen; the caller holds the lock on overlaps."""
    # Without its key: a report or a blocker of a site refers to it, and who enters one holds the project's lamps.
    zone = session.scalars(
        select(Zone)
        .where(Zone.id == seen.zone_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if zone is None:
        # A unit locks its own zones only; of others it is told whose they are, if it sees them at all.
        find_zone(session, seen.zone_id, author)
        raise ChangeRefusedError(*NOT_YOURS)
    check_owner(session, zone, author)
    if zone_tag(session, seen.zone_id) != seen.tag:
        raise ChangeConflictError(*STALE)
    return zone


def find_zone(session: Session, zone_id: int, author: Author) -> Zone:
    """A zone that the author may see; raises NotFoundError."""
    zone = session.get(Zone, zone_id)
    hidden = zone is not None and zone.state is ZoneState.DRAFT
    if zone is None or (hidden and not author.may_see_draft(*_owners(session, zone))):
        message = f"no zone {zone_id}"
        raise NotFoundError(message)
    return zone


def check_owner(session: Session, zone: Zone, author: Author) -> None:
    """Raises NotFoundError for a draft of others and ChangeRefusedError for anything else of theirs."""
    owners = _owners(session, zone)
    if zone.state is ZoneState.DRAFT and not author.may_see_draft(*owners):
        message = f"no zone {zone.id}"
        raise NotFoundError(message)
    if not author.may_edit(*owners):
        raise ChangeRefusedError(*NOT_YOURS)


def _owners(session: Session, zone: Zone) -> list[int | None]:
    """Whose a zone is: its unit's, and a site also of whoever leads its project."""
    if zone.kind is not ZoneKind.SITE:
        return [zone.unit_id]
    lead = session.scalar(select(Project.lead_unit_id).where(Project.id == zone.project_id))
    return [zone.unit_id, lead]


def prepare(
    session: Session, draft: ZoneDraft, kept: Zone | None, author: Author
) -> tuple[ZoneDraft, list[Remark]]:
    """The draft as it will be saved, and what is to be said of it; raises DraftRefusedError when it cannot be."""
    mended, remarks = look_over(session, draft, kept, author)
    wrong = refusals(remarks)
    if wrong:
        raise DraftRefusedError(wrong)
    return mended, remarks


def look_over(
    session: Session, draft: ZoneDraft, kept: Zone | None, author: Author
) -> tuple[ZoneDraft, list[Remark]]:
    """The same without an error: refusals are among the remarks."""
    mended, remarks = check_draft(draft, read_bounds(session, draft, kept))
    not_theirs = [] if author.edits is None else _not_theirs(session, mended, kept, author)
    return mended, [*not_theirs, *_unknown(session, mended, kept), *remarks]


_OWN_UNIT = ("unit_id", "请选择本单位。", "Choose your own unit.")
_NOT_FOR_UNITS = (
    "kind",
    "管控区由指挥部办公室发布。",
    "Control areas are issued by the command office.",
)
_OWN_PROJECT = (
    "project_id",
    "点位只能由项目的牵头单位绘制。",
    "A site is drawn by the unit that leads its project.",
)
_OWN_WORK = (
    "parent_id",
    "只能为本单位的工程增加阶段。",
    "A phase is added to a work of your own unit only.",
)
_DECLARED_BY_UNITS = frozenset({None, "declared", "emergency"})
_REVIEWED = (
    "dig_plan_state",
    "掘路计划的会审、下达和增补由指挥部办公室办理,本单位可以申报或撤回申报。",
    "The command office reviews, issues and supplements the dig plan; a unit declares a dig or takes that back.",
)
_FIXED = (
    "所属单位、项目和上级工程只有指挥部办公室可以改动。",
    "Unit, project and the work above are changed by the command office alone.",
)


def _not_theirs(
    session: Session, draft: ZoneDraft, kept: Zone | None, author: Author
) -> list[Remark]:
    """What a unit may not do; the database would refuse it without a sentence."""
    planned = None if kept is None else kept.dig_plan_state
    if (
        draft.dig_plan_state != planned
        and not {
            draft.dig_plan_state,
            planned,
        }
        <= _DECLARED_BY_UNITS
    ):
        return [Remark(Level.REFUSED, *_REVIEWED)]
    if kept is not None:
        fixed = [
            name
            for name in ("unit_id", "project_id", "parent_id")
            if getattr(draft, name) != getattr(kept, name)
        ]
        return [Remark(Level.REFUSED, name, *_FIXED) for name in fixed[:1]]
    wrong = []
    if draft.kind == ZoneKind.CONTROL_AREA:
        wrong.append(_NOT_FOR_UNITS)
    if draft.kind == ZoneKind.SITE:
        lead = session.scalar(select(Project.lead_unit_id).where(Project.id == draft.project_id))
        if not author.may_edit(lead):
            wrong.append(_OWN_PROJECT)
    elif not author.may_edit(draft.unit_id):
        wrong.append(_OWN_UNIT)
    if draft.parent_id is not None:
        work = session.get(Zone, draft.parent_id)
        if work is not None and not author.may_edit(*_owners(session, work)):
            wrong.append(_OWN_WORK)
    return [Remark(Level.REFUSED, *each) for each in wrong]


def read_bounds(session: Session, draft: ZoneDraft, kept: Zone | None) -> Bounds:
    """What the draft is held against."""
    city = session.scalars(select(City)).one()
    west, south, east, north = city.bbox
    parent = None
    if draft.parent_id is not None:
        found = session.execute(
            select(Zone.planned_start_on, Zone.planned_finish_on).where(Zone.id == draft.parent_id)
        ).one_or_none()
        parent = None if found is None else (found[0], found[1])
    return Bounds(
        (west, south, east, north),
        city.metric_srid,
        parent,
        kept.planned_finish_on if kept is not None else None,
    )


_UNKNOWN = {
    "unit_id": ("单位不存在,请重新选择。", "There is no such unit. Choose again."),
    "project_id": ("项目不存在,请重新选择。", "There is no such project. Choose again."),
    "parent_id": (
        "所属工程不存在或种类不同,请重新选择。",
        "There is no such work of the same kind. Choose again.",
    ),
    "links": ("关联的区域不存在,请重新选择。", "A linked zone does not exist. Choose again."),
}
_NO_CODE = ("“{}”不在代码表中,请重新选择。", "“{}” is not in the code list. Choose again.")


def _unknown(session: Session, draft: ZoneDraft, kept: Zone | None) -> list[Remark]:
    """References and codes that nothing in the city answers to."""
    names = (
        "unit_id",
        "project_id",
        "parent_id",
        "utility",
        "step",
        "dig_plan_state",
        "permit_step",
    )
    asked = {name: getattr(draft, name) for name in names}
    asked |= {
        "kind": draft.kind,
        "own": None if kept is None else kept.id,
        "others": [link.other_id for link in draft.links],
    }
    found = []
    for row in session.execute(_MISSING, asked):
        zh, en = _UNKNOWN.get(row.field, _NO_CODE)
        value = asked.get(row.field)
        found.append(Remark(Level.REFUSED, row.field, zh.format(value), en.format(value)))
    return found


def bring_up_to_date(
    session: Session, zone_id: int, kind: str, projects: set[int | None], day: date
) -> None:
    """What follows from a zone that was written: days of its parts, lamps, pairs, watches, the map's revisions."""
    rules = rules_on(read_rules(session), day)
    true_up_parts(session, day, rules, {zone_id})
    if kind == ZoneKind.SITE:
        refresh_lamps(session, day, {project for project in projects if project is not None})
    elif kind == ZoneKind.CONTROL_AREA:
        # It may lie over any site.
        refresh_lamps(session, day)
    refresh_overlaps(session, {zone_id}, day)
    raise_revisions(session, [LAYER_OF_KIND[kind]])


def _metric_srid(session: Session) -> int:
    return session.scalars(select(City.metric_srid)).one()
