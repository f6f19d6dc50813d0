"""Rows with only words for a place, imported into a city whose roads are loaded: what is drawn, and what is said."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from shapely import LineString, Point
from sqlalchemy import func, select, text

from app.cli import main
from geo.changes.batches import take_batch
from geo.crs import CGCS2000_CM117, to_wgs84
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.importers.run import LEDGER, ImportOrder, run_import
from geo.model.imports import ImportNotice
from geo.model.zones import ZonePart
from geo.queries.roads import read_road_index
from geo.records import Batch, PartRecord, RoadRecord, ZoneRecord
from tests.factories import TODAY
from tests.importing import save_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from geo.importers.run import ImportReport
    from tests.postgres import Server

X, Y = 438_000.0, 4_145_000.0
CLERK = Identity(Role.COMMAND, "test:clerk")
HEADINGS = ["导行编号", "位置", "计划开始", "计划结束"]
DAYS = [date(2026, 12, 1), date(2026, 12, 20)]


def _road(code: str, name: str, *points: tuple[float, float]) -> RoadRecord:
    line = LineString([(X + x, Y + y) for x, y in points])
    shape = to_wgs84(line, f"EPSG:{CGCS2000_CM117}")
    return RoadRecord(code, name, "primary", shape, width_m=40)


ROADS = [
    _road("R1", "东风路", (0, 500), (2500, 500)),
    _road("R2", "湖滨大道", (500, 0), (500, 1500)),
    _road("R3", "迎宾大街", (2000, 0), (2000, 1500)),
]


@pytest.fixture
def url(server: Server) -> str:
    return server.make_database("dezhou")


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = make_engine(url)
    yield made
    made.dispose()


def _import(engine: Engine, path: Path, *rows: tuple[str, str]) -> ImportReport:
    sheet: list[list[Any]] = [HEADINGS, *([code, words, *DAYS] for code, words in rows)]
    save_workbook(path, {"交通导行": sheet})
    order = ImportOrder(path, LEDGER, "test:clerk", TODAY)
    return run_import(engine, order, lambda: datetime(2026, 11, 23, 9, 0, tzinfo=UTC))


def _messages(report: ImportReport) -> dict[int | None, tuple[str, str]]:
    return {
        notice.row: (notice.level, notice.message_zh)
        for notice in report.notices
        if notice.field == "location_text"
    }


ROWS = (
    ("D1", "东风路(湖滨大道至迎宾大街段)北侧"),
    ("D2", "东风路东段"),
    ("D3", "人民公园"),
)


def test_a_sure_place_is_drawn_and_an_unsure_one_is_told_of(engine: Engine, tmp_path: Path) -> None:
    with acting_session(engine, CLERK) as session:
        take_batch(session, Batch(roads=ROADS), TODAY)
    report = _import(engine, tmp_path / "导行.xlsx", *ROWS)
    assert report.refusal is None
    assert report.tallies["diversions"].new == 3
    told = _messages(report)
    assert [told[row][0] for row in (2, 3, 4)] == ["mended", "noted", "noted"]
    assert "可信度 0.97" in told[2][1]
    assert "可信度低于 0.8" in told[3][1]
    with acting_session(engine, CLERK) as session:
        rows = session.execute(
            text(
                "select z.code, p.role, round(st_length(p.shape_metric)::numeric) as metres,"
                " round((st_ymin(p.shape_metric) - :y)::numeric) as north"
                " from jiantu.zone_part p join jiantu.zone z on z.id = p.zone_id"
            ),
            {"y": Y},
        ).all()
        assert [tuple(row) for row in rows] == [("D1", "taken", 1500, 520)]
        kept = session.scalar(
            select(func.count(ImportNotice.id)).where(ImportNotice.field == "location_text")
        )
        assert kept == 3


def test_the_same_rows_again_change_nothing_and_a_shape_is_never_replaced(
    engine: Engine, tmp_path: Path
) -> None:
    spot = to_wgs84(Point(X + 100, Y + 100), f"EPSG:{CGCS2000_CM117}")
    by_hand = ZoneRecord(
        "diversion", "D9", location_text="东风路", parts=(PartRecord(spot, "taken"),)
    )
    with acting_session(engine, CLERK) as session:
        take_batch(session, Batch(roads=ROADS, zones=[by_hand]), TODAY)
    rows = (*ROWS, ("D9", "东风路与湖滨大道路口"))
    first = _import(engine, tmp_path / "导行.xlsx", *rows)
    assert _messages(first)[5] == ("noted", "位置描述有改动;已有的图形不变,请核对")
    again = _import(engine, tmp_path / "导行.xlsx", *rows)
    tally = again.tallies["diversions"]
    assert (tally.new, tally.changed, tally.unchanged) == (0, 0, 4)
    assert set(_messages(again)) == {3, 4}
    with acting_session(engine, CLERK) as session:
        assert session.scalar(select(func.count(ZonePart.id))) == 2


def test_without_roads_words_stay_words(engine: Engine, tmp_path: Path) -> None:
    report = _import(engine, tmp_path / "导行.xlsx", *ROWS)
    assert report.tallies["diversions"].new == 3
    assert _messages(report) == {}
    with acting_session(engine, CLERK) as session:
        assert read_road_index(session).empty
        assert session.scalar(select(func.count(ZonePart.id))) == 0


def test_the_command_line_shows_what_words_may_mean(engine: Engine, url: str) -> None:
    with acting_session(engine, CLERK) as session:
        take_batch(session, Batch(roads=ROADS), TODAY)

    def run(words: str, language: str) -> list[str]:
        arguments = ["place", words, "--city", "dezhou", "--lang", language]
        result = CliRunner().invoke(main, arguments, env={"JIANTU_DATABASE_URL": url})
        assert result.exit_code == 0, result.output
        return result.output.splitlines()

    [sure] = run("东风路(湖滨大道至迎宾大街段)北侧", "zh")
    assert sure.startswith("✓ 0.97 线")
    [unsure] = run("东风路东段", "en")
    assert unsure.startswith("? 0.70 line")
    assert run("人民公园", "en") == ["no road was recognised"]
