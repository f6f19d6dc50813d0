"""What is watched on one zone alone, the impact of a diversion, and the sentences of all that is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from geo.overlap import (
    Code,
    Days,
    Finding,
    Ground,
    Pavement,
    RoadUse,
    Severity,
    WatchCode,
    Window,
    ZoneFacts,
    explain_finding,
    explain_watch,
    find_watches,
    judge_impact,
)
from geo.overlap.words import CODES
from geo.rules import ServiceWindow, load_rules

RULES = load_rules(Path(__file__).resolve().parents[2] / "data" / "rules.toml")
SPRING = Days(date(2027, 4, 1), date(2027, 5, 31))
CLOSED = ZoneFacts(
    id=1,
    kind="diversion",
    name="东风路封闭",
    days=SPRING,
    taken=frozenset({"full"}),
    permit_step="announced",
    approval_number="德交占〔2027〕12号",
    approved_until_on=date(2027, 5, 31),
    announced_on=date(2027, 3, 20),
    still_pass=frozenset({"foot", "ebike"}),
)
PIPE = ZoneFacts(id=2, kind="relocation", name="供水迁改", days=SPRING, utility="water")


def codes(zone: ZoneFacts, ground: Ground | None = None) -> list[WatchCode]:
    return [watch.code for watch in find_watches(zone, ground or Ground(), RULES)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"approval_number": None, "permit_step": "scheme_review"}, [WatchCode.UNAPPROVED]),
        ({"approval_number": None, "permit_step": None}, [WatchCode.UNAPPROVED]),
        ({"permit_step": "applied"}, []),
        ({"approved_until_on": date(2027, 5, 30)}, [WatchCode.OVERSTAYED]),
        (
            {"approved_until_on": date(2027, 5, 1), "extended_until_on": date(2027, 6, 30)},
            [],
        ),
        ({"approved_until_on": date(2027, 5, 1), "permit_step": "reopened"}, []),
        ({"days": Days(date(2027, 4, 1), None)}, [WatchCode.OVERSTAYED]),
        ({"still_pass": frozenset({"ebike"})}, [WatchCode.SLOW_CUT]),
        ({"still_pass": frozenset(), "detours_for": frozenset({"foot", "ebike"})}, []),
        ({"taken": frozenset({"footway"}), "still_pass": frozenset()}, []),
        (
            {"taken": frozenset({"footway"}), "side": "both", "still_pass": frozenset()},
            [WatchCode.SLOW_CUT],
        ),
        ({"announced_on": date(2027, 3, 27)}, []),
        ({"announced_on": date(2027, 3, 28)}, [WatchCode.LATE_NOTICE]),
        ({"announced_on": None}, [WatchCode.LATE_NOTICE]),
        ({"announced_on": None, "emergency": True}, []),
        ({"announced_on": None, "taken": frozenset({"half"})}, []),
        ({"state": "withdrawn", "announced_on": None}, []),
    ],
)
def test_a_diversion_is_watched(changes: dict[str, Any], expected: list[WatchCode]) -> None:
    assert codes(replace(CLOSED, **changes)) == expected


def test_emergency_repair_owes_its_papers_a_day_after_it_began() -> None:
    repair = replace(CLOSED, emergency=True, approval_number=None, permit_step=None)
    (watch,) = find_watches(repair, Ground(), RULES)
    assert (watch.code, watch.days.first_on) == (WatchCode.UNAPPROVED, date(2027, 4, 2))


@pytest.mark.parametrize(
    ("ground", "placement", "expected"),
    [
        (Ground(carriageway_m2=40.0), "underground", [WatchCode.NO_DIVERSION]),
        (Ground(carriageway_m2=40.0, has_diversion=True), "underground", []),
        (Ground(carriageway_m2=0.4), "underground", []),
        (Ground(carriageway_m2=40.0), "overhead", []),
    ],
)
def test_work_on_a_carriageway_wants_a_diversion(
    ground: Ground, placement: str, expected: list[WatchCode]
) -> None:
    assert codes(replace(PIPE, placement=placement), ground) == expected


@pytest.mark.parametrize(
    ("pavement", "until"),
    [
        ({"laid_on": date(2022, 4, 20)}, date(2027, 4, 19)),
        ({"laid_on": date(2022, 3, 1)}, None),
        ({"laid_on": date(2015, 1, 1), "overhauled_on": date(2025, 1, 1)}, date(2027, 5, 31)),
        ({"laid_on": date(2015, 1, 1), "overhauled_on": date(2023, 1, 1)}, None),
    ],
)
def test_young_pavement_is_not_dug_up(pavement: dict[str, date], until: date | None) -> None:
    ground = Ground(pavements=(Pavement(7, "东风路", 12.0, **pavement),))
    found = find_watches(PIPE, ground, RULES)
    assert [(watch.code, watch.days.last_on) for watch in found] == (
        [] if until is None else [(WatchCode.REPEAT_DIG, until)]
    )


NIGHT = (Window(0, 360),)


@pytest.mark.parametrize(
    ("facts", "windows"),
    [
        (
            {
                "utility": "heat",
                "step": "cut_over",
                "days": Days(date(2026, 11, 1), date(2026, 11, 14)),
            },
            [],
        ),
        (
            {
                "utility": "heat",
                "step": "cut_over",
                "days": Days(date(2026, 11, 1), date(2026, 11, 16)),
            },
            ["heating_season"],
        ),
        (
            {
                "utility": "heat",
                "step": "construction",
                "days": Days(date(2026, 11, 1), date(2026, 11, 16)),
            },
            [],
        ),
        ({"utility": "china_mobile", "step": "cut_over"}, ["telecom_night"]),
        ({"utility": "china_mobile", "step": "cut_over", "hours": NIGHT}, []),
        (
            {"utility": "china_mobile", "step": "cut_over", "hours": (Window(0, 361),)},
            ["telecom_night"],
        ),
        ({"days": Days(date(2027, 6, 10), date(2027, 6, 30))}, ["university_entrance"]),
        ({"days": Days(date(2027, 6, 11), date(2027, 6, 30))}, []),
        ({"days": Days(date(2027, 6, 10), date(2027, 6, 30)), "placement": "overhead"}, []),
        ({"days": Days(date(2027, 6, 10), date(2027, 6, 30)), "emergency": True}, []),
        ({"days": Days(date(2027, 12, 1), date(2028, 1, 10))}, ["winter_no_dig"]),
    ],
)
def test_works_keep_to_their_service_windows(facts: dict[str, Any], windows: list[str]) -> None:
    found = find_watches(replace(PIPE, **facts), Ground(), RULES)
    assert [watch.anchors["window"] for watch in found] == windows


OWN_SEASON = ServiceWindow(
    code="heating_season",
    name="本公司供暖季",
    name_en="Our heating season",
    forbids=True,
    operations=("cut",),
    utilities=(),
    first="10-15",
    last="04-30",
)
OWN_NIGHT = replace(
    OWN_SEASON,
    code="own_1",
    name="夜间停热",
    forbids=False,
    first="01-01",
    last="12-31",
    since=time(0),
    until=time(5),
)


@pytest.mark.parametrize(
    ("facts", "own", "windows"),
    [
        ({"utility": "heat"}, (), []),
        ({"utility": "heat"}, (OWN_SEASON,), ["heating_season"]),
        ({"utility": "heat"}, (OWN_NIGHT,), ["own_1"]),
        ({"utility": "heat"}, (OWN_SEASON, OWN_NIGHT), ["heating_season", "own_1"]),
        # In place of the city's window for several kinds of lines, or for all, none can be put.
        ({"utility": "china_mobile"}, (), ["telecom_night"]),
        (
            {"utility": "china_mobile"},
            (replace(OWN_SEASON, code="telecom_night", first="06-01", last="06-02"),),
            ["telecom_night"],
        ),
    ],
)
def test_a_units_own_windows_hold_for_its_works(
    facts: dict[str, Any], own: tuple[ServiceWindow, ...], windows: list[str]
) -> None:
    days = Days(date(2027, 4, 20), date(2027, 4, 25))
    work = replace(PIPE, days=days, step="cut_over", windows=own, **facts)
    found = [w for w in find_watches(work, Ground(), RULES) if w.code is WatchCode.SERVICE_WINDOW]
    assert [watch.anchors["window"] for watch in found] == windows


def test_a_window_names_the_days_on_which_it_is_broken() -> None:
    zone = replace(PIPE, days=Days(date(2027, 12, 1), date(2028, 1, 10)))
    (watch,) = find_watches(zone, Ground(), RULES)
    assert watch.days == Days(date(2027, 12, 15), date(2028, 1, 10))
    assert explain_watch(watch) == "不合“冬季禁止掘路”,2027年12月15日至2028年1月10日"


def test_impact_leaves_out_what_is_not_known_and_says_so() -> None:
    whole = judge_impact(CLOSED, RoadUse("primary", 12_000, 600), RULES.impact)
    assert whole is not None
    assert whole.points == {"duration": 3, "street": 4, "volume": 5, "lanes": 5, "length": 5}
    assert whole.index == pytest.approx(0.1 * 3 + 0.2 * 4 + 0.25 * 5 + 0.25 * 5 + 0.2 * 5)
    part = judge_impact(CLOSED, RoadUse("primary", None, 600), RULES.impact)
    assert part is not None
    assert part.points["volume"] is None
    assert part.index == pytest.approx((0.1 * 3 + 0.2 * 4 + 0.25 * 5 + 0.2 * 5) / 0.75, abs=0.005)


@pytest.mark.parametrize(
    ("taken", "more", "points"),
    [
        ({"footway"}, {}, 0),
        ({"cycle_lane", "footway"}, {}, 1),
        ({"motor_lane"}, {}, 2),
        ({"motor_lane"}, {"lanes_before": 4, "lanes_open": 2}, 3),
        ({"half"}, {}, 3),
        ({"half"}, {"passing": "one_way"}, 4),
        ({"full"}, {}, 5),
    ],
)
def test_impact_counts_the_lanes_taken(taken: set[str], more: dict[str, Any], points: int) -> None:
    found = judge_impact(replace(CLOSED, taken=frozenset(taken), **more), RoadUse(), RULES.impact)
    assert found is not None
    assert found.points["lanes"] == points


NAMES = {1: "东风路封闭", 2: "供水迁改"}
DATES = {"first_on": "2027-03-01", "last_on": "2027-03-20"}
SENTENCES = [
    (Code.OVERLAP, {**DATES, "area_m2": 35.5}, "共有场地35.5平方米,2027年3月1日至3月20日"),
    (Code.NEAR, {**DATES, "area_m2": 0.0, "distance_m": 4.2}, "相距4.2米,2027年3月1日至3月20日"),
    (
        Code.NEAR,
        {
            "first_on": "2027-03-01",
            "last_on": "2027-03-01",
            "area_m2": 0.0,
            "distance_m": 0.0,
            "hand_over": True,
        },
        "相接,仅交接日2027年3月1日同在",
    ),
    (
        Code.DETOUR_BLOCKED,
        {
            **DATES,
            "detour_of": 2,
            "closure": 1,
            "how": "closed",
            "modes": ["motor"],
            "through_m": 99.0,
        },
        "“供水迁改”的机动车绕行线穿过“东风路封闭”封闭路段99米,2027年3月1日至3月20日",
    ),
    (
        Code.DETOURS_STACKED,
        {**DATES, "together_m": 220.0, "modes": ["motor"]},
        "两处机动车绕行线同向共用220米,2027年3月1日至3月20日",
    ),
    (
        Code.PARALLEL_CLOSED,
        {**DATES, "closure": 1, "also_closed": 2, "alternative_m": 380},
        "“东风路封闭”最近的替代道路(380米)同时被“供水迁改”封闭,2027年3月1日至3月20日",
    ),
    (
        Code.RELOCATION_LATE,
        {
            "first_on": "2027-03-01",
            "relocation": 2,
            "waiting": 1,
            "due_on": "2027-03-01",
            "late_days": 60,
        },
        "“供水迁改”应于2027年3月1日前移交场地给“东风路封闭”,按计划晚60天",
    ),
    (
        Code.SHARED_TRENCH,
        {"road": "三八路", "saved_m": 150.0, "apart_m": 6.0, "gap_days": 61, "share": "trench"},
        "沿三八路并行150米,相距6米,工期相隔61天,可同槽同期施工",
    ),
    (
        Code.CONTROL_STOP,
        {**DATES, "area": 1, "stops": ["all"]},
        "位于管控区“东风路封闭”内,全部作业停工,2027年3月1日至3月20日",
    ),
    (
        Code.ROUTE_BLOCKED,
        {**DATES, "closure": 1, "shut": True, "through_m": 99.0},
        "渣土线路穿过“东风路封闭”封闭路段99米,2027年3月1日至3月20日",
    ),
]


@pytest.mark.parametrize(("code", "anchors", "sentence"), SENTENCES)
def test_a_finding_is_told_in_a_sentence_with_its_numbers(
    code: Code, anchors: dict[str, Any], sentence: str
) -> None:
    finding = Finding(code, Severity.HEAVY, anchors)
    assert explain_finding(finding, NAMES) == sentence
    english = explain_finding(finding, NAMES, "en")
    assert english != CODES[code][1]
    assert english.isascii() or "“" in english or "三八路" in english or "²" in english


def test_every_code_has_a_sentence_of_its_own() -> None:
    assert {code for code, _, _ in SENTENCES} == set(Code)


def test_a_finding_that_cannot_be_read_is_told_by_its_name() -> None:
    finding = Finding(Code.OVERLAP, Severity.HEAVY, {"of_later_rules": 1})
    assert explain_finding(finding, NAMES) == "重叠"
    assert explain_finding(finding, NAMES, "en") == "Overlap"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_watch_is_told_in_both_languages(language: Any) -> None:
    ground = Ground(
        40.0, "东风路", pavements=(Pavement(7, "东风路", 12.0, date(2026, 1, 1), date(2027, 1, 1)),)
    )
    wrong = replace(
        CLOSED,
        approval_number=None,
        permit_step=None,
        approved_until_on=date(2027, 4, 2),
        announced_on=None,
        still_pass=frozenset(),
    )
    found = [
        *find_watches(wrong, Ground(), RULES),
        *find_watches(replace(PIPE, days=Days(date(2027, 6, 1), None)), ground, RULES),
    ]
    assert {watch.code for watch in found} == set(WatchCode)
    for watch in found:
        assert explain_watch(watch, language) != CODES[watch.code][language == "en"]


def test_hours_of_a_window_are_half_open() -> None:
    telecom = next(w for w in RULES.service_windows if w.code == "telecom_night")
    assert (telecom.since, telecom.until) == (time(0), time(6))
