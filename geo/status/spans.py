"""The lamp over a run of days: judged only on the days on which something can change."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from itertools import zip_longest
from typing import TYPE_CHECKING

from geo.errors import RuleError
from geo.status.calendar import days_on, working_day_after, working_days_between
from geo.status.facts import Facts, Mark, Span, Status
from geo.status.judge import judge_subject
from geo.status.subject import Subject, due_on, known_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from geo.rules import OverdueRule, Rules, RulesVersion

A_DAY = timedelta(days=1)
OWED_ONLY_WHEN_COME = frozenset({Mark.NOT_REPORTED, Mark.HOLLOW})
"""Marks that only a day that has come can have: nobody is late with tomorrow's report."""


def spans(
    facts: Facts, versions: Iterable[RulesVersion], first_on: date, last_on: date
) -> list[Span]:
    """Judge a subject on every day from `first_on` to `last_on`, both included, as runs of equal days, in order.

    Equal to `judge` on each day, under the rules that hold on it. Marks are given as though every day had come; see
    `marks_on`. Raises `RuleError` when there is no version of the rules.
    """
    subject = Subject(facts)
    begun: list[tuple[date, Status]] = []
    for begins_on, ends_on, rules in _rule_runs(versions, first_on, last_on):
        days = {day for day in changes(subject, rules, begins_on) if begins_on < day <= ends_on}
        for day in (begins_on, *sorted(days)):
            status = judge_subject(subject, day, rules)
            if not begun or status != begun[-1][1]:
                begun.append((day, status))
    lasts = [*(day - A_DAY for day, _ in begun[1:]), last_on]
    return [
        Span(day, last, status.lamp, status.stage, status.reasons, status.marks)
        for (day, status), last in zip(begun, lasts, strict=True)
    ]


def marks_on(span: Span, day: date, today: date) -> frozenset[Mark]:
    """Give the marks of a day in a span as seen on `today`: what is owed on days to come is not yet owed."""
    return span.marks - OWED_ONLY_WHEN_COME if day > today else span.marks


def _rule_runs(
    versions: Iterable[RulesVersion], first_on: date, last_on: date
) -> Iterator[tuple[date, date, Rules]]:
    """Cut the days at the versions of the rules; days before the first version are judged by the first."""
    known = sorted(versions, key=lambda version: version.effective_on)
    if not known:
        message = "没有规则版本 / there is no version of the rules"
        raise RuleError(message)
    begins = [date.min, *(version.effective_on for version in known[1:])]
    ends = [day - A_DAY for day in begins[1:]] + [date.max]
    for begins_on, ends_on, version in zip(begins, ends, known, strict=True):
        if begins_on <= last_on and ends_on >= first_on:
            yield max(begins_on, first_on), min(ends_on, last_on), version.rules


def changes(subject: Subject, rules: Rules, first_on: date) -> Iterator[date]:
    """Name every day after `first_on` on which what is said of a subject may change, and other days."""
    facts = subject.facts
    if facts.actual_start_on is not None:
        yield facts.actual_start_on
    for ended_on, _ in subject.ends:
        yield ended_on
    yield from _plan_changes(subject, rules)
    yield from _blocker_changes(subject, rules)
    for report in subject.reports:
        yield report.from_on
    for from_on, suspension in subject.suspensions:
        yield from_on
        yield from _days_after(suspension.last_on, suspension.control_last_on)
        if suspension.approved_on is not None:
            yield suspension.approved_on
    for from_on, control in subject.controls:
        yield from_on
        yield from _days_after(control.last_on)
    for procedure in facts.procedures:
        yield from _given(procedure.known_on, procedure.obtained_on)
    for ruling in facts.rulings:
        yield ruling.first_on
        yield from _days_after(ruling.last_on)
    yield from _reporting_changes(subject, rules, first_on)


def _given(*days: date | None) -> Iterator[date]:
    return (day for day in days if day is not None)


def _days_after(*days: date | None) -> Iterator[date]:
    return (days_on(day, 1) for day in days if day is not None)


def _overdue_changes(due: date, rule: OverdueRule) -> Iterator[date]:
    yield days_on(due, rule.yellow_from_days)
    yield days_on(due, rule.red_from_days)


def _plan_changes(subject: Subject, rules: Rules) -> Iterator[date]:
    lamp = rules.lamp
    for version in subject.plans:
        plan = version.plan
        yield version.from_on
        if plan.start is not None:
            yield from _overdue_changes(plan.start.on, lamp.start)
            yield from _days_after(plan.start.on, lamp.start.bottom_line_on.get(plan.start.on.year))
            yield days_on(plan.start.on, -lamp.at_risk_days)
        if plan.finish is not None:
            yield from _overdue_changes(plan.finish.on, lamp.finish)
        for milestone in plan.milestones:
            yield from _overdue_changes(milestone.due.on, lamp.milestone)
            yield from _given(milestone.known_on, milestone.reached_on)
        if subject.started_on is None or not (plan.year_investments or plan.investments):
            continue
        for year in {
            report.day_on.year for report in subject.reports if report.invested_yuan is not None
        }:
            yield days_on(date(year, 12, 31), 1)
            planned = subject.year_plan(plan, year)
            counted_on = planned.day_number(lamp.investment.from_days) if planned else None
            yield from _given(counted_on)


def _blocker_changes(subject: Subject, rules: Rules) -> Iterator[date]:
    rule = rules.lamp.blocker
    for blocker in subject.facts.blockers:
        due = due_on(blocker, rule)
        yield known_from(blocker.raised_on, blocker.known_on)
        yield from _overdue_changes(due, rule)
        if blocker.stops_work:
            yield days_on(due, rule.stops_work_red_from_days)
        if blocker.resolved_on is not None:
            yield blocker.resolved_on


def _reporting_changes(subject: Subject, rules: Rules, first_on: date) -> Iterator[date]:
    """Name the days after `first_on` on which a report becomes overdue, unless the next one comes before."""
    rule = rules.lamp.reporting
    allowed = rule.working_days(subject.facts.report_period)
    calendar = subject.facts.calendar
    counted = subject.reporting_days
    begin = max(bisect_right(counted, first_on) - 1, 0)
    for since, following in zip_longest(counted[begin:], counted[begin + 1 :]):
        if following and working_days_between(since, following, calendar) <= allowed:
            continue
        yield working_day_after(since, allowed + 1, calendar)
        yield days_on(since, rule.hollow_over_days + 1)
