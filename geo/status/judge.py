"""The rule itself: what lamp, stage, reasons and marks a subject has on a day."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from geo.status.calendar import working_days_between
from geo.status.facts import Aspect, Lamp, Mark, Reason, Stage, Status
from geo.status.subject import Subject, due_on, is_justified

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from datetime import date

    from geo.rules import OverdueRule, Rules
    from geo.status.facts import (
        Blocker,
        ControlPeriod,
        Facts,
        Milestone,
        PlannedDay,
        Ruling,
        Suspension,
    )
    from geo.status.gap import Gap, YearGap
    from geo.status.subject import Placed

_SEVERITY = {Lamp.RED: 0, Lamp.PAUSED: 1, Lamp.YELLOW: 2}
_ASPECT = {aspect: place for place, aspect in enumerate(Aspect)}
_BY_PLACE = itemgetter(0)


def judge(facts: Facts, day: date, rules: Rules) -> Status:
    """Judge a subject by what is known on `day`.

    The marks `not_reported` and `hollow` are given as though `day` had come; see `marks_on` for days ahead.
    """
    return judge_subject(Subject(facts), day, rules)


def judge_subject(subject: Subject, day: date, rules: Rules) -> Status:
    """Judge a subject whose facts are sorted already; the same as `judge`."""
    status = _computed(subject, day, rules)
    if not subject.facts.rulings or status.lamp is Lamp.BLUE:
        return status
    ruling = subject.ruling_on(day, status.lamp)
    return status if ruling is None else _ruled(status, ruling)


def _ruled(computed: Status, ruling: Ruling) -> Status:
    """Show the ruled lamp, marked; the first reason names the computed one, whose reasons follow."""
    anchors = {
        "id": ruling.id,
        "ruled": ruling.lamp.value,
        "computed": computed.lamp.value,
        "last_on": ruling.last_on.isoformat(),
    }
    reason = Reason(Aspect.RULING, ruling.lamp, "ruled", anchors)
    return Status(
        ruling.lamp,
        computed.stage,
        (reason, *computed.reasons),
        computed.marks | {Mark.RULED},
    )


def _computed(subject: Subject, day: date, rules: Rules) -> Status:
    """Judge by the facts alone: the lamp that is proposed (拟亮灯)."""
    if subject.is_finished(day):
        marks = frozenset() if subject.facts.located else frozenset({Mark.NO_LOCATION})
        return Status(Lamp.BLUE, subject.end_stage(day), (), marks)
    case = Case(subject, day, rules)
    placed = _placed_reasons(case)
    placed.sort(key=_BY_PLACE)
    reasons = [reason for _, reason in placed]
    if reasons:
        reasons[0] = _with_blocker(case, reasons[0])
    return Status(
        reasons[0].severity if reasons else Lamp.GREEN if case.started else Lamp.GREY,
        _stage(case),
        tuple(reasons),
        _marks(case),
    )


class Case:
    """A subject that is not finished, on a day, under that day's rules: what several aspects look at."""

    __slots__ = ("blockers", "controls", "day", "plan", "rules", "standstill", "started", "subject")

    def __init__(self, subject: Subject, day: date, rules: Rules) -> None:
        self.subject = subject
        self.day = day
        self.rules = rules.lamp
        self.started = subject.is_started(day)
        self.plan = subject.plan_on(day)
        self.blockers = subject.open_blockers(day) if subject.facts.blockers else []
        self.controls = subject.controls_on(day) if subject.controls else []
        self.standstill = _standstill(self) if self.started else None

    def tell(
        self,
        aspect: Aspect,
        severity: Lamp,
        code: str,
        key: Hashable,
        anchors: Callable[[], dict[str, Any]],
    ) -> Placed:
        """Give a reason with its place among others, made once for a subject: `key` is all that `anchors` hang on."""
        told = self.subject.told
        found = told.get((code, severity is Lamp.RED, key))
        if found is None:
            reason = Reason(aspect, severity, code, anchors())
            found = told[code, severity is Lamp.RED, key] = (_place(reason), reason)
        return found


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


