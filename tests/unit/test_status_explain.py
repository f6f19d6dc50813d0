"""The sentences that say why a lamp is what it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from geo.status import (
    Aspect,
    Blocker,
    ControlPeriod,
    Facts,
    Lamp,
    Mark,
    Milestone,
    PlannedDay,
    PlanVersion,
    Precision,
    Reason,
    Report,
    Stage,
    Status,
    Suspension,
    explain,
    explain_all,
    judge,
    lamp_name,
    mark_name,
    planned_day_text,
    stage_name,
)
from tests.unit import status_facts as drawn

if TYPE_CHECKING:
    from geo.rules import Rules
    from geo.status import Language

PERMIT = Blocker(
    date(2026, 3, 1),
    "施工许可证未核发",
    id=5,
    awaited_unit="行政审批局",
    awaited_unit_en="Approvals Bureau",
    due_on=date(2026, 3, 31),
)
LATE_START = Facts(
    plans=(PlanVersion(start=PlannedDay(date(2026, 3, 31), Precision.MONTH)),), blockers=(PERMIT,)
)
STARTED = Facts(
    actual_start_on=date(2026, 1, 1),
    plans=(PlanVersion(start=PlannedDay(date(2026, 1, 1)), finish=PlannedDay(date(2026, 4, 11))),),
)


def sentences(facts: Facts, day: date, language: Language = "zh") -> list[str]:
    return [explain(reason, day, language) for reason in judge(facts, day, drawn.RULES).reasons]


def line(facts: Facts, day: date, language: Language = "zh", lead: str | None = None) -> str:
    return explain_all(judge(facts, day, drawn.RULES), day, language, lead)


def test_a_late_start_counts_its_days_and_names_its_planned_month() -> None:
    day = date(2026, 4, 17)
    assert sentences(LATE_START, day)[0] == "逾期未开工17天(计划2026年3月底前开工)"
    assert sentences(LATE_START, day, "en")[0] == (
        "Start overdue by 17 days (planned by the end of March 2026)"
    )


def test_the_one_line_names_what_holds_it_up_the_awaited_and_the_lead_unit() -> None:
    day = date(2026, 4, 17)
    assert line(LATE_START, day, lead="住建局") == (
        "逾期未开工17天:施工许可证未核发;卡点单位 行政审批局,牵头单位 住建局"
    )
    assert line(LATE_START, day, "en", "Housing Bureau") == (
        "Start overdue by 17 days: 施工许可证未核发; "
        "awaited unit Approvals Bureau, lead unit Housing Bureau"
    )


def test_one_reason_tells_every_day_of_its_span() -> None:
    reason = judge(LATE_START, date(2026, 4, 2), drawn.RULES).reasons[0]
    assert explain(reason, date(2026, 4, 2)).startswith("逾期未开工2天")
    assert explain(reason, date(2026, 4, 1), "en").startswith("Start overdue by 1 day (")


def test_an_overdue_blocker_names_the_awaited_unit() -> None:
    day = date(2026, 4, 17)
    assert sentences(LATE_START, day)[1] == (
        "制约问题“施工许可证未核发”逾期17天未解决(应于2026年3月31日前解决);卡点单位 行政审批局"
    )
    assert sentences(LATE_START, day, "en")[1] == (
        "Blocker 施工许可证未核发 overdue by 17 days (due by 31 Mar 2026); "
        "awaited unit Approvals Bureau"
    )


def test_a_gap_is_told_in_points_with_the_day_of_its_report() -> None:
    facts = replace(STARTED, reports=(Report(date(2026, 3, 2), 45.5),))
    assert sentences(facts, date(2026, 3, 9)) == [
        "形象进度滞后14.5个百分点(截至2026年3月2日完成45.5%,计划60%)"
    ]
    assert sentences(facts, date(2026, 3, 9), "en") == [
        "Progress 14.5 points behind (45.5% done by 2 Mar 2026, 60% planned)"
    ]


def test_investment_is_told_in_large_units() -> None:
    plan = replace(STARTED.plans[0], finish=None, year_investments=((2026, 365_000_000),))
    report = Report(date(2026, 4, 10), invested_to_date_yuan=12_345_600)
    facts = replace(STARTED, plans=(plan,), reports=(report,))
    assert sentences(facts, date(2026, 4, 12)) == [
        (
            "2026年投资滞后24.02个百分点"
            "(截至2026年4月10日完成1234.56万元,序时计划1亿元,年度计划3.65亿元)"
        )
    ]
    assert sentences(facts, date(2026, 4, 12), "en") == [
        (
            "Investment of 2026 24.02 points behind (CNY 12.35 million done by 10 Apr 2026, "
            "CNY 100 million planned, CNY 365 million in the year's plan)"
        )
    ]


def test_a_missed_milestone_and_a_late_finish_are_told_by_name_and_day() -> None:
    missed = Milestone("主体封顶", PlannedDay(date(2026, 3, 31), Precision.QUARTER))
    facts = replace(STARTED, plans=(replace(STARTED.plans[0], milestones=(missed,)),))
    assert sentences(facts, date(2026, 4, 12)) == [
        "逾期未完工1天(计划2026年4月11日前完工)",
        "节点“主体封顶”逾期12天未完成(应于2026年一季度末前完成)",
    ]
    assert sentences(facts, date(2026, 4, 12), "en") == [
        "Finish overdue by 1 day (planned by 11 Apr 2026)",
        "Milestone 主体封顶 missed by 12 days (due by the end of Q1 2026)",
    ]


def test_a_standstill_counts_its_days_and_says_why() -> None:
    day = date(2026, 2, 10)
    without = replace(STARTED, suspensions=(Suspension(date(2026, 2, 1), reason="欠薪"),))
    assert line(without, day, lead="住建局") == (
        "未经批准停工第10天(2026年2月1日起,欠薪);牵头单位 住建局"
    )
    controlled = replace(
        STARTED, controls=(ControlPeriod(date(2026, 2, 10), None, True, "重污染天气应急"),)
    )
    assert line(controlled, day, lead="住建局") == "因管控停工第1天(2026年2月10日起,重污染天气应急)"
    assert line(controlled, day, "en") == (
        "Suspended by a control area, day 1 (since 10 Feb 2026: 重污染天气应急)"
    )


def test_a_passed_bottom_line_day_is_told_with_the_planned_day() -> None:
    reason = Reason(
        Aspect.START,
        Lamp.RED,
        "start_past_bottom_line",
        {"due_on": "2026-09-30", "precision": "quarter", "bottom_line_on": "2026-08-31"},
    )
    assert explain(reason, date(2026, 9, 12)) == (
        "过底线日12天未开工(底线日2026年8月31日,计划2026年三季度末前开工)"
    )


@pytest.mark.parametrize(
    ("facts", "day", "chinese", "english"),
    [
        (LATE_START, date(2026, 2, 1), "未到计划开工期", "Start not due yet"),
        (Facts(), date(2026, 2, 1), "未开工,尚无开工计划", "Not started, no start is planned"),
        (STARTED, date(2026, 2, 1), "按计划推进", "On plan"),
        (
            replace(STARTED, plans=()),
            date(2026, 2, 1),
            "在建,尚无完工计划",
            "Under construction, no finish is planned",
        ),
        (replace(STARTED, in_use_on=date(2026, 2, 1)), date(2026, 2, 1), "交付使用", "In use"),
    ],
)
def test_without_a_reason_the_line_says_what_the_lamp_stands_for(
    facts: Facts, day: date, chinese: str, english: str
) -> None:
    assert line(facts, day, lead="住建局") == chinese
    assert line(facts, day, "en") == english


@pytest.mark.parametrize(
    ("precision", "chinese", "english"),
    [
        (Precision.DAY, "2026年6月30日", "30 Jun 2026"),
        (Precision.MONTH, "2026年6月底", "the end of June 2026"),
        (Precision.QUARTER, "2026年二季度末", "the end of Q2 2026"),
        (Precision.HALF, "2026年上半年末", "the end of the first half of 2026"),
        (Precision.YEAR, "2026年底", "the end of 2026"),
    ],
)
def test_a_planned_day_is_written_as_exactly_as_it_is_meant(
    precision: Precision, chinese: str, english: str
) -> None:
    assert planned_day_text(date(2026, 6, 30), precision) == chinese
    assert planned_day_text(date(2026, 6, 30), precision, "en") == english


@settings(max_examples=300, deadline=None)
@given(drawn.facts, drawn.days, drawn.rules)
def test_every_reason_of_any_facts_has_a_sentence_in_both_languages(
    facts: Facts, day: date, rules: Rules
) -> None:
    status = judge(facts, day, rules)
    for language in ("zh", "en"):
        assert explain_all(status, day, language, "住建局")
        for reason in status.reasons:
            kept = Reason.from_json(reason.to_json())
            sentence = explain(kept, day, language)
            assert sentence
            assert "None" not in sentence


@pytest.mark.parametrize("aspect", Aspect)
@pytest.mark.parametrize("anchors", [{}, {"due_on": "soon"}, {"due_on": None, "first_on": 3}])
def test_a_reason_that_cannot_be_read_is_told_by_its_aspect_and_lamp(
    aspect: Aspect, anchors: dict[str, object]
) -> None:
    for code in ("of_other_rules", "start_overdue", "suspended_approved", "progress_behind"):
        reason = Reason(aspect, Lamp.RED, code, anchors)
        assert explain(reason, date(2026, 1, 1)).endswith("红灯")
        assert explain(reason, date(2026, 1, 1), "en").endswith("Red")
        status = Status(Lamp.RED, Stage.UNDER_CONSTRUCTION, (reason,))
        assert explain_all(status, date(2026, 1, 1))


def test_every_lamp_stage_and_mark_has_a_name_in_both_languages() -> None:
    for language in ("zh", "en"):
        assert all(lamp_name(lamp, language) for lamp in Lamp)
        assert all(stage_name(stage, language) for stage in Stage)
        assert all(mark_name(mark, language) for mark in Mark)
