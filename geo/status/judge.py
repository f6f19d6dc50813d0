"""The rule itself: what lamp, stage, reasons and marks a subject has on a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from geo.rules import GapRule, OverdueRule, Rules
from geo.status.calendar import working_days_between
from geo.status.facts import (
    Aspect,
    Blocker,
    ControlPeriod,
    Facts,
    Lamp,
    Mark,
    PlannedDay,
    PlanVersion,
    Reason,
    Stage,
    Status,
    Suspension,
)
from geo.status.gap import Gap
from geo.status.subject import Subject, due_on, is_justified

_SEVERITY = {Lamp.RED: 0, Lamp.PAUSED: 1, Lamp.YELLOW: 2}
_ASPECT = {aspect: place for place, aspect in enumerate(Aspect)}
_REPLACED = frozenset({Aspect.PROGRESS, Aspect.INVESTMENT, Aspect.MILESTONE})
"""What a justified suspension replaces."""


def judge(facts: Facts, day: date, rules: Rules) -> Status:
    """Judge a subject by what is known on `day`.

    The marks `not_reported` and `hollow` are given as though `day` had come; see `marks_on` for days ahead.
    """
    return judge_subject(Subject(facts), day, rules)


def judge_subject(subject: Subject, day: date, rules: Rules) -> Status:
    """Judge a subject whose facts are sorted already; the same as `judge`."""
    if subject.is_finished(day):
        marks = frozenset() if subject.facts.located else frozenset({Mark.NO_LOCATION})
        return Status(Lamp.BLUE, subject.end_stage(day), (), marks)
    started = subject.is_started(day)
    plan = subject.plan_on(day)
    blockers = subject.open_blockers(day) if subject.facts.blockers else []
    controls = subject.controls_on(day) if subject.controls else []
    standstill = _standstill(subject, day, controls) if started else None

    reasons = list(_blocker_reasons(blockers, day, rules))
    if standstill is not None:
        reasons.append(standstill)
    paused = standstill is not None and standstill.severity is Lamp.PAUSED
    if not paused:
        reasons.extend(_milestone_reasons(plan, day, rules.lamp.milestone))
    if not started:
        reasons.extend(_start_reasons(plan, day, rules))
    else:
        reasons.extend(_finish_reasons(plan, day, rules.lamp.finish))
        if not paused:
            reasons.extend(_progress_reasons(subject, day, rules.lamp.progress))
            reasons.extend(_investment_reasons(subject, day, rules))
    if len(reasons) > 1:
        reasons.sort(key=_place)
    if reasons:
        reasons[0] = _with_blocker(reasons[0], blockers, rules)
    return Status(
        reasons[0].severity if reasons else Lamp.GREEN if started else Lamp.GREY,
        _stage(started=started, stands_still=standstill is not None),
        tuple(reasons),
        _marks(subject, day, rules, plan, blockers, controls, standstill),
    )


def _stage(*, started: bool, stands_still: bool) -> Stage:
    if not started:
        return Stage.NOT_STARTED
    return Stage.SUSPENDED if stands_still else Stage.UNDER_CONSTRUCTION


def _place(reason: Reason) -> tuple[Any, ...]:
    """Order reasons: worst first, then by aspect, then the longest overdue."""
    anchors = reason.anchors
    return (
        _SEVERITY[reason.severity],
        _ASPECT[reason.aspect],
        anchors.get("due_on", ""),
        anchors.get("id") or 0,
        anchors.get("text", ""),
    )


def _overdue(due: date, day: date, rule: OverdueRule) -> Lamp | None:
    days = (day - due).days
    if days < rule.yellow_from_days:
        return None
    return Lamp.RED if days >= rule.red_from_days else Lamp.YELLOW


def _planned(planned: PlannedDay) -> dict[str, Any]:
    anchors: dict[str, Any] = {"due_on": planned.on.isoformat(), "precision": planned.precision.value}
    if planned.tentative:
        anchors["tentative"] = True
    return anchors


def _start_reasons(plan: PlanVersion | None, day: date, rules: Rules) -> Iterator[Reason]:
    """Start: by the planned period; red, too, after the bottom-line day of the year it is planned for."""
    if plan is None or plan.start is None:
        return
    rule = rules.lamp.start
    severity = _overdue(plan.start.on, day, rule)
    bottom_line_on = rule.bottom_line_on.get(plan.start.on.year)
    past_it = bottom_line_on is not None and day > bottom_line_on
    if past_it and severity is not Lamp.RED:
        yield Reason(
            Aspect.START,
            Lamp.YELLOW if plan.start.tentative else Lamp.RED,
            "start_past_bottom_line",
            {**_planned(plan.start), "bottom_line_on": str(bottom_line_on)},
        )
    elif severity is not None:
        severity = Lamp.YELLOW if plan.start.tentative else severity
        yield Reason(Aspect.START, severity, "start_overdue", _planned(plan.start))


def _finish_reasons(plan: PlanVersion | None, day: date, rule: OverdueRule) -> Iterator[Reason]:
    if plan is None or plan.finish is None:
        return
    severity = _overdue(plan.finish.on, day, rule)
    if severity is not None:
        yield Reason(Aspect.FINISH, severity, "finish_overdue", _planned(plan.finish))


def _milestone_reasons(plan: PlanVersion | None, day: date, rule: OverdueRule) -> Iterator[Reason]:
    if plan is None:
        return
    for milestone in plan.milestones:
        known = milestone.known_on is None or milestone.known_on <= day
        reached = milestone.reached_on is not None and milestone.reached_on <= day
        if not known or reached:
            continue
        severity = _overdue(milestone.due.on, day, rule)
        if severity is not None:
            anchors = {"id": milestone.id, "text": milestone.name, **_planned(milestone.due)}
            yield Reason(Aspect.MILESTONE, severity, "milestone_missed", anchors)


def _gap_anchors(gap: Gap) -> dict[str, Any]:
    return {
        "as_of_on": gap.as_of_on.isoformat(),
        "percent": gap.reached,
        "planned": gap.planned,
        "gap": gap.points,
    }


def _progress_reasons(subject: Subject, day: date, rule: GapRule) -> Iterator[Reason]:
    gap = subject.gap_on(day)
    if gap is None:
        return
    severity = gap.severity(rule)
    if severity is not Lamp.GREEN:
        yield Reason(Aspect.PROGRESS, severity, "progress_behind", _gap_anchors(gap))


def _investment_reasons(subject: Subject, day: date, rules: Rules) -> Iterator[Reason]:
    rule = rules.lamp.investment
    year = subject.year_gap_on(day, rule.from_days)
    if year is None:
        return
    severity = year.gap.severity(rule)
    if severity is not Lamp.GREEN:
        anchors = {
            **_gap_anchors(year.gap),
            "year": year.year,
            "total_yuan": year.total_yuan,
            "planned_yuan": year.planned_yuan,
            "done_yuan": year.done_yuan,
        }
        yield Reason(Aspect.INVESTMENT, severity, "investment_behind", anchors)


def _blocker_reasons(blockers: list[Blocker], day: date, rules: Rules) -> Iterator[Reason]:
    rule = rules.lamp.blocker
    for blocker in blockers:
        due = due_on(blocker, rule)
        days = (day - due).days
        severity = _overdue(due, day, rule)
        code = "blocker_overdue"
        if blocker.stops_work and days >= rule.stops_work_red_from_days:
            severity, code = Lamp.RED, "blocker_stops_work"
        if severity is not None:
            anchors = {**_blocker_anchors(blocker), "due_on": due.isoformat()}
            yield Reason(Aspect.BLOCKER, severity, code, anchors)


def _blocker_anchors(blocker: Blocker) -> dict[str, Any]:
    return {
        "id": blocker.id,
        "cause": blocker.cause,
        "text": blocker.text,
        "awaited_unit": blocker.awaited_unit,
        "awaited_unit_en": blocker.awaited_unit_en,
    }


def _with_blocker(reason: Reason, blockers: list[Blocker], rules: Rules) -> Reason:
    """Add to the worst reason the open blocker that presses most, so that one sentence can say what holds it up."""
    if not blockers or reason.aspect is Aspect.BLOCKER or reason.severity is Lamp.PAUSED:
        return reason
    rule = rules.lamp.blocker
    pressing = min(
        blockers, key=lambda one: (not one.stops_work, due_on(one, rule), one.id or 0, one.text)
    )
    anchors = {**reason.anchors, "blocker": _blocker_anchors(pressing)}
    return Reason(reason.aspect, reason.severity, reason.code, anchors)


def _standstill(subject: Subject, day: date, controls: list[ControlPeriod]) -> Reason | None:
    """Say why work stands still on `day`: paused when justified, red when not; None when it goes on."""
    suspension = subject.suspension_on(day)
    if suspension is not None and is_justified(suspension, day):
        approved = suspension.approved_on is not None and suspension.approved_on <= day
        code = "suspended_approved" if approved else "suspended_by_control"
        return _suspended(Lamp.PAUSED, code, suspension)
    for control in controls:
        if control.stops_work:
            anchors = {
                "id": control.id,
                "text": control.name,
                "first_on": control.first_on.isoformat(),
                "last_on": control.last_on.isoformat() if control.last_on else None,
            }
            return Reason(Aspect.SUSPENSION, Lamp.PAUSED, "suspended_by_control", anchors)
    if suspension is not None:
        return _suspended(Lamp.RED, "suspended_unjustified", suspension)
    return None


def _suspended(severity: Lamp, code: str, suspension: Suspension) -> Reason:
    anchors = {
        "id": suspension.id,
        "text": suspension.reason,
        "first_on": suspension.first_on.isoformat(),
        "last_on": suspension.last_on.isoformat() if suspension.last_on else None,
    }
    return Reason(Aspect.SUSPENSION, severity, code, anchors)


def _marks(
    subject: Subject,
    day: date,
    rules: Rules,
    plan: PlanVersion | None,
    blockers: list[Blocker],
    controls: list[ControlPeriod],
    standstill: Reason | None,
) -> frozenset[Mark]:
    started = subject.is_started(day)
    marks = set()
    if not subject.facts.located:
        marks.add(Mark.NO_LOCATION)
    judged_by = None if plan is None else plan.finish if started else plan.start
    if judged_by is None:
        marks.add(Mark.NO_PLAN)
    elif not started and _at_risk(subject, judged_by, day, rules, blockers):
        marks.add(Mark.AT_RISK)
    if any(not (started and control.stops_work) for control in controls):
        marks.add(Mark.RESTRICTED)
    report = subject.latest_report(day)
    if report is not None and not report.verified:
        marks.add(Mark.UNVERIFIED)
    if started and standstill is None:
        marks.update(_reporting_marks(subject, day, rules))
    return frozenset(marks)


def _at_risk(
    subject: Subject, start: PlannedDay, day: date, rules: Rules, blockers: list[Blocker]
) -> bool:
    """Tell whether a start due soon has a blocker open or lacks a required procedure that is not tolerated."""
    if not 0 <= (start.on - day).days <= rules.lamp.at_risk_days:
        return False
    return bool(blockers) or any(
        procedure.required
        and not procedure.tolerated
        and (procedure.known_on is None or procedure.known_on <= day)
        and (procedure.obtained_on is None or day < procedure.obtained_on)
        for procedure in subject.facts.procedures
    )


def _reporting_marks(subject: Subject, day: date, rules: Rules) -> Iterator[Mark]:
    """Say whether a report is owed: more working days have passed since the last one than a period can have."""
    since = subject.reporting_since(day)
    if since is None:
        return
    rule = rules.lamp.reporting
    allowed = rule.working_days(subject.facts.report_period)
    if working_days_between(since, day, subject.facts.calendar) > allowed:
        yield Mark.NOT_REPORTED
        if day - since > timedelta(days=rule.hollow_over_days):
            yield Mark.HOLLOW
