"""A mapping made by pointing at columns: suggestions from headings and values, and the TOML that comes of it. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import MISSING, dataclass, field, fields
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from geo.exporters.ledger_zones import PART, SHEETS
from geo.importers.mapping_file import KINDS, parse_mapping
from geo.importers.tables import bare, normal
from geo.record_fields import FIELDS, Form

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.importers.look import TableLook
    from geo.importers.mapping_file import Mapping as FileMapping

OFFERED_KINDS = (
    *("project", "site", "relocation", "diversion", "event", "control_area", "haul_route"),
    *("report", "plan", "milestone", "blocker", "procedure", "funding", "land", "suspension"),
    *("unit", "road", "district", "pavement", "ground"),
)
"""Kinds of record in the order in which they are offered."""
ZONES = frozenset({"site", "relocation", "diversion", "haul_route", "control_area", "event"})
SHAPED = ZONES | {"district", "road", "ground", "pavement"}
_NO_COLUMN = frozenset({"parts", "shape", "kind", "source_crs", "hours"})
_MANY = {Form.MONTH_PERCENTS, Form.MONTH_YUAN, Form.YEAR_YUAN, Form.PARTS, Form.SHAPE}
_DAYS = {Form.DATE, Form.UNTIL, Form.PLANNED}
_LIKE_ENOUGH = 84.0
_VALUES_ENOUGH = 0.6
_ENGLISH = {
    "code": ("id", "project_id", "objectid", "permit_no", "number", "no"),
    "name": ("title", "project_name", "projectname", "description_short"),
    "planned_start": ("start", "start_date", "startdate", "begin", "from_date"),
    "planned_finish": ("end", "end_date", "enddate", "finish", "finish_date", "to_date"),
    "location_text": ("location", "address", "road_name", "street", "place"),
    "unit": ("agency", "owner", "organisation", "organization", "applicant"),
    "lead_unit": ("agency", "department", "managing_agency"),
    "note": ("remarks", "comment", "description", "notes"),
    "total_investment_yuan": ("budget", "cost", "total_cost"),
}


@dataclass(frozen=True, slots=True)
class TargetField:
    """A field that a column may fill: its name, what people call it, and whether a record needs it."""

    name: str
    label: str
    required: bool
    form: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody pointed at: kind of record, column of each field, how shapes are given, constants."""

    title: str
    kind: str
    columns: Mapping[str, str]
    """Field → column."""
    constants: Mapping[str, str] = field(default_factory=dict)
    """Field → a value that holds for all rows."""
    format: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    shape: Mapping[str, str] | None = None
    """`from`, `field`, `x`, `y`, `crs` of the mapping's [shape]."""
    dates: str | None = None
    """None, "roc" or a pattern of `strptime`, for all days."""


def target_fields(kind: str) -> list[TargetField]:
    """The fields of a kind of record that a column can fill, needed ones first."""
    record = KINDS[kind][0]
    known = FIELDS[record]
    labels = _labels(kind)
    needed = {
        each.name
        for each in fields(record)
        if each.default is MISSING and each.default_factory is MISSING
    }
    if kind == "site":
        needed.add("project")
    found = [
        TargetField(name, labels.get(name, (name,))[0], name in needed, known[name].form.value)
        for name in known
        if name in labels or name in needed
        if known[name].form not in _MANY and not (name in _NO_COLUMN and kind in ZONES)
    ]
    return sorted(found, key=lambda one: not one.required)


def suggest(kind: str, look: TableLook, codes: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The likely column of each field: by heading as the ledger knows it, by likeness, by values of code lists."""
    known = FIELDS[KINDS[kind][0]]
    labels = _labels(kind)
    wanted = [one.name for one in target_fields(kind)]
    columns = [one for one in look.fields if one.looks_like != "empty"]
    found: dict[str, str] = {}
    scored: list[tuple[float, str, str]] = []
    for name in wanted:
        words = {normal(word) for word in (*labels.get(name, ()), name, *_ENGLISH.get(name, ()))}
        for column in columns:
            heading = normal(column.name)
            last = normal(re.split(r"[/.]", column.name)[-1])
            if heading in words or bare(heading) in words or last in words:
                scored.append((100.0, name, column.name))
                continue
            like = max(fuzz.ratio(heading, word) for word in words)
            code_list = known[name].code_list
            if code_list is not None and _mostly_codes(column.samples, codes.get(code_list, {})):
                like = max(like, _LIKE_ENOUGH + 1)
            if known[name].form in _DAYS and column.looks_like != "day":
                like -= 20
            if like >= _LIKE_ENOUGH:
                scored.append((like, name, column.name))
    taken: set[str] = set()
    for _, name, column_name in sorted(scored, key=lambda one: (-one[0], wanted.index(one[1]))):
        if name not in found and column_name not in taken:
            found[name] = column_name
            taken.add(column_name)
    return found


def _mostly_codes(samples: Sequence[str], codes: Mapping[str, str]) -> bool:
    return bool(samples) and sum(one in codes for one in samples) / len(samples) >= _VALUES_ENOUGH


def _labels(kind: str) -> dict[str, tuple[str, ...]]:
    """For each field the headings by which the ledger knows it."""
    record = KINDS[kind][0]
    for sheet in SHEETS:
        if sheet.record is record and sheet.zone_kind == (kind if kind in ZONES else None):
            return {
                column.field: (column.header, *column.names)
                for column in sheet.columns
                if not column.field.startswith(PART)
            }
    return {name: (name,) for name in FIELDS[record]}


def likely_kind(look: TableLook) -> str:
    """The kind of record whose fields the headings fit best; with shapes and nothing else known, a site."""
    ranked = [
        (len(suggest(kind, look, {})), -place, kind) for place, kind in enumerate(OFFERED_KINDS)
    ]
    count, _, kind = max(ranked)
    return kind if count else "site"


def to_toml(draft: Draft) -> str:
    """The mapping file that a draft is. Raises `RuleError` when it cannot hold."""
    lines = [f"title = {_quoted(draft.title)}", f"title_en = {_quoted(draft.title)}"]
    file = {"format": draft.format, "sheet": draft.sheet, "encoding": draft.encoding}
    if any(file.values()):
        lines += ["", "[file]", *(f"{key} = {_quoted(word)}" for key, word in file.items() if word)]
    if draft.shape and draft.kind in SHAPED:
        lines += ["", "[shape]"]
        lines += [f"{key} = {_quoted(word)}" for key, word in draft.shape.items() if word]
    lines += ["", "[[record]]", f"kind = {_quoted(draft.kind)}", "", "[record.fields]"]
    known = FIELDS[KINDS[draft.kind][0]]
    for name, column in draft.columns.items():
        template = _quoted("{" + column + "}")
        dated = draft.dates is not None and known[name].form in _DAYS
        lines.append(
            f"{name} = {{ from = {template}, date = {_quoted(draft.dates or '')} }}"
            if dated
            else f"{name} = {template}"
        )
    lines += [
        f"{name} = {_quoted(word)}"
        for name, word in draft.constants.items()
        if name not in draft.columns
    ]
    body = "\n".join(lines) + "\n"
    parse_mapping("draft", body)
    return body


def fits(mapping: FileMapping, columns: Sequence[str]) -> bool:
    """Whether a file with these columns has all that a mapping speaks of."""
    return bool(mapping.fields_used()) and mapping.fields_used() <= set(columns)


def _quoted(word: str) -> str:
    """A TOML basic string: JSON's, which it contains."""
    return json.dumps(word, ensure_ascii=False)
