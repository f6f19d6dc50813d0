"""Zones as documents: what may be sent, and how forecasts, remarks and places are told in the asker's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apiflask import Schema
from apiflask.fields import Boolean, Date, Float, Integer, List, Nested, Raw, String, Time
from apiflask.validators import Length, OneOf, Range

from app.languages import language
from app.params import LARGEST_ID
from geo.model.zones import LinkKind, Passing, Placement, Side, ZoneKind, ZoneState
from geo.overlap import code_name, severity_name
from geo.zoning import DIGITS, LISTS, ZoneDraft, shape_to_json
from geo.zoning.draft import SPLIT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from enum import StrEnum

    from geo.changes.what_if import Forecast, ForecastPair, Joining, Other
    from geo.overlap import Days, Watch
    from geo.overlap.free_period import FreePeriods
    from geo.placing import Candidate
    from geo.zoning import Remark

LONGEST_TEXT = 10_000


def _id(**more: Any) -> Integer:  # noqa: ANN401  what the field takes
    return Integer(validate=Range(1, LARGEST_ID), **more)


def _words() -> String:
    return String(load_default=None, allow_none=True, validate=Length(max=LONGEST_TEXT))


def _one_of(members: type[StrEnum]) -> String:
    return String(
        load_default=None, allow_none=True, validate=OneOf([each.value for each in members])
    )


def _day() -> Date:
    return Date(load_default=None, allow_none=True)


def _codes() -> List[str]:
    return List(String(validate=Length(max=100)), load_default=list, validate=Length(max=200))


class PartSchema(Schema):
    """A shape: GeoJSON geometry in WGS84, what it stands for, and for a line how wide it is."""

    geometry = Raw(required=True)
    role = String(load_default="footprint", validate=Length(max=20))
    mode = String(load_default=None, allow_none=True, validate=Length(max=20))
    name = _words()
    width_m = Float(load_default=None, allow_none=True, allow_nan=False)
    first_on = _day()
    last_on = _day()


class HoursSchema(Schema):
    """Daily hours, half-open; an end at or before the beginning is on the next day."""

    since = Time(required=True, format="%H:%M")
    until = Time(required=True, format="%H:%M")
    weekdays = List(
        Integer(validate=Range(1, 7)),
        load_default=lambda: list(range(1, 8)),
        validate=Length(min=1, max=7),
    )


class LinkSchema(Schema):
    """Another zone that this one belongs to, is made for, or must be done before."""

    other_id = _id(required=True)
    kind = String(required=True, validate=OneOf([each.value for each in LinkKind]))
    due_on = _day()


class ZoneSchema(Schema):
    """All that a person says of a zone."""

    kind = String(required=True, validate=OneOf([each.value for each in ZoneKind]))
    name = _words()
    unit_id = _id(load_default=None, allow_none=True)
    project_id = _id(load_default=None, allow_none=True)
    parent_id = _id(load_default=None, allow_none=True)
    state = String(
        load_default=ZoneState.PLANNED.value, validate=OneOf([each.value for each in ZoneState])
    )
    first_on = _day()
    last_on = _day()
    actual_start_on = _day()
    actual_finish_on = _day()
    tentative = Boolean(load_default=False)
    emergency = Boolean(load_default=False)
    location_text = _words()
    note = _words()
    parts = List(Nested(PartSchema), load_default=list, validate=Length(max=1000))
    hours = List(Nested(HoursSchema), load_default=list, validate=Length(max=50))
    links = List(Nested(LinkSchema), load_default=list, validate=Length(max=200))
    utility = _words()
    placement = _one_of(Placement)
    step = _words()
    dig_plan_state = _words()
    taken = _codes()
    side = _one_of(Side)
    lanes_before = Integer(load_default=None, allow_none=True, validate=Range(0, 100))
    lanes_open = Integer(load_default=None, allow_none=True, validate=Range(0, 100))
    passing = _one_of(Passing)
    still_pass = _codes()
    permit_step = _words()
    approval_number = _words()
    approved_until_on = _day()
    announced_on = _day()
    extended_until_on = _day()
    extension_reason = _words()
    level = _words()
    stops = _codes()
    exempt = _codes()


class TrySchema(Schema):
    """A zone to look ahead for; `zone` is the id of the one it would replace."""

    zone = _id(load_default=None, allow_none=True)
    draft = Nested(ZoneSchema, required=True)


class StretchSchema(Schema):
    """A shape that is closed, and its width where it is a line."""

    geometry = Raw(required=True)
    width_m = Float(load_default=None, allow_none=True, allow_nan=False, validate=Range(0, 100))


class DetourSchema(Schema):
    """The places that a detour passes (longitude, latitude), for whom it is, and what is closed."""

    stops = List(
        List(Float(allow_nan=False, validate=Range(-180, 180)), validate=Length(equal=2)),
        required=True,
        validate=Length(min=2, max=30),
    )
    mode = String(required=True, validate=OneOf(["motor", "ebike", "foot", "bus", "emergency"]))
    closed = List(Nested(StretchSchema), load_default=list, validate=Length(max=50))


class SplitSchema(Schema):
    """A shape and the line that it is split along."""

    geometry = Raw(required=True)
    line = Raw(required=True)


class EmergencySchema(Schema):
    """An emergency repair that begins now."""

    lon = Float(required=True, allow_nan=False, validate=Range(-180, 180))
    lat = Float(required=True, allow_nan=False, validate=Range(-90, 90))
    utility = String(required=True, validate=Length(max=50))
    taken = _codes()
    hours = Integer(load_default=8)
    unit_id = _id(load_default=None, allow_none=True)
    note = _words()


class PlaceQuery(Schema):
    """A place in words."""

    q = String(required=True, validate=Length(max=300))


class LinkQuery(Schema):
    """Words of a zone's code, name or unit."""

    q = String(load_default="", validate=Length(max=100))


