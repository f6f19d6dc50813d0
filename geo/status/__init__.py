"""The lamp: from facts and a day, purely, to lamp, stage, reasons and marks."""

from __future__ import annotations

from geo.status.calendar import Pause, WorkCalendar, working_day_after, working_days_between
from geo.status.explain import (
    Language,
    explain,
    explain_all,
    lamp_name,
    mark_name,
    planned_day_text,
    stage_name,
)
from geo.status.facts import (
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
    Procedure,
    Reason,
    Report,
    ReportPeriod,
    Ruling,
    Span,
    Stage,
    Standing,
    Status,
    Suspension,
    Verification,
    counts_on,
)
from geo.status.gap import Gap, YearGap
from geo.status.judge import judge
from geo.status.lines import investment_on, plan_line, progress_on
from geo.status.sites import site_facts
from geo.status.spans import marks_on, spans

__all__ = [
    "Aspect",
    "Blocker",
    "ControlPeriod",
    "Facts",
    "Gap",
    "Lamp",
    "Language",
    "Mark",
    "Milestone",
    "Pause",
    "PlanVersion",
    "PlannedDay",
    "Precision",
    "Procedure",
    "Reason",
    "Report",
    "ReportPeriod",
    "Ruling",
    "Span",
    "Stage",
    "Standing",
    "Status",
    "Suspension",
    "Verification",
    "WorkCalendar",
    "YearGap",
    "counts_on",
    "explain",
    "explain_all",
    "investment_on",
    "judge",
    "lamp_name",
    "mark_name",
    "marks_on",
    "plan_line",
    "planned_day_text",
    "progress_on",
    "site_facts",
    "spans",
    "stage_name",
    "working_day_after",
    "working_days_between",
]
