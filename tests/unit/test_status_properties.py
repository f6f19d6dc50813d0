"""What holds of the lamp for any facts at all."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from geo.rules import RulesVersion, rules_on
from geo.status import (
    Aspect,
    Blocker,
    Facts,
    Lamp,
    Mark,
    Milestone,
    Pause,
    PlannedDay,
    PlanVersion,
    Reason,
    Report,
    Span,
    Stage,
    judge,
    marks_on,
    site_facts,
    spans,
)
from geo.status.subject import Subject
from tests.unit import status_facts as drawn

A_DAY = timedelta(days=1)
DAYS = (drawn.LAST - drawn.FIRST).days
SEEDED = (RulesVersion(date(2000, 1, 1), drawn.RULES),)


@settings(max_examples=250, deadline=None)
@given(drawn.any_facts, drawn.versions)
def test_spans_equal_the_rule_on_every_single_day(
    facts: Facts, versions: tuple[RulesVersion, ...]
) -> None:
    found = spans(facts, versions, drawn.FIRST, drawn.LAST)
    assert found[0].first_on == drawn.FIRST
    assert found[-1].last_on == drawn.LAST
    for span in found:
        day = span.first_on
        while day <= span.last_on:
            assert span.status == judge(facts, day, rules_on(versions, day)), day
            day += A_DAY


@settings(max_examples=100, deadline=None)
@given(drawn.facts, drawn.versions)
def test_spans_follow_one_another_and_neighbours_differ(
    facts: Facts, versions: tuple[RulesVersion, ...]
) -> None:
    for before, after in pairwise(spans(facts, versions, drawn.FIRST, drawn.LAST)):
        assert after.first_on == before.last_on + A_DAY
        assert before.status != after.status


@settings(max_examples=100, deadline=None)
@given(drawn.facts, st.integers(0, DAYS))
def test_spans_cut_short_are_the_same_spans(facts: Facts, number: int) -> None:
    cut_on = drawn.FIRST + number * A_DAY
    whole = spans(facts, SEEDED, drawn.FIRST, drawn.LAST)
    assert spans(facts, SEEDED, cut_on, drawn.LAST) == [
        Span(
            max(span.first_on, cut_on),
            span.last_on,
            span.lamp,
            span.stage,
            span.reasons,
            span.marks,
        )
        for span in whole
        if span.last_on >= cut_on
    ]


@settings(max_examples=200, deadline=None)
@given(drawn.facts, drawn.days)
def test_the_lamp_is_the_worst_of_its_reasons(facts: Facts, day: date) -> None:
    status = judge(facts, day, drawn.RULES).computed
    severities = [reason.severity for reason in status.reasons]
    worst_first = [Lamp.RED, Lamp.PAUSED, Lamp.YELLOW]
    assert severities == sorted(severities, key=worst_first.index)
    if severities:
        assert status.lamp is severities[0]
    elif status.lamp is not Lamp.BLUE:
        assert status.lamp is (Lamp.GREY if status.stage is Stage.NOT_STARTED else Lamp.GREEN)


@settings(max_examples=200, deadline=None)
@given(drawn.facts, drawn.days)
def test_a_ruling_changes_its_own_days_only_and_keeps_what_was_computed(
    facts: Facts, day: date
) -> None:
    status = judge(facts, day, drawn.RULES)
    computed = judge(replace(facts, rulings=()), day, drawn.RULES)
    assert status.computed == computed
    holding = [
        one
        for one in facts.rulings
        if one.first_on <= day <= one.last_on
        and (one.computed is computed.lamp or not one.only_over_computed)
    ]
    if not holding or computed.lamp is Lamp.BLUE:
        assert status == computed
        return
    ruling = max(holding, key=lambda one: (one.first_on, one.id))
    assert status.lamp is ruling.lamp
    assert status.stage is computed.stage
    assert status.marks == computed.marks | {Mark.RULED}
    assert [one.aspect for one in status.reasons].count(Aspect.RULING) == 1
    assert status.reasons[0].anchors["id"] == ruling.id


@settings(max_examples=200, deadline=None)
@given(drawn.facts, drawn.days)
def test_once_finished_nothing_else_is_judged(facts: Facts, day: date) -> None:
    status = judge(replace(facts, completed_on=day), day, drawn.RULES)
    assert status.lamp is Lamp.BLUE
    assert status.reasons == ()
    assert status.marks <= {Mark.NO_LOCATION}


@settings(max_examples=150, deadline=None)
@given(drawn.facts, drawn.days, st.randoms(use_true_random=False))
def test_the_order_of_facts_never_matters(facts: Facts, day: date, chance: object) -> None:
    def shuffled(items: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(chance.sample(items, len(items)))  # type: ignore[attr-defined]

    other = replace(
        facts,
        plans=shuffled(
            tuple(
                replace(
                    plan,
                    percents=shuffled(plan.percents),
                    investments=shuffled(plan.investments),
                    milestones=shuffled(plan.milestones),
                )
                for plan in facts.plans
            )
        ),
        reports=shuffled(facts.reports),
        blockers=shuffled(facts.blockers),
        suspensions=shuffled(facts.suspensions),
        controls=shuffled(facts.controls),
        procedures=shuffled(facts.procedures),
        rulings=shuffled(facts.rulings),
        pauses=shuffled(facts.pauses),
    )
    assert judge(other, day, drawn.RULES) == judge(facts, day, drawn.RULES)


@settings(max_examples=150, deadline=None)
@given(drawn.facts, drawn.days)
def test_reasons_survive_being_written_as_json(facts: Facts, day: date) -> None:
    for reason in judge(facts, day, drawn.RULES).reasons:
        assert Reason.from_json(json.loads(json.dumps(reason.to_json()))) == reason


@settings(max_examples=100, deadline=None)
@given(drawn.facts, drawn.days)
def test_a_site_with_nothing_of_its_own_is_judged_as_its_project(facts: Facts, day: date) -> None:
    project = replace(
        facts,
        blockers=tuple(replace(one, site_id=None) for one in facts.blockers),
        rulings=(),
    )
    site = site_facts(project, Facts(located=facts.located, site_id=4, controls=facts.controls))
    assert judge(site, day, drawn.RULES) == judge(project, day, drawn.RULES)


@settings(max_examples=100, deadline=None)
@given(drawn.facts, st.lists(drawn.plans, min_size=1, max_size=2), drawn.days)
def test_a_site_is_judged_by_the_newest_of_its_own_plans_and_of_its_projects(
    project: Facts, own_plans: list[PlanVersion], day: date
) -> None:
    own = Facts(plans=tuple(replace(plan, number=at) for at, plan in enumerate(own_plans)))
    merged = Subject(site_facts(project, own)).plan_on(day)
    of_own, of_project = Subject(own).plan_on(day), Subject(project).plan_on(day)
    if of_own is None and of_project is None:
        assert merged is None
        return
    assert merged is not None
    for name in ("start", "finish"):
        expected = getattr(of_own, name, None) or getattr(of_project, name, None)
        assert getattr(merged, name) == expected


@settings(max_examples=60, deadline=None)
@given(
    start=st.integers(-60, 30),
    length=st.integers(20, 300),
    every=st.sampled_from([7, 10, 30]),
    behind=st.floats(-5, 4.9),
)
def test_a_healthy_project_that_reports_on_time_stays_green_through_any_forecast(
    start: int, length: int, every: int, behind: float
) -> None:
    start_on = drawn.YEAR + start * A_DAY
    finish_on = start_on + length * A_DAY
    facts = Facts(
        actual_start_on=start_on,
        plans=(
            PlanVersion(
                start=PlannedDay(start_on),
                finish=PlannedDay(finish_on),
                year_investments=((start_on.year, 1_000_000), (start_on.year + 1, 1_000_000)),
            ),
        ),
    )
    total = dict.fromkeys(range(start_on.year, finish_on.year + 1), 0)
    for passed in range(0, length, every):
        day = start_on + passed * A_DAY
        planned = 100 * passed / length
        of_year = (
            min(finish_on, date(day.year, 12, 31)) - max(start_on, date(day.year, 1, 1))
        ).days + 1
        so_far = (day - max(start_on, date(day.year, 1, 1))).days + 1
        total[day.year] = 1_000_000 * so_far // of_year
        report = Report(
            day,
            max(0.0, min(100.0, planned - behind)),
            invested_to_date_yuan=sum(total.values()),
            known_on=day,
        )
        facts = replace(facts, reports=(*facts.reports, report))
        forecast = spans(facts, SEEDED, day, finish_on)
        assert {span.lamp for span in forecast} == {Lamp.GREEN}


@settings(max_examples=100, deadline=None)
@given(drawn.facts, drawn.days)
def test_nobody_is_late_with_a_report_of_a_day_to_come(facts: Facts, today: date) -> None:
    for span in spans(facts, SEEDED, drawn.FIRST, drawn.LAST):
        assert marks_on(span, span.first_on, span.first_on) == span.marks
        if span.first_on > today:
            assert not marks_on(span, span.first_on, today) & {Mark.NOT_REPORTED, Mark.HOLLOW}


far_days = st.sampled_from([date.min, date(1, 1, 2), date(9999, 12, 30), date.max])


@settings(max_examples=150, deadline=None)
@given(drawn.facts, far_days, far_days, far_days, far_days)
def test_a_mistyped_day_at_the_end_of_time_breaks_nothing(
    facts: Facts, start_on: date, finish_on: date, other_on: date, begun_on: date
) -> None:
    plan = PlanVersion(
        start=PlannedDay(start_on),
        finish=PlannedDay(finish_on),
        percents=((other_on, 50.0),),
        investments=((other_on, 1_000),),
        year_investments=((2026, 5_000), (9999, 5_000), (1, 5_000)),
        milestones=(Milestone("封顶", PlannedDay(other_on), 50.0),),
        in_force_from=facts.actual_start_on,
    )
    blocker = Blocker(other_on, "资金未到位")
    report = Report(other_on, 10.0, invested_to_date_yuan=100)
    far = replace(
        facts,
        actual_start_on=begun_on,
        plans=(*facts.plans, plan),
        blockers=(*facts.blockers, blocker, replace(blocker, due_on=start_on)),
        reports=(*facts.reports, report),
        pauses=(*facts.pauses, Pause(start_on, finish_on), Pause(other_on, finish_on)),
    )
    for span in spans(far, SEEDED, drawn.FIRST, drawn.LAST):
        assert span.status == judge(far, span.last_on, drawn.RULES)
