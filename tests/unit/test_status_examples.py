"""The lamp by worked examples, and what stands beside it: gaps, planned lines, counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from geo.status import (
    Facts,
    PlanVersion,
    Standing,
    counts_on,
    investment_on,
    judge,
    plan_line,
    progress_on,
)
from tests.unit.lamp_examples import EXAMPLES
from tests.unit.lamp_examples.facts import (
    FINISH_MOVED,
    GREY,
    NOT_STARTED,
    RULES,
    STARTED,
    YELLOW,
    Example,
    d,
    invested,
    on,
    report,
    started,
)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.says.replace(" ", "_"))
def test_the_lamp_is_as_the_worked_example_says(example: Example) -> None:
    status = judge(example.facts, d(example.day), example.rules)
    assert status.lamp is example.lamp
    assert (
        tuple(f"{reason.aspect.value} {reason.severity.value}" for reason in status.reasons)
        == example.why
    )
    if example.stage is not None:
        assert status.stage is example.stage
    if example.marks is not None:
        assert status.marks == example.marks


def test_no_two_examples_say_the_same() -> None:
    said = [example.says for example in EXAMPLES]
    assert len(said) == len(set(said))


def test_a_lamp_changes_with_the_day_and_not_with_the_clock() -> None:
    late = d("06-01")
    assert judge(NOT_STARTED, late, RULES) == judge(NOT_STARTED, late, RULES)
    assert judge(NOT_STARTED, late - timedelta(days=1), RULES).lamp is GREY


def test_the_gap_that_is_shown_is_the_one_the_lamp_is_judged_by() -> None:
    facts = started(report("03-02", 45.0))
    assert progress_on(facts, d("03-01")) is None
    shown = progress_on(facts, d("03-20"))
    assert shown is not None
    assert (shown.as_of_on, shown.planned, shown.reached, shown.points) == (d("03-02"), 60, 45, 15)
    assert judge(facts, d("03-20"), RULES).reasons[0].anchors["gap"] == shown.points
    assert progress_on(replace(facts, actual_start_on=None), d("03-20")) is None


def test_the_year_s_investment_is_shown_from_its_first_day() -> None:
    shown = investment_on(invested("01-05", 104_000_000), d("01-06"))
    assert shown is not None
    assert (shown.year, shown.total_yuan) == (2026, 365_000_000)
    assert (shown.planned_yuan, shown.done_yuan) == (5_000_000, 4_000_000)
    assert investment_on(STARTED, d("03-20")) is None


def test_the_planned_line_of_a_subject_is_that_of_the_plan_in_force() -> None:
    before, after = plan_line(FINISH_MOVED, d("04-19")), plan_line(FINISH_MOVED, d("04-20"))
    assert before is not None
    assert after is not None
    assert before.corners() == [(d("01-01"), 0.0), (d("04-11"), 100.0)]
    assert after.corners() == [(d("01-01"), 0.0), (d("07-20"), 100.0)]
    assert plan_line(Facts(), d("04-20")) is None
    assert plan_line(Facts(plans=(PlanVersion(finish=on("04-11")),)), d("04-20")) is None


def test_a_project_postponed_by_document_leaves_the_rates_from_that_day() -> None:
    facts = replace(NOT_STARTED, standing=Standing.POSTPONED, standing_from=d("05-01"))
    assert counts_on(facts, d("04-30"))
    assert not counts_on(facts, d("05-01"))
    assert counts_on(NOT_STARTED, d("05-01"))
    assert judge(facts, d("06-01"), RULES).lamp is YELLOW
