"""A zone as a person draws it, and what is wrong with it before it is saved; pure."""

from geo.zoning.checks import Bounds, Level, Remark, check_draft, refusals
from geo.zoning.draft import (
    DIGITS,
    LISTS,
    HoursDraft,
    LinkDraft,
    PartDraft,
    ZoneDraft,
    read_draft,
    read_shape,
    shape_to_json,
)
from geo.zoning.emergency import EmergencyWords, RoadHere, draw_emergency
from geo.zoning.split import split_shape

__all__ = [
    "DIGITS",
    "LISTS",
    "Bounds",
    "EmergencyWords",
    "HoursDraft",
    "Level",
    "LinkDraft",
    "PartDraft",
    "Remark",
    "RoadHere",
    "ZoneDraft",
    "check_draft",
    "draw_emergency",
    "read_draft",
    "read_shape",
    "refusals",
    "shape_to_json",
    "split_shape",
]
