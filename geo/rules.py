"""The city's rules: every threshold the city may change, as versions with a day from which they hold."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, time
from functools import cache
from math import isfinite
from pathlib import Path
from typing import (
    Annotated,
    Any,
    NamedTuple,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from geo.errors import RuleError


class Within(NamedTuple):
    """The least and the most a number may be."""

    least: float
    most: float | None = None


class Reads(NamedTuple):
    """How a text must read: a pattern and its name."""

    pattern: str
    name: str


Count = Annotated[int, Within(1)]
CountOrNone = Annotated[int, Within(0)]
YearDays = Annotated[int, Within(1, 366)]
Points = Annotated[float, Within(0, 100)]
Amount = Annotated[float, Within(0)]
Metres = Annotated[float, Within(0)]
SquareMetres = Annotated[float, Within(0)]
Degrees = Annotated[float, Within(0, 180)]
Years = Annotated[float, Within(0)]
Weight = Annotated[float, Within(0, 1)]
Score = Annotated[int, Within(0, 5)]
MonthDay = Annotated[str, Reads(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "MM-DD")]


@dataclass(frozen=True, slots=True)
class OverdueRule:
    """Yellow from so many days over a due day, red from so many."""

    yellow_from_days: Count
    red_from_days: Count


@dataclass(frozen=True, slots=True)
class StartRule(OverdueRule):
    """A start: also red after the city's bottom-line day (底线日) of the year in which it is planned."""

    bottom_line_on: Mapping[int, date]


@dataclass(frozen=True, slots=True)
class BlockerRule(OverdueRule):
    """A blocker: due so many days after it was raised where no day is set; one that stops work is red sooner."""

    due_after_days: CountOrNone
    stops_work_red_from_days: Count


@dataclass(frozen=True, slots=True)
class GapRule:
    """A gap in points: over a first limit, or from a lower one when also below a share (percent) of the plan."""

    yellow_over_points: Points
    yellow_from_points: Points
    yellow_below_percent: Points
    red_over_points: Points
    red_from_points: Points
    red_below_percent: Points


@dataclass(frozen=True, slots=True)
class InvestmentRule(GapRule):
    """Investment: judged once so many days of the year's plan have passed."""

    from_days: YearDays


@dataclass(frozen=True, slots=True)
class ReportingRule:
    """Working days within which the next report is due, for each reporting period; days until drawn hollow."""

    week_working_days: Count
    ten_days_working_days: Count
    month_working_days: Count
    hollow_over_days: Count

    def working_days(self, period: str) -> int:
        """Give the working days of a reporting period: `week`, `ten_days` or `month`."""
        return cast("int", getattr(self, f"{period}_working_days"))


@dataclass(frozen=True, slots=True)
class LampRules:
    """Thresholds of the lamp (亮灯), its marks and its forecast."""

    start: StartRule
    progress: GapRule
    finish: OverdueRule
    investment: InvestmentRule
    milestone: OverdueRule
    blocker: BlockerRule
    reporting: ReportingRule
    at_risk_days: CountOrNone
    idle_after_start_days: Count
    forecast_days: Count


@dataclass(frozen=True, slots=True)
class RulingRules:
    """Objections (申诉) and rulings (核定)."""

    objection_working_days: CountOrNone
    expires_after_days: Count


@dataclass(frozen=True, slots=True)
class CardRules:
    """Reminders and cards (提醒, 催办, 黄牌, 红牌) for blockers and orders."""

    reminder_working_days: CountOrNone
    yellow_from_days: Count
    red_from_days: Count
    red_with_yellow_cards: Count


@dataclass(frozen=True, slots=True)
class BufferRules:
    """How far a zone reaches beyond its drawn shape, in metres, by kind; a point stands for a disc of a radius."""

    site_m: Metres
    hinders_motor_traffic_m: Metres
    relocation_m: Metres
    diversion_m: Metres
    event_m: Metres
    haul_route_m: Metres
    control_area_m: Metres
    point_radius_m: Metres


@dataclass(frozen=True, slots=True)
class CaseRules:
    """Which heavy pairs of one road are one case (协调事项): gaps that part them, and how many a road may have."""

    gap_days: CountOrNone
    gap_m: Metres
    most_on_a_road: Count


@dataclass(frozen=True, slots=True)
class OverlapRules:
    """When zones meet, how much it matters, and what else is found in pairs and on one side."""

    buffers: BufferRules
    cases: CaseRules
    heavy_from_m2: SquareMetres
    detours_share_from_m: Metres
    detours_within_m: Metres
    detours_heading_degrees: Degrees
    trench_share_from_m: Metres
    trench_apart_m: Metres
    trench_apart_months: CountOrNone
    trench_start_within_months: CountOrNone
    full_closure_announced_days: CountOrNone
    emergency_papers_hours: CountOrNone


@dataclass(frozen=True, slots=True)
class PavementRules:
    """Years during which a pavement must not be dug up without leave."""

    new_years: Years
    overhauled_years: Years