def _stage(case: Case) -> Stage:
    if not case.started:
        return Stage.NOT_STARTED
    return Stage.UNDER_CONSTRUCTION if case.standstill is None else Stage.SUSPENDED


def _placed_reasons(case: Case) -> list[Placed]:
    """Go through the aspects. A justified standstill replaces progress, investment and milestones."""
    found = _blockers(case) if case.blockers else []
    standstill = case.standstill
    if standstill is not None:
        found.append(standstill)
    if standstill is None or standstill[1].severity is not Lamp.PAUSED:
        if case.plan is not None and case.plan.milestones:
            found.extend(_milestones(case))
        if case.started:
            found.extend(told for told in (_progress(case), _investment(case)) if told)
    over = _finish(case) if case.started else _start(case)
    if over is not None:
        found.append(over)
    return found


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


def _start(case: Case) -> Placed | None:
    """Start: by the planned period; red, too, after the bottom-line day of the year it is planned for."""
    start = case.plan.start if case.plan else None
    if start is None:
        return None
    rule = case.rules.start
    severity = _overdue(start.on, case.day, rule)
    line_on = rule.bottom_line_on.get(start.on.year)
    if severity is not Lamp.RED and line_on is not None and case.day > line_on:
        severity = Lamp.YELLOW if start.tentative else Lamp.RED
        line = {"bottom_line_on": line_on.isoformat()}
        return case.tell(
            Aspect.START,
            severity,
            "start_past_bottom_line",
            (id(start), line_on),
            lambda: {**_planned(start), **line},
        )
    if severity is None:
        return None
    severity = Lamp.YELLOW if start.tentative else severity
    return case.tell(Aspect.START, severity, "start_overdue", id(start), lambda: _planned(start))


def _finish(case: Case) -> Placed | None:
    finish = case.plan.finish if case.plan else None
    if finish is None:
        return None
    severity = _overdue(finish.on, case.day, case.rules.finish)
    if severity is None:
        return None
    return case.tell(
        Aspect.FINISH, severity, "finish_overdue", id(finish), lambda: _planned(finish)
    )


def _milestones(case: Case) -> list[Placed]:
    day, rule = case.day, case.rules.milestone
    found = []
    for milestone in case.plan.milestones if case.plan else ():
        if milestone.known_on is not None and milestone.known_on > day:
            continue
        if milestone.reached_on is not None and milestone.reached_on <= day:
            continue
        severity = _overdue(milestone.due.on, day, rule)
        if severity is not None:

            def anchors(about: Milestone = milestone) -> dict[str, Any]:
                return {"id": about.id, "text": about.name, **_planned(about.due)}

            key = id(milestone)
            found.append(case.tell(Aspect.MILESTONE, severity, "milestone_missed", key, anchors))
    return found


def _gap_anchors(gap: Gap) -> dict[str, Any]:
    return {
        "as_of_on": gap.as_of_on.isoformat(),
        "percent": gap.reached,
        "planned": gap.planned,
        "gap": gap.points,
    }


def _progress(case: Case) -> Placed | None:
    gap = case.subject.gap_on(case.day)
    if gap is None:
        return None
    severity = gap.severity(case.rules.progress)
    if severity is Lamp.GREEN:
        return None
    return case.tell(
        Aspect.PROGRESS, severity, "progress_behind", id(gap), lambda: _gap_anchors(gap)
    )


def _investment(case: Case) -> Placed | None:
    rule = case.rules.investment
    year = case.subject.year_gap_on(case.day, rule.from_days)
    if year is None:
        return None
    severity = year.gap.severity(rule)
    if severity is Lamp.GREEN:
        return None
    return case.tell(
        Aspect.INVESTMENT, severity, "investment_behind", id(year), lambda: _year_anchors(year)
    )


