"""Base maps by settings and by file: what is offered, what is refused, what browsers may load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app.base_maps import read_base_maps, read_file
from app.config import Settings
from app.headers import CONTENT_SECURITY_POLICY, content_security_policy
from geo.errors import RuleError

if TYPE_CHECKING:
    from pathlib import Path


def settings(**given: Any) -> Settings:
    """Settings without those of this machine."""
    return Settings(_env_file=None, **given)


def pmtiles(path: Path, tile_type: int) -> None:
    """The head of a PMTiles file."""
    head = bytearray(127)
    head[:8] = b"PMTiles\x03"
    head[99] = tile_type
    path.write_bytes(bytes(head))


def test_without_settings_there_is_only_the_built_in_one_and_nothing_else_may_be_loaded() -> None:
    assert read_base_maps(settings()) == ()
    assert content_security_policy(()) == CONTENT_SECURITY_POLICY


def test_the_key_of_tianditu_offers_both_its_maps_with_their_labels() -> None:
    vector, image = read_base_maps(settings(tianditu_key="k123"))
    assert (vector.code, image.code) == ("tianditu", "tianditu-image")
    assert [address.split("LAYER=")[1][:3] for address in vector.tiles] == ["vec", "cva"]
    assert [address.split("LAYER=")[1][:3] for address in image.tiles] == ["img", "cia"]
    assert all(address.endswith("&tk=k123") for address in vector.tiles)
    assert not vector.shifted
    policy = content_security_policy((vector, image))
    assert policy.count("https://t0.tianditu.gov.cn") == 1
    assert "https://t7.tianditu.gov.cn" in policy
    assert "connect-src 'self';" in policy


def test_the_policy_is_widened_for_the_hosts_named_and_for_pictures_only() -> None:
    bases = read_base_maps(settings(base_maps="osm, amap"))
    assert [base.shifted for base in bases] == [False, True]
    policy = content_security_policy(bases)
    pictures = policy.split("img-src ")[1].split(";")[0].split()
    assert pictures == [
        "'self'",
        "data:",
        "https://tile.openstreetmap.org",
        *(f"https://webrd0{server}.is.autonavi.com" for server in "1234"),
    ]
    assert "autonavi" not in policy.replace(" ".join(pictures), "")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"base_maps": "moon"}, "moon"),
        ({"base_maps": "tianditu"}, "JIANTU_TIANDITU_KEY"),
        ({"base_maps": "osm,osm"}, "same code"),
    ],
)
def test_what_the_settings_name_wrongly_is_refused_with_a_reason(
    given: dict[str, str], said: str
) -> None:
    with pytest.raises(RuleError, match=said):
        read_base_maps(settings(**given))


def test_a_file_brings_tile_services_archives_and_approval_numbers(tmp_path: Path) -> None:
    pmtiles(tmp_path / "photo.pmtiles", 2)
    file = tmp_path / "maps.toml"
    file.write_text(
        """
        [[base_map]]
        code = "province"
        name = "省级影像"
        tiles = "https://t{s}.example.gov.cn/{z}/{x}/{y}.jpg"
        servers = "ab"
        crs = "GCJ-02"
        approval = "鲁SG(2026)001号"
        [[base_map]]
        code = "photo"
        name = "正射影像"
        pmtiles = "photo.pmtiles"
        [[base_map]]
        known = "osm"
        approval = "无"
        """,
        encoding="utf-8",
    )
    province, photo, osm = read_base_maps(settings(base_map_file=file))
    assert province.shifted
    assert province.approval == "鲁SG(2026)001号"
    assert province.hosts == ("https://ta.example.gov.cn", "https://tb.example.gov.cn")
    assert photo.archive == (tmp_path / "photo.pmtiles").resolve()
    assert osm.approval == "无"
    assert "blob:" in content_security_policy((photo,))
    assert "blob:" not in content_security_policy((province, osm))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('code = "X Y"\nname = "a"\ntiles = "https://a.b/{z}/{x}/{y}"', "code"),
        ('code = "a"\ntiles = "https://a.b/{z}/{x}/{y}"', "name"),
        ('code = "a"\nname = "a"', "one of tiles and pmtiles"),
        ('code = "a"\nname = "a"\ntiles = "https://a.b/{z}/{x}"', "{y}"),
        ('code = "a"\nname = "a"\ntiles = "file:///{z}/{x}/{y}"', "https://"),
        ('code = "a"\nname = "a"\ntiles = "https://a.b/{z}/{x}/{y}"\ncrs = "BD-09"', "GCJ-02"),
        ('code = "a"\nname = "a"\npmtiles = "none.pmtiles"', "none.pmtiles"),
        ('code = "a"\nname = "a"\npmtiles = "maps.toml"', "no PMTiles 3"),
        ('code = "a"\nname = "a"\npmtiles = "vector.pmtiles"', "vector tiles"),
        ('code = "a"\nname = "a"\ncolour = "red"', "colour"),
        ("x = [", "cannot be read"),
    ],
)
def test_a_wrong_table_is_named_with_what_is_wrong(tmp_path: Path, table: str, said: str) -> None:
    pmtiles(tmp_path / "vector.pmtiles", 1)
    file = tmp_path / "maps.toml"
    file.write_text(f"[[base_map]]\n{table}", encoding="utf-8")
    with pytest.raises(RuleError, match=said.replace("{", r"\{").replace("/", "/")):
        read_file(file)


def test_the_example_that_comes_with_the_program_is_good() -> None:
    from app.config import PROJECT_DIR  # noqa: PLC0415

    (example,) = read_file(PROJECT_DIR / "data" / "base-maps.example.toml")
    assert example.code == "province"
