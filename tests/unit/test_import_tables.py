"""Tables inside sheets: headings in one or two rows, titles, units, merged cells, totals and notes."""

from __future__ import annotations

from typing import Any

from geo.importers.sources import Grid
from geo.importers.tables import Table, find_table

KNOWN = {"项目编号", "项目名称", "总投资", "投资总投资", "年度计划", "备注", "开工"}.__contains__


def table_of(rows: list[list[Any]], **facts: Any) -> Table:
    """The table in a sheet of these rows."""
    found = find_table(Grid("表", facts.pop("first_row", 1), rows, **facts), KNOWN)
    assert found is not None
    return found


def names(table: Table) -> list[str | None]:
    return [None if label is None else label.text for label in table.labels]


def data(table: Table) -> list[tuple[int, list[Any]]]:
    return list(table.rows())


def test_a_heading_in_the_first_row_needs_nothing_more() -> None:
    table = table_of([["项目编号", "项目名称"], ["P1", "东风路"]])
    assert (table.top, table.bottom) == (0, 0)
    assert data(table) == [(2, ["P1", "东风路"])]


def test_titles_above_the_heading_are_passed_over_and_name_the_year() -> None:
    table = table_of(
        [
            ["德州市2026年重点项目台账", None, None],
            [None, None, "单位:亿元"],
            ["项目编号", "项目名称", "总投资"],
            ["P1", "东风路", 1.2],
        ]
    )
    assert table.top == table.bottom == 2
    assert table.year == 2026
    assert table.labels[2] is not None
    assert table.labels[2].unit_yuan == 100_000_000
    assert [number for number, _ in data(table)] == [4]


def test_two_years_in_the_title_are_no_year() -> None:
    table = table_of([["2025年结转2026年", None], ["项目编号", "项目名称"], ["P1", "东风路"]])
    assert table.year is None


def test_a_heading_of_two_rows_is_put_together_and_hands_its_unit_down() -> None:
    table = table_of(
        [
            ["项目编号", "项目名称", "投资(亿元)", None, "备注"],
            [None, None, "总投资", "年度计划", None],
            ["P1", "东风路", 1.2, 0.3, "急"],
        ],
        merged=[(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 1, 4)],
    )
    assert (table.top, table.bottom) == (0, 1)
    assert names(table) == [
        "项目编号",
        "项目名称",
        "投资(亿元)/总投资",
        "投资(亿元)/年度计划",
        "备注",
    ]
    assert [label.unit_yuan for label in table.labels if label][2:4] == [10**8, 10**8]
    assert data(table) == [(3, ["P1", "东风路", 1.2, 0.3, "急"])]


def test_headings_are_known_whatever_stands_around_their_words() -> None:
    table = table_of([["1. 项目编号*", "项目 名称:", "总投资\n(万元)"], ["P1", "东风路", 3]])
    assert all(label is not None and any(map(KNOWN, label.candidates)) for label in table.labels)


def test_merged_cells_stand_for_all_their_rows_and_blank_ones_for_nothing() -> None:
    table = table_of(
        [["项目编号", "项目名称"], ["P1", "甲"], [None, "乙"], [None, "丙"]], merged=[(1, 0, 2, 0)]
    )
    assert [cells for _, cells in data(table)] == [["P1", "甲"], ["P1", "乙"], [None, "丙"]]


def test_ditto_repeats_the_row_above() -> None:
    table = table_of([["项目编号", "项目名称"], ["P1", "甲"], ["同上", "乙"], ["〃", "丙"]])
    assert [cells[0] for _, cells in data(table)] == ["P1", "P1", "P1"]


def test_totals_notes_groups_and_column_numbers_are_no_data_but_told() -> None:
    table = table_of(
        [
            ["项目编号", "项目名称", "总投资", "备注"],
            [1, 2, 3, 4],
            ["一、重大交通项目", None, None, None],
            ["P1", "甲", 5, None],
            [None, "小 计", 5, None],
            [None, None, None, None],
            ["合计(1个)", None, 5, None],
            ["备注:以上数据截至本月底", None, None, None],
        ]
    )
    assert [number for number, _ in data(table)] == [4]
    assert [number for number, _ in table.skipped] == [2, 3, 5, 7, 8]


def test_a_project_named_after_statistics_is_data() -> None:
    table = table_of([["项目编号", "项目名称"], ["P1", "统计局合计系统大楼"]])
    assert len(data(table)) == 1


def test_rows_are_counted_as_in_the_sheet_when_its_first_rows_are_empty() -> None:
    table = table_of([["项目编号", "项目名称"], ["P1", "甲"]], first_row=7)
    assert [number for number, _ in data(table)] == [8]


def test_short_rows_are_filled_up() -> None:
    table = table_of([["项目编号", "项目名称", "备注"], ["P1", "甲"]])
    assert data(table) == [(2, ["P1", "甲", None])]


def test_a_sheet_without_known_words_has_no_table() -> None:
    assert find_table(Grid("表", 1, [["随便", "写写"], ["1", "2"]]), KNOWN) is None
    assert find_table(Grid("表", 1, []), KNOWN) is None
