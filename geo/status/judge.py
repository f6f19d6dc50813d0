"""The rule itself: what lamp, stage, reasons and marks a subject has on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.status.calendar import working_days_between
from geo.status.facts import (
    Aspect,
    Blocker,
    ControlPeriod,
    Facts,
    Lamp,
    Mark,
    PlannedDay,
    Reason,
    Stage,
    Status,
    Suspension,
)
from geo.status.subject import Subject, due_on, is_justified

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from geo.rules import OverdueRule, Rules
    from geo.status.gap import Gap

_SEVERITY = {Lamp.RED: 0, Lamp.PAUSED: 1, Lamp.YELLOW: 2}
_ASPECT = {aspect: place for place, aspect in enumerate(Aspect)}


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
    case = Case(subject, day, rules)
    reasons = list(_reasons(case))
    if len(reasons) > 1:
        reasons.sort(key=_place)
    if reasons:
        reasons[0] = _with_blocker(case, reasons[0])
    return Status(
        reasons[0].severity if reasons else Lamp.GREEN if case.started else Lamp.GREY,
        _stage(case),
        tuple(reasons),
        frozenset(_marks(case)),
    )


class Case:
    """A subject that is not finished, on a day, under that day's rules: what several aspects look at."""

    __slots__ = (
        "blockers",
        "controls",
        "day",
        "plan",
        "rules",
        "standstill",
        "started",
        "subject",
    )

    def __init__(self, subject: Subject, day: date, rules: Rules) -> None:
        self.subject = subject
        self.day = day
        self.rules = rules.lamp
        self.started = subject.is_started(day)
        self.plan = subject.plan_on(day)
        self.blockers = subject.open_blockers(day) if subject.facts.blockers else []
        self.controls = subject.controls_on(day) if subject.controls else []
        self.standstill = _standstill(subject, day, self.controls) if self.started else None


def _reasons(case: Case) -> Iterator[Reason]:
    """Go through the aspects. A justified standstill replaces progress, investment and milestones."""
    standstill = case.standstill
    if standstill is not None:
        yield standstill
    if standstill is None or standstill.severity is not Lamp.PAUSED:
        yield from _milestone_reasons(case)
        if case.started:
            yield from _progress_reasons(case)
            yield from _investment_reasons(case)
    yield from _finish_reasons(case) if case.started else _start_reasons(case)
    yield from _blocker_reasons(case)


def _stage(case: Case) -> Stage:
    if not case.started:
        return Stage.NOT_STARTED
    return Stage.UNDER_CONSTRUCTION if case.standstill is None else Stage.SUSPENDED


def _place(reason: Reason) -> tuple[Any, ...]:
    """Order reasons: worst first, then by aspect, then the longest overdue."""
    anchors = reason.anchors
    return (
        _SEVERITY[reason.severity],
        _ASPECT[reason.aspect],
        anchors.get("due_on", ""),
        anchors.get("id") or 0,
        anchors.get("text") or "",
        anchors.get("precision", ""),
    )


def _overdue(due: date, day: date, rule: OverdueRule) -> Lamp | None:
    days = (day - due).days
    if days < rule.yellow_from_days:
        return None
    return Lamp.RED if days >= rule.red_from_days else Lamp.YELLOW


def _planned(planned: PlannedDay) -> dict[str, Any]:
    anchors: dict[str, Any] = {
        "due_on": planned.on.isoformat(),
        "precision": planned.precision.value,
    }
    if planned.tentative:
        anchors["tentative"] = True
    return anchors


def _start_reasons(case: Case) -> Iterator[Reason]:
    """Start: by the planned period; red, too, after the bottom-line day of the year it is planned for."""
    start = case.plan.start if case.plan else None
    if start is None:
        return
    rule = case.rules.start
    severity = _overdue(start.on, case.day, rule)
    bottom_line_on = rule.bottom_line_on.get(start.on.year)
    code, anchors = "start_overdue", _planned(start)
    if severity is not Lamp.RED and bottom_line_on is not None and case.day > bottom_line_on:
        severity, code = Lamp.RED, "start_past_bottom_line"
        anchors["bottom_line_on"] = bottom_line_on.isoformat()
    if severity is not None:
        yield Reason(Aspect.START, Lamp.YELLOW if start.tentative else severity, code, anchors)


