"""Records with sensible defaults, so that a test says only what it is about."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from shapely.geometry import Point, box

from geo.records import (
    Batch,
    BlockerRecord,
    Day,
    MilestoneRecord,
    PartRecord,
    PlanRecord,
    ProjectRecord,
    ReportRecord,
    ZoneRecord,
)

TODAY = date(2026, 11, 23)
SQUARE = box(116.300, 37.450, 116.302, 37.452)
SPOT = Point(116.301, 37.451)


def project(code: str = "P1", **facts: Any) -> ProjectRecord:
    """A road of the city centre's works."""
    return ProjectRecord(
        **{
            "code": code,
            "name": f"测试项目{code}",
            "category": "urban",
            "nature": "new",
            "lead_unit": "测试住建局",
            **facts,
        }
    )


def site(project_code: str = "P1", code: str = "A", **facts: Any) -> ZoneRecord:
    """A square site of 180 by 220 metres."""
    return ZoneRecord(
        **{
            "kind": "site",
            "code": code,
            "project": project_code,
            "parts": (PartRecord(SQUARE),),
            **facts,
        }
    )


def plan(project_code: str = "P1", **facts: Any) -> PlanRecord:
    """From 31 March 2026 to the end of 2027."""
    return PlanRecord(
        **{
            "project": project_code,
            "start": Day(date(2026, 3, 31), "month"),
            "finish": Day(date(2027, 12, 31)),
            **facts,
        }
    )


def milestone(project_code: str = "P1", **facts: Any) -> MilestoneRecord:
    """Half of it by the middle of 2027."""
    return MilestoneRecord(
        **{
            "project": project_code,
            "name": "主体完成",
            "due": Day(date(2027, 6, 30)),
            "percent": 50.0,
            **facts,
        }
    )


def report(
    project_code: str = "P1", monday: date = date(2026, 11, 16), **facts: Any
) -> ReportRecord:
    """The report of one week."""
    return ReportRecord(
        **{
            "project": project_code,
            "period": "week",
            "first_on": monday,
            "last_on": monday + timedelta(days=6),
            "percent": 40.0,
            "narrative": "主体施工",
            **facts,
        }
    )


def blocker(project_code: str = "P1", **facts: Any) -> BlockerRecord:
    """A construction permit that has not come."""
    return BlockerRecord(
        **{
            "project": project_code,
            "cause": "procedures",
            "text": "施工许可证未核发",
            "raised_on": date(2026, 11, 1),
            "awaited_unit": "测试审批局",
            **facts,
        }
    )


def small_city() -> Batch:
    """Two projects with a site, a plan, a report and a blocker each."""
    codes = ("P1", "P2")
    return Batch(
        projects=[project(code, actual_start_on=date(2026, 4, 1)) for code in codes],
        zones=[site(code) for code in codes],
        plans=[plan(code) for code in codes],
        milestones=[milestone(code) for code in codes],
        reports=[report(code) for code in codes],
        blockers=[blocker(code) for code in codes],
    )
