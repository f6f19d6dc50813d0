"""Taking in what units report: progress, procedures, money, land, blockers, suspensions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from geo.changes.intake import Intake, distinct
from geo.changes.intake_projects import make_known
from geo.changes.merge import Merged, Target, merge_rows
from geo.model.records import (
    Blocker,
    FundingLine,
    LandStatus,
    Procedure,
    ProgressReport,
    Suspension,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.records import (
        BlockerRecord,
        FundingRecord,
        LandRecord,
        ProcedureRecord,
        ReportRecord,
        SuspensionRecord,
    )

_REPORT_FIELDS = (
    *("period", "first_on", "last_on", "narrative", "step", "percent", "percent_source"),
    *("invested_in_period_yuan", "invested_to_date_yuan", "next_step", "reporter", "checker"),
    *("reported_on", "verification", "origin"),
)


def take_reports(intake: Intake, records: Iterable[ReportRecord]) -> None:
    """Progress reports. One that says something else than the last for its period is kept beside it as a correction."""
    kind = "reports"
    rows: dict[Any, dict[str, Any]] = {}
    keyed = distinct(
        intake,
        kind,
        records,
        lambda record: (record.project, record.site, record.first_on, record.period),
    )
    for record in keyed.values():
        place = intake.find_place(kind, record.source, record.project, record.site)
        if place is None or not intake.days_in_order(
            kind,
            record.source,
            record.first_on,
            record.last_on,
            ("起始日", "截止日"),
            ("first day", "last day"),
        ):
            continue
        row: dict[str, Any] = {name: getattr(record, name) for name in _REPORT_FIELDS}
        category = intake.directory.categories.get(record.project)
        row |= {
            "project_id": place[0],
            "site_id": place[1],
            "step_percent": intake.directory.ladder.get((category or "", record.step or "")),
            "known_on": intake.known_on(record.reported_on or record.last_on),
        }
        rows[(*place, record.period, record.first_on)] = row
    merged = _merge_reports(intake, rows)
    intake.count(kind, merged)


def _merge_reports(intake: Intake, rows: dict[Any, dict[str, Any]]) -> Merged[Any]:
    """Compare with the newest report of each period; what differs is inserted as its next revision."""
    newest = (
        select(func.max(ProgressReport.id))
        .group_by(
            ProgressReport.project_id,
            ProgressReport.site_id,
            ProgressReport.period,
            ProgressReport.first_on,
        )
        .scalar_subquery()
    )
    compared = (*_REPORT_FIELDS, "revision")
    found = intake.session.execute(
        select(
            ProgressReport.project_id,
            ProgressReport.site_id,
            *(getattr(ProgressReport, name) for name in compared),
        ).where(ProgressReport.id.in_(newest))
    )
    latest = {(row.project_id, row.site_id, row.period.value, row.first_on): row for row in found}
    merged: Merged[Any] = Merged()
    inserts: dict[Any, dict[str, Any]] = {}
    for key, row in rows.items():
        present = latest.get(key)
        if present is None:
            merged.new.add(key)
            inserts[(*key, 0)] = row | {"revision": 0}
        elif any(
            row[name] is not None and not _equal(getattr(present, name), row[name])
            for name in _REPORT_FIELDS
        ):
            merged.changed.add(key)
            carried = {
                name: getattr(present, name) if row[name] is None else row[name]
                for name in _REPORT_FIELDS
            }
            inserts[(*key, present.revision + 1)] = (
                row | carried | {"revision": present.revision + 1, "known_on": intake.day}
            )
        else:
            merged.unchanged.add(key)
    target = Target(ProgressReport, ("project_id", "site_id", "period", "first_on", "revision"))
    merge_rows(intake.session, target, inserts, within=ProgressReport.id < 0)
    return merged


def _equal(present: object, wanted: object) -> bool:
    if isinstance(wanted, float) and present is not None:
        return abs(float(present) - wanted) < 0.005  # type: ignore[arg-type]  # noqa: PLR2004
    return present == wanted


def take_procedures(intake: Intake, records: Iterable[ProcedureRecord]) -> None:
    """Procedures by project and kind."""
    kind = "procedures"
    rows: dict[Any, dict[str, Any]] = {}
    keyed = distinct(intake, kind, records, lambda record: (record.project, record.kind))
    make_known(intake, ((record.lies_with, record.source) for record in keyed.values()))
    for record in keyed.values():
        project = intake.find_project(kind, record.source, record.project)
        holds = (
            project is not None
            and intake.check_code(kind, record.source, "手续", record.kind, "procedure_kind")
            and intake.days_in_order(
                kind,
                record.source,
                record.started_on,
                record.obtained_on,
                ("受理日期", "取得日期"),
                ("started", "obtained"),
            )
        )
        if holds:
            rows[(project, record.kind)] = {
                "project_id": project,
                "kind": record.kind,
                "required": record.required,
                "started_on": record.started_on,
                "statutory_days": record.statutory_days,
                "promised_days": record.promised_days,
                "used_days": record.used_days,
                "lies_with_unit_id": intake.directory.units.get(record.lies_with or ""),
                "due_on": record.due_on,
                "obtained_on": record.obtained_on,
                "tolerance": record.tolerance,
                "known_on": intake.known_on(record.started_on),
            }
    target = Target(Procedure, ("project_id", "kind"), silent=frozenset({"known_on"}))
    intake.count(kind, merge_rows(intake.session, target, rows))


def take_funding(intake: Intake, records: Iterable[FundingRecord]) -> None:
    """Funding lines by project and source."""
    kind = "funding"
    rows: dict[Any, dict[str, Any]] = {}
    keyed = distinct(intake, kind, records, lambda record: (record.project, record.funding_source))
    for record in keyed.values():
        project = intake.find_project(kind, record.source, record.project)
        if project is not None and intake.check_code(
            kind, record.source, "资金来源", record.funding_source, "funding_source"
        ):
            rows[(project, record.funding_source)] = {
                "project_id": project,
                "funding_source": record.funding_source,
                "planned_yuan": record.planned_yuan,
                "arrived_yuan": record.arrived_yuan,
                "arrived_on": record.arrived_on,
                "paid_yuan": record.paid_yuan,
                "paid_on": record.paid_on,
            }
    intake.count(
        kind,
        merge_rows(intake.session, Target(FundingLine, ("project_id", "funding_source")), rows),
    )


_LAND_FIELDS = (
    *("area_total_m2", "area_signed_m2", "area_cleared_m2"),
    *("households_total", "households_signed", "households_cleared"),
)


def take_land(intake: Intake, records: Iterable[LandRecord]) -> None:
    """Land and demolition by project, kind and day."""
    kind = "land"
    rows: dict[Any, dict[str, Any]] = {}
    keyed = distinct(
        intake, kind, records, lambda record: (record.project, record.kind, record.as_of_on)
    )
    for record in keyed.values():
        project = intake.find_project(kind, record.source, record.project)
        if project is None or not _land_holds(intake, record):
            continue
        rows[(project, record.kind, record.as_of_on)] = {
            "project_id": project,
            "kind": record.kind,
            "as_of_on": record.as_of_on,
            **{name: getattr(record, name) for name in _LAND_FIELDS},
        }
    target = Target(LandStatus, ("project_id", "kind", "as_of_on"))
    intake.count(kind, merge_rows(intake.session, target, rows))


def _land_holds(intake: Intake, record: LandRecord) -> bool:
    for what, zh in (("area_{}_m2", "面积"), ("households_{}", "户数")):
        total = getattr(record, what.format("total"))
        for part, part_zh in (("signed", "已签约"), ("cleared", "已清表")):
            value = getattr(record, what.format(part))
            if total is not None and value is not None and value > total:
                intake.refuse(
                    "land",
                    record.source,
                    f"{part_zh}{zh}",
                    value,
                    f"{part_zh}{zh}({value:g})大于总量({total:g})",
                    f"{part} ({value:g}) is more than the total ({total:g})",
                )
                return False
    return True


def take_blockers(intake: Intake, records: Iterable[BlockerRecord]) -> None:
    """Blockers by code; those without one by project, site, cause, text and the day they were raised."""
    kind = "blockers"
    coded: dict[Any, dict[str, Any]] = {}
    plain: dict[Any, dict[str, Any]] = {}
    keyed = distinct(
        intake,
        kind,
        records,
        lambda record: (
            (record.project, record.code)
            if record.code
            else (record.project, record.site, record.cause, record.text, record.raised_on)
        ),
    )
    make_known(
        intake,
        (
            (name, record.source)
            for record in keyed.values()
            for name in (record.responsible_unit, record.awaited_unit)
        ),
    )
    for record in keyed.values():
        row = _blocker_row(intake, kind, record)
        if row is None:
            continue
        if record.code:
            coded[(row["project_id"], record.code)] = row
        else:
            names = ("project_id", "site_id", "cause", "text", "raised_on")
            plain[tuple(row[name] for name in names)] = row
    for key, rows in (
        (("project_id", "code"), coded),
        (("project_id", "site_id", "cause", "text", "raised_on"), plain),
    ):
        target = Target(Blocker, key, silent=frozenset({"known_on"}))
        intake.count(kind, merge_rows(intake.session, target, rows))


def _blocker_row(intake: Intake, kind: str, record: BlockerRecord) -> dict[str, Any] | None:
    place = intake.find_place(kind, record.source, record.project, record.site)
    if place is None or not intake.check_code(
        kind, record.source, "制约类别", record.cause, "cause"
    ):
        return None
    for last, zh, en in (
        (record.due_on, "要求解决日期", "due"),
        (record.resolved_on, "解决日期", "resolved"),
    ):
        if not intake.days_in_order(
            kind, record.source, record.raised_on, last, ("提出日期", zh), ("raised", en)
        ):
            return None
    units = intake.directory.units
    return {
        "project_id": place[0],
        "site_id": place[1],
        "code": record.code,
        "cause": record.cause,
        "text": record.text,
        "responsible_unit_id": units.get(record.responsible_unit or ""),
        "awaited_unit_id": units.get(record.awaited_unit or ""),
        "raised_on": record.raised_on,
        "due_on": record.due_on,
        "resolved_on": record.resolved_on,
        "resolution": record.resolution,
        "stops_work": record.stops_work,
        "known_on": intake.known_on(record.raised_on),
    }


def take_suspensions(intake: Intake, records: Iterable[SuspensionRecord]) -> None:
    """Suspensions by project, site and first day."""
    kind = "suspensions"
    rows: dict[Any, dict[str, Any]] = {}
    keyed = distinct(
        intake, kind, records, lambda record: (record.project, record.site, record.first_on)
    )
    for record in keyed.values():
        place = intake.find_place(kind, record.source, record.project, record.site)
        if place is None or not intake.days_in_order(
            kind,
            record.source,
            record.first_on,
            record.last_on,
            ("停工日期", "复工日期"),
            ("first day", "last day"),
        ):
            continue
        approved = bool(record.approved_by and record.approved_on)
        if not approved and (record.approved_by or record.approved_on):
            intake.note(
                record.source,
                "批准",
                record.approved_by or record.approved_on,
                "批准人和批准日期须同时填写,按未批准处理",
                "approver and approval day belong together; taken as not approved",
            )
        rows[(*place, record.first_on)] = {
            "project_id": place[0],
            "site_id": place[1],
            "first_on": record.first_on,
            "last_on": record.last_on,
            "reason": record.reason,
            "approved_by": record.approved_by if approved else None,
            "approved_on": record.approved_on if approved else None,
            "known_on": intake.known_on(record.first_on),
        }
    target = Target(
        Suspension, ("project_id", "site_id", "first_on"), silent=frozenset({"known_on"})
    )
    intake.count(kind, merge_rows(intake.session, target, rows))
