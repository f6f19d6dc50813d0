"""What the interface's documentation says of each answer, as OpenAPI fragments."""

from __future__ import annotations

from typing import Any

DAY = {"type": "string", "format": "date"}
INTEGER = {"type": "integer"}
TEXT = {"type": "string"}
LAMP = {"type": "string", "enum": ["red", "yellow", "green", "grey", "blue", "paused"]}
COUNTS = {
    "type": "object",
    "description": "lamp → number",
    "additionalProperties": INTEGER,
}
STATES = {
    "type": "object",
    "description": "id → [lamp, stage, [marks]]",
    "additionalProperties": {"type": "array", "minItems": 3, "maxItems": 3, "items": {}},
}


def answer(
    description: str, schema: dict[str, Any], mimetype: str = "application/json"
) -> dict[int, Any]:
    """The responses of one operation: its answer, and 304 for who already has it."""
    return {
        200: {"description": description, "content": {mimetype: {"schema": schema}}},
        304: "The tag in If-None-Match still holds.",
    }


def record(**properties: dict[str, Any]) -> dict[str, Any]:
    """An object with these properties, all of them always there."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def many(items: dict[str, Any]) -> dict[str, Any]:
    """A list of these."""
    return {"type": "array", "items": items}


LAYER = answer(
    "Shapes as GeoJSON, longitude and latitude in WGS84; each feature is one part of a zone.",
    record(type=TEXT, features=many({"type": "object"})),
    "application/geo+json",
)

BOARD = answer(
    "The lamps of all projects and sites on a day, with the city's counts.",
    record(
        day=DAY,
        today=DAY,
        forecast={"type": "boolean"},
        counts=COUNTS,
        computed_counts=COUNTS,
        ruled=INTEGER,
        site_counts=COUNTS,
        not_started=INTEGER,
        overdue_start=INTEGER,
        open_blockers=INTEGER,
        red_cards=INTEGER,
        turning_red_30=INTEGER,
        sites=STATES,
        projects=STATES,
        turned_red={
            "type": "array",
            "description": "[id of a project, since when it is red], the latest first",
            "items": many({}),
        },
        late_starts=many(INTEGER),
        blockers={
            "type": "object",
            "description": "id of a project with open blockers → [[causes], [awaited units]]",
            "additionalProperties": many(many(TEXT)),
        },
        awaited_units={
            "type": "object",
            "description": "awaited unit → its English name",
            "additionalProperties": {"type": ["string", "null"]},
        },
    ),
)

PROJECTS = answer(
    "All projects, with a place on the map or without.",
    record(
        projects=many(
            record(
                id=INTEGER,
                code=TEXT,
                name=TEXT,
                sites=many(INTEGER),
                located={"type": "boolean"},
                pinyin=TEXT,
                initials=TEXT,
            )
        )
    ),
)

PACKED_LAYER = answer(
    "Four bytes with the length of a JSON head (big-endian), the head with columns, then the shapes as TWKB in the "
    "order of the rows.",
    {"type": "string", "format": "binary"},
    "application/vnd.jiantu.packed",
)

PACKED_BOARD = answer(
    "The lamps of a day: `table` has the statuses that occur, `state` a character for each id, counted from 0.",
    record(
        day=DAY,
        table=many(many({})),
        projects=record(id=many(INTEGER), state=TEXT),
        sites=record(id=many(INTEGER), state=TEXT),
    ),
)

PACKED_PROJECTS = answer(
    "All projects as columns, the names of the roads, and how names are spelled in pinyin.",
    record(
        count=INTEGER,
        columns={"type": "object"},
        roads=many(many({"type": ["string", "null"]})),
        spelling=record(characters=TEXT, others={"type": "object"}),
    ),
)

PROJECT = {
    **answer(
        "One project as on a day, with the reasons of its lamp in the language asked for.",
        record(
            project={"type": "object"},
            day=DAY,
            lamp=LAMP,
            sentence=TEXT,
            reasons=many(record(aspect=TEXT, lamp=LAMP, code=TEXT, text=TEXT)),
            blockers=many({"type": "object"}),
        ),
    ),
    404: "There is no project with that code.",
}

TREND = answer(
    "How many projects showed which lamp on each day of a span.",
    record(days=many(record(day=DAY, red=INTEGER, yellow=INTEGER, green=INTEGER))),
)

REVISION = answer(
    "What changes when the data does: compare with the last time, and read again only what differs.",
    record(layers={"type": "object", "additionalProperties": TEXT}, lamps=TEXT),
)
