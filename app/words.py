"""The words of the fixed lists, for templates: lamps, stages, states, cards. Code lists bring their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext

if TYPE_CHECKING:
    from flask import Flask

POSTER_SIZES = ("A3", "A1", "A0")
"""Sizes of the sheet for the wall, the smallest first."""

WORDS = {
    # In the order in which they are shown: what needs somebody first.
    "lamps": {
        "red": lazy_gettext("Red"),
        "yellow": lazy_gettext("Yellow"),
        "green": lazy_gettext("Green"),
        "grey": lazy_gettext("Not due"),
        "blue": lazy_gettext("Finished"),
        "paused": lazy_gettext("Paused"),
    },
    "stages": {
        "not_started": lazy_gettext("Not started"),
        "under_construction": lazy_gettext("Under construction"),
        "suspended": lazy_gettext("Suspended"),
        "completed": lazy_gettext("Completed"),
        "in_use": lazy_gettext("In use"),
        "in_production": lazy_gettext("In production"),
        "at_capacity": lazy_gettext("At capacity"),
    },
    "zone_states": {
        "draft": lazy_gettext("Draft"),
        "planned": lazy_gettext("Planned"),
        "confirmed": lazy_gettext("Confirmed"),
        "finished": lazy_gettext("Done"),
        "withdrawn": lazy_gettext("Withdrawn"),
    },
    "cards": {
        "yellow": lazy_gettext("Yellow card"),
        "red": lazy_gettext("Red card"),
    },
    "verifications": {
        "self_reported": lazy_gettext("Self-reported"),
        "verified": lazy_gettext("Verified"),
        "contradicted": lazy_gettext("Contradicted on site"),
    },
    "tolerances": {
        "deferred": lazy_gettext("Deferred"),
        "promised": lazy_gettext("Promised"),
        "parallel": lazy_gettext("In parallel"),
    },
    # The clocks of procedures that want somebody.
    "signals": {
        "soon": lazy_gettext("due soon"),
        "over": lazy_gettext("longer than promised"),
        "unlawful": lazy_gettext("over time"),
    },
    "answers": {
        "awaiting": lazy_gettext("No answer yet"),
        "affected": lazy_gettext("Affected"),
        "unaffected": lazy_gettext("Not affected"),
        "agreed": lazy_gettext("Agreed"),
    },
    "pair_states": {
        "open": lazy_gettext("To answer"),
        "reassess": lazy_gettext("To judge again"),
        "answered": lazy_gettext("Both answered"),
    },
    "case_states": {
        "open": lazy_gettext("To answer"),
        "reassess": lazy_gettext("To judge again"),
        "answered": lazy_gettext("All answered"),
        "closed": lazy_gettext("Closed by minutes"),
        "ended": lazy_gettext("No longer clashing"),
    },
    "webhooks": {
        "plain": lazy_gettext("signed JSON"),
        "dingtalk": lazy_gettext("DingTalk robot"),
        "wecom": lazy_gettext("WeCom robot"),
        "sms": lazy_gettext("SMS gateway"),
    },
    "zone_kinds": {
        "site": lazy_gettext("Site"),
        "relocation": lazy_gettext("Relocation"),
        "diversion": lazy_gettext("Diversion"),
        "haul_route": lazy_gettext("Haul route"),
        "control_area": lazy_gettext("Control area"),
        "event": lazy_gettext("Event"),
    },
    "staff_roles": {
        "none": lazy_gettext("Member of units"),
        "leader": lazy_gettext("Leader"),
        "command": lazy_gettext("Command office"),
        "admin": lazy_gettext("Administrator"),
    },
    "member_roles": {
        "reader": lazy_gettext("Reader"),
        "editor": lazy_gettext("Editor"),
        "unit_admin": lazy_gettext("Unit administrator"),
    },
    "taken": {
        "full": lazy_gettext("Full width"),
        "half": lazy_gettext("Half the width"),
        "motor_lane": lazy_gettext("Motor lane"),
        "cycle_lane": lazy_gettext("Cycle lane"),
        "footway": lazy_gettext("Footway"),
    },
    "passing": {
        "detour": lazy_gettext("Detour"),
        "contraflow": lazy_gettext("Two-way on the other side"),
        "one_way": lazy_gettext("One-way"),
        "alternating": lazy_gettext("Alternating"),
        "temporary_road": lazy_gettext("Temporary road"),
    },
    "travellers": {
        "motor": lazy_gettext("Motor vehicles"),
        "ebike": lazy_gettext("Cycles and e-bikes"),
        "foot": lazy_gettext("On foot"),
        "bus": lazy_gettext("Buses"),
        "emergency": lazy_gettext("Emergency vehicles"),
    },
    "sides": {
        "north": lazy_gettext("North side"),
        "south": lazy_gettext("South side"),
        "east": lazy_gettext("East side"),
        "west": lazy_gettext("West side"),
        "middle": lazy_gettext("Middle"),
        "both": lazy_gettext("Both sides"),
    },
    "placements": {
        "underground": lazy_gettext("Underground"),
        "overhead": lazy_gettext("Overhead"),
    },
    "part_roles": {
        "footprint": lazy_gettext("Outline of the work"),
        "taken": lazy_gettext("Road taken"),
        "centre_line": lazy_gettext("Centre line, in travel direction"),
        "detour": lazy_gettext("Detour"),
    },
    "link_kinds": {
        "belongs": lazy_gettext("Belongs with"),
        "made_for": lazy_gettext("Made for"),
        "before": lazy_gettext("Must be done before"),
    },
    "outcomes": {
        "begun": lazy_gettext("Not finished"),
        "signed_in": lazy_gettext("Signed in"),
        "wrong": lazy_gettext("Wrong name or password"),
        "inactive": lazy_gettext("Account switched off"),
        "throttled": lazy_gettext("Held back"),
        "unreachable": lazy_gettext("Single sign-on did not answer"),
    },
    "ways": {
        "password": lazy_gettext("Password"),
        "single_sign_on": lazy_gettext("Single sign-on"),
        "demo": lazy_gettext("Demo city"),
    },
    "rule_sections": {
        "start": lazy_gettext("Start"),
        "progress": lazy_gettext("Progress"),
        "finish": lazy_gettext("Finish"),
        "investment": lazy_gettext("Investment"),
        "milestone": lazy_gettext("Milestone"),
        "blocker": lazy_gettext("Blocker"),
        "bottom_line": lazy_gettext("Bottom-line days"),
        "marks": lazy_gettext("At risk, begun without progress"),
        "reporting": lazy_gettext("Not reported"),
        "buffers": lazy_gettext("How far a work reaches beyond its shape"),
        "cases": lazy_gettext("What is one case"),
        "overlap": lazy_gettext("When works meet"),
        "pavement": lazy_gettext("Protected pavement"),
        "cards": lazy_gettext("Reminders and cards"),
        "ruling": lazy_gettext("Objections and rulings"),
        "bulletin": lazy_gettext("Bulletin"),
        "coordinate": lazy_gettext("Dig plan"),
    },
    "thresholds": {
        "yellow_from_days": lazy_gettext("yellow from, days late"),
        "red_from_days": lazy_gettext("red from, days late"),
        "due_after_days": lazy_gettext("due after, days"),
        "stops_work_red_from_days": lazy_gettext("stops work: red from, days late"),
        "yellow_over_points": lazy_gettext("yellow over, points behind"),
        "yellow_from_points": lazy_gettext("yellow from, points behind"),
        "yellow_below_percent": lazy_gettext("… and below, % of plan (yellow)"),
        "red_over_points": lazy_gettext("red over, points behind"),
        "red_from_points": lazy_gettext("red from, points behind"),
        "red_below_percent": lazy_gettext("… and below, % of plan (red)"),
        "from_days": lazy_gettext("judged from, days of the year's plan"),
        "at_risk_days": lazy_gettext("at risk: start due within, days"),
        "idle_after_start_days": lazy_gettext("begun without progress after, days"),
        "week_working_days": lazy_gettext("weekly report: late after, working days"),
        "ten_days_working_days": lazy_gettext("ten-day report: late after, working days"),
        "month_working_days": lazy_gettext("monthly report: late after, working days"),
        "hollow_over_days": lazy_gettext("symbol hollow after, days"),
        "site_m": lazy_gettext("site, m"),
        "hinders_motor_traffic_m": lazy_gettext("works on lines that hinder motor traffic, m"),
        "relocation_m": lazy_gettext("other works on lines, m"),
        "diversion_m": lazy_gettext("diversion and detour, m"),
        "event_m": lazy_gettext("event, m"),
        "haul_route_m": lazy_gettext("haul route, m"),
        "control_area_m": lazy_gettext("control area, m"),
        "point_radius_m": lazy_gettext("a point counts as a disc of radius, m"),
        "gap_days": lazy_gettext("parted by more than, days"),
        "gap_m": lazy_gettext("parted by more than, m"),
        "most_on_a_road": lazy_gettext("at most on a road"),
        "heavy_from_m2": lazy_gettext("overlap from a shared area of, m²"),
        "detours_share_from_m": lazy_gettext("two detours share at least, m"),
        "detours_within_m": lazy_gettext("… within, m"),
        "detours_heading_degrees": lazy_gettext("… headings within, degrees"),
        "trench_share_from_m": lazy_gettext("one trench: along the same road for at least, m"),
        "trench_apart_m": lazy_gettext("one trench: at most apart, m"),
        "trench_apart_months": lazy_gettext("one trench: periods at most apart, months"),
        "trench_start_within_months": lazy_gettext("one trench: latest start within, months"),
        "full_closure_announced_days": lazy_gettext("full closure announced ahead, days"),
        "emergency_papers_hours": lazy_gettext("papers of an emergency repair within, hours"),
        "new_years": lazy_gettext("new pavement protected for, years"),
        "overhauled_years": lazy_gettext("overhauled pavement protected for, years"),
        "reminder_working_days": lazy_gettext("reminder ahead, working days"),
        "red_with_yellow_cards": lazy_gettext("so many yellow cards are a red one"),
        "objection_working_days": lazy_gettext("objection within, working days"),
        "expires_after_days": lazy_gettext("a ruling holds at most, days"),
        "ranked_from_items": lazy_gettext("groups are ranked from so many items"),
        "shift_days": lazy_gettext("a work is shifted at most, days"),
        "notice_days": lazy_gettext("no work is moved to begin sooner than, days"),
        "join_gap_days": lazy_gettext("works count as one when apart at most, days"),
    },
    # What the city's lists are called, by the names of their tables.
    "lists": {
        "category": lazy_gettext("Categories"),
        "nature": lazy_gettext("Natures of construction"),
        "cause": lazy_gettext("Causes of blockers"),
        "utility": lazy_gettext("Utilities"),
        "unit_kind": lazy_gettext("Kinds of unit"),
        "procedure_kind": lazy_gettext("Procedures before construction"),
        "funding_source": lazy_gettext("Sources of funds"),
        "relocation_step": lazy_gettext("Steps of a relocation"),
        "permit_step": lazy_gettext("Permit steps of a diversion"),
        "dig_plan_state": lazy_gettext("States in the dig plan"),
        "road_class": lazy_gettext("Classes of road"),
        "operation": lazy_gettext("Operations that may be stopped"),
        "ladder_step": lazy_gettext("Steps of progress"),
    },
    "list_fields": {
        "name": lazy_gettext("Name"),
        "name_en": lazy_gettext("English name"),
        "letter": lazy_gettext("Letter on the map"),
        "position": lazy_gettext("Place"),
        "retired_on": lazy_gettext("Retired"),
        "kind": lazy_gettext("Kind"),
    },
}


def add_words(app: Flask) -> None:
    """Give templates these lists as `words`."""
    app.jinja_env.globals["words"] = WORDS