def _finish_reasons(case: Case) -> Iterator[Reason]:
    finish = case.plan.finish if case.plan else None
    if finish is None:
        return
    severity = _overdue(finish.on, case.day, case.rules.finish)
    if severity is not None:
        yield Reason(Aspect.FINISH, severity, "finish_overdue", _planned(finish))


def _milestone_reasons(case: Case) -> Iterator[Reason]:
    day = case.day
    for milestone in case.plan.milestones if case.plan else ():
        known = milestone.known_on is None or milestone.known_on <= day
        reached = milestone.reached_on is not None and milestone.reached_on <= day
        if not known or reached:
            continue
        severity = _overdue(milestone.due.on, day, case.rules.milestone)
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


def _progress_reasons(case: Case) -> Iterator[Reason]:
    gap = case.subject.gap_on(case.day)
    if gap is None:
        return
    severity = gap.severity(case.rules.progress)
    if severity is not Lamp.GREEN:
        yield Reason(Aspect.PROGRESS, severity, "progress_behind", _gap_anchors(gap))


def _investment_reasons(case: Case) -> Iterator[Reason]:
    rule = case.rules.investment
    year = case.subject.year_gap_on(case.day, rule.from_days)
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


def _blocker_reasons(case: Case) -> Iterator[Reason]:
    rule = case.rules.blocker
    for blocker in case.blockers:
        due = due_on(blocker, rule)
        severity, code = _overdue(due, case.day, rule), "blocker_overdue"
        if blocker.stops_work and (case.day - due).days >= rule.stops_work_red_from_days:
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


def _with_blocker(case: Case, reason: Reason) -> Reason:
    """Add to the worst reason the open blocker that presses most, so that one sentence can say what holds it up."""
    if not case.blockers or reason.aspect is Aspect.BLOCKER or reason.severity is Lamp.PAUSED:
        return reason
    rule = case.rules.blocker
    pressing = min(
        case.blockers,
        key=lambda one: (not one.stops_work, due_on(one, rule), one.id or 0, one.text),
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


def _marks(case: Case) -> Iterator[Mark]:
    if not case.subject.facts.located:
        yield Mark.NO_LOCATION
    judged_by = None
    if case.plan is not None:
        judged_by = case.plan.finish if case.started else case.plan.start
    if judged_by is None:
        yield Mark.NO_PLAN
    elif not case.started and _is_at_risk(case, judged_by):
        yield Mark.AT_RISK
    if any(not (case.started and control.stops_work) for control in case.controls):
        yield Mark.RESTRICTED
    report = case.subject.latest_report(case.day)
    if report is not None and not report.verified:
        yield Mark.UNVERIFIED
    if case.started and case.standstill is None:
        yield from _reporting_marks(case)


def _is_at_risk(case: Case, start: PlannedDay) -> bool:
    """Tell whether a start due soon has a blocker open or lacks a required procedure that is not tolerated."""
    day = case.day
    if not 0 <= (start.on - day).days <= case.rules.at_risk_days:
        return False
    return bool(case.blockers) or any(
        procedure.required
        and not procedure.tolerated
        and (procedure.known_on is None or procedure.known_on <= day)
        and (procedure.obtained_on is None or day < procedure.obtained_on)
        for procedure in case.subject.facts.procedures
    )


def _reporting_marks(case: Case) -> Iterator[Mark]:
    """Say whether a report is owed: more working days have passed since the last one than a period can have."""
    since = case.subject.reporting_since(case.day)
    if since is None:
        return
    facts, rule = case.subject.facts, case.rules.reporting
    if (case.day - since).days <= (allowed := rule.working_days(facts.report_period)):
        return
    if working_days_between(since, case.day, facts.calendar) > allowed:
        yield Mark.NOT_REPORTED
        if (case.day - since).days > rule.hollow_over_days:
            yield Mark.HOLLOW
