"""Taking in units, leaders, projects, their plans and milestones."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from geo.changes.directory import read_projects, read_units
from geo.changes.intake import Intake, distinct
from geo.changes.merge import Merged, Target, merge_rows
from geo.model.projects import (
    Milestone,
    PlanMonth,
    PlanVersion,
    PlanYear,
    Project,
    ProjectDistrict,
)
from geo.model.units import Leader, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.records import (
        Day,
        LeaderRecord,
        MilestoneRecord,
        PlanRecord,
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


def _planned(name: str, day: Day | None) -> dict[str, Any]:
    if day is None:
        return {}
    return {f"{name}_on": day.on, f"{name}_precision": day.precision}


def take_plans(intake: Intake, records: Iterable[PlanRecord]) -> None:
    """Plan versions by project, site and number, with their months and years."""
    kind = "plans"
    rows: dict[Any, dict[str, Any]] = {}
    sources: dict[Any, PlanRecord] = {}
    keyed = distinct(
        intake, kind, records, lambda record: (record.project, record.site, record.number)
    )
    for record in keyed.values():
        place = intake.find_place(kind, record.source, record.project, record.site)
        if place is None or not _plan_holds(intake, kind, record):
            continue
        key = (*place, record.number)
        sources[key] = record
        rows[key] = {
            "project_id": place[0],
            "site_id": place[1],
            "number": record.number,
            "in_force_from": record.in_force_from,
            "document": record.document,
            **_planned("start", record.start),
            **_planned("finish", record.finish),
            "start_tentative": record.start.tentative if record.start else None,
            "finish_tentative": record.finish.tentative if record.finish else None,
            "known_on": intake.known_on(record.in_force_from or _first_of(record)),
        }
    target = Target(
        PlanVersion, ("project_id", "site_id", "number"), silent=frozenset({"known_on"})
    )
    merged = merge_rows(intake.session, target, rows)
    touched = _take_months(intake, merged, sources) | _take_years(intake, merged, sources)
    for key in [key for key in merged.unchanged if merged.ids[key] in touched]:
        merged.unchanged.remove(key)
        merged.changed.add(key)
    intake.count(kind, merged)


def _take_months(intake: Intake, plans: Merged[Any], sources: dict[Any, PlanRecord]) -> set[int]:
    """Write the monthly plans; the plan versions that changed."""
    rows: dict[tuple[int, date], dict[str, Any]] = {}
    for key, record in sources.items():
        for month in sorted({*record.percents, *record.investments}):
            month_on = _month(month)
            rows[(plans.ids[key], month_on)] = {
                "plan_version_id": plans.ids[key],
                "month_on": month_on,
                "percent": record.percents.get(month),
                "investment_yuan": record.investments.get(month),
            }
    done = merge_rows(intake.session, Target(PlanMonth, ("plan_version_id", "month_on")), rows)
    return {plan for plan, _ in done.new | done.changed}


def _take_years(intake: Intake, plans: Merged[Any], sources: dict[Any, PlanRecord]) -> set[int]:
    """Write the years' investments; the plan versions that changed."""
    rows: dict[tuple[int, int], dict[str, Any]] = {
        (plans.ids[key], year): {
            "plan_version_id": plans.ids[key],
            "year": year,
            "investment_yuan": amount,
        }
        for key, record in sources.items()
        for year, amount in record.year_investments.items()
    }
    done = merge_rows(intake.session, Target(PlanYear, ("plan_version_id", "year")), rows)
    return {plan for plan, _ in done.new | done.changed}


def _first_of(record: PlanRecord) -> date | None:
    """The day from which a first plan counts while the ledger is open: the beginning of its own story."""
    days = [day.on for day in (record.start, record.finish) if day is not None]
    days += [_month(month) for month in (*record.percents, *record.investments)]
    return min(days).replace(month=1, day=1) if days else None


def _month(month: str) -> date:
    year, number = month.split("-")
    return date(int(year), int(number), 1)


