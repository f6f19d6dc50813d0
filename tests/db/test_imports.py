"""Imports from file to kept report, on the real files: counts, a second time unchanged, nothing half done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine, func, select, text

from geo.changes.batches import take_batch
from geo.changes.intake_desk import save_mapping, undo_import
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.exporters.ledger import write_ledger
from geo.importers.run import LEDGER, ImportOrder, run_import
from geo.model.imports import ImportNotice, ImportRun
from geo.model.records import Blocker
from geo.model.zones import Zone, ZonePart
from geo.queries.batches import read_batch
from tests.factories import TODAY, small_city
from tests.hostile import FORMATS, make_hostile, sample
from tests.realdata import real_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sqlalchemy.orm import Session

    from geo.importers.run import ImportReport
    from tests.postgres import Server

CLERK = "test:clerk"


def _now() -> datetime:
    return datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def _run(
    engine: Engine, path: Path, mapping: str, day: date = TODAY, *, dry_run: bool = False
) -> ImportReport:
    return run_import(engine, ImportOrder(path, mapping, CLERK, day, dry_run), _now)


def _reading(engine: Engine) -> AbstractContextManager[Session]:
    return acting_session(engine, Identity(Role.LEADER, "test"))


EngineOf = Callable[[str], Engine]


@pytest.fixture
def engine_of(server: Server) -> Iterator[EngineOf]:
    """Makes an engine on a fresh database of a city."""
    made: list[Engine] = []

    def make(city: str) -> Engine:
        made.append(make_engine(server.make_database(city)))
        return made[-1]

    yield make
    for engine in made:
        engine.dispose()


def test_taichungs_permits_become_works_with_their_shapes(engine_of: EngineOf) -> None:
    path = real_file("taiwan-roadworks", "taichung-dig-permits.json")
    engine = engine_of("taichung")
    report = _run(engine, path, "taichung-dig-permits")
    assert report.refusal is None
    assert report.tallies["relocations"].new == 1790
    with _reading(engine) as session:
        assert session.scalar(select(func.count(Zone.id))) == 1790
        assert session.scalar(select(func.count(ZonePart.id))) == 3220
        without = select(func.count(Zone.id)).where(
            ~select(ZonePart.id).where(ZonePart.zone_id == Zone.id).exists()
        )
        assert (session.scalar(without) or 0) > 0
        mended = session.scalars(
            select(ImportNotice).where(
                ImportNotice.level == "mended", ImportNotice.row.is_not(None)
            )
        ).all()
        assert len(mended) == 11
        dated = session.execute(
            select(func.min(Zone.planned_start_on), func.max(Zone.planned_finish_on))
        ).one()
        assert dated[0] is not None
        assert dated[0].year >= 2010
    again = _run(engine, path, "taichung-dig-permits")
    tally = again.tallies["relocations"]
    assert (tally.new, tally.changed, tally.unchanged) == (0, 0, 1790)


def test_rows_of_taichung_without_a_shape_are_kept_and_marked(engine_of: EngineOf) -> None:
    path = real_file("taiwan-roadworks", "taichung-dig-permits.json")
    engine = engine_of("taichung")
    report = _run(engine, path, "taichung-dig-permits")
    told = [
        notice
        for notice in report.notices
        if notice.level == "noted" and notice.message_en.startswith("no shape")
    ]
    assert len(told) == 107


@pytest.mark.parametrize(
    ("city", "mapping", "parts", "kind", "expected"),
    [
        ("dezhou", "dezhou-districts", ("dezhou", "dezhou-districts-gcj02.json"), "districts", 11),
        ("new-york", "nyc-capital", ("nyc-capital", "projects.geojson"), "projects", 2008),
        ("berlin", "berlin-road-works", ("berlin", "berlin.json"), "diversions", 228),
        (
            "montpellier",
            "montpellier-road-works",
            ("montpellier", "montpellier.json"),
            "relocations",
            23,
        ),
        (
            "appenzell",
            "appenzell-road-works",
            ("zurich", "Baustellen Februar 2015.xls"),
            "diversions",
            1,
        ),
        ("colorado", "wzdx", ("wzdx", "colorado-wzdx-4.2.json"), "diversions", 279),
        (
            *("kaohsiung", "kaohsiung-gas-works"),
            *(("kaohsiung-pipelines", "kh_ng_pipelines_wgs84.shp"), "relocations", 609),
        ),
        (
            "cambridge",
            "cambridge-permits",
            ("cambridge", "CDD_SpecialPermits.geojson"),
            "sites",
            424,
        ),
    ],
)
def test_a_real_file_goes_in_by_its_mapping_and_is_unchanged_the_second_time(
    engine_of: EngineOf, city: str, mapping: str, parts: tuple[str, ...], kind: str, expected: int
) -> None:
    engine = engine_of(city)
    path = real_file(*parts)
    first = _run(engine, path, mapping)
    assert first.refusal is None
    assert first.tallies[kind].new == expected
    second = _run(engine, path, mapping)
    assert all((tally.new, tally.changed) == (0, 0) for tally in second.tallies.values())
    assert second.tallies[kind].unchanged == expected


def test_new_yorks_explanations_become_blockers(engine_of: EngineOf) -> None:
    engine = engine_of("new-york")
    _run(engine, real_file("nyc-capital", "projects.geojson"), "nyc-capital")
    with _reading(engine) as session:
        assert 1250 <= (session.scalar(select(func.count(Blocker.id))) or 0) <= 1310


def test_a_ledger_that_was_exported_imports_again_unchanged(
    engine_of: EngineOf, tmp_path: Path
) -> None:
    engine = engine_of("dezhou")
    with acting_session(engine, Identity(Role.COMMAND, "test")) as session:
        take_batch(session, small_city(), TODAY)
    with _reading(engine) as session:
        before = read_batch(session)
    path = tmp_path / "台账.xlsx"
    write_ledger(path, before)
    report = _run(engine, path, LEDGER)
    assert report.refusal is None
    assert [notice for notice in report.notices if notice.level == "refused"] == []
    assert all((tally.new, tally.changed) == (0, 0) for tally in report.tallies.values())
    with _reading(engine) as session:
        assert read_batch(session) == before


def test_every_import_keeps_a_report_with_its_counts_and_notices(
    engine_of: EngineOf, tmp_path: Path
) -> None:
    engine = engine_of("dezhou")
    path = tmp_path / "台账.xlsx"
    write_ledger(path, small_city())
    report = _run(engine, path, LEDGER)
    with _reading(engine) as session:
        run = session.scalars(select(ImportRun)).one()
        notices = session.scalars(select(ImportNotice)).all()
    assert run.id == report.run_id
    assert (run.actor, run.file_name, len(run.sha256)) == (CLERK, "台账.xlsx", 64)
    assert run.counts["projects"]["new"] == 2
    assert len(notices) == len(report.notices)


def test_a_dry_run_tells_the_same_and_leaves_nothing(engine_of: EngineOf, tmp_path: Path) -> None:
    engine = engine_of("dezhou")
    path = tmp_path / "台账.xlsx"
    write_ledger(path, small_city())
    dry = _run(engine, path, LEDGER, dry_run=True)
    assert dry.tallies["projects"].new == 2
    assert dry.run_id is None
    with _reading(engine) as session:
        assert session.scalar(text("select count(*) from jiantu.project")) == 0
        assert session.scalar(text("select count(*) from jiantu.import_run")) == 0
    assert _run(engine, path, LEDGER).tallies == dry.tallies


@pytest.mark.parametrize(
    ("name", "content"),
    [("台账.xlsx", b"PK\x03\x04 not a workbook"), ("台账.xlsx", b""), ("data.txt", b"hello")],
)
def test_a_file_that_is_wrong_as_a_whole_changes_nothing_and_its_refusal_is_kept(
    engine_of: EngineOf, tmp_path: Path, name: str, content: bytes
) -> None:
    engine = engine_of("dezhou")
    path = tmp_path / name
    path.write_bytes(content)
    report = _run(engine, path, LEDGER)
    assert report.refusal
    with _reading(engine) as session:
        run = session.scalars(select(ImportRun)).one()
        assert run.refused
        assert run.refusal == report.refusal
        assert session.scalar(text("select count(*) from history.project_version")) == 0


def _everything(engine: Engine) -> dict[str, tuple[int, str]]:
    """Every table with its count of rows and a digest of all they say, but for the reports of imports."""
    with acting_session(engine, Identity(Role.COMMAND, "test")) as session:
        session.execute(text("reset role"))
        names = session.scalars(
            text(
                "select format('%I.%I', n.nspname, c.relname) from pg_class c"
                " join pg_namespace n on n.oid = c.relnamespace"
                " where n.nspname in ('jiantu', 'history') and c.relkind = 'r'"
                " and c.relname not in ('import_run', 'import_notice') order by 1"
            )
        ).all()
        digest = "select count(*), md5(string_agg(t::text, '' order by t::text)) from {} t"
        return {name: tuple(session.execute(text(digest.format(name))).one()) for name in names}


SHAPES = {
    "kml": "from = 'feature'\ncrs = 'EPSG:4326'",
    "dxf": "from = 'feature'\ncrs = 'EPSG:4548'",
    "csv": "from = 'xy'\nx = 'lon'\ny = 'lat'\ncrs = 'EPSG:4326'",
    "workbook": "from = 'xy'\nx = 'lon'\ny = 'lat'\ncrs = 'EPSG:4326'",
}
CODES = {"kml": "{Name}", "dxf": "{Layer}"}


def test_a_refused_file_of_any_format_changes_nothing_in_any_table_or_history(
    engine_of: EngineOf, tmp_path: Path
) -> None:
    engine = engine_of("dezhou")
    with acting_session(engine, Identity(Role.COMMAND, "test")) as session:
        take_batch(session, small_city(), TODAY)
        for form in FORMATS:
            shape = SHAPES.get(form, "from = 'feature'\ncrs = 'EPSG:4326'")
            body = (
                f"title = '{form}'\ntitle_en = '{form}'\n[file]\nformat = '{form}'\n[shape]\n{shape}\n"
                f"[[record]]\nkind = 'event'\n[record.fields]\ncode = '{CODES.get(form, '{code}')}'"
            )
            save_mapping(session, f"m-{form}", form, body, CLERK, _now())
    before = _everything(engine)
    assert len(before) > 40
    refused: dict[str, int] = dict.fromkeys(FORMATS, 0)
    for number in range(400):
        made = make_hostile(number, 5, str(tmp_path / "nothing"))
        if refused[made.form]:
            continue
        path = tmp_path / f"file{made.suffix}"
        path.write_bytes(made.content)
        report = _run(engine, path, f"m-{made.form}")
        if report.refusal is None:
            assert report.run_id is not None
            with acting_session(engine, Identity(Role.COMMAND, "test")) as session:
                undo_import(session, report.run_id, TODAY, CLERK, _now())
            before = _everything(engine)
            continue
        refused[made.form] += 1
        assert _everything(engine) == before, (made.form, made.how)
    assert min(refused.values()) == 1
    path = tmp_path / "good.geojson"
    path.write_bytes(sample("json"))
    assert _run(engine, path, "m-json").refusal is None
    assert _everything(engine) != before, "else the digest sees nothing"


def test_dezhous_districts_lie_where_the_metric_crs_says(engine_of: EngineOf) -> None:
    """Shifted data, corrected: the districts' union must hold the railway stations of OpenStreetMap."""
    engine = engine_of("dezhou")
    _run(engine, real_file("dezhou", "dezhou-districts-gcj02.json"), "dezhou-districts")
    with _reading(engine) as session:
        srids = set(
            session.scalars(text("select distinct st_srid(shape_metric) from jiantu.district"))
        )
        area_km2 = session.scalar(
            text("select sum(st_area(shape_metric)) / 1e6 from jiantu.district")
        )
    assert srids == {4548}
    assert area_km2 == pytest.approx(10_356, rel=0.02)
