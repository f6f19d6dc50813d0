"""The city's records as tables. Importing this package loads every table into `Base.metadata`."""

from __future__ import annotations

from geo.model import (
    accounts,
    answers,
    cases,
    city,
    codes,
    collection,
    dig_plans,
    feeds,
    files,
    imports,
    lamps,
    orders,
    overlaps,
    photos,
    projects,
    quality,
    records,
    releases,
    units,
    watching,
    zones,
)
from geo.model.base import SCHEMA, Base

__all__ = [
    "SCHEMA",
    "Base",
    "accounts",
    "answers",
    "cases",
    "city",
    "codes",
    "collection",
    "dig_plans",
    "feeds",
    "files",
    "imports",
    "lamps",
    "orders",
    "overlaps",
    "photos",
    "projects",
    "quality",
    "records",
    "releases",
    "units",
    "watching",
    "zones",
]