def _year_anchors(year: YearGap) -> dict[str, Any]:
    return {
        **_gap_anchors(year.gap),
        "year": year.year,
        "total_yuan": year.total_yuan,
        "planned_yuan": year.planned_yuan,
        "done_yuan": year.done_yuan,
    }


def _blockers(case: Case) -> list[Placed]:
    rule = case.rules.blocker
    found = []
    for blocker in case.blockers:
        due = due_on(blocker, rule)
        severity, code = _overdue(due, case.day, rule), "blocker_overdue"
        if blocker.stops_work and (case.day - due).days >= rule.stops_work_red_from_days:
            severity, code = Lamp.RED, "blocker_stops_work"
        if severity is not None:

            def anchors(about: Blocker = blocker, due: date = due) -> dict[str, Any]:
                return {**_blocker_anchors(about), "due_on": due.isoformat()}

            found.append(case.tell(Aspect.BLOCKER, severity, code, (id(blocker), due), anchors))
    return found


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
    held = case.tell(
        reason.aspect,
        reason.severity,
        reason.code,
        (id(reason), id(pressing)),
        lambda: {**reason.anchors, "blocker": _blocker_anchors(pressing)},
    )
    return held[1]


def _standstill(case: Case) -> Placed | None:
    """Say why work stands still: paused when justified, red when not; None when it goes on."""
    suspension = case.subject.suspension_on(case.day) if case.subject.suspensions else None
    if suspension is not None and is_justified(suspension, case.day):
        approved = suspension.approved_on is not None and suspension.approved_on <= case.day
        code = "suspended_approved" if approved else "suspended_by_control"
        return _suspended(case, Lamp.PAUSED, code, suspension, suspension.reason)
    for control in case.controls:
        if control.stops_work:
            return _suspended(case, Lamp.PAUSED, "suspended_by_control", control, control.name)
    if suspension is not None:
        return _suspended(case, Lamp.RED, "suspended_unjustified", suspension, suspension.reason)
    return None


def _suspended(
    case: Case, severity: Lamp, code: str, cause: Suspension | ControlPeriod, about: str | None
) -> Placed:
    def anchors() -> dict[str, Any]:
        return {
            "id": cause.id,
            "text": about,
            "first_on": cause.first_on.isoformat(),
            "last_on": cause.last_on.isoformat() if cause.last_on else None,
        }

    return case.tell(Aspect.SUSPENSION, severity, code, id(cause), anchors)


def _marks(case: Case) -> frozenset[Mark]:
    marks = []
    if not case.subject.facts.located:
        marks.append(Mark.NO_LOCATION)
    judged_by = None
    if case.plan is not None:
        judged_by = case.plan.finish if case.started else case.plan.start
    if judged_by is None:
        marks.append(Mark.NO_PLAN)
    elif not case.started and _is_at_risk(case, judged_by):
        marks.append(Mark.AT_RISK)
    if case.controls and not (case.started and all(one.stops_work for one in case.controls)):
        marks.append(Mark.RESTRICTED)
    report = case.subject.latest_report(case.day)
    if report is not None and not report.verified:
        marks.append(Mark.UNVERIFIED)
    if case.started and case.standstill is None:
        marks.extend(_reporting_marks(case))
    return frozenset(marks)


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


def _reporting_marks(case: Case) -> tuple[Mark, ...]:
    """Say whether a report is owed: more working days have passed since the last one than a period can have."""
    since = case.subject.reporting_since(case.day)
    facts, rule = case.subject.facts, case.rules.reporting
    days = (case.day - since).days if since else 0
    allowed = rule.working_days(facts.report_period)
    if (
        since is None
        or days <= allowed
        or working_days_between(since, case.day, facts.calendar) <= allowed
    ):
        return ()
    if days > rule.hollow_over_days:
        return Mark.NOT_REPORTED, Mark.HOLLOW
    return (Mark.NOT_REPORTED,)
