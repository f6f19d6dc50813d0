"""Malformed and problematic files: what becomes of each, one by one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import shapely

from geo.errors import ImportRefusedError
from geo.importers.mapping import read_mapped
from geo.importers.mapping_file import load_mapping
from tests.importing import context_of
from tests.realdata import REAL, real_file, real_files

if TYPE_CHECKING:
    from pathlib import Path

AWKWARD = [*real_files("awkward/geojson", ".geojson"), *real_files("awkward/kml", ".kml")]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLAIN: tuple[str, ...] = ()
"""Taken as it is: nothing is wrong with it, or nothing that a map can be wrong by."""

REFUSED = {
    "invalid_featurecollection_features_is_object": "features 应为数组",
    "invalid_featurecollection_nulltype": "JSON 应为",
    "invalid_featurecollection_unknown_type": "JSON 应为",
    "invalid_geometry_wrong_geometry_type": "JSON 应为",
}
"""Files refused as a whole, with part of the sentence."""

TAKEN: dict[str, tuple[int, tuple[str, ...]]] = {
    "invalid_exterior_not_ccw": (1, ("mended 面的边界方向",)),
    "invalid_interior_not_cw": (1, ("mended 面的边界方向",)),
    "invalid_unclosed": (1, ("mended 多边形没有闭合,已闭合",)),
    "invalid_feature_id_type": (1, ("mended 要素的 id",)),
    "invalid_feature_properties_is_array": (0, ("refused 不是有效的记录",)),
    "invalid_feature_wrong_geometry_key": (0, ("refused 不是有效的记录",)),
    "invalid_geometry_bbox_not_list": (1, ("mended 所写的范围(bbox)有误",)),
    "invalid_geometry_coordinates_1d": (0, ("refused 坐标的层次",)),
    "invalid_geometry_coordinates_missing": (0, ("refused 图形没有坐标",)),
    "invalid_geometry_depth_deep_point": (0, ("refused 坐标的层次",)),
    "invalid_geometry_depth_shallow_linestring": (0, ("refused 坐标的层次",)),
    "invalid_geometry_depth_shallow_polygon": (0, ("refused 坐标的层次",)),
    "invalid_geometry_mislabeled_point": (0, ("refused 坐标的层次",)),
    "problematic_4d_coordinates": (1, ("mended 图形带有高程",)),
    "problematic_duplicate_nodes": (1, ("mended 图形有重复的点",)),
    "problematic_excessive_vertices": (1, PLAIN),
    "problematic_holes": (1, PLAIN),
    "problematic_multitype_geometry_with_just_one_geometry": (1, PLAIN),
    "problematic_self_intersection_large": (1, ("mended 图形自相交",)),
    # A bbox in the wrong order of axes: no bbox is ever read.
    "problematic_wrong_bbox_coordinate_order": (1, PLAIN),
    "problematic_crs_defined": (1, PLAIN),
    "problematic_geometrycollection_single": (1, PLAIN),
    "valid_feature": (1, PLAIN),
    "valid_feature_null_properties": (1, PLAIN),
    "valid_feature_with_id": (1, PLAIN),
    "valid_featurecollection": (1, PLAIN),
    "valid_featurecollection_empty_features": (0, PLAIN),
    "valid_featurecollection_with_geometrycollection": (1, ("mended 图形由面、线、点混合",)),
    "valid_geometry_3d_coordinates": (1, ("mended 图形带有高程",)),
    "valid_geometry_geometrycollection": (1, ("mended 图形由面、线、点混合",)),
    "valid_geometry_linestring": (1, PLAIN),
    "valid_geometry_multipoint": (1, PLAIN),
    "valid_geometry_point": (1, PLAIN),
    "addresses": (10, ("noted 没有图形", "refused 线只有一个点")),
    "cdata": (1, PLAIN),
    "ground_overlay": (1, PLAIN),
    "gxmultitrack": (3, PLAIN),
    "inline_style": (3, PLAIN),
    "linear_ring": (1, ("mended KML 中单独的环", "mended 图形有重复的点")),
    "literal_color": (1, PLAIN),
    "multigeometry_discrete": (1, ("mended 图形由面、线、点混合",)),
    "multitrack": (3, PLAIN),
    "nogeomplacemark": (1, ("noted 没有图形",)),
    "noname": (1, PLAIN),
    "opacity_override": (1, PLAIN),
    "point_extra_coordinates": (1, PLAIN),
    "polygon": (1, PLAIN),
    "selfclosing": (1, ("noted 没有图形",)),
    "style": (3, PLAIN),
    "styles": (2, PLAIN),
    "twopoints": (2, ("mended KML 的地标没有放在 Document",)),
}
"""Records that a file gives, and the beginnings of all that the clerk is told."""


def test_every_awkward_file_has_its_outcome_written_down() -> None:
    real_file("awkward", "geojson")
    assert {path.stem for path in AWKWARD} == set(REFUSED) | set(TAKEN)


@pytest.mark.parametrize("path", AWKWARD, ids=lambda path: path.relative_to(REAL).stem)
def test_an_awkward_file_is_refused_with_a_sentence_or_mended_with_a_notice(
    path: Path, tmp_path: Path
) -> None:
    (tmp_path / "m.toml").write_text(
        "[shape]\nfrom = 'feature'\n[[record]]\nkind = 'event'\n[record.fields]\ncode = '{#}'",
        encoding="utf-8",
    )
    everywhere = context_of()
    object.__setattr__(everywhere, "bbox", (-180.0, -90.0, 180.0, 90.0))
    if path.stem in REFUSED:
        with pytest.raises(ImportRefusedError) as refusal:
            read_mapped(path, load_mapping(tmp_path / "m.toml"), everywhere)
        zh, _, en = str(refusal.value).partition(" / ")
        assert REFUSED[path.stem] in zh
        assert en
        return
    reading = read_mapped(path, load_mapping(tmp_path / "m.toml"), everywhere)
    count, told = TAKEN[path.stem]
    assert len(reading.batch.zones) == count
    found = {f"{each.level} {each.message_zh}" for each in reading.notices}
    assert all(any(each.startswith(start) for each in found) for start in told)
    assert all(each.startswith(told) for each in found) if told else not found
    assert all(CHINESE.search(each.message_zh) and each.message_en for each in reading.notices)
    for zone in reading.batch.zones:
        for part in zone.parts:
            assert part.shape.is_valid
            assert not part.shape.is_empty
            assert not part.shape.has_z
            assert shapely.get_num_coordinates(part.shape) <= 10_000
