"""The city's rules as data: read, checked, kept, and chosen by day."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from geo.errors import RuleError
from geo.rules import RulesVersion, load_rules, rules_from_json, rules_on, rules_to_json

FILE = Path(__file__).parents[2] / "data" / "rules.toml"
RULES = load_rules(FILE)


def test_the_default_rules_have_the_numbers_of_the_domain() -> None:
    lamp = RULES.lamp
    assert (lamp.start.yellow_from_days, lamp.start.red_from_days) == (1, 31)
    assert (lamp.finish.red_from_days, lamp.milestone.red_from_days) == (31, 31)
    assert (lamp.progress.yellow_over_points, lamp.progress.red_over_points) == (10, 30)
    assert (lamp.blocker.due_after_days, lamp.blocker.yellow_from_days) == (15, 15)
    assert (lamp.blocker.red_from_days, lamp.blocker.stops_work_red_from_days) == (30, 1)
    assert (lamp.at_risk_days, lamp.reporting.hollow_over_days, lamp.forecast_days) == (30, 60, 400)
    assert (RULES.ruling.objection_working_days, RULES.ruling.expires_after_days) == (3, 30)
    assert (RULES.cards.reminder_working_days, RULES.cards.red_from_days) == (3, 30)
    assert RULES.service_windows[1].until == time(6, 0)
    weights = [
        getattr(RULES.impact, name) for name in dir(RULES.impact) if name.endswith("_weight")
    ]
    assert sum(weights) == pytest.approx(1)


@pytest.mark.parametrize(
    ("kind", "taken", "metres"),
    [
        ("site", (), 5),
        ("relocation", ("motor_lane", "footway"), 10),
        ("relocation", ("full",), 10),
        ("relocation", ("cycle_lane",), 5),
        ("relocation", (), 5),
        ("diversion", ("full",), 5),
        ("event", (), 5),
        ("haul_route", (), 5),
        ("control_area", (), 0),
    ],
)
def test_a_zone_is_widened_by_its_kind_and_by_whether_it_hinders_motor_traffic(
    kind: str, taken: tuple[str, ...], metres: float
) -> None:
    assert RULES.overlap_buffer_m(kind, taken) == metres


def test_rules_survive_being_kept_as_json() -> None:
    with_line = replace(
        RULES,
        lamp=replace(
            RULES.lamp, start=replace(RULES.lamp.start, bottom_line_on={2026: date(2026, 10, 31)})
        ),
    )
    kept = json.loads(json.dumps(rules_to_json(with_line)))
    assert rules_from_json(kept) == with_line


def test_a_city_states_only_what_differs_from_a_base() -> None:
    changed = load_rules("[lamp.start.bottom_line_on]\n2026 = 2026-10-31\n", RULES)
    assert changed.lamp.start.bottom_line_on == {2026: date(2026, 10, 31)}
    assert changed.lamp.start.red_from_days == 31
    assert changed.overlap == RULES.overlap


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"lamp": {"start": {"red_from_days": 0}}}, "lamp.start.red_from_days"),
        ({"lamp": {"start": {"red_from_days": "31"}}}, "lamp.start.red_from_days"),
        ({"lamp": {"start": {"red_from_days": True}}}, "lamp.start.red_from_days"),
        ({"lamp": {"start": {"yellow_from_days": 40}}}, "lamp.start.red_from_days"),
        ({"lamp": {"progress": {"red_over_points": 101}}}, "lamp.progress.red_over_points"),
        ({"lamp": {"progress": {"red_over_points": 5}}}, "lamp.progress.red_over_points"),
        (
            {"lamp": {"progress": {"red_from_points": float("nan")}}},
            "lamp.progress.red_from_points",
        ),
        ({"lamp": {"progress": {"red_below_percent": 90}}}, "lamp.progress.yellow_below_percent"),
        ({"lamp": {"colour": "red"}}, "lamp.colour"),
        ({"lamp": 3}, "lamp"),
        ({"lamp": {"start": {"bottom_line_on": {"soon": "2026-10-31"}}}}, "bottom_line_on.soon"),
        ({"lamp": {"start": {"bottom_line_on": {"2026": "2027-10-31"}}}}, "bottom_line_on.2026"),
        ({"lamp": {"start": {"bottom_line_on": {"2026": "October"}}}}, "bottom_line_on.2026"),
        ({"impact": {"street_points": {"trunk": 6}}}, "impact.street_points.trunk"),
        ({"service_windows": [{"code": "x"}]}, "service_windows[1].name"),
        ({"service_windows": 3}, "service_windows"),
        ({"cards": {"red_from_days": 3}}, "cards.red_from_days"),
    ],
)
def test_what_cannot_hold_is_refused_by_its_key(change: dict[str, Any], key: str) -> None:
    with pytest.raises(RuleError) as refusal:
        rules_from_json(change, RULES)
    assert f"{key}:" in str(refusal.value)


@pytest.mark.parametrize(
    ("field", "value", "key"),
    [
        ("first", "13-01", "service_windows[1].first"),
        ("until", "25:00", "service_windows[1].until"),
    ],
)
def test_a_service_window_reads_month_day_and_hours(field: str, value: str, key: str) -> None:
    kept = rules_to_json(RULES)
    kept["service_windows"][0][field] = value
    with pytest.raises(RuleError, match=rf"{key[:15]}\[1\]\.{field}"):
        rules_from_json(kept)


def test_a_service_window_has_both_hours_or_none() -> None:
    kept = rules_to_json(RULES)
    kept["service_windows"][0]["since"] = "22:00"
    with pytest.raises(RuleError, match="heating_season"):
        rules_from_json(kept)


def test_a_missing_rule_is_named() -> None:
    kept = rules_to_json(RULES)
    del kept["lamp"]["blocker"]["due_after_days"]
    with pytest.raises(RuleError, match=r"lamp\.blocker\.due_after_days"):
        rules_from_json(kept)


def test_a_file_that_is_missing_or_no_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no such rules file"):
        load_rules(tmp_path / "none.toml")
    with pytest.raises(RuleError, match="not valid TOML"):
        load_rules("[lamp")


def test_rules_hold_from_their_effective_day_and_the_first_ones_before_it() -> None:
    later = replace(RULES, bulletin=replace(RULES.bulletin, ranked_from_items=9))
    versions = [RulesVersion(date(2026, 7, 1), later), RulesVersion(date(2026, 1, 1), RULES)]
    assert rules_on(versions, date(2025, 1, 1)) is RULES
    assert rules_on(versions, date(2026, 6, 30)) is RULES
    assert rules_on(versions, date(2026, 7, 1)) is later
    with pytest.raises(RuleError):
        rules_on([], date(2026, 1, 1))
