"""A zone as it is drawn and filled in: shapes in WGS84 with their roles, days, hours, and what it belongs to."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry import mapping
from shapely.geometry import shape as read_geometry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, time

    from shapely.geometry.base import BaseGeometry

DIGITS = 7
"""Decimals of a coordinate of what is only looked at: a centimetre on the ground."""


@dataclass(frozen=True, slots=True)
class PartDraft:
    """One shape (WGS84; None when what was sent is no shape) with its role; a detour says for whom it is."""

    shape: BaseGeometry | None
    role: str = "footprint"
    mode: str | None = None
    name: str | None = None
    width_m: float | None = None
    first_on: date | None = None
    last_on: date | None = None


@dataclass(frozen=True, slots=True)
class HoursDraft:
    """Daily hours on weekdays (1 is Monday), half-open, perhaps past midnight."""

    since: time
    until: time
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)


@dataclass(frozen=True, slots=True)
class LinkDraft:
    """This zone belongs to, was made for, or must be done before another one (by `due_on`)."""

    other_id: int
    kind: str
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class ZoneDraft:
    """All that a person says of a zone. Codes are those of the records; `first_on` and `last_on` are planned days."""

    kind: str
    name: str | None = None
    unit_id: int | None = None
    project_id: int | None = None
    parent_id: int | None = None
    state: str = "planned"
    first_on: date | None = None
    last_on: date | None = None
    actual_start_on: date | None = None
    actual_finish_on: date | None = None
    tentative: bool = False
    emergency: bool = False
    location_text: str | None = None
    note: str | None = None
    parts: tuple[PartDraft, ...] = ()
    hours: tuple[HoursDraft, ...] = ()
    links: tuple[LinkDraft, ...] = ()

    utility: str | None = None
    placement: str | None = None
    step: str | None = None
    dig_plan_state: str | None = None

    taken: tuple[str, ...] = ()
    side: str | None = None
    lanes_before: int | None = None
    lanes_open: int | None = None
    passing: str | None = None
    still_pass: tuple[str, ...] = ()
    permit_step: str | None = None
    approval_number: str | None = None
    approved_until_on: date | None = None
    announced_on: date | None = None
    extended_until_on: date | None = None
    extension_reason: str | None = None

    level: str | None = None
    stops: tuple[str, ...] = ()
    exempt: tuple[str, ...] = ()


LISTS = frozenset({"taken", "still_pass", "stops", "exempt"})
"""Fields that are lists of codes."""
SPLIT = frozenset({"parts", "hours", "links"})
"""Fields that are lists of things with fields of their own."""


def read_draft(document: Mapping[str, Any]) -> ZoneDraft:
    """A draft from a document whose values have their types already; shapes are GeoJSON geometries.

    What is no shape becomes None, which the checks then tell of.
    """
    given = {field.name for field in fields(ZoneDraft)} & document.keys()
    plain = {name: _plain(name, document[name]) for name in given - SPLIT}
    return ZoneDraft(
        **plain,
        parts=tuple(_part(part) for part in document.get("parts") or ()),
        hours=tuple(
            HoursDraft(
                window["since"],
                window["until"],
                tuple(sorted(set(window.get("weekdays") or range(1, 8)))),
            )
            for window in document.get("hours") or ()
        ),
        links=tuple(
            LinkDraft(link["other_id"], link["kind"], link.get("due_on"))
            for link in document.get("links") or ()
        ),
    )


def _plain(name: str, value: Any) -> Any:  # noqa: ANN401  a value of any field
    if name in LISTS:
        return tuple(value or ())
    if isinstance(value, str):
        return value.strip() or None
    return value


def _part(document: Mapping[str, Any]) -> PartDraft:
    return PartDraft(
        shape=read_shape(document.get("geometry")),
        role=document.get("role") or "footprint",
        mode=document.get("mode"),
        name=(document.get("name") or "").strip() or None,
        width_m=document.get("width_m"),
        first_on=document.get("first_on"),
        last_on=document.get("last_on"),
    )


def read_shape(geometry: Any) -> BaseGeometry | None:  # noqa: ANN401  whatever was sent
    """A GeoJSON geometry as a plane shape; None when it is none."""
    try:
        found = shapely.force_2d(read_geometry(geometry))
    except (
        AttributeError,
        IndexError,
        KeyError,
        TypeError,
        ValueError,
        shapely.errors.ShapelyError,
    ):
        return None
    return None if found.is_empty else found


def shape_to_json(shape: BaseGeometry, digits: int | None = None) -> dict[str, Any]:
    """A shape as a GeoJSON geometry of plain numbers, with so many decimals; with all of them, as it is to stay."""
    if digits is not None:
        shape = shapely.transform(shape, lambda points: points.round(digits))
    found: dict[str, Any] = json.loads(json.dumps(mapping(shape)))
    return found
