"""What the fields of each record hold: text, days, money, codes of which list. Readers and writers go by it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from geo import records


class Form(StrEnum):
    """How a value is written and understood."""

    TEXT = "text"
    KEY = "key"
    """Text that names a record: width and blanks are made alike."""
    WORDS = "words"
    """Several texts."""
    DATE = "date"
    """A day that has come: of a month meant as a whole, its first."""
    UNTIL = "until"
    """A day by which something ends or is due: of a month meant as a whole, its last."""
    PLANNED = "planned"
    """A planned day with its precision: of a month, its last."""
    YUAN = "yuan"
    PERCENT = "percent"
    NUMBER = "number"
    COUNT = "count"
    """A whole number, not negative."""
    YES_NO = "yes_no"
    CODE = "code"
    """One code of a list."""
    CODES = "codes"
    """Several codes of a list."""
    HOURS = "hours"
    MONTH_PERCENTS = "month_percents"
    MONTH_YUAN = "month_yuan"
    YEAR_YUAN = "year_yuan"
    SHAPE = "shape"
    PARTS = "parts"


@dataclass(frozen=True, slots=True)
class Field:
    """The form of a field and, for codes, the list (a file of `data/codes`) that they belong to."""

    form: Form
    code_list: str | None = None


TEXT, KEY, WORDS = Field(Form.TEXT), Field(Form.KEY), Field(Form.WORDS)
DATE, UNTIL, PLANNED = Field(Form.DATE), Field(Form.UNTIL), Field(Form.PLANNED)
YUAN, PERCENT = Field(Form.YUAN), Field(Form.PERCENT)
NUMBER, COUNT, YES_NO = Field(Form.NUMBER), Field(Form.COUNT), Field(Form.YES_NO)
SHAPE = Field(Form.SHAPE)


def _code(code_list: str) -> Field:
    return Field(Form.CODE, code_list)


def _codes(code_list: str) -> Field:
    return Field(Form.CODES, code_list)


FIELDS: dict[type[Any], dict[str, Field]] = {
    records.DistrictRecord: {
        "code": KEY,
        "name": TEXT,
        "shape": SHAPE,
        "name_en": TEXT,
        "kind": _code("district_kinds"),
    },
    records.RoadRecord: {
        "code": KEY,
        "name": TEXT,
        "road_class": _code("road_classes"),
        "shape": SHAPE,
        "name_en": TEXT,
        "oneway": YES_NO,
        "lanes": COUNT,
        "width_m": NUMBER,
    },
    records.GroundRecord: {
        "code": KEY,
        "kind": _code("ground_kinds"),
        "shape": SHAPE,
        "name": TEXT,
        "name_en": TEXT,
    },
    records.UnitRecord: {
        "name": TEXT,
        "kind": _code("unit_kinds"),
        "code": KEY,
        "short_name": TEXT,
        "name_en": TEXT,
        "utility": _code("utilities"),
        "aliases": WORDS,
    },
    records.LeaderRecord: {"name": TEXT, "post": TEXT, "rank": COUNT},
    records.ProjectRecord: {
        "code": KEY,
        "name": TEXT,
        "category": _code("categories"),
        "nature": _code("natures"),
        "lead_unit": TEXT,
        "employer": TEXT,
        "contractor": TEXT,
        "districts": WORDS,
        "headquarters": TEXT,
        "sponsor_leader": TEXT,
        "manager": TEXT,
        "task_force": TEXT,
        "total_investment_yuan": YUAN,
        "green_channel": YES_NO,
        "public": YES_NO,
        "introduction": TEXT,
        "name_en": TEXT,
        "parent": KEY,
        "standing": _code("standing"),
        "standing_document": TEXT,
        "standing_from": DATE,
        "actual_start_on": DATE,
        "start_permit": TEXT,
        "completed_on": DATE,
        "accepted_on": DATE,
        "in_use_on": DATE,
        "in_production_on": DATE,
        "at_capacity_on": DATE,
        "report_period": _code("report_periods"),
        "source_key": KEY,
    },
    records.PlanRecord: {
        "project": KEY,
        "number": COUNT,
        "site": KEY,
        "in_force_from": DATE,
        "document": TEXT,
        "start": PLANNED,
        "finish": PLANNED,
        "percents": Field(Form.MONTH_PERCENTS),
        "investments": Field(Form.MONTH_YUAN),
        "year_investments": Field(Form.YEAR_YUAN),
    },
    records.MilestoneRecord: {
        "project": KEY,
        "name": TEXT,
        "due": PLANNED,
        "site": KEY,
        "plan_number": COUNT,
        "percent": PERCENT,
        "reached_on": DATE,
    },
    records.ReportRecord: {
        "project": KEY,
        "period": _code("report_periods"),
        "first_on": DATE,
        "last_on": UNTIL,
        "site": KEY,
        "narrative": TEXT,
        "step": TEXT,
        "percent": PERCENT,
        "percent_source": TEXT,
        "invested_in_period_yuan": YUAN,
        "invested_to_date_yuan": YUAN,
        "next_step": TEXT,
        "reporter": TEXT,
        "checker": TEXT,
        "reported_on": DATE,
        "verification": _code("verifications"),
        "origin": TEXT,
    },
    records.ProcedureRecord: {
        "project": KEY,
        "kind": _code("procedure_kinds"),
        "required": YES_NO,
        "started_on": DATE,
        "statutory_days": COUNT,
        "promised_days": COUNT,
        "used_days": COUNT,
        "lies_with": TEXT,
        "due_on": UNTIL,
        "obtained_on": DATE,
        "tolerance": _code("tolerances"),
    },
    records.FundingRecord: {
        "project": KEY,
        "funding_source": _code("funding_sources"),
        "planned_yuan": YUAN,
        "arrived_yuan": YUAN,
        "arrived_on": DATE,
        "paid_yuan": YUAN,
        "paid_on": DATE,
    },
    records.LandRecord: {
        "project": KEY,
        "kind": _code("land_kinds"),
        "as_of_on": DATE,
        "area_total_m2": NUMBER,
        "area_signed_m2": NUMBER,
        "area_cleared_m2": NUMBER,
        "households_total": COUNT,
        "households_signed": COUNT,
        "households_cleared": COUNT,
    },
    records.BlockerRecord: {
        "project": KEY,
        "cause": _code("causes"),
        "text": TEXT,
        "raised_on": DATE,
        "code": KEY,
        "site": KEY,
        "responsible_unit": TEXT,
        "awaited_unit": TEXT,
        "due_on": UNTIL,
        "resolved_on": DATE,
        "resolution": TEXT,
        "stops_work": YES_NO,
    },
    records.SuspensionRecord: {
        "project": KEY,
        "first_on": DATE,
        "reason": TEXT,
        "site": KEY,
        "last_on": UNTIL,
        "approved_by": TEXT,
        "approved_on": DATE,
    },
    records.ZoneRecord: {
        "kind": _code("zone_kinds"),
        "code": KEY,
        "name": TEXT,
        "project": KEY,
        "unit": TEXT,
        "state": _code("zone_states"),
        "planned_start": PLANNED,
        "planned_finish": PLANNED,
        "actual_start_on": DATE,
        "actual_finish_on": DATE,
        "tentative": YES_NO,
        "emergency": YES_NO,
        "location_text": TEXT,
        "note": TEXT,
        "hours": Field(Form.HOURS),
        "parts": Field(Form.PARTS),
        "source_crs": TEXT,
        "utility": _code("utilities"),
        "placement": _code("placements"),
        "step": _code("relocation_steps"),
        "dig_plan_state": _code("dig_plan_states"),
        "hands_over_to": KEY,
        "hands_over_on": UNTIL,
        "taken": _codes("taken"),
        "side": _code("sides"),
        "lanes_before": COUNT,
        "lanes_open": COUNT,
        "passing": _code("passing"),
        "still_pass": _codes("modes"),
        "permit_step": _code("permit_steps"),
        "approval_number": TEXT,
        "approved_until_on": UNTIL,
        "announced_on": DATE,
        "extended_until_on": UNTIL,
        "extension_reason": TEXT,
        "made_for": KEY,
        "level": TEXT,
        "stops": _codes("operations"),
        "exempt": WORDS,
        "source_key": KEY,
    },
    records.PartRecord: {
        "shape": SHAPE,
        "role": _code("part_roles"),
        "mode": _code("modes"),
        "name": TEXT,
        "width_m": NUMBER,
        "first_on": DATE,
        "last_on": UNTIL,
    },
    records.PavementRecord: {
        "code": KEY,
        "road": TEXT,
        "shape": SHAPE,
        "laid_on": DATE,
        "overhauled_on": DATE,
    },
    records.PauseRecord: {
        "name": TEXT,
        "kind": _code("pause_kinds"),
        "first_on": DATE,
        "last_on": UNTIL,
    },
}
"""For each kind of record, what its fields hold. `source` is where it was read and holds nothing of the city."""
