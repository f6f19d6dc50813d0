"""Taking in units, leaders and projects."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from geo.changes.directory import read_projects, read_units
from geo.changes.intake import Intake, distinct
from geo.changes.merge import Target, merge_rows
from geo.model.projects import Project, ProjectDistrict
from geo.model.units import Leader, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.records import (
        LeaderRecord,
        ProjectRecord,
        Source,
        UnitRecord,
    )


def take_units(intake: Intake, records: Iterable[UnitRecord]) -> None:
    """Units by name."""
    rows = {}
    for record in distinct(intake, "units", records, lambda record: record.name).values():
        checked = intake.check_code(
            "units", record.source, "单位类别", record.kind, "unit_kind"
        ) and intake.check_code("units", record.source, "管线类别", record.utility, "utility")
        if checked:
            rows[(record.name,)] = {
                "name": record.name,
                "code": record.code,
                "short_name": record.short_name,
                "name_en": record.name_en,
                "kind": record.kind,
                "utility": record.utility,
                "aliases": record.aliases or None,
                "crews": record.crews,
            }
    intake.count("units", merge_rows(intake.session, Target(Unit, ("name",)), rows))
    read_units(intake.session, intake.directory)


def take_leaders(intake: Intake, records: Iterable[LeaderRecord]) -> None:
    """Sponsor leaders by name."""
    rows = {
        (record.name,): {"name": record.name, "post": record.post, "rank": record.rank}
        for record in distinct(intake, "leaders", records, lambda record: record.name).values()
    }
    merged = merge_rows(intake.session, Target(Leader, ("name",)), rows)
    intake.count("leaders", merged)
    intake.directory.leaders |= {str(key[0]): row_id for key, row_id in merged.ids.items()}


_COMPANY_WORDS = ("公司", "集团", "厂", "Inc", "LLC", "Ltd")
"""Endings by which a unit that nobody described is taken for a company rather than a department."""


def make_known(intake: Intake, named: Iterable[tuple[str | None, Source]]) -> None:
    """Enter units that records name and nobody has described yet, and say so once for each."""
    unknown: dict[str, Source] = {}
    for name, source in named:
        if name and name not in intake.directory.units:
            unknown.setdefault(name, source)
    if not unknown:
        return
    rows = {
        (name,): {
            "name": name,
            "kind": "company" if name.endswith(_COMPANY_WORDS) else "department",
        }
        for name in unknown
    }
    merge_rows(intake.session, Target(Unit, ("name",)), rows)
    for name, source in unknown.items():
        intake.note(
            source,
            "单位",
            name,
            f"新增单位“{name}”,请补充类别和简称",
            f"new unit “{name}” entered; please complete its kind and short name",
        )
    read_units(intake.session, intake.directory)


_ENDS = (
    ("actual_start_on", "completed_on", ("实际开工日", "完工日"), ("actual start", "completion")),
    ("completed_on", "accepted_on", ("完工日", "竣工验收日"), ("completion", "acceptance")),
)


def take_projects(intake: Intake, records: Iterable[ProjectRecord]) -> None:
    """Projects by code; districts, parents and leaders by name."""
    kind = "projects"
    keyed = distinct(intake, kind, records, lambda record: record.code)
    make_known(intake, ((record.lead_unit, record.source) for record in keyed.values()))
    _make_leaders_known(intake, (record.sponsor_leader for record in keyed.values()))
    rows = {
        (record.code,): _project_row(intake, record)
        for record in keyed.values()
        if _project_holds(intake, kind, record)
    }
    target = Target(Project, ("code",), silent=frozenset({"entered_on"}))
    merged = merge_rows(intake.session, target, rows)
    read_projects(intake.session, intake.directory)
    taken = {code: keyed[code] for (code,) in rows}
    changed_districts = _take_project_districts(intake, taken)
    _take_parents(intake, taken)
    merged.changed |= changed_districts & merged.unchanged
    merged.unchanged -= merged.changed
    intake.count(kind, merged)
    for key in merged.new | merged.changed:
        intake.touched_projects.add(merged.ids[key])


def _project_holds(intake: Intake, kind: str, record: ProjectRecord) -> bool:
    if not (
        intake.check_code(kind, record.source, "类别", record.category, "category")
        and intake.check_code(kind, record.source, "建设性质", record.nature, "nature")
    ):
        return False
    for first, last, names, names_en in _ENDS:
        if not intake.days_in_order(
            kind, record.source, getattr(record, first), getattr(record, last), names, names_en
        ):
            return False
    if record.standing not in {None, "active"} and not (
        record.standing_document and record.standing_from
    ):
        intake.refuse(
            kind,
            record.source,
            "项目状态",
            record.standing,
            "缓建、调出、终止须有文号和日期",
            "postponing, moving out or ending a project needs a document and a day",
        )
        return False
    return True


def _project_row(intake: Intake, record: ProjectRecord) -> dict[str, Any]:
    plain = (
        *("code", "name", "name_en", "category", "nature", "employer", "contractor"),
        *("headquarters", "manager", "task_force", "introduction", "total_investment_yuan"),
        *("green_channel", "public", "report_period", "standing", "standing_document"),
        *("standing_from", "actual_start_on", "start_permit", "completed_on", "accepted_on"),
        *("in_use_on", "in_production_on", "at_capacity_on", "source_key"),
    )
    return {name: getattr(record, name) for name in plain} | {
        "lead_unit_id": intake.directory.units.get(record.lead_unit or ""),
        "sponsor_leader_id": intake.directory.leaders.get(record.sponsor_leader or ""),
        "entered_on": intake.day,
    }


def _make_leaders_known(intake: Intake, names: Iterable[str | None]) -> None:
    rows = {
        (name,): {"name": name} for name in names if name and name not in intake.directory.leaders
    }
    if rows:
        merged = merge_rows(intake.session, Target(Leader, ("name",)), rows)
        intake.directory.leaders |= {str(key[0]): row_id for key, row_id in merged.ids.items()}


def _take_project_districts(
    intake: Intake, taken: dict[str, ProjectRecord]
) -> set[tuple[Any, ...]]:
    """Bring the districts of each project to what its record says; the projects that changed."""
    session = intake.session
    present: dict[int, set[int]] = defaultdict(set)
    for project, district in session.execute(
        select(ProjectDistrict.project_id, ProjectDistrict.district_id)
    ):
        present[project].add(district)
    changed: set[tuple[Any, ...]] = set()
    added: list[dict[str, int]] = []
    for code, record in taken.items():
        if record.districts is None:
            continue
        project = intake.directory.projects[code]
        wanted = set()
        for name in record.districts:
            found = intake.directory.districts.get(name)
            if found is None:
                intake.note(
                    record.source,
                    "属地",
                    name,
                    f"没有名为“{name}”的区县,未记入属地",
                    f"there is no district “{name}”; it was left out",
                )
            else:
                wanted.add(found)
        gone = present[project] - wanted
        if gone:
            session.execute(
                delete(ProjectDistrict).where(
                    ProjectDistrict.project_id == project, ProjectDistrict.district_id.in_(gone)
                )
            )
        added.extend(
            {"project_id": project, "district_id": district}
            for district in sorted(wanted - present[project])
        )
        if wanted != present[project]:
            changed.add((code,))
    if added:
        session.execute(insert(ProjectDistrict), added)
    return changed


def _take_parents(intake: Intake, taken: dict[str, ProjectRecord]) -> None:
    rows = {}
    for code, record in taken.items():
        if not record.parent:
            continue
        bundle = intake.directory.projects.get(record.parent)
        if bundle is None or record.parent == code:
            intake.note(
                record.source,
                "打包项目",
                record.parent,
                f"没有编号为“{record.parent}”的打包项目",
                f"there is no bundle with code “{record.parent}”",
            )
        else:
            rows[(code,)] = {"code": code, "parent_id": bundle}
    if rows:
        merge_rows(intake.session, Target(Project, ("code",)), rows)
