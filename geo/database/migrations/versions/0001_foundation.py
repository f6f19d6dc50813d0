"""The foundation: every record of the city, its history, and who may write what."""

from __future__ import annotations

from alembic import op

from geo.database.migrations.foundation.ground import make_ground
from geo.database.migrations.foundation.kept import make_kept
from geo.database.migrations.foundation.lists import make_lists
from geo.database.migrations.foundation.orders import make_orders
from geo.database.migrations.foundation.progress import make_progress
from geo.database.migrations.foundation.projects import make_projects
from geo.database.migrations.foundation.zones import make_zones
from geo.database.migrations.making import hold_to_metric, keep_history, let_write
from geo.database.scripts import run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_CODE_LISTS = (
    *("category", "nature", "cause", "utility", "unit_kind", "procedure_kind", "funding_source"),
    *("relocation_step", "permit_step", "dig_plan_state", "road_class", "operation"),
)
_RECORDS = (
    *("city", "calendar_day", "pause", "rules_version", "ladder_step", "leader", "unit"),
    *("project", "project_district", "plan_version", "plan_month", "plan_year", "milestone"),
    *("progress_report", "procedure", "funding_line", "land_status", "blocker", "suspension"),
    *("attachment", "zone", "zone_hours", "zone_link", "supervision_order", "supervision_step"),
    *("objection", "ruling"),
)
_SHAPED = ("district", "ground", "road", "pavement", "zone_part")
_DERIVED = ("status_span", "revision")
_REPORTS = ("import_run", "import_notice")
_METRIC = {
    "district": ("shape_metric",),
    "ground": ("shape_metric",),
    "road": ("shape_metric",),
    "pavement": ("shape_metric",),
    "zone_part": ("shape_metric", "shape_wide"),
}


def upgrade() -> None:
    """Make everything, as the owner of the tables."""
    run_script(op.get_bind(), "0001_foundation.sql")
    for make in (
        make_lists,
        make_ground,
        make_projects,
        make_zones,
        make_progress,
        make_orders,
        make_kept,
    ):
        make()
    for table, columns in _METRIC.items():
        for column in columns:
            hold_to_metric(table, column)
    for table in _CODE_LISTS:
        keep_history(table, "code")
    for table in _RECORDS:
        keep_history(table)
    for table in _SHAPED:
        keep_history(table, derived="{shape_metric,shape_web,shape_wide,period}")
    for table in (*_CODE_LISTS, *_RECORDS, *_SHAPED, *_REPORTS):
        let_write(table)
    for table in _DERIVED:
        let_write(table, "jiantu_engine")
