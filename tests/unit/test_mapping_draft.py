"""A mapping made by pointing at columns: what is suggested, and that the TOML reads the file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from geo.errors import RuleError
from geo.importers.look import Frame, look_at_file
from geo.importers.mapping import read_mapped
from geo.importers.mapping_draft import (
    OFFERED_KINDS,
    Draft,
    fits,
    likely_kind,
    suggest,
    target_fields,
    to_toml,
)
from geo.importers.mapping_file import parse_mapping
from tests.importing import code_lists, context_of

if TYPE_CHECKING:
    from pathlib import Path

    from geo.importers.look import TableLook

BOX = (116.0, 37.2, 116.6, 37.7)


def digs(folder: Path) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {
                "编号": f"GS-{number}",
                "工程名称": f"供热管线{number}",
                "产权单位": "热力公司",
                "管线类别": "供热",
                "计划开工": "2026-12-01",
            },
            "geometry": {"type": "LineString", "coordinates": [[116.3, 37.45], [116.301, 37.452]]},
        }
        for number in range(3)
    ]
    path = folder / "digs.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def table_of(path: Path) -> TableLook:
    return look_at_file(path, Frame(BOX, 4548)).tables[0]


def test_columns_are_suggested_by_what_the_ledger_calls_them(tmp_path: Path) -> None:
    table = table_of(digs(tmp_path))
    found = suggest("relocation", table, code_lists().labels)
    assert found["code"] == "编号"
    assert found["unit"] == "产权单位"
    assert found["utility"] == "管线类别"
    assert found["planned_start"] == "计划开工"
    assert likely_kind(table) == "relocation"


def test_what_was_pointed_at_reads_the_file(tmp_path: Path) -> None:
    path = digs(tmp_path)
    table = table_of(path)
    columns = suggest("relocation", table, code_lists().labels)
    shape = {"from": "feature", "crs": "EPSG:4326"}
    body = to_toml(
        Draft("供热", "relocation", columns, {"placement": "underground"}, "json", shape=shape)
    )
    mapping = parse_mapping("heat", body)
    assert fits(mapping, [one.name for one in table.fields])
    zones = read_mapped(path, mapping, context_of()).batch.zones
    assert [zone.code for zone in zones] == ["GS-0", "GS-1", "GS-2"]
    assert {(zone.utility, zone.placement, len(zone.parts)) for zone in zones} == {
        ("heat", "underground", 1)
    }


@pytest.mark.parametrize("kind", OFFERED_KINDS)
def test_every_kind_has_the_fields_that_it_needs_first(kind: str) -> None:
    targets = target_fields(kind)
    assert targets
    needed = [one.required for one in targets]
    assert needed == sorted(needed, reverse=True)


def test_a_column_name_with_quotes_stays_text_and_a_draft_that_cannot_hold_is_refused() -> None:
    body = to_toml(Draft('a "b"\\', "unit", {"name": '单位"名'}, {"kind": "company"}))
    assert parse_mapping("x", body).title == 'a "b"\\'
    with pytest.raises(RuleError):
        to_toml(Draft("x", "unit", {"nonsense": "a"}))