@dataclass(frozen=True, slots=True)
class ServiceWindow:
    """Days of the year (MM-DD, both included, may run over New Year) and hours (half-open) for some works.

    `forbids` the listed operations in that time; when false they are allowed in that time only. Empty `utilities`
    means all of them.
    """

    code: str
    name: str
    name_en: str
    forbids: bool
    operations: tuple[str, ...]
    utilities: tuple[str, ...]
    first: MonthDay
    last: MonthDay
    since: time | None = None
    until: time | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a scale: from this value on (days, vehicles a day, metres) so many points."""

    at_least: Amount
    points: Score


@dataclass(frozen=True, slots=True)
class ImpactRules:
    """How a diversion's impact, 0 to 5, is made up: weights, and points on each scale (highest step first)."""

    duration_weight: Weight
    street_weight: Weight
    volume_weight: Weight
    lanes_weight: Weight
    length_weight: Weight
    duration_days: tuple[Step, ...]
    volume_a_day: tuple[Step, ...]
    length_m: tuple[Step, ...]
    street_points: Mapping[str, Score]
    lane_points: Mapping[str, Score]


@dataclass(frozen=True, slots=True)
class BulletinRules:
    """When groups in a bulletin are ranked."""

    ranked_from_items: Count


@dataclass(frozen=True, slots=True)
class CoordinateRules:
    """The year's dig plan: how far a work may be shifted where it says nothing, and what counts how much.

    Weights are points: a clash of two works outweighs months of shifting, a road closed for a day some weeks of it.
    """

    shift_days: Count = 90
    notice_days: CountOrNone = 7
    join_gap_days: CountOrNone = 14
    parallel_weight: CountOrNone = 4_000
    crew_weight: CountOrNone = 3_000
    window_weight: CountOrNone = 2_500
    clash_weight: CountOrNone = 1_000
    repeat_dig_weight: CountOrNone = 500
    joined_weight: CountOrNone = 60
    closed_day_weight: CountOrNone = 10
    moved_weight: CountOrNone = 5


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of a city."""

    lamp: LampRules
    ruling: RulingRules
    cards: CardRules
    overlap: OverlapRules
    pavement: PavementRules
    impact: ImpactRules
    bulletin: BulletinRules
    service_windows: tuple[ServiceWindow, ...]
    coordinate: CoordinateRules = CoordinateRules()

    def overlap_buffer_m(self, kind: str, taken: Iterable[str] = ()) -> float:
        """Give the metres by which a zone of `kind` is widened; `taken` are the parts of a road that it takes."""
        buffers = self.overlap.buffers
        if kind == "relocation" and not MOTOR_LANES.isdisjoint(taken):
            return buffers.hinders_motor_traffic_m
        return cast("float", getattr(buffers, f"{kind}_m"))


MOTOR_LANES = frozenset({"full", "half", "motor_lane"})
"""What a work takes when it hinders motor traffic: 全幅, 半幅, 机动车道."""


@dataclass(frozen=True, slots=True)
class RulesVersion:
    """Rules and the first day for which they hold."""

    effective_on: date
    rules: Rules


def rules_on(versions: Iterable[RulesVersion], day: date) -> Rules:
    """Give the rules that hold on `day`; days before the first version are judged by the first.

    Raises `RuleError` when there is no version.
    """
    known = sorted(versions, key=lambda version: version.effective_on)
    if not known:
        message = "没有规则版本 / there is no version of the rules"
        raise RuleError(message)
    held = [version for version in known if version.effective_on <= day]
    return (held[-1] if held else known[0]).rules


def load_rules(source: Path | str, base: Rules | None = None) -> Rules:
    """Read rules from a TOML file (a path) or from TOML text; keys that are left out come from `base`.

    Raises `RuleError` naming the key that is missing, unknown or cannot hold.
    """
    try:
        text = source.read_text(encoding="utf-8") if isinstance(source, Path) else source
        raw = tomllib.loads(text)
    except FileNotFoundError as error:
        message = f"规则文件不存在 / no such rules file: {source}"
        raise RuleError(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"规则文件不是有效的 TOML / not valid TOML: {error}"
        raise RuleError(message) from error
    return rules_from_json(raw, base)


def rules_from_json(data: Mapping[str, Any], base: Rules | None = None) -> Rules:
    """Make rules of plain values, as `rules_to_json` or a TOML file gives them.

    Raises `RuleError` naming the key that is missing (and not in `base`), unknown or cannot hold.
    """
    rules = cast("Rules", _read(Rules, data, "", base))
    _check(rules)
    return rules


def rules_to_json(rules: Rules) -> dict[str, Any]:
    """Give rules as plain JSON values: days and times as ISO text, mappings with text keys."""
    return cast("dict[str, Any]", _plain(rules))


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(kept) for key, kept in value.items()}
    if isinstance(value, tuple):
        return [_plain(kept) for kept in value]
    if isinstance(value, time):
        return value.isoformat("minutes")
    return value.isoformat() if isinstance(value, date) else value


@cache
def _types(section: type) -> dict[str, object]:
    return get_type_hints(section, include_extras=True)


def _refusal(key: str, chinese: str, english: str) -> RuleError:
    return RuleError(f"规则 {key}:{chinese} / rule {key}: {english}")


def _read(kind: object, value: object, key: str, base: object = None) -> object:
    """Read a value that stands at `key`; `kind`, the type of its field, says what is allowed."""
    if is_dataclass(kind):
        return _read_section(cast("type", kind), value, key, base)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        found = _read(arguments[0], value, key)
        for bound in arguments[1:]:
            _check_bound(found, bound, key)
        return found
    if origin is tuple and isinstance(value, (list, tuple)):
        return tuple(
            _read(arguments[0], item, f"{key}[{at}]") for at, item in enumerate(value, start=1)
        )
    if origin is Mapping and isinstance(value, Mapping):
        of_key, of_item = arguments
        return {
            _read_name(of_key, name, f"{key}.{name}"): _read(of_item, item, f"{key}.{name}")
            for name, item in value.items()
        }
    if type(None) in arguments:
        return None if value is None else _read(arguments[0], value, key)
    return _read_plain(kind, value, key)


def _read_section(section: type, value: object, key: str, base: object) -> object:
    if not isinstance(value, Mapping):
        raise _refusal(key, "应为一组规则", "must be a table")
    at = f"{key}." if key else ""
    known = {part.name: part for part in fields(section)}
    for name in value:
        if name not in known:
            raise _refusal(at + name, "不认识的规则", "is not known")
    found: dict[str, object] = {}
    for name, part in known.items():
        kept = getattr(base, name, None)
        if name in value:
            found[name] = _read(_types(section)[name], value[name], at + name, kept)
        elif kept is not None:
            found[name] = kept
        elif part.default is MISSING:
            raise _refusal(at + name, "缺少", "is missing")
    return section(**found)


def _read_name(kind: object, name: str, key: str) -> object:
    if kind is not int:
        return name
    if not str(name).isdecimal():
        raise _refusal(key, "应为年份", "must be a year")
    return int(name)


def _read_plain(kind: object, value: object, key: str) -> object:
    if (kind is date or kind is time) and isinstance(value, str):
        try:
            return kind.fromisoformat(value)
        except ValueError as error:
            raise _refusal(key, *_WANTED[kind]) from error
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind or (isinstance(value, float) and not isfinite(value)):
        raise _refusal(key, *_WANTED.get(kind, ("类型不对", "is of the wrong kind")))
    return value


_WANTED: Mapping[object, tuple[str, str]] = {
    int: ("应为整数", "must be a whole number"),
    float: ("应为数字", "must be a number"),
    bool: ("应为 true 或 false", "must be true or false"),
    str: ("应为文字", "must be text"),
    date: ("应为日期", "must be a day"),
    time: ("应为时刻", "must be a time of day"),
}


def _check_bound(value: object, bound: object, key: str) -> None:
    if isinstance(bound, Reads) and not re.fullmatch(bound.pattern, str(value)):
        form = bound.name
        raise _refusal(key, f"应为 {form}", f"must read {form}")
    if isinstance(bound, Within) and isinstance(value, (int, float)):
        if value < bound.least:
            least = bound.least
            raise _refusal(key, f"不得小于 {least}", f"must be at least {least}")
        if bound.most is not None and value > bound.most:
            most = bound.most
            raise _refusal(key, f"不得大于 {most}", f"must be at most {most}")


def _check(rules: Rules) -> None:
    """Refuse thresholds that contradict one another."""
    lamp = rules.lamp
    for name in ("start", "finish", "milestone", "blocker"):
        rule: OverdueRule = getattr(lamp, name)
        _in_order(rule.yellow_from_days, rule.red_from_days, f"lamp.{name}.red_from_days")
    for name in ("progress", "investment"):
        gap: GapRule = getattr(lamp, name)
        _in_order(gap.yellow_over_points, gap.red_over_points, f"lamp.{name}.red_over_points")
        _in_order(gap.yellow_from_points, gap.red_from_points, f"lamp.{name}.red_from_points")
        _in_order(
            gap.red_below_percent, gap.yellow_below_percent, f"lamp.{name}.yellow_below_percent"
        )
    _in_order(rules.cards.yellow_from_days, rules.cards.red_from_days, "cards.red_from_days")
    for year, day in lamp.start.bottom_line_on.items():
        if day.year != year:
            key = f"lamp.start.bottom_line_on.{year}"
            raise _refusal(key, "日期不在该年", "lies in another year")
    for window in rules.service_windows:
        if (window.since is None) != (window.until is None):
            key = f"service_windows.{window.code}.until"
            raise _refusal(key, "起止时刻应同时给出", "both hours or none must be given")


def _in_order(lower: float, higher: float, key: str) -> None:
    if higher < lower:
        raise _refusal(key, f"不得小于 {lower}", f"must be at least {lower}")
