"""Zones: everything with a shape and a period, its parts, hours and links."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from geo.database.migrations.making import (
    lonlat_shape,
    make_index,
    make_table,
    metric_shape,
    one_of,
    recorded,
    refers,
    web_shape,
)


def make_zones() -> None:
    """Make these tables."""
    make_table(
        "zone",
        sa.Column(
            "kind",
            one_of(
                "zonekind", "site", "relocation", "diversion", "haul_route", "control_area", "event"
            ),
            nullable=False,
        ),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("project_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "state",
            one_of("zonestate", "draft", "planned", "confirmed", "finished", "withdrawn"),
            server_default=sa.text("'planned'"),
            nullable=False,
        ),
        sa.Column("planned_start_on", sa.Date(), nullable=True),
        sa.Column(
            "planned_start_precision",
            one_of("planned_start_precision", "day", "month", "quarter", "half", "year"),
            nullable=True,
        ),
        sa.Column("planned_finish_on", sa.Date(), nullable=True),
        sa.Column(
            "planned_finish_precision",
            one_of("planned_finish_precision", "day", "month", "quarter", "half", "year"),
            nullable=True,
        ),
        sa.Column("actual_start_on", sa.Date(), nullable=True),
        sa.Column("actual_finish_on", sa.Date(), nullable=True),
        sa.Column("tentative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("emergency", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("location_text", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("source_crs", sa.Text(), nullable=True),
        sa.Column("source_key", sa.Text(), nullable=True),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("utility", sa.Text(), nullable=True),
        sa.Column("placement", one_of("placement", "underground", "overhead"), nullable=True),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("dig_plan_state", sa.Text(), nullable=True),
        sa.Column("taken", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column(
            "side",
            one_of("side", "north", "south", "east", "west", "middle", "both"),
            nullable=True,
        ),
        sa.Column("lanes_before", sa.Integer(), nullable=True),
        sa.Column("lanes_open", sa.Integer(), nullable=True),
        sa.Column(
            "passing",
            one_of("passing", "detour", "contraflow", "one_way", "alternating", "temporary_road"),
            nullable=True,
        ),
        sa.Column("still_pass", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("permit_step", sa.Text(), nullable=True),
        sa.Column("approval_number", sa.Text(), nullable=True),
        sa.Column("approved_until_on", sa.Date(), nullable=True),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.Column("extended_until_on", sa.Date(), nullable=True),
        sa.Column("extension_reason", sa.Text(), nullable=True),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("stops", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("exempt", postgresql.ARRAY(sa.Text()), nullable=True),
        *recorded(),
        sa.CheckConstraint("kind <> 'site' or project_id is not null", name="site_has_project"),
        sa.CheckConstraint(
            "kind in ('control_area') or num_nonnulls(level, stops, exempt) = 0",
            name="control_area_columns",
        ),
        sa.CheckConstraint(
            "kind in ('diversion') or num_nonnulls(taken, side, lanes_before, lanes_open, passing,"
            " still_pass, permit_step, approval_number, approved_until_on, announced_on,"
            " extended_until_on, extension_reason) = 0",
            name="diversion_columns",
        ),
        sa.CheckConstraint(
            "kind in ('relocation') or num_nonnulls(utility, placement, step, dig_plan_state) = 0",
            name="relocation_columns",
        ),
        sa.CheckConstraint(
            "not emergency or kind in ('relocation', 'diversion')", name="emergency_by_kind"
        ),
        sa.CheckConstraint(
            "still_pass <@ array['motor', 'ebike', 'foot', 'bus', 'emergency']",
            name="still_pass_known",
        ),
        sa.CheckConstraint(
            "taken <@ array['full', 'half', 'motor_lane', 'cycle_lane', 'footway']",
            name="taken_known",
        ),
        sa.CheckConstraint(
            "(extended_until_on is null) or (extension_reason is not null)",
            name="extension_has_reason",
        ),
        sa.CheckConstraint(
            "(planned_finish_on is null) = (planned_finish_precision is null)",
            name="finish_precision",
        ),
        sa.CheckConstraint(
            "(planned_start_on is null) = (planned_start_precision is null)", name="start_precision"
        ),
        sa.CheckConstraint(
            "actual_start_on <= actual_finish_on",
            name="actual_finish_on_not_before_actual_start_on",
        ),
        sa.CheckConstraint(
            "approved_until_on <= extended_until_on",
            name="extended_until_on_not_before_approved_until_on",
        ),
        sa.CheckConstraint("lanes_open <= lanes_before", name="lanes_open_within"),
        sa.CheckConstraint("parent_id <> id", name="parent_is_another"),
        sa.CheckConstraint(
            "planned_start_on <= planned_finish_on",
            name="planned_finish_on_not_before_planned_start_on",
        ),
        refers("dig_plan_state", "dig_plan_state.code"),
        refers("parent_id", "zone"),
        refers("permit_step", "permit_step.code"),
        refers("project_id", "project"),
        refers("step", "relocation_step.code"),
        refers("unit_id", "unit"),
        refers("utility", "utility.code"),
    )
    make_index("zone", "parent_id")
    make_index("zone", "project_id")
    make_index("zone", "unit_id")
    make_index("zone", "kind", "code", name="uq_zone_code", unique=True, where="kind <> 'site'")
    make_index(
        "zone", "project_id", "code", name="uq_zone_site", unique=True, where="kind = 'site'"
    )
    make_table(
        "zone_part",
        sa.Column("zone_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            one_of("partrole", "footprint", "taken", "centre_line", "detour"),
            nullable=False,
        ),
        sa.Column(
            "mode", one_of("traveller", "motor", "ebike", "foot", "bus", "emergency"), nullable=True
        ),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("width_m", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("shape", lonlat_shape(), nullable=False),
        sa.Column("shape_metric", metric_shape(), nullable=False),
        sa.Column("shape_web", web_shape(), nullable=False),
        sa.Column("shape_wide", metric_shape(), nullable=False),
        sa.Column("period", postgresql.DATERANGE(), nullable=False),
        *recorded(),
        sa.CheckConstraint("(role = 'detour') = (mode is not null)", name="mode_of_detour"),
        sa.CheckConstraint("first_on <= last_on", name="last_on_not_before_first_on"),
        sa.CheckConstraint("st_isvalid(shape) and not st_isempty(shape)", name="shape_valid"),
        sa.CheckConstraint("st_npoints(shape) <= 10000", name="shape_vertices"),
        sa.CheckConstraint("width_m > 0", name="width_positive"),
        refers("zone_id", "zone", ondelete="CASCADE"),
    )
    make_index("zone_part", "shape_web", using="gist")
    make_index("zone_part", "shape_wide", "period", name="ix_zone_part_wide_period", using="gist")
    make_index("zone_part", "zone_id")
    make_index("zone_part", "zone_id", "position", name="uq_zone_part_position", unique=True)
    make_table(
        "zone_hours",
        sa.Column("zone_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.Time(), nullable=False),
        sa.Column("until", sa.Time(), nullable=False),
        sa.Column(
            "weekdays",
            postgresql.ARRAY(sa.Integer()),
            server_default=sa.text("'{1,2,3,4,5,6,7}'"),
            nullable=False,
        ),
        *recorded(),
        sa.CheckConstraint("since <> until or since = '00:00'", name="window_not_empty"),
        sa.CheckConstraint(
            "weekdays <@ array[1, 2, 3, 4, 5, 6, 7] and cardinality(weekdays) > 0",
            name="weekdays_known",
        ),
        refers("zone_id", "zone", ondelete="CASCADE"),
    )
    make_index("zone_hours", "zone_id")
    make_table(
        "zone_link",
        sa.Column("zone_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", one_of("linkkind", "belongs", "made_for", "before"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        *recorded(),
        sa.CheckConstraint("kind = 'before' or due_on is null", name="due_of_before"),
        sa.CheckConstraint("zone_id <> other_id", name="two_zones"),
        refers("other_id", "zone", ondelete="CASCADE"),
        refers("zone_id", "zone", ondelete="CASCADE"),
    )
    make_index("zone_link", "other_id")
    make_index("zone_link", "zone_id", "other_id", "kind", name="uq_zone_link", unique=True)
