"""Taking in plans and milestones. A plan version is kept whole: what a change leaves out comes from the one before."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, text

from geo.changes.intake import Intake, distinct
from geo.changes.merge import Merged, Target, merge_rows
from geo.model.projects import Milestone, PlanMonth, PlanVersion, PlanYear

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.records import Day, MilestoneRecord, PlanRecord

_BEFORE = """
    jiantu.plan_version v join lateral (
      select * from jiantu.plan_version b
      where b.project_id = v.project_id and b.site_id is not distinct from v.site_id
        and b.number < v.number
      order by b.number desc limit 1) b on true
"""
_CARRY_DAYS = text(
    f"""
    update jiantu.plan_version w set
      start_on = coalesce(w.start_on, b.start_on),
      start_precision = coalesce(w.start_precision, b.start_precision),
      start_tentative = case when w.start_on is null then b.start_tentative else w.start_tentative end,
      finish_on = coalesce(w.finish_on, b.finish_on),
      finish_precision = coalesce(w.finish_precision, b.finish_precision),
      finish_tentative = case when w.finish_on is null then b.finish_tentative else w.finish_tentative end
    from {_BEFORE}
    where v.id = w.id and w.id = any(:plans) and (w.start_on is null or w.finish_on is null)
      and coalesce(w.start_on, b.start_on, '-infinity') <= coalesce(w.finish_on, b.finish_on, 'infinity')
    """  # noqa: S608  built from constants of this module
)
_CARRY_YEARS = text(
    f"""
    insert into jiantu.plan_year (plan_version_id, year, investment_yuan)
    select v.id, y.year, y.investment_yuan
    from {_BEFORE} join jiantu.plan_year y on y.plan_version_id = b.id
    where v.id = any(:plans)
      and not exists (select from jiantu.plan_year o where o.plan_version_id = v.id)
    """  # noqa: S608  built from constants of this module
)
_CARRY_MONTHS = text(
    f"""
    insert into jiantu.plan_month (plan_version_id, month_on, percent, investment_yuan)
    select v.id, m.month_on, m.percent, m.investment_yuan
    from {_BEFORE} join jiantu.plan_month m on m.plan_version_id = b.id
    where v.id = any(:plans)
      and (v.start_on, v.finish_on) is not distinct from (b.start_on, b.finish_on)
      and not exists (select from jiantu.plan_month o where o.plan_version_id = v.id)
    """  # noqa: S608  built from constants of this module
)
"""Other days need another monthly plan, so the old one is carried only where the days stay."""
_CARRY_MILESTONES = text(
    f"""
    insert into jiantu.milestone (plan_version_id, name, due_on, due_precision, percent, reached_on)
    select v.id, m.name, m.due_on, m.due_precision, m.percent, m.reached_on
    from {_BEFORE} join jiantu.milestone m on m.plan_version_id = b.id
    where v.id = any(:plans)
      and (v.start_on is null or m.due_on >= v.start_on)
      and (v.finish_on is null or m.due_on <= v.finish_on)
    """  # noqa: S608  built from constants of this module
)


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
    _carry_forward(intake, merged)
    for key in [key for key in merged.unchanged if merged.ids[key] in touched]:
        merged.unchanged.remove(key)
        merged.changed.add(key)
    intake.count(kind, merged)


def _carry_forward(intake: Intake, plans: Merged[Any]) -> None:
    """Give each new change of a plan what it leaves out from the version before it, the earliest change first."""
    by_number: dict[int, list[int]] = defaultdict(list)
    for key in plans.new:
        by_number[key[-1]].append(plans.ids[key])
    for number in sorted(by_number):
        if number > 0:
            changed = {"plans": by_number[number]}
            for carry in (_CARRY_DAYS, _CARRY_YEARS, _CARRY_MONTHS, _CARRY_MILESTONES):
                intake.session.execute(carry, changed)


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