def draft_document(draft: ZoneDraft) -> dict[str, Any]:
    """A zone as a document that may be sent again."""
    document: dict[str, Any] = {}
    for name in ZoneSchema().fields:
        value = getattr(draft, name)
        if name in LISTS:
            value = list(value)
        elif name in SPLIT:
            value = [_piece(each) for each in value]
        document[name] = value.isoformat() if hasattr(value, "isoformat") else value
    return document


def _piece(each: Any) -> dict[str, Any]:  # noqa: ANN401  a part, hours or a link
    found: dict[str, Any] = {}
    for name in each.__slots__:
        value = getattr(each, name)
        if name == "shape":
            found["geometry"] = None if value is None else shape_to_json(value)
        elif name in {"since", "until"}:
            found[name] = f"{value:%H:%M}"
        elif isinstance(value, tuple):
            found[name] = list(value)
        else:
            found[name] = value.isoformat() if hasattr(value, "isoformat") else value
    return found


def remarks_document(remarks: Iterable[Remark]) -> list[dict[str, str]]:
    """What is to be said of a zone."""
    english = language() == "en"
    return [
        {"level": one.level.value, "field": one.field, "text": one.en if english else one.zh}
        for one in remarks
    ]


def _days(days: Days | None) -> dict[str, Any]:
    return {
        "first_on": days.first_on.isoformat() if days else None,
        "last_on": days.last_on.isoformat() if days and days.last_on else None,
        "days": days.count if days else None,
    }


def _other(other: Other) -> dict[str, Any]:
    return {
        "id": other.id,
        "kind": other.kind,
        "code": other.code,
        "name": other.name,
        "unit": other.unit_en if language() == "en" else other.unit,
    }


def _pair(pair: ForecastPair) -> dict[str, Any]:
    return {
        "other": _other(pair.other),
        "severity": pair.severity.value,
        "severity_name": severity_name(pair.severity, language()),
        "codes": [finding.code.value for finding in pair.findings],
        "names": [code_name(finding.code, language()) for finding in pair.findings],
        "sentences": pair.sentences(language()),
        **_days(pair.days),
        "area_m2": pair.area_m2,
        "distance_m": pair.distance_m,
        "shape": pair.shape,
        "kept": pair.kept,
    }


def _watch(watch: Watch, sentence: str) -> dict[str, Any]:
    return {
        "code": watch.code.value,
        "name": code_name(watch.code, language()),
        "sentence": sentence,
        **_days(watch.days),
    }


def _joining(joining: Joining) -> dict[str, Any]:
    return {
        "other": _other(joining.other),
        "saved_m": joining.saved_m,
        "share": joining.share,
        **_days(joining.days),
    }


def forecast_document(forecast: Forecast) -> dict[str, Any]:
    """What saving would give."""
    return {
        "remarks": remarks_document(forecast.remarks),
        "pairs": [_pair(pair) for pair in forecast.pairs],
        "watches": [_watch(*each) for each in forecast.watch_sentences(language())],
        "joinings": [_joining(each) for each in forecast.joinings],
    }


def periods_document(found: FreePeriods | None) -> dict[str, Any]:
    """The nearest free periods; `needed` is false when there is nothing to move."""
    return {
        "needed": found is not None,
        "earlier": _days(found.earlier) if found and found.earlier else None,
        "later": _days(found.later) if found and found.later else None,
    }


def candidate_document(candidate: Candidate) -> dict[str, Any]:
    """A shape that words may mean."""
    return {
        "geometry": shape_to_json(candidate.shape, DIGITS),
        "confidence": round(candidate.confidence, 2),
        "sure": candidate.confident,
        "how": candidate.how_en if language() == "en" else candidate.how_zh,
    }
