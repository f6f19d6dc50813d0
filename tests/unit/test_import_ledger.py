"""The project ledger: as clerks keep it, row by row, and as a whole."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from shapely.geometry import Point

from geo.codelists import read_code_lists
from geo.errors import ImportRefusedError, RuleError
from geo.exporters.ledger_template import write_template
from geo.exporters.ledger_zones import SHEETS
from geo.importers.encodings import find_encoding
from geo.importers.ledger import read_ledger, sheet_called
from geo.importers.ledger_sheet import Lookup, field_of
from geo.importers.tables import normal
from geo.record_fields import FIELDS, Form
from geo.records import Day, PlanRecord, Source
from tests.importing import context_of, of_level, save_workbook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo.importers.reading import Reading

PROJECT_HEADINGS = ["项目编号", "项目名称", "项目类别", "总投资(万元)"]
PROJECT_ROW = ["P1", "东风路改造", "城建", 12000]
WKT = "POLYGON ((116.3 37.45, 116.31 37.45, 116.31 37.46, 116.3 37.45))"


def read(path: Path, **sheets: Sequence[Sequence[Any]]) -> Reading:
    """Read a ledger of these sheets; a project P1 is always in it."""
    projects: list[list[Any]] = [PROJECT_HEADINGS, PROJECT_ROW]
    with_project: dict[str, Sequence[Sequence[Any]]] = {"项目": projects, **sheets}
    return read_ledger(save_workbook(path / "台账.xlsx", with_project), context_of())


def test_a_plain_ledger_is_read_with_its_rows_counted(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        进展=[
            ["项目编号", "期初", "期末", "形象进度", "完成进度", "累计完成投资(亿元)"],
            ["P1", date(2026, 3, 2), date(2026, 3, 8), "主体施工", 0.35, 0.3],
        ],
    )
    assert reading.notices == []
    assert reading.rows_read == {"项目": 1, "进展": 1}
    [project] = reading.batch.projects
    assert (project.code, project.category, project.total_investment_yuan) == (
        "P1",
        "urban",
        120_000_000,
    )
    assert project.source == Source("项目", 2)
    [report] = reading.batch.reports
    assert (report.period, report.percent) == ("week", 35.0)
    assert report.invested_to_date_yuan == 30_000_000


def test_a_ledger_of_an_office_is_read_title_merged_cells_synonyms_and_all(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["德州市2026年重点项目台账", *[None] * 7],
        ["序号", "项目编码", "工程名称", "类别", "责任单位", "投资(亿元)", None, "计划开工时间"],
        [None, None, None, None, None, "总投资", "年度计划投资", None],
        ["一、中心城区城建", *[None] * 7],
        [1, "DZ-001", "东风路改造", "城建项目", "市住建局", 1.2, 0.3, "3月底"],
        [2, "DZ-002", "三八路雨污分流", "同上", "同上", "5000万", "/", "2026.6"],
        ["合计", None, None, None, None, 1.7, 0.3, None],
    ]
    reading = read(tmp_path, **{"2026年项目台账": rows})
    first, second = reading.batch.projects[1:]
    assert (first.code, first.category, first.lead_unit) == ("DZ-001", "urban", "市住建局")
    assert first.total_investment_yuan == 120_000_000
    assert (second.category, second.lead_unit) == ("urban", "市住建局")
    assert second.total_investment_yuan == 50_000_000
    assert reading.batch.plans == [
        PlanRecord(
            "DZ-001",
            start=Day(date(2026, 3, 31), "month"),
            year_investments={2026: 30_000_000},
            source=Source("2026年项目台账", 5),
        ),
        PlanRecord(
            "DZ-002", start=Day(date(2026, 6, 30), "month"), source=Source("2026年项目台账", 6)
        ),
    ]
    assert [each.row for each in of_level(reading.notices, "noted")] == [4, 7]
    assert of_level(reading.notices, "refused") == []


def test_a_bad_row_is_refused_alone_with_every_reason_and_where_it_stands(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        制约问题=[
            ["项目编号", "原因", "问题内容", "提出时间", "解决时限"],
            ["P1", "征拆", "两户未签", "2026-2-1", "2026年3月"],
            ["P1", "天气", "下雨", "2026-2-30", None],
            ["P1", "征拆", None, "2026-2-1", None],
        ],
    )
    [blocker] = reading.batch.blockers
    assert blocker.cause == "demolition"
    assert blocker.due_on == date(2026, 3, 31)
    refused = of_level(reading.notices, "refused")
    assert [(each.sheet, each.row, each.field, each.value) for each in refused] == [
        ("制约问题", 3, "原因", "天气"),
        ("制约问题", 3, "提出时间", "2026-2-30"),
        ("制约问题", 4, "问题内容", None),
    ]
    assert all(each.message_zh and each.message_en for each in refused)
    assert reading.rows_refused == 2


def test_a_missing_column_refuses_the_file_and_names_it(tmp_path: Path) -> None:
    with pytest.raises(ImportRefusedError, match="“制约问题”缺少必需的列:提出日期"):
        read(tmp_path, 制约问题=[["项目编号", "制约原因", "问题内容"], ["P1", "征拆", "两户未签"]])


def test_a_sheet_without_a_heading_refuses_the_file(tmp_path: Path) -> None:
    with pytest.raises(ImportRefusedError, match="“节点”没有找到表头"):
        read(tmp_path, 节点=[["随便", "写写"], ["1", "2"]])


def test_a_workbook_without_any_sheet_of_a_ledger_is_refused(tmp_path: Path) -> None:
    path = save_workbook(tmp_path / "别的.xlsx", {"甲": [["a"]], "乙": [["b"]]})
    with pytest.raises(ImportRefusedError, match="没有找到台账的工作表"):
        read_ledger(path, context_of())


def test_unknown_columns_and_sheets_are_told_and_left_alone(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        分包领导=[["姓名", "职务", "生日"], ["王某", "副市长", "1970-1-1"]],
        会议纪要=[["随便"]],
    )
    assert len(reading.batch.leaders) == 1
    noted = {(each.sheet, each.field) for each in of_level(reading.notices, "noted")}
    assert noted == {("分包领导", "生日"), ("会议纪要", None)}


def test_two_columns_of_one_meaning_are_told_and_the_first_holds(tmp_path: Path) -> None:
    path = save_workbook(
        tmp_path / "a.xlsx",
        {
            "项目": [
                ["项目编号", "项目名称", "责任单位", "牵头单位"],
                ["P1", "甲", "住建局", "交通局"],
            ]
        },
    )
    reading = read_ledger(path, context_of())
    assert reading.batch.projects[0].lead_unit == "住建局"
    assert [each.field for each in reading.notices] == ["牵头单位"]


def test_a_single_sheet_by_any_name_is_taken_for_the_projects(tmp_path: Path) -> None:
    path = save_workbook(tmp_path / "a.xlsx", {"Sheet1": [PROJECT_HEADINGS, PROJECT_ROW]})
    assert len(read_ledger(path, context_of()).batch.projects) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_of_projects_is_read_in_its_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "项目.csv"
    text = "项目编号,项目名称,责任单位\n001,东风路雨污分流改造工程,市住房和城乡建设局\n"
    path.write_text(text, encoding=encoding)
    reading = read_ledger(path, context_of())
    assert [project.lead_unit for project in reading.batch.projects] == ["市住房和城乡建设局"]
    assert [project.code for project in reading.batch.projects] == ["001"]
    assert bool(reading.notices) is (encoding == "gb18030"), "a guess is told"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("项目编号,项目名称\nP1,东风路雨污分流改造工程\n", "gb18030"),
        ("申請書編號,工程名稱\n1,臺中市道路管線改善工程\n", "big5hkscs"),
    ],
)
def test_the_two_chinese_encodings_are_told_apart_by_their_words(text: str, encoding: str) -> None:
    assert find_encoding(text.encode(encoding)) == (encoding, True)


def test_a_stated_encoding_that_does_not_fit_refuses_the_file() -> None:
    with pytest.raises(ImportRefusedError, match="utf-8"):
        find_encoding("项目".encode("gb18030"), "utf-8")


def test_codes_kept_as_numbers_are_text_without_decimals(tmp_path: Path) -> None:
    path = save_workbook(
        tmp_path / "a.xlsx", {"项目": [["项目编号", "项目名称"], [20260001, "甲"], ["001", "乙"]]}
    )
    codes = [project.code for project in read_ledger(path, context_of()).batch.projects]
    assert codes == ["20260001", "001"]


def test_a_project_may_be_named_by_its_name_where_that_is_one(tmp_path: Path) -> None:
    reports: list[list[Any]] = [
        ["项目名称", "周期", "期末"],
        ["东风路改造", "周", date(2026, 3, 8)],
    ]
    reading = read(tmp_path, 进展=[*reports, ["西风路", "周", date(2026, 3, 8)]])
    [report] = reading.batch.reports
    assert (report.project, report.first_on) == ("P1", date(2026, 3, 2))
    [refusal] = of_level(reading.notices, "refused")
    assert (refusal.row, refusal.value) == (3, "西风路")
    assert "不存在" in refusal.message_zh


@pytest.mark.parametrize(
    ("given", "period", "first", "last"),
    [
        ({"期初": date(2026, 3, 2), "期末": date(2026, 3, 8)}, "week", (3, 2), (3, 8)),
        ({"期初": date(2026, 3, 11), "期末": date(2026, 3, 20)}, "ten_days", (3, 11), (3, 20)),
        ({"周期": "周", "期末": date(2026, 3, 8)}, "week", (3, 2), (3, 8)),
        ({"周期": "旬报", "期末": date(2026, 3, 20)}, "ten_days", (3, 11), (3, 20)),
        ({"周期": "旬", "期初": date(2026, 3, 21)}, "ten_days", (3, 21), (3, 31)),
        ({"周期": "月", "期初": date(2026, 2, 1)}, "month", (2, 1), (2, 28)),
        ({"填报期间": "2026年3月"}, "month", (3, 1), (3, 31)),
        ({"填报期间": "2026-3-2至2026-3-8"}, "week", (3, 2), (3, 8)),
        ({"填报期间": "2026年3月2日-3月8日"}, "week", (3, 2), (3, 8)),
        ({"期初": "2026年3月", "期末": "2026年3月"}, "month", (3, 1), (3, 31)),
    ],
)
def test_what_a_report_leaves_unsaid_of_its_period_is_found(
    tmp_path: Path,
    given: dict[str, Any],
    period: str,
    first: tuple[int, int],
    last: tuple[int, int],
) -> None:
    reading = read(tmp_path, 进展=[["项目编号", *given], ["P1", *given.values()]])
    [report] = reading.batch.reports
    assert report.period == period
    assert (report.first_on, report.last_on) == (date(2026, *first), date(2026, *last))


def test_a_report_without_days_is_refused(tmp_path: Path) -> None:
    reading = read(tmp_path, 进展=[["项目编号", "周期", "形象进度"], ["P1", "周", "主体"]])
    assert reading.batch.reports == []
    assert "期初、期末" in reading.notices[0].message_zh


def test_months_and_years_of_a_plan_are_read_from_their_headings(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        计划=[
            ["项目编号", "2026年计划投资(亿元)", "分月计划(%)", None, "2026年3月投资(万元)"],
            [None, None, "2026年1月", "2026年12月", None],
            ["P1", 0.5, 0.005, 1, 300],
        ],
    )
    [plan] = reading.batch.plans
    assert plan.year_investments == {2026: 50_000_000}
    assert plan.percents == {"2026-01": 0.5, "2026-12": 100.0}
    assert plan.investments == {"2026-03": 3_000_000}


def test_months_without_a_year_take_it_from_the_row(tmp_path: Path) -> None:
    headings = ["项目编号", "年度", "3月进度(%)", "年度计划投资(万元)"]
    rows: list[list[Any]] = [
        headings,
        ["P1", 2026, "35%", 100],
        ["P1", "2027年", "50%", 200],
        ["P1", None, "1%", 1],
    ]
    reading = read(tmp_path, 计划=rows)
    assert [dict(plan.percents) for plan in reading.batch.plans] == [
        {"2026-03": 35.0},
        {"2027-03": 50.0},
    ]
    assert [dict(plan.year_investments) for plan in reading.batch.plans] == [
        {2026: 1_000_000},
        {2027: 2_000_000},
    ]
    assert reading.rows_refused == 1


def test_the_sheet_of_plans_holds_over_a_plan_in_the_projects_row(tmp_path: Path) -> None:
    path = save_workbook(
        tmp_path / "a.xlsx",
        {
            "项目": [["项目编号", "项目名称", "计划开工"], ["P1", "甲", "2026-3-1"]],
            "计划": [["项目编号", "计划开工"], ["P1", "2026-4-1"]],
        },
    )
    reading = read_ledger(path, context_of())
    assert [plan.start for plan in reading.batch.plans] == [Day(date(2026, 4, 1))]
    assert [each.row for each in reading.notices] == [2]


def test_a_site_has_its_shape_in_its_row_or_as_coordinates(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        点位=[
            ["项目编号", "点位编号", "范围(WKT)", "经度", "纬度", "坐标系"],
            ["P1", "1", WKT, None, None, None],
            ["P1", "2", None, 116.3, 37.45, None],
            ["P1", "3", None, 438060.534, 4146682.894, "EPSG:4548"],
            ["P1", "4", None, 116.3057827, 37.4507664, "GCJ-02"],
            ["P1", "5", "116.3,37.45", None, None, None],
            ["P1", "6", None, None, None, None],
        ],
    )
    assert of_level(reading.notices, "refused") == []
    sites = reading.batch.zones
    assert [len(site.parts) for site in sites] == [1, 1, 1, 1, 1, 0]
    for site in sites[1:5]:
        assert site.parts[0].shape.distance(Point(116.3, 37.45)) < 1e-6
    assert [site.source_crs for site in sites] == [
        "EPSG:4326",
        "EPSG:4326",
        "EPSG:4548",
        "GCJ-02",
        "EPSG:4326",
        None,
    ]


def test_a_bad_shape_refuses_its_row_and_a_mended_one_is_told(tmp_path: Path) -> None:
    bow_tie = "POLYGON ((116 37, 116.1 37.1, 116.1 37, 116 37.1, 116 37))"
    reading = read(
        tmp_path,
        点位=[
            ["项目编号", "点位编号", "范围", "经度", "纬度", "坐标系"],
            ["P1", "1", bow_tie, None, None, None],
            ["P1", "2", None, 37.45, 116.3, None],
            ["P1", "3", None, 116.3, 37.45, "火星坐标"],
        ],
    )
    assert [site.code for site in reading.batch.zones] == ["1"]
    assert [(each.level, each.row) for each in reading.notices] == [
        ("mended", 2),
        ("refused", 3),
        ("refused", 4),
    ]
    assert "写反" in "".join(each.message_zh for each in reading.notices)


def test_shapes_of_their_own_sheet_join_their_zones_whichever_sheet_comes_first(
    tmp_path: Path,
) -> None:
    reading = read(
        tmp_path,
        图形=[
            ["所属类型", "项目编号", "所属编号", "图形含义", "绕行对象", "图形(WKT)"],
            ["点位", "P1", "1", "范围", None, WKT],
            ["导行", None, "D1", "绕行路线", "行人", "LINESTRING (116.3 37.45, 116.31 37.46)"],
            ["点位", "P1", "9", None, None, WKT],
        ],
        点位=[["项目编号", "点位编号"], ["P1", "1"]],
        交通导行=[["导行编号", "占用内容", "占用侧"], ["D1", "半幅、人行道", "路北"]],
    )
    site, diversion = reading.batch.zones
    assert len(site.parts) == 1
    assert (diversion.taken, diversion.side) == (("half", "footway"), "north")
    assert [(part.role, part.mode) for part in diversion.parts] == [("detour", "foot")]
    [refusal] = of_level(reading.notices, "refused")
    assert (refusal.sheet, refusal.row) == ("图形", 4)


def test_ambiguous_percents_refuse_only_the_rows_that_are_ambiguous(tmp_path: Path) -> None:
    headings = ["项目编号", "期初", "期末", "完成进度"]
    week = [date(2026, 3, 2), date(2026, 3, 8)]
    reading = read(
        tmp_path, 进展=[headings, ["P1", *week, 35], ["P1", *week, 0.5], ["P1", *week, "0.5%"]]
    )
    assert [report.percent for report in reading.batch.reports] == [35.0, 0.5]
    assert [each.row for each in of_level(reading.notices, "refused")] == [3]


def test_the_template_imports_as_nothing_at_all(tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    write_template(path)
    reading = read_ledger(path, context_of())
    assert reading.notices == []
    assert set(reading.rows_read) == {sheet.name for sheet in SHEETS}
    assert not any(reading.rows_read.values())


def test_progress_is_told_by_sheet(tmp_path: Path) -> None:
    rows: list[list[Any]] = [PROJECT_HEADINGS, *([f"P{n}", "甲", "城建", 1] for n in range(4_500))]
    path = save_workbook(tmp_path / "a.xlsx", {"项目": rows})
    told: list[tuple[str, int]] = []
    read_ledger(path, context_of(), progress=lambda sheet, rows: told.append((sheet, rows)))
    assert told == [("项目", 2_000), ("项目", 4_000)]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_heading_means_its_own_field(sheet: Any) -> None:
    lookup = Lookup(sheet)
    for each in sheet.columns:
        assert lookup.means(normal(each.header)) == each.field
    assert sheet_called(sheet.name) is sheet


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_synonym_stands_for_one_column_of_its_sheet(sheet: Any) -> None:
    words = [normal(name) for each in sheet.columns for name in {each.header, *each.names}]
    assert sorted(set(words)) == sorted(words)


def test_names_of_sheets_are_not_shared() -> None:
    names = [normal(name) for sheet in SHEETS for name in (sheet.name, *sheet.names)]
    assert sorted(set(names)) == sorted(names)


def test_every_field_of_a_record_has_its_column_and_its_form() -> None:
    elsewhere = {"kind", "parts", "shape", "percents", "investments", "year_investments"}
    for sheet in SHEETS:
        columns = {each.field for each in sheet.columns}
        for each in columns:
            assert field_of(sheet, each).form in Form
        if sheet.zone_kind is None:
            assert set(FIELDS[sheet.record]) - elsewhere <= columns


def test_a_label_of_two_codes_is_an_error(tmp_path: Path) -> None:
    lines = "code,name,name_en,position,synonyms\na,甲,A,1,同\nb,乙,B,2,同\n"
    (tmp_path / "list.csv").write_text(lines, encoding="utf-8")
    with pytest.raises(RuleError, match="同"):
        read_code_lists(tmp_path)
