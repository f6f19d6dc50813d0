"""Which PostgreSQL runs a cluster."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.database.programs import Programs, choose_programs, find_programs, is_new_enough
from geo.errors import DatabaseSetupError


def install(root: Path, version: str, postgis: str | None) -> None:
    programs = root / "lib" / version / "bin"
    programs.mkdir(parents=True)
    for name in ("initdb", "pg_ctl", "postgres"):
        (programs / name).touch()
    if postgis is not None:
        shared = root / "share" / version / "extension"
        shared.mkdir(parents=True)
        (shared / "postgis.control").write_text(f"# postgis\ndefault_version = '{postgis}'\n")


def test_only_versions_with_a_postgis_new_enough_are_found_newest_first(tmp_path: Path) -> None:
    for version, postgis in [
        ("13", "3.4.0"),
        ("14", "3.2.0"),
        ("15", "3.1.9"),
        ("16", "3.4.2"),
        ("9.6", "3.2.0"),
        ("17", None),
    ]:
        install(tmp_path, version, postgis)
    layouts = ((f"{tmp_path}/lib/*/bin", f"{tmp_path}/share/*"),)
    assert [(each.major, each.postgis) for each in find_programs(layouts)] == [
        (16, "3.4.2"),
        (14, "3.2.0"),
    ]


FOUND = [Programs(16, Path("/pg16"), "3.4.2"), Programs(14, Path("/pg14"), "3.2.0")]


def test_a_new_cluster_is_made_with_the_newest() -> None:
    assert choose_programs(FOUND, None).major == 16


def test_a_cluster_is_run_with_the_version_that_made_it() -> None:
    assert choose_programs(FOUND, 14).path("initdb") == "/pg14/initdb"


def test_a_cluster_whose_version_is_gone_names_the_packages_to_install() -> None:
    with pytest.raises(DatabaseSetupError, match="postgresql-15-postgis-3"):
        choose_programs(FOUND, 15)


def test_a_machine_without_postgis_is_told_what_to_install() -> None:
    with pytest.raises(DatabaseSetupError, match=r"PostgreSQL 14, PostGIS 3\.2 or newer"):
        choose_programs([], None)


@pytest.mark.parametrize(
    ("postgresql", "postgis", "expected"),
    [
        (14, "3.2.0", True),
        (14, "3.10", True),
        (18, "4.0.0dev", True),
        (13, "3.4.0", False),
        (15, "3.1.9", False),
        (15, "2.5.1", False),
        (15, "", False),
    ],
)
def test_postgresql_14_and_postgis_3_2_are_the_oldest_that_do(
    postgresql: int, postgis: str, *, expected: bool
) -> None:
    assert is_new_enough(postgresql, postgis) is expected