def _plan_holds(intake: Intake, kind: str, record: PlanRecord) -> bool:
    if (
        record.start
        and record.finish
        and not intake.days_in_order(
            kind,
            record.source,
            record.start.on,
            record.finish.on,
            ("计划开工", "计划完工"),
            ("planned start", "planned finish"),
        )
    ):
        return False
    if record.number > 0 and record.in_force_from is None:
        intake.refuse(
            kind,
            record.source,
            "批准日期",
            None,
            "计划调整须有批准日期",
            "a change of plan needs the day it was approved",
        )
        return False
    last = -1.0
    for month in sorted(record.percents):
        if record.percents[month] < last:
            intake.refuse(
                kind,
                record.source,
                month,
                record.percents[month],
                f"分月计划进度在{month}下降",
                f"the monthly plan falls in {month}",
            )
            return False
        last = record.percents[month]
    return True


def take_milestones(intake: Intake, records: Iterable[MilestoneRecord]) -> None:
    """Milestones by plan and name. Those outside their plan, or with falling percents, are refused."""
    kind = "milestones"
    plans = _plans_by_place(intake)
    keyed = distinct(
        intake,
        kind,
        records,
        lambda record: (record.project, record.site, record.plan_number, record.name),
    )
    by_plan: dict[int, list[MilestoneRecord]] = defaultdict(list)
    bounds: dict[int, tuple[date | None, date | None]] = {}
    for record in keyed.values():
        place = intake.find_place(kind, record.source, record.project, record.site)
        if place is None:
            continue
        versions = plans.get(place, {})
        number = record.plan_number if record.plan_number is not None else max(versions, default=0)
        if number not in versions:
            intake.refuse(
                kind,
                record.source,
                "计划版本",
                number,
                "该项目没有这一版计划,请先填写计划表",
                "the project has no such plan version; enter the plan first",
            )
            continue
        plan_id, start_on, finish_on = versions[number]
        bounds[plan_id] = (start_on, finish_on)
        by_plan[plan_id].append(record)
    rows = {}
    for plan_id, listed in by_plan.items():
        for record in _holding_milestones(intake, kind, listed, bounds[plan_id]):
            rows[(plan_id, record.name)] = {
                "plan_version_id": plan_id,
                "name": record.name,
                "due_on": record.due.on,
                "due_precision": record.due.precision,
                "percent": record.percent,
                "reached_on": record.reached_on,
            }
    target = Target(Milestone, ("plan_version_id", "name"))
    intake.count(kind, merge_rows(intake.session, target, rows))


def _plans_by_place(
    intake: Intake,
) -> dict[tuple[int, int | None], dict[int, tuple[int, date | None, date | None]]]:
    plans: dict[tuple[int, int | None], dict[int, tuple[int, date | None, date | None]]] = (
        defaultdict(dict)
    )
    for plan in intake.session.execute(
        select(
            PlanVersion.id,
            PlanVersion.project_id,
            PlanVersion.site_id,
            PlanVersion.number,
            PlanVersion.start_on,
            PlanVersion.finish_on,
        )
    ):
        plans[(plan.project_id, plan.site_id)][plan.number] = (
            plan.id,
            plan.start_on,
            plan.finish_on,
        )
    return plans


def _holding_milestones(
    intake: Intake,
    kind: str,
    listed: list[MilestoneRecord],
    bounds: tuple[date | None, date | None],
) -> list[MilestoneRecord]:
    """Those of one plan that lie within it and whose percents do not fall."""
    first, last = bounds
    kept: list[MilestoneRecord] = []
    highest = -1.0
    for record in sorted(listed, key=lambda record: (record.due.on, record.percent or 0.0)):
        if (first and record.due.on < first) or (last and record.due.on > last):
            intake.refuse(
                kind,
                record.source,
                "计划日期",
                record.due.on.isoformat(),
                f"节点“{record.name}”不在计划工期({first or '未知'}至{last or '未知'})内",
                f"milestone “{record.name}” lies outside its plan"
                f" ({first or 'unknown'} to {last or 'unknown'})",
            )
            continue
        if record.percent is not None and record.percent < highest:
            intake.refuse(
                kind,
                record.source,
                "计划进度",
                record.percent,
                f"节点“{record.name}”的计划进度低于前一节点({highest:g}%)",
                f"milestone “{record.name}” plans less than the one before it ({highest:g}%)",
            )
            continue
        highest = max(highest, record.percent or highest)
        kept.append(record)
    return kept
